use crate::ast::{AlterActionKind, AlterTable, ColumnChange, StatementKind, TableConstraintKind};
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
        .rewrite(route(alter, span, step));
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

fn route(alter: &AlterTable, span: Span, step: &Step) -> Option<Rewrite> {
    let action = alter.actions.iter().find(|action| action.span.contains(span))?;
    let column = match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } => name,
        AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
            TableConstraintKind::NotNull(name) => name,
            _ => return None,
        },
        _ => return None,
    };
    let table = step.text(alter.name.span);
    let written = step.text(column.span);
    let name = names::chosen(&alter.name.name.name, &column.name, "not_null", |_| false);
    if step.options.postgres.without(SINCE_18).is_empty() {
        let added = format!("ADD CONSTRAINT {} NOT NULL {written} NOT VALID", recipe::quoted(&name));
        let rewrite = Rewrite::safe().replace(action.span, added);
        return Some(rewrite.then(format!("validate_{name}"), recipe::validate(table, &name)));
    }
    let [_, validate, set] = recipe::not_null_route(table, written, &name);
    let added = format!("ADD CONSTRAINT {} CHECK ({written} IS NOT NULL) NOT VALID", recipe::quoted(&name));
    let rewrite = Rewrite::safe().replace(action.span, added).then(format!("validate_{name}"), validate.1);
    match step.options.postgres.overlaps(VersionSet::before(12)) {
        true => Some(rewrite),
        false => Some(rewrite.then(format!("set_{}_not_null", column.name), set.1)),
    }
}
