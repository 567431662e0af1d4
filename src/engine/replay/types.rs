//! Types and their values.

use crate::ast::{AlterType, Attribute, CreateType, DataType, Literal, Text, TypeChange, TypeKind, ValuePlace};
use crate::engine::catalog::{Column, Composite, Enum, EnumValue, Written};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn create(create: &CreateType, replay: &mut Replay) {
    let name = replay.created(&create.name, false);
    match &create.kind {
        TypeKind::Enum(values) => {
            let value = |text: &Text| EnumValue { value: text.value.clone(), added_in_transaction: None, sure: true };
            let new = Enum {
                created_in: replay.author.migration,
                created_in_transaction: Some(replay.author.transaction),
                whole: true,
                values: values.iter().map(value).collect(),
            };
            replay.catalog.add_enum(name, new);
        }
        TypeKind::Composite(attributes) => {
            let attribute = |attribute: &Attribute| (attribute.name.name.clone(), attribute.data_type.clone());
            let attributes = Some(attributes.iter().map(attribute).collect());
            replay.catalog.add_composite(name, Composite { attributes });
        }
        TypeKind::Range(_) | TypeKind::Base(_) | TypeKind::Shell => {}
    }
}

pub(super) fn alter(alter: &AlterType, replay: &mut Replay) {
    let name = replay.resolve_type(&alter.name);
    let transaction = replay.author.transaction;
    match &alter.change {
        TypeChange::AddValue { value, if_not_exists, place } => {
            let known = replay.catalog.touch_enum(&name);
            if known.value(&value.value).is_none() {
                // IF NOT EXISTS of a type that is not known whole: the value may be older.
                let sure = !if_not_exists || known.whole;
                let added_in_transaction = Some(transaction);
                let new = EnumValue { value: value.value.clone(), added_in_transaction, sure };
                let at = |beside: &Text| known.values.iter().position(|known| known.value == beside.value);
                let at = match place {
                    Some(ValuePlace::Before(next)) => at(next),
                    Some(ValuePlace::After(previous)) => at(previous).map(|previous| previous + 1),
                    None => None,
                };
                known.values.insert(at.unwrap_or(known.values.len()), new);
            }
        }
        TypeChange::RenameValue { from, to } => {
            rename_in_defaults(&name, &from.value, &to.value, replay);
            let known = replay.catalog.touch_enum(&name);
            match known.values.iter_mut().find(|known| known.value == from.value) {
                Some(known) => known.value.clone_from(&to.value),
                None => {
                    let new = EnumValue { value: to.value.clone(), added_in_transaction: None, sure: true };
                    known.values.push(new);
                }
            }
        }
        TypeChange::Attributes(_) | TypeChange::RenameAttribute { .. } => {
            if let Some(known) = replay.catalog.composite_mut(&name) {
                known.attributes = None;
            }
        }
        TypeChange::SetOptions(_) => {}
    }
}

/// Defaults that are a value of an enum follow its new name.
fn rename_in_defaults(name: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    let old = Some(Literal::Text(from.to_owned()));
    let is_it = |column: &Column| {
        let data_type = column.data_type.as_ref().filter(|_| column.default_literal == old);
        data_type.is_some_and(|data_type| replay.around().type_name(data_type) == *name)
    };
    let mut found: Vec<(RelationName, String)> = Vec::new();
    for relation in replay.catalog.relations() {
        let columns = relation.columns.iter().filter(|column| is_it(column));
        found.extend(columns.map(|column| (relation.name.clone(), column.name.clone())));
    }
    for (table, column) in found {
        if let Some(column) = replay.catalog.get_mut(&table).and_then(|relation| relation.column_mut(&column)) {
            column.default_literal = Some(Literal::Text(to.to_owned()));
            column.more.expression = Written::new(&format!("'{}'", to.replace('\'', "''")));
        }
    }
}

/// A type gets another name; the columns of the type follow.
pub(super) fn rename(from: &RelationName, to: &RelationName, replay: &mut Replay) {
    let is_of_type =
        |data_type: &DataType| data_type.name.ends_with(&from.name) && replay.around().type_name(data_type) == *from;
    let mut following: Vec<(RelationName, String)> = Vec::new();
    for relation in replay.catalog.relations() {
        let columns = relation.columns.iter().filter(|column| column.data_type.as_ref().is_some_and(is_of_type));
        following.extend(columns.map(|column| (relation.name.clone(), column.name.clone())));
    }
    let written = if to.schema == "public" { to.name.clone() } else { format!("{}.{}", to.schema, to.name) };
    for (table, column) in following {
        let column = replay.catalog.get_mut(&table).and_then(|relation| relation.column_mut(&column));
        let Some(column) = column else { continue };
        column.more.type_schema = Some(to.schema.clone());
        if let Some(data_type) = &mut column.data_type {
            data_type.name.clone_from(&written);
        }
    }
    replay.catalog.follow_type(from, to);
    replay.catalog.rename_type(from, to);
}
