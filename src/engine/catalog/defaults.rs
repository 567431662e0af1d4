//! Defaults that name a sequence, or another relation, in a constant string.
//!
//! Source: `pg_depend`, where a constant of the type `regclass` stands for a dependency.

use super::{Catalog, Column, Relation, Written};
use crate::ast::{DataType, Literal};
use crate::engine::effect::RelationName;

impl Catalog {
    /// Columns whose defaults name a relation, with their tables, but for those that may not be there; sorted.
    pub fn defaults_from(&self, name: &RelationName) -> Vec<(&Relation, &Column)> {
        let there = |relation: &&Relation| !relation.perhaps_missing;
        let columns = self.users(name).filter(there).flat_map(|table| table.columns.iter().map(move |it| (table, it)));
        let mut found: Vec<(&Relation, &Column)> =
            columns.filter(|(_, column)| column.has_default && column.more.default_names.contains(name)).collect();
        found.sort_by(|a, b| (&a.0.name, &a.1.name).cmp(&(&b.0.name, &b.1.name)));
        found
    }

    /// Columns whose defaults kept a type that is meant when the column got another one, with their tables, but for those
    /// that may not be there; sorted.
    pub fn defaults_of_type(&self, is_meant: impl Fn(&DataType) -> bool) -> Vec<(&Relation, &Column)> {
        let there = |relation: &&Relation| !relation.perhaps_missing;
        let columns = self.relations().filter(there).flat_map(|table| table.columns.iter().map(move |it| (table, it)));
        let mut found: Vec<(&Relation, &Column)> =
            columns.filter(|(_, column)| column.default_kept_type().is_some_and(&is_meant)).collect();
        found.sort_by(|a, b| (&a.0.name, &a.1.name).cmp(&(&b.0.name, &b.1.name)));
        found
    }

    /// The defaults that name a relation go with it.
    pub(super) fn forget_defaults(&mut self, name: &RelationName) {
        let names_it = |column: &&mut Column| column.more.default_names.contains(name);
        let tables = self.users(name).filter(|table| table.names(name));
        let tables: Vec<RelationName> = tables.map(|table| table.name.clone()).collect();
        for table in tables {
            let columns = self.get_mut(&table).into_iter().flat_map(|table| &mut table.columns);
            columns.filter(names_it).for_each(Column::drop_default);
        }
    }
}

impl Column {
    /// The type that its default, a constant, has kept since the column got another one: the default hangs on it.
    pub fn default_kept_type(&self) -> Option<&DataType> {
        let is_constant = self.has_default && self.default_literal.as_ref().is_some_and(|it| *it != Literal::Null);
        self.more.default_type.as_deref().filter(|_| is_constant)
    }

    /// It has no default from here on.
    pub fn drop_default(&mut self) {
        self.has_default = false;
        self.default_literal = None;
        self.default_functions.clear();
        self.more.default_names.clear();
        self.more.expression = Written::default();
        self.more.default_type = None;
        self.serial = false;
    }
}
