//! Policies of row-level security.

use ecow::EcoString;

use super::{ColumnUse, Written};
use crate::ast;
use crate::engine::effect::RelationName;

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: EcoString,
    /// RESTRICTIVE.
    pub restrictive: bool,
    /// FOR, upper case.
    pub command: &'static str,
    /// TO; empty is PUBLIC, nothing where CURRENT_USER or the like is named.
    pub roles: Option<Vec<EcoString>>,
    /// USING and WITH CHECK as they were written.
    pub written: [Written; 2],
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
    /// Functions that USING calls.
    pub using_calls: Vec<EcoString>,
    /// Functions that WITH CHECK calls.
    pub check_calls: Vec<EcoString>,
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

/// What ROW LEVEL SECURITY of a table was switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowSecurity {
    /// Policies say which rows other roles than the owner see; without any they see none.
    pub enabled: bool,
    /// The owner as well.
    pub forced: bool,
}

impl RowSecurity {
    /// ALTER TABLE switches it.
    pub fn switch(&mut self, change: ast::RowSecurity) {
        match change {
            ast::RowSecurity::Enable => self.enabled = true,
            ast::RowSecurity::Disable => self.enabled = false,
            ast::RowSecurity::Force => self.forced = true,
            ast::RowSecurity::NoForce => self.forced = false,
        }
    }

    /// Where it is not known which of the two holds, rows may be hidden.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { enabled: self.enabled || other.enabled, forced: self.forced || other.forced }
    }
}
