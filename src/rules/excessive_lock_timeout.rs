use crate::ast::{SettingKind, StatementKind};
use crate::engine::session::timeout;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "excessive-lock-timeout",
    category: Category::Timeout,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/excessive-lock-timeout.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Set(change) = &step.statement.kind else { return Vec::new() };
    let SettingKind::Set { name, value } = &change.kind else { return Vec::new() };
    // SET LOCAL outside a transaction changes nothing; another rule says so.
    let takes_effect = !change.local || step.transaction().is_open();
    let wanted = timeout(value).filter(|_| name == "lock_timeout" && takes_effect);
    let longest = step.options.max_lock_timeout;
    if wanted.is_none_or(|wanted| wanted <= longest) {
        return Vec::new();
    }
    let message = format!("lock_timeout = {value} lets every later query queue for longer than {longest:?}");
    vec![
        Finding::new(step.statement.span, message)
            .label("all that time, queries queue behind the waiting statement")
            .help("Wait for seconds, not longer, and try again later; max-lock-timeout in lockwise.toml is the limit."),
    ]
}
