//! What is kept of a relation: its columns, constraints and indexes.

use ecow::EcoString;

use super::attached::{Rule, Trigger};
use super::{ColumnMore, ColumnUse, Counts, Index, KnownRows, Parts, Policy, RowSecurity, Rows, Shows, Written};
use crate::ast::{
    ConstraintTraits, Counted, DataType, KeyAction, Limits, Literal, PartitionBound, Persistence, ReplicaIdentity,
};
use crate::engine::effect::{RelationKind, RelationName};
use crate::source::Span;

/// The number of a migration in its sequence, from 0.
pub type MigrationId = usize;

/// Where in a history something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The migration.
    pub migration: MigrationId,
    /// The statement.
    pub statement: Span,
    /// The part of it that says so.
    pub span: Span,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: EcoString,
    /// Its type; `None` when it is not known: a column that was never seen, or what a query computes.
    pub data_type: Option<DataType>,
    /// Whether NULL is refused, and proven for all rows.
    pub not_null: bool,
    /// Whether it has a default.
    pub has_default: bool,
    /// The literal that is its default, if it is one.
    pub default_literal: Option<Literal>,
    /// Functions that its default calls, by the last part of their names.
    pub default_functions: Vec<EcoString>,
    /// GENERATED ALWAYS AS (expression): the columns it is computed from.
    pub generated_from: Option<Vec<EcoString>>,
    /// Identity column.
    pub identity: bool,
    /// COLLATE, where written.
    pub collation: Option<EcoString>,
    /// `smallserial`, `serial` or `bigserial`.
    pub serial: bool,
    /// The migration that added it.
    pub added_in: MigrationId,
    /// Where it got its type; `None` for a column that was never seen whole.
    pub place: Option<Place>,
    /// What facts and rules do not ask about.
    pub more: ColumnMore,
}

impl Column {
    /// A column of which the name alone is known.
    pub fn unseen(name: &str, added_in: MigrationId) -> Self {
        Self {
            name: name.into(),
            data_type: None,
            not_null: false,
            has_default: false,
            default_literal: None,
            default_functions: Vec::new(),
            generated_from: None,
            identity: false,
            collation: None,
            serial: false,
            added_in,
            place: None,
            more: ColumnMore::default(),
        }
    }
}

/// A constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Its name, chosen as PostgreSQL chooses it where none was written.
    pub name: EcoString,
    /// The name that PostgreSQL chose before 12, where that is another.
    pub before_12: Option<EcoString>,
    /// What it asks.
    pub kind: ConstraintKind,
    /// The expression of a CHECK.
    pub expression: Written,
    /// Whether all rows are proven to meet it.
    pub validated: bool,
    /// DEFERRABLE, NO INHERIT and the like, as they are now; for NOT VALID see [`Constraint::validated`].
    pub traits: ConstraintTraits,
    /// It was added NOT VALID for certain, and nothing that was seen has validated it since.
    pub awaits_validation: bool,
    /// No row was there when it was added, so that all rows meet it, validated or not.
    pub began_empty: bool,
    /// A statement of which nobody knows what it did may have changed or dropped it since.
    pub doubted: bool,
    /// A CHECK that only parents define. Of a partition, it says nothing: that is always its parent's.
    pub inherited: bool,
    /// The migration that added it.
    pub added_in: MigrationId,
    /// The transaction that added it, counted over the sequence.
    pub added_in_transaction: usize,
    /// The statement that added it.
    pub statement: Span,
    /// The part of the statement that asks for it.
    pub span: Span,
}

