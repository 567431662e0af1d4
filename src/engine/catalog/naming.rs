//! Which names are taken when the server chooses one, and the sequences that go with columns.

use ecow::EcoString;

use super::{Catalog, Constraint, Index, Relation};
use crate::engine::effect::RelationName;
use crate::engine::names;

impl Catalog {
    /// Notes a name that a constraint has or gets, so that most names can be known to be free at a glance.
    pub fn note_constraint_name(&mut self, name: &str) {
        if !self.constraint_names.contains(name) {
            self.constraint_names.insert(name.into());
        }
    }

    /// Whether a constraint in this schema has the name.
    ///
    /// Source: `ConstraintNameExists` of PostgreSQL's catalog/pg_constraint.c: names that the server chooses differ from those
    /// of all constraints in the schema, not only of the table.
    pub fn is_constraint(&self, schema: &str, name: &str) -> bool {
        self.constraint_names.contains(name)
            && self.relations().any(|relation| relation.name.schema == schema && relation.constraint(name).is_some())
    }

    /// The name of an index without a constraint.
    pub fn chosen_index_name(&self, table: &RelationName, keys: &str) -> EcoString {
        let taken = |name: &str| self.is_taken(&RelationName::new(&*table.schema, name));
        names::chosen(&table.name, keys, "idx", taken)
    }

    /// The name of a constraint with an index: no relation and no constraint in the schema may have it.
    pub fn chosen_key_name(&self, table: &RelationName, keys: &str, suffix: &str, earlier: &[EcoString]) -> EcoString {
        let taken = |name: &str| {
            earlier.iter().any(|earlier| earlier == name)
                || self.is_taken(&RelationName::new(&*table.schema, name))
                || self.is_constraint(&table.schema, name)
        };
        names::chosen(&table.name, keys, suffix, taken)
    }

    /// The name of a constraint without an index: no constraint in the schema may have it.
    pub fn chosen_constraint_name(
        &self,
        table: &RelationName,
        columns: &str,
        suffix: &str,
        earlier: &[EcoString],
    ) -> EcoString {
        let taken =
            |name: &str| earlier.iter().any(|earlier| earlier == name) || self.is_constraint(&table.schema, name);
        names::chosen(&table.name, columns, suffix, taken)
    }

    /// The name that was chosen for a foreign key before 12, when only the first of its columns was in it.
    ///
    /// Source: measurements, and `ATExecAddConstraint` of PostgreSQL 11 beside `ChooseForeignKeyConstraintNameAddition` of 12.
    pub fn foreign_key_name_before_12(&self, table: &RelationName, column: &str) -> EcoString {
        let has_it = |relation: &Relation, name: &str| {
            relation.name.schema == table.schema && relation.constraint_before_12(name).is_some()
        };
        let taken = |name: &str| {
            self.constraint_names.contains(name) && self.relations().any(|relation| has_it(relation, name))
        };
        names::chosen(&table.name, column, "fkey", taken)
    }

    /// Gives a sequence to a column, with which it goes away, and takes it from the one that had it.
    pub fn own_sequence(&mut self, sequence: &RelationName, owner: Option<(RelationName, EcoString)>) {
        let before = self.get(sequence).and_then(|sequence| sequence.owner.clone());
        if let Some(table) = before.and_then(|(table, _)| self.get_mut(&table)) {
            table.sequences.retain(|known| known != sequence);
        }
        if let Some((table, _)) = &owner {
            let table = self.touch(table);
            table.sequences.retain(|known| known != sequence);
            table.sequences.push(sequence.clone());
        }
        if let Some(sequence) = self.get_mut(sequence) {
            sequence.owner = owner;
        }
    }

    /// The sequences of one column.
    pub fn sequences_of(&self, table: &RelationName, column: &str) -> Vec<RelationName> {
        let is_own = |sequence: &&RelationName| {
            let owner = self.get(sequence).and_then(|sequence| sequence.owner.as_ref());
            owner.is_some_and(|(_, owner)| owner == column)
        };
        let known = self.get(table).map(|relation| relation.sequences.as_slice()).unwrap_or_default();
        known.iter().filter(is_own).cloned().collect()
    }
}

impl Constraint {
    /// Its name on versions before 12.
    pub fn name_before_12(&self) -> &EcoString {
        self.before_12.as_ref().unwrap_or(&self.name)
    }
}

impl Relation {
    /// The constraint that has this name before 12.
    pub fn constraint_before_12(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name_before_12() == name)
    }

    /// The constraint that a statement means which did not fail: by the name that it has, else by that of before 12.
    pub fn constraint_meant(&self, name: &str) -> Option<&Constraint> {
        self.constraint(name).or_else(|| self.constraint_before_12(name))
    }

    /// The suffix of the name that the server chooses for the index of this name, if it is given a name of its own elsewhere.
    pub fn key_suffix(&self, index: &str) -> Option<&'static str> {
        self.constraint(index).and_then(|constraint| constraint.kind.key_suffix())
    }

    /// Whether an index of this table becomes the part of an index of its parent; `suffix` is that of the parent's key.
    ///
    /// Source: `AttachPartitionEnsureIndexes` of PostgreSQL's commands/tablecmds.c.
    pub fn has_part(&self, own: &Index, index: &Index, suffix: Option<&str>) -> bool {
        own.more.parent.is_none()
            && own.is_like(index)
            && suffix.is_none_or(|suffix| self.key_suffix(&own.name) == Some(suffix))
    }
}
