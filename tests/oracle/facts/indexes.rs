//! Facts about CREATE INDEX, and about keys wherever they are built.

use lockwise::ast::{CreateIndex, IndexKey};

use super::expressions::expression;
use super::options::named;
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
    for (number, part) in (1..).zip(&index.keys) {
        key(&format!("key {number}"), part, lines);
    }
    if !index.include.is_empty() {
        lines.push(format!("include {}", joined(&index.include)));
    }
    named("option", &index.options, lines);
    lines.extend(index.tablespace.iter().map(|tablespace| format!("tablespace {}", tablespace.name)));
    if let Some(predicate) = &index.predicate {
        expression("where", predicate, lines);
    }
}

/// A key of an index, of a partitioned table or of an EXCLUDE constraint.
pub fn key(label: &str, key: &IndexKey, lines: &mut Lines) {
    lines.extend(key.column.iter().map(|column| format!("{label} {}", column.name)));
    if let Some(expr) = &key.expr {
        expression(label, expr, lines);
    }
    lines.extend(key.collation.iter().map(|collation| format!("{label} collate {collation}")));
    lines.extend(key.opclass.iter().map(|class| format!("{label} class {class}")));
    named(&format!("{label} option"), &key.opclass_options, lines);
    if key.descending {
        lines.push(format!("{label} descending"));
    }
    let nulls = key.nulls_first.map(|first| if first { "first" } else { "last" });
    lines.extend(nulls.map(|place| format!("{label} nulls {place}")));
}
