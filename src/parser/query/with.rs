//! The outermost WITH clause.

use std::sync::Arc;

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::{PREPARED, misplaced_write, query_into, refuse_into};
use crate::ast::Output;
use crate::parser::cursor::{Cursor, Parsed, fold};
use crate::parser::uses::{Gives, Source, Uses};
use crate::parser::{clauses, write};

/// The WITH clause, if one comes. Its names hide tables from here on.
///
/// # Errors
/// What the queries in it say.
pub(in crate::parser) fn with(c: &mut Cursor, uses: &mut Uses) -> Parsed<()> {
    if !c.eat(&["WITH"]) {
        return Ok(());
    }
    // `WITH recursive AS (...)` is a query of that name.
    let is_name = c.is_any_at(1, &["AS"]) || *c.peek_nth(1) == Token::LParen;
    let recursive = !is_name && c.eat(&["RECURSIVE"]);
    if recursive {
        // Each of the queries may name each, also those behind it.
        names_ahead(c).into_iter().for_each(|name| uses.hide(name, false));
    }
    loop {
        with_query(c, recursive, uses)?;
        if !c.eat_symbol(&Token::Comma) {
            return Ok(());
        }
    }
}

/// The names of the WITH queries that start here.
fn names_ahead(c: &Cursor) -> Vec<EcoString> {
    let (mut names, mut depth, mut starts) = (Vec::new(), 0usize, true);
    for n in 0.. {
        match c.peek_nth(n) {
            Token::EOF => break,
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => break,
            Token::RParen => depth -= 1,
            Token::Word(word) if starts && depth == 0 => {
                names.push(fold(&word.value, word.quote_style.is_some()));
            }
            _ if depth == 0 && c.is_any_at(n, PREPARED) => break,
            _ => {}
        }
        starts = c.peek_nth(n) == &Token::Comma;
    }
    names
}

/// `name (columns) AS [NOT] MATERIALIZED (query) SEARCH ... CYCLE ...`
fn with_query(c: &mut Cursor, recursive: bool, uses: &mut Uses) -> Parsed<()> {
    // A query may be named RECURSIVE.
    let name = c.doubting(Cursor::ident)?.name;
    let columns = if c.at_symbol(&Token::LParen) { clauses::column_list(c)? } else { Vec::new() };
    c.expect(&["AS"])?;
    uses.materialized |= c.eat(&["NOT", "MATERIALIZED"]) || c.eat(&["MATERIALIZED"]);
    uses.depth += 1;
    let outer = std::mem::replace(&mut uses.itself, Some(name.clone()).filter(|_| recursive));
    let (limited, output) = c.parenthesized(|c| with_body(c, uses))?;
    uses.itself = outer;
    uses.depth -= 1;
    let behind = c.position();
    search_and_cycle(c)?;
    // SEARCH and CYCLE add columns.
    let output = output.filter(|_| c.position() == behind);
    let columns = columns.into_iter().map(|column| column.name).collect();
    let gives = output.map(|output| Gives { columns, output: Arc::new(output) });
    uses.scope.push(Source { name, limited, gives });
    Ok(())
}

/// The statement of a WITH query: whether its rows are limited, and what it gives.
fn with_body(c: &mut Cursor, uses: &mut Uses) -> Parsed<(bool, Option<Output>)> {
    let place = uses.open();
    let (start, writes) = (c.next_span(), uses.writes.len());
    with(c, uses)?;
    if uses.writes.len() > writes {
        return Err(misplaced_write(start));
    }
    let body = if write::starts(c) {
        write::nested(c, uses)?;
        (false, None)
    } else {
        let outline = query_into(c, uses)?;
        refuse_into(c, &outline)?;
        (outline.limited, outline.output)
    };
    uses.close(place);
    Ok(body)
}

/// SEARCH and CYCLE name columns only: stepped over.
fn search_and_cycle(c: &mut Cursor) -> Parsed<()> {
    while c.eat_any(&["SEARCH", "CYCLE"]).is_some() {
        while !c.at_end() && !c.at_symbol(&Token::RParen) && !c.at_any(&["SEARCH", "CYCLE"]) && !starts_body(c) {
            // A comma followed by `name AS (` starts the next WITH query.
            if c.at_symbol(&Token::Comma) && next_with_query(c) {
                break;
            }
            c.advance();
        }
    }
    Ok(())
}

fn starts_body(c: &Cursor) -> bool {
    c.at_any(PREPARED) || c.at_symbol(&Token::LParen)
}

fn next_with_query(c: &Cursor) -> bool {
    let behind = c.peek_nth(2);
    behind == &Token::LParen || c.word_at(2).is_some_and(|word| word.eq_ignore_ascii_case("AS"))
}
