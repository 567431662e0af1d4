use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::engine::trace::{Cause, Refusal};
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "refused-statement",
    category: Category::Failure,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/refused-statement.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let is_syntax = matches!(&step.statement.kind, StatementKind::Unparsed(unparsed) if unparsed.certain);
    let told = |refusal: &&Refusal| is_syntax && step.inside.is_none() && refusal.sqlstate == "42601";
    let others =
        step.told_refusals().into_iter().filter(|refusal| !has_its_own_rule(refusal)).filter(|refusal| !told(refusal));
    others.map(|refusal| step.refused_finding(refusal, "")).collect()
}

/// Refusals that a more specific rule reports: what is not there or taken, what has dependants, and new values of enums.
fn has_its_own_rule(refusal: &Refusal) -> bool {
    refusal.cause != Cause::Other || refusal.sqlstate == "55P04"
}
