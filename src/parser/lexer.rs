//! From lexemes to sqlparser's tokens, with byte offsets in place of its lines and columns.
//!
//! Names are cut to the 63 bytes that the server keeps. A placeholder of a template or a variable of psql is a quoted name
//! whose quotes are [`PLACEHOLDER`] and whose text is what was written; one that psql puts in quotes is a string.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use sqlparser::ast::DollarQuotedString;
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::{Location, Span as SqlSpan, Token, TokenWithSpan, Word};

use super::cursor::{Parsed, SyntaxError};
use super::literal::{self, Invalid};
use super::scan::{Lexed, Lexeme, Scanner, Unclosed, starts_name};
use super::template;
use super::text::Text;
use crate::source::Span;

/// The quotes of a word that stands in for a placeholder. sqlparser can print them; SQL has no such quotes.
pub(super) const PLACEHOLDER: char = '`';

/// Bytes of a name that the server keeps.
const NAME_BYTES: usize = 63;

/// Tokens that there is room for from the start: a long statement is most often a function, whose body is one token.
const MOST_LIKELY_TOKENS: usize = 64;

/// Adds the tokens of one piece of the text, without white space and numbered from 1 in place of their locations.
///
/// # Errors
/// A token that PostgreSQL's lexer refuses.
pub(super) fn read(text: Text, piece: Span, tokens: &mut Vec<TokenWithSpan>, spans: &mut Vec<Span>) -> Parsed<()> {
    let likely = (piece.len() / 6 + 2).min(MOST_LIKELY_TOKENS);
    tokens.reserve(likely);
    spans.reserve(likely);
    read_lexemes(text, piece, Scanner::within(text, piece), tokens, spans)
}

/// The same from lexemes that have been found already.
///
/// # Errors
/// A token that PostgreSQL's lexer refuses.
pub(super) fn read_lexemes(
    text: Text,
    piece: Span,
    lexemes: impl Iterator<Item = Lexed> + Clone,
    tokens: &mut Vec<TokenWithSpan>,
    spans: &mut Vec<Span>,
) -> Parsed<()> {
    let mut lexer = Lexer { text, end: piece.end, lexemes };
    while let Some((token, span)) = lexer.next()? {
        spans.push(span);
        let place = Location::new(spans.len() as u64, 1);
        tokens.push(TokenWithSpan { token, span: SqlSpan::new(place, place) });
    }
    Ok(())
}

/// The name that a lexeme spells: folded, without quotes, and cut as the server cuts it.
pub(super) fn name(text: Text, lexed: Lexed) -> Option<String> {
    let written = text.slice(lexed.span);
    match lexed.lexeme {
        Lexeme::Word => Some(shortened(written).to_ascii_lowercase()),
        Lexeme::QuotedName => literal::quoted_name(written, '\\')
            .ok()
            .map(|name| shortened(&name).to_owned())
            .filter(|_| lexed.unclosed.is_none()),
        Lexeme::Placeholder => Some(written.to_owned()),
        _ => None,
    }
}

/// A name as the server keeps it.
fn shortened(name: &str) -> &str {
    let end = (0..=NAME_BYTES.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    &name[..end.unwrap_or_default()]
}

struct Lexer<'t, L> {
    text: Text<'t>,
    /// Where the piece ends.
    end: usize,
    lexemes: L,
}

