//! String literals, decoded into text of the same length.

use crate::parser::scan::continuation;
use crate::source::Span;

/// The literals that a string is made of, each in quotes of its own, and at their places: it may go on in another line.
pub(super) fn parts(written: &str, at: usize) -> Vec<Span> {
    let bytes = written.as_bytes();
    let Some((opening, _)) = quotes(written).filter(|_| !written.starts_with('$')) else {
        return vec![Span::new(0, written.len()).shifted(at)];
    };
    let escapes = opening == 2;
    let (mut found, mut start, mut end) = (Vec::new(), 0, opening);
    while let Some(byte) = bytes.get(end) {
        match (byte, bytes.get(end + 1)) {
            (b'\\', Some(_)) if escapes => end += 2,
            (b'\'', Some(b'\'')) => end += 2,
            (b'\'', _) => {
                found.push(Span::new(start, end + 1).shifted(at));
                let Some(next) = continuation(bytes, end + 1) else { break };
                (start, end) = (next, next + 1);
            }
            _ => end += 1,
        }
    }
    found
}

/// A literal, decoded into a text of the same length: its own quotes, and what a doubled quote or an escape has too much,
/// are blanks. Nothing for kinds of literal that are not decoded.
pub(super) fn decoded(written: &str) -> Option<String> {
    let (opening, closing) = quotes(written)?;
    let content = written.get(opening..written.len().checked_sub(closing)?)?;
    let mut text = " ".repeat(opening);
    match written.as_bytes().first()? {
        b'$' => text.push_str(content),
        first => Decoder { text: &mut text, state: State::Code }.all(content, matches!(first, b'e' | b'E')),
    }
    text.push_str(&" ".repeat(closing));
    (text.len() == written.len()).then_some(text)
}

/// The lengths of a literal's opening and closing.
pub(super) fn quotes(written: &str) -> Option<(usize, usize)> {
    match written.as_bytes() {
        [b'\'', ..] => Some((1, 1)),
        [b'e' | b'E', b'\'', ..] => Some((2, 1)),
        [b'$', ..] => written[1..].find('$').map(|tag| (tag + 2, tag + 2)),
        _ => None,
    }
}

/// What the decoded text is in the middle of: it is SQL itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    String,
    LineComment,
    BlockComment,
}

struct Decoder<'o> {
    text: &'o mut String,
    state: State,
}

impl Decoder<'_> {
    fn all(mut self, content: &str, escapes: bool) {
        let mut rest = content;
        while let Some((char, width)) = unit(rest, escapes) {
            rest = &rest[width..];
            let next = unit(rest, escapes).filter(|(next, _)| (char, *next) == ('\'', '\''));
            match next.filter(|_| self.state == State::String) {
                // A quote inside a string of the decoded text.
                Some((_, second)) => {
                    self.text.push_str("''");
                    self.pad(width + second - 2);
                    rest = &rest[second..];
                }
                None => self.follow(char, width - char.len_utf8()),
            }
        }
    }

    /// A character that is written with so many bytes more than it has.
    fn follow(&mut self, char: char, surplus: usize) {
        let opens = (self.state, char) == (State::Code, '\'');
        self.state = match (self.state, char) {
            (State::Code, '\'') => State::String,
            (State::String, '\'') | (State::LineComment, '\n') => State::Code,
            (State::Code, '-') if self.text.ends_with('-') => State::LineComment,
            (State::Code, '*') if self.text.ends_with('/') => State::BlockComment,
            (State::BlockComment, '/') if self.text.ends_with('*') => State::Code,
            (state, _) => state,
        };
        // A doubled quote is a blank and the quote, or the quote and a blank: the blank stays outside the string.
        self.pad(if opens { surplus } else { 0 });
        self.text.push(char);
        self.pad(if opens { 0 } else { surplus });
    }

    fn pad(&mut self, blanks: usize) {
        self.text.push_str(&" ".repeat(blanks));
    }
}

/// The next character of a literal's content and the bytes that it is written with.
fn unit(rest: &str, escapes: bool) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    match (first, rest.as_bytes().get(1)) {
        ('\'', Some(b'\'')) => Some(('\'', 2)),
        ('\\', Some(_)) if escapes => Some(escape(&rest[1..])),
        _ => Some((first, first.len_utf8())),
    }
}

/// What stands behind a backslash.
fn escape(rest: &str) -> (char, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    let number = |from: usize, most: usize, radix: u32| {
        let digits = rest.get(from..).unwrap_or_default().chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let value = rest.get(from..from + digits).and_then(|digits| u32::from_str_radix(digits, radix).ok());
        let char = value.and_then(char::from_u32).filter(|char| char.len_utf8() <= from + digits);
        (char.unwrap_or('?'), 1 + from + digits)
    };
    match first {
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'b' | 'f' => (' ', 2),
        'x' => number(1, 2, 16),
        'u' => number(1, 4, 16),
        'U' => number(1, 8, 16),
        '0'..='7' => number(0, 3, 8),
        _ => (first, 1 + first.len_utf8()),
    }
}
