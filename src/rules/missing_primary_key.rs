

use ecow::EcoString;

use crate::engine::catalog::{Place, Relation};
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "missing-primary-key",
    category: Category::Design,
    severity: Severity::Warning,
    default: false,
    page: include_str!("../../rules/missing-primary-key.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let without = history.tables().filter(|table| !table.copies_unseen && table.primary_key().is_none());
    without.filter_map(|table| Some(finding(table, table.place?, history))).collect()
}

fn finding(table: &Relation, place: Place, history: &HistoryView) -> (Place, Finding) {
    let is_required = |column: &EcoString| table.column(column).is_some_and(|column| column.not_null);
    let key = table.indexes.iter().find(|index| {
        let plain = index.unique && !index.partial && index.keys.iter().all(Option::is_some);
        plain && index.certain && index.keys.iter().flatten().all(is_required)
    });
    let help = match key {
        Some(index) => format!("{} is unique and without nulls: it could be the primary key.", index.name),
        None => "Add one: a column that tells the rows apart, or an identity column.".to_owned(),
    };
    let message = format!("{} has no primary key: nothing tells its rows apart for sure", table.name);
    let (place, finding) = history.finding(table, place, message);
    (place, finding.label("no migration gives it one").help(help))
}
