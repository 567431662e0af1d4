//! Views that cannot be written, and columns of views that cannot.
//!
//! Source: measurements (`fixtures/facts/view-write-*.sql`).

use ecow::EcoString;

use crate::ast::{Assigned, Write, WriteVerb};
use crate::engine::catalog::Relation;
use crate::engine::classify::{End, Path};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_known_whole;
use super::{FEATURE_NOT_SUPPORTED, NOT_IN_PREREQUISITE_STATE, refused, refused_on};

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
    if refusal.is_empty() { columns(write, &views).into_iter().collect() } else { refusal }
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
