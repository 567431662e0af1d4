//! CREATE TRIGGER, CREATE EVENT TRIGGER and ALTER EVENT TRIGGER.

use std::mem::discriminant;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::{clauses, expr, names};
use crate::ast::{
    AlterEventTrigger, CreateEventTrigger, CreateTrigger, EventFilter, Ident, ObjectName, StatementKind, Text,
    TransitionTable, TriggerEvent, TriggerEventKind, TriggerTiming,
};

/// CREATE TRIGGER and CREATE CONSTRAINT TRIGGER.
///
/// # Errors
/// Something else comes.
pub(super) fn create_trigger(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    let constraint = c.eat(&["CONSTRAINT"]);
    c.expect(&["TRIGGER"])?;
    let name = names::name(c, "a trigger name")?;
    let timing = timing(c, constraint)?;
    let events = events(c)?;
    c.expect(&["ON"])?;
    let table = names::qualified(c, "a table name")?;
    let Deferral { from, deferrable, initially_deferred } = if constraint { deferral(c)? } else { Deferral::default() };
    let transition_tables = if constraint { Vec::new() } else { transition_tables(c)? };
    let for_each_row = for_each(c, constraint)?;
    let when = if c.eat(&["WHEN"]) { Some(c.parenthesized(expr::expr)?) } else { None };
    let (function, says_procedure) = executed(c)?;
    let arguments = arguments(c)?;
    Ok(StatementKind::CreateTrigger(Box::new(CreateTrigger {
        name,
        or_replace,
        constraint,
        timing,
        events,
        table,
        from,
        deferrable,
        initially_deferred,
        transition_tables,
        for_each_row,
        when,
        function,
        says_procedure,
        arguments,
    })))
}

fn timing(c: &mut Cursor, constraint: bool) -> Parsed<TriggerTiming> {
    if constraint {
        return c.expect(&["AFTER"]).map(|_| TriggerTiming::After);
    }
    if c.eat(&["INSTEAD", "OF"]) {
        return Ok(TriggerTiming::InsteadOf);
    }
    match c.eat_any(&["BEFORE", "AFTER"]) {
        Some("BEFORE") => Ok(TriggerTiming::Before),
        Some(_) => Ok(TriggerTiming::After),
        None => c.expected("BEFORE, AFTER or INSTEAD OF"),
    }
}

/// `INSERT OR UPDATE OF a, b OR DELETE OR TRUNCATE`
fn events(c: &mut Cursor) -> Parsed<Vec<TriggerEvent>> {
    let mut events = vec![event(c)?];
    while c.eat(&["OR"]) {
        let next = event(c)?;
        let same = |event: &TriggerEvent| discriminant(&event.kind) == discriminant(&next.kind);
        if events.iter().any(same) {
            return Err(SyntaxError { message: "duplicate trigger event".into(), at: next.span });
        }
        events.push(next);
    }
    Ok(events)
}

fn event(c: &mut Cursor) -> Parsed<TriggerEvent> {
    let start = c.position();
    let kind = match c.eat_any(&["INSERT", "UPDATE", "DELETE", "TRUNCATE"]) {
        Some("INSERT") => TriggerEventKind::Insert,
        Some("UPDATE") => TriggerEventKind::Update { columns: updated_columns(c)? },
        Some("DELETE") => TriggerEventKind::Delete,
        Some(_) => TriggerEventKind::Truncate,
        None => return c.expected("INSERT, UPDATE, DELETE or TRUNCATE"),
    };
    Ok(TriggerEvent { kind, span: c.span_from(start) })
}

fn updated_columns(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    if !c.eat(&["OF"]) {
        return Ok(Vec::new());
    }
    c.comma_separated(|c| names::name(c, "a column name"))
}

/// What a constraint trigger has between its table and FOR.
#[derive(Default)]
struct Deferral {
    from: Option<ObjectName>,
    deferrable: bool,
    initially_deferred: bool,
}

/// `[FROM table] [[NOT] DEFERRABLE] [INITIALLY {DEFERRED | IMMEDIATE}]`, the last two in any order.
fn deferral(c: &mut Cursor) -> Parsed<Deferral> {
    let mut found = Deferral::default();
    if c.eat(&["FROM"]) {
        found.from = Some(names::qualified(c, "a table name")?);
    }
    loop {
        if c.eat(&["DEFERRABLE"]) {
            found.deferrable = true;
        } else if c.eat(&["INITIALLY", "DEFERRED"]) {
            (found.deferrable, found.initially_deferred) = (true, true);
        } else if !c.eat(&["NOT", "DEFERRABLE"]) && !c.eat(&["INITIALLY", "IMMEDIATE"]) {
            return Ok(found);
        }
    }
}

