//! Runs of `INSERT INTO t (...) VALUES (...)` that differ only in their constants, as dumps and seed files hold them by the
//! hundred thousand: all but the first ones are read at the speed of the splitter.

use super::rows::LONG;
use super::scan::{Lexeme, Scanner};
use super::text::Text;
use super::write::blank;
use crate::ast::{Ident, ObjectName, StatementKind, Write, WriteVerb};
use crate::source::Span;

/// How many of a run are kept one by one. More would say nothing new.
const KEPT: usize = 100;

/// How many of those to one table are read with their values: what rows are known by is no more.
const READ: usize = 64;

/// How many tables a run may write in turn.
const MOST: usize = 8;

/// INSERTs that were parsed, if constants are all they insert; the one met last comes last.
#[derive(Default)]
pub(super) struct Repeated<'t> {
    known: Vec<Known<'t>>,
    /// Whether nothing but such INSERTs was met since `count` was 0.
    running: bool,
}

struct Known<'t> {
    /// From INSERT to VALUES.
    head: &'t str,
    /// Where the statement starts.
    start: usize,
    write: Write,
    /// How many of this run were met.
    count: usize,
    /// How many were read with their values.
    read: usize,
    /// The one kept last.
    last: Span,
}

/// A statement that was met before, but for its constants.
pub(super) enum Again {
    /// It is to be kept.
    Kept(Box<Write>),
    /// It is one of very many: it need not be kept beside this statement.
    One {
        /// The statement that stands for it.
        of: Span,
    },
}

impl<'t> Repeated<'t> {
    /// Takes note of a statement that was parsed.
    pub fn learn(&mut self, text: Text<'t>, span: Span, kind: &StatementKind) {
        match self.insert(text, span, kind) {
            Some(known) => {
                let before = self.known.iter().position(|before| before.head == known.head);
                let before = before.map(|before| self.known.remove(before));
                if self.known.len() == MOST {
                    self.known.remove(0);
                }
                let (count, read) = before.map_or((1, 1), |before| (before.count + 1, before.read + 1));
                self.known.push(Known { count, read, ..known });
                self.running = true;
            }
            None => self.end_run(),
        }
    }

    fn insert(&self, text: Text<'t>, span: Span, kind: &StatementKind) -> Option<Known<'t>> {
        let StatementKind::Write(write) = kind else { return None };
        let plain = write.verb == WriteVerb::Insert
            && !write.from_query
            && write.functions.is_empty()
            && write.reads.is_empty()
            && write.also_writes.is_empty();
        let head = head(text, span).filter(|head| plain && span.len() < LONG && constants(text, span, head))?;
        Some(Known { head, start: span.start, write: (**write).clone(), count: 1, read: 1, last: span })
    }

    /// Another statement was met.
    pub fn end_run(&mut self) {
        if std::mem::take(&mut self.running) {
            self.known.iter_mut().for_each(|known| known.count = 0);
        }
    }

    /// The same INSERT with other constants. `marked` says that a comment may be about it.
    pub fn again(&mut self, text: Text, span: Span, marked: bool) -> Option<Again> {
        if span.len() >= LONG {
            return None;
        }
        let statement = text.get(span)?;
        let known = self.known.iter_mut().rev().find(|known| statement.starts_with(known.head))?;
        if known.read < READ || !constants(text, span, known.head) {
            return None;
        }
        self.running = true;
        known.count += 1;
        if known.count > KEPT && !marked {
            return Some(Again::One { of: known.last });
        }
        known.last = span;
        Some(Again::Kept(Box::new(moved(&known.write, known.start, span.start))))
    }
}

/// The text of a statement up to its first VALUES.
fn head<'t>(text: Text<'t>, span: Span) -> Option<&'t str> {
    let mut scanner = Scanner::within(text, span);
    loop {
        let lexed = scanner.next()?;
        let word = text.get(lexed.span)?;
        if lexed.lexeme == Lexeme::Word && word.eq_ignore_ascii_case("VALUES") {
            return text.get(Span::new(span.start, lexed.span.end));
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
            lexed = self.scanner.next().filter(|lexed| lexed.lexeme == Lexeme::Number)?;
        }
        let known = matches!(lexed.lexeme, Lexeme::String | Lexeme::Number) || self.is_keyword(lexed.span);
        if !known {
            return None;
        }
        self.behind_value()
    }

    fn behind_value(&mut self) -> Option<u8> {
        loop {
            let lexed = self.scanner.next()?;
            match lexed.lexeme {
                Lexeme::Operator if self.bytes(lexed.span) == b"::" => {
                    (self.scanner.next()?.lexeme == Lexeme::Word).then_some(())?;
                }
                Lexeme::Symbol(symbol) => return Some(symbol),
                _ => return None,
            }
        }
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
        overriding: write.overriding,
        ..blank(WriteVerb::Insert, target, write.alias.as_ref().map(ident))
    }
}
