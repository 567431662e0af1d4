//! SQL that a body holds, handed to the grammar.

use super::constant::{Piece, joined, place_of};
use crate::ast::{Query, Statement, StatementKind, Unparsed};
use crate::parser::cursor::{Cursor, SyntaxError};
use crate::parser::text::Text;
use crate::parser::{fallback, statement};
use crate::postgres::builtins;
use crate::source::Span;

/// A statement that stands in the text as it is.
pub(super) fn kind(text: Text, span: Span) -> StatementKind {
    statement::sql(text, span, &[], &[]).unwrap_or_else(|error| fallback::unparsed(text, span, error))
}

/// A part of a statement that is not SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// PL/pgSQL's own words, such as `INTO target`.
    Words(Span),
    /// A variable: a value that the SQL is given, and no column.
    Variable(Span),
}

impl Foreign {
    /// Where it stands.
    pub fn span(self) -> Span {
        match self {
            Self::Words(span) | Self::Variable(span) => span,
        }
    }

    /// What stands in its place: blanks, or a parameter such as `$1`.
    fn replacement(self) -> String {
        match self {
            Self::Words(span) => " ".repeat(span.len()),
            Self::Variable(span) if span.len() == 1 => "1".to_owned(),
            Self::Variable(span) => format!("${}", "1".repeat(span.len() - 1)),
        }
    }
}

/// A statement that has parts which are not SQL, in order.
pub(super) fn kind_with(text: Text, span: Span, foreign: &[Foreign]) -> StatementKind {
    if foreign.is_empty() {
        return kind(text, span);
    }
    kind(text.beside(span.start, &replaced(text, span, foreign)), span)
}

/// A text with something else in the place of what is not SQL, of the same length.
fn replaced(text: Text, span: Span, foreign: &[Foreign]) -> String {
    let mut sql = String::with_capacity(span.len());
    let mut at = span.start;
    for part in foreign {
        sql += text.slice(Span::new(at, part.span().start));
        sql += &part.replacement();
        at = part.span().end;
    }
    sql + text.slice(Span::new(at, span.end))
}

/// PERFORM, as the SELECT that it is.
pub(super) fn perform(text: Text, span: Span, foreign: &[Foreign]) -> StatementKind {
    let behind = Span::new(span.start + "PERFORM".len(), span.end);
    let sql = format!("SELECT {}", replaced(text, behind, foreign));
    kind(text.beside(span.start, &sql), span)
}

/// What turns an expression into a query.
const VERB: &str = "SELECT ";

/// Words without which an expression reads no table.
const READING: &[&str] = &["SELECT", "FROM", "TABLE", "set_config"];

/// An expression as the query that PL/pgSQL makes of it, if it reads anything or calls what may read something.
pub(super) fn expression(text: Text, span: Span, foreign: &[Foreign]) -> Option<Statement> {
    let written = text.slice(span);
    let mut words = written.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let reads = words.any(|word| READING.iter().any(|reading| word.eq_ignore_ascii_case(reading)));
    if !reads && !written.contains('(') {
        return None;
    }
    let sql = format!("{VERB}{}", replaced(text, span, foreign));
    let base = span.start.checked_sub(VERB.len())?;
    let made_up = text.beside(base, &sql);
    let kind = match statement::sql(made_up, Span::new(base, span.end), &[], &[]) {
        Ok(StatementKind::Query(query)) => {
            let calls = query.functions.iter().any(|call| builtins::volatility(call).is_none());
            if !calls && query.reads.is_empty() && query.writes.is_empty() && query.row_locks.is_empty() {
                return None;
            }
            StatementKind::Query(Box::new(Query { span, ..*query }))
        }
        Ok(kind) => kind,
        Err(error) if reads => fallback::unparsed(text, span, error),
        Err(_) => return None,
    };
    Some(Statement { span, kind })
}

/// The value that RETURN of a function in SQL gives, as a query.
pub(super) fn returned(text: Text, span: Span) -> Option<Statement> {
    let sql = format!("{VERB}{}", text.slice(span));
    let base = span.start.checked_sub(VERB.len())?;
    match statement::sql(text.beside(base, &sql), Span::new(base, span.end), &[], &[]) {
        Ok(StatementKind::Query(query)) => {
            Some(Statement { span, kind: StatementKind::Query(Box::new(Query { span, ..*query })) })
        }
        Ok(_) | Err(_) => expression(text, span, &[]),
    }
}

/// The statements of a string that is known: each with its place in the file.
pub(super) fn executed(text: Text, pieces: &[Piece], whole: Span) -> Vec<Statement> {
    if let [piece] = pieces
        && piece.text.len() == piece.place.len()
        && let Some(text) = text.inside(piece.place.start, &piece.text)
    {
        return super::sql_statements(text).into_iter().map(|inner| inner.statement).collect();
    }
    let string = joined(pieces);
    let made_up = Text::of_file(&string);
    match super::split(made_up) {
        Ok(spans) => spans.into_iter().map(|span| placed(made_up, span, text, pieces)).collect(),
        Err(error) => {
            let kind = fallback::unparsed(made_up, Span::new(0, string.len()), SyntaxError { at: whole, ..error });
            vec![Statement { span: whole, kind: without_table(kind) }]
        }
    }
}

/// A statement of a string that is put together from several pieces.
fn placed(made_up: Text, span: Span, file: Text, pieces: &[Piece]) -> Statement {
    let place = |part: Span| place_of(pieces, part);
    let own = place(span);
    let kind = statement::parsed(|| Cursor::placed(made_up, span, file, place), own);
    let kind = kind.unwrap_or_else(|error| without_table(fallback::unparsed(made_up, span, error)));
    Statement { span: own, kind }
}

/// The name of the table has its place in the string, not in the file.
fn without_table(kind: StatementKind) -> StatementKind {
    match kind {
        StatementKind::Unparsed(unparsed) => StatementKind::Unparsed(Unparsed { table: None, ..unparsed }),
        kind => kind,
    }
}
