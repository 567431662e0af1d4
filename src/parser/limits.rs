//! What would be nested too deeply to parse, found before anything is parsed.
//!
//! sqlparser counts the nesting of parentheses but not the length of `1 + 1 + ...`: that becomes a tree as deep as the
//! chain is long, and the stack overflows when the tree is walked or dropped, which nothing can catch.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::cursor::{Parsed, SyntaxError};
use crate::source::Span;

/// Longest chain of operators, with the chains inside it. Below what overflows the 2 MiB stack of a test thread in a
/// debug build, and above what people write.
pub(super) const MAX_OPERATORS: usize = 2000;

/// One level of parentheses. Its depth is never less than that of the tree that it becomes.
#[derive(Default)]
struct Level {
    /// Operators since the last comma or clause: one expression.
    operators: usize,
    /// Depth of the deepest parentheses in that expression.
    inner: usize,
    /// Depth of the deepest expression before it.
    before: usize,
    /// UNION, INTERSECT and EXCEPT: a chain of whole queries.
    set_operators: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.set_operators + self.before.max(self.operators + self.inner)
    }

    fn next_expression(&mut self) {
        self.before = self.before.max(self.operators + self.inner);
        (self.operators, self.inner) = (0, 0);
    }
}

/// Refuses a statement whose tree would be too deep.
///
/// # Errors
/// The limit is passed.
pub(super) fn check(tokens: &[TokenWithSpan], spans: &[Span]) -> Parsed<()> {
    let mut levels = vec![Level::default()];
    let mut behind_operator = true;
    for (token, span) in tokens.iter().zip(spans) {
        behind_operator = follow(&token.token, &mut levels, behind_operator);
        if levels.last().is_some_and(|level| level.depth() > MAX_OPERATORS) {
            let message = format!("an expression of more than {MAX_OPERATORS} operators");
            return Err(SyntaxError { message, at: *span });
        }
    }
    Ok(())
}

/// Counts one token; says whether it is an operator, so that a clause's keyword behind it would be a name.
fn follow(token: &Token, levels: &mut Vec<Level>, behind_operator: bool) -> bool {
    let nested = levels.len() > 1;
    let Some(level) = levels.last_mut() else { return false };
    match token {
        Token::LParen | Token::LBracket => levels.push(Level::default()),
        Token::RParen | Token::RBracket if nested => {
            let depth = level.depth() + 1;
            levels.pop();
            if let Some(level) = levels.last_mut() {
                level.inner = level.inner.max(depth);
                // `int[][]` and `a[1][2]` grow with each pair.
                level.operators += usize::from(*token == Token::RBracket);
            }
            return false;
        }
        Token::Comma | Token::SemiColon => level.next_expression(),
        Token::Word(word) => return level.word(word.keyword, behind_operator),
        token if is_operand(token) => return false,
        _ => level.operators += 1,
    }
    true
}

impl Level {
    fn word(&mut self, word: Keyword, behind_operator: bool) -> bool {
        if is_operator(word) {
            self.operators += 1;
        } else if behind_operator {
            return false;
        } else if matches!(word, Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT) {
            self.next_expression();
            self.set_operators += 1;
        } else if starts_clause(word) {
            self.next_expression();
        } else {
            return false;
        }
        true
    }
}

/// Words that make an operand into a bigger expression.
fn is_operator(word: Keyword) -> bool {
    use Keyword as K;
    matches!(
        word,
        K::AND
            | K::OR
            | K::NOT
            | K::IS
            | K::NOTNULL
            | K::IN
            | K::LIKE
            | K::ILIKE
            | K::SIMILAR
            | K::BETWEEN
            | K::OVERLAPS
            | K::COLLATE
            | K::AT
            | K::OPERATOR
    )
}

/// Words behind which another expression starts.
fn starts_clause(word: Keyword) -> bool {
    use Keyword as K;
    matches!(word, K::SELECT | K::WHERE | K::GROUP | K::HAVING | K::ORDER | K::LIMIT | K::RETURNING)
}

fn is_operand(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::DollarQuotedString(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::Placeholder(_)
            | Token::Period
    )
}
