//! Why a statement has less to do than it might, or stops nobody: what the history shows of the relations that it meets.

use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{DataType, PartitionBound};
use crate::postgres::VersionSet;
use crate::source::SourceFile;

use super::catalog::{Column, Constraint, ConstraintKind, Index, Place, Relation};
use super::effect::{Effect, RelationName, Standing};
use super::surroundings::Surroundings;

/// What is proven, as the JSON output spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// A column holds no NULL.
    NotNull,
    /// A new type keeps the stored values as they are.
    Type,
    /// All rows of a table belong to a partition, or none does.
    PartitionBound,
    /// All rows meet a constraint.
    Constraint,
    /// No other session can see the relation yet.
    New,
    /// The relation holds no rows.
    Empty,
    /// Only this session sees the relation.
    Temporary,
    /// An index is there that the statement would have to build, or that it needs.
    Index,
    /// The statement has nothing to do.
    NoOp,
}

impl Proven {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotNull => "not-null",
            Self::Type => "type",
            Self::PartitionBound => "partition-bound",
            Self::Constraint => "constraint",
            Self::New => "new",
            Self::Empty => "empty",
            Self::Temporary => "temporary",
            Self::Index => "index",
            Self::NoOp => "no-op",
        }
    }
}

/// A proof, as the statement's behaviours are named.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// What it is about.
    pub relation: RelationName,
    /// What is proven.
    pub what: Proven,
    /// What proves it: `CHECK orders_total_nn`.
    pub witness: String,
    /// Where that was written, where it is known.
    pub by: Option<Place>,
    /// What follows: `no scan`.
    pub so: &'static str,
    /// Versions on which it follows.
    pub versions: VersionSet,
}

/// A proof with its place in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenProof {
    /// What it is about.
    pub relation: RelationName,
    /// What is proven.
    pub what: Proven,
    /// Path and line.
    pub by: Option<(String, usize)>,
    /// All of it in words.
    pub text: String,
}

impl Proof {
    fn new(
        relation: &RelationName,
        what: Proven,
        witness: impl Into<String>,
        by: Option<Place>,
        so: &'static str,
    ) -> Self {
        Self { relation: relation.clone(), what, witness: witness.into(), by, so, versions: VersionSet::ALL }
    }

    /// It counts from this version on.
    #[must_use]
    pub(super) fn since(self, major: u8) -> Self {
        Self { versions: VersionSet::since(major), ..self }
    }

    /// By a constraint.
    pub(super) fn by_constraint(relation: &Relation, what: Proven, by: &Constraint, so: &'static str) -> Self {
        let kind = match &by.kind {
            ConstraintKind::Check { .. } => "CHECK",
            ConstraintKind::NotNull { .. } => "NOT NULL",
            ConstraintKind::ForeignKey { .. } => "foreign key",
            ConstraintKind::Key { primary: true, .. } => "PRIMARY KEY",
            ConstraintKind::Key { .. } => "key",
        };
        Self::new(&relation.name, what, format!("{kind} {}", by.name), Some(by.place()), so)
    }

    /// By an index.
    pub(super) fn by_index(relation: &Relation, what: Proven, by: &Index, so: &'static str) -> Self {
        let kind = if by.unique { "unique index" } else { "index" };
        Self::new(&relation.name, what, format!("{kind} {}", by.name), Some(by.place), so)
    }

    /// A relation, column or the like is there already, or is not there.
    pub(super) fn no_op(relation: &RelationName, witness: impl Into<String>, by: Option<Place>) -> Self {
        Self::new(relation, Proven::NoOp, witness, by, "nothing to do")
    }

    /// By the old type of a column.
    pub(super) fn by_type(relation: &Relation, column: &Column, so: &'static str) -> Option<Self> {
        let data_type = column.known_type()?;
        let witness = format!("type {} of {}", described(data_type), column.name);
        Some(Self::new(&relation.name, Proven::Type, witness, column.place, so))
    }

    /// The table is made by this migration, and nothing that was seen has put rows into it.
    pub(super) fn empty(relation: &Relation) -> Self {
        Self::new(&relation.name, Proven::Empty, created(relation), relation.place, "it has no rows yet")
    }

