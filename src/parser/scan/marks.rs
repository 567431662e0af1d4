//! Numbers and operators.

use super::{Lexeme, Scanner};
use crate::parser::template;

/// The server refuses longer operators.
const LONGEST_OPERATOR: usize = 64;

impl Scanner<'_> {
    pub(super) fn number(&mut self) -> Lexeme {
        let is_digit: fn(&u8) -> bool = match (self.byte(0), self.byte(1) | 0x20) {
            (b'0', b'x') => u8::is_ascii_hexdigit,
            (b'0', b'o') => |byte| matches!(byte, b'0'..=b'7'),
            (b'0', b'b') => |byte| matches!(byte, b'0' | b'1'),
            _ => return self.decimal(),
        };
        let first = if self.byte(2) == b'_' { self.byte(3) } else { self.byte(2) };
        if !is_digit(&first) {
            return self.decimal();
        }
        self.at += 2;
        self.digits(is_digit);
        Lexeme::Number
    }

    fn decimal(&mut self) -> Lexeme {
        self.digits(u8::is_ascii_digit);
        if self.byte(0) == b'.' && self.byte(1) != b'.' {
            self.at += 1;
            self.digits(u8::is_ascii_digit);
        }
        let sign = usize::from(matches!(self.byte(1), b'+' | b'-'));
        if self.byte(0) | 0x20 == b'e' && self.byte(1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            self.digits(u8::is_ascii_digit);
        }
        Lexeme::Number
    }

    /// Digits, with single underscores between them.
    fn digits(&mut self, is_digit: fn(&u8) -> bool) {
        while is_digit(&self.byte(0)) || self.byte(0) == b'_' && is_digit(&self.byte(1)) {
            self.at += 1;
        }
    }

    /// The longest run of operator characters that no comment ends. A plus or minus at its end is a sign, unless one of the
    /// characters is found in no operator of the SQL standard.
    pub(super) fn operator(&mut self) -> Lexeme {
        let start = self.at;
        let ends = |at: usize| {
            matches!(&self.bytes[at..], [b'-', b'-', ..] | [b'/', b'*', ..])
                || self.bytes[at..].starts_with(b"<%") && template::tag(self.bytes, at).is_some()
        };
        let limit = self.bytes.len().min(start + LONGEST_OPERATOR);
        let mut end = start + 1;
        while end < limit && template::is_operator(self.bytes[end]) && !ends(end) {
            end += 1;
        }
        let keeps_sign = self.bytes[start..end].iter().any(|byte| b"~!@#^&|`?%".contains(byte));
        while end > start + 1 && !keeps_sign && matches!(self.bytes[end - 1], b'+' | b'-') {
            end -= 1;
        }
        if end == start + 1 {
            return self.symbol();
        }
        self.at = end;
        Lexeme::Operator
    }
}
