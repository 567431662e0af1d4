//! Queries that PostgreSQL takes where sqlparser does not: without columns, or in parentheses of their own.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Reading, SET_OPERATORS, is_word};
use crate::parser::query::PREPARED;

impl Reading {
    /// Puts a column behind a SELECT that has none; sqlparser would take the next word for it.
    pub(super) fn column_of_nothing(&mut self) {
        if self.behind(0, &["SELECT"]) {
            self.insert(self.kept.len(), Token::make_keyword("NULL"));
        }
    }

    /// Whether a query ends that has not begun to say what it selects: `(SELECT)` and `... UNION SELECT`.
    pub(super) fn before_end_of_query(&self, next: Option<&Token>) -> bool {
        let starts = self.last(0) == Some(&Token::LParen)
            || self.behind(0, SET_OPERATORS)
            || self.behind(0, &["ALL", "DISTINCT"]) && self.behind(1, SET_OPERATORS);
        starts && matches!(next, None | Some(Token::RParen))
    }

    /// What stands before a set operator: a query without columns, or a query in parentheses, which in an expression sqlparser
    /// takes for all there is: `((SELECT 1) UNION SELECT 2)`.
    pub(super) fn operand_of_set(&mut self) {
        self.column_of_nothing();
        if self.last(0) == Some(&Token::RParen)
            && self.starts_with_query(self.closed)
            && self.closed.checked_sub(1).is_some_and(|around| self.opens_expression(around))
        {
            self.query_of_nothing(self.closed);
        }
    }

    /// Whether the token at a place opens parentheses in an expression, and not those around a whole query.
    fn opens_expression(&self, place: usize) -> bool {
        let around = self.kept.get(..place).unwrap_or_default();
        let before = around.iter().rfind(|token| token.token != Token::LParen);
        self.open.last() == Some(&place)
            && before.is_some_and(|before| !is_word(&before.token, &["FROM", "JOIN", "AS", "IN"]))
    }

    /// `IN ((SELECT 1), (SELECT 2))`: sqlparser takes the first for all there is.
    pub(super) fn list_of_queries(&mut self) {
        if let Some(open) = self.open.last().copied()
            && self.last(0) == Some(&Token::RParen)
            && self.closed == open + 1
            && self.starts_with_query(self.closed)
            && open.checked_sub(1).is_some_and(|before| is_word(&self.kept[before].token, &["IN"]))
        {
            self.insert(self.closed, Token::Comma);
            self.insert(self.closed, Token::make_keyword("NULL"));
        }
    }

    /// Whether a query follows the parentheses that open at a place.
    fn starts_with_query(&self, open: usize) -> bool {
        let behind = self.kept.get(open..).unwrap_or_default().iter().find(|token| token.token != Token::LParen);
        behind.is_some_and(|first| is_word(&first.token, PREPARED))
    }

    /// Makes the query that starts at a place the second of two, which sqlparser takes for a query in any form.
    pub(super) fn query_of_nothing(&mut self, place: usize) {
        for word in ["UNION", "NULL", "SELECT"] {
            self.insert(place, Token::make_keyword(word));
        }
    }

    /// Puts a token in at a place near the end.
    fn insert(&mut self, place: usize, token: Token) {
        let around = self.kept.get(place).or(self.kept.last()).map(|token| token.span);
        if let Some(span) = around {
            self.kept.insert(place, TokenWithSpan { token, span });
        }
    }
}
