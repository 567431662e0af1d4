//! What follows the name in statements about rare kinds of object. Nothing of it is kept: it is read to find mistakes.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, constraint, names, number, option, reference, role};

/// Behind CREATE, the kind, and the name where the kind has one.
///
/// # Errors
/// Something else comes.
pub(super) fn created(c: &mut Cursor, kind: &str) -> Parsed<()> {
    match kind {
        "ACCESS METHOD" => access_method(c),
        "AGGREGATE" => aggregate(c),
        "CAST" => cast(c),
        "COLLATION" if c.eat(&["FROM"]) => names::qualified(c, "a collation name").map(drop),
        "COLLATION" => option::options(c).map(drop),
        "CONVERSION" => conversion(c),
        "GROUP" | "ROLE" | "USER" => role_options(c),
        "LANGUAGE" => language(c),
        "OPERATOR" => {
            constraint::operator(c)?;
            option::options(c).map(drop)
        }
        "OPERATOR FAMILY" => {
            c.expect(&["USING"])?;
            names::name(c, "an access method").map(drop)
        }
        "TABLESPACE" => tablespace(c),
        "TEXT SEARCH CONFIGURATION" | "TEXT SEARCH DICTIONARY" | "TEXT SEARCH PARSER" | "TEXT SEARCH TEMPLATE" => {
            option::options(c).map(drop)
        }
        _ if c.at_end() && kind != "DATABASE" => c.expected("a definition"),
        _ => clauses::skip_rest(c),
    }
}

/// Behind ALTER, the kind and the name.
///
/// # Errors
/// Something else comes.
pub(super) fn altered(c: &mut Cursor, kind: &str) -> Parsed<()> {
    match kind {
        "AGGREGATE" => c.expected("RENAME TO, OWNER TO or SET SCHEMA"),
        "COLLATION" => c.expect(&["REFRESH", "VERSION"]).map(drop),
        "GROUP" => members(c),
        "OPERATOR" => {
            c.expect(&["SET"])?;
            option::options(c).map(drop)
        }
        "OPERATOR FAMILY" => {
            verb(c, &["ADD", "DROP"], "ADD, DROP, RENAME TO, OWNER TO or SET SCHEMA")?;
            clauses::item(c, "OPERATOR or FUNCTION")?;
            clauses::skip_rest(c)
        }
        "ROLE" | "USER" => altered_role(c),
        "TABLESPACE" => {
            verb(c, &["SET", "RESET"], "SET, RESET, RENAME TO or OWNER TO")?;
            option::options(c).map(drop)
        }
        "TEXT SEARCH CONFIGURATION" => {
            verb(c, &["ADD", "ALTER", "DROP"], "ADD, ALTER or DROP MAPPING, RENAME TO, OWNER TO or SET SCHEMA")?;
            c.expect(&["MAPPING"])?;
            clauses::skip_rest(c)
        }
        "TEXT SEARCH DICTIONARY" => option::options(c).map(drop),
        _ if c.at_end() => c.expected("an action"),
        _ => clauses::skip_rest(c),
    }
}

fn verb(c: &mut Cursor, verbs: &[&str], what: &str) -> Parsed<()> {
    if c.eat_any(verbs).is_some() { Ok(()) } else { c.expected(what) }
}

/// `TYPE {INDEX | TABLE} HANDLER function`
fn access_method(c: &mut Cursor) -> Parsed<()> {
    c.expect(&["TYPE"])?;
    verb(c, &["INDEX", "TABLE"], "INDEX or TABLE")?;
    c.expect(&["HANDLER"])?;
    names::qualified(c, "a function name").map(drop)
}

/// `(arguments) (options)`, or as before 8.2 the options alone.
fn aggregate(c: &mut Cursor) -> Parsed<()> {
    let start = c.position();
    clauses::parentheses(c)?;
    if !c.at_symbol(&Token::LParen) {
        c.back_to(start);
    }
    option::options(c).map(drop)
}

