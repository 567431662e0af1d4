//! Strings, quoted names and comments: what a lexer must find the end of.

use super::{Lexeme, Scanner, Unclosed, WORD, is_space};
use crate::parser::template;
use crate::source::Span;

/// Where the opening quote is with which a string goes on that ended just before `at`: on a later line, with nothing but
/// white space and line comments between.
pub(in crate::parser) fn continuation(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut next_line = false;
    loop {
        match bytes.get(at)? {
            b'\n' | b'\r' => (next_line, at) = (true, at + 1),
            b'\'' if next_line => return Some(at),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at += bytes[at..].iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
            }
            byte if is_space(*byte) => at += 1,
            _ => return None,
        }
    }
}

impl Scanner<'_> {
    /// `"name"`, where a doubled quote stands for one. A template's tag in it may hold quotes: `"{{ index .Names "a" }}"`.
    pub(super) fn quoted_name(&mut self) -> Option<Unclosed> {
        let opening = self.at;
        self.at += 1;
        loop {
            self.at += self.bytes[self.at..].iter().take_while(|byte| !matches!(byte, b'"' | b'{')).count();
            if self.byte(0) == b'{' {
                self.at = template::tag(self.bytes, self.at).map_or(self.at + 1, |(_, end)| end);
                continue;
            }
            if self.at >= self.bytes.len() {
                return Some(Unclosed { what: "quoted name", opening: Span::new(opening, opening + 1) });
            }
            self.at += 1;
            if self.byte(0) != b'"' {
                return None;
            }
            self.at += 1;
        }
    }

    /// The quoted part of a string, and what goes on behind line breaks by the same rules.
    pub(super) fn string(&mut self, escapes: bool) -> Option<Unclosed> {
        let opening = self.at;
        self.at += 1;
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.byte(1)) {
                (b'\\', _) if escapes => self.at += 2,
                (b'\'', b'\'') => self.at += 2,
                (b'\'', _) => {
                    self.at += 1;
                    match continuation(self.bytes, self.at) {
                        Some(quote) => self.at = quote + 1,
                        None => return None,
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        Some(Unclosed { what: "string", opening: Span::new(opening, opening + 1) })
    }

    /// `$1`, `$$text$$`, `$tag$text$tag$`, `$name`, or a lone `$`.
    pub(super) fn dollar(&mut self) -> (Lexeme, Option<Unclosed>) {
        let start = self.at;
        if self.byte(1).is_ascii_digit() {
            self.at += 1;
            self.at += self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            return (Lexeme::Parameter, None);
        }
        let tag = self.bytes[start + 1..].iter().take_while(|byte| WORD[**byte as usize] && **byte != b'$').count();
        let end = start + 1 + tag;
        let closes = self.bytes.get(end) == Some(&b'$');
        self.at = if closes { end + 1 } else { end };
        if !closes {
            return (if tag == 0 { Lexeme::Symbol(b'$') } else { Lexeme::Parameter }, None);
        }
        let opening = Span::new(start, self.at);
        let unclosed = match self.place_of(&self.bytes[start..self.at]) {
            Some(found) => {
                self.at = found + opening.len();
                None
            }
            None => {
                self.at = self.bytes.len();
                Some(Unclosed { what: "dollar-quoted string", opening })
            }
        };
        (Lexeme::String, unclosed)
    }

    fn place_of(&self, tag: &[u8]) -> Option<usize> {
        let mut at = self.at;
        loop {
            at += self.bytes.get(at..)?.iter().position(|byte| *byte == b'$')?;
            if self.bytes[at..].starts_with(tag) {
                return Some(at);
            }
            at += 1;
        }
    }

    pub(super) fn line_comment(&mut self) -> (Lexeme, Option<Unclosed>) {
        while self.at < self.bytes.len() && !matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.at += 1;
        }
        (Lexeme::Comment, None)
    }

    pub(super) fn block_comment(&mut self) -> Option<Unclosed> {
        let opening = Span::new(self.at, self.at + 2);
        self.at += 2;
        let mut depth = 1;
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.byte(1)) {
                (b'*', b'/') if depth == 1 => {
                    self.at += 2;
                    return None;
                }
                (b'*', b'/') => (depth, self.at) = (depth - 1, self.at + 2),
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                _ => self.at += 1,
            }
        }
        Some(Unclosed { what: "comment", opening })
    }
}
