//! Rows that a statement makes from a counter.

use super::Literal;

/// `SELECT values FROM generate_series(first, last)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Where the counter begins.
    pub first: i64,
    /// Where it ends, itself included.
    pub last: i64,
    /// The values of each row.
    pub values: Vec<Counted>,
}

/// A value that depends on nothing but a counter.
#[derive(Debug, Clone, PartialEq)]
pub enum Counted {
    /// The counter.
    Counter,
    /// A literal.
    Literal(Literal),
    /// A number made of two.
    Number(Arithmetic, Box<Counted>, Box<Counted>),
    /// `||`
    Joined(Box<Counted>, Box<Counted>),
    /// NULLIF
    NullIf(Box<Counted>, Box<Counted>),
    /// Something else.
    Unknown,
}

/// What is done to two whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}
