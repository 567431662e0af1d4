//! ALTER COLUMN inside ALTER TABLE.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, column, data_type, expr, names, number, option, sequence};
use crate::ast::{ColumnChange, Ident, Identity};

/// The column; ALTER INDEX may give its number.
///
/// # Errors
/// Neither comes.
pub(super) fn column_or_number(c: &mut Cursor) -> Parsed<Ident> {
    let Token::Number(digits, _) = c.peek() else {
        return names::name(c, "a column name");
    };
    if !digits.parse::<u16>().is_ok_and(|number| (1..=0x7fff).contains(&number)) {
        return c.expected("the number of a column");
    }
    let name = digits.as_str().into();
    let span = c.advance();
    // Only expressions in an index have no name, and only their statistics can be set.
    if c.at(&["SET", "STATISTICS"]) { Ok(Ident { name, span }) } else { c.expected("SET STATISTICS") }
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
        Some("RESET") => option::options(c).map(ColumnChange::ResetOptions),
        Some("RESTART") => {
            c.back();
            identity(c)
        }
        Some("ADD") => add_identity(c),
        Some(_) => {
            c.back();
            option::altered_foreign_options(c).map(ColumnChange::ForeignOptions)
        }
        None => c.expected("a change such as TYPE, SET or DROP"),
    }
}

/// Behind TYPE.
fn set_type(c: &mut Cursor) -> Parsed<ColumnChange> {
    let data_type = Box::new(data_type::data_type(c)?);
    let collation = clauses::collation(c)?;
    let using = if c.eat(&["USING"]) { Some(expr::boxed(c)?) } else { None };
    Ok(ColumnChange::SetType { data_type, collation, using })
}

/// Behind SET.
fn set(c: &mut Cursor) -> Parsed<ColumnChange> {
    if c.at_symbol(&Token::LParen) {
        return option::options(c).map(ColumnChange::SetOptions);
    }
    match c.eat_any(&["DATA", "DEFAULT", "NOT", "EXPRESSION", "STATISTICS", "STORAGE", "COMPRESSION"]) {
        Some("DATA") => {
            c.expect(&["TYPE"])?;
            set_type(c)
        }
        Some("DEFAULT") => expr::boxed(c).map(ColumnChange::SetDefault),
        Some("NOT") => c.expect(&["NULL"]).map(|_| ColumnChange::SetNotNull),
        Some("EXPRESSION") => {
            c.expect(&["AS"])?;
            c.parenthesized(expr::boxed).map(ColumnChange::SetExpression)
        }
        Some("STATISTICS") => statistics(c),
        Some("STORAGE") => column::setting_value(c, "a storage setting").map(ColumnChange::SetStorage),
        Some(_) => column::setting_value(c, "a compression method").map(ColumnChange::SetCompression),
        None => {
            c.back();
            identity(c)
        }
    }
}

fn statistics(c: &mut Cursor) -> Parsed<ColumnChange> {
    number::integer_or_default(c).map(ColumnChange::SetStatistics)
}

/// Behind DROP.
fn drop_part(c: &mut Cursor) -> Parsed<ColumnChange> {
    match c.eat_any(&["DEFAULT", "NOT", "EXPRESSION", "IDENTITY"]) {
        Some("DEFAULT") => Ok(ColumnChange::DropDefault),
        Some("NOT") => c.expect(&["NULL"]).map(|_| ColumnChange::DropNotNull),
        Some("EXPRESSION") => Ok(ColumnChange::DropExpression { if_exists: clauses::if_exists(c)? }),
        Some(_) => Ok(ColumnChange::DropIdentity { if_exists: clauses::if_exists(c)? }),
        None => c.expected("DEFAULT, NOT NULL, EXPRESSION or IDENTITY"),
    }
}

/// Behind ADD.
fn add_identity(c: &mut Cursor) -> Parsed<ColumnChange> {
    c.expect(&["GENERATED"])?;
    let always = column::generated_when(c)?;
    c.expect(&["AS", "IDENTITY"])?;
    Ok(ColumnChange::AddIdentity(Identity { always, options: sequence::identity_options(c)? }))
}

/// `SET GENERATED ...`, `SET option` and `RESTART`, any number of them.
fn identity(c: &mut Cursor) -> Parsed<ColumnChange> {
    let (mut always, mut options) = (None, Vec::new());
    while c.at_any(&["SET", "RESTART"]) {
        let set = c.eat(&["SET"]);
        if set && c.eat(&["GENERATED"]) {
            always = Some(column::generated_when(c)?);
        } else if set && NOT_SET.iter().any(|word| c.at(&[word])) {
            return c.expected("an option of an identity column");
        } else if let Some(option) = sequence::sequence_option(c)? {
            options.push(option);
        } else {
            return c.expected("a change such as DATA TYPE, DEFAULT, NOT NULL or STATISTICS");
        }
    }
    Ok(ColumnChange::SetIdentity { always, options })
}

/// Options of sequences that SET does not take; RESTART stands without SET.
const NOT_SET: &[&str] = &["AS", "OWNED", "RESTART"];

#[cfg(test)]
mod tests;
