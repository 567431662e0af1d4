//! Publications and what they hold.

use ecow::EcoString;

use crate::ast::{AlterPublication, CreatePublication, NamedOption, PublicationChange, PublicationObject};
use crate::engine::catalog::{Publication, Published};

use super::Replay;

/// The option that has changes of partitions sent as those of the partitioned table.
pub(crate) const VIA_ROOT: &str = "publish_via_partition_root";

pub(super) fn create(create: &CreatePublication, replay: &mut Replay) {
    let mut publication = Publication { all_tables: create.all_tables, ..Publication::default() };
    add(&mut publication, &create.objects, replay);
    set(&mut publication, &create.options);
    replay.catalog.set_publication(&create.name.name, publication);
}

pub(super) fn alter(alter: &AlterPublication, replay: &mut Replay) {
    let name = &alter.name.name;
    let mut publication = replay.catalog.publication(name).cloned().unwrap_or_default();
    match &alter.change {
        PublicationChange::Add(objects) => add(&mut publication, objects, replay),
        PublicationChange::Set(objects) => {
            (publication.tables, publication.schemas) = (Vec::new(), Vec::new());
            add(&mut publication, objects, replay);
        }
        PublicationChange::Drop(objects) => {
            let mut gone = Publication::default();
            add(&mut gone, objects, replay);
            publication.tables.retain(|published| !gone.names().any(|name| *name == published.table));
            publication.schemas.retain(|schema| !gone.schemas.contains(schema));
        }
        PublicationChange::SetOptions(options) => set(&mut publication, options),
    }
    replay.catalog.set_publication(name, publication);
}

fn set(publication: &mut Publication, options: &[NamedOption]) {
    if let Some(option) = options.iter().rfind(|option| option.name == "publish") {
        publication.publishes = option.value.as_ref().map(|value| value.to_lowercase());
    }
    if let Some(option) = options.iter().rfind(|option| option.name == VIA_ROOT) {
        publication.via_root = option.is_on();
    }
}

/// A table comes with its inheritance children, unless ONLY is written; partitions are published by their parent.
fn add(publication: &mut Publication, objects: &[PublicationObject], replay: &Replay) {
    for object in objects {
        match object {
            PublicationObject::Table(table) => {
                let name = replay.resolve(&table.name);
                let columns: Vec<EcoString> = table.columns.iter().map(|column| column.name.clone()).collect();
                let filtered_by = table.filter.as_ref().map(|filter| filter.columns.clone()).unwrap_or_default();
                let is_plain = replay.catalog.get(&name).is_some_and(|relation| !relation.is_partitioned());
                let children = if is_plain && !table.only { replay.catalog.descendants(&name) } else { Vec::new() };
                publication.tables.extend(std::iter::once(name).chain(children).map(|table| Published {
                    table,
                    columns: columns.clone(),
                    filtered_by: filtered_by.clone(),
                }));
            }
            PublicationObject::Schema(schema) => {
                let current = || replay.around().search_path.first().cloned().unwrap_or_default();
                publication.schemas.push(schema.as_ref().map_or_else(current, |schema| schema.name.clone()));
            }
        }
    }
}
