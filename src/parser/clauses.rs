//! Small pieces of grammar that many DDL statements share.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::names;
use crate::ast::{Ident, ObjectName};
use crate::source::Span;

/// `[IF EXISTS]`
///
/// # Errors
/// IF NOT EXISTS, which does not belong here.
pub(super) fn if_exists(c: &mut Cursor) -> Parsed<bool> {
    if c.at(&["IF", "NOT", "EXISTS"]) {
        c.advance();
        return c.expected("EXISTS");
    }
    Ok(c.eat(&["IF", "EXISTS"]))
}

/// `[IF NOT EXISTS]`
///
/// # Errors
/// IF EXISTS, which does not belong here.
pub(super) fn if_not_exists(c: &mut Cursor) -> Parsed<bool> {
    if c.at(&["IF", "EXISTS"]) {
        c.advance();
        return c.expected("NOT EXISTS");
    }
    Ok(c.eat(&["IF", "NOT", "EXISTS"]))
}

/// `[CASCADE | RESTRICT]`: whether it is CASCADE.
pub(super) fn cascade(c: &mut Cursor) -> bool {
    c.eat_any(&["CASCADE", "RESTRICT"]) == Some("CASCADE")
}

/// `(item, ...)`, with an error that names both ways to go on.
///
/// # Errors
/// A parenthesis or a comma is missing, or the error of `item`.
pub(super) fn list<'a, T>(c: &mut Cursor<'a>, mut item: impl FnMut(&mut Cursor<'a>) -> Parsed<T>) -> Parsed<Vec<T>> {
    c.expect_symbol(&Token::LParen)?;
    let items = c.comma_separated(&mut item)?;
    if c.eat_symbol(&Token::RParen) { Ok(items) } else { c.expected(", or )") }
}

/// `(column, ...)`
///
/// # Errors
/// Something else comes.
pub(super) fn column_list(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    list(c, |c| names::name(c, "a column name"))
}

/// A relation: `t`, `t *`, `ONLY t`, `ONLY (t)`. The flag is ONLY.
///
/// # Errors
/// No name comes.
pub(super) fn relation(c: &mut Cursor) -> Parsed<(ObjectName, bool)> {
    let only = c.eat(&["ONLY"]);
    let name = if only && c.at_symbol(&Token::LParen) {
        c.parenthesized(|c| names::qualified(c, "a table name"))?
    } else {
        names::qualified(c, "a table name")?
    };
    if !only {
        c.eat_symbol(&Token::Mul);
    }
    Ok((name, only))
}

/// `[COLLATE name]`
///
/// # Errors
/// COLLATE without a name.
pub(super) fn collation(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    if c.eat(&["COLLATE"]) { names::qualified(c, "a collation name").map(Some) } else { Ok(None) }
}

/// `[USING method]`, folded.
///
/// # Errors
/// USING without a name.
pub(super) fn method(c: &mut Cursor) -> Parsed<Option<String>> {
    if !c.eat(&["USING"]) {
        return Ok(None);
    }
    names::name(c, "an access method").map(|method| Some(method.name))
}

/// `[TABLESPACE name]`
///
/// # Errors
/// TABLESPACE without a name.
pub(super) fn tablespace(c: &mut Cursor) -> Parsed<Option<Ident>> {
    if c.eat(&["TABLESPACE"]) { names::name(c, "a tablespace name").map(Some) } else { Ok(None) }
}

/// A list item of which nothing is kept: at least one token, up to the comma or parenthesis that ends it.
///
/// # Errors
/// There is no token, or a parenthesis is not closed.
pub(super) fn item(c: &mut Cursor, what: &str) -> Parsed<()> {
    if matches!(c.peek(), Token::Comma | Token::RParen | Token::EOF) {
        return c.expected(what);
    }
    while !matches!(c.peek(), Token::Comma | Token::RParen | Token::EOF) {
        skip_one(c)?;
    }
    Ok(())
}

/// Steps to one of these words outside of parentheses, or to the end.
///
/// # Errors
/// A parenthesis is not closed, or was never opened.
pub(super) fn seek(c: &mut Cursor, words: &[&str]) -> Parsed<()> {
    while !c.at_end() && !c.at_any(words) {
        skip_one(c)?;
    }
    Ok(())
}

/// Steps to the end.
///
/// # Errors
/// A parenthesis is not closed, or was never opened.
pub(super) fn skip_rest(c: &mut Cursor) -> Parsed<()> {
    seek(c, &[])
}

/// Steps over `( ... )`, which must come.
///
/// # Errors
/// It does not, or it has no end.
pub(super) fn parentheses(c: &mut Cursor) -> Parsed<()> {
    if c.skip_parentheses()?.is_some() { Ok(()) } else { c.expected("(") }
}

/// Steps over one token, or a parenthesis with all that is in it.
fn skip_one(c: &mut Cursor) -> Parsed<()> {
    if c.skip_parentheses()?.is_some() {
        return Ok(());
    }
    if c.at_symbol(&Token::RParen) {
        return c.expected("the end of the statement");
    }
    c.advance();
    Ok(())
}

