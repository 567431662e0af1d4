use crate::engine::catalog::Place;
use crate::engine::difference::shown;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "limited-varchar",
    category: Category::Design,
    severity: Severity::Advice,
    default: false,
    page: include_str!("../../rules/limited-varchar.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter(|(_, _, data_type)| data_type.name == "character varying" && !data_type.modifiers.is_empty());
    let found = found.filter_map(|(table, column, data_type)| {
        let name = format!("{}.{}", table.name, column.name);
        let (place, finding) = history.finding(table, column.place?, format!("{name} is {}: longer values are refused", shown(data_type)));
        Some((place, finding.label("a limit that is part of the type").help("Write text, with a CHECK on its length if there is a limit: it can be changed without touching the type.")))
    });
    found.collect()
}
