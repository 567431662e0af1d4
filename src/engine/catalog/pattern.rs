//! Whether a text matches a pattern, for those patterns that are plain enough.
//!
//! Patterns are put into the words of the crate regex, which says whether they match. Source: the manual of PostgreSQL,
//! "Pattern Matching". Of the regular expressions that it calls advanced, these are followed: characters, `.`, classes, `^` and
//! `$`, groups, `|`, and quantifiers. Texts that are not ASCII are not: which of their characters are letters depends on the
//! locale.

use std::cell::RefCell;

use regex::bytes::{Regex, RegexBuilder};

/// Bytes that an expression may take when it is compiled.
const LARGE: usize = 200_000;

/// Groups within groups that are followed.
const DEEP: usize = 20;

/// `text LIKE pattern`, where nothing is escaped.
pub(super) fn is_like(text: &str, pattern: &str) -> Option<bool> {
    if pattern.contains('\\') {
        return None;
    }
    let part = |c: char| match c {
        '%' => ".*".to_owned(),
        '_' => ".".to_owned(),
        other => regex::escape(other.encode_utf8(&mut [0; 4])),
    };
    let inner: String = pattern.chars().map(part).collect();
    is_match(format!("(?u)^{inner}$"), true, text)
}

/// `text ~ pattern`
pub(super) fn matches(text: &str, pattern: &str) -> Option<bool> {
    if !text.is_ascii() || !pattern.is_ascii() || pattern.starts_with("***") {
        return None;
    }
    let mut reader = Reader { rest: pattern.as_bytes(), depth: 0 };
    let whole = reader.alternatives().filter(|_| reader.rest.is_empty())?;
    is_match(whole, false, text)
}

thread_local! {
    /// The one that was compiled last: many rows are matched with one.
    static LAST: RefCell<(String, Option<Regex>)> = RefCell::default();
}

/// Whether an expression of the crate regex matches a text; None for one that is too large.
fn is_match(expression: String, unicode: bool, text: &str) -> Option<bool> {
    LAST.with_borrow_mut(|(known, regex)| {
        if *known != expression {
            let mut builder = RegexBuilder::new(&expression);
            *regex = builder.unicode(unicode).dot_matches_new_line(true).size_limit(LARGE).build().ok();
            *known = expression;
        }
        regex.as_ref().map(|regex| regex.is_match(text.as_bytes()))
    })
}

/// Which characters of ASCII belong to it.
#[derive(Clone, Copy)]
struct Set(u128);

impl Set {
    fn of(is_in: impl Fn(u8) -> bool) -> Self {
        Self((0..128u8).filter(|byte| is_in(*byte)).fold(0, |set, byte| set | 1 << byte))
    }

    /// As a class of the crate regex.
    fn class(self) -> String {
        let bytes = (0..128u8).filter(|byte| self.0 >> byte & 1 == 1);
        // One that is empty matches nothing.
        let inner: String = bytes.map(|byte| format!("\\x{byte:02x}")).collect();
        if inner.is_empty() { "[^\\x00-\\xff]".to_owned() } else { format!("[{inner}]") }
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// `\d` and the like.
    fn of_letter(letter: u8) -> Option<Self> {
        let all = Self(u128::MAX);
        match letter {
            b'd' => Some(Self::of(|byte| byte.is_ascii_digit())),
            b'w' => Some(Self::of(|byte| byte.is_ascii_alphanumeric() || byte == b'_')),
            b's' => Some(Self::of(|byte| matches!(byte, b' ' | 9..=13))),
            b'D' | b'W' | b'S' => Some(all.without(Self::of_letter(letter.to_ascii_lowercase())?)),
            _ => None,
        }
    }

    /// `[:alpha:]` and the like.
    fn of_name(name: &[u8]) -> Option<Self> {
        match name {
            b"alpha" => Some(Self::of(|byte| byte.is_ascii_alphabetic())),
            b"digit" => Self::of_letter(b'd'),
            b"alnum" => Some(Self::of(|byte| byte.is_ascii_alphanumeric())),
            b"lower" => Some(Self::of(|byte| byte.is_ascii_lowercase())),
            b"upper" => Some(Self::of(|byte| byte.is_ascii_uppercase())),
            b"space" => Self::of_letter(b's'),
            _ => None,
        }
    }
}

struct Reader<'p> {
    rest: &'p [u8],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, text: &[u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Alternatives, in a group of their own.
    fn alternatives(&mut self) -> Option<String> {
        self.depth += 1;
        if self.depth > DEEP {
            return None;
        }
        let mut branches = vec![self.branch()?];
        while self.skip(b"|") {
            branches.push(self.branch()?);
        }
        self.depth -= 1;
        Some(format!("(?:{})", branches.join("|")))
    }

    fn branch(&mut self) -> Option<String> {
        let mut parts = String::new();
        while !self.rest.is_empty() && !self.rest.starts_with(b"|") && !self.rest.starts_with(b")") {
            parts.push_str(&self.atom()?);
        }
        // One without a part may match nothing, or be refused.
        (!parts.is_empty()).then_some(parts)
    }

