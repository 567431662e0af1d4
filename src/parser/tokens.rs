//! What sqlparser misreads and PostgreSQL does not, put right among the tokens before either grammar sees them.
//!
//! A token that is dropped keeps its number: places are found through the numbers, not by counting.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Words behind which ONLY belongs to a table that is read; sqlparser would take it for the table.
const BEFORE_ONLY: &[&str] = &["FROM", "JOIN", "USING", "UPDATE"];

/// Rewrites tokens in place.
pub(super) fn prepare(tokens: &mut Vec<TokenWithSpan>) {
    let mut reading = Reading::default();
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut source = std::mem::take(tokens).into_iter().peekable();
    while let Some(token) = source.next() {
        let next = source.peek().map(|next| &next.token);
        if reading.keeps(&token.token, kept.last().map(|last| &last.token), next) {
            kept.push(token);
        }
    }
    *tokens = kept;
}

/// What the tokens so far say.
#[derive(Default)]
struct Reading {
    /// FROM was met: a comma may stand before another table.
    from: bool,
    /// Inside the parentheses of `ONLY (table)`.
    only_parentheses: bool,
}

impl Reading {
    fn keeps(&mut self, token: &Token, last: Option<&Token>, next: Option<&Token>) -> bool {
        self.from |= is_word(token, "FROM");
        match token {
            Token::Word(_) if is_word(token, "ONLY") && self.before_table(last) => {
                self.only_parentheses = next == Some(&Token::LParen);
                !self.only_parentheses && !matches!(next, Some(Token::Word(_)))
            }
            Token::LParen => !self.only_parentheses,
            Token::RParen => !std::mem::take(&mut self.only_parentheses),
            _ => true,
        }
    }

    fn before_table(&self, last: Option<&Token>) -> bool {
        last.is_some_and(|last| {
            self.from && *last == Token::Comma || BEFORE_ONLY.iter().any(|word| is_word(last, word))
        })
    }
}

fn is_word(token: &Token, text: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}
