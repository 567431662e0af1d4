//! The fold over history: statement after statement, what it locks in the state it meets, what the rules say, and the
//! state it leaves behind.

mod aftermath;
pub mod apply_facts;
mod asked;
mod assumed;
mod attributes;
mod block;
mod calendar;
pub mod catalog;
pub mod classify;
mod collateral;
mod decimals;
pub mod difference;
mod dropped_with;
pub mod effect;
pub mod history;
mod judging;
pub mod lock_order;
mod marks;
mod named;
pub mod names;
mod nested;
mod output;
mod partitions;
pub mod proof;
pub mod psql;
pub mod refusals;
mod refused;
pub mod replay;
pub mod running;
pub mod selectivity;
pub mod session;
pub mod start;
pub mod step;
pub mod suppress;
pub mod surroundings;
#[cfg(test)]
mod testing;
pub mod trace;
pub mod type_changes;

use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{Statement, StatementKind, TransactionControl, TypeChange};
use crate::finding::{Finding, Held};
use crate::parser::{self, Script};
use crate::postgres::{Form, VersionSet};
use crate::rules::Rule;
use crate::runner::{Runner, Scope, Sending, SessionReuse, sections};
use crate::source::{SourceFile, Span};

use block::Block;
use catalog::{Catalog, FileLine, Kind, MigrationId};
use classify::Occurrence;
use effect::Effect;
use judging::{of_outer, run_statement_rules};
use lock_order::LockOrder;
use marks::Marks;
use proof::WrittenProof;
use running::{Inside, Running};
use session::Session;
use step::{Options, Step};
use surroundings::Surroundings;
use trace::{Refusal, TracedMigration, TracedStatement, Transaction};

/// One migration, read.
#[derive(Debug)]
pub struct Migration {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its statements and comments.
    pub script: Script,
    /// How many statements were left out of it, because they run only when it is undone.
    pub undoing: usize,
    /// Whether rules look at it; else it is history only.
    pub linted: bool,
    /// In which transaction it runs and what session it meets.
    pub runner: &'static Runner,
}

impl Migration {
    /// Reads a file, without what runs only when the migration is undone.
    pub fn read(file: Arc<SourceFile>, linted: bool, runner: &'static Runner) -> Self {
        let mut script = if linted { parser::parse(&file) } else { parser::parse_history(&file) };
        let undoing = sections::keep_forward(&mut script, file.text());
        Self { file, script, undoing, linted, runner }
    }
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
    /// What ROLLBACK goes back to.
    marks: Marks,
    /// The DO block whose body is being replayed.
    block: Option<Block>,
    /// The branch of psql's `\if` that is being replayed, where it is not known whether it runs.
    doubtful: Option<psql::Doubtful>,
    findings: Vec<RuleFinding>,
    psql: psql::Connection,
    lock_order: LockOrder,
    /// Settings that the migration replayed last leaves to the next one.
    left_settings: Vec<String>,
    /// The files of the migrations so far, by their numbers.
    files: Vec<Arc<SourceFile>>,
    /// Which of them are linted.
    linted: Vec<bool>,
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
            marks: Marks::default(),
            block: None,
            doubtful: None,
            findings: Vec::new(),
            psql: psql::Connection::default(),
            lock_order: LockOrder::default(),
            left_settings: Vec::new(),
            files: Vec::new(),
            linted: Vec::new(),
        }
    }

    /// Makes traces say which locks are still held.
    #[must_use]
    pub fn tracing_held_locks(mut self) -> Self {
        self.traces_held_locks = true;
        self
    }

    /// What exists after the migrations so far.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Replays the next migration and shows its statements to the rules; `None` if it is history only.
    pub fn migration(&mut self, migration: &Migration) -> Option<Outcome> {
        self.files.push(Arc::clone(&migration.file));
        self.linted.push(migration.linted);
        let running = Running::of(&migration.script.statements);
        let trace = self.replay(migration, &running);
        self.number += 1;
        if let Some(trace) = &trace {
            self.check_migration(migration, &running, trace);
        }
        self.lock_order.end_migration(migration.file.path());
        trace.map(|trace| Outcome {
            findings: std::mem::take(&mut self.findings),
            trace: TracedMigration { file: migration.file.clone(), statements: trace },
        })
    }
}

