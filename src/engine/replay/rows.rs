//! Rows that come and go.

use ecow::EcoString;

use crate::ast::{Assigned, Counted, Events, Expr, Limit, Literal, Truncate, Write, WriteVerb};
use crate::engine::catalog::{Batch, KnownRows, Relation, Rows, counted_value_in};
use crate::engine::classify::{events_of, put_off};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals::{as_of, is_met, meets};
use crate::postgres::builtins;

use super::given::{LONG, batches, from_row, taken};
use super::{Replay, routed};

/// A write shows that the table exists, and may put rows into it or take them out.
pub(super) fn write(write: &Write, replay: &mut Replay) {
    replay.catalog.note_written();
    write.also_writes.iter().for_each(|also| self::write(also, replay));
    // None of them sees what another one does.
    for also in &write.also_writes {
        let name = replay.resolve(&also.target);
        replay.catalog.touch(&name).known_rows.give_up();
    }
    let target = replay.resolve(&write.target);
    if replay.session.transaction().is_open() {
        let waiting = put_off(write, &replay.around());
        replay.catalog.put_off(waiting);
    }
    let relation = replay.catalog.touch(&target);
    if relation.known_rows.is_worn() && !relation.known_rows.is_empty() {
        relation.known_rows.give_up();
    }
    let before = relation.rows;
    match write.verb {
        WriteVerb::Insert => insert(write, &target, replay),
        WriteVerb::CopyFrom => {
            let relation = replay.catalog.touch(&target);
            relation.known_rows.all = false;
            if before != Rows::Certain {
                relation.rows = Rows::Perhaps;
            }
        }
        WriteVerb::Merge => replay.catalog.touch(&target).rows = Rows::Perhaps,
        WriteVerb::Update => {
            if changes_key(write, &target, replay) {
                replay.catalog.queue_checks(&target, replay.author.transaction);
            }
            update(write, &target, replay);
        }
        WriteVerb::Delete => delete(write, &target, replay),
    }
    follow_keys(write, &target, replay);
    let relation = replay.catalog.touch(&target);
    // What an INSERT puts into partitions has been put there.
    let routed = write.verb == WriteVerb::Insert && relation.is_partitioned();
    if !routed && (!matches!(relation.kind, RelationKind::Table) || !relation.children.is_empty()) {
        // The rows are those of other tables.
        replay.catalog.forget_rows();
        if write.verb != WriteVerb::Delete {
            reach(&target, replay);
        }
    }
    if write.verb == WriteVerb::Update {
        doubt_moved(write, &target, replay);
    }
    // A row that moves to another partition is deleted here and inserted there.
    let moves = |relation: &Relation| write.verb == WriteVerb::Update && relation.kind != RelationKind::Table;
    let events = |relation: &Relation| if moves(relation) { Events::ALL } else { events_of(write) };
    let calls_writer = |relation: &Relation| relation.all_calls().any(|call| replay.catalog.may_write(call));
    let has_code = |relation: &Relation| relation.has_code_at(events(relation)) || calls_writer(relation);
    if replay.catalog.get(&target).is_some_and(has_code) {
        replay.catalog.doubt_rows();
    }
    if write.verb == WriteVerb::Merge {
        replay.catalog.doubt_filled();
    }
}

/// A new key may move the rows of a partition to another one.
fn doubt_moved(write: &Write, target: &RelationName, replay: &mut Replay) {
    let below = replay.catalog.descendants(target);
    let tables = || std::iter::once(target).chain(&below).filter_map(|name| replay.catalog.get(name));
    let moves = tables().any(|table| write.columns.iter().any(|column| table.partition_key.contains(&column.name)));
    for name in below.iter().filter(|_| moves) {
        let part = replay.catalog.touch(name);
        if part.rows == Rows::Certain {
            part.rows = Rows::Perhaps;
        }
    }
}

/// Partitions may have got rows, and so may the tables behind a view.
fn reach(target: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let behind = around.with_views_followed(vec![target.clone()]);
    let below: Vec<RelationName> = behind.iter().flat_map(|name| around.catalog.descendants(name)).collect();
    for name in behind.into_iter().skip(1).chain(below) {
        let relation = replay.catalog.touch(&name);
        if relation.rows.are_none() {
            relation.rows = Rows::Perhaps;
        }
    }
}

