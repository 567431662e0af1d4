//! Constraints of tables and columns.

use ecow::EcoString;

use super::{Expr, Ident, IndexKey, NamedOption, ObjectName, SequenceOption};
use crate::source::Span;

/// A constraint written behind a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// What it asks.
    pub kind: ColumnConstraintKind,
    /// How its index is made, where it has one.
    pub index: IndexParameters,
    /// NOT VALID, NO INHERIT and the like.
    pub traits: ConstraintTraits,
    /// From CONSTRAINT or the first keyword to its end.
    pub span: Span,
}

/// What a column constraint asks.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnConstraintKind {
    /// NOT NULL.
    NotNull,
    /// NULL.
    Null,
    /// DEFAULT expression.
    Default(Box<Expr>),
    /// GENERATED ALWAYS AS (expression).
    Generated {
        /// The expression.
        expr: Box<Expr>,
        /// STORED; false is VIRTUAL (18, and the default there).
        stored: bool,
    },
    /// GENERATED ... AS IDENTITY.
    Identity(Identity),
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// CHECK (expression).
    Check(Box<Expr>),
    /// REFERENCES.
    References(Box<References>),
}

/// Traits that may follow any constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConstraintTraits {
    /// NOT VALID.
    pub not_valid: bool,
    /// NOT ENFORCED (18).
    pub not_enforced: bool,
    /// DEFERRABLE.
    pub deferrable: bool,
    /// INITIALLY DEFERRED.
    pub initially_deferred: bool,
    /// NO INHERIT.
    pub no_inherit: bool,
}

/// The referenced side of a foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct References {
    /// The referenced table.
    pub table: ObjectName,
    /// Its columns; empty means the primary key.
    pub columns: Vec<Ident>,
    /// The last column is a PERIOD (18).
    pub period: bool,
    /// MATCH FULL; false is MATCH SIMPLE.
    pub match_full: bool,
    /// ON DELETE, where written.
    pub on_delete: Option<KeyAction>,
    /// ON UPDATE, where written.
    pub on_update: Option<KeyAction>,
}

/// What happens to referencing rows when the row they refer to goes or changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAction {
    /// NO ACTION, as when nothing is said.
    NoAction,
    /// RESTRICT.
    Restrict,
    /// CASCADE.
    Cascade,
    /// SET NULL, of all columns of the key or of those listed (15).
    SetNull(Vec<Ident>),
    /// SET DEFAULT, of all columns of the key or of those listed (15).
    SetDefault(Vec<Ident>),
}

impl KeyAction {
    /// Whether referencing rows are written.
    pub fn writes(&self) -> bool {
        match self {
            Self::NoAction | Self::Restrict => false,
            Self::Cascade | Self::SetNull(_) | Self::SetDefault(_) => true,
        }
    }
}

/// How the index of a constraint is made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndexParameters {
    /// NULLS NOT DISTINCT (15).
    pub nulls_not_distinct: bool,
    /// The last column is WITHOUT OVERLAPS (18).
    pub without_overlaps: bool,
    /// INCLUDE columns (11).
    pub include: Vec<Ident>,
    /// WITH (...).
    pub options: Vec<NamedOption>,
    /// USING INDEX TABLESPACE.
    pub tablespace: Option<Ident>,
}

/// GENERATED ... AS IDENTITY.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// ALWAYS; false is BY DEFAULT.
    pub always: bool,
    /// Options of its sequence.
    pub options: Vec<SequenceOption>,
}

/// A table constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// What it asks.
    pub kind: TableConstraintKind,
    /// How its index is made, where it has one.
    pub index: IndexParameters,
    /// NOT VALID and the like.
    pub traits: ConstraintTraits,
    /// From CONSTRAINT or the first keyword to its end.
    pub span: Span,
}

/// What a table constraint asks.
#[derive(Debug, Clone, PartialEq)]
pub enum TableConstraintKind {
    /// CHECK (expression).
    Check(Box<Expr>),
    /// FOREIGN KEY (columns) REFERENCES ...
    ForeignKey {
        /// Referencing columns.
        columns: Vec<Ident>,
        /// The last column is a PERIOD (18).
        period: bool,
        /// The referenced side.
        references: Box<References>,
    },
    /// UNIQUE (columns), or UNIQUE USING INDEX.
    Unique(KeyColumns),
    /// PRIMARY KEY (columns), or PRIMARY KEY USING INDEX.
    PrimaryKey(KeyColumns),
    /// EXCLUDE.
    Exclude {
        /// What is compared, and how.
        elements: Vec<ExcludeElement>,
        /// Access method, lower case.
        method: Option<EcoString>,
        /// WHERE.
        predicate: Option<Box<Expr>>,
    },
    /// NOT NULL column (18).
    NotNull(Ident),
}

impl TableConstraintKind {
    /// Whether an index is behind it.
    pub fn is_key(&self) -> bool {
        match self {
            Self::Unique(_) | Self::PrimaryKey(_) | Self::Exclude { .. } => true,
            Self::Check(_) | Self::ForeignKey { .. } | Self::NotNull(_) => false,
        }
    }
}

/// What a unique or primary key is built on.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyColumns {
    /// A list of columns: PostgreSQL builds the index.
    Columns(Vec<Ident>),
    /// USING INDEX name: the index is there already.
    UsingIndex(Ident),
}

/// `key WITH operator` of an EXCLUDE constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct ExcludeElement {
    /// The column or expression.
    pub key: IndexKey,
    /// The operator, with its schema where written: `&&`, `pg_catalog.=`.
    pub operator: EcoString,
    /// The element.
    pub span: Span,
}
