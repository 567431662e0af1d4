//! What exists, as the migrations so far leave it.
//!
//! The catalogue only holds what facts and rules ask about. A relation that no migration created but one has touched is
//! kept too, marked as not seen whole: a constraint added to it is still known.

mod attached;
mod bodies;
mod bound;
mod calls;
mod casts;
mod composite;
mod counted;
mod counts;
mod declared;
mod defaults;
mod doubt;
mod empty_columns;
mod enums;
mod event_triggers;
mod function;
mod heading;
mod index;
mod inherited;
mod known_rows;
mod more;
mod naming;
mod objects;
mod others;
mod past;
mod pattern;
mod pending;
mod policy;
mod publications;
mod ranges;
mod reading;
mod relation;
mod rows;
mod shows;
mod subscriptions;
mod type_name;
mod uncertain;
mod unnamed;
mod users;
mod written;
mod zones;

use std::sync::Arc;

use ecow::EcoString;

use rustc_hash::{FxHashMap, FxHashSet};

pub use attached::{Fires, Rule, RuleDoes, Trigger};
pub use bodies::SqlBody;
pub use calls::calls;
pub use composite::{Composite, CompositeAttribute};
pub(super) use counted::{failure as counted_failure, value as counted_value, value_in as counted_value_in};
pub use counts::Counts;
pub use declared::Declared;
pub use empty_columns::AddedEmpty;
pub use enums::{Enum, EnumValue};
pub use event_triggers::EventTrigger;
pub use function::{Function, Identity};
pub use heading::Heading;
pub use index::{Index, IndexShape, KeyShape, plain_text};
pub use known_rows::{Batch, KnownRows};
pub use more::{ColumnMore, Domain, DomainCheck, Doubts, Excludes, IndexMore, Statistics, Validity};
pub use objects::Object;
pub use past::{Fate, FileLine, Kind, Ledger, Part, Parts, Past};
pub use pending::PutOff;
pub use policy::{Policy, RowSecurity};
pub use publications::{Publication, Published};
pub(super) use ranges::{Extent, Ranged, kind_of as range_kind, value_in as range_in};
pub use reading::{ColumnUse, among};
pub use relation::{Column, Constraint, ConstraintKind, MigrationId, Partitioning, Place, Relation};
pub use rows::Rows;
pub use shows::Shows;
pub use subscriptions::Subscription;
pub use type_name::written_type;
pub use unnamed::Unnamed;
pub use written::Written;

use crate::ast::{Persistence, ReplicaIdentity};

use self::users::Users;
use super::effect::{RelationKind, RelationName, Standing, TEMPORARY};

/// Everything that exists.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Shared with copies of the catalogue until one of them changes them.
    relations: FxHashMap<RelationName, Arc<Relation>>,
    /// Which of them refer to which.
    users: Users,
    /// How many of them are temporary.
    temporary: usize,
    index_tables: FxHashMap<RelationName, RelationName>,
    enums: FxHashMap<RelationName, Enum>,
    domains: FxHashMap<RelationName, Domain>,
    /// Composite types.
    composites: FxHashMap<RelationName, Composite>,
    /// Extended statistics.
    statistics: FxHashMap<RelationName, Statistics>,
    /// Foreign servers and their wrappers.
    servers: FxHashMap<EcoString, EcoString>,
    /// Publications.
    publications: FxHashMap<EcoString, Publication>,
    subscriptions: FxHashMap<EcoString, Subscription>,
    /// Names that types had and have no more, without their schemas.
    former_types: FxHashSet<EcoString>,
    /// Functions by the last part of their names, all overloads together.
    functions: FxHashMap<EcoString, Vec<Function>>,
    /// Whether one of them may be temporary.
    has_temporary_functions: bool,
    /// What SET CONSTRAINTS has said last.
    set_constraints: Option<pending::SetByTransaction>,
    /// Foreign keys that have yet to be looked up.
    put_off: Vec<PutOff>,
    /// The last parts of the names of types that functions take or give, or once did. Shared with copies of the catalogue.
    function_types: Arc<FxHashSet<EcoString>>,
    /// Functions whose bodies the server keeps as statements, not as text.
    bodies: Vec<SqlBody>,
    /// How many statements may have given values to rows.
    writes: usize,
    /// Event triggers, by name.
    event_triggers: Vec<EventTrigger>,
    /// Every name that a constraint has or had.
    constraint_names: FxHashSet<Box<str>>,
    /// A statement of which nobody knows what it did has run: there may be more than what is here.
    open: bool,
    /// What became of names.
    pub ledger: Ledger,
    /// What is used without a name.
    pub unnamed: Unnamed,
    /// The time zone of the statement before.
    time_zone: Option<EcoString>,
}

