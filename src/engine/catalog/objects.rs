//! The catalogue as plain facts in a fixed order, so that it can be compared with what a server's own catalogs say.

use std::collections::BTreeMap;
use std::fmt;

use ecow::EcoString;

use super::bound;
use super::type_name::type_name;
use super::uncertain::NOBODY;
use super::{Catalog, Column, Constraint, ConstraintKind, Index, KeyShape, Relation, Trigger, Validity, Written};
use crate::ast::{KeyAction, Persistence, RuleEvent};
use crate::engine::effect::{RelationKind, RelationName, TEMPORARY};
use crate::engine::partitions::proof;
use crate::postgres::Version;

use attached::{policy_facts, rule_facts, sequence_facts};

/// One object and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// `table`, `column`, `index` ...
    pub kind: &'static str,
    /// Its name with the schema, and with the table where it is part of one: `public.orders.id`.
    pub name: String,
    /// What is said of it by name; `None` is what history does not show.
    pub facts: BTreeMap<&'static str, Option<String>>,
    /// Whether history shows that it is there.
    pub certain: bool,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        for (fact, value) in &self.facts {
            write!(f, " {fact}={}", value.as_deref().unwrap_or("?"))?;
        }
        Ok(())
    }
}

impl Object {
    /// Takes in another object of the same name: what a statement that may not have run made of it. What they both say is known.
    fn takes(&mut self, other: &Self) -> bool {
        let same = (self.kind, &self.name) == (other.kind, &other.name);
        for (fact, value) in self.facts.iter_mut().filter(|_| same) {
            value.take_if(|value| other.facts.get(fact).and_then(Option::as_ref) != Some(value));
        }
        self.certain |= same && other.certain;
        same
    }

    fn new(kind: &'static str, name: String, certain: bool) -> Self {
        Self { kind, name, facts: BTreeMap::new(), certain }
    }

    fn with(mut self, fact: &'static str, value: impl fmt::Display) -> Self {
        self.facts.insert(fact, Some(value.to_string()));
        self
    }

    /// A written expression that is not empty.
    fn with_expression(self, fact: &'static str, written: &Written) -> Self {
        self.with_perhaps(fact, written.text().map(str::to_owned))
    }

    fn with_perhaps(mut self, fact: &'static str, value: Option<String>) -> Self {
        self.facts.insert(fact, value);
        self
    }
}

impl Catalog {
    /// Everything that exists on a server of this version, temporary tables left aside, by kind and name.
    pub fn objects(&self, version: Version) -> Vec<Object> {
        let mut objects = Vec::new();
        for relation in self.relations().filter(|relation| relation.name.schema != TEMPORARY) {
            self.add_relation(relation, version, &mut objects);
        }
        self.add_others(&mut objects);
        objects.sort();
        objects.dedup_by(|later, kept| kept.takes(later));
        objects
    }

