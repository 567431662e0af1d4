//! What is attached to a relation and may read others: triggers and rules.

use super::{ColumnUse, Relation};
use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{Events, Firing, RuleEvent, Statement, TriggerTiming};
use crate::engine::effect::RelationName;

/// A trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its name.
    pub name: EcoString,
    /// The last part of its function's name.
    pub function: EcoString,
    /// FOR EACH ROW: partitions have a copy.
    pub for_each_row: bool,
    /// Columns that it names.
    pub columns: Vec<EcoString>,
    /// When it fires.
    pub fires: Fires,
}

/// When a trigger fires.
#[derive(Debug, Clone, PartialEq)]
pub struct Fires {
    /// BEFORE, AFTER or INSTEAD OF.
    pub timing: TriggerTiming,
    /// At what.
    pub events: Events,
    /// UPDATE OF these columns; of any where there is none.
    pub update_of: Vec<EcoString>,
    /// It has a WHEN.
    pub conditional: bool,
    /// WHEN asks that one of these columns changes; nothing where it asks something else.
    pub changed: Vec<EcoString>,
    /// A constraint trigger that waits for the end of the transaction.
    pub deferred: bool,
    /// A constraint trigger that SET CONSTRAINTS may make wait for it.
    pub deferrable: bool,
    /// ENABLE, DISABLE, REPLICA, ALWAYS.
    pub firing: Firing,
    /// Names of the transition tables.
    pub transition_tables: Vec<EcoString>,
}

impl Fires {
    /// Whether it fires in a session that is a replica, or is none.
    pub fn in_session(&self, replica: bool) -> bool {
        match self.firing {
            Firing::Origin => !replica,
            Firing::Always => true,
            Firing::Replica => replica,
            Firing::Never => false,
        }
    }
}

impl Relation {
    /// Whether a trigger or a rule may do more, or something else, at one of these events.
    pub fn has_code_at(&self, events: Events) -> bool {
        let of_rule = |rule: &Rule| match rule.does.event {
            RuleEvent::Insert => Events::INSERT,
            RuleEvent::Update => Events::UPDATE,
            RuleEvent::Delete => Events::DELETE,
            RuleEvent::Select => Events::NONE,
        };
        self.fires_at(events) || self.rules.iter().any(|rule| of_rule(rule).meets(events))
    }

    /// Whether a trigger may fire at one of these events.
    pub fn fires_at(&self, events: Events) -> bool {
        self.triggers.iter().any(|trigger| trigger.fires.events.meets(events))
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: EcoString,
    /// Relations that it reads or writes.
    pub uses: Vec<RelationName>,
    /// Columns that it reads or writes, those of its own table included.
    pub columns: Vec<ColumnUse>,
    /// What it does, and when.
    pub does: RuleDoes,
    /// A statement of which nobody knows what it did may have changed or dropped it since.
    pub doubted: bool,
}

/// What a rule does, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleDoes {
    /// The statement that it changes.
    pub event: RuleEvent,
    /// INSTEAD.
    pub instead: bool,
    /// It has a WHERE.
    pub conditional: bool,
    /// Relations that the WHERE reads.
    pub condition: Vec<RelationName>,
    /// Its actions; none is NOTHING.
    pub actions: Arc<[Statement]>,
    /// ENABLE, DISABLE, REPLICA, ALWAYS.
    pub firing: Firing,
}

impl RuleDoes {
    /// Whether ordinary sessions meet it.
    pub fn is_in_force(&self) -> bool {
        matches!(self.firing, Firing::Origin | Firing::Always)
    }
}
