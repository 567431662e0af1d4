//! Whether a condition selects few rows, or a range of them, by a key.

use crate::ast::{Condition, Expr, Test};

use super::catalog::Relation;

/// Whether a condition selects by a key of the table.
pub fn is_narrow(filter: Option<&Expr>, relation: Option<&Relation>) -> bool {
    filter.is_some_and(|filter| filter.conditions.iter().any(|condition| selects(condition, relation)))
}

/// Whether the rows that a condition selects are found by a key. A range that is open on one side may be most of the table:
/// how it is read depends on what the server knows of the rows.
pub fn is_found_by_key(filter: Option<&Expr>, relation: Option<&Relation>) -> bool {
    let conditions = filter.map(|filter| filter.conditions.as_slice()).unwrap_or_default();
    let is_closed = |condition: &Condition| match condition.test {
        Test::Above => has(&condition.column, Test::Below, conditions),
        Test::Below => has(&condition.column, Test::Above, conditions),
        Test::Equal | Test::In | Test::Between => true,
        // Few values find few rows, but without an index only in the whole table.
        Test::InLimited => {
            let known = relation.filter(|relation| relation.complete);
            condition.column == "ctid" || known.is_none_or(|relation| relation.is_key_column(&condition.column))
        }
        Test::IsNull | Test::IsNotNull | Test::Other => false,
    };
    conditions.iter().any(|condition| is_closed(condition) && selects(condition, relation))
}

fn has(column: &str, test: Test, conditions: &[Condition]) -> bool {
    conditions.iter().any(|condition| condition.column == column && condition.test == test)
}

/// Whether one of the conditions names values of a key. A range may be most of the table: how it is read depends on what
/// the server knows of the rows.
pub fn names_keys(conditions: &[Condition], relation: Option<&Relation>) -> bool {
    conditions.iter().any(|condition| !is_range(condition.test) && selects(condition, relation))
}

fn is_range(test: Test) -> bool {
    matches!(test, Test::Above | Test::Below | Test::Between)
}

/// Whether the conditions select rows by the whole of a unique key of one column.
pub fn is_of_one_row(conditions: &[Condition], relation: Option<&Relation>) -> bool {
    let equal = conditions.iter().filter(|condition| matches!(condition.test, Test::Equal | Test::In));
    equal.into_iter().any(|condition| relation.is_some_and(|relation| is_unique(&condition.column, relation)))
}

/// Whether a column is a unique key by itself.
pub fn is_unique(column: &str, relation: &Relation) -> bool {
    relation
        .indexes
        .iter()
        .any(|index| index.unique && !index.partial && matches!(index.keys.as_slice(), [Some(key)] if key == column))
}

fn selects(condition: &Condition, relation: Option<&Relation>) -> bool {
    match condition.test {
        Test::InLimited => true,
        Test::Equal | Test::In | Test::Above | Test::Below | Test::Between => {
            match relation.filter(|relation| relation.complete) {
                Some(relation) => relation.is_key_column(&condition.column),
                // Nothing is known of the table's keys: a comparison with a constant gets the benefit of the doubt.
                None => true,
            }
        }
        Test::IsNull | Test::IsNotNull | Test::Other => false,
    }
}
