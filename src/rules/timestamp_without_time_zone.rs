use crate::engine::catalog::Place;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "timestamp-without-time-zone",
    category: Category::Design,
    severity: Severity::Advice,
    default: false,
    page: include_str!("../../rules/timestamp-without-time-zone.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter(|(_, _, data_type)| data_type.name == "timestamp without time zone");
    let found = found.filter_map(|(table, column, _)| {
        let name = format!("{}.{}", table.name, column.name);
        let (place, finding) = history.finding(table, column.place?, format!("{name} has no time zone: which moment it means is not stored"));
        Some((place, finding.label("now() is turned into local time of the session").help("Write timestamptz, which stores a moment and is shown in the time zone of the session.")))
    });
    found.collect()
}
