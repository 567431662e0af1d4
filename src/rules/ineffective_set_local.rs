use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "ineffective-set-local",
    category: Category::Timeout,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/ineffective-set-local.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Set(change) = &step.statement.kind else { return Vec::new() };
    if !change.local || step.transaction().is_open() {
        return Vec::new();
    }
    vec![
        Finding::new(step.statement.span, format!("{} outside a transaction changes nothing", what(step)))
            .label("no transaction is open here")
            .help("Write SET, which lasts for the session, or open a transaction with BEGIN first.")
            .rewrite(without_local(step)),
    ]
}

fn what(step: &Step) -> &'static str {
    if step.sql().trim_start().to_ascii_lowercase().starts_with("select") { "set_config(..., true)" } else { "SET LOCAL" }
}

/// SET LOCAL x becomes SET x; the setting then lasts, so RESET belongs at the end.
fn without_local(step: &Step) -> Option<Rewrite> {
    let sql = step.sql();
    let at = sql.to_ascii_lowercase().find("local")?;
    let only_set_before = sql[..at].trim().eq_ignore_ascii_case("set");
    let start = step.statement.span.start + at;
    only_set_before.then(|| {
        let blanks = sql[at + 5..].len() - sql[at + 5..].trim_start().len();
        Rewrite::safe().replace(Span::new(start, start + 5 + blanks), "")
    })
}
