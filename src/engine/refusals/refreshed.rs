//! REFRESH MATERIALIZED VIEW.

use crate::ast::Refresh;
use crate::engine::catalog::{Index, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::held::{Key, Table};
use super::inserted::is_immediate;
use super::violated::with_rows;
use super::{FEATURE_NOT_SUPPORTED, NOT_IN_PREREQUISITE_STATE, WRONG_OBJECT_TYPE, refused};

pub(super) fn refusals(refresh: &Refresh, around: &Surroundings) -> Vec<Refusal> {
    let Some(view) = around.relation(&refresh.name).filter(|view| view.created_in.is_some()) else {
        return Vec::new();
    };
    if view.kind != RelationKind::MaterializedView {
        let reason = format!("{} is not a materialized view: it is a {}", view.name, view.kind.name());
        let tables = [RelationKind::Table, RelationKind::PartitionedTable, RelationKind::Partition];
        let is_table = tables.contains(&view.kind);
        return vec![refused(if is_table { FEATURE_NOT_SUPPORTED } else { WRONG_OBJECT_TYPE }, reason)];
    }
    let has_key = view.indexes.iter().any(Index::is_over_all_rows);
    if refresh.concurrently && view.unpopulated {
        let reason = format!("cannot refresh {} concurrently: it is not populated", view.name);
        return vec![refused(FEATURE_NOT_SUPPORTED, reason)];
    }
    if !refresh.concurrently || has_key {
        return duplicate(refresh, view, around).into_iter().collect();
    }
    let reason = format!("cannot refresh {} concurrently without a unique index over all rows", view.name);
    vec![refused(NOT_IN_PREREQUISITE_STATE, reason)]
}

/// Two rows of the table behind the view, of which it shows plain columns, have the same in what a unique index of it is over.
fn duplicate(refresh: &Refresh, view: &Relation, around: &Surroundings) -> Option<Refusal> {
    let shows = Some(&view.shows).filter(|shows| shows.combined.is_none())?;
    let base = around.catalog.get(view.reads.get(shows.base?)?)?;
    // The owner of the view reads them.
    let alone = base.kind == RelationKind::Table && base.children.is_empty() && !base.row_security.enabled;
    let table = Table { relation: with_rows(Some(base))?, around };
    let wanted = match &shows.filter {
        None => None,
        Some(filter) => Some(filter.value.as_deref().filter(|_| table.are_of_server(&filter.functions))?),
    };
    if refresh.concurrently || refresh.with_no_data || !alone || view.perhaps_missing {
        return None;
    }
    let is_key =
        |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    view.indexes.iter().filter(is_key).find_map(|index| {
        let shown = |name: &str| shows.columns.iter().find(|(column, _)| *column == *name)?.1.as_deref();
        let keys: Option<Vec<Key>> = index.keys.iter().map(|key| shown(key.as_ref()?).map(Key::Column)).collect();
        table.alike(&keys?, wanted, index.shape.nulls_not_distinct)
    })
}
