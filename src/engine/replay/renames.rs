//! Statistics that get another name or schema.

use crate::ast::{AlterOther, ObjectChange, ObjectKind};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn alter(alter: &AlterOther, replay: &mut Replay) {
    let Some(name) = &alter.object.name else { return };
    let from = replay.resolve(name);
    let to = match &alter.change {
        ObjectChange::RenameTo(to) => RelationName::new(&*from.schema, &*to.name),
        ObjectChange::SetSchema(schema) => RelationName::new(&*schema.name, &*from.name),
        ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => return,
    };
    match &alter.object.kind {
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            if let Some(statistics) = replay.catalog.remove_statistics(&from) {
                replay.catalog.add_statistics(to, statistics);
            }
        }
        _ => {}
    }
}
