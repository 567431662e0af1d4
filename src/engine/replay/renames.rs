//! Types, domains and statistics that get another name or schema; the columns of a type follow.

use crate::ast::{AlterOther, DataType, ObjectChange, ObjectKind};
use crate::engine::catalog::Relation;
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
        ObjectKind::Type | ObjectKind::Domain => rename_type(&from, &to, replay),
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            if let Some(statistics) = replay.catalog.remove_statistics(&from) {
                replay.catalog.add_statistics(to, statistics);
            }
        }
        _ => {}
    }
}

fn rename_type(from: &RelationName, to: &RelationName, replay: &mut Replay) {
    if let Some(domain) = replay.catalog.remove_domain(from) {
        replay.catalog.add_domain(to.clone(), domain);
    }
    let is_of_type =
        |data_type: &DataType| data_type.name.ends_with(&from.name) && replay.around().type_name(data_type) == *from;
    let has_column =
        |relation: &&Relation| relation.columns.iter().any(|column| column.data_type.as_ref().is_some_and(is_of_type));
    let tables: Vec<(RelationName, Vec<String>)> = replay
        .catalog
        .relations()
        .filter(has_column)
        .map(|relation| {
            let columns = relation.columns.iter().filter(|column| column.data_type.as_ref().is_some_and(is_of_type));
            (relation.name.clone(), columns.map(|column| column.name.clone()).collect())
        })
        .collect();
    let written = if to.schema == "public" { to.name.clone() } else { format!("{}.{}", to.schema, to.name) };
    for (table, columns) in tables {
        let relation = replay.catalog.touch(&table);
        for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
            column.more.type_schema = Some(to.schema.clone());
            if let Some(data_type) = &mut column.data_type {
                data_type.name.clone_from(&written);
            }
        }
    }
}

/// Triggers that execute a function and defaults that call it follow its name, where there is no overload of it.
pub(super) fn follow_function(from: &str, to: &str, replay: &mut Replay) {
    if !replay.catalog.is_only_function(from) {
        return;
    }
    let uses = |relation: &&Relation| {
        let mut defaults = relation.columns.iter().flat_map(|column| &column.default_functions);
        relation.triggers.iter().any(|trigger| trigger.function == from) || defaults.any(|function| function == from)
    };
    let users: Vec<RelationName> =
        replay.catalog.relations().filter(uses).map(|relation| relation.name.clone()).collect();
    for user in users {
        let relation = replay.catalog.touch(&user);
        let of_triggers = relation.triggers.iter_mut().map(|trigger| &mut trigger.function);
        let of_defaults = relation.columns.iter_mut().flat_map(|column| &mut column.default_functions);
        of_triggers.chain(of_defaults).filter(|name| *name == from).for_each(|name| to.clone_into(name));
    }
}
