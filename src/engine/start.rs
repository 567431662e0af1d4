//! A dump of the schema as the state that migrations start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnDef, CreateIndex, ObjectKind, ObjectName, Persistence, Statement, StatementKind,
};
use crate::parser::Script;

use super::Fold;
use super::catalog::{Catalog, Fate, FileLine, Kind, MigrationId};
use super::effect::RelationName;
use super::replay::{self, Author};
use super::session::Session;
use super::step::Options;
use super::surroundings::Surroundings;
use crate::rules::Rule;
use crate::source::SourceFile;

/// The number of the dump where migrations have theirs.
const DUMP: MigrationId = 0;

/// What a dump leaves in an empty database: everything in it is old, holds rows and is in use.
#[derive(Debug, Clone)]
pub struct StartingPoint {
    file: Arc<SourceFile>,
    catalog: Catalog,
    /// Whether all of the dump was understood, so that what is not in it does not exist.
    whole: bool,
}

impl StartingPoint {
    /// Replays a dump in a session of its own, with what the dump itself sets.
    pub fn of(file: &Arc<SourceFile>, script: &Script) -> Self {
        let (mut catalog, mut session) = (Catalog::default(), Session::new(&BTreeMap::new()));
        let mut whole = true;
        // No dump creates this schema. What an extension may have made in it takes this back.
        catalog.ledger.note(Kind::Contents, &replay::alone("public"), Fate::Given);
        for statement in &script.statements {
            catalog.ledger.at = FileLine::of(file, statement.span);
            if let StatementKind::Unparsed(unparsed) = &statement.kind {
                whole = false;
                if !only_creates(&unparsed.keywords) {
                    catalog.doubt();
                }
            } else if !follow(statement, &mut session) {
                let author = Author {
                    migration: DUMP,
                    transaction: session.transaction_number(),
                    statement: statement.span,
                    history_is_whole: true,
                    stands_for_more: false,
                    text: file.text(),
                    exact: true,
                };
                replay::apply(statement, &mut catalog, &session, author);
            }
        }
        // Of a schema that the dump has nothing of, it says nothing: it may be one of other schemas.
        let is_shown = catalog.relations().any(|relation| relation.name.schema == "public");
        catalog.ledger.doubt(Kind::Contents, |name, _| !whole || name.name == "public" && !is_shown);
        catalog.end_session();
        catalog.settle();
        Self { file: Arc::clone(file), catalog, whole }
    }

    /// The columns of a table.
    pub fn columns_of(&self, table: &RelationName) -> Vec<&str> {
        let columns = self.catalog.get(table).into_iter().flat_map(|relation| &relation.columns);
        columns.map(|column| column.name.as_str()).collect()
    }

    /// Whether all that a migration creates is there already. A migration that creates nothing for certain tells nothing.
    pub fn has_all_of(&self, script: &Script) -> bool {
        let mut session = Session::new(&BTreeMap::new());
        let mut found = Vec::new();
        for statement in &script.statements {
            if !follow(statement, &mut session) {
                let search_path = session.search_path();
                let around = Surroundings {
                    catalog: &self.catalog,
                    session: &session,
                    migration: MigrationId::MAX,
                    history_is_whole: self.whole,
                    search_path: &search_path,
                    stands_for_more: false,
                    in_loop: false,
                    calls: 0,
                    firing: None,
                    text: "",
                };
                found.extend(is_done(statement, &around));
            }
        }
        !found.is_empty() && found.iter().all(|done| *done)
    }
}

impl<'a> Fold<'a> {
    /// The database that a dump shows.
    pub fn starting_from(rules: &'a [&'static Rule], options: &'a Options, start: &StartingPoint) -> Self {
        let has_history = start.catalog.relations().next().is_some();
        let catalog = start.catalog.clone();
        Self {
            catalog,
            has_history,
            number: DUMP + 1,
            files: vec![Arc::clone(&start.file)],
            linted: vec![false],
            ..Self::new(rules, options, start.whole)
        }
    }
}

/// Changes the session as the statement does; `false` if it is not about the session.
fn follow(statement: &Statement, session: &mut Session) -> bool {
    match &statement.kind {
        StatementKind::Set(change) => session.set(change),
        StatementKind::Transaction(control) => session.control(control),
        StatementKind::Query(query) => query.settings.iter().for_each(|change| session.set(change)),
        _ => return false,
    }
    true
}

/// Whether a statement that was not understood says nothing about what the dump created before it.
fn only_creates(keywords: &str) -> bool {
    let mut words = keywords.split_whitespace();
    let is_create = words.next().is_some_and(|word| word.eq_ignore_ascii_case("CREATE"));
    let on_a_table = ["INDEX", "UNIQUE", "TRIGGER", "CONSTRAINT", "POLICY", "RULE"];
    is_create && !words.next().is_some_and(|word| on_a_table.iter().any(|kind| word.eq_ignore_ascii_case(kind)))
}

/// Whether what a statement does has been done; `None` where that cannot be seen.
fn is_done(statement: &Statement, around: &Surroundings) -> Option<bool> {
    match &statement.kind {
        StatementKind::CreateTable(create) => {
            (create.persistence != Persistence::Temporary).then(|| is_there(&create.name, around))
        }
        StatementKind::CreateView(create) if !create.or_replace && !create.temporary => {
            Some(is_there(&create.name, around))
        }
        StatementKind::CreateSequence(create) => Some(is_there(&create.name, around)),
        StatementKind::CreateType(create) => {
            around.catalog.is_type_without_casts(&around.created(&create.name)).then_some(true)
        }
        StatementKind::CreateIndex(create) => index_is_there(create, around),
        StatementKind::AlterTable(alter) => altered(alter, around),
        StatementKind::Drop(drop)
            if matches!(drop.object, ObjectKind::Table | ObjectKind::Index | ObjectKind::View) =>
        {
            let is_left = drop.names.iter().any(|name| around.catalog.is_taken(&around.resolve(name)));
            // What is not there for sure was dropped, or else the statement could not run.
            let is_gone = !drop.if_exists && drop.names.iter().all(|name| around.is_gone(Kind::Relation, name));
            (is_left || is_gone).then_some(is_gone)
        }
        _ => None,
    }
}

fn is_there(name: &ObjectName, around: &Surroundings) -> bool {
    around.catalog.is_taken(&around.created(name))
}

fn index_is_there(create: &CreateIndex, around: &Surroundings) -> Option<bool> {
    let name = create.name.as_ref()?;
    let table = around.resolve(&create.table);
    Some(around.catalog.is_taken(&RelationName::new(table.schema, &*name.name.name)))
}

/// Columns and named constraints that ALTER TABLE adds, and a new name that it gives.
fn altered(alter: &AlterTable, around: &Surroundings) -> Option<bool> {
    let relation = around.relation(&alter.name);
    let is_there = |column: &ColumnDef| relation.map(|relation| relation.column(&column.name.name).is_some());
    let done = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { column, .. } => is_there(column),
        AlterActionKind::AddConstraint(constraint) => {
            let name = constraint.name.as_ref()?;
            relation.map(|relation| relation.constraint(&name.name).is_some())
        }
        AlterActionKind::RenameTo(to) => {
            let from = around.resolve(&alter.name);
            let renamed = RelationName::new(&*from.schema, &*to.name);
            let (before, after) = (around.catalog.is_taken(&from), around.catalog.is_taken(&renamed));
            (before != after).then_some(after)
        }
        _ => None,
    });
    let done: Vec<bool> = done.collect();
    (!done.is_empty()).then(|| done.iter().all(|done| *done))
}
