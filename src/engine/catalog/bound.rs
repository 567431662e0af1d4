//! Bounds of partitions, as text in one form.

use crate::ast::{Expr, Integer, Literal, PartitionBoundKind, RangeBound};

/// The bound as `pg_get_expr` prints it, but for quotes; `None` if a value is no literal.
pub(super) fn text(bound: &PartitionBoundKind) -> Option<String> {
    Some(match bound {
        PartitionBoundKind::Default => "DEFAULT".to_owned(),
        PartitionBoundKind::In(values) => format!("FOR VALUES IN ({})", joined(values.iter().map(value))?),
        PartitionBoundKind::Range { from, to } => {
            let [from, to] = [from, to].map(|side| joined(side.iter().map(side_value)));
            format!("FOR VALUES FROM ({}) TO ({})", from?, to?)
        }
        PartitionBoundKind::Hash { modulus, remainder } => {
            let (Integer::Known(modulus), Integer::Known(remainder)) = (modulus, remainder) else { return None };
            format!("FOR VALUES WITH (modulus {modulus}, remainder {remainder})")
        }
    })
}

fn side_value(bound: &RangeBound) -> Option<String> {
    match bound {
        RangeBound::MinValue => Some("MINVALUE".to_owned()),
        RangeBound::MaxValue => Some("MAXVALUE".to_owned()),
        RangeBound::Value(expr) => value(expr),
    }
}

fn value(expr: &Expr) -> Option<String> {
    Some(match expr.literal.as_ref()? {
        Literal::Null => "NULL".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Number(number) => number.clone(),
        Literal::Text(text) => text.clone(),
    })
}

fn joined(values: impl Iterator<Item = Option<String>>) -> Option<String> {
    Some(values.collect::<Option<Vec<String>>>()?.join(", "))
}
