//! What a database lacks in which there is nothing but what the history has made.
//!
//! Somebody may have made it by hand: an extension, or a table that is older than the history. So rules say nothing of it,
//! and what follows is replayed as if it were there; a lock plan tells what happens in the state that the history shows
//! (`fixtures/facts/presumed-*.sql`).

use crate::ast::{
    AlterActionKind, ColumnChange, ColumnDef, CreateType, DataType, Drop, IndexKey, ObjectKind, ObjectName, Statement,
    StatementKind, TableConstraint, TableConstraintKind, TypeKind,
};
use crate::engine::catalog::{Column, Kind, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, collations, extensions, types};

use super::existence::is_known_whole;
use super::named_columns::checked_body;
use super::newer_functions::{UNDEFINED_FUNCTION, called, has_only_known_extensions};
use super::passed_over::passes_over;
use super::violated::changes;
use super::{UNDEFINED_OBJECT, UNDEFINED_TABLE, missing, refused, refused_on};

/// Tables in which migration tools note what they have done, and make themselves.
const BOOKS: &[&str] = &[
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "__efmigrationshistory",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "migrations",
    "pgmigrations",
    "refinery_schema_history",
    "schema_migration",
    "schema_migrations",
    "schema_version",
    "sequelizemeta",
    "typeorm_metadata",
];

/// What the statement needs, and the history does not make.
pub(crate) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let whole = around.history_is_whole && !around.catalog.ledger.blind && has_only_known_extensions(around);
    if !whole || passes_over(statement, around) {
        return Vec::new();
    }
    let body = match &statement.kind {
        StatementKind::CreateFunction(create) => checked_body(create, around),
        _ => None,
    };
    let inside = body.into_iter().flatten().flat_map(|inner| relations(inner, around));
    relations(statement, around)
        .into_iter()
        .chain(inside)
        .chain(functions(statement, around))
        .chain(data_types(statement).filter_map(|data_type| unmade_type(data_type, around)))
        .chain(classes(statement, around))
        .chain(collated(statement).into_iter().filter_map(|name| unmade_collation(name, around)))
        .collect()
}

fn relations(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let (sqlstate, what, named) = match &statement.kind {
        StatementKind::Drop(drop) => match dropped(drop) {
            Some(found) => found,
            None => return Vec::new(),
        },
        _ => (UNDEFINED_TABLE, "relation", missing::all_needed(statement)),
    };
    let unmade = named.into_iter().filter(|name| around.is_unmade(name) && !is_book(name));
    let refusal = |name: &ObjectName| {
        let reason = format!("{what} {name} does not exist: no migration makes it");
        refused(sqlstate, reason).at(name.span)
    };
    unmade.map(refusal).collect()
}

fn is_book(name: &ObjectName) -> bool {
    BOOKS.contains(&name.name.name.to_lowercase().as_str())
}

fn dropped(drop: &Drop) -> Option<(&'static str, &'static str, Vec<&ObjectName>)> {
    let (sqlstate, what) = match &drop.object {
        ObjectKind::Table | ObjectKind::ForeignTable => (UNDEFINED_TABLE, "table"),
        ObjectKind::View | ObjectKind::MaterializedView => (UNDEFINED_TABLE, "view"),
        ObjectKind::Sequence => (UNDEFINED_TABLE, "sequence"),
        ObjectKind::Index => (UNDEFINED_OBJECT, "index"),
        _ => return None,
    };
    (!drop.if_exists).then(|| (sqlstate, what, drop.names.iter().collect()))
}

/// Functions of extensions. One of them is built in since 13.
fn functions(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    called(statement, around).into_iter().find_map(|name| {
        let extension = extensions::of_function(name).filter(|extension| lacks(extension, around))?;
        let is_it = |other: &str| other.split('(').next() == Some(name);
        let made = around.catalog.functions().any(|(other, _)| is_it(other));
        let made = made || around.catalog.may_be_no_call(name) || around.catalog.has_aggregate(name);
        let versions = if name == "gen_random_uuid" { VersionSet::before(13) } else { VersionSet::ALL };
        let reason = format!("function {name} does not exist: no migration makes the extension {extension}");
        (!made).then(|| refused_on(versions, UNDEFINED_FUNCTION, reason))
    })
}

