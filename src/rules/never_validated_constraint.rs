use crate::engine::catalog::{Constraint, ConstraintKind, Place, Relation};
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "never-validated-constraint",
    category: Category::Data,
    severity: Severity::Advice,
    default: true,
    page: include_str!("../../rules/never-validated-constraint.md"),
    check: Check::History(check),
};

/// What the last migration adds is meant to be validated by one that is not written yet.
fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let waiting = history.constraints().filter(|(_, constraint)| constraint.awaits_validation);
    let doubtful = waiting.filter(|(_, constraint)| !constraint.began_empty);
    let earlier = doubtful.filter(|(_, constraint)| constraint.added_in + 1 < history.migrations);
    earlier.map(|(table, constraint)| finding(table, constraint, history)).collect()
}

fn finding(table: &Relation, constraint: &Constraint, history: &HistoryView) -> (Place, Finding) {
    let name = &constraint.name;
    let message = format!("{name} is NOT VALID to the end: rows of {} from before it may break it", table.name);
    let (place, finding) = history.finding(table, constraint.place(), message);
    let what = match &constraint.kind {
        ConstraintKind::ForeignKey { referenced, .. } => format!("a row may refer to one that {referenced} does not have"),
        ConstraintKind::Check { .. } => "rows from before it were never checked".to_owned(),
        ConstraintKind::NotNull { column } => format!("{column} may still hold nulls"),
        ConstraintKind::Key { .. } => "it was never checked".to_owned(),
    };
    let sql = recipe::validate(&recipe::relation(&table.name), name);
    let finding = finding
        .label(what)
        .help("Validate it in a migration of its own: VALIDATE CONSTRAINT reads the table beside reads and writes.")
        .rewrite(Rewrite::review().then(format!("validate_{name}"), sql));
    (place, finding)
}
