//! Casts and operators, which the server uses without being named.

use ecow::EcoString;

use crate::ast::{Statement, StatementKind, Write};

use super::Replay;

/// Notes what a statement makes of them.
pub(super) fn note(statement: &Statement, replay: &mut Replay) {
    match &statement.kind {
        StatementKind::Opaque(opaque) if opaque.what.starts_with("CREATE OPERATOR") => {
            replay.catalog.unnamed.operators = true;
        }
        StatementKind::Write(write) if is_of_server(write) => {
            replay.catalog.unnamed.casts |= write.target.name.name == "pg_cast";
            replay.catalog.unnamed.operators |= write.target.name.name == "pg_operator";
        }
        _ => {}
    }
    if replay.catalog.unnamed.operators {
        let search_path: Vec<&str> = replay.search_path.iter().map(EcoString::as_str).collect();
        if replay.catalog.may_mean_own_operators(search_path) {
            replay.catalog.unnamed.shadowing = true;
            // What was written by a condition is not known.
            replay.catalog.doubt_rows();
        }
    }
}

/// Whether a table of the server is written.
fn is_of_server(write: &Write) -> bool {
    let schema = write.target.schema.as_ref().map(|schema| schema.name.as_str());
    match schema {
        Some(schema) => schema == "pg_catalog",
        None => write.target.name.name.starts_with("pg_"),
    }
}
