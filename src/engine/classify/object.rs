//! Statements about what belongs to tables: policies, rules, statistics, publications, privileges.

use crate::ast::{AlterOther, Grant, GrantTarget, ObjectKind, ObjectName, PublicationObject};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;

/// A behaviour of which the tables are the target.
pub(super) fn on_tables<'n>(
    form: Form,
    tables: impl IntoIterator<Item = &'n ObjectName>,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let tables = tables.into_iter().map(|table| around.resolve(table));
    vec![Occurrence::new(form, span).with_all(Role::Target, tables)]
}

pub(super) fn policy(table: &ObjectName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    on_tables(Form::CreatePolicy, [table], span, around)
}

/// Of the changes that most kinds share, those of policies lock a relation as far as is known here.
pub(super) fn alter_other(alter: &AlterOther, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    match (&alter.object.kind, &alter.object.on) {
        (ObjectKind::Policy, Some(table)) => policy(table, span, around),
        _ => Vec::new(),
    }
}

pub(super) fn publication(objects: &[PublicationObject], span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let tables: Vec<&ObjectName> = objects.iter().filter_map(table_of).collect();
    if tables.is_empty() { Vec::new() } else { on_tables(Form::CreatePublicationTable, tables, span, around) }
}

fn table_of(object: &PublicationObject) -> Option<&ObjectName> {
    match object {
        PublicationObject::Table(table) => Some(&table.name),
        PublicationObject::Schema(_) => None,
    }
}

/// Only privileges on tables by their name are known to lock something.
pub(super) fn grant(grant: &Grant, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let GrantTarget::Objects(objects) = &grant.target else { return Vec::new() };
    let tables = objects.iter().filter(|object| object.kind == ObjectKind::Table);
    let tables: Vec<&ObjectName> = tables.filter_map(|object| object.name.as_ref()).collect();
    if tables.is_empty() { Vec::new() } else { on_tables(Form::GrantTable, tables, span, around) }
}
