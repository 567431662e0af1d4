//! From text to statements: the only place that names sqlparser.
//!
//! Text is split into statements first ([`split`]), so that what cannot be parsed costs one statement and never its file.
//! Each slice is then read by our own grammar on sqlparser's tokens ([`cursor`]); queries, FROM lists, expressions and
//! types are sqlparser's own parse, lowered at once into our tree.
//!
//! Deeply nested SQL needs a deep stack: such a statement gets a thread of its own, and what would be too deep even for that
//! is refused before it is parsed ([`limits`]).

mod alter_column;
mod alter_table;
mod attributes;
mod clauses;
mod column;
mod comment;
mod conditions;
mod constraint;
mod create_table;
mod cursor;
mod cursors;
mod data_type;
mod dialect;
mod dispatch;
mod drop;
mod expr;
mod fallback;
mod index;
mod lexer;
mod limits;
mod maintenance;
mod merge;
mod names;
mod nested;
mod objects;
mod option;
mod other;
mod partition;
mod query;
mod repeat;
mod routine;
mod rows;
mod scan;
mod sequence;
mod session;
mod split;
mod text;
mod tokens;
mod transaction;
mod trigger;
mod types;
mod uses;
mod view;
mod walk_expr;
mod walk_query;
mod write;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::ast::{Opaque, Statement, StatementKind};
use crate::source::{SourceFile, Span};

use cursor::{Cursor, Parsed, SyntaxError};
use repeat::Repeated;
use split::{Slice, SliceKind, Splitter};
use text::Text;

/// A file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Its comments that may be meant for lockwise, in order.
    pub comments: Vec<Comment>,
}

/// A comment that may be an instruction to lockwise: it mentions `lockwise:` or `squawk-ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its text, trimmed, without the markers `--`, `/*` and `*/`.
    pub text: String,
    /// Where it stands, markers included.
    pub span: Span,
}

/// Reads a file. What cannot be understood becomes [`StatementKind::Unparsed`].
pub fn parse(file: &SourceFile) -> Script {
    let text = Text::of_file(file.text());
    let mut splitter = Splitter::new(file);
    let mut statements = Vec::new();
    let mut repeated = Repeated::default();
    for slice in splitter.by_ref() {
        let span = slice.span;
        let known = if slice.kind == SliceKind::Sql { repeated.again(text, span) } else { None };
        let kind = known.unwrap_or_else(|| {
            let kind = kind(text, slice);
            repeated.learn(text, span, &kind);
            kind
        });
        statements.push(Statement { span, kind });
    }
    Script { statements, comments: splitter.comments }
}

fn kind(text: Text, slice: Slice) -> StatementKind {
    match slice.kind {
        SliceKind::Sql => sql(text, slice.span).unwrap_or_else(|error| fallback::unparsed(text, slice.span, error)),
        SliceKind::Psql => psql(text, slice.span),
        SliceKind::Broken { message, at } => fallback::unparsed(text, slice.span, SyntaxError { message, at }),
    }
}

/// One statement of SQL.
fn sql(text: Text, span: Span) -> Parsed<StatementKind> {
    let pieces = rows::without_most_rows(text, span);
    // sqlparser is not ours: should it panic, that costs this statement only.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut cursor = Cursor::of_pieces(text, &pieces)?;
        match cursor.depth() {
            0..=limits::SHALLOW => whole(&mut cursor),
            _ => deep(text, &pieces, span),
        }
    }));
    parsed.unwrap_or_else(|_| internal_error(span))
}

fn whole(cursor: &mut Cursor) -> Parsed<StatementKind> {
    let kind = dispatch::statement(cursor)?;
    cursor.expect_end().map(|()| kind)
}

/// Parses a deep statement on a thread of its own, whose stack is large whoever calls.
fn deep(text: Text, pieces: &[Span], span: Span) -> Parsed<StatementKind> {
    let parse = || whole(&mut Cursor::of_pieces(text, pieces)?);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(limits::DEEP_STACK).spawn_scoped(scope, parse);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| internal_error(span)),
            Err(_) => Err(SyntaxError { message: "too deep for the memory there is".to_owned(), at: span }),
        }
    })
}

fn internal_error(at: Span) -> Parsed<StatementKind> {
    Err(SyntaxError { message: "internal error while parsing; please report it".to_owned(), at })
}

/// A line for psql is known by its command: `\connect`.
fn psql(text: Text, span: Span) -> StatementKind {
    let line = text.slice(span);
    let command = line.split_whitespace().next().unwrap_or(line);
    StatementKind::Opaque(Opaque { what: command.to_owned(), name: None, table: None })
}
