//! Facts about constraints.

use lockwise::ast::{
    ConstraintTraits, ExcludeElement, Ident, IndexParameters, KeyAction, KeyColumns, References, TableConstraint,
    TableConstraintKind,
};

use super::expressions::expression;
use super::indexes::key;
use super::options;
use super::{Lines, flag, joined};

pub fn table_constraint(prefix: &str, constraint: &TableConstraint, lines: &mut Lines) {
    let named = named(constraint.name.as_ref());
    let kind = match &constraint.kind {
        TableConstraintKind::Check(_) => "check".to_owned(),
        TableConstraintKind::ForeignKey { columns, period, references: target } => {
            format!("foreign key ({}){} {}", joined(columns), flag(*period, "period"), references(target))
        }
        TableConstraintKind::Unique(columns) => format!("unique {}", key_columns(columns)),
        TableConstraintKind::PrimaryKey(columns) => format!("primary key {}", key_columns(columns)),
        TableConstraintKind::Exclude { elements, method, .. } => {
            excluded(prefix, elements, lines);
            format!("exclude using {}", method.as_deref().unwrap_or("btree"))
        }
        TableConstraintKind::NotNull(column) => format!("not null {}", column.name),
    };
    lines.push(format!("{prefix}{named}{kind}{}", traits(constraint.traits)));
    index_parameters(prefix, &constraint.index, lines);
    match &constraint.kind {
        TableConstraintKind::Check(expr) => expression(&format!("{prefix}check"), expr, lines),
        TableConstraintKind::Exclude { predicate: Some(expr), .. } => {
            expression(&format!("{prefix}excluded where"), expr, lines);
        }
        _ => {}
    }
}

fn excluded(prefix: &str, elements: &[ExcludeElement], lines: &mut Lines) {
    for (number, element) in (1..).zip(elements) {
        let label = format!("{prefix}excluded {number}");
        key(&label, &element.key, lines);
        lines.push(format!("{label} with {}", element.operator));
    }
}

pub fn named(name: Option<&Ident>) -> String {
    name.map(|name| format!("constraint {} ", name.name)).unwrap_or_default()
}

pub fn references(target: &References) -> String {
    let flags = flag(target.period, "period") + &flag(target.match_full, "match full");
    let on_delete = action("delete", target.on_delete.as_ref());
    let on_update = action("update", target.on_update.as_ref());
    format!("references {} ({}){flags}{on_delete}{on_update}", target.table, joined(&target.columns))
}

/// NO ACTION is the same as nothing.
fn action(event: &str, action: Option<&KeyAction>) -> String {
    let (words, columns) = match action {
        None | Some(KeyAction::NoAction) => return String::new(),
        Some(KeyAction::Restrict) => ("restrict", [].as_slice()),
        Some(KeyAction::Cascade) => ("cascade", [].as_slice()),
        Some(KeyAction::SetNull(columns)) => ("set null", columns.as_slice()),
        Some(KeyAction::SetDefault(columns)) => ("set default", columns.as_slice()),
    };
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", joined(columns)) };
    format!(" on {event} {words}{columns}")
}

fn key_columns(columns: &KeyColumns) -> String {
    match columns {
        KeyColumns::Columns(columns) => format!("({})", joined(columns)),
        KeyColumns::UsingIndex(index) => format!("using index {}", index.name),
    }
}

/// How the index of a constraint is made.
pub fn index_parameters(prefix: &str, index: &IndexParameters, lines: &mut Lines) {
    if index.nulls_not_distinct {
        lines.push(format!("{prefix}nulls not distinct"));
    }
    if index.without_overlaps {
        lines.push(format!("{prefix}without overlaps"));
    }
    if !index.include.is_empty() {
        lines.push(format!("{prefix}include {}", joined(&index.include)));
    }
    options::named(&format!("{prefix}index option"), &index.options, lines);
    lines.extend(index.tablespace.iter().map(|tablespace| format!("{prefix}index tablespace {}", tablespace.name)));
}

pub fn traits(traits: ConstraintTraits) -> String {
    let ConstraintTraits { not_valid, not_enforced, deferrable, initially_deferred, no_inherit } = traits;
    // What is not enforced is not validated either, which is all that PostgreSQL's tree says.
    flag(not_valid && !not_enforced, "not valid")
        + &flag(not_enforced, "not enforced")
        + &flag(deferrable, "deferrable")
        + &flag(initially_deferred, "initially deferred")
        + &flag(no_inherit, "no inherit")
}