/// What a constraint asks.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    /// CHECK: columns used, and columns that cannot be NULL where it holds.
    Check {
        /// Columns it names.
        columns: Vec<EcoString>,
        /// Columns it proves to be NOT NULL.
        proves_not_null: Vec<EcoString>,
        /// Comparisons of columns with literals that it asks.
        limits: Limits,
        /// Functions that it calls.
        calls: Vec<EcoString>,
        /// What it is, where that follows from columns of the row and from constants.
        value: Option<Box<Counted>>,
    },
    /// NOT NULL as a constraint of its own (18).
    NotNull {
        /// The column.
        column: EcoString,
    },
    /// FOREIGN KEY.
    ForeignKey {
        /// Referencing columns.
        columns: Vec<EcoString>,
        /// The referenced table.
        referenced: RelationName,
        /// Referenced columns; empty where the primary key is meant and not known.
        referenced_columns: Vec<EcoString>,
        /// ON DELETE CASCADE, SET NULL or SET DEFAULT: deleting a referenced row writes here.
        writes_on_delete: bool,
        /// ON UPDATE CASCADE, SET NULL or SET DEFAULT: changing a referenced key writes here.
        writes_on_update: bool,
        /// ON DELETE.
        on_delete: KeyAction,
        /// ON UPDATE.
        on_update: KeyAction,
        /// MATCH FULL; false is MATCH SIMPLE.
        match_full: bool,
    },
    /// UNIQUE, PRIMARY KEY or EXCLUDE: backed by the index of the same name.
    Key {
        /// Its columns.
        columns: Vec<EcoString>,
        /// PRIMARY KEY.
        primary: bool,
        /// EXCLUDE.
        exclusion: bool,
    },
}

impl ConstraintKind {
    /// The end of the name that the server chooses for a constraint with an index.
    pub fn key_suffix(&self) -> Option<&'static str> {
        match self {
            Self::Key { primary: true, .. } => Some("pkey"),
            Self::Key { exclusion: true, .. } => Some("excl"),
            Self::Key { .. } => Some("key"),
            Self::Check { .. } | Self::NotNull { .. } | Self::ForeignKey { .. } => None,
        }
    }
}

impl Constraint {
    /// Whether it goes with the column.
    pub fn names_column(&self, column: &str) -> bool {
        match &self.kind {
            ConstraintKind::Check { columns, .. }
            | ConstraintKind::ForeignKey { columns, .. }
            | ConstraintKind::Key { columns, .. } => columns.iter().any(|name| name == column),
            ConstraintKind::NotNull { column: name } => name == column,
        }
    }
}

/// A table, view, materialized view or sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Its name.
    pub name: RelationName,
    /// Its kind.
    pub kind: RelationKind,
    /// Temporary, unlogged or ordinary.
    pub persistence: Persistence,
    /// The migration that created it; `None` when no migration is known to have created it.
    pub created_in: Option<MigrationId>,
    /// Where it was created.
    pub place: Option<Place>,
    /// CREATE ... IF NOT EXISTS made it: it may be older than the migration that names it.
    pub perhaps_older: bool,
    /// A statement that may not have run, or of which nobody knows what it did, made it or dropped it.
    pub perhaps_missing: bool,
    /// Whether all its columns and constraints were seen.
    pub complete: bool,
    /// It was copied by LIKE from a table that nobody saw: more indexes and constraints may have come along.
    pub copies_unseen: bool,
    /// Whether migrations have put rows into it.
    pub rows: Rows,
    /// What is known of the rows, where [`Relation::rows`] is certain.
    pub known_rows: KnownRows,
    /// ON COMMIT DROP.
    pub drops_on_commit: bool,
    /// ON COMMIT DELETE ROWS.
    pub deletes_on_commit: bool,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Indexes, those of constraints included.
    pub indexes: Vec<Index>,
    /// The partitioned table or first inheritance parent.
    pub parents: Vec<RelationName>,
    /// Partitions or inheritance children.
    pub children: Vec<RelationName>,
    /// Which of the children is the DEFAULT partition.
    pub default_partition: Option<RelationName>,
    /// Columns of the partition key.
    pub partition_key: Vec<EcoString>,
    /// PARTITION BY.
    pub partitioning: Option<Partitioning>,
    /// Which rows belong to it, where it is a partition.
    pub bound: Option<PartitionBound>,
    /// Relations that a view or materialized view reads.
    pub reads: Vec<RelationName>,
    /// Those of them that it reads without their partitions and children.
    pub reads_only: Vec<RelationName>,
    /// Columns that a view or materialized view reads.
    pub column_uses: Vec<ColumnUse>,
    /// What a view shows of another relation.
    pub shows: Shows,
    /// Functions that the query of a view or materialized view calls.
    pub calls: Vec<EcoString>,
    /// WITH NO DATA, and not refreshed since.
    pub unpopulated: bool,
    /// Triggers.
    pub triggers: Vec<Trigger>,
    /// DISABLE TRIGGER ALL: its foreign keys, and those that point to it, do nothing.
    pub keys_disabled: bool,
    /// The transaction that put rows into it which a foreign key of it looks up at its end only.
    pub checks_pending: Option<usize>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Whether they hide rows.
    pub row_security: RowSecurity,
    /// The server of a foreign table.
    pub server: Option<EcoString>,
    /// Roles that were granted something on it.
    pub grantees: Vec<EcoString>,
    /// The role that OWNER TO gave it to.
    pub owned_by: Option<EcoString>,
    /// Rules, but for those that make a view.
    pub rules: Vec<Rule>,
    /// The type that a table is OF.
    pub of_type: Option<RelationName>,
    /// Names of identity and serial sequences.
    pub sequences: Vec<RelationName>,
    /// What REPLICA IDENTITY was set to; the default is the primary key.
    pub replica_identity: Option<ReplicaIdentity>,
    /// Marked by CLUSTER, so that CLUSTER without a table sorts it again.
    pub clustered: bool,
    /// Access method where it was set; the default is heap.
    pub access_method: Option<EcoString>,
    /// The column that a sequence goes away with.
    pub owner: Option<(RelationName, EcoString)>,
    /// How a sequence counts, where that was seen.
    pub counts: Option<Box<Counts>>,
    /// What became of its columns, constraints, triggers and policies.
    pub parts: Parts,
}

