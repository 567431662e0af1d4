//! The catalogue as plain facts in a fixed order, so that it can be compared with what a server's own catalogs say.

use std::collections::BTreeMap;
use std::fmt;

use super::{Catalog, Column, Constraint, ConstraintKind, Index, Relation};
use crate::ast::{DataType, Persistence};
use crate::engine::effect::{RelationKind, RelationName, TEMPORARY};
use crate::postgres::types;

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
    fn new(kind: &'static str, name: String, certain: bool) -> Self {
        Self { kind, name, facts: BTreeMap::new(), certain }
    }

    fn with(mut self, fact: &'static str, value: impl fmt::Display) -> Self {
        self.facts.insert(fact, Some(value.to_string()));
        self
    }

    fn with_perhaps(mut self, fact: &'static str, value: Option<String>) -> Self {
        self.facts.insert(fact, value);
        self
    }
}

impl Catalog {
    /// Everything that exists, temporary tables left aside, by kind and name.
    pub fn objects(&self) -> Vec<Object> {
        let mut objects = Vec::new();
        for relation in self.relations().filter(|relation| relation.name.schema != TEMPORARY) {
            self.add_relation(relation, &mut objects);
        }
        objects.sort();
        objects
    }

    fn add_relation(&self, relation: &Relation, objects: &mut Vec<Object>) {
        let certain = relation.created_in.is_some() && !relation.perhaps_missing;
        let holds_rows = matches!(
            relation.kind,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition | RelationKind::ForeignTable
        );
        let kind = if relation.kind == RelationKind::Partition { RelationKind::Table } else { relation.kind };
        let mut object =
            Object::new(kind.name(), full(&relation.name), certain).with("persistence", persistence(relation));
        if holds_rows {
            let columns = relation.columns.iter().map(|column| column.name.clone()).collect();
            object = object
                .with("parents", list(relation.parents.iter().map(full).collect()))
                .with_perhaps("columns", relation.complete.then(|| list(columns)));
        }
        objects.push(object);
        let part = |name: &str| format!("{}.{name}", full(&relation.name));
        if holds_rows {
            let columns = relation.columns.iter();
            objects.extend(columns.map(|column| column_facts(column, part(&column.name), certain)));
        }
        let constraints = relation.constraints.iter();
        objects.extend(
            constraints
                .filter(|constraint| !matches!(constraint.kind, ConstraintKind::NotNull { .. }))
                .map(|constraint| self.constraint_facts(constraint, part(&constraint.name), certain)),
        );
        let indexes = relation.indexes.iter();
        objects.extend(indexes.map(|index| index_facts(index, relation, certain)));
    }

    fn constraint_facts(&self, constraint: &Constraint, name: String, certain: bool) -> Object {
        let kind = match &constraint.kind {
            ConstraintKind::Check { .. } => "check",
            ConstraintKind::NotNull { .. } => "not null",
            ConstraintKind::ForeignKey { .. } => "foreign key",
            ConstraintKind::Key { .. } => "key",
        };
        let object = Object::new(kind, name, certain).with("valid", constraint.validated);
        match &constraint.kind {
            ConstraintKind::Check { columns, .. } => {
                let mut columns = columns.clone();
                columns.sort();
                object.with("columns", list(columns))
            }
            ConstraintKind::NotNull { column } => object.with("columns", column),
            ConstraintKind::Key { columns, primary } => {
                object.with("columns", list(columns.clone())).with("primary", primary)
            }
            ConstraintKind::ForeignKey { columns, referenced, referenced_columns, .. } => {
                let key = self.get(referenced).and_then(Relation::primary_key);
                let to = if referenced_columns.is_empty() { key } else { Some(referenced_columns.as_slice()) };
                object
                    .with("columns", list(columns.clone()))
                    .with("references", full(referenced))
                    .with_perhaps("referenced-columns", to.map(|columns| list(columns.to_vec())))
            }
        }
    }
}

fn column_facts(column: &Column, name: String, certain: bool) -> Object {
    Object::new("column", name, certain)
        .with_perhaps("type", column.data_type.as_ref().map(type_name))
        .with("not-null", column.not_null)
        .with("default", column.has_default || column.generated_from.is_some())
        .with("generated", column.generated_from.is_some())
        .with("identity", column.identity)
}

fn index_facts(index: &Index, relation: &Relation, certain: bool) -> Object {
    let keys = index.keys.iter().map(|key| key.clone().unwrap_or_else(|| "(expression)".to_owned()));
    Object::new("index", full(&RelationName::new(&*relation.name.schema, &*index.name)), certain)
        .with("on", full(&relation.name))
        .with("keys", list(keys.collect()))
        .with("unique", index.unique)
        .with("partial", index.partial)
}

fn full(name: &RelationName) -> String {
    format!("{}.{}", name.schema, name.name)
}

fn list(names: Vec<String>) -> String {
    names.join(",")
}

fn persistence(relation: &Relation) -> &'static str {
    match relation.persistence {
        Persistence::Permanent => "permanent",
        Persistence::Unlogged => "unlogged",
        Persistence::Temporary => "temporary",
    }
}

/// As format_type() prints it with nothing but pg_catalog in search_path.
fn type_name(data_type: &DataType) -> String {
    let mut modifiers: Vec<String> = data_type.modifiers.iter().map(i64::to_string).collect();
    modifiers.splice(0..0, data_type.words.iter().cloned());
    let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(",")) };
    let fields = data_type.fields.as_ref().map(|fields| format!(" {fields}")).unwrap_or_default();
    let name = match data_type.name.split_once(' ') {
        // The precision of `time` and `timestamp` stands in the middle.
        Some((first @ ("time" | "timestamp"), rest)) => format!("{first}{modifiers} {rest}"),
        _ if data_type.name == "interval" => format!("interval{fields}{modifiers}"),
        _ => format!("{}{modifiers}", data_type.name),
    };
    let schema = if data_type.name.contains('.') || types::is_built_in_name(&data_type.name) { "" } else { "public." };
    let array = if data_type.dimensions > 0 { "[]" } else { "" };
    format!("{schema}{name}{array}")
}
