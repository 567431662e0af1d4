use crate::engine::catalog::Place;
use crate::engine::difference::shown;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "padded-char",
    category: Category::Design,
    severity: Severity::Advice,
    default: false,
    page: include_str!("../../rules/padded-char.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter(|(_, _, data_type)| data_type.name == "character");
    let found = found.filter_map(|(table, column, data_type)| {
        let name = format!("{}.{}", table.name, column.name);
        let (place, finding) = history.finding(table, column.place?, format!("{name} is {}: values are padded with blanks", shown(data_type)));
        Some((place, finding.label("blanks at the end come and go with casts").help("Write text, with a CHECK on its length if there is one.")))
    });
    found.collect()
}
