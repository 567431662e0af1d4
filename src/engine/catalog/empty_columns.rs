//! Columns that the open transaction has added, and in which all rows have NULL still.
//!
//! ADD COLUMN keeps everybody else from the table until its transaction ends.

use ecow::EcoString;

use super::Catalog;
use crate::engine::effect::RelationName;

/// A column in which all rows have NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmptyColumn {
    table: RelationName,
    name: EcoString,
    /// The transaction that has added it, counted over the sequence.
    transaction: usize,
}

impl Catalog {
    /// Notes a column that was added with nothing in it.
    pub fn note_empty_column(&mut self, table: &RelationName, name: &str, transaction: usize) {
        self.empty_columns.push(EmptyColumn { table: table.clone(), name: name.into(), transaction });
    }

    /// Whether all rows have NULL in a column that this transaction has added.
    pub fn is_empty_column(&self, table: &RelationName, name: &str, transaction: usize) -> bool {
        let is_it =
            |known: &EmptyColumn| known.table == *table && known.name == name && known.transaction == transaction;
        self.empty_columns.iter().any(is_it)
    }

    /// Rows may have got values.
    pub fn forget_empty_columns(&mut self) {
        self.empty_columns.clear();
    }

    /// Those of before only, where nobody knows whether they were added or got values.
    pub(super) fn or_empty_columns(&mut self, before: &[EmptyColumn]) {
        self.empty_columns.retain(|known| before.contains(known));
    }
}
