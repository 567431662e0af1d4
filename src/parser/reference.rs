//! An object of any kind, as COMMENT ON, ALTER and others name it.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::objects::{Found, Naming};
use super::{constraint, data_type, names, number, role};
use crate::ast::{Ident, ObjectKind, ObjectName, ObjectRef};
use crate::source::Span;

/// The object, behind the keywords of its kind.
///
/// # Errors
/// It is named in another way.
pub(super) fn object(c: &mut Cursor, found: Found) -> Parsed<ObjectRef> {
    let start = c.position();
    let mut object = ObjectRef { kind: found.object, name: None, arguments: None, on: None, span: Span::default() };
    match found.naming {
        Naming::Qualified => qualified(c, &mut object)?,
        Naming::Signature => {
            object.name = Some(names::qualified_type(c, "a function name")?);
            object.arguments = c.skip_parentheses()?;
        }
        Naming::OnTable => on_table(c, &mut object)?,
        Naming::Using => object.name = Some(using(c)?),
        Naming::Other => unnamed(c, &object.kind)?,
    }
    object.span = c.span_from(start);
    Ok(object)
}

fn qualified(c: &mut Cursor, object: &mut ObjectRef) -> Parsed<()> {
    let name = match &object.kind {
        ObjectKind::Column => return column(c, object),
        ObjectKind::Type | ObjectKind::Domain => type_name(c)?,
        ObjectKind::Other(kind) if kind == "ROLE" || kind == "USER" => {
            names::unqualified(names::label(c, "a role name")?)
        }
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::Index
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Sequence => names::qualified(c, "a name")?,
        _ => names::qualified_type(c, "a name")?,
    };
    object.name = Some(name);
    Ok(())
}

/// A type: a name, or one of the types that are several words, `double precision`.
fn type_name(c: &mut Cursor) -> Parsed<ObjectName> {
    if !names::at_type_or_function(c) {
        return names::type_or_function(c, "a type name").map(names::unqualified);
    }
    let start = c.position();
    let of_words = if c.at(&["SETOF"]) { None } else { data_type::data_type(c).ok() };
    let Some(data_type) = of_words else {
        // A type may be created by a name that calls have a grammar of their own for, such as `position`.
        c.back_to(start);
        return names::qualified_type(c, "a type name");
    };
    let end = c.position();
    c.back_to(start);
    if let Ok(name) = names::qualified_type(c, "a type name")
        && c.position() == end
    {
        return Ok(name);
    }
    c.back_to(start);
    while c.position() < end {
        c.advance();
    }
    let span = data_type.span;
    Ok(names::unqualified(Ident { name: data_type.name, span }))
}

/// `table.column`: everything in front of the last dot is the table.
fn column(c: &mut Cursor, object: &mut ObjectRef) -> Parsed<()> {
    let mut parts = vec![names::name(c, "a column name")?];
    while c.eat_symbol(&Token::Period) {
        parts.push(names::label(c, "a column name")?);
    }
    object.name = parts.pop().map(names::unqualified);
    let start = parts.first().map(|part| part.span);
    let name = parts.pop();
    let schema = parts.pop();
    object.on = start.zip(name).map(|(start, name)| ObjectName { schema, span: start.to(name.span), name });
    Ok(())
}

/// `name ON table`, or `name ON DOMAIN domain` of a constraint.
fn on_table(c: &mut Cursor, object: &mut ObjectRef) -> Parsed<()> {
    object.name = Some(names::unqualified(names::name(c, "a name")?));
    c.expect(&["ON"])?;
    let domain = c.at(&["DOMAIN"]) && matches!(c.peek_nth(1), Token::Word(_)) && !c.is_any_at(1, &["IS"]);
    object.on = Some(if object.kind == ObjectKind::Constraint && domain {
        c.advance();
        object.kind = ObjectKind::DomainConstraint;
        type_name(c)?
    } else {
        names::qualified(c, "a table name")?
    });
    Ok(())
}

/// `name USING method`
///
/// # Errors
/// Something else comes.
pub(super) fn using(c: &mut Cursor) -> Parsed<ObjectName> {
    let name = names::qualified(c, "a name")?;
    c.expect(&["USING"])?;
    names::name(c, "an access method")?;
    Ok(name)
}

/// What has no name: operators go by their operands, casts by their types, mappings by role and server.
///
/// # Errors
/// Something else comes.
pub(super) fn unnamed(c: &mut Cursor, kind: &ObjectKind) -> Parsed<()> {
    let ObjectKind::Other(kind) = kind else { return c.expected("a name") };
    match kind.as_str() {
        "CAST" => cast(c),
        "LARGE OBJECT" => number::number(c).map(drop),
        "TRANSFORM" => {
            c.expect(&["FOR"])?;
            data_type::data_type(c)?;
            c.expect(&["LANGUAGE"])?;
            names::type_or_function(c, "a language").map(drop)
        }
        "USER MAPPING" => {
            c.expect(&["FOR"])?;
            if !c.eat(&["USER"]) {
                role::role(c)?;
            }
            c.expect(&["SERVER"])?;
            names::name(c, "a server name").map(drop)
        }
        _ => {
            constraint::any_operator(c)?;
            c.parenthesized(operands)
        }
    }
}

/// `(type AS type)`
///
/// # Errors
/// Something else comes.
pub(super) fn cast(c: &mut Cursor) -> Parsed<()> {
    c.parenthesized(|c| {
        data_type::data_type(c)?;
        c.expect(&["AS"])?;
        data_type::data_type(c).map(drop)
    })
}

/// The types of the operands, of which NONE stands for the left one of a prefix operator.
fn operands(c: &mut Cursor) -> Parsed<()> {
    operand(c)?;
    if !c.eat_symbol(&Token::Comma) {
        return c.expected("a comma and the type of the right operand");
    }
    operand(c)
}

fn operand(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["NONE"]) { Ok(()) } else { data_type::data_type(c).map(drop) }
}

#[cfg(test)]
mod tests;
