//! PostgreSQL's lexical rules over bytes, with the tags of template languages and the variables of psql. The splitter and the
//! lexer both read through it, so that they cannot disagree. Never fails, and is fast: a file of many megabytes costs little
//! more than reading it.

mod marks;
mod quotes;

pub(super) use quotes::continuation;

use super::template::{self, Tag};
use super::text::Text;
use crate::source::Span;

/// A piece of text between white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A keyword or a name without quotes.
    Word,
    /// `"name"`, also with U& in front.
    QuotedName,
    /// A number without a sign.
    Number,
    /// `$1`
    Parameter,
    /// A string of any kind, with what goes on in quotes behind a line break.
    String,
    /// `{{ .Name }}`, `:name` and the like, with the letters around it: `${schema}_old`.
    Placeholder,
    /// `-- line`, `/* block */`, or a tag that only steers its template: `{{ if .x }}`.
    Comment,
    /// An operator of several characters, `::`, `:=` or `..`.
    Operator,
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

/// Whether a text has a placeholder outside of strings and comments.
pub fn has_placeholder(text: &str) -> bool {
    let mut scanner = Scanner::new(Text::of_file(text), 0);
    std::iter::from_fn(|| scanner.next()).any(|lexed| lexed.lexeme == Lexeme::Placeholder)
}

/// Reads lexemes from a place in a text on.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'t> {
    bytes: &'t [u8],
    /// Place of the next byte among them.
    at: usize,
    /// Place of the first of them in the file.
    base: usize,
    /// A backslash in a plain string is an escape.
    backslashes: bool,
    /// Square brackets that are open: a colon in them may belong to a slice.
    brackets: usize,
    /// An operand ended just before.
    behind_operand: bool,
    /// That operand is a word, and may be a keyword for all we know.
    behind_word: bool,
}

/// Bytes that a name goes on with. All bytes beyond ASCII count as letters, as they do in PostgreSQL.
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

/// Whether a name may start with this byte.
pub(super) fn starts_name(byte: u8) -> bool {
    WORD[byte as usize] && !byte.is_ascii_digit() && byte != b'$'
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c)
}

impl<'t> Scanner<'t> {
    /// A scanner that reads from the place `start` to the end of the text.
    pub fn new(text: Text<'t>, start: usize) -> Self {
        Self {
            bytes: text.as_str().as_bytes(),
            at: start.saturating_sub(text.base()),
            base: text.base(),
            backslashes: text.backslashes(),
            brackets: 0,
            behind_operand: false,
            behind_word: false,
        }
    }

    /// A scanner of a part of the text; places are still those of the whole.
    pub fn within(text: Text<'t>, span: Span) -> Self {
        Self::new(text.up_to(span), span.start)
    }

