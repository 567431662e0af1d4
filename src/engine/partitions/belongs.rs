//! Whether a row belongs to a partition, by the value that it has in the partition key.

use std::cmp::Ordering;

use crate::ast::{DataType, Integer, Literal, PartitionBoundKind, RangeBound};
use crate::engine::catalog::Relation;

use super::hash;
use super::proof::plain_bound;
use super::values::{Class, compared, differ, plain, rounded, same, scale};

/// The rows that belong to a partition of a table with one key column.
#[derive(Debug)]
pub(in crate::engine) struct Membership {
    class: Class,
    scale: Option<u32>,
    is_text: bool,
    data_type: DataType,
    rows: Members,
}

#[derive(Debug)]
enum Members {
    /// Those with one of these values, or NULL. An unknown value is `None`.
    Listed { values: Option<Vec<Literal>>, null: bool },
    /// Those from one value on and before another.
    Range(End, End),
    /// Those whose hash leaves this remainder.
    Hashed { modulus: u64, remainder: u64 },
}

#[derive(Debug)]
enum End {
    MinValue,
    MaxValue,
    Value(Option<Literal>),
}

impl Membership {
    /// Nothing where the text of the bound does not tell.
    pub(in crate::engine) fn of(bound: &PartitionBoundKind, parent: &Relation) -> Option<Self> {
        let partitioning = parent.partitioning.as_ref()?;
        let [key] = partitioning.keys.as_slice() else { return None };
        let data_type = parent.column(key)?.known_type()?;
        // With a collation, texts that differ may be the same.
        let collated = partitioning.collated || parent.column(key)?.collation.is_some();
        let is_text =
            !collated && data_type.dimensions == 0 && matches!(data_type.name.as_str(), "text" | "character varying");
        let rounds =
            Class::of(data_type) == Class::Numeric && data_type.modifiers.get(1).is_some_and(|scale| *scale < 0);
        if rounds {
            return None;
        }
        let rows = match plain_bound(bound, parent) {
            PartitionBoundKind::Default => return None,
            PartitionBoundKind::Hash { modulus: Integer::Known(modulus), remainder: Integer::Known(remainder) } => {
                let modulus = u64::try_from(modulus).ok().filter(|modulus| *modulus > 0)?;
                let whole = Class::of(data_type) == Class::Whole;
                Some(Members::Hashed { modulus, remainder: u64::try_from(remainder).ok()? }).filter(|_| whole)?
            }
            PartitionBoundKind::Hash { .. } => return None,
            PartitionBoundKind::In(values) => {
                let null = values.iter().any(|listed| listed.null);
                let listed = values.into_iter().filter(|listed| !listed.null);
                let listed = listed.map(|listed| kept(listed.literal?, data_type));
                Members::Listed { values: listed.collect(), null }
            }
            PartitionBoundKind::Range { from, to } => {
                let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return None };
                Members::Range(End::of(from), End::of(to))
            }
        };
        let (class, scale, data_type) = (Class::of(data_type), scale(data_type), data_type.clone());
        Some(Self { class, scale, is_text, data_type, rows })
    }

    /// Whether a row with this value belongs to it; `None` where the text of the values does not tell.
    pub(in crate::engine) fn takes(&self, value: &Literal) -> Option<bool> {
        if *value == Literal::Null {
            return Some(match self.rows {
                Members::Listed { null, .. } => null,
                // The hash of NULL is 0.
                Members::Hashed { remainder, .. } => remainder == 0,
                Members::Range(..) => false,
            });
        }
        let value = rounded(&plain(&kept(value.clone(), &self.data_type)?, self.class)?, self.scale)?;
        match &self.rows {
            Members::Listed { values, .. } => {
                let listed = values.as_ref()?;
                match () {
                    () if listed.iter().any(|listed| same(listed, &value)) => Some(true),
                    () if listed.iter().all(|listed| differ(listed, &value, self.is_text)) => Some(false),
                    () => None,
                }
            }
            Members::Hashed { modulus, remainder } => match value {
                Literal::Number(number) => Some(hash::of_key(number.parse().ok()?) % modulus == *remainder),
                Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
            },
            Members::Range(from, to) => Some(from.order_of(&value)?.is_ge() && to.order_of(&value)?.is_lt()),
        }
    }
}

/// A literal as a column keeps it.
fn kept(literal: Literal, data_type: &DataType) -> Option<Literal> {
    match literal {
        Literal::Text(text) => data_type.kept(text).map(Literal::Text),
        literal => Some(literal),
    }
}

impl End {
    fn of(bound: &RangeBound) -> Self {
        match bound {
            RangeBound::MinValue => Self::MinValue,
            RangeBound::MaxValue => Self::MaxValue,
            RangeBound::Value(expr) => Self::Value(expr.literal.clone()),
        }
    }

    /// The order of a value and this end of a range.
    fn order_of(&self, value: &Literal) -> Option<Ordering> {
        match self {
            Self::MinValue => Some(Ordering::Greater),
            Self::MaxValue => Some(Ordering::Less),
            Self::Value(end) => compared(value, end.as_ref()?),
        }
    }
}
