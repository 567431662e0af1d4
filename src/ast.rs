//! Our own statement tree: small, owned, and every part has a [`Span`].
//!
//! It keeps what a lock fact or a rule needs and nothing else. The parser lowers everything into it at once; nothing of
//! sqlparser's own tree is kept.

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

/// ALTER TABLE and its relatives.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTable {
    /// The keyword after ALTER.
    pub object: AlterObject,
    /// The relation. For ALTER INDEX it is the index. `ALL IN TABLESPACE` forms are `Opaque`.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// ONLY.
    pub only: bool,
    /// Subcommands in the order written.
    pub actions: Vec<AlterAction>,
}

/// The keyword after ALTER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlterObject {
    /// TABLE; PostgreSQL accepts views, indexes and sequences here too for some forms.
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
}

/// One subcommand of ALTER TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterAction {
    /// From its first keyword to its last token.
    pub span: Span,
    /// What it does.
    pub kind: AlterActionKind,
}

/// What a subcommand of ALTER TABLE does.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterActionKind {
    /// ADD COLUMN.
    AddColumn {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The column.
        column: Box<ColumnDef>,
    },
    /// DROP COLUMN.
    DropColumn {
        /// IF EXISTS.
        if_exists: bool,
        /// The column.
        name: Ident,
        /// CASCADE.
        cascade: bool,
    },
    /// ALTER COLUMN.
    AlterColumn {
        /// The column; ALTER INDEX may give a number instead, kept as its digits.
        name: Ident,
        /// The change.
        change: ColumnChange,
    },
    /// ADD table constraint.
    AddConstraint(TableConstraint),
    /// VALIDATE CONSTRAINT.
    ValidateConstraint(Ident),
    /// ALTER CONSTRAINT.
    AlterConstraint {
        /// The constraint.
        name: Ident,
        /// ENFORCED (Some(true)), NOT ENFORCED (Some(false)), or neither (18).
        enforced: Option<bool>,
    },
    /// DROP CONSTRAINT.
    DropConstraint {
        /// IF EXISTS.
        if_exists: bool,
        /// The constraint.
        name: Ident,
        /// CASCADE.
        cascade: bool,
    },
    /// RENAME COLUMN.
    RenameColumn {
        /// Old name.
        from: Ident,
        /// New name.
        to: Ident,
    },
    /// RENAME TO.
    RenameTo(Ident),
    /// RENAME CONSTRAINT.
    RenameConstraint {
        /// Old name.
        from: Ident,
        /// New name.
        to: Ident,
    },
    /// SET SCHEMA.
    SetSchema(Ident),
    /// SET LOGGED.
    SetLogged,
    /// SET UNLOGGED.
    SetUnlogged,
    /// SET ACCESS METHOD; None is DEFAULT.
    SetAccessMethod(Option<Ident>),
    /// SET TABLESPACE.
    SetTablespace(Ident),
    /// SET (option = value, ...): option names, lower case.
    SetOptions(Vec<String>),
    /// RESET (option, ...).
    ResetOptions(Vec<String>),
    /// CLUSTER ON index.
    ClusterOn(Ident),
    /// SET WITHOUT CLUSTER.
    SetWithoutCluster,
    /// SET WITHOUT OIDS.
    SetWithoutOids,
    /// SET WITH OIDS (until 11).
    SetWithOids,
    /// OWNER TO.
    OwnerTo,
    /// ENABLE or DISABLE TRIGGER.
    Trigger {
        /// ENABLE (also ALWAYS, REPLICA).
        enable: bool,
        /// The trigger; None for ALL and USER.
        name: Option<Ident>,
    },
    /// ENABLE or DISABLE RULE.
    Rule {
        /// ENABLE.
        enable: bool,
    },
    /// ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY.
    RowSecurity(RowSecurity),
    /// REPLICA IDENTITY.
    ReplicaIdentity,
    /// INHERIT parent.
    Inherit(ObjectName),
    /// NO INHERIT parent.
    NoInherit(ObjectName),
    /// ATTACH PARTITION (tables) or ALTER INDEX ... ATTACH PARTITION (bound is None).
    AttachPartition {
        /// The table or index that becomes a partition.
        partition: ObjectName,
        /// Its bound; None for an index.
        bound: Option<PartitionBound>,
    },
    /// DETACH PARTITION.
    DetachPartition {
        /// The partition.
        partition: ObjectName,
        /// CONCURRENTLY (14).
        concurrently: bool,
        /// FINALIZE (14).
        finalize: bool,
    },
    /// OF type or NOT OF.
    OfType,
    /// A subcommand of ALTER SEQUENCE (RESTART, INCREMENT, OWNED BY ...).
    SequenceOptions,
    /// DEPENDS ON EXTENSION.
    DependsOnExtension,
    /// OPTIONS (...) of a foreign table.
    ForeignOptions,
}

