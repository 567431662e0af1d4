//! Foreign keys that UPDATE and DELETE have to check.

use crate::ast::{KeyAction, Write, WriteVerb};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;

/// The other tables that a change of rows is checked against, or that it changes too.
pub(super) fn checked(write: &Write, target: &RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let is_set = |column: &String| write.columns.iter().any(|set| set.name == *column);
    match write.verb {
        WriteVerb::Delete => deleted(target, span, around),
        WriteVerb::Update => {
            let changed = |constraint: &Constraint, relation: &Relation| {
                let ConstraintKind::ForeignKey { referenced_columns, .. } = &constraint.kind else { return None };
                let key = relation.primary_key().filter(|_| referenced_columns.is_empty());
                let is_changed = key.unwrap_or(referenced_columns).iter().any(is_set);
                writes(&constraint.kind).1.filter(|_| is_changed)
            };
            let mut found = searched(target, span, around, changed);
            let relation = around.catalog.get(target).into_iter();
            let set = relation.flat_map(Relation::foreign_keys).filter(|(constraint, to)| {
                matches!(&constraint.kind, ConstraintKind::ForeignKey { columns, .. } if columns.iter().any(is_set))
                    && *to != target
            });
            let referenced: Vec<RelationName> = set.map(|(_, to)| to.clone()).collect();
            if !referenced.is_empty() {
                found.push(Occurrence::new(Form::UpdateForeignKey, span).with_all(Role::Referenced, referenced));
            }
            found
        }
        WriteVerb::Insert | WriteVerb::Merge | WriteVerb::CopyFrom => Vec::new(),
    }
}

/// What refers to deleted rows, and with ON DELETE CASCADE what refers to that.
fn deleted(target: &RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let mut reached = vec![target.clone()];
    let mut next = 0;
    while let Some(table) = reached.get(next).cloned() {
        found.extend(searched(&table, span, around, |constraint, _| writes(&constraint.kind).0));
        for (other, constraint) in around.catalog.referencing(&table) {
            let cascades = matches!(&constraint.kind, ConstraintKind::ForeignKey { on_delete: KeyAction::Cascade, .. });
            if cascades && !reached.contains(&other.name) {
                reached.push(other.name.clone());
            }
        }
        next += 1;
    }
    found
}

/// Whether a foreign key writes when the referenced row is deleted, and when its key changes; `None` is no foreign key.
fn writes(kind: &ConstraintKind) -> (Option<bool>, Option<bool>) {
    match kind {
        ConstraintKind::ForeignKey { writes_on_delete, writes_on_update, .. } => {
            (Some(*writes_on_delete), Some(*writes_on_update))
        }
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => (None, None),
    }
}

/// Tables that have to be searched for rows that point to a changed one. `written` says whether these rows are written,
/// and `None` if they are left alone.
fn searched(
    target: &RelationName,
    span: Span,
    around: &Surroundings,
    written: impl Fn(&Constraint, &Relation) -> Option<bool>,
) -> Vec<Occurrence> {
    let Some(relation) = around.catalog.get(target) else { return Vec::new() };
    let referencing = around.catalog.referencing(target).into_iter().filter_map(|(table, constraint)| {
        let ConstraintKind::ForeignKey { columns, .. } = &constraint.kind else { return None };
        let indexed = columns.first().is_some_and(|column| table.is_key_column(column));
        let form = match (written(constraint, relation)?, indexed) {
            (false, false) => Form::DeleteReferenced,
            (false, true) => Form::DeleteReferencedIndexed,
            (true, false) => Form::DeleteCascade,
            (true, true) => Form::DeleteCascadeIndexed,
        };
        Some(Occurrence::new(form, span).with(Role::Referencing, table.name.clone()))
    });
    referencing.collect()
}
