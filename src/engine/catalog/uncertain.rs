//! What is left to say of the catalogue behind statements of which nobody knows whether they ran.
//!
//! What may be there is kept, as later statements may meet it; what was proven only by such a statement is not proven.

use std::sync::Arc;

use ecow::EcoString;

use super::pending::{SetByTransaction, Timing};
use super::{
    Catalog, Column, ColumnUse, Constraint, Index, Kind, KnownRows, MigrationId, Policy, Relation, Rule, Shows,
    SqlBody, Written,
};
use crate::ast::Persistence;
use crate::engine::effect::RelationName;

/// The number of no migration: who made something is not known.
pub(super) const NOBODY: MigrationId = MigrationId::MAX;

impl Catalog {
    /// The state behind a statement of which nobody knows what it did: no relation is known whole any more, or to be there.
    pub fn doubt(&mut self) {
        self.open = true;
        let is_sure =
            |relation: &&Relation| relation.complete || !relation.perhaps_missing || relation.parts.has_sure();
        let sure: Vec<RelationName> = self.relations().filter(is_sure).map(|relation| relation.name.clone()).collect();
        for name in sure {
            if let Some(relation) = self.get_mut(&name) {
                relation.complete = false;
                relation.doubt();
                relation.parts.doubt();
            }
        }
        self.ledger.doubt_all(|_, _, _| true);
        self.subscriptions.clear();
        self.bodies.iter_mut().for_each(|body| body.certain = false);
        self.doubt_event_triggers();
        self.note_written();
        self.doubt_composites();
        self.doubt_enums(|_| true);
    }

    /// The state behind statements that may have turned `before` into this one, or may not have run.
    #[must_use]
    pub fn or_not(self, before: Self) -> Self {
        let mut either = self;
        either.open |= before.open;
        either.unnamed = either.unnamed.or(before.unnamed);
        let mut ledger = std::mem::take(&mut either.ledger).or_not(&before.ledger);
        let changed = before.publications.iter().filter(|(name, known)| either.publications.get(*name) != Some(*known));
        let changed: Vec<&EcoString> = changed.map(|(name, _)| name).collect();
        if !changed.is_empty() {
            ledger.doubt(Kind::Publication, |name, _| changed.iter().any(|known| **known == name.name));
        }
        let is_new = |name: &&RelationName| !before.relations.contains_key(*name);
        let created: Vec<RelationName> = either.relations.keys().filter(is_new).cloned().collect();
        for name in created {
            if let Some(relation) = either.get_mut(&name) {
                relation.perhaps_older |= relation.created_in.is_some();
                relation.doubt();
            }
        }
        either.doubt_changed_enums(&before);
        either.doubt_changed_composites(&before);
        for (name, known) in before.relations {
            match either.relations.get(&name) {
                Some(after) if Arc::ptr_eq(after, &known) || *after == known => {}
                Some(after) => either.insert(Relation::clone(after).or_was(Arc::unwrap_or_clone(known))),
                // It may have been dropped.
                None => {
                    let known = Arc::unwrap_or_clone(known);
                    let mut known = Relation { complete: false, perhaps_older: true, ..known };
                    known.doubt();
                    either.insert(known);
                }
            }
        }
        for (name, domain) in before.domains {
            let known = either.domains.entry(name).or_insert_with(|| domain.clone());
            if *known != domain {
                known.doubted = true;
                known.not_null |= domain.not_null;
                known.checks = union(std::mem::take(&mut known.checks), domain.checks);
            }
        }
        for (name, known) in before.statistics {
            either.statistics.entry(name).or_insert(known);
        }
        for (name, known) in before.publications {
            either.publications.entry(name).or_insert(known);
        }
        for (name, known) in before.subscriptions {
            let after = either.subscriptions.entry(name).or_insert(known);
            *after = after.or(known);
        }
        let is_new = |body: &&mut SqlBody| !before.bodies.iter().any(|known| known.name == body.name);
        either.bodies.iter_mut().filter(is_new).for_each(|body| body.certain = false);
        for body in before.bodies {
            match either.bodies.iter_mut().find(|known| known.name == body.name) {
                Some(known) => known.certain &= *known == body,
                None => either.bodies.push(SqlBody { certain: false, ..body }),
            }
        }
        either.or_event_triggers(before.event_triggers);
        either.writes = either.writes.max(before.writes);
        either.has_temporary_functions |= before.has_temporary_functions;
        either.set_constraints = match (either.set_constraints, before.set_constraints) {
            (one, other) if one == other => one,
            (Some(set), _) | (None, Some(set)) => Some(SetByTransaction { timing: Timing::Unknown, ..set }),
            (None, None) => None,
        };
        either.put_off = union(either.put_off, before.put_off);
        Arc::make_mut(&mut either.function_types).extend(before.function_types.iter().cloned());
        for (name, known) in before.functions {
            let overloads = either.functions.remove(&name).unwrap_or_default();
            either.functions.insert(name, union(overloads, known));
        }
        either.ledger = ledger;
        either
    }
}

