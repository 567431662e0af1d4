//! DROP of anything.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::objects::{self, Found, Naming};
use super::{clauses, constraint, data_type, names};
use crate::ast::{Drop, ObjectKind, ObjectName, Opaque, StatementKind};

/// DROP.
///
/// # Errors
/// Something else comes.
pub(super) fn drop(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DROP"])?;
    if c.eat(&["OWNED"]) {
        c.expect(&["BY"])?;
        clauses::item(c, "a role name")?;
        clauses::skip_rest(c)?;
        let what = "DROP OWNED".to_owned();
        return Ok(StatementKind::Opaque(Opaque { what, name: None, table: None }));
    }
    if COMMENT_ONLY.iter().any(|words| c.at(words)) {
        return c.expected("a kind of object");
    }
    match objects::kind(c) {
        Some(found) => dropped(c, found),
        None => c.expected("a kind of object"),
    }
}

/// Kinds that COMMENT ON names and DROP does not.
const COMMENT_ONLY: &[&[&str]] = &[&["COLUMN"], &["CONSTRAINT"], &["LARGE", "OBJECT"]];

fn dropped(c: &mut Cursor, found: Found) -> Parsed<StatementKind> {
    let Found { object, naming, keyword } = found;
    let concurrently = object == ObjectKind::Index && c.eat(&["CONCURRENTLY"]);
    let if_exists = clauses::if_exists(c)?;
    let mut on = None;
    let names = match naming {
        Naming::Qualified if object == ObjectKind::Type => {
            c.comma_separated(|c| names::qualified_type(c, "a type name"))?
        }
        Naming::Qualified => c.comma_separated(|c| names::qualified(c, "a name"))?,
        Naming::Signature => {
            let aggregate = c.text_of(keyword).eq_ignore_ascii_case("AGGREGATE");
            c.comma_separated(|c| signature(c, aggregate))?
        }
        Naming::OnTable => {
            let name = names::unqualified(names::name(c, "a name")?);
            c.expect(&["ON"])?;
            on = Some(names::qualified(c, "a table name")?);
            vec![name]
        }
        Naming::Using => vec![using(c)?],
        Naming::Other => {
            unnamed(c, &object)?;
            Vec::new()
        }
    };
    let cascade = clauses::cascade(c);
    if object == ObjectKind::Database {
        force(c)?;
    }
    let kind_keyword = keyword;
    Ok(StatementKind::Drop(Box::new(Drop { object, concurrently, if_exists, names, on, cascade, kind_keyword })))
}

/// `function(int, text)`; only those of aggregates have to be written.
fn signature(c: &mut Cursor, aggregate: bool) -> Parsed<ObjectName> {
    let name = names::function(c, "a function name")?;
    if c.skip_parentheses()?.is_none() && aggregate {
        return c.expected("(");
    }
    Ok(name)
}

/// What has no name: operators go by their operands, casts by their types, mappings by role and server.
fn unnamed(c: &mut Cursor, object: &ObjectKind) -> Parsed<()> {
    let ObjectKind::Other(kind) = object else { return c.expected("a name") };
    match kind.as_str() {
        "OPERATOR" => c.comma_separated(operator).map(|_| ()),
        "CAST" => c.parenthesized(|c| {
            data_type::data_type(c)?;
            c.expect(&["AS"])?;
            data_type::data_type(c).map(|_| ())
        }),
        "TRANSFORM" => {
            c.expect(&["FOR"])?;
            data_type::data_type(c)?;
            c.expect(&["LANGUAGE"])?;
            names::name(c, "a language").map(|_| ())
        }
        "USER MAPPING" => {
            c.expect(&["FOR"])?;
            if !c.eat(&["USER"]) {
                names::role(c)?;
            }
            c.expect(&["SERVER"])?;
            names::name(c, "a server name").map(|_| ())
        }
        _ => c.expected("a name"),
    }
}

/// `operator (left, right)`; NONE stands for the operand that a prefix or postfix operator lacks.
fn operator(c: &mut Cursor) -> Parsed<()> {
    constraint::any_operator(c)?;
    c.parenthesized(|c| {
        operand(c)?;
        if !c.eat_symbol(&Token::Comma) {
            return c.expected("the type of the other operand, or NONE");
        }
        operand(c)
    })
}

fn operand(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["NONE"]) { Ok(()) } else { data_type::data_type(c).map(|_| ()) }
}

/// `name USING method`
fn using(c: &mut Cursor) -> Parsed<ObjectName> {
    let name = names::qualified(c, "a name")?;
    c.expect(&["USING"])?;
    names::name(c, "an access method")?;
    Ok(name)
}

/// `[WITH (FORCE)]` of DROP DATABASE (13).
fn force(c: &mut Cursor) -> Parsed<()> {
    c.eat(&["WITH"]);
    c.skip_parentheses().map(|_| ())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
