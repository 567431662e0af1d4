use crate::engine::catalog::Place;
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "money-type",
    category: Category::Design,
    severity: Severity::Advice,
    default: false,
    page: include_str!("../../rules/money-type.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.columns().filter(|(_, _, data_type)| data_type.name == "money");
    let found = found.filter_map(|(table, column, _)| {
        let name = format!("{}.{}", table.name, column.name);
        let (place, finding) = history.finding(table, column.place?, format!("{name} is money: its currency and digits follow lc_monetary"));
        Some((place, finding.label("another setting shows another currency").help("Write numeric, with the currency in a column of its own.")))
    });
    found.collect()
}
