//! Words: compared by their text, as many of PostgreSQL's keywords are none of sqlparser's.

use sqlparser::tokenizer::Token;

use super::{Cursor, Parsed};
use crate::source::Span;

impl Cursor<'_> {
    /// The unquoted word `n` places ahead, as written.
    pub fn word_at(&self, n: usize) -> Option<&str> {
        match self.peek_nth(n) {
            Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
            _ => None,
        }
    }

    /// Whether the word `n` places ahead is one of these, unquoted, in any case.
    pub fn is_any_at(&self, n: usize, words: &[&str]) -> bool {
        self.word_at(n).is_some_and(|found| words.iter().any(|word| found.eq_ignore_ascii_case(word)))
    }

    /// Whether the next tokens are these words, unquoted, in any case.
    pub fn at(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_any_at(n, &[word]))
    }

    /// Whether the next token is one of these words.
    pub fn at_any(&self, words: &[&str]) -> bool {
        self.is_any_at(0, words)
    }

    /// Whether the token at a position is this unquoted word, in any case.
    pub fn word_at_position(&self, position: usize, word: &str) -> bool {
        self.text_of(self.span_of(position)).eq_ignore_ascii_case(word)
    }

    /// Steps over these words if they all come next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            for _ in words {
                self.parser.advance_token();
            }
        }
        found
    }

    /// Steps over one of these words, and says which.
    pub fn eat_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let found = words.iter().copied().find(|word| self.at(&[word]))?;
        self.parser.advance_token();
        Some(found)
    }

    /// Steps over these words, which must come next; gives the span of the last one.
    ///
    /// # Errors
    /// Something else comes.
    pub fn expect(&mut self, words: &[&str]) -> Parsed<Span> {
        let mut last = self.next_span();
        for word in words {
            if !self.at(&[word]) {
                return self.expected(word);
            }
            last = self.advance();
        }
        Ok(last)
    }
}
