//! What strings and quoted names spell.

use super::scan::continuation;
use crate::ast::{SettingChange, SettingKind, StatementKind};

/// A string or name that the server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalid {
    /// Why.
    pub message: &'static str,
    /// Where, from the start of the literal.
    pub at: usize,
}

const ESCAPE: &str = "an invalid Unicode escape";
const SURROGATE: &str = "half of a Unicode surrogate pair";

/// Whether a backslash in a plain string is an escape from here on, if a statement says so.
pub(super) fn backslashes(kind: &StatementKind) -> Option<bool> {
    let StatementKind::Set(SettingChange { kind, .. }) = kind else { return None };
    match kind {
        SettingKind::Set { name, value } if name == CONFORMING => {
            Some(["off", "false", "no", "0"].iter().any(|off| value.eq_ignore_ascii_case(off)))
        }
        SettingKind::Reset { name } if name == CONFORMING => Some(false),
        SettingKind::ResetAll | SettingKind::DiscardAll => Some(false),
        SettingKind::Set { .. } | SettingKind::Reset { .. } => None,
    }
}

const CONFORMING: &str = "standard_conforming_strings";

/// The text of a string from its opening quote on, with what goes on behind line breaks.
///
/// # Errors
/// An escape that stands for no text.
pub(super) fn string(written: &str, escapes: bool) -> Result<String, Invalid> {
    if escapes { unescaped(written) } else { Ok(segments(written).collect()) }
}

/// The text of `U&'...'`.
///
/// # Errors
/// An escape that stands for no character.
pub(super) fn unicode_string(written: &str, escape: char) -> Result<String, Invalid> {
    let text: String = segments(&written[2..]).collect();
    unicode(&text, escape)
}

/// The text of `"..."` or `U&"..."`.
///
/// # Errors
/// An escape that stands for no character.
pub(super) fn quoted_name(written: &str, escape: char) -> Result<String, Invalid> {
    let unicode_prefix = !written.starts_with('"');
    let inner = written[if unicode_prefix { 3 } else { 1 }..].strip_suffix('"').unwrap_or_default();
    let name = inner.replace("\"\"", "\"");
    if unicode_prefix { unicode(&name, escape) } else { Ok(name) }
}

/// The pieces of a string without backslashes: the quotes between two of them are doubled, or on different lines.
fn segments(written: &str) -> impl Iterator<Item = &str> {
    let mut at = 1;
    std::iter::from_fn(move || {
        let rest = written.get(at..).filter(|rest| !rest.is_empty())?;
        let end = rest.find('\'').unwrap_or(rest.len());
        let behind = at + end + 1;
        if written.as_bytes().get(behind) == Some(&b'\'') {
            at = behind + 1;
            return Some(&written[behind - 1 - end..behind]);
        }
        at = continuation(written.as_bytes(), behind).map_or(written.len(), |quote| quote + 1);
        Some(&rest[..end])
    })
}

/// The text of a string with backslashes.
fn unescaped(written: &str) -> Result<String, Invalid> {
    let bytes = written.as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(_)) => at = escape(written, at, &mut text)?,
            (b'\'', Some(b'\'')) => {
                text.push(b'\'');
                at += 2;
            }
            (b'\'', _) => match continuation(bytes, at + 1) {
                Some(quote) => at = quote + 1,
                None => break,
            },
            _ => {
                text.push(*byte);
                at += 1;
            }
        }
    }
    if text.contains(&0) {
        return Err(Invalid { message: "a NUL byte, which PostgreSQL does not accept in text", at: 0 });
    }
    String::from_utf8(text).map_err(|_| Invalid { message: "escapes that are no valid UTF-8", at: 0 })
}

/// Reads the escape at `at`, and says where it ends.
fn escape(written: &str, at: usize, text: &mut Vec<u8>) -> Result<usize, Invalid> {
    let bytes = written.as_bytes();
    let digits = |from: usize, most: usize, is_digit: fn(&u8) -> bool| {
        bytes[from..].iter().take(most).take_while(|byte| is_digit(byte)).count()
    };
    let value = |from: usize, count: usize, radix: u32| {
        written.get(from..from + count).and_then(|digits| u32::from_str_radix(digits, radix).ok()).unwrap_or_default()
    };
    let plain = match bytes[at + 1] {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0'..=b'7' => {
            let count = digits(at + 1, 3, |byte| matches!(byte, b'0'..=b'7'));
            text.push((value(at + 1, count, 8) & 0xff) as u8);
            return Ok(at + 1 + count);
        }
        b'x' if digits(at + 2, 1, u8::is_ascii_hexdigit) == 1 => {
            let count = digits(at + 2, 2, u8::is_ascii_hexdigit);
            text.push(value(at + 2, count, 16) as u8);
            return Ok(at + 2 + count);
        }
        b'u' | b'U' => {
            let (c, end) = code_point(at, |at| {
                let count = if bytes.get(at + 1) == Some(&b'u') { 4 } else { 8 };
                let complete = bytes.get(at) == Some(&b'\\')
                    && matches!(bytes.get(at + 1), Some(b'u' | b'U'))
                    && digits((at + 2).min(bytes.len()), count, u8::is_ascii_hexdigit) == count;
                complete.then(|| (value(at + 2, count, 16), at + 2 + count))
            })?;
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Ok(end);
        }
        other => other,
    };
    text.push(plain);
    Ok(at + 2)
}

/// A character of one escape, or of the two that make up a surrogate pair. `read` gives the number of an escape and its end.
fn code_point(at: usize, read: impl Fn(usize) -> Option<(u32, usize)>) -> Result<(char, usize), Invalid> {
    let (first, end) = read(at).ok_or(Invalid { message: ESCAPE, at })?;
    if !(0xd800..0xe000).contains(&first) {
        let c = char::from_u32(first).filter(|c| *c != '\0').ok_or(Invalid { message: ESCAPE, at })?;
        return Ok((c, end));
    }
    let second = read(end).filter(|(second, _)| first < 0xdc00 && (0xdc00..0xe000).contains(second));
    let (second, end) = second.ok_or(Invalid { message: SURROGATE, at })?;
    let c = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    Ok((c.ok_or(Invalid { message: SURROGATE, at })?, end))
}

/// Replaces `\0061` and `\+000061`; a doubled escape stands for itself.
fn unicode(text: &str, escape: char) -> Result<String, Invalid> {
    let number = |at: usize| {
        let rest = text[at..].strip_prefix(escape)?;
        let (digits, count, prefix) = match rest.strip_prefix('+') {
            Some(digits) => (digits, 6, 1),
            None => (rest, 4, 0),
        };
        let digits = digits.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        Some((u32::from_str_radix(digits, 16).ok()?, at + escape.len_utf8() + prefix + count))
    };
    let mut decoded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let behind = at + c.len_utf8();
        if c != escape {
            decoded.push(c);
            at = behind;
        } else if text[behind..].starts_with(escape) {
            decoded.push(c);
            at = behind + c.len_utf8();
        } else {
            let (c, end) = code_point(at, number).map_err(|error| Invalid { at: 0, ..error })?;
            decoded.push(c);
            at = end;
        }
    }
    Ok(decoded)
}
