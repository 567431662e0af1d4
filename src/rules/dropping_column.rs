use crate::ast::{AlterActionKind, AlterTable, Ident, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::source::Span;
use crate::wording;

use super::{Check, Rule};

/// How many of the objects that vanish are named.
const SHOWN: usize = 8;

pub static RULE: Rule = Rule {
    id: "dropping-column",
    category: Category::Breaking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/dropping-column.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    if !step.is_busy(&alter.name) {
        return Vec::new();
    }
    let dropped = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::DropColumn { name, cascade, .. } => Some((action.span, name, *cascade)),
        _ => None,
    });
    dropped.filter_map(|(span, name, cascade)| finding(alter, span, (name, cascade), step)).collect()
}

fn finding(alter: &AlterTable, span: Span, (name, cascade): (&Ident, bool), step: &Step) -> Option<Finding> {
    let here = |effect: &&Effect| effect.span == span;
    let effects: Vec<Effect> = step.effects.iter().filter(here).cloned().collect();
    if effects.iter().all(|effect| effect.form == Form::DropColumnNoop) || is_new(alter, name, step) || is_swapped(alter, name, step) {
        return None;
    }
    let table = step.around.resolve(&alter.name);
    let message = format!("DROP COLUMN {} breaks every running version that still names {table}.{}", name.name, name.name);
    let gone = step.dropped_with(&alter.name, &name.name, cascade);
    let label = match gone.is_empty() {
        true => "the data is gone when this commits".to_owned(),
        false => format!("gone with it: {}", wording::list(&gone, SHOWN)),
    };
    let help = "Deploy code that no longer reads or writes the column, then drop it in a later release.";
    Some(step.finding(span, message, effects).label(label).help(help))
}

/// A column that this migration added is not in use yet.
fn is_new(alter: &AlterTable, name: &Ident, step: &Step) -> bool {
    let column = step.relation(&alter.name).and_then(|relation| relation.column(&name.name));
    column.is_some_and(|column| column.data_type.is_some() && column.added_in == step.around.migration)
}

/// Another column takes the name over in the same transaction: readers see no gap.
fn is_swapped(alter: &AlterTable, name: &Ident, step: &Step) -> bool {
    step.companions(&alter.name)
        .any(|action| matches!(action, AlterActionKind::RenameColumn { to, .. } if to.name == name.name))
}
