//! SET, RESET, SHOW and DISCARD.

use ecow::{EcoString, eco_format};

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, transaction};
use crate::ast::{Opaque, SetConstraints, SettingChange, SettingKind, StatementKind};

/// SET, RESET, SHOW or DISCARD.
///
/// # Errors
/// The grammar's.
pub(super) fn statement(c: &mut Cursor) -> Parsed<StatementKind> {
    match c.eat_any(&["SET", "RESET", "SHOW", "DISCARD"]) {
        Some("SET") => set(c),
        Some("RESET") => Ok(changed(reset(c)?, false)),
        Some("SHOW") => reset(c).map(|_| opaque("SHOW")),
        Some(_) => discard(c),
        None => c.expected("SET, RESET, SHOW or DISCARD"),
    }
}

fn changed(kind: SettingKind, local: bool) -> StatementKind {
    StatementKind::Set(SettingChange { kind, local })
}

fn opaque(what: &str) -> StatementKind {
    StatementKind::Opaque(Opaque { what: what.into(), name: None, table: None, or_replace: false })
}

fn set(c: &mut Cursor) -> Parsed<StatementKind> {
    if c.eat(&["CONSTRAINTS"]) {
        return constraints(c);
    }
    if c.eat(&["SESSION", "CHARACTERISTICS", "AS", "TRANSACTION"]) {
        if c.at_end() {
            return c.expected("a transaction mode");
        }
        let read_only = transaction::modes(c)?;
        return Ok(match read_only {
            Some(read_only) => access("default_transaction_read_only", read_only, false),
            None => opaque("SET SESSION CHARACTERISTICS"),
        });
    }
    let local = scope(c);
    if c.at(&["TRANSACTION"]) && !assigns(c, 1) {
        return transaction_mode(c);
    }
    let (name, value) = assignment(c)?;
    let kind = match value {
        Some(value) => SettingKind::Set { name, value },
        None => SettingKind::Reset { name },
    };
    Ok(changed(kind, local))
}

/// SET LOCAL, and SET SESSION unless that is the start of SET SESSION AUTHORIZATION.
fn scope(c: &mut Cursor) -> bool {
    if c.at(&["SESSION"]) && !c.at(&["SESSION", "AUTHORIZATION"]) && !assigns(c, 1) {
        c.advance();
        return false;
    }
    !assigns(c, 1) && c.eat(&["LOCAL"])
}

/// Whether `=` or TO stands `n` places ahead.
fn assigns(c: &Cursor, n: usize) -> bool {
    c.peek_nth(n) == &Token::Eq || c.is_any_at(n, &["TO"])
}

fn transaction_mode(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["TRANSACTION"])?;
    if c.eat(&["SNAPSHOT"]) {
        clauses::string(c)?;
    } else if c.at_end() {
        return c.expected("a transaction mode");
    } else if let Some(read_only) = transaction::modes(c)? {
        return Ok(access("transaction_read_only", read_only, true));
    }
    Ok(opaque("SET TRANSACTION"))
}

/// READ ONLY and READ WRITE are settings under another name.
fn access(name: &str, read_only: bool, local: bool) -> StatementKind {
    let value = if read_only { "on" } else { "off" };
    changed(SettingKind::Set { name: name.into(), value: value.into() }, local)
}

fn constraints(c: &mut Cursor) -> Parsed<StatementKind> {
    let constraints = match c.eat(&["ALL"]) {
        true => Vec::new(),
        false => c.comma_separated(|c| names::qualified(c, "a constraint name"))?,
    };
    match c.eat_any(&["DEFERRED", "IMMEDIATE"]) {
        Some(when) => {
            Ok(StatementKind::SetConstraints(SetConstraints { constraints, deferred: when == "DEFERRED" }.into()))
        }
        None => c.expected("DEFERRED or IMMEDIATE"),
    }
}

/// `name TO value`, and the forms with a syntax of their own; no value means DEFAULT.
///
/// # Errors
/// Something else comes.
pub(super) fn assignment(c: &mut Cursor) -> Parsed<(EcoString, Option<EcoString>)> {
    if assigns(c, 1) {
        return named(c);
    }
    if c.eat(&["TIME", "ZONE"]) {
        return Ok(("timezone".into(), time_zone(c)?));
    }
    if c.eat(&["SCHEMA"]) {
        return Ok(("search_path".into(), Some(clauses::string(c)?)));
    }
    if c.eat(&["NAMES"]) {
        let value = if c.at_end() { None } else { value(c)? };
        return Ok(("client_encoding".into(), value));
    }
    if c.eat(&["XML", "OPTION"]) {
        return Ok(("xmloption".into(), value(c)?));
    }
    if c.eat(&["ROLE"]) || c.eat(&["SESSION", "AUTHORIZATION"]) {
        return Ok(("role".into(), role(c)?));
    }
    named(c)
}