    fn add_relation(&self, relation: &Relation, version: Version, objects: &mut Vec<Object>) {
        let certain = relation.created_in.is_some() && !relation.perhaps_missing;
        objects.push(self.relation_facts(relation, certain, version));
        let part = |name: &str| format!("{}.{name}", full(&relation.name));
        let has_constraints = version.major() >= NOT_NULL_CONSTRAINTS;
        if has_columns(relation) {
            let partition = self.parents_of(relation).any(Relation::is_partitioned);
            let identity =
                |column: &Column| column.identity && (!partition || version.major() >= IDENTITY_OF_PARTITIONS);
            for column in &relation.columns {
                let is_sure = column.added_in != NOBODY;
                let facts = column_facts(column, part(&column.name), identity(column), certain && is_sure);
                let default = self.default_of(column, relation);
                let facts = facts.with_perhaps("expression", default.filter(|_| !column.more.doubts.data_type));
                let constraint = relation.not_null_constraint(&column.name).filter(|_| has_constraints);
                let not_null = column.not_null || constraint.is_some();
                objects.push(facts.with_perhaps("not-null", (is_sure || not_null).then(|| not_null.to_string())));
                let name = column.more.not_null_name.as_ref().filter(|_| has_constraints && constraint.is_none());
                objects.extend(
                    name.map(|name| Object::new("not null", part(name), certain).with("columns", &column.name)),
                );
            }
        }
        let is_kept = |known: &&Constraint| has_constraints || !matches!(known.kind, ConstraintKind::NotNull { .. });
        let constraints = relation.constraints.iter().filter(is_kept);
        objects.extend(constraints.map(|known| {
            let certain = certain && validity(known).is_some();
            let name = if version.major() < 12 { known.name_before_12() } else { &known.name };
            self.constraint_facts(known, part(name), certain)
        }));
        objects.extend(relation.indexes.iter().map(|index| index_facts(index, relation, certain)));
        let is_copy = |trigger: &&Trigger| {
            let has = |parent: &Relation| parent.triggers.iter().any(|known| known.name == trigger.name);
            self.parents_of(relation).any(|parent| parent.is_partitioned() && has(parent))
        };
        let triggers = relation.triggers.iter();
        let triggers = triggers.filter(|trigger| version.major() >= COPIES_OF_TRIGGERS || !is_copy(trigger));
        objects.extend(triggers.map(|trigger| self.trigger_facts(trigger, relation, certain)));
        // The rule that makes a view of a table is no object of its own.
        let rules = relation.rules.iter().filter(|rule| rule.does.event != RuleEvent::Select);
        objects.extend(rules.map(|rule| rule_facts(rule, relation, certain)));
        objects.extend(relation.policies.iter().map(|policy| policy_facts(policy, relation, certain)));
    }

    fn parents_of(&self, relation: &Relation) -> impl Iterator<Item = &Relation> {
        relation.parents.iter().filter_map(|parent| self.get(parent))
    }

    fn relation_facts(&self, relation: &Relation, certain: bool, version: Version) -> Object {
        let kind = match relation.kind {
            RelationKind::Table | RelationKind::Partition if relation.is_partitioned() => {
                RelationKind::PartitionedTable
            }
            RelationKind::Partition => RelationKind::Table,
            kind => kind,
        };
        let is_sequence = kind == RelationKind::Sequence;
        let persistence = match relation.persistence {
            Persistence::Unlogged if is_sequence && version.major() < UNLOGGED_SEQUENCES => "permanent",
            Persistence::Permanent => "permanent",
            Persistence::Unlogged => "unlogged",
            Persistence::Temporary => "temporary",
        };
        let object = Object::new(kind.name(), full(&relation.name), certain).with("persistence", persistence);
        if is_sequence {
            let owner = relation.owner.as_ref().map(|(table, column)| format!("{}.{column}", full(table)));
            return sequence_facts(object.with("owned-by", owner.unwrap_or_default()), relation, certain);
        }
        if !holds_rows(relation) {
            // The server keeps no record of what is its own.
            let is_system = |name: &&RelationName| {
                matches!(&*name.schema, "pg_catalog" | "information_schema")
                    || name.name.starts_with("pg_") && !self.is_taken(name)
            };
            let own = relation.reads.iter().filter(|name| !is_system(name));
            let mut reads: Vec<String> = own.map(full).collect();
            reads.sort();
            reads.dedup();
            let columns = relation.columns.iter().map(|column| column.name.to_string()).collect();
            let object =
                object.with("reads", list(reads)).with_perhaps("columns", relation.complete.then(|| list(columns)));
            let is_materialized = kind == RelationKind::MaterializedView;
            // Behind a statement of which nobody knows what it did, it may be either.
            let populated = (relation.unpopulated || !self.open).then(|| (!relation.unpopulated).to_string());
            return if is_materialized { object.with_perhaps("populated", populated) } else { object };
        }
        let columns = relation.columns.iter().map(|column| column.name.to_string()).collect();
        let strategy =
            relation.partitioning.as_ref().map(|partitioning| partitioning.strategy.clone()).unwrap_or_default();
        let keys = relation.partitioning.iter().flat_map(|partitioning| &partitioning.keys);
        let keys =
            keys.map(|key| if key.starts_with('(') { "(expression)".to_owned() } else { key.to_string() }).collect();
        object
            .with("parents", list(relation.parents.iter().map(full).collect()))
            .with("partition-by", strategy)
            .with("partition-key", list(keys))
            .with_perhaps("bound", self.bound_of(relation))
            .with_perhaps("columns", relation.complete.then(|| list(columns)))
    }

