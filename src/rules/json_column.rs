use crate::engine::catalog::Place;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "json-column",
    category: Category::Design,
    severity: Severity::Advice,
    default: false,
    page: include_str!("../../rules/json-column.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter(|(_, _, data_type)| data_type.name == "json");
    let found = found.filter_map(|(table, column, _)| {
        let name = format!("{}.{}", table.name, column.name);
        let (place, finding) = history.finding(table, column.place?, format!("{name} is json: it cannot be compared or indexed, and is parsed on each use"));
        Some((place, finding.label("kept as text").help("Write jsonb, unless the text has to stay as it came, with its blanks and the order of its keys.")))
    });
    found.collect()
}
