//! Numbers that PostgreSQL's grammar takes as constants. A placeholder may stand for any of them.

use ecow::{EcoString, eco_format};

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use crate::ast::Integer;

/// Whether a number comes, with a sign or without.
pub(super) fn at_number(c: &Cursor) -> bool {
    matches!(c.peek(), Token::Number(..) | Token::Minus | Token::Plus)
}

/// A whole number with an optional sign.
///
/// # Errors
/// No whole number comes, or one beyond 64 bits.
pub(super) fn integer(c: &mut Cursor) -> Parsed<Integer> {
    let start = c.position();
    let Some(digits) = digits(c)? else { return Ok(Integer::Unknown) };
    match whole(&digits.replace("_", "")) {
        Some(value) => Ok(Integer::Known(value)),
        None => {
            c.back_to(start);
            c.expected("a whole number")
        }
    }
}

/// A whole number, or DEFAULT.
///
/// # Errors
/// Something else comes.
pub(super) fn integer_or_default(c: &mut Cursor) -> Parsed<Option<Integer>> {
    if c.eat(&["DEFAULT"]) { Ok(None) } else { integer(c).map(Some) }
}

/// The value of a number in any base that PostgreSQL writes.
fn whole(digits: &str) -> Option<i64> {
    let (sign, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let lower = magnitude.to_ascii_lowercase();
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    match bases.iter().find_map(|(prefix, base)| Some((lower.strip_prefix(prefix)?, *base))) {
        Some((rest, base)) => i64::from_str_radix(&format!("{sign}{rest}"), base).ok(),
        None => format!("{sign}{magnitude}").parse().ok(),
    }
}

/// A number with an optional sign: what is written, without blanks.
///
/// # Errors
/// No number comes.
pub(super) fn number(c: &mut Cursor) -> Parsed<EcoString> {
    match digits(c)? {
        Some(digits) => Ok(digits),
        None => Ok(c.text_of(c.span_from(c.position() - 1)).into()),
    }
}

/// The sign and the digits of a number; nothing for a placeholder.
fn digits(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    let minus = c.eat_symbol(&Token::Minus);
    let _plus = !minus && c.eat_symbol(&Token::Plus);
    let digits = match c.peek() {
        Token::Number(digits, _) => Some(eco_format!("{}{digits}", if minus { "-" } else { "" })),
        _ if c.at_placeholder() => None,
        _ => return c.expected("a number"),
    };
    c.advance();
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::parse;

    #[test]
    fn whole_numbers() {
        for (text, expected) in
            [("1", 1), ("- 5", -5), ("+7", 7), ("9223372036854775807", i64::MAX), ("-9223372036854775808", i64::MIN)]
        {
            assert_eq!(parse(text, integer), Ok(Integer::Known(expected)), "for {text}");
        }
        for text in ["{{ n }}", "-${n}", ":n"] {
            assert_eq!(parse(text, integer), Ok(Integer::Unknown), "for {text}");
        }
        assert_eq!(parse("1.5", integer).unwrap_err(), "expected a whole number, found 1.5 @ 1.5");
        assert_eq!(parse("a", integer).unwrap_err(), "expected a number, found a @ a");
        assert_eq!((whole("0x1F"), whole("-0b11"), whole("0o17")), (Some(31), Some(-3), Some(15)));
    }

    #[test]
    fn numbers_as_written() {
        for (text, expected) in [("- 1.5", "-1.5"), ("+2", "2"), ("1e3", "1e3"), ("{{ n }}", "{{ n }}")] {
            assert_eq!(parse(text, number), Ok(expected.into()), "for {text}");
        }
    }
}