/// Row level security switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSecurity {
    /// ENABLE ROW LEVEL SECURITY.
    Enable,
    /// DISABLE ROW LEVEL SECURITY.
    Disable,
    /// FORCE ROW LEVEL SECURITY.
    Force,
    /// NO FORCE ROW LEVEL SECURITY.
    NoForce,
}

/// A change of ALTER COLUMN.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnChange {
    /// [SET DATA] TYPE.
    SetType {
        /// The new type.
        data_type: DataType,
        /// COLLATE.
        collation: Option<ObjectName>,
        /// USING.
        using: Option<Expr>,
    },
    /// SET DEFAULT.
    SetDefault(Expr),
    /// DROP DEFAULT.
    DropDefault,
    /// SET NOT NULL.
    SetNotNull,
    /// DROP NOT NULL.
    DropNotNull,
    /// SET STATISTICS.
    SetStatistics,
    /// SET STORAGE.
    SetStorage,
    /// SET COMPRESSION (14).
    SetCompression,
    /// SET or RESET (n_distinct = ...).
    SetOptions,
    /// OPTIONS (...) of a foreign table's column.
    ForeignOptions,
    /// ADD GENERATED ... AS IDENTITY.
    AddIdentity,
    /// SET GENERATED, SET sequence option, RESTART.
    SetIdentity,
    /// DROP IDENTITY.
    DropIdentity,
    /// SET EXPRESSION AS (17).
    SetExpression(Expr),
    /// DROP EXPRESSION (13).
    DropExpression,
}

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
    pub method: Option<String>,
    /// Key parts.
    pub keys: Vec<IndexKey>,
    /// INCLUDE columns.
    pub include: Vec<Ident>,
    /// NULLS NOT DISTINCT (15).
    pub nulls_not_distinct: bool,
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
    pub expr: Option<Expr>,
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
    /// Anything else, by its keywords in upper case (`PUBLICATION`, `TEXT SEARCH PARSER`, `CAST` ...).
    Other(String),
}

/// DROP.
#[derive(Debug, Clone, PartialEq)]
pub struct Drop {
    /// What is dropped.
    pub object: ObjectKind,
    /// DROP INDEX CONCURRENTLY.
    pub concurrently: bool,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The names; empty for kinds named otherwise (CAST, OPERATOR CLASS ...).
    pub names: Vec<ObjectName>,
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
    /// WITH NO DATA.
    pub with_no_data: bool,
    /// The query.
    pub query: Query,
}

/// CREATE TRIGGER.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTrigger {
    /// Its name.
    pub name: Ident,
    /// OR REPLACE (14).
    pub or_replace: bool,
    /// The table or view.
    pub table: ObjectName,
    /// FOR EACH ROW; without it a trigger fires once for each statement.
    pub for_each_row: bool,
    /// FROM of a constraint trigger.
    pub from: Option<ObjectName>,
}

/// CREATE TYPE ... AS ENUM.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateEnum {
    /// The type.
    pub name: ObjectName,
    /// Its values.
    pub values: Vec<String>,
}

/// CREATE DOMAIN.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDomain {
    /// The domain.
    pub name: ObjectName,
    /// Its base type.
    pub data_type: DataType,
    /// Whether it has a CHECK or NOT NULL: a new column of it is checked row by row.
    pub constrained: bool,
    /// DEFAULT.
    pub default: Option<Expr>,
}

/// CREATE FUNCTION or PROCEDURE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateFunction {
    /// Its name.
    pub name: ObjectName,
    /// As declared; VOLATILE when nothing is said.
    pub volatility: Volatility,
}

/// How freely a function's result may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volatility {
    /// The same arguments always give the same result.
    Immutable,
    /// The result is fixed within one statement: now(), current_user.
    Stable,
    /// The result may differ from row to row: random(), clock_timestamp(), nextval().
    Volatile,
}

/// ALTER TYPE of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterEnum {
    /// The type.
    pub name: ObjectName,
    /// The change.
    pub change: EnumChange,
}

/// A change to an enum.
#[derive(Debug, Clone, PartialEq)]
pub enum EnumChange {
    /// ADD VALUE.
    AddValue {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The value.
        value: String,
    },
    /// RENAME VALUE.
    RenameValue {
        /// Old value.
        from: String,
        /// New value.
        to: String,
    },
}

/// The verb of a [`Write`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteVerb {
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// MERGE (15).
    Merge,
    /// COPY table FROM.
    CopyFrom,
}

