//! The lexemes of a body, comments left out, and a place among them.

use super::literal;
use crate::parser::cursor::{Parsed, SyntaxError};
use crate::parser::lexer;
use crate::parser::scan::{Lexed, Lexeme, Scanner};
use crate::parser::text::Text;
use crate::source::Span;

/// The lexemes of a body and a place among them.
pub(super) struct Lexemes<'t> {
    text: Text<'t>,
    list: Vec<Lexed>,
    at: usize,
}

impl<'t> Lexemes<'t> {
    /// All lexemes of a text.
    ///
    /// # Errors
    /// A string, a name or a comment is never closed.
    pub fn of(text: Text<'t>) -> Parsed<Self> {
        let mut list = Vec::new();
        for lexed in Scanner::new(text, text.base()) {
            if let Some(unclosed) = lexed.unclosed {
                let message = format!("the {} that starts here is never closed", unclosed.what);
                return Err(SyntaxError { message, at: unclosed.opening });
            }
            let alone = |lexeme| move |span| Lexed { lexeme, span, unclosed: None };
            match lexed.lexeme {
                Lexeme::Comment => {}
                // PL/pgSQL has signs of its own, and wants to see them one by one.
                Lexeme::Operator => {
                    list.extend(text.slice(lexed.span).bytes().zip(lexed.span.start..).map(|(byte, at)| Lexed {
                        lexeme: Lexeme::Symbol(byte),
                        span: Span::new(at, at + 1),
                        unclosed: None,
                    }))
                }
                Lexeme::String => {
                    let parts = literal::parts(text.slice(lexed.span), lexed.span.start);
                    list.extend(parts.into_iter().map(alone(Lexeme::String)));
                }
                _ => list.push(lexed),
            }
        }
        Ok(Self { text, list, at: 0 })
    }

    /// The text that they are of.
    pub fn text(&self) -> Text<'t> {
        self.text
    }

    /// The number of the next lexeme.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether `word :=` stands somewhere.
    pub fn assigns(&self, word: &str) -> bool {
        (0..self.list.len()).any(|at| self.is_any(at, &[word]) && self.is_pair(at + 1, *b":="))
    }

    /// Whether all are read.
    pub fn at_end(&self) -> bool {
        self.at >= self.list.len()
    }

    /// Goes on from another place.
    pub fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// Steps over the next lexeme.
    pub fn advance(&mut self) {
        self.at += 1;
    }

    /// The kind of the lexeme with this number; nothing behind the last one.
    pub fn lexeme(&self, number: usize) -> Option<Lexeme> {
        self.list.get(number).map(|lexed| lexed.lexeme)
    }

    /// The place of a lexeme; behind the last one the end of the text.
    pub fn span(&self, number: usize) -> Span {
        let end = self.text.base() + self.text.as_str().len();
        self.list.get(number).map_or(Span::new(end, end), |lexed| lexed.span)
    }

    /// From one lexeme to the one before another; empty if there is none between.
    pub fn extent(&self, from: usize, to: usize) -> Span {
        let start = self.span(from).start;
        if to > from { Span::new(start, self.span(to - 1).end) } else { Span::new(start, start) }
    }

    /// The text of a lexeme.
    pub fn written(&self, number: usize) -> &'t str {
        if number < self.list.len() { self.text.slice(self.span(number)) } else { "" }
    }

    /// Whether a lexeme is one of these words, in any case.
    pub fn is_any(&self, number: usize, words: &[&str]) -> bool {
        self.lexeme(number) == Some(Lexeme::Word)
            && words.iter().any(|word| self.written(number).eq_ignore_ascii_case(word))
    }

    /// Whether a lexeme is this symbol.
    pub fn is_symbol(&self, number: usize, symbol: u8) -> bool {
        self.lexeme(number) == Some(Lexeme::Symbol(symbol))
    }

    /// Whether two lexemes are these symbols with nothing between.
    pub fn is_pair(&self, number: usize, symbols: [u8; 2]) -> bool {
        self.is_symbol(number, symbols[0])
            && self.is_symbol(number + 1, symbols[1])
            && self.span(number).end == self.span(number + 1).start
    }

    /// The folded name that a lexeme is, if it is one; an argument may go by its number.
    pub fn name(&self, number: usize) -> Option<String> {
        match self.lexeme(number)? {
            Lexeme::Parameter => Some(self.written(number).to_owned()),
            _ => lexer::name(self.text, *self.list.get(number)?),
        }
    }

    /// Whether the next lexemes are these words.
    pub fn comes(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_any(self.at + n, &[word]))
    }

    /// Steps over these words if they all come next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.comes(words);
        if found {
            self.at += words.len();
        }
        found
    }

    /// Steps over this symbol if it comes next.
    pub fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.is_symbol(self.at, symbol);
        self.at += usize::from(found);
        found
    }

    /// Steps over these words, which must come next.
    ///
    /// # Errors
    /// Something else comes.
    pub fn expect(&mut self, words: &[&str]) -> Parsed<()> {
        if self.eat(words) { Ok(()) } else { self.expected(&words.join(" ")) }
    }

    /// Steps over this symbol, which must come next.
    ///
    /// # Errors
    /// Something else comes.
    pub fn expect_symbol(&mut self, symbol: u8) -> Parsed<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { self.expected(&char::from(symbol).to_string()) }
    }

    /// An error at the next lexeme: "expected THEN, found ;".
    ///
    /// # Errors
    /// Always.
    pub fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.at_end() {
            true => "the end of the body".to_owned(),
            false => self.written(self.at).lines().next().unwrap_or_default().chars().take(40).collect(),
        };
        Err(SyntaxError { message: format!("expected {what}, found {found}"), at: self.span(self.at) })
    }

    /// Steps over a name.
    ///
    /// # Errors
    /// Something else comes.
    pub fn expect_name(&mut self, what: &str) -> Parsed<String> {
        match self.name(self.at) {
            Some(name) => {
                self.at += 1;
                Ok(name)
            }
            None => self.expected(what),
        }
    }

    /// Steps to the first place outside parentheses that `found` accepts and gives the number of the lexeme there; stops
    /// with nothing at a semicolon and at the end.
    pub fn seek(&mut self, found: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let mut depth = 0usize;
        while !self.at_end() {
            match self.lexeme(self.at) {
                _ if depth == 0 && found(self, self.at) => return Some(self.at),
                Some(Lexeme::Symbol(b'(' | b'[')) => depth += 1,
                Some(Lexeme::Symbol(b')' | b']')) => depth = depth.saturating_sub(1),
                Some(Lexeme::Symbol(b';')) if depth == 0 => return None,
                _ => {}
            }
            self.at += 1;
        }
        None
    }

    /// Steps to one of these words outside parentheses, and gives the number of its lexeme.
    ///
    /// # Errors
    /// The statement ends before.
    pub fn seek_word(&mut self, words: &[&str]) -> Parsed<usize> {
        match self.seek(|words_here, at| words_here.is_any(at, words)) {
            Some(at) => Ok(at),
            None => self.expected(words.first().unwrap_or(&"a word")),
        }
    }

    /// Steps over the semicolon that ends the statement, and gives its number.
    ///
    /// # Errors
    /// There is none.
    pub fn seek_end(&mut self) -> Parsed<usize> {
        match self.seek(|words, at| words.is_symbol(at, b';')) {
            Some(at) => {
                self.at = at + 1;
                Ok(at)
            }
            None => self.expected(";"),
        }
    }
}
