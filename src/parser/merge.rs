//! MERGE and COPY.

use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, is_placeholder};
use super::uses::Uses;
use super::write::{assignments, blank, insert_columns, overriding, returning, target, used_expr};
use super::{clauses, expr, names, query, series};
use crate::ast::{Copy, Events, Expr, NamedOption, Query, StatementKind, Write, WriteVerb};

/// MERGE, behind the verb.
///
/// # Errors
/// The grammar's.
pub(super) fn merge(c: &mut Cursor, uses: &mut Uses) -> Parsed<Write> {
    c.expect(&["INTO"])?;
    let mut write = target(c, WriteVerb::Merge)?;
    write.from_query = true;
    c.expect(&["USING"])?;
    let source = c.delegate(Parser::parse_table_and_joins)?;
    uses.walk(c).from(std::slice::from_ref(&source));
    c.expect(&["ON"])?;
    let (on, span) = c.sql_expr()?;
    uses.walk(c).expr(&on);
    let (mut matched, mut by_source, mut first_matched) = (true, false, None);
    while c.eat(&["WHEN"]) {
        let clause = when(c, uses, &mut write)?;
        (matched, by_source) = (matched && clause.matched, by_source || clause.by_source);
        if clause.matched && !clause.by_source {
            first_matched.get_or_insert(clause.always);
        }
    }
    write.merged_from =
        series::plain_table(c, &source).filter(|table| first_matched == Some(true) && uses.is_table(table));
    let mut walk = uses.walk(c);
    let limited = walk.limited_sources(std::slice::from_ref(&source));
    if matched {
        // Without rows that match nothing it is a plain join.
        walk.tables_of_write(&write, std::slice::from_ref(&source), Some(&on));
    }
    let names = [write.alias.as_ref().unwrap_or(&write.target.name).name.clone()];
    let lowered = Expr { span, ..expr::lower_inside(c, &on, uses, &names, &limited) };
    write.on = Some(Box::new(lowered)).filter(|_| !by_source);
    returning(c, uses, &mut write, std::slice::from_ref(&source))?;
    Ok(write)
}

/// What stands behind WHEN.
struct When {
    /// MATCHED.
    matched: bool,
    /// BY SOURCE.
    by_source: bool,
    /// It changes or deletes a row, without a condition.
    always: bool,
}

/// `[NOT] MATCHED [BY SOURCE | BY TARGET] [AND condition] THEN action`
fn when(c: &mut Cursor, uses: &mut Uses, write: &mut Write) -> Parsed<When> {
    let matched = !c.eat(&["NOT"]);
    c.expect(&["MATCHED"])?;
    let mut by_source = false;
    if c.eat(&["BY"]) {
        write.matched_by = true;
        match c.eat_any(&["SOURCE", "TARGET"]) {
            Some(side) => by_source = side == "SOURCE",
            None => return c.expected("SOURCE or TARGET"),
        }
    }
    let asks = c.eat(&["AND"]);
    if asks {
        used_expr(c, uses)?;
    }
    c.expect(&["THEN"])?;
    let action = c.eat_any(&["UPDATE", "INSERT", "DELETE", "DO"]);
    match action {
        Some("UPDATE") => {
            c.expect(&["SET"])?;
            write.columns.extend(assignments(c, uses)?.0);
            write.merge = Some(write.merged().or(Events::UPDATE));
        }
        Some("INSERT") => {
            insert(c, uses)?;
            write.merge = Some(write.merged().or(Events::INSERT));
        }
        Some("DELETE") => write.merge = Some(write.merged().or(Events::DELETE)),
        Some(_) => {
            c.expect(&["NOTHING"])?;
        }
        None => return c.expected("UPDATE, INSERT, DELETE or DO NOTHING"),
    }
    Ok(When { matched, by_source, always: !asks && matches!(action, Some("UPDATE" | "DELETE")) })
}

