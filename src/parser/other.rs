//! Statements of which only the kind, the object and sometimes a table are kept.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names};
use crate::ast::{ObjectName, Opaque, StatementKind};

pub(super) use super::comment::comment_on;

/// Kinds that CREATE makes and that have no grammar of their own here. Longer ones come first where they begin alike.
const CREATED: &[&str] = &[
    "ACCESS METHOD",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DATABASE",
    "EVENT TRIGGER",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "GROUP",
    "LANGUAGE",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "POLICY",
    "PUBLICATION",
    "ROLE",
    "RULE",
    "SCHEMA",
    "SERVER",
    "STATISTICS",
    "SUBSCRIPTION",
    "TABLESPACE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "USER MAPPING",
    "USER",
];

/// Kinds that ALTER changes and that have no grammar of their own here, beside those of [`CREATED`].
const ALTERED: &[&str] = &["DOMAIN", "FUNCTION", "LARGE OBJECT", "PROCEDURE", "ROUTINE", "TRIGGER"];

/// Words that may stand in front of the kind and do not change it.
const NOISE: &[&str] = &["DEFAULT", "TRUSTED", "PROCEDURAL", "GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED"];

/// What follows the keywords of a statement.
#[derive(Clone, Copy)]
enum Tail {
    /// Anything, or nothing.
    Any,
    /// Something of which nothing is kept.
    Some,
    /// The name of its object, and anything.
    Name,
}

/// Statements other than CREATE, ALTER, GRANT, REVOKE and DO.
const STATEMENTS: &[(&[&str], Tail)] = &[
    (&["CHECKPOINT"], Tail::Any),
    (&["IMPORT", "FOREIGN", "SCHEMA"], Tail::Name),
    (&["LISTEN"], Tail::Name),
    (&["LOAD"], Tail::Some),
    (&["NOTIFY"], Tail::Name),
    (&["REASSIGN", "OWNED"], Tail::Some),
    (&["SECURITY", "LABEL"], Tail::Some),
    (&["SET", "CONSTRAINTS"], Tail::Some),
    (&["UNLISTEN"], Tail::Some),
];

/// Any statement that PostgreSQL knows and that has no grammar of its own here.
///
/// # Errors
/// No such statement comes.
pub(super) fn opaque(c: &mut Cursor) -> Parsed<StatementKind> {
    let opaque = match c.eat_any(&["CREATE", "ALTER", "GRANT", "REVOKE", "DO"]) {
        Some("CREATE") => create(c)?,
        Some("ALTER") => alter(c)?,
        Some("DO") => anonymous_block(c)?,
        Some(verb) => privileges(c, verb)?,
        None => statement(c)?,
    };
    clauses::skip_rest(c)?;
    Ok(StatementKind::Opaque(opaque))
}

/// One of [`STATEMENTS`].
fn statement(c: &mut Cursor) -> Parsed<Opaque> {
    let Some((words, tail)) = STATEMENTS.iter().find(|(words, _)| c.eat(words)) else {
        return c.expected("a statement");
    };
    let what = words.join(" ");
    let name = match tail {
        Tail::Name => Some(names::qualified_type(c, "a name")?),
        Tail::Some if c.at_end() => return c.expected("an argument"),
        Tail::Some | Tail::Any => None,
    };
    Ok(Opaque { what, name, table: None })
}

/// `DO [LANGUAGE name] 'body'`, the two in any order.
fn anonymous_block(c: &mut Cursor) -> Parsed<Opaque> {
    let mut body = false;
    while !c.at_end() {
        if c.eat(&["LANGUAGE"]) {
            language(c)?;
        } else {
            clauses::string(c)?;
            body = true;
        }
    }
    if !body {
        return c.expected("a string");
    }
    Ok(Opaque { what: "DO".to_owned(), name: None, table: None })
}

fn language(c: &mut Cursor) -> Parsed<()> {
    if clauses::at_string(c) {
        return clauses::string(c).map(drop);
    }
    names::type_or_function(c, "a language").map(drop)
}

/// Behind CREATE.
fn create(c: &mut Cursor) -> Parsed<Opaque> {
    c.eat(&["OR", "REPLACE"]);
    while c.eat_any(NOISE).is_some() {}
    let kind = kind(c, &[CREATED])?;
    clauses::if_not_exists(c)?;
    let (name, table) = created(c, kind)?;
    Ok(Opaque { what: format!("CREATE {kind}"), name, table })
}

