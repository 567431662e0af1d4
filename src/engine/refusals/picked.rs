//! Rows that a statement takes from another table or makes from a counter, and that the table it writes does not take: INSERT ...
//! SELECT and MERGE.
//!
//! Claimed only of rows that are certain to be there (`fixtures/facts/picked-*.sql`).

use std::borrow::Cow;
use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{
    ColumnRead, Comparison, Counted, Literal, ObjectName, Picked, Series, Statement, StatementKind, Write, WriteVerb,
};
use crate::engine::catalog::{Batch, Column, Index, Relation, counted_failure, counted_value};
use crate::engine::classify::events_of;
use crate::engine::effect::RelationKind;
use crate::engine::replay::{gives_one_row, gives_rows};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::excluded::{Cells, Newcomers};
use super::existence::is_known_whole;
use super::held::Table;
use super::inserted::{CARDINALITY_VIOLATION, is_immediate, keeps_moment, key_text};
use super::literals::as_of;
use super::recalculated::unfit;
use super::rewritten::{is_made, is_plain};
use super::values::compared_alike;
use super::violated::{CHECK_VIOLATION, UNIQUE_VIOLATION, with_rows};
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

/// The table, if it holds rows for certain that the role sees.
fn seen<'r>(relation: Option<&'r Relation>, around: &Surroundings) -> Option<&'r Relation> {
    with_rows(relation).filter(|relation| !around.may_hide_rows(relation))
}

/// The table from which a write takes rows one by one.
fn rows_for<'a>(write: &Write, table: &ObjectName, around: &'a Surroundings) -> Option<&'a Relation> {
    let relation = seen(around.relation(table), around)?;
    // `s.count` is count(s) where the table has no such column.
    let calls = |read: &ColumnRead| match read {
        ColumnRead::Named { column, .. } => relation.column(column).is_none(),
        ColumnRead::All(_) | ColumnRead::Some(_) => false,
    };
    let one_by_one = write.functions.iter().all(|name| gives_one_row(name) && around.is_of_server(name));
    (one_by_one && !write.reading.iter().any(calls)).then_some(relation)
}

/// The values that are made of each row of a table.
pub(crate) fn values_of<'a>(picked: &'a Picked, table: &Relation) -> Option<Cow<'a, [Counted]>> {
    let columns = || table.columns.iter().map(|column| Counted::Column(column.name.clone())).collect();
    match &picked.values {
        Some(values) => Some(Cow::Borrowed(values)),
        None => is_known_whole(table).then(|| Cow::Owned(columns())),
    }
}

/// The table from which a write takes rows one by one, where all that it shows are known.
pub(crate) fn source_of<'a>(write: &Write, table: &ObjectName, around: &'a Surroundings) -> Option<&'a Relation> {
    let relation = rows_for(write, table, around)?;
    let alone = relation.kind == RelationKind::Table && relation.children.is_empty();
    (alone && Table { relation, around }.is_whole()).then_some(relation)
}

/// Where the rows come from.
enum Source<'a> {
    Table(Table<'a>),
    Counter(&'a Series),
}

/// A row of a table, or a number of a counter.
type Row<'a> = (Option<&'a Batch>, i64);

impl<'a> Source<'a> {
    fn of(write: &'a Write, around: &'a Surroundings<'a>) -> Option<(Self, Cow<'a, [Counted]>)> {
        match (write.series.as_deref(), write.picked.as_deref()) {
            // An aggregate makes one row of all.
            (Some(series), _) => gives_rows(write).then_some((Self::Counter(series), Cow::Borrowed(&*series.values))),
            (None, Some(picked)) => {
                let relation = rows_for(write, &picked.table, around)?;
                Some((Self::Table(Table { relation, around }), values_of(picked, relation)?))
            }
            (None, _) => None,
        }
    }

