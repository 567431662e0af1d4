//! The events of triggers as sets: what a body in PL/pgSQL does may depend on `TG_OP`.

use super::{TriggerEventKind, WriteVerb};

/// A set of the events that fire triggers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Events(u8);

impl Events {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// INSERT.
    pub const INSERT: Self = Self(1);
    /// UPDATE.
    pub const UPDATE: Self = Self(2);
    /// DELETE.
    pub const DELETE: Self = Self(4);
    /// TRUNCATE.
    pub const TRUNCATE: Self = Self(8);
    /// All of them.
    pub const ALL: Self = Self(15);

    /// The event that `TG_OP` names so.
    pub fn named(name: &str) -> Self {
        match name {
            "INSERT" => Self::INSERT,
            "UPDATE" => Self::UPDATE,
            "DELETE" => Self::DELETE,
            "TRUNCATE" => Self::TRUNCATE,
            _ => Self::NONE,
        }
    }

    /// That of a trigger's definition.
    pub fn of(kind: &TriggerEventKind) -> Self {
        match kind {
            TriggerEventKind::Insert => Self::INSERT,
            TriggerEventKind::Update { .. } => Self::UPDATE,
            TriggerEventKind::Delete => Self::DELETE,
            TriggerEventKind::Truncate => Self::TRUNCATE,
        }
    }

    /// What a verb does; MERGE says it in its actions.
    pub fn of_verb(verb: WriteVerb) -> Self {
        match verb {
            WriteVerb::Insert | WriteVerb::CopyFrom => Self::INSERT,
            WriteVerb::Update => Self::UPDATE,
            WriteVerb::Delete => Self::DELETE,
            WriteVerb::Merge => Self::NONE,
        }
    }

    /// Those of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that both have.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// All others.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(!self.0 & Self::ALL.0)
    }

    /// Whether both have one.
    pub fn meets(self, other: Self) -> bool {
        self.and(other) != Self::NONE
    }

    /// Whether all of these are among the others.
    pub fn within(self, other: Self) -> bool {
        self.and(other) == self
    }
}

/// At which events of a trigger a condition is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Where it may be.
    pub possible: Events,
    /// Where it is for certain.
    pub certain: Events,
}

impl When {
    /// True.
    pub const ALWAYS: Self = Self { possible: Events::ALL, certain: Events::ALL };
    /// False.
    pub const NEVER: Self = Self { possible: Events::NONE, certain: Events::NONE };
    /// Nobody knows.
    pub const PERHAPS: Self = Self { possible: Events::ALL, certain: Events::NONE };

    /// True at these events and at no others.
    pub fn at(events: Events) -> Self {
        Self { possible: events, certain: events }
    }

    /// AND.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { possible: self.possible.and(other.possible), certain: self.certain.and(other.certain) }
    }

    /// OR.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { possible: self.possible.or(other.possible), certain: self.certain.or(other.certain) }
    }

    /// NOT.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { possible: self.certain.negated(), certain: self.possible.negated() }
    }
}
