//! What a statement leaves behind: locks, settings, the catalogue, and doubt about what the history shows.

use ecow::EcoString;

use crate::ast::{ObjectName, SettingKind, Statement, StatementKind, Unread};
use crate::postgres::{Form, VersionSet};

use super::catalog::{Catalog, Kind, Past, Relation};
use super::classify::{Occurrence, functions_of};
use super::effect::{self, Effect, RelationName, Standing};
use super::trace::{HeldLock, TracedStatement, Transaction};
use super::{Fold, psql, replay};

/// SQLSTATE of what may not run inside a transaction block.
const ACTIVE_SQL_TRANSACTION: &str = "25001";

impl Fold<'_> {
    /// The locks that a statement leaves behind, and what it says about the history. Nobody knows that what a branch names is
    /// there, which is not certain.
    pub(super) fn hold(
        &mut self,
        index: usize,
        statement: &Statement,
        traced: &TracedStatement,
        occurrences: &[Occurrence],
        certain: bool,
    ) {
        if certain {
            self.note_gaps(&traced.effects, occurrences);
        }
        if may_do_anything(&statement.kind) {
            self.history_is_whole = false;
        }
        if may_do_anything(&statement.kind) || self.calls_unknown(&statement.kind) {
            self.catalog.doubt();
            self.catalog.doubt_proofs(|relation| may_unprove(&statement.kind, relation));
        }
        if self.may_write_rows(&statement.kind) || self.calls_writer(statement, &traced.effects) {
            self.catalog.doubt_rows();
        }
        if traced.transaction.is_open() && !self.never_happens(traced) {
            let locks = effect::strongest(&traced.effects, self.options.postgres);
            if !is_refused(traced, self.options.postgres) {
                self.lock_order.note(traced, self.session.transaction_number(), &locks, &self.catalog);
            }
            if let StatementKind::AlterTable(alter) = &statement.kind {
                self.lock_order.follow(alter, &traced.effects);
            }
            let held = |effect| HeldLock { effect, statement: statement.span, index, elsewhere: None };
            self.session.hold(locks.into_iter().map(held));
        }
    }

    /// Queries that call a function of which it is not known that it leaves tables as they are.
    fn calls_unknown(&self, kind: &StatementKind) -> bool {
        let StatementKind::Query(query) = kind else { return false };
        query.functions.iter().any(|function| !self.catalog.leaves_schema(function))
    }

    /// Statements that may write rows of relations that they do not name: calls of functions that a migration made.
    fn may_write_rows(&self, kind: &StatementKind) -> bool {
        let may_write = |function: &EcoString| self.catalog.may_write(function);
        match kind {
            StatementKind::Do(block) => !block.body.unread.is_empty(),
            StatementKind::Query(query) => query.functions.iter().any(may_write) || self.calls_unknown(kind),
            StatementKind::Write(write) => write.functions.iter().any(may_write),
            _ => may_do_anything(kind),
        }
    }

    /// Whether a function that may write rows is called by what the statement works on.
    fn calls_writer(&self, statement: &Statement, effects: &[Effect]) -> bool {
        if !self.catalog.has_functions() {
            return false;
        }
        let search_path = self.session.search_path();
        let called = functions_of(statement, &self.around(&search_path));
        let relations = effects.iter().filter_map(|effect| self.catalog.get(&effect.relation));
        let mut calls = called.iter().chain(relations.flat_map(Relation::all_calls));
        calls.any(|call| self.catalog.may_write(call)) || self.catalog.has_hidden_writer()
    }

    /// The state after a statement.
    pub(super) fn leave(
        &mut self,
        statement: &Statement,
        traced: &TracedStatement,
        text: &str,
        rolls_back: bool,
        certain: bool,
    ) {
        match &statement.kind {
            StatementKind::Transaction(control) if traced.inside.is_some() => {
                self.control_in_block(control, &traced.refusals, certain);
            }
            StatementKind::Transaction(control) => {
                if rolls_back {
                    self.marks.control(control, &mut self.catalog, &mut self.lock_order);
                }
                let number = self.session.transaction_number();
                self.session.control(control);
                if traced.transaction.is_open() && self.session.transaction_number() != number {
                    self.catalog.end_transaction();
                }
            }
            StatementKind::Set(change) => {
                self.note_setting(change, certain);
                self.session.set(change);
                if change.kind == SettingKind::DiscardAll && !self.never_happens(traced) {
                    self.catalog.end_session();
                }
            }
            StatementKind::Psql(command) => self.psql(command),
            StatementKind::Query(query) if !query.settings.is_empty() => {
                for change in &query.settings {
                    self.note_setting(change, certain);
                    self.session.set(change);
                }
            }
            // Nothing happens.
            _ if self.never_happens(traced) && !self.gives_a_new_name(statement) => {}
            _ => {
                let author = replay::Author {
                    migration: self.number,
                    transaction: self.session.transaction_number(),
                    statement: statement.span,
                    history_is_whole: self.is_whole(),
                    stands_for_more: traced.more > 0,
                    text,
                    exact: !traced.inside.as_ref().is_some_and(|inside| inside.executed),
                };
                replay::apply(statement, &mut self.catalog, &self.session, author);
                if let StatementKind::CreateTable(create) = &statement.kind
                    && self.never_happens(traced)
                {
                    // Nobody knows which rows it will hold.
                    let search_path = self.session.search_path();
                    let schema = search_path.first().map_or("public", EcoString::as_str);
                    self.catalog.orphan(&RelationName::resolved(&create.name, schema));
                }
            }
        }
        if self.session.transaction() == Transaction::None {
            self.catalog.end_transaction();
        }
    }

    /// Whether the server refuses the statement on every version of the run, so that it changes nothing and leaves no lock.
    ///
    /// The server would then refuse the rest of an open transaction as well, and undo what stands before it. The replay
    /// goes on as if only this statement had not happened, in the rest of the file and in the files behind it: its author
    /// will mend it, and is to hear now what the others do. A statement that some versions of the run accept counts as done,
    /// and so does one in a branch, under an EXCEPTION clause, or in a string given to EXECUTE. One that is refused for the transaction around it alone is
    /// mended by moving it out as it is: it counts as done, too.
    fn never_happens(&self, traced: &TracedStatement) -> bool {
        let uncertain =
            traced.may_run || traced.inside.as_ref().is_some_and(|inside| inside.is_uncertain() || inside.executed);
        let counted = traced.refusals.iter().filter(|refusal| refusal.sqlstate != ACTIVE_SQL_TRANSACTION);
        let accepting = counted.fold(self.options.postgres, |run, refusal| run.without(refusal.versions));
        !uncertain && accepting.is_empty()
    }

    /// Whether a statement makes something under a name that is free. Where the server refuses it for another reason, its
    /// author will mend it, and what uses the name is not to blame: the replay goes on as if it had been made.
    fn gives_a_new_name(&self, statement: &Statement) -> bool {
        let search_path = self.session.search_path();
        let around = self.around(&search_path);
        let is_free = |kind: Kind, name: &RelationName| !around.catalog.past(kind, name).is_some_and(Past::is_there);
        let relation = |name: &ObjectName| {
            let name = around.created(name);
            !self.catalog.is_taken(&name) && is_free(Kind::Relation, &name)
        };
        match &statement.kind {
            StatementKind::CreateTable(create) => relation(&create.name),
            StatementKind::CreateView(create) => relation(&create.name),
            StatementKind::CreateSequence(create) => relation(&create.name),
            StatementKind::CreateIndex(create) => create.name.as_ref().is_some_and(|name| {
                let table = around.resolve(&create.table);
                let name = RelationName::new(&*table.schema, &*name.name.name);
                self.catalog.get(&table).is_some() && !self.catalog.is_taken(&name) && is_free(Kind::Relation, &name)
            }),
            StatementKind::CreateType(create) => is_free(Kind::Type, &around.created(&create.name)),
            StatementKind::CreateDomain(create) => is_free(Kind::Type, &around.created(&create.name)),
            _ => false,
        }
    }

    /// A relation that no migration created shows that this history is not everything that happened.
    fn note_gaps(&mut self, effects: &[Effect], occurrences: &[Occurrence]) {
        // What IF NOT EXISTS has created is no gap, though it may be older; nor is what may be that of another schema.
        let is_known = |name: &RelationName| match self.catalog.get(name) {
            Some(known) => known.created_in.is_some(),
            None => self.catalog.has_relation_named(&name.name),
        };
        let unknown = |effect: &Effect| {
            effect.standing == Standing::Unknown && !is_system(&effect.relation) && !is_known(&effect.relation)
        };
        let harmless = |effect: &Effect| matches!(effect.form, Form::DropTableNoop | Form::CreateTableNoop);
        let shows_gap = |effect: &Effect| unknown(effect) && !harmless(effect);
        if self.history_is_whole && !occurrences.is_empty() && effects.iter().any(shows_gap) {
            self.history_is_whole = false;
        }
    }
}

