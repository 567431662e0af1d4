//! Publications and what they hold.

use crate::ast::{AlterPublication, CreatePublication, NamedOption, PublicationChange, PublicationObject};
use crate::engine::catalog::{Publication, Published};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn create(create: &CreatePublication, replay: &mut Replay) {
    let mut publication = Publication { all_tables: create.all_tables, ..Publication::default() };
    add(&mut publication, &create.objects, replay);
    set(&mut publication, &create.options);
    replay.catalog.set_publication(&create.name.name, publication);
    note(&create.name.name, &create.objects, replay);
}

pub(super) fn alter(alter: &AlterPublication, replay: &mut Replay) {
    let name = &alter.name.name;
    let mut publication = replay.catalog.publication(name).cloned().unwrap_or_default();
    let before: Vec<RelationName> = publication.names().cloned().collect();
    match &alter.change {
        PublicationChange::Add(objects) => add(&mut publication, objects, replay),
        PublicationChange::Set(objects) => {
            (publication.tables, publication.schemas) = (Vec::new(), Vec::new());
            add(&mut publication, objects, replay);
        }
        PublicationChange::Drop(objects) => {
            let mut gone = Publication::default();
            add(&mut gone, objects, replay);
            publication.tables.retain(|(table, _)| !gone.tables.iter().any(|(other, _)| table == other));
            publication.schemas.retain(|schema| !gone.schemas.contains(schema));
        }
        PublicationChange::SetOptions(options) => set(&mut publication, options),
    }
    let gone = before.iter().filter(|table| !publication.names().any(|name| name == *table));
    let gone: Vec<RelationName> = match &alter.change {
        PublicationChange::Set(_) => before.clone(),
        _ => gone.cloned().collect(),
    };
    replay.catalog.set_publication(name, publication);
    gone.iter().for_each(|table| forget(name, table, replay));
    if let PublicationChange::Add(objects) | PublicationChange::Set(objects) = &alter.change {
        note(name, objects, replay);
    }
}

/// The columns of tables that lists and conditions name.
fn note(publication: &str, objects: &[PublicationObject], replay: &mut Replay) {
    for published in objects.iter().filter_map(PublicationObject::table) {
        let table = replay.resolve(&published.name);
        let of_filter = published.filter.iter().flat_map(|filter| &filter.columns).cloned();
        let columns: Vec<String> =
            published.columns.iter().map(|column| column.name.clone()).chain(of_filter).collect();
        if !columns.is_empty() {
            replay.catalog.touch(&table).published.push(Published { publication: publication.to_owned(), columns });
        }
    }
}

fn forget(publication: &str, table: &RelationName, replay: &mut Replay) {
    if let Some(relation) = replay.catalog.get_mut(table) {
        relation.published.retain(|published| published.publication != publication);
    }
}

/// A publication is dropped, or gets another name.
pub(super) fn renamed(name: &str, to: Option<&str>, replay: &mut Replay) {
    let Some(publication) = replay.catalog.take_publication(name) else { return };
    for table in publication.names() {
        let Some(relation) = replay.catalog.get_mut(table) else { continue };
        match to {
            None => relation.published.retain(|published| published.publication != name),
            Some(to) => {
                let known = relation.published.iter_mut().filter(|published| published.publication == name);
                known.for_each(|published| to.clone_into(&mut published.publication));
            }
        }
    }
    if let Some(to) = to {
        replay.catalog.set_publication(to, publication);
    }
}

/// DROP COLUMN ... CASCADE takes the table out of the publications that name the column.
pub(super) fn leave_with_column(table: &RelationName, column: &str, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(table) else { return };
    let named = relation.published.iter().filter(|published| published.columns.iter().any(|name| name == column));
    let names: Vec<String> = named.map(|published| published.publication.clone()).collect();
    for name in names {
        forget(&name, table, replay);
        let Some(mut publication) = replay.catalog.publication(&name).cloned() else { continue };
        publication.tables.retain(|(known, _)| known != table);
        replay.catalog.set_publication(&name, publication);
    }
}

fn set(publication: &mut Publication, options: &[NamedOption]) {
    if let Some(option) = options.iter().rfind(|option| option.name == "publish") {
        publication.publishes = option.value.as_ref().map(|value| value.to_lowercase());
    }
}

/// A table comes with its inheritance children, unless ONLY is written; partitions are published by their parent.
fn add(publication: &mut Publication, objects: &[PublicationObject], replay: &Replay) {
    for object in objects {
        match object {
            PublicationObject::Table(table) => {
                let name = replay.resolve(&table.name);
                let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
                let is_plain = replay.catalog.get(&name).is_some_and(|relation| !relation.is_partitioned());
                let children = if is_plain && !table.only { replay.catalog.descendants(&name) } else { Vec::new() };
                let tables = std::iter::once(name).chain(children).map(|name| (name, columns.clone()));
                publication.tables.extend(tables);
            }
            PublicationObject::Schema(schema) => {
                let current = || replay.around().search_path.first().cloned().unwrap_or_default();
                publication.schemas.push(schema.as_ref().map_or_else(current, |schema| schema.name.clone()));
            }
        }
    }
}
