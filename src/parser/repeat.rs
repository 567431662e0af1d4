//! Runs of `INSERT INTO t (...) VALUES (...)` that differ only in their constants, as dumps and seed files hold them by the
//! hundred thousand: all but the first are read at the speed of the splitter.

use super::rows::LONG;
use super::scan::{Lexeme, Scanner};
use super::text::Text;
use super::write::blank;
use crate::ast::{Ident, ObjectName, StatementKind, Write, WriteVerb};
use crate::source::Span;

/// The INSERT that was parsed last, if constants are all it inserts.
#[derive(Default)]
pub(super) struct Repeated<'t> {
    known: Option<Known<'t>>,
}

struct Known<'t> {
    /// From INSERT to VALUES.
    head: &'t str,
    /// Where the statement starts.
    start: usize,
    write: Write,
}

impl<'t> Repeated<'t> {
    /// Takes note of a statement that was parsed.
    pub fn learn(&mut self, text: Text<'t>, span: Span, kind: &StatementKind) {
        let StatementKind::Write(write) = kind else { return };
        if span.len() >= LONG {
            return;
        }
        let plain = write.verb == WriteVerb::Insert
            && !write.from_query
            && write.functions.is_empty()
            && write.reads.is_empty()
            && write.also_writes.is_empty();
        if let Some(head) = head(text, span).filter(|head| plain && constants(text, span, head)) {
            self.known = Some(Known { head, start: span.start, write: (**write).clone() });
        }
    }

    /// The same INSERT with other constants.
    pub fn again(&self, text: Text, span: Span) -> Option<StatementKind> {
        let known = self.known.as_ref().filter(|_| span.len() < LONG)?;
        let same = text.get(span)?.starts_with(known.head) && constants(text, span, known.head);
        same.then(|| StatementKind::Write(Box::new(moved(&known.write, known.start, span.start))))
    }
}

/// The text of a statement up to its first VALUES.
fn head<'t>(text: Text<'t>, span: Span) -> Option<&'t str> {
    let mut scanner = Scanner::within(text, span);
    loop {
        let lexed = scanner.next()?;
        let word = text.get(lexed.span)?;
        if lexed.lexeme == Lexeme::Word && word.eq_ignore_ascii_case("VALUES") {
            return text.get(span.to(lexed.span));
        }
    }
}

/// Whether nothing but rows of constants follows the head.
fn constants(text: Text, span: Span, head: &str) -> bool {
    let behind = Span::new(span.start + head.len(), span.end);
    let mut rows = Rows { text, scanner: Scanner::within(text, behind) };
    rows.all().is_some()
}

/// Reads rows of constants; None is anything else.
struct Rows<'t> {
    text: Text<'t>,
    scanner: Scanner<'t>,
}

impl Rows<'_> {
    fn all(&mut self) -> Option<()> {
        loop {
            self.row()?;
            match self.scanner.next() {
                None => return Some(()),
                Some(lexed) if lexed.lexeme == Lexeme::Symbol(b',') => {}
                Some(_) => return None,
            }
        }
    }

    fn row(&mut self) -> Option<()> {
        self.symbol(b'(')?;
        loop {
            match self.value()? {
                b',' => {}
                b')' => return Some(()),
                _ => return None,
            }
        }
    }

    fn symbol(&mut self, symbol: u8) -> Option<()> {
        (self.scanner.next()?.lexeme == Lexeme::Symbol(symbol)).then_some(())
    }

    /// `constant`, `-1.5` or `constant::type`, and the symbol behind it.
    fn value(&mut self) -> Option<u8> {
        let mut lexed = self.scanner.next()?;
        if matches!(lexed.lexeme, Lexeme::Symbol(b'-')) {
            lexed = self.scanner.next().filter(|lexed| self.is_number(lexed.span))?;
        }
        let known = lexed.lexeme == Lexeme::String || self.is_number(lexed.span) || self.is_keyword(lexed.span);
        if !known {
            return None;
        }
        self.behind_value()
    }

    fn behind_value(&mut self) -> Option<u8> {
        loop {
            match self.scanner.next()?.lexeme {
                // The fraction of a number, whose digits were read as a word.
                Lexeme::Symbol(b'.') => {
                    self.scanner.next().filter(|lexed| self.is_number(lexed.span))?;
                }
                Lexeme::Symbol(b':') => {
                    self.symbol(b':')?;
                    (self.scanner.next()?.lexeme == Lexeme::Word).then_some(())?;
                }
                Lexeme::Symbol(symbol) => return Some(symbol),
                _ => return None,
            }
        }
    }

    fn is_number(&self, span: Span) -> bool {
        self.bytes(span).iter().all(u8::is_ascii_digit)
    }

    fn is_keyword(&self, span: Span) -> bool {
        let word = self.bytes(span);
        [&b"NULL"[..], b"TRUE", b"FALSE", b"DEFAULT"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
    }

    fn bytes(&self, span: Span) -> &[u8] {
        self.text.slice(span).as_bytes()
    }
}

/// The same write at another place.
fn moved(write: &Write, from: usize, to: usize) -> Write {
    let span = |span: Span| Span::new(span.start - from + to, span.end - from + to);
    let ident = |ident: &Ident| Ident { name: ident.name.clone(), span: span(ident.span) };
    let target = ObjectName {
        schema: write.target.schema.as_ref().map(ident),
        name: ident(&write.target.name),
        span: span(write.target.span),
    };
    Write {
        columns: write.columns.iter().map(ident).collect(),
        ..blank(WriteVerb::Insert, target, write.alias.as_ref().map(ident))
    }
}
