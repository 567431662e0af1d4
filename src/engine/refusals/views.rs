//! Views that cannot be written, and columns of views that cannot.
//!
//! Source: measurements (`fixtures/facts/view-write-*.sql`).

use ecow::EcoString;

use crate::ast::{Assigned, Events, Limit, Write, WriteVerb};
use crate::engine::catalog::Relation;
use crate::engine::classify::{End, Path};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_known_whole;
use super::inserted::constant;
use super::literals::{as_of, holds};
use super::{FEATURE_NOT_SUPPORTED, NOT_IN_PREREQUISITE_STATE, refused, refused_on};

const CHECK_OPTION_VIOLATION: &str = "44000";

/// A write of a view.
pub(super) fn written(write: &Write, around: &Surroundings) -> Vec<Refusal> {
    let target = around.relation(&write.target).filter(|target| target.kind == RelationKind::View);
    if target.is_none() || write.verb == WriteVerb::CopyFrom {
        return Vec::new();
    }
    let path = Path::of(write, around);
    let views = path.views.iter().chain([&path.table]).filter_map(|name| around.catalog.get(name));
    let views: Vec<&Relation> = views.filter(|view| view.kind == RelationKind::View).collect();
    if !views.iter().all(|view| is_known_whole(view)) || path.end != End::Table {
        return Vec::new();
    }
    if write.verb == WriteVerb::Merge {
        let reason = format!("cannot MERGE into view {}", views.first().map_or(&path.table, |view| &view.name));
        let mut found = vec![refused_on(VersionSet::range(15, 16), FEATURE_NOT_SUPPORTED, reason)];
        found.extend(not_writable(write, &path, around));
        return found;
    }
    let refusal = not_writable(write, &path, around);
    if !refusal.is_empty() {
        return refusal;
    }
    columns(write, &views).or_else(|| unseen(write, &path, &views, around)).into_iter().collect()
}

/// A view whose rows are not those of one table, or that shows a materialized view.
fn not_writable(write: &Write, path: &Path, around: &Surroundings) -> Vec<Refusal> {
    let Some(end) = around.catalog.get(&path.table) else { return Vec::new() };
    let why = match end.kind {
        RelationKind::View => end.shows.combined,
        RelationKind::MaterializedView => Some("it does not read from a single table or view"),
        _ => None,
    };
    let Some(why) = why else { return Vec::new() };
    let name = if end.kind == RelationKind::View { Some(&end.name) } else { path.views.last() };
    let reason = format!("cannot change the rows of view {}: {why}", name.unwrap_or(&end.name));
    match write.verb {
        WriteVerb::Merge => vec![refused_on(VersionSet::since(17), NOT_IN_PREREQUISITE_STATE, reason)],
        WriteVerb::Insert | WriteVerb::Update | WriteVerb::Delete | WriteVerb::CopyFrom => {
            vec![refused(NOT_IN_PREREQUISITE_STATE, reason)]
        }
    }
}

/// A row of VALUES that the view, with CHECK OPTION, would not show.
fn unseen(write: &Write, path: &Path, views: &[&Relation], around: &Surroundings) -> Option<Refusal> {
    let [view] = views else { return None };
    let base =
        around.catalog.get(&path.table).filter(|base| is_known_whole(base) && base.kind == RelationKind::Table)?;
    let filter = view.shows.filter.as_ref().filter(|_| view.shows.checked)?;
    let free = path.actions.is_empty() && !base.has_code_at(Events::INSERT) && !view.has_code_at(Events::INSERT);
    let behind = |name: &EcoString| view.shows.columns.iter().find(|(column, _)| column == name)?.1.clone();
    let named: Vec<EcoString> = match write.columns.as_slice() {
        [] => view.shows.columns.iter().map(|(name, _)| name.clone()).collect(),
        columns => columns.iter().map(|column| column.name.clone()).collect(),
    };
    let columns: Vec<EcoString> = named.iter().map(behind).collect::<Option<_>>()?;
    // The view may have defaults of its own.
    let is_out = |row: &Vec<Assigned>, limit: &Limit| {
        let at = columns.iter().position(|column| *column == limit.column)?;
        let (value, column) = (row.get(at)?, base.column(&limit.column)?);
        let data_type = column.known_type()?;
        holds(limit, &as_of(constant(value, column)?, column, data_type)?, data_type)
    };
    let mut rows = write.rows.iter().filter(|_| free && write.verb == WriteVerb::Insert);
    let row = rows.any(|row| filter.limits.all.iter().any(|limit| is_out(row, limit) == Some(false)));
    let reason = || format!("a new row violates the check option of view {}", view.name);
    row.then(|| refused(CHECK_OPTION_VIOLATION, reason()))
}

/// A column of a view that is no column of the table behind it.
fn columns(write: &Write, views: &[&Relation]) -> Option<Refusal> {
    let first = views.first()?;
    let mut written: Vec<EcoString> = match write.verb {
        WriteVerb::Update => write.columns.iter().map(|column| column.name.clone()).collect(),
        WriteVerb::Insert if write.columns.is_empty() => {
            let width = write.rows.iter().map(Vec::len).max()?;
            first.shows.columns.iter().take(width).map(|(name, _)| name.clone()).collect()
        }
        WriteVerb::Insert => write.columns.iter().map(|column| column.name.clone()).collect(),
        WriteVerb::Delete | WriteVerb::Merge | WriteVerb::CopyFrom => return None,
    };
    // Until 11, DEFAULT fails in another way.
    let default = write.rows.iter().flatten().any(|value| *value == Assigned::Default);
    let versions = if default { VersionSet::since(12) } else { VersionSet::ALL };
    for view in views {
        let mut behind = Vec::new();
        for column in written {
            match view.shows.columns.iter().find(|(name, _)| *name == column)? {
                (_, Some(base)) => behind.push(base.clone()),
                (_, None) => {
                    let reason =
                        format!("column {column} of view {} is no column of a table: it cannot be written", view.name);
                    return Some(refused_on(versions, FEATURE_NOT_SUPPORTED, reason));
                }
            }
        }
        written = behind;
    }
    None
}
