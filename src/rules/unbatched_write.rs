use crate::ast::{Expr, StatementKind, Write, WriteVerb};
use crate::engine::selectivity::is_narrow;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "unbatched-write",
    category: Category::Data,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/unbatched-write.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Write(write) = &step.statement.kind else { return Vec::new() };
    if !is_unbatched(write, step) {
        return Vec::new();
    }
    let table = step.around.resolve(&write.target);
    let (verb, what) = match write.verb {
        WriteVerb::Update => ("UPDATE", "changes any number of rows of"),
        WriteVerb::Delete => ("DELETE", "removes any number of rows of"),
        WriteVerb::Merge => ("MERGE", "changes any number of rows of"),
        WriteVerb::Insert | WriteVerb::CopyFrom => ("INSERT ... SELECT", "copies any number of rows into"),
    };
    let message = format!("{verb} {what} {table} in one transaction: their writers wait for it");
    vec![
        step.finding(step.statement.span, message, step.effects.to_vec())
            .label(reason(write))
            .help("Write in batches by key, each in its own transaction; the rows stay locked for a moment only.")
            .rewrite(batches(write, step)),
    ]
}

fn reason(write: &Write) -> &'static str {
    match (&write.filter, write.verb) {
        (_, WriteVerb::Merge) => "reads both sides as a whole",
        (None, _) => "no WHERE",
        (Some(filter), _) if filter.constant => "WHERE is a constant",
        (Some(_), _) => "WHERE does not select by a key",
    }
}

/// Whether a write may reach any number of rows that others use.
pub(super) fn is_unbatched(write: &Write, step: &Step) -> bool {
    if !step.is_busy(&write.target) {
        return false;
    }
    match write.verb {
        WriteVerb::Update | WriteVerb::Delete => !is_narrow(write.filter.as_ref(), step.relation(&write.target)),
        WriteVerb::Merge => write.reads.iter().any(|source| step.is_busy(source)),
        WriteVerb::Insert => {
            let copies = write.from_query && write.reads.iter().any(|source| step.is_busy(source));
            let source = write.reads.first().and_then(|source| step.relation(source));
            copies && !write.limited && !is_narrow(write.filter.as_ref(), source)
        }
        WriteVerb::CopyFrom => false,
    }
}

/// A loop over the key, where the statement has the plain shape that it can be made from.
fn batches(write: &Write, step: &Step) -> Option<Rewrite> {
    let plain = write.reads.is_empty() && write.alias.is_none();
    let deletes = write.verb == WriteVerb::Delete;
    if !plain || !(write.verb == WriteVerb::Update || deletes) {
        return None;
    }
    let table = step.text(write.target.span);
    let key = step.batch_key(&write.target);
    let end = write.filter.as_ref().map_or(step.statement.span.end, |filter| filter.span.start);
    let head = step.text(Span::new(step.statement.span.start, end)).trim_end();
    let head = head.strip_suffix("WHERE").or_else(|| head.strip_suffix("where")).unwrap_or(head).trim_end();
    let condition = match &write.filter {
        Some(filter) if !filter.constant => step.text(filter.span).to_owned(),
        _ if deletes => "true".to_owned(),
        _ => format!("{} IS NULL", step.text(write.columns.first()?.span)),
    };
    // An UPDATE whose condition stays true would never end; it needs a condition that says "not done yet".
    let done_by_change = deletes || write.columns.iter().any(|column| is_tested(write.filter.as_ref(), &column.name));
    if !done_by_change && write.filter.as_ref().is_some_and(|filter| !filter.constant) {
        return None;
    }
    let sql = recipe::batch_loop(head, table, &key, &condition);
    Some(step.moved_out().then_outside_transaction(format!("backfill_{}", write.target.name.name), sql))
}

fn is_tested(filter: Option<&Expr>, column: &str) -> bool {
    filter.is_some_and(|filter| filter.columns.iter().any(|name| name == column))
}
