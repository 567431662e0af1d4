//! What became of names: which statement created them, and which dropped them or gave them away.
//!
//! A name that no statement has ever given or taken away is not known: it may be there. One that was taken away is known not
//! to be there until something gives it again. Behind a statement of which nobody knows what it did, nothing here is sure.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Catalog, Relation};
use crate::engine::effect::RelationName;
use crate::source::{SourceFile, Span};

/// A statement of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// The path of its file.
    pub file: Arc<str>,
    /// Its first line, from 1.
    pub line: usize,
}

impl Default for FileLine {
    fn default() -> Self {
        Self { file: Arc::from(""), line: 0 }
    }
}

impl FileLine {
    /// The place of a statement. The path is shared with the place before it, where it is the same.
    pub fn of(file: &SourceFile, span: Span, before: &Self) -> Self {
        let (path, text_place) = match file.origin(span) {
            Some((part, span)) => (part.path(), part.line_index(span.start)),
            None => (file.path(), file.line_index(span.start)),
        };
        let file = if *before.file == *path { Arc::clone(&before.file) } else { Arc::from(path) };
        Self { file, line: text_place + 1 }
    }
}

impl std::fmt::Display for FileLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What a statement did to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Something has it since then.
    Given,
    /// What had it was dropped.
    Dropped,
    /// What had it has this name since then.
    Renamed(String),
}

/// The last thing that happened to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What happened.
    pub fate: Fate,
    /// Where.
    pub place: FileLine,
    /// Whether nothing may have happened to it since.
    pub sure: bool,
}

impl Past {
    /// Whether nothing has the name any more, for sure.
    pub fn is_gone(&self) -> bool {
        self.sure && self.fate != Fate::Given
    }

    /// Whether something has the name, for sure.
    pub fn is_there(&self) -> bool {
        self.sure && self.fate == Fate::Given
    }

    fn doubted(self) -> Self {
        Self { sure: false, ..self }
    }
}

/// Kinds of object, each with names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Tables, views, sequences, indexes.
    Relation,
    /// Types and domains.
    Type,
    /// Schemas.
    Schema,
    /// All that a schema holds, under the name of the schema: given where history made all of it.
    Contents,
    /// Functions and procedures, by name and argument types.
    Function,
    /// Publications.
    Publication,
    /// Extended statistics.
    Statistics,
}

/// Kinds of part that a relation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A column.
    Column,
    /// A constraint.
    Constraint,
    /// A trigger.
    Trigger,
    /// A policy.
    Policy,
}

/// The past of the parts of one relation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts(Vec<(Part, String, Past)>);

impl Parts {
    /// What happened last to a part.
    pub fn get(&self, part: Part, name: &str) -> Option<&Past> {
        self.0.iter().find(|(kind, known, _)| *kind == part && known == name).map(|(.., past)| past)
    }

    /// Notes what happens to a part.
    pub fn note(&mut self, part: Part, name: &str, fate: Fate, place: &FileLine) {
        let past = Past { fate, place: place.clone(), sure: true };
        match self.0.iter_mut().find(|(kind, known, _)| *kind == part && known == name) {
            Some((.., known)) => *known = past,
            None => self.0.push((part, name.to_owned(), past)),
        }
    }

    /// Whether anything is sure.
    pub fn has_sure(&self) -> bool {
        self.0.iter().any(|(.., past)| past.sure)
    }

    /// Nothing is sure any more.
    pub fn doubt(&mut self) {
        self.0.iter_mut().for_each(|(.., past)| past.sure = false);
    }

    /// What is left to say when statements may have turned `before` into this, or may not have run.
    #[must_use]
    pub fn or_not(mut self, before: &Self) -> Self {
        for (part, name, past) in &mut self.0 {
            past.sure &= before.get(*part, name) == Some(past);
        }
        for (part, name, past) in &before.0 {
            if self.get(*part, name).is_none() {
                self.0.push((*part, name.clone(), past.clone().doubted()));
            }
        }
        self
    }
}

