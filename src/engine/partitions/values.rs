//! Literals as values: which are the same, and which come first, where their text tells it for sure.

use std::cmp::Ordering;

use crate::ast::Literal;
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
        (Literal::Number(one), Literal::Number(other)) => whole(one)?.partial_cmp(&whole(other)?),
        (Literal::Text(one), Literal::Text(other)) => Some(moment(one)?.cmp(&moment(other)?)),
        _ => None,
    }
}

fn whole(number: &str) -> Option<i128> {
    number.parse().ok()
}

/// `2025-01-31` and `2025-01-31 10:30:00` in one form, in which order is that of the letters.
fn moment(text: &str) -> Option<String> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.as_str() {
        "0000-00-00" => Some(format!("{text} 00:00:00")),
        "0000-00-00 00:00" => Some(format!("{text}:00")),
        "0000-00-00 00:00:00" => Some(text.to_owned()),
        "0000-00-00T00:00:00" => Some(text.replace('T', " ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_order() {
        let text = |text: &str| Literal::Text(text.to_owned());
        assert_eq!(compared(&text("2025-01-31"), &text("2025-01-31 00:00:00")), Some(Ordering::Equal));
        assert_eq!(compared(&text("2025-01-31T10:00:00"), &text("2025-01-31 09:00")), Some(Ordering::Greater));
        assert_eq!(compared(&text("2025-01-31"), &text("2025-01-31 00:00:00+02")), None);
        assert_eq!(compared(&text("a"), &text("b")), None);
    }

    #[test]
    fn casts_fit_their_own_type() {
        assert!(fits(None, None) && fits(Some("int8"), Some("bigint")) && fits(Some("varchar(3)"), Some("text")));
        assert!(!fits(Some("timestamptz"), Some("date")) && !fits(Some("date"), None));
    }
}