    /// The rows that are inserted for certain.
    fn rows(&self, write: &Write) -> Vec<Row<'a>> {
        match self {
            Self::Table(table) => {
                let is_met =
                    |(batch, at): &(&Batch, i64)| table.is_met(write.filter.as_ref(), batch, *at) == Some(true);
                table.rows().filter(is_met).map(|(batch, at)| (Some(batch), at)).collect()
            }
            Self::Counter(series) => {
                Batch::new(series.first, series.last, Vec::new()).rows().map(|at| (None, at)).collect()
            }
        }
    }

    fn value(&self, value: &Counted, (batch, at): Row) -> Option<Literal> {
        match (self, batch) {
            (Self::Table(table), Some(batch)) => table.calculated(value, batch, at),
            _ => counted_value(value, at),
        }
    }

    fn failure(&self, value: &Counted, (batch, at): Row) -> Option<&'static str> {
        match (self, batch) {
            (Self::Table(table), Some(batch)) => table.failure(value, batch, at),
            _ => counted_failure(value, at, &|_| None),
        }
    }
}

/// A row that cannot be calculated, or that does not fit.
fn inserted(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let (source, values) = Source::of(write, around).filter(|_| write.also_writes.is_empty())?;
    let target = Table { relation, around };
    if !target.are_of_server(&write.functions) {
        return None;
    }
    let columns: Vec<&Column> = match write.columns.as_slice() {
        [] => relation.columns.iter().take(values.len()).collect(),
        named => named.iter().map(|name| relation.column(&name.name)).collect::<Option<_>>()?,
    };
    let set: Vec<(&Column, &Counted)> = columns.into_iter().zip(&*values).collect();
    if set.len() != values.len() || set.iter().any(|(column, _)| is_made(column)) {
        return None;
    }
    let is_key =
        |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    let keys: Vec<&Index> = relation.indexes.iter().filter(|_| write.conflict.is_none()).filter(is_key).collect();
    let mut taken: Vec<HashSet<EcoString>> = keys.iter().map(|key| target.values_of(key)).collect();
    let mut newcomers = Newcomers::of(&target, write);
    let refusal = source.rows(write).into_iter().find_map(|row| {
        let failing = set.iter().find_map(|(column, value)| Some((column, source.failure(value, row)?)));
        if let Some((column, sqlstate)) = failing {
            return Some(refused(sqlstate, format!("column {} cannot be calculated for a row", column.name)));
        }
        let given = |column: &Column, value: &Counted| {
            source.value(value, row).filter(|_| !value.holds_moment() || keeps_moment(column))
        };
        let value = |name: &str| {
            let (column, value) = set.iter().find(|(column, _)| column.name == name)?;
            as_of(given(column, value)?, column, &target.type_of(column)?)
        };
        let misfit = set.iter().find_map(|(column, value)| unfit(column, &given(column, value)?, &target));
        let violated = || {
            let check = target.checks().find(|check| target.breaks(&check.kind, &value))?;
            let reason = format!("a new row of {} violates the constraint {}", relation.name, check.name);
            Some(refused(CHECK_VIOLATION, reason))
        };
        let refusal = misfit.or_else(violated).or_else(|| {
            let mut pairs = keys.iter().zip(&mut taken);
            let key = pairs.find_map(|(key, taken)| {
                let text = key_text(key, value)?;
                (!taken.insert(text)).then_some(key)
            })?;
            let reason = format!("{} has a row with the same key {} already", relation.name, key.name);
            Some(refused(UNIQUE_VIOLATION, reason))
        });
        if let (None, Source::Counter(_), (_, at)) = (&refusal, &source, row) {
            let written = |name: &str| {
                let (_, value) = set.iter().find(|(column, _)| column.name == name)?;
                Some(Counted::clone(value))
            };
            newcomers.add(&Cells { value: &value, written: &written, at }, &target);
        }
        refusal
    });
    newcomers.refusal(&target).or(refusal)
}

/// MERGE changes or deletes a row that two rows of the other table match.
fn merged(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let source = Table { relation: seen(around.relation(write.merged_from.as_ref()?), around)?, around };
    let target = Table { relation: seen(Some(relation), around)?, around };
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
