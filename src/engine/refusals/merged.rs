//! CHECKs of a table that gets a parent: INHERIT and ATTACH PARTITION make one of two that have the same name.
//!
//! Source: `MergeConstraintsIntoExisting` of PostgreSQL's commands/tablecmds.c.

use ecow::EcoString;

use crate::ast::{Limits, Literal};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{DATATYPE_MISMATCH, INVALID_OBJECT_DEFINITION, refused, refused_on};

/// A CHECK of the parent that the child lacks, has in other words, or has as less than the parent. Both are known whole.
pub(super) fn checks(parent: &Relation, child: &Relation) -> Option<Refusal> {
    let comes_down = |known: &&Constraint| known.is_check() && !known.traits.no_inherit;
    parent.constraints.iter().filter(comes_down).find_map(|theirs| merge(theirs, child))
}

fn merge(theirs: &Constraint, child: &Relation) -> Option<Refusal> {
    let name = &theirs.name;
    let Some(own) = child.constraint(name).filter(|own| own.is_check() || own.doubted) else {
        let reason = format!("child table {} is missing constraint {name}", child.name);
        return Some(refused(DATATYPE_MISMATCH, reason));
    };
    if own.doubted || theirs.doubted {
        return None;
    }
    if differs(theirs, own) {
        let reason = format!("child table {} has a different definition for constraint {name}", child.name);
        return Some(refused(DATATYPE_MISMATCH, reason));
    }
    let conflict = |versions: VersionSet, what: &str| {
        let reason = format!("constraint {name} conflicts with {what} constraint on child table {}", child.name);
        Some(refused_on(versions, INVALID_OBJECT_DEFINITION, reason))
    };
    if own.traits.no_inherit {
        return conflict(VersionSet::ALL, "a NO INHERIT");
    }
    if own.traits.not_enforced && !theirs.traits.not_enforced {
        return conflict(VersionSet::since(18), "a NOT ENFORCED");
    }
    let open = !own.validated && own.awaits_validation && !own.traits.not_enforced;
    if theirs.validated && open { conflict(VersionSet::ALL, "a NOT VALID") } else { None }
}

/// Whether two CHECKs ask something else for certain.
fn differs(one: &Constraint, other: &Constraint) -> bool {
    let (ConstraintKind::Check { columns, limits, .. }, ConstraintKind::Check { columns: others, limits: asks, .. }) =
        (&one.kind, &other.kind)
    else {
        return false;
    };
    let cast = |limits: &Limits| limits.all.iter().any(|limit| limit.cast.is_some());
    // The server compares constants as values of the column's type.
    let is_plain =
        |value: &Literal| matches!(value, Literal::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = |limits: &Limits| limits.all.iter().flat_map(|limit| &limit.values).all(is_plain);
    let told_apart = !limits.all.is_empty() && !asks.all.is_empty() && !cast(limits) && !cast(asks);
    let told_apart = told_apart && plain(limits) && plain(asks);
    let sorted = |columns: &[EcoString]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns.dedup();
        columns
    };
    sorted(columns) != sorted(others) || told_apart && limits != asks
}
