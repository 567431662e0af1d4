//! Which statements have nothing for [`super::prepare`] to do: most of them, and to copy their tokens takes time.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::{VERBS, is_word};
use crate::parser::cursor::is_placeholder;

/// Words behind which TABLE is a kind of object.
const BEFORE_KIND: &[&str] =
    &["CREATE", "ALTER", "DROP", "TEMP", "TEMPORARY", "UNLOGGED", "FOREIGN", "LOCK", "TRUNCATE", "ON"];

/// Whether something among the tokens may have to be replaced or dropped.
pub(super) fn any(tokens: &[TokenWithSpan]) -> bool {
    has_leading_tag(tokens) || (0..tokens.len()).any(|at| Place { tokens, at }.concerns())
}

/// Whether a tag stands in front of a statement.
pub(super) fn has_leading_tag(tokens: &[TokenWithSpan]) -> bool {
    matches!(tokens, [first, second, ..] if is_placeholder(&first.token) && is_word(&second.token, VERBS))
}

/// A token and those around it.
#[derive(Clone, Copy)]
struct Place<'t> {
    tokens: &'t [TokenWithSpan],
    at: usize,
}

impl<'t> Place<'t> {
    fn before(self, n: usize) -> Option<&'t Token> {
        self.tokens.get(self.at.checked_sub(n)?).map(|token| &token.token)
    }

    fn is_behind(self, words: &[&str]) -> bool {
        self.before(1).is_some_and(|before| is_word(before, words))
    }

    /// Whether the statement begins with one of these words.
    fn is_in(self, words: &[&str]) -> bool {
        self.tokens.first().is_some_and(|first| is_word(&first.token, words))
    }

    fn next(self) -> Option<&'t Token> {
        self.tokens.get(self.at + 1).map(|token| &token.token)
    }

    fn concerns(self) -> bool {
        match self.tokens.get(self.at).map(|token| &token.token) {
            Some(Token::Word(word)) if word.quote_style.is_none() => self.word(word),
            Some(Token::LParen) => {
                self.next() == Some(&Token::LParen) && self.is_behind(&["IN"]) || self.is_behind(&["AS"])
            }
            Some(Token::Period) => self.next() == Some(&Token::Mul),
            Some(Token::Mul) => self.before(2).is_some_and(|before| is_word(before, &["FROM", "JOIN"])),
            _ => false,
        }
    }

    fn word(self, word: &Word) -> bool {
        use Keyword as K;
        match word.keyword {
            K::NoKeyword => ["DOCUMENT", "ISNULL"].iter().any(|text| word.value.eq_ignore_ascii_case(text)),
            K::SIMILAR | K::UNBOUNDED | K::PRECEDING | K::FOLLOWING | K::EXCLUDE => true,
            K::UNION | K::EXCEPT | K::INTERSECT => true,
            K::AS => self.before(1) == Some(&Token::RParen),
            K::ONLY => !self.is_behind(&["TABLE", "ON"]),
            K::TABLE => !self.is_behind(BEFORE_KIND) || self.is_in(&["INSERT", "WITH"]),
            K::SELECT => matches!(self.next(), None | Some(Token::RParen)),
            K::INTO => self.is_behind(&["SELECT"]),
            K::LOCAL => self.is_behind(&["AT"]),
            K::TO => self.is_behind(&["LIKE"]),
            K::SYMMETRIC => self.is_behind(&["BETWEEN"]),
            K::NO | K::KEY => self.is_behind(&["FOR"]),
            K::OF => self.is_behind(&["UPDATE", "SHARE"]),
            K::ANY | K::ALL | K::SOME => self.next() == Some(&Token::LParen),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parser::lexer;
    use crate::parser::text::Text;
    use crate::source::Span;

    fn tokens(text: &str) -> Vec<TokenWithSpan> {
        let (mut tokens, mut spans) = (Vec::new(), Vec::new());
        lexer::read(Text::of_file(text), Span::new(0, text.len()), &mut tokens, &mut spans).unwrap();
        tokens
    }

    #[test]
    fn plain_statements_do_not_concern_it() {
        for text in [
            "CREATE TABLE a (b integer NOT NULL DEFAULT 1, CHECK (b IN (1, 2)), FOREIGN KEY (b) REFERENCES c (d))",
            "ALTER TABLE ONLY a ADD CONSTRAINT b UNIQUE USING INDEX c",
            "INSERT INTO a (b) VALUES (1), (2) ON CONFLICT (b) DO NOTHING",
            "SELECT * FROM a WHERE b = 1 ORDER BY c",
        ] {
            assert!(!super::any(&tokens(text)), "{text}");
        }
    }

    /// Words and signs that are looked for, and some that are not.
    const VOCABULARY: &[&str] = &[
        "a",
        "b",
        "1",
        "'x'",
        "(",
        "(",
        ")",
        ")",
        ",",
        ".",
        "*",
        "::",
        "=",
        "+",
        "{{x}}",
        "ALL",
        "ALTER",
        "AND",
        "ANY",
        "AS",
        "AT",
        "BETWEEN",
        "CREATE",
        "DELETE",
        "DISTINCT",
        "DOCUMENT",
        "ESCAPE",
        "EXCEPT",
        "EXCLUDE",
        "FOLLOWING",
        "FOR",
        "FROM",
        "GROUP",
        "IN",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "ISNULL",
        "JOIN",
        "KEY",
        "LIKE",
        "LOCAL",
        "NO",
        "NOT",
        "OF",
        "ON",
        "ONLY",
        "OR",
        "ORDER",
        "OVERLAPS",
        "PRECEDING",
        "ROW",
        "SELECT",
        "SHARE",
        "SIMILAR",
        "SOME",
        "SYMMETRIC",
        "TABLE",
        "TO",
        "UNBOUNDED",
        "UNION",
        "UPDATE",
        "USING",
        "VALUES",
        "WHERE",
        "WITH",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200_000))]

        /// What does not concern [`super::super::prepare`] is what it leaves as it is.
        #[test]
        fn what_is_left_out_would_stay_as_it_is(words in prop::collection::vec(prop::sample::select(VOCABULARY), 0..9)) {
            let tokens = tokens(&words.join(" "));
            if !super::any(&tokens) {
                prop_assert_eq!(super::super::rewritten(tokens.clone()), tokens);
            }
        }
    }
}