/// `[REFERENCING {OLD | NEW} TABLE [AS] name ...]`
fn transition_tables(c: &mut Cursor) -> Parsed<Vec<TransitionTable>> {
    let mut tables = Vec::new();
    if !c.eat(&["REFERENCING"]) {
        return Ok(tables);
    }
    while let Some(which) = c.eat_any(&["OLD", "NEW"]) {
        if c.eat_any(&["TABLE", "ROW"]).is_none() {
            return c.expected("TABLE");
        }
        c.eat(&["AS"]);
        tables.push(TransitionTable { new: which == "NEW", name: names::name(c, "a name")? });
    }
    if tables.is_empty() { c.expected("OLD TABLE or NEW TABLE") } else { Ok(tables) }
}

/// `[FOR [EACH] {ROW | STATEMENT}]`: whether it is ROW; STATEMENT is the default, but a constraint trigger must say ROW.
fn for_each(c: &mut Cursor, constraint: bool) -> Parsed<bool> {
    if constraint {
        return c.expect(&["FOR", "EACH", "ROW"]).map(|_| true);
    }
    if !c.eat(&["FOR"]) {
        return Ok(false);
    }
    c.eat(&["EACH"]);
    match c.eat_any(&["ROW", "STATEMENT"]) {
        Some(word) => Ok(word == "ROW"),
        None => c.expected("ROW or STATEMENT"),
    }
}

/// `EXECUTE {FUNCTION | PROCEDURE} name`: whether it is PROCEDURE.
fn executed(c: &mut Cursor) -> Parsed<(ObjectName, bool)> {
    c.expect(&["EXECUTE"])?;
    match c.eat_any(&["FUNCTION", "PROCEDURE"]) {
        Some(word) => Ok((names::qualified_type(c, "a function name")?, word == "PROCEDURE")),
        None => c.expected("FUNCTION or PROCEDURE"),
    }
}

/// `(argument, ...)`, or `()`. PostgreSQL takes a comma in front of the first one too.
fn arguments(c: &mut Cursor) -> Parsed<Vec<Text>> {
    if c.at_symbol(&Token::LParen) && *c.peek_nth(1) == Token::RParen {
        return no_arguments(c).map(|()| Vec::new());
    }
    c.expect_symbol(&Token::LParen)?;
    c.eat_symbol(&Token::Comma);
    let arguments = c.comma_separated(argument)?;
    if c.eat_symbol(&Token::RParen) { Ok(arguments) } else { c.expected(", or )") }
}

/// A string, a number without a sign, or any word.
fn argument(c: &mut Cursor) -> Parsed<Text> {
    let value = match c.peek() {
        Token::Number(number, _) => number.as_str().into(),
        Token::Word(_) => {
            let Ident { name, span } = c.ident()?;
            return Ok(Text { value: name, span });
        }
        _ if clauses::at_string(c) => return clauses::text(c),
        _ => return c.expected("an argument"),
    };
    Ok(Text { value, span: c.advance() })
}

fn no_arguments(c: &mut Cursor) -> Parsed<()> {
    c.parenthesized(|_| Ok(()))
}

/// CREATE EVENT TRIGGER.
///
/// # Errors
/// Something else comes.
pub(super) fn create_event_trigger(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "EVENT", "TRIGGER"])?;
    let name = names::name(c, "a trigger name")?;
    c.expect(&["ON"])?;
    let event = names::label(c, "an event")?;
    let mut filters = Vec::new();
    if c.eat(&["WHEN"]) {
        filters.push(filter(c)?);
        while c.eat(&["AND"]) {
            filters.push(filter(c)?);
        }
    }
    let (function, says_procedure) = executed(c)?;
    no_arguments(c)?;
    Ok(StatementKind::CreateEventTrigger(CreateEventTrigger { name, event, filters, function, says_procedure }))
}

/// `variable IN ('value', ...)`
fn filter(c: &mut Cursor) -> Parsed<EventFilter> {
    let variable = names::name(c, "a variable")?;
    c.expect(&["IN"])?;
    Ok(EventFilter { variable, values: clauses::list(c, clauses::text)? })
}

/// Behind ALTER EVENT TRIGGER and its name: `ENABLE [REPLICA | ALWAYS]` or `DISABLE`.
///
/// # Errors
/// Something else comes.
pub(super) fn event_trigger_change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    let enable = match c.eat_any(&["ENABLE", "DISABLE"]) {
        Some(word) => word == "ENABLE",
        None => return c.expected("ENABLE, DISABLE, OWNER TO or RENAME TO"),
    };
    if enable {
        let _mode = c.eat_any(&["REPLICA", "ALWAYS"]);
    }
    Ok(StatementKind::AlterEventTrigger(AlterEventTrigger { name, enable }))
}

#[cfg(test)]
mod tests;
