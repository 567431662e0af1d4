//! COPY of what has no rows of its own, of columns that are not there, and with options that there are not.
//!
//! Source: `DoCopyTo()` and `ProcessCopyOptions()` of the server, and measurements (`fixtures/facts/object-statement-copy-*.sql`).

use ecow::EcoString;

use crate::ast::{Query, Statement, StatementKind, Write, WriteVerb};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_there, missing_column};
use super::words::words;
use super::{SYNTAX_ERROR, WRONG_OBJECT_TYPE, refused, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let text = around.text_of(statement.span);
    match &statement.kind {
        StatementKind::Query(query) if begins_with_copy(text) => copied_to(query, text, around),
        StatementKind::Write(write) if write.verb == WriteVerb::CopyFrom => {
            copied_from(write, text).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn begins_with_copy(text: &str) -> bool {
    text.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("copy"))
}

/// A table by its name: a query stands in parentheses.
fn copied_to(query: &Query, text: &str, around: &Surroundings) -> Vec<Refusal> {
    let [name] = query.reads.as_slice() else { return Vec::new() };
    if text.get(4..).is_none_or(|rest| rest.trim_start().starts_with('(')) {
        return option(text).into_iter().collect();
    }
    let Some(relation) = around.relation(name).filter(|relation| is_there(relation)) else {
        return option(text).into_iter().collect();
    };
    let kind = unfit(relation);
    let columns = listed(text);
    let missing = columns.iter().find_map(|column| missing_column(column, relation));
    option(text).into_iter().chain(kind).chain(missing).collect()
}

fn unfit(relation: &Relation) -> Option<Refusal> {
    let reason = format!("cannot copy from {}: it is a {}", relation.name, relation.kind.name());
    let versions = match relation.kind {
        RelationKind::View | RelationKind::ForeignTable | RelationKind::Sequence | RelationKind::PartitionedTable => {
            VersionSet::ALL
        }
        RelationKind::MaterializedView => VersionSet::before(18),
        _ if relation.is_partitioned() => VersionSet::ALL,
        RelationKind::Table | RelationKind::Partition | RelationKind::Index => return None,
    };
    Some(refused_on(versions, WRONG_OBJECT_TYPE, reason))
}

/// The columns between the name and TO.
fn listed(text: &str) -> Vec<EcoString> {
    let upper = text.to_ascii_uppercase();
    let head = upper.find(" TO ").and_then(|at| text.get(..at)).unwrap_or_default();
    let inside = head.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let columns = inside.map(|(columns, _)| columns).unwrap_or_default().split(',').map(str::trim);
    let folded = columns.filter(|column| !column.is_empty()).map(|column| match column.strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
        None => column.to_lowercase(),
    });
    folded.map(Into::into).collect()
}

/// WHERE came with 12.
fn copied_from(write: &Write, text: &str) -> Option<Refusal> {
    let reason = "WHERE of COPY came with PostgreSQL 12".to_owned();
    let filtered = write.filter.is_some().then(|| refused_on(VersionSet::before(12), SYNTAX_ERROR, reason));
    filtered.or_else(|| option(text))
}

/// Options of COPY, with the version that brought them.
const OPTIONS: &[(&str, u8)] = &[
    ("FORMAT", 10),
    ("FREEZE", 10),
    ("DELIMITER", 10),
    ("NULL", 10),
    ("HEADER", 10),
    ("QUOTE", 10),
    ("ESCAPE", 10),
    ("FORCE_QUOTE", 10),
    ("FORCE_NOT_NULL", 10),
    ("FORCE_NULL", 10),
    ("ENCODING", 10),
    ("OIDS", 10),
    ("CONVERT_SELECTIVELY", 10),
    ("DEFAULT", 16),
    ("ON_ERROR", 17),
    ("LOG_VERBOSITY", 17),
    ("REJECT_LIMIT", 18),
];

/// The first option that a version does not know.
fn option(text: &str) -> Option<Refusal> {
    let at = text.to_ascii_uppercase().rfind("WITH")? + "WITH".len();
    let inside = text.get(at..)?.trim_start().strip_prefix('(')?;
    let (mut depth, mut quoted, mut start, mut options) = (0_usize, false, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ',' | ')' if !quoted && depth == 0 => {
                options.push(inside.get(start..at).unwrap_or_default());
                start = at + 1;
                if c == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    options.into_iter().find_map(|option| {
        let word = words(option).into_iter().next()?;
        match OPTIONS.iter().find(|(name, _)| *name == word) {
            None => Some(refused(SYNTAX_ERROR, format!("COPY has no option {}", word.to_lowercase()))),
            Some((_, 10)) => None,
            Some((_, since)) => {
                let reason = format!("the option {} came with PostgreSQL {since}", word.to_lowercase());
                Some(refused_on(VersionSet::before(*since), SYNTAX_ERROR, reason))
            }
        }
    })
}
