//! DROP of anything.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::objects::{self, Found, Naming};
use super::{clauses, names, reference, routine};
use crate::ast::{Argument, Drop, ObjectKind, ObjectName, RoutineKind, StatementKind};

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
    let routine = match c.text_of(keyword).to_ascii_uppercase().as_str() {
        "FUNCTION" => Some(RoutineKind::Function),
        "PROCEDURE" => Some(RoutineKind::Procedure),
        "ROUTINE" => Some(RoutineKind::Routine),
        _ => None,
    };
    let mut on = None;
    let mut arguments = Vec::new();
    let names = match naming {
        Naming::Qualified if matches!(object, ObjectKind::Type | ObjectKind::Domain) => types(c)?,
        Naming::Qualified if objects::is_role(&object) => {
            c.comma_separated(|c| names::type_or_function(c, "a role name").map(names::unqualified))?
        }
        // Until 13 the name of a language may be a string.
        Naming::Qualified if clauses::at_string(c) && object == ObjectKind::Other("LANGUAGE".into()) => {
            c.doubt();
            return c.expected("a name");
        }
        Naming::Qualified => c.comma_separated(|c| names::qualified(c, "a name"))?,
        Naming::Signature => {
            let routines = c.comma_separated(|c| signature(c, routine.is_none()))?;
            let (names, read): (Vec<ObjectName>, Vec<Option<Vec<Argument>>>) = routines.into_iter().unzip();
            arguments = read;
            names
        }
        Naming::OnTable => {
            let name = names::unqualified(names::name(c, "a name")?);
            c.expect(&["ON"])?;
            on = Some(names::qualified(c, "a table name")?);
            vec![name]
        }
        Naming::Using => vec![reference::using(c)?],
        Naming::Other => {
            unnamed(c, &object)?;
            Vec::new()
        }
    };
    let cascade = clauses::cascade(c);
    if object == ObjectKind::Database {
        force(c)?;
    }
    let kind_keyword = keyword;
    Ok(StatementKind::Drop(Box::new(Drop {
        object,
        routine,
        concurrently,
        if_exists,
        names,
        arguments,
        on,
        cascade,
        kind_keyword,
    })))
}

/// Names of types. The grammar takes whatever a column may be of, such as `a[]` and `SETOF a`.
fn types(c: &mut Cursor) -> Parsed<Vec<ObjectName>> {
    let names = c.doubting(|c| c.comma_separated(|c| names::qualified_type(c, "a type name")))?;
    if !c.at_end() && !c.at_any(&["CASCADE", "RESTRICT"]) {
        c.doubt();
    }
    Ok(names)
}

/// `function(int, text)`; only those of aggregates have to be written.
fn signature(c: &mut Cursor, aggregate: bool) -> Parsed<(ObjectName, Option<Vec<Argument>>)> {
    let name = names::function(c, "a function name")?;
    if aggregate {
        return if c.skip_parentheses()?.is_some() { Ok((name, None)) } else { c.expected("(") };
    }
    let arguments = routine::identity(c)?;
    Ok((name, arguments))
}

/// What has no name; of operators there may be several.
fn unnamed(c: &mut Cursor, object: &ObjectKind) -> Parsed<()> {
    reference::unnamed(c, object)?;
    let several = matches!(object, ObjectKind::Other(kind) if kind == "OPERATOR");
    while several && c.eat_symbol(&Token::Comma) {
        reference::unnamed(c, object)?;
    }
    Ok(())
}

/// `[WITH (FORCE)]` of DROP DATABASE (13).
fn force(c: &mut Cursor) -> Parsed<()> {
    c.eat(&["WITH"]);
    c.skip_parentheses().map(|_| ())
}

#[cfg(test)]
mod tests;
