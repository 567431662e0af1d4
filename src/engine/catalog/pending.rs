//! Foreign keys that are looked up when the transaction ends, and tables that wait for it.
//!
//! Source: `AfterTriggerSaveEvent()` and `AfterTriggerPendingOnRel()` of the server, and measurements
//! (`fixtures/facts/pending-*.sql`).

use crate::engine::effect::RelationName;

use super::{Catalog, Constraint, Relation};

/// When the constraints of a transaction are checked that may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timing {
    /// SET CONSTRAINTS ALL DEFERRED: at its end.
    Deferred,
    /// Some of them may be checked at once.
    Unknown,
}

/// What SET CONSTRAINTS has said in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SetByTransaction {
    pub(super) transaction: usize,
    pub(super) timing: Timing,
}

impl Catalog {
    /// SET CONSTRAINTS: IMMEDIATE checks at once what was put off.
    pub fn set_constraints(&mut self, all: bool, deferred: bool, transaction: usize) {
        let timing = match (all, deferred) {
            (true, true) => Timing::Deferred,
            (false, true) => return,
            (_, false) => Timing::Unknown,
        };
        self.set_constraints = Some(SetByTransaction { transaction, timing });
        if !deferred {
            let waiting = self.relations().filter(|relation| relation.checks_pending.is_some());
            let waiting: Vec<RelationName> = waiting.map(|relation| relation.name.clone()).collect();
            for name in waiting {
                self.touch(&name).checks_pending = None;
            }
        }
    }

    /// Rows were put into a table for certain.
    pub fn queue_checks(&mut self, table: &RelationName, transaction: usize) {
        let set = self.set_constraints.filter(|set| set.transaction == transaction).map(|set| set.timing);
        let waits = |key: &Constraint| match set {
            None => key.traits.initially_deferred,
            Some(Timing::Deferred) => key.traits.deferrable || key.traits.initially_deferred,
            Some(Timing::Unknown) => false,
        };
        let fires = |relation: &Relation| {
            let mut keys = relation.foreign_keys().filter(|(key, _)| !key.doubted && !key.traits.not_enforced);
            !relation.keys_disabled && keys.any(|(key, _)| waits(key))
        };
        if self.get(table).is_some_and(fires) {
            self.touch(table).checks_pending = Some(transaction);
        }
    }
}