/// A statement that writes rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What it does.
    pub verb: WriteVerb,
    /// The table written.
    pub target: ObjectName,
    /// The alias of the target, if given.
    pub alias: Option<Ident>,
    /// INSERT ... SELECT, or MERGE USING a query, or a FROM/USING list: rows come from another relation.
    pub from_query: bool,
    /// The rows are limited by LIMIT or FETCH in the outermost source query of an INSERT.
    pub limited: bool,
    /// WHERE of UPDATE and DELETE; of the source query for INSERT ... SELECT.
    pub filter: Option<Expr>,
    /// Columns that UPDATE sets or INSERT lists.
    pub columns: Vec<Ident>,
    /// Relations read: FROM, USING, subqueries, the source of INSERT.
    pub reads: Vec<ObjectName>,
    /// Other tables written by WITH clauses.
    pub also_writes: Vec<ObjectName>,
    /// Functions called anywhere, lower case, with the schema where written.
    pub functions: Vec<String>,
}

/// A query that is not the source of a write.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Relations read.
    pub reads: Vec<ObjectName>,
    /// Relations written by data-modifying WITH clauses.
    pub writes: Vec<ObjectName>,
    /// Relations locked by FOR UPDATE and its kin.
    pub row_locks: Vec<ObjectName>,
    /// Functions called anywhere, lower case, with the schema where written.
    pub functions: Vec<String>,
    /// The query.
    pub span: Span,
}

/// TRUNCATE.
#[derive(Debug, Clone, PartialEq)]
pub struct Truncate {
    /// The tables.
    pub tables: Vec<ObjectName>,
    /// CASCADE.
    pub cascade: bool,
    /// RESTART IDENTITY.
    pub restart_identity: bool,
}

/// LOCK TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct Lock {
    /// The tables.
    pub tables: Vec<ObjectName>,
    /// The mode in upper case without LOCK or MODE; ACCESS EXCLUSIVE when none is given.
    pub mode: String,
    /// NOWAIT.
    pub nowait: bool,
}

/// What REINDEX names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReindexTarget {
    /// INDEX.
    Index,
    /// TABLE.
    Table,
    /// SCHEMA.
    Schema,
    /// DATABASE.
    Database,
    /// SYSTEM.
    System,
}

/// REINDEX.
#[derive(Debug, Clone, PartialEq)]
pub struct Reindex {
    /// What is rebuilt.
    pub target: ReindexTarget,
    /// Its name; DATABASE and SYSTEM may omit it (16).
    pub name: Option<ObjectName>,
    /// CONCURRENTLY (12), as a word or as an option that is not off.
    pub concurrently: bool,
    /// The keyword INDEX, TABLE ...: a rewrite puts CONCURRENTLY behind it.
    pub target_keyword: Span,
}

/// VACUUM or ANALYZE.
#[derive(Debug, Clone, PartialEq)]
pub struct Vacuum {
    /// VACUUM; false for a plain ANALYZE.
    pub vacuum: bool,
    /// FULL.
    pub full: bool,
    /// ANALYZE.
    pub analyze: bool,
    /// Tables; empty means the whole database.
    pub tables: Vec<ObjectName>,
}

/// CLUSTER.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The table; None means every table clustered before.
    pub table: Option<ObjectName>,
}

/// REFRESH MATERIALIZED VIEW.
#[derive(Debug, Clone, PartialEq)]
pub struct Refresh {
    /// The materialized view.
    pub name: ObjectName,
    /// CONCURRENTLY.
    pub concurrently: bool,
    /// WITH NO DATA.
    pub with_no_data: bool,
    /// The keyword VIEW: a rewrite puts CONCURRENTLY behind it.
    pub view_keyword: Span,
}

/// COMMENT ON.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// What is commented.
    pub object: ObjectKind,
    /// Its relation: the table itself, or the table of a column, constraint, trigger, rule or policy.
    pub relation: Option<ObjectName>,
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

/// An expression: its place, and the few facts about it that rules ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// As written, without parentheses that belong to the clause around it.
    pub span: Span,
    /// No column, no subquery and no function call: literals, casts and operators on them, NULL, CURRENT_DATE is not.
    pub constant: bool,
    /// The literal NULL, also with a cast.
    pub null: bool,
    /// Functions called, lower case, with the schema where written; keyword functions by their name (`current_timestamp`).
    pub functions: Vec<String>,
    /// Columns named, folded, without their table.
    pub columns: Vec<String>,
    /// Relations read by subqueries.
    pub reads: Vec<ObjectName>,
    /// The conjuncts that hold whenever the expression is true, as far as they compare a column.
    pub conditions: Vec<Condition>,
}

/// A conjunct `column test` of a boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column, folded.
    pub column: String,
    /// How it is tested.
    pub test: Test,
}

/// How a [`Condition`] tests its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `= constant` (or a parameter, or a subquery that gives one row).
    Equal,
    /// `IN (constants)` or `= ANY (constants)`.
    In,
    /// `IN (subquery with LIMIT)`.
    InLimited,
    /// `<`, `<=`, `>`, `>=`, BETWEEN against constants.
    Range,
    /// IS NULL.
    IsNull,
    /// IS NOT NULL.
    IsNotNull,
    /// Anything else.
    Other,
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
