//! Shows statements and migrations to the rules.

use crate::ast::Statement;
use crate::finding::{Finding, Held};
use crate::postgres::VersionSet;
use crate::rules::{Check, Rule};

use super::effect::{Effect, strongest};
use super::running::Running;
use super::step::{MigrationView, Step};
use super::trace::TracedStatement;
use super::{Fold, Migration, RuleFinding, assumed, block};

impl Fold<'_> {
    /// Shows the whole migration to the rules that ask for it.
    pub(super) fn check_migration(&mut self, migration: &Migration, running: &Running, trace: &[TracedStatement]) {
        let view = MigrationView {
            file: &migration.file,
            statements: &running.statements,
            trace,
            lock_order: &self.lock_order,
            left_settings: &self.left_settings,
            options: self.options,
        };
        for rule in self.rules {
            let Check::Migration(check) = rule.check else { continue };
            for mut finding in check(&view) {
                let about = trace.iter().rev().find(|traced| traced.span.contains(finding.span));
                finding.proofs = about.map(|traced| traced.proofs.clone()).unwrap_or_default();
                if finding.assumed.is_empty() {
                    let assumed = assumed::of_effects(&finding.effects, &self.catalog);
                    finding = finding.assuming(assumed);
                }
                self.findings.push(RuleFinding {
                    rule,
                    statement: about.map_or(finding.span, |traced| traced.span),
                    held: about.map_or(Held::Statement, |traced| traced.transaction.held()),
                    finding: match about {
                        Some(traced) => with_all_locks(finding, &traced.effects, self.options.postgres),
                        None => finding,
                    },
                });
            }
        }
    }
}

pub(super) fn run_statement_rules(rules: &[&'static Rule], step: &Step) -> Vec<RuleFinding> {
    let mut found = Vec::new();
    // What is refused locks nothing for longer than it takes to say so.
    let run = step.options.postgres;
    let refused = step.refusals.iter().any(|refusal| run.without(refusal.versions).is_empty());
    for rule in rules {
        let Check::Statement(check) = rule.check else { continue };
        let findings = check(step).into_iter().map(|finding| match step.inside {
            Some(inside) => block::finding_inside(finding, inside),
            None => finding,
        });
        // No rule has to remember what its effects take for granted.
        let findings = findings.map(|finding| {
            let assumed = step.assumptions(&finding.effects);
            finding.assuming(assumed)
        });
        found.extend(findings.map(|finding| RuleFinding {
            rule,
            statement: step.statement.span,
            held: step.transaction().held(),
            finding: if refused { finding } else { with_all_locks(finding, step.effects, run) },
        }));
    }
    found.retain(|found| found.finding.versions.overlaps(run));
    found
}

/// A finding names every relation in use that its statement locks, not only those that it is about.
fn with_all_locks(mut finding: Finding, effects: &[Effect], run: VersionSet) -> Finding {
    let versions = finding.versions.and(run);
    let named = |effect: &Effect| finding.effects.iter().any(|known| known.relation == effect.relation);
    let others = strongest(effects, versions).into_iter().filter(|effect| effect.standing.is_busy() && !named(effect));
    let others: Vec<Effect> = others.collect();
    finding.effects.extend(others);
    finding
}

/// A finding about the statement that another one runs belongs to that one, and a rewrite of it would lose what is around.
pub(super) fn of_outer(outer: &Statement, mut found: RuleFinding) -> RuleFinding {
    if found.statement != outer.span {
        found.statement = outer.span;
        found.finding.rewrite = None;
    }
    found
}
