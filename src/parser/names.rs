//! Names in the grammar: which words may be one, and what to say when they may not.
//!
//! PostgreSQL sorts its keywords into classes. A column or table may have any name but the reserved words and those kept
//! for functions and types; behind a dot any word will do.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::text::Text;
use crate::ast::{Ident, ObjectName};
use crate::source::Span;

/// Reserved words, sorted. SYSTEM_USER (16) is not among them: it is an ordinary name in the versions before.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "ALL", "ANALYSE", "ANALYZE", "AND", "ANY", "ARRAY", "AS", "ASC", "ASYMMETRIC", "BOTH", "CASE", "CAST", "CHECK",
    "COLLATE", "COLUMN", "CONSTRAINT", "CREATE", "CURRENT_CATALOG", "CURRENT_DATE", "CURRENT_ROLE", "CURRENT_TIME",
    "CURRENT_TIMESTAMP", "CURRENT_USER", "DEFAULT", "DEFERRABLE", "DESC", "DISTINCT", "DO", "ELSE", "END", "EXCEPT",
    "FALSE", "FETCH", "FOR", "FOREIGN", "FROM", "GRANT", "GROUP", "HAVING", "IN", "INITIALLY", "INTERSECT", "INTO",
    "LATERAL", "LEADING", "LIMIT", "LOCALTIME", "LOCALTIMESTAMP", "NOT", "NULL", "OFFSET", "ON", "ONLY", "OR",
    "ORDER", "PLACING", "PRIMARY", "REFERENCES", "RETURNING", "SELECT", "SESSION_USER", "SOME", "SYMMETRIC", "TABLE",
    "THEN", "TO", "TRAILING", "TRUE", "UNION", "UNIQUE", "USER", "USING", "VARIADIC", "WHEN", "WHERE", "WINDOW",
    "WITH",
];

/// Words that name functions or types only, sorted.
#[rustfmt::skip]
const FUNCTION_OR_TYPE: &[&str] = &[
    "AUTHORIZATION", "BINARY", "COLLATION", "CONCURRENTLY", "CROSS", "CURRENT_SCHEMA", "FREEZE", "FULL", "ILIKE",
    "INNER", "IS", "ISNULL", "JOIN", "LEFT", "LIKE", "NATURAL", "NOTNULL", "OUTER", "OVERLAPS", "RIGHT", "SIMILAR",
    "TABLESAMPLE", "VERBOSE",
];

/// Words that name columns and tables and never a type or function, sorted. The ones that only the newest versions keep are
/// left out.
#[rustfmt::skip]
const COLUMN_ONLY: &[&str] = &[
    "BETWEEN", "BIGINT", "BIT", "BOOLEAN", "CHAR", "CHARACTER", "COALESCE", "DEC", "DECIMAL", "EXISTS", "EXTRACT",
    "FLOAT", "GREATEST", "GROUPING", "INOUT", "INT", "INTEGER", "INTERVAL", "LEAST", "NATIONAL", "NCHAR", "NONE",
    "NULLIF", "NUMERIC", "OUT", "OVERLAY", "POSITION", "PRECISION", "REAL", "ROW", "SETOF", "SMALLINT", "SUBSTRING",
    "TIME", "TIMESTAMP", "TREAT", "TRIM", "VALUES", "VARCHAR", "XMLATTRIBUTES", "XMLCONCAT", "XMLELEMENT",
    "XMLEXISTS", "XMLFOREST", "XMLNAMESPACES", "XMLPARSE", "XMLPI", "XMLROOT", "XMLSERIALIZE", "XMLTABLE",
];

/// The name of a column, table, index, constraint and so on; `what` says which in an error.
///
/// # Errors
/// No word comes, or one that cannot be such a name.
pub(super) fn name(c: &mut Cursor, what: &str) -> Parsed<Ident> {
    if at_one_of(c, RESERVED) || at_one_of(c, FUNCTION_OR_TYPE) { refuse(c, what) } else { label(c, what) }
}

/// The name of a type, function or operator class.
///
/// # Errors
/// No word comes, or a reserved one.
pub(super) fn type_or_function(c: &mut Cursor, what: &str) -> Parsed<Ident> {
    if at_one_of(c, RESERVED) { refuse(c, what) } else { label(c, what) }
}

