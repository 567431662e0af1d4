//! ALTER TABLE and its relatives.

use ecow::EcoString;

use super::{
    ColumnDef, DataType, Expr, ForeignOption, Ident, Identity, Integer, NamedOption, ObjectName, PartitionBound,
    RoleSpec, SequenceOption, TableConstraint,
};
use crate::source::Span;

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
    AddConstraint(Box<TableConstraint>),
    /// VALIDATE CONSTRAINT.
    ValidateConstraint(Ident),
    /// ALTER CONSTRAINT.
    AlterConstraint {
        /// The constraint.
        name: Ident,
        /// What is to change about it.
        change: ConstraintChange,
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
    /// SET (option = value, ...).
    SetOptions(Vec<NamedOption>),
    /// RESET (option, ...).
    ResetOptions(Vec<NamedOption>),
    /// CLUSTER ON index.
    ClusterOn(Ident),
    /// SET WITHOUT CLUSTER.
    SetWithoutCluster,
    /// SET WITHOUT OIDS.
    SetWithoutOids,
    /// SET WITH OIDS (until 11).
    SetWithOids,
    /// OWNER TO.
    OwnerTo(RoleSpec),
    /// ENABLE or DISABLE TRIGGER.
    Trigger {
        /// When it fires from now on.
        firing: Firing,
        /// Which triggers.
        which: WhichTriggers,
    },
    /// ENABLE or DISABLE RULE.
    Rule {
        /// When it applies from now on.
        firing: Firing,
        /// The rule.
        name: Ident,
    },
    /// ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY.
    RowSecurity(RowSecurity),
    /// REPLICA IDENTITY.
    ReplicaIdentity(ReplicaIdentity),
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
    /// OF type.
    OfType(ObjectName),
    /// NOT OF.
    NotOfType,
    /// Subcommands of ALTER SEQUENCE (RESTART, INCREMENT, OWNED BY ...).
    SequenceOptions(Vec<SequenceOption>),
    /// DEPENDS ON EXTENSION.
    DependsOnExtension {
        /// NO DEPENDS (13).
        no: bool,
        /// The extension.
        extension: Ident,
    },
    /// OPTIONS (...) of a foreign table.
    ForeignOptions(Vec<ForeignOption>),
}

/// What ALTER CONSTRAINT changes; None leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConstraintChange {
    /// DEFERRABLE or NOT DEFERRABLE.
    pub deferrable: Option<bool>,
    /// INITIALLY DEFERRED or INITIALLY IMMEDIATE.
    pub initially_deferred: Option<bool>,
    /// ENFORCED or NOT ENFORCED (18).
    pub enforced: Option<bool>,
    /// INHERIT or NO INHERIT (18).
    pub inherit: Option<bool>,
}

/// When a trigger or rule acts, by `session_replication_role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// ENABLE: in ordinary sessions.
    Origin,
    /// ENABLE ALWAYS: in replicas too.
    Always,
    /// ENABLE REPLICA: only in replicas.
    Replica,
    /// DISABLE: never.
    Never,
}

/// The triggers that ENABLE or DISABLE TRIGGER means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichTriggers {
    /// One of them.
    Named(Ident),
    /// ALL, those of foreign keys among them.
    All,
    /// USER: all but those of constraints.
    User,
}

/// What identifies a changed row in logical replication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// DEFAULT: the primary key.
    Default,
    /// FULL: the whole row.
    Full,
    /// NOTHING.
    Nothing,
    /// USING INDEX.
    UsingIndex(Ident),
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
        data_type: Box<DataType>,
        /// COLLATE.
        collation: Option<ObjectName>,
        /// USING.
        using: Option<Box<Expr>>,
    },
    /// SET DEFAULT.
    SetDefault(Box<Expr>),
    /// DROP DEFAULT.
    DropDefault,
    /// SET NOT NULL.
    SetNotNull,
    /// DROP NOT NULL.
    DropNotNull,
    /// SET STATISTICS; None is DEFAULT (17), as -1 is.
    SetStatistics(Option<Integer>),
    /// SET STORAGE, lower case: plain, external, extended, main or default.
    SetStorage(EcoString),
    /// SET COMPRESSION, lower case (14).
    SetCompression(EcoString),
    /// SET (n_distinct = ...).
    SetOptions(Vec<NamedOption>),
    /// RESET (n_distinct).
    ResetOptions(Vec<NamedOption>),
    /// OPTIONS (...) of a foreign table's column.
    ForeignOptions(Vec<ForeignOption>),
    /// ADD GENERATED ... AS IDENTITY.
    AddIdentity(Identity),
    /// SET GENERATED, SET sequence option, RESTART.
    SetIdentity {
        /// GENERATED ALWAYS (Some(true)), BY DEFAULT (Some(false)), or neither.
        always: Option<bool>,
        /// Options of the sequence.
        options: Vec<SequenceOption>,
    },
    /// DROP IDENTITY.
    DropIdentity {
        /// IF EXISTS.
        if_exists: bool,
    },
    /// SET EXPRESSION AS (17).
    SetExpression(Box<Expr>),
    /// DROP EXPRESSION (13).
    DropExpression {
        /// IF EXISTS.
        if_exists: bool,
    },
}