impl Relation {
    /// A relation that may still be as it was.
    fn or_was(self, before: Self) -> Self {
        let columns = merged(self.columns, before.columns, |column| &column.name, Column::or_was, Column::or_none);
        let constraints = merged(
            self.constraints,
            before.constraints,
            |constraint| &constraint.name,
            Constraint::or_was,
            Constraint::unproven,
        );
        let indexes = merged(self.indexes, before.indexes, |index| &index.name, Index::or_was, Index::or_none);
        let same_uses = self.column_uses == before.column_uses;
        let uses = union(self.column_uses, before.column_uses).into_iter();
        Self {
            columns,
            constraints,
            indexes,
            column_uses: uses.map(|used| ColumnUse { certain: used.certain && same_uses, ..used }).collect(),
            persistence: if self.persistence == before.persistence { self.persistence } else { Persistence::Permanent },
            created_in: before.created_in,
            perhaps_older: self.perhaps_older || before.perhaps_older,
            perhaps_missing: self.perhaps_missing || before.perhaps_missing,
            complete: false,
            rows: self.rows.or(before.rows),
            known_rows: if self.known_rows == before.known_rows { self.known_rows } else { KnownRows::default() },
            drops_on_commit: self.drops_on_commit && before.drops_on_commit,
            deletes_on_commit: self.deletes_on_commit || before.deletes_on_commit,
            parents: union(self.parents, before.parents),
            children: union(self.children, before.children),
            default_partition: self.default_partition.or(before.default_partition),
            partition_key: if self.partition_key.is_empty() { before.partition_key } else { self.partition_key },
            bound: self.bound.filter(|bound| before.bound.as_ref() == Some(bound)),
            partitioning: self.partitioning.or(before.partitioning),
            reads: union(self.reads, before.reads),
            reads_only: self.reads_only.into_iter().filter(|name| before.reads_only.contains(name)).collect(),
            unpopulated: self.unpopulated && before.unpopulated,
            shows: if self.shows == before.shows { self.shows } else { Shows::default() },
            policies: doubted(self.policies, before.policies),
            row_security: self.row_security.or(before.row_security),
            triggers: union(self.triggers, before.triggers),
            keys_disabled: self.keys_disabled && before.keys_disabled,
            checks_pending: self.checks_pending.filter(|pending| before.checks_pending == Some(*pending)),
            rules: doubted_rules(self.rules, before.rules),
            of_type: self.of_type.or(before.of_type),
            sequences: union(self.sequences, before.sequences),
            clustered: self.clustered || before.clustered,
            counts: self.counts.filter(|counts| before.counts.as_ref() == Some(counts)),
            parts: self.parts.or_not(&before.parts),
            ..self
        }
    }
}

