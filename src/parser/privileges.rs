//! GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, REASSIGN OWNED and DROP OWNED.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::objects::{self, Found, Naming};
use super::{clauses, names, reference, role};
use crate::ast::{
    DefaultPrivileges, Grant, GrantRole, GrantTarget, Ident, MembershipOption, ObjectKind, ObjectRef, Owned, Privilege,
    RoleSpec, StatementKind,
};

/// GRANT or REVOKE, of privileges on objects or of membership in roles.
///
/// # Errors
/// Something else comes.
pub(super) fn grant(c: &mut Cursor) -> Parsed<StatementKind> {
    let Some(verb) = c.eat_any(&["GRANT", "REVOKE"]) else { return c.expected("GRANT or REVOKE") };
    let revoke = verb == "REVOKE";
    let option = if revoke { revoked_option(c)? } else { None };
    let privileges = privileges(c)?;
    if c.eat(&["ON"]) {
        return on_objects(c, revoke, option, privileges);
    }
    if option.as_ref().is_some_and(|option| option.name == "grant") {
        return c.expected("ON");
    }
    membership(c, revoke, option, privileges)
}

/// `[GRANT OPTION FOR]`, or `[ADMIN OPTION FOR]` and the like of memberships.
fn revoked_option(c: &mut Cursor) -> Parsed<Option<Ident>> {
    if !c.is_any_at(1, &["OPTION"]) || !c.is_any_at(2, &["FOR"]) {
        return Ok(None);
    }
    let option = names::label(c, "an option")?;
    c.expect(&["OPTION", "FOR"])?;
    Ok(Some(option))
}

/// `ALL [PRIVILEGES] [(columns)]`, or `privilege [(columns)], ...`
fn privileges(c: &mut Cursor) -> Parsed<Vec<Privilege>> {
    if !c.at(&["ALL"]) {
        return c.comma_separated(privilege);
    }
    let start = c.position();
    c.advance();
    c.eat(&["PRIVILEGES"]);
    let columns = columns(c)?;
    Ok(vec![Privilege { name: "ALL".into(), columns, span: c.span_from(start) }])
}

/// A privilege, or a role that others become members of.
fn privilege(c: &mut Cursor) -> Parsed<Privilege> {
    let start = c.position();
    let name = if c.eat(&["ALTER", "SYSTEM"]) {
        "ALTER SYSTEM".into()
    } else if let Some(reserved) = c.eat_any(&["SELECT", "REFERENCES", "CREATE"]) {
        reserved.into()
    } else {
        let written = c.word_at(0).map(|word| word.to_ascii_uppercase().into());
        let name = names::name(c, "a privilege or a role name")?;
        written.unwrap_or(name.name)
    };
    let columns = columns(c)?;
    Ok(Privilege { name, columns, span: c.span_from(start) })
}

fn columns(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    if c.at_symbol(&Token::LParen) { clauses::column_list(c) } else { Ok(Vec::new()) }
}

/// Behind ON.
fn on_objects(
    c: &mut Cursor,
    revoke: bool,
    option: Option<Ident>,
    privileges: Vec<Privilege>,
) -> Parsed<StatementKind> {
    if let Some(option) = option.as_ref().filter(|option| option.name != "grant") {
        return Err(SyntaxError { message: format!("expected GRANT, found {}", option.name), at: option.span });
    }
    let target = target(c)?;
    c.expect(&[if revoke { "FROM" } else { "TO" }])?;
    let roles = grantees(c)?;
    let grant_option = option.is_some() || (!revoke && with_grant_option(c)?);
    let granted_by = granted_by(c)?;
    let cascade = revoke && clauses::cascade(c);
    let grant = Grant { revoke, privileges, target, roles, grant_option, granted_by, cascade };
    Ok(StatementKind::Grant(Box::new(grant)))
}

/// `[GROUP] role, ...`
fn grantees(c: &mut Cursor) -> Parsed<Vec<RoleSpec>> {
    c.comma_separated(|c| {
        c.eat(&["GROUP"]);
        role::role(c)
    })
}

