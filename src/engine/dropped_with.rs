//! What goes with a column that is dropped.
//!
//! Source: `pg_depend`, measured with `fixtures/facts/drop-column-*.sql`.

use ecow::EcoString;

use crate::ast::ObjectName;
use crate::postgres::VersionSet;

use super::catalog::{ConstraintKind, Index, Relation};
use super::classify::points_to;
use super::effect::RelationKind;
use super::step::Step;

impl Step<'_> {
    /// What is dropped with a column, in words: what uses it, and with CASCADE what depends on it as well.
    pub fn dropped_with(&self, table: &ObjectName, column: &str, cascade: bool) -> Vec<String> {
        let Some(relation) = self.relation(table) else { return Vec::new() };
        let mut gone = constraints(relation, column);
        let indexes = relation.indexes.iter().filter(|index| relation.constraint(&index.name).is_none());
        gone.extend(indexes.filter_map(|index| index_with(index, column)));
        let statistics = self.around.catalog.statistics_of_column(&relation.name, column);
        gone.extend(statistics.into_iter().map(|name| format!("statistics {name}")));
        gone.extend(self.sequences_of(relation, column));
        let silently = self.options.postgres.overlaps(GENERATED_GO_SILENTLY);
        if cascade || silently {
            let when = if cascade { "" } else { " (before 15)" };
            let computed = relation.columns.iter().filter(|other| {
                other.generated_from.as_ref().is_some_and(|from| from.iter().any(|name| name == column))
            });
            gone.extend(computed.map(|other| format!("generated column {}{when}", other.name)));
        }
        if cascade {
            gone.extend(self.cascaded(relation, column));
        }
        gone
    }

    /// Sequences that the column owns; sorted.
    fn sequences_of(&self, relation: &Relation, column: &str) -> Vec<String> {
        let owned = self.around.catalog.relations().filter(|sequence| {
            let owner = sequence.owner.as_ref().filter(|(_, owner)| owner == column);
            owner.is_some_and(|(table, _)| *table == relation.name || relation.sequences.contains(&sequence.name))
        });
        let mut names: Vec<String> = owned.map(|sequence| format!("sequence {}", sequence.name)).collect();
        names.sort();
        names
    }

    /// Foreign keys that point to the column, what reads it, triggers and publications that name it, defaults that use its
    /// sequence.
    fn cascaded(&self, relation: &Relation, column: &str) -> Vec<String> {
        let catalog = self.around.catalog;
        let pointing = catalog.referencing(&relation.name).into_iter();
        let pointing = pointing.filter(|(_, constraint)| points_to(&constraint.kind, column, relation));
        let mut gone: Vec<String> =
            pointing.map(|(other, constraint)| format!("foreign key {} of {}", constraint.name, other.name)).collect();
        for (view, certain) in catalog.views_dropped_with_column(&relation.name, column) {
            let kind = if view.kind == RelationKind::MaterializedView { "materialized view" } else { "view" };
            let perhaps = if certain { "" } else { "perhaps " };
            gone.push(format!("{perhaps}{kind} {}", view.name));
        }
        for (on, policy, certain) in catalog.policies_of_column(&relation.name, column) {
            let perhaps = if certain { "" } else { "perhaps " };
            gone.push(format!("{perhaps}policy {} on {}", policy.name, on.name));
        }
        for (on, rule, certain) in catalog.rules_of_column(&relation.name, column) {
            let perhaps = if certain { "" } else { "perhaps " };
            gone.push(format!("{perhaps}rule {} on {}", rule.name, on.name));
        }
        for (body, certain) in catalog.bodies_of_column(&relation.name, column) {
            let perhaps = if certain { "" } else { "perhaps " };
            gone.push(format!("{perhaps}function {}", body.name));
        }
        let published = catalog.publications_that(|known| known.needs(&relation.name, column)).into_iter();
        gone.extend(published.map(|name| format!("the table in publication {name}")));
        let sequences = catalog.sequences_of(&relation.name, column);
        let defaults = sequences.iter().flat_map(|sequence| catalog.defaults_from(sequence));
        let others = defaults.filter(|(table, other)| table.name != relation.name || other.name != column);
        gone.extend(others.map(|(table, column)| format!("default of {} of {}", column.name, table.name)));
        let triggers = relation.triggers.iter().filter(|trigger| trigger.columns.iter().any(|name| name == column));
        gone.extend(triggers.map(|trigger| format!("trigger {}", trigger.name)));
        gone
    }
}

/// Versions that drop a generated column with the one that it is computed from, and say nothing.
const GENERATED_GO_SILENTLY: VersionSet = VersionSet::range(12, 14);

fn constraints(relation: &Relation, column: &str) -> Vec<String> {
    let constraints = relation.constraints.iter().filter_map(|constraint| {
        let (columns, kind) = match &constraint.kind {
            ConstraintKind::ForeignKey { columns, referenced, .. } => (columns, format!("foreign key to {referenced}")),
            ConstraintKind::Key { columns, primary: true, .. } => (columns, "primary key".to_owned()),
            ConstraintKind::Key { columns, primary: false, .. } => (columns, "key".to_owned()),
            ConstraintKind::Check { columns, .. } => (columns, "check".to_owned()),
            ConstraintKind::NotNull { .. } => return None,
        };
        columns.iter().any(|name| name == column).then(|| format!("{kind} {}", constraint.name))
    });
    constraints.collect()
}

/// An index with the column among its keys, in an expression or in its predicate; those with several keys with the others.
fn index_with(index: &Index, column: &str) -> Option<String> {
    let is_key = index.keys.iter().flatten().any(|name| name == column);
    if !is_key && !index.expression_columns.iter().any(|name| name == column) {
        return None;
    }
    let kind = if index.unique { "unique index" } else { "index" };
    let others: Vec<&str> = index.keys.iter().flatten().map(EcoString::as_str).filter(|name| *name != column).collect();
    let how = match others.as_slice() {
        [] => String::new(),
        others if is_key => format!(" (also on {})", others.join(", ")),
        others => format!(" (on {})", others.join(", ")),
    };
    Some(format!("{kind} {}{how}", index.name))
}
