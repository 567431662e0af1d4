//! Which relations refer to which, so that a change looks only at those that it concerns: with a long history, there are
//! thousands of others.

use std::sync::Arc;

use ecow::EcoString;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Catalog, Relation};
use crate::engine::effect::RelationName;

/// Relations by the ones that they name.
#[derive(Debug, Clone, Default)]
pub(super) struct Users {
    /// Those that name a relation, or once did: whoever asks sees for himself. Shared with copies of the catalogue.
    known: Arc<FxHashMap<RelationName, FxHashSet<RelationName>>>,
    /// The last parts of the names of types that columns have, or once had.
    types: Arc<FxHashSet<EcoString>>,
    /// Those that may have changed since they were last looked at.
    changed: Vec<RelationName>,
}

/// How many relations may change before they are looked at.
const MOST: usize = 16;

impl Catalog {
    /// Notes that a relation is about to change.
    pub(super) fn note_change(&mut self, name: &RelationName) {
        // Most often it is the one that was changed last.
        if self.users.changed.iter().rev().any(|changed| changed == name) {
            return;
        }
        if self.users.changed.len() >= MOST {
            self.look_at_changes();
        }
        self.users.changed.push(name.clone());
    }

    fn look_at_changes(&mut self) {
        let known = Arc::make_mut(&mut self.users.known);
        let types = Arc::make_mut(&mut self.users.types);
        for name in self.users.changed.drain(..) {
            for of_type in self.relations.get(&name).into_iter().flat_map(|relation| type_names(relation)) {
                if !types.contains(of_type) {
                    types.insert(of_type.into());
                }
            }
            for used in self.relations.get(&name).into_iter().flat_map(|relation| relation.named()) {
                match known.get_mut(used) {
                    Some(users) if users.contains(&name) => {}
                    Some(users) => {
                        users.insert(name.clone());
                    }
                    None => {
                        known.insert(used.clone(), FxHashSet::from_iter([name.clone()]));
                    }
                }
            }
        }
    }

    /// The relations that may refer to this one, in no order.
    pub(super) fn users(&self, name: &RelationName) -> impl Iterator<Item = &Relation> {
        let changed = &self.users.changed;
        let known = self.users.known.get(name).into_iter().flatten().filter(|user| !changed.contains(user));
        known.chain(changed).filter_map(|user| self.get(user))
    }

    /// Whether a column may have a type with this name, in whatever schema.
    pub fn may_be_type_of_column(&self, name: &str) -> bool {
        let changed = self.users.changed.iter().filter_map(|changed| self.get(changed));
        self.users.types.contains(name) || changed.flat_map(type_names).any(|of_type| of_type == name)
    }
}

/// The types of the columns, without their schemas.
fn type_names(relation: &Relation) -> impl Iterator<Item = &str> {
    let types = relation.columns.iter().filter_map(|column| column.data_type.as_ref());
    types.map(|data_type| data_type.name.rsplit('.').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::{ConstraintTraits, KeyAction};
    use crate::engine::catalog::{ColumnUse, Constraint, ConstraintKind, Place};
    use crate::engine::effect::RelationKind;
    use crate::source::Span;

    fn name(number: usize) -> RelationName {
        RelationName::new("public", format!("t{number}"))
    }

    fn foreign_key(to: usize) -> Constraint {
        let place = Place { migration: 0, statement: Span::default(), span: Span::default() };
        Constraint {
            expression: crate::engine::catalog::Written::default(),
            name: "fk".into(),
            before_12: None,
            kind: ConstraintKind::ForeignKey {
                columns: Vec::new(),
                referenced: name(to),
                referenced_columns: Vec::new(),
                writes_on_delete: false,
                writes_on_update: false,
                on_delete: KeyAction::NoAction,
                on_update: KeyAction::NoAction,
                match_full: false,
            },
            validated: true,
            traits: ConstraintTraits::default(),
            awaits_validation: false,
            began_empty: false,
            doubted: false,
            inherited: false,
            added_in: 0,
            added_in_transaction: 0,
            statement: place.statement,
            span: place.span,
        }
    }

    /// Whoever names a relation is among its users, whatever happened before.
    fn check(catalog: &Catalog) {
        for used in catalog.relations() {
            let users: Vec<&RelationName> = catalog.users(&used.name).map(|user| &user.name).collect();
            for user in catalog.relations().filter(|user| user.names(&used.name)) {
                assert_eq!(
                    users.iter().filter(|known| ***known == user.name).count(),
                    1,
                    "{} of {}",
                    user.name,
                    used.name
                );
            }
        }
    }

    #[test]
    fn users_are_known_after_changes_of_every_kind() {
        let mut catalog = Catalog::default();
        for number in 0..60 {
            let mut relation = Relation::new(name(number), RelationKind::Table);
            relation.constraints.push(foreign_key(number / 2));
            catalog.insert(relation);
            check(&catalog);
        }
        for number in 0..60 {
            let other = catalog.touch(&name(number));
            other.reads.push(name(59 - number));
            other.column_uses.push(ColumnUse { relation: name((number + 7) % 60), column: None, certain: true });
        }
        check(&catalog);
        let before = catalog.clone();
        for number in (0..60).step_by(3) {
            catalog.rename(&name(number), &name(number + 100));
            check(&catalog);
        }
        for number in (1..60).step_by(3) {
            catalog.remove(&name(number));
            check(&catalog);
        }
        check(&before);
        assert_eq!(before.referencing(&name(5)).len(), 2);
    }
}
