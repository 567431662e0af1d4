use crate::ast::{AlterActionKind, AlterObject, Ident, ObjectName, StatementKind};
use crate::engine::effect::RelationName;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "renaming-table",
    category: Category::Breaking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/renaming-table.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let is_table = matches!(alter.object, AlterObject::Table | AlterObject::ForeignTable);
    let table = step.around.resolve(&alter.name);
    if !is_table || !step.is_busy(&alter.name) || step.around.catalog.table_of_index(&table).is_some() {
        return Vec::new();
    }
    let renamed = alter.actions.iter().filter_map(|action| {
        let AlterActionKind::RenameTo(to) = &action.kind else { return None };
        if leaves_the_name(step, &table) {
            return None;
        }
        let message = format!("renaming {table} breaks every running version that still names it");
        let effects = step.effects.iter().filter(|effect| effect.span == action.span).cloned().collect();
        Some(
            step.finding(action.span, message, effects)
                .label(format!("old code asks for {}, new code for {}", table.name, to.name))
                .help("Leave a view of the old name in the same transaction, until no code uses it; or do not rename.")
                .rewrite(with_view(step, &alter.name, to)),
        )
    });
    renamed.collect()
}

/// A view, or another table, has the old name when the transaction ends.
fn leaves_the_name(step: &Step, table: &RelationName) -> bool {
    step.same_transaction().iter().any(|statement| match &statement.kind {
        StatementKind::CreateView(create) => step.around.resolve(&create.name) == *table,
        StatementKind::AlterTable(alter) => alter.actions.iter().any(|action| {
            matches!(&action.kind, AlterActionKind::RenameTo(to) if to.name == table.name)
        }),
        _ => false,
    })
}

/// The rename together with a view of the old name, in the schema of the table.
fn with_view(step: &Step, old: &ObjectName, to: &Ident) -> Rewrite {
    let schema = old.schema.as_ref().map(|schema| format!("{}.", step.text(schema.span))).unwrap_or_default();
    let view = format!("CREATE VIEW {} AS SELECT * FROM {schema}{}", step.text(old.span), step.text(to.span));
    let statement = step.sql();
    let text = match step.transaction().is_open() {
        true => format!("{statement};\n{view};"),
        false => format!("BEGIN;\n{}{statement};\n{view};\nCOMMIT;", recipe::lock_timeout(true)),
    };
    Rewrite::review().replace(step.extent(), text)
}