impl Catalog {
    /// The relation with this name, if a migration created or touched it.
    pub fn get(&self, name: &RelationName) -> Option<&Relation> {
        self.relations.get(name).map(|relation| &**relation)
    }

    /// The relation with this name, to change it.
    pub fn get_mut(&mut self, name: &RelationName) -> Option<&mut Relation> {
        if self.relations.contains_key(name) {
            self.note_change(name);
        }
        self.relations.get_mut(name).map(Arc::make_mut)
    }

    /// The relation with this name; made up as a table nobody has seen when it is not there.
    pub fn touch(&mut self, name: &RelationName) -> &mut Relation {
        self.note_change(name);
        let unseen = || Arc::new(Relation::new(name.clone(), RelationKind::Table));
        Arc::make_mut(self.relations.entry(name.clone()).or_insert_with(unseen))
    }

    /// Adds a relation that the statement at hand makes.
    pub fn create(&mut self, relation: Relation) {
        self.ledger.note(Kind::Relation, &relation.name, Fate::Given);
        self.insert(relation);
    }

    /// Adds or replaces a relation.
    pub fn insert(&mut self, relation: Relation) {
        for index in &relation.indexes {
            let index_name = RelationName::new(&*relation.name.schema, &*index.name);
            self.index_tables.insert(index_name, relation.name.clone());
        }
        for constraint in &relation.constraints {
            self.note_constraint_name(&constraint.name);
        }
        self.note_change(&relation.name);
        let temporary = relation.name.schema == TEMPORARY;
        let replaced = self.relations.insert(relation.name.clone(), Arc::new(relation));
        self.temporary += usize::from(temporary && replaced.is_none());
    }

    /// Removes a relation with its indexes, and from its parents, children and the foreign keys that point to it.
    pub fn remove(&mut self, name: &RelationName) -> Option<Relation> {
        if name.schema != TEMPORARY {
            self.ledger.note(Kind::Relation, name, Fate::Dropped);
        }
        let relation = Arc::unwrap_or_clone(self.relations.remove(name)?);
        for index in &relation.indexes {
            self.ledger.note(Kind::Relation, &RelationName::new(&*name.schema, &*index.name), Fate::Dropped);
        }
        self.remove_statistics_of(name, None);
        self.publications.values_mut().for_each(|known| known.tables.retain(|published| published.table != *name));
        self.temporary = self.temporary.saturating_sub(usize::from(name.schema == TEMPORARY));
        for index in &relation.indexes {
            self.index_tables.remove(&RelationName::new(&*name.schema, &*index.name));
        }
        relation.parents.iter().for_each(|parent| self.doubt_parts(parent));
        for parent in &relation.parents {
            if let Some(parent) = self.get_mut(parent) {
                parent.children.retain(|child| child != name);
                parent.default_partition.take_if(|default| default == name);
            }
        }
        for sequence in &relation.sequences {
            self.relations.remove(sequence);
            self.ledger.note(Kind::Relation, sequence, Fate::Dropped);
            self.forget_defaults(sequence);
        }
        self.forget_defaults(name);
        Some(relation)
    }

    /// Takes a relation away from its parents.
    pub fn orphan(&mut self, name: &RelationName) {
        let parents = self.get_mut(name).map(|relation| {
            relation.bound = None;
            std::mem::take(&mut relation.parents)
        });
        for parent in parents.unwrap_or_default() {
            self.doubt_parts(&parent);
            if let Some(parent) = self.get_mut(&parent) {
                parent.children.retain(|child| child != name);
                parent.default_partition.take_if(|default| default == name);
            }
        }
    }

    /// Whether the session has temporary relations.
    pub fn has_temporary(&self) -> bool {
        self.temporary > 0
    }

    /// Drops the temporary relations of a session that ends.
    pub fn end_session(&mut self) {
        if std::mem::take(&mut self.has_temporary_functions) {
            self.remove_functions_in(TEMPORARY);
        }
        self.drop_temporary(|_| true);
    }

    /// Drops what was created ON COMMIT DROP, and takes out the rows of what was created ON COMMIT DELETE ROWS.
    pub fn end_transaction(&mut self) {
        if self.temporary > 0 {
            self.change_rows(|relation| relation.deletes_on_commit);
            self.drop_temporary(|relation| relation.drops_on_commit);
        }
    }

    fn drop_temporary(&mut self, dropped: impl Fn(&Relation) -> bool) {
        if self.temporary == 0 {
            return;
        }
        let temporary =
            self.relations.values().filter(|relation| relation.name.schema == TEMPORARY && dropped(relation));
        let names: Vec<RelationName> = temporary.map(|relation| relation.name.clone()).collect();
        for name in names {
            self.remove(&name);
        }
    }