impl<L: Iterator<Item = Lexed> + Clone> Lexer<'_, L> {
    fn next(&mut self) -> Parsed<Option<(Token, Span)>> {
        loop {
            let Some(lexed) = self.lexemes.next() else { return Ok(None) };
            if let Some(Unclosed { what, opening }) = lexed.unclosed {
                return Err(SyntaxError {
                    message: format!("the {what} that starts here is never closed"),
                    at: opening,
                });
            }
            if lexed.lexeme != Lexeme::Comment {
                return self.token(lexed).map(Some);
            }
        }
    }

    fn token(&mut self, lexed: Lexed) -> Parsed<(Token, Span)> {
        let written = self.text.slice(lexed.span);
        let mut span = lexed.span;
        let token = match lexed.lexeme {
            Lexeme::Word => word(written),
            Lexeme::QuotedName => quoted(self.decoded(written, &mut span, literal::quoted_name)?, span)?,
            Lexeme::Number => self.number(written, span)?,
            Lexeme::Parameter => Token::Placeholder(written.to_owned()),
            Lexeme::String => self.string(written, &mut span)?,
            Lexeme::Placeholder if written.starts_with(":'") => Token::SingleQuotedString(written.to_owned()),
            Lexeme::Placeholder => make_word(written, Some(PLACEHOLDER), Keyword::NoKeyword),
            Lexeme::Operator | Lexeme::Comment => operator(written),
            Lexeme::Symbol(byte) => self.symbol(byte, span)?,
        };
        Ok((token, span))
    }

    fn number(&self, written: &str, span: Span) -> Parsed<Token> {
        let behind = Span::new(span.end, span.end + 1);
        let next = self.text.as_str().as_bytes().get(span.end - self.text.base());
        if span.end < self.end && next.is_some_and(|byte| starts_name(*byte)) {
            let message = "a number and a name need a blank between them".to_owned();
            return Err(SyntaxError { message, at: self.on_boundaries(behind) });
        }
        Ok(Token::Number(written.to_owned(), false))
    }

    /// Widens a place to whole characters.
    fn on_boundaries(&self, mut place: Span) -> Span {
        while self.text.get(place).is_none() && place.len() < 4 {
            place.end += 1;
        }
        place
    }

    fn string(&mut self, written: &str, span: &mut Span) -> Parsed<Token> {
        let start = span.start;
        let backslashes = self.text.backslashes();
        let string = |escapes: bool, prefix: usize| {
            literal::string(&written[prefix..], escapes).map_err(|error| self.refused(error, start + prefix))
        };
        Ok(match written.as_bytes()[0] {
            b'$' => dollar_quoted(written),
            b'E' | b'e' => Token::EscapedStringLiteral(string(true, 1)?),
            b'N' | b'n' => Token::NationalStringLiteral(string(backslashes, 1)?),
            b'B' | b'b' => Token::SingleQuotedByteStringLiteral(string(false, 1)?),
            b'X' | b'x' => Token::HexStringLiteral(string(false, 1)?),
            b'U' | b'u' => Token::UnicodeStringLiteral(self.decoded(written, span, literal::unicode_string)?),
            _ => Token::SingleQuotedString(string(backslashes, 0)?),
        })
    }

    /// The text of U&'...' or of a quoted name, decoded with the escape that UESCAPE may name behind it.
    fn decoded(
        &mut self,
        written: &str,
        span: &mut Span,
        decode: fn(&str, char) -> Result<String, Invalid>,
    ) -> Parsed<String> {
        let start = span.start;
        let escape = if written.starts_with(['u', 'U']) { self.escape_character(span)? } else { None };
        decode(written, escape.unwrap_or('\\')).map_err(|error| self.refused(error, start))
    }

    /// `UESCAPE 'c'`, if it comes.
    fn escape_character(&mut self, span: &mut Span) -> Parsed<Option<char>> {
        let mut ahead = self.lexemes.clone();
        let mut next = || std::iter::from_fn(|| ahead.next()).find(|lexed| lexed.lexeme != Lexeme::Comment);
        let comes = |lexed: &Lexed| self.text.slice(lexed.span).eq_ignore_ascii_case("UESCAPE");
        if next().filter(comes).is_none() {
            return Ok(None);
        }
        let string = next().filter(|lexed| lexed.lexeme == Lexeme::String);
        let mut inner = string.map_or("", |lexed| self.text.slice(lexed.span)).chars().skip(1);
        let escape = inner.next().filter(|c| !c.is_ascii_hexdigit() && !c.is_whitespace() && !"+'\"".contains(*c));
        let closed = inner.next() == Some('\'') && inner.next().is_none();
        let (Some(escape), true, Some(string)) = (escape, closed, string) else {
            return Err(SyntaxError {
                message: "expected one character in quotes behind UESCAPE".to_owned(),
                at: *span,
            });
        };
        self.lexemes = ahead;
        span.end = string.span.end;
        Ok(Some(escape))
    }

    fn refused(&self, Invalid { message, at }: Invalid, start: usize) -> SyntaxError {
        SyntaxError { message: message.to_owned(), at: self.on_boundaries(Span::new(start + at, start + at + 1)) }
    }

    fn symbol(&self, byte: u8, span: Span) -> Parsed<Token> {
        Ok(match byte {
            b',' => Token::Comma,
            b'(' => Token::LParen,
            b')' => Token::RParen,
            b'[' => Token::LBracket,
            b']' => Token::RBracket,
            b'.' => Token::Period,
            b';' => Token::SemiColon,
            b':' => Token::Colon,
            b'=' => Token::Eq,
            b'<' => Token::Lt,
            b'>' => Token::Gt,
            b'+' => Token::Plus,
            b'-' => Token::Minus,
            b'*' => Token::Mul,
            b'/' => Token::Div,
            b'%' => Token::Mod,
            b'^' => Token::Caret,
            b'!' => Token::ExclamationMark,
            b'\\' => Token::Backslash,
            _ if template::is_operator(byte) => Token::CustomBinaryOperator(char::from(byte).to_string()),
            _ => return Err(self.unexpected(span)),
        })
    }

    fn unexpected(&self, at: Span) -> SyntaxError {
        let rest = self.text.as_str().as_bytes().get(at.start - self.text.base()..).unwrap_or_default();
        let message = match template::opens(rest) {
            true => "the placeholder that starts here is never closed".to_owned(),
            false => format!("unexpected character {:?}", self.text.slice(at)).replace('"', ""),
        };
        SyntaxError { message, at }
    }
}

