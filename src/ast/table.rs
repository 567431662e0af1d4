//! Tables and their columns.

use ecow::EcoString;

use super::{
    ColumnConstraint, DataType, ForeignOption, Ident, NamedOption, ObjectName, PartitionBy, PartitionOf, Query,
    TableConstraint,
};
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
    /// OF type: the composite type that gives the columns.
    pub of_type: Option<ObjectName>,
    /// Column definitions, in order. For PARTITION OF and CREATE TABLE OF: those with options only (type is empty). Columns
    /// of LIKE clauses stand among them by their place in the text.
    pub columns: Vec<ColumnDef>,
    /// Table constraints.
    pub constraints: Vec<TableConstraint>,
    /// LIKE clauses.
    pub like: Vec<LikeClause>,
    /// INHERITS parents.
    pub inherits: Vec<ObjectName>,
    /// PARTITION BY.
    pub partition_by: Option<PartitionBy>,
    /// PARTITION OF.
    pub partition_of: Option<PartitionOf>,
    /// USING: the access method, lower case.
    pub method: Option<EcoString>,
    /// WITH (...); WITH OIDS (until 11) is the option `oids`.
    pub options: Vec<NamedOption>,
    /// ON COMMIT of a temporary table.
    pub on_commit: Option<OnCommit>,
    /// TABLESPACE.
    pub tablespace: Option<Ident>,
    /// SERVER of a foreign table.
    pub server: Option<Ident>,
    /// OPTIONS of a foreign table.
    pub foreign_options: Vec<ForeignOption>,
    /// AS query, or SELECT ... INTO. AS EXECUTE has a query of which nothing is known.
    pub query: Option<Query>,
    /// AS EXECUTE: the prepared statement that gives the rows.
    pub execute: Option<Ident>,
    /// WITH NO DATA after AS query.
    pub with_no_data: bool,
}

/// What happens to the rows of a temporary table when a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCommit {
    /// PRESERVE ROWS, as when nothing is said.
    PreserveRows,
    /// DELETE ROWS.
    DeleteRows,
    /// DROP.
    Drop,
}

/// `LIKE table INCLUDING ...` in CREATE TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct LikeClause {
    /// The table that is copied.
    pub table: ObjectName,
    /// INCLUDING options in upper case, as written (`ALL`, `DEFAULTS`, `INDEXES` ...); EXCLUDING ones are taken out again.
    pub including: Vec<EcoString>,
    /// The clause.
    pub span: Span,
}

impl LikeClause {
    /// Whether what an option stands for is copied.
    pub fn includes(&self, option: &str) -> bool {
        self.including.iter().any(|word| word == option || word == "ALL")
    }
}

/// A column definition.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
    /// STORAGE, lower case (16).
    pub storage: Option<EcoString>,
    /// COMPRESSION, lower case (14).
    pub compression: Option<EcoString>,
    /// OPTIONS of a foreign table's column.
    pub foreign_options: Vec<ForeignOption>,
    /// COLLATE.
    pub collation: Option<ObjectName>,
    /// Constraints, DEFAULT, GENERATED, in the order written.
    pub constraints: Vec<ColumnConstraint>,
    /// From the name to the last constraint.
    pub span: Span,
}

impl CreateTable {
    /// A permanent table of which nothing is known but the name.
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            if_not_exists: false,
            persistence: Persistence::Permanent,
            foreign: false,
            of_type: None,
            columns: Vec::new(),
            constraints: Vec::new(),
            like: Vec::new(),
            inherits: Vec::new(),
            partition_by: None,
            partition_of: None,
            method: None,
            options: Vec::new(),
            on_commit: None,
            tablespace: None,
            server: None,
            foreign_options: Vec::new(),
            query: None,
            execute: None,
            with_no_data: false,
        }
    }
}
