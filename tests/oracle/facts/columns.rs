//! Facts about columns and their types.

use lockwise::ast::{ColumnConstraint, ColumnConstraintKind, ColumnDef, DataType};

use super::constraints::{index_parameters, named, references, traits};
use super::expressions::expression;
use super::options::{foreign, sequence};
use super::{Lines, behind};

pub fn column(prefix: &str, column: &ColumnDef, lines: &mut Lines) {
    let label = format!("{prefix}column {}", column.name.name);
    let collation = behind("collate", column.collation.as_ref());
    lines.push(format!("{label} {}{collation}", data_type(&column.data_type)));
    lines.extend(column.storage.iter().map(|storage| format!("{label} storage {storage}")));
    lines.extend(column.compression.iter().map(|method| format!("{label} compression {method}")));
    foreign(&format!("{label} option"), &column.foreign_options, lines);
    for constraint in &column.constraints {
        column_constraint(&format!("{label}: "), constraint, lines);
    }
}

/// `character varying(20)[]`; `serial integer`; `none` where a column has no type of its own.
pub fn data_type(of: &DataType) -> String {
    if of.name.is_empty() {
        return "none".to_owned();
    }
    let setof = if of.setof { "setof " } else { "" };
    if of.of_column {
        return format!("{setof}{}%type", of.name);
    }
    let serial = if of.serial { "serial " } else { "" };
    let fields = of.fields.as_ref().map(|fields| format!(" {fields}")).unwrap_or_default();
    let numbers = of.modifiers.iter().map(i64::to_string);
    let modifiers: Vec<String> = of.words.iter().map(ToString::to_string).chain(numbers).collect();
    let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(", ")) };
    format!("{setof}{serial}{}{fields}{modifiers}{}", of.name, "[]".repeat(of.dimensions))
}

pub fn column_constraint(prefix: &str, constraint: &ColumnConstraint, lines: &mut Lines) {
    let named = named(constraint.name.as_ref());
    let (kind, expr) = match &constraint.kind {
        ColumnConstraintKind::NotNull => ("not null".to_owned(), None),
        ColumnConstraintKind::Null => ("null".to_owned(), None),
        ColumnConstraintKind::Default(expr) => ("default".to_owned(), Some(("default", expr))),
        ColumnConstraintKind::Generated { expr, stored } => {
            (format!("generated {}", if *stored { "stored" } else { "virtual" }), Some(("generated", expr)))
        }
        ColumnConstraintKind::Identity(identity) => {
            sequence(&format!("{prefix}identity"), &identity.options, lines);
            (format!("identity {}", generated(identity.always)), None)
        }
        ColumnConstraintKind::PrimaryKey => ("primary key".to_owned(), None),
        ColumnConstraintKind::Unique => ("unique".to_owned(), None),
        ColumnConstraintKind::Check(expr) => ("check".to_owned(), Some(("check", expr))),
        ColumnConstraintKind::References(target) => (references(target), None),
    };
    lines.push(format!("{prefix}{named}{kind}{}", traits(constraint.traits)));
    index_parameters(prefix, &constraint.index, lines);
    if let Some((label, expr)) = expr {
        expression(&format!("{prefix}{label}"), expr, lines);
    }
}

/// How an identity column takes its values.
pub fn generated(always: bool) -> &'static str {
    if always { "always" } else { "by default" }
}
