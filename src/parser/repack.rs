//! REPACK (19).

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, option};
use crate::ast::{Repack, StatementKind};

use sqlparser::tokenizer::Token;

/// REPACK.
///
/// # Errors
/// Something else comes.
pub(super) fn repack(c: &mut Cursor) -> Parsed<StatementKind> {
    let keyword = c.expect(&["REPACK"])?;
    let options = option::switches(c)?;
    let (mut table, mut columns) = (None, Vec::new());
    if names::at_name(c) {
        table = Some(clauses::relation(c)?.0);
        if c.at_symbol(&Token::LParen) {
            columns = clauses::column_list(c)?;
        }
    }
    let using_index = c.eat(&["USING"]);
    let mut index = None;
    if using_index {
        c.expect(&["INDEX"])?;
        if names::at_name(c) {
            index = Some(names::unqualified(names::name(c, "an index name")?));
        }
    }
    let concurrently = option::is_on(&options, "concurrently");
    let analyze = option::is_on(&options, "analyze");
    Ok(StatementKind::Repack(Box::new(Repack {
        table,
        columns,
        concurrently,
        analyze,
        using_index,
        index,
        options,
        keyword,
    })))
}

#[cfg(test)]
mod tests;
