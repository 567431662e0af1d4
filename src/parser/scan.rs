//! PostgreSQL's lexical rules over bytes, as far as telling text from code needs them. Never fails, and is fast: a file of
//! many megabytes costs little more than reading it.

use super::text::Text;
use crate::source::Span;

/// A piece of text between white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A keyword, a name without quotes, or a number.
    Word,
    /// `"name"`.
    QuotedName,
    /// A string of any kind.
    String,
    /// `-- line` or `/* block */`.
    Comment,
    /// Any other byte.
    Symbol(u8),
}

/// A lexeme and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexed {
    /// What it is.
    pub lexeme: Lexeme,
    /// Where it is.
    pub span: Span,
    /// It runs to the end of the text because this opening has no closing.
    pub unclosed: Option<Unclosed>,
}

/// Something that is never closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unclosed {
    /// What it is: "string", "comment", ...
    pub what: &'static str,
    /// Its opening quote.
    pub opening: Span,
}

/// Reads lexemes from a place in a text on.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'t> {
    bytes: &'t [u8],
    /// Place of the next byte among them.
    at: usize,
    /// Place of the first of them in the file.
    base: usize,
}

/// Bytes that a name or number goes on with. All bytes beyond ASCII count as letters, as they do in PostgreSQL.
const WORD: [bool; 256] = word_bytes();

const fn word_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let plain = byte as u8;
        table[byte] = plain.is_ascii_alphanumeric() || plain == b'_' || plain == b'$' || byte >= 128;
        byte += 1;
    }
    table
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c)
}

impl<'t> Scanner<'t> {
    /// A scanner that reads from the place `start` to the end of the text.
    pub fn new(text: Text<'t>, start: usize) -> Self {
        Self { bytes: text.as_str().as_bytes(), at: start.saturating_sub(text.base()), base: text.base() }
    }

    /// A scanner of a part of the text; places are still those of the whole.
    pub fn within(text: Text<'t>, span: Span) -> Self {
        Self::new(text.up_to(span), span.start)
    }

    /// The place of the next byte.
    pub fn at(&self) -> usize {
        self.at + self.base
    }

    /// Goes on from another place.
    pub fn jump(&mut self, at: usize) {
        self.at = at.saturating_sub(self.base);
    }

    fn byte(&self, offset: usize) -> u8 {
        self.bytes.get(self.at + offset).copied().unwrap_or_default()
    }

    /// The next lexeme, or nothing at the end.
    #[inline]
    pub fn next(&mut self) -> Option<Lexed> {
        while self.at < self.bytes.len() && is_space(self.bytes[self.at]) {
            self.at += 1;
        }
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        let (lexeme, unclosed) = match byte {
            b'$' => self.dollar(),
            b'\'' => (Lexeme::String, self.quoted(b'\'', "string")),
            b'"' => (Lexeme::QuotedName, self.quoted(b'"', "quoted name")),
            b'-' if self.byte(1) == b'-' => self.line_comment(),
            b'/' if self.byte(1) == b'*' => (Lexeme::Comment, self.block_comment()),
            _ if WORD[byte as usize] => self.word(),
            _ => {
                self.at += 1;
                (Lexeme::Symbol(byte), None)
            }
        };
        let unclosed = unclosed.map(|unclosed| Unclosed { opening: unclosed.opening.shifted(self.base), ..unclosed });
        Some(Lexed { lexeme, span: Span::new(start, self.at).shifted(self.base), unclosed })
    }

    fn word(&mut self) -> (Lexeme, Option<Unclosed>) {
        let start = self.at;
        while self.at < self.bytes.len() && WORD[self.bytes[self.at] as usize] {
            self.at += 1;
        }
        let one_letter = self.at == start + 1;
        match (one_letter, self.bytes[start] | 0x20, self.byte(0), self.byte(1)) {
            (true, b'e', b'\'', _) => (Lexeme::String, self.escaped()),
            (true, b'b' | b'x' | b'n', b'\'', _) => (Lexeme::String, self.quoted(b'\'', "string")),
            (true, b'u', b'&', quote @ (b'\'' | b'"')) => self.unicode(quote),
            _ => (Lexeme::Word, None),
        }
    }

