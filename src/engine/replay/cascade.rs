//! What CASCADE takes along beside views and foreign keys: defaults and triggers.

use crate::ast::{Ident, ObjectName};
use crate::engine::catalog::{Column, Relation, Written};
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
        for column in relation.columns.iter_mut().filter(|column| column.default_functions.contains(&name.name)) {
            column.has_default = false;
            column.default_functions.clear();
            column.more.expression = Written::default();
        }
        let gone = relation.indexes.iter().filter(|index| index.has_key_of(&name.name));
        let gone: Vec<RelationName> = gone.map(|index| RelationName::new(&*user.schema, &*index.name)).collect();
        gone.iter().for_each(|index| replay.catalog.remove_index(index));
    }
}

/// DROP SEQUENCE ... CASCADE: the defaults that name it go.
pub(super) fn drop_defaults_of_sequence(name: &RelationName, replay: &mut Replay) {
    let owner = replay.catalog.get(name).and_then(|sequence| sequence.owner.clone());
    let around = replay.around();
    let means = |schema: Option<&str>, last: &str| match schema {
        Some(schema) => RelationName::new(schema, last),
        None => {
            let span = replay.author.statement;
            around.resolve(&ObjectName { schema: None, name: Ident::synthetic(last), span })
        }
    };
    let takes_from = |relation: &Relation, column: &Column| {
        let is_owner = owner.as_ref().is_some_and(|(table, owned)| *table == relation.name && *owned == column.name);
        let serial = column.data_type.as_ref().is_some_and(|data_type| data_type.serial);
        let calls = column.default_functions.iter().any(|function| function == "nextval");
        is_owner && (serial || calls) || calls && column.more.expression.holds_name_of(name, means)
    };
    let mut found = Vec::new();
    for relation in replay.catalog.relations() {
        let columns = relation.columns.iter().filter(|column| takes_from(relation, column));
        found.extend(columns.map(|column| (relation.name.clone(), column.name.clone())));
    }
    for (table, column) in found {
        let column = replay.catalog.get_mut(&table).and_then(|table| table.column_mut(&column));
        if let Some(column) = column {
            column.has_default = false;
            column.default_functions.clear();
            column.more.expression = Written::default();
        }
    }
}
