use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnConstraintKind, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role, VersionSet};
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "scanning-foreign-key",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/scanning-foreign-key.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(&[
        Form::AddForeignKey,
        Form::AddForeignKeyNewColumn,
        Form::AddColumnReferencesDefault,
        Form::AddColumnReferencesDefaultNull,
    ]);
    Step::by_place(effects).into_iter().map(|(span, effects)| finding(alter, span, effects, step)).collect()
}

fn finding(alter: &AlterTable, span: Span, effects: Vec<Effect>, step: &Step) -> Finding {
    let table = step.around.resolve(&alter.name);
    let referenced = effects.iter().find(|effect| effect.role == Role::Referenced && effect.relation != table);
    let (tables, them) = match referenced {
        Some(referenced) if referenced.work.is_metadata() => {
            (table.to_string(), format!("writes to it and to {} wait", referenced.relation))
        }
        Some(referenced) => (format!("{table} and {}", referenced.relation), "writes to them wait".to_owned()),
        None => (table.to_string(), "writes to it wait".to_owned()),
    };
    let partitioned = step.relation(&alter.name).is_some_and(|relation| relation.is_partitioned());
    let impossible = partitioned && step.options.postgres.overlaps(VersionSet::before(18));
    let help = match impossible {
        true => "NOT VALID works on partitioned tables from 18 only: add the key to each partition first.",
        false => "NOT VALID takes the locks for an instant; VALIDATE in a later migration blocks no writes.",
    };
    let action = alter.actions.iter().find(|action| action.span.contains(span));
    step.finding(span, format!("ADD FOREIGN KEY reads {tables} while {them}"), effects)
        .label("every row is looked up while the locks are held")
        .help(help)
        .rewrite(action.filter(|_| !impossible).and_then(|action| not_valid(alter, action, span, step)))
}

fn not_valid(alter: &AlterTable, action: &AlterAction, span: Span, step: &Step) -> Option<Rewrite> {
    let table = step.text(alter.name.span);
    let (rewrite, name) = match &action.kind {
        AlterActionKind::AddConstraint(constraint) => {
            let name = step.constraint_name(&alter.name, constraint);
            let mut rewrite = Rewrite::safe();
            if constraint.name.is_none() {
                rewrite = rewrite.insert(constraint.span.start, format!("CONSTRAINT {} ", recipe::quoted(&name)));
            }
            (rewrite.insert(constraint.span.end, " NOT VALID"), name)
        }
        AlterActionKind::AddColumn { column, .. } => {
            let inline = column.constraints.iter().find(|constraint| constraint.span == span)?;
            let ColumnConstraintKind::References(references) = &inline.kind else { return None };
            let name = step.column_constraint_name(&alter.name, &column.name, inline)?;
            let before = step.file.text().get(..inline.span.start)?.trim_end().len();
            let clause = step.text(Span::new(references.table.span.start, inline.span.end));
            let column = step.text(column.name.span);
            let added = format!(
                ", ADD CONSTRAINT {} FOREIGN KEY ({column}) REFERENCES {clause} NOT VALID",
                recipe::quoted(&name)
            );
            let moved = Rewrite::safe().replace(Span::new(before, inline.span.end), "").insert(action.span.end, added);
            (moved, name)
        }
        _ => return None,
    };
    Some(rewrite.then(format!("validate_{name}"), recipe::validate(table, &name)))
}
