//! What psql's own commands do to session and catalogue.

use std::collections::HashMap;

use crate::ast::{ObjectName, PsqlCommand, ReindexTarget, SettingKind, Statement, StatementKind};

use super::Fold;
use super::catalog::Catalog;
use super::trace::Transaction;

/// What psql remembers beside the session.
#[derive(Debug, Default)]
pub struct Connection {
    /// `\set AUTOCOMMIT off`: each statement opens a transaction unless it is in one.
    opens_transactions: bool,
    /// The database, once a command has named it.
    database: Option<String>,
    /// The database that each run of psql starts in, once a command has named it.
    home: Option<String>,
    /// What other databases hold.
    others: HashMap<String, Catalog>,
}

/// Whether a command runs statements that nobody sees.
pub fn hides_statements(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Psql(PsqlCommand::Generated | PsqlCommand::Include { followed: false }))
}

/// Whether the session ends here, and with it an open transaction.
pub fn is_connect(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Psql(PsqlCommand::Connect { .. }))
}

impl Fold<'_> {
    /// psql is started.
    pub(super) fn start_psql(&mut self) {
        self.psql.opens_transactions = false;
        if let Some(home) = self.psql.home.clone() {
            self.use_database(home);
        }
    }

    /// A command of psql.
    pub(super) fn psql(&mut self, command: &PsqlCommand) {
        match command {
            PsqlCommand::Connect { database } => self.connect(database.as_ref()),
            PsqlCommand::Autocommit { on } => self.psql.opens_transactions = !on,
            PsqlCommand::Include { .. } | PsqlCommand::Generated | PsqlCommand::Local => {}
        }
    }

    /// The session ends: what an open transaction did is undone. A new one begins.
    fn connect(&mut self, database: Option<&String>) {
        if let Some((_, before)) = self.undo.drain(..).next().filter(|_| self.session.transaction().is_open()) {
            self.catalog = before;
        }
        self.session = self.session.renewed();
        self.catalog.end_session();
        if let Some(database) = database {
            self.psql.home.get_or_insert_with(|| database.clone());
            self.use_database(database.clone());
        }
    }

    /// Each database has a catalogue of its own. The one that is named first is taken for the one psql started in.
    fn use_database(&mut self, name: String) {
        let Some(before) = self.psql.database.replace(name.clone()) else { return };
        if before != name {
            let catalog = self.psql.others.remove(&name).unwrap_or_default();
            let left = std::mem::replace(&mut self.catalog, catalog);
            self.psql.others.insert(before, left);
        }
    }

    /// With AUTOCOMMIT off, psql sends BEGIN before a statement, unless that may not run in a transaction block.
    pub(super) fn open_psql_block(&mut self, statement: &Statement) {
        let idle = self.session.transaction() == Transaction::None;
        if self.psql.opens_transactions && idle && may_be_in_block(&statement.kind) {
            self.session.begin(Transaction::Explicit);
        }
    }

    /// Takes back what a statement proves that may not have run: what it created may be older, and it need not have created
    /// everything that history is taken to know.
    pub(super) fn doubt(&mut self, statement: &Statement) {
        self.history_is_whole = false;
        let search_path = self.session.search_path();
        let schema = search_path.first().map_or("public", String::as_str);
        if let Some(name) = created(&statement.kind)
            && let Some(relation) = self.catalog.get_mut(&super::effect::RelationName::resolved(name, schema))
        {
            relation.perhaps_older = true;
        }
    }
}

/// Whether a statement that may not have run is taken to have done what it says. A setting is not, nor is an object dropped.
pub(super) fn leaves_something(kind: &StatementKind) -> bool {
    !matches!(kind, StatementKind::Set(_) | StatementKind::Drop(_))
}

fn created(kind: &StatementKind) -> Option<&ObjectName> {
    match kind {
        StatementKind::CreateTable(create) => Some(&create.name),
        StatementKind::CreateView(create) => Some(&create.name),
        _ => None,
    }
}

/// Whether psql would open a transaction for a statement: not for those that control one or refuse to be in one.
fn may_be_in_block(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Transaction(_) | StatementKind::Psql(_) => false,
        StatementKind::Set(change) => change.kind != SettingKind::DiscardAll,
        StatementKind::Vacuum(vacuum) => !vacuum.vacuum,
        StatementKind::CreateIndex(create) => !create.concurrently,
        StatementKind::Drop(drop) => !drop.concurrently,
        StatementKind::Cluster(cluster) => cluster.table.is_some(),
        StatementKind::Reindex(reindex) => {
            !reindex.concurrently && matches!(reindex.target, ReindexTarget::Index | ReindexTarget::Table)
        }
        StatementKind::Opaque(opaque) => !matches!(
            opaque.what.as_str(),
            "CREATE DATABASE" | "DROP DATABASE" | "CREATE TABLESPACE" | "DROP TABLESPACE" | "ALTER SYSTEM"
        ),
        _ => true,
    }
}