/// Rows come into a table.
pub(super) fn insert(write: &Write, target: &RelationName, replay: &mut Replay) {
    if replay.catalog.touch(target).is_partitioned() {
        return routed::insert(write, target, replay);
    }
    let relation = replay.catalog.touch(target);
    // A trigger or a rule may leave a row out; those of a partitioned table lie in its partitions.
    let plain = !relation.has_code_at(events_of(write)) && !relation.is_partitioned();
    let (before, plain) = (relation.rows, plain && write.conflict.is_none());
    let taken = if plain { taken(write, target, replay) } else { None };
    let certain = plain && (puts_rows(write) || taken.as_ref().is_some_and(|taken| !taken.is_empty()));
    let batches = taken.or_else(|| if certain { batches(write, target, replay) } else { None });
    let more = replay.author.stands_for_more || replay.author.statement.len() >= LONG;
    // What an earlier migration left empty has got rows since.
    let was_empty = replay.catalog.is_surely_empty(target, replay.author.migration, replay.author.transaction);
    let relation = replay.catalog.touch(target);
    if before != Rows::Certain {
        relation.rows = if certain { Rows::Certain } else { Rows::Perhaps };
        relation.known_rows = KnownRows::none(was_empty && relation.has_seen_beginning());
        if was_empty {
            relation.known_rows.begin();
        }
    }
    relation.known_rows.all &= plain && !more && batches.is_some();
    if write.conflict.is_some() {
        relation.known_rows = KnownRows::default();
    }
    relation.known_rows.add(batches.unwrap_or_default());
    if write.picked.as_ref().is_some_and(|picked| picked.ordered) {
        relation.known_rows.disorder();
    }
    let replica = replay.session.setting("session_replication_role").is_some_and(|role| role != "origin");
    if (certain || plain && write.default_values) && replay.session.transaction().is_open() && !replica {
        replay.catalog.queue_checks(target, replay.author.transaction);
    }
}

/// A row that is there for certain points to another row than before, and is looked up when the transaction ends.
fn changes_key(write: &Write, target: &RelationName, replay: &Replay) -> bool {
    let open = replay.session.transaction().is_open() && !replay.author.stands_for_more && !write.from_query;
    let replica = replay.session.setting("session_replication_role").is_some_and(|role| role != "origin");
    let hidden = |known: &Relation| replay.around().may_hide_rows(known);
    let relation = replay.catalog.get(target).filter(|known| open && !replica && known.rows == Rows::Certain);
    let relation = relation.filter(|known| !hidden(known));
    let Some(relation) =
        relation.filter(|relation| !relation.has_code_at(Events::UPDATE) && !relation.is_partitioned())
    else {
        return false;
    };
    let told = write.filter.as_ref().is_none_or(Expr::is_told_by_limits);
    let limits = write.filter.as_ref().map_or(&[] as &[Limit], |filter| &filter.limits.all);
    let value = |batch: &Batch, at: i64, name: &str| {
        let column = relation.column(name)?;
        as_of(batch.value(name, at)?, column, column.known_type()?)
    };
    let waits = |column: &str| {
        let mut keys = relation.foreign_keys().filter(|(key, _)| !key.doubted && !key.traits.not_enforced);
        keys.any(|(key, _)| {
            key.names_column(column) && replay.catalog.waits(key, replay.author.transaction) == Some(true)
        })
    };
    let of_server = write.functions.iter().all(|function| replay.around().is_of_server(function));
    let set = write.columns.iter().zip(&write.values).filter(|(column, _)| told && waits(&column.name));
    set.into_iter().any(|(column, set)| {
        let Some(known) = relation.column(&column.name).and_then(|known| Some((known, known.known_type()?))) else {
            return false;
        };
        let given = match set {
            Assigned::Literal(literal) => Counted::Literal(literal.clone()),
            Assigned::Calculated(_) if of_server => set.counted(),
            _ => return false,
        };
        let new = |batch: &Batch, at: i64| {
            let new = counted_value_in(&given, at, &|name: &str| value(batch, at, name))?;
            as_of(new, known.0, known.1).filter(|new| *new != Literal::Null)
        };
        let mut rows = relation.known_rows.batches().iter().flat_map(|batch| batch.rows().map(move |at| (batch, at)));
        rows.any(|(batch, at)| {
            let own = value(batch, at, &column.name);
            let differs = own.zip(new(batch, at)).is_some_and(|(own, new)| own != new);
            differs && meets(relation, batch, at, limits) == Some(true)
        })
    })
}

/// What is set is known where it is a literal or follows from the row, and it is known which rows get it.
fn update(write: &Write, target: &RelationName, replay: &mut Replay) {
    let set: Vec<EcoString> = write.columns.iter().map(|column| column.name.clone()).collect();
    let of_server = write.functions.iter().all(|function| replay.around().is_of_server(function));
    let hidden = replay.catalog.get(target).is_some_and(|relation| replay.around().may_hide_rows(relation));
    let plain = !replay.author.stands_for_more && !write.from_query && !hidden;
    let known = replay.catalog.get(target).filter(|_| plain).and_then(|relation| {
        let (around, filter) = (replay.around(), write.filter.as_ref());
        let new = |columns: &[(EcoString, Counted)]| {
            let value = |(at, name): (usize, &EcoString)| match write.values.get(at) {
                Some(Assigned::Literal(literal)) => Counted::Literal(literal.clone()),
                Some(given @ (Assigned::Calculated(_) | Assigned::Column(..) | Assigned::Cast(..))) if of_server => {
                    from_row(given.counted(), relation.column(name), relation, columns)
                }
                _ => Counted::Unknown,
            };
            set.iter().enumerate().map(value).collect()
        };
        relation.known_rows.set_where(&set, new, |batch, at| is_met(relation, filter, &around, batch, at))
    });
    let relation = replay.catalog.touch(target);
    match known {
        Some(known) => relation.known_rows = known,
        None => {
            set.iter().for_each(|column| relation.known_rows.forget(column));
            relation.known_rows.disorder();
        }
    }
}

