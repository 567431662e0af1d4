//! What is left out of a call: types, outcomes, and the columns of JSON_TABLE and XMLTABLE but for their expressions.

use sqlparser::tokenizer::Token;

use super::{Flattening, KEYWORD_CALLS, LAST, OUTCOMES};
use crate::parser::tokens::is_word;

/// Words that end the expression behind PATH or DEFAULT.
const BEHIND_OPERAND: &[&str] =
    &["COLUMNS", "DEFAULT", "EMPTY", "ERROR", "KEEP", "NOT", "NULL", "OMIT", "ON", "PATH", "WITH", "WITHOUT"];

impl Flattening<'_> {
    /// `AS name` and `AS type`.
    pub(super) fn skip_alias(&mut self) {
        while !matches!(self.peek(0), None | Some(Token::Comma | Token::RParen)) && !self.comes(0, LAST) {
            let outcome = self.comes(0, OUTCOMES) && self.comes(1, &["ON", "ARRAY", "OBJECT"]);
            if outcome || self.comes(0, &["PASSING"]) {
                return;
            }
            self.skip_one();
        }
    }

    /// Steps to the parenthesis that closes the call, over what names types, outcomes and columns. The expressions behind
    /// PATH and DEFAULT become arguments.
    pub(super) fn skip_rest(&mut self) {
        let mut open = 0usize;
        loop {
            match self.peek(0) {
                None => break,
                Some(Token::RParen) if open == 0 => break,
                Some(Token::RParen) => {
                    open -= 1;
                    self.at += 1;
                }
                Some(Token::LParen) if self.follows(&["COLUMNS"]) => {
                    open += 1;
                    self.at += 1;
                }
                Some(word) if is_word(word, &["PATH", "DEFAULT"]) && !self.names_column() => self.operand(),
                Some(_) => self.skip_one(),
            }
        }
        if self.kept.last().is_some_and(|last| last.token == Token::Comma) {
            self.kept.pop();
        }
    }

    /// The token before the next one, whether it was kept or not.
    fn previous(&self) -> Option<&Token> {
        self.at.checked_sub(1).and_then(|before| self.source.get(before)).map(|token| &token.token)
    }

    fn follows(&self, words: &[&str]) -> bool {
        self.previous().is_some_and(|previous| is_word(previous, words))
    }

    /// Whether a column of JSON_TABLE or XMLTABLE starts here.
    fn names_column(&self) -> bool {
        matches!(self.previous(), Some(Token::Comma | Token::LParen)) || self.follows(&["COLUMNS"])
    }

    /// The expression behind PATH or DEFAULT.
    fn operand(&mut self) {
        let (around, mut cases) = (self.levels.len(), 0usize);
        self.replace(1, Token::Comma);
        let start = self.at;
        while let Some(token) = self.peek(0) {
            let outer = self.levels.len() == around;
            let ends = matches!(token, Token::Comma | Token::RParen)
                || cases == 0 && self.at > start && is_word(token, BEHIND_OPERAND);
            if outer && ends {
                return;
            }
            cases += usize::from(is_word(token, &["CASE"]));
            cases = cases.saturating_sub(usize::from(is_word(token, &["END"])));
            // Only parentheses may hold such an expression again: the stack does not grow with the length.
            let calls =
                self.comes_symbol(1, &Token::LParen) && (self.comes(0, KEYWORD_CALLS) || self.comes(0, &["TRIM"]));
            if outer && matches!(token, Token::Word(_)) && !calls { self.keep() } else { self.step() }
        }
    }

    fn skip_one(&mut self) {
        if self.comes_symbol(0, &Token::LParen) { self.skip_group() } else { self.at += 1 }
    }

    /// Steps over `( ... )`, if it comes.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.peek(0) {
            match token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && token != &Token::RParen {
                return;
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }
}
