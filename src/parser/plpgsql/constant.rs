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

/// The value of an expression of which nothing is unknown but names: a placeholder stands for each that quote_ident() or `%I`
/// makes of a value.
pub(super) fn with_unknown_names(words: &Lexemes, from: usize, to: usize, variables: &Variables) -> Option<Vec<Piece>> {
    let mut reader = Constant { unknown: true, ..Constant::new(words, from, to, variables) };
    let value = reader.concatenation()?;
    (reader.at == to && value.iter().all(|piece| piece.text != UNKNOWN)).then_some(value)
}

/// Stands for a value that is not known.
const UNKNOWN: &str = "{value}";

/// Stands for a name that is not known.
pub(super) const UNKNOWN_NAME: &str = "{name}";

/// The text that an expression starts with, if that is known.
pub(super) fn beginning(words: &Lexemes, from: usize, to: usize, variables: &Variables) -> String {
    let mut reader = Constant::new(words, from, to, variables);
    while reader.is_symbol(b'(') {
        reader.at += 1;
    }
    let format = words.is_any(reader.at, &["format"]) && words.is_symbol(reader.at + 1, b'(');
    reader.at += if format { 2 } else { 0 };
    let known = reader.term().filter(|term| !term.is_expression);
    known.map(|term| joined(&term.pieces)).unwrap_or_default()
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
    /// Something stands for values that are not known.
    unknown: bool,
}

impl<'w, 't> Constant<'w, 't> {
    fn new(words: &'w Lexemes<'t>, at: usize, end: usize, variables: &'w Variables) -> Self {
        Self { words, at, end, variables, depth: 0, left: words.text().as_str().len() + LONGER, unknown: false }
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
        let argument = self.argument()?;
        (!argument.is_expression).then_some(argument.pieces)
    }

    /// The same, or the number of an object, which is not known: `'table'::regclass::oid` is the expression that gives it.
    fn argument(&mut self) -> Option<Argument> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut argument = self.sum()?;
        while self.at < self.end && self.words.is_pair(self.at, *b"||") {
            self.at += 2;
            let next = self.sum()?;
            if argument.is_expression || next.is_expression {
                return None;
            }
            argument.pieces.extend(next.pieces);
        }
        self.depth -= 1;
        Some(argument)
    }

    /// `term + term - term ...` of whole numbers, or one term.
    fn sum(&mut self) -> Option<Argument> {
        let mut sum = self.term()?;
        while self.is_symbol(b'+') || self.is_symbol(b'-') {
            let adds = self.eat_symbol(b'+') || !self.eat_symbol(b'-');
            let next = self.term()?;
            if sum.is_expression || next.is_expression {
                return None;
            }
            let number = |pieces: &[Piece]| joined(pieces).parse::<i64>().ok();
            let (one, other) = (number(&sum.pieces)?, number(&next.pieces)?);
            let value = if adds { one.checked_add(other)? } else { one.checked_sub(other)? };
            sum.pieces.extend(next.pieces);
            sum.pieces = vec![substituted(value.to_string(), &sum.pieces)];
        }
        Some(sum)
    }

    /// One operand with its casts.
    fn term(&mut self) -> Option<Argument> {
        let pieces = self.operand()?;
        let mut casts = Vec::new();
        while self.at < self.end && self.words.is_pair(self.at, *b"::") {
            casts.push(self.words.name(self.at + 2)?);
            self.at += 3;
        }
        let object = casts.iter().position(|cast| is_name_of_object(cast));
        match (object, casts.as_slice()) {
            (Some(0), [object, number]) if is_number(number) => {
                let text = format!("{}::{object}::{number}", quoted(&joined(&pieces), '\''));
                Some(Argument { pieces: vec![substituted(text, &pieces)], is_expression: true })
            }
            (Some(at), casts) if casts.iter().skip(at).any(|cast| is_number(cast)) => None,
            _ => Some(Argument { pieces, is_expression: false }),
        }
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
            Lexeme::Word | Lexeme::QuotedName if self.unknown && self.is_unknown() => Some(vec![self.unknown_value()]),
            Lexeme::Word | Lexeme::QuotedName => {
                // As a part of something bigger it has the place where it is named.
                let value = joined(self.variables.get(&self.words.name(self.at)?)?);
                self.at += 1;
                self.counted(vec![Piece { text: value, place: self.words.span(self.at - 1) }])
            }
            Lexeme::Comment | Lexeme::Symbol(_) | Lexeme::Operator | Lexeme::Parameter | Lexeme::Placeholder => None,
        }
    }

    /// Whether a variable or a field comes whose value is not known.
    fn is_unknown(&self) -> bool {
        let known = self.words.name(self.at).is_some_and(|name| self.variables.contains_key(&name));
        !known || self.words.is_symbol(self.at + 1, b'.')
    }

    /// `variable`, `record.field`
    fn unknown_value(&mut self) -> Piece {
        let first = self.at;
        self.at += 1;
        while self.is_symbol(b'.') && self.words.name(self.at + 1).is_some() {
            self.at += 2;
        }
        Piece { text: UNKNOWN.to_owned(), place: self.words.extent(first, self.at) }
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
            arguments.push(self.argument()?);
            if !self.eat_symbol(b',') && !self.is_symbol(b')') {
                return None;
            }
        }
        if let ("format", [template, values @ ..]) = (function.as_str(), arguments.as_slice()) {
            let pieces = if template.is_expression { None } else { formatted(&template.pieces, values, self.left) };
            return self.counted(pieces?);
        }
        let plain = arguments.into_iter().map(|argument| (!argument.is_expression).then_some(argument.pieces));
        let arguments: Vec<Vec<Piece>> = plain.collect::<Option<_>>()?;
        let pieces = match (function.as_str(), arguments.as_slice()) {
            ("concat", pieces) => pieces.concat(),
            ("quote_ident", [name]) => vec![substituted(as_name(&joined(name)), name)],
            ("lpad", [value, length, fill]) => {
                vec![substituted(padded(&joined(value), &joined(length), &joined(fill))?, value)]
            }
            ("to_char", [value, picture]) => vec![substituted(with_zeros(&joined(value), &joined(picture))?, value)],
            ("quote_literal", [value]) => vec![substituted(quoted(&joined(value), '\''), value)],
            _ => return None,
        };
        self.counted(pieces)
    }
}

