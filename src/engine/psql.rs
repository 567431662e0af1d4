//! What psql's own commands do to session and catalogue.

use std::collections::HashMap;

use crate::ast::{PsqlCommand, ReindexTarget, SettingChange, SettingKind, Statement, StatementKind};

use super::catalog::Catalog;
use super::trace::Transaction;
use super::{Fold, RuleFinding};

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

/// A branch of `\if` that may or may not run.
#[derive(Debug)]
pub struct Doubtful {
    /// The catalogue in front of it.
    before: Catalog,
    /// Changes that undo the settings made in it.
    pub(super) settings: Vec<SettingChange>,
}

/// Whether a command runs statements that nobody sees.
pub fn hides_statements(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Psql(PsqlCommand::Generated | PsqlCommand::Include { followed: false }))
}

/// Whether the session ends here, and with it an open transaction.
pub fn is_connect(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Psql(PsqlCommand::Connect { .. }))
}

impl Connection {
    /// What the databases hold that the connection has left.
    pub(super) fn other_catalogs(&self) -> impl Iterator<Item = &Catalog> {
        let mut names: Vec<&String> = self.others.keys().collect();
        names.sort();
        names.into_iter().filter_map(|name| self.others.get(name))
    }
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
            PsqlCommand::Connect { database } => self.connect(database.as_deref()),
            PsqlCommand::Autocommit { on } => self.psql.opens_transactions = !on,
            PsqlCommand::Include { .. } | PsqlCommand::Branch | PsqlCommand::Generated | PsqlCommand::Local => {}
        }
    }

    /// The session ends: what an open transaction did is undone. A new one begins.
    fn connect(&mut self, database: Option<&str>) {
        self.doubtful = None;
        if let Some(before) = self.marks.undo() {
            self.catalog = before;
        }
        self.session = self.session.renewed();
        self.catalog.end_session();
        if let Some(database) = database {
            self.psql.home.get_or_insert_with(|| database.to_owned());
            self.use_database(database.to_owned());
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

    /// Notices where a branch of `\if` begins or ends of which it is not known whether it runs.
    pub(super) fn follow_branch(&mut self, statement: &Statement, may_run: bool) {
        let is_border = matches!(statement.kind, StatementKind::Psql(PsqlCommand::Branch));
        if is_border || !may_run {
            self.leave_branch();
        } else if self.doubtful.is_none() {
            self.doubtful = Some(Doubtful { before: self.catalog.clone(), settings: Vec::new() });
        }
        // It need not have created everything that history is taken to know.
        self.history_is_whole &= !may_run;
    }

    /// Behind such a branch nothing is sure that only the branch says.
    pub(super) fn leave_branch(&mut self) {
        let Some(branch) = self.doubtful.take() else { return };
        branch.settings.iter().rev().for_each(|change| self.session.set(change));
        self.catalog = std::mem::take(&mut self.catalog).or_not(branch.before);
    }
}

/// A finding about a statement, which may stand in a branch that may not run.
pub(super) fn in_branch(mut found: RuleFinding, may_run: bool) -> RuleFinding {
    if may_run {
        found.finding.assumed.insert(0, "psql takes this branch".to_owned());
    }
    found
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
