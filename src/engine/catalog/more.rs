//! What is kept of columns and indexes that facts and rules do not ask about, and of domains and statistics.

use std::sync::Arc;

use ecow::EcoString;

use super::{AddedEmpty, Relation, Written};
use crate::ast::{Counted, DataType, ExcludeElement, Expr, Limits};
use crate::engine::effect::RelationName;

/// More about a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnMore {
    /// The schema of its type, where that is not built in.
    pub type_schema: Option<EcoString>,
    /// GENERATED ALWAYS AS IDENTITY; else BY DEFAULT.
    pub identity_always: bool,
    /// The value of a generated column is computed when it is read (18).
    pub generated_virtual: bool,
    /// Only a parent defines it: it goes when the parent's column goes.
    pub inherited: bool,
    /// Sequences and other relations that its default names in constant strings, as `nextval('name')` does.
    pub default_names: Vec<RelationName>,
    /// The name of its NOT NULL constraint (18).
    pub not_null_name: Option<EcoString>,
    /// Its default, or what it is generated as.
    pub expression: Written,
    /// The type that a string as its default had got before the column's type was changed.
    pub default_type: Option<Box<DataType>>,
    /// Functions that the expression of a generated column calls.
    pub generated_calls: Vec<EcoString>,
    /// The open transaction has added it with NULL in all rows.
    pub added_empty: Option<AddedEmpty>,
    /// What a statement of which nobody knows what it did may have changed since.
    pub doubts: Doubts,
}

/// What is not certain of a column any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doubts {
    /// Whether it is there.
    pub existence: bool,
    /// Its type.
    pub data_type: bool,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// Its collation: that of what a query computes follows from what it is computed of.
    pub collation: bool,
}

impl Doubts {
    /// Everything may have changed.
    pub const ALL: Self = Self { existence: true, data_type: true, not_null: true, collation: true };

    /// What is in doubt here or there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            existence: self.existence || other.existence,
            data_type: self.data_type || other.data_type,
            not_null: self.not_null || other.not_null,
            collation: self.collation || other.collation,
        }
    }
}

/// Whether the index of a partitioned table is valid. One that is made with ON ONLY where there are partitions is not, until
/// each of them has its part.
///
/// Source: `DefineIndex` of PostgreSQL's commands/indexcmds.c, and measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validity {
    /// Every partition has a valid part.
    #[default]
    Valid,
    /// A partition lacks its part, or that is not valid itself.
    Invalid,
    /// Nobody knows the partitions that there were.
    Unknown,
}

impl Validity {
    /// What ON ONLY makes of an index of this relation.
    pub fn of_only(relation: Option<&Relation>) -> Self {
        match relation {
            Some(relation) if !relation.children.is_empty() => Self::Invalid,
            Some(relation) if relation.complete => Self::Valid,
            _ => Self::Unknown,
        }
    }
}

/// More about an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndexMore {
    /// What the server calls its keys when it chooses a name: the column, the function of an expression, `expr`.
    pub key_names: Vec<EcoString>,
    /// The index of the partitioned table that it is a part of.
    pub parent: Option<RelationName>,
    /// Whether every partition has its part, which is valid itself.
    pub validity: Validity,
    /// WITHOUT OVERLAPS (18): unique over time, by the means of an exclusion.
    pub without_overlaps: bool,
    /// Functions that its expressions and its predicate call.
    pub calls: Vec<EcoString>,
    /// Comparisons of columns with literals that its predicate asks.
    pub limits: Limits,
    /// What keeps rows apart, where it belongs to an EXCLUDE constraint of which no column has got another name since.
    pub excludes: Option<Arc<Excludes>>,
    /// A statement of which nobody knows what it did may have changed or dropped it since.
    pub doubted: bool,
}

/// What an EXCLUDE constraint asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Excludes {
    /// What is compared, and how.
    pub elements: Vec<ExcludeElement>,
    /// WHERE.
    pub predicate: Option<Expr>,
}

/// Extended statistics.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// The tables that they are about.
    pub tables: Vec<RelationName>,
    /// The columns.
    pub columns: Vec<EcoString>,
}

/// A CHECK of a domain.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainCheck {
    /// Its name.
    pub name: EcoString,
    /// Whether all values are proven to meet it.
    pub validated: bool,
    /// What it asks.
    pub expression: Written,
    /// What it asks of VALUE, as far as that is a comparison with literals.
    pub limits: Limits,
    /// Functions that it calls.
    pub calls: Vec<EcoString>,
    /// What it is, where that follows from VALUE and from constants.
    pub value: Option<Box<Counted>>,
}

/// A domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// Its base type.
    pub data_type: DataType,
    /// The schema of that, where it is not built in.
    pub type_schema: Option<EcoString>,
    /// COLLATE, of its own or of the domain that it is made from.
    pub collated: bool,
    /// Its default.
    pub default: Option<Expr>,
    /// The same as it was written.
    pub written_default: Written,
    /// Whether it is NOT NULL.
    pub not_null: bool,
    /// Its CHECKs.
    pub checks: Vec<DomainCheck>,
    /// A statement that may not have run changed it: it may have more than it is known to have, and less.
    pub doubted: bool,
}

impl Domain {
    /// Whether it has a CHECK or NOT NULL of its own.
    pub fn constrained(&self) -> bool {
        self.not_null || !self.checks.is_empty()
    }
}
