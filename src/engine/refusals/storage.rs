//! Where and how rows are stored: tablespaces that are not for tables, and compression that a type does not have.
//!
//! Source: `DefineRelation()`, `CheckRelationTableSpaceMove()` and `GetAttributeCompression()` of PostgreSQL's
//! commands/tablecmds.c, and measurements (`fixtures/facts/*-tablespace-global*.sql`, `*-compression-*.sql`).

use crate::ast::{
    AlterActionKind, AlterTable, ColumnDef, CreateTable, Ident, IndexParameters, Statement, StatementKind,
};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_known_whole;
use super::identity::FIXED;
use super::{FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, refused, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateTable(create) => create_table(create, around),
        StatementKind::AlterTable(alter) => alter_table(alter, around),
        StatementKind::CreateIndex(create) => shared(create.tablespace.as_ref()).into_iter().collect(),
        StatementKind::CreateView(create) if !create.if_not_exists => {
            shared(create.tablespace.as_ref()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// `pg_global` holds what all databases share.
fn shared(tablespace: Option<&Ident>) -> Option<Refusal> {
    let name = tablespace.filter(|name| name.name == "pg_global")?;
    let reason = "only shared relations can be placed in the tablespace pg_global".to_owned();
    Some(refused(INVALID_PARAMETER_VALUE, reason).at(name.span))
}

fn of_index(index: &IndexParameters) -> Option<Refusal> {
    shared(index.tablespace.as_ref())
}

fn create_table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    if create.if_not_exists && !around.is_missing(&around.created(&create.name)) {
        return Vec::new();
    }
    let columns = create.columns.iter().filter_map(compression);
    let of_columns = create.columns.iter().flat_map(|column| &column.constraints).map(|part| &part.index);
    let indexes = of_columns.chain(create.constraints.iter().map(|constraint| &constraint.index));
    shared(create.tablespace.as_ref()).into_iter().chain(columns).chain(indexes.filter_map(of_index)).collect()
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| is_known_whole(relation));
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::SetTablespace(tablespace) => shared(Some(tablespace)),
        AlterActionKind::AddColumn { if_not_exists, column } => {
            let is_new = !if_not_exists || relation.is_some_and(|known| known.column(&column.name.name).is_none());
            let keys = || column.constraints.iter().find_map(|part| of_index(&part.index));
            compression(column).or_else(keys).filter(|_| is_new)
        }
        AlterActionKind::AddConstraint(constraint) => of_index(&constraint.index),
        _ => None,
    });
    found.collect()
}

/// COMPRESSION behind a new column whose type is stored as it is, or by a method that there is not.
fn compression(column: &ColumnDef) -> Option<Refusal> {
    let method = column.compression.as_ref().filter(|method| !method.eq_ignore_ascii_case("default"))?;
    let data_type = &column.data_type;
    let since = VersionSet::since(14);
    if !matches!(method.as_str(), "pglz" | "lz4") {
        let reason = format!("invalid compression method {method}");
        return Some(refused_on(since, INVALID_PARAMETER_VALUE, reason).at(column.span));
    }
    let fixed = data_type.dimensions == 0 && FIXED.contains(&data_type.name.as_str());
    let reason = || format!("column data type {} does not support compression", data_type.name);
    fixed.then(|| refused_on(since, FEATURE_NOT_SUPPORTED, reason()).at(column.span))
}
