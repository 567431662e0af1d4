//! Rows that come and go.

use ecow::EcoString;

use crate::ast::{
    Assigned, Counted, CountedCast, DataType, Events, Expr, Limit, Literal, Overriding, Truncate, Write, WriteVerb,
};
use crate::engine::catalog::{Batch, Column, KnownRows, Relation, Rows, counted_value_in};
use crate::engine::classify::{events_of, put_off};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals::{as_of, is_calculated_with, is_met, keeps_moment, meets, source_of, values_of};
use crate::postgres::builtins;

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

/// Of longer statements not all rows are kept.
pub(super) const LONG: usize = 8 * 1024;

/// The rows, as far as they are written out.
pub(super) fn batches(write: &Write, target: &RelationName, replay: &Replay) -> Option<Vec<Batch>> {
    // A function of the same name may be meant.
    let is_hidden = |name: &EcoString| builtins::volatility(name).is_some() && !replay.around().is_of_server(name);
    let relation = replay.catalog.get(target).filter(|relation| relation.complete)?;
    if write.functions.iter().any(is_hidden) {
        return None;
    }
    let columns = named(write, relation)?;
    let rest = by_default(relation, &columns, replay);
    let row = |values: Vec<Counted>| -> Option<Vec<(EcoString, Counted)>> {
        let missing = columns.iter().skip(values.len()).filter_map(|column| given_by_default(column, replay));
        let given = columns.iter().zip(&values).filter(|(column, _)| takes(column, write));
        let given = given.map(|(column, value)| (column.name.clone(), told_in(column, value)));
        (values.len() <= columns.len()).then(|| given.chain(missing).chain(rest.iter().cloned()).collect())
    };
    match &write.series {
        Some(series) => {
            let columns = row(series.values.clone())?;
            Some(vec![Batch::new(series.first, series.last, columns)])
        }
        None => {
            let each = write.rows.iter().map(|values| {
                let value = |(at, value): (usize, &Assigned)| match value {
                    Assigned::Literal(literal) => Counted::Literal(literal.clone()),
                    Assigned::Within(value) if !value.counts() => Counted::clone(value),
                    Assigned::Default => {
                        let column = columns.get(at).and_then(|column| given_by_default(column, replay));
                        column.map_or(Counted::Unknown, |(_, value)| value)
                    }
                    Assigned::Cast(..) | Assigned::Calculated(_) => value.counted(),
                    Assigned::Column(..) | Assigned::Within(_) | Assigned::Other => Counted::Unknown,
                };
                row(values.iter().enumerate().map(value).collect()).map(Batch::one)
            });
            each.collect()
        }
    }
}

/// The columns that an INSERT gives values, of which there may be fewer where none is named.
fn named<'r>(write: &Write, relation: &'r Relation) -> Option<Vec<&'r Column>> {
    match write.columns.as_slice() {
        [] => Some(relation.columns.iter().collect()),
        named => named.iter().map(|name| relation.column(&name.name)).collect(),
    }
}

/// What the other columns have by default, as far as it is known.
fn by_default(relation: &Relation, given: &[&Column], replay: &Replay) -> Vec<(EcoString, Counted)> {
    let rest = relation.columns.iter().filter(|column| !given.iter().any(|given| given.name == column.name));
    rest.filter_map(|column| given_by_default(column, replay)).collect()
}

