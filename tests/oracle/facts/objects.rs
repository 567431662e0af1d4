//! Facts about DROP and COMMENT of anything.

use lockwise::ast::{Drop, ObjectKind};

use super::{Lines, flag};

pub fn kind(object: &ObjectKind) -> &str {
    match object {
        ObjectKind::Table => "TABLE",
        ObjectKind::ForeignTable => "FOREIGN TABLE",
        ObjectKind::Index => "INDEX",
        ObjectKind::View => "VIEW",
        ObjectKind::MaterializedView => "MATERIALIZED VIEW",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Column => "COLUMN",
        ObjectKind::Type => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Function => "FUNCTION",
        ObjectKind::Extension => "EXTENSION",
        ObjectKind::Database => "DATABASE",
        ObjectKind::Tablespace => "TABLESPACE",
        ObjectKind::Subscription => "SUBSCRIPTION",
        ObjectKind::Trigger => "TRIGGER",
        ObjectKind::Rule => "RULE",
        ObjectKind::Policy => "POLICY",
        ObjectKind::Constraint | ObjectKind::DomainConstraint => "CONSTRAINT",
        // To PostgreSQL these are one.
        ObjectKind::Other(words) if ["USER", "GROUP"].contains(&words.as_str()) => "ROLE",
        ObjectKind::Other(words) => words,
    }
}

pub fn drop(drop: &Drop, lines: &mut Lines) {
    lines.push(
        format!("drop {}", kind(&drop.object))
            + &flag(drop.concurrently, "concurrently")
            + &flag(drop.if_exists, "if exists")
            + &flag(drop.cascade, "cascade"),
    );
    lines.extend(drop.on.iter().map(|table| format!("on {table}")));
    lines.extend(drop.names.iter().map(|name| format!("drops {name}")));
}
