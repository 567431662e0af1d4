//! Proves on real servers what the rewrites promise. For every `sql unsafe` block of the pages in `rules/`, and of
//! `tests/rewrites/shapes.md`, the migrations are run as they are written, and once more with each rewrite that is
//! offered; then the two databases are compared.
//!
//! A rewrite has to run on tables with rows, and to leave the same schema and the same rows; what cannot be the same stands in
//! [`is_inherent`]. Where the server refuses the migration as it is written, the rewrite has to run. The servers are those
//! of `tests/servers`: the machine's own PostgreSQL, or what `LOCKWISE_POSTGRES` says.

#[path = "rules/linting.rs"]
#[allow(dead_code, reason = "tests/rules.rs needs all of it")]
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
use lockwise::postgres::{Version, VersionSet};
use lockwise::rewrite::{Rewrite, Safety};

use linting::{config, lint, pages, rewritten};
use obtain::servers_or_reason;
use page::{Block, Kind, Page, Part};
use play::{Played, play};
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rules whose point is that the server refuses the statement.
const REFUSED: &[&str] = &[
    "dependent-object",
    "enum-value-used-early",
    "missing-object",
    "non-transactional-statement",
    "refused-statement",
    "required-column-without-default",
    "syntax-error",
];

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
    assert!(asked_for_old_ones || (run > 120 && compared > 100), "{run} rewrites were run, {compared} were compared");
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
        let claimed = |found: &&ReportedFinding| {
            let version = u8::try_from(server.version).ok().and_then(Version::new);
            found.rule.id == "refused-statement"
                && version.is_some_and(|version| found.finding.versions.contains(version))
        };
        for found in findings.iter().filter(claimed) {
            let words = played.refused.get(found.file.path()).map(String::as_str).unwrap_or_default();
            let sqlstate = found.finding.label.rsplit(' ').next().unwrap_or_default();
            if !words.contains(&format!("({sqlstate}):")) {
                self.complaints.push(format!("{}, but the server says {words:?}", found.finding.message));
            }
        }
        Ok(played)
    }

    fn try_rewrites(&mut self, server: &Server, block: &Block, config: &Config) -> Fallible<()> {
        let without = self.try_as_written(server, block, config)?;
        let before_12 = config.postgres.overlaps(VersionSet::before(12));
        for finding in lint(config, &block.parts).findings {
            let Some(rewrite) = &finding.finding.rewrite else { continue };
            let parts = rewritten(&block.parts, &finding, rewrite).ok_or("the edits do not fit")?;
            let rewritten = Rewritten { finding: &finding, rewrite, parts, before_12 };
            self.judge(&without, &play(server, &rewritten.parts)?, &rewritten);
        }
        Ok(())
    }

    fn judge(&mut self, without: &Played, with: &Played, rewritten: &Rewritten) {
        self.run += 1;
        let mut complaints = refusals(without, with, rewritten.finding);
        if without.refused.is_empty() && complaints.is_empty() {
            self.compared += 1;
            complaints = differences(without, with, rewritten);
        }
        if !complaints.is_empty() {
            self.complaints.push(rewritten.told(&complaints.join("\n  ")));
        }
    }
}

/// What the server refuses of a rewrite. A file that it refuses as it is written, for a reason that this rewrite is not
/// about, says nothing.
fn refusals(without: &Played, with: &Played, finding: &ReportedFinding) -> Vec<String> {
    let own = finding.file.path();
    let says_nothing = |file: &str| match file == own || file.starts_with(&format!("{own}+")) {
        true => without.refused.contains_key(own) && !REFUSED.contains(&finding.rule.id),
        false => without.refused.contains_key(file),
    };
    let unexpected = with.refused.iter().filter(|(file, _)| !says_nothing(file));
    unexpected.map(|(file, words)| format!("{file} is refused: {words}")).collect()
}

/// How the rewrite's end differs from where it should lead.
fn differences(without: &Played, with: &Played, rewritten: &Rewritten) -> Vec<String> {
    let schema = without.picture.schema_difference(&with.picture).into_iter();
    let mut found: Vec<String> = schema.filter(|line| !is_inherent(line, rewritten)).collect();
    if !rewritten.calls(UNSTEADY) {
        found.extend(without.picture.row_difference(&with.picture));
    }
    found
}

/// Whether a difference belongs to the rewrite, which wants review for it.
fn is_inherent(line: &str, rewritten: &Rewritten) -> bool {
    let Rewritten { finding, rewrite, before_12, .. } = rewritten;
    let object = line.trim_start_matches(['-', '+', ' ']);
    let inherent = match finding.rule.id {
        // A view of the old name is what the rewrite is about.
        "renaming-table" => line.starts_with("+ view"),
        // CONCURRENTLY leaves a CHECK of the bound behind.
        "blocking-partition-detach" => line.starts_with("+ constraint") && object.contains("_check on "),
        // What goes with the old column is left to the author, and named in a comment.
        "rewriting-column-type" if rewritten.announces(object) => line.starts_with('-'),
        // That is what it is about.
        "unindexed-foreign-key" | "duplicate-index" => is_index(object),
        // It has to be valid afterwards, which it was not.
        "never-validated-constraint" => object.starts_with("constraint "),
        // A CHECK stands in for NOT NULL where it has to do for versions before 12.
        _ if *before_12 => ["details ", "_not_null on ", "_set on "].iter().any(|words| object.contains(words)),
        _ => false,
    };
    inherent && rewrite.safety == Safety::Review
}

/// Whether a line is about an index.
fn is_index(object: &str) -> bool {
    object.starts_with("index ") || object.starts_with("relation i ")
}

/// A rewrite that was made.
struct Rewritten<'a> {
    finding: &'a ReportedFinding,
    rewrite: &'a Rewrite,
    /// History, and the migrations with the rewrite in them.
    parts: Vec<Part>,
    /// Whether it is for versions before 12 too.
    before_12: bool,
}

impl Rewritten<'_> {
    /// Whether its SQL calls one of these functions.
    fn calls(&self, functions: &[&str]) -> bool {
        functions.iter().any(|function| self.parts.iter().any(|part| part.sql.contains(function)))
    }

    /// Whether a comment of it says that the object of this line goes.
    fn announces(&self, line: &str) -> bool {
        let lines = self.parts.iter().flat_map(|part| part.sql.lines());
        let lists = lines
            .filter(|line| line.starts_with("-- Goes with the old column"))
            .filter_map(|line| line.split_once(": "));
        let mut names = lists.flat_map(|(_, list)| list.split(", ")).filter_map(|object| object.split(' ').next_back());
        names.any(|name| line.contains(name))
    }

    /// A complaint about it.
    fn told(&self, complaint: &str) -> String {
        let migrations = self.parts.iter().filter(|part| !part.history);
        let sql: String = migrations.map(|part| format!("-- {}\n{}", part.name, part.sql)).collect();
        format!("the {} rewrite of {}: {complaint}\n{sql}", self.rewrite.safety.name(), self.finding.rule.id)
    }
}