/// The rows that an INSERT takes from another table, where all of that one are known, and of each whether it is taken.
fn taken(write: &Write, target: &RelationName, replay: &Replay) -> Option<Vec<Batch>> {
    let picked = write.picked.as_deref().filter(|_| write.also_writes.is_empty() && !write.limited)?;
    let around = replay.around();
    let source = source_of(write, &picked.table, &around)?;
    let is_met = |batch: &Batch, at: i64| is_met(source, write.filter.as_ref(), &around, batch, at);
    let values = values_of(picked, source)?;
    let relation = replay.catalog.get(target).filter(|relation| relation.complete)?;
    let mut columns = named(write, relation)?;
    let given = if write.columns.is_empty() { values.len() } else { columns.len() };
    columns.truncate(given);
    let rest = by_default(relation, &columns, replay);
    let met = source.known_rows.without(|batch, at| is_met(batch, at).map(|is_met| !is_met))?;
    let row = |batch: &Batch| {
        let given = columns.iter().zip(&*values).filter(|(column, _)| takes(column, write));
        let given = given.map(|(column, value)| {
            (column.name.clone(), from_row(value.clone(), Some(*column), source, batch.columns()))
        });
        let given = given.filter(|(_, value)| *value != Counted::Unknown);
        Batch::new(batch.first, batch.last, given.chain(rest.iter().cloned()).collect())
    };
    (columns.len() == values.len()).then(|| met.batches().iter().map(row).collect())
}

/// A value as a column has it: what a day or a moment is in a text or in a time zone depends on the session.
fn told_in(column: &Column, value: &Counted) -> Counted {
    if value.holds_moment() && !keeps_moment(column) { Counted::Unknown } else { value.clone() }
}

/// Whether a column has what is written for it: the values of some are made by the server.
fn takes(column: &Column, write: &Write) -> bool {
    let by_sequence = column.identity && write.overriding == Some(Overriding::User);
    column.generated_from.is_none() && !by_sequence
}

/// What a column has where nothing is written for it, if that is a literal or NULL.
pub(super) fn given_by_default(column: &Column, replay: &Replay) -> Option<(EcoString, Counted)> {
    let literal = match (&column.default_literal, column.has_default) {
        (Some(literal), true) => literal.clone(),
        (None, true) => return None,
        (_, false) => Literal::Null,
    };
    let around = replay.around();
    let domain = column.data_type.as_ref().and_then(|data_type| around.catalog.domain(&around.type_name(data_type)));
    let own_default = match domain {
        Some(domain) => domain.default.is_some(),
        None => crate::engine::refusals::has_own_default(column, &around),
    };
    let by_server = column.generated_from.is_some() || column.identity || column.serial;
    let plain = !by_server && (column.has_default || !own_default);
    plain.then(|| (column.name.clone(), Counted::Literal(literal)))
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

/// Parts of a value that is made of other values, and so on.
const MANY_PARTS: usize = 100;

/// A value for a column, with what a row has in the place of its columns.
fn from_row(mut value: Counted, target: Option<&Column>, relation: &Relation, row: &[(EcoString, Counted)]) -> Counted {
    // A column of the same type has the same.
    if let Counted::Column(name) = &value
        && let (Some(own), Some(source)) = (target.and_then(Column::known_type), relation.column(name))
        && source.known_type().is_some_and(|data_type| is_same_type(data_type, own))
    {
        let known = row.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        return known.filter(|known| known.size() <= MANY_PARTS).unwrap_or(Counted::Unknown);
    }
    let has = |name: &str| {
        let column = relation.column(name)?;
        let data_type = column.known_type().filter(|own| is_calculated_with(own))?;
        match row.iter().find(|(known, _)| known == name).map(|(_, value)| value)? {
            Counted::Literal(literal) => as_of(literal.clone(), column, data_type).map(Counted::Literal),
            counted => Some(Counted::Cast(CountedCast::to(data_type)?, Box::new(counted.clone()))),
        }
    };
    value.put_in(&|name| has(name).unwrap_or(Counted::Unknown));
    let is_known = value.size() <= MANY_PARTS && value.is_known() && !value.holds_moment();
    match target.and_then(Column::known_type).filter(|own| is_known && is_calculated_with(own)) {
        Some(_) => value,
        None => Counted::Unknown,
    }
}

fn is_same_type(one: &DataType, other: &DataType) -> bool {
    (&one.name, &one.modifiers, one.dimensions) == (&other.name, &other.modifiers, other.dimensions)
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
