//! Functions that parts of a relation call.

use ecow::EcoString;

use super::{Catalog, Column, ConstraintKind, Index, Kind, Policy, Relation};
use crate::engine::effect::RelationName;
use crate::postgres::builtins;

/// Whether one of these calls is of a function, whatever schema stands in front of it.
pub fn calls(calls: &[EcoString], function: &str) -> bool {
    calls.iter().any(|call| call.rsplit('.').next() == Some(function))
}

impl ConstraintKind {
    /// Whether it calls a function.
    pub fn calls_function(&self, function: &str) -> bool {
        matches!(self, Self::Check { calls: known, .. } if calls(known, function))
    }
}

impl Index {
    /// Whether its expressions or its predicate call a function.
    pub fn calls_function(&self, function: &str) -> bool {
        calls(&self.more.calls, function)
    }
}

impl Policy {
    /// Whether its conditions call a function.
    pub fn calls_function(&self, function: &str) -> bool {
        calls(&self.using_calls, function) || calls(&self.check_calls, function)
    }
}

impl Column {
    /// Whether the expression that it is generated from calls a function.
    pub fn is_generated_by(&self, function: &str) -> bool {
        self.generated_from.is_some() && calls(&self.more.generated_calls, function)
    }
}

impl Relation {
    /// Whether any part of it calls a function.
    pub fn calls_function(&self, function: &str) -> bool {
        let of_column =
            |column: &Column| calls(&column.default_functions, function) || column.is_generated_by(function);
        calls(&self.calls, function)
            || self.columns.iter().any(of_column)
            || self.constraints.iter().any(|constraint| constraint.kind.calls_function(function))
            || self.indexes.iter().any(|index| index.calls_function(function))
            || self.policies.iter().any(|policy| policy.calls_function(function))
    }

    /// All calls of functions by its columns, constraints, indexes and policies, or by its query.
    pub fn all_calls(&self) -> impl Iterator<Item = &EcoString> {
        let columns = self.columns.iter();
        let of_columns = columns.flat_map(|column| column.default_functions.iter().chain(&column.more.generated_calls));
        let of_constraints = self.constraints.iter().flat_map(|constraint| match &constraint.kind {
            ConstraintKind::Check { calls, .. } => calls.as_slice(),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => &[],
        });
        let of_indexes = self.indexes.iter().flat_map(|index| &index.more.calls);
        let of_policies = self.policies.iter().flat_map(|policy| policy.using_calls.iter().chain(&policy.check_calls));
        self.calls.iter().chain(of_columns).chain(of_constraints).chain(of_indexes).chain(of_policies)
    }

    /// All calls of functions, to change them.
    pub fn calls_mut(&mut self) -> impl Iterator<Item = &mut EcoString> {
        let columns = self.columns.iter_mut();
        let of_columns =
            columns.flat_map(|column| column.default_functions.iter_mut().chain(&mut column.more.generated_calls));
        let of_constraints = self.constraints.iter_mut().flat_map(|constraint| match &mut constraint.kind {
            ConstraintKind::Check { calls, .. } => calls.as_mut_slice(),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => &mut [],
        });
        let of_indexes = self.indexes.iter_mut().flat_map(|index| &mut index.more.calls);
        let of_policies =
            self.policies.iter_mut().flat_map(|policy| policy.using_calls.iter_mut().chain(&mut policy.check_calls));
        self.calls.iter_mut().chain(of_columns).chain(of_constraints).chain(of_indexes).chain(of_policies)
    }
}

impl Catalog {
    /// Whether a call of this name may be one of an aggregate that history makes of functions.
    pub fn may_be_aggregate(&self, name: &str) -> bool {
        self.unnamed.calls && self.has_aggregate(name)
    }

    /// Whether history makes an aggregate of this name, in any schema.
    pub fn has_aggregate(&self, name: &str) -> bool {
        let bare = |key: &RelationName| {
            key.name.split('(').next().and_then(|written| written.rsplit('.').next()) == Some(name)
        };
        self.ledger.all(Kind::Named).any(|(key, _)| &*key.schema == "AGGREGATE" && bare(key))
    }

    /// Whether history shows one aggregate of this name that is there for certain, and the server has none of the name.
    pub fn is_only_aggregate(&self, name: &str) -> bool {
        let overload = |key: &RelationName| &*key.schema == "AGGREGATE" && key.name.split('(').next() == Some(name);
        let mut known = self.ledger.all(Kind::Named).filter(|(key, past)| overload(key) && !past.is_gone());
        let only = known.next().filter(|_| known.next().is_none());
        only.is_some_and(|(_, past)| past.is_there()) && builtins::volatility(name).is_none()
    }
}
