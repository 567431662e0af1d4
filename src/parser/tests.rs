//! Tests of the parser as a whole: from text to statements.

mod deep;
mod expr;
mod parts;
mod properties;
mod psql;
mod query;
mod session;
mod split;
mod template;
mod unparsed;
mod write;

use super::*;
use crate::ast::{Expr, ObjectName, StatementKind, Unparsed, Write};
use crate::source::SourceFile;

/// The statements of a text.
pub(super) fn kinds(text: &str) -> Vec<StatementKind> {
    parse(&SourceFile::new("a.sql", text)).statements.into_iter().map(|statement| statement.kind).collect()
}

/// The only statement of a text.
pub(super) fn one(text: &str) -> StatementKind {
    let mut kinds = kinds(text);
    assert_eq!(kinds.len(), 1, "{text}");
    kinds.remove(0)
}

/// The failure of the only statement of a text.
pub(super) fn failure(text: &str) -> Unparsed {
    let StatementKind::Unparsed(unparsed) = one(text) else { unreachable!("{text} parses") };
    unparsed
}

/// Names as they are printed, separated by blanks.
pub(super) fn printed(names: &[ObjectName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The tables that these write.
pub(super) fn targets(writes: &[Write]) -> String {
    writes.iter().map(|write| write.target.to_string()).collect::<Vec<_>>().join(" ")
}

/// The conditions of an expression: `id=Equal note=IsNotNull`.
pub(super) fn conditions(expr: &Expr) -> String {
    let printed = expr.conditions.iter().map(|condition| format!("{}={:?}", condition.column, condition.test));
    printed.collect::<Vec<_>>().join(" ")
}