/// Any word at all: what may follow a dot, and the names of roles.
///
/// # Errors
/// No word comes.
pub(super) fn label(c: &mut Cursor, what: &str) -> Parsed<Ident> {
    if is_word(c) { c.ident() } else { c.expected(what) }
}

/// The name of a relation or another object in a schema.
///
/// # Errors
/// No name comes.
pub(super) fn qualified(c: &mut Cursor, what: &str) -> Parsed<ObjectName> {
    let start = c.position();
    let first = name(c, what)?;
    behind_dots(c, start, first, what)
}

/// The name of a type or function in a schema.
///
/// # Errors
/// No name comes.
pub(super) fn qualified_type(c: &mut Cursor, what: &str) -> Parsed<ObjectName> {
    let start = c.position();
    let first = type_or_function(c, what)?;
    behind_dots(c, start, first, what)
}

/// The name of a data type in a schema, for those that have no syntax of their own.
///
/// # Errors
/// No name comes, or a word that is never a type.
pub(super) fn data_type(c: &mut Cursor) -> Parsed<ObjectName> {
    if at_one_of(c, COLUMN_ONLY) { refuse(c, "a data type") } else { qualified_type(c, "a data type") }
}

/// The name of a procedure or function in a schema.
///
/// # Errors
/// No name comes, or a word that is never a function.
pub(super) fn function(c: &mut Cursor, what: &str) -> Parsed<ObjectName> {
    let qualified = *c.peek_nth(1) == Token::Period;
    if !qualified && at_one_of(c, COLUMN_ONLY) { refuse(c, what) } else { qualified_type(c, what) }
}

/// A word that is not reserved, or one of these.
///
/// # Errors
/// Something else comes.
pub(super) fn word_or(c: &mut Cursor, others: &[&str], what: &str) -> Parsed<Ident> {
    if at_one_of(c, RESERVED) && !c.at_any(others) { refuse(c, what) } else { label(c, what) }
}