fn with_grant_option(c: &mut Cursor) -> Parsed<bool> {
    if c.eat(&["WITH"]) { c.expect(&["GRANT", "OPTION"]).map(|_| true) } else { Ok(false) }
}

/// `[GRANTED BY role]`
fn granted_by(c: &mut Cursor) -> Parsed<Option<RoleSpec>> {
    if !c.eat(&["GRANTED"]) {
        return Ok(None);
    }
    c.expect(&["BY"])?;
    role::role(c).map(Some)
}

/// Kinds of object that have privileges, beside tables, which need no keyword.
const GRANTABLE: &[&str] = &[
    "DATABASE",
    "DOMAIN",
    "FOREIGN",
    "FUNCTION",
    "LANGUAGE",
    "LARGE",
    "PARAMETER",
    "PROCEDURE",
    "ROUTINE",
    "SCHEMA",
    "SEQUENCE",
    "TABLE",
    "TABLESPACE",
    "TYPE",
];

fn target(c: &mut Cursor) -> Parsed<GrantTarget> {
    if c.eat(&["ALL"]) {
        let words = &["TABLES", "SEQUENCES", "FUNCTIONS", "PROCEDURES", "ROUTINES"];
        let kind = kind_of_all(c, words, "TABLES, SEQUENCES, FUNCTIONS, PROCEDURES or ROUTINES")?;
        c.expect(&["IN", "SCHEMA"])?;
        let schemas = schemas(c)?;
        return Ok(GrantTarget::AllInSchemas { kind, schemas });
    }
    // The word behind a kind starts a name, unless the kind is the name of a table itself.
    let keyword = c.at_any(GRANTABLE)
        && matches!(c.peek_nth(1), Token::Word(_) | Token::Number(..) | Token::Minus | Token::Plus)
        && !c.is_any_at(1, &["TO", "FROM"]);
    if !keyword {
        return table_list(c);
    }
    let found = granted_kind(c)?;
    c.comma_separated(|c| reference::object(c, found.clone())).map(GrantTarget::Objects)
}

fn granted_kind(c: &mut Cursor) -> Parsed<Found> {
    let keyword = c.next_span();
    let other = |kind: &str| Found { object: ObjectKind::Other(kind.into()), naming: Naming::Qualified, keyword };
    if c.eat(&["PARAMETER"]) {
        return Ok(other("PARAMETER"));
    }
    if c.eat(&["FOREIGN", "SERVER"]) {
        return Ok(other("SERVER"));
    }
    match if c.at(&["FOREIGN", "TABLE"]) { None } else { objects::kind(c) } {
        Some(found) => Ok(found),
        None => c.expected("a kind of object"),
    }
}

fn table_list(c: &mut Cursor) -> Parsed<GrantTarget> {
    let table = |c: &mut Cursor| {
        let name = names::qualified(c, "a table name")?;
        let span = name.span;
        Ok(ObjectRef { kind: ObjectKind::Table, name: Some(name), arguments: None, on: None, span })
    };
    c.comma_separated(table).map(GrantTarget::Objects)
}

/// One of these words, which mean all objects of a kind.
fn kind_of_all(c: &mut Cursor, words: &[&str], what: &str) -> Parsed<ObjectKind> {
    match c.eat_any(words) {
        Some("TABLES") => Ok(ObjectKind::Table),
        Some("SEQUENCES") => Ok(ObjectKind::Sequence),
        Some("TYPES") => Ok(ObjectKind::Type),
        Some("SCHEMAS") => Ok(ObjectKind::Schema),
        Some("LARGE") => c.expect(&["OBJECTS"]).map(|_| ObjectKind::Other("LARGE OBJECT".into())),
        Some(_) => Ok(ObjectKind::Function),
        None => c.expected(what),
    }
}

fn schemas(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    c.comma_separated(|c| names::name(c, "a schema name"))
}

