//! Domains and their constraints.
//!
//! Source: `ChooseConstraintName` as PostgreSQL's commands/typecmds.c calls it: `{domain}_check`, and `{domain}_not_null` for the
//! NOT NULL that is a constraint since 17.

use crate::ast::{AlterDomain, ColumnConstraint, ColumnConstraintKind, CreateDomain, DomainChange};
use crate::engine::catalog::{Domain, DomainCheck};
use crate::engine::effect::RelationName;
use crate::engine::names;

use super::Replay;

pub(super) fn create(create: &CreateDomain, replay: &mut Replay) {
    let name = replay.created(&create.name, false);
    let mut domain = Domain {
        data_type: create.data_type.clone(),
        constrained: create.constrained(),
        default: create.default().cloned(),
        not_null: false,
        checks: Vec::new(),
    };
    for constraint in &create.constraints {
        add(&mut domain, &name, constraint, true);
    }
    replay.catalog.add_domain(name, domain);
}

pub(super) fn alter(alter: &AlterDomain, replay: &mut Replay) {
    let name = replay.resolve(&alter.name);
    let Some(domain) = replay.catalog.domain_mut(&name) else { return };
    match &alter.change {
        DomainChange::SetDefault(default) => domain.default = Some(default.clone()),
        DomainChange::DropDefault => domain.default = None,
        DomainChange::SetNotNull => domain.not_null = true,
        DomainChange::DropNotNull => domain.not_null = false,
        DomainChange::AddConstraint(constraint) => add(domain, &name, constraint, false),
        DomainChange::DropConstraint { name, .. } => domain.checks.retain(|check| check.name != name.name),
        DomainChange::ValidateConstraint(name) => {
            domain.checks.iter_mut().filter(|check| check.name == name.name).for_each(|check| check.validated = true);
        }
        DomainChange::RenameConstraint { from, to } => {
            for check in domain.checks.iter_mut().filter(|check| check.name == from.name) {
                check.name.clone_from(&to.name);
            }
        }
    }
    domain.constrained = domain.not_null || !domain.checks.is_empty();
}

fn add(domain: &mut Domain, name: &RelationName, constraint: &ColumnConstraint, new: bool) {
    match &constraint.kind {
        ColumnConstraintKind::NotNull => domain.not_null = true,
        ColumnConstraintKind::Check(_) => {
            let taken = |name: &str| domain.checks.iter().any(|check| check.name == name);
            let chosen = || names::chosen(&name.name, "", "check", taken);
            let name = constraint.name.as_ref().map_or_else(chosen, |name| name.name.clone());
            domain.checks.push(DomainCheck { name, validated: new || !constraint.traits.not_valid });
        }
        ColumnConstraintKind::Null
        | ColumnConstraintKind::Default(_)
        | ColumnConstraintKind::Generated { .. }
        | ColumnConstraintKind::Identity(_)
        | ColumnConstraintKind::PrimaryKey
        | ColumnConstraintKind::Unique
        | ColumnConstraintKind::References(_) => {}
    }
}
