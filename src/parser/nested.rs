//! Statements that hold other statements, or run them: EXPLAIN, PREPARE, EXECUTE, DECLARE and CALL.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::query::{PREPARED, QUERIES};
use super::{clauses, data_type, dispatch, expr, names, option, query};
use crate::ast::{Call, DeclareCursor, Execute, Explain, NamedOption, Prepare, Statement, StatementKind};

/// EXPLAIN.
///
/// # Errors
/// Something else comes, or a statement that has no plan.
pub(super) fn explain(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["EXPLAIN"])?;
    let options = explain_options(c)?;
    let analyze = option::is_on(&options, "analyze");
    let statement = statement(c, EXPLAINED, "a statement that has a plan")?;
    Ok(StatementKind::Explain(Box::new(Explain { analyze, options, statement })))
}

/// `(options)`, or `[ANALYZE] [VERBOSE]`. A parenthesis may be the query's own.
fn explain_options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.at_symbol(&Token::LParen) {
        let of_query = c.is_any_at(1, QUERIES) || *c.peek_nth(1) == Token::LParen;
        return if of_query { Ok(Vec::new()) } else { option::switches(c) };
    }
    let mut words = Vec::new();
    words.extend(option::word(c, &["ANALYZE", "ANALYSE"]));
    words.extend(option::word(c, &["VERBOSE"]));
    Ok(words)
}

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
    if !c.at_any(QUERIES) && !c.at_symbol(&Token::LParen) {
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
    let count = expr::call_extent(c);
    let procedure = names::function(c, "a procedure name")?;
    let Some(count) = count else { return c.expected("(") };
    c.back_to(start);
    let call = expr::limited(c, count)?;
    Ok(StatementKind::Call(Box::new(Call { procedure, call })))
}

#[cfg(test)]
mod tests;
