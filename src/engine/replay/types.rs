//! Types and their values.

use ecow::{EcoString, eco_format};

use crate::ast::{
    AlterActionKind, AlterType, Attribute, AttributeAction, AttributeChange, CreateType, DataType, Literal, ObjectName,
    PartitionBoundKind, Text, TypeChange, TypeKind, ValuePlace,
};
use crate::engine::attributes;
use crate::engine::catalog::{Column, Composite, CompositeAttribute, Enum, EnumValue, Written};
use crate::engine::effect::RelationName;
use crate::engine::output::Given;

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
            let attributes = attributes.iter().map(|attribute| composite_attribute(attribute, replay)).collect();
            replay.catalog.add_composite(name, Composite { attributes, whole: true });
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
            forget_values(&name, replay);
            rename_in_bounds(&name, &from.value, &to.value, replay);
            let known = replay.catalog.touch_enum(&name);
            match known.values.iter_mut().find(|known| known.value == from.value) {
                Some(known) => known.value.clone_from(&to.value),
                None => {
                    let new = EnumValue { value: to.value.clone(), added_in_transaction: None, sure: true };
                    known.values.push(new);
                }
            }
        }
        TypeChange::Attributes(actions) => {
            // What is dropped goes first, as in ALTER TABLE.
            let pass = |action: &&AttributeAction| match &action.change {
                AttributeChange::Drop { .. } => 0,
                AttributeChange::SetType(_) => 1,
                AttributeChange::Add(_) => 2,
            };
            let mut sorted: Vec<&AttributeAction> = actions.iter().collect();
            sorted.sort_by_key(pass);
            sorted.into_iter().for_each(|action| change_attribute(&name, &action.change, replay));
            carry_down(alter, &name, replay);
        }
        TypeChange::RenameAttribute { from, to, .. } => {
            if let Some(composite) = replay.catalog.composite_mut(&name) {
                let renamed = composite.attributes.iter_mut().filter(|attribute| attribute.name == from.name);
                renamed.for_each(|attribute| attribute.name.clone_from(&to.name));
            }
            carry_down(alter, &name, replay);
        }
        TypeChange::SetOptions(_) => {}
    }
}

/// ALTER TABLE ... RENAME COLUMN of a composite type.
pub(super) fn rename_attribute(written: &ObjectName, action: &AlterActionKind, replay: &mut Replay) {
    if let AlterActionKind::RenameColumn { from, to } = action {
        let change = TypeChange::RenameAttribute { from: from.clone(), to: to.clone(), cascade: false };
        alter(&AlterType { name: written.clone(), change }, replay);
    }
}

fn composite_attribute(attribute: &Attribute, replay: &Replay) -> CompositeAttribute {
    CompositeAttribute {
        name: attribute.name.name.clone(),
        data_type: replay.settled(&attribute.data_type),
        type_schema: replay.type_schema(&attribute.data_type),
        collation: attribute.collation.as_ref().map(|collation| collation.name.name.clone()),
    }
}

fn change_attribute(name: &RelationName, change: &AttributeChange, replay: &mut Replay) {
    let new = match change {
        AttributeChange::Add(attribute) | AttributeChange::SetType(attribute) => {
            Some(composite_attribute(attribute, replay))
        }
        AttributeChange::Drop { .. } => None,
    };
    let Some(composite) = replay.catalog.composite_mut(name) else { return };
    match (change, new) {
        (AttributeChange::Drop { name, .. }, _) => composite.attributes.retain(|known| known.name != name.name),
        (AttributeChange::SetType(_), Some(new)) => {
            let known = composite.attributes.iter_mut().filter(|known| known.name == new.name);
            known.for_each(|known| known.clone_from(&new));
        }
        (_, Some(new)) => composite.attributes.push(new),
        (_, None) => {}
    }
}

/// CASCADE changes the tables of the type as well; without it there are none, or the server would refuse it.
fn carry_down(alter: &AlterType, name: &RelationName, replay: &mut Replay) {
    for table in replay.catalog.typed_tables(name) {
        let change = attributes::on_table(&alter.change, alter.name.span, &table);
        super::alter::alter_table(&change, replay);
    }
}

/// The columns of a table OF a type, and whether they are all.
pub(super) fn columns_of(of_type: &RelationName, replay: &Replay) -> (Vec<Column>, bool) {
    let Some(composite) = replay.catalog.composite(of_type) else { return (Vec::new(), false) };
    let given = |attribute: &CompositeAttribute| Given {
        name: attribute.name.clone(),
        data_type: Some(attribute.data_type.clone()),
        type_schema: attribute.type_schema.clone(),
        collation: attribute.collation.clone(),
        computed: false,
    };
    let columns = composite.attributes.iter().map(given).collect();
    (super::view::given(columns, replay), composite.whole)
}

/// Attributes of a type go with it.
pub(super) fn drop_attributes_of(name: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let holds = |attribute: &CompositeAttribute| around.type_name(&attribute.data_type) == *name;
    let gone: Vec<(RelationName, EcoString)> = around
        .catalog
        .composites()
        .flat_map(|(composite, known)| known.attributes.iter().map(move |attribute| (composite, attribute)))
        .filter(|(_, attribute)| holds(attribute))
        .map(|(composite, attribute)| (composite.clone(), attribute.name.clone()))
        .collect();
    for (composite, attribute) in gone {
        if let Some(composite) = replay.catalog.composite_mut(&composite) {
            composite.attributes.retain(|known| known.name != attribute);
        }
    }
}

