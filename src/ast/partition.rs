//! Partition keys and bounds.

use ecow::EcoString;

use super::{Expr, IndexKey, Integer, ObjectName};
use crate::source::Span;

/// PARTITION BY.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionBy {
    /// `range`, `list` or `hash`.
    pub strategy: EcoString,
    /// The key: columns or expressions, with collation and operator class.
    pub keys: Vec<IndexKey>,
    /// Each key as [`super::Limit::column`] has it.
    pub subjects: Vec<EcoString>,
    /// The clause.
    pub span: Span,
}

impl PartitionBy {
    /// Column names of the key; an expression in the key has none.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.column.as_ref()).map(|column| column.name.as_str())
    }
}

/// PARTITION OF parent bound.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: ObjectName,
    /// FOR VALUES ..., or DEFAULT.
    pub bound: PartitionBound,
}

/// A partition bound.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionBound {
    /// Which rows belong to the partition.
    pub kind: PartitionBoundKind,
    /// The clause.
    pub span: Span,
}

impl PartitionBound {
    /// Whether it is that of the DEFAULT partition.
    pub fn is_default(&self) -> bool {
        self.kind == PartitionBoundKind::Default
    }
}

/// Which rows belong to a partition.
#[derive(Debug, Clone, PartialEq)]
pub enum PartitionBoundKind {
    /// DEFAULT: all that have no other.
    Default,
    /// IN (values).
    In(Vec<Expr>),
    /// FROM (inclusive) TO (exclusive).
    Range {
        /// The lower bound, one value for each key.
        from: Vec<RangeBound>,
        /// The upper bound.
        to: Vec<RangeBound>,
    },
    /// WITH (MODULUS m, REMAINDER r).
    Hash {
        /// MODULUS.
        modulus: Integer,
        /// REMAINDER.
        remainder: Integer,
    },
}

/// One value of a range bound.
#[derive(Debug, Clone, PartialEq)]
pub enum RangeBound {
    /// MINVALUE.
    MinValue,
    /// MAXVALUE.
    MaxValue,
    /// A value.
    Value(Box<Expr>),
}
