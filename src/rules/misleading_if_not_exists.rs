use crate::ast::{AlterActionKind, Ident, ObjectName, StatementKind};
use crate::engine::difference::Difference;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "misleading-if-not-exists",
    category: Category::Robustness,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/misleading-if-not-exists.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    if step.inside.is_some_and(|inside| inside.is_choice()) {
        return Vec::new();
    }
    let around = &step.around;
    let found = match &step.statement.kind {
        StatementKind::CreateTable(create) if create.if_not_exists && !is_dropped_before(&create.name.name, step) => {
            vec![finding(create.name.span, around.differences_of_table(create))]
        }
        StatementKind::CreateIndex(create) if create.if_not_exists => {
            let name = create.name.as_ref().filter(|name| !is_dropped_before(&name.name, step));
            let difference = name.and_then(|_| around.difference_of_index(create));
            vec![finding(step.statement.span, difference.into_iter().collect())]
        }
        StatementKind::AlterTable(alter) => {
            let added = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AddColumn { if_not_exists: true, column }
                    if !is_changed_later(&alter.name, &column.name, step) =>
                {
                    let table = around.resolve(&alter.name);
                    Some(finding(action.span, around.differences_of_added_column(&table, column)))
                }
                _ => None,
            });
            added.collect()
        }
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// Whether the file drops something of this name before, maybe in a schema that search_path is taken not to have.
fn is_dropped_before(name: &Ident, step: &Step) -> bool {
    let mut before = step.statements.iter().take(step.index);
    before.any(|statement| {
        matches!(&statement.kind, StatementKind::Drop(drop) if drop.names.iter().any(|dropped| dropped.name.name == name.name))
    })
}

/// Whether the file goes on to change the column: it need not be as it is added.
fn is_changed_later(table: &ObjectName, column: &Ident, step: &Step) -> bool {
    let of_table = step.statements.iter().skip(step.index).filter_map(|statement| match &statement.kind {
        StatementKind::AlterTable(alter) if alter.name.name.name == table.name.name => Some(alter),
        _ => None,
    });
    let mut actions = of_table.flat_map(|alter| &alter.actions);
    actions.any(
        |action| matches!(&action.kind, AlterActionKind::AlterColumn { name, .. } if name.name == column.name),
    )
}

fn finding(at: Span, differences: Vec<Difference>) -> Option<Finding> {
    let first = differences.first()?;
    let more = differences.len() - 1;
    let message = match more {
        0 => format!("IF NOT EXISTS skips this, but {}", first.text),
        _ => format!("IF NOT EXISTS skips this, but {}, and {more} more", first.text),
    };
    let finding = Finding::new(at, message)
        .label("does nothing: something of this name is there")
        .help(
            "Say what is to change, with ALTER TABLE or under another name; or leave out IF NOT EXISTS, so that the \
             difference fails here instead of in the application.",
        );
    let elsewhere = differences.into_iter().filter(|difference| !difference.span.contains(at));
    Some(elsewhere.fold(finding, |finding, difference| finding.also(difference.span, difference.text)))
}
