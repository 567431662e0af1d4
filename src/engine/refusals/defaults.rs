//! Defaults whose value the column cannot have.
//!
//! Source: casts as the servers have them ([`crate::postgres::types`]), and measurements
//! (`fixtures/facts/set-default-*.sql`). Judged are literals, and the clock.

use crate::ast::{DataType, Expr, Literal};
use crate::engine::output::type_of_expression;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::types::{self, Request, TypeChange};
use crate::postgres::{Version, VersionSet};

use super::DATATYPE_MISMATCH;
use super::{refused, refused_on};

const INVALID_TEXT_REPRESENTATION: &str = "22P02";
const INVALID_DATETIME: &str = "22007";
const INDETERMINATE_DATATYPE: &str = "42P18";

/// Why a value cannot be the default of a column of this type.
pub(super) fn unfit(expr: &Expr, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    if data_type.name.is_empty() {
        return None;
    }
    let written = around.text_of(expr.span).trim();
    match &expr.literal {
        Some(Literal::Text(text)) if is_string(written) && data_type.dimensions > 0 => no_array(text, data_type),
        Some(Literal::Text(text)) if is_string(written) => {
            let of_enum = super::values::no_label(text, data_type, around);
            of_enum.or_else(|| unreadable(text, data_type))
        }
        Some(Literal::Null) => None,
        _ if is_empty_array(written) => {
            Some(refused(INDETERMINATE_DATATYPE, "cannot determine the type of an empty array".to_owned()))
        }
        _ => {
            let found = type_of_expression(written, None, &[], around)?;
            mismatch(&found, data_type, "its default").filter(|_| !around.has_own_cast(data_type))
        }
    }
}

/// `ARRAY[]` without a cast.
fn is_empty_array(written: &str) -> bool {
    let inner = written.get(..5).filter(|word| word.eq_ignore_ascii_case("array")).and(written.get(5..));
    let inner = inner.and_then(|inner| inner.trim().strip_prefix('[')?.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim().is_empty())
}

/// A string that no array is written like: they start with a brace, or with the bounds of their dimensions.
pub(super) fn no_array(text: &str, data_type: &DataType) -> Option<Refusal> {
    let trimmed = text.trim();
    let bounded = trimmed.strip_prefix('[').and_then(|rest| rest.trim_start().chars().next());
    let bounded = bounded.is_some_and(|first| first.is_ascii_digit() || "+-".contains(first));
    let plain = !trimmed.contains(['"', '\\']);
    let closed = trimmed.matches('{').count() == trimmed.matches('}').count();
    let malformed = (!trimmed.starts_with('{') && !bounded) || (plain && !closed);
    let reason = || format!("malformed array literal for {}[]: '{text}'", data_type.name);
    if malformed {
        return Some(refused(INVALID_TEXT_REPRESENTATION, reason()));
    }
    let inner = trimmed.strip_prefix('{')?.strip_suffix('}')?;
    if !plain || inner.contains(['{', '}']) || inner.trim().is_empty() {
        return None;
    }
    let element = DataType { dimensions: 0, ..data_type.clone() };
    let is_null = |text: &&str| text.trim().eq_ignore_ascii_case("null");
    inner.split(',').filter(|text| !is_null(text)).find_map(|text| unreadable(text, &element))
}

/// A string that a type cannot read.
pub(super) fn unreadable_literal(expr: &Expr, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let written = around.text_of(expr.span).trim();
    match &expr.literal {
        Some(Literal::Text(text)) if is_string(written) && data_type.dimensions == 0 => unreadable(text, data_type),
        _ => None,
    }
}

/// Whether a literal stands there as it is: a cast may make it shorter.
pub(super) fn is_uncast(expr: &Expr, around: &Surroundings) -> bool {
    let written = around.text_of(expr.span).trim();
    match &expr.literal {
        Some(Literal::Text(_)) => is_string(written),
        Some(Literal::Number(number)) => written == number,
        Some(Literal::Boolean(_) | Literal::Null) | None => false,
    }
}

