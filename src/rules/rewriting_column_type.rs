use crate::ast::{AlterActionKind, AlterTable, ColumnChange, DataType, Expr, Ident, ObjectName, StatementKind};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
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
    Form::AlterTypeKeyToPartitioned,
    Form::AlterTypeKeyOfPartitionedMetadata,
    Form::AlterTypeReferencedByPartitionedMetadata,
];

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(WORK).into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    let found = Step::by_place(effects).into_iter().map(|(span, effects)| {
        let column = changed_column(alter, span).map(|change| change.column);
        step.finding(span, message(alter, &effects, step), effects)
            .assuming(column.and_then(|column| assumption(alter, column, step)))
            .label("ACCESS EXCLUSIVE while the work goes on")
            .help(HELP)
            .rewrite(changed_column(alter, span).and_then(|change| shadow_column(alter, &change, step)))
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

/// ALTER COLUMN TYPE, taken apart.
struct TypeChange<'a> {
    column: &'a Ident,
    data_type: &'a DataType,
    collation: Option<&'a ObjectName>,
    using: Option<&'a Expr>,
}

fn changed_column(alter: &AlterTable, span: Span) -> Option<TypeChange<'_>> {
    let action = alter.actions.iter().find(|action| action.span == span)?;
    match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, collation, using } } => {
            Some(TypeChange { column: name, data_type, collation: collation.as_ref(), using: using.as_deref() })
        }
        _ => None,
    }
}

/// What had to be taken for granted about the old type or the session.
fn assumption(alter: &AlterTable, column: &Ident, step: &Step) -> Option<String> {
    let known = step.relation(&alter.name).and_then(|relation| relation.column(&column.name));
    let table = step.around.resolve(&alter.name);
    match known.and_then(|column| column.known_type()) {
        None => Some(format!("{table}.{} has another type so far: no migration that was read shows it", column.name)),
        Some(old) if old.name.starts_with("timestamp") && !step.around.is_utc() => {
            Some("the session's time zone is not UTC: no SET timezone shows it".to_owned())
        }
        Some(_) => None,
    }
}

/// A second column of the new type, kept in step by a trigger, filled in batches, and swapped in under one short lock.
fn shadow_column(alter: &AlterTable, change: &TypeChange, step: &Step) -> Option<Rewrite> {
    let column = change.column;
    if !is_replaceable(alter, column, step) {
        return None;
    }
    let names = Names::new(alter, column, step);
    let value = value(alter, change, step);
    let fill = fill(alter, &names, value.as_deref(), step)?;
    let name = &column.name;
    let mut rewrite = step
        .moved_out()
        .then_outside_transaction(format!("add_{name}_new"), add(&names, change, value.as_deref(), step))
        .then_outside_transaction(format!("backfill_{name}_new"), fill);
    let Names { table, old, new, check, .. } = &names;
    let known = step.relation(&alter.name).and_then(|relation| relation.column(name));
    let mut keep_not_null = String::new();
    if known.is_some_and(|column| column.not_null) {
        for (what, sql) in recipe::not_null_route(table, new, check, false) {
            rewrite = rewrite.then(format!("{what}_{name}_new"), sql);
        }
        if step.all_since(12) {
            keep_not_null = recipe::set_not_null(table, old, check);
        }
    }
    Some(rewrite.then_outside_transaction(format!("swap_{name}"), swap(&names, column, &keep_not_null, alter, step)))
}

/// Whether another column can take the place of this one, and the statement is about nothing else.
fn is_replaceable(alter: &AlterTable, column: &Ident, step: &Step) -> bool {
    let partitioned = step.relation(&alter.name).is_some_and(Relation::is_partitioned);
    let has_row_triggers = step.all_since(13) || !partitioned;
    let alone = alter.actions.len() == 1 && !step.is_named_later(&column.name);
    alone && has_row_triggers && !is_rested_on(alter, column, step)
}

/// The old rows in batches. The trigger has seen to all that changed since.
fn fill(alter: &AlterTable, names: &Names, value: Option<&str>, step: &Step) -> Option<String> {
    let Names { table, old, new, .. } = names;
    let value = value.map_or_else(|| old.clone(), |value| format!("({value})"));
    let change = format!("UPDATE {table} SET {new} = {value}");
    step.in_batches(&change, &alter.name, &format!("{new} IS NULL AND {value} IS NOT NULL"))
}

