//! CREATE FUNCTION and CREATE PROCEDURE. Of the options only the volatility is kept; bodies are not read here.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, data_type, names};
use crate::ast::{CreateFunction, StatementKind, Volatility};

/// CREATE FUNCTION or CREATE PROCEDURE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_function(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    c.eat(&["OR", "REPLACE"]);
    if c.eat_any(&["FUNCTION", "PROCEDURE"]).is_none() {
        return c.expected("FUNCTION or PROCEDURE");
    }
    let name = names::qualified_type(c, "a function name")?;
    clauses::parentheses(c)?;
    let mut volatility = Volatility::Volatile;
    while !c.at_end() {
        option(c, &mut volatility)?;
    }
    Ok(StatementKind::CreateFunction(CreateFunction { name, volatility }))
}

/// Options that are a word and nothing else.
const FLAGS: &[&str] = &["STRICT", "WINDOW", "LEAKPROOF"];

/// Options with a name behind them.
const NAMED: &[&str] = &["LANGUAGE", "PARALLEL", "SUPPORT"];

fn option(c: &mut Cursor, volatility: &mut Volatility) -> Parsed<()> {
    if let Some(declared) = c.eat_any(&["IMMUTABLE", "STABLE", "VOLATILE"]) {
        *volatility = match declared {
            "IMMUTABLE" => Volatility::Immutable,
            "STABLE" => Volatility::Stable,
            _ => Volatility::Volatile,
        };
        return Ok(());
    }
    if c.eat_any(FLAGS).is_some() || fixed_phrase(c) {
        return Ok(());
    }
    if c.eat_any(NAMED).is_some() {
        return name(c);
    }
    if c.eat_any(&["COST", "ROWS"]).is_some() {
        return clauses::number(c);
    }
    match c.eat_any(&["RETURNS", "AS", "SET", "TRANSFORM", "WITH", "RETURN", "BEGIN"]) {
        Some("RETURNS") => returns(c),
        Some("AS") => body(c),
        Some("SET") => set(c),
        Some("TRANSFORM") => c.comma_separated(transform).map(drop),
        Some("WITH") => clauses::parentheses(c),
        Some("RETURN") => clauses::item(c, "an expression").and_then(|()| clauses::skip_rest(c)),
        Some(_) => {
            c.expect(&["ATOMIC"])?;
            atomic_body(c)
        }
        None => c.expected("an option of the function"),
    }
}

/// Options that are several words.
fn fixed_phrase(c: &mut Cursor) -> bool {
    const PHRASES: &[&[&str]] = &[
        &["NOT", "LEAKPROOF"],
        &["CALLED", "ON", "NULL", "INPUT"],
        &["RETURNS", "NULL", "ON", "NULL", "INPUT"],
        &["EXTERNAL", "SECURITY", "DEFINER"],
        &["EXTERNAL", "SECURITY", "INVOKER"],
        &["SECURITY", "DEFINER"],
        &["SECURITY", "INVOKER"],
    ];
    PHRASES.iter().any(|phrase| c.eat(phrase))
}

/// A name; that of a language may be a string.
fn name(c: &mut Cursor) -> Parsed<()> {
    if clauses::at_string(c) { clauses::string(c).map(drop) } else { names::qualified_type(c, "a name").map(drop) }
}

/// `TABLE (...)`, a type, or `table.column%TYPE`, behind RETURNS.
fn returns(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["TABLE"]) {
        return clauses::parentheses(c);
    }
    data_type::data_type(c)?;
    if c.eat_symbol(&Token::Mod) {
        c.expect(&["TYPE"])?;
    }
    Ok(())
}

/// `'text'` or `'object file', 'symbol'`, behind AS.
fn body(c: &mut Cursor) -> Parsed<()> {
    c.comma_separated(clauses::string).map(drop)
}

/// `FOR TYPE name`
fn transform(c: &mut Cursor) -> Parsed<()> {
    c.expect(&["FOR", "TYPE"])?;
    data_type::data_type(c).map(drop)
}

/// `name {TO | =} value, ...`, `name FROM CURRENT` or `TIME ZONE value`, behind SET.
fn set(c: &mut Cursor) -> Parsed<()> {
    if !c.eat(&["TIME", "ZONE"]) {
        names::qualified_type(c, "a setting")?;
        if c.eat(&["FROM"]) {
            return c.expect(&["CURRENT"]).map(drop);
        }
        if !c.eat_symbol(&Token::Eq) {
            c.expect(&["TO"])?;
        }
    }
    c.comma_separated(|c| clauses::literal_or_word(c, "a value")).map(drop)
}

/// `statement; ... END`, behind BEGIN ATOMIC. It is the last option.
fn atomic_body(c: &mut Cursor) -> Parsed<()> {
    clauses::skip_rest(c)?;
    c.back();
    c.expect(&["END"]).map(drop)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
