//! The refusals of a statement as rules tell them, and those that a lock plan tells as well.

use crate::ast::Statement;
use crate::finding::Finding;
use crate::parser;
use crate::postgres::VersionSet;
use crate::source::Span;

use super::running::Inside;
use super::step::Step;
use super::surroundings::Surroundings;
use super::trace::{Refusal, Transaction};
use super::{Fold, refusals};

impl<'a> Step<'a> {
    /// The refusals to tell: for each place and version the first, as one place fails once, whatever else is wrong with it
    /// or with a part of it.
    ///
    /// None in a part of a body that guards itself against what is refused, by a condition or by catching it; none that a
    /// rule about all statements of a kind reports: inside a transaction block, transaction control in a body, and NULL in a
    /// column that is NOT NULL.
    pub fn told_refusals(&self) -> Vec<&'a Refusal> {
        if self.inside.is_some_and(Inside::is_choice) {
            return Vec::new();
        }
        let passed_on =
            |refusal: &&Refusal| self.inside.is_none_or(|inside| inside.catching(refusal.sqlstate).is_none());
        let mut told: Vec<(Span, VersionSet)> = Vec::new();
        let own_rule = |refusal: &Refusal| matches!(refusal.sqlstate, "25001" | "2D000" | "23502");
        let refusals = self.refusals.iter().filter(passed_on).filter(|refusal| !own_rule(refusal));
        let first = refusals.filter(|refusal| {
            let place = refusal.span.unwrap_or(self.statement.span);
            let known =
                told.iter().any(|(at, versions)| *at == place && refusal.versions.without(*versions).is_empty());
            told.push((place, refusal.versions));
            !known
        });
        first.collect()
    }

    /// A finding that says with which SQLSTATE the statement fails; `help` follows what becomes of the rest of the file.
    pub fn refused_finding(&self, refusal: &Refusal, help: &str) -> Finding {
        let after = match self.transaction() {
            Transaction::None if self.index == 0 => "Nothing of the file is applied.",
            Transaction::None => "What stands before it in the file stays applied.",
            Transaction::Explicit | Transaction::Runner | Transaction::Implicit | Transaction::Block => {
                "It takes its whole transaction with it."
            }
        };
        let place = refusal.span.unwrap_or(self.statement.span);
        Finding::new(place, format!("PostgreSQL refuses this: {}", refusal.reason))
            .on(refusal.versions)
            .label(format!("fails with SQLSTATE {}", refusal.sqlstate))
            .help(format!("{after} {help}").trim_end())
    }
}

impl Fold<'_> {
    /// What the statement needs and the history has not made, where a lock plan asks.
    pub(super) fn presumed(
        &self,
        outer: &Statement,
        statement: &Statement,
        around: &Surroundings,
        inside: Option<&Inside>,
    ) -> Vec<Refusal> {
        let asked = self.traces_held_locks && !parser::has_placeholder(around.text_of(outer.span));
        if !asked || inside.is_some() {
            return Vec::new();
        }
        refusals::presumed(statement, around)
    }
}
