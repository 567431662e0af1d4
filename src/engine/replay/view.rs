//! CREATE VIEW and CREATE MATERIALIZED VIEW, and the columns that a query gives a relation.

use crate::ast::{CreateView, Persistence};
use crate::engine::catalog::{Column, ColumnMore, Doubts, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::output::{self, Columns, Given};

use super::{Replay, shows};

/// The columns of a new relation that a query fills.
pub(super) fn given(columns: Vec<Given>, replay: &Replay) -> Vec<Column> {
    let column = |given: Given| Column {
        data_type: given.data_type,
        collation: given.collation,
        more: ColumnMore {
            type_schema: given.type_schema,
            doubts: Doubts { collation: given.computed, ..Doubts::default() },
            ..ColumnMore::default()
        },
        ..Column::unseen(&given.name, replay.author.migration)
    };
    columns.into_iter().map(column).collect()
}

pub(super) fn create(create: &CreateView, replay: &mut Replay) {
    let name = replay.created(&create.name, create.temporary);
    let kind = if create.materialized { RelationKind::MaterializedView } else { RelationKind::View };
    let taken = create.if_not_exists && replay.catalog.is_taken(&name);
    let perhaps_gone = |other: &Relation| other.perhaps_missing && other.kind != kind;
    let perhaps_taken = taken && replay.catalog.get(&name).is_some_and(perhaps_gone);
    if taken && !perhaps_taken {
        return;
    }
    if perhaps_taken {
        replay.catalog.remove(&name);
    }
    let before = replay.catalog.get(&name).filter(|before| before.kind == kind);
    let replaced = before.and_then(|view| view.created_in);
    let mut view = Relation::new(name, kind);
    view.created_in = replaced.or(Some(replay.author.migration));
    view.place = Some(replay.author.place(create.name.span));
    view.perhaps_older =
        (create.or_replace && replaced.is_none() || create.if_not_exists) && !replay.author.history_is_whole;
    view.perhaps_older |= perhaps_taken;
    view.persistence = if create.temporary { Persistence::Temporary } else { Persistence::Permanent };
    view.reads = create.query.reads.iter().map(|read| replay.resolve(read)).collect();
    view.reads_only = create.query.reads_only.iter().map(|read| replay.resolve(read)).collect();
    view.column_uses = replay.catalog.column_uses(&create.query.columns, |read| replay.resolve(read));
    if create.if_not_exists && view.perhaps_older {
        view.doubt_column_uses();
    }
    let columns = output::columns(create.query.output.as_deref(), &create.columns, &replay.around());
    let Columns { list, whole } = match before.filter(|_| create.or_replace) {
        Some(before) => continued(columns, output::of_relation(before)),
        None => columns,
    };
    if let Some(before) = before {
        view.triggers.clone_from(&before.triggers);
        view.rules.clone_from(&before.rules);
        view.owned_by.clone_from(&before.owned_by);
        view.parts = before.parts.clone();
    }
    view.columns = given(list, replay);
    view.complete = whole && !(create.if_not_exists && view.perhaps_older);
    view.unpopulated = create.with_no_data;
    view.shows = shows::of_view(create, replay);
    if create.if_not_exists && view.perhaps_older {
        view.shows.keys.clear();
    }
    view.calls.clone_from(&create.query.functions);
    replay.catalog.create(view);
}

/// CREATE OR REPLACE leaves the columns that there are as they were, with their types, and adds others behind them.
fn continued(after: Columns, before: Columns) -> Columns {
    if !after.whole {
        let others = after.list.into_iter().filter(|column| before.list.iter().all(|known| known.name != column.name));
        return Columns { list: before.list.iter().cloned().chain(others).collect(), whole: false };
    }
    let known = |column: Given| match before.list.iter().find(|known| known.name == column.name) {
        Some(known) if column.data_type.is_none() => known.clone(),
        _ => column,
    };
    Columns { list: after.list.into_iter().map(known).collect(), whole: true }
}
