use crate::ast::{AlterActionKind, AlterTable, ColumnChange, DataType, Ident, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::names;
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

/// What to do, in general.
const HELP: &str = "Add a column of the new type, keep it in step by a trigger, backfill in batches, swap the names. Make its \
    indexes, constraints and default anew first.";

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
            .help(HELP)
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

/// A second column of the new type, kept in step by a trigger, filled in batches, and swapped in under one short lock.
fn shadow_column(alter: &AlterTable, column: &Ident, data_type: &DataType, step: &Step) -> Rewrite {
    let names = Names::new(alter, column, step);
    let known = step.relation(&alter.name).and_then(|relation| relation.column(&column.name));
    let not_null = known.is_some_and(|column| column.not_null);
    let Names { table, old, new, sync, check } = &names;
    let add = format!(
        "BEGIN;\n{timeout}ALTER TABLE {table} ADD COLUMN {new} {new_type};\n\
         CREATE FUNCTION {sync}() RETURNS trigger LANGUAGE plpgsql AS $$\n\
         BEGIN\n  NEW.{new} := NEW.{old};\n  RETURN NEW;\nEND $$;\n\
         CREATE TRIGGER {sync} BEFORE INSERT OR UPDATE ON {table}\n  FOR EACH ROW EXECUTE PROCEDURE {sync}();\nCOMMIT;\n",
        timeout = recipe::lock_timeout(true),
        new_type = step.text(data_type.span),
    );
    let change = format!("UPDATE {table} SET {new} = {old}");
    let fill =
        recipe::batch_loop(&change, table, &step.batch_key(&alter.name), &format!("{new} IS DISTINCT FROM {old}"));
    let name = &column.name;
    let mut rewrite = step
        .moved_out()
        .then_outside_transaction(format!("add_{name}_new"), add)
        .then_outside_transaction(format!("backfill_{name}_new"), fill);
    let mut keep_not_null = String::new();
    if not_null {
        let [prove, validate] = [
            format!(
                "{}ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({new} IS NOT NULL) NOT VALID;\n",
                recipe::lock_timeout(false)
            ),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check};\n"),
        ];
        rewrite = rewrite.then(format!("prove_{name}_new"), prove).then(format!("validate_{name}_new"), validate);
        if step.all_since(12) {
            keep_not_null = format!(
                "ALTER TABLE {table} ALTER COLUMN {new} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {check};\n"
            );
        }
    }
    let swap = format!(
        "BEGIN;\n{timeout}DROP TRIGGER {sync} ON {table};\nDROP FUNCTION {sync}();\n{keep_not_null}\
         ALTER TABLE {table} DROP COLUMN {old};\nALTER TABLE {table} RENAME COLUMN {new} TO {old};\nCOMMIT;\n",
        timeout = recipe::lock_timeout(true),
    );
    rewrite.then_outside_transaction(format!("swap_{name}"), swap)
}

/// The names in the shadow column recipe, as they are written.
struct Names {
    table: String,
    old: String,
    new: String,
    /// The trigger and its function.
    sync: String,
    check: String,
}

impl Names {
    fn new(alter: &AlterTable, column: &Ident, step: &Step) -> Self {
        let bare = &alter.name.name.name;
        let made = |suffix: &str| recipe::quoted(&names::chosen(bare, &column.name, suffix, |_| false));
        Self {
            table: step.text(alter.name.span).to_owned(),
            old: step.text(column.span).to_owned(),
            new: recipe::quoted(&format!("{}_new", column.name)),
            sync: made("sync"),
            check: made("new_set"),
        }
    }
}
