use crate::engine::step::Step;
use crate::engine::trace::Cause;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "dependent-object",
    category: Category::Failure,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/dependent-object.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let depended_on = step.told_refusals().into_iter().filter(|refusal| refusal.cause == Cause::Dependant);
    depended_on
        .map(|refusal| {
            let help = match refusal.sqlstate {
                "2BP01" => "Drop what depends on it first.",
                _ => "Drop what depends on it first, and create it again afterwards.",
            };
            step.refused_finding(refusal, help)
        })
        .collect()
}
