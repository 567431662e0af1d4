//! Sequences, and the options that they share with identity columns.

use super::{DataType, Ident, Integer, ObjectName, Persistence};
use crate::source::Span;

/// CREATE SEQUENCE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSequence {
    /// The new sequence.
    pub name: ObjectName,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// TEMPORARY or UNLOGGED (15).
    pub persistence: Persistence,
    /// Options in the order written.
    pub options: Vec<SequenceOption>,
}

/// One option of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceOption {
    /// What it says.
    pub kind: SequenceOptionKind,
    /// From its first keyword to its value.
    pub span: Span,
}

/// What an option of a sequence says.
#[derive(Debug, Clone, PartialEq)]
pub enum SequenceOptionKind {
    /// AS type.
    As(DataType),
    /// CACHE.
    Cache(Integer),
    /// CYCLE; false is NO CYCLE.
    Cycle(bool),
    /// INCREMENT BY.
    Increment(Integer),
    /// MAXVALUE; None is NO MAXVALUE.
    MaxValue(Option<Integer>),
    /// MINVALUE; None is NO MINVALUE.
    MinValue(Option<Integer>),
    /// OWNED BY; None is NONE.
    OwnedBy(Option<OwningColumn>),
    /// SEQUENCE NAME, in identity columns that pg_dump writes.
    Name(ObjectName),
    /// START WITH.
    Start(Integer),
    /// RESTART, WITH a value or at the start.
    Restart(Option<Integer>),
    /// LOGGED; false is UNLOGGED. Identity columns that pg_dump writes have it.
    Logged(bool),
}

/// The column that a sequence goes away with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwningColumn {
    /// Its table.
    pub table: ObjectName,
    /// The column.
    pub column: Ident,
}
