//! Facts about columns and constraints.

use lockwise::ast::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, ConstraintTraits, DataType, Ident, KeyColumns, References,
    TableConstraint, TableConstraintKind,
};

use super::expressions::expression;
use super::{Lines, behind, flag, joined};

pub fn column(prefix: &str, column: &ColumnDef, lines: &mut Lines) {
    let name = &column.name.name;
    let collation = behind("collate", column.collation.as_ref());
    lines.push(format!("{prefix}column {name} {}{collation}", data_type(&column.data_type)));
    for constraint in &column.constraints {
        column_constraint(&format!("{prefix}column {name}: "), constraint, lines);
    }
}

/// `character varying(20)[]`; `serial integer`; `none` where a column has no type of its own.
pub fn data_type(of: &DataType) -> String {
    if of.name.is_empty() {
        return "none".to_owned();
    }
    let serial = if of.serial { "serial " } else { "" };
    let modifiers: Vec<String> = of.modifiers.iter().map(i64::to_string).collect();
    let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(", ")) };
    format!("{serial}{}{modifiers}{}", of.name, "[]".repeat(of.dimensions))
}

fn column_constraint(prefix: &str, constraint: &ColumnConstraint, lines: &mut Lines) {
    let named = named(constraint.name.as_ref());
    let (kind, expr) = match &constraint.kind {
        ColumnConstraintKind::NotNull => ("not null".to_owned(), None),
        ColumnConstraintKind::Null => ("null".to_owned(), None),
        ColumnConstraintKind::Default(expr) => ("default".to_owned(), Some(("default", expr))),
        ColumnConstraintKind::Generated { expr, stored } => {
            (format!("generated {}", if *stored { "stored" } else { "virtual" }), Some(("generated", expr)))
        }
        ColumnConstraintKind::Identity => ("identity".to_owned(), None),
        ColumnConstraintKind::PrimaryKey => ("primary key".to_owned(), None),
        ColumnConstraintKind::Unique => ("unique".to_owned(), None),
        ColumnConstraintKind::Check(expr) => ("check".to_owned(), Some(("check", expr))),
        ColumnConstraintKind::References(target) => (references(target), None),
    };
    lines.push(format!("{prefix}{named}{kind}{}", traits(constraint.traits)));
    if let Some((label, expr)) = expr {
        expression(&format!("{prefix}{label}"), expr, lines);
    }
}

pub fn table_constraint(prefix: &str, constraint: &TableConstraint, lines: &mut Lines) {
    let named = named(constraint.name.as_ref());
    let kind = match &constraint.kind {
        TableConstraintKind::Check(_) => "check".to_owned(),
        TableConstraintKind::ForeignKey { columns, references: target } => {
            format!("foreign key ({}) {}", joined(columns), references(target))
        }
        TableConstraintKind::Unique(columns) => format!("unique {}", key(columns)),
        TableConstraintKind::PrimaryKey(columns) => format!("primary key {}", key(columns)),
        TableConstraintKind::Exclude { columns, method } => {
            let method = method.as_deref().unwrap_or("btree");
            format!("exclude using {method} ({})", joined(columns))
        }
        TableConstraintKind::NotNull(column) => format!("not null {}", column.name),
    };
    lines.push(format!("{prefix}{named}{kind}{}", traits(constraint.traits)));
    if let TableConstraintKind::Check(expr) = &constraint.kind {
        expression(&format!("{prefix}check"), expr, lines);
    }
}

fn named(name: Option<&Ident>) -> String {
    name.map(|name| format!("constraint {} ", name.name)).unwrap_or_default()
}

fn references(target: &References) -> String {
    format!("references {} ({})", target.table, joined(&target.columns))
}

fn key(columns: &KeyColumns) -> String {
    match columns {
        KeyColumns::Columns(columns) => format!("({})", joined(columns)),
        KeyColumns::UsingIndex(index) => format!("using index {}", index.name),
    }
}

fn traits(traits: ConstraintTraits) -> String {
    let ConstraintTraits { not_valid, not_enforced, deferrable, no_inherit } = traits;
    // What is not enforced is not validated either, which is all that PostgreSQL's tree says.
    flag(not_valid && !not_enforced, "not valid")
        + &flag(not_enforced, "not enforced")
        + &flag(deferrable, "deferrable")
        + &flag(no_inherit, "no inherit")
}
