use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnConstraintKind, ColumnDef, StatementKind};
use crate::engine::classify::unknown_function;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "rewriting-column-default",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/rewriting-column-default.md"),
    check: Check::Statement(check),
};

const REWRITES: &[Form] = &[
    Form::AddColumnConstantDefault,
    Form::AddColumnStableDefault,
    Form::AddColumnInlinedFunctionDefault,
    Form::AddColumnVolatileDefault,
    Form::AddColumnVolatileArgumentDefault,
    Form::AddColumnDomainVolatileDefault,
    Form::AddColumnDefaultNullLength,
    Form::AddColumnSerial,
    Form::AddColumnIdentity,
    Form::AddColumnGeneratedStored,
    Form::AddColumnConstrainedDomain,
];

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(REWRITES).into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    let found = Step::by_place(effects).into_iter().filter_map(|(span, effects)| {
        let action = alter.actions.iter().find(|action| action.span == span)?;
        let AlterActionKind::AddColumn { column, .. } = &action.kind else { return None };
        let form = effects.first().map(|effect| effect.form)?;
        let table = step.around.resolve(&alter.name);
        let message = format!("ADD COLUMN rewrites {table} under ACCESS EXCLUSIVE: reads and writes wait");
        Some(
            step.finding(span, message, effects)
                .assuming(assumption(column, step))
                .label(why(form))
                .help(help(form))
                .rewrite(expand(alter, action, column, form, step)),
        )
    });
    found.collect()
}

fn why(form: Form) -> &'static str {
    match form {
        Form::AddColumnConstantDefault | Form::AddColumnStableDefault => "before 11 any default is written into every row",
        Form::AddColumnInlinedFunctionDefault => "before 12 a function declared volatile counts as such",
        Form::AddColumnVolatileDefault | Form::AddColumnVolatileArgumentDefault => "the default differs from row to row",
        Form::AddColumnDomainVolatileDefault => "the default of the domain differs from row to row",
        Form::AddColumnDefaultNullLength => "before 11 a NULL that is cut to a length is written into every row",
        Form::AddColumnSerial | Form::AddColumnIdentity => "every row gets its own number",
        Form::AddColumnGeneratedStored => "the value is computed for every row",
        _ => "the domain's constraint is checked for every row",
    }
}

fn help(form: Form) -> &'static str {
    match form {
        Form::AddColumnGeneratedStored => {
            "Add a plain column, fill it by a trigger and in batches; from 18 a VIRTUAL column costs nothing."
        }
        Form::AddColumnDefaultNullLength => "Leave DEFAULT NULL out: a column without a default is NULL anyway.",
        Form::AddColumnConstrainedDomain => "Use the base type and add the check NOT VALID, then VALIDATE it.",
        _ => "Add the column without a default, SET DEFAULT for new rows, fill the old ones in batches.",
    }
}

fn assumption(column: &ColumnDef, step: &Step) -> Option<String> {
    let default = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(expr),
        _ => None,
    })?;
    let function = unknown_function(default, &step.around)?;
    Some(format!("{function}() is volatile: no migration that was read creates it"))
}

/// The column without its default, then the default for new rows, then the old rows in batches.
fn expand(alter: &AlterTable, action: &AlterAction, column: &ColumnDef, form: Form, step: &Step) -> Option<Rewrite> {
    let defaulted = [
        Form::AddColumnConstantDefault,
        Form::AddColumnStableDefault,
        Form::AddColumnInlinedFunctionDefault,
        Form::AddColumnVolatileDefault,
        Form::AddColumnVolatileArgumentDefault,
    ];
    if !defaulted.contains(&form) {
        return None;
    }
    let default = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(step.text(expr.span)),
        _ => None,
    })?;
    let kept: Vec<&str> = column
        .constraints
        .iter()
        .filter(|constraint| {
            !matches!(constraint.kind, ColumnConstraintKind::Default(_) | ColumnConstraintKind::NotNull)
        })
        .map(|constraint| step.text(constraint.span))
        .collect();
    let name = step.text(column.name.span);
    let head = step.text(Span::new(action.span.start, column.data_type.span.end));
    let collation = column.collation.as_ref().map(|name| format!(" COLLATE {}", step.text(name.span))).unwrap_or_default();
    let kept = if kept.is_empty() { String::new() } else { format!(" {}", kept.join(" ")) };
    let rewrite = Rewrite::review()
        .replace(action.span, format!("{head}{collation}{kept}, ALTER COLUMN {name} SET DEFAULT {default}"));
    let table = step.text(alter.name.span);
    let change = format!("UPDATE {table} SET {name} = {default}");
    let fill = step.in_batches(&change, &alter.name, &format!("{name} IS NULL"))?;
    let mut rewrite = rewrite.then_outside_transaction(format!("backfill_{}", column.name.name), fill);
    if column.constraints.iter().any(|constraint| matches!(constraint.kind, ColumnConstraintKind::NotNull)) {
        let constraint = recipe::quoted(&step.helper_constraint(&alter.name, &column.name.name, "set"));
        for (suffix, sql) in recipe::not_null_route(table, name, &constraint, step.all_since(12)) {
            rewrite = rewrite.then(format!("{suffix}_{}", column.name.name), sql);
        }
    }
    Some(rewrite)
}
