//! UPDATE and DELETE that the rows of a table, or of one that refers to it, do not allow.
//!
//! Claimed only of rows that are certain to be there (`fixtures/facts/violated-update-*.sql`, `violated-delete-*.sql`).

use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{
    Assigned, Comparison, DataType, Events, Expr, KeyAction, Limit, Literal, Statement, StatementKind, Write, WriteVerb,
};
use crate::engine::catalog::{Batch, Column, Constraint, ConstraintKind, Index, Relation, Rows};
use crate::engine::classify::events_of;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::held::Table;
use super::inserted::is_immediate;
use super::literals::{as_of, is_violated};
use super::values::outside_domain;
use super::violated::{CHECK_VIOLATION, FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION, with_rows};
use super::{NOT_NULL_VIOLATION, refused, refused_on};

/// RESTRICT has a code of its own since 18.
const RESTRICT_VIOLATION: &str = "23001";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return Vec::new() };
    let relation = around.relation(&write.target).filter(|relation| is_plain(relation, events_of(write)));
    // Other relations decide which rows are meant.
    let alone = !write.from_query && write.reads.is_empty() && write.also_writes.is_empty();
    let Some(relation) = relation.filter(|relation| alone && !around.may_hide_rows(relation)) else {
        return Vec::new();
    };
    match write.verb {
        WriteVerb::Update if write.filter.is_none() && relation.rows == Rows::Certain => {
            updated(write, relation, around).into_iter().collect()
        }
        WriteVerb::Delete => referenced(write, relation, around),
        WriteVerb::Update | WriteVerb::Insert | WriteVerb::Merge | WriteVerb::CopyFrom => Vec::new(),
    }
}

/// A table of its own whose rows nothing else changes at these events.
pub(super) fn is_plain(relation: &Relation, events: Events) -> bool {
    let alone = relation.kind == RelationKind::Table && relation.children.is_empty();
    is_known_whole(relation) && alone && !relation.has_code_at(events)
}

/// Every row gets a value that its column, a CHECK or a key does not allow.
fn updated(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let set = write.columns.iter().zip(&write.values);
    let set = set.filter_map(|(name, value)| Some((relation.column(&name.name)?, literal(value)?)));
    let set: Vec<(&Column, &Literal)> = set.filter(|(column, _)| !is_made(column)).collect();
    if let Some((column, _)) = set.iter().find(|(column, value)| column.not_null && **value == Literal::Null) {
        let reason = format!("null value in column {} violates its not-null constraint", column.name);
        return Some(refused(NOT_NULL_VIOLATION, reason));
    }
    if let Some(refusal) = set.iter().find_map(|(column, value)| outside_domain(column, value, around)) {
        return Some(refusal);
    }
    let value = |name: &str| {
        let (column, value) = set.iter().find(|(column, _)| column.name == name)?;
        as_of((*value).clone(), column, column.data_type.as_ref()?)
    };
    let checks = relation.constraints.iter().filter(|known| !known.doubted && !known.traits.not_enforced);
    let violated = checks.into_iter().find(|known| match &known.kind {
        ConstraintKind::Check { limits, .. } => is_violated(limits, relation, &value),
        ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => false,
    });
    if let Some(check) = violated {
        let reason = format!("the rows of {} violate the constraint {}", relation.name, check.name);
        return Some(refused(CHECK_VIOLATION, reason));
    }
    let rows = with_rows(Some(relation)).map(|relation| relation.known_rows.batches()).unwrap_or_default();
    let rows: i64 = rows.iter().map(Batch::count).fold(0, i64::saturating_add);
    let is_key =
        |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    let key = relation.indexes.iter().filter(is_key).find(|index| {
        let same = |key: &Option<EcoString>| {
            let value = key.as_ref().and_then(|name| value(name));
            value.is_some_and(|value| value != Literal::Null)
        };
        !index.keys.is_empty() && index.keys.iter().all(same)
    })?;
    let reason = || format!("all rows of {} get the same key {}", relation.name, key.name);
    (rows > 1).then(|| refused(UNIQUE_VIOLATION, reason()))
}

/// The server makes its values.
pub(super) fn is_made(column: &Column) -> bool {
    column.generated_from.is_some() || column.identity
}

