//! What a new view shows of another relation.

use ecow::EcoString;

use crate::ast::{ColumnRead, CreateView, FromItem, FromSource, Limits, Output, OutputItem, Query, Value};
use crate::engine::catalog::{ColumnUse, ConstraintKind, Shows};
use crate::engine::effect::RelationName;
use crate::postgres::builtins;

use super::Replay;

/// Columns that every table has, which no view can write.
const SYSTEM: &[&str] = &["tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"];

pub(super) fn of_view(create: &CreateView, replay: &Replay) -> Shows {
    let (keys, limits) = (needed_keys(&create.query, replay), limits(&create.query, replay));
    Shows { keys, limits, ..of_list(create, replay) }
}

/// What a query asks of partitioned tables, by their places among those read.
fn limits(query: &Query, replay: &Replay) -> Vec<(usize, Limits)> {
    let reads = query.reads.iter().map(|read| replay.resolve(read)).enumerate();
    let asked = reads.filter_map(|(at, name)| {
        replay.catalog.get(&name).filter(|relation| relation.is_partitioned())?;
        let mut tables = query.tables.iter().flatten().filter(|table| replay.resolve(&table.name) == name);
        match (tables.next(), tables.next()) {
            (Some(only), None) if only.limits != Limits::default() => Some((at, only.limits.clone())),
            _ => None,
        }
    });
    asked.collect()
}

/// The places of tables among those read by whose primary key a query is grouped, and of which it shows other columns.
///
/// Source: `check_functional_grouping()` of the server, and measurements (`fixtures/facts/view-grouped-by-*.sql`).
fn needed_keys(query: &Query, replay: &Replay) -> Vec<usize> {
    let uses = |reads: &[ColumnRead]| replay.catalog.column_uses(reads, |read| replay.resolve(read));
    let needed = query.grouped.iter().flat_map(|grouping| {
        let (keys, others) = (uses(&grouping.keys), uses(&grouping.others));
        let is_key = |table: &RelationName, column: &EcoString| {
            keys.iter().any(|key| key.certain && key.relation == *table && key.column.as_ref() == Some(column))
        };
        let is_other = |used: &ColumnUse| {
            used.certain && used.column.as_ref().is_some_and(|column| !is_key(&used.relation, column))
        };
        let tables: Vec<RelationName> =
            others.iter().filter(|used| is_other(used)).map(|used| used.relation.clone()).collect();
        let has_key = |table: &RelationName| {
            let known = replay.catalog.get(table).into_iter().flat_map(|relation| &relation.constraints);
            known.filter(|key| !key.traits.deferrable && !key.doubted).any(|key| match &key.kind {
                ConstraintKind::Key { columns, primary: true, .. } => columns.iter().all(|name| is_key(table, name)),
                _ => false,
            })
        };
        tables.into_iter().filter(has_key).collect::<Vec<_>>()
    });
    let mut needed: Vec<RelationName> = needed.collect();
    // Of a table that is read twice it is not known here which of both is meant.
    let read_once = |table: &RelationName| {
        query.tables.iter().flatten().filter(|read| replay.resolve(&read.name) == *table).count() == 1
    };
    needed.retain(read_once);
    query
        .reads
        .iter()
        .enumerate()
        .filter(|(_, read)| needed.contains(&replay.resolve(read)))
        .map(|(at, _)| at)
        .collect()
}

fn of_list(create: &CreateView, replay: &Replay) -> Shows {
    let shape = &create.query.shape;
    let gives_many = |name: &EcoString| match replay.catalog.function(name) {
        None => !builtins::gives_one_value(name),
        Some(_) => replay.catalog.gives_set(name),
    };
    let in_list = shape.functions.iter().any(gives_many);
    let combined = shape.combined.or(in_list.then_some("it has aggregates, window functions or sets in its list"));
    let Some(Output::Select { list, from, .. }) = create.query.output.as_deref() else {
        return Shows { combined, ..Shows::default() };
    };
    let [FromItem { source: FromSource::Relation(base), known_as, columns: aliases }] = from.as_slice() else {
        return Shows { combined, ..Shows::default() };
    };
    let name = replay.resolve(base);
    let place = |name: &RelationName| create.query.reads.iter().position(|read| replay.resolve(read) == *name);
    let at = place(&name);
    let asked: Vec<usize> = shape.asked.iter().filter_map(|read| place(&replay.resolve(read))).collect();
    let by_option = create.options.iter().any(|option| option.name == "check_option");
    let checked = create.check_option.is_some() || by_option;
    let filter = create.query.filter.clone();
    let unknown = Shows { base: at, asked, checked, filter, combined, ..Shows::default() };
    let own = replay.catalog.get(&name).filter(|base| base.is_known_whole());
    let own: Option<Vec<EcoString>> = own.map(|base| base.columns.iter().map(|column| column.name.clone()).collect());
    let mut columns = Vec::new();
    for item in list {
        let all = || own.iter().flatten().map(|name| (name.clone(), Some(name.clone())));
        match item {
            // Names that an alias gives are not followed.
            _ if !aliases.is_empty() => return unknown,
            OutputItem::All if own.is_some() => columns.extend(all()),
            OutputItem::AllOf(table) if own.is_some() && Some(table) == known_as.as_ref() => columns.extend(all()),
            OutputItem::Value { name: Some(name), value } => {
                let shown = shown(value).filter(|shown| own.as_ref().is_none_or(|own| own.contains(shown)));
                columns.push((name.clone(), shown));
            }
            _ => return unknown,
        }
    }
    for (column, given) in columns.iter_mut().zip(&create.columns) {
        column.0.clone_from(&given.name);
    }
    Shows { columns, ..unknown }
}

fn shown(value: &Value) -> Option<EcoString> {
    match value {
        Value::Column { column, .. } if !SYSTEM.contains(&column.as_str()) => Some(column.clone()),
        _ => None,
    }
}
