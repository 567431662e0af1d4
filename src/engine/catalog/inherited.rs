//! CHECKs that partitions and children have from their parents.
//!
//! Source: `ATExecDropConstraint`, `MergeWithExistingConstraint` and `MergeConstraintsIntoExisting` of PostgreSQL.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use super::{Catalog, Constraint, ConstraintKind, Relation};
use crate::engine::effect::RelationName;

impl Catalog {
    /// The partitions and children that lose a CHECK when this table does: those that have it neither of their own nor from
    /// a parent that keeps it.
    pub fn losing_check(&self, table: &RelationName, name: &str) -> FxHashSet<RelationName> {
        let mut losing = FxHashSet::default();
        let mut waiting: Vec<&Relation> = self.get(table).filter(|known| known.gives_check(name)).into_iter().collect();
        while let Some(parent) = waiting.pop() {
            for child in parent.children.iter().filter_map(|child| self.get(child)) {
                let has_it = child.constraint(name).is_some_and(Constraint::is_check);
                let keeps = |above: &&RelationName| **above != *table && !losing.contains(*above);
                let mut kept = child.parents.iter().filter(keeps).filter_map(|above| self.get(above));
                let is_lost = has_it && !self.is_own_check(child, name) && !kept.any(|above| above.gives_check(name));
                if is_lost && losing.insert(child.name.clone()) {
                    waiting.push(child);
                }
            }
        }
        losing
    }

    /// The CHECKs that a child has from this parent and from no other.
    pub fn checks_from(&self, child: &RelationName, parent: &RelationName) -> Vec<EcoString> {
        let Some(child) = self.get(child) else { return Vec::new() };
        let others: Vec<&Relation> =
            child.parents.iter().filter(|other| *other != parent).filter_map(|other| self.get(other)).collect();
        let names = child.constraints.iter().filter(|own| own.is_check()).map(|own| own.name.clone());
        names.filter(|name| !others.iter().any(|other| other.gives_check(name))).collect()
    }

    /// Whether a table has a CHECK that does not go with those of its parents. That of a partition always does.
    fn is_own_check(&self, relation: &Relation, name: &str) -> bool {
        let mut parents = relation.parents.iter().filter_map(|parent| self.get(parent));
        let is_partition = parents.any(|parent| parent.is_partitioned() && parent.gives_check(name));
        !is_partition && relation.constraint(name).is_some_and(|own| !own.inherited)
    }
}

impl Relation {
    /// Whether it has a CHECK of this name that comes down to its children.
    pub fn gives_check(&self, name: &str) -> bool {
        self.constraint(name).is_some_and(|known| known.is_check() && !known.traits.no_inherit)
    }

    /// It has a CHECK of its own from here on, whatever becomes of that of its parents.
    pub fn own_check(&mut self, name: &str) {
        let own = self.constraints.iter_mut().filter(|known| known.name == name && known.is_check());
        own.for_each(|known| known.inherited = false);
    }
}

impl Constraint {
    /// Whether it is a CHECK.
    pub fn is_check(&self) -> bool {
        matches!(self.kind, ConstraintKind::Check { .. })
    }
}
