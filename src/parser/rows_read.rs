//! Which of the rows OLD and NEW are read, as triggers, rules and RETURNING have them.

use sqlparser::ast as sql;

use super::uses::{Walk, folded};
use crate::ast::Rows;

/// Takes note of a name, if it is one of the two.
pub(super) fn note(rows: &mut Rows, name: &str) {
    rows.old |= name == "old";
    rows.new |= name == "new";
}

impl Walk<'_, '_> {
    /// Takes note of what qualifies a column.
    pub fn row(&mut self, name: &sql::Ident) {
        if name.value.len() != 3 {
            return;
        }
        let mut read = Rows::default();
        note(&mut read, &folded(name));
        self.uses.rows.old |= read.old && !self.uses.tables_named.old;
        self.uses.rows.new |= read.new && !self.uses.tables_named.new;
    }

    /// Takes note of what qualifies a star.
    pub fn row_of(&mut self, name: &sql::ObjectName) {
        if let [sql::ObjectNamePart::Identifier(name)] = name.0.as_slice() {
            self.row(name);
        }
    }

    /// What FROM names hides the rows; given back is what did before.
    pub fn name_tables(&mut self, from: &[sql::TableWithJoins]) -> Rows {
        let before = self.uses.tables_named;
        for item in from {
            self.name_factor(&item.relation);
            item.joins.iter().for_each(|join| self.name_factor(&join.relation));
        }
        before
    }

    fn name_factor(&mut self, factor: &sql::TableFactor) {
        use sql::TableFactor as T;
        let alias = match factor {
            T::NestedJoin { table_with_joins, alias: None } => {
                self.name_tables(std::slice::from_ref(table_with_joins));
                return;
            }
            T::Table { name, alias: None, .. } | T::Function { name, alias: None, .. } => {
                name.0.last().and_then(sql::ObjectNamePart::as_ident)
            }
            T::Table { alias, .. }
            | T::Function { alias, .. }
            | T::NestedJoin { alias, .. }
            | T::Derived { alias, .. }
            | T::TableFunction { alias, .. }
            | T::UNNEST { alias, .. }
            | T::JsonTable { alias, .. }
            | T::XmlTable { alias, .. } => alias.as_ref().map(|alias| &alias.name),
            // What is left is syntax of other databases.
            _ => None,
        };
        if let Some(name) = alias.filter(|name| name.value.len() == 3) {
            note(&mut self.uses.tables_named, &folded(name));
        }
    }
}