/// The rows that are left are known where it is known of each whether it goes.
fn delete(write: &Write, target: &RelationName, replay: &mut Replay) {
    let plain = |relation: &&Relation| {
        let alone = matches!(relation.kind, RelationKind::Table) && relation.parents.is_empty();
        let alone = alone && relation.children.is_empty() && !relation.has_code_at(Events::DELETE);
        alone && relation.rows == Rows::Certain && !replay.around().may_hide_rows(relation)
    };
    let told = !replay.author.stands_for_more && !write.from_query;
    let left = replay.catalog.get(target).filter(|relation| told && plain(relation)).and_then(|relation| {
        let (around, filter) = (replay.around(), write.filter.as_ref());
        relation.known_rows.without(|batch, at| is_met(relation, filter, &around, batch, at))
    });
    let Some(left) = left.filter(|left| !left.is_empty()) else {
        // What refers to the rows with ON DELETE CASCADE goes with them.
        return replay.catalog.doubt_filled();
    };
    replay.catalog.touch(target).known_rows = left;
    let written = replay.catalog.written_by_keys(target, true);
    replay.catalog.doubt_filled_if(|relation| !relation.complete || written.contains(&relation.name));
}

/// Foreign keys write rows of other tables when these are changed or deleted, and so may the code of those tables.
fn follow_keys(write: &Write, target: &RelationName, replay: &mut Replay) {
    let deletes = matches!(write.verb, WriteVerb::Delete | WriteVerb::Merge);
    let changes = deletes || write.verb == WriteVerb::Update || !write.conflict_sets.is_empty();
    let written = if changes { replay.catalog.written_by_keys(target, deletes) } else { Vec::new() };
    let events = if deletes { Events::ALL } else { Events::UPDATE };
    for other in &written {
        if let Some(other) = replay.catalog.get_mut(other) {
            other.known_rows = KnownRows::default();
        }
    }
    let has_code = |other: &RelationName| replay.catalog.get(other).is_some_and(|other| other.has_code_at(events));
    if written.iter().any(has_code) {
        replay.catalog.doubt_rows();
    }
}

/// Whether an INSERT puts at least one row into its table for certain.
pub(super) fn puts_rows(write: &Write) -> bool {
    write.conflict.is_none() && gives_rows(write)
}

/// Whether an INSERT has at least one row for certain.
pub(in crate::engine) fn gives_rows(write: &Write) -> bool {
    let values = !write.rows.is_empty() && !write.from_query;
    let is_one = |function: &EcoString| function == "generate_series" || gives_one_row(function);
    let counted = write.series.is_some() && write.functions.iter().all(is_one);
    values || counted
}

/// A function of the server that leaves as many rows as there were.
pub(in crate::engine) fn gives_one_row(function: &str) -> bool {
    let of_server = !function.contains('.') || function.starts_with("pg_catalog.");
    of_server && builtins::volatility(function).is_some() && builtins::gives_one_value(function)
}

/// TRUNCATE: the tables are empty, and with CASCADE those that refer to them.
pub(super) fn truncate(truncate: &Truncate, replay: &mut Replay) {
    let emptied = Rows::Emptied { migration: replay.author.migration, transaction: replay.author.transaction };
    let mut names: Vec<RelationName> = Vec::new();
    for table in &truncate.tables {
        let name = replay.resolve(&table.name);
        if !table.only {
            names.extend(replay.catalog.descendants(&name));
        }
        names.push(name);
    }
    for name in &names {
        replay.catalog.touch(name).rows = emptied;
    }
    // A partitioned table is left with the rows of its other partitions.
    let above = names.iter().flat_map(|name| replay.catalog.ancestors(name));
    let above: Vec<RelationName> = above.map(|relation| relation.name.clone()).collect();
    for name in above.iter().filter(|name| !names.contains(name)) {
        replay.catalog.doubt_parts(name);
    }
    // With CASCADE what refers to the tables is emptied too.
    if truncate.cascade {
        replay.catalog.doubt_filled();
    }
    // What a trigger does is not known.
    let has_code = |relation: &Relation| relation.has_code_at(Events::TRUNCATE);
    if names.iter().any(|name| replay.catalog.get(name).is_some_and(has_code)) {
        replay.catalog.doubt_rows();
    }
}

#[cfg(test)]
mod tests;
