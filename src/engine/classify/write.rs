//! INSERT, UPDATE, DELETE, MERGE and COPY FROM.

use crate::ast::{Events, Statement, StatementKind, TableRead, Write, WriteVerb};
use crate::engine::catalog::{PutOff, Relation};
use crate::engine::effect::RelationName;
use crate::engine::selectivity::{is_found_by_key, is_of_one_row, is_unique};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::known::NewRows;
use super::path::{End, Path};
use super::reads::{LOCKING, Named, READING, Reads};
use super::{Occurrence, data, keys, partitions, triggers};

/// What the write and its triggers do.
pub(super) fn write(write: &Write, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = planned(write, span, around);
    found.extend(triggers::of_write(write, span, around));
    found
}

/// What the write itself does, its rules followed.
pub(super) fn planned(write: &Write, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let path = Path::of(write, around);
    let translated = path.translated(write, around);
    let write = translated.as_ref();
    let named = Named { reads: &write.reads, only: &write.reads_only, tables: &write.tables, locked: &write.row_locks };
    let (mut reads, locks) = named.split(around);
    let form = form(write, &path.table, around);
    let sources = match form {
        Form::InsertSelect | Form::Update | Form::Delete | Form::Merge => std::mem::take(&mut reads.whole.named),
        _ => Vec::new(),
    };
    let mut found = match path.end {
        End::Table => on_table(write, form, &path, sources, span, around),
        End::Replaced | End::InsteadOf => instead(write, form, &path, sources, span, around),
    };
    found.extend(reads.occurrences(READING, Role::Source, span));
    found.extend(locks.occurrences(LOCKING, Role::Target, span));
    found.extend(path.reads(write.verb, span, around));
    let whole = matches!(form, Form::InsertSelect | Form::Update | Form::Delete | Form::Merge);
    found.extend(path.actions.iter().flat_map(|action| acted(action, whole, span, around)));
    let others = write.also_writes.iter().flat_map(|nested| planned(nested, nested.target.span, around));
    found.into_iter().chain(others).collect()
}

/// The foreign keys that a write leaves for the end of the transaction.
pub(in crate::engine) fn put_off(write: &Write, around: &Surroundings) -> Vec<PutOff> {
    let path = Path::of(write, around);
    match path.end {
        End::Table => {
            let write = path.translated(write, around);
            keys::checked(&write, &path.table, write.target.span, around).put_off
        }
        End::Replaced | End::InsteadOf => Vec::new(),
    }
}

fn form(write: &Write, target: &RelationName, around: &Surroundings) -> Form {
    let relation = around.catalog.get(target);
    let narrow = is_found_by_key(write.filter.as_ref(), relation)
        || keys::is_empty(target, around)
        || relation.is_some_and(|relation| is_driven(write, relation, around));
    match write.verb {
        WriteVerb::Insert if write.from_query => Form::InsertSelect,
        WriteVerb::Insert => Form::Insert,
        WriteVerb::Update if narrow => Form::UpdateByKey,
        WriteVerb::Update => Form::Update,
        WriteVerb::Delete if narrow => Form::DeleteByKey,
        WriteVerb::Delete => Form::Delete,
        // As for new rows, nothing is read that a key does not name.
        WriteVerb::Merge if relation.is_some_and(|relation| is_merged_by_key(write, relation, around)) => Form::Insert,
        WriteVerb::Merge => Form::Merge,
        WriteVerb::CopyFrom => Form::CopyFrom,
    }
}

/// Whether ON finds the rows of a table without partitions and children by a key.
fn is_merged_by_key(write: &Write, target: &Relation, around: &Surroundings) -> bool {
    let Some(on) = write.on.as_deref().filter(|_| around.catalog.descendants(&target.name).is_empty()) else {
        return false;
    };
    is_found_by_key(Some(on), Some(target)) || is_driven(write, target, around)
}

