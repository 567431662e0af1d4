use crate::ast::{AlterActionKind, AlterObject, StatementKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "renaming-column",
    category: Category::Breaking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/renaming-column.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    if alter.object == AlterObject::Index || !step.is_busy(&alter.name) {
        return Vec::new();
    }
    let renamed = alter.actions.iter().filter_map(|action| {
        let AlterActionKind::RenameColumn { from, to } = &action.kind else { return None };
        let column = step.relation(&alter.name).and_then(|relation| relation.column(&from.name));
        let new = column.is_some_and(|column| column.data_type.is_some() && column.added_in == step.around.migration);
        let table = step.around.resolve(&alter.name);
        let message = format!("renaming {table}.{} breaks every running version that still names it", from.name);
        let help = "Add the new column, write both, backfill, move readers over, and drop the old one later.";
        let effects = step.effects.iter().filter(|effect| effect.span == action.span).cloned().collect();
        let found = step.finding(action.span, message, effects).help(help);
        // Half of a swap: the name stays, with another column behind it.
        let swapped = step.companions(&alter.name).any(|action| match action {
            AlterActionKind::DropColumn { name, .. } => name.name == to.name,
            AlterActionKind::RenameColumn { from: other, to: taker } => other.name == to.name || taker.name == from.name,
            _ => false,
        });
        (!new && !swapped).then(|| found.label(format!("old code asks for {}, new code for {}", from.name, to.name)))
    });
    renamed.collect()
}