    /// The default as it was written, or that of a serial column.
    fn default_of(&self, column: &Column, relation: &Relation) -> Option<String> {
        if !column.has_default && column.generated_from.is_none() {
            return (column.added_in != NOBODY).then(String::new);
        }
        let is_its = |sequence: &&RelationName| {
            let owner = self.get(sequence).and_then(|sequence| sequence.owner.as_ref());
            owner.is_some_and(|(table, owned)| *table == relation.name && *owned == column.name)
        };
        match column.more.expression.text() {
            Some(text) => Some(text.to_owned()),
            None => {
                let sequence = relation.sequences.iter().find(is_its).filter(|_| column.serial)?;
                Some(format!("nextval('\"{}\".\"{}\"')", sequence.schema, sequence.name))
            }
        }
    }

    fn bound_of(&self, relation: &Relation) -> Option<String> {
        let Some(parent) = self.parents_of(relation).find(|parent| parent.is_partitioned()) else {
            return Some(String::new());
        };
        let bound = relation.bound.as_ref()?;
        bound::text(&proof::plain_bound(&bound.kind, parent)).map(Into::into)
    }

    fn constraint_facts(&self, constraint: &Constraint, name: String, certain: bool) -> Object {
        let kind = match &constraint.kind {
            ConstraintKind::Check { .. } => "check",
            ConstraintKind::NotNull { .. } => "not null",
            ConstraintKind::ForeignKey { .. } => "foreign key",
            ConstraintKind::Key { primary: true, .. } => "primary key",
            ConstraintKind::Key { exclusion: true, .. } => "exclusion",
            ConstraintKind::Key { .. } => "unique",
        };
        let traits = constraint.traits;
        let object = Object::new(kind, name, certain)
            .with_perhaps("valid", validity(constraint).map(|valid| valid.to_string()))
            .with("enforced", !traits.not_enforced)
            .with("deferrable", traits.deferrable)
            .with("deferred", traits.initially_deferred);
        match &constraint.kind {
            ConstraintKind::Check { columns, .. } => {
                let mut columns = columns.clone();
                columns.sort();
                let object = object.with("columns", list(texts(&columns))).with("no-inherit", traits.no_inherit);
                object.with_expression("expression", &constraint.expression)
            }
            ConstraintKind::NotNull { column } => object.with("columns", column),
            ConstraintKind::Key { columns, .. } => object.with("columns", list(texts(columns))),
            ConstraintKind::ForeignKey { columns, referenced, referenced_columns, on_delete, on_update, .. } => {
                let to = (!referenced_columns.is_empty()).then(|| list(texts(referenced_columns)));
                object
                    .with("columns", list(texts(columns)))
                    .with("references", full(referenced))
                    .with_perhaps("referenced-columns", to)
                    .with("on-delete", action(on_delete))
                    .with("on-update", action(on_update))
            }
        }
    }
}

/// NOT NULL is a constraint.
const NOT_NULL_CONSTRAINTS: u8 = 18;

/// The copies of a row trigger on partitions are triggers like others.
const COPIES_OF_TRIGGERS: u8 = 15;

/// Partitions of a table with an identity column have one too.
const IDENTITY_OF_PARTITIONS: u8 = 17;

/// Sequences may be unlogged, and are with their table.
const UNLOGGED_SEQUENCES: u8 = 15;

fn has_columns(relation: &Relation) -> bool {
    holds_rows(relation) || matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView)
}

fn holds_rows(relation: &Relation) -> bool {
    match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition | RelationKind::ForeignTable => {
            true
        }
        RelationKind::View | RelationKind::MaterializedView | RelationKind::Index | RelationKind::Sequence => false,
    }
}