/// lpad() with one character, of a text that fits.
fn padded(value: &str, length: &str, fill: &str) -> Option<String> {
    let missing = length.parse::<usize>().ok()?.checked_sub(value.chars().count())?;
    (fill.chars().count() == 1 && missing < LONGER).then(|| format!("{}{value}", fill.repeat(missing)))
}

/// to_char() of a whole number with a picture such as `FM000`.
fn with_zeros(value: &str, picture: &str) -> Option<String> {
    let zeros = picture.strip_prefix("FM").filter(|zeros| zeros.chars().all(|c| c == '0'))?;
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit());
    padded(value, &zeros.len().to_string(), "0").filter(|_| plain)
}

/// An argument of a function.
struct Argument {
    pieces: Vec<Piece>,
    /// They are not its text, which is not known, but an expression that has the same value.
    is_expression: bool,
}

/// `regclass` and its kin.
fn is_name_of_object(data_type: &str) -> bool {
    data_type.starts_with("reg")
}

/// Types as which objects have numbers.
fn is_number(data_type: &str) -> bool {
    matches!(data_type, "oid" | "integer" | "int" | "int4" | "bigint" | "int8")
}

/// Whether an expression may stand in SQL where a number stands: in no string, and in no name.
fn fits_expression(before: &str, behind: &str) -> bool {
    let is_border = |char: char| char.is_whitespace() || "(),:=<>".contains(char);
    let outside = |quote: char| before.matches(quote).count().is_multiple_of(2);
    before.ends_with(is_border)
        && behind.chars().next().is_none_or(|first| is_border(first) || first == ';')
        && outside('\'')
        && outside('"')
        && !before.contains(['$', '\\'])
        && !["--", "/*"].iter().any(|comment| before.contains(comment))
}

/// A value as the name that it becomes.
fn as_name(value: &str) -> String {
    if value == UNKNOWN { UNKNOWN_NAME.to_owned() } else { quoted(value, '"') }
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
fn formatted(template: &[Piece], values: &[Argument], most: usize) -> Option<Vec<Piece>> {
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
                let Argument { pieces: value, is_expression } = values.get(number)?;
                left = left.checked_sub(value.iter().map(|piece| piece.text.len()).sum())?;
                let behind = &rest[at + 1 + specifier.length..];
                if *is_expression && (specifier.kind != 's' || !fits_expression(&joined(&result), behind)) {
                    return None;
                }
                result.push(match specifier.kind {
                    's' if value.len() == 1 => value.first()?.clone(),
                    's' => substituted(joined(value), value),
                    'I' => substituted(as_name(&joined(value)), value),
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