    /// A character, a class or a group and how many times it may stand there, or a place.
    fn atom(&mut self) -> Option<String> {
        let part = match self.take()? {
            place @ (b'^' | b'$') => return (!self.is_quantified()).then(|| char::from(place).into()),
            b'.' => ".".to_owned(),
            b'(' => {
                if self.rest.starts_with(b"?") && !self.skip(b"?:") {
                    return None;
                }
                let inner = self.alternatives()?;
                self.skip(b")").then_some(inner)?
            }
            b'[' if self.rest.starts_with(b"[:<:]") || self.rest.starts_with(b"[:>:]") => return None,
            b'[' => self.brackets()?.class(),
            b'\\' => self.escaped()?.class(),
            b'*' | b'+' | b'?' | b'{' | b'}' | b']' => return None,
            byte => Set::of(|other| other == byte).class(),
        };
        Some(part + &self.times()?)
    }

    fn is_quantified(&self) -> bool {
        matches!(self.rest.first(), Some(b'*' | b'+' | b'?' | b'{'))
    }

    /// Behind a backslash: a class, or a character that is no letter and no digit.
    fn escaped(&mut self) -> Option<Set> {
        match self.take()? {
            byte if byte.is_ascii_alphabetic() => Set::of_letter(byte),
            byte if byte.is_ascii_digit() => None,
            byte => Some(Set::of(|other| other == byte)),
        }
    }

    /// Behind `[`.
    fn brackets(&mut self) -> Option<Set> {
        let negated = self.skip(b"^");
        if self.rest.starts_with(b"]") {
            return None;
        }
        let mut set = Set(0);
        while !self.skip(b"]") {
            let first = match self.take()? {
                b'[' => {
                    set.0 |= self.class()?.0;
                    continue;
                }
                b'\\' => match self.take()? {
                    // In a class, what is no digit and the like is refused before 14.
                    letter @ (b'd' | b'w' | b's') => {
                        set.0 |= Set::of_letter(letter)?.0;
                        continue;
                    }
                    byte if byte.is_ascii_alphanumeric() => return None,
                    byte => byte,
                },
                b'-' if !self.rest.starts_with(b"]") && set.0 != 0 => return None,
                byte => byte,
            };
            let last = match self.rest {
                [b'-', b']', ..] => first,
                [b'-', b'[' | b'\\', ..] => return None,
                [b'-', last, rest @ ..] => {
                    self.rest = rest;
                    *last
                }
                _ => first,
            };
            if last < first {
                return None;
            }
            set.0 |= Set::of(|byte| (first..=last).contains(&byte)).0;
        }
        Some(if negated { Set(u128::MAX).without(set) } else { set })
    }

    /// Behind `[` in brackets.
    fn class(&mut self) -> Option<Set> {
        if !self.skip(b":") {
            return None;
        }
        let end = self.rest.windows(2).position(|pair| pair == b":]")?;
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(2..)?;
        Set::of_name(name)
    }

    /// What says how many times, if anything does.
    fn times(&mut self) -> Option<String> {
        let (least, most) = match self.rest.first() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => {
                let end = self.rest.iter().position(|byte| *byte == b'}')?;
                let written = std::str::from_utf8(self.rest.get(1..end)?).ok()?;
                let number = |text: &str| {
                    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                    text.parse::<usize>().ok().filter(|number| digits && *number <= 255)
                };
                self.rest = self.rest.get(end..)?;
                match written.split_once(',') {
                    None => (number(written)?, Some(number(written)?)),
                    Some((least, "")) => (number(least)?, None),
                    Some((least, most)) => (number(least)?, Some(number(most)?)),
                }
            }
            _ => return Some(String::new()),
        };
        self.take();
        // One that is content with less matches the same texts.
        self.skip(b"?");
        let most = match most {
            Some(most) if most < least => return None,
            Some(most) => most.to_string(),
            None => String::new(),
        };
        (!self.is_quantified()).then(|| format!("{{{least},{most}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_like_patterns() {
        for (text, pattern, expected) in [
            ("anna", "a%a", true),
            ("anna", "%nn%", true),
            ("anna", "a_a", false),
            ("anna", "an__", true),
            ("", "%", true),
            ("", "_", false),
            ("anna", "", false),
            ("abcbc", "a%bc", true),
        ] {
            assert_eq!(is_like(text, pattern), Some(expected), "{text} {pattern}");
        }
        assert_eq!(is_like("a", r"\a"), None);
    }

    #[test]
    fn texts_match_expressions() {
        for (text, pattern, expected) in [
            ("nobody", "@", false),
            ("a@b", "@", true),
            ("EUR", "^[A-Z]{3}$", true),
            ("EURO", "^[A-Z]{3}$", false),
            ("Euro", "^[a-z]+$", false),
            ("a-b_1", r"^[\w-]+$", true),
            ("12a", r"^\d+$", false),
            ("a@b.de", r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", true),
            ("a@bde", r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", false),
            ("abab", "^(ab|cd)*$", true),
            ("abc", "^(?:ab|cd)+$", false),
            ("colour", "^colou?r$", true),
            ("x1", "^[[:alpha:]][[:digit:]]{1,2}$", true),
            ("x123", "^[[:alpha:]][[:digit:]]{1,2}$", false),
            ("a\nb", "^a.b$", true),
        ] {
            assert_eq!(matches(text, pattern), Some(expected), "{text} {pattern}");
        }
        for pattern in [r"(a)\1", "(?i)a", "a**", "***=a", "[[.a.]]", "a{", r"\ma", "(?=a)", "", "a|", "[z-a]", "(a"] {
            assert_eq!(matches("a", pattern), None, "{pattern}");
        }
        assert_eq!(matches("ä", "."), None);
    }
}
