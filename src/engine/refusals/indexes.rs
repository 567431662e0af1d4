//! What an access method does not do, and keys that no index has.
//!
//! Source: `DefineIndex` and `ComputeIndexAttrs` of PostgreSQL's commands/indexcmds.c, the properties of the access methods
//! of PostgreSQL 10 to 18, and measurements (`fixtures/facts/create-index-*.sql`).

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, CreateIndex, IndexKey, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::Relation;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{SYSTEM_COLUMNS, UNDEFINED_COLUMN, is_known_whole};
use super::{FEATURE_NOT_SUPPORTED, WRONG_OBJECT_TYPE, refused, refused_on};

const TOO_MANY_COLUMNS: &str = "54011";

/// Columns of an index, those of INCLUDE among them.
const MOST_COLUMNS: usize = 32;

pub(super) fn create_index(create: &CreateIndex, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let method = create.method.as_deref().unwrap_or("btree");
    let mut found = Vec::new();
    if create.keys.len() + create.include.len() > MOST_COLUMNS {
        found.push(refused(TOO_MANY_COLUMNS, format!("cannot use more than {MOST_COLUMNS} columns in an index")));
    }
    let system = create.keys.iter().filter_map(|key| key.column.as_ref()).find(|column| {
        column.name != "oid"
            && SYSTEM_COLUMNS.contains(&column.name.as_str())
            && relation.column(&column.name).is_none()
    });
    if let Some(column) = system {
        let reason = "index creation on system columns is not supported".to_owned();
        found.push(refused(FEATURE_NOT_SUPPORTED, reason).at(column.span));
    }
    let versions = without_include(method);
    if !create.include.is_empty() && !versions.is_empty() {
        let reason = format!("access method {method} does not support included columns");
        found.push(refused_on(versions, FEATURE_NOT_SUPPORTED, reason));
    }
    let unordered = matches!(method, "hash" | "gin" | "gist" | "spgist" | "brin");
    if let Some(key) = create.keys.iter().find(|key| unordered && is_ordered(key, around)) {
        let what = if key.nulls_first.is_some() { "NULLS FIRST/LAST" } else { "ASC/DESC" };
        let reason = format!("access method {method} does not support {what} options");
        found.push(refused(FEATURE_NOT_SUPPORTED, reason).at(key.span));
    }
    found
}

/// Versions in which an access method holds nothing beside its keys.
fn without_include(method: &str) -> VersionSet {
    match method {
        "hash" | "gin" | "brin" => VersionSet::since(11),
        "gist" => VersionSet::range(11, 11),
        "spgist" => VersionSet::range(11, 13),
        _ => VersionSet::NONE,
    }
}

/// Whether an order is written, the default one included.
fn is_ordered(key: &IndexKey, around: &Surroundings) -> bool {
    let last = around.text_of(key.span).split_whitespace().next_back().unwrap_or_default();
    key.descending || key.nulls_first.is_some() || last.eq_ignore_ascii_case("asc")
}

/// Until 12, the expressions of an EXCLUDE were read before the same statement added a column.
pub(super) fn exclude_early(constraint: &TableConstraint, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let TableConstraintKind::Exclude { elements, predicate, .. } = &constraint.kind else { return None };
    let adds = |name: &str| {
        let is_it = |action: &AlterAction| matches!(&action.kind, AlterActionKind::AddColumn { column, .. } if column.name.name == name);
        relation.column(name).is_none() && is_known_whole(relation) && alter.actions.iter().any(is_it)
    };
    let expressions = elements.iter().filter_map(|element| element.key.expr.as_deref()).chain(predicate.as_deref());
    let column = expressions.flat_map(|expr| &expr.columns).find(|column| adds(column))?;
    let reason = format!("column {column} is added by the same statement, and does not exist yet");
    Some(refused_on(VersionSet::before(13), UNDEFINED_COLUMN, reason).at(constraint.span))
}

/// EXCLUDE with an access method or an operator that cannot say that two rows exclude each other.
pub(super) fn exclude(constraint: &TableConstraint) -> Option<Refusal> {
    let TableConstraintKind::Exclude { elements, method, .. } = &constraint.kind else { return None };
    let method = method.as_deref().unwrap_or("btree");
    if matches!(method, "gin" | "brin") {
        let reason = format!("access method {method} does not support exclusion constraints");
        return Some(refused(FEATURE_NOT_SUPPORTED, reason).at(constraint.span));
    }
    let one_sided = |operator: &str| matches!(operator, "<" | "<=" | ">" | ">=");
    let element = elements.iter().find(|element| matches!(method, "btree" | "hash") && one_sided(&element.operator))?;
    let reason = format!("operator {} is not commutative: EXCLUDE cannot use it", element.operator);
    Some(refused(WRONG_OBJECT_TYPE, reason).at(element.span))
}