fn literal(value: &Assigned) -> Option<&Literal> {
    match value {
        Assigned::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// A row of another table points to one of those that go, and its foreign key does not let it go.
fn referenced(write: &Write, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let found = around.catalog.referencing(&relation.name).into_iter().find_map(|(other, constraint)| {
        let other = Some(other).filter(|other| other.rows == Rows::Certain && is_there(other));
        let other = other.filter(|other| is_plain(other, Events::DELETE) && other.name != relation.name)?;
        let ConstraintKind::ForeignKey { columns, referenced_columns, on_delete, .. } = &constraint.kind else {
            return None;
        };
        let consequence = Consequence::of(on_delete, columns, other)?;
        let cascades = |(known, _): (&Constraint, _)| match &known.kind {
            ConstraintKind::ForeignKey { on_delete, .. } => known.name != constraint.name && on_delete.writes(),
            ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => false,
        };
        let holds = !constraint.traits.not_valid && is_checked(constraint, relation, around);
        let certain = holds && !other.foreign_keys().any(cascades);
        let points = |column: &EcoString| other.column(column).is_some_and(|column| column.not_null);
        let all = write.filter.is_none() && relation.rows == Rows::Certain && columns.iter().all(points);
        if certain && all && !constraint.awaits_validation {
            return Some(consequence.refusals(relation, other));
        }
        let ([column], true) = (columns.as_slice(), certain) else { return None };
        let key = referenced_key(referenced_columns, relation)?;
        let (column, key) = (with_rows(Some(other))?.column(column)?, with_rows(Some(relation))?.column(key)?);
        let wanted = match &write.filter {
            None => None,
            Some(filter) => Some(only_value(filter, key, relation)?),
        };
        // While triggers are disabled, rows may come that point to nothing.
        let is_wanted = |value: &Literal| *value != Literal::Null && wanted.as_ref().is_none_or(|it| it == value);
        let gone = Table { relation, around };
        let gone: HashSet<EcoString> =
            gone.values(key, key.known_type()?).filter(is_wanted).map(|value| eco_format!("{value:?}")).collect();
        let pointing = Table { relation: other, around };
        let mut pointing = pointing.values(column, column.known_type()?);
        let pointed = pointing.any(|value| gone.contains(&eco_format!("{value:?}")));
        pointed.then(|| consequence.refusals(relation, other))
    });
    found.unwrap_or_default()
}

/// What a foreign key makes of a row that points to one that goes, or gets another key.
pub(super) enum Consequence {
    /// The row has to stay.
    NoAction,
    /// The same, with a code of its own since 18.
    Restrict,
    /// A column becomes NULL that must not.
    Null(EcoString),
}

impl Consequence {
    /// Nothing where the row is changed, or goes.
    pub(super) fn of(action: &KeyAction, columns: &[EcoString], other: &Relation) -> Option<Self> {
        let set: Vec<&EcoString> = match action {
            KeyAction::NoAction => return Some(Self::NoAction),
            KeyAction::Restrict => return Some(Self::Restrict),
            KeyAction::SetNull(named) if named.is_empty() => columns.iter().collect(),
            KeyAction::SetNull(named) => named.iter().map(|column| &column.name).collect(),
            KeyAction::Cascade | KeyAction::SetDefault(_) => return None,
        };
        let required = |name: &&&EcoString| other.column(name).is_some_and(|column| column.not_null);
        let column = set.iter().find(required).filter(|_| is_plain(other, Events::UPDATE))?;
        Some(Self::Null((*column).clone()))
    }

    pub(super) fn refusals(&self, relation: &Relation, other: &Relation) -> Vec<Refusal> {
        let reason = || format!("rows of {} still refer to rows of {} that go", other.name, relation.name);
        match self {
            Self::NoAction => vec![refused(FOREIGN_KEY_VIOLATION, reason())],
            Self::Restrict => vec![
                refused_on(VersionSet::before(18), FOREIGN_KEY_VIOLATION, reason()),
                refused_on(VersionSet::since(18), RESTRICT_VIOLATION, reason()),
            ],
            Self::Null(column) => {
                let reason = format!("the foreign key of {} sets {column} to NULL, which it must not be", other.name);
                vec![refused(NOT_NULL_VIOLATION, reason)]
            }
        }
    }
}

/// Whether a foreign key is checked at once by the triggers of a table that is written, the referencing or the referenced
/// one. SET CONSTRAINTS may defer what is DEFERRABLE.
pub(super) fn is_checked(key: &Constraint, written: &Relation, around: &Surroundings) -> bool {
    let fires = !written.keys_disabled && around.session.setting("session_replication_role") != Some("replica");
    fires && !key.doubted && !key.traits.not_enforced && !key.traits.deferrable && !key.traits.initially_deferred
}

/// The one column that a foreign key points to.
pub(super) fn referenced_key<'r>(referenced: &'r [EcoString], relation: &'r Relation) -> Option<&'r EcoString> {
    let primary = relation.primary_key().filter(|_| referenced.is_empty());
    let [key] = primary.unwrap_or(referenced) else { return None };
    Some(key)
}

/// The value of a referenced key that a condition names, if that is all it asks.
fn only_value(filter: &Expr, key: &Column, relation: &Relation) -> Option<Literal> {
    let alone = filter.columns.len() == 1 && filter.functions.is_empty() && !filter.subquery;
    let [Limit { column, comparison: Comparison::OneOf, values, cast: None }] = filter.limits.all.as_slice() else {
        return None;
    };
    let ([value], true) = (values.as_slice(), alone && *column == key.name && filter.limits.either.is_empty()) else {
        return None;
    };
    // The value is compared as it is written, and not cut to the length of the column.
    let data_type = DataType { modifiers: Vec::new(), ..key.known_type().filter(|_| is_there(relation))?.clone() };
    as_of(value.clone(), key, &data_type)
}
