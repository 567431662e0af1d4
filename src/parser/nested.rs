//! Statements that hold other statements, or run them: EXPLAIN, PREPARE, EXECUTE, DECLARE, CALL and CREATE SCHEMA.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, data_type, dispatch, expr, index, names, option, query};
use crate::ast::{Call, CreateSchema, DeclareCursor, Execute, Explain, NamedOption, Prepare, Statement, StatementKind};

/// EXPLAIN.
///
/// # Errors
/// Something else comes, or a statement that has no plan.
pub(super) fn explain(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["EXPLAIN"])?;
    let options = explain_options(c)?;
    let analyze = option::is_on(&options, "analyze") || option::is_on(&options, "analyse");
    let statement = statement(c, EXPLAINED, "a statement that has a plan")?;
    Ok(StatementKind::Explain(Box::new(Explain { analyze, options, statement })))
}

/// `(options)`, or `[ANALYZE] [VERBOSE]`. A parenthesis may be the query's own.
fn explain_options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.at_symbol(&Token::LParen) {
        let of_query = c.is_any_at(1, QUERY) || *c.peek_nth(1) == Token::LParen;
        return if of_query { Ok(Vec::new()) } else { option::switches(c) };
    }
    let mut words = Vec::new();
    words.extend(option::word(c, &["ANALYZE", "ANALYSE"]));
    words.extend(option::word(c, &["VERBOSE"]));
    Ok(words)
}

/// First words of a query.
const QUERY: &[&str] = &["SELECT", "VALUES", "TABLE", "WITH"];
/// First words of the statements that can be prepared.
const PREPARED: &[&str] = &["SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"];
/// First words of the statements that have a plan.
const EXPLAINED: &[&str] = &[
    "SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "REFRESH", "EXECUTE",
    "DECLARE",
];

/// The statement inside, which must start with one of these words or, as a query, with a parenthesis.
fn statement(c: &mut Cursor, first: &[&str], what: &str) -> Parsed<Statement> {
    if !c.at_any(first) && !c.at_symbol(&Token::LParen) {
        return c.expected(what);
    }
    let start = c.position();
    let kind = dispatch::statement(c)?;
    if c.word_at_position(start, "CREATE") && !fills(&kind) {
        c.back_to(start);
        return c.expected(what);
    }
    Ok(Statement { span: c.span_from(start), kind })
}

/// CREATE TABLE AS and CREATE MATERIALIZED VIEW.
fn fills(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::CreateTable(create) => create.query.is_some(),
        StatementKind::CreateView(create) => create.materialized,
        _ => false,
    }
}

/// PREPARE.
///
/// # Errors
/// Something else comes, or a statement that cannot be prepared.
pub(super) fn prepare(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["PREPARE"])?;
    let name = names::name(c, "a name")?;
    let parameters = if c.at_symbol(&Token::LParen) { clauses::list(c, data_type::data_type)? } else { Vec::new() };
    c.expect(&["AS"])?;
    let statement = statement(c, PREPARED, "a query, INSERT, UPDATE, DELETE or MERGE")?;
    Ok(StatementKind::Prepare(Box::new(Prepare { name, parameters, statement })))
}

/// EXECUTE.
///
/// # Errors
/// Something else comes.
pub(super) fn execute(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["EXECUTE"])?;
    let name = names::name(c, "the name of a prepared statement")?;
    let arguments = if c.at_symbol(&Token::LParen) { clauses::list(c, expr::expr)? } else { Vec::new() };
    Ok(StatementKind::Execute(Execute { name, arguments }))
}

/// DECLARE CURSOR.
///
/// # Errors
/// Something else comes.
pub(super) fn declare(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DECLARE"])?;
    let name = names::name(c, "a cursor name")?;
    while c.eat(&["NO", "SCROLL"]) || c.eat_any(&["ASENSITIVE", "BINARY", "INSENSITIVE", "SCROLL"]).is_some() {}
    c.expect(&["CURSOR"])?;
    let with_hold = c.eat(&["WITH", "HOLD"]);
    if !with_hold {
        c.eat(&["WITHOUT", "HOLD"]);
    }
    c.expect(&["FOR"])?;
    if !c.at_any(QUERY) && !c.at_symbol(&Token::LParen) {
        return c.expected("a query");
    }
    let query = query::query(c)?;
    Ok(StatementKind::Declare(Box::new(DeclareCursor { name, with_hold, query })))
}

/// CALL.
///
/// # Errors
/// Something else comes.
pub(super) fn call(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CALL"])?;
    let start = c.position();
    let count = index::call_extent(c);
    let procedure = names::function(c, "a procedure name")?;
    let Some(count) = count else { return c.expected("(") };
    c.back_to(start);
    let call = expr::limited(c, count)?;
    Ok(StatementKind::Call(Box::new(Call { procedure, call })))
}

/// CREATE SCHEMA.
///
/// # Errors
/// Something else comes.
pub(super) fn create_schema(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "SCHEMA"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = if c.at(&["AUTHORIZATION"]) { None } else { Some(names::name(c, "a schema name")?) };
    let owner = if c.eat(&["AUTHORIZATION"]) { Some(names::role(c)?) } else { None };
    let mut elements = Vec::new();
    while !if_not_exists && !c.at_end() {
        elements.push(element(c)?);
    }
    Ok(StatementKind::CreateSchema(Box::new(CreateSchema { name, if_not_exists, owner, elements })))
}

/// What CREATE SCHEMA may hold.
const ELEMENTS: &[&str] = &["TABLE", "INDEX", "SEQUENCE", "TRIGGER", "VIEW"];

/// `CREATE ...` or `GRANT ...`, up to the next one: both words are reserved, and start nothing else outside of parentheses.
fn element(c: &mut Cursor) -> Parsed<Statement> {
    let create = c.at(&["CREATE"]);
    if !create && !c.at(&["GRANT"]) {
        return c.expected("CREATE, GRANT or the end of the statement");
    }
    let start = c.position();
    let mut depth = 0usize;
    let count = (1..).find(|n| match c.peek_nth(*n) {
        Token::EOF => true,
        Token::LParen => {
            depth += 1;
            false
        }
        Token::RParen => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0 && c.is_any_at(*n, &["CREATE", "GRANT"]),
    });
    let count = count.unwrap_or(1);
    if create && !(1..count.min(6)).any(|n| c.is_any_at(n, ELEMENTS)) {
        c.advance();
        return c.expected("TABLE, INDEX, SEQUENCE, TRIGGER or VIEW");
    }
    let kind = c.limited(count, dispatch::statement)?;
    Ok(Statement { span: c.span_from(start), kind })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
