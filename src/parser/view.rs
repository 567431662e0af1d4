//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, create_table, names, option, query};
use crate::ast::{CheckOption, CreateView, Ident, NamedOption, Persistence, StatementKind};

/// CREATE VIEW.
///
/// # Errors
/// Something else comes.
pub(super) fn create_view(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    let persistence = create_table::persistence(c);
    let materialized = !or_replace && c.eat(&["MATERIALIZED"]);
    let recursive = !materialized && c.eat(&["RECURSIVE"]);
    c.expect(&["VIEW"])?;
    let if_not_exists = materialized && clauses::if_not_exists(c)?;
    let name = names::qualified(c, "a view name")?;
    let Head { columns, method, options, tablespace } = head(c, materialized, recursive)?;
    let query = query::of_view(c, Some(&name.name).filter(|_| recursive && name.schema.is_none()))?;
    let with_no_data = materialized && create_table::with_no_data(c);
    let check_option = if materialized { None } else { check_option(c)? };
    Ok(StatementKind::CreateView(Box::new(CreateView {
        name,
        materialized,
        or_replace,
        if_not_exists,
        temporary: persistence == Persistence::Temporary,
        unlogged: persistence == Persistence::Unlogged,
        recursive,
        columns,
        method,
        options,
        tablespace,
        check_option,
        with_no_data,
        query,
    })))
}

/// What stands between the name and the query.
struct Head {
    columns: Vec<Ident>,
    method: Option<EcoString>,
    options: Vec<NamedOption>,
    tablespace: Option<Ident>,
}

/// `[(columns)] [USING method] [WITH (options)] [TABLESPACE name] AS`
fn head(c: &mut Cursor, materialized: bool, recursive: bool) -> Parsed<Head> {
    let listed = recursive || c.at_symbol(&Token::LParen);
    let columns = if listed { clauses::column_list(c)? } else { Vec::new() };
    let method = if materialized { clauses::method(c)? } else { None };
    let options = option::with_options(c)?;
    let tablespace = if materialized { clauses::tablespace(c)? } else { None };
    c.expect(&["AS"])?;
    Ok(Head { columns, method, options, tablespace })
}

/// `[WITH [CASCADED | LOCAL] CHECK OPTION]`
fn check_option(c: &mut Cursor) -> Parsed<Option<CheckOption>> {
    if !c.eat(&["WITH"]) {
        return Ok(None);
    }
    let scope = c.eat_any(&["CASCADED", "LOCAL"]);
    c.expect(&["CHECK", "OPTION"])?;
    Ok(Some(if scope == Some("LOCAL") { CheckOption::Local } else { CheckOption::Cascaded }))
}

#[cfg(test)]
mod tests;