/// The past of all names that belong to no relation.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    names: Arc<FxHashMap<Kind, FxHashMap<RelationName, Past>>>,
    /// The statement that is being replayed.
    pub at: FileLine,
    /// Event triggers may undo or add to what statements do: nothing is known of names any more.
    pub blind: bool,
}

impl Ledger {
    /// What happened last to a name.
    pub fn get(&self, kind: Kind, name: &RelationName) -> Option<&Past> {
        self.names.get(&kind)?.get(name).filter(|_| !self.blind)
    }

    /// All names of a kind, in no order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = (&RelationName, &Past)> {
        self.names.get(&kind).into_iter().flatten()
    }

    /// Notes what the statement at hand does to a name.
    pub fn note(&mut self, kind: Kind, name: &RelationName, fate: Fate) {
        let past = Past { fate, place: self.at.clone(), sure: true };
        Arc::make_mut(&mut self.names).entry(kind).or_default().insert(name.clone(), past);
    }

    /// Notes that nobody knows what happens to names.
    pub fn doubt(&mut self, about: impl Fn(Kind, &RelationName, &Fate) -> bool) {
        for (kind, names) in Arc::make_mut(&mut self.names) {
            let doubted = names.iter_mut().filter(|(name, past)| about(*kind, name, &past.fate));
            doubted.for_each(|(_, past)| past.sure = false);
        }
    }

    /// Everything in a schema comes along when it gets another name.
    pub fn rename_schema(&mut self, from: &str, to: &str) {
        let at = self.at.clone();
        for names in Arc::make_mut(&mut self.names).values_mut() {
            let inside: Vec<RelationName> = names.keys().filter(|name| name.schema == from).cloned().collect();
            for name in inside {
                let renamed = RelationName::new(to, &*name.name);
                let gone = Past { fate: Fate::Renamed(renamed.to_string()), place: at.clone(), sure: true };
                if let Some(past) = names.insert(name, gone) {
                    names.insert(renamed, past);
                }
            }
        }
    }

    /// Everything in a schema goes with it.
    pub fn drop_schema(&mut self, schema: &str) {
        let at = self.at.clone();
        for names in Arc::make_mut(&mut self.names).values_mut() {
            for (_, past) in names.iter_mut().filter(|(name, _)| name.schema == schema) {
                *past = Past { fate: Fate::Dropped, place: at.clone(), sure: true };
            }
        }
    }

    /// What is left to say when statements may have turned `before` into this, or may not have run.
    #[must_use]
    pub fn or_not(mut self, before: &Self) -> Self {
        self.blind |= before.blind;
        if Arc::ptr_eq(&self.names, &before.names) {
            return self;
        }
        let names = Arc::make_mut(&mut self.names);
        for (kind, known) in &mut *names {
            for (name, past) in known {
                past.sure &= before.names.get(kind).and_then(|names| names.get(name)) == Some(past);
            }
        }
        for (kind, known) in &*before.names {
            let after = names.entry(*kind).or_default();
            for (name, past) in known {
                after.entry(name.clone()).or_insert_with(|| past.clone().doubted());
            }
        }
        self
    }
}

impl Catalog {
    /// What happened last to a name.
    pub fn past(&self, kind: Kind, name: &RelationName) -> Option<&Past> {
        self.ledger.get(kind, name)
    }

    /// Whether history created the schema, so that it made all that is in it.
    pub fn is_whole_schema(&self, schema: &str) -> bool {
        self.past(Kind::Contents, &RelationName::new("", schema)).is_some_and(Past::is_there)
    }

    /// Whether nothing has this name, for sure: it was dropped or renamed away, or history made all that is in its schema.
    pub fn is_gone(&self, kind: Kind, name: &RelationName) -> bool {
        if kind == Kind::Relation && self.is_taken(name) {
            return false;
        }
        match self.past(kind, name) {
            Some(past) => past.is_gone(),
            None => kind == Kind::Relation && self.is_whole_schema(&name.schema),
        }
    }
}

impl Relation {
    /// What happened last to a part of it.
    pub fn past_of(&self, part: Part, name: &str) -> Option<&Past> {
        self.parts.get(part, name)
    }
}
