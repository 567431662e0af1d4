//! Proves on real servers what the rewrites promise. For every `sql unsafe` block of the pages in `rules/` the migrations
//! are run as they are written, and once more with each rewrite that is offered; then the two databases are compared.
//!
//! A safe rewrite has to leave the same schema and the same rows. One that wants review has to run, and to leave the same
//! columns. The servers are those of `tests/servers`: the machine's own PostgreSQL, or what `LOCKWISE_POSTGRES` says.

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

use lockwise::config::Config;
use lockwise::finding::{Report, ReportedFinding};
use lockwise::postgres::Version;
use lockwise::rewrite::{Rewrite, Safety};

use linting::{config, lint, pages, rewritten};
use obtain::servers_or_reason;
use page::{Block, Kind};
use play::{Played, play};
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[test]
fn rewrites_do_what_they_promise() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else {
        return Ok(());
    };
    let complaints = on_each(&servers, all_blocks)?;
    let text: Vec<String> = complaints
        .into_iter()
        .flat_map(|(version, all)| all.into_iter().map(move |complaint| format!("PostgreSQL {version}, {complaint}")))
        .collect();
    assert!(text.is_empty(), "{} complaints\n{}", text.len(), text.join("\n"));
    Ok(())
}

fn all_blocks(server: &Server) -> Fallible<Vec<String>> {
    server.connect()?.batch_execute("ALTER TABLESPACE other_disk RENAME TO fast")?;
    let mut complaints = Vec::new();
    for page in pages()? {
        for block in page.blocks.iter().filter(|block| block.kind == Kind::Unsafe) {
            let config = config(block)?;
            if is_for(&config, server) {
                let place = format!("rules/{}.md:{}", page.id, block.line);
                let found = of_block(server, block, &config).map_err(|error| format!("{place}: {error}"))?;
                complaints.extend(found.into_iter().map(|complaint| format!("{place} {complaint}")));
            }
        }
    }
    Ok(complaints)
}

/// Whether the block speaks of this server's version.
fn is_for(config: &Config, server: &Server) -> bool {
    u8::try_from(server.version).ok().and_then(Version::new).is_some_and(|version| config.postgres.contains(version))
}

fn of_block(server: &Server, block: &Block, config: &Config) -> Fallible<Vec<String>> {
    let Report { findings, .. } = lint(config, &block.parts);
    let without = play(server, &block.parts, |_| false)?;
    let mut complaints = Vec::new();
    for (part, words) in &without.refused {
        complaints.push(format!("UNSAFE {part} {words}"));
    }
    for finding in &findings {
        let Some(rewrite) = &finding.finding.rewrite else { continue };
        let parts = rewritten(&block.parts, finding, rewrite).ok_or("the edits do not fit")?;
        let by_hand = format!("{}+0", finding.file.path());
        let by_hand = |name: &str| finding.rule.id == "required-column-without-default" && name == by_hand;
        let with = play(server, &parts, by_hand)?;
        complaints.extend(judge(&without, &with, finding, rewrite).into_iter().map(|c| {
            format!(
                "{} {:?}: {c}\n{}",
                finding.rule.id,
                rewrite.safety,
                parts.iter().filter(|p| !p.history).map(|p| format!("{}\n{}", p.name, p.sql)).collect::<String>()
            )
        }));
    }
    Ok(complaints)
}

fn judge(without: &Played, with: &Played, finding: &ReportedFinding, rewrite: &Rewrite) -> Vec<String> {
    let _ = finding;
    let mut v = Vec::new();
    for (part, words) in &with.refused {
        v.push(format!("REFUSED {part} {words}"));
    }
    if with.refused.is_empty() && without.refused.is_empty() {
        if rewrite.safety == Safety::Safe {
            v.extend(without.picture.schema_difference(&with.picture));
        } else {
            v.extend(without.picture.column_difference(&with.picture).map(|c| format!("C {c}")));
            v.extend(without.picture.schema_difference(&with.picture).map(|c| format!("OTHER {c}")));
        }
        v.extend(without.picture.row_difference(&with.picture));
    }
    v
}
