//! The closed list of statement behaviours that differ in what they lock or do.
//!
//! A form is narrower than a statement: one ALTER TABLE with three subcommands has three forms, and adding a column with
//! a volatile default is another form than adding one with a constant. The same form may do different things on different
//! versions; that is the business of [`super::facts`].

macro_rules! forms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// A statement behaviour.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Form {
            $($(#[$doc])* $variant,)*
        }

        impl Form {
            /// Every form.
            pub const ALL: &'static [Form] = &[$(Form::$variant),*];

            /// The name in output, fixtures and pages.
            pub const fn name(self) -> &'static str {
                match self { $(Form::$variant => $name),* }
            }

            /// The form with this name.
            pub fn from_name(name: &str) -> Option<Form> {
                match name { $($name => Some(Form::$variant),)* _ => None }
            }
        }
    };
}

forms! {
    /// CREATE INDEX on a table or materialized view.
    CreateIndex = "create-index",
    /// CREATE INDEX CONCURRENTLY.
    CreateIndexConcurrently = "create-index-concurrently",
    /// CREATE INDEX ON ONLY a partitioned table: an invalid parent index, nothing is built.
    CreateIndexOnOnly = "create-index-on-only",
    /// CREATE INDEX on a partitioned table: builds one on every partition.
    CreateIndexPartitioned = "create-index-partitioned",
    /// CREATE INDEX IF NOT EXISTS with a name that is taken.
    CreateIndexNoop = "create-index-if-not-exists-noop",
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS with a name that is taken.
    CreateIndexConcurrentlyNoop = "create-index-concurrently-if-not-exists-noop",
    /// DROP INDEX.
    DropIndex = "drop-index",
    /// DROP INDEX CONCURRENTLY.
    DropIndexConcurrently = "drop-index-concurrently",
    /// DROP INDEX of a partitioned index.
    DropIndexPartitioned = "drop-index-partitioned",
    /// REINDEX INDEX.
    ReindexIndex = "reindex-index",
    /// REINDEX TABLE.
    ReindexTable = "reindex-table",
    /// REINDEX TABLE of a table without indexes.
    ReindexTableNoIndex = "reindex-table-no-index",
    /// REINDEX TABLE CONCURRENTLY of a table without indexes (12).
    ReindexTableConcurrentlyNoIndex = "reindex-table-concurrently-no-index",
    /// REINDEX TABLE CONCURRENTLY of a table of which only the TOAST table has an index to build.
    ReindexTableConcurrentlyToast = "reindex-table-concurrently-toast",
    /// REINDEX TABLE of a partitioned table (14).
    ReindexPartitionedTable = "reindex-partitioned-table",
    /// A partition without an index, in REINDEX of its parent.
    ReindexPartitionNoIndex = "reindex-partition-no-index",
    /// REINDEX INDEX of a partitioned index (14).
    ReindexIndexPartitioned = "reindex-index-partitioned",
    /// REINDEX INDEX CONCURRENTLY of a partitioned index (14).
    ReindexIndexPartitionedConcurrently = "reindex-index-concurrently-partitioned",
    /// REINDEX TABLE CONCURRENTLY of a partitioned table (14).
    ReindexPartitionedConcurrently = "reindex-table-concurrently-partitioned",
    /// REINDEX SCHEMA.
    ReindexSchema = "reindex-schema",
    /// REINDEX DATABASE or SYSTEM.
    ReindexDatabase = "reindex-database",
    /// REINDEX INDEX CONCURRENTLY (12).
    ReindexIndexConcurrently = "reindex-index-concurrently",
    /// REINDEX TABLE CONCURRENTLY (12).
    ReindexTableConcurrently = "reindex-table-concurrently",
    /// ALTER INDEX ... RENAME TO.
    RenameIndex = "rename-index",
    /// ALTER TABLE index RENAME TO: stronger than ALTER INDEX.
    RenameIndexAsTable = "rename-index-as-table",
    /// ALTER INDEX ... SET TABLESPACE.
    AlterIndexSetTablespace = "alter-index-set-tablespace",
    /// ALTER INDEX ... ATTACH PARTITION.
    AttachIndexPartition = "attach-index-partition",
    /// ALTER INDEX ... SET (...), RESET (...) and the like.
    AlterIndexSetOptions = "alter-index-set-options",
    /// ALTER INDEX ... SET (...), RESET (...) of parameters of a BRIN, GIN or GiST index, and DEPENDS ON EXTENSION.
    AlterIndexSetStrongOptions = "alter-index-set-strong-options",

    /// ADD COLUMN that may be NULL and has no default.
    AddColumn = "add-column",
    /// ADD COLUMN with a default that is the same for every row.
    AddColumnConstantDefault = "add-column-constant-default",
    /// ADD COLUMN with a default that is fixed within the statement: now().
    AddColumnStableDefault = "add-column-stable-default",
    /// ADD COLUMN with a default that calls SQL functions declared volatile, which is no longer volatile once the planner
    /// has put their values in the place of the calls. Measured: from 12 the server looks at that.
    AddColumnInlinedFunctionDefault = "add-column-inlined-function-default",
    /// ADD COLUMN with a default that calls a function which is not volatile, but the default of an argument is. Measured:
    /// 11 does not look at that.
    AddColumnVolatileArgumentDefault = "add-column-immutable-function-volatile-argument-default-value",
    /// ADD COLUMN with a default that differs from row to row.
    AddColumnVolatileDefault = "add-column-volatile-default",
    /// ADD COLUMN of a domain whose default is volatile. Source of the exception for 11 and 12: measurement; the rows that
    /// are there get NULL.
    AddColumnDomainVolatileDefault = "add-column-domain-volatile-default",
    /// ADD COLUMN ... DEFAULT NULL of a type with a length: before 11 the length makes an expression of the NULL.
    AddColumnDefaultNullLength = "add-column-default-null-length",
    /// ADD COLUMN of type serial and its kin.
    AddColumnSerial = "add-column-serial",
    /// ADD COLUMN ... GENERATED AS IDENTITY.
    AddColumnIdentity = "add-column-identity",
    /// ADD COLUMN ... GENERATED ALWAYS AS (...) STORED (12).
    AddColumnGeneratedStored = "add-column-generated-stored",
    /// ADD COLUMN ... GENERATED ALWAYS AS (...) VIRTUAL (18).
    AddColumnGeneratedVirtual = "add-column-generated-virtual",
    /// NOT NULL of a new VIRTUAL column, which is computed for every row.
    AddColumnVirtualNotNull = "add-column-virtual-not-null",
    /// ADD COLUMN of a domain that has a constraint.
    AddColumnConstrainedDomain = "add-column-constrained-domain",
    /// ADD COLUMN ... NOT NULL without a default.
    AddColumnNotNull = "add-column-not-null",
    /// ADD COLUMN with a CHECK behind it.
    AddColumnCheck = "add-column-check",
    /// ADD COLUMN ... REFERENCES without a default.
    AddColumnReferences = "add-column-references",
    /// ADD COLUMN ... REFERENCES with a default.
    AddColumnReferencesDefault = "add-column-references-default",
    /// ADD COLUMN ... REFERENCES with DEFAULT NULL: nothing to look up, and yet the table is read.
    AddColumnReferencesDefaultNull = "add-column-references-default-null",
    /// ADD COLUMN ... UNIQUE.
    AddColumnUnique = "add-column-unique",
    /// ADD COLUMN ... PRIMARY KEY.
    AddColumnPrimaryKey = "add-column-primary-key",
    /// ADD COLUMN IF NOT EXISTS of a column that is there.
    AddColumnNoop = "add-column-if-not-exists-noop",
    /// ADD COLUMN IF NOT EXISTS with a CHECK, where the column is there.
    AddColumnNoopCheck = "add-column-if-not-exists-check-noop",
    /// ADD COLUMN IF NOT EXISTS with UNIQUE or PRIMARY KEY, where the column is there.
    AddColumnNoopKey = "add-column-if-not-exists-unique-noop",
    /// ADD COLUMN IF NOT EXISTS with REFERENCES, where the column is there.
    AddColumnNoopReferences = "add-column-if-not-exists-references-noop",
    /// The same with a default: the rows that are there are looked up.
    AddColumnNoopReferencesDefault = "add-column-if-not-exists-references-default-noop",
    /// DROP COLUMN.
    DropColumn = "drop-column",
    /// DROP COLUMN of a foreign key's column: the referenced table is locked too.
    DropColumnForeignKey = "drop-column-foreign-key",
    /// DROP COLUMN IF EXISTS of a column that is not there.
    DropColumnNoop = "drop-column-if-exists-noop",
    /// DROP COLUMN of ONLY a table: its children are locked too, and keep theirs.
    DropColumnOnly = "drop-column-only-inheritance",
    /// DROP CONSTRAINT on ONLY a parent: the children keep it as their own.
    DropConstraintOnly = "drop-constraint-only",
    /// NOT NULL as a constraint of a column that is NOT NULL already (18).
    AddNotNullConstraintNoop = "add-not-null-constraint-noop",
    /// DROP NOT NULL of a column that may be NULL already.
    DropNotNullNoop = "drop-not-null-noop",
    /// DROP NOT NULL on ONLY a parent.
    DropNotNullOnly = "drop-not-null-only",
    /// ENABLE or DISABLE TRIGGER ALL on a partitioned table with foreign keys, of which the partitions have triggers too.
    DisableAllTriggersPartitioned = "disable-trigger-all-partitioned",
    /// RENAME COLUMN.
    RenameColumn = "rename-column",

    /// ALTER COLUMN TYPE that changes catalogue rows only.
    AlterTypeMetadata = "alter-type-widen-varchar",
    /// ALTER COLUMN TYPE that writes every row anew.
    AlterTypeRewrite = "alter-type-int-bigint",
    /// ALTER COLUMN TYPE that rebuilds an index without rewriting the table.
    AlterTypeRebuildIndex = "alter-type-varchar-expression-index",
    /// ALTER COLUMN TYPE that reads every row to check a CHECK constraint again.
    AlterTypeRecheck = "alter-type-varchar-check",
    /// ALTER COLUMN TYPE between timestamp and timestamptz: metadata where the session's time zone is UTC (12).
    AlterTypeTimestampUtc = "alter-type-timestamp-timestamptz",
    /// ALTER COLUMN TYPE of a referenced column: the referencing tables are locked too.
    AlterTypeReferenced = "alter-type-referenced",
    /// ALTER COLUMN TYPE of a referencing column: the referenced table is locked too.
    AlterTypeReferencing = "alter-type-referencing",
    /// ALTER COLUMN TYPE of a referenced column that changes catalogue rows only: the referencing tables are locked.
    AlterTypeReferencedMetadata = "alter-type-referenced-metadata",
    /// ALTER COLUMN TYPE of a referencing column that changes catalogue rows only: the referenced table is locked.
    AlterTypeReferencingMetadata = "alter-type-referencing-metadata",
    /// ALTER COLUMN TYPE of a column with a foreign key to a partitioned table: its partitions are locked and read too.
    AlterTypeKeyToPartitioned = "alter-type-key-to-partitioned",
    /// ALTER COLUMN TYPE of a column with a foreign key to a partitioned table that changes catalogue rows only.
    AlterTypeKeyToPartitionedMetadata = "alter-type-key-to-partitioned-widened",
    /// ALTER COLUMN TYPE that changes catalogue rows only, of a partitioned table's column with a foreign key, which 11
    /// looks up again.
    AlterTypeKeyOfPartitionedMetadata = "alter-type-key-of-partitioned-widened",
    /// ALTER COLUMN TYPE that changes catalogue rows only, of a column to which a foreign key of a partitioned table points,
    /// which 11 looks up again.
    AlterTypeReferencedByPartitionedMetadata = "alter-type-referenced-by-partitioned-widened",
    /// SET DEFAULT.
    SetDefault = "set-default",
    /// DROP DEFAULT.
    DropDefault = "drop-default",
    /// SET NOT NULL.
    SetNotNull = "set-not-null",
    /// SET NOT NULL of a column that a validated CHECK keeps free of NULL.
    SetNotNullProven = "set-not-null-proven",
    /// SET NOT NULL of a column of ONLY a partitioned table, of which the partitions have it.
    SetNotNullOnlyPartitioned = "set-not-null-only-partitioned",
    /// SET NOT NULL of a column that is NOT NULL already.
    SetNotNullNoop = "set-not-null-noop",
    /// SET NOT NULL of a column of an inheritance parent that is NOT NULL already.
    SetNotNullNoopInheritance = "set-not-null-noop-inheritance",
    /// DROP NOT NULL.
    DropNotNull = "drop-not-null",
    /// DROP EXPRESSION (13).
    DropExpression = "drop-expression",
    /// SET EXPRESSION of a stored column (17).
    SetExpression = "set-expression",
    /// SET EXPRESSION of a virtual column (18).
    SetExpressionVirtual = "set-expression-virtual",
    /// SET EXPRESSION of a virtual column that is NOT NULL (18).
    SetExpressionVirtualNotNull = "set-expression-virtual-not-null",
    /// ADD GENERATED AS IDENTITY to a column.
    AddIdentity = "add-identity",
    /// SET GENERATED or a sequence option of an identity column.
    SetIdentity = "set-identity",
    /// Options of the sequence of an identity column alone.
    SetIdentityOptions = "set-identity-options",
    /// DROP IDENTITY.
    DropIdentity = "drop-identity",
    /// ALTER COLUMN SET STATISTICS.
    SetColumnStatistics = "set-column-statistics",
    /// ALTER COLUMN SET STORAGE.
    SetColumnStorage = "set-column-storage",
    /// ALTER COLUMN SET COMPRESSION (14).
    SetColumnCompression = "set-column-compression",
    /// ALTER COLUMN SET (n_distinct = ...).
    SetColumnOptions = "set-column-options",

    /// ADD CHECK.
    AddCheck = "add-check",
    /// ADD CHECK ... NO INHERIT.
    AddCheckNoInherit = "add-check-no-inherit",
    /// ADD CHECK that a partition or child has already, under the same name: it is not read again.
    AddCheckMerged = "add-check-merged",
    /// ADD CHECK ... NOT VALID.
    AddCheckNotValid = "add-check-not-valid",
    /// ADD CHECK ... NOT ENFORCED (18).
    AddCheckNotEnforced = "add-check-not-enforced",
    /// VALIDATE CONSTRAINT of a CHECK.
    ValidateCheck = "validate-check",
    /// ADD FOREIGN KEY.
    AddForeignKey = "add-foreign-key",
    /// ADD FOREIGN KEY ... NOT VALID.
    AddForeignKeyNotValid = "add-foreign-key-not-valid",
    /// ADD FOREIGN KEY to a table that is new and still empty.
    AddForeignKeyNewTable = "add-foreign-key-new-table",
    /// ADD FOREIGN KEY over a column that the same statement adds, with nothing in it: there is nothing to look up.
    AddForeignKeyNewColumn = "add-foreign-key-new-column",
    /// UNIQUE or PRIMARY KEY on a partitioned table of which a partition has a like one: its index becomes a part.
    AddUniqueMerged = "add-unique-partitioned-merged",
    /// UNIQUE or PRIMARY KEY on a partitioned table that is DEFERRABLE: the partitions get triggers.
    AddUniqueDeferrablePartitioned = "add-unique-deferrable-partitioned",
    /// PRIMARY KEY on nullable columns of an inheritance parent: the children are read for NULL.
    AddPrimaryKeyNullableInheritance = "add-primary-key-nullable-inheritance",
    /// ADD FOREIGN KEY to a partitioned table of which a partition has a like key: it is not read, and its key's triggers
    /// on the referenced table are dropped.
    AddForeignKeyMerged = "add-foreign-key-partitioned-merged",
    /// The same where the new key is NOT VALID (18) or the like key is not valid: only the triggers matter.
    AddForeignKeyMergedNotValid = "add-foreign-key-partitioned-merged-not-valid",
    /// ADD FOREIGN KEY to a table whose partitions have partitions themselves.
    AddForeignKeyBelow = "add-foreign-key-below",
    /// VALIDATE CONSTRAINT of a foreign key.
    ValidateForeignKey = "validate-foreign-key",
    /// ADD UNIQUE that builds its index.
    AddUnique = "add-unique",
    /// ADD UNIQUE or EXCLUDE to a table with inheritance children, which have no part in it.
    AddUniqueInheritance = "add-unique-inheritance",
    /// ADD PRIMARY KEY to a table with inheritance children, which have no part in it but NOT NULL.
    AddPrimaryKeyInheritance = "add-primary-key-inheritance",
    /// ADD FOREIGN KEY to a table with inheritance children, which have no part in it.
    AddForeignKeyInheritance = "add-foreign-key-inheritance",
    /// ADD PRIMARY KEY that builds its index, over columns that may be NULL so far.
    AddPrimaryKey = "add-primary-key",
    /// ADD PRIMARY KEY that builds its index, over NOT NULL columns.
    AddPrimaryKeyNotNullColumns = "add-primary-key-not-null-columns",
    /// ADD EXCLUDE.
    AddExclude = "add-exclude",
    /// ADD UNIQUE USING INDEX.
    AddUniqueUsingIndex = "add-unique-using-index",
    /// ADD PRIMARY KEY USING INDEX over NOT NULL columns.
    AddPrimaryKeyUsingIndex = "add-primary-key-using-index",
    /// ADD PRIMARY KEY USING INDEX over a column that may be NULL.
    AddPrimaryKeyUsingIndexNullable = "add-primary-key-using-index-nullable",
    /// ADD PRIMARY KEY USING INDEX over a column that a validated CHECK keeps free of NULL.
    AddPrimaryKeyUsingIndexProven = "add-primary-key-using-index-proven",
    /// ADD NOT NULL column (18).
    AddNotNullConstraint = "add-not-null-constraint",
    /// ADD NOT NULL column NOT VALID (18).
    AddNotNullConstraintNotValid = "add-not-null-constraint-not-valid",
    /// VALIDATE CONSTRAINT of a NOT NULL constraint (18).
    ValidateNotNull = "validate-not-null",
    /// VALIDATE CONSTRAINT of a constraint that is valid already.
    ValidateNoop = "validate-noop",
    /// DROP CONSTRAINT of a CHECK or NOT NULL.
    DropCheck = "drop-check",
    /// DROP CONSTRAINT of a foreign key: the referenced table is locked too.
    DropForeignKey = "drop-foreign-key",
    /// DROP CONSTRAINT of a UNIQUE, PRIMARY KEY or EXCLUDE constraint.
    DropUnique = "drop-unique",
    /// DROP CONSTRAINT ... CASCADE of a key that foreign keys depend on.
    DropPrimaryKeyCascade = "drop-primary-key-cascade",
    /// DROP CONSTRAINT IF EXISTS of a constraint that is not there.
    DropConstraintNoop = "drop-constraint-if-exists-noop",
    /// RENAME CONSTRAINT.
    RenameConstraint = "rename-constraint",
    /// ALTER CONSTRAINT ... DEFERRABLE.
    AlterConstraintDeferrable = "alter-constraint-deferrable",

    /// ALTER CONSTRAINT ... ENFORCED of a foreign key (18).
    AlterConstraintEnforced = "alter-constraint-enforced",
    /// ALTER CONSTRAINT ... INHERIT or NO INHERIT of a NOT NULL constraint (18).
    AlterConstraintInherit = "alter-constraint-no-inherit",
    /// ALTER CONSTRAINT ... NOT ENFORCED of a foreign key (18).
    AlterConstraintNotEnforced = "alter-constraint-not-enforced",

    /// ALTER TABLE ... RENAME TO.
    RenameTable = "rename-table",
    /// SET SCHEMA.
    SetSchema = "set-schema",
    /// SET LOGGED.
    SetLogged = "set-logged",
    /// SET UNLOGGED.
    SetUnlogged = "set-unlogged",
    /// SET LOGGED of a logged table, SET UNLOGGED of an unlogged one.
    SetLoggedNoop = "set-logged-noop",
    /// SET ACCESS METHOD (15).
    SetAccessMethod = "set-access-method",
    /// SET ACCESS METHOD to the one in use.
    SetAccessMethodNoop = "set-access-method-noop",
    /// SET TABLESPACE.
    SetTablespace = "set-tablespace",
    /// SET TABLESPACE to the one in use.
    SetTablespaceNoop = "set-tablespace-noop",
    /// SET WITH OIDS (before 12).
    SetWithOids = "set-with-oids",
    /// SET WITHOUT OIDS, OF type, DEPENDS ON EXTENSION and other changes of catalogue rows.
    ChangeMetadata = "set-without-oids",
    /// SET (fillfactor = ...), SET (autovacuum_... = ...).
    SetReloptions = "set-reloptions",
    /// RESET (...).
    ResetReloptions = "reset-reloptions",
    /// CLUSTER ON.
    ClusterOn = "cluster-on",
    /// SET WITHOUT CLUSTER.
    SetWithoutCluster = "set-without-cluster",
    /// OWNER TO.
    OwnerTo = "owner-to",
    /// ENABLE TRIGGER.
    EnableTrigger = "enable-trigger",
    /// DISABLE TRIGGER.
    DisableTrigger = "disable-trigger",
    /// ENABLE ROW LEVEL SECURITY.
    EnableRowSecurity = "enable-row-security",
    /// DISABLE ROW LEVEL SECURITY.
    DisableRowSecurity = "disable-row-security",
    /// FORCE and NO FORCE ROW LEVEL SECURITY.
    ForceRowSecurity = "force-row-security",
    /// REPLICA IDENTITY.
    ReplicaIdentity = "replica-identity",
    /// INHERIT.
    Inherit = "inherit",
    /// NO INHERIT.
    NoInherit = "no-inherit",
    /// ATTACH PARTITION.
    AttachPartition = "attach-partition",
    /// ATTACH PARTITION to a parent that has a DEFAULT partition.
    AttachPartitionDefault = "attach-partition-default",
    /// ATTACH PARTITION of a table whose validated CHECK implies the bound.
    AttachPartitionProven = "attach-partition-proven",
    /// A partition of what is attached, whose own validated CHECK implies the bound.
    AttachPartitionLeafProven = "attach-partition-leaf-proven",
    /// ATTACH PARTITION beside a DEFAULT partition whose validated CHECK excludes the bound.
    AttachPartitionDefaultProven = "attach-partition-default-proven",
    /// ATTACH PARTITION to a parent that references another table.
    AttachPartitionForeignKey = "attach-partition-foreign-key",
    /// ATTACH PARTITION of a table that has a foreign key of its parent already: it becomes a part of it.
    AttachPartitionForeignKeyMerged = "attach-partition-foreign-key-merged",
    /// ATTACH PARTITION of a table that has a foreign key of its parent already, which is not validated.
    AttachPartitionForeignKeyUnvalidated = "attach-partition-foreign-key-unvalidated",
    /// ATTACH PARTITION of a partitioned table without partitions to a table with a foreign key: there is no row to look up.
    AttachPartitionForeignKeyNoRows = "attach-partition-foreign-key-no-rows",
    /// ATTACH PARTITION to a table with a foreign key: the rows of the partition are read to look it up.
    AttachPartitionForeignKeyRead = "attach-proven-foreign-key",
    /// ATTACH PARTITION to a table with a foreign key to a partitioned table: the partitions of that are locked and read.
    AttachPartitionKeyToPartitioned = "attach-partition-key-to-tree",
    /// ATTACH PARTITION of a table that has the foreign key of the parent to a partitioned table already.
    AttachPartitionKeyToPartitionedMerged = "attach-partition-key-to-tree-merged",
    /// ATTACH PARTITION to a parent that another table references.
    AttachPartitionReferenced = "attach-partition-referenced",
    /// ATTACH PARTITION to a parent with an index that the partition lacks.
    AttachPartitionIndexed = "attach-partition-indexed",
    /// A CHECK that is merged, or dropped with ONLY, in the partitions of partitions: 18 goes down to them.
    CheckBelowChildren = "check-below-children",
    /// DETACH PARTITION.
    DetachPartition = "detach-partition",
    /// DETACH PARTITION where the parent has a row trigger, of which the partition loses its copy.
    DetachPartitionTrigger = "detach-partition-trigger",
    /// DETACH PARTITION of a table that references another: that one is locked too.
    DetachPartitionForeignKey = "detach-partition-foreign-key",
    /// DETACH PARTITION of a table that another references: that one is locked too.
    DetachPartitionReferenced = "detach-partition-referenced",
    /// DETACH PARTITION of one value, of a table that another references: no row of that one has the value.
    DetachPartitionReferencedValue = "detach-partition-referenced-value",
    /// DETACH PARTITION of a table with a foreign key to a partitioned table.
    DetachPartitionKeyToPartitioned = "detach-partition-key-to-tree",
    /// DETACH PARTITION of a table to which the foreign key of a partitioned table points, whose partitions are read.
    DetachPartitionReferencedByPartitioned = "detach-partition-referenced-by-partitioned",
    /// DETACH PARTITION from a partition, where a foreign key points to a table above.
    DetachPartitionReferencedAbove = "detach-partition-referenced-above",
    /// DETACH PARTITION CONCURRENTLY (14).
    DetachPartitionConcurrently = "detach-partition-concurrently",
    /// DETACH PARTITION CONCURRENTLY of a parent that another table references.
    DetachPartitionConcurrentlyReferenced = "detach-partition-concurrently-referenced",

    /// CREATE TABLE.
    CreateTable = "create-table",
    /// CREATE TABLE with a foreign key to another table.
    CreateTableReferences = "create-table-references",
    /// CREATE TABLE ... PARTITION OF.
    CreateTablePartitionOf = "create-table-partition-of",
    /// CREATE TABLE ... PARTITION OF a parent that has a DEFAULT partition.
    CreateTablePartitionOfDefault = "create-table-partition-of-default",
    /// CREATE TABLE ... PARTITION OF beside a DEFAULT partition whose validated CHECK excludes the bound.
    CreateTablePartitionOfDefaultProven = "create-table-partition-of-default-proven",
    /// CREATE TABLE ... PARTITION OF a parent that references another table.
    CreateTablePartitionOfForeignKey = "create-table-partition-of-with-foreign-key",
    /// CREATE TABLE ... PARTITION OF ... PARTITION BY, of a parent that references another table.
    CreateTablePartitionOfForeignKeyTree = "create-table-partition-of-with-foreign-key-partitioned",
    /// CREATE TABLE ... PARTITION OF a parent that another table references.
    CreateTablePartitionOfReferenced = "create-table-partition-of-referenced",
    /// CREATE TABLE ... INHERITS.
    CreateTableInherits = "create-table-inherits",
    /// CREATE TABLE ... LIKE.
    CreateTableLike = "create-table-like",
    /// CREATE TABLE AS and SELECT INTO.
    CreateTableAs = "create-table-as",
    /// CREATE TABLE IF NOT EXISTS of a table that is there.
    CreateTableNoop = "create-table-if-not-exists-noop",
    /// DROP TABLE.
    DropTable = "drop-table",
    /// DROP TABLE of a table that references another: that one is locked too.
    DropTableForeignKey = "drop-table-foreign-key",
    /// DROP TABLE of a table that references a partitioned one: until 14 only its partitions with rows are locked.
    DropTableReferencesPartitioned = "drop-table-references-partitioned",
    /// DROP TABLE ... CASCADE of a table that others reference.
    DropTableReferencedCascade = "drop-table-referenced-cascade",
    /// DROP TABLE of a partition.
    DropTablePartition = "drop-table-partition",
    /// DROP TABLE IF EXISTS of a table that is not there.
    DropTableNoop = "drop-table-if-exists-noop",
    /// DROP SEQUENCE.
    DropSequence = "drop-sequence",
    /// DROP VIEW.
    DropView = "drop-view",
    /// DROP MATERIALIZED VIEW.
    DropMaterializedView = "drop-materialized-view",
    /// CREATE VIEW.
    CreateView = "create-view",
    /// CREATE OR REPLACE VIEW of a view that is there.
    ReplaceView = "create-or-replace-view",
    /// CREATE MATERIALIZED VIEW.
    CreateMaterializedView = "create-materialized-view",
    /// CREATE MATERIALIZED VIEW ... WITH NO DATA.
    CreateMaterializedViewNoData = "create-materialized-view-no-data",
    /// CREATE TRIGGER.
    CreateTrigger = "create-trigger",
    /// CREATE TRIGGER for each statement of a partitioned table.
    CreateStatementTrigger = "create-statement-trigger-partitioned",
    /// ALTER TRIGGER ... RENAME TO.
    AlterTriggerRename = "alter-trigger-rename",
    /// ALTER RULE ... RENAME TO.
    AlterRuleRename = "alter-rule-rename",
    /// DROP FUNCTION ... CASCADE that takes a trigger along.
    DropFunctionTrigger = "drop-function-cascade-trigger",
    /// DROP FUNCTION or DROP SEQUENCE ... CASCADE that takes the default of a column along.
    DropFunctionDefault = "drop-function-cascade-default",
    /// DROP STATISTICS.
    DropStatistics = "drop-statistics",
    /// ALTER DOMAIN that reads the tables with a column of the domain.
    AlterDomainScan = "alter-domain-add-check",
    /// ALTER TYPE that changes the attributes of typed tables.
    AlterTypeTypedTable = "alter-type-add-attribute-typed-table",
    /// DROP TRIGGER.
    DropTrigger = "drop-trigger",
    /// CREATE RULE.
    CreateRule = "create-rule",
    /// DROP RULE.
    DropRule = "drop-rule",
    /// CREATE POLICY.
    CreatePolicy = "create-policy",
    /// DROP POLICY.
    DropPolicy = "drop-policy",
    /// CREATE STATISTICS.
    CreateStatistics = "create-statistics",
    /// CREATE PUBLICATION ... FOR TABLE.
    CreatePublicationTable = "create-publication-table",
    /// CREATE TYPE ... AS ENUM.
    CreateTypeEnum = "create-type-enum",
    /// CREATE FUNCTION and CREATE PROCEDURE.
    CreateFunction = "create-function",
    /// CREATE FUNCTION of a body in SQL that locks rows: FOR UPDATE and its kin.
    CreateFunctionForUpdate = "create-function-for-update",
    /// CREATE FUNCTION of a body in SQL that writes.
    CreateFunctionWrites = "create-function-writes",

    /// SELECT.
    Select = "select",
    /// SELECT of rows that a key selects.
    SelectByKey = "select-by-key",
    /// SELECT whose condition leaves partitions out.
    SelectPruned = "select-pruned",
    /// SELECT whose condition leaves partitions out when it runs: the time zone of the session has to be asked.
    SelectPrunedLate = "select-pruned-stable",
    /// The same, where the partition is the only one that is left: from 12 it is read for all that.
    SelectPrunedLateAlone = "select-pruned-stable-one",
    /// A query of a partition that is partitioned itself: its bound is looked up in the tables above it.
    SelectPartitionedPart = "select-partitioned-part",
    /// EXPLAIN or PREPARE of a query, which does not run.
    ExplainSelect = "explain-select-partitioned",
    /// SELECT ... FOR UPDATE and its kin.
    SelectForUpdate = "select-for-update",
    /// SELECT FOR UPDATE and its kin of one table, by a key.
    SelectForUpdateByKey = "select-for-update-by-key",
    /// SELECT FOR UPDATE and its kin, whose condition leaves partitions out.
    SelectForUpdatePruned = "select-for-update-pruned",
    /// SELECT FOR UPDATE and its kin, whose condition leaves partitions out when it runs.
    SelectForUpdatePrunedLate = "select-for-update-pruned-stable",
    /// The same, where the partition is the only one that is left: from 12 it is read for all that.
    SelectForUpdatePrunedLateAlone = "select-for-update-pruned-stable-one",
    /// INSERT ... VALUES.
    Insert = "insert",
    /// INSERT ... SELECT.
    InsertSelect = "insert-select",
    /// UPDATE.
    Update = "update",
    /// DELETE.
    Delete = "delete",
    /// UPDATE of rows that a key selects.
    UpdateByKey = "update-by-key",
    /// DELETE of rows that a key selects.
    DeleteByKey = "delete-by-key",
    /// DELETE from a table that another references without an index on the foreign key: it is searched for every row.
    DeleteReferenced = "delete-referenced",
    /// DELETE from a table that another references by an indexed column.
    DeleteReferencedIndexed = "delete-referenced-indexed",
    /// DELETE of rows that others refer to with ON DELETE CASCADE, SET NULL or SET DEFAULT, by a column without an index.
    DeleteCascade = "delete-cascade-unindexed",
    /// DELETE of rows that others refer to with ON DELETE CASCADE, SET NULL or SET DEFAULT.
    DeleteCascadeIndexed = "delete-cascade",
    /// EXPLAIN or PREPARE of a write, which does not run.
    ExplainWrite = "explain-update",
    /// UPDATE of a column of a foreign key: the referenced rows are looked up.
    UpdateForeignKey = "update-foreign-key",
    /// INSERT, UPDATE or DELETE of rows that some of the partitions cannot have.
    WritePruned = "update-pruned",
    /// UPDATE or DELETE of rows that some of the partitions cannot have, as is seen when it runs.
    WritePrunedLate = "update-pruned-stable",
    /// A HASH partition that no row of UPDATE or DELETE can be in: 11 leaves it out of queries only.
    WriteHashPruned = "update-hash-pruned",
    /// UPDATE of the partition key: rows move to other partitions (11).
    UpdateMoves = "update-moves",
    /// A write that a rule or an INSTEAD OF trigger replaces: what it names is locked all the same.
    WriteReplaced = "rule-instead-nothing",
    /// What the body of a trigger may write.
    FiredMayWrite = "fired-may-write",
    /// What the body of a trigger may read.
    FiredMayRead = "fired-may-read",
    /// INSERT or UPDATE of a partition by its own name: its bound is checked.
    WritePartition = "update-partition",
    /// DELETE from a partition by its own name.
    DeletePartition = "delete-partition",
    /// MERGE (15).
    Merge = "merge",
    /// COPY ... FROM.
    CopyFrom = "copy-from",
    /// TRUNCATE.
    Truncate = "truncate",
    /// TRUNCATE of a partition.
    TruncatePartition = "truncate-partition",
    /// TRUNCATE ... CASCADE of a table that others reference.
    TruncateCascade = "truncate-cascade",
    /// LOCK TABLE IN ACCESS SHARE MODE.
    LockTableAccessShare = "lock-table-access-share",
    /// LOCK TABLE IN ROW SHARE MODE.
    LockTableRowShare = "lock-table-row-share",
    /// LOCK TABLE IN ROW EXCLUSIVE MODE.
    LockTableRowExclusive = "lock-table-row-exclusive",
    /// LOCK TABLE IN SHARE UPDATE EXCLUSIVE MODE.
    LockTableShareUpdateExclusive = "lock-table-share-update-exclusive",
    /// LOCK TABLE IN SHARE MODE.
    LockTableShare = "lock-table-share",
    /// LOCK TABLE IN SHARE ROW EXCLUSIVE MODE.
    LockTableShareRowExclusive = "lock-table-share-row-exclusive",
    /// LOCK TABLE IN EXCLUSIVE MODE.
    LockTableExclusive = "lock-table-exclusive",
    /// LOCK TABLE, in ACCESS EXCLUSIVE MODE.
    LockTable = "lock-table",

    /// VACUUM.
    Vacuum = "vacuum",
    /// VACUUM of a partitioned table: of its partitions.
    VacuumPartitioned = "vacuum-partitioned",
    /// VACUUM FULL.
    VacuumFull = "vacuum-full",
    /// VACUUM FULL of a partitioned table: of its partitions.
    VacuumFullPartitioned = "vacuum-full-partitioned",
    /// ANALYZE.
    Analyze = "analyze",
    /// ANALYZE of a partitioned table: of its partitions too.
    AnalyzePartitioned = "analyze-partitioned",
    /// ANALYZE ONLY, which still reads samples of partitions and children (18).
    AnalyzeOnly = "analyze-only",
    /// CLUSTER table.
    Cluster = "cluster",
    /// CLUSTER of a partitioned table: of its partitions (15).
    ClusterPartitioned = "cluster-partitioned",
    /// CLUSTER without a table.
    ClusterAll = "cluster-all",
    /// REFRESH MATERIALIZED VIEW.
    RefreshMaterializedView = "refresh-materialized-view",
    /// REFRESH MATERIALIZED VIEW CONCURRENTLY.
    RefreshMaterializedViewConcurrently = "refresh-materialized-view-concurrently",
    /// REFRESH MATERIALIZED VIEW ... WITH NO DATA.
    RefreshMaterializedViewNoData = "refresh-materialized-view-no-data",

    /// ALTER TYPE ... ADD VALUE.
    AlterTypeAddValue = "alter-type-add-value",
    /// ALTER TYPE ... RENAME VALUE.
    AlterTypeRenameValue = "alter-type-rename-value",
    /// COMMENT ON a table or a part of one.
    CommentOnTable = "comment-on-table",
    /// COMMENT ON COLUMN.
    CommentOnColumn = "comment-on-column",
    /// COMMENT ON a constraint, trigger, rule or policy of a table.
    CommentOnConstraint = "comment-on-constraint",
    /// GRANT and REVOKE on a table.
    GrantTable = "grant-table",
    /// ALTER SEQUENCE.
    AlterSequence = "alter-sequence",
    /// ALTER SEQUENCE that changes its name, schema, owner or persistence.
    AlterSequenceRename = "alter-sequence-rename",
    /// ALTER VIEW ... RENAME TO.
    AlterViewRename = "alter-view-rename",
    /// DISCARD ALL.
    DiscardAll = "discard-all",
    /// ALTER SYSTEM.
    AlterSystem = "alter-system",
    /// CREATE DATABASE.
    CreateDatabase = "create-database",
    /// DROP DATABASE.
    DropDatabase = "drop-database",
    /// CREATE TABLESPACE.
    CreateTablespace = "create-tablespace",
    /// DROP TABLESPACE.
    DropTablespace = "drop-tablespace",
    /// CREATE SUBSCRIPTION that creates its slot.
    CreateSubscription = "create-subscription",
    /// ALTER SUBSCRIPTION that asks the publisher for its tables.
    AlterSubscriptionRefresh = "alter-subscription-refresh",
    /// ALTER SUBSCRIPTION SET (failover = ...), which changes the slot on the publisher (17).
    AlterSubscriptionFailover = "alter-subscription-failover",
    /// ALTER SUBSCRIPTION SET (two_phase = false), which changes the slot on the publisher at once (18).
    AlterSubscriptionTwoPhase = "alter-subscription-two-phase",
    /// DROP SUBSCRIPTION of one that has a slot.
    DropSubscription = "drop-subscription",
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn names_read_back_and_differ() {
        for form in Form::ALL {
            assert_eq!(Form::from_name(form.name()), Some(*form));
        }
    }
}
