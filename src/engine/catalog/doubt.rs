//! Proofs behind a statement of which nobody knows what it did: what was known may still be so, and proves nothing.

use super::{Catalog, Column, Constraint, Doubts, Relation};
use crate::ast::{DataType, Literal};
use crate::engine::effect::RelationName;

impl Catalog {
    /// Nothing that is known of these relations proves anything any more.
    pub fn doubt_proofs(&mut self, about: impl Fn(&Relation) -> bool) {
        let concerned = self.relations().filter(|relation| relation.proves_something() && about(relation));
        let names: Vec<RelationName> = concerned.map(|relation| relation.name.clone()).collect();
        for name in names {
            if let Some(relation) = self.get_mut(&name) {
                relation.doubt_proofs();
            }
        }
    }

    /// Whether a relation or an index has this name, and no statement of which nobody knows what it did may have taken it
    /// away.
    pub fn is_surely_taken(&self, name: &RelationName) -> bool {
        let index =
            self.table_of_index(name).and_then(|table| self.get(table)).and_then(|table| table.index(&name.name));
        self.is_taken(name)
            && self.get(name).is_none_or(|relation| !self.is_open() || !relation.perhaps_missing)
            && index.is_none_or(|index| !index.more.doubted)
    }
}

impl Relation {
    fn proves_something(&self) -> bool {
        self.unpopulated
            || self.bound.is_some()
            || self.columns.iter().any(|column| column.more.doubts != Doubts::ALL)
            || self.constraints.iter().any(|constraint| !constraint.doubted)
            || self.indexes.iter().any(|index| !index.more.doubted)
    }

    fn doubt_proofs(&mut self) {
        self.unpopulated = false;
        self.bound = None;
        self.columns.iter_mut().for_each(|column| column.more.doubts = Doubts::ALL);
        self.constraints.iter_mut().for_each(|constraint| constraint.doubted = true);
        self.indexes.iter_mut().for_each(|index| index.more.doubted = true);
    }
}

impl Column {
    /// Whether NULL is refused for certain.
    pub fn is_not_null(&self) -> bool {
        self.not_null && !self.more.doubts.not_null
    }

    /// Whether it has a default that is something else than NULL.
    pub fn has_value_by_default(&self) -> bool {
        self.has_default && self.default_literal != Some(Literal::Null)
    }

    /// NULL is refused from here on.
    pub fn set_not_null(&mut self) {
        self.not_null = true;
        self.more.doubts.not_null = false;
    }

    /// Its type, where it is certain.
    pub fn known_type(&self) -> Option<&DataType> {
        self.data_type.as_ref().filter(|_| !self.more.doubts.data_type)
    }
}

impl Constraint {
    /// Whether it is certain that all rows meet it.
    pub fn is_proven(&self) -> bool {
        self.validated && !self.doubted
    }
}