    fn unicode(&mut self, quote: u8) -> (Lexeme, Option<Unclosed>) {
        self.at += 1;
        match quote {
            b'"' => (Lexeme::QuotedName, self.quoted(quote, "quoted name")),
            _ => (Lexeme::String, self.quoted(quote, "string")),
        }
    }

    /// Text in quotes, where a doubled quote stands for one.
    fn quoted(&mut self, quote: u8, what: &'static str) -> Option<Unclosed> {
        let opening = self.at;
        self.at += 1;
        loop {
            while self.at < self.bytes.len() && self.bytes[self.at] != quote {
                self.at += 1;
            }
            if self.at >= self.bytes.len() {
                return Some(Unclosed { what, opening: Span::new(opening, opening + 1) });
            }
            self.at += 1;
            if self.byte(0) != quote {
                return None;
            }
            self.at += 1;
        }
    }

    /// The quoted part of E'...', where a backslash takes the meaning from what follows.
    fn escaped(&mut self) -> Option<Unclosed> {
        let opening = self.at;
        self.at += 1;
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.byte(1)) {
                (b'\\', _) | (b'\'', b'\'') => self.at += 2,
                (b'\'', _) => {
                    self.at += 1;
                    if !self.continues() {
                        return None;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        Some(Unclosed { what: "string", opening: Span::new(opening, opening + 1) })
    }

    /// A string goes on in quotes on the next line, by the same rules. Steps over the opening quote there.
    fn continues(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let blank = rest.iter().take_while(|byte| is_space(**byte)).count();
        let next_line = rest[..blank].contains(&b'\n') && rest.get(blank) == Some(&b'\'');
        if next_line {
            self.at += blank + 1;
        }
        next_line
    }

    /// `$1`, `$$text$$`, `$tag$text$tag$`, or a lone `$`.
    fn dollar(&mut self) -> (Lexeme, Option<Unclosed>) {
        let start = self.at;
        let tag = self.bytes[start + 1..].iter().take_while(|byte| WORD[**byte as usize] && **byte != b'$').count();
        let end = start + 1 + tag;
        let closes = self.bytes.get(end) == Some(&b'$') && !self.byte(1).is_ascii_digit();
        self.at = if closes { end + 1 } else { end };
        if !closes {
            return (if tag == 0 { Lexeme::Symbol(b'$') } else { Lexeme::Word }, None);
        }
        let opening = Span::new(start, self.at);
        let unclosed = match self.find(&self.bytes[start..self.at]) {
            Some(found) => {
                self.at = found + opening.len();
                None
            }
            None => {
                self.at = self.bytes.len();
                Some(Unclosed { what: "dollar-quoted string", opening })
            }
        };
        (Lexeme::String, unclosed)
    }

    fn find(&self, tag: &[u8]) -> Option<usize> {
        let mut at = self.at;
        loop {
            at += self.bytes.get(at..)?.iter().position(|byte| *byte == b'$')?;
            if self.bytes[at..].starts_with(tag) {
                return Some(at);
            }
            at += 1;
        }
    }

    fn line_comment(&mut self) -> (Lexeme, Option<Unclosed>) {
        while self.at < self.bytes.len() && !matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.at += 1;
        }
        (Lexeme::Comment, None)
    }

    fn block_comment(&mut self) -> Option<Unclosed> {
        let opening = Span::new(self.at, self.at + 2);
        self.at += 2;
        let mut depth = 1;
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.byte(1)) {
                (b'*', b'/') if depth == 1 => {
                    self.at += 2;
                    return None;
                }
                (b'*', b'/') => (depth, self.at) = (depth - 1, self.at + 2),
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                _ => self.at += 1,
            }
        }
        Some(Unclosed { what: "comment", opening })
    }
}