impl Relation {
    /// A relation of which nothing but the name is known yet.
    pub fn new(name: RelationName, kind: RelationKind) -> Self {
        Self {
            name,
            kind,
            persistence: Persistence::Permanent,
            created_in: None,
            place: None,
            perhaps_older: false,
            perhaps_missing: false,
            complete: false,
            copies_unseen: false,
            rows: Rows::default(),
            known_rows: KnownRows::default(),
            drops_on_commit: false,
            deletes_on_commit: false,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
            default_partition: None,
            partition_key: Vec::new(),
            partitioning: None,
            bound: None,
            reads: Vec::new(),
            reads_only: Vec::new(),
            column_uses: Vec::new(),
            shows: Shows::default(),
            calls: Vec::new(),
            unpopulated: false,
            triggers: Vec::new(),
            keys_disabled: false,
            checks_pending: None,
            policies: Vec::new(),
            row_security: RowSecurity::default(),
            server: None,
            grantees: Vec::new(),
            owned_by: None,
            rules: Vec::new(),
            of_type: None,
            sequences: Vec::new(),
            replica_identity: None,
            clustered: false,
            access_method: None,
            owner: None,
            counts: None,
            parts: Parts::default(),
        }
    }

    /// Whether every index and constraint that it has was seen being added.
    pub fn has_seen_beginning(&self) -> bool {
        self.created_in.is_some() && !self.perhaps_older && !self.copies_unseen && self.parents.is_empty()
    }

    /// Whether it has rows, and all that it has itself are known: those of its children aside.
    pub fn has_all_rows_known(&self) -> bool {
        self.rows == Rows::Certain && self.known_rows.all
    }