fn insert(c: &mut Cursor, uses: &mut Uses) -> Parsed<()> {
    insert_columns(c)?;
    overriding(c)?;
    if !c.eat(&["DEFAULT", "VALUES"]) {
        c.expect(&["VALUES"])?;
        c.parenthesized(|c| c.comma_separated(|c| used_expr(c, uses)))?;
    }
    Ok(())
}

/// COPY, from the verb on.
///
/// # Errors
/// The grammar's.
pub(super) fn copy(c: &mut Cursor) -> Parsed<StatementKind> {
    let start = c.position();
    c.expect(&["COPY"])?;
    if c.at_symbol(&Token::LParen) {
        let mut copied = c.parenthesized(copied)?;
        c.expect(&["TO"])?;
        let copy = Some(Box::new(Copy { table: None, options: file_and_options(c)? }));
        match &mut copied {
            StatementKind::Query(query) => query.copy = copy,
            StatementKind::Write(write) => write.copy = copy,
            _ => {}
        }
        return Ok(copied);
    }
    // BINARY was a word of its own before it became an option.
    if c.at(&["BINARY"]) && matches!(c.peek_nth(1), Token::Word(_)) && !c.is_any_at(1, &["FROM", "TO"]) {
        c.advance();
    }
    let table = names::qualified(c, "a table name")?;
    let columns = if c.at_symbol(&Token::LParen) { clauses::column_list(c)? } else { Vec::new() };
    match c.eat_any(&["FROM", "TO"]) {
        Some("FROM") => {
            let mut write = blank(WriteVerb::CopyFrom, table, None);
            write.columns = columns;
            copy_from(c, write)
        }
        Some(_) => {
            let copy = Copy { table: Some(columns), options: file_and_options(c)? };
            let (reads, copy) = (vec![table], Some(Box::new(copy)));
            Ok(StatementKind::Query(Box::new(Query { reads, copy, span: c.span_from(start), ..Query::default() })))
        }
        None => c.expected("FROM or TO"),
    }
}

/// The query of COPY (query) TO; a write with RETURNING is one too.
fn copied(c: &mut Cursor) -> Parsed<StatementKind> {
    if super::write::starts(c) { super::write::statement(c) } else { query::statement(c) }
}

fn copy_from(c: &mut Cursor, mut write: Write) -> Parsed<StatementKind> {
    write.copy = Some(Box::new(Copy { table: None, options: file_and_options(c)? }));
    if c.eat(&["WHERE"]) {
        let filter = expr::expr(c)?;
        write.functions = filter.functions.clone();
        write.reads = filter.reads.clone();
        write.filter = Some(filter);
    }
    Ok(StatementKind::Write(Box::new(write)))
}

/// `'file' | PROGRAM 'command' | STDIN | STDOUT`, and the options of any age; given back are those in parentheses.
fn file_and_options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    let program = c.eat(&["PROGRAM"]);
    let named = clauses::at_string(c);
    if !named && (program || !c.at_any(&["STDIN", "STDOUT"])) {
        return c.expected("a file, PROGRAM, STDIN or STDOUT");
    }
    c.advance();
    let mut options = Vec::new();
    loop {
        match c.peek() {
            Token::LParen => options.extend(clauses::list(c, copy_option)?.into_iter().flatten()),
            Token::Word(_) if !c.at(&["WHERE"]) => {
                c.advance();
            }
            Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_) | Token::Comma | Token::Mul => {
                c.advance();
            }
            _ => return Ok(options),
        }
    }
}

/// `name [value]`; nothing for a placeholder, which may stand for any options.
fn copy_option(c: &mut Cursor) -> Parsed<Option<NamedOption>> {
    let (start, known) = (c.position(), !is_placeholder(c.peek()));
    let name = names::label(c, "an option name")?.name;
    let value_start = c.position();
    while !matches!(c.peek(), Token::Comma | Token::RParen | Token::EOF) {
        if c.skip_parentheses()?.is_none() {
            c.advance();
        }
    }
    let value = (c.position() > value_start).then(|| c.text_of(c.span_from(value_start)).trim_matches('\'').into());
    Ok(known.then(|| NamedOption { name, value, span: c.span_from(start) }))
}
