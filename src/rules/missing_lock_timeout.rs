use crate::engine::effect::{Effect, RelationKind, Standing, strongest};
use crate::engine::step::MigrationView;
use crate::engine::trace::{TracedStatement, Transaction};
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::SourceFile;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "missing-lock-timeout",
    category: Category::Timeout,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/missing-lock-timeout.md"),
    check: Check::Migration(check),
};

fn check(migration: &MigrationView) -> Vec<Finding> {
    let unprotected = migration.trace.iter().filter(|traced| traced.lock_timeout.is_none());
    let found = unprotected.filter_map(|traced| finding(traced, migration));
    found.collect()
}

fn finding(traced: &TracedStatement, migration: &MigrationView) -> Option<Finding> {
    let effects = blocking(traced, migration);
    if effects.is_empty() || is_refused(traced, migration) || is_concurrent(traced) {
        return None;
    }
    let lock = effects.iter().rev().max_by_key(|effect| effect.lock)?;
    let message = format!("{} is waited for without lock_timeout: all later queries queue", lock.describe());
    let finding = Finding::new(first_line(migration.file, traced), message)
        .because(effects.clone())
        .assuming(assumptions(&effects))
        .label("waits behind the longest running query")
        .help("Set lock_timeout first, so that a lock that cannot be had fails fast; then try again.")
        .rewrite(insertion(migration.file, traced))
        .once_a_file(true);
    Some(finding)
}

/// What has to be taken for granted about tables that no migration is known to have created; of an index that is all that is
/// known of its table, about that.
fn assumptions(effects: &[Effect]) -> Vec<String> {
    let unknown = effects.iter().filter(|effect| effect.standing == Standing::Unknown);
    let (indexes, tables): (Vec<&Effect>, Vec<&Effect>) = unknown.partition(|e| e.kind == RelationKind::Index);
    if let ([], [index, ..]) = (tables.as_slice(), indexes.as_slice()) {
        return vec![format!("{} is an index of a table in use: no migration that was read creates it", index.relation)];
    }
    let of_table = |effect: &Effect| {
        format!("{} exists and is in use: no migration that was read shows that it is new", effect.relation)
    };
    tables.into_iter().map(of_table).collect()
}

/// Locks that stop others, on the versions of the run, the strongest for each relation.
fn blocking(traced: &TracedStatement, migration: &MigrationView) -> Vec<Effect> {
    let targets = migration.options.postgres;
    strongest(&traced.effects, targets).into_iter().filter(Effect::blocks_writes).collect()
}

/// DETACH PARTITION CONCURRENTLY waits before it locks, and a timeout would leave it half done.
fn is_concurrent(traced: &TracedStatement) -> bool {
    traced.forms.contains(&Form::DetachPartitionConcurrently)
}

/// A statement that the server refuses takes no lock for long; another rule reports it.
fn is_refused(traced: &TracedStatement, migration: &MigrationView) -> bool {
    let targets = migration.options.postgres;
    traced.refusals.iter().any(|refusal| targets.without(refusal.versions).is_empty())
}

/// The first line of a statement: enough to point at it.
fn first_line(file: &SourceFile, traced: &TracedStatement) -> crate::source::Span {
    let text = file.slice(traced.span);
    let length = text.lines().next().map_or(0, |line| line.trim_end().len());
    crate::source::Span::new(traced.span.start, traced.span.start + length)
}

/// The setting in front of the statement or the DO block that holds it, and in front of comments to lockwise that belong to it.
fn insertion(file: &SourceFile, traced: &TracedStatement) -> Rewrite {
    let start = traced.inside.as_ref().map_or(traced.span, |inside| inside.block).start;
    let in_transaction = traced.transaction.is_open() && traced.transaction != Transaction::Block;
    let line = file.line_index(start);
    let own_line = file.text().get(file.line_start(line)..start).is_some_and(|head| head.trim().is_empty());
    if !own_line {
        return Rewrite::safe().insert(start, recipe::lock_timeout(in_transaction));
    }
    let mut first = line;
    while first > 0 && is_suppression(file, first - 1) {
        first -= 1;
    }
    let at = file.line_start(first).max(file.sql_start());
    Rewrite::safe().insert(at, recipe::lock_timeout(in_transaction))
}

fn is_suppression(file: &SourceFile, line: usize) -> bool {
    let text = file.text().get(file.line_start(line)..file.line_start(line + 1)).unwrap_or_default().trim_start();
    text.starts_with("--") && (text.contains("lockwise:") || text.contains("squawk-ignore"))
}