/// Defaults that are a value of an enum follow its new name.
fn rename_in_defaults(name: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    let old = Some(Literal::Text(from.into()));
    let is_it = |column: &Column| {
        let data_type = column.data_type.as_ref().filter(|_| column.default_literal == old);
        data_type.is_some_and(|data_type| replay.around().type_name(data_type) == *name)
    };
    let mut found: Vec<(RelationName, EcoString)> = Vec::new();
    for relation in replay.catalog.relations() {
        let columns = relation.columns.iter().filter(|column| is_it(column));
        found.extend(columns.map(|column| (relation.name.clone(), column.name.clone())));
    }
    for (table, column) in found {
        if let Some(column) = replay.catalog.get_mut(&table).and_then(|relation| relation.column_mut(&column)) {
            column.default_literal = Some(Literal::Text(to.into()));
            column.more.expression = Written::new(&format!("'{}'", to.replace('\'', "''")));
        }
    }
}

/// Lists of partitions by an enum have its labels; a range keeps its rows whatever they are called.
fn rename_in_bounds(name: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    let old = Some(Literal::Text(from.into()));
    let is_by_it = |parent: &RelationName| {
        let parent = replay.catalog.get(parent)?;
        let data_type = parent.column(parent.partition_key.first()?)?.data_type.as_ref()?;
        (replay.around().type_name(replay.catalog.base_type(data_type)) == *name).then_some(())
    };
    let parts = replay.catalog.relations().filter(|relation| relation.bound.is_some());
    let parts = parts.filter(|relation| relation.parents.iter().any(|parent| is_by_it(parent).is_some()));
    for part in parts.map(|relation| relation.name.clone()).collect::<Vec<_>>() {
        let bound = replay.catalog.touch(&part).bound.as_mut().map(|bound| &mut bound.kind);
        let Some(PartitionBoundKind::In(values)) = bound else { continue };
        for value in values.iter_mut().filter(|value| value.literal == old) {
            value.literal = Some(Literal::Text(to.into()));
            value.value = None;
        }
    }
}

/// What was written into columns of a type is called otherwise now.
fn forget_values(name: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let is_it = |column: &Column| {
        let data_type = column.data_type.as_ref().filter(|data_type| data_type.name.ends_with(name.name.as_str()));
        data_type.is_some_and(|data_type| around.type_name(data_type) == *name)
    };
    let found: Vec<(RelationName, Vec<EcoString>)> = replay
        .catalog
        .users_of_type(is_it)
        .into_iter()
        .map(|table| {
            let columns = replay.catalog.get(&table).into_iter().flat_map(|relation| &relation.columns);
            let names = columns.filter(|column| is_it(column)).map(|column| column.name.clone()).collect();
            (table, names)
        })
        .collect();
    for (table, columns) in found {
        let relation = replay.catalog.touch(&table);
        columns.iter().for_each(|column| relation.known_rows.forget(column));
    }
}

/// A type gets another name; the columns of the type follow.
pub(super) fn rename(from: &RelationName, to: &RelationName, replay: &mut Replay) {
    replay.catalog.note_former_type(from);
    let is_of_type = |data_type: &DataType| {
        data_type.name.ends_with(from.name.as_str()) && replay.around().type_name(data_type) == *from
    };
    let mut following: Vec<(RelationName, EcoString)> = Vec::new();
    let mut defaults: Vec<(RelationName, EcoString)> = Vec::new();
    for relation in replay.catalog.relations() {
        let named = |column: &Column| (relation.name.clone(), column.name.clone());
        let columns = relation.columns.iter().filter(|column| column.data_type.as_ref().is_some_and(is_of_type));
        following.extend(columns.map(named));
        let columns = relation.columns.iter().filter(|column| column.default_kept_type().is_some_and(is_of_type));
        defaults.extend(columns.map(named));
    }
    let named = replay.catalog.composites().flat_map(|(composite, known)| {
        let of_type = known.attributes.iter().filter(|attribute| is_of_type(&attribute.data_type));
        of_type.map(move |attribute| (composite.clone(), attribute.name.clone()))
    });
    let attributes: Vec<(RelationName, EcoString)> = named.collect();
    let written = if to.schema == "public" { to.name.clone() } else { eco_format!("{}.{}", to.schema, to.name) };
    for (table, column) in following {
        let column = replay.catalog.get_mut(&table).and_then(|relation| relation.column_mut(&column));
        let Some(column) = column else { continue };
        column.more.type_schema = Some(to.schema.clone());
        if let Some(data_type) = &mut column.data_type {
            data_type.name.clone_from(&written);
        }
    }
    for (table, column) in defaults {
        let column = replay.catalog.get_mut(&table).and_then(|relation| relation.column_mut(&column));
        if let Some(data_type) = column.and_then(|column| column.more.default_type.as_mut()) {
            data_type.name.clone_from(&written);
        }
    }
    for (composite, attribute) in attributes {
        let composite = replay.catalog.composite_mut(&composite);
        let attributes = composite.map(|composite| composite.attributes.as_mut_slice()).unwrap_or_default();
        for known in attributes.iter_mut().filter(|known| known.name == attribute) {
            known.data_type.name.clone_from(&written);
            known.type_schema = Some(to.schema.clone());
        }
    }
    replay.catalog.follow_type(from, to);
    replay.catalog.rename_type(from, to);
}