impl Column {
    fn or_was(self, before: Self) -> Self {
        let same_type = self.data_type == before.data_type;
        let doubts = self.more.doubts.or(before.more.doubts);
        let same_expression = self.more.expression == before.more.expression;
        let expression = if same_expression { self.more.expression } else { Written::default() };
        let mut default_names = self.more.default_names;
        default_names.retain(|name| before.more.default_names.contains(name));
        let default_type = self.more.default_type.filter(|kept| before.more.default_type.as_ref() == Some(kept));
        let added_empty = self.more.added_empty.filter(|added| before.more.added_empty == Some(*added));
        Self {
            more: super::ColumnMore { doubts, expression, default_names, default_type, added_empty, ..self.more },
            data_type: self.data_type.filter(|_| same_type),
            not_null: self.not_null && before.not_null,
            has_default: self.has_default && before.has_default,
            default_literal: None,
            default_functions: union(self.default_functions, before.default_functions),
            added_in: before.added_in,
            ..self
        }
    }

    /// A column that may not be there, or be older than the statement that adds it.
    fn or_none(self) -> Self {
        let doubts = super::Doubts { existence: true, ..self.more.doubts };
        let more = super::ColumnMore { doubts, added_empty: None, ..self.more };
        Self { not_null: false, has_default: false, added_in: NOBODY, more, ..self }
    }
}

impl Constraint {
    fn or_was(self, before: Self) -> Self {
        let awaits_validation = self.awaits_validation && before.awaits_validation;
        let validated = self.validated && before.validated;
        let began_empty = self.began_empty && before.began_empty;
        let inherited = self.inherited || before.inherited;
        Self { validated, awaits_validation, began_empty, inherited, doubted: self.doubted || before.doubted, ..self }
    }

    fn unproven(self) -> Self {
        Self { validated: false, awaits_validation: false, ..self }
    }
}

impl Index {
    fn or_was(self, before: Self) -> Self {
        if self == before { self } else { self.or_none() }
    }

    /// An index that may not be there finds no rows by key; its columns still take it along when they are dropped.
    fn or_none(self) -> Self {
        let columns = self.keys.iter().flatten().cloned();
        let expression_columns = self.expression_columns.iter().cloned().chain(columns).collect();
        Self { keys: vec![None; self.keys.len()], expression_columns, unique: false, certain: false, ..self }
    }
}

/// Things of before and after, by name: those in both merged, the others weakened.
fn merged<T: PartialEq>(
    after: Vec<T>,
    mut before: Vec<T>,
    name: fn(&T) -> &EcoString,
    both: fn(T, T) -> T,
    one: fn(T) -> T,
) -> Vec<T> {
    let mut result = Vec::with_capacity(after.len());
    for thing in after {
        let known = before.iter().position(|known| name(known) == name(&thing)).map(|at| before.remove(at));
        result.push(match known {
            Some(known) if known == thing => thing,
            Some(known) => both(thing, known),
            None => one(thing),
        });
    }
    result.extend(before.into_iter().map(one));
    result
}

/// Policies of which nobody knows whether they are there read nothing for certain.
fn doubted(after: Vec<Policy>, before: Vec<Policy>) -> Vec<Policy> {
    let same = after == before;
    let mut policies = union(after, before);
    policies.iter_mut().flat_map(Policy::uses_mut).for_each(|used| used.certain &= same);
    policies.iter_mut().for_each(|policy| policy.doubted |= !same);
    policies
}

/// The same of rules.
fn doubted_rules(after: Vec<Rule>, before: Vec<Rule>) -> Vec<Rule> {
    let same = after == before;
    let mut rules = union(after, before);
    rules.iter_mut().flat_map(|rule| &mut rule.columns).for_each(|used| used.certain &= same);
    rules.iter_mut().for_each(|rule| rule.doubted |= !same);
    rules
}

fn union<T: PartialEq>(mut one: Vec<T>, other: Vec<T>) -> Vec<T> {
    for thing in other {
        if !one.contains(&thing) {
            one.push(thing);
        }
    }
    one
}
