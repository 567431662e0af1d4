//! ALTER COLUMN inside ALTER TABLE.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, column, data_type, expr, names, sequence};
use crate::ast::{ColumnChange, Ident};

/// The column; ALTER INDEX may give its number.
///
/// # Errors
/// Neither comes.
pub(super) fn column_or_number(c: &mut Cursor) -> Parsed<Ident> {
    let Token::Number(digits, _) = c.peek() else {
        return names::name(c, "a column name");
    };
    let name = digits.clone();
    Ok(Ident { name, span: c.advance() })
}

/// What is to change.
///
/// # Errors
/// No change of a column comes, or it is incomplete.
pub(super) fn change(c: &mut Cursor) -> Parsed<ColumnChange> {
    match c.eat_any(&["TYPE", "SET", "DROP", "RESET", "RESTART", "ADD", "OPTIONS"]) {
        Some("TYPE") => set_type(c),
        Some("SET") => set(c),
        Some("DROP") => drop_part(c),
        Some("RESET") => clauses::options(c).map(|_| ColumnChange::SetOptions),
        Some("RESTART") => {
            c.back();
            identity(c)
        }
        Some("ADD") => add_identity(c),
        Some(_) => {
            c.back();
            clauses::foreign_options(c).map(|_| ColumnChange::ForeignOptions)
        }
        None => c.expected("a change such as TYPE, SET or DROP"),
    }
}

/// Behind TYPE.
fn set_type(c: &mut Cursor) -> Parsed<ColumnChange> {
    let data_type = data_type::data_type(c)?;
    let collation = clauses::collation(c)?;
    let using = if c.eat(&["USING"]) { Some(expr::expr(c)?) } else { None };
    Ok(ColumnChange::SetType { data_type, collation, using })
}

/// Behind SET.
fn set(c: &mut Cursor) -> Parsed<ColumnChange> {
    if c.at_symbol(&Token::LParen) {
        return clauses::options(c).map(|_| ColumnChange::SetOptions);
    }
    match c.eat_any(&["DATA", "DEFAULT", "NOT", "EXPRESSION", "STATISTICS", "STORAGE", "COMPRESSION"]) {
        Some("DATA") => {
            c.expect(&["TYPE"])?;
            set_type(c)
        }
        Some("DEFAULT") => expr::expr(c).map(ColumnChange::SetDefault),
        Some("NOT") => c.expect(&["NULL"]).map(|_| ColumnChange::SetNotNull),
        Some("EXPRESSION") => {
            c.expect(&["AS"])?;
            c.parenthesized(expr::expr).map(ColumnChange::SetExpression)
        }
        Some("STATISTICS") => statistics(c),
        Some("STORAGE") => names::label(c, "a storage setting").map(|_| ColumnChange::SetStorage),
        Some(_) => names::label(c, "a compression method").map(|_| ColumnChange::SetCompression),
        None => {
            c.back();
            identity(c)
        }
    }
}

fn statistics(c: &mut Cursor) -> Parsed<ColumnChange> {
    if !c.eat(&["DEFAULT"]) {
        clauses::number(c)?;
    }
    Ok(ColumnChange::SetStatistics)
}

/// Behind DROP.
fn drop_part(c: &mut Cursor) -> Parsed<ColumnChange> {
    match c.eat_any(&["DEFAULT", "NOT", "EXPRESSION", "IDENTITY"]) {
        Some("DEFAULT") => Ok(ColumnChange::DropDefault),
        Some("NOT") => c.expect(&["NULL"]).map(|_| ColumnChange::DropNotNull),
        Some("EXPRESSION") => {
            clauses::if_exists(c)?;
            Ok(ColumnChange::DropExpression)
        }
        Some(_) => {
            clauses::if_exists(c)?;
            Ok(ColumnChange::DropIdentity)
        }
        None => c.expected("DEFAULT, NOT NULL, EXPRESSION or IDENTITY"),
    }
}

/// Behind ADD.
fn add_identity(c: &mut Cursor) -> Parsed<ColumnChange> {
    c.expect(&["GENERATED"])?;
    column::generated_when(c)?;
    c.expect(&["AS", "IDENTITY"])?;
    sequence::identity_options(c)?;
    Ok(ColumnChange::AddIdentity)
}

/// `SET GENERATED ...`, `SET option` and `RESTART`, any number of them.
fn identity(c: &mut Cursor) -> Parsed<ColumnChange> {
    while c.at_any(&["SET", "RESTART"]) {
        if !c.eat(&["SET"]) {
            sequence::sequence_option(c)?;
        } else if c.eat(&["GENERATED"]) {
            column::generated_when(c)?;
        } else if !sequence::sequence_option(c)? {
            return c.expected("a change such as DATA TYPE, DEFAULT, NOT NULL or STATISTICS");
        }
    }
    Ok(ColumnChange::SetIdentity)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
