//! Keys to which foreign keys of the same table point.
//!
//! Source: measurements (`fixtures/facts/drop-self-referenced-*.sql`). Subcommands that drop are carried out in the order in
//! which they are written.

use ecow::EcoString;

use crate::ast::{AlterAction, AlterActionKind, AlterTable};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
use crate::engine::trace::Refusal;

use super::existence::is_there;
use super::{DEPENDENT_OBJECTS, needs, refused};

/// Keys and columns that are dropped without CASCADE, and that a foreign key of the table needs.
pub(super) fn alter_table(alter: &AlterTable, relation: &Relation) -> Vec<Refusal> {
    let found = alter.actions.iter().enumerate().filter_map(|(nth, action)| {
        let earlier = alter.actions.get(..nth).unwrap_or_default();
        let needing = needing_action(action, relation)?;
        let stays = !earlier.iter().any(|action| drops(action, needing));
        let reason = || format!("cannot drop it: the foreign key {} of {} depends on it", needing.name, relation.name);
        stays.then(|| refused(DEPENDENT_OBJECTS, reason()).at(action.span))
    });
    found.collect()
}

fn needing_action<'r>(action: &AlterAction, relation: &'r Relation) -> Option<&'r Constraint> {
    match &action.kind {
        AlterActionKind::DropConstraint { name, cascade: false, .. } => {
            let ConstraintKind::Key { columns, exclusion: false, .. } = &relation.constraint(&name.name)?.kind else {
                return None;
            };
            needing(relation, columns, None)
        }
        AlterActionKind::DropColumn { name, cascade: false, .. } => {
            let keys = relation.constraints.iter().filter_map(|constraint| match &constraint.kind {
                ConstraintKind::Key { columns, exclusion: false, .. } if columns.contains(&name.name) => Some(columns),
                _ => None,
            });
            keys.into_iter().find_map(|columns| needing(relation, columns, Some(&name.name)))
        }
        _ => None,
    }
}

/// A foreign key of the table that points to a key of it, where there is no other key over the same columns. One over the
/// column that is dropped goes with it.
pub(super) fn needing<'r>(
    relation: &'r Relation,
    columns: &[EcoString],
    dropped: Option<&str>,
) -> Option<&'r Constraint> {
    let over_them = relation.indexes.iter().filter(|index| {
        let keys: Vec<&EcoString> = index.keys.iter().flatten().collect();
        index.unique && keys.len() == columns.len() && columns.iter().all(|column| keys.contains(&column))
    });
    let is_only = over_them.count() == 1;
    let mut own = relation.foreign_keys().filter(|(key, to)| **to == relation.name && !key.doubted);
    let goes = |key: &Constraint| match &key.kind {
        ConstraintKind::ForeignKey { columns, .. } => dropped.is_some_and(|name| columns.iter().any(|of| of == name)),
        _ => false,
    };
    let found = own.find(|(key, _)| needs(&key.kind, columns, relation) && !goes(key));
    found.map(|(key, _)| key).filter(|_| is_only && is_there(relation))
}

fn drops(action: &AlterAction, key: &Constraint) -> bool {
    match &action.kind {
        AlterActionKind::DropConstraint { name, .. } => name.name == key.name,
        AlterActionKind::DropColumn { name, .. } => match &key.kind {
            ConstraintKind::ForeignKey { columns, .. } => columns.contains(&name.name),
            _ => false,
        },
        _ => false,
    }
}
