//! VALIDATE CONSTRAINT.

use crate::ast::{AlterActionKind, Ident, TableConstraintKind};
use crate::engine::catalog::{Constraint, ConstraintKind};
use crate::engine::effect::RelationName;
use crate::engine::names;
use crate::engine::proof::{Proof, Proven};
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::Subject;

/// What VALIDATE reads: nothing where the constraint is valid already.
pub(super) fn validate(name: &Ident, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let known = subject.constraint(name);
    if let Some(key) = added_key(name, subject).filter(|_| known.is_none()) {
        let found = subject.form_with_partitions(Form::ValidateForeignKey, span);
        return vec![found.with(Role::Referenced, (key != subject.name).then_some(key))];
    }
    let form = match known.map(|constraint| &constraint.kind) {
        Some(_) if known.is_some_and(Constraint::is_proven) => Form::ValidateNoop,
        None if is_of_column(name, subject) => Form::ValidateNoop,
        Some(ConstraintKind::ForeignKey { .. }) => Form::ValidateForeignKey,
        Some(ConstraintKind::NotNull { .. }) => Form::ValidateNotNull,
        Some(ConstraintKind::Check { .. } | ConstraintKind::Key { .. }) | None => Form::ValidateCheck,
    };
    let referenced = match known.map(|constraint| &constraint.kind) {
        Some(ConstraintKind::ForeignKey { referenced, .. }) if *referenced != subject.name => Some(referenced.clone()),
        _ => None,
    };
    let proof = subject.relation.zip(known).filter(|_| form == Form::ValidateNoop);
    let proof = proof.map(|(relation, by)| Proof::by_constraint(relation, Proven::Constraint, by, "valid already"));
    // The keys are looked up in the partitions.
    let partitions = referenced.iter().flat_map(|to| subject.around.with_partitions(to.clone()).into_iter().skip(1));
    let partitions: Vec<RelationName> = partitions.collect();
    let is_key = form == Form::ValidateForeignKey;
    // Of a constraint that is valid, the server does not look at the partitions.
    let reaches = form != Form::ValidateNoop && subject.gives(known);
    let reached = if reaches { subject.descendants.clone() } else { Vec::new() };
    let proven = |child: &RelationName| known.is_some_and(|known| proves(child, known, subject));
    let (proven, open): (Vec<RelationName>, Vec<RelationName>) = reached.into_iter().partition(proven);
    let reading = Occurrence::new(form, span).with(Role::Target, subject.name.clone()).with_all(Role::Partition, open);
    let mut found = vec![reading.with(Role::Referenced, referenced).with_all(Role::Source, partitions).proven(proof)];
    // A partition whose part of a foreign key is valid is not even looked at.
    if !proven.is_empty() && !is_key {
        found.push(Occurrence::new(Form::ValidateNoop, span).with_all(Role::Target, proven));
    }
    found
}

/// The table that a foreign key references which the same statement adds under this name, be it one that the server makes up.
fn added_key(name: &Ident, subject: &Subject) -> Option<RelationName> {
    subject.alter.actions.iter().find_map(|action| match &action.kind {
        AlterActionKind::AddConstraint(added) if added.traits.not_valid => {
            let TableConstraintKind::ForeignKey { columns, references, .. } = &added.kind else { return None };
            let is_it = match &added.name {
                Some(own) => own.name == name.name,
                None => {
                    let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                    let taken =
                        |name: &str| subject.relation.is_some_and(|relation| relation.constraint(name).is_some());
                    name.name == names::chosen(&subject.name.name, &columns.join("_"), "fkey", taken)
                }
            };
            is_it.then(|| subject.around.resolve(&references.table))
        }
        _ => None,
    })
}

/// Whether it is the NOT NULL of a column, which has a name since 18 and no entry of its own.
fn is_of_column(name: &Ident, subject: &Subject) -> bool {
    let columns = subject.relation.into_iter().flat_map(|relation| &relation.columns);
    let mut own = columns.filter(|column| column.more.not_null_name.as_ref() == Some(&name.name));
    own.any(|column| column.is_not_null())
}

/// Whether a partition or child has a valid part of the constraint.
fn proves(child: &RelationName, known: &Constraint, subject: &Subject) -> bool {
    let Some(child) = subject.around.catalog.get(child).filter(|child| !child.is_partitioned()) else { return false };
    let is_part = |own: &Constraint| match &known.kind {
        ConstraintKind::ForeignKey { .. } | ConstraintKind::NotNull { .. } => own.kind == known.kind,
        ConstraintKind::Check { .. } => own.name == known.name && matches!(own.kind, ConstraintKind::Check { .. }),
        ConstraintKind::Key { .. } => false,
    };
    child.constraints.iter().any(|own| own.is_proven() && is_part(own))
}
