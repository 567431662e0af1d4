//! Statements about what belongs to tables: policies, rules, statistics, publications, subscriptions, privileges.

use crate::ast::{
    AlterActionKind, AlterDomain, AlterOther, AlterPublication, AlterSubscription, AlterType, CreateSubscription,
    DomainChange, Drop, Expr, Grant, GrantTarget, ObjectKind, ObjectName, Owned, PublicationChange, PublicationObject,
    RoleSpec,
};
use crate::engine::attributes;
use crate::engine::catalog::{Kind, Publication, Relation, Trigger};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::named;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::alter_table;
use super::drop::drop_all;

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

/// A policy, and the relations that its expressions read.
pub(super) fn policy<'e>(
    table: &ObjectName,
    expressions: impl IntoIterator<Item = &'e Expr>,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let table = around.resolve(table);
    let reads = expressions.into_iter().flat_map(|expr| &expr.reads).map(|read| around.resolve(read));
    let reads: Vec<RelationName> = reads.filter(|read| *read != table).collect();
    vec![Occurrence::new(Form::CreatePolicy, span).with(Role::Target, table).with_all(Role::Source, reads)]
}

/// Changes that read every table with a column of the domain.
pub(super) fn alter_domain(alter: &AlterDomain, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let reads = match &alter.change {
        DomainChange::AddConstraint(constraint) => !constraint.traits.not_valid,
        DomainChange::SetNotNull => {
            !around.catalog.domain(&around.resolve(&alter.name)).is_some_and(|domain| domain.not_null)
        }
        DomainChange::ValidateConstraint(_) => true,
        DomainChange::SetDefault(_)
        | DomainChange::DropDefault
        | DomainChange::DropNotNull
        | DomainChange::DropConstraint { .. }
        | DomainChange::RenameConstraint { .. } => false,
    };
    if !reads {
        return Vec::new();
    }
    vec![Occurrence::new(Form::AlterDomainScan, span).with_all(Role::Target, users(&alter.name, around))]
}

/// Tables that hold values of a domain, or of one that is made from it. A partitioned table holds none.
fn users(name: &ObjectName, around: &Surroundings) -> Vec<RelationName> {
    let domains = around.catalog.domains_over(&around.resolve(name), |data_type| around.type_name(data_type));
    if !domains.iter().any(|domain| around.catalog.may_be_type_of_column(&domain.name)) {
        return Vec::new();
    }
    let mut users = around.catalog.users_of_type(|column| {
        column.data_type.as_ref().is_some_and(|data_type| domains.contains(&around.type_name(data_type)))
    });
    users.retain(|table| around.kind(table) != RelationKind::PartitionedTable);
    users
}

/// Tables OF a composite type get and lose columns with it.
pub(super) fn alter_attributes(alter: &AlterType, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let tables = around.catalog.typed_tables(&around.resolve_kind(Kind::Type, &alter.name));
    if tables.is_empty() {
        return Vec::new();
    }
    let children = tables.iter().flat_map(|table| around.catalog.descendants(table));
    let reached: Vec<RelationName> = tables.iter().cloned().chain(children).collect();
    let mut found = vec![Occurrence::new(Form::AlterTypeTypedTable, span).with_all(Role::Target, reached)];
    for table in &tables {
        let mut change = attributes::on_table(&alter.change, span, table);
        change.actions.retain(|action| {
            matches!(action.kind, AlterActionKind::AlterColumn { .. } | AlterActionKind::DropColumn { .. })
        });
        found.extend(alter_table(&change, span, around));
    }
    found
}

/// Of the changes that most kinds share, those of policies lock a relation as far as is known here.
pub(super) fn alter_other(alter: &AlterOther, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    match (&alter.object.kind, &alter.object.on) {
        (ObjectKind::Policy, Some(table)) => policy(table, [], span, around),
        (ObjectKind::Trigger, Some(table)) => {
            let name = around.resolve(table);
            let known = around.catalog.get(&name).filter(|relation| relation.is_partitioned());
            let is_it = |trigger: &Trigger| {
                trigger.for_each_row && alter.object.name.as_ref().is_some_and(|name| name.name.name == trigger.name)
            };
            let cloned = known.is_some_and(|relation| relation.triggers.iter().any(is_it));
            let partitions = if cloned { around.catalog.descendants(&name) } else { Vec::new() };
            let occurrence = Occurrence::new(Form::AlterTriggerRename, span).with(Role::Target, name);
            vec![occurrence.with_all(Role::Partition, partitions)]
        }
        (ObjectKind::Rule, Some(table)) => on_tables(Form::AlterRuleRename, [table], span, around),
        _ => Vec::new(),
    }
}

