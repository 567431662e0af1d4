//! Facts applied to real relations.

use std::fmt;

use ecow::EcoString;

use crate::ast::ObjectName;
use crate::postgres::lock::Work;
use crate::postgres::{Form, LockMode, Role, VersionSet};
use crate::source::Span;

/// The name of a relation with its schema, as the session's search_path resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationName {
    /// The schema.
    pub schema: EcoString,
    /// The name in it.
    pub name: EcoString,
}

/// The schema of temporary tables, under the alias that every session has for its own.
pub const TEMPORARY: &str = "pg_temp";

impl RelationName {
    /// A name in a schema.
    pub fn new(schema: impl Into<EcoString>, name: impl Into<EcoString>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// Another name in the same schema.
    pub fn beside(&self, name: &str) -> Self {
        Self::new(&*self.schema, name)
    }

    /// The written name, in the schema it names or else in `default`.
    pub fn resolved(written: &ObjectName, default: &str) -> Self {
        let schema = written.schema.as_ref().map_or(default, |schema| &schema.name);
        Self::new(schema, &*written.name.name)
    }
}

impl fmt::Display for RelationName {
    /// As people write it: the schemas `public` and `pg_temp` are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.as_str() {
            "public" | TEMPORARY => f.write_str(&self.name),
            schema => write!(f, "{schema}.{}", self.name),
        }
    }
}

/// What kind of relation a lock is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// An ordinary table.
    Table,
    /// A partitioned table.
    PartitionedTable,
    /// A table that is a partition.
    Partition,
    /// A foreign table.
    ForeignTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// An index.
    Index,
    /// A sequence.
    Sequence,
}

impl RelationKind {
    /// The words used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::PartitionedTable => "partitioned table",
            Self::Partition => "partition",
            Self::ForeignTable => "foreign table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Index => "index",
            Self::Sequence => "sequence",
        }
    }
}

/// What history says about the relation that an effect is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// An earlier migration created it: it is there, and may be large and busy.
    Existing,
    /// Nothing in the history created it: assumed to be there, large and busy.
    Unknown,
    /// This migration created it: no other session can be using it yet.
    New,
    /// It is temporary: only this session sees it.
    Temporary,
}

impl Standing {
    /// Whether other sessions may be using the relation.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Existing | Self::Unknown)
    }

    /// Whether only this session sees it.
    pub fn is_temporary(self) -> bool {
        self == Self::Temporary
    }
}

/// One lock that a statement takes on one relation, and the work done under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The relation locked.
    pub relation: RelationName,
    /// Its kind.
    pub kind: RelationKind,
    /// What history says about it.
    pub standing: Standing,
    /// Its part in the statement.
    pub role: Role,
    /// The behaviour that causes the effect.
    pub form: Form,
    /// The lock mode.
    pub lock: LockMode,
    /// The work done on this relation.
    pub work: Work,
    /// The versions that behave so.
    pub versions: VersionSet,
    /// The part of the statement that causes it.
    pub span: Span,
}

impl Effect {
    /// Whether other sessions' reads wait. An ACCESS EXCLUSIVE lock on an index stops reads of its table as well: the
    /// planner locks every index of a table it plans for.
    pub fn blocks_reads(&self) -> bool {
        self.standing.is_busy() && self.lock.blocks_reads()
    }

    /// Whether other sessions' writes wait.
    pub fn blocks_writes(&self) -> bool {
        self.standing.is_busy() && self.lock.blocks_writes()
    }

    /// Whether anything of other sessions waits while PostgreSQL works: the hazard of the locking rules.
    pub fn blocks_while_working(&self) -> bool {
        self.blocks_writes() && !self.work.is_metadata()
    }

    /// `ACCESS EXCLUSIVE on orders`.
    pub fn describe(&self) -> String {
        format!("{} on {}", self.lock, self.relation)
    }

    /// What waits, as the JSON output spells it.
    pub fn blocked(&self) -> Vec<&'static str> {
        let all = [(self.lock.blocks_reads(), "reads"), (self.lock.blocks_writes(), "writes")];
        all.into_iter().filter(|(blocked, _)| *blocked).map(|(_, who)| who).collect()
    }
}

/// The effects on the given versions, one for each relation: the strongest lock and all the work, in the order in which
/// the relations first appear.
pub fn strongest(effects: &[Effect], versions: VersionSet) -> Vec<Effect> {
    let mut merged: Vec<Effect> = Vec::new();
    for effect in effects.iter().filter(|effect| effect.versions.overlaps(versions)) {
        match merged.iter_mut().find(|known| known.relation == effect.relation) {
            Some(known) => {
                known.work = known.work.and(effect.work);
                known.versions = known.versions.or(effect.versions);
                if effect.lock > known.lock {
                    known.lock = effect.lock;
                    known.role = effect.role;
                    known.form = effect.form;
                    known.span = effect.span;
                }
            }
            None => merged.push(effect.clone()),
        }
    }
    merged
}