/// Whether the column belongs to the primary key, or to a key that other tables refer to: it would go with the old column.
fn is_rested_on(alter: &AlterTable, column: &Ident, step: &Step) -> bool {
    let Some(relation) = step.relation(&alter.name) else { return false };
    let in_primary_key = relation.primary_key().is_some_and(|key| key.contains(&column.name));
    let referenced = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } => referenced_columns.contains(&column.name),
        _ => false,
    };
    in_primary_key || step.around.catalog.referencing(&relation.name).iter().any(|(_, constraint)| referenced(constraint))
}

/// The new value, where it is not just the old one: USING, or the session's time zone spelled out.
fn value(alter: &AlterTable, change: &TypeChange, step: &Step) -> Option<String> {
    if let Some(using) = change.using {
        return Some(step.text(using.span).to_owned());
    }
    let known = step.relation(&alter.name).and_then(|relation| relation.column(&change.column.name));
    let is_timestamp = |data_type: &DataType| data_type.name.starts_with("timestamp");
    let moves_zone = known
        .and_then(|column| column.data_type.as_ref())
        .is_some_and(|old| is_timestamp(old) && is_timestamp(change.data_type) && old.name != change.data_type.name);
    // An offset would be read with its sign turned around.
    let zone = step.around.session.setting("timezone").filter(|zone| zone.starts_with(char::is_alphabetic));
    let zone = zone.filter(|_| moves_zone)?.replace('\'', "''");
    Some(format!("{} AT TIME ZONE '{zone}'", step.text(change.column.span)))
}

/// The column, and the trigger that keeps it in step.
fn add(names: &Names, change: &TypeChange, value: Option<&str>, step: &Step) -> String {
    let Names { table, bare, old, new, sync, .. } = names;
    let value = match value {
        Some(value) => format!("(SELECT {value} FROM (SELECT NEW.*) AS {bare})"),
        None => format!("NEW.{old}"),
    };
    format!(
        "BEGIN;\n{timeout}ALTER TABLE {table} ADD COLUMN {new} {new_type}{collation};\n\
         CREATE FUNCTION {sync}() RETURNS trigger LANGUAGE plpgsql AS $$\n\
         BEGIN\n  NEW.{new} := {value};\n  RETURN NEW;\nEND $$;\n\
         CREATE TRIGGER {sync} BEFORE INSERT OR UPDATE ON {table}\n  FOR EACH ROW EXECUTE PROCEDURE {sync}();\nCOMMIT;\n",
        timeout = recipe::lock_timeout(true),
        new_type = step.text(change.data_type.span),
        collation = change.collation.map(|name| format!(" COLLATE {}", step.text(name.span))).unwrap_or_default(),
    )
}

/// The new column takes the name over.
fn swap(names: &Names, column: &Ident, keep_not_null: &str, alter: &AlterTable, step: &Step) -> String {
    let Names { table, old, new, sync, .. } = names;
    let gone = step.dropped_with(&alter.name, &column.name, false);
    let gone: Vec<&str> = gone.iter().filter_map(|object| object.split(" (").next()).collect();
    let warning = match gone.is_empty() {
        true => String::new(),
        false => format!("-- Goes with the old column, make it anew on {new} first: {}\n", gone.join(", ")),
    };
    format!(
        "{warning}BEGIN;\n{timeout}DROP TRIGGER {sync} ON {table};\nDROP FUNCTION {sync}();\n\
         ALTER TABLE {table} DROP COLUMN {old};\nALTER TABLE {table} RENAME COLUMN {new} TO {old};\n\
         {keep_not_null}COMMIT;\n",
        timeout = recipe::lock_timeout(true),
    )
}

/// The names in the shadow column recipe, as they are written.
struct Names {
    table: String,
    /// The table without its schema.
    bare: String,
    old: String,
    new: String,
    /// The trigger and its function.
    sync: String,
    check: String,
}

impl Names {
    fn new(alter: &AlterTable, column: &Ident, step: &Step) -> Self {
        let new = format!("{}_new", column.name);
        Self {
            table: step.text(alter.name.span).to_owned(),
            bare: recipe::quoted(&alter.name.name.name),
            old: step.text(column.span).to_owned(),
            sync: recipe::quoted(&names::chosen(&alter.name.name.name, &column.name, "sync", |_| false)),
            check: recipe::quoted(&step.helper_constraint(&alter.name, &new, "set")),
            new: recipe::quoted(&new),
        }
    }
}
