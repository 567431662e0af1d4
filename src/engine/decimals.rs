//! Numbers with a fraction.

use ecow::{EcoString, eco_format};

use crate::ast::DataType;

/// Digits behind the point of a number.
pub(super) const PLACES: u32 = 9;

/// One, in the last of these places.
pub(super) const ONE: i128 = 10_i128.pow(PLACES);

/// A number that is written with a point, or without, in the last of [`PLACES`].
pub(super) fn decimal(text: &str) -> Option<i128> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    let part = part.trim_end_matches('0');
    if !all_digits || whole.is_empty() || whole.len() > 25 || part.len() > PLACES as usize {
        return None;
    }
    let part = format!("{part:0<width$}", width = PLACES as usize);
    let number = whole.parse::<i128>().ok()? * ONE + part.parse::<i128>().ok()?;
    Some(if negative { -number } else { number })
}

/// Such a number with so many digits behind the point; a half goes away from zero.
pub(super) fn rounded(number: i128, places: u32) -> i128 {
    let unit = 10_i128.pow(PLACES.saturating_sub(places));
    let rest = (number % unit).abs();
    let (cut, away) = (number / unit * unit, if rest * 2 >= unit && rest > 0 { unit } else { 0 });
    cut + away * number.signum()
}

/// A number as a column of a type has it, where that is known.
pub(super) fn stored(text: &str, data_type: &DataType) -> Option<EcoString> {
    let number = decimal(text)?;
    let number = match (data_type.name.as_str(), data_type.modifiers.as_slice()) {
        ("smallint" | "integer" | "bigint", _) | ("numeric", [_]) => rounded(number, 0),
        ("numeric", []) => number,
        ("numeric", [_, scale]) => rounded(number, u32::try_from(*scale).ok().filter(|scale| *scale <= PLACES)?),
        _ => return None,
    };
    let written = with_point(number);
    Some(written.strip_suffix(".0").map_or_else(|| written.clone(), EcoString::from))
}

/// Such a number with a point, even where no fraction is behind it.
pub(super) fn with_point(number: i128) -> EcoString {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, part) = (number.abs() / ONE, number.abs() % ONE);
    let part = eco_format!("{part:09}");
    let part = part.trim_end_matches('0');
    eco_format!("{sign}{whole}.{}", if part.is_empty() { "0" } else { part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written() {
        for (text, expected) in
            [("1.50", "1.5"), ("-0.25", "-0.25"), ("7", "7.0"), ("007.000", "7.0"), ("0.000000001", "0.000000001")]
        {
            assert_eq!(decimal(text).map(with_point).as_deref(), Some(expected), "{text}");
        }
        let rounded = |text: &str, places: u32| decimal(text).map(|number| with_point(rounded(number, places)));
        for (text, places, expected) in
            [("1.45", 1, "1.5"), ("-1.45", 1, "-1.5"), ("1.44", 1, "1.4"), ("0.5", 0, "1.0"), ("7.25", 12, "7.25")]
        {
            assert_eq!(rounded(text, places).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "1e3", "0.0000000001", "x", "1,5", "--1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
