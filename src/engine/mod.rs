//! The fold over history: statement after statement, what it locks in the state it meets, what the rules say, and the
//! state it leaves behind.

pub mod apply_facts;
pub mod catalog;
pub mod classify;
pub mod effect;
pub mod names;
mod nested;
pub mod refusals;
pub mod replay;
pub mod selectivity;
pub mod session;
pub mod step;
pub mod suppress;
pub mod surroundings;
pub mod trace;
pub mod type_changes;

use std::sync::Arc;

use crate::ast::{EnumChange, Statement, StatementKind, TransactionControl};
use crate::finding::{Finding, Held};
use crate::parser::Script;
use crate::postgres::{Form, VersionSet};
use crate::rules::{Check, Rule};
use crate::runner::{Runner, Scope, Sending, SessionReuse};
use crate::source::{SourceFile, Span};

use catalog::{Catalog, MigrationId};
use classify::Occurrence;
use effect::{Effect, Standing};
use session::Session;
use step::{MigrationView, Options, Step};
use surroundings::Surroundings;
use trace::{HeldLock, TracedMigration, TracedStatement, Transaction};

/// One migration, read.
#[derive(Debug)]
pub struct Migration {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its statements and comments.
    pub script: Script,
    /// Whether rules look at it; else it is history only.
    pub linted: bool,
    /// In which transaction it runs and what session it meets.
    pub runner: &'static Runner,
}

/// What a rule found, with the statement it is about.
#[derive(Debug, Clone)]
pub struct RuleFinding {
    /// The rule.
    pub rule: &'static Rule,
    /// The whole statement.
    pub statement: Span,
    /// How long its locks are held.
    pub held: Held,
    /// The finding.
    pub finding: Finding,
}

/// What the fold says about one linted migration.
#[derive(Debug)]
pub struct Outcome {
    /// What the rules found, before configuration and suppression.
    pub findings: Vec<RuleFinding>,
    /// The migration as it was replayed.
    pub trace: TracedMigration,
}

/// The state of a sequence of migrations: what they have left behind so far.
pub struct Fold<'a> {
    options: &'a Options,
    rules: &'a [&'static Rule],
    catalog: Catalog,
    session: Session,
    history_is_whole: bool,
    /// Whether an earlier migration created something: a history that begins with nothing proves nothing.
    has_history: bool,
    /// Whether traces say which locks are still held: the lock plan asks, rules do not.
    traces_held_locks: bool,
    /// The number of the next migration.
    number: MigrationId,
    /// The catalogue at BEGIN (no name) and at each savepoint, kept only in files that roll back.
    undo: Vec<(Option<String>, Catalog)>,
    findings: Vec<RuleFinding>,
}

impl<'a> Fold<'a> {
    /// An empty database.
    ///
    /// `whole_history` says that the sequence may be taken for everything that ever happened to it, until a statement
    /// meets a relation that it did not create.
    pub fn new(rules: &'a [&'static Rule], options: &'a Options, whole_history: bool) -> Self {
        Self {
            options,
            rules,
            catalog: Catalog::default(),
            session: Session::new(&options.session),
            history_is_whole: whole_history,
            has_history: false,
            traces_held_locks: false,
            number: 0,
            undo: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Makes traces say which locks are still held.
    #[must_use]
    pub fn tracing_held_locks(mut self) -> Self {
        self.traces_held_locks = true;
        self
    }

    /// Replays the next migration and shows its statements to the rules; `None` if it is history only.
    pub fn migration(&mut self, migration: &Migration) -> Option<Outcome> {
        let trace = self.replay(migration);
        self.number += 1;
        let trace = trace?;
        self.check_migration(migration, &trace);
        Some(Outcome {
            findings: std::mem::take(&mut self.findings),
            trace: TracedMigration { file: migration.file.clone(), statements: trace },
        })
    }
}

impl Fold<'_> {
    fn replay(&mut self, migration: &Migration) -> Option<Vec<TracedStatement>> {
        self.open_session(migration.runner);
        let rolls_back = migration.script.statements.iter().any(is_rollback);
        let mut trace = Vec::with_capacity(if migration.linted { migration.script.statements.len() } else { 0 });
        for (index, statement) in migration.script.statements.iter().enumerate() {
            self.open_implicit_block(migration);
            let traced = self.statement(index, statement, migration, rolls_back);
            if migration.linted {
                trace.push(traced);
            }
        }
        if migration.runner.scope != Scope::Run {
            self.session.commit();
            self.catalog.end_transaction();
        }
        self.has_history |= self.catalog.relations().next().is_some();
        self.undo.clear();
        migration.linted.then_some(trace)
    }

