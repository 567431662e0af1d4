//! What rules ask about expressions.

use super::{ColumnRead, ObjectName};
use crate::source::Span;

/// An expression: its place, and the few facts about it that rules ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// As written, without parentheses that belong to the clause around it.
    pub span: Span,
    /// No column, no subquery and no function call: literals, casts and operators on them, NULL, CURRENT_DATE is not.
    pub constant: bool,
    /// The literal NULL, also with a cast.
    pub null: bool,
    /// Functions called, lower case, with the schema where written; keyword functions by their name (`current_timestamp`).
    pub functions: Vec<String>,
    /// Columns named, folded, without their table.
    pub columns: Vec<String>,
    /// The same with the relations they may belong to, those of subqueries too; only where the condition is a policy's.
    pub reading: Vec<ColumnRead>,
    /// Relations read by subqueries.
    pub reads: Vec<ObjectName>,
    /// The conjuncts that hold whenever the expression is true, as far as they compare a column.
    pub conditions: Vec<Condition>,
    /// The conjuncts that compare a column with literals, with these.
    pub limits: Vec<Limit>,
    /// The literal that the expression is, casts aside, if it is nothing else.
    pub literal: Option<Literal>,
    /// What the server calls a column that it gives, where nobody names it: a column's or function's name, `case`.
    pub name: Option<String>,
}

/// A conjunct `column test` of a boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column, folded.
    pub column: String,
    /// How it is tested.
    pub test: Test,
}

/// How a [`Condition`] tests its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `= constant` (or a parameter, or a subquery that gives one row).
    Equal,
    /// `IN (constants)` or `= ANY (constants)`.
    In,
    /// `IN (subquery with LIMIT)`.
    InLimited,
    /// `<`, `<=`, `>`, `>=`, BETWEEN against constants.
    Range,
    /// IS NULL.
    IsNull,
    /// IS NOT NULL.
    IsNotNull,
    /// Anything else.
    Other,
}

/// A conjunct `column comparison literals` of a boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The column, folded.
    pub column: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what: one literal, but for [`Comparison::OneOf`] and [`Comparison::NotNull`].
    pub values: Vec<Literal>,
}

/// How a [`Limit`] compares its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `=`, IN, `= ANY`
    OneOf,
    /// IS NOT NULL
    NotNull,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// NULL.
    Null,
    /// TRUE or FALSE.
    Boolean(bool),
    /// A number as written, with its sign.
    Number(String),
    /// A string.
    Text(String),
}
