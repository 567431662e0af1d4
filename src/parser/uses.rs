//! What a statement uses: relations, functions and columns, collected while sqlparser's trees are walked.

use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashSet;

use sqlparser::ast as sql;

use super::cursor::{Cursor, fold};
use super::reading::Reading;
use crate::ast::{CastOf, Condition, Ident, Limits, ObjectName, Output, Rows, TableRead, Write};
use crate::source::Span;

/// What has been found so far, and the WITH names that hide tables.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Relations read.
    pub reads: Distinct<ObjectName>,
    /// Names of relations that are read without ONLY somewhere.
    pub whole: FxHashSet<EcoString>,
    /// FROM lists, with what is asked of their tables.
    pub tables: Vec<Vec<TableRead>>,
    /// The column by which the rows of the next SELECT are sorted, of which some are wanted only.
    pub first_by: Option<EcoString>,
    /// What the query around the next SELECT asks of its rows.
    pub pushed: Pushed,
    /// Relations locked by FOR UPDATE and its kin.
    pub row_locks: Distinct<ObjectName>,
    /// See [`crate::ast::Query::locked_with`].
    pub locked_with: Option<&'static str>,
    /// See [`crate::ast::Query::locked_nullable`].
    pub locked_nullable: Vec<ObjectName>,
    /// See [`crate::ast::Query::materialized`].
    pub materialized: bool,
    /// A name behind OF of FOR UPDATE and its kin that nothing in FROM has.
    pub lost_lock: Option<EcoString>,
    /// Relations written by WITH queries.
    pub writes: Vec<Write>,
    /// A WITH query writes where PostgreSQL does not allow it.
    pub misplaced_write: bool,
    /// Functions called, folded, with the schema where written.
    pub functions: Distinct<EcoString>,
    /// Those of them that stand in FROM.
    pub row_functions: Distinct<EcoString>,
    /// Columns named outside subqueries, folded, without their table.
    pub columns: Distinct<EcoString>,
    /// Casts of columns and of texts, outside subqueries.
    pub casts: Vec<CastOf>,
    /// Relations that constant strings name.
    pub constants: Distinct<ObjectName>,
    /// Whether a subquery was met.
    pub subqueries: bool,
    /// How many subqueries the walk is inside of.
    pub depth: usize,
    /// Nobody asks what subqueries use.
    pub shallow: bool,
    /// Which columns of which relations are read.
    pub reading: Reading,
    /// Which of the rows OLD and NEW are read.
    pub rows: Rows,
    /// Which of these names a table has here.
    pub tables_named: Rows,
    /// Names that are not tables here, innermost last.
    pub scope: Vec<Source>,
    /// Somebody asks what the query gives.
    pub output_wanted: bool,
    /// The name under which the query may read itself.
    pub itself: Option<EcoString>,
}

/// Conditions on the rows of a subquery, which the planner moves into it.
#[derive(Debug, Clone, Default)]
pub(super) struct Pushed {
    /// See [`TableRead::conditions`].
    pub conditions: Vec<Condition>,
    /// See [`TableRead::limits`].
    pub limits: Limits,
}

/// Something that FROM may name: a WITH query, or a subquery under its alias.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Its name, folded.
    pub name: EcoString,
    /// Whether LIMIT or FETCH bounds its rows.
    pub limited: bool,
    /// What it gives, where somebody asks.
    pub gives: Option<Gives>,
}

/// What a WITH query gives.
#[derive(Debug, Clone)]
pub(super) struct Gives {
    /// Names that it gives to its first columns.
    pub columns: Vec<EcoString>,
    /// Its columns.
    pub output: Arc<Output>,
}

