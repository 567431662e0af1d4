//! Event triggers: what they run when a statement of the database defines, changes or drops something.

use ecow::EcoString;

use super::Catalog;
use crate::ast::{CreateEventTrigger, StatementKind};
use crate::postgres::builtins;

/// An event trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTrigger {
    /// Its name.
    pub name: EcoString,
    /// The event: `sql_drop`.
    pub event: EcoString,
    /// The command tags that it is for, in upper case; none means all.
    pub tags: Vec<EcoString>,
    /// The last part of the name of its function.
    pub function: EcoString,
    /// Whether it fires in an ordinary session; `None` where that is not known.
    pub fires: Option<bool>,
}

impl EventTrigger {
    /// The trigger that a statement makes.
    pub fn new(create: &CreateEventTrigger) -> Self {
        let values = create.filters.iter().flat_map(|filter| &filter.values);
        Self {
            name: create.name.name.clone(),
            event: create.event.name.clone(),
            tags: values.map(|tag| tag.value.to_uppercase()).collect(),
            function: create.function.name.name.clone(),
            fires: Some(true),
        }
    }

    /// Whether a statement with a command tag is one that it is for.
    pub fn is_for(&self, tag: &str) -> bool {
        self.tags.is_empty() || self.tags.iter().any(|known| known == tag)
    }
}

impl Catalog {
    /// All of them, by name: the order in which they fire.
    pub fn event_triggers(&self) -> &[EventTrigger] {
        &self.event_triggers
    }

    /// Notes one.
    pub fn add_event_trigger(&mut self, trigger: EventTrigger) {
        self.drop_event_trigger(&trigger.name);
        self.event_triggers.push(trigger);
        self.event_triggers.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// Forgets one.
    pub fn drop_event_trigger(&mut self, name: &str) {
        self.event_triggers.retain(|known| known.name != name);
    }

    /// It has another name.
    pub fn rename_event_trigger(&mut self, from: &str, to: &str) {
        self.event_triggers.iter_mut().filter(|known| known.name == from).for_each(|known| known.name = to.into());
        self.event_triggers.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// ENABLE and DISABLE, as far as it is known what they lead to.
    pub fn set_event_trigger(&mut self, name: &str, fires: Option<bool>) {
        self.event_triggers.iter_mut().filter(|known| known.name == name).for_each(|known| known.fires = fires);
    }

    /// The SQLSTATE of the exception that it raises whenever it fires.
    pub fn raised_by_event_trigger(&self, trigger: &EventTrigger) -> Option<&'static str> {
        let (body, _) = self.body_of_trigger(&trigger.function);
        let mut sure = body.iter().filter(|inner| inner.within.is_empty()).map(|inner| &inner.statement.kind);
        sure.find_map(|kind| match kind {
            StatementKind::Raise(sqlstate) => Some(*sqlstate),
            _ => None,
        })
    }

    /// Whether its function may define, change or drop something: it does more than to look and to raise.
    pub fn changes_definitions(&self, trigger: &EventTrigger) -> bool {
        let of_server = |name: &EcoString| builtins::volatility(name).is_some();
        !self.only_rows(&trigger.function).is_some_and(|calls| calls.iter().all(of_server))
    }

    /// Nobody knows any more which of them fire.
    pub(super) fn doubt_event_triggers(&mut self) {
        self.event_triggers.iter_mut().for_each(|known| known.fires = None);
    }

    /// Those of before, too, which may be there still.
    pub(super) fn or_event_triggers(&mut self, before: Vec<EventTrigger>) {
        let changed = |known: &&mut EventTrigger| !before.contains(known);
        self.event_triggers.iter_mut().filter(changed).for_each(|known| known.fires = None);
        for known in before {
            if !self.event_triggers.iter().any(|other| other.name == known.name) {
                self.add_event_trigger(EventTrigger { fires: None, ..known });
            }
        }
    }
}
