use crate::ast::{AlterActionKind, AlterTable, ColumnChange, Ident, StatementKind, TableConstraintKind};
use crate::engine::names;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, VersionSet};
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "scanning-not-null",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/scanning-not-null.md"),
    check: Check::Statement(check),
};

/// Versions that have NOT NULL ... NOT VALID.
const SINCE_18: VersionSet = VersionSet::since(18);

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(&[Form::SetNotNull, Form::SetNotNullProven, Form::AddNotNullConstraint]);
    let working = effects.into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    // One scan serves all columns of the statement: the first place is reported, the others are pointed to.
    let mut places = Step::by_place(working).into_iter();
    let Some((span, mut effects)) = places.next() else { return Vec::new() };
    let others: Vec<Span> = places.map(|(span, more)| {
        effects.extend(more);
        span
    }).collect();
    let table = step.around.resolve(&alter.name);
    let message = format!("SET NOT NULL reads all of {table} under ACCESS EXCLUSIVE: reads and writes wait");
    let mut finding = step
        .finding(span, message, effects)
        .label("every row is checked while the lock is held")
        .help(help(step))
        .rewrite(route(alter, std::iter::once(span).chain(others.iter().copied()), step));
    for other in others {
        finding = finding.also(other, "checked in the same scan");
    }
    vec![finding]
}

fn help(step: &Step) -> &'static str {
    let wanted = step.options.postgres;
    match () {
        () if wanted.without(SINCE_18).is_empty() => "Add the NOT NULL constraint NOT VALID, then VALIDATE it later.",
        () if wanted.overlaps(VersionSet::before(12)) => {
            "Before 12 every SET NOT NULL reads the table: keep a validated CHECK (column IS NOT NULL) instead."
        }
        () => "A validated CHECK (column IS NOT NULL) proves it, and SET NOT NULL then reads nothing (from 12).",
    }
}

/// Each open column gets a constraint that is not validated yet; later migrations do the rest.
fn route(alter: &AlterTable, places: impl Iterator<Item = Span>, step: &Step) -> Option<Rewrite> {
    let columns: Vec<(Span, &Ident)> = places.filter_map(|span| column_of(alter, span)).collect();
    let table = step.text(alter.name.span);
    let constraint = |column: &Ident| {
        recipe::quoted(&names::chosen(&alter.name.name.name, &column.name, "not_null", |_| false))
    };
    let mut rewrite = Rewrite::safe();
    let (mut validate, mut finish) = (String::new(), recipe::lock_timeout(false).to_owned());
    for (span, column) in &columns {
        let (name, written) = (constraint(column), step.text(column.span));
        let check = match step.all_since(18) {
            true => format!("NOT NULL {written}"),
            false => format!("CHECK ({written} IS NOT NULL)"),
        };
        rewrite = rewrite.replace(*span, format!("ADD CONSTRAINT {name} {check} NOT VALID"));
        validate += &format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name};\n");
        finish += &format!(
            "ALTER TABLE {table} ALTER COLUMN {written} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {name};\n"
        );
    }
    let (_, first) = columns.first()?;
    rewrite = rewrite.then(format!("validate_{}", first.name), validate);
    let is_done = step.all_since(18) || !step.all_since(12);
    Some(if is_done { rewrite } else { rewrite.then(format!("set_{}_not_null", first.name), finish) })
}

fn column_of(alter: &AlterTable, span: Span) -> Option<(Span, &Ident)> {
    let action = alter.actions.iter().find(|action| action.span.contains(span))?;
    match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } => Some((action.span, name)),
        AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
            TableConstraintKind::NotNull(name) => Some((action.span, name)),
            _ => None,
        },
        _ => None,
    }
}
