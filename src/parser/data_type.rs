//! Data types, named as PostgreSQL's own format_type() prints them.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::text::Text;
use super::{clauses, names, number, time_type};
use crate::ast::{DataType, Ident, Integer, ObjectName};
use crate::source::Span;

/// A type without its array dimensions.
#[derive(Default)]
pub(super) struct Scalar {
    pub(super) name: EcoString,
    pub(super) modifiers: Vec<i64>,
    pub(super) words: Vec<EcoString>,
    pub(super) fields: Option<EcoString>,
    pub(super) serial: bool,
    pub(super) array: bool,
}

/// A data type.
///
/// # Errors
/// Something else comes.
pub(super) fn data_type(c: &mut Cursor) -> Parsed<DataType> {
    let start = c.position();
    let setof = c.eat(&["SETOF"]);
    let Scalar { name, modifiers, words, fields, serial, array } = scalar(c)?;
    let dimensions = dimensions(c)? + usize::from(array);
    let span = c.span_from(start);
    Ok(DataType { name, modifiers, words, fields, dimensions, setof, of_column: false, serial, span })
}

/// A type as sqlparser prints it; it has no place.
pub(super) fn reread(printed: &str) -> Option<DataType> {
    let mut c = Cursor::of_pieces(Text::of_file(printed), &[Span::new(0, printed.len())]).ok()?;
    let data_type = data_type(&mut c).ok().filter(|data_type| c.at_end() && !data_type.serial)?;
    Some(DataType { span: Span::default(), ..data_type })
}

/// A data type of an argument or result of a function: also `table.column%TYPE`.
///
/// # Errors
/// Something else comes.
pub(super) fn function_type(c: &mut Cursor) -> Parsed<DataType> {
    let start = c.position();
    let setof = c.eat(&["SETOF"]);
    let mut place = 0;
    while matches!(c.peek_nth(place), Token::Word(_)) && *c.peek_nth(place + 1) == Token::Period {
        place += 2;
    }
    let of_column = place > 0 && *c.peek_nth(place + 1) == Token::Mod && c.is_any_at(place + 2, &["TYPE"]);
    if !of_column {
        c.back_to(start);
        return data_type(c);
    }
    let names: Vec<EcoString> = names::parts(c, "a column")?.into_iter().map(|part| part.name).collect();
    c.advance();
    c.advance();
    Ok(DataType {
        name: names.join(".").into(),
        setof,
        of_column: true,
        span: c.span_from(start),
        ..DataType::default()
    })
}

/// The type of a column that has none of its own, as in PARTITION OF: empty, just behind `span`.
pub(super) fn absent(span: Span) -> DataType {
    DataType { span: Span::new(span.end, span.end), ..DataType::default() }
}

/// `[]`, `[3]`, `ARRAY` and `ARRAY[3]`.
fn dimensions(c: &mut Cursor) -> Parsed<usize> {
    if c.eat(&["ARRAY"]) {
        if c.at_symbol(&Token::LBracket) && *c.peek_nth(1) == Token::RBracket {
            c.advance();
            return c.expected("a number");
        }
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
        if matches!(c.peek(), Token::Number(..)) || c.at_placeholder() {
            c.advance();
        }
        c.expect_symbol(&Token::RBracket)?;
    }
    Ok(found)
}

/// Types that have grammar of their own come before those that are plain names.
fn scalar(c: &mut Cursor) -> Parsed<Scalar> {
    match c.word_at(0).map(str::to_ascii_uppercase).as_deref() {
        Some("INT" | "INTEGER") => with_modifiers(c, "integer"),
        Some("SMALLINT") => with_modifiers(c, "smallint"),
        Some("BIGINT") => with_modifiers(c, "bigint"),
        Some("REAL") => with_modifiers(c, "real"),
        Some("BOOLEAN") => with_modifiers(c, "boolean"),
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
        Some("TIME") => time_type::zoned(c, "time"),
        Some("TIMESTAMP") => time_type::zoned(c, "timestamp"),
        Some("INTERVAL") => time_type::interval(c),
        _ => named(c),
    }
}

fn plain(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    Ok(Scalar { name: name.into(), ..Scalar::default() })
}

fn with_modifiers(c: &mut Cursor, name: &str) -> Parsed<Scalar> {
    c.advance();
    let (modifiers, words) = lengths(c)?;
    Ok(Scalar { name: name.into(), modifiers, words, ..Scalar::default() })
}

/// `float(1)` to `float(24)` are real, up to `float(53)` is double precision.
fn float(c: &mut Cursor) -> Parsed<Scalar> {
    c.advance();
    let start = c.position();
    let (bits, _) = lengths(c)?;
    let name = match bits.first() {
        None | Some(25..=53) => "double precision",
        Some(1..=24) => "real",
        Some(_) => {
            c.back_to(start + 1);
            return c.expected("a precision from 1 to 53");
        }
    };
    Ok(Scalar { name: name.into(), ..Scalar::default() })
}

