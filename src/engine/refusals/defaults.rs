//! Defaults whose value the column cannot have.
//!
//! Source: casts as the servers have them ([`crate::postgres::types`]), and measurements
//! (`fixtures/facts/set-default-*.sql`). Judged are literals, and the clock.

use crate::ast::{DataType, Expr, Literal};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::types::{self, Request, TypeChange};
use crate::postgres::{Version, VersionSet};

use super::DATATYPE_MISMATCH;
use super::{refused, refused_on};

const INVALID_TEXT_REPRESENTATION: &str = "22P02";

/// Why a value cannot be the default of a column of this type.
pub(super) fn unfit(expr: &Expr, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    if data_type.dimensions > 0 || data_type.name.is_empty() {
        return None;
    }
    let written = around.text_of(expr.span).trim();
    let mismatch = |from: &str| mismatch(from, data_type).filter(|_| !around.has_own_cast(data_type));
    match &expr.literal {
        Some(Literal::Text(text)) if is_string(written) => {
            let of_enum = super::values::no_label(text, data_type, around);
            of_enum.or_else(|| unreadable(text, data_type))
        }
        Some(Literal::Number(number)) if written == number => {
            let whole = number.parse::<i64>().is_ok();
            mismatch(if whole { "integer" } else { "numeric" })
        }
        Some(Literal::Boolean(_)) if !written.contains(':') => mismatch("boolean"),
        Some(_) => None,
        None => match written.to_lowercase().as_str() {
            "now()" | "current_timestamp" => mismatch("timestamp with time zone"),
            "current_date" => mismatch("date"),
            _ => None,
        },
    }
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

/// A value of one type is assigned to a column of another.
fn mismatch(from: &str, to: &DataType) -> Option<Refusal> {
    let old = DataType { name: from.into(), ..DataType::default() };
    let new = DataType { modifiers: Vec::new(), words: Vec::new(), fields: None, ..to.clone() };
    let request = Request { old: &old, new: &new, written: false, no_user_casts: false };
    let is_refused = |version: &Version| {
        types::is_built_in(&new, *version) && types::type_change(request, *version) == TypeChange::Refused
    };
    let versions = VersionSet::ALL.iter().filter(is_refused);
    let versions = versions.fold(VersionSet::NONE, |all, version| all.or(version.into()));
    let reason = || format!("the column is of type {} but the default is of type {from}", to.name);
    (!versions.is_empty()).then(|| refused_on(versions, DATATYPE_MISMATCH, reason()))
}

/// A string that the type cannot read.
pub(super) fn unreadable(text: &str, data_type: &DataType) -> Option<Refusal> {
    let trimmed = text.trim();
    let readable = match data_type.name.as_str() {
        // Numbers with other signs than digits are read in many ways.
        "smallint" | "integer" | "bigint" => {
            trimmed.chars().next().is_some_and(|c| !c.is_alphabetic()) && !trimmed.contains('.')
        }
        "numeric" | "real" | "double precision" => {
            let special = |word: &str| trimmed.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
            trimmed.chars().next().is_some_and(|c| !c.is_alphabetic()) || special("nan") || special("inf")
        }
        "boolean" => !trimmed.is_empty() && is_boolean(&trimmed.to_lowercase()),
        "uuid" => trimmed.chars().filter(char::is_ascii_hexdigit).count() == 32,
        "json" | "jsonb" => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        _ => true,
    };
    let reason = || format!("invalid input syntax for type {}: '{text}'", data_type.name);
    (!readable).then(|| refused(INVALID_TEXT_REPRESENTATION, reason()))
}

/// TRUE, FALSE, YES, NO, ON, OFF, 1 and 0, and what they start with where that is one of them only.
fn is_boolean(text: &str) -> bool {
    let begins = ["true", "false", "yes", "no"].iter().any(|word| word.starts_with(text));
    begins || matches!(text, "on" | "of" | "off" | "1" | "0")
}
