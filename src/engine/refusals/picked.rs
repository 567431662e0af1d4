//! Rows that a statement takes from another table, and that the table it writes does not take: INSERT ... SELECT and MERGE.
//!
//! Claimed only of rows that are certain to be there (`fixtures/facts/picked-*.sql`).

use std::collections::HashSet;

use ecow::eco_format;

use crate::ast::{Comparison, Counted, Literal, Statement, StatementKind, Write, WriteVerb};
use crate::engine::catalog::{Column, ConstraintKind, Relation};
use crate::engine::classify::events_of;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::held::Table;
use super::inserted::CARDINALITY_VIOLATION;
use super::literals::{as_of, is_violated};
use super::recalculated::unfit;
use super::rewritten::{is_made, is_plain};
use super::values::compared_alike;
use super::violated::{CHECK_VIOLATION, with_rows};
use super::{refused, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return None };
    let relation = around.relation(&write.target).filter(|relation| is_plain(relation, events_of(write)))?;
    match write.verb {
        WriteVerb::Insert => inserted(write, relation, around),
        WriteVerb::Merge => merged(write, relation, around),
        WriteVerb::Update | WriteVerb::Delete | WriteVerb::CopyFrom => None,
    }
}

/// A row that cannot be calculated, or that does not fit.
fn inserted(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let picked = write.picked.as_deref().filter(|_| write.also_writes.is_empty())?;
    let source = Table { relation: with_rows(around.relation(&picked.table))?, around };
    if !source.are_of_server(&write.functions) {
        return None;
    }
    let target = Table { relation, around };
    let columns: Vec<&Column> = match write.columns.as_slice() {
        [] => relation.columns.iter().take(picked.values.len()).collect(),
        named => named.iter().map(|name| relation.column(&name.name)).collect::<Option<_>>()?,
    };
    let set: Vec<(&Column, &Counted)> = columns.into_iter().zip(&picked.values).collect();
    if set.len() != picked.values.len() || set.iter().any(|(column, _)| is_made(column)) {
        return None;
    }
    let checks = relation.constraints.iter().filter(|known| !known.doubted && !known.traits.not_enforced);
    let checks: Vec<_> = checks
        .filter_map(|known| match &known.kind {
            ConstraintKind::Check { limits, .. } => Some((&known.name, limits)),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => None,
        })
        .collect();
    let mut rows = source.rows().filter(|(batch, at)| source.is_met(write.filter.as_ref(), batch, *at) == Some(true));
    rows.find_map(|(batch, at)| {
        let failing = set.iter().find_map(|(column, value)| Some((column, source.failure(value, batch, at)?)));
        if let Some((column, sqlstate)) = failing {
            return Some(refused(sqlstate, format!("column {} cannot be calculated for a row", column.name)));
        }
        let given = |value: &Counted| source.calculated(value, batch, at).filter(|_| !value.holds_moment());
        let misfit = set.iter().find_map(|(column, value)| unfit(column, &given(value)?, &target));
        misfit.or_else(|| {
            let value = |name: &str| {
                let (column, value) = set.iter().find(|(column, _)| column.name == name)?;
                as_of(given(value)?, column, &target.type_of(column)?)
            };
            let (name, _) = checks.iter().find(|(_, limits)| is_violated(limits, relation, &value))?;
            let reason = format!("a new row of {} violates the constraint {name}", relation.name);
            Some(refused(CHECK_VIOLATION, reason))
        })
    })
}

/// MERGE changes or deletes a row that two rows of the other table match.
fn merged(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let source = Table { relation: with_rows(around.relation(write.merged_from.as_ref()?))?, around };
    let target = Table { relation: with_rows(Some(relation))?, around };
    let Some(Counted::Compared(Comparison::OneOf, one, other)) = write.on.as_ref()?.value.as_deref() else {
        return None;
    };
    let (Counted::Column(one), Counted::Column(other)) = (&**one, &**other) else { return None };
    let fits = |(own, theirs): &(&str, &str)| {
        let lacks = own == theirs || relation.column(theirs).is_none() && source.relation.column(own).is_none();
        lacks && relation.column(own).is_some() && source.relation.column(theirs).is_some()
    };
    let pairs: [(&str, &str); 2] = [(one, other), (other, one)];
    let (own, theirs) = pairs.into_iter().find(fits)?;
    let types = target.type_of(relation.column(own)?).zip(source.type_of(source.relation.column(theirs)?));
    if !types.is_some_and(|(own, theirs)| compared_alike(&own, &theirs)) || source.relation.name == relation.name {
        return None;
    }
    let there = target.tuples(&[own]);
    let mut seen = HashSet::new();
    let twice = source.rows().any(|(batch, at)| {
        let value = source.value(theirs, batch, at).filter(|value| *value != Literal::Null);
        let key = value.map(|value| eco_format!("{:?}", [value]));
        key.is_some_and(|key| there.contains(&key) && !seen.insert(key))
    });
    let reason = || format!("MERGE cannot change a row of {} a second time", relation.name);
    twice.then(|| refused_on(VersionSet::since(15), CARDINALITY_VIOLATION, reason()))
}
