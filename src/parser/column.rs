//! Column definitions and the constraints behind a column.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::{attributes, clauses, constraint, data_type, expr, names, option, sequence};
use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, DataType, Ident, Identity, IndexParameters, ObjectName,
};
use crate::source::Span;

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
    let mut column = bare(name, data_type);
    column.storage = setting(c, "STORAGE", "a storage setting")?;
    column.compression = setting(c, "COMPRESSION", "a compression method")?;
    column.foreign_options = option::foreign_options(c)?;
    qualified(c, column, start)
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
    qualified(c, bare(name, data_type), start)
}

/// A column that is a name only, as in CREATE TABLE t (a, b) AS.
///
/// # Errors
/// Something else comes.
pub(super) fn bare_column(c: &mut Cursor) -> Parsed<ColumnDef> {
    let name = names::name(c, "a column name")?;
    let data_type = data_type::absent(name.span);
    Ok(bare(name, data_type))
}

fn bare(name: Ident, data_type: DataType) -> ColumnDef {
    ColumnDef {
        span: name.span,
        name,
        data_type,
        storage: None,
        compression: None,
        foreign_options: Vec::new(),
        collation: None,
        constraints: Vec::new(),
    }
}

/// The column that starts at this token, with the constraints that come.
fn qualified(c: &mut Cursor, column: ColumnDef, start: usize) -> Parsed<ColumnDef> {
    let Qualifiers { collation, constraints } = qualifiers(c)?;
    Ok(ColumnDef { collation, constraints, span: c.span_from(start), ..column })
}

/// `[STORAGE x]` or `[COMPRESSION x]`, lower case; DEFAULT is a word like others.
fn setting(c: &mut Cursor, keyword: &str, what: &str) -> Parsed<Option<EcoString>> {
    if c.eat(&[keyword]) { setting_value(c, what).map(Some) } else { Ok(None) }
}

/// The name of a way to store a column, or DEFAULT, lower case.
///
/// # Errors
/// Something else comes.
pub(super) fn setting_value(c: &mut Cursor, what: &str) -> Parsed<EcoString> {
    let name = if c.at(&["DEFAULT"]) { c.ident()? } else { names::name(c, what)? };
    Ok(name.name.to_ascii_lowercase())
}

/// COLLATE and constraints, in any order.
///
/// # Errors
/// One of them is incomplete.
pub(super) fn qualifiers(c: &mut Cursor) -> Parsed<Qualifiers> {
    let mut found = Qualifiers::default();
    loop {
        if found.collation.is_some() && c.at(&["COLLATE"]) {
            return c.expected("one COLLATE only");
        }
        if let Some(collation) = clauses::collation(c)? {
            found.collation = Some(collation);
        } else if let Some(constraint) = column_constraint(c)? {
            found.constraints.push(constraint);
        } else {
            // Most columns have one constraint, and a dump has very many columns.
            found.constraints.shrink_to_fit();
            return Ok(found);
        }
    }
}

/// One constraint of a column, if it comes.
fn column_constraint(c: &mut Cursor) -> Parsed<Option<ColumnConstraint>> {
    let start = c.position();
    let name = constraint::constraint_name(c)?;
    let mut index = IndexParameters::default();
    let Some(kind) = column_constraint_kind(c, &mut index)? else {
        return if name.is_some() { c.expected("a constraint") } else { Ok(None) };
    };
    let inherited = matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::Check(_));
    let no_inherit = inherited && c.eat(&["NO", "INHERIT"]);
    let mut traits = attributes::all(c, &attributes::COLUMN)?;
    traits.no_inherit = no_inherit;
    Ok(Some(ColumnConstraint { name, kind, index, traits, span: c.span_from(start) }))
}

fn column_constraint_kind(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<Option<ColumnConstraintKind>> {
    let start = &["NOT", "NULL", "DEFAULT", "GENERATED", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES"];
    let kind = match c.eat_any(start) {
        None => return Ok(None),
        Some("NOT") => {
            c.expect(&["NULL"])?;
            ColumnConstraintKind::NotNull
        }
        Some("NULL") => ColumnConstraintKind::Null,
        Some("DEFAULT") => ColumnConstraintKind::Default(Box::new(expr::default_expr(c)?)),
        Some("GENERATED") => generated(c)?,
        Some("PRIMARY") => {
            c.expect(&["KEY"])?;
            constraint::storage_parameters(c, index)?;
            ColumnConstraintKind::PrimaryKey
        }
        Some("UNIQUE") => {
            index.nulls_not_distinct = constraint::nulls_not_distinct(c)?;
            constraint::storage_parameters(c, index)?;
            ColumnConstraintKind::Unique
        }
        Some("CHECK") => ColumnConstraintKind::Check(c.parenthesized(expr::boxed)?),
        Some(_) => ColumnConstraintKind::References(Box::new(constraint::references(c)?)),
    };
    Ok(Some(kind))
}

/// `{ALWAYS | BY DEFAULT} AS {IDENTITY [(options)] | (expression) [STORED | VIRTUAL]}`, behind GENERATED.
fn generated(c: &mut Cursor) -> Parsed<ColumnConstraintKind> {
    let when = c.next_span();
    let always = generated_when(c)?;
    c.expect(&["AS"])?;
    if c.eat(&["IDENTITY"]) {
        let options = sequence::identity_options(c)?;
        return Ok(ColumnConstraintKind::Identity(Identity { always, options }));
    }
    if !c.at_symbol(&Token::LParen) {
        return c.expected("IDENTITY or an expression in parentheses");
    }
    if !always {
        return by_default(when);
    }
    let expr = c.parenthesized(expr::boxed)?;
    let stored = c.eat_any(&["STORED", "VIRTUAL"]) == Some("STORED");
    Ok(ColumnConstraintKind::Generated { expr, stored })
}

/// Only identity columns are GENERATED BY DEFAULT.
fn by_default<T>(at: Span) -> Parsed<T> {
    Err(SyntaxError { message: "expected ALWAYS, found BY DEFAULT".into(), at })
}

/// `ALWAYS` or `BY DEFAULT`: whether it is ALWAYS.
///
/// # Errors
/// Something else comes.
pub(super) fn generated_when(c: &mut Cursor) -> Parsed<bool> {
    match c.eat(&["ALWAYS"]) {
        true => Ok(true),
        false if c.eat(&["BY", "DEFAULT"]) => Ok(false),
        false => c.expected("ALWAYS or BY DEFAULT"),
    }
}

#[cfg(test)]
mod tests;
