//! REPACK (19).

use super::cursor::{Cursor, Parsed};
use super::{clauses, definition, names};
use crate::ast::{NamedOption, Repack, StatementKind};

use sqlparser::tokenizer::Token;

/// REPACK.
///
/// # Errors
/// Something else comes.
pub(super) fn repack(c: &mut Cursor) -> Parsed<StatementKind> {
    let keyword = c.expect(&["REPACK"])?;
    let options = if c.at_symbol(&Token::LParen) { clauses::list(c, definition::loose_option)? } else { Vec::new() };
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
    let (concurrently, analyze) = (is_on(&options, &["concurrently"]), is_on(&options, &["analyze", "analyse"]));
    Ok(StatementKind::Repack(Repack { table, columns, concurrently, analyze, using_index, index, options, keyword }))
}

/// Whether an option is given and not off. The last one counts.
fn is_on(options: &[NamedOption], names: &[&str]) -> bool {
    let last = options.iter().rev().find(|option| names.contains(&option.name.as_str()));
    last.is_some_and(NamedOption::is_on)
}

#[cfg(test)]
mod tests;
