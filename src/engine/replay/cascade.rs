//! What CASCADE takes along beside views and foreign keys: defaults and triggers.

use ecow::EcoString;

use crate::engine::catalog::{Column, Relation, calls};
use crate::engine::effect::RelationName;

use super::{Replay, parts};

/// DROP FUNCTION ... CASCADE: triggers that execute it, and defaults, indexes, checks, policies, views and generated columns
/// that call it go. Where there are overloads it is not known which of them is called.
pub(super) fn drop_users_of_function(name: &RelationName, replay: &mut Replay) {
    if !replay.catalog.is_only_function(&name.name) {
        return;
    }
    let uses = |relation: &Relation| {
        relation.triggers.iter().any(|trigger| trigger.function == name.name)
            || relation.columns.iter().any(|column| column.default_functions.contains(&name.name))
            || relation.calls_function(&name.name)
    };
    let users: Vec<RelationName> =
        replay.catalog.relations().filter(|relation| uses(relation)).map(|relation| relation.name.clone()).collect();
    for user in users {
        let generated = replay.catalog.get(&user).into_iter().flat_map(|relation| &relation.columns);
        let generated = generated.filter(|column| column.is_generated_by(&name.name));
        let generated: Vec<EcoString> = generated.map(|column| column.name.clone()).collect();
        for column in generated {
            parts::drop_views(&user, &column, true, replay);
            parts::drop_column(&user, &column, replay);
        }
        let relation = replay.catalog.touch(&user);
        relation.triggers.retain(|trigger| trigger.function != name.name);
        let calling = relation.columns.iter_mut().filter(|column| column.default_functions.contains(&name.name));
        calling.for_each(Column::drop_default);
        relation.constraints.retain(|constraint| !constraint.kind.calls_function(&name.name));
        relation.policies.retain(|policy| !policy.calls_function(&name.name));
        let is_view = calls(&relation.calls, &name.name);
        let gone = relation.indexes.iter().filter(|index| index.calls_function(&name.name));
        let gone: Vec<RelationName> = gone.map(|index| RelationName::new(&*user.schema, &*index.name)).collect();
        let computed = relation.columns.iter().filter(|column| column.is_generated_by(&name.name));
        let computed: Vec<EcoString> = computed.map(|column| column.name.clone()).collect();
        gone.iter().for_each(|index| replay.catalog.remove_index(index));
        for column in &computed {
            parts::drop_views(&user, column, true, replay);
            parts::drop_column(&user, column, replay);
        }
        if is_view {
            super::drop::drop_relation(&user, true, replay);
        }
    }
}
