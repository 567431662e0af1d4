//! Column definitions and the constraints behind a column.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, constraint, data_type, expr, names, sequence};
use crate::ast::{ColumnConstraint, ColumnConstraintKind, ColumnDef, ConstraintTraits, ObjectName};

/// What may follow the type of a column.
#[derive(Default)]
pub(super) struct Qualifiers {
    /// COLLATE.
    pub(super) collation: Option<ObjectName>,
    /// Constraints in the order written.
    pub(super) constraints: Vec<ColumnConstraint>,
}

/// `name type [storage] [constraints]`
///
/// # Errors
/// Something else comes.
pub(super) fn column_def(c: &mut Cursor) -> Parsed<ColumnDef> {
    let start = c.position();
    let name = names::name(c, "a column name")?;
    let data_type = data_type::data_type(c)?;
    storage(c)?;
    let Qualifiers { collation, constraints } = qualifiers(c)?;
    Ok(ColumnDef { name, data_type, collation, constraints, span: c.span_from(start) })
}

/// `name [WITH OPTIONS] [constraints]`: a column whose type comes from elsewhere.
///
/// # Errors
/// Something else comes.
pub(super) fn typed_column(c: &mut Cursor) -> Parsed<ColumnDef> {
    let start = c.position();
    let name = names::name(c, "a column name")?;
    let data_type = data_type::absent(name.span);
    c.eat(&["WITH", "OPTIONS"]);
    let Qualifiers { collation, constraints } = qualifiers(c)?;
    Ok(ColumnDef { name, data_type, collation, constraints, span: c.span_from(start) })
}

/// A column that is a name only, as in CREATE TABLE t (a, b) AS.
///
/// # Errors
/// Something else comes.
pub(super) fn bare_column(c: &mut Cursor) -> Parsed<ColumnDef> {
    let name = names::name(c, "a column name")?;
    let span = name.span;
    Ok(ColumnDef { name, data_type: data_type::absent(span), collation: None, constraints: Vec::new(), span })
}

/// `[STORAGE x] [COMPRESSION x] [OPTIONS (...)]`
fn storage(c: &mut Cursor) -> Parsed<()> {
    for word in ["STORAGE", "COMPRESSION"] {
        if c.eat(&[word]) {
            names::label(c, "a storage setting")?;
        }
    }
    clauses::foreign_options(c).map(drop)
}

/// COLLATE and constraints, in any order.
///
/// # Errors
/// One of them is incomplete.
pub(super) fn qualifiers(c: &mut Cursor) -> Parsed<Qualifiers> {
    let mut found = Qualifiers::default();
    loop {
        if let Some(collation) = clauses::collation(c)? {
            found.collation = Some(collation);
        } else if let Some(constraint) = column_constraint(c)? {
            found.constraints.push(constraint);
        } else {
            return Ok(found);
        }
    }
}

/// One constraint of a column, if it comes.
fn column_constraint(c: &mut Cursor) -> Parsed<Option<ColumnConstraint>> {
    let start = c.position();
    let mut traits = ConstraintTraits::default();
    let name = constraint::constraint_name(c)?;
    let Some(kind) = column_constraint_kind(c, &mut traits)? else {
        return if name.is_some() { c.expected("a constraint") } else { Ok(None) };
    };
    while constraint::attribute(c, &mut traits) {}
    Ok(Some(ColumnConstraint { name, kind, traits, span: c.span_from(start) }))
}

fn column_constraint_kind(c: &mut Cursor, traits: &mut ConstraintTraits) -> Parsed<Option<ColumnConstraintKind>> {
    let start = &["NOT", "NULL", "DEFAULT", "GENERATED", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES"];
    let kind = match c.eat_any(start) {
        None => return Ok(None),
        Some("NOT") => {
            c.expect(&["NULL"])?;
            traits.no_inherit = c.eat(&["NO", "INHERIT"]);
            ColumnConstraintKind::NotNull
        }
        Some("NULL") => ColumnConstraintKind::Null,
        Some("DEFAULT") => ColumnConstraintKind::Default(expr::default_expr(c)?),
        Some("GENERATED") => generated(c)?,
        Some("PRIMARY") => {
            c.expect(&["KEY"])?;
            constraint::index_parameters(c)?;
            ColumnConstraintKind::PrimaryKey
        }
        Some("UNIQUE") => {
            constraint::nulls_not_distinct(c)?;
            constraint::index_parameters(c)?;
            ColumnConstraintKind::Unique
        }
        Some("CHECK") => {
            let condition = c.parenthesized(expr::expr)?;
            traits.no_inherit = c.eat(&["NO", "INHERIT"]);
            ColumnConstraintKind::Check(condition)
        }
        Some(_) => ColumnConstraintKind::References(constraint::references(c)?),
    };
    Ok(Some(kind))
}

/// `{ALWAYS | BY DEFAULT} AS {IDENTITY [(options)] | (expression) [STORED | VIRTUAL]}`, behind GENERATED.
fn generated(c: &mut Cursor) -> Parsed<ColumnConstraintKind> {
    generated_when(c)?;
    c.expect(&["AS"])?;
    if c.eat(&["IDENTITY"]) {
        sequence::identity_options(c)?;
        return Ok(ColumnConstraintKind::Identity);
    }
    if !c.at_symbol(&Token::LParen) {
        return c.expected("IDENTITY or an expression in parentheses");
    }
    let expr = c.parenthesized(expr::expr)?;
    let stored = c.eat_any(&["STORED", "VIRTUAL"]) == Some("STORED");
    Ok(ColumnConstraintKind::Generated { expr, stored })
}

/// `ALWAYS` or `BY DEFAULT`.
///
/// # Errors
/// Something else comes.
pub(super) fn generated_when(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["ALWAYS"]) || c.eat(&["BY", "DEFAULT"]) { Ok(()) } else { c.expected("ALWAYS or BY DEFAULT") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
