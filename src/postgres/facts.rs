//! The facts: which form takes which lock on which relation, and what work it does under it, for each version.
//!
//! Source: measurements on PostgreSQL 10 to 18, recorded in `fixtures/facts/observed.toml`; a test holds this table against
//! the recordings. Work on an index is counted on its table.

use super::form::Form;
use super::lock::{LockMode, Work};
use super::version::VersionSet;

/// The part a relation plays in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The relation the statement names and changes.
    Target,
    /// Partitions and inheritance children that the change reaches.
    Partition,
    /// The partitioned table or inheritance parent of a new, attached or dropped child.
    Parent,
    /// The DEFAULT partition of the parent.
    DefaultPartition,
    /// The table that becomes a partition, or ceases to be one.
    Attached,
    /// The table that a foreign key points to.
    Referenced,
    /// The table whose foreign key points to the target.
    Referencing,
    /// An index of the target.
    Index,
    /// A relation that is only read.
    Source,
    /// A sequence.
    Sequence,
}

impl Role {
    /// The word in pages and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Partition => "partition",
            Self::Parent => "parent",
            Self::DefaultPartition => "default partition",
            Self::Attached => "attached",
            Self::Referenced => "referenced",
            Self::Referencing => "referencing",
            Self::Index => "index",
            Self::Source => "source",
            Self::Sequence => "sequence",
        }
    }
}

/// A lock on the relations of one role, and the work on each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct On {
    /// Which relations.
    pub role: Role,
    /// The lock.
    pub lock: LockMode,
    /// The work.
    pub work: Work,
}

/// What a form does on a range of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The versions.
    pub versions: VersionSet,
    /// Locks and work; empty when no relation is locked.
    pub on: &'static [On],
    /// Whether the statement is refused inside a transaction block (SQLSTATE 25001).
    pub refuses_block: bool,
}

/// Rows of facts, evaluated at compile time.
macro_rules! rows {
    ($($row:expr),* $(,)?) => { const { &[$($row),*] } };
}

