use crate::finding::{Category, Severity};

use super::{Check, Rule};

// engine/suppress.rs reports it: a rule sees statements, not comments.
pub static RULE: Rule = Rule {
    id: "unknown-suppression",
    category: Category::Hygiene,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/unknown-suppression.md"),
    check: Check::Engine,
};
