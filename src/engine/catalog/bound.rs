//! Bounds of partitions, as text in one form.

use ecow::{EcoString, eco_format};

use crate::ast::{Expr, Integer, Literal, PartitionBoundKind, RangeBound};

/// The bound as `pg_get_expr` prints it, but for quotes; `None` if a value is no literal.
pub(super) fn text(bound: &PartitionBoundKind) -> Option<EcoString> {
    Some(match bound {
        PartitionBoundKind::Default => "DEFAULT".into(),
        PartitionBoundKind::In(values) => eco_format!("FOR VALUES IN ({})", joined(values.iter().map(value))?),
        PartitionBoundKind::Range { from, to } => {
            let [from, to] = [from, to].map(|side| joined(side.iter().map(side_value)));
            eco_format!("FOR VALUES FROM ({}) TO ({})", from?, to?)
        }
        PartitionBoundKind::Hash { modulus, remainder } => {
            let (Integer::Known(modulus), Integer::Known(remainder)) = (modulus, remainder) else { return None };
            eco_format!("FOR VALUES WITH (modulus {modulus}, remainder {remainder})")
        }
    })
}

fn side_value(bound: &RangeBound) -> Option<EcoString> {
    match bound {
        RangeBound::MinValue => Some("MINVALUE".into()),
        RangeBound::MaxValue => Some("MAXVALUE".into()),
        RangeBound::Value(expr) => value(expr),
    }
}

fn value(expr: &Expr) -> Option<EcoString> {
    Some(match expr.literal.as_ref()? {
        Literal::Null => "NULL".into(),
        Literal::Boolean(value) => value.to_string().into(),
        Literal::Number(number) => number.clone(),
        Literal::Text(text) => text.clone(),
    })
}

fn joined(values: impl Iterator<Item = Option<EcoString>>) -> Option<EcoString> {
    Some(values.collect::<Option<Vec<EcoString>>>()?.join(", ").into())
}