    /// What a dump of the schema shows is old, holds rows and is in use; of rows that it inserts, it says what is in them.
    /// A dump fills its materialized views last.
    pub fn settle(&mut self) {
        for relation in self.relations.values_mut().map(Arc::make_mut) {
            if relation.rows != Rows::Certain {
                relation.rows = Rows::Perhaps;
            }
            relation.unpopulated = false;
        }
    }

    /// Gives a relation another name; everything that refers to it follows.
    pub fn rename(&mut self, from: &RelationName, to: &RelationName) {
        let Some(mut relation) = self.relations.remove(from).map(Arc::unwrap_or_clone) else { return };
        relation.name = to.clone();
        self.ledger.note(Kind::Relation, from, Fate::Renamed(to.to_string().into()));
        self.ledger.note(Kind::Relation, to, Fate::Given);
        let follow = |name: &mut RelationName| {
            if name == from {
                *name = to.clone();
            }
        };
        let rename_in = |other: &mut Relation| {
            other.parents.iter_mut().for_each(follow);
            other.children.iter_mut().for_each(follow);
            other.reads.iter_mut().chain(&mut other.reads_only).for_each(follow);
            other.rules.iter_mut().flat_map(|rule| &mut rule.uses).for_each(follow);
            let of_rules = other.rules.iter_mut().flat_map(|rule| &mut rule.columns);
            other.column_uses.iter_mut().chain(of_rules).map(|used| &mut used.relation).for_each(follow);
            for policy in &mut other.policies {
                if policy.reads().any(|read| read == from) {
                    policy.written.iter_mut().for_each(|written| written.rename(&from.name, &to.name));
                }
                policy.uses_mut().map(|used| &mut used.relation).for_each(follow);
                policy.using_reads.iter_mut().chain(&mut policy.check_reads).for_each(follow);
            }
            other.default_partition.iter_mut().for_each(follow);
            other.sequences.iter_mut().for_each(follow);
            for column in other.columns.iter_mut().filter(|column| column.more.default_names.contains(from)) {
                column.more.default_names.iter_mut().for_each(follow);
                // The string in the text has the old name.
                column.more.expression = Written::default();
            }
            other.owner.iter_mut().map(|(table, _)| table).for_each(follow);
            for constraint in &mut other.constraints {
                if let ConstraintKind::ForeignKey { referenced, .. } = &mut constraint.kind {
                    follow(referenced);
                }
            }
        };
        let users = self.users(from).filter(|other| other.names(from));
        let users: Vec<RelationName> = users.map(|other| other.name.clone()).collect();
        for user in users {
            self.get_mut(&user).map(rename_in);
        }
        self.statistics.values_mut().flat_map(|statistics| &mut statistics.tables).for_each(follow);
        self.bodies.iter_mut().for_each(|body| body.follow(from, to));
        self.put_off.iter_mut().map(|put_off| &mut put_off.table).for_each(follow);
        let published = self.publications.values_mut().flat_map(|known| &mut known.tables);
        published.for_each(|published| follow(&mut published.table));
        rename_in(&mut relation);
        if from.schema != to.schema {
            for index in &relation.indexes {
                let (old, new) =
                    (RelationName::new(&*from.schema, &*index.name), RelationName::new(&*to.schema, &*index.name));
                self.index_tables.remove(&old);
                self.ledger.note(Kind::Relation, &old, Fate::Renamed(new.to_string().into()));
                self.ledger.note(Kind::Relation, &new, Fate::Given);
            }
        }
        self.temporary = self.temporary.saturating_sub(usize::from(from.schema == TEMPORARY));
        self.insert(relation);
        self.follow_type(from, to);
    }

    /// The table of an index.
    pub fn table_of_index(&self, index: &RelationName) -> Option<&RelationName> {
        self.index_tables.get(index)
    }

    /// Notes an index of a table.
    pub fn add_index(&mut self, table: &RelationName, index: Index) {
        let name = RelationName::new(&*table.schema, &*index.name);
        self.ledger.note(Kind::Relation, &name, Fate::Given);
        self.index_tables.insert(name, table.clone());
        let relation = self.touch(table);
        // What had the name before told the rows apart, and is gone.
        let told =
            |identity: &ReplicaIdentity| matches!(identity, ReplicaIdentity::UsingIndex(it) if it.name == index.name);
        relation.replica_identity.take_if(|identity| told(identity));
        relation.indexes.push(index);
    }

    /// Forgets an index.
    pub fn remove_index(&mut self, index: &RelationName) {
        self.ledger.note(Kind::Relation, index, Fate::Dropped);
        if let Some(table) = self.index_tables.remove(index)
            && let Some(relation) = self.get_mut(&table)
        {
            relation.indexes.retain(|known| known.name != index.name);
        }
    }

