//! The replay of a DO block's body: its transaction, and what is left to say behind statements that may not have run.

use crate::ast::{
    Body, Branch, BranchCondition, BranchKind, Question, SettingChange, SettingKind, Statement, StatementKind,
    TransactionControl, Unread,
};
use crate::finding::Finding;
use crate::postgres::VersionSet;
use crate::source::Span;

use super::Fold;
use super::catalog::{Catalog, Relation};
use super::effect::{Effect, RelationName};
use super::running::Inside;
use super::session::Session;
use super::trace::{HeldLock, Refusal, TracedStatement, Transaction};
use super::{aftermath, asked};

/// A DO block whose body is being replayed.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The catalogue in front of it.
    outside: Catalog,
    /// The branches around the statement before.
    branches: Vec<Entered>,
    /// Changes that undo settings made in a branch.
    settings: Vec<SettingChange>,
    /// Places that could not be read and are still to come, the last one first.
    gaps: Vec<Unread>,
    /// What the body had made for certain in front of such a place.
    made: Vec<RelationName>,
    /// What the conditions of branches ask, with the answer that history gave when the first branch was met.
    questions: Vec<(Question, Option<Option<bool>>)>,
    /// Branches whose EXCEPTION clause has caught a failure, on these versions: the rest of them does not run.
    caught: Vec<(usize, VersionSet)>,
}

/// A branch around the statement before.
#[derive(Debug)]
struct Entered {
    branch: Branch,
    /// The catalogue in front of it.
    before: Catalog,
    /// How many locks are held in front of the choice that it belongs to, and in which transaction.
    held: (usize, usize),
    /// The locks that the other branches of the choice end with.
    elsewhere: Vec<HeldLock>,
}

impl Block {
    /// Whether the body has made a relation for certain.
    fn has_made(&self, relation: &Relation) -> bool {
        let is_sure = relation.created_in.is_some() && !relation.perhaps_older && !relation.perhaps_missing;
        !self.outside.is_taken(&relation.name) && (is_sure || self.made.contains(&relation.name))
    }
}

