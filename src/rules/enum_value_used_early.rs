use crate::ast::{StatementKind, TypeChange};
use crate::engine::step::Step;
use crate::engine::trace::Refusal;
use crate::finding::{Category, Finding, Severity};
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "enum-value-used-early",
    category: Category::Failure,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/enum-value-used-early.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let early = step.told_refusals().into_iter().filter(|refusal| refusal.sqlstate == "55P04");
    early.map(|refusal| finding(refusal, step)).collect()
}

fn finding(refusal: &Refusal, step: &Step) -> Finding {
    let help = "Add the value in a migration of its own, which is committed before this one.";
    let finding = step.refused_finding(refusal, help);
    match added(refusal, step) {
        Some(place) => finding.also(place, "added here, in the same transaction"),
        None => finding,
    }
}

/// The statement of this transaction that adds the value.
fn added(refusal: &Refusal, step: &Step) -> Option<Span> {
    let mut before = step.same_transaction().iter().rev();
    before.find_map(|statement| match &statement.kind {
        StatementKind::AlterType(alter) => match &alter.change {
            TypeChange::AddValue { value, .. } if refusal.reason.starts_with(&format!("{} is", value.value)) => {
                Some(statement.span)
            }
            _ => None,
        },
        _ => None,
    })
}
