//! ALTER TYPE that the server refuses.

use crate::ast::{AlterType, AttributeChange, TypeChange};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, refused};

/// Changes of the attributes of a composite type that tables use.
pub(super) fn alter(alter: &AlterType, around: &Surroundings) -> Option<Refusal> {
    let TypeChange::Attributes(actions) = &alter.change else { return None };
    let name = around.resolve(&alter.name);
    let typed = around
        .catalog
        .relations()
        .find(|relation| relation.of_type.as_ref() == Some(&name) && !relation.perhaps_missing);
    if let Some(table) = typed.filter(|_| actions.iter().any(|action| !action.cascade)) {
        let reason = format!("cannot alter type {name}: it is the type of the typed table {}", table.name);
        return Some(refused(DEPENDENT_OBJECTS, reason));
    }
    let changed = actions.iter().find(|action| matches!(action.change, AttributeChange::SetType(_)))?;
    let uses = |column: &crate::engine::catalog::Column| {
        let of = column.data_type.as_ref();
        of.is_some_and(|data_type| around.type_name(data_type) == name)
    };
    let users = around.catalog.users_of_type(uses);
    let user = users.into_iter().find(|user| around.catalog.get(user).is_some_and(|user| !user.perhaps_missing))?;
    let reason = format!("cannot alter type {name}: a column of {user} uses it");
    Some(refused(FEATURE_NOT_SUPPORTED, reason).at(changed.span))
}