    /// Whether all of its columns are known, and a migration made it. CREATE OR REPLACE of a view says all that it has, be
    /// it an old one or not.
    pub fn is_known_whole(&self) -> bool {
        self.complete && self.created_in.is_some() && (self.kind == RelationKind::View || !self.perhaps_older)
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column with this name, to change it.
    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// The constraint with this name.
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name == name)
    }

    /// The index with this name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// Whether it refers to a relation.
    pub fn names(&self, other: &RelationName) -> bool {
        self.named().any(|name| name == other)
    }

    /// The relations that it refers to, some of them several times.
    pub fn named(&self) -> impl Iterator<Item = &RelationName> {
        let related = self.parents.iter().chain(&self.children).chain(&self.reads).chain(&self.default_partition);
        let of_policies = self.policies.iter().flat_map(Policy::uses);
        let of_rules = self.rules.iter().flat_map(|rule| &rule.columns);
        let used = self.column_uses.iter().chain(of_policies).chain(of_rules).map(|used| &used.relation);
        let read_by_policies = self.policies.iter().flat_map(Policy::reads);
        let of_rules = self.rules.iter().flat_map(|rule| &rule.uses).chain(read_by_policies);
        let of_defaults = self.columns.iter().flat_map(|column| &column.more.default_names);
        let owner = self.owner.as_ref().map(|(table, _)| table);
        let referenced = self.foreign_keys().map(|(_, referenced)| referenced);
        related.chain(of_rules).chain(used).chain(&self.sequences).chain(owner).chain(of_defaults).chain(referenced)
    }

    /// Whether the relation is a partitioned table.
    pub fn is_partitioned(&self) -> bool {
        !self.partition_key.is_empty() || self.kind == RelationKind::PartitionedTable
    }

    /// Whether rows are told apart by the column, or by an expression over it.
    pub fn is_partitioned_by(&self, column: &str) -> bool {
        let in_expressions = self.partitioning.iter().flat_map(|known| &known.expression_columns);
        self.partition_key.iter().chain(in_expressions).any(|key| key == column)
    }

    /// Whether an expression is a part of the partition key.
    pub fn is_partitioned_by_expression(&self) -> bool {
        self.partitioning.as_ref().is_some_and(|known| known.keys.len() > self.partition_key.len())
    }

    /// Columns of the primary key, if one is known.
    pub fn primary_key(&self) -> Option<&[EcoString]> {
        self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::Key { columns, primary: true, .. } => Some(columns.as_slice()),
            _ => None,
        })
    }

    /// A column and those that are computed from it, which go with it.
    pub fn with_computed<'c>(&'c self, column: &'c str) -> impl Iterator<Item = &'c str> {
        let from = move |known: &&Column| {
            known.generated_from.as_ref().is_some_and(|from| from.iter().any(|name| name == column))
        };
        std::iter::once(column).chain(self.columns.iter().filter(from).map(|known| known.name.as_str()))
    }

    /// Whether it has a primary key that nobody can have dropped.
    pub fn has_primary_key_for_certain(&self) -> bool {
        let is_key = |known: &Constraint| matches!(known.kind, ConstraintKind::Key { primary: true, .. });
        self.constraints.iter().any(|known| is_key(known) && !known.doubted)
    }

    /// Validated CHECKs that keep NULL out of the column.
    pub fn proofs_of_not_null(&self, column: &str) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().filter(move |constraint| {
            let proves = matches!(&constraint.kind, ConstraintKind::Check { proves_not_null, .. }
                if proves_not_null.iter().any(|name| name == column));
            proves && constraint.is_proven()
        })
    }

    /// The NOT NULL constraint of a column (18), validated or not.
    pub fn not_null_constraint(&self, column: &str) -> Option<&Constraint> {
        self.constraints
            .iter()
            .find(|constraint| matches!(&constraint.kind, ConstraintKind::NotNull { column: name } if name == column))
    }

    /// Foreign keys of this table: the constraint and the referenced table.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Constraint, &RelationName)> {
        self.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey { referenced, .. } => Some((constraint, referenced)),
            _ => None,
        })
    }

    /// Whether a search by this column alone is narrow: it leads an index or a key.
    pub fn is_key_column(&self, column: &str) -> bool {
        let leads_index =
            self.indexes.iter().any(|index| index.keys.first().is_some_and(|key| key.as_deref() == Some(column)));
        leads_index || self.primary_key().is_some_and(|key| key.first().is_some_and(|first| first == column))
    }
}

/// How a partitioned table divides its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Partitioning {
    /// `range`, `list` or `hash`.
    pub strategy: EcoString,
    /// The parts of the key: columns, and expressions in the form of [`crate::ast::Limit::of_expression`].
    pub keys: Vec<EcoString>,
    /// Columns that the expressions use.
    pub expression_columns: Vec<EcoString>,
    /// One of the parts has a collation of its own.
    pub collated: bool,
}
