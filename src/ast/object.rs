//! Indexes, views, functions, DROP, and the kinds of object there are.

use ecow::EcoString;

use super::{Argument, Expr, Ident, NamedOption, ObjectName, Query, RoutineKind};
use crate::source::Span;

/// CREATE INDEX.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// UNIQUE.
    pub unique: bool,
    /// CONCURRENTLY, and where the word stands.
    pub concurrently: bool,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// The index name; None lets PostgreSQL choose.
    pub name: Option<ObjectName>,
    /// The table or materialized view.
    pub table: ObjectName,
    /// ON ONLY.
    pub only: bool,
    /// USING method, lower case.
    pub method: Option<EcoString>,
    /// Key parts.
    pub keys: Vec<IndexKey>,
    /// INCLUDE columns.
    pub include: Vec<Ident>,
    /// NULLS NOT DISTINCT (15).
    pub nulls_not_distinct: bool,
    /// WITH (...).
    pub options: Vec<NamedOption>,
    /// TABLESPACE.
    pub tablespace: Option<Ident>,
    /// WHERE.
    pub predicate: Option<Expr>,
    /// The keyword INDEX: a rewrite puts CONCURRENTLY behind it.
    pub index_keyword: Span,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexKey {
    /// The column, when the key is a plain one.
    pub column: Option<Ident>,
    /// The expression, when it is not.
    pub expr: Option<Box<Expr>>,
    /// COLLATE.
    pub collation: Option<ObjectName>,
    /// The operator class, where written.
    pub opclass: Option<ObjectName>,
    /// Its parameters (13).
    pub opclass_options: Vec<NamedOption>,
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST (Some(true)) or NULLS LAST (Some(false)); when neither is written, NULLS come first with DESC only.
    pub nulls_first: Option<bool>,
    /// The key with its options.
    pub span: Span,
}

/// Kinds of object that DROP and COMMENT name and the catalogue follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectKind {
    /// TABLE.
    Table,
    /// FOREIGN TABLE.
    ForeignTable,
    /// INDEX.
    Index,
    /// VIEW.
    View,
    /// MATERIALIZED VIEW.
    MaterializedView,
    /// SEQUENCE.
    Sequence,
    /// COLUMN (COMMENT only).
    Column,
    /// TYPE.
    Type,
    /// DOMAIN.
    Domain,
    /// SCHEMA.
    Schema,
    /// FUNCTION, PROCEDURE, ROUTINE, AGGREGATE.
    Function,
    /// EXTENSION.
    Extension,
    /// DATABASE.
    Database,
    /// TABLESPACE.
    Tablespace,
    /// SUBSCRIPTION.
    Subscription,
    /// TRIGGER, RULE, POLICY: `on` of [`Drop`] is its table.
    Trigger,
    /// RULE ... ON table.
    Rule,
    /// POLICY ... ON table.
    Policy,
    /// CONSTRAINT ... ON table (COMMENT only).
    Constraint,
    /// CONSTRAINT ... ON DOMAIN (COMMENT only).
    DomainConstraint,
    /// Anything else, by its keywords in upper case (`PUBLICATION`, `TEXT SEARCH PARSER`, `CAST` ...).
    Other(EcoString),
}

/// DROP.
#[derive(Debug, Clone, PartialEq)]
pub struct Drop {
    /// What is dropped.
    pub object: ObjectKind,
    /// FUNCTION, PROCEDURE or ROUTINE, where it is one of them.
    pub routine: Option<RoutineKind>,
    /// DROP INDEX CONCURRENTLY.
    pub concurrently: bool,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The names; empty for kinds named otherwise (CAST, OPERATOR CLASS ...).
    pub names: Vec<ObjectName>,
    /// The arguments of routines, one for each name, as far as they are written and read; empty for other kinds.
    pub arguments: Vec<Option<Vec<Argument>>>,
    /// The table of a trigger, rule or policy.
    pub on: Option<ObjectName>,
    /// CASCADE.
    pub cascade: bool,
    /// The last keyword of the kind (`INDEX` in DROP INDEX): a rewrite puts CONCURRENTLY behind it.
    pub kind_keyword: Span,
}

/// CREATE [MATERIALIZED] VIEW.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    /// The view.
    pub name: ObjectName,
    /// MATERIALIZED.
    pub materialized: bool,
    /// OR REPLACE.
    pub or_replace: bool,
    /// IF NOT EXISTS (materialized views).
    pub if_not_exists: bool,
    /// TEMPORARY.
    pub temporary: bool,
    /// UNLOGGED, which no version makes a view of.
    pub unlogged: bool,
    /// RECURSIVE.
    pub recursive: bool,
    /// Column names, where written.
    pub columns: Vec<Ident>,
    /// USING of a materialized view: the access method, lower case.
    pub method: Option<EcoString>,
    /// WITH (...): `security_invoker`, `security_barrier`, `check_option`, or storage parameters.
    pub options: Vec<NamedOption>,
    /// TABLESPACE of a materialized view.
    pub tablespace: Option<Ident>,
    /// WITH CHECK OPTION.
    pub check_option: Option<CheckOption>,
    /// WITH NO DATA.
    pub with_no_data: bool,
    /// The query.
    pub query: Query,
}

/// How far WITH CHECK OPTION reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOption {
    /// LOCAL: this view's condition only.
    Local,
    /// CASCADED, also when nothing is said: the conditions of the views below too.
    Cascaded,
}
