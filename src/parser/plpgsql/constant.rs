//! Strings for EXECUTE whose text is known: literals, `||`, format(), quote_ident() and variables that never change.

use std::collections::HashMap;

use super::lexemes::Lexemes;
use super::literal;
use crate::parser::scan::Lexeme;
use crate::source::Span;

/// A part of a string that is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// The part.
    pub text: String,
    /// Where it is written; of the same length, if it is written just so.
    pub place: Span,
}

/// Variables whose text is known.
pub(super) type Variables = HashMap<String, Vec<Piece>>;

/// The value of an expression, if all of it is known.
pub(super) fn constant(words: &Lexemes, from: usize, to: usize, variables: &Variables) -> Option<Vec<Piece>> {
    if to == from + 1
        && let Some(name) = words.name(from)
    {
        return variables.get(&name).cloned();
    }
    let mut reader = Constant::new(words, from, to, variables);
    let value = reader.concatenation()?;
    (reader.at == to).then_some(value)
}

/// The text that an expression starts with, if that is known.
pub(super) fn beginning(words: &Lexemes, from: usize, to: usize, variables: &Variables) -> String {
    let mut reader = Constant::new(words, from, to, variables);
    while reader.is_symbol(b'(') {
        reader.at += 1;
    }
    let format = words.is_any(reader.at, &["format"]) && words.is_symbol(reader.at + 1, b'(');
    reader.at += if format { 2 } else { 0 };
    joined(&reader.term().unwrap_or_default())
}

/// The pieces in one string.
pub(super) fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Nesting that is followed.
const DEEPEST: usize = 20;

/// What is put together for one expression may be longer than the body by so many bytes: a few variables that double each
/// other would fill the memory.
const LONGER: usize = 1 << 16;

/// A recursive descent over a constant expression.
struct Constant<'w, 't> {
    words: &'w Lexemes<'t>,
    at: usize,
    end: usize,
    variables: &'w Variables,
    depth: usize,
    /// Bytes that may still be put together.
    left: usize,
}

impl<'w, 't> Constant<'w, 't> {
    fn new(words: &'w Lexemes<'t>, at: usize, end: usize, variables: &'w Variables) -> Self {
        Self { words, at, end, variables, depth: 0, left: words.text().as_str().len() + LONGER }
    }

    /// Takes a text into account.
    fn counted(&mut self, pieces: Vec<Piece>) -> Option<Vec<Piece>> {
        self.left = self.left.checked_sub(pieces.iter().map(|piece| piece.text.len()).sum())?;
        Some(pieces)
    }

    fn is_symbol(&self, symbol: u8) -> bool {
        self.at < self.end && self.words.is_symbol(self.at, symbol)
    }

    fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    /// `term || term ...`
    fn concatenation(&mut self) -> Option<Vec<Piece>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut pieces = self.term()?;
        while self.at < self.end && self.words.is_pair(self.at, *b"||") {
            self.at += 2;
            pieces.extend(self.term()?);
        }
        self.depth -= 1;
        Some(pieces)
    }

    /// One operand with its casts.
    fn term(&mut self) -> Option<Vec<Piece>> {
        let value = self.operand()?;
        while self.at < self.end && self.words.is_pair(self.at, *b"::") {
            self.at += 2;
            self.words.name(self.at)?;
            self.at += 1;
        }
        Some(value)
    }

    fn operand(&mut self) -> Option<Vec<Piece>> {
        if self.eat_symbol(b'(') {
            let inner = self.concatenation()?;
            return self.eat_symbol(b')').then_some(inner);
        }
        if self.at >= self.end {
            return None;
        }
        match self.words.lexeme(self.at)? {
            Lexeme::String => {
                let pieces = self.strings()?;
                self.counted(pieces)
            }
            Lexeme::Word if self.words.is_symbol(self.at + 1, b'(') => self.call(),
            Lexeme::Number => {
                let number = Piece { text: self.words.written(self.at).to_owned(), place: self.words.span(self.at) };
                self.at += 1;
                Some(vec![number])
            }
            Lexeme::Word | Lexeme::QuotedName => {
                // As a part of something bigger it has the place where it is named.
                let value = joined(self.variables.get(&self.words.name(self.at)?)?);
                self.at += 1;
                self.counted(vec![Piece { text: value, place: self.words.span(self.at - 1) }])
            }
            Lexeme::Comment | Lexeme::Symbol(_) | Lexeme::Operator | Lexeme::Parameter | Lexeme::Placeholder => None,
        }
    }

    /// A literal, and those on the next lines that go on with it.
    fn strings(&mut self) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        while self.at < self.end && self.words.lexeme(self.at) == Some(Lexeme::String) {
            let place = self.words.span(self.at);
            let decoded = literal::decoded(self.words.written(self.at))?;
            let (opening, closing) = literal::quotes(self.words.written(self.at))?;
            let place = Span::new(place.start + opening, place.end - closing);
            pieces.push(Piece { text: decoded.get(opening..decoded.len() - closing)?.to_owned(), place });
            self.at += 1;
        }
        Some(pieces)
    }

    /// A function of constants.
    fn call(&mut self) -> Option<Vec<Piece>> {
        let function = self.words.name(self.at)?;
        self.at += 2;
        let mut arguments = Vec::new();
        while !self.eat_symbol(b')') {
            arguments.push(self.concatenation()?);
            if !self.eat_symbol(b',') && !self.is_symbol(b')') {
                return None;
            }
        }
        let pieces = match (function.as_str(), arguments.as_slice()) {
            ("format", [template, values @ ..]) => formatted(template, values, self.left)?,
            ("concat", pieces) => pieces.concat(),
            ("quote_ident", [name]) => vec![substituted(quoted(&joined(name), '"'), name)],
            ("quote_literal", [value]) => vec![substituted(quoted(&joined(value), '\''), value)],
            _ => return None,
        };
        self.counted(pieces)
    }
}

