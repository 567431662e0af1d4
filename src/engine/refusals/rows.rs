//! Rows that the server does not take.

use crate::ast::{Ident, Literal, Write, WriteVerb};
use crate::engine::catalog::{Column, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::definitions::{duplicate, twice};
use super::existence::is_known_whole;
use super::{NOT_NULL_VIOLATION, refused, refused_on};

/// INSERT of VALUES.
pub(super) fn insert(write: &Write, around: &Surroundings) -> Vec<Refusal> {
    if write.verb != WriteVerb::Insert {
        return Vec::new();
    }
    let named: Vec<&Ident> = write.columns.iter().collect();
    if let Some(name) = twice(&named) {
        return vec![duplicate(name)];
    }
    let Some(relation) = around.relation(&write.target).filter(|relation| is_known_whole(relation)) else {
        return Vec::new();
    };
    for (at, column) in relation.columns.iter().enumerate() {
        let place = match write.columns.as_slice() {
            [] => Some(at),
            columns => columns.iter().position(|name| name.name == column.name),
        };
        for row in &write.rows {
            let value = place.and_then(|place| row.get(place));
            let refused = refused_value(column, value, relation, around);
            if !refused.is_empty() {
                return refused;
            }
        }
    }
    Vec::new()
}

/// `value` is missing where the column has to have its default, and unknown where it is no literal.
fn refused_value(
    column: &Column,
    value: Option<&Option<Literal>>,
    relation: &Relation,
    around: &Surroundings,
) -> Vec<Refusal> {
    let name = &column.name;
    if column.generated_from.is_some() {
        let reason = || format!("cannot insert a value other than DEFAULT into the generated column {name}");
        return match value {
            Some(Some(_)) => vec![
                refused_on(VersionSet::range(12, 13), "42601", reason()),
                refused_on(VersionSet::since(14), "428C9", reason()),
            ],
            _ => Vec::new(),
        };
    }
    let null = match value {
        Some(Some(literal)) => *literal == Literal::Null,
        Some(None) => false,
        None => !column.has_value_by_default() && !column.identity && !has_own_default(column, around),
    };
    // A trigger may fill it.
    let refuses = null && column.not_null && relation.triggers.is_empty();
    let reason = || format!("null value in column {name} violates its not-null constraint");
    if refuses { vec![refused(NOT_NULL_VIOLATION, reason())] } else { Vec::new() }
}

/// The default of a domain is that of its columns.
fn has_own_default(column: &Column, around: &Surroundings) -> bool {
    let data_type = column.data_type.as_ref();
    data_type.is_none_or(|data_type| {
        let built_in = VersionSet::ALL.iter().any(|version| crate::postgres::types::is_built_in(data_type, version));
        !built_in && around.catalog.enum_created_in(&around.type_name(data_type)).is_none()
    })
}
