//! Facts about one expression.

use ecow::EcoString;

use lockwise::ast::Expr;

use super::Lines;

/// Written like a call, but with a grammar of their own: PostgreSQL's tree has no function there.
const SPECIAL: &[&str] = &[
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_value",
    "pg_collation_for",
    "xmlexists",
];

/// What is kept of an expression, each line behind the label.
pub fn expression(label: &str, expr: &Expr, lines: &mut Lines) {
    lines.push(format!("{label} is given"));
    if expr.constant {
        lines.push(format!("{label} is constant"));
    }
    if expr.null {
        lines.push(format!("{label} is null"));
    }
    lines.extend(calls(&expr.functions).map(|name| format!("{label} calls {name}")));
    lines.extend(expr.columns.iter().map(|name| format!("{label} names {name}")));
    lines.extend(expr.reads.iter().map(|name| format!("{label} reads {name}")));
}

/// The functions among the names.
pub fn calls(functions: &[EcoString]) -> impl Iterator<Item = &EcoString> {
    functions.iter().filter(|name| !SPECIAL.contains(&name.rsplit('.').next().unwrap_or_default()))
}
