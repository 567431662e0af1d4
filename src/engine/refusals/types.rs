//! Changes of composite types, and of tables OF them, that the server refuses.

use crate::ast::{AlterType, AttributeAction, AttributeChange, Ident, ObjectName, TypeChange};
use crate::engine::attributes;
use crate::engine::catalog::{Column, Composite, Kind, Relation};
use crate::engine::effect::RelationName;
use crate::engine::output::{self, Given};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::existence::{UNDEFINED_COLUMN, is_known_whole};
use super::{
    DATATYPE_MISMATCH, DEPENDENT_OBJECTS, DUPLICATE_COLUMN, FEATURE_NOT_SUPPORTED, WRONG_OBJECT_TYPE, missing, readers,
    refused, type_changes, type_kinds,
};

/// Changes of the attributes of a composite type.
///
/// Source: the phases of `ATController` of PostgreSQL's commands/tablecmds.c.
pub(super) fn alter(alter: &AlterType, around: &Surroundings) -> Vec<Refusal> {
    let name = around.resolve_kind(Kind::Type, &alter.name);
    let typed = around.catalog.typed_tables(&name);
    let composite = around.catalog.composite(&name).filter(|composite| composite.whole);
    let without_cascade = match &alter.change {
        TypeChange::Attributes(actions) => actions.iter().any(|action| !action.cascade),
        TypeChange::RenameAttribute { cascade, .. } => !cascade,
        TypeChange::AddValue { .. } | TypeChange::RenameValue { .. } | TypeChange::SetOptions(_) => return Vec::new(),
    };
    let is_there = |table: &&RelationName| around.catalog.get(table).is_some_and(|table| !table.perhaps_missing);
    let mut found = Vec::new();
    if let Some(table) = typed.iter().find(is_there).filter(|_| without_cascade) {
        let reason = format!("cannot alter type {name}: it is the type of the typed table {table}");
        found.push(refused(DEPENDENT_OBJECTS, reason));
    }
    found.extend(composite.and_then(|composite| names(&name, &alter.change, composite)));
    found.extend(values_in_use(&name, &alter.change, around));
    for table in &typed {
        let change = attributes::on_table(&alter.change, alter.name.span, table);
        found.extend(type_changes(&change, around));
        found.extend(readers::refusals(&change, around));
    }
    found
}

/// A name that is not there, or is taken. What is dropped goes first, then types change, then attributes are added.
fn names(name: &RelationName, change: &TypeChange, composite: &Composite) -> Option<Refusal> {
    let has = |attribute: &str| composite.attribute(attribute).is_some();
    match change {
        TypeChange::RenameAttribute { from, to, .. } => match has(&from.name) {
            false => Some(lacking(from, name, composite)),
            true => has(&to.name).then(|| taken(to, name)),
        },
        TypeChange::Attributes(actions) => {
            let dropped = |attribute: &str| {
                let is_it = |action: &AttributeAction| matches!(&action.change, AttributeChange::Drop { name, .. } if name.name == attribute);
                actions.iter().any(is_it)
            };
            let refusal = |action: &AttributeAction| match &action.change {
                AttributeChange::Drop { if_exists: false, name: attribute } if !has(&attribute.name) => {
                    Some(lacking(attribute, name, composite))
                }
                AttributeChange::SetType(attribute) if !has(&attribute.name.name) => {
                    Some(lacking(&attribute.name, name, composite))
                }
                AttributeChange::Add(attribute) if has(&attribute.name.name) && !dropped(&attribute.name.name) => {
                    Some(taken(&attribute.name, name))
                }
                AttributeChange::Drop { .. } | AttributeChange::SetType(_) | AttributeChange::Add(_) => None,
            };
            actions.iter().find_map(refusal)
        }
        TypeChange::AddValue { .. } | TypeChange::RenameValue { .. } | TypeChange::SetOptions(_) => None,
    }
}

fn lacking(attribute: &Ident, name: &RelationName, composite: &Composite) -> Refusal {
    let near = missing::nearest(&attribute.name, composite.attributes.iter().map(|known| known.name.as_str()));
    let reason = format!("attribute {} of type {name} does not exist", attribute.name);
    refused(UNDEFINED_COLUMN, reason).at(attribute.span).by(Cause::Existence { past: None, near })
}

fn taken(attribute: &Ident, name: &RelationName) -> Refusal {
    refused(DUPLICATE_COLUMN, format!("attribute {} of type {name} already exists", attribute.name)).at(attribute.span)
}

/// The type of an attribute, where a column holds values of the composite type, or of one that is made from it.
fn values_in_use(name: &RelationName, change: &TypeChange, around: &Surroundings) -> Option<Refusal> {
    let TypeChange::Attributes(actions) = change else { return None };
    let changed = actions.iter().find(|action| matches!(action.change, AttributeChange::SetType(_)))?;
    let holding = around.catalog.types_holding(name, |data_type| around.type_name(data_type));
    let holds = |column: &Column| {
        let of = column.data_type.as_ref();
        of.is_some_and(|data_type| holding.contains(&around.type_name(data_type)))
    };
    if !holding.iter().any(|name| around.catalog.may_be_type_of_column(&name.name)) {
        return None;
    }
    let users = around.catalog.users_of_type(holds);
    let user = users.into_iter().find(|user| around.catalog.get(user).is_some_and(|user| !user.perhaps_missing))?;
    let reason = format!("cannot alter type {name}: a column of {user} uses it");
    Some(refused(FEATURE_NOT_SUPPORTED, reason).at(changed.span))
}

fn has_parents(relation: &Relation, written: &ObjectName) -> Option<Refusal> {
    let known = !relation.parents.is_empty() && is_known_whole(relation) && !relation.perhaps_missing;
    let reason = || format!("typed tables cannot inherit, and {} does", relation.name);
    known.then(|| refused(WRONG_OBJECT_TYPE, reason()).at(written.span))
}

/// ALTER TABLE ... OF: the columns of the table are the attributes of the type, in the same order.
///
/// Source: `ATExecAddOf` of PostgreSQL's commands/tablecmds.c.
pub(super) fn of_type(written: &ObjectName, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Type, written);
    if let Some(refusal) = type_kinds::not_composite(written, around).or_else(|| has_parents(relation, written)) {
        return Some(refusal);
    }
    let composite = around.catalog.composite(&name).filter(|composite| composite.whole && is_known_whole(relation))?;
    let columns = output::of_relation(relation).list;
    let refusal = |reason: String| Some(refused(DATATYPE_MISMATCH, reason).at(written.span));
    for (at, attribute) in composite.attributes.iter().enumerate() {
        let wanted = Given {
            name: attribute.name.clone(),
            data_type: Some(attribute.data_type.clone()),
            type_schema: attribute.type_schema.clone(),
            collation: None,
            computed: false,
        };
        match columns.get(at) {
            None => return refusal(format!("table {} is missing column {}", relation.name, wanted.name)),
            Some(column) if column.name != wanted.name => {
                let reason = format!(
                    "table {} has column {} where type {name} requires {}",
                    relation.name, column.name, wanted.name
                );
                return refusal(reason);
            }
            Some(column) if column.has_other_type(&wanted) => {
                let reason =
                    format!("table {} has another type for column {} than type {name}", relation.name, column.name);
                return refusal(reason);
            }
            Some(_) => {}
        }
    }
    let extra = columns.get(composite.attributes.len())?;
    refusal(format!("table {} has extra column {}", relation.name, extra.name))
}
