//! VACUUM, ANALYZE and CLUSTER: options that came with a version, and what does not go together.
//!
//! Source: the grammar of PostgreSQL 10 to 18 and `ExecVacuum`, and measurements (`fixtures/facts/vacuum-*.sql`).

use crate::ast::{Statement, StatementKind, Vacuum};
use crate::engine::trace::Refusal;

use super::{DUPLICATE_COLUMN, FEATURE_NOT_SUPPORTED, refused};

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

/// What does not go together, on all versions.
pub(super) fn refusals(statement: &Statement) -> Option<Refusal> {
    let StatementKind::Vacuum(vacuum) = &statement.kind else { return None };
    let skipping = |name: &str| vacuum.options.iter().any(|option| option.name == name && option.is_on());
    if vacuum.full && skipping("disable_page_skipping") {
        let reason = "VACUUM option DISABLE_PAGE_SKIPPING cannot be used with FULL".to_owned();
        return Some(refused(FEATURE_NOT_SUPPORTED, reason));
    }
    vacuum.tables.iter().filter(|_| vacuum.analyze).find_map(|table| {
        let columns = &table.columns;
        let is_second = |at: usize, name: &str| columns.iter().take(at).any(|other| other.name == name);
        let (_, second) = columns.iter().enumerate().find(|(at, column)| is_second(*at, &column.name))?;
        let reason = format!("column {} of {} appears more than once", second.name, table.name);
        Some(refused(DUPLICATE_COLUMN, reason).at(second.span))
    })
}
