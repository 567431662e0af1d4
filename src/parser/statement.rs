//! One statement: from a part of the text to our tree, whatever the text is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::psql_arguments::Value;
use super::rows::LONG;
use super::scan::Lexeme;
use super::split::{Slice, SliceKind};
use super::text::Text;
use super::{dispatch, fallback, limits, psql, rows};
use crate::ast::{Opaque, StatementKind};
use crate::source::Span;

/// What a slice of a script says. `lexemes` are those of the slice, if they are known and all there is.
pub(super) fn of_slice(text: Text, slice: Slice, lexemes: &[(Lexeme, Span)], followed: bool) -> StatementKind {
    let span = slice.span;
    let read = match slice.kind {
        SliceKind::Sql if span.len() < LONG && !lexemes.is_empty() => {
            parsed(|| Cursor::of_lexemes(text, span, lexemes), span)
        }
        SliceKind::Sql => sql(text, span, &slice.holes, &slice.values),
        SliceKind::Psql(command) => psql::statement(text, &command, followed),
        SliceKind::Broken { message, at } => Err(SyntaxError { message, at }),
    };
    read.unwrap_or_else(|error| fallback::unparsed(text, span, error))
}

/// One statement of SQL, without its holes and with what stands in place of its variables.
pub(super) fn sql(text: Text, span: Span, holes: &[Span], values: &[Value]) -> Parsed<StatementKind> {
    let pieces = match holes.is_empty() && values.is_empty() {
        true => rows::without_most_rows(text, span),
        false => pieces(span, holes, values),
    };
    parsed(|| Cursor::with_values(text, &pieces, values), span)
}

/// The statement of a cursor that `open` makes, at a place.
pub(super) fn parsed<'t>(open: impl Fn() -> Parsed<Cursor<'t>> + Sync, span: Span) -> Parsed<StatementKind> {
    // sqlparser is not ours: should it panic, that costs this statement only.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut cursor = open()?;
        match cursor.depth() {
            0..=limits::SHALLOW => whole(&mut cursor, span),
            _ => deep(&open, span),
        }
    }));
    parsed.unwrap_or_else(|_| internal_error(span))
}

/// What is left of a span without its holes, cut where variables stand.
fn pieces(span: Span, holes: &[Span], values: &[Value]) -> Vec<Span> {
    let mut cuts: Vec<(Span, bool)> = holes.iter().map(|hole| (*hole, false)).collect();
    cuts.extend(values.iter().map(|value| (value.span, true)));
    cuts.sort();
    let mut pieces = Vec::new();
    let mut start = span.start;
    for (cut, kept) in cuts {
        pieces.push(Span::new(start, cut.start.max(start)));
        pieces.extend(kept.then_some(cut));
        start = start.max(cut.end);
    }
    pieces.push(Span::new(start, span.end));
    pieces
}

fn whole(cursor: &mut Cursor, span: Span) -> Parsed<StatementKind> {
    if cursor.is_template() {
        return Ok(StatementKind::Opaque(Opaque {
            what: "template".into(),
            name: None,
            table: None,
            or_replace: false,
        }));
    }
    let read = dispatch::statement(cursor).and_then(|kind| cursor.expect_end().map(|()| kind));
    match read {
        Err(error) if cursor.is_certain(&error) => Ok(fallback::refused(cursor.text(), span, error)),
        read => read,
    }
}

/// Parses a deep statement on a thread of its own, whose stack is large whoever calls.
fn deep<'t>(open: &(impl Fn() -> Parsed<Cursor<'t>> + Sync), span: Span) -> Parsed<StatementKind> {
    let parse = || whole(&mut open()?, span);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(limits::DEEP_STACK).spawn_scoped(scope, parse);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| internal_error(span)),
            Err(_) => Err(SyntaxError { message: "too deep for the memory there is".into(), at: span }),
        }
    })
}

fn internal_error(at: Span) -> Parsed<StatementKind> {
    Err(SyntaxError { message: "internal error while parsing; please report it".into(), at })
}