    /// Whether what is not in the catalogue does not exist.
    fn is_whole(&self) -> bool {
        self.history_is_whole && self.has_history
    }

    fn open_session(&mut self, runner: &Runner) {
        match runner.session {
            SessionReuse::Same => {}
            SessionReuse::Reset => self.session = self.session.renewed(),
            SessionReuse::New => {
                self.session = self.session.renewed();
                self.catalog.end_session();
            }
        }
        if matches!(runner.scope, Scope::Run | Scope::File | Scope::Section) {
            self.session.begin(Transaction::Runner);
        }
    }

    /// Several statements in one query string are an implicit transaction block, also what follows a COMMIT in it.
    fn open_implicit_block(&mut self, migration: &Migration) {
        let together = matches!(migration.runner.sending, Sending::Whole | Sending::Pipeline);
        if together && migration.script.statements.len() > 1 && self.session.transaction() == Transaction::None {
            self.session.begin(Transaction::Implicit);
        }
    }

    fn statement(
        &mut self,
        index: usize,
        statement: &Statement,
        migration: &Migration,
        rolls_back: bool,
    ) -> TracedStatement {
        let running = nested::running(statement, migration.script.statements.get(..index).unwrap_or_default());
        let (outer, statement) = (statement, running.as_ref());
        let search_path = self.session.search_path();
        let around = Surroundings {
            catalog: &self.catalog,
            session: &self.session,
            migration: self.number,
            history_is_whole: self.is_whole(),
            search_path: &search_path,
            text: migration.file.text(),
        };
        let occurrences = classify::occurrences(statement, &around);
        let effects = apply_facts::effects(&occurrences, &around);
        let forms: Vec<Form> = occurrences.iter().map(|occurrence| occurrence.form).collect();
        let mut refusals = match is_new_enum(statement, &around) {
            true => Vec::new(),
            false => apply_facts::refusals(&occurrences, &around),
        };
        refusals.extend(refusals::refusals(statement, &around));
        let step = Step {
            statement,
            statements: &migration.script.statements,
            index,
            file: &migration.file,
            around,
            effects: &effects,
            forms: &forms,
            refusals: &refusals,
            runner: migration.runner,
            options: self.options,
        };
        if migration.linted {
            self.findings.extend(run_statement_rules(self.rules, &step).into_iter().map(|found| inside(outer, found)));
        }
        let transaction = self.session.transaction();
        let traced = TracedStatement {
            span: outer.span,
            forms,
            understood: !matches!(statement.kind, StatementKind::Unparsed(_)),
            transaction,
            refusals,
            still_held: if migration.linted && self.traces_held_locks {
                self.session.held_locks().to_vec()
            } else {
                Vec::new()
            },
            lock_timeout: self.session.lock_timeout(),
            effects,
        };
        self.leave(index, statement, &traced, &occurrences, rolls_back);
        traced
    }

    /// The state after a statement.
    fn leave(
        &mut self,
        index: usize,
        statement: &Statement,
        traced: &TracedStatement,
        occurrences: &[Occurrence],
        rolls_back: bool,
    ) {
        self.note_gaps(&traced.effects, occurrences);
        if may_do_anything(&statement.kind) {
            self.history_is_whole = false;
        }
        if traced.transaction.is_open() {
            let locks = effect::strongest(&traced.effects, self.options.postgres);
            self.session.hold(locks.into_iter().map(|effect| HeldLock { effect, statement: statement.span, index }));
        }
        match &statement.kind {
            StatementKind::Transaction(control) => {
                if rolls_back {
                    self.remember_or_undo(control);
                }
                self.session.control(control);
            }
            StatementKind::Set(change) => self.session.set(change),
            _ => {
                let author = replay::Author {
                    migration: self.number,
                    transaction: self.session.transaction_number(),
                    statement: statement.span,
                    history_is_whole: self.is_whole(),
                };
                replay::apply(statement, &mut self.catalog, &self.session, author);
            }
        }
        if self.session.transaction() == Transaction::None {
            self.catalog.end_transaction();
        }
    }