    /// Whether NULL is kept out of a column, by a CHECK that is not among those dropped or by the column itself.
    pub(super) fn not_null(relation: &Relation, column: &str, dropped: &[&str]) -> Option<Self> {
        if relation.column(column).is_some_and(Column::is_not_null) {
            let of_key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Key { columns, primary: true, .. } if columns.iter().any(|key| key == column));
            let key = relation.constraints.iter().find(|constraint| of_key(&constraint.kind));
            let by = relation.not_null_constraint(column).filter(|by| by.is_proven()).or(key);
            return Some(match by {
                Some(by) => Self::by_constraint(relation, Proven::NotNull, by, "no scan"),
                None => Self::new(&relation.name, Proven::NotNull, format!("NOT NULL of {column}"), None, "no scan"),
            });
        }
        let proof = relation.proofs_of_not_null(column).find(|proof| !dropped.contains(&proof.name.as_str()))?;
        Some(Self::by_constraint(relation, Proven::NotNull, proof, "no scan").since(12))
    }

    /// The CHECKs without which a proof about a partition's bound would fail.
    pub(super) fn by_checks(
        table: &Relation,
        parent: &Relation,
        bound: &PartitionBound,
        holds: fn(&Relation, &Relation, &PartitionBound) -> bool,
    ) -> Vec<Self> {
        let mut needed = table.clone();
        let names: Vec<&EcoString> = table.constraints.iter().map(|constraint| &constraint.name).collect();
        for name in names {
            let mut fewer = needed.clone();
            fewer.constraints.retain(|constraint| constraint.name != *name);
            if holds(&fewer, parent, bound) {
                needed = fewer;
            }
        }
        let by = |constraint| Self::by_constraint(table, Proven::PartitionBound, constraint, "no scan");
        needed.constraints.iter().map(by).collect()
    }

    /// The proof with its place, if it counts on these versions. `files` are those of the migrations, by their numbers.
    pub(super) fn written(&self, files: &[Arc<SourceFile>], run: VersionSet) -> Option<WrittenProof> {
        let on = self.versions.and(run);
        let only = if on == run { String::new() } else { format!(" (on PostgreSQL {on})") };
        let by = self.by.and_then(|place| {
            let file = files.get(place.migration)?;
            let (file, span) = file.origin(place.span).unwrap_or((file, place.span));
            Some((file.path().to_owned(), file.position(span.start).line))
        });
        let of = by.as_ref().map(|(path, line)| format!(" of {path}:{line}")).unwrap_or_default();
        let text = format!("proven by {}{of}: {}{only}", self.witness, self.so);
        (!on.is_empty()).then(|| WrittenProof { relation: self.relation.clone(), what: self.what, by, text })
    }
}

/// The relations that a statement locks so that others would wait, if there could be others.
pub(super) fn of_relations(effects: &[Effect], around: &Surroundings) -> Vec<Proof> {
    let mut found: Vec<Proof> = Vec::new();
    for effect in effects.iter().filter(|effect| effect.lock.blocks_writes()) {
        let table = around.catalog.table_of_index(&effect.relation).unwrap_or(&effect.relation);
        let Some(relation) = around.catalog.get(table).filter(|_| found.iter().all(|known| known.relation != *table))
        else {
            continue;
        };
        let transaction = around.session.transaction_number();
        let (what, so) = match effect.standing {
            Standing::New => (Proven::New, "nobody else uses it yet"),
            Standing::Temporary => (Proven::Temporary, "nobody else sees it"),
            Standing::Existing | Standing::Unknown
                if around.catalog.is_emptied(table, around.migration, transaction) =>
            {
                found.push(Proof::new(table, Proven::Empty, "TRUNCATE".to_owned(), None, "it has no rows"));
                continue;
            }
            Standing::Existing | Standing::Unknown => continue,
        };
        found.push(Proof::new(table, what, created(relation), relation.place, so));
    }
    found
}

fn created(relation: &Relation) -> String {
    format!("CREATE of {}", relation.name)
}

/// A type as PostgreSQL prints it.
fn described(data_type: &DataType) -> String {
    let modifiers: Vec<String> = data_type
        .words
        .iter()
        .map(EcoString::to_string)
        .chain(data_type.modifiers.iter().map(i64::to_string))
        .collect();
    let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(",")) };
    let name = match data_type.name.split_once(' ') {
        // The precision of a time stands inside: timestamp(3) with time zone.
        Some((first, rest)) if first.starts_with("time") => format!("{first}{modifiers} {rest}"),
        _ => format!("{}{modifiers}", data_type.name),
    };
    let fields = data_type.fields.as_ref().map(|fields| format!(" {fields}")).unwrap_or_default();
    format!("{name}{fields}{}", "[]".repeat(data_type.dimensions))
}
