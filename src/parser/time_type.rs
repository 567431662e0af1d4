//! Data types of time, whose syntax has words behind the name.

use ecow::{EcoString, eco_format};

use super::cursor::{Cursor, Parsed};
use super::data_type::{Scalar, lengths};

/// `timestamp(3) with time zone`
///
/// # Errors
/// The precision is no number.
pub(super) fn zoned(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    let (modifiers, words) = lengths(c)?;
    let with = c.eat(&["WITH", "TIME", "ZONE"]);
    if !with {
        c.eat(&["WITHOUT", "TIME", "ZONE"]);
    }
    let zone = if with { "with" } else { "without" };
    Ok(Scalar { name: eco_format!("{name} {zone} time zone"), modifiers, words, ..Scalar::default() })
}

/// `interval(3)` and `interval day to second(3)`: only seconds have a precision.
///
/// # Errors
/// The fields do not suit each other, or the precision is no number.
pub(super) fn interval(c: &mut Cursor) -> Parsed<Scalar> {
    c.advance();
    let fields = interval_fields(c)?;
    let seconds = fields.as_ref().is_none_or(|fields| fields.ends_with("second"));
    let (modifiers, words) = if seconds { lengths(c)? } else { (Vec::new(), Vec::new()) };
    Ok(Scalar { name: "interval".into(), modifiers, words, fields, ..Scalar::default() })
}

/// The fields of an interval, and what each may reach down to.
const FIELDS: &[(&str, &[&str], &str)] = &[
    ("YEAR", &["MONTH"], "MONTH"),
    ("MONTH", &[], ""),
    ("DAY", &["HOUR", "MINUTE", "SECOND"], "HOUR, MINUTE or SECOND"),
    ("HOUR", &["MINUTE", "SECOND"], "MINUTE or SECOND"),
    ("MINUTE", &["SECOND"], "SECOND"),
    ("SECOND", &[], ""),
];

fn interval_fields(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    let Some((first, smaller, expected)) = FIELDS.iter().find(|(field, ..)| c.eat(&[field])) else { return Ok(None) };
    if smaller.is_empty() || !c.eat(&["TO"]) {
        return Ok(Some(first.to_ascii_lowercase().into()));
    }
    match c.eat_any(smaller) {
        Some(last) => Ok(Some(format!("{first} to {last}").to_ascii_lowercase().into())),
        None => c.expected(expected),
    }
}
