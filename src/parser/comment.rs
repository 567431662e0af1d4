//! COMMENT ON.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::objects::{self, Naming};
use super::{clauses, data_type, names};
use crate::ast::{Comment, ObjectKind, ObjectName, StatementKind};

/// COMMENT ON any kind of object.
///
/// # Errors
/// Something else comes.
pub(super) fn comment_on(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["COMMENT", "ON"])?;
    let Some(found) = objects::kind(c) else {
        return c.expected("a kind of object");
    };
    let relation = match found.naming {
        Naming::Qualified => plain(c, &found.object)?,
        Naming::OnTable => on_table(c)?,
        Naming::Signature => {
            names::qualified_type(c, "a function name")?;
            c.skip_parentheses()?;
            None
        }
        Naming::Using | Naming::Other => {
            clauses::seek(c, &["IS"])?;
            None
        }
    };
    c.expect(&["IS"])?;
    if !c.eat(&["NULL"]) {
        clauses::string(c)?;
    }
    Ok(StatementKind::Comment(Comment { object: found.object, relation }))
}

/// The relation that a plain name means, if it means one.
fn plain(c: &mut Cursor, object: &ObjectKind) -> Parsed<Option<ObjectName>> {
    match object {
        ObjectKind::Column => table_of_column(c),
        ObjectKind::Type | ObjectKind::Domain => data_type::data_type(c).map(|_| None),
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::Index
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Sequence => names::qualified(c, "a name").map(Some),
        _ => names::qualified_type(c, "a name").map(|_| None),
    }
}

/// `table.column`: everything in front of the last dot.
fn table_of_column(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    let mut parts = vec![names::name(c, "a column name")?];
    while c.eat_symbol(&Token::Period) {
        parts.push(names::label(c, "a column name")?);
    }
    parts.pop();
    let start = parts.first().map(|part| part.span);
    let name = parts.pop();
    let schema = parts.pop();
    Ok(start.zip(name).map(|(start, name)| ObjectName { schema, span: start.to(name.span), name }))
}

/// `name ON table`. A constraint may be on a domain, which is no relation.
fn on_table(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    names::name(c, "a name")?;
    c.expect(&["ON"])?;
    if c.at(&["DOMAIN"]) && matches!(c.peek_nth(1), Token::Word(_)) && !is_word(c, 1, "IS") {
        c.advance();
        return names::qualified_type(c, "a domain name").map(|_| None);
    }
    names::qualified(c, "a table name").map(Some)
}

fn is_word(c: &Cursor, place: usize, word: &str) -> bool {
    c.word_at(place).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
