//! Moments that were written without an offset, when the session gets another time zone.

use ecow::EcoString;

use super::{Catalog, Relation};
use crate::ast::PartitionBound;
use crate::engine::effect::RelationName;
use crate::engine::partitions::zone;

impl Catalog {
    /// The time zone of the session for the next statement. Where it is another one than before, what older statements say
    /// without an offset is another moment than what the next ones say.
    pub fn follow_time_zone(&mut self, zone: Option<&str>) {
        if self.time_zone.as_deref() == zone {
            return;
        }
        self.time_zone = zone.map(EcoString::from);
        let has_zone = |relation: &&Relation| relation.bound.is_some() || !relation.known_rows.is_empty();
        let names: Vec<RelationName> = self.relations().filter(has_zone).map(|known| known.name.clone()).collect();
        for name in names {
            let bound = self.bound_in_any_zone(&name);
            if let Some(relation) = self.get_mut(&name) {
                relation.bound = bound;
                let zoned = relation.columns.iter().filter(|column| {
                    let data_type = column.data_type.as_ref();
                    data_type.is_none_or(|of| of.name.contains("with time zone"))
                });
                let zoned: Vec<EcoString> = zoned.map(|column| column.name.clone()).collect();
                zoned.iter().for_each(|column| relation.known_rows.forget(column));
            }
        }
    }

    fn bound_in_any_zone(&self, name: &RelationName) -> Option<PartitionBound> {
        let relation = self.get(name)?;
        let bound = relation.bound.as_ref()?;
        let parent = relation.parents.first().and_then(|parent| self.get(parent));
        Some(parent.map_or_else(|| bound.clone(), |parent| zone::bound_in_any_zone(bound, parent)))
    }
}
