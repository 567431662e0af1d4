//! Publications and what they hold.

use ecow::EcoString;

use crate::engine::effect::RelationName;

use super::{Catalog, Kind};

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publication {
    /// FOR ALL TABLES.
    pub all_tables: bool,
    /// TABLES IN SCHEMA (15).
    pub schemas: Vec<EcoString>,
    /// Its tables.
    pub tables: Vec<Published>,
    /// The changes that are published, lower case; none means all.
    pub publishes: Option<EcoString>,
    /// Changes of partitions are sent as those of the partitioned table (13).
    pub via_root: bool,
}

/// A table of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The table.
    pub table: RelationName,
    /// The columns that are published (15); none means all.
    pub columns: Vec<EcoString>,
    /// The columns that its condition reads (15).
    pub filtered_by: Vec<EcoString>,
}

impl Publication {
    /// Whether it publishes `update` or another change.
    pub fn publishes(&self, change: &str) -> bool {
        self.publishes.as_ref().is_none_or(|list| list.split(',').any(|word| word.trim() == change))
    }

    /// The tables that it names.
    pub fn names(&self) -> impl Iterator<Item = &RelationName> {
        self.tables.iter().map(|published| &published.table)
    }

    /// Whether its list or its condition names a column of a table.
    pub fn needs(&self, table: &RelationName, column: &str) -> bool {
        let mut of_table = self.tables.iter().filter(|published| published.table == *table);
        of_table.any(|published| published.columns.iter().chain(&published.filtered_by).any(|name| name == column))
    }
}

impl Catalog {
    /// Notes a publication.
    pub fn set_publication(&mut self, name: &str, publication: Publication) {
        self.publications.insert(name.into(), publication);
    }

    /// Forgets a publication, and says what it was.
    pub fn take_publication(&mut self, name: &str) -> Option<Publication> {
        self.publications.remove(name)
    }

    /// The publication with this name.
    pub fn publication(&self, name: &str) -> Option<&Publication> {
        self.publications.get(name)
    }

    /// All publications, in no order.
    pub fn publications(&self) -> impl Iterator<Item = (&EcoString, &Publication)> {
        self.publications.iter()
    }

    /// The publications that are there for certain and are as wanted, by name.
    pub fn publications_that(&self, wanted: impl Fn(&Publication) -> bool) -> Vec<&str> {
        let is_there = |name: &str| {
            let name = RelationName::new("", name);
            self.past(Kind::Publication, &name).is_some_and(|past| past.is_there())
        };
        let found = self.publications.iter().filter(|(name, known)| wanted(known) && is_there(name));
        let mut names: Vec<&str> = found.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// DROP COLUMN ... CASCADE takes the table out of the publications that name the column.
    pub fn unpublish_with_column(&mut self, table: &RelationName, column: &str) {
        let needing = self.publications.values_mut().filter(|known| known.needs(table, column));
        needing.for_each(|known| known.tables.retain(|published| published.table != *table));
    }

    /// Publications of the tables of a schema follow its new name.
    pub fn rename_published_schema(&mut self, from: &str, to: &str) {
        let schemas = self.publications.values_mut().flat_map(|known| &mut known.schemas);
        schemas.filter(|schema| *schema == from).for_each(|schema| *schema = to.into());
    }

    /// Publications that name a column of a table follow its new name.
    pub fn rename_published(&mut self, table: &RelationName, from: &str, to: &str) {
        let tables = self.publications.values_mut().flat_map(|known| &mut known.tables);
        let of_table = tables.filter(|published| published.table == *table);
        let columns = of_table.flat_map(|published| published.columns.iter_mut().chain(&mut published.filtered_by));
        columns.filter(|column| *column == from).for_each(|column| *column = to.into());
    }
}
