//! Options in parentheses.

use ecow::{EcoString, eco_format};

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, constraint, data_type, names, number};
use crate::ast::{ForeignOption, NamedOption, OptionChange};

/// `(option [= value], ...)`
///
/// # Errors
/// Something else comes.
pub(super) fn options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    clauses::list(c, |c| {
        let start = c.position();
        let mut name = names::label(c, "an option name")?.name.to_ascii_lowercase();
        if c.eat_symbol(&Token::Period) {
            let inner = names::label(c, "an option name")?.name.to_ascii_lowercase();
            name = eco_format!("{name}.{inner}");
        }
        let value = if c.eat_symbol(&Token::Eq) { Some(value(c)?) } else { None };
        Ok(NamedOption { name, value, span: c.span_from(start) })
    })
}

/// `[WITH (option = value, ...)]`
///
/// # Errors
/// WITH without a list.
pub(super) fn with_options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.eat(&["WITH"]) { options(c) } else { Ok(Vec::new()) }
}

/// A string, a number, an operator, or a type, which any single word is for this purpose.
fn value(c: &mut Cursor) -> Parsed<EcoString> {
    if clauses::at_string(c) {
        return clauses::string(c);
    }
    let start = c.position();
    match (c.peek(), c.peek_nth(1)) {
        (Token::Word(_), Token::Comma | Token::RParen) => {
            return names::label(c, "a value").map(|word| word.name);
        }
        (Token::Word(_), Token::LParen) if c.at(&["OPERATOR"]) => drop(constraint::operator(c)?),
        (Token::Word(_), _) => drop(data_type::function_type(c)?),
        (Token::Number(..), _) | (Token::Minus | Token::Plus, Token::Number(..)) => return number::number(c),
        _ if constraint::at_operator(c) => drop(constraint::operator(c)?),
        _ => return c.expected("a value"),
    }
    Ok(c.text_of(c.span_from(start)).into())
}

/// `(OPTION [value], ...)` of a maintenance statement, or nothing.
///
/// # Errors
/// An option is incomplete.
pub(super) fn switches(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.at_symbol(&Token::LParen) { clauses::list(c, switch) } else { Ok(Vec::new()) }
}

/// The word in both of its spellings.
const ANALYZE: &[&str] = &["ANALYZE", "ANALYSE"];

fn switch(c: &mut Cursor) -> Parsed<NamedOption> {
    let start = c.position();
    let name = match c.eat_any(ANALYZE) {
        Some(_) => "analyze".into(),
        None => names::word_or(c, &[], "an option")?.name.to_ascii_lowercase(),
    };
    let value = if matches!(c.peek(), Token::Comma | Token::RParen) { None } else { Some(switch_value(c)?) };
    Ok(NamedOption { name, value, span: c.span_from(start) })
}

fn switch_value(c: &mut Cursor) -> Parsed<EcoString> {
    match c.peek() {
        Token::Word(_) => names::word_or(c, &["TRUE", "FALSE", "ON"], "a value").map(|word| word.name),
        _ if clauses::at_string(c) => clauses::string(c),
        _ if number::at_number(c) => number::number(c),
        _ => c.expected("a value"),
    }
}

/// One of these words, as the option that it is short for.
pub(super) fn word(c: &mut Cursor, words: &[&str]) -> Option<NamedOption> {
    let span = c.next_span();
    let word = c.eat_any(words)?;
    let name = if ANALYZE.contains(&word) { "analyze".into() } else { word.to_ascii_lowercase().into() };
    Some(NamedOption { name, value: None, span })
}

/// Whether an option is on: its last mention counts, and it is off when there is none.
pub(super) fn is_on(options: &[NamedOption], name: &str) -> bool {
    options.iter().rev().find(|option| option.name == name).is_some_and(NamedOption::is_on)
}

/// `OPTIONS (name 'value', ...)` of something new and foreign, if it comes.
///
/// # Errors
/// OPTIONS without a list.
pub(super) fn foreign_options(c: &mut Cursor) -> Parsed<Vec<ForeignOption>> {
    if c.eat(&["OPTIONS"]) { clauses::list(c, foreign_option) } else { Ok(Vec::new()) }
}

