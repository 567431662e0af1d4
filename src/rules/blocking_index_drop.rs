use crate::ast::{Drop, ObjectKind, StatementKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-index-drop",
    category: Category::Locking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/blocking-index-drop.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Drop(drop) = &step.statement.kind else { return Vec::new() };
    let effects: Vec<_> = step.effects.iter().filter(|effect| effect.form == Form::DropIndex).cloned().collect();
    let Some(first) = effects.iter().find(|effect| effect.standing.is_busy()) else { return Vec::new() };
    if drop.object != ObjectKind::Index {
        return Vec::new();
    }
    let message = format!("DROP INDEX takes ACCESS EXCLUSIVE on {}: reads and writes wait", subject(first));
    let help = "CONCURRENTLY waits for running queries without making new ones wait. It cannot run in a transaction.";
    vec![
        step.finding(step.statement.span, message, effects.clone())
            .label(format!("ACCESS EXCLUSIVE {}", step.until()))
            .help(help)
            .rewrite(concurrently(drop, step)),
    ]
}

fn subject(effect: &crate::engine::effect::Effect) -> String {
    match effect.role {
        crate::postgres::Role::Index => format!("{} and its table", effect.relation),
        _ => effect.relation.to_string(),
    }
}

fn concurrently(drop: &Drop, step: &Step) -> Option<Rewrite> {
    let in_transaction = step.transaction().is_open();
    // A later statement may make the index anew, which the old one must not be there for.
    let is_needed_here = in_transaction && drop.names.iter().any(|name| step.is_named_later(&name.name.name));
    if drop.cascade || is_needed_here {
        return None;
    }
    let if_exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let each = drop.names.iter().map(|name| format!("DROP INDEX CONCURRENTLY {if_exists}{};\n", step.text(name.span)));
    let sql: String = each.collect();
    Some(match (in_transaction, drop.names.as_slice()) {
        (true, names) => {
            let name = names.first().map_or_else(String::new, |name| format!("drop_{}", name.name.name));
            step.moved_out().then_outside_transaction(name, sql)
        }
        (false, [_]) => Rewrite::safe().insert(drop.kind_keyword.end, " CONCURRENTLY"),
        (false, _) => Rewrite::safe().replace(step.extent(), sql.trim_end()),
    })
}
