use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "syntax-error",
    category: Category::Robustness,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/syntax-error.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Unparsed(unparsed) = &step.statement.kind else { return Vec::new() };
    let what = if unparsed.keywords.is_empty() { "this statement" } else { &unparsed.keywords };
    let span = if unparsed.at.is_empty() { step.statement.span } else { unparsed.at };
    vec![
        Finding::new(span, format!("{what} was not understood and not analysed"))
            .label(unparsed.message.clone())
            .help("The rest of the file was. If PostgreSQL accepts the statement, the fault is lockwise's: please report it."),
    ]
}
