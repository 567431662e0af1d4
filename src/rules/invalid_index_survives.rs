use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "invalid-index-survives",
    category: Category::Failure,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/invalid-index-survives.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::CreateIndex(create) = &step.statement.kind else { return Vec::new() };
    let hides_failure = create.concurrently && create.if_not_exists && step.is_busy(&create.table);
    let Some(index) = create.name.as_ref().filter(|_| hides_failure) else { return Vec::new() };
    let name = step.text(index.span);
    let at = Span::new(create.index_keyword.end, index.span.start);
    let rewrite = Rewrite::safe()
        .insert(step.statement.span.start, format!("DROP INDEX CONCURRENTLY IF EXISTS {};\n", step.index_in_schema(&index.name, &create.table)))
        .replace(at, " CONCURRENTLY ");
    vec![
        Finding::new(step.statement.span, "IF NOT EXISTS accepts the INVALID index that a failed build leaves behind")
            .because(step.effects.to_vec())
            .assuming(step.assumptions(step.effects))
            .label(format!("a retry finds {name}, and queries silently go without it"))
            .help(
                "Drop a leftover first. To find them: SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
            )
            .rewrite(rewrite),
    ]
}