/// A value in quotes, those in it doubled.
fn quoted(value: &str, quote: char) -> String {
    let doubled = value.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}

/// A text that takes the place of other pieces.
fn substituted(text: String, from: &[Piece]) -> Piece {
    let place = from.iter().map(|piece| piece.place).reduce(Span::to).unwrap_or_default();
    Piece { text, place }
}

/// What format() makes of constants, if it is not longer than `most`.
fn formatted(template: &[Piece], values: &[Vec<Piece>], most: usize) -> Option<Vec<Piece>> {
    let mut left = most;
    let mut result = Vec::new();
    let mut next = 0;
    for piece in template {
        let (mut rest, mut done) = (piece.text.as_str(), 0);
        while let Some(at) = rest.find('%') {
            result.push(part(piece, done, done + at));
            let specifier = Specifier::read(&rest[at + 1..])?;
            if specifier.kind == '%' {
                result.push(part(piece, done + at, done + at + 1));
            } else {
                let number = specifier.argument.unwrap_or(next);
                next = number + 1;
                let value = values.get(number)?;
                left = left.checked_sub(value.iter().map(|piece| piece.text.len()).sum())?;
                result.push(match specifier.kind {
                    's' if value.len() == 1 => value.first()?.clone(),
                    's' => substituted(joined(value), value),
                    'I' => substituted(quoted(&joined(value), '"'), value),
                    'L' => substituted(quoted(&joined(value), '\''), value),
                    _ => return None,
                });
            }
            let length = at + 1 + specifier.length;
            done += length;
            rest = &rest[length..];
        }
        result.push(part(piece, done, piece.text.len()));
    }
    result.retain(|piece| !piece.text.is_empty());
    Some(result)
}

/// A part of a piece, with its own place where that is known.
fn part(piece: &Piece, from: usize, to: usize) -> Piece {
    let exact = piece.text.len() == piece.place.len();
    let place = if exact { Span::new(piece.place.start + from, piece.place.start + to) } else { piece.place };
    Piece { text: piece.text.get(from..to).unwrap_or_default().to_owned(), place }
}

/// What stands behind a `%`.
struct Specifier {
    /// The number of its argument, from 0, where it says.
    argument: Option<usize>,
    kind: char,
    length: usize,
}

impl Specifier {
    /// `[position$]type`; widths and flags are not followed.
    fn read(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let position = if digits > 0 && text[digits..].starts_with('$') { digits + 1 } else { 0 };
        let argument = match position {
            0 => None,
            _ => Some(text[..digits].parse::<usize>().ok()?.checked_sub(1)?),
        };
        let kind = text[position..].chars().next()?;
        Some(Self { argument, kind, length: position + kind.len_utf8() })
    }
}

/// The place in the file of a part of the joined pieces: that of all pieces which it is made of.
pub(super) fn place_of(pieces: &[Piece], part: Span) -> Span {
    let mut before = 0;
    let mut hull: Option<Span> = None;
    for piece in pieces {
        let (start, end) = (part.start.max(before), part.end.min(before + piece.text.len()));
        if start < end || (part.is_empty() && start == end) {
            let place = self::part(piece, start - before, end - before).place;
            hull = Some(hull.map_or(place, |hull| hull.to(place)));
        }
        before += piece.text.len();
    }
    let end = pieces.last().map_or(0, |piece| piece.place.end);
    hull.unwrap_or(Span::new(end, end))
}
