//! ALTER of what is no relation: the changes that most kinds share, and the way to the grammar of each kind.

use ecow::EcoString;

use super::cursor::{Cursor, Parsed};
use super::{
    clauses, domain, extension, foreign, names, objects, other, policy, privileges, publication, rare, reference, role,
    statistics, subscription, trigger, types,
};
use crate::ast::{AlterOther, ObjectChange, ObjectKind, ObjectName, ObjectRef, Opaque, StatementKind};

/// ALTER, behind which no relation comes.
///
/// # Errors
/// Something else comes.
pub(super) fn alter(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["ALTER"])?;
    if c.eat(&["DEFAULT", "PRIVILEGES"]) {
        return privileges::default_privileges(c);
    }
    if c.eat(&["SYSTEM"]) {
        return other::alter_system(c);
    }
    if c.eat(&["USER", "MAPPING"]) {
        return foreign::mapping_change(c);
    }
    let start = c.position();
    let Some(found) = (if c.at_any(NEVER_ALTERED) { None } else { objects::kind(c) }) else {
        return c.expected("a kind of object");
    };
    let words = (start..c.position()).map(|index| c.text_of(c.span_of(index)).to_ascii_uppercase());
    let what = format!("ALTER {}", words.filter(|word| word != "PROCEDURAL").collect::<Vec<_>>().join(" "));
    if c.at(&["ALL"]) && (what == "ALTER ROLE" || what == "ALTER USER") {
        c.advance();
        return opaque(c, what.into(), None);
    }
    let conditional = matches!(&found.object, ObjectKind::Policy) || what == "ALTER STATISTICS";
    let if_exists = conditional && clauses::if_exists(c)?;
    let object = reference::object(c, found)?;
    if let Some(change) = shared_change(c, &object.kind)? {
        return Ok(StatementKind::AlterOther(Box::new(AlterOther { object, if_exists, change })));
    }
    own_change(c, object, if_exists, what.into())
}

/// The first words of kinds that other statements name, but not ALTER, or not here.
const NEVER_ALTERED: &[&str] = &["ACCESS", "CAST", "COLUMN", "CONSTRAINT", "TRANSFORM"];

/// A change that most kinds share, if one comes that this kind has.
///
/// # Errors
/// It is incomplete.
pub(super) fn shared_change(c: &mut Cursor, kind: &ObjectKind) -> Parsed<Option<ObjectChange>> {
    let change = if c.at(&["RENAME", "TO"]) && can_rename(kind) {
        c.expect(&["RENAME", "TO"])?;
        let new = if objects::is_role(kind) { names::type_or_function } else { names::name };
        ObjectChange::RenameTo(new(c, "a name")?)
    } else if c.at(&["SET", "SCHEMA"]) && is_in_schema(kind) {
        c.expect(&["SET", "SCHEMA"])?;
        ObjectChange::SetSchema(names::name(c, "a schema name")?)
    } else if c.at(&["OWNER"]) && has_owner(kind) {
        // An option of a database may have any name.
        c.doubting(|c| c.expect(&["OWNER", "TO"]))?;
        ObjectChange::OwnerTo(role::role(c)?)
    } else if (c.at(&["DEPENDS"]) || c.at(&["NO", "DEPENDS"])) && can_depend(kind) {
        let no = c.eat(&["NO"]);
        c.expect(&["DEPENDS", "ON", "EXTENSION"])?;
        ObjectChange::DependsOnExtension { no, extension: names::name(c, "an extension name")? }
    } else {
        return Ok(None);
    };
    Ok(Some(change))
}

fn is_one_of(kind: &ObjectKind, kinds: &[&str]) -> bool {
    matches!(kind, ObjectKind::Other(kind) if kinds.contains(&kind.as_str()))
}

fn can_rename(kind: &ObjectKind) -> bool {
    !matches!(kind, ObjectKind::Extension) && !is_one_of(kind, &["LARGE OBJECT", "OPERATOR", "USER MAPPING"])
}