/// Whether no version of the run does what the statement asks for.
fn is_refused(traced: &TracedStatement, run: VersionSet) -> bool {
    traced.refusals.iter().any(|refusal| run.without(refusal.versions).is_empty())
}

/// Statements that may create or drop what nobody sees.
fn may_do_anything(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Do(block) => block.body.unread.iter().any(Unread::may_change_schema),
        StatementKind::Call(_) | StatementKind::Execute(_) | StatementKind::Unparsed(_) => true,
        _ => psql::hides_statements(kind),
    }
}

/// Whether what such a statement does may take away what is known of a relation.
fn may_unprove(kind: &StatementKind, relation: &Relation) -> bool {
    match kind {
        StatementKind::Do(block) => block.body.unread.iter().any(|unread| unproves(unread, relation)),
        _ => true,
    }
}

fn unproves(unread: &Unread, relation: &Relation) -> bool {
    let concerns = |table: &EcoString| *table == relation.name.name || !relation.parents.is_empty();
    unread.may_change_existing() && unread.table.as_ref().is_none_or(concerns)
}

/// What is sure behind a place of a body that could not be read.
pub(super) fn doubt_behind(unread: &Unread, catalog: &mut Catalog) {
    if unread.may_change_schema() {
        catalog.doubt();
        catalog.doubt_proofs(|relation| unproves(unread, relation));
    }
    catalog.doubt_rows();
}

fn is_system(relation: &effect::RelationName) -> bool {
    matches!(relation.schema.as_str(), "pg_catalog" | "information_schema") || relation.name.starts_with("pg_")
}

#[cfg(test)]
mod doubt_tests;
#[cfg(test)]
mod tests;