/// A string constant of any kind. Two of them with a line break between are one.
///
/// # Errors
/// No string comes.
pub(super) fn string(c: &mut Cursor) -> Parsed<String> {
    let Some(mut value) = string_token(c.peek()) else {
        return c.expected("a string");
    };
    let mut last = c.advance();
    while let Some(next) = continuation(c, last) {
        value.push_str(&next);
        last = c.advance();
    }
    if c.eat(&["UESCAPE"]) {
        c.advance();
    }
    Ok(value)
}

/// The string that goes on in a new line.
fn continuation(c: &Cursor, last: Span) -> Option<String> {
    let Token::SingleQuotedString(next) = c.peek() else {
        return None;
    };
    let between = Span::new(last.end, c.next_span().start);
    c.text_of(between).contains('\n').then(|| next.clone())
}

/// Whether a string constant comes.
pub(super) fn at_string(c: &Cursor) -> bool {
    string_token(c.peek()).is_some()
}

fn string_token(token: &Token) -> Option<String> {
    match token {
        Token::SingleQuotedString(value)
        | Token::EscapedStringLiteral(value)
        | Token::UnicodeStringLiteral(value)
        | Token::NationalStringLiteral(value) => Some(value.clone()),
        Token::DollarQuotedString(dollar) => Some(dollar.value.clone()),
        _ => None,
    }
}

/// A string, a number or any word.
///
/// # Errors
/// Something else comes.
pub(super) fn literal_or_word(c: &mut Cursor, what: &str) -> Parsed<()> {
    match c.peek() {
        Token::Word(_) => names::label(c, what).map(drop),
        Token::Number(..) | Token::Minus | Token::Plus => number(c),
        _ if at_string(c) => string(c).map(drop),
        _ => c.expected(what),
    }
}

/// A whole number with an optional sign.
///
/// # Errors
/// No number comes, or one that 64 bits do not hold.
pub(super) fn integer(c: &mut Cursor) -> Parsed<i64> {
    let start = c.position();
    number(c)?;
    let digits: String = c.text_of(c.span_from(start)).chars().filter(|char| !char.is_whitespace()).collect();
    match whole(&digits.replace('_', "")) {
        Some(value) => Ok(value),
        None => {
            c.back_to(start);
            c.expected("a whole number")
        }
    }
}

/// The value of a number in any base that PostgreSQL writes.
fn whole(digits: &str) -> Option<i64> {
    let (sign, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits.strip_prefix('+').unwrap_or(digits)),
    };
    let lower = magnitude.to_ascii_lowercase();
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    match bases.iter().find_map(|(prefix, base)| Some((lower.strip_prefix(prefix)?, *base))) {
        Some((rest, base)) => i64::from_str_radix(&format!("{sign}{rest}"), base).ok(),
        None => format!("{sign}{magnitude}").parse().ok(),
    }
}

/// A number with an optional sign.
///
/// # Errors
/// No number comes.
pub(super) fn number(c: &mut Cursor) -> Parsed<()> {
    let _sign = c.eat_symbol(&Token::Minus) || c.eat_symbol(&Token::Plus);
    if !matches!(c.peek(), Token::Number(..)) {
        return c.expected("a number");
    }
    c.advance();
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::parser::testing::parse;

    #[test]
    fn strings_of_every_kind() {
        let read = |text| parse(text, string);
        for (text, expected) in [
            ("'it''s'", "it's"),
            (r"E'a\nb'", "a\nb"),
            ("$$a'b$$", "a'b"),
            ("$x$a$$b$x$", "a$$b"),
            (r"U&'\0061b'", "ab"),
            ("'a'\n  'b' -- more\n 'c'", "abc"),
        ] {
            assert_eq!(read(text), Ok(expected.to_owned()), "for {text}");
        }
        assert_eq!(read("'a' 'b'").unwrap_err(), "expected the end of the statement, found 'b' @ 'b'");
        assert_eq!(read("a").unwrap_err(), "expected a string, found a @ a");
    }

    #[test]
    fn relations_with_and_without_their_children() {
        for (text, expected) in
            [("a.b", ("a.b", false)), ("t *", ("t", false)), ("ONLY t", ("t", true)), ("ONLY (a.b)", ("a.b", true))]
        {
            let (name, only) = parse(text, relation).unwrap();
            assert_eq!((name.to_string().as_str(), only), expected, "for {text}");
        }
        assert_eq!(parse("ONLY t *", relation).unwrap_err(), "expected the end of the statement, found * @ *");
    }

    #[test]
    fn whole_numbers() {
        for (text, expected) in
            [("1", 1), ("- 5", -5), ("+7", 7), ("9223372036854775807", i64::MAX), ("-9223372036854775808", i64::MIN)]
        {
            assert_eq!(parse(text, integer), Ok(expected), "for {text}");
        }
        assert_eq!(parse("1.5", integer).unwrap_err(), "expected a whole number, found 1.5 @ 1.5");
        assert_eq!(parse("a", integer).unwrap_err(), "expected a number, found a @ a");
        assert_eq!((whole("0x1F"), whole("-0b11"), whole("0o17")), (Some(31), Some(-3), Some(15)));
    }

    #[test]
    fn parentheses_are_balanced_when_skipped() {
        assert_eq!(parse("a (b (c) d) e", skip_rest), Ok(()));
        assert_eq!(parse("a (b", skip_rest).unwrap_err(), "expected ), found the end of the statement @ ");
        assert_eq!(parse("a ) b", skip_rest).unwrap_err(), "expected the end of the statement, found ) @ ) b");
    }
}
