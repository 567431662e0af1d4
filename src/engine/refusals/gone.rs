//! What an ALTER TABLE drops: that is gone when types change and anything is added, in whatever order they are written.
//!
//! Source: the passes `AT_PASS_*` of PostgreSQL's commands/tablecmds.c, and measurements (`fixtures/facts/drop-key-*-type*.sql`).

use crate::ast::{AlterAction, AlterActionKind, AlterTable};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, Relation};
use crate::engine::classify::points_to as points_to_column;
use crate::engine::surroundings::Surroundings;

use super::{keys_through_column, needs, points_to};

/// Whether it drops a constraint of the table, or of its partitions and children: by name, or with a column.
pub(crate) fn drops_constraint(alter: &AlterTable, constraint: &Constraint) -> bool {
    drops_name(alter, &constraint.name) || drops_column(alter, |column| constraint.names_column(column))
}

/// The same of an index, which may be that of a constraint.
pub(crate) fn drops_index(alter: &AlterTable, index: &Index) -> bool {
    drops_name(alter, &index.name) || drops_column(alter, |column| index.names_column(column))
}

fn drops_name(alter: &AlterTable, constraint: &str) -> bool {
    let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropConstraint { name, .. } if name.name == constraint);
    alter.actions.iter().any(drops)
}

fn drops_column(alter: &AlterTable, is_meant: impl Fn(&str) -> bool) -> bool {
    let drops =
        |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if is_meant(&name.name));
    alter.actions.iter().any(drops)
}

/// Whether it drops a foreign key of `owner`, which may be the table itself: as one of its constraints, or by the CASCADE of
/// the key or the column that it needs.
pub(crate) fn drops_foreign_key(
    alter: &AlterTable,
    relation: &Relation,
    owner: &Relation,
    key: &Constraint,
    around: &Surroundings,
) -> bool {
    let points_here =
        matches!(&key.kind, ConstraintKind::ForeignKey { referenced, .. } if *referenced == relation.name);
    let is_needed = |action: &AlterAction| match &action.kind {
        AlterActionKind::DropConstraint { name, cascade: true, .. } => match relation.constraint(&name.name) {
            Some(Constraint { kind: ConstraintKind::Key { columns, .. }, .. }) => {
                needs(&key.kind, columns, relation) && points_to(&key.kind, &name.name, columns, relation)
            }
            _ => false,
        },
        AlterActionKind::DropColumn { name, cascade: true, .. } => {
            let through = || keys_through_column(&name.name, relation, around);
            points_to_column(&key.kind, &name.name, relation)
                || through().iter().any(|(table, gone)| *table == owner.name && *key.name == **gone)
        }
        _ => false,
    };
    let own = owner.name == relation.name && drops_constraint(alter, key);
    own || points_here && alter.actions.iter().any(is_needed)
}
