//! Domains.

use crate::ast::{AlterDomain, ColumnConstraint, ColumnConstraintKind, CreateDomain, DomainChange};
use crate::engine::catalog::Domain;
use crate::engine::names;

use super::Replay;

pub(super) fn create(create: &CreateDomain, replay: &mut Replay) {
    let name = replay.resolve(&create.name);
    let mut domain = Domain {
        data_type: create.data_type.clone(),
        not_null: false,
        checks: Vec::new(),
        default: create.default().cloned(),
    };
    for constraint in &create.constraints {
        add(constraint, &name.name, &mut domain);
    }
    replay.catalog.add_domain(name, domain);
}

pub(super) fn alter(alter: &AlterDomain, replay: &mut Replay) {
    let name = replay.resolve(&alter.name);
    let Some(domain) = replay.catalog.domain_mut(&name) else { return };
    match &alter.change {
        DomainChange::SetDefault(expr) => domain.default = Some(expr.clone()),
        DomainChange::DropDefault => domain.default = None,
        DomainChange::SetNotNull => domain.not_null = true,
        DomainChange::DropNotNull => domain.not_null = false,
        DomainChange::AddConstraint(constraint) => add(constraint, &name.name, domain),
        DomainChange::DropConstraint { name: dropped, .. } => {
            domain.checks.retain(|check| *check != dropped.name);
            // The name that the server chooses for NOT NULL (17).
            domain.not_null &= dropped.name != names::chosen(&name.name, "", "not_null", |_| false);
        }
        DomainChange::RenameConstraint { from, to } => {
            for check in domain.checks.iter_mut().filter(|check| **check == from.name) {
                check.clone_from(&to.name);
            }
        }
        DomainChange::ValidateConstraint(_) => {}
    }
}

fn add(constraint: &ColumnConstraint, domain_name: &str, domain: &mut Domain) {
    match &constraint.kind {
        ColumnConstraintKind::NotNull => domain.not_null = true,
        ColumnConstraintKind::Check(_) => {
            let taken = |name: &str| domain.checks.iter().any(|check| check == name);
            let chosen = || names::chosen(domain_name, "", "check", taken);
            let name = constraint.name.as_ref().map(|name| name.name.clone()).unwrap_or_else(chosen);
            domain.checks.push(name);
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