/// A string and nothing else: a cast would make another type of it.
fn is_string(written: &str) -> bool {
    let inner = written.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.is_some_and(|inner| !inner.contains('\''))
}

/// `what` of a column has a type that is not assigned to that of the column.
pub(super) fn mismatch(from: &DataType, to: &DataType, what: &str) -> Option<Refusal> {
    let plain = |data_type: &DataType| DataType {
        name: data_type.name.clone(),
        dimensions: data_type.dimensions,
        ..DataType::default()
    };
    let (old, new) = (plain(from), plain(to));
    let request = Request { old: &old, new: &new, written: false, no_user_casts: false };
    let is_refused = |version: &Version| {
        types::is_built_in(&new, *version) && types::type_change(request, *version) == TypeChange::Refused
    };
    let versions = VersionSet::ALL.iter().filter(is_refused);
    let versions = versions.fold(VersionSet::NONE, |all, version| all.or(version.into()));
    let array = |data_type: &DataType| if data_type.dimensions > 0 { "[]" } else { "" };
    let reason = || {
        let (is, given) = (array(to), array(from));
        format!("the column is of type {}{is} but {what} is of type {}{given}", to.name, from.name)
    };
    (!versions.is_empty()).then(|| refused_on(versions, DATATYPE_MISMATCH, reason()))
}

/// A string that the type cannot read.
pub(super) fn unreadable(text: &str, data_type: &DataType) -> Option<Refusal> {
    let trimmed = text.trim();
    let sqlstate = match data_type.name.as_str() {
        "interval" | "time without time zone" => INVALID_DATETIME,
        _ => INVALID_TEXT_REPRESENTATION,
    };
    let readable = match data_type.name.as_str() {
        // Numbers with other signs than digits are read in many ways.
        "smallint" | "integer" | "bigint" => {
            trimmed.chars().next().is_some_and(|c| !c.is_alphabetic()) && !trimmed.contains('.')
        }
        "numeric" | "real" | "double precision" => {
            let special = |word: &str| trimmed.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
            let begins = trimmed.chars().next().is_some_and(|c| !c.is_alphabetic()) || special("nan") || special("inf");
            begins && !trimmed.contains([',', ' ', '/', '%', '$'])
        }
        "boolean" => !trimmed.is_empty() && is_boolean(&trimmed.to_lowercase()),
        "uuid" => trimmed.chars().filter(char::is_ascii_hexdigit).count() == 32,
        "json" | "jsonb" => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        "inet" | "cidr" => is_address(trimmed),
        "macaddr" => !trimmed.is_empty() && trimmed.chars().all(|c| c.is_ascii_hexdigit() || ".:- ".contains(c)),
        "money" => !trimmed.chars().any(|c| c.is_ascii_alphabetic()),
        "time without time zone" => {
            let word = trimmed.to_lowercase();
            word.chars().any(|c| c.is_ascii_digit()) || word == "now" || word == "allballs"
        }
        // Since 17 there is an interval without end.
        "interval" => trimmed.chars().any(|c| c.is_ascii_digit()) || trimmed.to_lowercase().contains("inf"),
        _ => true,
    };
    let reason = || format!("invalid input syntax for type {}: '{text}'", data_type.name);
    (!readable).then(|| refused(sqlstate, reason()))
}

/// Whether a text may be an address: as far as its signs and the numbers between dots tell.
fn is_address(text: &str) -> bool {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    let signs = address.chars().all(|c| c.is_ascii_hexdigit() || ".:".contains(c));
    let is_byte = |number: &str| number.parse::<u8>().is_ok();
    let fits = address.contains(':') || address.split('.').all(is_byte);
    let hexadecimal = address.get(..2).is_some_and(|begin| begin.eq_ignore_ascii_case("0x"));
    !text.is_empty() && (hexadecimal || signs && fits)
}

/// TRUE, FALSE, YES, NO, ON, OFF, 1 and 0, and what they start with where that is one of them only.
fn is_boolean(text: &str) -> bool {
    let begins = ["true", "false", "yes", "no"].iter().any(|word| word.starts_with(text));
    begins || matches!(text, "on" | "of" | "off" | "1" | "0")
}
