//! Statements of which only the kind, the object and sometimes a table are kept.

use ecow::eco_format;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, rare};
use crate::ast::{ObjectName, Opaque, StatementKind};

/// Kinds that CREATE makes and that have no grammar of their own here. Longer ones come first where they begin alike.
const CREATED: &[&str] = &[
    "ACCESS METHOD",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DATABASE",
    "GROUP",
    "LANGUAGE",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "ROLE",
    "TABLESPACE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "USER",
];

/// Words that may stand in front of the kind and do not change it.
const NOISE: &[&str] = &["DEFAULT", "TRUSTED", "PROCEDURAL", "GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED"];

/// Any statement that PostgreSQL knows and that has no grammar of its own here.
///
/// # Errors
/// No such statement comes.
pub(super) fn opaque(c: &mut Cursor) -> Parsed<StatementKind> {
    if c.eat(&["CREATE"]) {
        return create(c).map(StatementKind::Opaque);
    }
    let opaque = match () {
        () if c.at_any(&["LISTEN", "NOTIFY", "UNLISTEN", "LOAD"]) => small(c)?,
        () if c.eat(&["CHECKPOINT"]) => {
            Opaque { what: "CHECKPOINT".into(), name: None, table: None, or_replace: false }
        }
        () => return c.expected("a statement"),
    };
    clauses::skip_rest(c)?;
    Ok(StatementKind::Opaque(opaque))
}

/// `LISTEN name`, `UNLISTEN {name | *}`, `NOTIFY name [, 'payload']` or `LOAD 'file'`.
fn small(c: &mut Cursor) -> Parsed<Opaque> {
    let what = c.word_at(0).map(str::to_ascii_uppercase).unwrap_or_default();
    c.advance();
    let mut name = None;
    match what.as_str() {
        "LOAD" => drop(clauses::string(c)?),
        "UNLISTEN" if c.eat_symbol(&Token::Mul) => {}
        _ => name = Some(names::unqualified(names::name(c, "a name")?)),
    }
    if what == "NOTIFY" && c.eat_symbol(&Token::Comma) {
        clauses::string(c)?;
    }
    c.expect_end()?;
    Ok(Opaque { what: what.into(), name, table: None, or_replace: false })
}

/// Behind CREATE.
fn create(c: &mut Cursor) -> Parsed<Opaque> {
    let or_replace = c.eat(&["OR", "REPLACE"]);
    while c.eat_any(NOISE).is_some() {}
    let kind = kind(c)?;
    clauses::if_not_exists(c)?;
    let name = created_name(c, kind)?;
    rare::created(c, kind)?;
    Ok(Opaque { what: eco_format!("CREATE {kind}"), name, table: None, or_replace })
}

fn kind(c: &mut Cursor) -> Parsed<&'static str> {
    let found = CREATED.iter().find(|kind| c.eat(&kind.split(' ').collect::<Vec<_>>()));
    found.map_or_else(|| c.expected("a kind of object"), |kind| Ok(*kind))
}

/// The name of something new, if it has one.
fn created_name(c: &mut Cursor, kind: &str) -> Parsed<Option<ObjectName>> {
    match kind {
        "CAST" | "OPERATOR" | "TRANSFORM" => Ok(None),
        "LANGUAGE" if clauses::at_string(c) => clauses::string(c).map(|_| None),
        "GROUP" | "ROLE" | "USER" => names::label(c, "a role name").map(|name| Some(names::unqualified(name))),
        _ => names::qualified_type(c, "a name").map(Some),
    }
}

/// `{SET setting ... | RESET {setting | ALL}}`, behind ALTER SYSTEM.
///
/// # Errors
/// Something else comes.
pub(super) fn alter_system(c: &mut Cursor) -> Parsed<StatementKind> {
    if c.eat_any(&["SET", "RESET"]).is_none() {
        return c.expected("SET or RESET");
    }
    clauses::item(c, "a setting")?;
    clauses::skip_rest(c)?;
    Ok(StatementKind::Opaque(Opaque { what: "ALTER SYSTEM".into(), name: None, table: None, or_replace: false }))
}

#[cfg(test)]
mod tests;