impl Fold<'_> {
    fn replay(&mut self, migration: &Migration, running: &Running) -> Option<Vec<TracedStatement>> {
        self.open_session(migration.runner);
        let settings = self.session.settings();
        let rolls_back = migration.script.statements.iter().any(is_rollback);
        let mut trace = Vec::with_capacity(if migration.linted { running.statements.len() } else { 0 });
        for (index, statement) in running.statements.iter().enumerate() {
            let mut inside = running.inside(index).cloned();
            match &mut inside {
                Some(inside) => {
                    self.pass_gaps(Some(statement.span));
                    let runs = self.answer_conditions(inside);
                    self.enter_branches(inside);
                    if !runs {
                        let traced = self.passed_over(index, statement, migration, running, inside);
                        trace.extend(
                            Some(traced).filter(|traced| migration.linted && block::is_shown(statement, traced)),
                        );
                        continue;
                    }
                }
                None => {
                    self.close_block();
                    self.follow_branch(statement, migration.script.may_run(statement.span));
                    self.open_implicit_block(migration);
                    self.open_psql_block(statement);
                }
            }
            if rolls_back {
                self.marks.follow(&self.session, &self.catalog, &self.lock_order);
            }
            let traced = self.statement(index, statement, migration, running, inside.as_ref(), rolls_back);
            if migration.linted && block::is_shown(statement, &traced) {
                trace.push(traced);
            }
            if let StatementKind::Do(block) = &statement.kind {
                self.open_block(&block.body);
            }
        }
        self.close_block();
        self.leave_branch();
        if migration.runner.scope != Scope::Run {
            self.session.commit();
            self.catalog.end_transaction();
        }
        self.left_settings = match migration.runner.session {
            SessionReuse::Same => self.session.left_behind(&settings),
            SessionReuse::Reset | SessionReuse::New => Vec::new(),
        };
        self.has_history |= self.catalog.relations().next().is_some() || self.catalog.functions().next().is_some();
        self.marks.clear();
        migration.linted.then_some(trace)
    }

    /// Whether what is not in the catalogue does not exist.
    fn is_whole(&self) -> bool {
        self.history_is_whole && self.has_history
    }

    /// The state before the next statement, whoever makes it.
    fn around<'s>(&'s self, search_path: &'s [EcoString]) -> Surroundings<'s> {
        Surroundings {
            catalog: &self.catalog,
            session: &self.session,
            migration: self.number,
            history_is_whole: self.is_whole(),
            search_path,
            stands_for_more: false,
            in_loop: false,
            calls: 0,
            firing: None,
            text: "",
        }
    }

    fn open_session(&mut self, runner: &Runner) {
        match runner.session {
            SessionReuse::Same => {}
            SessionReuse::Reset => self.session = self.session.renewed(),
            SessionReuse::New => {
                self.session = self.session.renewed();
                self.catalog.end_session();
                self.start_psql();
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
        running: &Running,
        inside: Option<&Inside>,
        rolls_back: bool,
    ) -> TracedStatement {
        let effective = nested::running(statement, running.statements.get(..index).unwrap_or_default());
        let (outer, statement) = (statement, effective.as_ref());
        self.catalog.follow_time_zone(self.session.time_zone());
        let search_path = self.session.search_path();
        let around = Surroundings {
            stands_for_more: migration.script.repeats(statement.span) > 0,
            in_loop: inside.is_some_and(Inside::is_in_loop),
            text: migration.file.text(),
            ..self.around(&search_path)
        };
        let occurrences = classify::occurrences(statement, &around);
        let mut effects = apply_facts::effects(&occurrences, &around);
        if matches!(statement.kind, StatementKind::AlterTable(_)) {
            apply_facts::raise_below(&mut effects);
        }
        self.keep_what_others_see(&mut effects);
        let caught = inside.map_or_else(Vec::new, |inside| {
            let guarded = inside.is_caught();
            let failing = if guarded { refusals::refusals(statement, &around, true) } else { Vec::new() };
            block::undo(&mut effects, &failing, inside, self.skipped(inside))
        });
        if migration.linted {
            // They are kept until the whole migration has been replayed.
            effects.shrink_to_fit();
        }
        let proofs = if migration.linted { self.proofs(&occurrences, &effects, &around) } else { Vec::new() };
        let forms: Vec<Form> = occurrences.iter().map(|occurrence| occurrence.form).collect();
        let refusals = self.refusals(outer, statement, &occurrences, &around, inside, migration.linted);
        let presumed = if migration.linted { self.presumed(outer, statement, &around, inside) } else { Vec::new() };
        let step = Step {
            statement,
            statements: &running.statements,
            index,
            inside,
            file: &migration.file,
            around,
            effects: &effects,
            forms: &forms,
            refusals: &refusals,
            runner: migration.runner,
            options: self.options,
        };
        let may_run = migration.script.may_run(statement.span);
        if migration.linted {
            let found = run_statement_rules(self.rules, &step).into_iter();
            let found = found.map(|found| psql::in_branch(of_outer(outer, found), may_run));
            self.findings.extend(found.map(|mut found| {
                found.finding.proofs.clone_from(&proofs);
                found
            }));
        }
        let transaction = self.session.transaction();
        let traced = TracedStatement {
            span: outer.span,
            forms,
            proofs,
            understood: is_understood(&statement.kind),
            unread: unread(&statement.kind),
            transaction,
            inside: inside.cloned(),
            passed_over: false,
            may_run,
            refusals,
            presumed,
            still_held: if migration.linted && self.traces_held_locks {
                self.session.held_locks().to_vec()
            } else {
                Vec::new()
            },
            lock_timeout: if migration.linted { self.session.lock_timeout() } else { None },
            more: migration.script.repeats(statement.span),
            effects,
        };
        let certain = traced.inside.as_ref().is_none_or(|inside| !inside.is_uncertain());
        self.note_caught(caught);
        self.hold(index, statement, &traced, &occurrences, certain && !may_run);
        self.catalog.ledger.at = FileLine::of(&migration.file, outer.span);
        self.leave(statement, &traced, migration.file.text(), rolls_back, certain);
        traced
    }

    /// A statement of a branch that does not run where the history is all that has happened. Whoever asks expects that it
    /// may not be: the rules judge it as if it ran.
    fn passed_over(
        &mut self,
        index: usize,
        statement: &Statement,
        migration: &Migration,
        running: &Running,
        inside: &Inside,
    ) -> TracedStatement {
        let (catalog, session) = (self.catalog.clone(), self.session.clone());
        let traced = self.statement(index, statement, migration, running, Some(inside), false);
        (self.catalog, self.session) = (catalog, session);
        TracedStatement {
            passed_over: true,
            forms: Vec::new(),
            proofs: Vec::new(),
            effects: Vec::new(),
            refusals: Vec::new(),
            presumed: Vec::new(),
            ..traced
        }
    }

    /// Why the server refuses the statement. What is history has run: only what a body says of its own transactions is
    /// asked there.
    fn refusals(
        &self,
        outer: &Statement,
        statement: &Statement,
        occurrences: &[Occurrence],
        around: &Surroundings,
        inside: Option<&Inside>,
        linted: bool,
    ) -> Vec<Refusal> {
        if let (Some(inside), StatementKind::Transaction(control)) = (inside, &statement.kind) {
            return block::refusals(control, inside, &self.session);
        }
        if !linted {
            return Vec::new();
        }
        let mut refusals = match is_new_enum(statement, around) {
            true => Vec::new(),
            false => apply_facts::refusals(occurrences, around),
        };
        if inside.is_some_and(|inside| inside.computed) {
            return Vec::new();
        }
        if !std::ptr::eq(outer, statement) {
            refusals.extend(refusals::of_outer(outer, around));
        }
        if inside.is_none_or(|inside| inside.is_surely_reached(around.text, outer.span.start)) {
            let found = refusals::refusals(statement, around, inside.is_some());
            refusals.extend(match inside {
                Some(inside) => block::passed_on(found, inside, self.skipped(inside)),
                None => found,
            });
        }
        refusals::settle(outer, statement, &mut refusals);
        // What a placeholder stands for may be there, or not.
        if !refusals.is_empty() && parser::has_placeholder(around.text_of(outer.span)) {
            refusals.retain(|refusal| refusal.sqlstate == "42601");
        }
        refusals
    }

    /// Why the statement has less to do than it might, or stops nobody; each reason once.
    fn proofs(&self, occurrences: &[Occurrence], effects: &[Effect], around: &Surroundings) -> Vec<WrittenProof> {
        let of_relations = proof::of_relations(effects, around);
        let all = occurrences.iter().flat_map(|occurrence| &occurrence.proofs).chain(&of_relations);
        let mut written: Vec<WrittenProof> = Vec::new();
        for proof in all.filter_map(|proof| proof.written(&self.files, self.options.postgres)) {
            if !written.contains(&proof) {
                written.push(proof);
            }
        }
        written.shrink_to_fit();
        written
    }
}

/// Whether something can be said of the statement's locks, also of all that its body does.
fn is_understood(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Unparsed(_) => false,
        StatementKind::Do(block) => block.body.unread.is_empty(),
        _ => !psql::hides_statements(kind),
    }
}

