use crate::engine::catalog::{ConstraintKind, Index, Place, Relation};
use crate::engine::history::HistoryView;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "duplicate-index",
    category: Category::Design,
    severity: Severity::Warning,
    default: false,
    page: include_str!("../../rules/duplicate-index.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let of_table = |table: &Relation| -> Vec<(Place, Finding)> {
        let covered = table.indexes.iter().filter_map(|index| {
            let other = table.indexes.iter().find(|other| is_redundant(index, other, table))?;
            Some(finding(table, index, other, history))
        });
        covered.collect()
    };
    history.tables().flat_map(of_table).collect()
}

/// Whether an index could go, as another one does all that it does. Of two that are alike, the one that stands for a
/// constraint stays, and else the older one.
fn is_redundant(index: &Index, other: &Index, table: &Relation) -> bool {
    if index.name == other.name || !index.is_covered_by(other) {
        return false;
    }
    let rank = |index: &Index| match table.constraint(&index.name).map(|constraint| &constraint.kind) {
        Some(ConstraintKind::Key { primary: true, .. }) => 2,
        Some(_) => 1,
        None => 0,
    };
    match other.is_covered_by(index) {
        true => (rank(other), index.place, &index.name) > (rank(index), other.place, &other.name),
        false => rank(index) == 0,
    }
}

fn finding(table: &Relation, index: &Index, other: &Index, history: &HistoryView) -> (Place, Finding) {
    let (name, other_name) = (&index.name, &other.name);
    let alike = other.keys.len() == index.keys.len();
    let message = match alike {
        true => format!("{name} has the same keys as {other_name}: writes keep both"),
        false => format!("{name} is the start of {other_name}: writes keep both"),
    };
    let (place, finding) = history.finding(table, index.place, message);
    let backs = table.constraint(name).is_some();
    let help = match (backs, table.is_partitioned()) {
        (true, _) => "Drop the constraint that the index belongs to, unless a foreign key refers to it.",
        (false, true) => "Drop the index. CONCURRENTLY is not possible on a partitioned table.",
        (false, false) => "Drop the index, unless a measurement shows that its smaller size pays.",
    };
    let own_name = recipe::relation(&table.name.beside(name));
    let drop = format!("DROP INDEX CONCURRENTLY {own_name};\n");
    let rewrite = || Rewrite::review().then_outside_transaction(format!("drop_{name}"), drop);
    let rewrite = (!backs && !table.is_partitioned()).then(rewrite);
    (place, finding.label(format!("{other_name} is on the same columns")).help(help).rewrite(rewrite))
}
