//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, create_table, names, query};
use crate::ast::{CreateView, Persistence, StatementKind};

/// CREATE VIEW.
///
/// # Errors
/// Something else comes.
pub(super) fn create_view(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    let temporary = create_table::persistence(c) == Persistence::Temporary;
    let materialized = c.eat(&["MATERIALIZED"]);
    if !materialized {
        c.eat(&["RECURSIVE"]);
    }
    c.expect(&["VIEW"])?;
    let if_not_exists = materialized && clauses::if_not_exists(c)?;
    let name = names::qualified(c, "a view name")?;
    before_query(c, materialized)?;
    let query = query::query(c)?;
    let with_no_data = materialized && create_table::with_no_data(c);
    if !materialized {
        check_option(c)?;
    }
    Ok(StatementKind::CreateView(Box::new(CreateView {
        name,
        materialized,
        or_replace,
        if_not_exists,
        temporary,
        with_no_data,
        query,
    })))
}

/// `[(columns)] [USING method] [WITH (options)] [TABLESPACE name] AS`
fn before_query(c: &mut Cursor, materialized: bool) -> Parsed<()> {
    if c.at_symbol(&Token::LParen) {
        clauses::column_list(c)?;
    }
    if materialized {
        clauses::method(c)?;
    }
    clauses::with_options(c)?;
    if materialized {
        clauses::tablespace(c)?;
    }
    c.expect(&["AS"]).map(drop)
}

/// `[WITH [CASCADED | LOCAL] CHECK OPTION]`
fn check_option(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["WITH"]) {
        let _scope = c.eat_any(&["CASCADED", "LOCAL"]);
        c.expect(&["CHECK", "OPTION"])?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