/// Membership in roles, behind the roles that others become members of.
fn membership(
    c: &mut Cursor,
    revoke: bool,
    option: Option<Ident>,
    privileges: Vec<Privilege>,
) -> Parsed<StatementKind> {
    let memberships = privileges.into_iter().map(|privilege| as_role(c, privilege)).collect::<Parsed<Vec<_>>>()?;
    c.expect(&[if revoke { "FROM" } else { "TO" }])?;
    let roles = role::roles(c)?;
    let mut options: Vec<MembershipOption> =
        option.into_iter().map(|name| MembershipOption { name, on: true }).collect();
    if !revoke && c.eat(&["WITH"]) {
        options = c.comma_separated(membership_option)?;
    }
    let granted_by = granted_by(c)?;
    let cascade = revoke && clauses::cascade(c);
    Ok(StatementKind::GrantRole(GrantRole { revoke, memberships, roles, options, granted_by, cascade }))
}

/// What looked like a privilege until no ON came.
fn as_role(c: &Cursor, privilege: Privilege) -> Parsed<Ident> {
    let Privilege { name, columns, span } = privilege;
    let written = c.text_of(span);
    let keyword = ["ALL", "ALTER SYSTEM", "SELECT", "REFERENCES", "CREATE"].contains(&name.as_str());
    let quoted = written.starts_with('"');
    if !columns.is_empty() || (keyword && !quoted && name != "REFERENCES") {
        return c.expected("ON");
    }
    Ok(Ident { name: if quoted { name } else { name.to_ascii_lowercase() }, span })
}

/// `ADMIN OPTION`, `INHERIT TRUE`, `SET FALSE`
fn membership_option(c: &mut Cursor) -> Parsed<MembershipOption> {
    let name = names::label(c, "an option")?;
    match c.eat_any(&["OPTION", "TRUE", "FALSE"]) {
        Some(word) => Ok(MembershipOption { name, on: word != "FALSE" }),
        None => c.expected("OPTION, TRUE or FALSE"),
    }
}

/// Behind ALTER DEFAULT PRIVILEGES.
///
/// # Errors
/// Something else comes.
pub(super) fn default_privileges(c: &mut Cursor) -> Parsed<StatementKind> {
    let (mut creators, mut schemas) = (Vec::new(), Vec::new());
    loop {
        if c.eat(&["IN", "SCHEMA"]) {
            schemas = self::schemas(c)?;
        } else if c.eat(&["FOR", "ROLE"]) || c.eat(&["FOR", "USER"]) {
            creators = role::roles(c)?;
        } else {
            break;
        }
    }
    let Some(verb) = c.eat_any(&["GRANT", "REVOKE"]) else {
        return c.expected("FOR ROLE, IN SCHEMA, GRANT or REVOKE");
    };
    let revoke = verb == "REVOKE";
    let taken = revoke && c.eat(&["GRANT", "OPTION", "FOR"]);
    let privileges = privileges(c)?;
    c.expect(&["ON"])?;
    let words = &["TABLES", "SEQUENCES", "FUNCTIONS", "ROUTINES", "TYPES", "SCHEMAS", "LARGE"];
    let kind = kind_of_all(c, words, "TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES, SCHEMAS or LARGE OBJECTS")?;
    c.expect(&[if revoke { "FROM" } else { "TO" }])?;
    let roles = grantees(c)?;
    let grant_option = taken || (!revoke && with_grant_option(c)?);
    let cascade = revoke && clauses::cascade(c);
    let defaults = DefaultPrivileges { creators, schemas, revoke, privileges, kind, roles, grant_option, cascade };
    Ok(StatementKind::DefaultPrivileges(defaults))
}

/// REASSIGN OWNED.
///
/// # Errors
/// Something else comes.
pub(super) fn reassign_owned(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["REASSIGN", "OWNED", "BY"])?;
    let from = role::roles(c)?;
    c.expect(&["TO"])?;
    Ok(StatementKind::Owned(Owned::Reassign { from, to: role::role(c)? }))
}

/// DROP OWNED.
///
/// # Errors
/// Something else comes.
pub(super) fn drop_owned(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DROP", "OWNED", "BY"])?;
    let by = role::roles(c)?;
    Ok(StatementKind::Owned(Owned::Drop { by, cascade: clauses::cascade(c) }))
}

#[cfg(test)]
mod tests;
