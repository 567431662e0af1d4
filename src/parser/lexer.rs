//! sqlparser's lexer, with byte offsets in place of its lines and columns.

use sqlparser::tokenizer::{Location, Span as SqlSpan, Token, TokenWithSpan, Tokenizer, TokenizerError};

use super::cursor::{DIALECT, Parsed, SyntaxError};
use super::text::Text;
use crate::source::Span;

/// Adds the tokens of one piece of the text, without white space and numbered from 1 in place of their locations.
///
/// # Errors
/// A token that the lexer refuses.
pub(super) fn read(text: Text, piece: Span, tokens: &mut Vec<TokenWithSpan>, spans: &mut Vec<Span>) -> Parsed<()> {
    let statement = text.slice(piece);
    let mut read = Vec::with_capacity(statement.len() / 5 + 4);
    let mut places = ByteOffsets::new(statement);
    Tokenizer::new(&DIALECT, statement)
        .tokenize_with_location_into_buf(&mut read)
        .map_err(|error| lexer_error(&error, statement, piece.start))?;
    for mut token in read.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        let start = places.offset(token.span.start);
        let end = places.offset(token.span.end);
        spans.push(Span::new(start, end).shifted(piece.start));
        let place = Location::new(spans.len() as u64, 1);
        token.span = SqlSpan::new(place, place);
        tokens.push(token);
    }
    Ok(())
}

fn lexer_error(error: &TokenizerError, statement: &str, offset: usize) -> SyntaxError {
    let start = ByteOffsets::new(statement).offset(error.location).min(statement.len());
    let end = statement[start..].chars().next().map_or(start, |c| start + c.len_utf8());
    SyntaxError {
        message: error.message.to_lowercase().trim_end_matches('.').to_owned(),
        at: Span::new(start, end).shifted(offset),
    }
}

/// Turns sqlparser's lines and characters into byte offsets. Places must be asked in ascending order.
struct ByteOffsets<'a> {
    rest: std::str::Chars<'a>,
    length: usize,
    line: u64,
    column: u64,
}

impl<'a> ByteOffsets<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), length: text.len(), line: 1, column: 1 }
    }

    fn offset(&mut self, place: Location) -> usize {
        while (self.line, self.column) < (place.line, place.column) {
            match self.rest.next() {
                Some('\n') => (self.line, self.column) = (self.line + 1, 1),
                Some(_) => self.column += 1,
                None => break,
            }
        }
        self.length - self.rest.as_str().len()
    }
}
