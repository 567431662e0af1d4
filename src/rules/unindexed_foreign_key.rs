

use ecow::EcoString;

use crate::engine::catalog::{Column, Constraint, ConstraintKind, Index, Place, Relation};
use crate::engine::history::HistoryView;
use crate::engine::names;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "unindexed-foreign-key",
    category: Category::Design,
    severity: Severity::Warning,
    default: false,
    page: include_str!("../../rules/unindexed-foreign-key.md"),
    check: Check::History(check),
};

fn check(history: &HistoryView) -> Vec<(Place, Finding)> {
    let found = history.constraints().filter_map(|(table, constraint)| {
        let ConstraintKind::ForeignKey { columns, referenced, .. } = &constraint.kind else { return None };
        // An index of a column that was not seen may be as old as the column.
        let all_seen = table.has_seen_beginning() || columns.iter().all(|column| table.column(column).is_some_and(is_seen));
        let is_found = table.indexes.iter().any(|index| finds_by(index, columns));
        (all_seen && !is_found).then(|| finding(table, constraint, columns, &referenced.to_string(), history))
    });
    found.collect()
}

fn is_seen(column: &Column) -> bool {
    column.place.is_some()
}

/// Whether the index finds the rows that refer to a key: the columns come first in it, in any order, and it holds all rows
/// in which they are set.
fn finds_by(index: &Index, columns: &[EcoString]) -> bool {
    // One that may not be there has lost the order of its columns.
    if !index.certain && index.keys.iter().all(Option::is_none) {
        return columns.iter().all(|column| index.columns().any(|used| used == column));
    }
    let leading = index.keys.get(..columns.len()).unwrap_or_default();
    let leads = !leading.is_empty() && columns.iter().all(|column| leading.iter().any(|key| key.as_ref() == Some(column)));
    let is_ordered = !matches!(index.shape.method.as_str(), "brin" | "gin");
    let set = |part: &str| columns.iter().any(|column| part.trim_matches(['(', ')']) == format!("{column} is not null"));
    let predicate = &index.shape.predicate;
    leads && is_ordered && (!index.partial || (!predicate.is_empty() && predicate.split(" and ").all(set)))
}

/// A column of the foreign key with which an index of all rows starts: it narrows the search.
fn leading<'c>(table: &Relation, columns: &'c [EcoString]) -> Option<&'c EcoString> {
    let mut firsts = table.indexes.iter().filter(|index| !index.partial).filter_map(|index| index.keys.first()?.as_ref());
    firsts.find_map(|first| columns.iter().find(|column| *column == first))
}

fn finding(
    table: &Relation,
    constraint: &Constraint,
    columns: &[EcoString],
    referenced: &str,
    history: &HistoryView,
) -> (Place, Finding) {
    let list = columns.join(", ");
    let how = match leading(table, columns) {
        Some(column) => format!("searches {} by {column} only", table.name),
        None => format!("reads all of {}", table.name),
    };
    let message = format!("deleting from {referenced} {how}: no index starts with {list}");
    let (place, finding) = history.finding(table, constraint.place(), message);
    let help = match table.is_partitioned() {
        true => "Create an index ON ONLY the partitioned table, one on each partition CONCURRENTLY, and attach them.",
        false => "Create an index that starts with the columns of the foreign key.",
    };
    let rewrite = (!table.is_partitioned()).then(|| create_index(table, columns, history));
    (place, finding.label(format!("the rows that refer to {referenced} are searched by {list}")).help(help).rewrite(rewrite))
}

fn create_index(table: &Relation, columns: &[EcoString], history: &HistoryView) -> Rewrite {
    let taken = |name: &str| history.catalog.is_taken(&table.name.beside(name));
    let name = names::chosen(&table.name.name, &columns.join("_"), "idx", taken);
    let keys: Vec<String> = columns.iter().map(|column| recipe::quoted(column)).collect();
    let sql = format!(
        "CREATE INDEX CONCURRENTLY {} ON {} ({});\n",
        recipe::quoted(&name),
        recipe::relation(&table.name),
        keys.join(", ")
    );
    Rewrite::review().then_outside_transaction(format!("create_{name}"), sql)
}
