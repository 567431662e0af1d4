//! Whether a row belongs to a partition, by the value that it has in the partition key.

use std::cmp::Ordering;

use crate::ast::{Literal, PartitionBoundKind, RangeBound};
use crate::engine::catalog::Relation;

use super::proof::plain_bound;
use super::values::{Class, compared, differ, plain, rounded, same, scale};

/// Whether a row with this value of the only key column belongs to a partition of the table; `None` where the text of the
/// values does not tell.
pub(in crate::engine) fn belongs(value: &Literal, bound: &PartitionBoundKind, parent: &Relation) -> Option<bool> {
    let [key] = parent.partitioning.as_ref()?.keys.as_slice() else { return None };
    let data_type = parent.column(key)?.known_type()?;
    let is_text = data_type.dimensions == 0 && matches!(data_type.name.as_str(), "text" | "character varying");
    let value = match value {
        Literal::Null => None,
        value => Some(rounded(&plain(value, Class::of(data_type))?, scale(data_type))?),
    };
    match (plain_bound(bound, parent), value) {
        (PartitionBoundKind::Default | PartitionBoundKind::Hash { .. }, _) => None,
        (PartitionBoundKind::In(values), None) => Some(values.iter().any(|listed| listed.null)),
        (PartitionBoundKind::In(values), Some(value)) => {
            let listed = values.iter().filter(|listed| !listed.null).map(|listed| listed.literal.as_ref());
            let listed: Vec<&Literal> = listed.collect::<Option<_>>()?;
            match () {
                () if listed.iter().any(|listed| same(listed, &value)) => Some(true),
                () if listed.iter().all(|listed| differ(listed, &value, is_text)) => Some(false),
                () => None,
            }
        }
        (PartitionBoundKind::Range { .. }, None) => Some(false),
        (PartitionBoundKind::Range { from, to }, Some(value)) => {
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return None };
            Some(against(&value, from)?.is_ge() && against(&value, to)?.is_lt())
        }
    }
}

/// The order of a value and one end of a range.
fn against(value: &Literal, end: &RangeBound) -> Option<Ordering> {
    match end {
        RangeBound::MinValue => Some(Ordering::Greater),
        RangeBound::MaxValue => Some(Ordering::Less),
        RangeBound::Value(expr) => compared(value, expr.literal.as_ref()?),
    }
}
