//! DROP of anything.

use super::cursor::{Cursor, Parsed};
use super::objects::{self, Found, Naming};
use super::{clauses, names};
use crate::ast::{Drop, ObjectKind, ObjectName, StatementKind};

/// DROP.
///
/// # Errors
/// Something else comes.
pub(super) fn drop(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DROP"])?;
    if COMMENT_ONLY.iter().any(|words| c.at(words)) {
        return c.expected("a kind of object");
    }
    match objects::kind(c) {
        Some(found) => dropped(c, found),
        None => c.expected("a kind of object"),
    }
}

/// Kinds that COMMENT ON names and DROP does not.
const COMMENT_ONLY: &[&[&str]] = &[&["COLUMN"], &["CONSTRAINT"], &["LARGE", "OBJECT"]];

fn dropped(c: &mut Cursor, found: Found) -> Parsed<StatementKind> {
    let Found { object, naming, keyword } = found;
    let concurrently = object == ObjectKind::Index && c.eat(&["CONCURRENTLY"]);
    let if_exists = clauses::if_exists(c)?;
    let mut on = None;
    let names = match naming {
        Naming::Qualified if object == ObjectKind::Type => {
            c.comma_separated(|c| names::qualified_type(c, "a type name"))?
        }
        Naming::Qualified => c.comma_separated(|c| names::qualified(c, "a name"))?,
        Naming::Signature => c.comma_separated(signature)?,
        Naming::OnTable => {
            let name = names::unqualified(names::name(c, "a name")?);
            c.expect(&["ON"])?;
            on = Some(names::qualified(c, "a table name")?);
            vec![name]
        }
        Naming::Using => vec![using(c)?],
        Naming::Other if c.at_end() => return c.expected("a name"),
        Naming::Other => {
            clauses::seek(c, &["CASCADE", "RESTRICT"])?;
            Vec::new()
        }
    };
    let cascade = clauses::cascade(c);
    if object == ObjectKind::Database {
        force(c)?;
    }
    let kind_keyword = keyword;
    Ok(StatementKind::Drop(Box::new(Drop { object, concurrently, if_exists, names, on, cascade, kind_keyword })))
}

/// `function(int, text)`; the arguments need not be written.
fn signature(c: &mut Cursor) -> Parsed<ObjectName> {
    let name = names::qualified_type(c, "a function name")?;
    c.skip_parentheses()?;
    Ok(name)
}

/// `name USING method`
fn using(c: &mut Cursor) -> Parsed<ObjectName> {
    let name = names::qualified(c, "a name")?;
    c.expect(&["USING"])?;
    names::name(c, "an access method")?;
    Ok(name)
}

/// `[WITH (FORCE)]` of DROP DATABASE (13).
fn force(c: &mut Cursor) -> Parsed<()> {
    c.eat(&["WITH"]);
    c.skip_parentheses().map(|_| ())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
