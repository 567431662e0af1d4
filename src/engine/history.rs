//! The end of history: what the last migration leaves behind, and what rules say about it.

use std::collections::HashSet;

use crate::ast::DataType;
use crate::finding::{Finding, Held};
use crate::rules::Check;

use super::catalog::{Catalog, Column, Constraint, MigrationId, Place, Relation};
use super::effect::RelationKind;
use super::step::Options;
use super::{Fold, RuleFinding};

/// What a sequence of migrations leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct HistoryView<'a> {
    /// What exists.
    pub catalog: &'a Catalog,
    /// How many migrations led here.
    pub migrations: usize,
    /// Which of them are linted; nothing is told of the others.
    pub linted: &'a [bool],
    /// What the run is for.
    pub options: &'a Options,
}

impl<'a> HistoryView<'a> {
    /// Ordinary and partitioned tables that other sessions see, in order of their names. Partitions are left out: they have
    /// what their parent has.
    pub fn tables(&self) -> impl Iterator<Item = &'a Relation> {
        let is_table = |relation: &&Relation| {
            matches!(relation.kind, RelationKind::Table | RelationKind::PartitionedTable)
                && !self.catalog.standing(&relation.name, usize::MAX).is_temporary()
                && !self.is_partition(relation)
        };
        let mut tables: Vec<&Relation> = self.catalog.relations().filter(is_table).collect();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        tables.into_iter()
    }

    fn is_partition(&self, relation: &Relation) -> bool {
        relation.parents.iter().filter_map(|parent| self.catalog.get(parent)).any(Relation::is_partitioned)
    }

    fn is_linted(&self, migration: MigrationId) -> bool {
        self.linted.get(migration) == Some(&true)
    }

    /// Constraints of these tables that linted migrations added.
    pub fn constraints(&self) -> impl Iterator<Item = (&'a Relation, &'a Constraint)> {
        let all = self.tables().flat_map(|table| table.constraints.iter().map(move |constraint| (table, constraint)));
        all.filter(|(_, constraint)| self.is_linted(constraint.added_in))
    }

    /// Columns of these tables that linted migrations define, with their types.
    pub fn columns(&self) -> impl Iterator<Item = (&'a Relation, &'a Column, &'a DataType)> {
        let columns = self.tables().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let linted = columns.filter(|(_, column)| column.place.is_some_and(|place| self.is_linted(place.migration)));
        linted.filter_map(|(table, column)| Some((table, column, column.data_type.as_ref()?)))
    }

    /// A finding about what a table has at the end.
    pub fn finding(&self, table: &Relation, place: Place, message: impl Into<String>) -> (Place, Finding) {
        (place, Finding::new(place.span, message).assuming(doubt(table)))
    }
}

/// What had to be taken for granted about the end of a table's history.
fn doubt(table: &Relation) -> Option<String> {
    let doubtful = table.perhaps_missing || table.perhaps_older;
    doubtful.then(|| format!("{} is as the migrations show it: something in them could not be followed", table.name))
}

impl Constraint {
    /// Where it was added.
    pub fn place(&self) -> Place {
        Place { migration: self.added_in, statement: self.statement, span: self.span }
    }
}

impl Fold<'_> {
    /// Ends the history: what the rules say about the state that is left, with the migration that each finding is about.
    pub fn end(self) -> Vec<(usize, RuleFinding)> {
        let mut found = Vec::new();
        for catalog in self.psql.other_catalogs().chain([&self.catalog]) {
            let view = HistoryView { catalog, migrations: self.number, linted: &self.linted, options: self.options };
            for rule in self.rules {
                let Check::History(check) = rule.check else { continue };
                found.extend(check(&view).into_iter().map(|(place, finding)| {
                    (place.migration, RuleFinding { rule, statement: place.statement, held: Held::Statement, finding })
                }));
            }
        }
        let mut known = HashSet::new();
        found.retain(|(migration, found)| known.insert((*migration, found.rule.id, found.finding.span)));
        found.retain(|(_, found)| found.finding.versions.overlaps(self.options.postgres));
        // To give the memory back takes a while, and nobody has to wait for it.
        let Self { catalog, files, psql, .. } = self;
        rayon::spawn(move || drop((catalog, files, psql)));
        found
    }
}
