//! Publications: their tables, and the columns that they name.

use crate::ast::{PublicationObject, PublishedTable};
use crate::engine::catalog::Published;
use crate::engine::effect::RelationName;

use super::Replay;

/// The tables of a publication, beside those that it has or instead of them.
pub(super) fn publish(name: &str, objects: &[PublicationObject], adds: bool, replay: &mut Replay) {
    let tables = objects.iter().filter_map(PublicationObject::table);
    let named: Vec<(RelationName, &PublishedTable)> =
        tables.map(|table| (replay.resolve(&table.name), table)).collect();
    let before = replay.catalog.publication(name).to_vec();
    if !adds {
        before.iter().for_each(|table| forget(name, table, replay));
    }
    for (table, published) in &named {
        let of_filter = published.filter.iter().flat_map(|filter| &filter.columns).cloned();
        let columns: Vec<String> =
            published.columns.iter().map(|column| column.name.clone()).chain(of_filter).collect();
        if !columns.is_empty() {
            replay.catalog.touch(table).published.push(Published { publication: name.to_owned(), columns });
        }
    }
    let before = if adds { before } else { Vec::new() };
    let tables = before.into_iter().chain(named.into_iter().map(|(table, _)| table)).collect();
    replay.catalog.set_publication(name, tables);
}

/// Tables that leave a publication.
pub(super) fn withdraw(name: &str, objects: &[PublicationObject], replay: &mut Replay) {
    let named = objects.iter().filter_map(PublicationObject::table);
    let named: Vec<RelationName> = named.map(|table| replay.resolve(&table.name)).collect();
    named.iter().for_each(|table| forget(name, table, replay));
    let mut tables = replay.catalog.publication(name).to_vec();
    tables.retain(|table| !named.contains(table));
    replay.catalog.set_publication(name, tables);
}

/// A publication is dropped, or gets another name.
pub(super) fn renamed(name: &str, to: Option<&str>, replay: &mut Replay) {
    let Some(tables) = replay.catalog.take_publication(name) else { return };
    for table in &tables {
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
        replay.catalog.set_publication(to, tables);
    }
}

fn forget(publication: &str, table: &RelationName, replay: &mut Replay) {
    if let Some(relation) = replay.catalog.get_mut(table) {
        relation.published.retain(|published| published.publication != publication);
    }
}

/// DROP COLUMN ... CASCADE takes the table out of the publications that name the column.
pub(super) fn leave_with_column(table: &RelationName, column: &str, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(table) else { return };
    let named = relation.published.iter().filter(|published| published.columns.iter().any(|name| name == column));
    let names: Vec<String> = named.map(|published| published.publication.clone()).collect();
    for name in names {
        forget(&name, table, replay);
        let mut tables = replay.catalog.publication(&name).to_vec();
        tables.retain(|known| known != table);
        replay.catalog.set_publication(&name, tables);
    }
}
