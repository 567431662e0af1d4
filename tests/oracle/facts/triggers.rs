//! Facts about triggers.

use lockwise::ast::CreateTrigger;

use super::{Lines, flag};

pub fn create_trigger(trigger: &CreateTrigger, lines: &mut Lines) {
    let replace = if trigger.or_replace { " or replace" } else { "" };
    let row = flag(trigger.for_each_row, "for each row");
    lines.push(format!("create{replace} trigger {}{row}", trigger.name.name));
    lines.push(format!("on {}", trigger.table));
    lines.extend(trigger.from.iter().map(|table| format!("from {table}")));
}
