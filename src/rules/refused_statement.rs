use crate::engine::step::Step;
use crate::engine::trace::{Refusal, Transaction};
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
    // A body guards itself against what is refused: by a condition, or by catching it.
    if step.inside.is_some_and(|inside| inside.is_choice() || inside.is_caught()) {
        return Vec::new();
    }
    let mut found: Vec<Finding> = Vec::new();
    for refusal in step.refusals.iter().filter(|refusal| !has_its_own_rule(refusal)) {
        // One place fails once, whatever else is wrong with it.
        let place = refusal.span.unwrap_or(step.statement.span);
        let told = found.iter().any(|known| known.span == place && refusal.versions.without(known.versions).is_empty());
        if !told {
            found.push(finding(refusal, step));
        }
    }
    found
}

/// Refusals that a more specific rule reports: inside a transaction block, transaction control in a body, and NULL in a
/// column that is NOT NULL.
fn has_its_own_rule(refusal: &Refusal) -> bool {
    matches!(refusal.sqlstate, "25001" | "2D000" | "23502")
}

fn finding(refusal: &Refusal, step: &Step) -> Finding {
    let after = match step.transaction() {
        Transaction::None if step.index == 0 => "Nothing of the file is applied.",
        Transaction::None => "What stands before it in the file stays applied.",
        Transaction::Explicit | Transaction::Runner | Transaction::Implicit | Transaction::Block => {
            "It takes its whole transaction with it."
        }
    };
    let help = match refusal.sqlstate {
        "2BP01" => format!("{after} Drop what depends on it first."),
        _ => after.to_owned(),
    };
    Finding::new(refusal.span.unwrap_or(step.statement.span), format!("PostgreSQL refuses this: {}", refusal.reason))
        .on(refusal.versions)
        .label(format!("fails with SQLSTATE {}", refusal.sqlstate))
        .help(help)
}
