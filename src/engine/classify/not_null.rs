//! Whether NULLs of a column have to be looked for: every partition and child is judged by what is known of it alone.

use crate::engine::catalog::{Column, Relation};
use crate::engine::effect::RelationName;
use crate::engine::proof::Proof;
use crate::postgres::{Form, Role, VersionSet};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::Subject;

/// What history says about NULLs in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNullState {
    /// It is NOT NULL already.
    Already,
    /// A validated CHECK keeps NULL out.
    Proven,
    /// Nothing is proven.
    Open,
}

/// The state of the column in the relation that the statement names.
pub(super) fn not_null_state(column: &str, subject: &Subject) -> NotNullState {
    state_in(subject.relation, column, subject)
}

/// What keeps NULL out of a column.
pub(super) fn not_null_proof(column: &str, subject: &Subject) -> Option<Proof> {
    Proof::not_null(subject.relation?, column, &subject.dropped)
}

fn state_in(relation: Option<&Relation>, column: &str, subject: &Subject) -> NotNullState {
    let Some(relation) = relation else { return NotNullState::Open };
    // The same statement drops its constraint first.
    let goes = |known: &Column| {
        let name = known.more.not_null_name.as_deref();
        name.is_some_and(|name| subject.dropped.contains(&name))
    };
    match () {
        () if relation.column(column).is_some_and(|known| known.is_not_null() && !goes(known)) => NotNullState::Already,
        () if relation.proofs_of_not_null(column).any(|proof| !subject.dropped.contains(&proof.name.as_str())) => {
            NotNullState::Proven
        }
        () => NotNullState::Open,
    }
}

/// A column becomes NOT NULL; `open` is the behaviour where nothing is proven.
pub(super) fn set_not_null(column: &str, open: Form, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let form = |state: NotNullState| match state {
        NotNullState::Already => Form::SetNotNullNoop,
        NotNullState::Proven => Form::SetNotNullProven,
        NotNullState::Open => open,
    };
    let own = not_null_state(column, subject);
    if own == NotNullState::Already {
        let children = subject.children(Form::SetNotNullNoopInheritance, span);
        let found = subject.form(form(own), span).proven(not_null_proof(column, subject));
        return std::iter::once(found).chain(children).collect();
    }
    let proof = not_null_proof(column, subject);
    let mut found = vec![Occurrence::new(form(own), span).with(Role::Target, subject.name.clone()).proven(proof)];
    for child in &subject.descendants {
        let state = state_in(subject.around.catalog.get(child), column, subject);
        match found.iter_mut().find(|occurrence| occurrence.form == form(state)) {
            Some(occurrence) => occurrence.relations.push((part(state), child.clone())),
            None => found.push(of_child(form(state), state, child, span)),
        }
    }
    found
}

/// ONLY a partitioned table becomes NOT NULL where all its partitions are so already, of which the server makes sure.
pub(super) fn only_partitioned(column: &str, span: Span, subject: &Subject) -> Option<Occurrence> {
    let asks = subject.only && subject.is_partitioned() && not_null_state(column, subject) != NotNullState::Already;
    let partitions = asks.then(|| subject.around.catalog.descendants(&subject.name))?;
    Some(Occurrence::new(Form::SetNotNullOnlyPartitioned, span).with_all(Role::Partition, partitions))
}

/// What SET NOT NULL of a parent does to its children alone.
pub(super) fn passed_down(column: &str, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let of_each = subject.descendants.iter().map(|child| {
        let state = state_in(subject.around.catalog.get(child), column, subject);
        let form = match state {
            NotNullState::Already => Form::SetNotNullNoop,
            NotNullState::Proven => Form::SetNotNullProven,
            NotNullState::Open => Form::SetNotNull,
        };
        of_child(form, state, child, span)
    });
    of_each.collect()
}

/// The children of a parent whose key makes columns NOT NULL.
pub(super) fn of_children(columns: &[&str], span: Span, subject: &Subject) -> Vec<Occurrence> {
    let states = |child: &RelationName| -> Vec<NotNullState> {
        let child = subject.around.catalog.get(child);
        columns.iter().map(|column| state_in(child, column, subject)).collect()
    };
    let each = subject.descendants.iter().map(|child| {
        let states = states(child);
        let (form, state) = match () {
            () if states.contains(&NotNullState::Open) => (Form::AddPrimaryKeyNullableInheritance, NotNullState::Open),
            () if states.contains(&NotNullState::Proven) => (Form::SetNotNullProven, NotNullState::Proven),
            () => (Form::SetNotNullNoop, NotNullState::Already),
        };
        of_child(form, state, child, span)
    });
    each.collect()
}

/// The children of a parent that ONLY spares, whose key makes columns NOT NULL: until 11 they get it all the same, and then are
/// asked whether they have it.
pub(super) fn of_spared(columns: &[&str], span: Span, subject: &Subject) -> Vec<Occurrence> {
    if !subject.only {
        return Vec::new();
    }
    let children = subject.around.catalog.descendants(&subject.name);
    let reached = Subject { descendants: children.clone(), ..subject.clone() };
    let changed = of_children(columns, span, &reached).into_iter();
    let asked_since = if subject.is_partitioned() { 12 } else { 18 };
    let asked = Occurrence::new(Form::AddPrimaryKeyInheritance, span).with_all(Role::Partition, children);
    let asked = asked.only_on(VersionSet::since(asked_since));
    changed.map(|occurrence| occurrence.only_on(VersionSet::before(12))).chain([asked]).collect()
}

fn of_child(form: Form, state: NotNullState, child: &RelationName, span: Span) -> Occurrence {
    Occurrence::new(form, span).with(part(state), child.clone())
}

/// A child in which nothing changes is locked as a table of its own would be.
fn part(state: NotNullState) -> Role {
    if state == NotNullState::Already { Role::Target } else { Role::Partition }
}
