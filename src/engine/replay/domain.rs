//! Domains and their constraints.
//!
//! Source: `ChooseConstraintName` as PostgreSQL's commands/typecmds.c calls it: `{domain}_check`, and `{domain}_not_null` for the
//! NOT NULL that is a constraint since 17.

use crate::ast::{AlterDomain, ColumnConstraint, ColumnConstraintKind, CreateDomain, DomainChange};
use crate::engine::catalog::{Domain, DomainCheck, Written};
use crate::engine::effect::RelationName;
use crate::engine::names;

use super::Replay;

pub(super) fn create(create: &CreateDomain, replay: &mut Replay) {
    let name = replay.created(&create.name, false);
    // A domain over another one has its default, unless it says its own.
    let base = replay.catalog.domain(&replay.around().type_name(&create.data_type));
    let base = base.filter(|_| create.data_type.dimensions == 0);
    let mut domain = Domain {
        doubted: false,
        collated: create.collation.is_some() || base.is_some_and(|base| base.collated),
        data_type: replay.settled(&create.data_type),
        type_schema: replay.type_schema(&create.data_type),
        default: create.default().cloned().or_else(|| base.and_then(|base| base.default.clone())),
        written_default: match (create.default(), base) {
            (Some(expr), _) => replay.written(expr),
            (None, Some(base)) => base.written_default.clone(),
            (None, None) => Written::default(),
        },
        not_null: false,
        checks: Vec::new(),
    };
    for constraint in &create.constraints {
        let written = written(constraint, replay);
        add(&mut domain, &name, constraint, written, true);
    }
    replay.catalog.add_domain(name, domain);
}

pub(super) fn alter(alter: &AlterDomain, replay: &mut Replay) {
    let name = replay.resolve(&alter.name);
    let written = match &alter.change {
        DomainChange::SetDefault(default) => replay.written(default),
        DomainChange::AddConstraint(constraint) => written(constraint, replay),
        _ => Written::default(),
    };
    let Some(domain) = replay.catalog.domain_mut(&name) else { return };
    match &alter.change {
        DomainChange::SetDefault(default) => {
            (domain.default, domain.written_default) = (Some(default.clone()), written);
        }
        DomainChange::DropDefault => (domain.default, domain.written_default) = (None, written),
        DomainChange::SetNotNull => domain.not_null = true,
        DomainChange::DropNotNull => domain.not_null = false,
        DomainChange::AddConstraint(constraint) => add(domain, &name, constraint, written, false),
        DomainChange::DropConstraint { name: dropped, .. } => {
            domain.checks.retain(|check| check.name != dropped.name);
            domain.not_null &= dropped.name != names::chosen(&name.name, "", "not_null", |_| false);
        }
        DomainChange::ValidateConstraint(name) => {
            domain.checks.iter_mut().filter(|check| check.name == name.name).for_each(|check| check.validated = true);
        }
        DomainChange::RenameConstraint { from, to } => {
            for check in domain.checks.iter_mut().filter(|check| check.name == from.name) {
                check.name.clone_from(&to.name);
            }
        }
    }
}

fn written(constraint: &ColumnConstraint, replay: &Replay) -> Written {
    match &constraint.kind {
        ColumnConstraintKind::Check(expr) => replay.written(expr),
        _ => Written::default(),
    }
}

fn add(domain: &mut Domain, name: &RelationName, constraint: &ColumnConstraint, expression: Written, new: bool) {
    match &constraint.kind {
        ColumnConstraintKind::NotNull => domain.not_null = true,
        ColumnConstraintKind::Check(expr) => {
            let limits = (*expr.limits).clone();
            let taken = |name: &str| domain.checks.iter().any(|check| check.name == name);
            let chosen = || names::chosen(&name.name, "", "check", taken);
            let name = constraint.name.as_ref().map_or_else(chosen, |name| name.name.clone());
            domain.checks.push(DomainCheck {
                name,
                validated: new || !constraint.traits.not_valid,
                expression,
                limits,
                calls: expr.functions.clone(),
                value: expr.value.clone(),
            });
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
