//! CREATE SEQUENCE, and the options of sequences, which identity columns have too.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::number::{at_number, integer};
use super::{clauses, create_table, data_type, names};
use crate::ast::{CreateSequence, Integer, OwningColumn, SequenceOption, SequenceOptionKind, StatementKind};

/// CREATE SEQUENCE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_sequence(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let persistence = create_table::persistence(c);
    c.expect(&["SEQUENCE"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = names::qualified(c, "a sequence name")?;
    let options = options(c)?;
    Ok(StatementKind::CreateSequence(Box::new(CreateSequence { name, if_not_exists, persistence, options })))
}

/// `(sequence options)` of an identity column, if they come.
///
/// # Errors
/// Something that is no sequence option.
pub(super) fn identity_options(c: &mut Cursor) -> Parsed<Vec<SequenceOption>> {
    if !c.at_symbol(&Token::LParen) {
        return Ok(Vec::new());
    }
    c.parenthesized(|c| match options(c)? {
        options if options.is_empty() => c.expected("a sequence option"),
        options => Ok(options),
    })
}

/// Any number of options of a sequence.
///
/// # Errors
/// One is incomplete.
pub(super) fn options(c: &mut Cursor) -> Parsed<Vec<SequenceOption>> {
    let mut options = Vec::new();
    while let Some(option) = sequence_option(c)? {
        options.push(option);
    }
    Ok(options)
}

/// The first words of the options.
const OPTIONS: &[&str] = &[
    "AS",
    "CACHE",
    "CYCLE",
    "INCREMENT",
    "LOGGED",
    "MAXVALUE",
    "MINVALUE",
    "NO",
    "OWNED",
    "RESTART",
    "SEQUENCE",
    "START",
    "UNLOGGED",
];

/// One option of a sequence, if it comes.
///
/// # Errors
/// It is incomplete.
pub(super) fn sequence_option(c: &mut Cursor) -> Parsed<Option<SequenceOption>> {
    use SequenceOptionKind as Kind;
    let start = c.position();
    let kind = match c.eat_any(OPTIONS) {
        None => return Ok(None),
        Some("AS") => Kind::As(data_type::data_type(c)?),
        Some("CACHE") => Kind::Cache(integer(c)?),
        Some("CYCLE") => Kind::Cycle(true),
        Some("INCREMENT") => {
            c.eat(&["BY"]);
            Kind::Increment(integer(c)?)
        }
        Some("LOGGED") => Kind::Logged(true),
        Some("UNLOGGED") => Kind::Logged(false),
        Some("MAXVALUE") => Kind::MaxValue(Some(integer(c)?)),
        Some("MINVALUE") => Kind::MinValue(Some(integer(c)?)),
        Some("NO") => match c.eat_any(&["CYCLE", "MAXVALUE", "MINVALUE"]) {
            Some("CYCLE") => Kind::Cycle(false),
            Some("MAXVALUE") => Kind::MaxValue(None),
            Some(_) => Kind::MinValue(None),
            None => return c.expected("CYCLE, MAXVALUE or MINVALUE"),
        },
        Some("OWNED") => {
            c.expect(&["BY"])?;
            Kind::OwnedBy(owning_column(c)?)
        }
        Some("SEQUENCE") => {
            c.expect(&["NAME"])?;
            Kind::Name(names::qualified(c, "a sequence name")?)
        }
        Some("START") => {
            c.eat(&["WITH"]);
            Kind::Start(integer(c)?)
        }
        Some(_) => Kind::Restart(restart(c)?),
    };
    Ok(Some(SequenceOption { kind, span: c.span_from(start) }))
}

/// `[[WITH] number]`, behind RESTART.
fn restart(c: &mut Cursor) -> Parsed<Option<Integer>> {
    let with = c.eat(&["WITH"]);
    if with || at_number(c) || c.at_placeholder() { integer(c).map(Some) } else { Ok(None) }
}

/// `table.column` or NONE.
fn owning_column(c: &mut Cursor) -> Parsed<Option<OwningColumn>> {
    let start = c.position();
    let parts = names::parts(c, "a column")?;
    match parts.split_last() {
        Some((column, table)) if !table.is_empty() => {
            Ok(names::joined(table).map(|table| OwningColumn { table, column: column.clone() }))
        }
        Some((none, _)) if none.name == "none" => Ok(None),
        _ => {
            c.back_to(start);
            c.doubt();
            c.expected("table.column or NONE")
        }
    }
}

#[cfg(test)]
mod tests;
