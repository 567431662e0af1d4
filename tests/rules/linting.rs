//! Lints the blocks of the rules' pages and makes the rewrites that are offered.

use std::fs;
use std::sync::Arc;

use lockwise::config::{Config, Flags};
use lockwise::engine::step::Options;
use lockwise::engine::{Fold, Migration};
use lockwise::finding::{Report, ReportedFinding};
use lockwise::rewrite::{Rewrite, SuggestedMigration};
use lockwise::rules::RULES;
use lockwise::runner::{PLAIN, PLAIN_TRANSACTION};
use lockwise::source::SourceFile;

use crate::Fallible;
use crate::page::{Block, Page, Part};

/// Reads all pages, by rule id.
pub fn pages() -> Fallible<Vec<Page>> {
    RULES.iter().map(|rule| Ok(Page::parse(rule.id, &fs::read_to_string(format!("rules/{}.md", rule.id))?))).collect()
}

/// A configuration for the block's versions; a rule that is not on by default is added on its own page.
pub fn config(block: &Block) -> Fallible<Config> {
    let own = RULES.iter().find(|rule| rule.id == block.rule && !rule.default);
    let words = own.map(|rule| vec!["default".to_owned(), rule.id.to_owned()]);
    let flags = Flags { no_file: true, select: words.unwrap_or_default(), ..Flags::default() };
    let mut config = Config::load(&flags).map_err(|errors| format!("{errors:?}"))?;
    if let Some(versions) = &block.postgres {
        config.postgres = versions.parse()?;
    }
    Ok(config)
}

/// What lockwise finds in these migrations.
pub fn lint(config: &Config, parts: &[Part]) -> Report {
    let mut report = Report::default();
    lockwise::check_sequence(config, &migrations(parts), &mut report);
    report
}

fn migrations(parts: &[Part]) -> Vec<Migration> {
    let read = |part: &Part| {
        let file = Arc::new(SourceFile::new(part.name.clone(), part.sql.clone()));
        Migration::read(file, !part.history, part.runner)
    };
    parts.iter().map(read).collect()
}

/// The parts with the rewrite made, its further migrations behind the file; `None` if its edits do not fit.
pub fn rewritten(parts: &[Part], finding: &ReportedFinding, rewrite: &Rewrite) -> Option<Vec<Part>> {
    let mut result = Vec::new();
    for part in parts {
        if part.name != finding.file.path() {
            result.push(part.clone());
            continue;
        }
        result.push(Part { sql: rewrite.applied_to(&part.sql)?, ..part.clone() });
        result.extend(rewrite.migrations.iter().enumerate().map(|(number, added)| further(part, number, added)));
    }
    Some(result)
}

/// A migration that a rewrite adds, in a transaction of the runner's where the rewrite allows one.
fn further(part: &Part, number: usize, added: &SuggestedMigration) -> Part {
    Part {
        name: format!("{}+{number}", part.name),
        sql: added.sql.clone(),
        history: false,
        runner: if added.transaction { &PLAIN_TRANSACTION } else { &PLAIN },
    }
}

/// Relations in use that the statement of a finding locks, on versions of which the finding speaks.
pub fn locked(config: &Config, parts: &[Part], found: &ReportedFinding) -> Vec<String> {
    let versions = found.finding.versions.and(config.postgres);
    let options = Options {
        postgres: config.postgres,
        session: config.session.clone(),
        max_lock_timeout: config.max_lock_timeout,
    };
    let mut fold = Fold::new(&[], &options, parts.len() > 1);
    let mut locked = Vec::new();
    for migration in migrations(parts) {
        let Some(outcome) = fold.migration(&migration) else { continue };
        if outcome.trace.file.path() != found.file.path() {
            continue;
        }
        let about = outcome.trace.statements.iter().filter(|traced| traced.span == found.statement);
        let about = about.filter(|traced| traced.refusals.is_empty());
        let busy = about.flat_map(|traced| &traced.effects).filter(|effect| effect.standing.is_busy());
        locked.extend(busy.filter(|e| e.versions.overlaps(versions)).map(|effect| effect.relation.to_string()));
    }
    locked
}

/// The kinds of proof that the lock plan of these migrations names.
pub fn proofs(config: &Config, parts: &[Part]) -> Vec<&'static str> {
    let options = Options {
        postgres: config.postgres,
        session: config.session.clone(),
        max_lock_timeout: config.max_lock_timeout,
    };
    let mut fold = Fold::new(&[], &options, parts.len() > 1);
    let outcomes = migrations(parts).into_iter().filter_map(|migration| fold.migration(&migration));
    let statements = outcomes.flat_map(|outcome| outcome.trace.statements);
    statements.flat_map(|traced| traced.proofs).map(|proof| proof.what.name()).collect()
}
