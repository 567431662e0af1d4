use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnConstraintKind, StatementKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "required-column-without-default",
    category: Category::Failure,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/required-column-without-default.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let of_form = step.effects.iter().filter(|effect| effect.form == Form::AddColumnNotNull);
    let effects: Vec<_> = of_form.cloned().collect();
    if !effects.iter().any(|effect| effect.standing.is_busy()) {
        return Vec::new();
    }
    let (migration, transaction) = (step.around.migration, step.around.session.transaction_number());
    if step.around.catalog.is_emptied(&step.around.resolve(&alter.name), migration, transaction) {
        return Vec::new();
    }
    let found = Step::by_place(effects).into_iter().filter_map(|(span, effects)| {
        let action = alter.actions.iter().find(|action| action.span == span)?;
        let AlterActionKind::AddColumn { column, .. } = &action.kind else { return None };
        let table = step.around.resolve(&alter.name);
        let message = format!("ADD COLUMN {} NOT NULL without a default fails as soon as {table} has rows", column.name.name);
        Some(
            step.finding(span, message, effects)
                .label("existing rows would be NULL here (SQLSTATE 23502)")
                .help("Give it a default (from 11 that is instant), or add it nullable, fill it, then make it NOT NULL.")
                .rewrite(nullable_first(alter, action, step)),
        )
    });
    found.collect()
}

/// The column without NOT NULL; filling it is the author's, then the online route to NOT NULL.
fn nullable_first(alter: &AlterTable, action: &AlterAction, step: &Step) -> Option<Rewrite> {
    let AlterActionKind::AddColumn { column, .. } = &action.kind else { return None };
    let required = column.constraints.iter().find(|c| matches!(c.kind, ColumnConstraintKind::NotNull))?;
    let before = step.file.text().get(..required.span.start)?.trim_end().len();
    let (table, name) = (step.text(alter.name.span), step.text(column.name.span));
    let fill = format!("-- In batches, give every row of {table} a {name}: NOT NULL is proven next.\n");
    let mut rewrite = Rewrite::review()
        .replace(Span::new(before, required.span.end), "")
        .then_outside_transaction(format!("fill_{}", column.name.name), fill);
    let constraint = recipe::quoted(&step.helper_constraint(&alter.name, &column.name.name, "set"));
    let route = recipe::not_null_route(table, name, &constraint, step.all_since(12));
    for (suffix, sql) in route {
        rewrite = rewrite.then(format!("{suffix}_{}", column.name.name), sql);
    }
    Some(rewrite)
}
