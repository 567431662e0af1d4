//! Which columns a view or a policy reads, as far as its text tells.

use std::sync::Arc;

use ecow::EcoString;

use super::ObjectName;

/// Columns that a query or an expression reads.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnRead {
    /// A column by its name, which belongs to one of the relations in sight.
    Named {
        /// The column, folded.
        column: EcoString,
        /// The relations in sight.
        scope: Arc<Scope>,
    },
    /// Every column that these relations have now: `*`.
    All(Vec<ObjectName>),
    /// Some columns of these relations, or none: which, the text does not tell.
    Some(Vec<ObjectName>),
}

/// What a FROM list brings into sight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Relations.
    pub relations: Vec<ObjectName>,
    /// There are subqueries, functions or WITH queries too, which have columns of their own.
    pub others: bool,
    /// What the query around it sees; a name that is not found here is looked up there.
    pub outer: Option<Arc<Scope>>,
}

/// GROUP BY plain columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// The columns.
    pub keys: Vec<ColumnRead>,
    /// Columns that the list and HAVING read outside of all calls: of those that are no keys, each group has one value only.
    pub others: Vec<ColumnRead>,
}
