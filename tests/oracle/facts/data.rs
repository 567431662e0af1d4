//! Facts about queries and statements that write rows.

use lockwise::ast::{Query, Write, WriteVerb};

use super::expressions::{calls, expression};
use super::{Lines, flag};

/// A query, also as a part of something bigger.
pub fn query(query: &Query, lines: &mut Lines) {
    lines.extend(query.reads.iter().map(|name| format!("reads {name}")));
    lines.extend(calls(&query.functions).map(|name| format!("calls {name}")));
    lines.extend(query.row_locks.iter().map(|name| format!("locks rows of {name}")));
    in_with(&query.writes, lines);
}

pub fn write(write: &Write, lines: &mut Lines) {
    outline(write, "", lines);
    lines.extend(write.reads.iter().map(|name| format!("reads {name}")));
    lines.extend(calls(&write.functions).map(|name| format!("calls {name}")));
    in_with(&write.also_writes, lines);
}

fn in_with(writes: &[Write], lines: &mut Lines) {
    for (number, inner) in (1..).zip(writes) {
        outline(inner, &format!("with {number} "), lines);
    }
}

/// The write itself: target, columns and condition.
fn outline(write: &Write, prefix: &str, lines: &mut Lines) {
    let verb = match write.verb {
        WriteVerb::Insert => "insert into",
        WriteVerb::Update => "update",
        WriteVerb::Delete => "delete from",
        WriteVerb::Merge => "merge into",
        WriteVerb::CopyFrom => "copy from",
    };
    let alias = write.alias.as_ref().map(|alias| format!(" as {}", alias.name)).unwrap_or_default();
    lines.push(format!("{prefix}{verb} {}{alias}{}", write.target, flag(write.from_query, "from query")));
    lines.extend(write.columns.iter().map(|column| format!("{prefix}writes column {}", column.name)));
    if let Some(filter) = &write.filter {
        expression(&format!("{prefix}where"), filter, lines);
    }
}
