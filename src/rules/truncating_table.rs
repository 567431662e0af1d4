use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Role;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "truncating-table",
    category: Category::Data,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/truncating-table.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Truncate(truncate) = &step.statement.kind else { return Vec::new() };
    let Some(first) = truncate.tables.iter().map(|table| &table.name).find(|table| step.is_busy(table)) else { return Vec::new() };
    let reached = step.busy_locks(step.effects).into_iter().filter(|effect| effect.role == Role::Referencing);
    let reached: Vec<String> = reached.map(|effect| effect.relation.to_string()).collect();
    let label = match (truncate.cascade, reached.is_empty()) {
        (true, false) => format!("CASCADE empties {} too", reached.join(", ")),
        (true, true) => "CASCADE empties every table that references it".to_owned(),
        (false, _) => format!("ACCESS EXCLUSIVE {}", step.until()),
    };
    let table = match truncate.tables.len() {
        1 => step.around.resolve(first).to_string(),
        count => format!("{} and {} more", step.around.resolve(first), count - 1),
    };
    let message = format!("TRUNCATE removes every row of {table} under ACCESS EXCLUSIVE: reads and writes wait");
    vec![
        step.finding(step.statement.span, message, step.effects.to_vec())
            .label(label)
            .help("If the rows have to go, DELETE them in batches; if the table has to go, stop using it first."),
    ]
}
