//! Facts about partition keys and bounds.

use lockwise::ast::{PartitionBound, PartitionBoundKind, PartitionBy, RangeBound};

use super::Lines;
use super::expressions::expression;
use super::indexes::key;

pub fn partition_by(by: &PartitionBy, lines: &mut Lines) {
    lines.push(format!("partition by {}", by.strategy));
    for (number, part) in (1..).zip(&by.keys) {
        key(&format!("partition key {number}"), part, lines);
    }
}

/// Which rows belong to a partition.
pub fn bound(prefix: &str, bound: &PartitionBound, lines: &mut Lines) {
    match &bound.kind {
        PartitionBoundKind::Default => lines.push(format!("{prefix}bound default")),
        PartitionBoundKind::In(values) => {
            for (number, value) in (1..).zip(values) {
                expression(&format!("{prefix}bound in {number}"), value, lines);
            }
        }
        PartitionBoundKind::Range { from, to } => {
            range(&format!("{prefix}bound from"), from, lines);
            range(&format!("{prefix}bound to"), to, lines);
        }
        PartitionBoundKind::Hash { modulus, remainder } => {
            lines.push(format!("{prefix}bound modulus {modulus} remainder {remainder}"));
        }
    }
}

fn range(label: &str, bounds: &[RangeBound], lines: &mut Lines) {
    for (number, bound) in (1..).zip(bounds) {
        match bound {
            RangeBound::MinValue => lines.push(format!("{label} {number} minvalue")),
            RangeBound::MaxValue => lines.push(format!("{label} {number} maxvalue")),
            RangeBound::Value(value) => expression(&format!("{label} {number}"), value, lines),
        }
    }
}
