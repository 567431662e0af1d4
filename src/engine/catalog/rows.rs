//! Whether a table holds rows.

use super::{Catalog, Constraint, ConstraintKind, KnownRows, MigrationId, Relation};
use crate::engine::effect::RelationName;

/// What migrations have done about the rows of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// Nothing that was seen has put rows into it: empty where a migration has just created it.
    #[default]
    Unseen,
    /// Emptied by TRUNCATE, and nothing that was seen has put rows into it since.
    Emptied {
        /// The migration that did.
        migration: MigrationId,
        /// The transaction, counted over the sequence.
        transaction: usize,
    },
    /// Something may have put rows into it, or have taken out those that were put in.
    Perhaps,
    /// INSERT has put rows into it, and nothing since can have taken them out.
    Certain,
}

impl Rows {
    /// Whether no migration has left rows in it.
    pub fn are_none(self) -> bool {
        matches!(self, Self::Unseen | Self::Emptied { .. })
    }

    /// Where it is not known which of the two holds.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Emptied { .. }, Self::Unseen) | (Self::Unseen, Self::Emptied { .. }) => Self::Unseen,
            _ if self == other => self,
            _ => Self::Perhaps,
        }
    }
}

impl Catalog {
    /// Rows of any relation may have been taken out, and none is known to have got any.
    pub fn doubt_filled(&mut self) {
        self.doubt_filled_if(|_| true);
    }

    /// Rows of some relations may have been taken out, and none is known to have got any.
    pub fn doubt_filled_if(&mut self, which: impl Fn(&Relation) -> bool) {
        self.change_rows(|relation| relation.rows == Rows::Certain && which(relation));
    }

    /// Any relation may have got rows or lost them.
    pub fn doubt_rows(&mut self) {
        self.note_written();
        self.change_rows(|_| true);
    }

    /// The rows of a partitioned table, and of those that it is a part of, may all have been in a partition that goes.
    pub fn doubt_parts(&mut self, name: &RelationName) {
        let above: Vec<RelationName> = self.ancestors(name).into_iter().map(|above| above.name.clone()).collect();
        for name in std::iter::once(name).chain(&above) {
            if let Some(relation) =
                self.get_mut(name).filter(|known| known.is_partitioned() && known.rows == Rows::Certain)
            {
                relation.rows = Rows::Perhaps;
            }
        }
    }

    /// Nobody knows any more what is in the rows of any relation.
    pub fn forget_rows(&mut self) {
        self.change_known_rows(|known| *known = KnownRows::default());
    }

    /// Rows may stand in another order than they came.
    pub fn disorder_rows(&mut self) {
        self.change_known_rows(KnownRows::disorder);
    }

    fn change_known_rows(&mut self, change: impl Fn(&mut KnownRows)) {
        let concerned = self.relations().filter(|relation| relation.known_rows != KnownRows::default());
        let names: Vec<RelationName> = concerned.map(|relation| relation.name.clone()).collect();
        for name in names {
            if let Some(relation) = self.get_mut(&name) {
                change(&mut relation.known_rows);
            }
        }
    }

    /// Tables of which foreign keys write rows when those of another one are changed or `deleted`, one behind the other.
    pub fn written_by_keys(&self, table: &RelationName, deleted: bool) -> Vec<RelationName> {
        let mut found: Vec<RelationName> = Vec::new();
        let mut waiting = vec![table.clone()];
        while let Some(name) = waiting.pop() {
            let above = self.ancestors(&name).into_iter().map(|above| above.name.clone());
            let referenced: Vec<RelationName> = above.chain([name]).collect();
            let writes = |constraint: &Constraint| match &constraint.kind {
                ConstraintKind::ForeignKey { referenced: to, writes_on_update, on_delete, .. } => {
                    referenced.contains(to) && (*writes_on_update || deleted && on_delete.writes())
                }
                ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => false,
            };
            let users = referenced.iter().flat_map(|name| self.users(name));
            let written = users.filter(|relation| relation.constraints.iter().any(writes));
            let reached = written.flat_map(|on| std::iter::once(on.name.clone()).chain(self.descendants(&on.name)));
            for name in reached {
                if !found.contains(&name) {
                    found.push(name.clone());
                    waiting.push(name);
                }
            }
        }
        found
    }

    pub(super) fn change_rows(&mut self, which: impl Fn(&Relation) -> bool) {
        let concerned = self.relations().filter(|relation| relation.rows != Rows::Perhaps && which(relation));
        let names: Vec<RelationName> = concerned.map(|relation| relation.name.clone()).collect();
        for name in names {
            if let Some(relation) = self.get_mut(&name) {
                relation.rows = Rows::Perhaps;
            }
        }
    }

    /// Whether a table and all its partitions and children are empty for certain: made by this migration, which nobody has
    /// put rows into, or emptied.
    pub fn is_surely_empty(&self, table: &RelationName, migration: MigrationId, transaction: usize) -> bool {
        let is_new = |relation: &Relation| {
            let made = relation.created_in == Some(migration) && !relation.perhaps_older && !relation.perhaps_missing;
            made && relation.rows.are_none()
        };
        let descendants = self.descendants(table);
        let all_new = std::iter::once(table).chain(&descendants).all(|name| self.get(name).is_some_and(is_new));
        all_new || self.is_emptied(table, migration, transaction)
    }

    /// Whether a table and all its partitions and children were emptied, by this migration or in this transaction, and have
    /// got no rows since.
    pub fn is_emptied(&self, table: &RelationName, migration: MigrationId, transaction: usize) -> bool {
        let descendants = self.descendants(table);
        std::iter::once(table).chain(&descendants).all(|name| match self.get(name).map(|relation| relation.rows) {
            Some(Rows::Emptied { migration: by, transaction: within }) => by == migration || within == transaction,
            Some(Rows::Unseen | Rows::Perhaps | Rows::Certain) | None => false,
        })
    }
}
