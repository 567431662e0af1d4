//! Policies of row-level security.

use super::{ColumnUse, Written};

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// RESTRICTIVE.
    pub restrictive: bool,
    /// FOR, upper case.
    pub command: &'static str,
    /// TO; empty is PUBLIC, nothing where CURRENT_USER or the like is named.
    pub roles: Option<Vec<String>>,
    /// USING and WITH CHECK as they were written.
    pub written: [Written; 2],
    /// Columns that USING reads.
    pub using: Vec<ColumnUse>,
    /// Columns that WITH CHECK reads.
    pub check: Vec<ColumnUse>,
    /// Functions that USING calls.
    pub using_calls: Vec<String>,
    /// Functions that WITH CHECK calls.
    pub check_calls: Vec<String>,
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
}
