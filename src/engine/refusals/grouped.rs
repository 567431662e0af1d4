//! Columns that stand beside aggregates, or that GROUP BY leaves out.
//!
//! Source: `parseCheckAggregates()` and `findTargetlistEntrySQL92()` of the server, and measurements
//! (`fixtures/facts/create-view-group-*.sql`).

use std::collections::HashSet;

use ecow::EcoString;

use crate::ast::{FromItem, FromSource, GroupKey, Grouping, Output, OutputItem, Value};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::builtins;

use super::existence::is_known_whole;
use super::{INVALID_COLUMN_REFERENCE, refused};

const GROUPING_ERROR: &str = "42803";

/// The first SELECT that has a column which it does not group. Subqueries that see what is around them are left alone: an
/// aggregate in them may be of the rows around. `in_body`: names of variables may stand where columns do.
pub(super) fn ungrouped(output: &Output, around: &Surroundings, in_body: bool) -> Option<Refusal> {
    Search { around, in_body, seen: HashSet::new() }.output(output)
}

/// Whether one row is made of all.
pub(super) fn is_aggregated(output: &Output) -> bool {
    matches!(output, Output::Select { list, grouping, .. } if aggregates(list, grouping.as_deref()))
}

fn aggregates(list: &[OutputItem], grouping: Option<&Grouping>) -> bool {
    let windows = grouping.is_some_and(|grouping| grouping.windows);
    !windows && list.iter().any(is_aggregate)
}

fn is_aggregate(item: &OutputItem) -> bool {
    matches!(item, OutputItem::Value { value: Value::Call { name, .. }, .. } if builtins::is_aggregate(name))
}

struct Search<'a, 'c> {
    around: &'a Surroundings<'c>,
    in_body: bool,
    /// WITH queries that were looked at: several may read one.
    seen: HashSet<*const Output>,
}

impl Search<'_, '_> {
    fn output(&mut self, output: &Output) -> Option<Refusal> {
        match output {
            Output::Select { list, from, grouping } => {
                let inside = from.iter().find_map(|item| self.item(item));
                inside.or_else(|| self.select(list, from, grouping.as_deref()))
            }
            Output::Branches(branches) => branches.iter().find_map(|branch| self.output(branch)),
            Output::Values(_) | Output::Unknown => None,
        }
    }

    fn item(&mut self, item: &FromItem) -> Option<Refusal> {
        match &item.source {
            FromSource::With(output) | FromSource::Query { output, lateral: false }
                if self.seen.insert(std::sync::Arc::as_ptr(output)) =>
            {
                self.output(output)
            }
            FromSource::Joins { first, rest } => {
                let first = self.item(first);
                first.or_else(|| rest.iter().find_map(|(_, item)| self.item(item)))
            }
            FromSource::With(_)
            | FromSource::Query { .. }
            | FromSource::Relation(_)
            | FromSource::Function { .. }
            | FromSource::Unknown => None,
        }
    }

    fn select(&self, list: &[OutputItem], from: &[FromItem], grouping: Option<&Grouping>) -> Option<Refusal> {
        if let Some(grouping) = grouping.filter(|grouping| grouping.sets || !grouping.keys.is_empty()) {
            return self.left_out(list, from, grouping);
        }
        let one_row = grouping.is_some_and(|grouping| grouping.having) || aggregates(list, grouping);
        let is_plain = |item: &OutputItem| match item {
            OutputItem::Value { value: Value::Column { column, .. }, .. } => {
                !self.in_body || self.only(from).is_some_and(|relation| relation.column(column).is_some())
            }
            OutputItem::Value { .. } => false,
            OutputItem::All | OutputItem::AllOf(_) => true,
        };
        let reason = "a column must appear in GROUP BY or be used in an aggregate function".to_owned();
        (one_row && list.iter().any(is_plain)).then(|| refused(GROUPING_ERROR, reason))
    }

    /// The only table, where all of its columns are known by their own names.
    fn only(&self, from: &[FromItem]) -> Option<&Relation> {
        let [FromItem { source: FromSource::Relation(name), columns, .. }] = from else { return None };
        let relation = self.around.relation(name).filter(|_| columns.is_empty())?;
        (is_known_whole(relation) && relation.kind == RelationKind::Table).then_some(relation)
    }

    /// A column of the only table that GROUP BY does not name, where it does not name the primary key either.
    fn left_out(&self, list: &[OutputItem], from: &[FromItem], grouping: &Grouping) -> Option<Refusal> {
        let relation = self.only(from)?;
        if grouping.keys.is_empty() {
            return None;
        }
        let Grouped { columns, items, wrong } = grouped(list, grouping, relation)?;
        if wrong.is_some() {
            return wrong;
        }
        let has = |name: &str| columns.iter().any(|column| column == name);
        if relation.primary_key().is_some_and(|key| key.iter().all(|column| has(column))) {
            return None;
        }
        let left = |name: &EcoString| !has(name) && relation.column(name).is_some();
        let mut ungrouped = list.iter().enumerate().filter_map(|(at, item)| match item {
            OutputItem::Value { value: Value::Column { column, .. }, .. } if !items.contains(&at) => {
                left(column).then_some(column)
            }
            OutputItem::Value { .. } => None,
            OutputItem::All | OutputItem::AllOf(_) => {
                relation.columns.iter().map(|column| &column.name).find(|column| left(column))
            }
        });
        let reason = |column| format!("column {column} must appear in GROUP BY or be used in an aggregate function");
        ungrouped.next().map(|column| refused(GROUPING_ERROR, reason(column)))
    }
}

/// What GROUP BY names.
struct Grouped {
    /// Columns of the table.
    columns: Vec<EcoString>,
    /// Places of items of the list.
    items: Vec<usize>,
    /// A place that the list does not have.
    wrong: Option<Refusal>,
}

/// Nothing where a place cannot be found.
fn grouped(list: &[OutputItem], grouping: &Grouping, relation: &Relation) -> Option<Grouped> {
    let mut found = Grouped { columns: Vec::new(), items: Vec::new(), wrong: None };
    for key in &grouping.keys {
        let item = match key {
            GroupKey::Other => continue,
            GroupKey::Column { table, column } if table.is_some() || relation.column(column).is_some() => {
                found.columns.push(column.clone());
                continue;
            }
            GroupKey::Column { column, .. } => list
                .iter()
                .position(|item| matches!(item, OutputItem::Value { name: Some(name), .. } if name == column)),
            GroupKey::Position(place) => {
                let is_value = |item: &OutputItem| matches!(item, OutputItem::Value { .. });
                if !list.iter().all(is_value) {
                    return None;
                }
                let at = place.checked_sub(1).filter(|at| *at < list.len());
                if at.is_none() {
                    let reason = format!("GROUP BY position {place} is not in select list");
                    found.wrong = Some(refused(INVALID_COLUMN_REFERENCE, reason));
                }
                at
            }
        };
        let Some(item) = item else { continue };
        if let Some(OutputItem::Value { value: Value::Column { column, .. }, .. }) = list.get(item) {
            found.columns.push(column.clone());
        }
        found.items.push(item);
    }
    Some(found)
}