/// Behind ALTER.
fn alter(c: &mut Cursor) -> Parsed<Opaque> {
    if c.eat(&["DEFAULT", "PRIVILEGES"]) {
        return Ok(Opaque { what: "ALTER DEFAULT PRIVILEGES".to_owned(), name: None, table: None });
    }
    if c.eat(&["SYSTEM"]) {
        return Ok(Opaque { what: "ALTER SYSTEM".to_owned(), name: None, table: None });
    }
    c.eat(&["PROCEDURAL"]);
    let kind = kind(c, &[CREATED, ALTERED])?;
    clauses::if_exists(c)?;
    let (name, mut table) = altered(c, kind)?;
    if c.at_end() && !["GROUP", "ROLE", "USER"].contains(&kind) {
        return c.expected("an action");
    }
    if kind == "PUBLICATION" {
        table = published(c)?;
    }
    Ok(Opaque { what: format!("ALTER {kind}"), name, table })
}

fn kind(c: &mut Cursor, known: &[&[&'static str]]) -> Parsed<&'static str> {
    let found = known.iter().copied().flatten().find(|kind| c.eat(&kind.split(' ').collect::<Vec<_>>()));
    found.map_or_else(|| c.expected("a kind of object"), |kind| Ok(*kind))
}

type NameAndTable = (Option<ObjectName>, Option<ObjectName>);

/// The name and the table of something new.
fn created(c: &mut Cursor, kind: &str) -> Parsed<NameAndTable> {
    match kind {
        "RULE" => {
            let name = object(c)?;
            c.expect(&["AS", "ON"])?;
            names::label(c, "an event")?;
            c.expect(&["TO"])?;
            Ok((Some(name), Some(table(c)?)))
        }
        "STATISTICS" => {
            let name = if names::at_name(c) { Some(object(c)?) } else { None };
            clauses::seek(c, &["FROM"])?;
            c.expect(&["FROM"])?;
            Ok((name, Some(table(c)?)))
        }
        "PUBLICATION" => Ok((Some(object(c)?), published(c)?)),
        "SCHEMA" if c.at(&["AUTHORIZATION"]) => Ok((None, None)),
        _ => altered(c, kind),
    }
}

/// The name and the table of something that exists.
fn altered(c: &mut Cursor, kind: &str) -> Parsed<NameAndTable> {
    match kind {
        "CAST" | "LARGE OBJECT" | "OPERATOR" | "TRANSFORM" | "USER MAPPING" if c.at_end() => c.expected("a name"),
        "CAST" | "LARGE OBJECT" | "OPERATOR" | "TRANSFORM" | "USER MAPPING" => Ok((None, None)),
        "POLICY" | "RULE" | "TRIGGER" => {
            let name = object(c)?;
            c.expect(&["ON"])?;
            Ok((Some(name), Some(table(c)?)))
        }
        "ROLE" | "USER" if c.eat(&["ALL"]) => Ok((None, None)),
        "ROLE" | "USER" => names::label(c, "a role name").map(|name| (Some(names::unqualified(name)), None)),
        _ => Ok((Some(object(c)?), None)),
    }
}

/// The first table among the objects of a publication.
fn published(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    clauses::seek(c, &["TABLE"])?;
    if c.eat(&["TABLE"]) { table(c).map(Some) } else { Ok(None) }
}

fn object(c: &mut Cursor) -> Parsed<ObjectName> {
    names::qualified_type(c, "a name")
}

fn table(c: &mut Cursor) -> Parsed<ObjectName> {
    clauses::relation(c).map(|(name, _only)| name)
}

/// Kinds of object that privileges are granted on; what is none of them is a table.
const GRANTABLE: &[&str] = &[
    "ALL",
    "DATABASE",
    "DOMAIN",
    "FOREIGN",
    "FUNCTION",
    "LANGUAGE",
    "LARGE",
    "PARAMETER",
    "PROCEDURE",
    "ROUTINE",
    "SCHEMA",
    "SEQUENCE",
    "TABLESPACE",
    "TYPE",
];

/// Behind GRANT or REVOKE: `privileges ON objects {TO | FROM} roles`, or `roles {TO | FROM} roles`.
fn privileges(c: &mut Cursor, verb: &str) -> Parsed<Opaque> {
    clauses::seek(c, &["ON", "TO", "FROM"])?;
    let table = if c.eat(&["ON"]) { granted(c)? } else { None };
    c.expect(&[if verb == "GRANT" { "TO" } else { "FROM" }])?;
    names::label(c, "a role name")?;
    Ok(Opaque { what: verb.to_owned(), name: None, table })
}

/// Behind ON. Only a single table is kept.
fn granted(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    if c.at_any(GRANTABLE) && matches!(c.peek_nth(1), Token::Word(_)) && !to_or_from(c) {
        return clauses::seek(c, &["TO", "FROM"]).map(|()| None);
    }
    c.eat(&["TABLE"]);
    let mut tables = c.comma_separated(|c| names::qualified(c, "a table name"))?;
    Ok(if tables.len() == 1 { tables.pop() } else { None })
}

/// Whether the word behind the next one ends the list of objects: the next one is a table then.
fn to_or_from(c: &Cursor) -> bool {
    c.word_at(1).is_some_and(|word| word.eq_ignore_ascii_case("TO") || word.eq_ignore_ascii_case("FROM"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
