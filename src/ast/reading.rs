//! Which columns a view or a policy reads, as far as its text tells.

use std::sync::Arc;

use ecow::EcoString;

use super::{Merged, ObjectName};

/// Columns that a query or an expression reads.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnRead {
    /// A column by its name, which belongs to one of the relations in sight.
    Named {
        /// The column, folded.
        column: EcoString,
        /// The relations in sight.
        scope: Arc<Scope>,
        /// What else the name may mean.
        place: Place,
    },
    /// Every column that these relations have now: `*`.
    All(Vec<ObjectName>),
    /// Some columns of these relations, or none: which, the text does not tell.
    Some(Vec<ObjectName>),
}

/// What a name may mean where it stands, beside a column of the relations in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Nothing else: lists, WHERE, HAVING, expressions in ORDER BY; and whatever stands behind the name of a table.
    Expression,
    /// The same in FROM, where not all of the relations are in sight that the scope has.
    From,
    /// Columns of the list come first in ORDER BY and DISTINCT ON, and behind those of the relations in GROUP BY.
    Key,
    /// Something else has the name too, or may have it: a table, whose row it is then, or a column of the list.
    Unsure,
}

/// Which of the rows OLD and NEW are read by these names, as triggers, rules and RETURNING have them; not so where a table has
/// the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rows {
    /// `old.column` or `old.*`
    pub old: bool,
    /// `new.column` or `new.*`
    pub new: bool,
}

/// What a FROM list brings into sight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Relations.
    pub relations: Vec<ObjectName>,
    /// There are subqueries, functions or WITH queries too, which have columns of their own.
    pub others: bool,
    /// Columns that a join merges into one.
    pub merged: Merged,
    /// What the query around it sees; a name that is not found here is looked up there.
    pub outer: Option<Arc<Scope>>,
}
