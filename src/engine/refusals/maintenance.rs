//! VACUUM, ANALYZE, REINDEX and CLUSTER: options that came with a version, and what does not go together.
//!
//! Source: the grammar of PostgreSQL 10 to 18 and `ExecVacuum`, and measurements (`fixtures/facts/vacuum-*.sql`).

use crate::ast::{NamedOption, Reindex, ReindexTarget, Statement, StatementKind, Vacuum};
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, builtins};

use super::{DUPLICATE_COLUMN, FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, SYNTAX_ERROR, refused, refused_on};

/// Options of VACUUM and ANALYZE, and the versions that they came with.
const OPTIONS: &[(&str, u8)] = &[
    ("skip_locked", 12),
    ("index_cleanup", 12),
    ("truncate", 12),
    ("parallel", 13),
    ("process_toast", 14),
    ("process_main", 16),
    ("buffer_usage_limit", 16),
    ("skip_database_stats", 16),
    ("only_database_stats", 16),
];

/// What VACUUM or ANALYZE has that came with a version.
pub(super) fn newer(vacuum: &Vacuum) -> Option<(u8, &'static str)> {
    let since = |name: &str| OPTIONS.iter().find(|(option, _)| *option == name).map(|(_, since)| *since);
    let options = vacuum.options.iter().filter_map(|option| since(&option.name));
    let valued = vacuum.options.iter().any(|option| option.value.is_some()).then_some(12);
    let only = vacuum.tables.iter().any(|table| table.only).then_some(18);
    Some((options.chain(valued).chain(only).max()?, "such an option of VACUUM or ANALYZE"))
}

/// Options that every version has.
const OLD_OPTIONS: &[&str] = &["verbose", "analyze", "analyse", "full", "freeze", "disable_page_skipping"];

/// Those that ANALYZE has too.
const OF_ANALYZE: &[&str] = &["verbose", "skip_locked", "buffer_usage_limit"];

/// An option that no version has.
fn unknown(vacuum: &Vacuum) -> Option<&NamedOption> {
    let is_known = |name: &str| match vacuum.vacuum {
        true => OLD_OPTIONS.contains(&name) || OPTIONS.iter().any(|(known, _)| *known == name),
        false => OF_ANALYZE.contains(&name),
    };
    vacuum.options.iter().find(|option| !is_known(&option.name))
}

/// What does not go together, or is not there, on the versions that have its parts.
pub(super) fn refusals(statement: &Statement) -> Option<Refusal> {
    let vacuum = match &statement.kind {
        StatementKind::Vacuum(vacuum) => vacuum,
        StatementKind::Reindex(reindex) => return of_system(reindex),
        _ => return None,
    };
    if let Some(option) = unknown(vacuum) {
        let verb = if vacuum.vacuum { "VACUUM" } else { "ANALYZE" };
        return Some(refused(SYNTAX_ERROR, format!("unrecognized {verb} option {}", option.name)).at(option.span));
    }
    if let Some(refusal) = vacuum.options.iter().find_map(not_boolean) {
        return Some(refusal);
    }
    let toast = vacuum.options.iter().rfind(|option| option.name == "process_toast");
    if vacuum.full && toast.is_some_and(|option| !option.is_on()) {
        let reason = "PROCESS_TOAST required with VACUUM FULL".to_owned();
        return Some(refused_on(VersionSet::since(14), FEATURE_NOT_SUPPORTED, reason));
    }
    let skipping = |name: &str| vacuum.options.iter().any(|option| option.name == name && option.is_on());
    if vacuum.full && skipping("disable_page_skipping") {
        let reason = "VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL".to_owned();
        return Some(refused(FEATURE_NOT_SUPPORTED, reason));
    }
    if let Some(refusal) = ring_size(vacuum).or_else(|| statistics_alone(vacuum)) {
        return Some(refusal);
    }
    vacuum.tables.iter().filter(|_| vacuum.analyze).find_map(|table| {
        let columns = &table.columns;
        let is_second = |at: usize, name: &str| columns.iter().take(at).any(|other| other.name == name);
        let (_, second) = columns.iter().enumerate().find(|(at, column)| is_second(*at, &column.name))?;
        let reason = format!("column {} of {} appears more than once", second.name, table.name);
        Some(refused(DUPLICATE_COLUMN, reason).at(second.span))
    })
}

