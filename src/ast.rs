//! Our own statement tree: small, owned, and every part has a [`Span`].
//!
//! It keeps what a lock fact or a rule needs and nothing else. The parser lowers everything into it at once; nothing of
//! sqlparser's own tree is kept.

mod alter;
mod constraint;
mod data;
mod data_type;
mod expr;
mod nested;
mod object;
mod option;
mod partition;
mod sequence;
mod table;

pub use alter::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ColumnChange, ConstraintChange, Firing, ReplicaIdentity,
    RowSecurity, WhichTriggers,
};
pub use constraint::{
    ColumnConstraint, ColumnConstraintKind, ConstraintTraits, ExcludeElement, Identity, IndexParameters, KeyAction,
    KeyColumns, References, TableConstraint, TableConstraintKind,
};
pub use data::{
    Cluster, Lock, Query, Refresh, Reindex, ReindexTarget, TableTarget, Truncate, Vacuum, Write, WriteVerb,
};
pub use data_type::DataType;
pub use expr::{Condition, Expr, Test};
pub use nested::{Call, CreateSchema, DeclareCursor, Execute, Explain, Prepare};
pub use object::{
    AlterEnum, CheckOption, Comment, CreateDomain, CreateEnum, CreateFunction, CreateIndex, CreateTrigger, CreateView,
    Drop, EnumChange, IndexKey, ObjectKind, Volatility,
};
pub use option::{ForeignOption, NamedOption, OptionChange};
pub use partition::{PartitionBound, PartitionBoundKind, PartitionBy, PartitionOf, RangeBound};
pub use sequence::{CreateSequence, OwningColumn, SequenceOption, SequenceOptionKind};
pub use table::{ColumnDef, CreateTable, LikeClause, OnCommit, Persistence};

use crate::source::Span;

/// One statement of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// From the first keyword to the last token, without the closing semicolon.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
}

/// The kinds of statement that lockwise tells apart.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// BEGIN, COMMIT, SAVEPOINT and the like.
    Transaction(TransactionControl),
    /// SET, RESET, DISCARD ALL, and SELECT set_config(...) with constant arguments.
    Set(SettingChange),
    /// CREATE TABLE, also CREATE TABLE AS and SELECT INTO.
    CreateTable(Box<CreateTable>),
    /// ALTER TABLE, INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE.
    AlterTable(Box<AlterTable>),
    /// CREATE INDEX.
    CreateIndex(Box<CreateIndex>),
    /// CREATE SEQUENCE.
    CreateSequence(Box<CreateSequence>),
    /// DROP of anything.
    Drop(Box<Drop>),
    /// CREATE VIEW and CREATE MATERIALIZED VIEW.
    CreateView(Box<CreateView>),
    /// CREATE TRIGGER.
    CreateTrigger(Box<CreateTrigger>),
    /// CREATE TYPE ... AS ENUM.
    CreateEnum(CreateEnum),
    /// CREATE DOMAIN.
    CreateDomain(Box<CreateDomain>),
    /// CREATE FUNCTION and CREATE PROCEDURE.
    CreateFunction(CreateFunction),
    /// ALTER TYPE ... ADD VALUE or RENAME VALUE.
    AlterEnum(AlterEnum),
    /// UPDATE, DELETE, INSERT, MERGE, COPY ... FROM.
    Write(Box<Write>),
    /// SELECT, VALUES, TABLE, COPY ... TO: reads only, unless a function it calls does more.
    Query(Query),
    /// TRUNCATE.
    Truncate(Truncate),
    /// LOCK TABLE.
    Lock(Lock),
    /// REINDEX.
    Reindex(Reindex),
    /// VACUUM and ANALYZE.
    Vacuum(Vacuum),
    /// CLUSTER.
    Cluster(Cluster),
    /// REFRESH MATERIALIZED VIEW.
    Refresh(Refresh),
    /// COMMENT ON.
    Comment(Comment),
    /// EXPLAIN.
    Explain(Box<Explain>),
    /// PREPARE.
    Prepare(Box<Prepare>),
    /// EXECUTE.
    Execute(Execute),
    /// DECLARE CURSOR.
    Declare(Box<DeclareCursor>),
    /// CALL.
    Call(Box<Call>),
    /// CREATE SCHEMA.
    CreateSchema(Box<CreateSchema>),
    /// A statement whose kind and object are known and whose details are not needed.
    Opaque(Opaque),
    /// A statement that could not be understood.
    Unparsed(Unparsed),
}

/// An identifier, folded as PostgreSQL folds it: lower case unless it was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident {
    /// The folded name, without quotes.
    pub name: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A name that may carry a schema. A database name in front is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName {
    /// The schema, where it was written.
    pub schema: Option<Ident>,
    /// The last part.
    pub name: Ident,
    /// The whole name as written.
    pub span: Span,
}

/// Transaction control.
#[derive(Debug, Clone, PartialEq)]
pub enum TransactionControl {
    /// BEGIN or START TRANSACTION.
    Begin,
    /// COMMIT or END; `and_chain` opens the next transaction at once.
    Commit {
        /// AND CHAIN.
        and_chain: bool,
    },
    /// ROLLBACK or ABORT.
    Rollback {
        /// AND CHAIN.
        and_chain: bool,
    },
    /// SAVEPOINT name.
    Savepoint(Ident),
    /// RELEASE SAVEPOINT name.
    Release(Ident),
    /// ROLLBACK TO SAVEPOINT name.
    RollbackTo(Ident),
    /// PREPARE TRANSACTION: ends the transaction in the session, its locks stay.
    Prepare,
}

/// A change to settings of the session.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingChange {
    /// What is changed to what.
    pub kind: SettingKind,
    /// SET LOCAL, or set_config(..., true): until the transaction ends.
    pub local: bool,
}

/// What a [`SettingChange`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingKind {
    /// A new value. The name is lower case. The value is the text of the literals, joined by `, `, without quotes.
    Set {
        /// Setting name, lower case.
        name: String,
        /// Its new value.
        value: String,
    },
    /// RESET name, or SET name TO DEFAULT.
    Reset {
        /// Setting name, lower case.
        name: String,
    },
    /// RESET ALL.
    ResetAll,
    /// DISCARD ALL: also drops temporary tables and advisory locks; refused inside a transaction block.
    DiscardAll,
}

/// A statement of which only the kind and the object are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Opaque {
    /// The verb and the kind in upper case: `CREATE EXTENSION`, `GRANT`, `DO`, `CREATE SEQUENCE`.
    pub what: String,
    /// The object, where there is one.
    pub name: Option<ObjectName>,
    /// A table the statement works on: CREATE POLICY ... ON t, CREATE RULE ... TO t, CREATE STATISTICS ... FROM t, GRANT ... ON t.
    pub table: Option<ObjectName>,
}

/// A statement that could not be understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Unparsed {
    /// The leading keywords in upper case, at most four.
    pub keywords: String,
    /// What went wrong, in lower case and without a period: "expected a column name, found )".
    pub message: String,
    /// The place of the failure.
    pub at: Span,
    /// The table the statement is about, as far as its first words tell.
    pub table: Option<ObjectName>,
}

impl Ident {
    /// An identifier that is not in any source, for built-in names.
    pub fn synthetic(name: impl Into<String>) -> Self {
        Self { name: name.into(), span: Span::default() }
    }
}

impl std::fmt::Display for ObjectName {
    /// The folded name as PostgreSQL would print it in a message: schema and name, unquoted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{}.{}", schema.name, self.name.name),
            None => f.write_str(&self.name.name),
        }
    }
}
