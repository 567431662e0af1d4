//! Locks on relations that a statement does not name as what it changes.

use crate::ast::{AlterActionKind, ObjectKind, ObjectName, StatementKind};
use crate::postgres::Role;

use super::effect::{Effect, RelationKind, RelationName, strongest};
use super::step::Step;

impl Step<'_> {
    /// Blocking locks on tables and views in use that the statement does not name, and that the transaction does not hold
    /// yet; one for each relation, and a parent for its partitions.
    pub fn collateral_locks(&self, counts: impl Fn(&Effect) -> bool) -> Vec<Effect> {
        let named = named(self);
        let of_others = self.effects.iter().filter(|effect| match effect.kind {
            RelationKind::Index | RelationKind::Sequence => false,
            RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::Partition
            | RelationKind::ForeignTable
            | RelationKind::View
            | RelationKind::MaterializedView => !named.contains(&effect.relation) && counts(effect),
        });
        let of_others: Vec<Effect> = of_others.cloned().collect();
        let mut locks = strongest(&of_others, self.options.postgres);
        locks.retain(|lock| lock.blocks_writes() && !self.is_held(lock));
        let heads: Vec<RelationName> = locks.iter().map(|lock| lock.relation.clone()).collect();
        locks.retain(|lock| !self.is_below(lock, &heads));
        locks
    }

    /// Whether an earlier statement of the transaction has taken the lock, or a stronger one.
    fn is_held(&self, lock: &Effect) -> bool {
        let mut held = self.around.session.held_locks().iter().map(|held| &held.effect);
        held.any(|held| held.relation == lock.relation && held.lock >= lock.lock)
    }

    fn is_below(&self, lock: &Effect, heads: &[RelationName]) -> bool {
        let known = self.around.catalog.get(&lock.relation);
        known.is_some_and(|relation| relation.parents.iter().any(|parent| heads.contains(parent)))
    }
}

/// The relations that the statement names as what it changes, with their partitions and children.
fn named(step: &Step) -> Vec<RelationName> {
    let resolved = |names: &[&ObjectName]| names.iter().map(|name| step.around.resolve(name)).collect();
    let heads: Vec<RelationName> = match &step.statement.kind {
        StatementKind::AlterTable(alter) => {
            let others = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::AttachPartition { partition, .. }
                | AlterActionKind::DetachPartition { partition, .. }
                | AlterActionKind::Inherit(partition)
                | AlterActionKind::NoInherit(partition) => Some(partition),
                _ => None,
            });
            resolved(&std::iter::once(&alter.name).chain(others).collect::<Vec<_>>())
        }
        StatementKind::Drop(drop) if drop.object == ObjectKind::Schema => {
            let schemas: Vec<&str> = drop.names.iter().map(|schema| schema.name.name.as_str()).collect();
            let inside = step.effects.iter().filter(|effect| schemas.contains(&effect.relation.schema.as_str()));
            inside.map(|effect| effect.relation.clone()).collect()
        }
        // DROP INDEX names its table by its index.
        StatementKind::Drop(drop) if drop.object == ObjectKind::Index => by_role(step),
        StatementKind::Drop(drop) => resolved(&drop.names.iter().chain(&drop.on).collect::<Vec<_>>()),
        StatementKind::Lock(lock) => resolved(&lock.tables.iter().map(|table| &table.name).collect::<Vec<_>>()),
        StatementKind::AlterDomain(_) | StatementKind::AlterType(_) => Vec::new(),
        _ => by_role(step),
    };
    let below = heads.iter().flat_map(|head| step.around.catalog.descendants(head)).collect::<Vec<_>>();
    heads.into_iter().chain(below).collect()
}

fn by_role(step: &Step) -> Vec<RelationName> {
    let named = step.effects.iter().filter(|effect| match effect.role {
        Role::Target | Role::Partition | Role::Parent | Role::Attached | Role::Index | Role::Source => true,
        Role::DefaultPartition | Role::Referenced | Role::Referencing | Role::Sequence => false,
    });
    named.map(|effect| effect.relation.clone()).collect()
}
