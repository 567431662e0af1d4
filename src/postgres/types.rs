//! What ALTER COLUMN TYPE has to do, judged from the old and the new type.
//!
//! Source: measurements of every pair of 65 types (`fixtures/facts/type-changes.toml`), casts and categories as the servers
//! have them ([`super::recorded`]), and for the rules behind them `coerce_to_target_type`, `ATColumnChangeRequiresRewrite`
//! and the planner support functions of PostgreSQL: a change of catalogue rows is enough where the cast keeps the bytes, or
//! changes a length in a way that provably changes nothing.

use std::borrow::Cow;

use crate::ast::DataType;

use super::recorded::{CASTS, TYPES};
use super::version::{Version, VersionSet};

/// The work of a change of type, the rest of the table left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeChange {
    /// Catalogue rows only.
    Metadata,
    /// Catalogue rows, and an index on the column is built anew: its values are compared in another way now.
    RebuildIndex,
    /// As [`TypeChange::RebuildIndex`] where the session's time zone is UTC (12), else a rewrite.
    RebuildIndexUnderUtc,
    /// Every row is written anew.
    Rewrite,
    /// Refused: there is no cast from the one to the other that the statement may use.
    Refused,
}

/// A change of a column's type.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The type that it has; a domain without constraints counts as its base type.
    pub old: &'a DataType,
    /// The type that it gets.
    pub new: &'a DataType,
    /// USING casts the column, so that casts which must be written are allowed too.
    pub written: bool,
    /// Types that are not built in are known to have no casts: enums, composite types.
    pub no_user_casts: bool,
}

/// Names of types as people write them, and as `format_type()` prints them.
const ALIASES: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("varchar", "character varying"),
    ("decimal", "numeric"),
    ("float8", "double precision"),
    ("float4", "real"),
];

/// The name of a type in lower case as `format_type()` prints it, without its length.
pub fn canonical(written: &str) -> &str {
    let name = written.split('(').next().unwrap_or_default().trim();
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name)
}

/// Judges a change of type on a version.
pub fn type_change(request: Request, version: Version) -> TypeChange {
    let (old, new) = (unpadded(request.old), unpadded(request.new));
    let request = Request { old: &old, new: &new, ..request };
    let Request { old, new, .. } = request;
    let (old_array, new_array) = (old.dimensions > 0, new.dimensions > 0);
    match (old_array, new_array) {
        _ if old.name == new.name && old_array == new_array => length_change(old, new),
        (false, false) => conversion(request, version),
        (true, true) => match conversion(request, version) {
            TypeChange::Refused => TypeChange::Refused,
            _ => TypeChange::Rewrite,
        },
        (true, false) => through_text(false, is_string(&new.name, version), request, version),
        (false, true) => through_text(is_string(&old.name, version), false, request, version),
    }
}

/// `bpchar` without a length.
const UNPADDED: &str = "bpchar";

/// `bpchar` without a length is `character` without one, which nobody can write: `character` alone has the length 1.
fn unpadded(data_type: &DataType) -> Cow<'_, DataType> {
    match data_type.name.as_str() {
        UNPADDED => Cow::Owned(DataType { name: "character".into(), ..data_type.clone() }),
        _ => Cow::Borrowed(data_type),
    }
}

/// From one type to another, as its cast does it.
fn conversion(request: Request, version: Version) -> TypeChange {
    let Request { old, new, written, .. } = request;
    let cast = CASTS.on(&format!("{}>{}", old.name, new.name), version).or_else(|| extension_cast(old, new));
    let Some(cast) = cast else {
        return through_text(is_string(&old.name, version), is_string(&new.name, version), request, version);
    };
    let keeps_length = new.modifiers.is_empty() && new.fields.is_none();
    match cast {
        "eb" | "ef" | "ei" if !written => TypeChange::Refused,
        "ib" | "ab" | "eb" if keeps_length && compares_alike(&old.name, &new.name) => TypeChange::Metadata,
        "ib" | "ab" | "eb" if keeps_length => TypeChange::RebuildIndex,
        // 6 digits are all that there are.
        _ if (keeps_length || new.modifiers == [6]) && changes_zone_only(&old.name, &new.name) => {
            TypeChange::RebuildIndexUnderUtc
        }
        _ => TypeChange::Rewrite,
    }
}

/// Casts of extensions that come with PostgreSQL.
fn extension_cast(old: &DataType, new: &DataType) -> Option<&'static str> {
    match (old.name.as_str(), new.name.as_str()) {
        ("citext", "text" | "character varying") => Some("ib"),
        ("text" | "character varying", "citext") => Some("ab"),
        _ => None,
    }
}

/// Without a cast: any value is assigned to a string, and a string is read as any value where that is written.
fn through_text(from_string: bool, to_string: bool, request: Request, version: Version) -> TypeChange {
    let built_in = is_built_in(request.old, version) && is_built_in(request.new, version);
    let casts_are_known = request.no_user_casts || built_in;
    match () {
        () if to_string || (from_string && request.written) => TypeChange::Rewrite,
        () if casts_are_known => TypeChange::Refused,
        () => TypeChange::Rewrite,
    }
}

/// Whether a type, or that of an array's elements, comes with the server.
pub fn is_built_in(data_type: &DataType, version: Version) -> bool {
    data_type.name == UNPADDED || TYPES.on(&data_type.name, version).is_some()
}

/// Whether a type, or that of an array's elements, comes with every version of the server.
pub fn is_built_in_everywhere(data_type: &DataType) -> bool {
    data_type.name == UNPADDED || TYPES.versions(&data_type.name) == VersionSet::ALL
}

