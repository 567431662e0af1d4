use crate::engine::catalog::{Column, Place};
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "short-integer-key",
    category: Category::Design,
    severity: Severity::Warning,
    default: false,
    page: include_str!("../../rules/short-integer-key.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter_map(|(table, column, data_type)| {
        let last = match data_type.name.as_str() {
            "integer" => "2147483647",
            "smallint" => "32767",
            _ => return None,
        };
        if data_type.dimensions > 0 || !is_counted(column) {
            return None;
        }
        let message = format!("{}.{} is {}: inserts fail after {last}", table.name, column.name, data_type.name);
        let (place, finding) = history.finding(table, column.place?, message);
        let help = "Make it bigint while the table is small: later the change rewrites the table under ACCESS EXCLUSIVE.";
        Some((place, finding.label("a sequence counts it up; deleted and failed rows use numbers too").help(help)))
    });
    found.collect()
}

/// Whether a sequence gives it its values.
fn is_counted(column: &Column) -> bool {
    column.serial || column.identity || column.default_functions.iter().any(|function| function == "nextval")
}
