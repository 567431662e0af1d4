//! The way of a write: through views to a table, with the rules that it meets, or to what is done instead.
//!
//! Source: measurements (`fixtures/facts/rule-*.sql`, `fixtures/facts/fired-*.sql`). Rules come first, then INSTEAD OF
//! triggers, then the table behind a view.

use std::borrow::Cow;

use ecow::EcoString;

use crate::ast::{Events, Expr, RuleEvent, Statement, TriggerTiming, Write, WriteVerb};
use crate::engine::catalog::{Relation, Rule};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;

/// Where the way of a write ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum End {
    /// At a relation that it changes.
    Table,
    /// At rules that replace it.
    Replaced,
    /// At the INSTEAD OF triggers of a view.
    InsteadOf,
}

/// The way of a write.
#[derive(Debug)]
pub(in crate::engine) struct Path<'c> {
    /// The views that it goes through.
    pub views: Vec<RelationName>,
    /// Where it ends.
    pub table: RelationName,
    /// How it ends.
    pub end: End,
    /// A view shows the table without its partitions and children.
    pub only: bool,
    /// A view checks new rows by its condition.
    pub checked: bool,
    /// What rules do beside it or instead.
    pub actions: Vec<&'c Statement>,
    /// What the conditions of the views read.
    pub looked_up: Vec<RelationName>,
    /// What else the views read.
    pub named: Vec<RelationName>,
    /// What the conditions of rules read.
    pub conditions: Vec<RelationName>,
}

impl<'c> Path<'c> {
    pub fn of(write: &Write, around: &Surroundings<'c>) -> Self {
        let mut path = Self {
            views: Vec::new(),
            table: around.resolve(&write.target),
            end: End::Table,
            only: false,
            checked: false,
            actions: Vec::new(),
            looked_up: Vec::new(),
            named: Vec::new(),
            conditions: Vec::new(),
        };
        let events = events_of(write);
        while let Some(relation) = around.catalog.get(&path.table) {
            let rules: Vec<&Rule> = rules_of(relation, write.verb).collect();
            path.actions.extend(rules.iter().flat_map(|rule| rule.does.actions.iter()));
            path.conditions.extend(rules.iter().flat_map(|rule| &rule.does.condition).cloned());
            if rules.iter().any(|rule| rule.does.instead && !rule.does.conditional) {
                path.end = End::Replaced;
                break;
            }
            if is_view(relation) && acts_instead(relation, events) {
                path.end = End::InsteadOf;
                break;
            }
            let Some(base) = relation.base().filter(|base| is_view(relation) && !path.views.contains(base)) else {
                break;
            };
            path.checked |= relation.shows.checked;
            path.only |= relation.reads_only.contains(base);
            path.looked_up.extend(relation.asked().cloned());
            path.named.extend(relation.reads.iter().filter(|read| *read != base).cloned());
            path.views.push(std::mem::replace(&mut path.table, base.clone()));
        }
        path
    }

    /// The write as the table behind the views meets it, with its own names of columns.
    pub(super) fn translated<'w>(&self, write: &'w Write, around: &Surroundings) -> Cow<'w, Write> {
        if self.views.is_empty() {
            return Cow::Borrowed(write);
        }
        let mut write = write.clone();
        write.only |= self.only;
        let views: Vec<&Relation> = self.views.iter().filter_map(|view| around.catalog.get(view)).collect();
        let rename = |name: &mut EcoString| {
            for view in &views {
                if let Some((_, Some(shown))) = view.shows.columns.iter().find(|(known, _)| known == name) {
                    name.clone_from(shown);
                }
            }
        };
        write.columns.iter_mut().for_each(|column| rename(&mut column.name));
        if let Some(filter) = &mut write.filter {
            filter.conditions.iter_mut().for_each(|condition| rename(&mut condition.column));
            filter.limits.all.iter_mut().for_each(|limit| rename(&mut limit.column));
        }
        // The rows of the last view are those that its own WHERE lets through.
        let asked = views.last().and_then(|view| view.asks_of(&self.table));
        if let Some(asked) = asked.filter(|_| matches!(write.verb, WriteVerb::Update | WriteVerb::Delete)) {
            let span = write.target.span;
            let limits = &mut write.filter.get_or_insert_with(|| Expr::of_columns(span)).limits;
            limits.all.extend(asked.all.iter().cloned());
            limits.either.extend(asked.either.iter().cloned());
            limits.pairs.extend(asked.pairs.iter().cloned());
            limits.more |= asked.more;
        }
        let on = write.on.iter_mut().flat_map(|on| &mut on.conditions);
        on.for_each(|condition| rename(&mut condition.column));
        // What a view computes is joined by no column of the table.
        let shown = |column: &EcoString| {
            views.iter().try_fold(column.clone(), |column, view| {
                view.shows.columns.iter().find(|(known, _)| *known == column)?.1.clone()
            })
        };
        for own in write.tables.iter_mut().flatten().filter(|table| table.written) {
            let joined = own.joined.iter().filter_map(|(column, other)| Some((shown(column)?, other.clone())));
            own.joined = joined.collect();
        }
        Cow::Owned(write)
    }

    /// What conditions and views read on the way.
    pub(super) fn reads(&self, verb: WriteVerb, span: Span, around: &Surroundings) -> Vec<Occurrence> {
        let adds = matches!(verb, WriteVerb::Insert | WriteVerb::CopyFrom);
        let group = |form: Form, names: &[RelationName]| {
            let names = around.with_views_followed(names.to_vec());
            let children: Vec<RelationName> = names.iter().flat_map(|name| around.catalog.descendants(name)).collect();
            Occurrence::new(form, span).with_all(Role::Source, names).with_all(Role::Partition, children)
        };
        // New rows are not looked for.
        let looked_up = group(if adds && !self.checked { Form::SelectByKey } else { Form::Select }, &self.looked_up);
        let named = group(Form::SelectByKey, &self.named);
        let mut found = vec![looked_up, named, group(Form::Select, &self.conditions)];
        found.retain(|occurrence| !occurrence.relations.is_empty());
        found
    }
}

fn is_view(relation: &Relation) -> bool {
    relation.kind == RelationKind::View
}

/// What a write may do to rows.
pub(in crate::engine) fn events_of(write: &Write) -> Events {
    let updates = if write.conflict_sets.is_empty() { Events::NONE } else { Events::UPDATE };
    Events::of_verb(write.verb).or(write.merged()).or(updates)
}

/// The rules of a relation for a verb, as ordinary sessions meet them.
pub(in crate::engine) fn rules_of(relation: &Relation, verb: WriteVerb) -> impl Iterator<Item = &Rule> {
    let event = match verb {
        WriteVerb::Insert => Some(RuleEvent::Insert),
        WriteVerb::Update => Some(RuleEvent::Update),
        WriteVerb::Delete => Some(RuleEvent::Delete),
        // COPY passes rules by, and MERGE is refused where there are any.
        WriteVerb::CopyFrom | WriteVerb::Merge => None,
    };
    relation.rules.iter().filter(move |rule| Some(rule.does.event) == event && rule.does.is_in_force())
}

/// Whether INSTEAD OF triggers do what the write asks.
fn acts_instead(relation: &Relation, events: Events) -> bool {
    let instead = relation.triggers.iter().map(|trigger| &trigger.fires);
    instead.into_iter().any(|fires| fires.timing == TriggerTiming::InsteadOf && fires.events.meets(events))
}
