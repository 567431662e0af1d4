//! What the server uses without being named: casts and operators that were not there from the start.

use super::Catalog;

/// What is known of them besides the names in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unnamed {
    /// Somebody has written `pg_cast`.
    pub casts: bool,
    /// Somebody has made operators.
    pub operators: bool,
    /// Operators, aggregates or casts were made of functions.
    pub calls: bool,
    /// Some of them may be meant in the place of those of the server: `pg_catalog` did not come first.
    pub shadowing: bool,
    /// An extension has its functions in `pg_catalog`.
    pub extensions: bool,
}

impl Unnamed {
    /// What may be so where one of two states holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            casts: self.casts || other.casts,
            operators: self.operators || other.operators,
            calls: self.calls || other.calls,
            shadowing: self.shadowing || other.shadowing,
            extensions: self.extensions || other.extensions,
        }
    }
}

impl Catalog {
    /// Whether `=`, `+` and the like may be others than those of the server where schemas are searched in this order.
    pub fn may_mean_own_operators<'s>(&self, search_path: impl IntoIterator<Item = &'s str>) -> bool {
        // Where it is not written, it comes first.
        let written_later = || search_path.into_iter().skip(1).any(|schema| schema == "pg_catalog");
        self.unnamed.shadowing || self.unnamed.operators && written_later()
    }
}
