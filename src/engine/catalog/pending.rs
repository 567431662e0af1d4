//! Foreign keys that are looked up when the transaction ends, and tables that wait for it.
//!
//! Source: `AfterTriggerSaveEvent()` and `AfterTriggerPendingOnRel()` of the server, and measurements
//! (`fixtures/facts/pending-*.sql`).

use ecow::EcoString;

use crate::ast::SetConstraints;
use crate::engine::effect::RelationName;

use super::{Catalog, Constraint, Relation};

/// When the constraints of a transaction are checked that may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timing {
    /// SET CONSTRAINTS ALL DEFERRED: at its end.
    Deferred,
    /// SET CONSTRAINTS ALL IMMEDIATE: at once.
    Immediate,
    /// Some of them may be checked at once.
    Unknown,
}

/// What SET CONSTRAINTS has said in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SetByTransaction {
    pub(super) transaction: usize,
    pub(super) timing: Timing,
}

/// Lookups of a foreign key that wait for the end of the transaction, or for SET CONSTRAINTS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOff {
    /// The table that has the foreign key.
    pub table: RelationName,
    /// The foreign key.
    pub constraint: EcoString,
    /// Rows of the table are looked for, as what they point to has changed; else what its new rows point to.
    pub of_referenced: bool,
    /// The transaction.
    pub transaction: usize,
}

impl PutOff {
    /// Whether SET CONSTRAINTS names the foreign key. Names without a schema are taken for it.
    pub fn is_meant(&self, set: &SetConstraints) -> bool {
        let mut names = set.constraints.iter();
        set.constraints.is_empty()
            || names.any(|name| {
                let same_schema = name.schema.as_ref().is_none_or(|schema| schema.name == self.table.schema);
                name.name.name == self.constraint && same_schema
            })
    }
}

impl Catalog {
    /// SET CONSTRAINTS: IMMEDIATE checks at once what was put off.
    pub fn set_constraints(&mut self, set: &SetConstraints, transaction: usize) {
        let timing = match (set.constraints.is_empty(), set.deferred) {
            (true, true) => Timing::Deferred,
            (false, true) => return,
            (true, false) => Timing::Immediate,
            (false, false) => Timing::Unknown,
        };
        self.set_constraints = Some(SetByTransaction { transaction, timing });
        if !set.deferred {
            self.put_off.retain(|put_off| !put_off.is_meant(set));
            let waiting = self.relations().filter(|relation| relation.checks_pending.is_some());
            let waiting: Vec<RelationName> = waiting.map(|relation| relation.name.clone()).collect();
            for name in waiting {
                self.touch(&name).checks_pending = None;
            }
        }
    }

    /// Whether a foreign key is looked up when the transaction ends, if that is certain.
    pub fn waits(&self, key: &Constraint, transaction: usize) -> Option<bool> {
        let set = self.set_constraints.filter(|set| set.transaction == transaction).map(|set| set.timing);
        match set {
            None => Some(key.traits.initially_deferred),
            Some(Timing::Deferred) => Some(key.traits.deferrable || key.traits.initially_deferred),
            Some(Timing::Immediate) => Some(false),
            Some(Timing::Unknown) => None,
        }
    }

    /// Rows were put into a table for certain.
    pub fn queue_checks(&mut self, table: &RelationName, transaction: usize) {
        let fires = |relation: &Relation| {
            let mut keys = relation.foreign_keys().filter(|(key, _)| !key.doubted && !key.traits.not_enforced);
            !relation.keys_disabled && keys.any(|(key, _)| self.waits(key, transaction) == Some(true))
        };
        if self.get(table).is_some_and(fires) {
            self.touch(table).checks_pending = Some(transaction);
        }
    }

    /// Rows may have changed whose foreign keys wait.
    pub fn put_off(&mut self, lookups: Vec<PutOff>) {
        for lookup in lookups {
            self.put_off.retain(|before| before.transaction == lookup.transaction && *before != lookup);
            self.put_off.push(lookup);
        }
    }

    /// The lookups that wait in a transaction.
    pub fn waiting(&self, transaction: usize) -> impl Iterator<Item = &PutOff> {
        self.put_off.iter().filter(move |put_off| put_off.transaction == transaction)
    }
}