/// The facts about a form. Versions that have no row lack the syntax, or refuse it.
pub fn facts(form: Form) -> &'static [Fact] {
    use Form as F;
    match form {
        F::CreateIndex => rows![always(rows![on(TARGET, SHARE, BUILD)])],
        F::CreateIndexConcurrently => rows![alone(rows![on(TARGET, SHARE_UPDATE, BUILD)], VersionSet::ALL)],
        F::CreateIndexOnOnly => rows![since(11, rows![on(TARGET, SHARE, NONE)])],
        F::CreateIndexPartitioned => rows![since(11, rows![on(TARGET, SHARE, NONE), on(PARTITION, SHARE, BUILD)])],
        F::CreateIndexConcurrentlyNoop => rows![alone(rows![on(TARGET, SHARE_UPDATE, NONE)], VersionSet::ALL)],
        F::CreateIndexNoop => rows![always(rows![on(TARGET, SHARE, NONE), on(PARTITION, SHARE, NONE)])],
        F::DropIndex => rows![always(rows![on(TARGET, ACCESS, NONE), on(INDEX, ACCESS, NONE)])],
        F::DropIndexConcurrently => {
            rows![alone(rows![on(TARGET, SHARE_UPDATE, NONE), on(INDEX, SHARE_UPDATE, NONE)], VersionSet::ALL)]
        }
        F::DropIndexPartitioned => {
            rows![since(11, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(INDEX, ACCESS, NONE)])]
        }
        F::ReindexIndex | F::ReindexTable => rows![always(rows![on(TARGET, SHARE, BUILD), on(INDEX, ACCESS, NONE)])],
        F::ReindexTableNoIndex => rows![always(rows![on(TARGET, SHARE, NONE)])],
        F::ReindexTableConcurrentlyNoIndex | F::ReindexTableConcurrentlyToast => {
            rows![alone(rows![on(TARGET, SHARE_UPDATE, NONE)], VersionSet::since(12))]
        }
        F::ReindexPartitionedTable => rows![
            before(14, rows![on(TARGET, SHARE, NONE)]),
            alone(rows![on(TARGET, SHARE, NONE), on(PARTITION, SHARE, BUILD)], VersionSet::since(14)),
        ],
        F::ReindexPartitionNoIndex => rows![alone(rows![on(PARTITION, SHARE, NONE)], VersionSet::since(14))],
        F::ReindexIndexPartitioned => {
            rows![alone(rows![on(TARGET, SHARE, NONE), on(PARTITION, SHARE, BUILD)], VersionSet::since(14))]
        }
        F::ReindexIndexPartitionedConcurrently => rows![
            alone(rows![on(TARGET, SHARE_UPDATE, NONE)], VersionSet::range(12, 13)),
            alone(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE_UPDATE, BUILD)], VersionSet::since(14)),
        ],
        // The partitions are locked in SHARE mode while they are listed, and built under a weaker lock.
        F::ReindexPartitionedConcurrently => rows![
            alone(rows![on(TARGET, SHARE_UPDATE, NONE)], VersionSet::range(12, 13)),
            alone(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE, BUILD)], VersionSet::since(14)),
        ],
        F::ReindexSchema | F::ReindexDatabase => rows![alone(rows![on(TARGET, SHARE, BUILD)], VersionSet::ALL)],
        F::ReindexIndexConcurrently | F::ReindexTableConcurrently => {
            rows![alone(rows![on(TARGET, SHARE_UPDATE, BUILD), on(INDEX, SHARE_UPDATE, NONE)], VersionSet::since(12))]
        }
        F::RenameIndex => {
            rows![before(12, rows![on(INDEX, ACCESS, NONE)]), since(12, rows![on(INDEX, SHARE_UPDATE, NONE)])]
        }
        F::AttachIndexPartition => rows![
            fact(
                VersionSet::range(11, 11),
                rows![on(PARENT, ACCESS, NONE), on(ATTACHED, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)]
            ),
            since(
                12,
                rows![on(PARENT, SHARE_UPDATE, NONE), on(ATTACHED, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)]
            ),
        ],
        F::RenameIndexAsTable | F::AlterIndexSetTablespace | F::AlterIndexSetStrongOptions => {
            rows![always(rows![on(INDEX, ACCESS, NONE)])]
        }
        F::AlterIndexSetOptions => rows![always(rows![on(INDEX, SHARE_UPDATE, NONE)])],

        F::AddColumn
        | F::DropColumn
        | F::RenameColumn
        | F::AlterTypeMetadata
        | F::SetDefault
        | F::DropDefault
        | F::DropNotNull
        | F::SetColumnStorage => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AddIdentity | F::SetIdentity => rows![
            before(17, rows![on(TARGET, ACCESS, NONE)]),
            since(17, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::SetIdentityOptions => rows![always(rows![on(TARGET, ACCESS, NONE)])],
        F::DropIdentity => rows![
            before(17, rows![on(TARGET, ACCESS, NONE), on(SEQUENCE, ACCESS, NONE)]),
            since(17, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(SEQUENCE, ACCESS, NONE)]),
        ],
        F::AddColumnConstantDefault | F::AddColumnStableDefault | F::AddColumnDefaultNullLength => rows![
            before(11, rows![on(TARGET, ACCESS, REWRITE), on(PARTITION, ACCESS, REWRITE)]),
            since(11, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AddColumnInlinedFunctionDefault => rows![
            before(12, rows![on(TARGET, ACCESS, REWRITE), on(PARTITION, ACCESS, REWRITE)]),
            since(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AddColumnVolatileArgumentDefault => rows![
            before(11, REWRITE_TABLE),
            fact(VersionSet::range(11, 11), rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
            since(12, REWRITE_TABLE),
        ],
        F::AddColumnDomainVolatileDefault => rows![
            before(11, REWRITE_TABLE),
            fact(VersionSet::range(11, 12), rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
            since(13, REWRITE_TABLE),
        ],
        F::AddColumnVolatileDefault | F::AddColumnSerial | F::AddColumnIdentity | F::AddColumnConstrainedDomain => {
            rows![always(REWRITE_TABLE)]
        }
        F::AddColumnGeneratedStored => rows![since(12, REWRITE_TABLE)],
        F::AddColumnGeneratedVirtual => rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AddColumnVirtualNotNull => rows![since(18, SCAN_TABLE)],
        F::AddColumnNotNull | F::AddColumnCheck => rows![always(SCAN_TABLE)],
        F::AddColumnReferences => rows![
            before(11, rows![on(TARGET, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE)]),
            // The partitions of 11 are read although there is nothing to look up.
            fact(
                VersionSet::range(11, 11),
                rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, NONE)]
            ),
            since(12, rows![on(TARGET, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE)]),
        ],
        F::AddColumnReferencesDefault => {
            rows![always(rows![on(TARGET, ACCESS, SCAN), on(PARTITION, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, SCAN)])]
        }
        F::AddColumnReferencesDefaultNull => {
            rows![always(rows![on(TARGET, ACCESS, SCAN), on(PARTITION, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, NONE)])]
        }
        F::AddColumnUnique => rows![always(BUILD_ON_TABLE)],
        F::AddColumnPrimaryKey => rows![always(BUILD_ON_TABLE)],
        F::DetachPartitionTrigger => {
            rows![fact(VersionSet::range(11, 13), rows![on(ATTACHED, ACCESS, NONE)]), since(14, rows![])]
        }
        F::DetachPartitionForeignKey => rows![since(11, rows![on(REFERENCED, SHARE_ROW, NONE)])],
        F::DetachPartitionReferenced => {
            rows![since(12, rows![on(ATTACHED, ACCESS, SCAN), on(REFERENCING, ACCESS, SCAN)])]
        }
        F::DetachPartitionReferencedValue => {
            rows![since(12, rows![on(ATTACHED, ACCESS, NONE), on(REFERENCING, ACCESS, SCAN)])]
        }
        F::DetachPartitionKeyToPartitioned => rows![
            fact(VersionSet::range(12, 12), rows![on(REFERENCED, SHARE_ROW, NONE)]),
            fact(VersionSet::range(13, 14), rows![on(ATTACHED, ACCESS, NONE)]),
            since(15, rows![on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, SHARE_ROW, NONE)]),
        ],
        F::DetachPartitionReferencedByPartitioned => rows![since(12, rows![on(PARTITION, ACCESS_SHARE, SCAN)])],
        F::DetachPartitionReferencedAbove => rows![since(12, rows![on(SOURCE, ACCESS_SHARE, NONE)])],
        F::DropConstraintOnly => rows![always(rows![on(PARTITION, ACCESS, NONE)])],
        F::AddNotNullConstraintNoop => {
            rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])]
        }
        F::DropNotNullNoop => rows![
            before(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
            since(18, rows![on(TARGET, ACCESS, NONE)]),
        ],
        F::DropNotNullOnly => rows![before(18, rows![]), since(18, rows![on(PARTITION, ACCESS, NONE)])],
        F::DisableAllTriggersPartitioned => {
            rows![before(15, rows![]), since(15, rows![on(PARTITION, SHARE_ROW, NONE)])]
        }
        F::DropColumnOnly => rows![always(rows![on(PARTITION, ACCESS, NONE)])],
        F::DropColumnForeignKey => rows![always(rows![on(REFERENCED, ACCESS, NONE)])],

        F::AlterTypeRewrite => rows![always(REWRITE_TABLE)],
        F::AlterTypeRebuildIndex => rows![always(BUILD_ON_TABLE)],
        F::AlterTypeRecheck => rows![always(SCAN_TABLE)],
        F::AlterTypeTimestampUtc => {
            rows![before(12, REWRITE_TABLE), since(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),]
        }
        F::AlterTypeReferenced => rows![always(rows![on(TARGET, ACCESS, SCAN), on(REFERENCING, ACCESS, SCAN)])],
        F::AlterTypeReferencing => rows![always(rows![on(TARGET, ACCESS, SCAN), on(REFERENCED, ACCESS, SCAN)])],
        F::AlterTypeReferencedMetadata => rows![always(rows![on(TARGET, ACCESS, NONE), on(REFERENCING, ACCESS, NONE)])],
        F::AlterTypeReferencingMetadata => rows![always(rows![on(TARGET, ACCESS, NONE), on(REFERENCED, ACCESS, NONE)])],
        F::AlterTypeKeyToPartitioned => rows![
            before(15, rows![on(TARGET, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, ACCESS, SCAN)]),
            since(15, rows![on(TARGET, ACCESS, SCAN), on(REFERENCED, ACCESS, NONE), on(PARTITION, ACCESS, SCAN)]),
        ],
        F::AlterTypeKeyToPartitionedMetadata => rows![
            before(15, rows![on(TARGET, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, ACCESS, NONE)]),
            since(15, rows![on(TARGET, ACCESS, NONE), on(REFERENCED, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AlterTypeKeyOfPartitionedMetadata => rows![
            before(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, SCAN), on(REFERENCED, ACCESS, SCAN)]),
            since(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(REFERENCED, ACCESS, NONE)]),
        ],
        F::AlterTypeReferencedByPartitionedMetadata => rows![
            before(12, rows![on(TARGET, ACCESS, SCAN), on(REFERENCING, ACCESS, SCAN)]),
            since(12, rows![on(TARGET, ACCESS, NONE), on(REFERENCING, ACCESS, NONE)]),
        ],
        F::SetNotNull => rows![always(SCAN_TABLE)],
        F::SetNotNullOnlyPartitioned => rows![
            before(12, rows![]),
            fact(VersionSet::range(12, 17), rows![on(PARTITION, ACCESS, NONE)]),
            since(18, rows![]),
        ],
        F::SetNotNullProven => {
            rows![before(12, SCAN_TABLE), since(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),]
        }
        F::DropExpression => rows![since(13, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::SetExpression => rows![since(17, REWRITE_TABLE)],
        F::SetExpressionVirtual => rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::SetExpressionVirtualNotNull => rows![since(18, SCAN_TABLE)],
        F::SetColumnStatistics => {
            rows![always(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE_UPDATE, NONE)])]
        }
        F::SetColumnOptions => rows![always(rows![on(TARGET, SHARE_UPDATE, NONE)])],
        F::SetColumnCompression => rows![since(14, rows![on(TARGET, ACCESS, NONE)])],
        // Until 12 the constraints that are written behind a column were added although it was there.
        F::AddColumnNoopCheck => rows![before(13, SCAN_TABLE), since(13, rows![])],
        F::AddColumnNoopKey => {
            rows![before(13, rows![on(TARGET, ACCESS, BUILD), on(PARTITION, SHARE, BUILD)]), since(13, rows![])]
        }
        F::AddColumnNoopReferences => {
            rows![before(13, rows![on(TARGET, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE)]), since(13, rows![])]
        }
        F::AddColumnNoopReferencesDefault => {
            rows![before(13, rows![on(TARGET, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, SCAN)]), since(13, rows![])]
        }
        F::AddColumnNoop | F::DropColumnNoop => rows![always(rows![on(TARGET, ACCESS, NONE)])],
        F::SetNotNullNoop => rows![
            before(12, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
            since(12, rows![on(TARGET, ACCESS, NONE)]),
        ],
        F::SetNotNullNoopInheritance => rows![before(18, rows![on(PARTITION, ACCESS, NONE)]), since(18, rows![])],
        F::DropConstraintNoop => rows![
            before(11, rows![on(TARGET, ACCESS, NONE)]),
            since(11, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],

        F::AddCheck => rows![always(SCAN_TABLE)],
        F::AddCheckNoInherit => rows![
            before(18, rows![on(TARGET, ACCESS, SCAN)]),
            since(18, rows![on(TARGET, ACCESS, SCAN), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AddCheckMerged => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AddCheckNotValid => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AddCheckNotEnforced => rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::ValidateCheck => rows![always(rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, SHARE_UPDATE, SCAN)])],
        F::AddForeignKey => rows![always(rows![
            on(TARGET, SHARE_ROW, SCAN),
            on(PARTITION, SHARE_ROW, SCAN),
            on(REFERENCED, SHARE_ROW, SCAN),
        ])],
        F::AddForeignKeyMerged => rows![since(11, rows![on(PARTITION, SHARE_ROW, NONE), on(REFERENCED, ACCESS, NONE)])],
        F::AddForeignKeyMergedNotValid => rows![since(18, rows![on(REFERENCED, ACCESS, NONE)])],
        F::AddForeignKeyNewColumn => rows![always(rows![
            on(TARGET, SHARE_ROW, SCAN),
            on(PARTITION, SHARE_ROW, SCAN),
            on(REFERENCED, SHARE_ROW, NONE),
        ])],
        F::AddForeignKeyNotValid | F::AddForeignKeyNewTable => rows![always(rows![
            on(TARGET, SHARE_ROW, NONE),
            on(PARTITION, SHARE_ROW, NONE),
            on(REFERENCED, SHARE_ROW, NONE),
        ])],
        // Before 18 no foreign key of a partitioned table is left to be validated.
        F::ValidateForeignKey => rows![always(rows![
            on(TARGET, SHARE_UPDATE, SCAN),
            on(PARTITION, SHARE_UPDATE, SCAN),
            on(REFERENCED, ROW_SHARE, SCAN),
            on(SOURCE, ACCESS_SHARE, SCAN),
        ])],
        F::AddUnique | F::AddPrimaryKeyNotNullColumns => {
            rows![before(18, rows![on(TARGET, ACCESS, BUILD), on(PARTITION, SHARE, BUILD)]), since(18, BUILD_ON_TABLE),]
        }
        F::AddPrimaryKey => {
            rows![always(rows![on(TARGET, ACCESS, BUILD.and(SCAN)), on(PARTITION, ACCESS, BUILD.and(SCAN))])]
        }
        F::AddUniqueDeferrablePartitioned => rows![
            before(11, rows![]),
            fact(VersionSet::range(11, 17), rows![on(PARTITION, SHARE_ROW, NONE)]),
            since(18, rows![]),
        ],
        F::AddUniqueMerged => rows![
            fact(VersionSet::range(11, 17), rows![on(PARTITION, SHARE, NONE)]),
            since(18, rows![on(PARTITION, ACCESS, NONE)]),
        ],
        F::AddPrimaryKeyNullableInheritance => rows![always(rows![on(PARTITION, ACCESS, SCAN)])],
        F::AddUniqueInheritance => rows![before(18, rows![]), since(18, rows![on(PARTITION, ACCESS, NONE)])],
        F::AddPrimaryKeyInheritance => rows![before(12, rows![]), since(12, rows![on(PARTITION, ACCESS, NONE)])],
        // 11 attaches the keys of the lower partitions to that of the upper one.
        F::AddForeignKeyBelow => rows![
            before(11, rows![]),
            fact(VersionSet::range(11, 11), rows![on(PARTITION, ACCESS, NONE)]),
            since(12, rows![]),
        ],
        F::AddForeignKeyInheritance => rows![before(18, rows![]), since(18, rows![on(PARTITION, SHARE_ROW, NONE)])],
        F::AddExclude => rows![
            before(18, rows![on(TARGET, ACCESS, BUILD.and(SCAN)), on(PARTITION, SHARE, BUILD.and(SCAN))]),
            since(18, rows![on(TARGET, ACCESS, BUILD.and(SCAN)), on(PARTITION, ACCESS, BUILD.and(SCAN))]),
        ],
        F::AddUniqueUsingIndex | F::AddPrimaryKeyUsingIndex => rows![
            before(12, rows![on(TARGET, ACCESS, NONE), on(INDEX, ACCESS, NONE)]),
            since(12, rows![on(TARGET, ACCESS, NONE), on(INDEX, SHARE_UPDATE, NONE)]),
        ],
        F::AddPrimaryKeyUsingIndexNullable => rows![
            before(12, rows![on(TARGET, ACCESS, SCAN), on(INDEX, ACCESS, NONE)]),
            since(12, rows![on(TARGET, ACCESS, SCAN), on(INDEX, SHARE_UPDATE, NONE)]),
        ],
        F::AddPrimaryKeyUsingIndexProven => rows![
            before(12, rows![on(TARGET, ACCESS, SCAN), on(INDEX, ACCESS, NONE)]),
            since(12, rows![on(TARGET, ACCESS, NONE), on(INDEX, SHARE_UPDATE, NONE)]),
        ],
        F::AddNotNullConstraint => rows![since(18, SCAN_TABLE)],
        F::AddNotNullConstraintNotValid => {
            rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])]
        }
        F::ValidateNotNull => {
            rows![since(18, rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, SHARE_UPDATE, SCAN)])]
        }
        F::ValidateNoop => rows![always(rows![on(TARGET, SHARE_UPDATE, NONE)])],
        F::DropCheck | F::RenameConstraint => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])]
        }
        F::AlterConstraintDeferrable => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AlterConstraintInherit => rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        F::AlterConstraintEnforced => {
            rows![since(
                18,
                rows![on(TARGET, ACCESS, SCAN), on(PARTITION, ACCESS, SCAN), on(REFERENCED, SHARE_ROW, SCAN)]
            )]
        }
        F::AlterConstraintNotEnforced => {
            rows![since(18, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(REFERENCED, ACCESS, NONE)])]
        }
        F::DropForeignKey => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(REFERENCED, ACCESS, NONE)])]
        }
        F::DropUnique => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(INDEX, ACCESS, NONE)])]
        }
        F::DropPrimaryKeyCascade => rows![always(rows![on(REFERENCING, ACCESS, NONE)])],

        F::RenameTable
        | F::ChangeMetadata
        | F::SetSchema
        | F::EnableRowSecurity
        | F::DisableRowSecurity
        | F::ForceRowSecurity
        | F::ReplicaIdentity
        | F::CreateRule
        | F::DropRule
        | F::DropPolicy
        | F::AlterViewRename
        | F::DropView
        | F::DropMaterializedView
        | F::SetTablespaceNoop
        | F::SetLoggedNoop => rows![always(rows![on(TARGET, ACCESS, NONE)])],
        F::CreatePolicy => rows![always(rows![on(TARGET, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)])],
        F::SetAccessMethodNoop => rows![since(15, rows![on(TARGET, ACCESS, NONE)])],
        F::SetWithOids => rows![before(12, rows![on(TARGET, ACCESS, REWRITE)])],
        F::SetLogged | F::SetUnlogged | F::SetTablespace => rows![always(rows![on(TARGET, ACCESS, REWRITE)])],
        F::SetAccessMethod => rows![since(15, rows![on(TARGET, ACCESS, REWRITE)])],
        F::SetReloptions | F::ResetReloptions | F::SetWithoutCluster => {
            rows![always(rows![on(TARGET, SHARE_UPDATE, NONE)])]
        }
        F::ClusterOn => rows![always(rows![on(TARGET, SHARE_UPDATE, NONE), on(INDEX, SHARE_UPDATE, NONE)])],
        F::OwnerTo => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(INDEX, ACCESS, NONE), on(SEQUENCE, ACCESS, NONE)])]
        }
        F::EnableTrigger | F::DisableTrigger => {
            rows![always(rows![on(TARGET, SHARE_ROW, NONE), on(PARTITION, SHARE_ROW, NONE)])]
        }
        F::Inherit => rows![always(rows![on(ATTACHED, ACCESS, NONE), on(PARENT, SHARE_UPDATE, NONE)])],
        F::NoInherit => rows![always(rows![on(ATTACHED, ACCESS, NONE), on(PARENT, ACCESS_SHARE, NONE)])],
        F::AttachPartition => rows![
            before(12, rows![on(PARENT, ACCESS, NONE), on(ATTACHED, ACCESS, SCAN), on(SOURCE, ACCESS_SHARE, NONE)]),
            since(
                12,
                rows![on(PARENT, SHARE_UPDATE, NONE), on(ATTACHED, ACCESS, SCAN), on(SOURCE, ACCESS_SHARE, NONE)]
            ),
        ],
        F::AttachPartitionProven => rows![
            before(12, rows![on(PARENT, ACCESS, NONE), on(ATTACHED, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)]),
            since(
                12,
                rows![on(PARENT, SHARE_UPDATE, NONE), on(ATTACHED, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)]
            ),
        ],
        F::AttachPartitionLeafProven => {
            rows![before(11, rows![on(ATTACHED, ACCESS, SCAN)]), since(11, rows![on(ATTACHED, ACCESS, NONE)])]
        }
        F::AttachPartitionDefaultProven => rows![
            fact(VersionSet::range(11, 11), rows![on(PARENT, ACCESS, NONE), on(DEFAULT_PARTITION, ACCESS, NONE)]),
            since(12, rows![on(PARENT, SHARE_UPDATE, NONE), on(DEFAULT_PARTITION, ACCESS, NONE)]),
        ],
        F::AttachPartitionDefault => rows![
            fact(VersionSet::range(11, 11), rows![on(PARENT, ACCESS, NONE), on(DEFAULT_PARTITION, ACCESS, SCAN)]),
            since(12, rows![on(PARENT, SHARE_UPDATE, NONE), on(DEFAULT_PARTITION, ACCESS, SCAN)]),
        ],
        F::AttachPartitionForeignKey => rows![
            fact(VersionSet::range(11, 11), rows![on(REFERENCED, ROW_SHARE, SCAN)]),
            since(12, rows![on(REFERENCED, SHARE_ROW, SCAN)]),
        ],
        F::AttachPartitionForeignKeyNoRows => {
            rows![before(12, rows![]), since(12, rows![on(REFERENCED, SHARE_ROW, NONE)])]
        }
        F::AttachPartitionForeignKeyUnvalidated => rows![
            fact(VersionSet::range(11, 11), rows![on(REFERENCED, ROW_SHARE, SCAN)]),
            fact(VersionSet::range(12, 17), rows![on(REFERENCED, SHARE_ROW, SCAN)]),
            since(18, rows![on(REFERENCED, ACCESS, SCAN)]),
        ],
        F::AttachPartitionForeignKeyMerged => rows![since(11, rows![on(REFERENCED, ACCESS, NONE)])],
        F::AttachPartitionForeignKeyRead => rows![since(11, rows![on(ATTACHED, ACCESS, SCAN)])],
        F::AttachPartitionKeyToPartitioned => {
            rows![since(12, rows![on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, SHARE_ROW, SCAN)])]
        }
        F::AttachPartitionKeyToPartitionedMerged => rows![
            fact(VersionSet::range(12, 12), rows![on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, SHARE_ROW, NONE)]),
            fact(VersionSet::range(13, 14), rows![on(REFERENCED, SHARE_ROW, NONE), on(PARTITION, ACCESS, NONE)]),
            since(15, rows![on(REFERENCED, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AttachPartitionReferenced | F::CreateTablePartitionOfReferenced => rows![
            fact(VersionSet::range(12, 14), rows![on(REFERENCING, ACCESS_SHARE, NONE)]),
            since(15, rows![on(REFERENCING, SHARE_ROW, NONE)]),
        ],
        F::AttachPartitionIndexed => rows![since(11, rows![on(ATTACHED, ACCESS, BUILD)])],
        F::DetachPartition => rows![
            before(
                14,
                rows![
                    on(PARENT, ACCESS, NONE),
                    on(ATTACHED, SHARE_UPDATE, NONE),
                    on(PARTITION, ACCESS, NONE),
                    on(DEFAULT_PARTITION, ACCESS, NONE)
                ]
            ),
            since(
                14,
                rows![
                    on(PARENT, ACCESS, NONE),
                    on(ATTACHED, ACCESS, NONE),
                    on(PARTITION, ACCESS, NONE),
                    on(DEFAULT_PARTITION, ACCESS, NONE)
                ]
            ),
        ],
        F::CheckBelowChildren => rows![since(18, rows![on(PARTITION, ACCESS, NONE)])],
        F::DetachPartitionConcurrentlyReferenced => {
            rows![since(14, rows![on(ATTACHED, ACCESS, SCAN), on(REFERENCING, ACCESS, SCAN)])]
        }
        F::DetachPartitionConcurrently => {
            rows![alone(
                rows![on(PARENT, SHARE_UPDATE, NONE), on(ATTACHED, ACCESS, NONE), on(PARTITION, ACCESS, NONE)],
                VersionSet::since(14)
            )]
        }

        F::AlterTriggerRename => rows![
            before(15, rows![on(TARGET, ACCESS, NONE)]),
            since(15, rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::AlterRuleRename | F::DropFunctionTrigger | F::DropFunctionDefault | F::AlterTypeTypedTable => {
            rows![always(rows![on(TARGET, ACCESS, NONE)])]
        }
        F::DropStatistics => rows![before(12, rows![]), since(12, rows![on(TARGET, SHARE_UPDATE, NONE)])],
        F::AlterDomainScan => rows![always(rows![on(TARGET, SHARE, SCAN)])],
        F::DropTrigger => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],
        // The query is read before the name is looked up.
        F::CreateTableNoop => rows![always(rows![on(SOURCE, ACCESS_SHARE, NONE)])],
        F::CreateTable | F::DropTableNoop | F::CreateTypeEnum | F::AlterTypeRenameValue => {
            rows![always(rows![])]
        }
        F::CreateTableReferences => rows![always(rows![on(REFERENCED, SHARE_ROW, NONE)])],
        F::CreateTablePartitionOf => rows![always(rows![on(PARENT, ACCESS, NONE)])],
        F::CreateTablePartitionOfDefault => {
            rows![since(11, rows![on(PARENT, ACCESS, NONE), on(DEFAULT_PARTITION, ACCESS, SCAN)])]
        }
        F::CreateTablePartitionOfDefaultProven => {
            rows![since(11, rows![on(PARENT, ACCESS, NONE), on(DEFAULT_PARTITION, ACCESS, NONE)])]
        }
        F::CreateTablePartitionOfForeignKey => rows![
            fact(VersionSet::range(11, 11), rows![on(PARENT, ACCESS, NONE), on(REFERENCED, ACCESS_SHARE, NONE)]),
            since(12, rows![on(PARENT, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE)]),
        ],
        F::CreateTablePartitionOfForeignKeyTree => rows![
            fact(VersionSet::range(11, 11), rows![on(PARENT, ACCESS, NONE)]),
            since(12, rows![on(PARENT, ACCESS, NONE), on(REFERENCED, SHARE_ROW, NONE)]),
        ],
        F::CreateTableInherits => rows![always(rows![on(PARENT, SHARE_UPDATE, NONE)])],
        F::CreateTableLike => rows![always(rows![on(SOURCE, ACCESS_SHARE, NONE)])],
        F::CreateTableAs | F::CreateMaterializedView => {
            rows![always(rows![on(SOURCE, ACCESS_SHARE, SCAN), on(PARTITION, ACCESS_SHARE, SCAN)])]
        }
        F::CreateFunctionForUpdate => rows![always(rows![on(TARGET, ROW_SHARE, NONE)])],
        F::CreateFunctionWrites => rows![always(rows![on(TARGET, ROW_EXCLUSIVE, NONE)])],
        F::CreateFunction | F::CreateView | F::CreateMaterializedViewNoData => {
            rows![always(rows![on(SOURCE, ACCESS_SHARE, NONE)])]
        }
        F::ReplaceView => rows![always(rows![on(TARGET, ACCESS, NONE), on(SOURCE, ACCESS_SHARE, NONE)])],
        F::DropTable => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(INDEX, ACCESS, NONE)])]
        }
        F::DropTableForeignKey => rows![always(rows![on(REFERENCED, ACCESS, NONE)])],
        F::DropTableReferencesPartitioned => rows![
            before(15, rows![on(PARTITION, ACCESS, NONE)]),
            since(15, rows![on(REFERENCED, ACCESS, NONE), on(PARTITION, ACCESS, NONE)]),
        ],
        F::DropTableReferencedCascade => rows![always(rows![on(REFERENCING, ACCESS, NONE)])],
        F::DropTablePartition => rows![always(rows![on(PARENT, ACCESS, NONE), on(DEFAULT_PARTITION, ACCESS, NONE)])],
        F::DropSequence => rows![always(rows![on(SEQUENCE, ACCESS, NONE)])],
        F::CreateTrigger => rows![always(rows![
            on(TARGET, SHARE_ROW, NONE),
            on(PARTITION, SHARE_ROW, NONE),
            on(REFERENCED, ACCESS_SHARE, NONE),
        ])],
        F::CreateStatementTrigger => rows![always(rows![on(TARGET, SHARE_ROW, NONE)])],
        F::CreateStatistics | F::CreatePublicationTable | F::CommentOnTable | F::CommentOnColumn => {
            rows![always(rows![on(TARGET, SHARE_UPDATE, NONE)])]
        }

        F::Select => rows![always(rows![on(SOURCE, ACCESS_SHARE, SCAN), on(PARTITION, ACCESS_SHARE, SCAN)])],
        F::SelectByKey | F::ExplainSelect => {
            rows![always(rows![on(SOURCE, ACCESS_SHARE, NONE), on(PARTITION, ACCESS_SHARE, NONE)])]
        }
        F::SelectForUpdateByKey => rows![always(rows![on(TARGET, ROW_SHARE, NONE), on(PARTITION, ROW_SHARE, NONE)])],
        F::SelectForUpdate => rows![always(rows![on(TARGET, ROW_SHARE, SCAN), on(PARTITION, ROW_SHARE, SCAN)])],
        // Until 11 the planner locks every partition before it leaves some out.
        F::SelectPartitionedPart => rows![always(rows![on(PARENT, ACCESS_SHARE, NONE)])],
        F::SelectPruned => rows![before(12, rows![on(PARTITION, ACCESS_SHARE, NONE)]), since(12, rows![])],
        F::SelectPrunedLate => {
            rows![
                before(11, rows![on(PARTITION, ACCESS_SHARE, SCAN)]),
                since(11, rows![on(PARTITION, ACCESS_SHARE, NONE)])
            ]
        }
        F::SelectForUpdatePrunedLate => {
            rows![before(11, rows![on(PARTITION, ROW_SHARE, SCAN)]), since(11, rows![on(PARTITION, ROW_SHARE, NONE)])]
        }
        // In 11 it stands under a node that asks what to leave out; from 12 it stands alone.
        F::SelectPrunedLateAlone => rows![
            fact(ONLY_11, rows![on(PARTITION, ACCESS_SHARE, NONE)]),
            fact(VersionSet::ALL.without(ONLY_11), rows![on(PARTITION, ACCESS_SHARE, SCAN)])
        ],
        F::SelectForUpdatePrunedLateAlone => rows![
            fact(ONLY_11, rows![on(PARTITION, ROW_SHARE, NONE)]),
            fact(VersionSet::ALL.without(ONLY_11), rows![on(PARTITION, ROW_SHARE, SCAN)])
        ],
        F::SelectForUpdatePruned => rows![before(12, rows![on(PARTITION, ROW_SHARE, NONE)]), since(12, rows![])],
        F::WriteHashPruned => rows![before(12, rows![on(PARTITION, ROW_EXCLUSIVE, SCAN)]), since(12, rows![])],
        F::WritePrunedLate => rows![
            before(14, rows![on(PARTITION, ROW_EXCLUSIVE, SCAN)]),
            since(14, rows![on(PARTITION, ROW_EXCLUSIVE, NONE)]),
        ],
        F::WritePruned => rows![before(12, rows![on(PARTITION, ROW_EXCLUSIVE, NONE)]), since(12, rows![])],
        F::UpdateMoves => rows![since(11, rows![on(PARTITION, ROW_EXCLUSIVE, NONE)])],
        F::WriteReplaced => rows![always(rows![on(TARGET, ROW_EXCLUSIVE, NONE), on(SOURCE, ACCESS_SHARE, NONE)])],
        F::FiredMayWrite => rows![always(rows![on(TARGET, ROW_EXCLUSIVE, NONE), on(PARTITION, ROW_EXCLUSIVE, NONE)])],
        F::FiredMayRead => rows![always(rows![on(SOURCE, ACCESS_SHARE, NONE), on(PARTITION, ACCESS_SHARE, NONE)])],
        // The bound of a partition is found through its parents.
        F::WritePartition => rows![always(rows![on(PARENT, ACCESS_SHARE, NONE)])],
        F::DeletePartition => rows![before(14, rows![on(PARENT, ACCESS_SHARE, NONE)]), since(14, rows![])],
        // Partitions that take rows; until 11 all the others are locked too.
        F::Insert | F::CopyFrom => rows![always(rows![
            on(TARGET, ROW_EXCLUSIVE, NONE),
            on(PARTITION, ROW_EXCLUSIVE, NONE),
            on(REFERENCED, ROW_SHARE, NONE),
        ])],
        F::InsertSelect => rows![always(rows![
            on(TARGET, ROW_EXCLUSIVE, NONE),
            on(PARTITION, ROW_EXCLUSIVE, NONE),
            on(REFERENCED, ROW_SHARE, NONE),
            on(SOURCE, ACCESS_SHARE, SCAN),
        ])],
        F::Update | F::Delete => rows![always(CHANGE_ROWS)],
        F::UpdateByKey | F::DeleteByKey | F::ExplainWrite => {
            rows![always(rows![on(TARGET, ROW_EXCLUSIVE, NONE), on(PARTITION, ROW_EXCLUSIVE, NONE)])]
        }
        F::DeleteReferenced => rows![always(rows![on(REFERENCING, ROW_SHARE, SCAN)])],
        F::DeleteReferencedIndexed => rows![always(rows![on(REFERENCING, ROW_SHARE, NONE)])],
        F::DeleteCascade => rows![always(rows![on(REFERENCING, ROW_EXCLUSIVE, SCAN)])],
        F::DeleteCascadeIndexed => rows![always(rows![on(REFERENCING, ROW_EXCLUSIVE, NONE)])],
        F::UpdateForeignKey => rows![always(rows![on(REFERENCED, ROW_SHARE, NONE)])],
        F::Merge => rows![since(15, CHANGE_ROWS)],
        F::Truncate => {
            rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE), on(INDEX, ACCESS, NONE)])]
        }
        F::TruncatePartition => rows![before(14, rows![on(PARENT, ACCESS_SHARE, NONE)]), since(14, rows![])],
        F::TruncateCascade => rows![always(rows![on(REFERENCING, ACCESS, NONE), on(INDEX, ACCESS, NONE)])],
        F::LockTableAccessShare => {
            rows![always(rows![on(TARGET, ACCESS_SHARE, NONE), on(PARTITION, ACCESS_SHARE, NONE)])]
        }
        F::LockTableRowShare => rows![always(rows![on(TARGET, ROW_SHARE, NONE), on(PARTITION, ROW_SHARE, NONE)])],
        F::LockTableRowExclusive => {
            rows![always(rows![on(TARGET, ROW_EXCLUSIVE, NONE), on(PARTITION, ROW_EXCLUSIVE, NONE)])]
        }
        F::LockTableShareUpdateExclusive => {
            rows![always(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE_UPDATE, NONE)])]
        }
        F::LockTableShare => rows![always(rows![on(TARGET, SHARE, NONE), on(PARTITION, SHARE, NONE)])],
        F::LockTableShareRowExclusive => {
            rows![always(rows![on(TARGET, SHARE_ROW, NONE), on(PARTITION, SHARE_ROW, NONE)])]
        }
        F::LockTableExclusive => {
            rows![always(rows![on(TARGET, LockMode::Exclusive, NONE), on(PARTITION, LockMode::Exclusive, NONE)])]
        }
        F::LockTable => rows![always(rows![on(TARGET, ACCESS, NONE), on(PARTITION, ACCESS, NONE)])],

        // Inheritance children are reached from 18 on.
        F::Vacuum => rows![
            alone(rows![on(TARGET, SHARE_UPDATE, SCAN)], VersionSet::before(18)),
            alone(rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, SHARE_UPDATE, SCAN)], VersionSet::since(18)),
        ],
        F::VacuumPartitioned => {
            rows![alone(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE_UPDATE, SCAN)], VersionSet::ALL)]
        }
        F::VacuumFull => rows![
            alone(rows![on(TARGET, ACCESS, REWRITE)], VersionSet::before(18)),
            alone(REWRITE_TABLE, VersionSet::since(18)),
        ],
        F::VacuumFullPartitioned => rows![alone(REWRITE_TABLE, VersionSet::ALL)],
        F::Analyze => rows![
            before(18, rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, ACCESS_SHARE, SCAN)]),
            since(18, rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, SHARE_UPDATE, SCAN)]),
        ],
        F::AnalyzePartitioned => {
            rows![always(rows![on(TARGET, SHARE_UPDATE, NONE), on(PARTITION, SHARE_UPDATE, SCAN)])]
        }
        F::AnalyzeOnly => rows![
            before(18, rows![]),
            since(18, rows![on(TARGET, SHARE_UPDATE, SCAN), on(PARTITION, ACCESS_SHARE, SCAN)]),
        ],
        F::Cluster => rows![always(rows![on(TARGET, ACCESS, REWRITE)])],
        F::ClusterPartitioned => rows![alone(REWRITE_TABLE, VersionSet::since(15))],
        F::ClusterAll => rows![alone(rows![on(TARGET, ACCESS, REWRITE)], VersionSet::ALL)],
        F::DiscardAll
        | F::AlterSystem
        | F::CreateDatabase
        | F::DropDatabase
        | F::CreateTablespace
        | F::DropTablespace
        | F::CreateSubscription
        | F::DropSubscription => rows![alone(rows![], VersionSet::ALL)],
        F::AlterSubscriptionRefresh => rows![alone(rows![], VersionSet::since(14))],
        F::AlterSubscriptionFailover => rows![alone(rows![], VersionSet::since(17))],
        F::AlterSubscriptionTwoPhase => rows![alone(rows![], VersionSet::since(18))],
        F::RefreshMaterializedView => rows![always(rows![
            on(TARGET, ACCESS, REWRITE),
            on(SOURCE, ACCESS_SHARE, SCAN),
            on(PARTITION, ACCESS_SHARE, SCAN),
        ])],
        F::RefreshMaterializedViewConcurrently => rows![always(rows![
            on(TARGET, LockMode::Exclusive, SCAN),
            on(SOURCE, ACCESS_SHARE, SCAN),
            on(PARTITION, ACCESS_SHARE, SCAN),
        ])],
        F::RefreshMaterializedViewNoData => rows![always(rows![on(TARGET, ACCESS, NONE)])],

        F::AlterTypeAddValue => rows![alone(rows![], VersionSet::before(12)), since(12, rows![])],
        F::CommentOnConstraint => rows![always(rows![on(TARGET, ACCESS_SHARE, NONE)])],
        F::GrantTable => rows![before(18, rows![]), since(18, rows![on(TARGET, ACCESS_SHARE, NONE)])],
        F::AlterSequenceRename => rows![always(rows![on(SEQUENCE, ACCESS, NONE)])],
        F::AlterSequence => rows![always(rows![on(SEQUENCE, SHARE_ROW, NONE), on(SOURCE, ACCESS_SHARE, NONE)])],
    }
}

