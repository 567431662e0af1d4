//! What became of names: which statement created them, and which dropped them or gave them away.
//!
//! A name that no statement has ever given or taken away is not known: it may be there. One that was taken away is known not
//! to be there until something gives it again. Behind a statement of which nobody knows what it did, nothing here is sure.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use ecow::EcoString;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Catalog, Relation};
use crate::engine::effect::RelationName;
use crate::source::{SourceFile, Span};

/// A statement of the history, by its file and first line.
#[derive(Clone)]
pub struct FileLine {
    file: Arc<SourceFile>,
    /// Where the statement starts: which line that is, is worked out when somebody asks.
    start: usize,
}

impl FileLine {
    /// The place of a statement.
    pub fn of(file: &Arc<SourceFile>, span: Span) -> Self {
        let (file, span) = file.origin(span).unwrap_or((file, span));
        Self { file: Arc::clone(file), start: span.start }
    }

    /// From 1.
    fn line(&self) -> usize {
        self.file.line_index(self.start) + 1
    }
}

impl Default for FileLine {
    fn default() -> Self {
        static NOWHERE: LazyLock<Arc<SourceFile>> = LazyLock::new(|| Arc::new(SourceFile::new("", "")));
        Self { file: Arc::clone(&NOWHERE), start: 0 }
    }
}

impl PartialEq for FileLine {
    fn eq(&self, other: &Self) -> bool {
        let same = self.start == other.start && Arc::ptr_eq(&self.file, &other.file);
        same || self.file.path() == other.file.path() && self.line() == other.line()
    }
}

impl Eq for FileLine {}

impl fmt::Display for FileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.path(), self.line())
    }
}

impl fmt::Debug for FileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
    Renamed(EcoString),
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
    /// Objects of which nothing but the name is kept, with their kind in the place of a schema.
    Named,
}

impl Kind {
    /// All kinds, in the order in which they are declared.
    const ALL: [Self; 8] = [
        Self::Relation,
        Self::Type,
        Self::Schema,
        Self::Contents,
        Self::Function,
        Self::Publication,
        Self::Statistics,
        Self::Named,
    ];

    /// In how many parts its names are kept.
    fn shards(self) -> usize {
        match self {
            Self::Relation => 128,
            Self::Type | Self::Function | Self::Named => 32,
            Self::Schema | Self::Contents | Self::Publication | Self::Statistics => 4,
        }
    }
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
pub struct Parts(Vec<(Part, EcoString, Past)>);

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
            None => self.0.push((part, name.into(), past)),
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

    /// Nothing is sure of one part any more.
    pub fn doubt_one(&mut self, part: Part, name: &str) {
        let known = self.0.iter_mut().filter(|(kind, known, _)| *kind == part && known == name);
        known.for_each(|(.., past)| past.sure = false);
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

/// The names of one part of a [`Ledger`].
type Shard = FxHashMap<RelationName, Past>;

/// The past of all names that belong to no relation, kind by kind.
#[derive(Debug, Clone)]
pub struct Ledger {
    kinds: [Names; Kind::ALL.len()],
    /// The statement that is being replayed.
    pub at: FileLine,
    /// Event triggers may undo or add to what statements do: nothing is known of names any more.
    pub blind: bool,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { kinds: Kind::ALL.map(Names::of), at: FileLine::default(), blind: false }
    }
}

/// The names of one kind in several parts, so that a copy shares all but those that change.
#[derive(Debug, Clone)]
struct Names(Vec<Arc<Shard>>);

impl Names {
    fn of(kind: Kind) -> Self {
        Self(vec![Arc::default(); kind.shards()])
    }

    /// The number of the part that a name belongs to.
    fn place(&self, name: &RelationName) -> usize {
        usize::try_from(FxBuildHasher.hash_one(name) >> 32).unwrap_or_default() % self.0.len()
    }

    fn get(&self, name: &RelationName) -> Option<&Past> {
        self.0.get(self.place(name))?.get(name)
    }

    fn set(&mut self, name: &RelationName, past: Past) {
        let place = self.place(name);
        if let Some(shard) = self.0.get_mut(place) {
            Arc::make_mut(shard).insert(name.clone(), past);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&RelationName, &Past)> {
        self.0.iter().flat_map(|shard| shard.iter())
    }
}

impl Ledger {
    fn of(&self, kind: Kind) -> &Names {
        &self.kinds[kind as usize]
    }

