//! Queries whose parts do not fit each other: the branches of UNION, plain columns beside aggregates, and what INSERT takes.
//!
//! Source: `transformSetOperationTree()`, `select_common_type()` and `transformInsertRow()` of the server, and measurements
//! (`fixtures/facts/query-*.sql`).

use crate::ast::{DataType, Output, Write, WriteVerb};
use crate::engine::catalog::Column;
use crate::engine::effect::RelationKind;
use crate::engine::output;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_known_whole;
use super::{DATATYPE_MISMATCH, SYNTAX_ERROR, grouped, refused, refused_on};

/// Why the server refuses a query that gives this.
pub(super) fn refusal(output: &Output, around: &Surroundings, in_body: bool) -> Option<Refusal> {
    unequal(output, around).or_else(|| unlike(output, around)).or_else(|| grouped::ungrouped(output, around, in_body))
}

/// Types of one category, within which values may meet; those of two categories never do.
///
/// Source: `typcategory` of `pg_type`.
const CATEGORIES: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["boolean"],
    &["interval"],
    &["uuid"],
    &["json"],
    &["jsonb"],
    &["bytea"],
];

fn category(data_type: &DataType) -> Option<usize> {
    let plain = data_type.dimensions == 0;
    CATEGORIES.iter().position(|category| plain && category.contains(&data_type.name.as_str()))
}

/// The queries of UNION, INTERSECT and EXCEPT give columns of types that can meet.
fn unlike(output: &Output, around: &Surroundings) -> Option<Refusal> {
    let Output::Branches(branches) = output else { return None };
    let types: Vec<_> = branches.iter().filter_map(|branch| output::types_of(branch, around)).collect();
    let first = types.first()?;
    let here = (0..first.len()).find_map(|at| {
        let mut known = types.iter().filter_map(|types| types.get(at)?.as_ref());
        let one = known.find(|data_type| category(data_type).is_some())?;
        let other = known.find(|other| category(other).is_some_and(|of| Some(of) != category(one)))?;
        let reason = format!("types {} and {} of a UNION, INTERSECT or EXCEPT cannot be matched", one.name, other.name);
        Some(refused(DATATYPE_MISMATCH, reason))
    });
    here.or_else(|| branches.iter().find_map(|branch| unlike(branch, around)))
}

/// INSERT of a query that fails by itself, or gives a column values of a type that has no cast to its own.
pub(super) fn inserted(write: &Write, around: &Surroundings, in_body: bool) -> Option<Refusal> {
    let source = write.source.as_deref().filter(|_| write.verb == WriteVerb::Insert)?;
    refusal(source, around, in_body).or_else(|| unassignable(write, source, around))
}

fn unassignable(write: &Write, source: &Output, around: &Surroundings) -> Option<Refusal> {
    let tables = [RelationKind::Table, RelationKind::PartitionedTable, RelationKind::Partition];
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    if !tables.contains(&relation.kind) {
        return None;
    }
    let types = output::types_of(source, around)?;
    types.into_iter().enumerate().find_map(|(at, data_type)| {
        let data_type = data_type.filter(|data_type| category(data_type).is_some())?;
        let column = match write.columns.as_slice() {
            [] => relation.columns.get(at)?,
            columns => relation.column(&columns.get(at)?.name)?,
        };
        let reason = format!("column {} cannot get values of type {}: cast them", column.name, data_type.name);
        let given = Column { data_type: Some(data_type), ..Column::unseen(&column.name, around.migration) };
        let versions = around.refused_assignment(&given, column.known_type()?);
        (!versions.is_empty()).then(|| refused_on(versions, DATATYPE_MISMATCH, reason))
    })
}

/// The queries of UNION, INTERSECT and EXCEPT give as many columns each.
fn unequal(output: &Output, around: &Surroundings) -> Option<Refusal> {
    let Output::Branches(branches) = output else { return None };
    let mut counts = branches.iter().map(|branch| output::columns(Some(branch), &[], around));
    let first = counts.next().filter(|first| first.whole)?;
    let other = counts.find(|other| other.whole && other.list.len() != first.list.len());
    let reason = "each query of a UNION, INTERSECT or EXCEPT must have the same number of columns".to_owned();
    let here = other.map(|_| refused(SYNTAX_ERROR, reason));
    here.or_else(|| branches.iter().find_map(|branch| self::unequal(branch, around)))
}