/// Versions that refuse the form inside a transaction block.
pub fn versions_that_refuse_a_block(form: Form) -> VersionSet {
    let refusing = facts(form).iter().filter(|fact| fact.refuses_block);
    refusing.fold(VersionSet::NONE, |all, fact| all.or(fact.versions))
}

const ONLY_11: VersionSet = VersionSet::range(11, 11);

const TARGET: Role = Role::Target;
const PARTITION: Role = Role::Partition;
const PARENT: Role = Role::Parent;
const DEFAULT_PARTITION: Role = Role::DefaultPartition;
const ATTACHED: Role = Role::Attached;
const REFERENCED: Role = Role::Referenced;
const REFERENCING: Role = Role::Referencing;
const INDEX: Role = Role::Index;
const SOURCE: Role = Role::Source;
const SEQUENCE: Role = Role::Sequence;

const ACCESS_SHARE: LockMode = LockMode::AccessShare;
const ROW_SHARE: LockMode = LockMode::RowShare;
const ROW_EXCLUSIVE: LockMode = LockMode::RowExclusive;
const SHARE_UPDATE: LockMode = LockMode::ShareUpdateExclusive;
const SHARE: LockMode = LockMode::Share;
const SHARE_ROW: LockMode = LockMode::ShareRowExclusive;
const ACCESS: LockMode = LockMode::AccessExclusive;