/// Whether SET SCHEMA moves it; for a database or a role that is a setting.
fn is_in_schema(kind: &ObjectKind) -> bool {
    const OTHERS: &[&str] = &[
        "COLLATION",
        "CONVERSION",
        "OPERATOR",
        "OPERATOR CLASS",
        "OPERATOR FAMILY",
        "STATISTICS",
        "TEXT SEARCH CONFIGURATION",
        "TEXT SEARCH DICTIONARY",
        "TEXT SEARCH PARSER",
        "TEXT SEARCH TEMPLATE",
    ];
    matches!(kind, ObjectKind::Type | ObjectKind::Domain | ObjectKind::Function | ObjectKind::Extension)
        || is_one_of(kind, OTHERS)
}

fn has_owner(kind: &ObjectKind) -> bool {
    const OTHERS: &[&str] = &["GROUP", "ROLE", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "USER", "USER MAPPING"];
    let without = matches!(kind, ObjectKind::Extension | ObjectKind::Policy | ObjectKind::Rule | ObjectKind::Trigger);
    !without && !is_one_of(kind, OTHERS)
}

fn can_depend(kind: &ObjectKind) -> bool {
    matches!(kind, ObjectKind::Function | ObjectKind::Trigger)
}

/// A change that this kind alone has.
fn own_change(c: &mut Cursor, object: ObjectRef, if_exists: bool, what: EcoString) -> Parsed<StatementKind> {
    let ObjectRef { kind, name, on, .. } = object;
    match (kind, name, on) {
        (ObjectKind::Type, Some(name), _) => types::change(c, name),
        (ObjectKind::Domain, Some(name), _) => domain::change(c, name),
        (ObjectKind::Schema, ..) => c.expected("RENAME TO or OWNER TO"),
        (ObjectKind::Trigger, ..) => c.expected("RENAME TO or DEPENDS ON EXTENSION"),
        (ObjectKind::Rule, ..) => c.expected("RENAME TO"),
        (ObjectKind::Policy, Some(name), Some(table)) => policy::change(c, name.name, table),
        (ObjectKind::Extension, Some(name), _) => extension::change(c, name.name),
        (ObjectKind::Subscription, Some(name), _) => subscription::change(c, name.name),
        (ObjectKind::Other(kind), name, _) => change_of_other(c, &kind, name, if_exists, what),
        (_, name, _) => opaque(c, what, name),
    }
}

/// The kinds that the tree knows by their keywords.
fn change_of_other(
    c: &mut Cursor,
    kind: &str,
    name: Option<ObjectName>,
    if_exists: bool,
    what: EcoString,
) -> Parsed<StatementKind> {
    match (kind, name) {
        ("EVENT TRIGGER", Some(name)) => trigger::event_trigger_change(c, name.name),
        ("PUBLICATION", Some(name)) => publication::change(c, name.name),
        ("STATISTICS", Some(name)) => statistics::change(c, name, if_exists),
        ("SERVER", Some(name)) => foreign::server_change(c, name.name),
        ("FOREIGN DATA WRAPPER", Some(name)) => foreign::wrapper_change(c, name.name),
        ("CONVERSION" | "LANGUAGE" | "OPERATOR CLASS" | "TEXT SEARCH PARSER" | "TEXT SEARCH TEMPLATE", _) => {
            c.expected("RENAME TO, OWNER TO or SET SCHEMA")
        }
        ("LARGE OBJECT", _) => c.expected("OWNER TO"),
        (_, name) => opaque(c, what, name),
    }
}

/// A change of which nothing is kept.
fn opaque(c: &mut Cursor, what: EcoString, name: Option<ObjectName>) -> Parsed<StatementKind> {
    if c.at_any(&["RENAME", "OWNER"]) {
        c.advance();
        return c.expected("TO");
    }
    rare::altered(c, what.trim_start_matches("ALTER "))?;
    Ok(StatementKind::Opaque(Opaque { what, name, table: None, or_replace: false }))
}

#[cfg(test)]
mod tests;