/// Operators that sqlparser's grammar or ours knows by tokens of their own; all others are alike to PostgreSQL too.
fn operator(written: &str) -> Token {
    match written {
        "::" => Token::DoubleColon,
        ":=" => Token::Assignment,
        "=>" => Token::RArrow,
        "<=" => Token::LtEq,
        ">=" => Token::GtEq,
        "<>" | "!=" => Token::Neq,
        "||" => Token::StringConcat,
        "<<" => Token::ShiftLeft,
        ">>" => Token::ShiftRight,
        _ => Token::CustomBinaryOperator(written.to_owned()),
    }
}

fn dollar_quoted(written: &str) -> Token {
    let tag = written[1..].split('$').next().unwrap_or_default();
    let delimiter = tag.len() + 2;
    let value = written.get(delimiter..written.len() - delimiter).unwrap_or_default().to_owned();
    let tag = (!tag.is_empty()).then(|| tag.to_owned());
    Token::DollarQuotedString(DollarQuotedString { value, tag })
}

fn quoted(name: String, at: Span) -> Parsed<Token> {
    if name.is_empty() {
        return Err(SyntaxError { message: "a name in quotes cannot be empty".to_owned(), at });
    }
    Ok(make_word(shortened(&name), Some('"'), Keyword::NoKeyword))
}

fn word(written: &str) -> Token {
    make_word(shortened(written), None, keyword(written))
}

fn make_word(value: &str, quote_style: Option<char>, keyword: Keyword) -> Token {
    Token::Word(Word { value: value.to_owned(), quote_style, keyword })
}

/// A word of at most so many bytes is looked up as one number.
const SHORT: usize = size_of::<u128>();

/// sqlparser's keywords in upper case: the short ones as numbers, which are compared at once, and the few others.
struct Keywords {
    short: FxHashMap<u128, Keyword>,
    long: FxHashMap<&'static [u8], Keyword>,
}

/// Longer than any keyword.
const KEYWORD_BYTES: usize = 40;

static KEYWORDS: LazyLock<Keywords> = LazyLock::new(|| {
    let all = || ALL_KEYWORDS.iter().copied().zip(ALL_KEYWORDS_INDEX.iter().copied());
    Keywords {
        short: all().filter_map(|(word, keyword)| Some((as_number(word)?, keyword))).collect(),
        long: all().map(|(word, keyword)| (word.as_bytes(), keyword)).filter(|(word, _)| word.len() > SHORT).collect(),
    }
});

/// The bytes of a short word, ASCII letters in upper case.
fn as_number(word: &str) -> Option<u128> {
    let mut bytes = [0; SHORT];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    bytes.make_ascii_uppercase();
    Some(u128::from_ne_bytes(bytes))
}

/// sqlparser's keyword of an unquoted word.
fn keyword(written: &str) -> Keyword {
    let known = match as_number(written) {
        Some(number) => KEYWORDS.short.get(&number),
        None => {
            let mut upper = [0; KEYWORD_BYTES];
            let Some(upper) = upper.get_mut(..written.len()) else { return Keyword::NoKeyword };
            upper.copy_from_slice(written.as_bytes());
            upper.make_ascii_uppercase();
            KEYWORDS.long.get(&*upper)
        }
    };
    known.copied().unwrap_or(Keyword::NoKeyword)
}

#[cfg(test)]
mod tests;
