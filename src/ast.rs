//! Our own statement tree: small, owned, and every part has a [`Span`].
//!
//! It keeps what a lock fact or a rule needs and nothing else. The parser lowers everything into it at once; nothing of
//! sqlparser's own tree is kept.

mod access;
mod alter;
mod constraint;
mod data;
mod data_type;
mod events;
mod expr;
mod extension;
mod from;
mod integer;
mod nested;
mod object;
mod option;
mod output;
mod partition;
mod psql;
mod question;
mod reading;
mod reference;
mod replication;
mod routine;
mod sequence;
mod series;
mod table;
mod trigger;
mod types;

use ecow::EcoString;

pub use access::{DefaultPrivileges, Grant, GrantRole, GrantTarget, MembershipOption, Owned, Privilege};
pub use alter::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ColumnChange, ConstraintChange, Firing, ReplicaIdentity,
    RowSecurity, WhichTriggers,
};
pub use constraint::{
    ColumnConstraint, ColumnConstraintKind, ConstraintTraits, ExcludeElement, Identity, IndexParameters, KeyAction,
    KeyColumns, References, TableConstraint, TableConstraintKind,
};
pub use data::{
    Assigned, Cluster, ConflictTarget, Copy, Lock, Overriding, Query, Refresh, Reindex, ReindexTarget, Returning,
    Shape, TableTarget, Truncate, Vacuum, Write, WriteVerb,
};
pub use data_type::DataType;
pub use events::{Events, When};
pub use expr::{
    Call as FunctionCall, CastFrom, CastOf, Comparison, Condition, Expr, Folded, HashLimit, Limit, Limits, Literal,
    Operand, Test,
};
pub use extension::{
    AlterExtension, CreateExtension, CreateSchema, ExtensionChange, Foreign, ForeignServer, ForeignWrapper,
    ImportForeignSchema, ImportLimit, Repack, UserMapping,
};
pub use from::TableRead;
pub use integer::Integer;
pub use nested::{Call, DeclareCursor, Execute, Explain, Prepare};
pub use object::{CheckOption, CreateIndex, CreateView, Drop, IndexKey, ObjectKind};
pub use option::{ForeignOption, NamedOption, OptionChange};
pub use output::{FromItem, FromSource, GroupKey, Grouping, Merged, Output, OutputItem, Value};
pub use partition::{PartitionBound, PartitionBoundKind, PartitionBy, PartitionOf, RangeBound};
pub use psql::PsqlCommand;
pub use question::{CatalogRows, Question, Sought};
pub use reading::{ColumnRead, GroupedBy, Place, Rows, Scope};
pub use reference::{AlterOther, Comment, ObjectChange, ObjectRef, RoleSpec, SecurityLabel, Text};
pub use replication::{
    AlterPublication, AlterStatistics, AlterSubscription, CreatePublication, CreateStatistics, CreateSubscription,
    PublicationChange, PublicationObject, PublishedTable, StatisticsElement, SubscriptionChange,
};
pub use routine::{
    AlterFunction, Argument, ArgumentMode, Body, BodyStatement, Branch, BranchCondition, BranchKind, CreateFunction,
    DoBlock, Gap, LaterBody, Returns, RoutineAction, RoutineBody, RoutineKind, RoutineSetting, Runs, Unread,
    Volatility,
};
pub use sequence::{CreateSequence, OwningColumn, SequenceOption, SequenceOptionKind};
pub use series::{Arithmetic, Counted, CountedCall, CountedCast, Picked, RangeKind, Series};
pub use table::{ColumnDef, CreateTable, LikeClause, OnCommit, Persistence};
pub use trigger::{
    AlterEventTrigger, AlterPolicy, CreateEventTrigger, CreatePolicy, CreateRule, CreateTrigger, EventFilter,
    PolicyCommand, RuleEvent, TransitionTable, TriggerEvent, TriggerEventKind, TriggerTiming,
};
pub use types::{
    AlterDomain, AlterType, Attribute, AttributeAction, AttributeChange, CreateDomain, CreateType, DomainChange,
    TypeChange, TypeKind, ValuePlace,
};

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
    /// SET CONSTRAINTS.
    SetConstraints(Box<SetConstraints>),
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
    /// CREATE EVENT TRIGGER.
    CreateEventTrigger(CreateEventTrigger),
    /// ALTER EVENT TRIGGER.
    AlterEventTrigger(AlterEventTrigger),
    /// CREATE RULE.
    CreateRule(Box<CreateRule>),
    /// CREATE POLICY.
    CreatePolicy(Box<CreatePolicy>),
    /// ALTER POLICY.
    AlterPolicy(Box<AlterPolicy>),
    /// CREATE TYPE.
    CreateType(CreateType),
    /// ALTER TYPE.
    AlterType(Box<AlterType>),
    /// CREATE DOMAIN.
    CreateDomain(Box<CreateDomain>),
    /// ALTER DOMAIN.
    AlterDomain(Box<AlterDomain>),
    /// CREATE PUBLICATION.
    CreatePublication(CreatePublication),
    /// ALTER PUBLICATION.
    AlterPublication(AlterPublication),
    /// CREATE SUBSCRIPTION.
    CreateSubscription(Box<CreateSubscription>),
    /// ALTER SUBSCRIPTION.
    AlterSubscription(AlterSubscription),
    /// CREATE STATISTICS.
    CreateStatistics(Box<CreateStatistics>),
    /// ALTER STATISTICS.
    AlterStatistics(AlterStatistics),
    /// CREATE EXTENSION.
    CreateExtension(Box<CreateExtension>),
    /// ALTER EXTENSION.
    AlterExtension(Box<AlterExtension>),
    /// CREATE SCHEMA.
    CreateSchema(CreateSchema),
    /// Foreign data wrappers, servers, user mappings, IMPORT FOREIGN SCHEMA.
    Foreign(Box<Foreign>),
    /// CREATE FUNCTION and CREATE PROCEDURE.
    CreateFunction(Box<CreateFunction>),
    /// ALTER FUNCTION, PROCEDURE and ROUTINE.
    AlterFunction(Box<AlterFunction>),
    /// DO.
    Do(Box<DoBlock>),
    /// RAISE of an exception, in a body in PL/pgSQL: the SQLSTATE.
    Raise(&'static str),
    /// RENAME TO, SET SCHEMA, OWNER TO and DEPENDS ON EXTENSION of what is no relation.
    AlterOther(Box<AlterOther>),
    /// UPDATE, DELETE, INSERT, MERGE, COPY ... FROM.
    Write(Box<Write>),
    /// SELECT, VALUES, TABLE, COPY ... TO: reads only, unless a function it calls does more.
    Query(Box<Query>),
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
    /// REPACK.
    Repack(Box<Repack>),
    /// COMMENT ON.
    Comment(Box<Comment>),
    /// SECURITY LABEL.
    SecurityLabel(Box<SecurityLabel>),
    /// GRANT and REVOKE of privileges.
    Grant(Box<Grant>),
    /// GRANT and REVOKE of membership in roles.
    GrantRole(GrantRole),
    /// ALTER DEFAULT PRIVILEGES.
    DefaultPrivileges(DefaultPrivileges),
    /// REASSIGN OWNED and DROP OWNED.
    Owned(Owned),
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
    /// A command that psql carries out itself: `\set`, `\connect`, `\i`. (`\copy` is a [`StatementKind::Write`] or a query.)
    Psql(PsqlCommand),
    /// A statement whose kind and object are known and whose details are not needed.
    Opaque(Opaque),
    /// A statement that could not be understood.
    Unparsed(Unparsed),
}

