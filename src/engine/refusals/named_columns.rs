//! Columns that statements name and that no relation in sight has.

use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnConstraintKind, ColumnDef, ColumnRead, ConflictTarget, CreateFunction,
    CreateTable, CreateTrigger, Grant, GrantTarget, Ident, KeyColumns, Merged, ObjectKind, Place, Scope, Statement,
    StatementKind, TableConstraint, TableConstraintKind, TriggerEventKind, Write, WriteVerb,
};
use crate::engine::catalog::{ConstraintKind, Relation};
use crate::engine::classify::events_of;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::source::Span;

use super::DUPLICATE_COLUMN;
use super::existence::{SYSTEM_COLUMNS, UNDEFINED_COLUMN, is_known_whole, missing_column};
use super::{
    DUPLICATE_OBJECT, INVALID_COLUMN_REFERENCE, INVALID_TABLE_DEFINITION, NOT_IN_PREREQUISITE_STATE, UNDEFINED_OBJECT,
    missing, refused,
};

const AMBIGUOUS_COLUMN: &str = "42702";

/// `in_body`: names of variables may stand where columns do.
pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::Write(write) => write_refusals(write, around, in_body),
        StatementKind::Query(query) if !in_body => {
            let missing = read(&query.columns, around);
            missing.or_else(|| ambiguous(&query.columns, around)).into_iter().collect()
        }
        StatementKind::CreateTable(create) => create_table(create, around, in_body),
        StatementKind::AlterTable(alter) => added_twice(alter, around).into_iter().collect(),
        StatementKind::CreateView(create) => {
            let missing = read(&create.query.columns, around);
            missing.or_else(|| ambiguous(&create.query.columns, around)).into_iter().collect()
        }
        StatementKind::CreatePolicy(create) => {
            let conditions = create.using.iter().chain(&create.check);
            conditions.filter_map(|condition| read(&condition.reading, around)).collect()
        }
        StatementKind::CreateTrigger(create) => trigger(create, around).into_iter().collect(),
        StatementKind::CreateFunction(create) => function(create, around),
        StatementKind::Grant(grant) => granted(grant, around),
        _ => Vec::new(),
    }
}

/// Columns that privileges are limited to.
fn granted(grant: &Grant, around: &Surroundings) -> Vec<Refusal> {
    let GrantTarget::Objects(objects) = &grant.target else { return Vec::new() };
    let tables = objects.iter().filter(|object| object.kind == ObjectKind::Table);
    let tables: Vec<&Relation> = tables.filter_map(|object| around.relation(object.name.as_ref()?)).collect();
    let columns = grant.privileges.iter().flat_map(|privilege| &privilege.columns);
    let missing = columns.flat_map(|column| {
        tables.iter().filter_map(move |table| Some(missing_column(&column.name, table)?.at(column.span)))
    });
    missing.collect()
}

/// Columns that a write sets or compares, and the key that ON CONFLICT names.
fn write_refusals(write: &Write, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    let source = read(&write.reading, around).filter(|_| !in_body);
    let Some(relation) = around.relation(&write.target) else { return source.into_iter().collect() };
    let set = write.columns.iter().filter(|_| write.verb != WriteVerb::Merge);
    let set = set.filter_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)));
    // Where only the target is in sight, all columns of the condition are its own.
    let alone =
        matches!(write.verb, WriteVerb::Update | WriteVerb::Delete) && !write.from_query && write.reads.is_empty();
    let compared = write.filter.iter().filter(|_| alone).flat_map(|filter| &filter.columns);
    let is_alias = |column: &str| write.alias.as_ref().is_some_and(|alias| alias.name == column);
    let compared = compared.filter(|column| !is_alias(column)).filter_map(|column| missing_column(column, relation));
    // The table itself may be named, as a value.
    let row = |column: &Ident| is_alias(&column.name) || column.name == relation.name.name;
    let returned = write.returned.iter().filter(|column| !in_body && !row(column));
    let returned = returned.filter_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)));
    set.chain(compared).chain(source).chain(returned).collect()
}

/// What the server looks for when it has read all of the statement.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::Write(write) => conflict(write, around.relation(&write.target)?),
        _ => None,
    }
}