/// Places in its body that were not understood, and what runs there.
fn unread(kind: &StatementKind) -> Vec<(Span, String)> {
    let StatementKind::Do(block) = kind else { return Vec::new() };
    block.body.unread.iter().map(|unread| (unread.span, block.body.describe(unread))).collect()
}

fn is_rollback(statement: &Statement) -> bool {
    use TransactionControl::{Prepare, Rollback, RollbackTo};
    matches!(statement.kind, StatementKind::Transaction(Rollback { .. } | RollbackTo(_) | Prepare))
        || psql::is_connect(&statement.kind)
}

/// ALTER TYPE ... ADD VALUE of a type made in the same transaction is allowed in a block on every version.
fn is_new_enum(statement: &Statement, around: &Surroundings) -> bool {
    let StatementKind::AlterType(alter) = &statement.kind else { return false };
    let known = around.catalog.enum_type(&around.resolve_kind(Kind::Type, &alter.name));
    let created = known.and_then(|known| known.created_in_transaction);
    matches!(alter.change, TypeChange::AddValue { .. }) && created == Some(around.session.transaction_number())
}

/// Versions on which a set of effects holds.
pub fn versions_of(effects: &[Effect]) -> VersionSet {
    effects.iter().fold(VersionSet::NONE, |all, effect| all.or(effect.versions))
}