/// An identifier, folded as PostgreSQL folds it: lower case unless it was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident {
    /// The folded name, without quotes.
    pub name: EcoString,
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
    Begin {
        /// READ ONLY, or READ WRITE, where one is said.
        read_only: Option<bool>,
    },
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

/// SET CONSTRAINTS, for the transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct SetConstraints {
    /// The named ones; none means ALL.
    pub constraints: Vec<ObjectName>,
    /// DEFERRED rather than IMMEDIATE.
    pub deferred: bool,
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
        name: EcoString,
        /// Its new value.
        value: EcoString,
    },
    /// RESET name, or SET name TO DEFAULT.
    Reset {
        /// Setting name, lower case.
        name: EcoString,
    },
    /// RESET ALL.
    ResetAll,
    /// DISCARD ALL: also drops temporary tables and advisory locks; refused inside a transaction block.
    DiscardAll,
}

/// A statement of which only the kind and the object are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Opaque {
    /// The verb and the kind in upper case: `CREATE EXTENSION`, `GRANT`, `CREATE SEQUENCE`.
    pub what: EcoString,
    /// The object, where there is one.
    pub name: Option<ObjectName>,
    /// A table the statement works on: CREATE POLICY ... ON t, CREATE RULE ... TO t, CREATE STATISTICS ... FROM t, GRANT ... ON t.
    pub table: Option<ObjectName>,
    /// CREATE OR REPLACE.
    pub or_replace: bool,
}

/// A statement that could not be understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Unparsed {
    /// The leading keywords in upper case, at most four.
    pub keywords: EcoString,
    /// What went wrong, in lower case and without a period: "expected a column name, found )".
    pub message: EcoString,
    /// The place of the failure.
    pub at: Span,
    /// The table the statement is about, as far as its first words tell.
    pub table: Option<ObjectName>,
    /// Our grammar has every form of the statement that PostgreSQL 10 to 18 have: they do not take this one.
    pub certain: bool,
}

impl Ident {
    /// An identifier that is not in any source, for built-in names.
    pub fn synthetic(name: impl Into<EcoString>) -> Self {
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