    /// From here on a backslash in a plain string is an escape, or is not.
    pub fn set_backslashes(&mut self, backslashes: bool) {
        self.backslashes = backslashes;
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

    /// Takes note of what tells a slice `[a:b]` from a variable of psql.
    fn follow(&mut self, lexeme: Lexeme) {
        match lexeme {
            Lexeme::Symbol(b'[') => self.brackets += 1,
            Lexeme::Symbol(b']') => self.brackets = self.brackets.saturating_sub(1),
            Lexeme::Symbol(b';') => self.brackets = 0,
            _ => {}
        }
        if lexeme == Lexeme::Comment {
            return;
        }
        self.behind_word = lexeme == Lexeme::Word;
        self.behind_operand = match lexeme {
            Lexeme::Symbol(symbol) => matches!(symbol, b')' | b']'),
            Lexeme::Operator | Lexeme::Comment => false,
            _ => true,
        };
    }

    /// What starts with a byte of several meanings.
    fn special(&mut self, byte: u8) -> (Lexeme, Option<Unclosed>) {
        if let Some(lexeme) = self.tag() {
            return (lexeme, None);
        }
        let lexeme = match (byte, self.byte(1)) {
            (b'$', _) => return self.dollar(),
            (b'.', b'0'..=b'9') => self.number(),
            (b':', b':' | b'=') | (b'.', b'.') => {
                self.at += 2;
                Lexeme::Operator
            }
            (b':', _) if self.variable() => Lexeme::Placeholder,
            (b'@', _) => self.operator(),
            _ => self.symbol(),
        };
        (lexeme, None)
    }

    fn symbol(&mut self) -> Lexeme {
        self.at += 1;
        Lexeme::Symbol(self.bytes[self.at - 1])
    }

    /// The tag of a template that starts here, with the rest of the name it is a part of.
    fn tag(&mut self) -> Option<Lexeme> {
        let (tag, end) = template::tag(self.bytes, self.at)?;
        self.at = end;
        if tag == Tag::Control {
            return Some(Lexeme::Comment);
        }
        self.rest_of_name();
        Some(Lexeme::Placeholder)
    }

    /// Steps over the rest of a name; says whether a placeholder is in it.
    fn rest_of_name(&mut self) -> bool {
        let start = self.at;
        let mut found = false;
        loop {
            while self.at < self.bytes.len() && WORD[self.bytes[self.at] as usize] {
                self.at += 1;
            }
            if self.byte(0) == b'{' && self.at > start && self.bytes[self.at - 1] == b'$' {
                self.at -= 1;
            }
            let tag = match self.byte(0) {
                b'{' | b'$' => template::tag(self.bytes, self.at),
                b'<' if self.byte(1) == b'%' => template::tag(self.bytes, self.at),
                b':' if self.brackets == 0 && self.variable_in_name() => {
                    found = true;
                    continue;
                }
                _ => return found,
            };
            let Some((Tag::Value, end)) = tag else {
                // The dollar sign belongs to the name after all.
                self.at += usize::from(self.byte(0) == b'$');
                return found;
            };
            (self.at, found) = (end, true);
        }
    }

    /// Steps over `:name`, `:'name'` or `:"name"`, which psql replaces. The colon of a slice, or of JSON_OBJECT('key':value),
    /// is none: it follows an operand.
    fn variable(&mut self) -> bool {
        if self.behind_operand && (self.brackets > 0 || !self.behind_word) {
            return false;
        }
        let quote = usize::from(matches!(self.byte(1), b'\'' | b'"'));
        let name = &self.bytes[(self.at + 1 + quote).min(self.bytes.len())..];
        let length = name.iter().take_while(|byte| WORD[**byte as usize] && **byte != b'$').count();
        let starts = name.first().is_some_and(|first| starts_name(*first));
        let closed = quote == 0 || name.get(length).is_some_and(|closing| *closing == self.byte(1));
        let found = starts && closed;
        if found {
            self.at += 1 + quote + length + quote;
        }
        found
    }

    /// The same inside a name, which is no operand yet: `table_:suffix`.
    fn variable_in_name(&mut self) -> bool {
        self.behind_operand = false;
        self.variable()
    }

    fn word(&mut self) -> (Lexeme, Option<Unclosed>) {
        let start = self.at;
        let holds_placeholder = self.rest_of_name();
        if holds_placeholder {
            return (Lexeme::Placeholder, None);
        }
        let one_letter = self.at == start + 1;
        match (one_letter, self.bytes[start] | 0x20, self.byte(0), self.byte(1)) {
            (true, b'e', b'\'', _) => (Lexeme::String, self.string(true)),
            (true, b'n', b'\'', _) => (Lexeme::String, self.string(self.backslashes)),
            (true, b'b' | b'x', b'\'', _) => (Lexeme::String, self.string(false)),
            (true, b'u', b'&', b'\'') => {
                self.at += 1;
                (Lexeme::String, self.string(false))
            }
            (true, b'u', b'&', b'"') => {
                self.at += 1;
                (Lexeme::QuotedName, self.quoted_name())
            }
            _ => (Lexeme::Word, None),
        }
    }
}

/// Lexeme by lexeme to the end.
impl Iterator for Scanner<'_> {
    type Item = Lexed;

    #[inline]
    fn next(&mut self) -> Option<Lexed> {
        while self.at < self.bytes.len() && is_space(self.bytes[self.at]) {
            self.at += 1;
        }
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        let (lexeme, unclosed) = match byte {
            b'\'' => (Lexeme::String, self.string(self.backslashes)),
            b'"' => (Lexeme::QuotedName, self.quoted_name()),
            b'$' | b'{' | b':' | b'.' | b'@' => self.special(byte),
            b'-' if self.byte(1) == b'-' => self.line_comment(),
            b'/' if self.byte(1) == b'*' => (Lexeme::Comment, self.block_comment()),
            b'<' if self.byte(1) == b'%' => (self.tag().unwrap_or_else(|| self.operator()), None),
            b'0'..=b'9' => (self.number(), None),
            _ if WORD[byte as usize] => self.word(),
            _ if template::is_operator(byte) => (self.operator(), None),
            _ => (self.symbol(), None),
        };
        self.follow(lexeme);
        let unclosed = unclosed.map(|unclosed| Unclosed { opening: unclosed.opening.shifted(self.base), ..unclosed });
        Some(Lexed { lexeme, span: Span::new(start, self.at).shifted(self.base), unclosed })
    }
}
