//! Which columns a view reads.

use std::sync::Arc;

use ecow::EcoString;

use super::{Catalog, Policy, Relation, Rule};
use crate::ast::{ColumnRead, ObjectName, Scope};
use crate::engine::effect::RelationName;

/// A column that a view or a policy reads.
///
/// Source: `pg_depend`. `*` stands for the columns that were there when the view was created, and a join by USING reads its
/// columns on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// The relation.
    pub relation: RelationName,
    /// The column; `None` where it may be any of which history shows nothing.
    pub column: Option<EcoString>,
    /// Whether it is read for certain.
    pub certain: bool,
}

impl ColumnUse {
    /// A column by its name.
    pub fn new(relation: &RelationName, column: &str, certain: bool) -> Self {
        Self { relation: relation.clone(), column: Some(column.into()), certain }
    }

    /// Perhaps any column.
    pub fn unknown(relation: RelationName) -> Self {
        Self { relation, column: None, certain: false }
    }
}

/// Whether a column is among those read: `Some(true)` for certain, `Some(false)` perhaps.
pub fn among<'u>(uses: impl IntoIterator<Item = &'u ColumnUse>, relation: &RelationName, column: &str) -> Option<bool> {
    let matching = uses
        .into_iter()
        .filter(|used| used.relation == *relation && used.column.as_ref().is_none_or(|name| name == column));
    matching.map(|used| used.certain).max()
}

impl Catalog {
    /// The columns that are read, as far as text and history tell.
    pub fn column_uses(&self, reads: &[ColumnRead], resolve: impl Fn(&ObjectName) -> RelationName) -> Vec<ColumnUse> {
        let mut found: Vec<ColumnUse> = Vec::new();
        for read in reads {
            match read {
                ColumnRead::Named { column, scope, .. } => self.named(column, scope, &resolve, &mut found),
                ColumnRead::All(relations) => {
                    relations.iter().for_each(|relation| self.all(resolve(relation), &mut found));
                }
                ColumnRead::Some(relations) => {
                    found.extend(relations.iter().map(|relation| ColumnUse::unknown(resolve(relation))));
                }
            }
        }
        found.sort_by(|a, b| (&a.relation, &a.column, a.certain).cmp(&(&b.relation, &b.column, b.certain)));
        found.dedup();
        found
    }

    /// Every column that a relation has now.
    fn all(&self, relation: RelationName, found: &mut Vec<ColumnUse>) {
        let known = self.get(&relation);
        found.extend(
            known
                .into_iter()
                .flat_map(|known| &known.columns)
                .map(|column| ColumnUse::new(&relation, &column.name, true)),
        );
        if known.is_none_or(|known| !known.complete) {
            found.push(ColumnUse::unknown(relation));
        }
    }

    /// A column is looked for from the inside out. Where a relation that is known to have it is in sight, it is that one's:
    /// the server refuses a name that two of them could mean.
    fn named(
        &self,
        column: &str,
        scope: &Arc<Scope>,
        resolve: &impl Fn(&ObjectName) -> RelationName,
        found: &mut Vec<ColumnUse>,
    ) {
        let mut certain = true;
        let mut next = Some(scope);
        while let Some(scope) = next {
            let relations: Vec<RelationName> = scope.relations.iter().map(resolve).collect();
            let has = |name: &&RelationName| self.get(name).is_some_and(|known| known.column(column).is_some());
            let having: Vec<&RelationName> = relations.iter().filter(has).collect();
            if !having.is_empty() {
                found.extend(having.into_iter().map(|relation| ColumnUse::new(relation, column, certain)));
                return;
            }
            let unseen = |name: &&RelationName| self.get(name).is_none_or(|known| !known.complete);
            let unseen: Vec<&RelationName> = relations.iter().filter(unseen).collect();
            let only_one = unseen.len() == 1 && !scope.others && scope.outer.is_none();
            found.extend(unseen.iter().map(|relation| ColumnUse::new(relation, column, certain && only_one)));
            certain &= unseen.is_empty() && !scope.others;
            next = scope.outer.as_ref();
        }
    }

    /// Views and materialized views that read a column themselves, and whether they do for certain; sorted.
    pub fn views_of_column(&self, table: &RelationName, column: &str) -> Vec<(&Relation, bool)> {
        let views = self.users(table).filter(|view| !view.column_uses.is_empty());
        let mut found: Vec<(&Relation, bool)> =
            views.filter_map(|view| among(&view.column_uses, table, column).map(|certain| (view, certain))).collect();
        found.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        found
    }

    /// Policies that read a column, with their tables, and whether they do for certain; sorted.
    pub fn policies_of_column(&self, table: &RelationName, column: &str) -> Vec<(&Relation, &Policy, bool)> {
        let policies = self.users(table).flat_map(|on| on.policies.iter().map(move |policy| (on, policy)));
        let mut found: Vec<(&Relation, &Policy, bool)> = policies
            .filter_map(|(on, policy)| among(policy.uses(), table, column).map(|certain| (on, policy, certain)))
            .collect();
        found.sort_by(|a, b| (&a.0.name, &a.1.name).cmp(&(&b.0.name, &b.1.name)));
        found
    }