    /// What happened last to a name.
    pub fn get(&self, kind: Kind, name: &RelationName) -> Option<&Past> {
        self.of(kind).get(name).filter(|_| !self.blind)
    }

    /// All names of a kind, in no order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = (&RelationName, &Past)> {
        self.of(kind).iter()
    }

    fn set(&mut self, kind: Kind, name: &RelationName, past: Past) {
        self.kinds[kind as usize].set(name, past);
    }

    /// Notes what the statement at hand does to a name.
    pub fn note(&mut self, kind: Kind, name: &RelationName, fate: Fate) {
        let past = Past { fate, place: self.at.clone(), sure: true };
        self.set(kind, name, past);
    }

    /// Notes that nobody knows what happens to names of a kind.
    pub fn doubt(&mut self, kind: Kind, about: impl Fn(&RelationName, &Fate) -> bool) {
        for shard in &mut self.kinds[kind as usize].0 {
            let is_meant = |name: &RelationName, past: &Past| past.sure && about(name, &past.fate);
            if shard.iter().any(|(name, past)| is_meant(name, past)) {
                let meant = Arc::make_mut(shard).iter_mut().filter(|(name, past)| is_meant(name, past));
                meant.for_each(|(_, past)| past.sure = false);
            }
        }
    }

    /// The same of names of all kinds.
    pub fn doubt_all(&mut self, about: impl Fn(Kind, &RelationName, &Fate) -> bool) {
        for kind in Kind::ALL {
            self.doubt(kind, |name, fate| about(kind, name, fate));
        }
    }

    /// What is known of a name is known of another now.
    pub fn follow(&mut self, kind: Kind, from: &RelationName, to: &RelationName) {
        if let Some(past) = self.of(kind).get(from).cloned().filter(|_| from != to) {
            self.note(kind, from, Fate::Renamed(to.to_string().into()));
            self.set(kind, to, past);
        }
    }

    /// What is known of the names in a schema.
    fn inside(&self, schema: &str) -> Vec<(Kind, RelationName, Past)> {
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Named);
        let names = kinds.flat_map(|kind| self.all(kind).map(move |(name, past)| (kind, name, past)));
        let inside = names.filter(|(_, name, _)| name.schema == schema);
        inside.map(|(kind, name, past)| (kind, name.clone(), past.clone())).collect()
    }

    /// Everything in a schema comes along when it gets another name.
    pub fn rename_schema(&mut self, from: &str, to: &str) {
        for (kind, name, past) in self.inside(from) {
            let renamed = RelationName::new(to, &*name.name);
            self.note(kind, &name, Fate::Renamed(renamed.to_string().into()));
            self.set(kind, &renamed, past);
        }
    }

    /// Everything in a schema goes with it.
    pub fn drop_schema(&mut self, schema: &str) {
        for (kind, name, _) in self.inside(schema) {
            self.note(kind, &name, Fate::Dropped);
        }
    }

    /// What is left to say when statements may have turned `before` into this, or may not have run.
    #[must_use]
    pub fn or_not(mut self, before: &Self) -> Self {
        self.blind |= before.blind;
        let shards = self.kinds.iter_mut().flat_map(|names| &mut names.0);
        for (after, before) in shards.zip(before.kinds.iter().flat_map(|names| &names.0)) {
            if !Arc::ptr_eq(after, before) {
                either(Arc::make_mut(after), before);
            }
        }
        self
    }
}

/// What is sure is what both say.
fn either(after: &mut Shard, before: &Shard) {
    for (name, past) in &mut *after {
        past.sure &= before.get(name) == Some(past);
    }
    for (name, past) in before {
        if !after.contains_key(name) {
            after.insert(name.clone(), past.clone().doubted());
        }
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
            // Extensions make relations with names like those of the system.
            None => kind == Kind::Relation && !name.name.starts_with("pg_") && self.is_whole_schema(&name.schema),
        }
    }
}

impl Relation {
    /// What happened last to a part of it.
    pub fn past_of(&self, part: Part, name: &str) -> Option<&Past> {
        self.parts.get(part, name)
    }
}
