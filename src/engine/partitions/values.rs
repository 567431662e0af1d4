//! Literals as values: which are the same, and which come first, where their text tells it for sure.

use std::cmp::Ordering;

use ecow::{EcoString, eco_format};

use crate::ast::{DataType, Literal};
use crate::engine::calendar::{are_alike, date, days, is_moment, moment};
use crate::postgres::types;

/// Whether a literal that is cast is compared with a column as one of its own type. Where the types differ, the server
/// knows the value only when it runs the statement.
pub(super) fn fits(cast: Option<&str>, data_type: Option<&str>) -> bool {
    let Some(cast) = cast else { return true };
    let Some(data_type) = data_type else { return false };
    let name = types::canonical(cast);
    let alike = |is: fn(&str) -> bool| is(name) && is(data_type);
    name == data_type || alike(is_string) || alike(is_without_zone)
}

/// Types that are compared without regard to the time zone of the session.
fn is_without_zone(name: &str) -> bool {
    matches!(name, "date" | "timestamp without time zone")
}

fn is_string(name: &str) -> bool {
    matches!(name, "text" | "character varying")
}

/// What matters of a type when values of it are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// `boolean`.
    Boolean,
    /// `smallint`, `integer`, `bigint`.
    Whole,
    /// `numeric`.
    Numeric,
    /// `date`.
    Date,
    /// `timestamp without time zone`.
    Local,
    /// `timestamp with time zone`.
    Zoned,
    /// Anything else.
    Other,
}

impl Class {
    /// That of a type.
    pub(super) fn of(data_type: &DataType) -> Self {
        match data_type.name.as_str() {
            _ if data_type.dimensions > 0 => Self::Other,
            "boolean" => Self::Boolean,
            "smallint" | "integer" | "bigint" => Self::Whole,
            "numeric" => Self::Numeric,
            "date" => Self::Date,
            "timestamp without time zone" => Self::Local,
            "timestamp with time zone" => Self::Zoned,
            _ => Self::Other,
        }
    }
}

/// Digits behind the point that a column of `numeric(10,2)` keeps.
pub(super) fn scale(data_type: &DataType) -> Option<u32> {
    let numeric = Class::of(data_type) == Class::Numeric;
    let scale = match data_type.modifiers.as_slice() {
        [_, scale] if numeric => *scale,
        [_] if numeric => 0,
        _ => return None,
    };
    u32::try_from(scale).ok()
}

/// A literal as a value of the type; nothing where the server compares it as a value of another, or that is not known.
pub(super) fn plain(literal: &Literal, class: Class) -> Option<Literal> {
    match (class, literal) {
        (Class::Whole, Literal::Number(text) | Literal::Text(text)) => {
            text.trim().parse::<i64>().ok().map(|number| Literal::Number(number.to_string().into()))
        }
        (Class::Numeric, Literal::Number(text) | Literal::Text(text)) => {
            Decimal::read(text.trim()).map(|_| Literal::Number(text.trim().into()))
        }
        (Class::Boolean, Literal::Text(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "yes" | "on" | "1" => Some(Literal::Boolean(true)),
            "f" | "false" | "no" | "off" | "0" => Some(Literal::Boolean(false)),
            _ => None,
        },
        // The day is what is left.
        (Class::Date, Literal::Text(text)) if is_moment(text) => Some(Literal::Text(text.get(..10)?.into())),
        (Class::Local, Literal::Text(text)) => {
            let local = offset(text).map_or(text.as_str(), |(local, _)| local);
            Some(Literal::Text(local.into()))
        }
        (Class::Zoned, Literal::Text(text)) => Some(Literal::Text(universal(text).unwrap_or_else(|| text.clone()))),
        (
            Class::Boolean | Class::Whole | Class::Numeric | Class::Date | Class::Local | Class::Zoned | Class::Other,
            _,
        ) => Some(literal.clone()),
    }
}

/// A moment without an offset, as a session whose time zone is UTC reads it.
pub(super) fn in_utc(literal: &Literal) -> Option<Literal> {
    match literal {
        Literal::Text(text) if moment(text).is_some() => Some(Literal::Text(eco_format!("{text}+00"))),
        _ => None,
    }
}

/// `2024-01-01 00:00:00+02` in UTC.
pub(super) fn universal(text: &str) -> Option<EcoString> {
    let (local, minutes) = offset(text)?;
    let local = moment(local)?;
    let number = |from: usize, to: usize| local.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute) = (number(11, 13)?, number(14, 16)?);
    let total = days(year, month, day) * 1440 + hour * 60 + minute - minutes;
    let (year, month, day) = date(total.div_euclid(1440));
    let (hour, minute) = (total.rem_euclid(1440) / 60, total.rem_euclid(60));
    Some(eco_format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{}Z", local.get(17..19)?))
}

/// A moment without its offset, and how many minutes the offset is east of UTC.
fn offset(text: &str) -> Option<(&str, i64)> {
    let at = 10 + text.get(10..)?.rfind(['+', '-'])?;
    let (local, zone) = (text.get(..at)?, text.get(at..)?);
    let (hours, minutes) = match zone.get(1..)? {
        hours if hours.len() == 2 => (hours, "0"),
        hours if hours.len() == 4 => hours.split_at(2),
        both => both.split_once(':')?,
    };
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    moment(local.trim_end()).map(|_| (local.trim_end(), if zone.starts_with('-') { -minutes } else { minutes }))
}

/// A number with digits behind its point.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Exponents and very long numbers are not read.
    fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let known = is_digits(digits) && is_digits(fraction) && digits.len() + fraction.len() <= 18;
        let digits = format!("{whole}{fraction}").parse().ok().filter(|_| known)?;
        Some(Self { digits, scale: u32::try_from(fraction.len()).ok()? })
    }

    fn at_scale(self, scale: u32) -> i128 {
        self.digits * 10_i128.pow(scale.saturating_sub(self.scale))
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at_scale(scale).cmp(&other.at_scale(scale))
    }
}