/// ON CONFLICT needs a unique index over just these columns, of all rows.
fn conflict(write: &Write, relation: &Relation) -> Option<Refusal> {
    let table = relation.kind == RelationKind::Table && is_known_whole(relation) && relation.parents.is_empty();
    match write.conflict.as_ref().filter(|_| table)? {
        ConflictTarget::Columns(columns) => {
            let mut wanted: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            if let Some(refusal) = wanted.iter().find_map(|column| missing_column(column, relation)) {
                return Some(refusal);
            }
            wanted.sort_unstable();
            wanted.dedup();
            let fits = |keys: &[Option<EcoString>]| {
                let mut keys: Vec<&str> = keys.iter().map(|key| key.as_deref().unwrap_or_default()).collect();
                keys.sort_unstable();
                keys.dedup();
                keys == wanted
            };
            let mut fitting =
                relation.indexes.iter().filter(|index| index.unique && !index.partial && fits(&index.keys)).peekable();
            let reason = || format!("no unique index of {} fits ON CONFLICT ({})", relation.name, wanted.join(", "));
            if fitting.peek().is_none() {
                return Some(refused(INVALID_COLUMN_REFERENCE, reason()));
            }
            let waits = fitting.find(|index| index.shape.deferrable && index.certain)?;
            compares_rows(write, relation).then(|| deferrable(&waits.name))
        }
        ConflictTarget::Constraint(name) => {
            let known = relation.constraint(&name.name);
            let reason = format!("constraint {} of {} does not exist", name.name, relation.name);
            let is_key = known.is_some_and(|known| matches!(known.kind, ConstraintKind::Key { .. }));
            if known.is_none() && !is_key {
                return Some(refused(UNDEFINED_OBJECT, reason).at(name.span));
            }
            let waits = known.filter(|known| known.traits.deferrable && !known.doubted)?;
            compares_rows(write, relation).then(|| deferrable(&waits.name))
        }
        ConflictTarget::Other | ConflictTarget::Nothing => None,
    }
}

/// Rows are looked at one by one: a DEFERRABLE key is found out when there is one.
fn compares_rows(write: &Write, relation: &Relation) -> bool {
    !write.rows.is_empty() && !relation.has_code_at(events_of(write))
}

fn deferrable(key: &str) -> Refusal {
    let reason = format!("ON CONFLICT does not support the key {key}: it is DEFERRABLE");
    refused(NOT_IN_PREREQUISITE_STATE, reason)
}

/// A name that every table has a column of. `oid` was one until 11, where a table was made WITH OIDS.
pub(super) fn system_column(name: &Ident) -> Option<Refusal> {
    let taken = name.name != "oid" && SYSTEM_COLUMNS.contains(&name.name.as_str());
    let reason = || format!("column name {} conflicts with a system column name", name.name);
    taken.then(|| refused(DUPLICATE_COLUMN, reason()).at(name.span))
}

/// One ALTER TABLE adds two columns of one name.
fn added_twice(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    around.relation(&alter.name)?;
    let added = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { if_not_exists: false, column } => Some(&column.name),
        _ => None,
    });
    twice(&added.collect::<Vec<_>>())
}

fn twice(names: &[&Ident]) -> Option<Refusal> {
    let second = names.iter().enumerate().find(|(at, name)| names[..*at].iter().any(|other| other.name == name.name));
    let (_, name) = second?;
    Some(refused(DUPLICATE_COLUMN, format!("column {} is named twice", name.name)).at(name.span))
}

/// What CREATE TABLE says twice, or names and lacks.
fn create_table(create: &CreateTable, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    let name = around.created(&create.name);
    if create.if_not_exists && around.catalog.is_taken(&name) {
        return Vec::new();
    }
    let plain = create.like.is_empty()
        && create.inherits.is_empty()
        && create.partition_of.is_none()
        && create.of_type.is_none()
        && create.query.is_none();
    let columns: Vec<&Ident> = create.columns.iter().map(|column| &column.name).collect();
    let mut found: Vec<Refusal> = Vec::new();
    if plain {
        found.extend(twice(&columns));
        found.extend(columns.iter().filter_map(|column| system_column(column)));
        found.extend(lacking(create, &columns));
    }
    found.extend(create.query.iter().filter_map(|query| read(&query.columns, around)).filter(|_| !in_body));
    found.extend(second_primary_key(create));
    found.extend(constraint_twice(create));
    found
}