/// A value of an option that is on or off. Since 14 one of them has a third.
fn not_boolean(option: &NamedOption) -> Option<Refusal> {
    let name = option.name.as_str();
    let value = option.value.as_ref().filter(|_| !matches!(name, "parallel" | "buffer_usage_limit"))?;
    let is_any = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    let versions = match name {
        "index_cleanup" if is_any(&["auto"]) => VersionSet::before(14),
        _ => VersionSet::ALL,
    };
    let reason = || format!("{name} requires a Boolean value");
    (!is_any(&["true", "false", "on", "off", "1", "0"]))
        .then(|| refused_on(versions, SYNTAX_ERROR, reason()).at(option.span))
}

/// The memory that BUFFER_USAGE_LIMIT allows is nothing, or at least 128 kB; and FULL has no use for it.
fn ring_size(vacuum: &Vacuum) -> Option<Refusal> {
    let option = vacuum.options.iter().rfind(|option| option.name == "buffer_usage_limit")?;
    let kilobytes = kilobytes(option.value.as_deref()?)?;
    if kilobytes != 0 && !(128..=16_777_216).contains(&kilobytes) {
        let reason = "BUFFER_USAGE_LIMIT option must be 0 or between 128 kB and 16777216 kB".to_owned();
        return Some(refused_on(VersionSet::since(16), INVALID_PARAMETER_VALUE, reason).at(option.span));
    }
    let reason = || "BUFFER_USAGE_LIMIT cannot be specified for VACUUM FULL".to_owned();
    (vacuum.full && !vacuum.analyze)
        .then(|| refused_on(VersionSet::since(16), FEATURE_NOT_SUPPORTED, reason()).at(option.span))
}

/// A whole number, with or without a unit of memory, in kilobytes.
fn kilobytes(value: &str) -> Option<u64> {
    let value = value.trim();
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = value.strip_suffix(unit)?.parse().ok()?;
    let factor = match unit.trim() {
        "" | "kB" => 1,
        "MB" => 1 << 10,
        "GB" => 1 << 20,
        "TB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// ONLY_DATABASE_STATS is about the whole database, and does nothing else.
fn statistics_alone(vacuum: &Vacuum) -> Option<Refusal> {
    let option = vacuum.options.iter().rfind(|option| option.name == "only_database_stats")?;
    let reason = || "ONLY_DATABASE_STATS cannot be specified with a list of tables".to_owned();
    (option.is_on() && !vacuum.tables.is_empty())
        .then(|| refused_on(VersionSet::since(16), FEATURE_NOT_SUPPORTED, reason()).at(option.span))
}

/// The server's own tables are locked to the end.
fn of_system(reindex: &Reindex) -> Option<Refusal> {
    let in_catalog = |schema: &str| matches!(schema, "pg_catalog" | "pg_toast");
    let own = match (&reindex.target, &reindex.name) {
        (ReindexTarget::System, _) => true,
        (ReindexTarget::Table | ReindexTarget::Index, Some(name)) => {
            let schema = name.schema.as_ref();
            schema.is_some_and(|schema| in_catalog(&schema.name))
                || schema.is_none() && builtins::is_system_relation(&name.name.name)
        }
        _ => false,
    };
    let reason = || "cannot reindex system catalogs concurrently".to_owned();
    (own && reindex.concurrently).then(|| refused_on(VersionSet::since(12), FEATURE_NOT_SUPPORTED, reason()))
}
