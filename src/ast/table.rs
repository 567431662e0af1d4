//! Tables, their columns and constraints.

use super::{Expr, Ident, ObjectName, Query};
use crate::source::Span;

/// What a table, view or sequence lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persistence {
    /// An ordinary, logged relation.
    #[default]
    Permanent,
    /// UNLOGGED.
    Unlogged,
    /// TEMPORARY: no other session can see it.
    Temporary,
}

/// CREATE TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The new table.
    pub name: ObjectName,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// TEMPORARY or UNLOGGED.
    pub persistence: Persistence,
    /// FOREIGN TABLE.
    pub foreign: bool,
    /// Column definitions, in order. For PARTITION OF and CREATE TABLE OF: those with options only (type is empty).
    pub columns: Vec<ColumnDef>,
    /// Table constraints.
    pub constraints: Vec<TableConstraint>,
    /// LIKE clauses.
    pub like: Vec<LikeClause>,
    /// INHERITS parents.
    pub inherits: Vec<ObjectName>,
    /// PARTITION BY: strategy (lower case: range, list, hash) and the key.
    pub partition_by: Option<PartitionBy>,
    /// PARTITION OF.
    pub partition_of: Option<PartitionOf>,
    /// AS query, or SELECT ... INTO.
    pub query: Option<Query>,
    /// WITH NO DATA after AS query.
    pub with_no_data: bool,
    /// ON COMMIT DROP of a temporary table.
    pub drops_on_commit: bool,
}

/// `LIKE table INCLUDING ...` in CREATE TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct LikeClause {
    /// The table that is copied.
    pub table: ObjectName,
    /// INCLUDING options in upper case, as written (`ALL`, `DEFAULTS`, `INDEXES` ...); EXCLUDING ones are taken out again.
    pub including: Vec<String>,
    /// The clause.
    pub span: Span,
}

/// PARTITION BY.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionBy {
    /// `range`, `list` or `hash`.
    pub strategy: String,
    /// Column names of the key; an expression in the key has none.
    pub columns: Vec<String>,
    /// The clause.
    pub span: Span,
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
    /// DEFAULT.
    pub default: bool,
    /// The clause.
    pub span: Span,
}

/// A column definition.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
    /// COLLATE.
    pub collation: Option<ObjectName>,
    /// Constraints, DEFAULT, GENERATED, in the order written.
    pub constraints: Vec<ColumnConstraint>,
    /// From the name to the last constraint.
    pub span: Span,
}

/// A data type as written, with PostgreSQL's own name for it.
#[derive(Debug, Clone, PartialEq)]
pub struct DataType {
    /// Lower-case name as format_type() prints it, without modifiers or array brackets (`integer`, `character varying`,
    /// `timestamp with time zone`); a user type keeps its written name, with the schema. `serial` types have their integer type.
    pub name: String,
    /// Modifiers: `(50)` of varchar(50), `(10, 2)` of numeric(10,2).
    pub modifiers: Vec<i64>,
    /// Array dimensions; 0 for a plain value.
    pub dimensions: usize,
    /// smallserial, serial or bigserial: a sequence and a nextval() default come along.
    pub serial: bool,
    /// As written.
    pub span: Span,
}

/// A constraint written behind a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// What it asks.
    pub kind: ColumnConstraintKind,
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
    Default(Expr),
    /// GENERATED ALWAYS AS (expression).
    Generated {
        /// The expression.
        expr: Expr,
        /// STORED; false is VIRTUAL (18, and the default there).
        stored: bool,
    },
    /// GENERATED ... AS IDENTITY.
    Identity,
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// CHECK (expression).
    Check(Expr),
    /// REFERENCES.
    References(References),
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
}

/// A table constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// What it asks.
    pub kind: TableConstraintKind,
    /// NOT VALID and the like.
    pub traits: ConstraintTraits,
    /// From CONSTRAINT or the first keyword to its end.
    pub span: Span,
}

/// What a table constraint asks.
#[derive(Debug, Clone, PartialEq)]
pub enum TableConstraintKind {
    /// CHECK (expression).
    Check(Expr),
    /// FOREIGN KEY (columns) REFERENCES ...
    ForeignKey {
        /// Referencing columns.
        columns: Vec<Ident>,
        /// The referenced side.
        references: References,
    },
    /// UNIQUE (columns), or UNIQUE USING INDEX.
    Unique(KeyColumns),
    /// PRIMARY KEY (columns), or PRIMARY KEY USING INDEX.
    PrimaryKey(KeyColumns),
    /// EXCLUDE.
    Exclude {
        /// Columns among the elements; an expression gives none.
        columns: Vec<Ident>,
        /// Access method, lower case.
        method: Option<String>,
    },
    /// NOT NULL column (18).
    NotNull(Ident),
}

/// What a unique or primary key is built on.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyColumns {
    /// A list of columns: PostgreSQL builds the index.
    Columns(Vec<Ident>),
    /// USING INDEX name: the index is there already.
    UsingIndex(Ident),
}
