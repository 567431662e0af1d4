//! Types that no column can have, modifiers that types do not take, and collations of types that have none.

use crate::ast::{DataType, ObjectName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{DATATYPE_MISMATCH, INVALID_PARAMETER_VALUE, INVALID_TABLE_DEFINITION, SYNTAX_ERROR, refused, refused_on};

/// Types that only arguments and results of functions have.
const PSEUDO_TYPES: &[&str] = &[
    "any",
    "anyarray",
    "anyelement",
    "anyenum",
    "anynonarray",
    "anyrange",
    "cstring",
    "event_trigger",
    "internal",
    "language_handler",
    "record",
    "trigger",
    "unknown",
    "void",
];

/// Types without modifiers.
const UNMODIFIED: &[&str] = &[
    "bigint",
    "boolean",
    "bytea",
    "date",
    "double precision",
    "inet",
    "integer",
    "json",
    "jsonb",
    "real",
    "smallint",
    "text",
    "uuid",
    "xml",
];

/// A type that no column can have, or modifiers that the type does not take.
///
/// Source: `CheckAttributeType`, and the typmod input functions of the server.
pub(super) fn unfit_type(data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = data_type.name.as_str();
    let own = around.catalog.domain(&around.type_name(data_type)).is_some();
    if own || data_type.of_column || data_type.serial {
        return None;
    }
    if PSEUDO_TYPES.contains(&name) {
        let pseudo = refused(INVALID_TABLE_DEFINITION, format!("a column has the pseudo-type {name}"));
        return Some(pseudo.at(data_type.span));
    }
    let invalid = |versions: VersionSet, reason: &str| {
        Some(refused_on(versions, INVALID_PARAMETER_VALUE, format!("{name}: {reason}")).at(data_type.span))
    };
    match (name, data_type.modifiers.as_slice()) {
        (_, []) => None,
        (name, _) if UNMODIFIED.contains(&name) => {
            let reason = format!("type modifier is not allowed for type {name}");
            Some(refused(SYNTAX_ERROR, reason).at(data_type.span))
        }
        ("character varying" | "character" | "bit" | "bit varying", [length]) if *length < 1 => {
            invalid(VersionSet::ALL, "the length must be at least 1")
        }
        ("character varying" | "character", [length]) if *length > 10_485_760 => {
            invalid(VersionSet::ALL, "the length cannot exceed 10485760")
        }
        ("numeric", [precision, ..]) if !(1..=1000).contains(precision) => {
            invalid(VersionSet::ALL, "the precision must be between 1 and 1000")
        }
        ("numeric", [precision, scale]) if *scale < 0 || scale > precision => {
            invalid(VersionSet::before(15), "the scale must be between 0 and the precision")
        }
        _ => None,
    }
}

/// COLLATE of a type that has none.
pub(super) fn uncollated(data_type: &DataType, collation: Option<&ObjectName>) -> Option<Refusal> {
    let collation = collation.filter(|_| uncollatable(data_type))?;
    let reason = format!("collations are not supported by type {}", data_type.name);
    Some(refused(DATATYPE_MISMATCH, reason).at(collation.span))
}

/// Whether values of a type are known to have no collation.
pub(super) fn uncollatable(data_type: &DataType) -> bool {
    const WITHOUT: &[&str] = &[
        "bigint",
        "boolean",
        "bytea",
        "date",
        "double precision",
        "inet",
        "integer",
        "interval",
        "json",
        "jsonb",
        "numeric",
        "real",
        "smallint",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
        "uuid",
    ];
    WITHOUT.contains(&data_type.name.as_str())
}