    /// Gives an index another name; the constraint it backs follows.
    pub fn rename_index(&mut self, from: &RelationName, to: &str) {
        let renamed = RelationName::new(&*from.schema, to);
        self.ledger.note(Kind::Relation, from, Fate::Renamed(renamed.to_string().into()));
        self.ledger.note(Kind::Relation, &renamed, Fate::Given);
        let Some(table) = self.index_tables.remove(from) else { return };
        self.index_tables.insert(renamed, table.clone());
        let Some(relation) = self.get_mut(&table) else { return };
        for index in relation.indexes.iter_mut().filter(|index| index.name == from.name) {
            index.name = to.into();
        }
        let children = relation.children.clone();
        for constraint in &mut relation.constraints {
            if constraint.name == from.name && matches!(constraint.kind, ConstraintKind::Key { .. }) {
                constraint.name = to.into();
            }
        }
        self.note_constraint_name(to);
        for child in children {
            let parts = self.get_mut(&child).map(|relation| relation.indexes.as_mut_slice()).unwrap_or_default();
            for parent in
                parts.iter_mut().filter_map(|part| part.more.parent.as_mut().filter(|parent| **parent == *from))
            {
                parent.name = to.into();
            }
        }
    }

    /// Whether a statement of which nobody knows what it did has run, so that there may be more than what is here.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a relation or an index has this name.
    pub fn is_taken(&self, name: &RelationName) -> bool {
        self.relations.contains_key(name) || self.index_tables.contains_key(name)
    }

    /// Whether any schema has a relation or index of this name.
    pub fn has_relation_named(&self, name: &str) -> bool {
        self.relations.keys().chain(self.index_tables.keys()).any(|known| known.name == name)
    }

    /// All relations, in no order.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.values().map(|relation| &**relation)
    }

    /// Partitions or inheritance children of a relation, and theirs; sorted.
    pub fn descendants(&self, name: &RelationName) -> Vec<RelationName> {
        let mut found: Vec<RelationName> = self.tree(name).into_iter().skip(1).collect();
        found.sort();
        found
    }

    /// A relation with its partitions or inheritance children and theirs, each once and behind one of its parents.
    pub fn tree(&self, name: &RelationName) -> Vec<RelationName> {
        let mut met: FxHashSet<&RelationName> = FxHashSet::default();
        let mut found = Vec::new();
        let mut waiting = vec![name];
        while let Some(next) = waiting.pop() {
            if met.insert(next) {
                found.push(next.clone());
                waiting.extend(self.get(next).into_iter().flat_map(|relation| relation.children.iter().rev()));
            }
        }
        found
    }

    /// The parents of a relation, and theirs.
    pub fn ancestors(&self, name: &RelationName) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = Vec::new();
        let mut waiting = vec![name];
        while let Some(child) = waiting.pop() {
            for parent in self.get(child).into_iter().flat_map(|relation| &relation.parents) {
                if let Some(parent) =
                    self.get(parent).filter(|parent| !found.iter().any(|known| known.name == parent.name))
                {
                    found.push(parent);
                    waiting.push(&parent.name);
                }
            }
        }
        found
    }

    /// Tables whose foreign keys point to this one, itself left out; sorted.
    pub fn referencing(&self, name: &RelationName) -> Vec<(&Relation, &Constraint)> {
        let points_here = |relation: &'_ Relation, target: &RelationName| target == name && relation.name != *name;
        let mut found: Vec<(&Relation, &Constraint)> = self
            .users(name)
            .flat_map(|relation| relation.foreign_keys().map(move |(constraint, to)| (relation, constraint, to)))
            .filter(|(relation, _, to)| points_here(relation, to))
            .map(|(relation, constraint, _)| (relation, constraint))
            .collect();
        found.sort_by(|a, b| (&a.0.name, &a.1.name).cmp(&(&b.0.name, &b.1.name)));
        found
    }

    /// Views and materialized views that read this relation, directly or through others; sorted.
    pub fn dependent_views(&self, name: &RelationName) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = Vec::new();
        let mut waiting = vec![name];
        while let Some(target) = waiting.pop() {
            for view in self.users(target).filter(|relation| relation.reads.contains(target)) {
                if !found.iter().any(|known| known.name == view.name) {
                    found.push(view);
                    waiting.push(&view.name);
                }
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// What history says about a relation, seen from a migration.
    pub fn standing(&self, name: &RelationName, migration: MigrationId) -> Standing {
        if name.schema == TEMPORARY {
            return Standing::Temporary;
        }
        let Some(relation) = self.get(name) else { return Standing::Unknown };
        match relation.created_in {
            _ if relation.persistence == Persistence::Temporary => Standing::Temporary,
            None => Standing::Unknown,
            Some(created) if created == migration && !relation.perhaps_older => Standing::New,
            Some(created) if created == migration => Standing::Unknown,
            Some(_) => Standing::Existing,
        }
    }
}
