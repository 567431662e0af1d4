//! Whether a condition selects few rows, or a range of them, by a key.

use crate::ast::{Condition, Expr, Test};

use super::catalog::Relation;

/// Whether a condition selects by a key of the table.
pub fn is_narrow(filter: Option<&Expr>, relation: Option<&Relation>) -> bool {
    filter.is_some_and(|filter| filter.conditions.iter().any(|condition| selects(condition, relation)))
}

fn selects(condition: &Condition, relation: Option<&Relation>) -> bool {
    match condition.test {
        Test::InLimited => true,
        Test::Equal | Test::In | Test::Range => match relation.filter(|relation| relation.complete) {
            Some(relation) => relation.is_key_column(&condition.column),
            // Nothing is known of the table's keys: a comparison with a constant gets the benefit of the doubt.
            None => true,
        },
        Test::IsNull | Test::IsNotNull | Test::Other => false,
    }
}