fn second_primary_key(create: &CreateTable) -> Option<Refusal> {
    let of_column = |column: &ColumnDef| {
        let keys = column.constraints.iter().filter(|part| matches!(part.kind, ColumnConstraintKind::PrimaryKey));
        keys.map(|part| part.span).collect::<Vec<Span>>()
    };
    let of_columns = create.columns.iter().flat_map(of_column);
    let is_key = |constraint: &&TableConstraint| matches!(constraint.kind, TableConstraintKind::PrimaryKey(_));
    let of_table = create.constraints.iter().filter(is_key).map(|constraint| constraint.span);
    let second = of_columns.chain(of_table).nth(1)?;
    let reason = format!("multiple primary keys for table {} are not allowed", create.name);
    Some(refused(INVALID_TABLE_DEFINITION, reason).at(second))
}

/// Two CHECKs or two foreign keys of one written name. Keys fail by the names of their indexes, with another SQLSTATE.
fn constraint_twice(create: &CreateTable) -> Option<Refusal> {
    let is_named_here = |constraint: &&TableConstraint| matches!(constraint.kind, TableConstraintKind::Check(_));
    let named = create.constraints.iter().filter(is_named_here).filter_map(|constraint| constraint.name.as_ref());
    let names: Vec<&Ident> = named.collect();
    let second = names.iter().enumerate().find(|(at, name)| names[..*at].iter().any(|other| other.name == name.name));
    let (_, name) = second?;
    let reason = format!("constraint {} of {} is named twice", name.name, create.name);
    Some(refused(DUPLICATE_OBJECT, reason).at(name.span))
}

/// A constraint of a new table names a column that the table lacks.
fn lacking(create: &CreateTable, columns: &[&Ident]) -> Option<Refusal> {
    let has = |name: &str| {
        let own = columns.iter().any(|column| column.name == name) || create.name.name.name == name;
        own || SYSTEM_COLUMNS.contains(&name)
    };
    let named = create.constraints.iter().flat_map(|constraint| {
        let names = constrained(constraint);
        names.into_iter().map(|name| (name, constraint.span))
    });
    let checks = create.columns.iter().flat_map(|column| {
        let checks = column.constraints.iter().filter_map(|part| match &part.kind {
            ColumnConstraintKind::Check(expr) => Some((expr, part.span)),
            _ => None,
        });
        checks.flat_map(|(expr, span)| expr.columns.iter().map(move |name| (name.as_str(), span)))
    });
    let (name, span) = named.chain(checks).find(|(name, _)| !has(name))?;
    let near = missing::nearest(name, columns.iter().map(|column| column.name.as_str()));
    let refusal = refused(UNDEFINED_COLUMN, format!("column {name} of {} does not exist", create.name));
    Some(refusal.at(span).by(crate::engine::trace::Cause::Existence { past: None, near }))
}

fn constrained(constraint: &TableConstraint) -> Vec<&str> {
    let columns = match &constraint.kind {
        TableConstraintKind::Check(expr) => return expr.columns.iter().map(EcoString::as_str).collect(),
        TableConstraintKind::ForeignKey { columns, .. }
        | TableConstraintKind::Unique(KeyColumns::Columns(columns))
        | TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => columns.as_slice(),
        TableConstraintKind::NotNull(column) => std::slice::from_ref(column),
        TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_))
        | TableConstraintKind::Exclude { .. } => &[],
    };
    columns.iter().map(|column| column.name.as_str()).collect()
}

/// A column that a query or a condition reads and that nothing in sight has.
fn read(reads: &[ColumnRead], around: &Surroundings) -> Option<Refusal> {
    reads.iter().find_map(|read| match read {
        ColumnRead::Named { place: Place::Unsure, .. } | ColumnRead::All(_) | ColumnRead::Some(_) => None,
        ColumnRead::Named { column, scope, place: Place::Expression | Place::From | Place::Key } => {
            lacked_by_all(column, scope, around)
        }
    })
}