    /// Tables with policies that read a relation.
    pub fn policies_reading(&self, name: &RelationName) -> impl Iterator<Item = &Relation> {
        let reads = move |on: &&Relation| {
            on.name != *name && on.policies.iter().any(|policy| policy.reads_relation(name).is_some())
        };
        self.users(name).filter(reads)
    }

    /// Rules that read or write a column, with their tables, and whether they do for certain; sorted.
    pub fn rules_of_column(&self, table: &RelationName, column: &str) -> Vec<(&Relation, &Rule, bool)> {
        let rules = self.users(table).flat_map(|on| on.rules.iter().map(move |rule| (on, rule)));
        let mut found: Vec<(&Relation, &Rule, bool)> = rules
            .filter_map(|(on, rule)| among(&rule.columns, table, column).map(|certain| (on, rule, certain)))
            .collect();
        found.sort_by(|a, b| (&a.0.name, &a.1.name).cmp(&(&b.0.name, &b.1.name)));
        found
    }

    /// Tables with rules that read or write a relation, itself left out.
    pub fn rules_using(&self, name: &RelationName) -> impl Iterator<Item = &Relation> {
        let uses = move |on: &&Relation| on.name != *name && on.rules.iter().any(|rule| rule.uses.contains(name));
        self.users(name).filter(uses)
    }

    /// Views, policies, rules, functions and publications that need a column for certain, in words.
    pub fn readers_of_column(&self, table: &RelationName, column: &str) -> Vec<String> {
        let views = self.views_of_column(table, column).into_iter().filter(|(_, certain)| *certain);
        let policies = self.policies_of_column(table, column).into_iter().filter(|(_, _, certain)| *certain);
        let views = views.map(|(view, _)| format!("view {}", view.name));
        let policies = policies.map(|(on, policy, _)| format!("policy {} on {}", policy.name, on.name));
        let rules = self.rules_of_column(table, column).into_iter().filter(|(_, _, certain)| *certain);
        let rules = rules.map(|(on, rule, _)| format!("rule {} on {}", rule.name, on.name));
        let bodies = self.bodies_of_column(table, column).into_iter().filter(|(_, certain)| *certain);
        let bodies = bodies.map(|(body, _)| format!("function {}", body.name));
        let publications = self.publications_that(|known| known.needs(table, column)).into_iter();
        let publications = publications.map(|name| format!("publication {name}"));
        views.chain(policies).chain(rules).chain(bodies).chain(publications).collect()
    }

    /// The same of those that CASCADE drops, or may drop, with the views that read these views.
    pub fn perhaps_dropped_with_column(&self, table: &RelationName, column: &str) -> Vec<String> {
        let views = self.views_dropped_with_column(table, column).into_iter();
        let views = views.map(|(view, _)| format!("view {}", view.name));
        let policies = self.policies_of_column(table, column).into_iter();
        let policies = policies.map(|(on, policy, _)| format!("policy {} on {}", policy.name, on.name));
        let rules = self.rules_of_column(table, column).into_iter();
        let rules = rules.map(|(on, rule, _)| format!("rule {} on {}", rule.name, on.name));
        let bodies = self.bodies_of_column(table, column).into_iter();
        let bodies = bodies.map(|(body, _)| format!("function {}", body.name));
        let publications = self.publications_that(|known| known.needs(table, column)).into_iter();
        let publications = publications.map(|name| format!("publication {name}"));
        views.chain(policies).chain(rules).chain(bodies).chain(publications).collect()
    }

    /// Views that read a column, with those that read these views, which are dropped with them.
    pub fn views_dropped_with_column(&self, table: &RelationName, column: &str) -> Vec<(&Relation, bool)> {
        let mut found = self.views_of_column(table, column);
        for (view, certain) in found.clone() {
            for dependent in self.dependent_views(&view.name) {
                match found.iter_mut().find(|(known, _)| known.name == dependent.name) {
                    Some((_, known)) => *known |= certain,
                    None => found.push((dependent, certain)),
                }
            }
        }
        found.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        found
    }
}

impl Relation {
    /// From here on it may not be there.
    pub fn doubt(&mut self) {
        self.perhaps_missing = true;
        self.doubt_column_uses();
    }

    /// From here on nothing that it reads is certain.
    pub fn doubt_column_uses(&mut self) {
        self.policies.iter_mut().for_each(|policy| policy.doubted = true);
        self.rules.iter_mut().for_each(|rule| rule.doubted = true);
        let of_policies = self.policies.iter_mut().flat_map(Policy::uses_mut);
        let of_rules = self.rules.iter_mut().flat_map(|rule| &mut rule.columns);
        self.column_uses.iter_mut().chain(of_policies).chain(of_rules).for_each(|used| used.certain = false);
    }
}
