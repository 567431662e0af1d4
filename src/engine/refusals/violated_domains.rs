//! Changes of domains that rows violate which migrations have inserted.

use crate::ast::{AlterDomain, ColumnConstraintKind, DomainChange, Limits, Literal};
use crate::engine::catalog::{Column, Kind, Relation, counted_value_in};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::held::{Table, is_calculated_with};
use super::literals::violates;
use super::refused;
use super::violated::{CHECK_VIOLATION, with_rows};

/// NOT NULL or a CHECK of a domain, and a row with another value.
pub(super) fn alter_domain(alter: &AlterDomain, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Type, &alter.name);
    let domain = around.catalog.domain(&name)?;
    let mut tables: Vec<&Relation> =
        around.catalog.relations().filter_map(|relation| with_rows(Some(relation))).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables.into_iter().find_map(|relation| {
        let table = Table { relation, around };
        let of_domain = |column: &&Column| {
            column
                .data_type
                .as_ref()
                .is_some_and(|data_type| data_type.dimensions == 0 && around.type_name(data_type) == name)
        };
        let against = |column: &Column, limits: &Limits| {
            let violates = |literal: &Literal| {
                let mut own = limits.all.iter().filter(|limit| limit.column == "value");
                own.any(|limit| violates(limit, literal, &domain.data_type))
            };
            let violated = table.values(column, &domain.data_type).any(|literal| violates(&literal));
            let reason = || format!("column {} of {} contains values that violate it", column.name, relation.name);
            violated.then(|| refused(CHECK_VIOLATION, reason()))
        };
        relation.columns.iter().filter(of_domain).find_map(|column| match &alter.change {
            DomainChange::SetNotNull => table.null(&[&column.name]),
            DomainChange::AddConstraint(constraint) if !constraint.traits.not_valid => {
                let ColumnConstraintKind::Check(expr) = &constraint.kind else { return None };
                against(column, &expr.limits).or_else(|| {
                    let value = expr.value.as_deref().filter(|_| table.are_of_server(&expr.functions))?;
                    let base = Some(&domain.data_type).filter(|base| is_calculated_with(base))?;
                    let is_false = |literal: Literal| {
                        let of = |name: &str| (name == "value").then(|| literal.clone());
                        counted_value_in(value, 0, &of) == Some(Literal::Boolean(false))
                    };
                    let violated = table.values(column, base).any(is_false);
                    let reason =
                        || format!("column {} of {} contains values that violate it", column.name, relation.name);
                    violated.then(|| refused(CHECK_VIOLATION, reason()))
                })
            }
            DomainChange::ValidateConstraint(name) => {
                let check = domain.checks.iter().find(|check| check.name == name.name)?;
                against(column, &check.limits)
            }
            _ => None,
        })
    })
}
