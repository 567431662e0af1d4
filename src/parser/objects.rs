//! The kinds of object that DROP and COMMENT ON name, by their keywords.

use super::cursor::Cursor;
use crate::ast::ObjectKind;
use crate::source::Span;

/// How an object of a kind is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// By a name that may have a schema.
    Qualified,
    /// By a name that may have a schema, with argument types behind it, which need not be written.
    Signature,
    /// By a name on a table: TRIGGER, RULE, POLICY, CONSTRAINT.
    OnTable,
    /// By a name and USING access method: OPERATOR CLASS and FAMILY.
    Using,
    /// In a way of its own: OPERATOR, CAST, TRANSFORM, USER MAPPING, LARGE OBJECT.
    Other,
}

/// What `kind` found.
#[derive(Clone)]
pub(super) struct Found {
    /// The kind for the tree.
    pub(super) object: ObjectKind,
    /// How it is named.
    pub(super) naming: Naming,
    /// The last keyword of the kind.
    pub(super) keyword: Span,
}

/// Kinds that the tree knows. Longer ones come first where they begin alike.
const KNOWN: &[(&[&str], ObjectKind, Naming)] = &[
    (&["TABLE"], ObjectKind::Table, Naming::Qualified),
    (&["FOREIGN", "TABLE"], ObjectKind::ForeignTable, Naming::Qualified),
    (&["INDEX"], ObjectKind::Index, Naming::Qualified),
    (&["VIEW"], ObjectKind::View, Naming::Qualified),
    (&["MATERIALIZED", "VIEW"], ObjectKind::MaterializedView, Naming::Qualified),
    (&["SEQUENCE"], ObjectKind::Sequence, Naming::Qualified),
    (&["COLUMN"], ObjectKind::Column, Naming::Qualified),
    (&["TYPE"], ObjectKind::Type, Naming::Qualified),
    (&["DOMAIN"], ObjectKind::Domain, Naming::Qualified),
    (&["SCHEMA"], ObjectKind::Schema, Naming::Qualified),
    (&["FUNCTION"], ObjectKind::Function, Naming::Signature),
    (&["PROCEDURE"], ObjectKind::Function, Naming::Signature),
    (&["ROUTINE"], ObjectKind::Function, Naming::Signature),
    (&["AGGREGATE"], ObjectKind::Function, Naming::Signature),
    (&["EXTENSION"], ObjectKind::Extension, Naming::Qualified),
    (&["DATABASE"], ObjectKind::Database, Naming::Qualified),
    (&["TABLESPACE"], ObjectKind::Tablespace, Naming::Qualified),
    (&["SUBSCRIPTION"], ObjectKind::Subscription, Naming::Qualified),
    (&["TRIGGER"], ObjectKind::Trigger, Naming::OnTable),
    (&["RULE"], ObjectKind::Rule, Naming::OnTable),
    (&["POLICY"], ObjectKind::Policy, Naming::OnTable),
    (&["CONSTRAINT"], ObjectKind::Constraint, Naming::OnTable),
];

/// Kinds that the tree keeps by their keywords.
const OTHER: &[(&[&str], Naming)] = &[
    (&["ACCESS", "METHOD"], Naming::Qualified),
    (&["CAST"], Naming::Other),
    (&["COLLATION"], Naming::Qualified),
    (&["CONVERSION"], Naming::Qualified),
    (&["EVENT", "TRIGGER"], Naming::Qualified),
    (&["FOREIGN", "DATA", "WRAPPER"], Naming::Qualified),
    (&["GROUP"], Naming::Qualified),
    (&["PROCEDURAL", "LANGUAGE"], Naming::Qualified),
    (&["LANGUAGE"], Naming::Qualified),
    (&["LARGE", "OBJECT"], Naming::Other),
    (&["OPERATOR", "CLASS"], Naming::Using),
    (&["OPERATOR", "FAMILY"], Naming::Using),
    (&["OPERATOR"], Naming::Other),
    (&["PUBLICATION"], Naming::Qualified),
    (&["ROLE"], Naming::Qualified),
    (&["SERVER"], Naming::Qualified),
    (&["STATISTICS"], Naming::Qualified),
    (&["TEXT", "SEARCH", "CONFIGURATION"], Naming::Qualified),
    (&["TEXT", "SEARCH", "DICTIONARY"], Naming::Qualified),
    (&["TEXT", "SEARCH", "PARSER"], Naming::Qualified),
    (&["TEXT", "SEARCH", "TEMPLATE"], Naming::Qualified),
    (&["TRANSFORM"], Naming::Other),
    (&["USER", "MAPPING"], Naming::Other),
    (&["USER"], Naming::Qualified),
];

/// Whether a kind is a role: what names functions may name one.
pub(super) fn is_role(object: &ObjectKind) -> bool {
    matches!(object, ObjectKind::Other(kind) if matches!(kind.as_str(), "ROLE" | "GROUP" | "USER"))
}

/// Steps over the keywords of a kind of object.
pub(super) fn kind(c: &mut Cursor) -> Option<Found> {
    let start = c.position();
    if let Some((words, object, naming)) = KNOWN.iter().find(|(words, ..)| c.eat(words)) {
        return Some(Found { object: object.clone(), naming: *naming, keyword: c.span_of(start + words.len() - 1) });
    }
    let (words, naming) = OTHER.iter().find(|(words, _)| c.eat(words))?;
    let object = ObjectKind::Other(words.join(" ").trim_start_matches("PROCEDURAL ").into());
    Some(Found { object, naming: *naming, keyword: c.span_of(start + words.len() - 1) })
}