    /// A relation that no migration created shows that this history is not everything that happened.
    fn note_gaps(&mut self, effects: &[Effect], occurrences: &[Occurrence]) {
        let unknown = |effect: &Effect| effect.standing == Standing::Unknown && !is_system(&effect.relation);
        let harmless = |effect: &Effect| matches!(effect.form, Form::DropTableNoop | Form::CreateTableNoop);
        if !occurrences.is_empty() && effects.iter().any(|effect| unknown(effect) && !harmless(effect)) {
            self.history_is_whole = false;
        }
    }

    fn remember_or_undo(&mut self, control: &TransactionControl) {
        match control {
            TransactionControl::Begin => self.undo = vec![(None, self.catalog.clone())],
            TransactionControl::Savepoint(name) => self.undo.push((Some(name.name.clone()), self.catalog.clone())),
            TransactionControl::RollbackTo(name) => {
                let at = self.undo.iter().rposition(|(savepoint, _)| savepoint.as_ref() == Some(&name.name));
                if let Some(at) = at {
                    self.undo.truncate(at + 1);
                    self.catalog = self.undo[at].1.clone();
                }
            }
            TransactionControl::Rollback { .. } => {
                if let Some((_, before)) = self.undo.drain(..).next() {
                    self.catalog = before;
                }
            }
            TransactionControl::Commit { .. } | TransactionControl::Prepare => self.undo.clear(),
            TransactionControl::Release(_) => {}
        }
    }

    /// Shows the whole migration to the rules that ask for it.
    fn check_migration(&mut self, migration: &Migration, trace: &[TracedStatement]) {
        let view = MigrationView {
            file: &migration.file,
            statements: &migration.script.statements,
            trace,
            options: self.options,
        };
        for rule in self.rules {
            let Check::Migration(check) = rule.check else { continue };
            for finding in check(&view) {
                let about = trace.iter().find(|traced| traced.span.contains(finding.span));
                self.findings.push(RuleFinding {
                    rule,
                    statement: about.map_or(finding.span, |traced| traced.span),
                    held: about.map_or(Held::Statement, |traced| traced.transaction.held()),
                    finding,
                });
            }
        }
    }
}

fn run_statement_rules(rules: &[&'static Rule], step: &Step) -> Vec<RuleFinding> {
    let mut found = Vec::new();
    for rule in rules {
        let Check::Statement(check) = rule.check else { continue };
        found.extend(check(step).into_iter().map(|finding| RuleFinding {
            rule,
            statement: step.statement.span,
            held: step.transaction().held(),
            finding,
        }));
    }
    found.retain(|found| found.finding.versions.overlaps(step.options.postgres));
    found
}

/// A finding about the statement that another one runs belongs to that one, and a rewrite of it would lose what is around.
fn inside(outer: &Statement, mut found: RuleFinding) -> RuleFinding {
    if found.statement != outer.span {
        found.statement = outer.span;
        found.finding.rewrite = None;
    }
    found
}

/// Statements that may create or drop what nobody sees.
fn may_do_anything(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Opaque(opaque) => opaque.what == "DO",
        StatementKind::Call(_) | StatementKind::Execute(_) | StatementKind::Unparsed(_) => true,
        _ => false,
    }
}

fn is_rollback(statement: &Statement) -> bool {
    use TransactionControl::{Rollback, RollbackTo};
    matches!(statement.kind, StatementKind::Transaction(Rollback { .. } | RollbackTo(_)))
}

fn is_system(relation: &effect::RelationName) -> bool {
    matches!(relation.schema.as_str(), "pg_catalog" | "information_schema") || relation.name.starts_with("pg_")
}

/// ALTER TYPE ... ADD VALUE of a type made in the same transaction is allowed in a block on every version.
fn is_new_enum(statement: &Statement, around: &Surroundings) -> bool {
    let StatementKind::AlterEnum(alter) = &statement.kind else { return false };
    let created = around.catalog.enum_created_in(&around.resolve(&alter.name));
    matches!(alter.change, EnumChange::AddValue { .. }) && created == Some(around.migration)
}

/// Versions on which a set of effects holds.
pub fn versions_of(effects: &[Effect]) -> VersionSet {
    effects.iter().fold(VersionSet::NONE, |all, effect| all.or(effect.versions))
}