/// `char` and `bit`: of length 1 when none is given, unlimited with VARYING.
fn varying(c: &mut Cursor, fixed: &str, variable: &str) -> Parsed<Scalar> {
    c.advance();
    let varying = c.eat(&["VARYING"]);
    let (mut modifiers, words) = lengths(c)?;
    if !varying && modifiers.is_empty() && words.is_empty() {
        modifiers.push(1);
    }
    let name = if varying { variable } else { fixed };
    Ok(Scalar { name: name.into(), modifiers, words, ..Scalar::default() })
}

fn national(c: &mut Cursor) -> Parsed<Scalar> {
    c.expect(&["NATIONAL"])?;
    if !c.at_any(&["CHAR", "CHARACTER"]) {
        return c.expected("CHARACTER");
    }
    varying(c, "character", "character varying")
}

/// A type by its name in the catalogue.
fn named(c: &mut Cursor) -> Parsed<Scalar> {
    let quoted = c.word_at(0).is_none();
    let name = names::data_type(c)?;
    let (modifiers, words) = modifiers(c)?;
    if let Some(integer) = serial(&name) {
        return Ok(Scalar { name: integer.into(), modifiers, serial: true, ..Scalar::default() });
    }
    if let Some(element) = array_element(&name) {
        return Ok(Scalar { name: element, modifiers, array: true, ..Scalar::default() });
    }
    let name = canonical(&name, quoted, !modifiers.is_empty());
    Ok(Scalar { name, modifiers, words, ..Scalar::default() })
}

/// `_int4` is how the catalogue names `integer[]`.
fn array_element(name: &ObjectName) -> Option<EcoString> {
    const ELEMENTS: &[&str] = &[
        "bit",
        "bool",
        "bpchar",
        "bytea",
        "char",
        "cidr",
        "date",
        "float4",
        "float8",
        "inet",
        "int2",
        "int4",
        "int8",
        "interval",
        "json",
        "jsonb",
        "macaddr",
        "money",
        "name",
        "numeric",
        "oid",
        "regclass",
        "regproc",
        "text",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "tsvector",
        "uuid",
        "varbit",
        "varchar",
        "xml",
    ];
    let element = name.name.name.strip_prefix('_').filter(|element| ELEMENTS.contains(element))?;
    let element = ObjectName {
        schema: name.schema.clone(),
        name: Ident { name: element.into(), span: name.name.span },
        span: name.span,
    };
    let system = element.schema.as_ref().is_none_or(|schema| schema.name == "pg_catalog");
    system.then(|| canonical(&element, true, true))
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
fn canonical(name: &ObjectName, quoted: bool, modified: bool) -> EcoString {
    let system = name.schema.as_ref().is_some_and(|schema| schema.name == "pg_catalog");
    if name.schema.is_some() && !system {
        return name.to_string().into();
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
    printed.into()
}

/// `(10, 2)` of a type that takes numbers only, and placeholders for them as they are written.
///
/// # Errors
/// Something else stands in the parentheses.
pub(super) fn lengths(c: &mut Cursor) -> Parsed<(Vec<i64>, Vec<EcoString>)> {
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    if c.at_symbol(&Token::LParen) {
        let number = |c: &mut Cursor| {
            let start = c.position();
            match number::integer(c)? {
                Integer::Known(number) => numbers.push(number),
                Integer::Unknown => words.push(c.text_of(c.span_from(start)).into()),
            }
            Ok(())
        };
        // The grammar takes expressions.
        c.doubting(|c| clauses::list(c, number))?;
    }
    Ok((numbers, words))
}

/// `(Point, 4326)`: numbers, and what is none.
fn modifiers(c: &mut Cursor) -> Parsed<(Vec<i64>, Vec<EcoString>)> {
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    if c.at_symbol(&Token::LParen) {
        // The grammar takes expressions.
        c.doubting(|c| {
            clauses::list(c, |c| match c.peek() {
                Token::Number(..) | Token::Minus | Token::Plus => {
                    let number = number::number(c)?;
                    match number.parse() {
                        Ok(number) => numbers.push(number),
                        Err(_) => words.push(number),
                    }
                    Ok(())
                }
                Token::Word(_) => {
                    words.push(names::label(c, "a type modifier")?.name.to_ascii_lowercase());
                    Ok(())
                }
                _ if clauses::at_string(c) => {
                    words.push(clauses::string(c)?);
                    Ok(())
                }
                _ => c.expected("a type modifier"),
            })
        })?;
    }
    Ok((numbers, words))
}

#[cfg(test)]
mod tests;
