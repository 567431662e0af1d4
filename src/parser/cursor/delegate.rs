//! Places where sqlparser's own grammar takes over, and what it says when it fails.

use sqlparser::ast as sql;
use sqlparser::parser::{Parser, ParserError};

use super::{Cursor, Parsed, RECURSION_LIMIT, SyntaxError, parser};
use crate::source::Span;

impl Cursor<'_> {
    /// Runs one of sqlparser's own parsers at this place.
    ///
    /// # Errors
    /// What sqlparser says, with the place of the token it names.
    pub fn delegate<T>(&mut self, parse: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>) -> Parsed<T> {
        let read = parse(&mut self.parser).map_err(|error| self.translated(error));
        let behind = match &read {
            Ok(_) => Some(self.position()),
            // No expression begins so.
            Err(error) if error.message.starts_with("expected an expression") && self.ends_list(error.at) => None,
            Err(_) => Some(self.spans.len()),
        };
        self.delegated = self.delegated.max(behind);
        read
    }

    /// Whether a sign or a word stands here that ends an expression, behind one that leaves nothing to end: an operator may
    /// stand behind its operand until 13, and AND is a name for a value since 14.
    fn ends_list(&self, at: Span) -> bool {
        const ENDS: &[&str] =
            &[")", ",", "AND", "FROM", "GROUP", "HAVING", "LIMIT", "OR", "ORDER", "THEN", "UNION", "WHERE"];
        const BEFORE: &[&str] = &["(", ",", "BY", "DEFAULT", "HAVING", "ON", "THEN", "USING", "WHEN", "WHERE"];
        let is_one =
            |span: Span, words: &[&str]| words.iter().any(|word| self.text_of(span).eq_ignore_ascii_case(word));
        let before = self.spans.iter().rev().find(|span| span.end <= at.start);
        is_one(at, ENDS) && before.is_some_and(|before| is_one(*before, BEFORE))
    }

    /// Runs `parse` on the next `count` tokens alone, all of which it must read.
    ///
    /// # Errors
    /// That of `parse`, or a token is left.
    pub fn limited<T>(&mut self, count: usize, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let tokens = (0..count).map(|n| self.parser.token_at(self.parser.index() + n).clone()).collect();
        let inner = self.index_of(self.parser.token_at(self.parser.index() + count));
        let limit = std::mem::replace(&mut self.limit, inner);
        let outer = std::mem::replace(&mut self.parser, parser(tokens));
        let result = parse(self).and_then(|value| self.expect_end().map(|()| value));
        (self.parser, self.limit) = (outer, limit);
        let value = result?;
        for _ in 0..count {
            self.parser.advance_token();
        }
        Ok(value)
    }

    /// An expression in sqlparser's tree, with its span.
    ///
    /// # Errors
    /// What sqlparser says.
    pub fn sql_expr(&mut self) -> Parsed<(sql::Expr, Span)> {
        let start = self.position();
        let expr = self.delegate(Parser::parse_expr)?;
        Ok((expr, self.span_from(start)))
    }

    fn translated(&self, error: ParserError) -> SyntaxError {
        match error {
            ParserError::RecursionLimitExceeded => {
                SyntaxError { message: format!("nested more than {RECURSION_LIMIT} levels deep"), at: self.next_span() }
            }
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => self.located(&message),
        }
    }

    /// sqlparser ends its messages with " at Line: n, Column: n"; here the line is the number of a token.
    fn located(&self, message: &str) -> SyntaxError {
        let (what, place) = message.split_once(" at Line: ").unwrap_or((message, ""));
        let number = place.split(',').next().and_then(|line| line.trim().parse::<usize>().ok());
        let at = number.and_then(|n| n.checked_sub(1)).map_or_else(|| self.next_span(), |index| self.span_of(index));
        SyntaxError { message: reworded(what), at }
    }
}

/// sqlparser's message in our style: lower case at the start, no talk of its types.
fn reworded(what: &str) -> String {
    if what.starts_with("No infix parser") {
        return "expected an operator, or the end of the expression".to_owned();
    }
    let what = what.replacen("Expected: ", "expected ", 1);
    let what = what.replace("found: EOF", "found the end of the statement").replace("found: ", "found ");
    let mut letters = what.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
