use crate::engine::catalog::{Fate, Past};
use crate::engine::step::Step;
use crate::engine::trace::{Cause, Refusal};
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "missing-object",
    category: Category::Failure,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/missing-object.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    step.told_refusals().into_iter().filter_map(|refusal| finding(refusal, step)).collect()
}

fn finding(refusal: &Refusal, step: &Step) -> Option<Finding> {
    let Cause::Existence { past, near } = &refusal.cause else { return None };
    let past = past.as_ref().map(what_happened);
    let near = near.as_ref().map(|near| format!("Is {near} meant?"));
    let help: Vec<String> = past.into_iter().chain(near).collect();
    Some(step.refused_finding(refusal, &help.join(" ")))
}

/// Where the name was given, or was lost.
fn what_happened(past: &Past) -> String {
    let place = &past.place;
    match &past.fate {
        Fate::Given => format!("What has the name came in {place}."),
        Fate::Dropped => format!("What had the name was dropped in {place}."),
        Fate::Renamed(to) => format!("What had the name was renamed to {to} in {place}."),
    }
}
