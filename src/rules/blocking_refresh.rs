use crate::ast::{Refresh, StatementKind};
use crate::engine::catalog::Relation;
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-refresh",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/blocking-refresh.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Refresh(refresh) = &step.statement.kind else { return Vec::new() };
    let view = step.relation(&refresh.name);
    // Nobody can read a view that was never filled.
    if view.is_some_and(|view| view.unpopulated) {
        return Vec::new();
    }
    let effects: Vec<Effect> = step.blocking_work(&[Form::RefreshMaterializedView]);
    if effects.is_empty() {
        return Vec::new();
    }
    let name = step.around.resolve(&refresh.name);
    let keyed = view.is_some_and(has_key);
    let help = match keyed {
        true => "REFRESH ... CONCURRENTLY computes the rows beside readers and changes only what differs.",
        false => "CONCURRENTLY needs a unique index over plain columns and all rows: build one CONCURRENTLY first.",
    };
    let message = format!("REFRESH fills {name} anew under ACCESS EXCLUSIVE: reads wait");
    vec![
        step.finding(step.statement.span, message, effects)
            .label("nobody reads the view until its query is done")
            .help(help)
            .rewrite(keyed.then(|| concurrently(refresh))),
    ]
}

/// Whether a unique index tells the rows apart: plain columns, no predicate.
fn has_key(view: &Relation) -> bool {
    view.indexes.iter().any(|index| index.unique && !index.partial && !index.more.doubted && index.keys.iter().all(Option::is_some))
}

fn concurrently(refresh: &Refresh) -> Rewrite {
    Rewrite::safe().insert(refresh.view_keyword.end, " CONCURRENTLY")
}