/// Types that hold many values of another and are no arrays: what is recorded lists them as little as it does arrays.
const OF_MANY: &[&str] = &["int2vector", "oidvector"];

/// Whether a type of this name comes with some version of the server.
pub fn is_built_in_name(name: &str) -> bool {
    name == UNPADDED || OF_MANY.contains(&name) || TYPES.all(name).next().is_some()
}

fn is_string(name: &str, version: Version) -> bool {
    name == "citext" || TYPES.on(name, version) == Some("S")
}

/// Types whose indexes order values alike: the index stays.
fn compares_alike(old: &str, new: &str) -> bool {
    let is_text = |name: &str| matches!(name, "text" | "character varying" | "xml");
    let is_oid = |name: &str| name == "oid" || name.starts_with("reg");
    is_text(old) && is_text(new) || is_oid(old) && is_oid(new) || (old, new) == ("cidr", "inet")
}

fn changes_zone_only(old: &str, new: &str) -> bool {
    let zones = ["timestamp without time zone", "timestamp with time zone"];
    zones.contains(&old) && zones.contains(&new)
}

/// The same type with another length, precision or scale.
fn length_change(old: &DataType, new: &DataType) -> TypeChange {
    let same = old.modifiers == new.modifiers && old.words == new.words && old.fields == new.fields;
    let unlimited = new.modifiers.is_empty() && new.words.is_empty() && new.fields.is_none();
    let is_array = new.dimensions > 0;
    let keeps_all_values = match new.name.as_str() {
        _ if same || unlimited => true,
        _ if is_array => false,
        "character varying" | "bit varying" => is_wider(old, new),
        "numeric" => numeric_is_wider(old, new),
        "interval" => interval_is_wider(old, new),
        name if name.starts_with("time") => precision(new) >= precision(old),
        _ => false,
    };
    if keeps_all_values { TypeChange::Metadata } else { TypeChange::Rewrite }
}

/// A limit that is not smaller.
fn is_wider(old: &DataType, new: &DataType) -> bool {
    old.modifiers.first().zip(new.modifiers.first()).is_some_and(|(old, new)| new >= old)
}

/// The same scale and no smaller precision.
fn numeric_is_wider(old: &DataType, new: &DataType) -> bool {
    let scale = |data_type: &DataType| data_type.modifiers.get(1).copied().unwrap_or(0);
    is_wider(old, new) && scale(old) == scale(new)
}

/// As many fields, and as many digits of the second, if there are seconds.
fn interval_is_wider(old: &DataType, new: &DataType) -> bool {
    let (before, after) = (smallest_field(old), smallest_field(new));
    after <= before && (before > 0 || precision(new) >= precision(old))
}

/// The smallest field of an interval: 0 is the second, 5 the year.
fn smallest_field(interval: &DataType) -> usize {
    let last = interval.fields.as_deref().and_then(|fields| fields.split(' ').next_back()).unwrap_or("second");
    ["second", "minute", "hour", "day", "month", "year"].iter().position(|field| *field == last).unwrap_or(0)
}

/// Digits of a second; 6 when none are given.
fn precision(data_type: &DataType) -> i64 {
    data_type.modifiers.first().copied().unwrap_or(6)
}

/// How a foreign key compares its column with the one it refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// As values of one type, or of types that lead to the same; also where nothing is known.
    Alike,
    /// Whole numbers, of which the referenced column holds greater ones.
    Narrower,
    /// Whole numbers, of which the referenced column holds only smaller ones.
    Wider,
    /// Strings, of which the referenced column holds longer ones.
    Shorter,
    /// A moment with one that has no time zone, by the session's.
    ByTimeZone,
    /// Values of different exactness, without a cast.
    Inexact,
    /// After a cast of the referencing column, so that no index on it is of use.
    ByCast,
}

/// Judges the types of a foreign key's columns, the referencing one first. Pairs that the server refuses are not its
/// concern.
///
/// Source: measured on PostgreSQL 15, by the operator in `pg_constraint.conpfeqop` and by whether a deletion from the
/// referenced table uses an index of the referencing column.
pub fn key_comparison(own: &DataType, other: &DataType) -> Comparison {
    let family = |name: &str| match name {
        "smallint" | "integer" | "bigint" => Some("integer"),
        "real" | "double precision" => Some("float"),
        "date" | "timestamp without time zone" | "timestamp with time zone" => Some("datetime"),
        "text" | "character varying" | "name" => Some("text"),
        "inet" | "cidr" => Some("network"),
        "character" | "numeric" | "oid" | "bit" | "bit varying" | "citext" => Some("other"),
        _ => None,
    };
    let (Some(one), Some(two)) = (family(&own.name), family(&other.name)) else { return Comparison::Alike };
    let shorter = || match (own.modifiers.first(), other.modifiers.first()) {
        (Some(own), Some(other)) => own < other,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let bytes = |name: &str| ["smallint", "integer", "bigint"].iter().position(|known| *known == name);
    match one {
        _ if own.dimensions + other.dimensions > 0 => Comparison::Alike,
        "text" if two == "text" && shorter() => Comparison::Shorter,
        _ if own.name == other.name && own.name == "character" && shorter() => Comparison::Shorter,
        _ if own.name == other.name => Comparison::Alike,
        _ if one != two || one == "other" => Comparison::ByCast,
        "integer" if bytes(&own.name) < bytes(&other.name) => Comparison::Narrower,
        "integer" => Comparison::Wider,
        "datetime" if own.name.ends_with("with time zone") || other.name.ends_with("with time zone") => {
            Comparison::ByTimeZone
        }
        "datetime" | "float" => Comparison::Inexact,
        _ => Comparison::Alike,
    }
}
