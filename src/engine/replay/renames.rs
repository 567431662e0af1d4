//! Statistics that get another name or schema.

use ecow::eco_format;

use crate::ast::{AlterOther, ObjectChange, ObjectKind};
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
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            if let Some(statistics) = replay.catalog.remove_statistics(&from) {
                replay.catalog.add_statistics(to, statistics);
            }
        }
        _ => {}
    }
}

/// Triggers that execute a function and defaults that call it follow its name, where there is no overload of it.
pub(super) fn follow_function(from: &str, to: &str, replay: &mut Replay) {
    if !replay.catalog.is_only_function(from) {
        return;
    }
    let uses = |relation: &&Relation| {
        relation.triggers.iter().any(|trigger| trigger.function == from) || relation.calls_function(from)
    };
    let users: Vec<RelationName> =
        replay.catalog.relations().filter(uses).map(|relation| relation.name.clone()).collect();
    for user in users {
        let relation = replay.catalog.touch(&user);
        for column in relation.columns.iter_mut().filter(|column| column.default_functions.iter().any(|f| f == from)) {
            column.more.expression.rename(from, to);
        }
        for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.kind.calls_function(from)) {
            constraint.expression.rename(from, to);
        }
        for policy in relation.policies.iter_mut().filter(|policy| policy.calls_function(from)) {
            policy.written.iter_mut().for_each(|written| written.rename(from, to));
        }
        let of_triggers = relation.triggers.iter_mut().map(|trigger| &mut trigger.function);
        of_triggers.filter(|name| *name == from).for_each(|name| *name = to.into());
        for call in relation.calls_mut() {
            let schema = call.rsplit_once('.').map(|(schema, _)| format!("{schema}."));
            if call.rsplit('.').next() == Some(from) {
                *call = eco_format!("{}{to}", schema.unwrap_or_default());
            }
        }
    }
}