impl Fold<'_> {
    /// Starts the body. Where no transaction is open, the block is one.
    pub(super) fn open_block(&mut self, body: &Body) {
        let mut gaps = body.unread.clone();
        gaps.sort_by_key(|gap| std::cmp::Reverse(gap.span.start));
        let questions = body.questions.iter().map(|question| (question.clone(), None)).collect();
        self.block = Some(Block { outside: self.catalog.clone(), gaps, questions, ..Block::default() });
        self.session.begin(Transaction::Block);
    }

    /// Goes on to a statement of the body, or to its end: what the body itself has done so far is not sure behind a place
    /// that could not be read.
    pub(super) fn pass_gaps(&mut self, to: Option<Span>) {
        let Some(block) = &mut self.block else { return };
        let is_passed = |gap: &Unread| to.is_none_or(|to| gap.span.start < to.start);
        while let Some(gap) = block.gaps.pop_if(|gap| is_passed(gap)) {
            let made = self.catalog.relations().filter(|relation| block.has_made(relation));
            block.made = made.map(|relation| relation.name.clone()).collect();
            aftermath::doubt_behind(&gap, &mut self.catalog);
        }
    }

    /// Leaves out what the body itself has made for certain: nobody else sees it before the block ends.
    pub(super) fn keep_what_others_see(&self, effects: &mut Vec<Effect>) {
        let Some(block) = &self.block else { return };
        let is_own = |effect: &Effect| self.catalog.get(&effect.relation).is_some_and(|made| block.has_made(made));
        effects.retain(|effect| !is_own(effect));
    }

    /// Ends the body, if one is being replayed.
    pub(super) fn close_block(&mut self) {
        self.pass_gaps(None);
        self.leave_branches(0);
        let Some(block) = self.block.take() else { return };
        block.settings.iter().rev().for_each(|change| self.session.set(change));
        if self.session.transaction() == Transaction::Block {
            self.session.commit();
            self.catalog.end_transaction();
        }
    }

    /// Whether the next statement may run, as far as history answers the conditions of its branches. One that runs for
    /// certain decides nothing any more.
    pub(super) fn answer_conditions(&mut self, inside: &mut Inside) -> bool {
        let mut left = Vec::with_capacity(inside.within.len());
        for branch in &inside.within {
            let is_open = left.iter().all(|outer: &Branch| outer.kind != BranchKind::Loop);
            let runs = if is_open { self.runs(branch) } else { None };
            match runs {
                Some(false) => return false,
                Some(true) => {}
                None => left.push(*branch),
            }
        }
        inside.within = left;
        true
    }

    fn runs(&mut self, branch: &Branch) -> Option<bool> {
        let BranchCondition { question: number, holds, alone } = branch.condition?;
        let (question, known) = self.block.as_ref()?.questions.get(number)?;
        let answer = match known {
            Some(answer) => *answer,
            None => {
                let search_path = self.session.search_path();
                let answer = asked::answer(question, &self.around(&search_path), self.options.postgres);
                self.block.as_mut()?.questions.get_mut(number)?.1 = Some(answer);
                answer
            }
        };
        // Rows may have gone by hand: no branch is passed over for those that a migration has put there.
        let passes = !self.block.as_ref()?.questions.get(number)?.0.asks_table();
        answer.map(|answer| answer == holds).filter(|runs| if *runs { alone } else { passes })
    }

    /// Leaves the branches that the next statement does not stand in, and enters those that are new.
    pub(super) fn enter_branches(&mut self, inside: &Inside) {
        let Some(block) = &self.block else { return };
        let pairs = block.branches.iter().zip(&inside.within);
        let common = pairs.take_while(|(entered, branch)| entered.branch.number == branch.number).count();
        let choice = inside.within.get(common).map(|branch| branch.choice);
        let other = block.branches.get(common).filter(|entered| choice == Some(entered.branch.choice));
        let held = other.map(|entered| entered.held);
        self.leave_branches(common);
        let elsewhere = held.map_or_else(Vec::new, |(count, transaction)| self.session.let_go(count, transaction));
        let held = (self.session.held_locks().len(), self.session.transaction_number());
        let Some(block) = &mut self.block else { return };
        let mut elsewhere = Some(elsewhere);
        for branch in inside.within.iter().skip(common) {
            block.branches.push(Entered {
                branch: *branch,
                before: self.catalog.clone(),
                held,
                elsewhere: elsewhere.take().unwrap_or_default(),
            });
        }
    }

    /// Behind a branch nothing is sure that only the branch says, and the locks of any branch of its choice may be held.
    fn leave_branches(&mut self, kept: usize) {
        let Some(block) = &mut self.block else { return };
        while block.branches.len() > kept {
            if let Some(entered) = block.branches.pop() {
                self.catalog = std::mem::take(&mut self.catalog).or_not(entered.before);
                self.session.hold(entered.elsewhere);
            }
        }
    }

    /// The versions on which something before it has failed in a branch around it, or which do not take such a branch.
    pub(super) fn skipped(&self, inside: &Inside) -> VersionSet {
        let Some(block) = &self.block else { return VersionSet::NONE };
        let around = |number: usize| inside.within.iter().any(|branch| branch.number == number);
        let caught = block.caught.iter().filter(|(number, _)| around(*number)).map(|(_, versions)| *versions);
        let left_out = inside.within.iter().filter_map(|branch| {
            let condition = branch.condition?;
            let (yes, no) = block.questions.get(condition.question)?.0.versions();
            Some(if condition.holds { no } else { yes })
        });
        caught.chain(left_out).fold(VersionSet::NONE, VersionSet::or)
    }

    /// Takes note of failures that are caught, by the branches that catch them.
    pub(super) fn note_caught(&mut self, caught: Vec<(usize, VersionSet)>) {
        if let Some(block) = &mut self.block {
            block.caught.extend(caught);
        }
    }

    /// COMMIT and ROLLBACK in a body: the next transaction of the block starts at once. Where they are refused, nothing
    /// happens.
    pub(super) fn control_in_block(&mut self, control: &TransactionControl, refusals: &[Refusal], certain: bool) {
        let run = self.options.postgres;
        let refused = refusals.iter().any(|refusal| run.without(refusal.versions).is_empty());
        if refused || self.session.transaction() != Transaction::Block {
            return;
        }
        match control {
            TransactionControl::Commit { .. } => {
                self.session.commit();
                self.catalog.end_transaction();
                if let Some(block) = self.block.as_mut().filter(|_| certain) {
                    block.outside = self.catalog.clone();
                }
            }
            TransactionControl::Rollback { .. } => {
                self.session.roll_back();
                // What the block has done is undone, but on versions that refuse this.
                if let Some(block) = &self.block {
                    self.catalog = std::mem::take(&mut self.catalog).or_not(block.outside.clone());
                }
            }
            TransactionControl::Begin { .. }
            | TransactionControl::Savepoint(_)
            | TransactionControl::Release(_)
            | TransactionControl::RollbackTo(_)
            | TransactionControl::Prepare => return,
        }
        self.session.begin(Transaction::Block);
    }

    /// A setting made in a branch counts up to the end of the block, and one in a branch of psql up to the end of that, not
    /// behind it.
    pub(super) fn note_setting(&mut self, change: &SettingChange, certain: bool) {
        let block = self.block.as_mut().filter(|_| !certain).map(|block| &mut block.settings);
        let Some(undo) = block.or(self.doubtful.as_mut().map(|branch| &mut branch.settings)) else { return };
        let (SettingKind::Set { name, .. } | SettingKind::Reset { name }) = &change.kind else { return };
        let kind = match self.session.setting(name) {
            Some(value) => SettingKind::Set { name: name.clone(), value: value.into() },
            None => SettingKind::Reset { name: name.clone() },
        };
        undo.push(SettingChange { kind, local: change.local });
    }
}