const NONE: Work = Work::METADATA;
const SCAN: Work = Work::SCAN;
const BUILD: Work = Work::INDEX_BUILD;
const REWRITE: Work = Work::REWRITE;

const REWRITE_TABLE: &[On] = &[on(TARGET, ACCESS, REWRITE), on(PARTITION, ACCESS, REWRITE)];
const SCAN_TABLE: &[On] = &[on(TARGET, ACCESS, SCAN), on(PARTITION, ACCESS, SCAN)];
const BUILD_ON_TABLE: &[On] = &[on(TARGET, ACCESS, BUILD), on(PARTITION, ACCESS, BUILD)];
const CHANGE_ROWS: &[On] =
    &[on(TARGET, ROW_EXCLUSIVE, SCAN), on(PARTITION, ROW_EXCLUSIVE, SCAN), on(SOURCE, ACCESS_SHARE, SCAN)];

const fn on(role: Role, lock: LockMode, work: Work) -> On {
    On { role, lock, work }
}

const fn fact(versions: VersionSet, on: &'static [On]) -> Fact {
    Fact { versions, on, refuses_block: false }
}

const fn always(on: &'static [On]) -> Fact {
    fact(VersionSet::ALL, on)
}

const fn since(first: u8, on: &'static [On]) -> Fact {
    fact(VersionSet::since(first), on)
}

const fn before(end: u8, on: &'static [On]) -> Fact {
    fact(VersionSet::before(end), on)
}

/// A form that refuses a transaction block.
const fn alone(on: &'static [On], versions: VersionSet) -> Fact {
    Fact { versions, on, refuses_block: true }
}