/// `OPTIONS ([ADD | SET | DROP] name ['value'], ...)`, which must come.
///
/// # Errors
/// Something else comes.
pub(super) fn altered_foreign_options(c: &mut Cursor) -> Parsed<Vec<ForeignOption>> {
    c.expect(&["OPTIONS"])?;
    clauses::list(c, |c| {
        let start = c.position();
        let change =
            match if matches!(c.peek_nth(1), Token::Word(_)) { c.eat_any(&["ADD", "SET", "DROP"]) } else { None } {
                Some("DROP") => OptionChange::Drop,
                Some("SET") => OptionChange::Set,
                _ => OptionChange::Add,
            };
        if change != OptionChange::Drop {
            let option = foreign_option(c)?;
            return Ok(ForeignOption { change, span: c.span_from(start), ..option });
        }
        let name = names::label(c, "an option name")?.name;
        Ok(ForeignOption { change, name, value: None, span: c.span_from(start) })
    })
}

fn foreign_option(c: &mut Cursor) -> Parsed<ForeignOption> {
    let start = c.position();
    let name = names::label(c, "an option name")?.name;
    let value = Some(clauses::string(c)?);
    Ok(ForeignOption { change: OptionChange::Add, name, value, span: c.span_from(start) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::parse;

    fn read(text: &str, entry: fn(&mut Cursor) -> Parsed<Vec<NamedOption>>) -> Vec<(EcoString, Option<EcoString>)> {
        parse(text, entry).unwrap().into_iter().map(|option| (option.name, option.value)).collect()
    }

    #[test]
    fn options_and_their_values() {
        let text = "(A, b.C = 1, d = -0.5, e = 'X', f = Off, g = on, h = double precision, i = s.\"T\", j = none)";
        let options = read(text, options);
        let options: Vec<(&str, Option<&str>)> =
            options.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        let expected = [
            ("a", None),
            ("b.c", Some("1")),
            ("d", Some("-0.5")),
            ("e", Some("X")),
            ("f", Some("off")),
            ("g", Some("on")),
            ("h", Some("double precision")),
            ("i", Some("s.\"T\"")),
            ("j", Some("none")),
        ];
        assert_eq!(options, expected);
        for (text, error) in [
            ("()", "expected an option name, found ) @ )"),
            ("(a = )", "expected a value, found ) @ )"),
            ("(a = 1 2)", "expected , or ), found 2 @ 2)"),
            ("(a 1)", "expected , or ), found 1 @ 1)"),
        ] {
            assert_eq!(parse(text, super::options).unwrap_err(), error, "for {text}");
        }
    }

    #[test]
    fn switches_are_on_unless_they_say_otherwise() {
        let options =
            parse("(FULL, Verbose off, analyze 1, freeze 'false', parallel 0, full FALSE)", switches).unwrap();
        for (name, on) in [("full", false), ("verbose", false), ("analyze", true), ("freeze", false), ("x", false)] {
            assert_eq!(is_on(&options, name), on, "for {name}");
        }
        assert_eq!(parse("()", switches).unwrap_err(), "expected an option, found ) @ )");
    }

    #[test]
    fn options_of_foreign_objects() {
        let added = parse("OPTIONS (a 'x', \"B\" 'y')", foreign_options).unwrap();
        assert_eq!((added.len(), added[1].name.as_str(), added[1].value.as_deref()), (2, "B", Some("y")));
        let changed = parse("OPTIONS (ADD a 'x', SET b 'y', DROP c, d 'z', set 'w')", altered_foreign_options).unwrap();
        let changes: Vec<OptionChange> = changed.iter().map(|option| option.change).collect();
        use OptionChange::{Add, Drop, Set};
        assert_eq!(changes, [Add, Set, Drop, Add, Add]);
        assert_eq!(parse("OPTIONS ()", foreign_options).unwrap_err(), "expected an option name, found ) @ )");
        assert_eq!(parse("OPTIONS (a 1)", foreign_options).unwrap_err(), "expected a string, found 1 @ 1)");
    }
}
