//! What CASCADE takes along beside views and foreign keys: defaults and triggers.

use crate::engine::catalog::{Column, Relation};
use crate::engine::effect::RelationName;

use super::Replay;

/// DROP FUNCTION ... CASCADE: triggers that execute it, defaults that call it and indexes over what it gives go. Where there
/// are overloads it is not known which of them is called.
pub(super) fn drop_users_of_function(name: &RelationName, replay: &mut Replay) {
    if !replay.catalog.is_only_function(&name.name) {
        return;
    }
    let uses = |relation: &Relation| {
        relation.triggers.iter().any(|trigger| trigger.function == name.name)
            || relation.columns.iter().any(|column| column.default_functions.contains(&name.name))
            || relation.indexes.iter().any(|index| index.has_key_of(&name.name))
    };
    let users: Vec<RelationName> =
        replay.catalog.relations().filter(|relation| uses(relation)).map(|relation| relation.name.clone()).collect();
    for user in users {
        let relation = replay.catalog.touch(&user);
        relation.triggers.retain(|trigger| trigger.function != name.name);
        let calling = relation.columns.iter_mut().filter(|column| column.default_functions.contains(&name.name));
        calling.for_each(Column::drop_default);
        let gone = relation.indexes.iter().filter(|index| index.has_key_of(&name.name));
        let gone: Vec<RelationName> = gone.map(|index| RelationName::new(&*user.schema, &*index.name)).collect();
        gone.iter().for_each(|index| replay.catalog.remove_index(index));
    }
}