/// Whether one row of another table names the row that is written by its key.
fn is_driven(write: &Write, target: &Relation, around: &Surroundings) -> bool {
    let Some((list, own)) = write.tables.iter().find_map(|list| Some((list, list.iter().find(|table| table.written)?)))
    else {
        return false;
    };
    own.joined.iter().any(|(column, other)| {
        let driver = list.iter().find(|table| !table.written && table.known_as == *other);
        let is_one = |driver: &TableRead| is_of_one_row(&driver.conditions, around.relation(&driver.name));
        is_unique(column, target) && driver.is_some_and(is_one)
    })
}

fn on_table(
    write: &Write,
    form: Form,
    path: &Path,
    sources: Vec<RelationName>,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let target = &path.table;
    let adds_rows =
        matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom) || write.merged().meets(Events::INSERT);
    let given = keys::given(write, target, around).into_iter().filter(|_| adds_rows);
    let at_once = given.filter(|(key, _)| !keys::waits(key, around));
    let at_once = at_once.filter(|(_, to)| *to != target);
    let new_rows = NewRows::new(write, target);
    let referenced = at_once.flat_map(|key| keys::looked_up_in(&new_rows, key, around));
    let mut found = vec![
        Occurrence::new(form, span)
            .with_all(Role::Target, path.views.iter().cloned())
            .with(Role::Target, target.clone())
            .with_all(Role::Source, sources)
            .with_all(Role::Referenced, referenced),
    ];
    found.extend(partitions::written(write, form, target, span, around));
    found.extend(keys::checked(write, target, span, around).occurrences);
    found
}

/// A rule or a trigger does something else instead: the target is locked all the same, and read for its old rows.
fn instead(
    write: &Write,
    form: Form,
    path: &Path,
    sources: Vec<RelationName>,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let nothing = path.end == End::Replaced && path.actions.is_empty();
    let reads_old = !matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom) && !nothing;
    let targets = path.views.iter().chain([&path.table]).cloned();
    let form = if nothing || !reads_old { Form::WriteReplaced } else { form };
    let reading = if nothing { Form::WriteReplaced } else { Form::Select };
    let mut found = vec![
        Occurrence::new(form, span).with_all(Role::Target, targets),
        Occurrence::new(reading, span).with_all(Role::Source, sources),
    ];
    if reads_old {
        found.extend(Reads::of_view(&path.table, around).occurrences(READING, Role::Source, span));
    }
    found.retain(|occurrence| !occurrence.relations.is_empty());
    found
}

/// What an action of a rule does; `whole` where it does that for many rows.
fn acted(action: &Statement, whole: bool, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let Some(inside) = around.deeper() else { return Vec::new() };
    let mut found = match &action.kind {
        StatementKind::Write(write) => planned(write, span, &inside),
        StatementKind::Query(query) => data::query(query, span, &inside),
        _ => Vec::new(),
    };
    let by_key = names_key(action, &inside);
    for occurrence in &mut found {
        occurrence.span = span;
        occurrence.form = match occurrence.form {
            Form::UpdateByKey if whole => Form::Update,
            Form::DeleteByKey if whole => Form::Delete,
            Form::Update if !whole && by_key => Form::UpdateByKey,
            Form::Delete if !whole && by_key => Form::DeleteByKey,
            form => form,
        };
        // The rows of the rule are no relations.
        occurrence.relations.retain(|(_, name)| !matches!(name.name.as_str(), "old" | "new"));
    }
    found
}

/// Whether the condition of a write names a key of what it writes: `WHERE id = NEW.id`.
fn names_key(action: &Statement, around: &Surroundings) -> bool {
    let StatementKind::Write(write) = &action.kind else { return false };
    let relation = around.relation(&write.target);
    let named = write.filter.iter().flat_map(|filter| &filter.columns);
    named.into_iter().any(|column| relation.is_some_and(|relation| relation.is_key_column(column)))
}
