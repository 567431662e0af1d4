//! Enum types and their values.

use ecow::EcoString;

use super::uncertain::NOBODY;
use super::{Catalog, MigrationId};
use crate::engine::effect::RelationName;
use crate::parser;

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// The migration that created it; a number that no migration has where that is not known.
    pub created_in: MigrationId,
    /// The transaction that created it, counted over the sequence; `None` where history did not.
    pub created_in_transaction: Option<usize>,
    /// Whether all its values are known.
    pub whole: bool,
    /// The values that are known, in their order.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// The value.
    pub value: EcoString,
    /// The transaction that added it, where it was added later than the type.
    pub added_in_transaction: Option<usize>,
    /// The value is there for certain, and so is the transaction.
    pub sure: bool,
}

impl Enum {
    /// A type of which only the name is known.
    pub fn unseen() -> Self {
        Self { created_in: NOBODY, created_in_transaction: None, whole: false, values: Vec::new() }
    }

    /// The value with this text.
    pub fn value(&self, value: &str) -> Option<&EnumValue> {
        self.values.iter().find(|known| known.value == value)
    }

    /// Whether it is known that there is no such value. What a placeholder stands for may be any.
    pub fn lacks(&self, value: &str) -> bool {
        let written = |known: &EnumValue| !parser::fills(&known.value);
        self.whole && self.value(value).is_none() && self.values.iter().all(written) && !parser::fills(value)
    }

    fn doubt(&mut self) {
        self.whole = false;
        self.values.iter_mut().for_each(|value| value.sure = false);
    }
}

impl Catalog {
    /// Notes an enum type.
    pub fn add_enum(&mut self, name: RelationName, new: Enum) {
        self.enums.insert(name, new);
    }

    /// The enum type with this name.
    pub fn enum_type(&self, name: &RelationName) -> Option<&Enum> {
        self.enums.get(name)
    }

    /// The enum type with this name, to change it; made up as one that nobody has seen.
    pub fn touch_enum(&mut self, name: &RelationName) -> &mut Enum {
        self.enums.entry(name.clone()).or_insert_with(Enum::unseen)
    }

    /// All enum types, in no order.
    pub fn enums(&self) -> impl Iterator<Item = (&RelationName, &Enum)> {
        self.enums.iter()
    }

    /// Forgets a type of any kind.
    pub fn remove_type(&mut self, name: &RelationName) {
        self.enums.remove(name);
        self.composites.remove(name);
        self.domains.remove(name);
    }

    /// Gives a type another name; the columns of the type follow.
    pub fn rename_type(&mut self, from: &RelationName, to: &RelationName) {
        if let Some(known) = self.enums.remove(from) {
            self.enums.insert(to.clone(), known);
        }
        if let Some(known) = self.domains.remove(from) {
            self.domains.insert(to.clone(), known);
        }
        if let Some(known) = self.composites.remove(from) {
            self.composites.insert(to.clone(), known);
        }
        for typed in self.typed_tables(from) {
            if let Some(relation) = self.get_mut(&typed) {
                relation.of_type = Some(to.clone());
            }
        }
    }

    /// The migration that created an enum type.
    pub fn enum_created_in(&self, name: &RelationName) -> Option<MigrationId> {
        self.enums.get(name).map(|known| known.created_in)
    }

    /// Of these types nothing is known for certain any more.
    pub(super) fn doubt_enums(&mut self, about: impl Fn(&RelationName) -> bool) {
        self.enums.iter_mut().filter(|(name, _)| about(name)).for_each(|(_, known)| known.doubt());
    }

    /// Types that statements may have changed, or may not.
    pub(super) fn doubt_changed_enums(&mut self, before: &Self) {
        for (name, known) in &mut self.enums {
            match before.enums.get(name) {
                Some(before) if before == known => {}
                Some(before) => {
                    known.doubt();
                    let lost = before.values.iter().filter(|value| known.value(&value.value).is_none());
                    let lost: Vec<EnumValue> = lost.cloned().collect();
                    known.values.extend(lost.into_iter().map(|value| EnumValue { sure: false, ..value }));
                }
                None => {
                    known.doubt();
                    known.created_in = NOBODY;
                }
            }
        }
        for (name, known) in &before.enums {
            if !self.enums.contains_key(name) {
                let mut known = known.clone();
                known.doubt();
                self.enums.insert(name.clone(), known);
            }
        }
    }
}