/// Whether the history does not make an extension, by any code of its own either.
fn lacks(extension: &str, around: &Surroundings) -> bool {
    let mut named = around.catalog.ledger.all(Kind::Named);
    named.all(|(other, _)| &*other.schema != "EXTENSION" || *other.name != *extension)
        && !around.catalog.has_code_that_may_create()
}

/// The types of new columns, and of those that get another one.
fn data_types(statement: &Statement) -> impl Iterator<Item = &DataType> {
    let (columns, others): (Vec<&ColumnDef>, Vec<&DataType>) = match &statement.kind {
        StatementKind::CreateTable(create) => (create.columns.iter().collect(), Vec::new()),
        StatementKind::AlterTable(alter) => {
            let new = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AddColumn { if_not_exists: false, column } => Some(&**column),
                _ => None,
            });
            let changed = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AlterColumn { change: ColumnChange::SetType { data_type, .. }, .. } => {
                    Some(&**data_type)
                }
                _ => None,
            });
            (new.collect(), changed.collect())
        }
        _ => (Vec::new(), Vec::new()),
    };
    columns.into_iter().map(|column| &column.data_type).chain(others)
}

fn unmade_type(data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = data_type.name.as_str();
    let plain = !name.is_empty() && !name.contains('.') && !data_type.of_column && !data_type.serial;
    if !plain || name.starts_with("pg_") || name.starts_with('_') || types::is_built_in_name(name) {
        return None;
    }
    let catalog = around.catalog;
    let made = catalog.ledger.all(Kind::Type).any(|(known, _)| *known.name == *name);
    let by = match extensions::of_type(name) {
        Some(extension) if !lacks(extension, around) => return None,
        Some(extension) => format!("the extension {extension}"),
        None => "it".to_owned(),
    };
    let reason = format!("type {name} does not exist: no migration makes {by}");
    let unmade = !made && !catalog.has_relation_named(name) && !catalog.has_code_that_may_create();
    unmade.then(|| refused(UNDEFINED_OBJECT, reason).at(data_type.span))
}

/// What COLLATE names in columns, keys of indexes and partitions, domains and attributes.
fn collated(statement: &Statement) -> Vec<&ObjectName> {
    match &statement.kind {
        StatementKind::CreateTable(create) if !create.if_not_exists => {
            let of_columns = create.columns.iter().filter_map(|column| column.collation.as_ref());
            let keys = create.partition_by.iter().flat_map(|partition_by| &partition_by.keys);
            of_columns.chain(keys.filter_map(|key| key.collation.as_ref())).collect()
        }
        // IF NOT EXISTS looks for the index behind its keys.
        StatementKind::CreateIndex(create) => create.keys.iter().filter_map(|key| key.collation.as_ref()).collect(),
        StatementKind::CreateDomain(create) => create.collation.iter().collect(),
        StatementKind::CreateType(CreateType { kind: TypeKind::Composite(attributes), .. }) => {
            attributes.iter().filter_map(|attribute| attribute.collation.as_ref()).collect()
        }
        StatementKind::AlterTable(alter) => {
            let of_action = |action| match action {
                &AlterActionKind::AddColumn { if_not_exists: false, ref column } => column.collation.as_ref(),
                AlterActionKind::AlterColumn { change: ColumnChange::SetType { collation, .. }, .. } => {
                    collation.as_ref()
                }
                _ => None,
            };
            alter.actions.iter().filter_map(|action| of_action(&action.kind)).collect()
        }
        _ => Vec::new(),
    }
}

