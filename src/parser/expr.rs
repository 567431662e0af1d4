//! Expressions: sqlparser's parse, lowered to the few facts that rules ask.

use ecow::EcoString;

use sqlparser::ast as sql;
use sqlparser::tokenizer::Token;

use super::conditions::Conditions;
use super::counted::{Known, counted};
use super::cursor::{Cursor, Parsed};
use super::folding;
use super::lexer::PLACEHOLDER;
use super::limit;
use super::output_name::output_name;
use super::uses::{Source, Uses};
use crate::ast::{Counted, Expr, Folded};
use crate::source::Span;

/// Words that end a column's DEFAULT: they start the next constraint.
const AFTER_DEFAULT: &[&str] = &[
    "NOT",
    "NULL",
    "CHECK",
    "UNIQUE",
    "PRIMARY",
    "REFERENCES",
    "CONSTRAINT",
    "GENERATED",
    "DEFAULT",
    "DEFERRABLE",
    "INITIALLY",
    "USING",
    "ENFORCED",
];

/// An expression.
///
/// # Errors
/// What sqlparser says.
pub(super) fn expr(c: &mut Cursor) -> Parsed<Expr> {
    let (expr, span) = c.sql_expr()?;
    Ok(lower(c, &expr, span))
}

/// The same, where the tree keeps it in a place of its own.
pub(super) fn boxed(c: &mut Cursor) -> Parsed<Box<Expr>> {
    expr(c).map(Box::new)
}

/// The expression of a DEFAULT, which the next constraint of the column ends: `DEFAULT 1 NOT NULL`.
///
/// # Errors
/// There is none, or what sqlparser says.
pub(super) fn default_expr(c: &mut Cursor) -> Parsed<Expr> {
    let count = default_extent(c);
    limited(c, count)
}

/// An expression that the next `count` tokens make up.
///
/// # Errors
/// They make up none, or what sqlparser says.
pub(super) fn limited(c: &mut Cursor, count: usize) -> Parsed<Expr> {
    let start = c.position();
    let expr = c.limited(count, |c| c.sql_expr())?.0;
    Ok(lower(c, &expr, c.span_from(start)))
}

/// How many tokens belong to the DEFAULT expression that starts here.
fn default_extent(c: &Cursor) -> usize {
    let (mut depth, mut cases) = (0usize, 0usize);
    for n in 0.. {
        match c.peek_nth(n) {
            Token::EOF => return n,
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket if depth == 0 => return n,
            Token::RParen | Token::RBracket => depth -= 1,
            Token::Comma | Token::SemiColon if depth == 0 => return n,
            Token::Word(word) if depth == 0 && word.quote_style.is_none() => match word.value.to_ascii_uppercase() {
                case if case == "CASE" => cases += 1,
                end if end == "END" => cases = cases.saturating_sub(1),
                // The word NULL may be the value itself.
                _ if cases > 0 || n == 0 || !ends_operand(c.peek_nth(n - 1)) => {}
                word if AFTER_DEFAULT.contains(&word.as_str()) => return n,
                _ => {}
            },
            _ => {}
        }
    }
    0
}

/// How many tokens the call of a function has that starts here, if one does.
pub(super) fn call_extent(c: &Cursor) -> Option<usize> {
    call_end(c, 0)
}

/// Where the call of a function ends that starts at this distance, if one does.
pub(super) fn call_end(c: &Cursor, start: usize) -> Option<usize> {
    let mut place = start;
    while matches!(c.peek_nth(place), Token::Word(_)) && *c.peek_nth(place + 1) == Token::Period {
        place += 2;
    }
    if !matches!(c.peek_nth(place), Token::Word(_)) || *c.peek_nth(place + 1) != Token::LParen {
        return None;
    }
    let mut depth = 0usize;
    for n in place + 1.. {
        match c.peek_nth(n) {
            Token::LParen => depth += 1,
            Token::RParen if depth == 1 => return Some(n + 1),
            Token::RParen => depth -= 1,
            Token::EOF => return Some(n),
            _ => {}
        }
    }
    None
}

/// Whether an operand may end with this token, so that a word behind it is none.
fn ends_operand(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_some()
                || !["IS", "NOT", "FROM"].iter().any(|operator| word.value.eq_ignore_ascii_case(operator))
        }
        Token::RParen | Token::RBracket | Token::Number(..) | Token::Placeholder(_) => true,
        Token::SingleQuotedString(_) | Token::DollarQuotedString(_) | Token::EscapedStringLiteral(_) => true,
        Token::UnicodeStringLiteral(_) | Token::SingleQuotedByteStringLiteral(_) | Token::HexStringLiteral(_) => true,
        Token::NationalStringLiteral(_) => true,
        _ => false,
    }
}

/// Lowers an expression that stands by itself.
pub(super) fn lower(c: &Cursor, expr: &sql::Expr, span: Span) -> Expr {
    Expr { span, ..lower_inside(c, expr, &Uses::default(), &[], &[]) }
}

/// Lowers an expression of a bigger statement, whose WITH queries it may name. `tables` and `limited` are those of
/// [`Conditions::on`]. The span is left empty.
pub(super) fn lower_inside(
    c: &Cursor,
    expr: &sql::Expr,
    around: &Uses,
    tables: &[EcoString],
    limited: &[Source],
) -> Expr {
    let mut uses = Uses { scope: around.scope.clone(), ..Uses::default() };
    let mut walk = uses.walk(c);
    walk.expr(expr);
    let conditions = Conditions::on(&walk, tables, limited).of(expr);
    let left = folding::reduced(expr);
    let live_functions = (!std::ptr::eq(left, expr)).then(|| {
        let mut live = Uses { scope: around.scope.clone(), ..Uses::default() };
        live.walk(c).expr(left);
        live.functions.list.into_boxed_slice()
    });
    Expr {
        span: Span::default(),
        constant: !is_placeholder(expr)
            && !uses.subqueries
            && uses.functions.list.is_empty()
            && uses.columns.list.is_empty(),
        null: is_null(expr),
        functions: uses.functions.list,
        columns: uses.columns.list,
        reading: Vec::new(),
        reads: uses.reads.list,
        constants: uses.constants.list.into_boxed_slice(),
        conditions,
        subquery: uses.subqueries,
        casts: uses.casts.into_boxed_slice(),
        limits: Box::new(limit::limits(expr, tables)),
        literal: limit::literal(expr),
        value: Some(counted(expr, Known::Columns)).filter(Counted::is_known).map(Box::new),
        folded: Box::new(Folded { live_functions, call: folding::call(expr), operand: folding::operand(expr) }),
        name: output_name(expr),
        rows: uses.rows,
    }
}

/// A placeholder that stands for the whole expression: what it will be is not known.
pub(super) fn is_placeholder(expr: &sql::Expr) -> bool {
    matches!(expr, sql::Expr::Identifier(name) if name.quote_style == Some(PLACEHOLDER))
}

/// The literal NULL, also in parentheses or with a cast.
fn is_null(expr: &sql::Expr) -> bool {
    match expr {
        sql::Expr::Value(value) => value.value == sql::Value::Null,
        sql::Expr::Nested(inner) | sql::Expr::Cast { expr: inner, .. } => is_null(inner),
        _ => false,
    }
}