/// `(type AS type) {WITH FUNCTION f(...) | WITHOUT FUNCTION | WITH INOUT} [AS {ASSIGNMENT | IMPLICIT}]`
fn cast(c: &mut Cursor) -> Parsed<()> {
    reference::cast(c)?;
    if c.eat(&["WITH", "FUNCTION"]) {
        names::qualified_type(c, "a function name")?;
        c.skip_parentheses()?;
    } else if !c.eat(&["WITHOUT", "FUNCTION"]) && !c.eat(&["WITH", "INOUT"]) {
        return c.expected("WITH FUNCTION, WITHOUT FUNCTION or WITH INOUT");
    }
    if c.eat(&["AS"]) { verb(c, &["ASSIGNMENT", "IMPLICIT"], "ASSIGNMENT or IMPLICIT") } else { Ok(()) }
}

/// `FOR 'source' TO 'destination' FROM function`
fn conversion(c: &mut Cursor) -> Parsed<()> {
    c.expect(&["FOR"])?;
    clauses::string(c)?;
    c.expect(&["TO"])?;
    clauses::string(c)?;
    c.expect(&["FROM"])?;
    names::qualified(c, "a function name").map(drop)
}

/// `[HANDLER f [INLINE f] [VALIDATOR f | NO VALIDATOR]]`
fn language(c: &mut Cursor) -> Parsed<()> {
    while c.eat_any(&["HANDLER", "INLINE", "VALIDATOR"]).is_some() {
        names::qualified(c, "a function name")?;
    }
    c.eat(&["NO", "VALIDATOR"]);
    Ok(())
}

/// `[OWNER role] LOCATION 'folder' [WITH (options)]`
fn tablespace(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["OWNER"]) {
        role::role(c)?;
    }
    c.expect(&["LOCATION"])?;
    clauses::string(c)?;
    option::with_options(c).map(drop)
}

/// `{ADD | DROP} USER role, ...` of a group.
fn members(c: &mut Cursor) -> Parsed<()> {
    verb(c, &["ADD", "DROP"], "ADD USER, DROP USER or RENAME TO")?;
    c.expect(&["USER"])?;
    role::roles(c).map(drop)
}

/// Options of a role, or `[IN DATABASE name] {SET | RESET} setting`.
fn altered_role(c: &mut Cursor) -> Parsed<()> {
    let database = c.eat(&["IN", "DATABASE"]);
    if database {
        names::name(c, "a database name")?;
    }
    if c.eat_any(&["SET", "RESET"]).is_some() {
        clauses::item(c, "a setting")?;
        return clauses::skip_rest(c);
    }
    if database { c.expected("SET or RESET") } else { role_options(c) }
}

/// Options of roles that are a word, with or without NO in front.
const ROLE_FLAGS: &[&str] = &[
    "INHERIT",
    "SUPERUSER",
    "CREATEUSER",
    "CREATEROLE",
    "REPLICATION",
    "CREATEDB",
    "LOGIN",
    "BYPASSRLS",
    "NOINHERIT",
    "NOSUPERUSER",
    "NOCREATEUSER",
    "NOCREATEROLE",
    "NOREPLICATION",
    "NOCREATEDB",
    "NOLOGIN",
    "NOBYPASSRLS",
];

/// `[WITH] option ...`
fn role_options(c: &mut Cursor) -> Parsed<()> {
    c.eat(&["WITH"]);
    while !c.at_end() {
        role_option(c)?;
    }
    Ok(())
}

fn role_option(c: &mut Cursor) -> Parsed<()> {
    let _encrypted = c.eat_any(&["ENCRYPTED", "UNENCRYPTED"]);
    if c.eat(&["PASSWORD"]) {
        return if c.eat(&["NULL"]) { Ok(()) } else { clauses::string(c).map(drop) };
    }
    if c.eat_any(ROLE_FLAGS).is_some() {
        return Ok(());
    }
    if c.eat(&["CONNECTION", "LIMIT"]) || c.eat(&["SYSID"]) {
        return number::number(c).map(drop);
    }
    if c.eat(&["VALID", "UNTIL"]) {
        return clauses::string(c).map(drop);
    }
    if c.eat(&["IN", "ROLE"]) || c.eat(&["IN", "GROUP"]) || c.eat_any(&["ROLE", "ADMIN", "USER"]).is_some() {
        return role::roles(c).map(drop);
    }
    c.expected("an option of the role")
}

#[cfg(test)]
mod tests;
