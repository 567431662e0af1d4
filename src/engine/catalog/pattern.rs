//! Whether a text matches a pattern, for those patterns that are plain enough.
//!
//! Source: the manual of PostgreSQL, "Pattern Matching". Of the regular expressions that it calls advanced, these are followed:
//! characters, `.`, classes, `^` and `$`, groups, `|`, and quantifiers. Texts that are not ASCII are not: which of their
//! characters are letters depends on the locale.

/// Steps that an expression may have.
const LONG: usize = 2_000;

/// Groups within groups that are followed.
const DEEP: usize = 20;

/// `text LIKE pattern`, where nothing is escaped.
pub(super) fn is_like(text: &str, pattern: &str) -> Option<bool> {
    if pattern.contains('\\') {
        return None;
    }
    let text: Vec<char> = text.chars().collect();
    // Which beginnings of the text are matched by what was read of the pattern.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for c in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        let mut any = false;
        for (at, before) in reached.iter().enumerate() {
            any |= before;
            match c {
                '%' => next[at] = any,
                _ if *before && at < text.len() && (c == '_' || text[at] == c) => next[at + 1] = true,
                _ => {}
            }
        }
        reached = next;
    }
    reached.last().copied()
}

/// `text ~ pattern`
pub(super) fn matches(text: &str, pattern: &str) -> Option<bool> {
    if !text.is_ascii() || !pattern.is_ascii() || pattern.starts_with("***") {
        return None;
    }
    let mut reader = Reader { rest: pattern.as_bytes(), depth: 0 };
    let whole = reader.alternatives().filter(|_| reader.rest.is_empty())?;
    let mut steps = Vec::new();
    put(&whole, &mut steps)?;
    steps.push(Step::Found);
    Some(runs(&steps, text.as_bytes()))
}

/// A part of a regular expression.
enum Node {
    One(Set),
    Begin,
    End,
    All(Vec<Node>),
    Any(Vec<Node>),
    /// So many times, at most.
    Times(Box<Node>, usize, Option<usize>),
}

/// Which characters of ASCII belong to it.
#[derive(Clone, Copy)]
struct Set(u128);

impl Set {
    fn of(is_in: impl Fn(u8) -> bool) -> Self {
        Self((0..128u8).filter(|byte| is_in(*byte)).fold(0, |set, byte| set | 1 << byte))
    }

    fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
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

    fn alternatives(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEP {
            return None;
        }
        let mut branches = vec![self.branch()?];
        while self.skip(b"|") {
            branches.push(self.branch()?);
        }
        self.depth -= 1;
        Some(Node::Any(branches))
    }

    fn branch(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with(b"|") && !self.rest.starts_with(b")") {
            let part = self.atom()?;
            let is_place = matches!(part, Node::Begin | Node::End);
            let part = self.times(part, is_place)?;
            parts.push(part);
        }
        // One without a part may match nothing, or be refused.
        (!parts.is_empty()).then_some(Node::All(parts))
    }

    fn atom(&mut self) -> Option<Node> {
        match self.take()? {
            b'^' => Some(Node::Begin),
            b'$' => Some(Node::End),
            b'.' => Some(Node::One(Set(u128::MAX))),
            b'(' => {
                if self.rest.starts_with(b"?") && !self.skip(b"?:") {
                    return None;
                }
                let inner = self.alternatives()?;
                self.skip(b")").then_some(inner)
            }
            b'[' if self.rest.starts_with(b"[:<:]") || self.rest.starts_with(b"[:>:]") => None,
            b'[' => self.brackets().map(Node::One),
            b'\\' => self.escaped().map(Node::One),
            b'*' | b'+' | b'?' | b'{' | b'}' | b']' => None,
            byte => Some(Node::One(Set::of(|other| other == byte))),
        }
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
    fn times(&mut self, part: Node, is_place: bool) -> Option<Node> {
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
            _ => return Some(part),
        };
        self.take();
        // One that is content with less matches the same texts.
        self.skip(b"?");
        let again = matches!(self.rest.first(), Some(b'*' | b'+' | b'?' | b'{'));
        let fits = most.is_none_or(|most| least <= most);
        (fits && !again && !is_place).then(|| Node::Times(Box::new(part), least, most))
    }
}

/// What is done with the next character.
enum Step {
    One(Set),
    Begin,
    End,
    /// It goes on here, and there.
    Both(usize, usize),
    Found,
}

/// The steps of a part; what comes behind them follows the last one.
fn put(node: &Node, steps: &mut Vec<Step>) -> Option<()> {
    if steps.len() > LONG {
        return None;
    }
    match node {
        Node::One(set) => steps.push(Step::One(*set)),
        Node::Begin => steps.push(Step::Begin),
        Node::End => steps.push(Step::End),
        Node::All(parts) => parts.iter().try_for_each(|part| put(part, steps))?,
        Node::Any(branches) => {
            let mut ends = Vec::new();
            for (at, branch) in branches.iter().enumerate() {
                let fork = steps.len();
                let is_last = at + 1 == branches.len();
                if !is_last {
                    steps.push(Step::Both(fork + 1, fork + 1));
                }
                put(branch, steps)?;
                if !is_last {
                    ends.push(steps.len());
                    steps.push(Step::Found);
                    steps[fork] = Step::Both(fork + 1, steps.len());
                }
            }
            let behind = steps.len();
            ends.into_iter().for_each(|end| steps[end] = Step::Both(behind, behind));
        }
        Node::Times(part, least, most) => {
            (0..*least).try_for_each(|_| put(part, steps))?;
            match most {
                Some(most) => {
                    let mut forks = Vec::new();
                    for _ in *least..*most {
                        forks.push(steps.len());
                        steps.push(Step::Found);
                        put(part, steps)?;
                    }
                    let behind = steps.len();
                    forks.into_iter().for_each(|fork| steps[fork] = Step::Both(fork + 1, behind));
                }
                None => {
                    let fork = steps.len();
                    steps.push(Step::Found);
                    put(part, steps)?;
                    steps.push(Step::Both(fork, fork));
                    steps[fork] = Step::Both(fork + 1, steps.len());
                }
            }
        }
    }
    Some(())
}

/// Whether the steps find something anywhere in a text.
fn runs(steps: &[Step], text: &[u8]) -> bool {
    let mut now = Vec::new();
    for at in 0..=text.len() {
        // It may begin at each character.
        let (mut waiting, mut seen) = (std::mem::take(&mut now), vec![false; steps.len()]);
        waiting.push(0);
        while let Some(step) = waiting.pop() {
            if std::mem::replace(&mut seen[step], true) {
                continue;
            }
            match &steps[step] {
                Step::Found => return true,
                Step::Both(here, there) => waiting.extend([*here, *there]),
                Step::Begin if at == 0 => waiting.push(step + 1),
                Step::End if at == text.len() => waiting.push(step + 1),
                Step::Begin | Step::End => {}
                Step::One(set) => now.extend(text.get(at).filter(|byte| set.has(**byte)).map(|_| step + 1)),
            }
        }
    }
    false
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
