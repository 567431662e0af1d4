//! Changes of domains that rows violate which migrations have inserted.

use ecow::EcoString;

use crate::ast::{AlterDomain, ColumnConstraintKind, Counted, DataType, DomainChange, Limits, Literal};
use crate::engine::catalog::{Column, Domain, DomainCheck, Kind, Relation, counted_value_in};
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
        let against = |column: &Column, check: Asked| {
            let mut values = table.values(column, &domain.data_type);
            let violated = values.any(|literal| check.is_false(&literal, &domain.data_type, around));
            let reason = || format!("column {} of {} contains values that violate it", column.name, relation.name);
            violated.then(|| refused(CHECK_VIOLATION, reason()))
        };
        relation.columns.iter().filter(of_domain).find_map(|column| match &alter.change {
            DomainChange::SetNotNull => table.null(&[&column.name]),
            DomainChange::AddConstraint(constraint) if !constraint.traits.not_valid => {
                let ColumnConstraintKind::Check(expr) = &constraint.kind else { return None };
                let (limits, calls) = (&*expr.limits, expr.functions.as_slice());
                against(column, Asked { limits, calls, value: expr.value.as_deref() })
            }
            DomainChange::ValidateConstraint(name) => {
                let check = domain.checks.iter().find(|check| check.name == name.name)?;
                against(column, Asked::of(check))
            }
            _ => None,
        })
    })
}

/// What a CHECK of a domain asks.
struct Asked<'c> {
    limits: &'c Limits,
    calls: &'c [EcoString],
    value: Option<&'c Counted>,
}

impl<'c> Asked<'c> {
    fn of(check: &'c DomainCheck) -> Self {
        Self { limits: &check.limits, calls: &check.calls, value: check.value.as_deref() }
    }

    /// Whether it is false of a value of the type behind the domain.
    fn is_false(&self, literal: &Literal, base: &DataType, around: &Surroundings) -> bool {
        let mut limits = self.limits.all.iter().filter(|limit| limit.column == "value");
        let calculated = self
            .value
            .filter(|_| is_calculated_with(base) && self.calls.iter().all(|function| around.is_of_server(function)));
        let of = |name: &str| (name == "value").then(|| literal.clone());
        limits.any(|limit| violates(limit, literal, base))
            || calculated.is_some_and(|value| counted_value_in(value, 0, &of) == Some(Literal::Boolean(false)))
    }
}

/// The CHECK of a domain that a value of the type behind it does not meet.
pub(super) fn not_taken<'d>(domain: &'d Domain, value: &Literal, around: &Surroundings) -> Option<&'d DomainCheck> {
    domain.checks.iter().find(|check| Asked::of(check).is_false(value, &domain.data_type, around))
}
