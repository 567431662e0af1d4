use crate::finding::{Category, Severity};

use super::{Check, Rule};

// engine/suppress.rs reports it: a rule sees statements, not comments.
pub static RULE: Rule = Rule {
    id: "unused-suppression",
    category: Category::Hygiene,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/unused-suppression.md"),
    check: Check::Engine,
};
