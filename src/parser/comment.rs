//! COMMENT ON and SECURITY LABEL.

use super::cursor::{Cursor, Parsed};
use super::{clauses, objects, reference};
use crate::ast::{Comment, ObjectRef, SecurityLabel, StatementKind, Text};

/// COMMENT ON any kind of object.
///
/// # Errors
/// Something else comes.
pub(super) fn comment_on(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["COMMENT", "ON"])?;
    let object = object(c, &["GROUP", "USER"])?;
    c.expect(&["IS"])?;
    Ok(StatementKind::Comment(Box::new(Comment { object, text: text_or_null(c)? })))
}

/// SECURITY LABEL ON any kind of object.
///
/// # Errors
/// Something else comes.
pub(super) fn security_label(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["SECURITY", "LABEL"])?;
    let provider = if c.eat(&["FOR"]) { Some(clauses::word_or_text(c, "a label provider")?) } else { None };
    c.expect(&["ON"])?;
    let object = object(c, &["GROUP", "USER"])?;
    c.expect(&["IS"])?;
    Ok(StatementKind::SecurityLabel(Box::new(SecurityLabel { provider, object, label: text_or_null(c)? })))
}

fn object(c: &mut Cursor, never: &[&str]) -> Parsed<ObjectRef> {
    match if c.at_any(never) { None } else { objects::kind(c) } {
        Some(found) => reference::object(c, found),
        None => c.expected("a kind of object"),
    }
}

fn text_or_null(c: &mut Cursor) -> Parsed<Option<Text>> {
    if c.eat(&["NULL"]) { Ok(None) } else { clauses::text(c).map(Some) }
}

#[cfg(test)]
mod tests;
