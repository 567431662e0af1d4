//! Lists of options in parentheses whose values matter: `(publish = 'insert', slot_name = NONE)`.

use sqlparser::tokenizer::Token;

use super::constraint;
use super::cursor::{Cursor, Parsed};
use super::{clauses, data_type, names};
use crate::ast::NamedOption;

/// `(name [= value], ...)`
///
/// # Errors
/// Something else comes.
pub(super) fn options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    clauses::list(c, option)
}

/// `[WITH (name [= value], ...)]`
///
/// # Errors
/// WITH without a list.
pub(super) fn with_options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.eat(&["WITH"]) { options(c) } else { Ok(Vec::new()) }
}

fn option(c: &mut Cursor) -> Parsed<NamedOption> {
    let start = c.position();
    let name = names::label(c, "an option name")?.name.to_ascii_lowercase();
    let value = if c.eat_symbol(&Token::Eq) { Some(value(c)?) } else { None };
    Ok(NamedOption { name, value, span: c.span_from(start) })
}

/// `name [value]`, as commands for maintenance have options.
///
/// # Errors
/// Something else comes.
pub(super) fn loose_option(c: &mut Cursor) -> Parsed<NamedOption> {
    let start = c.position();
    let name = names::label(c, "an option name")?.name.to_ascii_lowercase();
    let last = matches!(c.peek(), Token::Comma | Token::RParen | Token::EOF);
    let value = if last { None } else { Some(value(c)?) };
    Ok(NamedOption { name, value, span: c.span_from(start) })
}

/// A string, a number, an operator, or a type, which any single word is for this purpose.
fn value(c: &mut Cursor) -> Parsed<String> {
    if clauses::at_string(c) {
        return clauses::string(c);
    }
    let start = c.position();
    match (c.peek(), c.peek_nth(1)) {
        (Token::Word(_), Token::Comma | Token::RParen | Token::EOF) => return c.ident().map(|word| word.name),
        (Token::Word(_), Token::LParen) if c.at(&["OPERATOR"]) => constraint::operator(c)?,
        (Token::Word(_), _) => type_name(c)?,
        (Token::Number(..), _) | (Token::Minus | Token::Plus, Token::Number(..)) => clauses::number(c)?,
        _ if constraint::at_operator(c) => constraint::operator(c)?,
        _ => return c.expected("a value"),
    }
    Ok(c.text_of(c.span_from(start)).to_owned())
}

fn type_name(c: &mut Cursor) -> Parsed<()> {
    data_type::data_type(c)?;
    if c.eat_symbol(&Token::Mod) {
        c.expect(&["TYPE"])?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::parser::testing::{check, parse};

    #[test]
    fn options_and_their_values() {
        let values = |text| {
            let options = parse(text, options).unwrap();
            let texts = options.into_iter().map(|option| option.value.map_or(option.name, |value| value));
            texts.collect::<Vec<_>>().join(" | ")
        };
        for (text, expected) in [
            ("(Connect)", "connect"),
            ("(a = 'it''s', b = FALSE, c = \"On\", d = NONE)", "it's | false | On | none"),
            ("(a = 1, b = -0.5, c = +2)", "1 | -0.5 | +2"),
            (
                "(a = double precision, b = app.pair, c = numeric(10, 2), d = int[])",
                "double precision | app.pair | numeric(10, 2) | int[]",
            ),
            ("(a = <>, b = OPERATOR(pg_catalog.=), c = @#@, d = =)", "<> | OPERATOR(pg_catalog.=) | @#@ | ="),
            ("(a = SETOF int, b = t.a%TYPE, c = true)", "SETOF int | t.a%TYPE | true"),
        ] {
            assert_eq!(values(text), expected, "for {text}");
        }
    }

    #[test]
    fn mistakes_are_named_at_their_place() {
        check(
            options,
            &[
                ("()", "expected an option name, found ) @ )"),
                ("(a = )", "expected a value, found ) @ )"),
                ("(a = 1 2)", "expected , or ), found 2 @ 2)"),
                ("(a 1)", "expected , or ), found 1 @ 1)"),
                ("(a = (1))", "expected a value, found ( @ (1))"),
            ],
        );
    }
}
