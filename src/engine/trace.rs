//! What happened, statement by statement: the material of the lock plan and of rules about whole migrations.

use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;

use crate::engine::effect::Effect;
use crate::finding::Held;
use crate::postgres::waits::{WaitsFor, waits_for};
use crate::postgres::{Form, LockMode, VersionSet};
use crate::source::{SourceFile, Span};

use super::catalog::Past;
use super::effect::{RelationKind, RelationName};
use super::proof::WrittenProof;
use super::running::Inside;

/// The transaction that a statement runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// None: the statement commits by itself.
    None,
    /// The file wrote BEGIN.
    Explicit,
    /// The runner opened it.
    Runner,
    /// Several statements sent in one query string.
    Implicit,
    /// A DO block that nothing else surrounds.
    Block,
}

impl Transaction {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Explicit => "explicit",
            Self::Runner => "runner",
            Self::Implicit | Self::Block => "implicit",
        }
    }

    /// Whether a transaction is open around the statement.
    pub fn is_open(self) -> bool {
        self != Self::None
    }

    /// How long a lock taken by the statement is held.
    pub fn held(self) -> Held {
        if self.is_open() { Held::Transaction } else { Held::Statement }
    }
}

/// A lock that an earlier statement of the same transaction took and that is still held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLock {
    /// The effect that took it.
    pub effect: Effect,
    /// The statement that took it.
    pub statement: Span,
    /// Its number in the migration, from 0.
    pub index: usize,
    /// Path and line of that statement, where it stands in another file: one includes the other.
    pub elsewhere: Option<(String, usize)>,
}

/// A statement that the server is known to refuse in this state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The SQLSTATE.
    pub sqlstate: &'static str,
    /// The reason, in PostgreSQL's terms.
    pub reason: String,
    /// Versions that refuse.
    pub versions: VersionSet,
    /// The part of the statement that is refused; `None` is the whole.
    pub span: Option<Span>,
    /// What in the state before it is the reason.
    pub cause: Cause,
}

/// What in the state before a statement makes the server refuse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Something that it names is not there, or a name that it gives is taken.
    Existence {
        /// What happened last to the name, where history shows it.
        past: Option<Past>,
        /// A name that is there and much like the one that is not.
        near: Option<EcoString>,
    },
    /// Something depends on what it changes or drops.
    Dependant,
    /// Anything else.
    Other,
}

impl Cause {
    /// What an SQLSTATE says by itself.
    fn of(sqlstate: &str) -> Self {
        match sqlstate {
            "42P01" | "42P06" | "42P07" | "42701" | "42703" | "42704" | "42710" | "42723" | "42883" | "3F000" => {
                Self::Existence { past: None, near: None }
            }
            "2BP01" => Self::Dependant,
            _ => Self::Other,
        }
    }
}

impl Refusal {
    /// Of the whole statement.
    pub fn new(versions: VersionSet, sqlstate: &'static str, reason: impl Into<String>) -> Self {
        Self { sqlstate, reason: reason.into(), versions, span: None, cause: Cause::of(sqlstate) }
    }

    /// For this reason.
    #[must_use]
    pub fn by(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }

    /// Of this part of it.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }
}

/// One statement as it was replayed.
#[derive(Debug, Clone)]
pub struct TracedStatement {
    /// The statement.
    pub span: Span,
    /// Its behaviours.
    pub forms: Vec<Form>,
    /// Why it has less to do than it might, or stops nobody.
    pub proofs: Vec<WrittenProof>,
    /// Whether it was understood; without that nothing can be said of its locks.
    pub understood: bool,
    /// Places in a DO block's body that were not understood, and what runs there.
    pub unread: Vec<(Span, String)>,
    /// The transaction around it.
    pub transaction: Transaction,
    /// What it locks and does, for every measured version.
    pub effects: Vec<Effect>,
    /// The DO block whose body it stands in.
    pub inside: Option<Inside>,
    /// Whether the block passes it over, where the history is all that has happened.
    pub passed_over: bool,
    /// Whether it stands in a branch of psql's `\if` that may not run.
    pub may_run: bool,
    /// Refusals by some version in this state.
    pub refusals: Vec<Refusal>,
    /// Refusals of a database in which there is nothing but what the history has made; a lock plan asks.
    pub presumed: Vec<Refusal>,
    /// Locks of earlier statements that are still held, one for each relation and mode.
    pub still_held: Vec<HeldLock>,
    /// How many more statements follow that differ from this one in their constants only.
    pub more: usize,
    /// The lock_timeout in force; `None` means that a lock is waited for without end.
    pub lock_timeout: Option<Duration>,
}

impl TracedStatement {
    /// The refusal that counts: any of these versions'.
    pub fn refusal(&self, versions: VersionSet) -> Option<&Refusal> {
        self.refusals.iter().chain(&self.presumed).find(|refusal| refusal.versions.overlaps(versions))
    }

    /// Effects with a lock that makes other sessions' writes wait, on relations that they may be using.
    pub fn blocking_effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(|effect| effect.blocks_writes())
    }

    /// Whom it waits for on some of the versions before it is done. Nobody writes a materialized view but under locks that
    /// stand in the way of its own.
    pub fn waits_for(&self, versions: VersionSet) -> Vec<WaitsFor> {
        let mut tables = self.effects.iter().filter(|effect| effect.kind != RelationKind::Index).peekable();
        let is_known = tables.peek().is_some();
        let no_writers = is_known && tables.all(|effect| effect.kind == RelationKind::MaterializedView);
        let mut waits = waits_for(&self.forms, versions);
        waits.retain(|waits| !no_writers || *waits != WaitsFor::Writers);
        waits
    }
}

/// One migration as it was replayed.
#[derive(Debug, Clone)]
pub struct TracedMigration {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its statements, in order.
    pub statements: Vec<TracedStatement>,
}

/// The strongest lock for each relation among locks still held.
pub fn strongest_held(held: &[HeldLock]) -> Vec<HeldLock> {
    let mut strongest: Vec<HeldLock> = Vec::new();
    for lock in held {
        let same = |known: &&mut HeldLock| known.effect.relation == lock.effect.relation;
        match strongest.iter_mut().find(same) {
            Some(known) if known.effect.lock < lock.effect.lock => *known = lock.clone(),
            Some(_) => {}
            None => strongest.push(lock.clone()),
        }
    }
    strongest
}

/// The mode and relation of a held lock, for messages: `ACCESS EXCLUSIVE on orders`.
pub fn describe(mode: LockMode, relation: &RelationName) -> String {
    format!("{mode} on {relation}")
}

/// The lock plan of a run.
#[derive(Debug, Clone, Default)]
pub struct LockPlan {
    /// Linted migrations, in order.
    pub migrations: Vec<TracedMigration>,
    /// What could not be read.
    pub problems: Vec<crate::finding::Problem>,
    /// The schema file that the catalogue started from.
    pub schema: Option<crate::SchemaRead>,
    /// The versions it is for.
    pub postgres: crate::postgres::VersionSet,
    /// The runner's name.
    pub runner: String,
}
