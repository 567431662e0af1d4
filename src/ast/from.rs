//! What a SELECT asks of each table in its FROM list.

use ecow::EcoString;

use super::{Condition, Limits, ObjectName};

/// A table in a FROM list, with the conditions that each of its rows has to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRead {
    /// The table.
    pub name: ObjectName,
    /// What qualifies its columns: the alias, or else the name.
    pub known_as: EcoString,
    /// The alias gives its columns names, too.
    pub renames: bool,
    /// ONLY: without its partitions and children.
    pub only: bool,
    /// Conjuncts about its columns.
    pub conditions: Vec<Condition>,
    /// Comparisons of its columns with literals.
    pub limits: Limits,
    /// Only the first or last rows in the order of this column are wanted, of all that there are.
    pub first_by: Option<EcoString>,
    /// It is the table that the statement writes.
    pub written: bool,
    /// Columns that equal one of another table: the own column, and what the other table is known as.
    pub joined: Vec<(EcoString, EcoString)>,
}