/// What PostgreSQL's grammar writes like a call and does not look up as a function.
const NOT_FUNCTIONS: &[&str] = &[
    "all",
    "any",
    "array",
    "cast",
    "coalesce",
    "cube",
    "greatest",
    "grouping",
    "grouping_sets",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "least",
    "nullif",
    "rollup",
    "row",
    "rows_from",
    "some",
    "values",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

impl Uses {
    /// A walk over one of sqlparser's trees that adds to these uses.
    pub fn walk<'w, 't>(&'w mut self, cursor: &'w Cursor<'t>) -> Walk<'w, 't> {
        Walk { cursor, uses: self }
    }

    /// Makes a name hide the table of that name, until [`Uses::close`].
    pub fn hide(&mut self, name: EcoString, limited: bool) {
        self.scope.push(Source { name, limited, gives: None });
    }

    /// A place to come back to with [`Uses::close`].
    pub fn open(&self) -> usize {
        self.scope.len()
    }

    /// Forgets the names hidden since [`Uses::open`].
    pub fn close(&mut self, place: usize) {
        self.scope.truncate(place);
    }

    /// The WITH query that an unqualified name stands for.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.scope.iter().rev().find(|source| source.name == name)
    }

    /// Takes note of a relation that is read, with its partitions and children unless ONLY stands before it; not so if a
    /// WITH query has its name.
    pub fn read(&mut self, name: ObjectName, only: bool) {
        if self.is_table(&name) {
            let key = name.to_string();
            if !only {
                self.whole.insert(key.clone().into());
            }
            self.reads.add(key.into(), name);
        }
    }

    /// Relations that are read behind ONLY wherever they are named.
    pub fn reads_only(&self) -> Vec<ObjectName> {
        self.reads.list.iter().filter(|name| !self.whole.contains(&ecow::eco_format!("{name}"))).cloned().collect()
    }

    /// Takes note of a relation that a constant string names.
    pub fn name(&mut self, name: ObjectName) {
        self.constants.add(name.to_string().into(), name);
    }

    /// Takes note of a relation whose rows are locked.
    pub fn lock_rows(&mut self, name: ObjectName) {
        if self.is_table(&name) {
            self.row_locks.add(name.to_string().into(), name);
        }
    }

    /// Takes note of a call.
    pub fn call(&mut self, name: impl Into<EcoString>) {
        let name = name.into();
        if !NOT_FUNCTIONS.contains(&name.as_str()) {
            self.functions.add(name.clone(), name);
        }
    }

    /// Takes note of a function that stands in FROM.
    pub fn call_for_rows(&mut self, name: EcoString) {
        self.row_functions.add(name.clone(), name);
    }

    /// Takes note of a column, if it is not one of a subquery.
    pub fn column(&mut self, name: EcoString) {
        if self.depth == 0 {
            self.columns.add(name.clone(), name);
        }
    }

    /// Whether a name in FROM is that of a relation, and of no WITH query.
    pub fn is_table(&self, name: &ObjectName) -> bool {
        name.schema.is_some() || self.source(&name.name.name).is_none()
    }
}

/// Things in the order met, each once.
#[derive(Debug)]
pub(super) struct Distinct<T> {
    /// The things.
    pub list: Vec<T>,
    known: FxHashSet<EcoString>,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { list: Vec::new(), known: FxHashSet::default() }
    }
}

impl<T> Distinct<T> {
    /// Adds a thing unless one with the same key is there.
    fn add(&mut self, key: EcoString, thing: T) {
        if self.known.insert(key) {
            self.list.push(thing);
        }
    }
}

/// A walk over sqlparser's trees. Its parts are in `walk_expr` and `walk_query`.
pub(super) struct Walk<'w, 't> {
    pub(super) cursor: &'w Cursor<'t>,
    pub(super) uses: &'w mut Uses,
}

/// An identifier of sqlparser's, folded, with its place in the file.
pub(super) fn ident(cursor: &Cursor, ident: &sql::Ident) -> Ident {
    Ident { name: folded(ident), span: place(cursor, ident) }
}

/// The folded text of an identifier of sqlparser's.
pub(super) fn folded(ident: &sql::Ident) -> EcoString {
    fold(&ident.value, ident.quote_style.is_some())
}

/// sqlparser's locations are token numbers, see [`super::cursor`]; made-up identifiers have none.
fn place(cursor: &Cursor, ident: &sql::Ident) -> Span {
    match ident.span.start.line {
        0 => Span::default(),
        number => cursor.span_of(number as usize - 1),
    }
}

/// A name of sqlparser's; a database in front is dropped. Nothing for a name that is no list of identifiers.
pub(super) fn object_name(cursor: &Cursor, name: &sql::ObjectName) -> Option<ObjectName> {
    let mut parts: Vec<Ident> = Vec::with_capacity(name.0.len());
    for part in &name.0 {
        parts.push(ident(cursor, part.as_ident()?));
    }
    let span = parts.iter().map(|part| part.span).reduce(Span::to)?;
    let last = parts.pop()?;
    Some(ObjectName { schema: parts.pop(), name: last, span })
}
