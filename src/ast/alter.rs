//! ALTER TABLE and its relatives.

use super::{ColumnDef, DataType, Expr, Ident, ObjectName, PartitionBound, TableConstraint};
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
