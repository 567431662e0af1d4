//! What is attached to a relation and may read others: triggers and rules.

use super::ColumnUse;
use crate::engine::effect::RelationName;

/// A trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// The last part of its function's name.
    pub function: String,
    /// FOR EACH ROW: partitions have a copy.
    pub for_each_row: bool,
    /// Columns that it names.
    pub columns: Vec<String>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Relations that it reads or writes.
    pub uses: Vec<RelationName>,
    /// Columns that it reads or writes, those of its own table included.
    pub columns: Vec<ColumnUse>,
}
