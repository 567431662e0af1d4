//! What ALTER COLUMN TYPE has to do, judged from the old and the new type.
//!
//! Source: measurements (`fixtures/facts/alter-type-*.sql`) and, for the rule behind them, `ATColumnChangeRequiresRewrite`
//! in PostgreSQL's tablecmds.c: a change of catalogue rows is enough where the cast is binary coercible or a length
//! coercion that provably changes nothing.

use crate::ast::DataType;

/// The work of a change of type, the rest of the table left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeChange {
    /// Catalogue rows only.
    Metadata,
    /// Catalogue rows only where the session's time zone is UTC, from version 12; else a rewrite.
    MetadataUnderUtc,
    /// Every row is written anew.
    Rewrite,
}

/// Judges a change of type. An old type that is not known counts as a rewrite.
pub fn type_change(old: Option<&DataType>, new: &DataType) -> TypeChange {
    let Some(old) = old else { return TypeChange::Rewrite };
    if old.dimensions > 0 || new.dimensions > 0 {
        let same = old.name == new.name && same_modifiers(old, new) && (old.dimensions > 0) == (new.dimensions > 0);
        return if same { TypeChange::Metadata } else { TypeChange::Rewrite };
    }
    let keeps_all_values = match (old.name.as_str(), new.name.as_str()) {
        ("timestamp with time zone", "timestamp without time zone")
        | ("timestamp without time zone", "timestamp with time zone") => {
            return if precision(new) >= precision(old) { TypeChange::MetadataUnderUtc } else { TypeChange::Rewrite };
        }
        ("character varying", "character varying") | ("bit varying", "bit varying") => is_wider(old, new),
        ("character varying" | "text", "text") => true,
        ("text", "character varying") => new.modifiers.is_empty(),
        ("numeric", "numeric") => numeric_is_wider(old, new),
        (
            "timestamp with time zone"
            | "timestamp without time zone"
            | "time with time zone"
            | "time without time zone",
            _,
        ) if old.name == new.name => precision(new) >= precision(old),
        ("interval", "interval") => {
            (new.fields.is_none() || new.fields == old.fields) && precision(new) >= precision(old)
        }
        ("cidr", "inet") | ("text" | "character varying", "citext") | ("citext", "text") => true,
        ("integer", "oid") | ("oid", "integer") => true,
        ("xml", "text" | "character varying") => new.modifiers.is_empty(),
        (a, b) => a == b && same_modifiers(old, new),
    };
    if keeps_all_values { TypeChange::Metadata } else { TypeChange::Rewrite }
}

fn same_modifiers(old: &DataType, new: &DataType) -> bool {
    old.modifiers == new.modifiers && old.words == new.words && old.fields == new.fields
}

/// No limit, or one that is not smaller.
fn is_wider(old: &DataType, new: &DataType) -> bool {
    match (old.modifiers.first(), new.modifiers.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => new >= old,
    }
}

/// No limit, or the same scale and no smaller precision.
fn numeric_is_wider(old: &DataType, new: &DataType) -> bool {
    let scale = |data_type: &DataType| data_type.modifiers.get(1).copied().unwrap_or(0);
    match (old.modifiers.first(), new.modifiers.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(before), Some(after)) => after >= before && scale(old) == scale(new),
    }
}

/// Digits of a second; 6 when none are given.
fn precision(data_type: &DataType) -> i64 {
    data_type.modifiers.first().copied().unwrap_or(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, modifiers: &[i64]) -> DataType {
        DataType { name: name.into(), modifiers: modifiers.to_vec(), ..DataType::default() }
    }

    #[test]
    fn widening_is_metadata_and_narrowing_is_a_rewrite() {
        let change =
            |old: (&str, &[i64]), new: (&str, &[i64])| type_change(Some(&named(old.0, old.1)), &named(new.0, new.1));
        let varchar = "character varying";
        assert_eq!(change((varchar, &[50]), (varchar, &[100])), TypeChange::Metadata);
        assert_eq!(change((varchar, &[50]), ("text", &[])), TypeChange::Metadata);
        assert_eq!(change((varchar, &[50]), (varchar, &[20])), TypeChange::Rewrite);
        assert_eq!(change(("text", &[]), (varchar, &[20])), TypeChange::Rewrite);
        assert_eq!(change(("numeric", &[10, 2]), ("numeric", &[12, 2])), TypeChange::Metadata);
        assert_eq!(change(("numeric", &[10, 2]), ("numeric", &[12, 3])), TypeChange::Rewrite);
        assert_eq!(change(("numeric", &[10]), ("numeric", &[12, 0])), TypeChange::Metadata);
        assert_eq!(change(("integer", &[]), ("bigint", &[])), TypeChange::Rewrite);
        assert_eq!(type_change(None, &named("text", &[])), TypeChange::Rewrite);
        let (tz, plain) = ("timestamp with time zone", "timestamp without time zone");
        assert_eq!(change((plain, &[]), (tz, &[])), TypeChange::MetadataUnderUtc);
        assert_eq!(change((plain, &[]), (plain, &[3])), TypeChange::Rewrite);
        let interval = |fields: Option<&str>| DataType { fields: fields.map(str::to_owned), ..named("interval", &[]) };
        assert_eq!(type_change(Some(&interval(Some("day"))), &interval(None)), TypeChange::Metadata);
        assert_eq!(type_change(Some(&interval(None)), &interval(Some("day"))), TypeChange::Rewrite);
        let shape = |word: &str| DataType { words: vec![word.to_owned()], ..named("geometry", &[4326]) };
        assert_eq!(type_change(Some(&shape("point")), &shape("point")), TypeChange::Metadata);
        assert_eq!(type_change(Some(&shape("point")), &shape("polygon")), TypeChange::Rewrite);
    }
}