/// What PostgreSQL refuses of transaction control in a body. Source: documentation, "Transaction Management" in PL/pgSQL.
pub(super) fn refusals(control: &TransactionControl, inside: &Inside, session: &Session) -> Vec<Refusal> {
    let ends = matches!(control, TransactionControl::Commit { .. } | TransactionControl::Rollback { .. });
    let refusal = |sqlstate, reason: &str, versions| vec![Refusal::new(versions, sqlstate, reason)];
    if !ends || inside.executed {
        return refusal("0A000", "PL/pgSQL does not support it here", VersionSet::ALL);
    }
    let invalid = match () {
        () if session.transaction() != Transaction::Block => "a transaction around the block cannot be ended in it",
        () if inside.is_caught() => "cannot be done where an EXCEPTION clause is active",
        () => return refusal("0A000", "a DO block cannot end transactions", VersionSet::before(11)),
    };
    let mut found = refusal("2D000", invalid, VersionSet::since(11));
    found.extend(refusal("0A000", "a DO block cannot end transactions", VersionSet::before(11)));
    found
}

/// A statement that fails where an EXCEPTION clause catches it, or is skipped, leaves no lock behind. Gives the branches that
/// catch its own failures.
pub(super) fn undo(
    effects: &mut Vec<Effect>,
    failing: &[Refusal],
    inside: &Inside,
    skipped: VersionSet,
) -> Vec<(usize, VersionSet)> {
    let gone = failing.iter().fold(skipped, |all, refusal| all.or(refusal.versions));
    effects.iter_mut().for_each(|effect| effect.versions = effect.versions.without(gone));
    effects.retain(|effect| !effect.versions.is_empty());
    // Only what happens for certain keeps others from running.
    let certain = failing.iter().filter(|_| inside.is_only_guarded());
    certain.filter_map(|refusal| Some((inside.catching(refusal.sqlstate)?, refusal.versions))).collect()
}

/// The refusals that no EXCEPTION clause catches, on the versions on which the statement is reached.
pub(super) fn passed_on(refusals: Vec<Refusal>, inside: &Inside, skipped: VersionSet) -> Vec<Refusal> {
    let passed = refusals.into_iter().filter(|refusal| inside.catching(refusal.sqlstate).is_none());
    let reached = passed.map(|refusal| Refusal { versions: refusal.versions.without(skipped), ..refusal });
    reached.filter(|refusal| !refusal.versions.is_empty()).collect()
}

/// RAISE is nothing to speak of where nobody knows that it runs.
pub(super) fn is_shown(statement: &Statement, traced: &TracedStatement) -> bool {
    !matches!(statement.kind, StatementKind::Raise(_)) || !traced.refusals.is_empty()
}

/// A finding in a body: nothing can be edited there that would run, and CONCURRENTLY never does. What stands in a branch
/// may not run.
pub(super) fn finding_inside(mut finding: Finding, inside: &Inside) -> Finding {
    finding.rewrite = None;
    if inside.is_choice() {
        finding.assumed.insert(0, "the DO block takes this branch".to_owned());
    }
    if finding.help.contains("CONCURRENTLY") {
        finding.help += " A DO block refuses it: move the statement out of the block.";
    }
    finding
}

#[cfg(test)]
pub(super) mod tests;
