//! How deep the tree of a statement will be, found before anything is parsed.
//!
//! sqlparser counts the nesting of parentheses but not the length of `1 + 1 + ...`: that becomes a tree as deep as the
//! chain is long, and the stack overflows when the tree is walked or dropped, which nothing can catch. So depth is estimated
//! from the tokens; a deep statement is parsed on a thread with a large stack, and a very deep one not at all.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::cursor::{Parsed, SyntaxError};
use crate::source::Span;

/// Operators that one expression may have, nested ones included, as one unit of depth each. A unit costs at most about
/// 1.5 KiB of stack in a debug build, so that this many fit on [`DEEP_STACK`] several times.
pub(super) const MAX_DEPTH: usize = 20_000;

/// Depth up to which a statement is parsed on the thread of the caller, which may be that of a test with 2 MiB.
pub(super) const SHALLOW: usize = 400;

/// Stack of the thread for deeper statements. Only what is used of it becomes real memory.
pub(super) const DEEP_STACK: usize = 256 << 20;

// What else costs stack, in the units of an operator, as measured in a debug build.
const PARENTHESES: usize = 20;
const QUERY: usize = 60;
const JOIN: usize = 10;
const SET_OPERATOR: usize = 8;
const COLLATE: usize = 6;

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
    queries: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.queries + self.before.max(self.operators + self.inner)
    }

    fn next_expression(&mut self) {
        self.before = self.before.max(self.operators + self.inner);
        (self.operators, self.inner) = (0, 0);
    }
}

/// An estimate of the depth of the tree that the tokens become.
///
/// # Errors
/// It would be more than [`MAX_DEPTH`].
pub(super) fn depth(tokens: &[TokenWithSpan], spans: &[Span]) -> Parsed<usize> {
    let mut levels = vec![Level::default()];
    let mut behind_operator = true;
    let mut deepest = 0;
    for (token, span) in tokens.iter().zip(spans) {
        behind_operator = follow(&token.token, &mut levels, behind_operator);
        // Each open level is at least one around the next.
        let around = levels.len() * PARENTHESES;
        deepest = deepest.max(around + levels.last().map_or(0, Level::depth));
        if deepest > MAX_DEPTH {
            let message = match around > MAX_DEPTH / 2 {
                true => format!("parentheses nested {} levels deep", levels.len() - 1),
                false => format!("an expression of more than {MAX_DEPTH} operators"),
            };
            return Err(SyntaxError { message, at: *span });
        }
    }
    Ok(deepest)
}

/// Counts one token; says whether it is an operator, so that a clause's keyword behind it would be a name.
fn follow(token: &Token, levels: &mut Vec<Level>, behind_operator: bool) -> bool {
    let nested = levels.len() > 1;
    let Some(level) = levels.last_mut() else { return false };
    match token {
        Token::LParen | Token::LBracket => levels.push(Level::default()),
        Token::RParen | Token::RBracket if nested => {
            let depth = level.depth() + PARENTHESES;
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
        use Keyword as K;
        match word {
            K::AND | K::OR | K::NOT | K::IS | K::NOTNULL | K::IN | K::LIKE | K::ILIKE | K::SIMILAR => {
                self.operators += 1;
            }
            K::BETWEEN | K::OVERLAPS | K::AT | K::OPERATOR => self.operators += 1,
            K::COLLATE => self.operators += COLLATE,
            K::CASE => self.operators += PARENTHESES,
            K::JOIN => self.operators += JOIN,
            _ if behind_operator && word != K::SELECT => return false,
            K::UNION | K::INTERSECT | K::EXCEPT => {
                self.next_expression();
                self.queries += SET_OPERATOR;
            }
            K::SELECT => {
                self.next_expression();
                self.queries = self.queries.max(QUERY);
            }
            K::WHERE | K::GROUP | K::HAVING | K::ORDER | K::LIMIT | K::RETURNING => self.next_expression(),
            _ => return false,
        }
        true
    }
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
