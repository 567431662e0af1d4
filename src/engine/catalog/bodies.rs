//! Functions with a body that the server keeps as statements: BEGIN ATOMIC, and RETURN (14).
//!
//! Source: `pg_depend`, which has the relations and columns of such a body, as it has those of a view.

use super::{Catalog, ColumnUse, among};
use crate::engine::effect::RelationName;

/// A function with such a body, or a procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlBody {
    /// Its name with the types of its arguments.
    pub name: RelationName,
    /// Relations that it reads or writes.
    pub uses: Vec<RelationName>,
    /// Columns that it reads or writes.
    pub columns: Vec<ColumnUse>,
    /// Whether it is certain that it is there.
    pub certain: bool,
}

impl SqlBody {
    /// The name without the arguments.
    pub fn bare_name(&self) -> &str {
        self.name.name.split('(').next().unwrap_or_default()
    }

    /// A relation has another name.
    pub(super) fn follow(&mut self, from: &RelationName, to: &RelationName) {
        let columns = self.columns.iter_mut().map(|used| &mut used.relation);
        self.uses.iter_mut().chain(columns).filter(|name| *name == from).for_each(|name| name.clone_from(to));
    }
}

impl Catalog {
    /// Notes such a function, in the place of one before it.
    pub fn add_body(&mut self, body: SqlBody) {
        self.bodies.retain(|known| known.name != body.name);
        self.bodies.push(body);
    }

    /// Changes all that is known of them.
    pub fn bodies_mut(&mut self) -> &mut Vec<SqlBody> {
        &mut self.bodies
    }

    /// Functions that read or write a column, and whether they do for certain; in the order they were made.
    pub fn bodies_of_column(&self, table: &RelationName, column: &str) -> Vec<(&SqlBody, bool)> {
        let using = self.bodies.iter().filter_map(|body| Some((body, among(&body.columns, table, column)?)));
        using.map(|(body, certain)| (body, certain && body.certain)).collect()
    }

    /// Functions that read or write a relation for certain.
    pub fn bodies_of(&self, name: &RelationName) -> impl Iterator<Item = &SqlBody> {
        self.bodies.iter().filter(move |body| body.certain && body.uses.contains(name))
    }
}