fn unmade_collation(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let lacking = collations::lacking(&name.name.name);
    let is_it = |other: &str| other.rsplit('.').next().is_some_and(|bare| bare.trim_matches('"') == name.name.name);
    let mut named = around.catalog.ledger.all(Kind::Named);
    let made = named.any(|(other, _)| &*other.schema == "COLLATION" && is_it(&other.name));
    let known = made || around.catalog.has_code_that_may_create() || lacking == VersionSet::NONE;
    let reason = format!("collation {name} does not exist: no migration makes it");
    (!known).then(|| refused_on(lacking, UNDEFINED_OBJECT, reason).at(name.span))
}

/// Access methods and operator classes of extensions, of new indexes and EXCLUDE constraints.
fn classes(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateIndex(create) => {
            let method = create.method.as_deref().unwrap_or("btree");
            let column = |name: &str| around.relation(&create.table)?.column(name)?.known_type();
            of_index(method, create.keys.iter(), &column, around).into_iter().collect()
        }
        StatementKind::AlterTable(alter) => {
            let relation = around.relation(&alter.name).filter(|relation| is_known_whole(relation));
            let column =
                |name: &str| relation?.column(name).filter(|_| !changes(alter, name)).and_then(Column::known_type);
            let added = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AddConstraint(constraint) => Some(&**constraint),
                _ => None,
            });
            let retyped = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } => {
                    of_other_type(&name.name, data_type, relation?, around)
                }
                _ => None,
            });
            let added = added.filter_map(|constraint| of_constraint(constraint, &column, around));
            added.chain(retyped).collect()
        }
        StatementKind::CreateTable(create) => {
            let column = |name: &str| {
                create.columns.iter().find(|column| column.name.name == name).map(|column| &column.data_type)
            };
            create.constraints.iter().filter_map(|constraint| of_constraint(constraint, &column, around)).collect()
        }
        _ => Vec::new(),
    }
}

/// An index is made anew for another type of its key.
fn of_other_type(name: &str, data_type: &DataType, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let certain = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted);
    certain.into_iter().find_map(|index| {
        let at = index.keys.iter().position(|key| key.as_deref() == Some(name))?;
        index.shape.keys.get(at).filter(|key| key.operators.is_none())?;
        let method = &index.shape.method;
        let plain = data_type.dimensions == 0;
        let extension = extensions::of_default_class(method, &data_type.name).filter(|_| plain)?;
        let what = format!("data type {} has no default operator class for access method {method}", data_type.name);
        let reason = format!("{what}: no migration makes the extension {extension}");
        lacks(extension, around).then(|| refused(UNDEFINED_OBJECT, reason).at(data_type.span))
    })
}

fn of_constraint<'a>(
    constraint: &TableConstraint,
    column: &dyn Fn(&str) -> Option<&'a DataType>,
    around: &Surroundings,
) -> Option<Refusal> {
    let TableConstraintKind::Exclude { elements, method, .. } = &constraint.kind else { return None };
    of_index(method.as_deref()?, elements.iter().map(|element| &element.key), column, around)
}

fn of_index<'a, 'k>(
    method: &str,
    mut keys: impl Iterator<Item = &'k IndexKey>,
    column: &dyn Fn(&str) -> Option<&'a DataType>,
    around: &Surroundings,
) -> Option<Refusal> {
    if let Some(extension) = extensions::of_method(method).filter(|extension| lacks(extension, around)) {
        let reason = format!("access method {method} does not exist: no migration makes the extension {extension}");
        return Some(refused(UNDEFINED_OBJECT, reason));
    }
    keys.find_map(|key| {
        let (extension, what) = match &key.opclass {
            Some(class) => {
                let name = &class.name.name;
                (
                    extensions::of_class(name)?,
                    format!("operator class {name} does not exist for access method {method}"),
                )
            }
            None => {
                let of = column(&key.column.as_ref()?.name).filter(|of| of.dimensions == 0)?;
                let what = format!("data type {} has no default operator class for access method {method}", of.name);
                (extensions::of_default_class(method, &of.name)?, what)
            }
        };
        let reason = format!("{what}: no migration makes the extension {extension}");
        lacks(extension, around).then(|| refused(UNDEFINED_OBJECT, reason).at(key.span))
    })
}
