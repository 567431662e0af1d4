use crate::ast::{AlterActionKind, AlterTable, ColumnChange, DataType, Ident, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "rewriting-column-type",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/rewriting-column-type.md"),
    check: Check::Statement(check),
};

const WORK: &[Form] = &[
    Form::AlterTypeRewrite,
    Form::AlterTypeTimestampUtc,
    Form::AlterTypeRebuildIndex,
    Form::AlterTypeRecheck,
    Form::AlterTypeReferenced,
    Form::AlterTypeReferencing,
];

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(WORK).into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    let found = Step::by_place(effects).into_iter().map(|(span, effects)| {
        let column = changed_column(alter, span);
        step.finding(span, message(alter, &effects, step), effects)
            .assuming(column.and_then(|(name, _)| assumption(alter, name, step)))
            .label("ACCESS EXCLUSIVE while the work goes on")
            .help("Add a column of the new type, keep it in step by a trigger, backfill in batches, then swap the names.")
            .rewrite(column.map(|(name, data_type)| shadow_column(alter, name, data_type, step)))
    });
    found.collect()
}

fn message(alter: &AlterTable, effects: &[Effect], step: &Step) -> String {
    let table = step.around.resolve(&alter.name);
    let forms: Vec<Form> = effects.iter().map(|effect| effect.form).collect();
    let work = match () {
        () if forms.contains(&Form::AlterTypeRewrite) || forms.contains(&Form::AlterTypeTimestampUtc) => "rewrites",
        () if forms.contains(&Form::AlterTypeRebuildIndex) => "rebuilds an index of",
        () => "reads all of",
    };
    format!("ALTER COLUMN TYPE {work} {table} under ACCESS EXCLUSIVE: reads and writes wait")
}

fn changed_column(alter: &AlterTable, span: Span) -> Option<(&Ident, &DataType)> {
    let action = alter.actions.iter().find(|action| action.span == span)?;
    match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } => Some((name, data_type)),
        _ => None,
    }
}

/// What had to be taken for granted about the old type or the session.
fn assumption(alter: &AlterTable, column: &Ident, step: &Step) -> Option<String> {
    let known = step.relation(&alter.name).and_then(|relation| relation.column(&column.name));
    let table = step.around.resolve(&alter.name);
    match known.and_then(|column| column.data_type.as_ref()) {
        None => Some(format!("{table}.{} has another type so far: no migration that was read shows it", column.name)),
        Some(old) if old.name.starts_with("timestamp") && !step.around.is_utc() => {
            Some("the session's time zone is not UTC: no SET timezone shows it".to_owned())
        }
        Some(_) => None,
    }
}

fn shadow_column(alter: &AlterTable, column: &Ident, data_type: &DataType, step: &Step) -> Rewrite {
    let table = step.text(alter.name.span);
    let bare = &alter.name.name.name;
    let (old, new) = (step.text(column.span), recipe::quoted(&format!("{}_new", column.name)));
    let new_type = step.text(data_type.span);
    let function = recipe::quoted(&format!("{bare}_sync_{}", column.name));
    let trigger = function.clone();
    let timeout = recipe::lock_timeout(false);
    let add = format!(
        "{timeout}ALTER TABLE {table} ADD COLUMN {new} {new_type};\n\
         CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\n\
         BEGIN\n  NEW.{new} := NEW.{old};\n  RETURN NEW;\nEND $$;\n\
         CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table}\n  FOR EACH ROW EXECUTE PROCEDURE {function}();\n"
    );
    let key = step.key_column(&alter.name);
    let change = format!("UPDATE {table} SET {new} = {old}");
    let fill = recipe::batch_loop(&change, table, &key, &format!("{new} IS DISTINCT FROM {old}"));
    let swap = format!(
        "BEGIN;\nSET LOCAL lock_timeout = '2s';\nDROP TRIGGER {trigger} ON {table};\nDROP FUNCTION {function}();\n\
         ALTER TABLE {table} DROP COLUMN {old};\nALTER TABLE {table} RENAME COLUMN {new} TO {old};\nCOMMIT;\n"
    );
    step.moved_out()
        .then(format!("add_{}_new", column.name), add)
        .then_outside_transaction(format!("backfill_{}_new", column.name), fill)
        .then_outside_transaction(format!("swap_{}", column.name), swap)
}
