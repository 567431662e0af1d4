//! What is attached to a relation and may read others: triggers, rules, policies, publications.

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

/// What a publication publishes of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The publication.
    pub publication: String,
    /// Columns that its list and its condition name (15).
    pub columns: Vec<String>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Columns that USING reads.
    pub using: Vec<ColumnUse>,
    /// Columns that WITH CHECK reads.
    pub check: Vec<ColumnUse>,
    /// Relations that the subqueries of USING read.
    pub using_reads: Vec<RelationName>,
    /// Relations that the subqueries of WITH CHECK read.
    pub check_reads: Vec<RelationName>,
    /// A statement of which nobody knows what it did may have changed or dropped it since.
    pub doubted: bool,
}

impl Policy {
    /// Columns that it reads.
    pub fn uses(&self) -> impl Iterator<Item = &ColumnUse> {
        self.using.iter().chain(&self.check)
    }

    /// The same, to change them.
    pub fn uses_mut(&mut self) -> impl Iterator<Item = &mut ColumnUse> {
        self.using.iter_mut().chain(&mut self.check)
    }

    /// Relations that its subqueries read.
    pub fn reads(&self) -> impl Iterator<Item = &RelationName> {
        self.using_reads.iter().chain(&self.check_reads)
    }

    /// Whether it reads a relation, and if so, whether for certain.
    pub fn reads_relation(&self, name: &RelationName) -> Option<bool> {
        let by_column = self.uses().filter(|used| used.relation == *name).map(|used| used.certain);
        let whole = self.reads().filter(|read| *read == name).map(|_| !self.doubted);
        by_column.chain(whole).max()
    }
}
