//! Proves on real servers what the rewrites promise. For every `sql unsafe` block of the pages in `rules/`, and of
//! `tests/rewrites/shapes.md`, the migrations are run as they are written, and once more with each rewrite that is
//! offered; then the two databases are compared.
//!
//! A safe rewrite has to leave the same schema. One that wants review has to leave the same columns. Either has to run, on
//! tables with rows, and to leave the same rows. Where the server refuses the migration as it is written, the rewrite has to
//! run. The servers are those of `tests/servers`: the machine's own PostgreSQL, or what `LOCKWISE_POSTGRES` says.

#[path = "rules/linting.rs"]
mod linting;
#[path = "servers/obtain.rs"]
mod obtain;
#[path = "rules/page.rs"]
#[allow(dead_code, reason = "tests/rules.rs needs all of it")]
mod page;
#[path = "rewrites/picture.rs"]
mod picture;
#[path = "rewrites/play.rs"]
mod play;
#[path = "servers/server.rs"]
#[allow(dead_code, reason = "tests/servers needs all of it")]
mod server;

use std::error::Error;
use std::fs;

use lockwise::config::Config;
use lockwise::finding::ReportedFinding;
use lockwise::postgres::Version;
use lockwise::rewrite::{Rewrite, Safety};

use linting::{config, lint, pages, rewritten};
use obtain::servers_or_reason;
use page::{Block, Kind, Page, Part};
use play::{Played, play};
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rules whose point is that the server refuses the statement.
const REFUSED: &[&str] = &["non-transactional-statement", "required-column-without-default", "syntax-error"];

/// Functions that give another value each time: blocks that call them end with other rows on each run.
const UNSTEADY: &[&str] = &["gen_random_uuid()", "clock_timestamp()", "now()", "random()"];

/// What was found out on one server.
#[derive(Default)]
struct Tally {
    /// Rewrites that were run.
    run: usize,
    /// Rewrites that were compared with the migrations as they are written.
    compared: usize,
    complaints: Vec<String>,
}

#[test]
fn rewrites_do_what_they_promise() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else {
        return Ok(());
    };
    let mut complaints = Vec::new();
    let (mut run, mut compared) = (0, 0);
    for (version, tally) in on_each(&servers, try_all)? {
        (run, compared) = (run.max(tally.run), compared.max(tally.compared));
        complaints.extend(tally.complaints.into_iter().map(|complaint| format!("PostgreSQL {version}, {complaint}")));
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    let asked_for_old_ones = servers.iter().all(|server| server.version < 14);
    assert!(asked_for_old_ones || (run > 80 && compared > 60), "{run} rewrites were run, {compared} were compared");
    Ok(())
}

/// All blocks that speak of this server's version.
fn try_all(server: &Server) -> Fallible<Tally> {
    server.connect()?.batch_execute("ALTER TABLESPACE other_disk RENAME TO fast")?;
    let mut tally = Tally::default();
    let shapes = Page::parse("shapes", &fs::read_to_string("tests/rewrites/shapes.md")?);
    for page in pages()?.into_iter().chain([shapes]) {
        for block in &page.blocks {
            let config = config(block)?;
            if !is_for(&config, server) {
                continue;
            }
            let known = tally.complaints.len();
            let done = match block.kind {
                Kind::Unsafe => tally.try_rewrites(server, block, &config),
                Kind::Safe => tally.try_as_written(server, block, &config).map(drop),
            };
            let place = format!("{}.md:{}", page.id, block.line);
            done.map_err(|error| format!("{place}: {error}"))?;
            tally.complaints.iter_mut().skip(known).for_each(|complaint| *complaint = format!("{place}: {complaint}"));
        }
    }
    Ok(tally)
}

fn is_for(config: &Config, server: &Server) -> bool {
    let version = u8::try_from(server.version).ok().and_then(Version::new);
    version.is_some_and(|version| config.postgres.contains(version))
}

impl Tally {
    /// Runs a block as it is written; the server may refuse it only where a rule says so.
    fn try_as_written(&mut self, server: &Server, block: &Block, config: &Config) -> Fallible<Played> {
        let played = play(server, &block.parts)?;
        let findings = lint(config, &block.parts).findings;
        for (file, words) in &played.refused {
            let is_foretold = |found: &ReportedFinding| found.file.path() == file && REFUSED.contains(&found.rule.id);
            if !findings.iter().any(is_foretold) {
                self.complaints.push(format!("refused as it is written: {words}"));
            }
        }
        Ok(played)
    }

    fn try_rewrites(&mut self, server: &Server, block: &Block, config: &Config) -> Fallible<()> {
        let without = self.try_as_written(server, block, config)?;
        for finding in lint(config, &block.parts).findings {
            let Some(rewrite) = &finding.finding.rewrite else { continue };
            let parts = rewritten(&block.parts, &finding, rewrite).ok_or("the edits do not fit")?;
            let with = play(server, &parts)?;
            self.run += 1;
            let steady = !UNSTEADY.iter().any(|function| parts.iter().any(|part| part.sql.contains(function)));
            let mut complaints = refusals(&without, &with, &finding);
            if without.refused.is_empty() && complaints.is_empty() {
                self.compared += 1;
                complaints.extend(differences(&without, &with, rewrite, steady));
            }
            let told = complaints.iter().map(|complaint| told(complaint, &finding, rewrite, &parts));
            self.complaints.extend(told);
        }
        Ok(())
    }
}

/// What the server refuses of a rewrite, other than files that the rewrite leaves as they are.
fn refusals(without: &Played, with: &Played, finding: &ReportedFinding) -> Vec<String> {
    let is_cured = |file: &str| file == finding.file.path() && REFUSED.contains(&finding.rule.id);
    let unexpected = with.refused.iter().filter(|(file, _)| is_cured(file) || !without.refused.contains_key(*file));
    unexpected.map(|(file, words)| format!("{file} is refused: {words}")).collect()
}

/// How the rewrite's end differs from where it should lead.
fn differences(without: &Played, with: &Played, rewrite: &Rewrite, steady: bool) -> Vec<String> {
    let schema = match rewrite.safety {
        Safety::Safe => without.picture.schema_difference(&with.picture),
        Safety::Review => without.picture.column_difference(&with.picture),
    };
    let rows = if steady { without.picture.row_difference(&with.picture) } else { None };
    schema.into_iter().chain(rows).collect()
}

/// A complaint with the rewrite that it is about.
fn told(complaint: &str, finding: &ReportedFinding, rewrite: &Rewrite, parts: &[Part]) -> String {
    let migrations = parts.iter().filter(|part| !part.history);
    let sql: String = migrations.map(|part| format!("-- {}\n{}", part.name, part.sql)).collect();
    format!("the {} rewrite of {}: {complaint}\n{sql}", rewrite.safety.name(), finding.rule.id)
}
