//! Objects of a database that are no relations: composite types, domains, extended statistics.

use ecow::EcoString;

use crate::ast::DataType;
use crate::engine::effect::{RelationKind, RelationName};

use super::{Catalog, Column, Domain, Kind, Relation, Statistics};

impl Catalog {
    /// Notes a foreign server and its wrapper.
    pub fn add_server(&mut self, name: &str, wrapper: &str) {
        self.servers.insert(name.into(), wrapper.into());
    }

    /// Forgets a foreign server.
    pub fn remove_server(&mut self, name: &str) {
        self.servers.remove(name);
    }

    /// The foreign servers of a wrapper; sorted.
    pub fn servers_of(&self, wrapper: &str) -> Vec<EcoString> {
        let of_it = self.servers.iter().filter(|(_, known)| *known == wrapper);
        let mut names: Vec<EcoString> = of_it.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// The foreign tables of a server; sorted.
    pub fn tables_of_server(&self, server: &str) -> Vec<&Relation> {
        let mut tables: Vec<&Relation> =
            self.relations().filter(|relation| relation.server.as_deref() == Some(server)).collect();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        tables
    }

    /// A type has another name, or is in another schema.
    pub fn note_former_type(&mut self, name: &RelationName) {
        self.former_types.insert(name.name.clone());
    }

    /// Whether the name of a type, without its schema, has always meant this one.
    pub fn is_only_type(&self, name: &RelationName) -> bool {
        let namesakes = self.ledger.all(Kind::Type).filter(|(other, _)| other.name == name.name);
        !self.former_types.contains(&name.name) && namesakes.count() <= 1
    }

    /// Whether a type was created that has no casts of its own: an enum or a composite type.
    pub fn is_type_without_casts(&self, name: &RelationName) -> bool {
        self.enums.contains_key(name) || self.composites.contains_key(name)
    }

    /// Notes extended statistics.
    pub fn add_statistics(&mut self, name: RelationName, statistics: Statistics) {
        self.statistics.insert(name, statistics);
    }

    /// The tables that extended statistics are about.
    pub fn statistics(&self, name: &RelationName) -> &[RelationName] {
        self.statistics.get(name).map(|statistics| statistics.tables.as_slice()).unwrap_or_default()
    }

    /// Extended statistics of a column, which are dropped with it; sorted.
    pub fn statistics_of_column(&self, table: &RelationName, column: &str) -> Vec<RelationName> {
        let of_column = |known: &Statistics| known.tables.contains(table) && known.columns.iter().any(|c| c == column);
        let found = self.statistics.iter().filter(|(_, known)| of_column(known));
        let mut names: Vec<RelationName> = found.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// Everything that extended statistics say about a table, to change it.
    pub fn statistics_of_table(&mut self, table: &RelationName) -> impl Iterator<Item = &mut Statistics> {
        self.statistics.values_mut().filter(|known| known.tables.contains(table))
    }

    /// Tables and materialized views with a column of this domain or type; sorted. A view has no values of its own.
    pub fn users_of_type(&self, is_of_type: impl Fn(&Column) -> bool) -> Vec<RelationName> {
        let holders = self.relations().filter(|relation| relation.kind != RelationKind::View);
        let tables = holders.filter(|relation| relation.columns.iter().any(&is_of_type));
        let mut names: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
        names.sort();
        names
    }

    /// Notes a domain.
    pub fn add_domain(&mut self, name: RelationName, domain: Domain) {
        self.domains.insert(name, domain);
    }

    /// The type that a domain is stored as; any other type is its own. A domain without a schema is looked for by its name.
    pub fn base_type<'t>(&'t self, data_type: &'t DataType) -> &'t DataType {
        let (schema, name) = data_type.name.split_once('.').unwrap_or(("", &data_type.name));
        let is_it = |known: &RelationName| known.name == name && (schema.is_empty() || known.schema == schema);
        let domain = self.domains.iter().find(|(known, _)| is_it(known)).map(|(_, domain)| domain);
        match domain.filter(|_| data_type.dimensions == 0) {
            Some(domain) if domain.data_type.name != data_type.name => self.base_type(&domain.data_type),
            _ => data_type,
        }
    }

    /// The domain with this name, to change it.
    pub fn domain_mut(&mut self, name: &RelationName) -> Option<&mut Domain> {
        self.domains.get_mut(name)
    }

    /// All domains, in no order.
    pub fn domains(&self) -> impl Iterator<Item = (&RelationName, &Domain)> {
        self.domains.iter()
    }

    /// All extended statistics with their tables, in no order.
    pub fn all_statistics(&self) -> impl Iterator<Item = (&RelationName, &Statistics)> {
        self.statistics.iter()
    }

    /// Extended statistics have another name.
    pub fn rename_statistics(&mut self, from: &RelationName, to: &RelationName) {
        if let Some(known) = self.statistics.remove(from) {
            self.statistics.insert(to.clone(), known);
        }
    }

    /// Forgets extended statistics.
    pub fn remove_statistics(&mut self, name: &RelationName) -> Option<Statistics> {
        self.statistics.remove(name)
    }

    /// Forgets the statistics of a table, or those about one of its columns.
    pub fn remove_statistics_of(&mut self, table: &RelationName, column: Option<&str>) {
        let about = |column: &str, known: &Statistics| known.columns.iter().any(|name| name == column);
        self.statistics
            .retain(|_, known| !(known.tables.contains(table) && column.is_none_or(|column| about(column, known))));
    }

    /// Whether a domain is there and as it is known to be for certain.
    pub fn is_sure_domain(&self, name: &RelationName) -> bool {
        let is_there = self.past(Kind::Type, name).is_some_and(|past| past.is_there());
        is_there && self.domains.get(name).is_some_and(|domain| !domain.doubted)
    }

    /// The domain with this name, where it is there and as it is known to be for certain. One with a collation may take
    /// different texts for the same.
    pub fn sure_domain(&self, name: &RelationName) -> Option<&Domain> {
        self.domains.get(name).filter(|domain| self.is_sure_domain(name) && !domain.collated)
    }

    /// The domain with this name.
    pub fn domain(&self, name: &RelationName) -> Option<&Domain> {
        self.domains.get(name)
    }
}