fn column_facts(column: &Column, name: String, identity: bool, certain: bool) -> Object {
    let data_type = column.known_type().map(|data_type| type_name(data_type, column.more.type_schema.as_deref()));
    let generated = match (&column.generated_from, column.more.generated_virtual) {
        (None, _) => "",
        (Some(_), false) => "stored",
        (Some(_), true) => "virtual",
    };
    let identity = match (identity, column.more.identity_always) {
        (false, _) => "",
        (true, false) => "by default",
        (true, true) => "always",
    };
    let has_default = column.has_default || column.generated_from.is_some();
    let collation = column.collation.clone().filter(|name| name != "default").unwrap_or_default();
    Object::new("column", name, certain)
        .with_perhaps("type", data_type)
        .with_perhaps("default", (has_default || column.added_in != NOBODY).then(|| has_default.to_string()))
        .with_perhaps("collation", (!column.more.doubts.collation).then(|| collation.to_string()))
        .with("generated", generated)
        .with("identity", identity)
}

/// Whether a constraint is valid; `None` where nobody knows whether the statement that added or changed it ran.
fn validity(constraint: &Constraint) -> Option<bool> {
    let is_sure = constraint.validated || constraint.awaits_validation || constraint.traits.not_enforced;
    is_sure.then_some(constraint.validated)
}

fn index_facts(index: &Index, relation: &Relation, certain: bool) -> Object {
    let keys = index.keys.iter().map(|key| key.clone().unwrap_or_else(|| "(expression)".into()));
    let more = &index.more;
    let expressions: Vec<&str> = index.shape.keys.iter().map(|key| key.expression.as_str()).collect();
    // Behind statements of which nobody knows whether they ran, the catalogue keeps no keys and no uniqueness.
    let is_sure = |proven: bool| index.certain || proven;
    let certain = certain && index.certain;
    let is_valid = match more.validity {
        Validity::Invalid if relation.is_partitioned() => Some(false),
        Validity::Unknown if relation.is_partitioned() => None,
        Validity::Valid | Validity::Invalid | Validity::Unknown => Some(true),
    };
    Object::new("index", full(&RelationName::new(&*relation.name.schema, &*index.name)), certain)
        .with("on", full(&relation.name))
        .with_perhaps("keys", is_sure(!index.keys.contains(&None)).then(|| list(keys.map(Into::into).collect())))
        .with("include", list(texts(&index.shape.include)))
        .with_perhaps("unique", is_sure(index.unique).then(|| index.unique.to_string()))
        .with("partial", index.partial)
        .with("order", list(index.shape.keys.iter().map(order).collect()))
        .with("nulls-not-distinct", index.shape.nulls_not_distinct)
        .with_perhaps("expressions", is_sure(true).then(|| expressions.join("\n")))
        .with_perhaps("predicate", is_sure(true).then(|| index.shape.predicate.to_string()))
        .with("method", index.shape.method.clone())
        .with_perhaps("valid", is_valid.map(|valid| valid.to_string()))
        .with("part-of", more.parent.as_ref().map(full).unwrap_or_default())
}

fn order(key: &KeyShape) -> String {
    let word = match (key.descending, key.nulls_first) {
        (false, false) => "",
        (false, true) => "nulls first",
        (true, true) => "desc",
        (true, false) => "desc nulls last",
    };
    word.to_owned()
}

fn action(action: &KeyAction) -> &'static str {
    match action {
        KeyAction::NoAction => "no action",
        KeyAction::Restrict => "restrict",
        KeyAction::Cascade => "cascade",
        KeyAction::SetNull(_) => "set null",
        KeyAction::SetDefault(_) => "set default",
    }
}

fn full(name: &RelationName) -> String {
    format!("{}.{}", name.schema, name.name)
}

fn list(names: Vec<String>) -> String {
    names.join(",")
}

mod attached;
mod others;
mod routines;
#[cfg(test)]
mod tests;

fn texts(names: &[EcoString]) -> Vec<String> {
    names.iter().map(EcoString::to_string).collect()
}
