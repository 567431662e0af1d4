//! Facts about CREATE INDEX.

use lockwise::ast::CreateIndex;

use super::expressions::expression;
use super::{Lines, flag, joined};

pub fn create_index(index: &CreateIndex, lines: &mut Lines) {
    let unique = if index.unique { " unique" } else { "" };
    let name = index.name.as_ref().map(|name| format!(" {}", name.name.name)).unwrap_or_default();
    lines.push(
        format!("create{unique} index{name}")
            + &flag(index.concurrently, "concurrently")
            + &flag(index.if_not_exists, "if not exists")
            + &flag(index.nulls_not_distinct, "nulls not distinct"),
    );
    lines.push(format!("on {}{}", index.table, flag(index.only, "only")));
    lines.push(format!("using {}", index.method.as_deref().unwrap_or("btree")));
    for (number, key) in (1..).zip(&index.keys) {
        lines.extend(key.column.iter().map(|column| format!("key {number} {}", column.name)));
        if let Some(expr) = &key.expr {
            expression(&format!("key {number}"), expr, lines);
        }
    }
    if !index.include.is_empty() {
        lines.push(format!("include {}", joined(&index.include)));
    }
    if let Some(predicate) = &index.predicate {
        expression("where", predicate, lines);
    }
}
