//! CREATE RULE.

use sqlparser::tokenizer::{Token, Word};

use super::cursor::{Cursor, Parsed, fold};
use super::{clauses, dispatch, expr, names, rows_read};
use crate::ast::{CreateRule, Ident, Rows, RuleEvent, Statement, StatementKind};

/// CREATE RULE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_rule(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    c.expect(&["RULE"])?;
    let name = names::name(c, "a rule name")?;
    c.expect(&["AS", "ON"])?;
    let event = event(c)?;
    c.expect(&["TO"])?;
    let table = names::qualified(c, "a table name")?;
    let Row { columns: row_columns, whole: whole_row, rows } = row(c);
    let condition = if c.eat(&["WHERE"]) { Some(expr::expr(c)?) } else { None };
    c.expect(&["DO"])?;
    let instead = c.eat_any(&["INSTEAD", "ALSO"]) == Some("INSTEAD");
    let actions = actions(c)?;
    Ok(StatementKind::CreateRule(Box::new(CreateRule {
        name,
        or_replace,
        event,
        table,
        condition,
        instead,
        actions,
        row_columns,
        whole_row,
        rows,
    })))
}

/// What is behind `old.` and `new.`.
#[derive(Default)]
struct Row {
    columns: Vec<Ident>,
    /// There is a `*` among it.
    whole: bool,
    rows: Rows,
}

fn row(c: &Cursor) -> Row {
    let mut found = Row::default();
    for n in 0.. {
        match (c.peek_nth(n), c.peek_nth(n + 1), c.peek_nth(n + 2)) {
            (Token::EOF, ..) => break,
            (Token::Word(row), Token::Period, behind) if note(row, &mut found.rows) => match behind {
                Token::Word(column) => {
                    let name = fold(&column.value, column.quote_style.is_some());
                    found.columns.push(Ident { name, span: c.span_nth(n + 2) });
                }
                Token::Mul => found.whole = true,
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// Whether a word is one of the two rows.
fn note(word: &Word, rows: &mut Rows) -> bool {
    let name = fold(&word.value, word.quote_style.is_some());
    rows_read::note(rows, &name);
    matches!(name.as_str(), "old" | "new")
}

fn event(c: &mut Cursor) -> Parsed<RuleEvent> {
    match c.eat_any(&["SELECT", "INSERT", "UPDATE", "DELETE"]) {
        Some("SELECT") => Ok(RuleEvent::Select),
        Some("INSERT") => Ok(RuleEvent::Insert),
        Some("UPDATE") => Ok(RuleEvent::Update),
        Some(_) => Ok(RuleEvent::Delete),
        None => c.expected("SELECT, INSERT, UPDATE or DELETE"),
    }
}

/// `NOTHING`, one statement, or several in parentheses with semicolons between.
fn actions(c: &mut Cursor) -> Parsed<Vec<Statement>> {
    if c.eat(&["NOTHING"]) {
        return Ok(Vec::new());
    }
    if !c.at_symbol(&Token::LParen) || is_query_in_parentheses(c) {
        return action(c).map(|action| vec![action]);
    }
    c.parenthesized(|c| {
        let mut actions = Vec::new();
        loop {
            while c.eat_symbol(&Token::SemiColon) {}
            if c.at_symbol(&Token::RParen) {
                return Ok(actions);
            }
            actions.push(action(c)?);
            if !c.at_symbol(&Token::SemiColon) && !c.at_symbol(&Token::RParen) {
                return c.expected("; or )");
            }
        }
    })
}

/// Whether the parenthesis that opens here ends before the statement does: `(SELECT 1) UNION SELECT 2`.
fn is_query_in_parentheses(c: &Cursor) -> bool {
    let mut depth = 0usize;
    for n in 0.. {
        match c.peek_nth(n) {
            Token::LParen => depth += 1,
            Token::RParen if depth <= 1 => return *c.peek_nth(n + 1) != Token::EOF,
            Token::RParen => depth -= 1,
            Token::EOF => break,
            _ => {}
        }
    }
    false
}

/// Words that the statements of rules start with.
const VERBS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "NOTIFY", "VALUES", "TABLE", "WITH"];

fn action(c: &mut Cursor) -> Parsed<Statement> {
    if !c.at_any(VERBS) && !c.at_symbol(&Token::LParen) {
        return c.expected("NOTHING, SELECT, INSERT, UPDATE, DELETE or NOTIFY");
    }
    let start = c.position();
    let count = clauses::extent(c, |token| *token == Token::SemiColon);
    let kind = c.limited(count, dispatch::statement)?;
    Ok(Statement { span: c.span_from(start), kind })
}

#[cfg(test)]
mod tests;
