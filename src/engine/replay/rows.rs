//! Rows that come and go.

use crate::ast::{Truncate, Write, WriteVerb};
use crate::engine::catalog::{Relation, Rows};
use crate::engine::effect::RelationName;
use crate::postgres::builtins;

use super::Replay;

/// A write shows that the table exists, and may put rows into it or take them out.
pub(super) fn write(write: &Write, replay: &mut Replay) {
    write.also_writes.iter().for_each(|also| self::write(also, replay));
    let target = replay.resolve(&write.target);
    let relation = replay.catalog.touch(&target);
    match write.verb {
        WriteVerb::Insert if relation.rows == Rows::Certain => {}
        WriteVerb::Insert => {
            // A trigger or a rule may leave a row out; those of a partitioned table lie in its partitions.
            let plain = !has_code(relation) && !relation.is_partitioned();
            let certain = plain && puts_rows(write, replay);
            replay.catalog.touch(&target).rows = if certain { Rows::Certain } else { Rows::Perhaps };
        }
        WriteVerb::CopyFrom if relation.rows == Rows::Certain => {}
        WriteVerb::CopyFrom | WriteVerb::Merge => relation.rows = Rows::Perhaps,
        WriteVerb::Update => {}
        // What refers to the rows with ON DELETE CASCADE goes with them.
        WriteVerb::Delete => replay.catalog.doubt_filled(),
    }
    if replay.catalog.get(&target).is_some_and(has_code) {
        replay.catalog.doubt_rows();
    }
    if write.verb == WriteVerb::Merge {
        replay.catalog.doubt_filled();
    }
}

/// Triggers and rules may write to any relation.
fn has_code(relation: &Relation) -> bool {
    !relation.triggers.is_empty() || !relation.rules.is_empty()
}

/// Whether an INSERT has at least one row for certain.
fn puts_rows(write: &Write, replay: &Replay) -> bool {
    let values = !write.rows.is_empty() && !write.from_query;
    write.conflict.is_none() && (values || counts_up(write, replay.text_of(replay.author.statement)))
}

/// `INSERT INTO t SELECT ... FROM generate_series(1, 100) AS g`, and nothing behind it that could leave rows out.
fn counts_up(write: &Write, text: &str) -> bool {
    let is_one = |function: &String| function == "generate_series" || gives_one_row(function);
    let only_counts = write.functions.iter().all(is_one) && write.reads.is_empty() && write.filter.is_none();
    let text = text.to_lowercase();
    let Some((_, call)) = text.rsplit_once("from generate_series(").filter(|_| only_counts && !write.limited) else {
        return false;
    };
    let Some((arguments, rest)) = call.split_once(')') else { return false };
    let bounds: Vec<Option<i64>> = arguments.split(',').map(|bound| bound.trim().parse().ok()).collect();
    let alias: Vec<&str> = rest.trim_end_matches(';').split_whitespace().filter(|word| *word != "as").collect();
    matches!(bounds.as_slice(), [Some(first), Some(last)] if first <= last) && alias.len() <= 1
}

/// A function of the server that leaves as many rows as there were.
fn gives_one_row(function: &str) -> bool {
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
    // With CASCADE what refers to the tables is emptied too.
    if truncate.cascade {
        replay.catalog.doubt_filled();
    }
    // What a trigger does is not known.
    if names.iter().any(|name| replay.catalog.get(name).is_some_and(has_code)) {
        replay.catalog.doubt_rows();
    }
}