/// A number as a column with so many digits behind the point keeps it: halves go away from zero.
pub(super) fn rounded(literal: &Literal, scale: Option<u32>) -> Option<Literal> {
    let (Literal::Number(text), Some(scale)) = (literal, scale) else { return Some(literal.clone()) };
    let number = Decimal::read(text)?;
    if number.scale <= scale {
        return Some(literal.clone());
    }
    let unit = 10_i128.pow(number.scale - scale);
    let half = if number.digits < 0 { -unit / 2 } else { unit / 2 };
    let digits = (number.digits + half) / unit;
    let sign = if digits < 0 { "-" } else { "" };
    let whole = format!("{:0>1$}", digits.unsigned_abs(), scale as usize + 1);
    let (whole, fraction) = whole.split_at(whole.len() - scale as usize);
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Literal::Number(eco_format!("{sign}{whole}{point}{fraction}")))
}

/// Whether two literals of one type are different values for sure.
pub(super) fn differ(one: &Literal, other: &Literal, is_text: bool) -> bool {
    match (one, other) {
        (Literal::Text(one), Literal::Text(other)) if is_text => one != other,
        (Literal::Boolean(one), Literal::Boolean(other)) => one != other,
        _ => compared(one, other).is_some_and(Ordering::is_ne),
    }
}

/// Whether two literals are written alike.
pub(super) fn same(one: &Literal, other: &Literal) -> bool {
    one == other && *one != Literal::Null
}

/// The order of two literals of one type, where their text tells it for sure.
pub(super) fn compared(one: &Literal, other: &Literal) -> Option<Ordering> {
    match (one, other) {
        _ if same(one, other) => Some(Ordering::Equal),
        (Literal::Number(one), Literal::Number(other)) => Some(Decimal::read(one)?.cmp(&Decimal::read(other)?)),
        (Literal::Text(one), Literal::Text(other)) if are_alike(one, other) => Some(one.cmp(other)),
        (Literal::Text(one), Literal::Text(other)) => {
            let (one, other) = (moment(one)?, moment(other)?);
            (one.ends_with('Z') == other.ends_with('Z')).then(|| one.cmp(&other))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_order() {
        let text = |text: &str| Literal::Text(text.into());
        assert_eq!(compared(&text("2025-01-31"), &text("2025-01-31 00:00:00")), Some(Ordering::Equal));
        assert_eq!(compared(&text("2025-01-31T10:00:00"), &text("2025-01-31 09:00")), Some(Ordering::Greater));
        assert_eq!(compared(&text("2025-01-31"), &text("2025-01-31 00:00:00+02")), None);
        assert_eq!(compared(&text("a"), &text("b")), None);
    }

    #[test]
    fn literals_are_read_as_the_type_of_the_column() {
        let text = |text: &str| Literal::Text(text.into());
        let number = |number: &str| Literal::Number(number.into());
        for (literal, class, expected) in [
            (text("10"), Class::Whole, Some(number("10"))),
            (number("10.0"), Class::Whole, None),
            (text("10.50"), Class::Numeric, Some(number("10.50"))),
            (text("yes"), Class::Boolean, Some(Literal::Boolean(true))),
            (text("2024-01-01 00:00:00+02"), Class::Zoned, Some(text("2023-12-31 22:00:00Z"))),
            (text("2024-02-29 23:30:00-05:30"), Class::Zoned, Some(text("2024-03-01 05:00:00Z"))),
            (text("2024-01-01"), Class::Zoned, Some(text("2024-01-01"))),
            (text("2024-01-01 10:00:00+02"), Class::Local, Some(text("2024-01-01 10:00:00"))),
            (text("2024-01-01 10:00:00"), Class::Date, Some(text("2024-01-01"))),
        ] {
            assert_eq!(plain(&literal, class), expected, "for {literal:?}");
        }
        assert_eq!(compared(&number("10.00"), &number("10")), Some(Ordering::Equal));
        assert_eq!(compared(&number("-0.5"), &number("-0.25")), Some(Ordering::Less));
        assert_eq!(rounded(&number("10.005"), Some(2)), Some(number("10.01")));
        assert_eq!(rounded(&number("-10.004"), Some(2)), Some(number("-10.00")));
        assert_eq!(in_utc(&text("2024-01-01")), Some(text("2024-01-01+00")));
    }

    #[test]
    fn casts_fit_their_own_type() {
        assert!(fits(None, None) && fits(Some("int8"), Some("bigint")) && fits(Some("varchar(3)"), Some("text")));
        assert!(!fits(Some("timestamptz"), Some("date")) && !fits(Some("date"), None));
    }
}
