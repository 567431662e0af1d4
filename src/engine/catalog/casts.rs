//! Types that expressions cast to: a default, a CHECK or an index hangs on such a type as a column of it does.
//!
//! Source: `pg_depend`, and measurements (`fixtures/facts/drop-type-cascade-cast-*.sql`).

use super::index::casts_to;
use super::{Column, Constraint, Index, Relation};

impl Column {
    /// Whether its default, or what it is generated as, casts to a type that is meant.
    pub fn casts_to(&self, is_meant: &impl Fn(&str) -> bool) -> bool {
        self.more.expression.text().is_some_and(|text| casts_to(text, is_meant))
    }
}

impl Constraint {
    /// Whether the expression of a CHECK casts to a type that is meant.
    pub fn casts_to(&self, is_meant: &impl Fn(&str) -> bool) -> bool {
        self.is_check() && self.expression.text().is_some_and(|text| casts_to(text, is_meant))
    }
}

impl Index {
    /// Whether an expression or the predicate casts to a type that is meant.
    pub fn casts_to(&self, is_meant: &impl Fn(&str) -> bool) -> bool {
        let keys = self.shape.keys.iter().map(|key| &key.expression);
        keys.chain([&self.shape.predicate]).any(|text| casts_to(text, is_meant))
    }
}

impl Relation {
    /// Whether any of these does.
    pub fn casts_to(&self, is_meant: &impl Fn(&str) -> bool) -> bool {
        self.columns.iter().any(|column| column.casts_to(is_meant))
            || self.constraints.iter().any(|constraint| constraint.casts_to(is_meant))
            || self.indexes.iter().any(|index| index.casts_to(is_meant))
    }
}
