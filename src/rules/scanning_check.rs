use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnConstraintKind, StatementKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "scanning-check",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/scanning-check.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(&[Form::AddCheck, Form::AddCheckNoInherit, Form::AddColumnCheck]);
    let found = Step::by_place(effects).into_iter().map(|(span, effects)| {
        let table = step.around.resolve(&alter.name);
        let message = format!("ADD CHECK reads all of {table} under ACCESS EXCLUSIVE: reads and writes wait");
        let action = alter.actions.iter().find(|action| action.span.contains(span));
        step.finding(span, message, effects)
            .label("every row is checked while the lock is held")
            .help("NOT VALID checks new rows only and takes an instant; VALIDATE reads the table while others work.")
            .rewrite(action.and_then(|action| not_valid(alter, action, span, step)))
    });
    found.collect()
}

fn not_valid(alter: &AlterTable, action: &AlterAction, span: Span, step: &Step) -> Option<Rewrite> {
    let table = step.text(alter.name.span);
    match &action.kind {
        AlterActionKind::AddConstraint(constraint) => {
            let name = step.constraint_name(&alter.name, constraint);
            let mut rewrite = Rewrite::safe();
            if constraint.name.is_none() {
                let named = format!("CONSTRAINT {} ", recipe::quoted(&name));
                rewrite = rewrite.insert(constraint.span.start, named);
            }
            let rewrite = rewrite.insert(constraint.span.end, " NOT VALID");
            Some(rewrite.then(format!("validate_{name}"), recipe::validate(table, &name)))
        }
        AlterActionKind::AddColumn { column, .. } => {
            let inline = column.constraints.iter().find(|constraint| constraint.span == span)?;
            let ColumnConstraintKind::Check(expr) = &inline.kind else { return None };
            let name = step.column_constraint_name(&alter.name, &column.name, inline)?;
            let before = step.file.text().get(..inline.span.start)?.trim_end().len();
            let condition = step.text(expr.span);
            let added = format!(", ADD CONSTRAINT {} CHECK ({condition}) NOT VALID", recipe::quoted(&name));
            let rewrite = Rewrite::safe().replace(Span::new(before, inline.span.end), "").insert(action.span.end, added);
            Some(rewrite.then(format!("validate_{name}"), recipe::validate(table, &name)))
        }
        _ => None,
    }
}