/// A column without a table that two tables have.
fn ambiguous(reads: &[ColumnRead], around: &Surroundings) -> Option<Refusal> {
    reads.iter().find_map(|read| {
        let ColumnRead::Named { column, scope, place: Place::Expression } = read else { return None };
        let merged = match &scope.merged {
            Merged::Nothing => false,
            Merged::Columns(columns) => columns.contains(column),
            Merged::Natural => true,
        };
        if scope.others || merged {
            return None;
        }
        let relations: Option<Vec<&Relation>> = scope.relations.iter().map(|name| around.relation(name)).collect();
        let relations = relations?;
        let whole = relations.iter().all(|relation| is_known_whole(relation));
        let having: Vec<&&Relation> = relations.iter().filter(|relation| relation.column(column).is_some()).collect();
        let (one, other) = (having.first()?, having.get(1)?);
        let reason = format!("column reference {column} is ambiguous: {} and {} have one", one.name, other.name);
        whole.then(|| refused(AMBIGUOUS_COLUMN, reason))
    })
}

/// Functions of the server that take a whole row: `t.count` calls one where the table has no such column.
const ROW_FUNCTIONS: &[&str] = &[
    "any_value",
    "array_agg",
    "concat",
    "count",
    "json_agg",
    "json_agg_strict",
    "json_build_array",
    "jsonb_agg",
    "jsonb_agg_strict",
    "jsonb_build_array",
    "max",
    "min",
    "num_nonnulls",
    "num_nulls",
    "pg_column_size",
    "pg_typeof",
    "quote_literal",
    "quote_nullable",
    "row_to_json",
    "to_json",
    "to_jsonb",
];

fn lacked_by_all(column: &str, scope: &Arc<Scope>, around: &Surroundings) -> Option<Refusal> {
    if ROW_FUNCTIONS.contains(&column) || around.catalog.function(column).is_some() {
        return None;
    }
    let mut refusal = None;
    let mut next = Some(scope);
    while let Some(scope) = next {
        if scope.others {
            return None;
        }
        for name in &scope.relations {
            refusal = Some(missing_column(column, around.relation(name)?)?);
        }
        next = scope.outer.as_ref();
    }
    refusal
}

fn trigger(create: &CreateTrigger, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table)?;
    let columns = create.events.iter().flat_map(|event| match &event.kind {
        TriggerEventKind::Update { columns } => columns.as_slice(),
        TriggerEventKind::Insert | TriggerEventKind::Delete | TriggerEventKind::Truncate => &[],
    });
    columns.into_iter().find_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)))
}

/// The statements of the body of an SQL function, which is checked when it is made, unless the session says otherwise.
pub(super) fn checked_body<'c>(
    create: &'c CreateFunction,
    around: &Surroundings,
) -> Option<impl Iterator<Item = &'c Statement>> {
    let off = |value: &str| matches!(value.to_lowercase().as_str(), "off" | "false" | "no" | "0");
    let unchecked = around.session.setting("check_function_bodies").is_some_and(off);
    let own_path = create.settings.iter().any(|setting| setting.name == "search_path");
    let body = create.body.text().filter(|_| create.language == "sql" && !unchecked && !own_path)?;
    let is_of_rows = |kind: &StatementKind| matches!(kind, StatementKind::Query(_) | StatementKind::Write(_));
    let only_rows = body.is_read() && body.statements.iter().all(|inner| is_of_rows(&inner.statement.kind));
    only_rows.then(|| body.statements.iter().map(|inner| &inner.statement))
}

fn function(create: &CreateFunction, around: &Surroundings) -> Vec<Refusal> {
    let statements = checked_body(create, around).into_iter().flatten();
    let found = statements.flat_map(|inner| {
        let relations = missing::refusals(inner, around).into_iter();
        relations.chain(set_columns(inner, around)).chain(read_in_body(inner, create, around)).collect::<Vec<_>>()
    });
    found.collect()
}

/// Columns that a query in a body reads: neither they nor the arguments have the name.
fn read_in_body(statement: &Statement, create: &CreateFunction, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::Query(query) = &statement.kind else { return None };
    let is_argument = |name: &str| {
        let mut arguments = create.arguments.iter().filter_map(|argument| argument.name.as_ref());
        arguments.any(|argument| argument.name == name) || create.name.name.name == name
    };
    let reads = query.columns.iter().filter(|read| match read {
        ColumnRead::Named { column, .. } => !is_argument(column),
        ColumnRead::All(_) | ColumnRead::Some(_) => false,
    });
    let reads: Vec<ColumnRead> = reads.cloned().collect();
    read(&reads, around)
}

/// Columns that a statement in a body sets: the names of its arguments may stand anywhere else.
fn set_columns(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return None };
    let relation = around.relation(&write.target)?;
    write.columns.iter().find_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)))
}
