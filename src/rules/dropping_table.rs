use crate::ast::{ObjectKind, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "dropping-table",
    category: Category::Breaking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/dropping-table.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Drop(drop) = &step.statement.kind else { return Vec::new() };
    if !matches!(drop.object, ObjectKind::Table | ObjectKind::ForeignTable) {
        return Vec::new();
    }
    let dropped = drop.names.iter().filter(|name| step.is_busy(name)).filter_map(|name| {
        let here = |effect: &&Effect| effect.span == name.span && effect.form != Form::DropTableNoop;
        let effects: Vec<Effect> = step.effects.iter().filter(here).cloned().collect();
        let table = step.around.resolve(name);
        let message = format!("DROP TABLE {table} breaks every running version that still uses it");
        let help = "Deploy code that no longer uses the table, rename it for a while, then drop it in a later release.";
        (!effects.is_empty()).then(|| step.finding(name.span, message, effects).label("the data is gone when this commits").help(help))
    });
    dropped.collect()
}