/// `name[.name] {TO | =} {values | DEFAULT}`, or `name FROM CURRENT`.
fn named(c: &mut Cursor) -> Parsed<(EcoString, Option<EcoString>)> {
    let name = setting_name(c)?;
    if !c.eat_symbol(&Token::Eq) && !c.eat(&["TO"]) {
        return c.expected("TO or =");
    }
    if name == "search_path" {
        return Ok((name, names_value(c)?));
    }
    let value = value(c)?;
    Ok((name, value))
}

/// A list of names, or DEFAULT. A string is one name, whatever is in it: `'a, b'` is no list.
fn names_value(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    if c.eat(&["DEFAULT"]) {
        return Ok(None);
    }
    let names = c.comma_separated(literal)?;
    Ok(Some(names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ").into()))
}

/// A name as a list of names holds it, in quotes where it would be read otherwise.
fn quoted(name: &str) -> EcoString {
    let plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'$'));
    if plain { name.into() } else { eco_format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// `name[.name]`, lower case.
///
/// # Errors
/// No name comes.
pub(super) fn setting_name(c: &mut Cursor) -> Parsed<EcoString> {
    let mut name = names::name(c, "a setting")?.name;
    while c.eat_symbol(&Token::Period) {
        name = eco_format!("{name}.{}", names::name(c, "a setting")?.name);
    }
    Ok(name.to_ascii_lowercase())
}

/// A list of literals, or DEFAULT.
fn value(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    if c.eat(&["DEFAULT"]) {
        return Ok(None);
    }
    Ok(Some(c.comma_separated(literal)?.join(", ").into()))
}

fn literal(c: &mut Cursor) -> Parsed<EcoString> {
    let sign = if c.eat_symbol(&Token::Minus) {
        "-"
    } else {
        c.eat_symbol(&Token::Plus);
        ""
    };
    let text = match c.peek() {
        Token::Number(number, _) => number.clone(),
        Token::Word(_) if sign.is_empty() => return Ok(c.ident()?.name),
        _ if sign.is_empty() && clauses::at_string(c) => return clauses::string(c),
        _ if sign.is_empty() => return c.expected("a value"),
        _ => return c.expected("a number"),
    };
    c.advance();
    Ok(eco_format!("{sign}{text}"))
}

/// A name, an offset, `INTERVAL '...' HOUR TO MINUTE`, LOCAL or DEFAULT.
fn time_zone(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    if c.eat(&["LOCAL"]) {
        return Ok(None);
    }
    if !c.eat(&["INTERVAL"]) {
        return value(c);
    }
    c.skip_parentheses()?;
    let zone = clauses::string(c)?;
    if c.eat(&["HOUR"]) && c.eat(&["TO"]) {
        c.expect(&["MINUTE"])?;
    }
    Ok(Some(zone))
}

/// The role of SET ROLE and SET SESSION AUTHORIZATION; NONE and DEFAULT go back to the user's own.
fn role(c: &mut Cursor) -> Parsed<Option<EcoString>> {
    if c.eat_any(&["NONE", "DEFAULT"]).is_some() {
        return Ok(None);
    }
    literal(c).map(Some)
}

fn reset(c: &mut Cursor) -> Parsed<SettingKind> {
    if c.eat(&["ALL"]) {
        return Ok(SettingKind::ResetAll);
    }
    let name = if c.eat(&["SESSION", "AUTHORIZATION"]) {
        "role".into()
    } else if c.eat(&["TIME", "ZONE"]) {
        "timezone".into()
    } else if c.eat(&["TRANSACTION", "ISOLATION", "LEVEL"]) {
        "transaction_isolation".into()
    } else {
        setting_name(c)?
    };
    Ok(SettingKind::Reset { name })
}

fn discard(c: &mut Cursor) -> Parsed<StatementKind> {
    match c.eat_any(&["ALL", "PLANS", "SEQUENCES", "TEMP", "TEMPORARY"]) {
        Some("ALL") => Ok(changed(SettingKind::DiscardAll, false)),
        Some("TEMPORARY") => Ok(opaque("DISCARD TEMP")),
        Some(what) => Ok(opaque(&format!("DISCARD {what}"))),
        None => c.expected("ALL, PLANS, SEQUENCES or TEMP"),
    }
}
