//! Composite types and their attributes.

use ecow::EcoString;

use super::Catalog;
use crate::ast::DataType;
use crate::engine::effect::RelationName;

/// A composite type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composite {
    /// Its attributes in order.
    pub attributes: Vec<CompositeAttribute>,
    /// Whether these are all, and all of them are certain.
    pub whole: bool,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeAttribute {
    /// Its name.
    pub name: EcoString,
    /// Its type.
    pub data_type: DataType,
    /// The schema of its type, where that is not built in.
    pub type_schema: Option<EcoString>,
    /// COLLATE, where written.
    pub collation: Option<EcoString>,
}

impl Composite {
    /// The attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&CompositeAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Catalog {
    /// Notes a composite type.
    pub fn add_composite(&mut self, name: RelationName, composite: Composite) {
        self.composites.insert(name, composite);
    }

    /// The composite type with this name.
    pub fn composite(&self, name: &RelationName) -> Option<&Composite> {
        self.composites.get(name)
    }

    /// The same, to change it.
    pub fn composite_mut(&mut self, name: &RelationName) -> Option<&mut Composite> {
        self.composites.get_mut(name)
    }

    /// All composite types, in no order.
    pub fn composites(&self) -> impl Iterator<Item = (&RelationName, &Composite)> {
        self.composites.iter()
    }

    /// All composite types, to change them, in no order.
    pub fn composites_mut(&mut self) -> impl Iterator<Item = (&RelationName, &mut Composite)> {
        self.composites.iter_mut()
    }

    /// Tables OF a type; sorted.
    pub fn typed_tables(&self, of_type: &RelationName) -> Vec<RelationName> {
        let typed = self.relations().filter(|relation| relation.of_type.as_ref() == Some(of_type));
        let mut names: Vec<RelationName> = typed.map(|relation| relation.name.clone()).collect();
        names.sort();
        names
    }

    /// A type with the composite types that hold values of it, and the domains over any of these.
    pub fn types_holding(
        &self,
        name: &RelationName,
        type_name: impl Fn(&DataType) -> RelationName,
    ) -> Vec<RelationName> {
        with_all_behind(name, |held| {
            let holds = |composite: &Composite| composite.attributes.iter().any(|it| type_name(&it.data_type) == *held);
            let composites = self.composites.iter().filter(|(_, composite)| holds(composite)).map(|(name, _)| name);
            composites.chain(self.domains_made_from(held, &type_name)).cloned().collect()
        })
    }

    /// A domain and those that are made from it.
    pub fn domains_over(
        &self,
        name: &RelationName,
        type_name: impl Fn(&DataType) -> RelationName,
    ) -> Vec<RelationName> {
        with_all_behind(name, |base| self.domains_made_from(base, &type_name).cloned().collect())
    }

    fn domains_made_from<'c>(
        &'c self,
        base: &RelationName,
        type_name: &impl Fn(&DataType) -> RelationName,
    ) -> impl Iterator<Item = &'c RelationName> {
        self.domains.iter().filter(move |(_, domain)| type_name(&domain.data_type) == *base).map(|(name, _)| name)
    }

    /// Of no composite type all is certain any more.
    pub(super) fn doubt_composites(&mut self) {
        self.composites.values_mut().for_each(|composite| composite.whole = false);
    }

    /// Types that statements may have changed, or may not.
    pub(super) fn doubt_changed_composites(&mut self, before: &Self) {
        for (name, known) in &mut self.composites {
            known.whole &= before.composites.get(name) == Some(known);
        }
        for (name, known) in &before.composites {
            let doubted = || Composite { whole: false, ..known.clone() };
            self.composites.entry(name.clone()).or_insert_with(doubted);
        }
    }
}

/// A name, the names next to it, those next to these, and so on, each once.
fn with_all_behind(name: &RelationName, next_to: impl Fn(&RelationName) -> Vec<RelationName>) -> Vec<RelationName> {
    let mut found = vec![name.clone()];
    let mut at = 0;
    while let Some(name) = found.get(at).cloned() {
        for other in next_to(&name) {
            if !found.contains(&other) {
                found.push(other);
            }
        }
        at += 1;
    }
    found
}