/// SET leaves out tables that the publication has so far, which are locked too.
pub(super) fn alter_publication(alter: &AlterPublication, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = publication(alter.change.objects(), span, around);
    if matches!(alter.change, PublicationChange::Set(_)) {
        let before = around.catalog.publication(&alter.name.name).map(Publication::names).into_iter().flatten();
        let before: Vec<RelationName> = before.cloned().collect();
        found.push(Occurrence::new(Form::CreatePublicationTable, span).with_all(Role::Target, before));
    }
    found
}

pub(super) fn publication(objects: &[PublicationObject], span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let tables: Vec<RelationName> = objects.iter().flat_map(|object| published(object, around)).collect();
    if tables.is_empty() {
        return Vec::new();
    }
    vec![Occurrence::new(Form::CreatePublicationTable, span).with_all(Role::Target, tables)]
}

/// A table and, without ONLY, its inheritance children; of a partitioned table nothing but itself.
fn published(object: &PublicationObject, around: &Surroundings) -> Vec<RelationName> {
    let PublicationObject::Table(table) = object else { return Vec::new() };
    let name = around.resolve(&table.name);
    let reaches = !table.only && around.kind(&name) != RelationKind::PartitionedTable;
    let children = if reaches { around.catalog.descendants(&name) } else { Vec::new() };
    std::iter::once(name).chain(children).collect()
}

/// Only privileges on tables by their name are known to lock something.
pub(super) fn grant(grant: &Grant, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let GrantTarget::Objects(objects) = &grant.target else { return Vec::new() };
    let tables = objects.iter().filter(|object| object.kind == ObjectKind::Table);
    let tables: Vec<&ObjectName> = tables.filter_map(|object| object.name.as_ref()).collect();
    if tables.is_empty() { Vec::new() } else { on_tables(Form::GrantTable, tables, span, around) }
}

/// What was given to a role by OWNER TO. More may be the role's that nobody saw.
pub(super) fn owned(owned: &Owned, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let roles = match owned {
        Owned::Reassign { from, .. } => from,
        Owned::Drop { by, .. } => by,
    };
    let theirs = owned_by(roles, around);
    match owned {
        Owned::Reassign { .. } => {
            theirs.into_iter().map(|name| Occurrence::new(Form::OwnerTo, span).with(Role::Target, name)).collect()
        }
        Owned::Drop { cascade, .. } => drop_all(&dropping(*cascade, span), &theirs, span, around),
    }
}

/// The relations that were given to one of these roles.
pub(in crate::engine) fn owned_by(roles: &[RoleSpec], around: &Surroundings) -> Vec<RelationName> {
    let is_theirs = |relation: &&Relation| {
        let is_owner = |role: &RoleSpec| match role {
            RoleSpec::Named(name) => relation.owned_by.as_ref() == Some(&name.name),
            RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => false,
        };
        roles.iter().any(is_owner)
    };
    let theirs = around.catalog.relations().filter(is_theirs).map(|relation| relation.name.clone());
    let mut theirs: Vec<RelationName> = theirs.collect();
    theirs.sort();
    theirs
}

/// DROP of what it does not name.
fn dropping(cascade: bool, span: Span) -> Drop {
    Drop {
        object: ObjectKind::Table,
        routine: None,
        concurrently: false,
        if_exists: false,
        names: Vec::new(),
        arguments: Vec::new(),
        on: None,
        cascade,
        kind_keyword: span,
    }
}

/// The slot is made unless the options say that it is not, or that the server does not connect.
///
/// Source: `CreateSubscription()` of the server.
pub(super) fn create_subscription(create: &CreateSubscription, span: Span) -> Vec<Occurrence> {
    let makes_slot = create.is_on("connect") && create.is_on("create_slot") && create.has_slot();
    makes_slot.then(|| Occurrence::new(Form::CreateSubscription, span)).into_iter().collect()
}

/// What asks the publisher for its tables, or changes the slot there. Before it looks for a transaction, the server looks
/// whether the subscription is there and in a state to be asked.
///
/// Source: `AlterSubscription()` of the server.
pub(super) fn alter_subscription(alter: &AlterSubscription, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = &alter.name.name;
    let past = around.catalog.past(Kind::Named, &named::subscription(name));
    if past.is_some_and(|past| past.is_gone()) {
        return Vec::new();
    }
    let enabled = around.catalog.subscription(name).enabled;
    let sets = |option: &str| alter.sets(option).filter(|_| enabled != Some(true));
    let forms = [
        (alter.refreshes() && enabled != Some(false), Form::AlterSubscriptionRefresh),
        (sets("failover").is_some(), Form::AlterSubscriptionFailover),
        (sets("two_phase").is_some_and(|option| !option.is_on()), Form::AlterSubscriptionTwoPhase),
    ];
    forms.into_iter().filter(|(meant, _)| *meant).map(|(_, form)| Occurrence::new(form, span)).collect()
}
