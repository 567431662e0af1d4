//! Small pieces of grammar that many DDL statements share.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, is_placeholder};
use super::names;
use crate::ast::{Ident, ObjectName, Text};

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
pub(super) fn method(c: &mut Cursor) -> Parsed<Option<EcoString>> {
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

/// How many tokens come before one outside of parentheses for which `ends` holds, before the end of the parentheses around,
/// or before the end.
pub(super) fn extent(c: &Cursor, ends: impl Fn(&Token) -> bool) -> usize {
    let (mut depth, mut count) = (0usize, 0);
    loop {
        match c.peek_nth(count) {
            Token::EOF => return count,
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => return count,
            Token::RParen => depth -= 1,
            token if depth == 0 && ends(token) => return count,
            _ => {}
        }
        count += 1;
    }
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

/// A string constant of any kind, or a placeholder for one.
///
/// # Errors
/// No string comes.
pub(super) fn string(c: &mut Cursor) -> Parsed<EcoString> {
    let Some(value) = string_token(c.peek()) else {
        return c.expected("a string");
    };
    c.advance();
    Ok(value)
}

/// A string constant with its place.
///
/// # Errors
/// No string comes.
pub(super) fn text(c: &mut Cursor) -> Parsed<Text> {
    let start = c.position();
    let value = string(c)?;
    Ok(Text { value, span: c.span_from(start) })
}

/// A string constant, or a word that stands for one: a version, a label provider.
///
/// # Errors
/// Neither comes.
pub(super) fn word_or_text(c: &mut Cursor, what: &str) -> Parsed<Text> {
    if at_string(c) {
        return text(c);
    }
    let Ident { name, span } = names::type_or_function(c, what)?;
    Ok(Text { value: name, span })
}

/// Whether a string constant comes.
pub(super) fn at_string(c: &Cursor) -> bool {
    string_token(c.peek()).is_some()
}

fn string_token(token: &Token) -> Option<EcoString> {
    match token {
        Token::SingleQuotedString(value)
        | Token::EscapedStringLiteral(value)
        | Token::UnicodeStringLiteral(value)
        | Token::NationalStringLiteral(value) => Some(value.clone().into()),
        Token::DollarQuotedString(dollar) => Some(dollar.value.clone().into()),
        Token::Word(word) if is_placeholder(token) => Some(word.value.clone().into()),
        _ => None,
    }
}

#[cfg(test)]
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
            assert_eq!(read(text), Ok(expected.into()), "for {text}");
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
    fn parentheses_are_balanced_when_skipped() {
        assert_eq!(parse("a (b (c) d) e", skip_rest), Ok(()));
        assert_eq!(parse("a (b", skip_rest).unwrap_err(), "expected ), found the end of the statement @ ");
        assert_eq!(parse("a ) b", skip_rest).unwrap_err(), "expected the end of the statement, found ) @ ) b");
    }
}
