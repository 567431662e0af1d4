//! Data types, named as PostgreSQL's own format_type() prints them.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names};
use crate::ast::{DataType, ObjectName};
use crate::source::Span;

/// A type without its array dimensions.
#[derive(Default)]
struct Scalar {
    name: String,
    modifiers: Vec<i64>,
    serial: bool,
}

/// A data type.
///
/// # Errors
/// Something else comes.
pub(super) fn data_type(c: &mut Cursor) -> Parsed<DataType> {
    let start = c.position();
    c.eat(&["SETOF"]);
    let Scalar { name, modifiers, serial } = scalar(c)?;
    let dimensions = dimensions(c)?;
    Ok(DataType { name, modifiers, dimensions, serial, span: c.span_from(start) })
}

/// The type of a column that has none of its own, as in PARTITION OF: empty, just behind `span`.
pub(super) fn absent(span: Span) -> DataType {
    let span = Span::new(span.end, span.end);
    DataType { name: String::new(), modifiers: Vec::new(), dimensions: 0, serial: false, span }
}

/// `[]`, `[3]`, `ARRAY` and `ARRAY[3]`.
fn dimensions(c: &mut Cursor) -> Parsed<usize> {
    if c.eat(&["ARRAY"]) {
        bound(c)?;
        return Ok(1);
    }
    let mut dimensions = 0;
    while bound(c)? {
        dimensions += 1;
    }
    Ok(dimensions)
}

fn bound(c: &mut Cursor) -> Parsed<bool> {
    let found = c.eat_symbol(&Token::LBracket);
    if found {
        if matches!(c.peek(), Token::Number(..)) {
            c.advance();
        }
        c.expect_symbol(&Token::RBracket)?;
    }
    Ok(found)
}

/// Types that have grammar of their own come before those that are plain names.
fn scalar(c: &mut Cursor) -> Parsed<Scalar> {
    match c.word_at(0).map(str::to_ascii_uppercase).as_deref() {
        Some("INT" | "INTEGER") => plain(c, "integer"),
        Some("SMALLINT") => plain(c, "smallint"),
        Some("BIGINT") => plain(c, "bigint"),
        Some("REAL") => plain(c, "real"),
        Some("BOOLEAN") => plain(c, "boolean"),
        Some("DEC" | "DECIMAL" | "NUMERIC") => with_modifiers(c, "numeric"),
        Some("VARCHAR") => with_modifiers(c, "character varying"),
        Some("FLOAT") => float(c),
        Some("DOUBLE") if c.at(&["DOUBLE", "PRECISION"]) => {
            c.advance();
            plain(c, "double precision")
        }
        Some("BIT") => varying(c, "bit", "bit varying"),
        Some("CHAR" | "CHARACTER" | "NCHAR") => varying(c, "character", "character varying"),
        Some("NATIONAL") => national(c),
        Some("TIME") => zoned(c, "time"),
        Some("TIMESTAMP") => zoned(c, "timestamp"),
        Some("INTERVAL") => interval(c),
        _ => named(c),
    }
}

fn plain(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    Ok(Scalar { name: name.to_owned(), ..Scalar::default() })
}

fn with_modifiers(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    Ok(Scalar { name: name.to_owned(), modifiers: modifiers(c)?, serial: false })
}

/// `float(1)` to `float(24)` are real, the rest is double precision.
fn float(c: &mut Cursor) -> Parsed<Scalar> {
    c.advance();
    let single = modifiers(c)?.first().is_some_and(|bits| *bits <= 24);
    let name = if single { "real" } else { "double precision" };
    Ok(Scalar { name: name.to_owned(), ..Scalar::default() })
}

/// `char` and `bit`: of length 1 when none is given, unlimited with VARYING.
fn varying(c: &mut Cursor, fixed: &str, variable: &str) -> Parsed<Scalar> {
    c.advance();
    let varying = c.eat(&["VARYING"]);
    let mut modifiers = modifiers(c)?;
    if !varying && modifiers.is_empty() {
        modifiers.push(1);
    }
    let name = if varying { variable } else { fixed };
    Ok(Scalar { name: name.to_owned(), modifiers, serial: false })
}

fn national(c: &mut Cursor) -> Parsed<Scalar> {
    c.expect(&["NATIONAL"])?;
    if !c.at_any(&["CHAR", "CHARACTER"]) {
        return c.expected("CHARACTER");
    }
    varying(c, "character", "character varying")
}

/// `timestamp(3) with time zone`
fn zoned(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    let modifiers = modifiers(c)?;
    let with = c.eat(&["WITH", "TIME", "ZONE"]);
    if !with {
        c.eat(&["WITHOUT", "TIME", "ZONE"]);
    }
    let zone = if with { "with" } else { "without" };
    Ok(Scalar { name: format!("{name} {zone} time zone"), modifiers, serial: false })
}

/// `interval day to second(3)`: the fields are dropped, the precision is kept.
fn interval(c: &mut Cursor) -> Parsed<Scalar> {
    const FIELDS: &[&str] = &["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
    c.advance();
    if c.eat_any(FIELDS).is_some() && c.eat(&["TO"]) && c.eat_any(FIELDS).is_none() {
        return c.expected("a field of an interval");
    }
    Ok(Scalar { name: "interval".to_owned(), modifiers: modifiers(c)?, serial: false })
}

/// A type by its name in the catalogue.
fn named(c: &mut Cursor) -> Parsed<Scalar> {
    let quoted = c.word_at(0).is_none();
    let name = names::qualified_type(c, "a data type")?;
    let modifiers = modifiers(c)?;
    if let Some(integer) = serial(&name) {
        return Ok(Scalar { name: integer.to_owned(), modifiers, serial: true });
    }
    let name = canonical(&name, quoted, !modifiers.is_empty());
    Ok(Scalar { name, modifiers, serial: false })
}

fn serial(name: &ObjectName) -> Option<&'static str> {
    match name.name.name.as_str() {
        _ if name.schema.is_some() => None,
        "smallserial" | "serial2" => Some("smallint"),
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        _ => None,
    }
}

/// The printed name of a type in pg_catalog; any other keeps its own. The one-byte type `"char"` is printed with quotes to
/// tell it from `character`.
fn canonical(name: &ObjectName, quoted: bool, modified: bool) -> String {
    let system = name.schema.as_ref().is_some_and(|schema| schema.name == "pg_catalog");
    if name.schema.is_some() && !system {
        return name.to_string();
    }
    let printed = match name.name.name.as_str() {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "bpchar" if modified => "character",
        "char" if quoted || system => "\"char\"",
        "varbit" => "bit varying",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        other => other,
    };
    printed.to_owned()
}

/// `(10, 2)`. Only integers are kept: geometry(Point, 4326) has the one.
fn modifiers(c: &mut Cursor) -> Parsed<Vec<i64>> {
    if !c.at_symbol(&Token::LParen) {
        return Ok(Vec::new());
    }
    Ok(clauses::list(c, modifier)?.into_iter().flatten().collect())
}

fn modifier(c: &mut Cursor) -> Parsed<Option<i64>> {
    let start = c.position();
    if clauses::at_string(c) {
        clauses::string(c)?;
    } else if matches!(c.peek(), Token::Word(_)) {
        c.advance();
    } else if matches!(c.peek(), Token::Number(..) | Token::Minus | Token::Plus) {
        clauses::number(c)?;
    } else {
        return c.expected("a type modifier");
    }
    Ok(c.text_of(c.span_from(start)).parse().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