/// Whether the call of a function starts with a word that no function has for a name.
pub(super) fn at_reserved_call(c: &Cursor) -> bool {
    const CALLS: &[&str] = &["CAST", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"];
    const TYPES: &[&str] = &[
        "BIGINT",
        "BIT",
        "BOOLEAN",
        "CHAR",
        "CHARACTER",
        "DEC",
        "DECIMAL",
        "FLOAT",
        "INT",
        "INTEGER",
        "INTERVAL",
        "NATIONAL",
        "NCHAR",
        "NUMERIC",
        "REAL",
        "SETOF",
        "SMALLINT",
        "TIME",
        "TIMESTAMP",
        "VARCHAR",
    ];
    at_one_of(c, RESERVED) && !c.at_any(CALLS) || at_one_of(c, TYPES)
}

/// `a.b.c` in its parts.
///
/// # Errors
/// No name comes.
pub(super) fn parts(c: &mut Cursor, what: &str) -> Parsed<Vec<Ident>> {
    let mut parts = vec![name(c, what)?];
    while c.eat_symbol(&Token::Period) {
        parts.push(label(c, what)?);
    }
    Ok(parts)
}

/// The qualified name that some of the parts make; `None` when there is no part.
pub(super) fn joined(parts: &[Ident]) -> Option<ObjectName> {
    let (name, before) = parts.split_last()?;
    let schema = before.last().cloned();
    let span = parts.first()?.span.to(name.span);
    Some(ObjectName { schema, name: name.clone(), span })
}

/// A name without a schema, as the tree's qualified name.
pub(super) fn unqualified(name: Ident) -> ObjectName {
    ObjectName { schema: None, span: name.span, name }
}

/// Whether a word comes that `name` would take.
pub(super) fn at_name(c: &Cursor) -> bool {
    is_word(c) && !at_one_of(c, RESERVED) && !at_one_of(c, FUNCTION_OR_TYPE)
}

/// Whether a word comes that is not reserved.
pub(super) fn at_type_or_function(c: &Cursor) -> bool {
    is_word(c) && !at_one_of(c, RESERVED)
}

/// Whether the token at this distance is a word that `name` would take.
pub(super) fn may_be_name(c: &Cursor, n: usize) -> bool {
    matches!(c.peek_nth(n), Token::Word(_)) && !is_one_of(c, n, RESERVED) && !is_one_of(c, n, FUNCTION_OR_TYPE)
}

fn at_one_of(c: &Cursor, sorted: &[&str]) -> bool {
    is_one_of(c, 0, sorted)
}

/// Whether a word, in any case, is reserved.
pub(super) fn is_reserved(word: &str) -> bool {
    is_in(word, RESERVED)
}

/// Whether a word, in any case, names functions or types only.
pub(super) fn is_of_functions(word: &str) -> bool {
    is_in(word, FUNCTION_OR_TYPE)
}

/// Whether an error is that a word, which columns and tables may have for a name, is none here.
pub(super) fn is_refused_column(error: &SyntaxError, word: &str) -> bool {
    is_in(word, COLUMN_ONLY) && error.message.contains(REFUSED)
}

/// What stands before a reserved word in a message.
const REFUSED: &str = "found the reserved word";

fn is_one_of(c: &Cursor, n: usize, sorted: &[&str]) -> bool {
    c.word_at(n).is_some_and(|word| is_in(word, sorted))
}

/// Whether a word, in any case, is in a sorted list: it is asked for every name, so it must be quick.
fn is_in(word: &str, sorted: &[&str]) -> bool {
    let upper = || word.bytes().map(|byte| byte.to_ascii_uppercase());
    sorted.binary_search_by(|listed| listed.bytes().cmp(upper())).is_ok()
}

fn is_word(c: &Cursor) -> bool {
    matches!(c.peek(), Token::Word(_))
}

/// The parts behind the first one; of three, the database in front is dropped.
fn behind_dots(c: &mut Cursor, start: usize, first: Ident, what: &str) -> Parsed<ObjectName> {
    let (mut schema, mut name) = (None, first);
    while c.eat_symbol(&Token::Period) {
        schema = Some(std::mem::replace(&mut name, label(c, what)?));
    }
    Ok(ObjectName { schema, name, span: c.span_from(start) })
}

fn refuse<T>(c: &Cursor, what: &str) -> Parsed<T> {
    let word = c.word_at(0).unwrap_or_default();
    Err(SyntaxError { message: format!("expected {what}, {REFUSED} {word}"), at: c.next_span() })
}

/// The relation that a string names, as `regclass` reads it. It has no place.
pub(super) fn in_string(text: &str) -> Option<ObjectName> {
    let mut c = Cursor::of_pieces(Text::of_file(text), &[Span::new(0, text.len())]).ok()?;
    let name = qualified(&mut c, "a name").ok().filter(|_| c.at_end())?;
    let ident = |ident: Ident| Ident { span: Span::default(), ..ident };
    Some(ObjectName { schema: name.schema.map(ident), name: ident(name.name), span: Span::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::parse;

    #[test]
    fn the_lists_are_sorted() {
        assert!(RESERVED.is_sorted());
        assert!(FUNCTION_OR_TYPE.is_sorted());
        assert!(COLUMN_ONLY.is_sorted());
    }

    #[test]
    fn names_are_folded_and_lose_their_database() {
        for (text, expected) in [("Users", "users"), ("a.\"B\"", "a.B"), ("db.s.t", "s.t"), ("s.table", "s.table")] {
            let name = parse(text, |c| qualified(c, "a table name"));
            assert_eq!(name.map(|name| name.to_string()), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn words_that_cannot_be_names_are_refused() {
        let refused = |text| parse(text, |c| name(c, "a name")).unwrap_err();
        assert_eq!(refused("user t"), "expected a name, found the reserved word user @ user t");
        assert_eq!(refused("Left"), "expected a name, found the reserved word Left @ Left");
        assert_eq!(refused(") t"), "expected a name, found ) @ ) t");
        assert_eq!(refused(""), "expected a name, found the end of the statement @ ");
        assert!(parse("\"user\"", |c| name(c, "a name")).is_ok());
        assert!(parse("value", |c| name(c, "a name")).is_ok());
    }

    #[test]
    fn types_and_functions_may_have_more_names() {
        assert!(parse("left", |c| type_or_function(c, "a function name")).is_ok());
        assert!(parse("from", |c| type_or_function(c, "a function name")).is_err());
    }

    #[test]
    fn words_of_columns_name_no_type() {
        assert_eq!(parse("Row", data_type).unwrap_err(), "expected a data type, found the reserved word Row @ Row");
        assert!(parse("\"row\"", data_type).is_ok());
        assert!(parse("s.row", data_type).is_ok());
    }
}
