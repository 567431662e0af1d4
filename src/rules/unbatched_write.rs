

use ecow::EcoString;

use crate::ast::{Condition, StatementKind, Test, Volatility, Write, WriteVerb};
use crate::engine::selectivity::is_narrow;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
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
    let (outer, nested): (Option<&Write>, &[Write]) = match &step.statement.kind {
        StatementKind::Write(write) => (Some(write), &write.also_writes),
        StatementKind::Query(query) => (None, &query.writes),
        StatementKind::CreateTable(create) => (None, create.query.as_ref().map_or(&[], |query| &query.writes)),
        _ => return Vec::new(),
    };
    let outer = outer.map(|write| (write, step.statement.span));
    let nested = nested.iter().map(|write| (write, write.target.span));
    let writes = outer.into_iter().chain(nested).filter(|(write, _)| is_unbatched(write, step));
    writes.map(|(write, span)| finding(write, span, step)).collect()
}

fn finding(write: &Write, span: Span, step: &Step) -> Finding {
    let table = step.around.resolve(&write.target);
    let (verb, what) = match write.verb {
        WriteVerb::Update => ("UPDATE", "changes any number of rows of"),
        WriteVerb::Delete => ("DELETE", "removes any number of rows of"),
        WriteVerb::Merge => ("MERGE", "changes any number of rows of"),
        WriteVerb::Insert | WriteVerb::CopyFrom => ("INSERT ... SELECT", "copies any number of rows into"),
    };
    let message = format!("{verb} {what} {table} at once: writers of these rows wait");
    let alone = span == step.statement.span;
    step.finding(span, message, step.effects.to_vec())
        .label(reason(write))
        .help("Write in batches by key, each in its own transaction; the rows stay locked for a moment only.")
        .rewrite(if alone { batches(write, step) } else { None })
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
    let plain = write.reads.is_empty() && write.alias.is_none() && write.also_writes.is_empty();
    let verb = matches!(write.verb, WriteVerb::Update | WriteVerb::Delete);
    if !plain || !verb || is_awaited(write, step) {
        return None;
    }
    let change = change(write, step)?;
    let condition = condition(write, change, step)?;
    let sql = step.in_batches(change, &write.target, &condition)?;
    Some(step.moved_out().then_outside_transaction(format!("backfill_{}", write.target.name.name), sql))
}

/// Whether a later statement of the file changes the table, and so may need what this one wrote.
fn is_awaited(write: &Write, step: &Step) -> bool {
    let table = step.around.resolve(&write.target);
    let later = step.statements.get(step.index + 1..).unwrap_or_default();
    later.iter().any(|statement| match &statement.kind {
        StatementKind::AlterTable(alter) => step.around.resolve(&alter.name) == table,
        StatementKind::Write(later) => {
            std::iter::once(&later.target).chain(&later.reads).any(|name| step.around.resolve(name) == table)
        }
        _ => false,
    })
}

/// The statement without its WHERE. A comment in it could swallow what is put behind it.
fn change<'a>(write: &Write, step: &Step<'a>) -> Option<&'a str> {
    let change = match &write.filter {
        None => step.sql(),
        Some(filter) => {
            let head = step.text(Span::new(step.statement.span.start, filter.span.start)).trim_end();
            let (change, keyword) = head.split_at_checked(head.len().checked_sub("WHERE".len())?)?;
            keyword.eq_ignore_ascii_case("WHERE").then(|| change.trim_end())?
        }
    };
    (!change.contains("--") && !change.contains("/*")).then_some(change)
}

/// Which rows still have to be changed. Without a condition that says "not done yet", a second run would do all again.
fn condition(write: &Write, change: &str, step: &Step) -> Option<String> {
    let filter = write.filter.as_ref().filter(|filter| !filter.constant);
    let text = filter.map(|filter| step.text(filter.span));
    let is_filled = |condition: &Condition| {
        condition.test == Test::IsNull && write.columns.iter().any(|column| column.name == condition.column)
    };
    let done_by_change =
        write.verb == WriteVerb::Delete || filter.is_some_and(|filter| filter.conditions.iter().any(is_filled));
    match text {
        Some(text) if done_by_change => Some(text.to_owned()),
        Some(text) => Some(format!("({text}) AND ({})", not_done(write, change, step)?)),
        None if done_by_change => Some("true".to_owned()),
        None => not_done(write, change, step),
    }
}

/// `column IS DISTINCT FROM value` for the columns that UPDATE sets, where the values stay the same.
fn not_done(write: &Write, change: &str, step: &Step) -> Option<String> {
    let is_steady = |function: &EcoString| step.around.volatility_of(function) == Some(Volatility::Immutable);
    if !write.functions.iter().all(is_steady) {
        return None;
    }
    let start = step.statement.span.start;
    let ends = write.columns.iter().skip(1).map(|next| next.span.start - start).chain([change.len()]);
    let differs = write.columns.iter().zip(ends).map(|(column, end)| {
        let value = change.get(column.span.end - start..end)?.trim().strip_prefix('=')?.trim_matches([' ', '\n', ',']);
        let words = || value.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let depends = |name: &str| words().any(|word| word.eq_ignore_ascii_case(name));
        let is_own = write.columns.iter().any(|column| depends(&column.name));
        (!is_own && !value.eq_ignore_ascii_case("DEFAULT"))
            .then(|| format!("{} IS DISTINCT FROM {value}", step.text(column.span)))
    });
    Some(differs.collect::<Option<Vec<String>>>()?.join(" OR "))
}
