//! The SQL in bodies of functions, procedures and DO blocks.
//!
//! A body in PL/pgSQL is read for its structure ([`block`], [`control`], [`statement`]): which SQL stands in it, and what decides whether
//! that runs ([`question`]). The SQL itself goes through the same grammar as that of the file ([`sql`]). EXECUTE of a string that is known
//! ([`constant`]) is read too.

mod block;
mod constant;
mod control;
mod declare;
mod elements;
mod lexemes;
mod literal;
mod question;
mod sql;
mod statement;

#[cfg(test)]
mod tests;

use ecow::EcoString;

use super::cursor::{Parsed, SyntaxError};
use super::fallback;
use super::scan::{Lexeme, Scanner};
use super::split::Shape;
use super::text::Text;
use crate::ast::{Body, BodyStatement, Gap, LaterBody, Statement, Unread};
use crate::source::Span;

use block::Reader;
use lexemes::Lexemes;

/// A body in quotes, at `written` in the text, of a routine with arguments of these names.
pub(super) fn quoted_body(text: Text, written: Span, language: &str, arguments: &[EcoString]) -> Body {
    let (decoded, inner) = decoded(text, written);
    let language: EcoString = language.into();
    let mut body = Body { language, span: inner, statements: Vec::new(), unread: Vec::new(), questions: Vec::new() };
    let unread = |gap| vec![Unread { span: inner, gap, keywords: EcoString::new(), table: None }];
    match (body.language.as_str(), decoded.as_deref().map(|decoded| text.inside(written.start, decoded))) {
        ("plpgsql" | "sql", Some(None)) => body.unread = unread(Gap::Depth),
        ("plpgsql", Some(Some(text))) => plpgsql(text, arguments, &mut body),
        ("sql", Some(Some(text))) => body.statements = sql_statements(text),
        _ => body.unread = unread(Gap::Language),
    }
    body
}

/// Reads a body that was left for later.
pub fn read_later(later: &LaterBody) -> Body {
    let text = Text::at(later.start, &later.written).with_backslashes(later.backslashes);
    quoted_body(text, Span::new(later.start, later.start + later.written.len()), &later.language, &later.arguments)
}

/// The literals of a body in one text of the same length, and the place of their contents.
fn decoded(text: Text, written: Span) -> (Option<String>, Span) {
    let mut decoded = Some(String::with_capacity(written.len()));
    let mut inner = written;
    let mut at = written.start;
    for lexed in Scanner::within(text, written) {
        if lexed.lexeme != Lexeme::String {
            continue;
        }
        for span in literal::parts(text.slice(lexed.span), lexed.span.start) {
            let literal = text.slice(span);
            let (opening, closing) = literal::quotes(literal).unwrap_or_default();
            if at == written.start {
                inner.start += opening;
            }
            inner.end = span.end - closing;
            decoded = decoded
                .zip(literal::decoded(literal))
                .map(|(before, more)| before + &" ".repeat(span.start - at) + &more);
            at = span.end;
        }
    }
    (decoded, inner)
}

/// A body in PL/pgSQL. Where its structure cannot be followed, it is one statement that was not understood.
fn plpgsql(text: Text, arguments: &[EcoString], body: &mut Body) {
    let read = Lexemes::of(text).and_then(|words| Reader::new(words, arguments).read(body));
    if let Err(error) = read {
        body.statements = vec![whole_unparsed(text, body.span, error)];
    }
}

fn whole_unparsed(text: Text, span: Span, error: SyntaxError) -> BodyStatement {
    let kind = fallback::unparsed(text, span, error);
    BodyStatement { statement: Statement { span, kind }, executed: false, computed: false, within: Vec::new() }
}

/// The statements of a text that is SQL and nothing else.
pub(super) fn sql_statements(text: Text) -> Vec<BodyStatement> {
    let plain = |span| BodyStatement {
        statement: Statement { span, kind: sql::kind(text, span) },
        executed: false,
        computed: false,
        within: Vec::new(),
    };
    match split(text) {
        Ok(spans) => spans.into_iter().map(plain).collect(),
        Err(error) => vec![whole_unparsed(text, Span::new(text.base(), text.base() + text.as_str().len()), error)],
    }
}

/// The places of the statements of a text.
fn split(text: Text) -> Parsed<Vec<Span>> {
    let mut words = Lexemes::of(text)?;
    let mut spans = Vec::new();
    while !words.at_end() {
        let first = words.at();
        let last = end_of_statement(&mut words);
        spans.push(words.extent(first, last));
    }
    spans.retain(|span| !span.is_empty());
    Ok(spans)
}

/// Where the statement ends that starts here: BEGIN ATOMIC and the actions of a rule have semicolons of their own.
fn end_of_statement(words: &mut Lexemes) -> usize {
    let mut shape = Shape::default();
    let mut next = words.at();
    loop {
        let last = words.seek_end().unwrap_or_else(|_| words.at());
        for at in next..last {
            if let Some(lexeme) = words.lexeme(at) {
                shape.follow(lexeme, words.written(at).as_bytes());
            }
        }
        if shape.may_end() || words.at_end() {
            return last;
        }
        next = words.at();
    }
}

/// The statements between BEGIN ATOMIC and END: those of SQL, and RETURN.
pub(super) fn atomic_statements(text: Text) -> Vec<BodyStatement> {
    let Ok(spans) = split(text) else { return sql_statements(text) };
    let statements = spans.into_iter().flat_map(|span| {
        let written = text.slice(span);
        match written.get(..6).filter(|word| word.eq_ignore_ascii_case("RETURN")) {
            Some(word) => returned(text, Span::new(span.start + word.len(), span.end)),
            None => sql_statements(text.beside(span.start, written)),
        }
    });
    statements.collect()
}

/// The query that RETURN of a function in SQL stands for.
pub(super) fn returned(text: Text, span: Span) -> Vec<BodyStatement> {
    let blanks = text.slice(span).len() - text.slice(span).trim_start().len();
    let statement = sql::returned(text, Span::new(span.start + blanks, span.end)).into_iter();
    statement
        .map(|statement| BodyStatement { statement, executed: false, computed: false, within: Vec::new() })
        .collect()
}
