//! Roles, extensions, collations, casts, operators, aggregates, foreign servers, databases, tablespaces and subscriptions
//! whose names are taken or gone, and those that others need.
//!
//! Source: measurements (`fixtures/facts/*-extension-*.sql`, `*-role-*.sql`, `*-cast-*.sql` and others).

use crate::ast::{
    AlterActionKind, Comment, Drop, Foreign, Ident, ObjectChange, ObjectKind, Opaque, Owned, SettingChange,
    SettingKind, Statement, StatementKind, Write,
};
use crate::engine::catalog::{Kind, Relation};
use crate::engine::effect::RelationName;
use crate::engine::named;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_there;
use super::missing::caused_by;
use super::{
    DEPENDENT_OBJECTS, DUPLICATE_OBJECT, INVALID_PARAMETER_VALUE, UNDEFINED_OBJECT, missing, refused, refused_on,
};

const DUPLICATE_FUNCTION: &str = "42723";
const UNDEFINED_FUNCTION: &str = "42883";
const DUPLICATE_DATABASE: &str = "42P04";
const UNDEFINED_DATABASE: &str = "3D000";
const UNDEFINED_STATEMENT: &str = "26000";
const UNDEFINED_CURSOR: &str = "34000";
const RESERVED_NAME: &str = "42939";

/// `in_body`: what PL/pgSQL calls a cursor is a variable.
pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    let text = around.text_of(statement.span);
    let mut found: Vec<Refusal> = roles(statement).into_iter().filter_map(|role| missing_role(role, around)).collect();
    match &statement.kind {
        StatementKind::Drop(drop) => {
            found.extend(dropped(drop, text, around));
            found.extend(needed(drop, around));
        }
        StatementKind::CreateExtension(create) => {
            found.extend(create.schema.as_ref().and_then(|schema| missing::lost_schema(schema, around)));
        }
        StatementKind::CreateSchema(create) => {
            let name = create.name.as_ref().filter(|name| name.name.starts_with("pg_"));
            let reason = |name: &Ident| format!("unacceptable schema name {}: the prefix pg_ is reserved", name.name);
            found.extend(name.map(|name| refused(RESERVED_NAME, reason(name)).at(name.span)));
        }
        StatementKind::AlterSubscription(alter) => {
            found.extend(
                gone(&named::subscription(&alter.name.name), around).map(|refusal| refusal.at(alter.name.span)),
            );
        }
        StatementKind::Comment(comment) => found.extend(commented(comment, around)),
        StatementKind::Foreign(foreign) => found.extend(server(foreign, around)),
        StatementKind::Set(SettingChange { kind: SettingKind::Set { name, value }, .. }) if name == "role" => {
            let gone = gone(&named::role(value), around);
            found.extend(gone.map(|refusal| Refusal { sqlstate: INVALID_PARAMETER_VALUE, ..refusal }));
        }
        StatementKind::Execute(execute) if !in_body => found.extend(unprepared(&execute.name, around)),
        StatementKind::CreateTable(create) => {
            found.extend(create.execute.as_ref().and_then(|name| unprepared(name, around)));
        }
        StatementKind::Opaque(opaque) if !in_body => found.extend(unopened(opaque, around)),
        StatementKind::Write(write) if !in_body => found.extend(stands_nowhere(write, around)),
        _ => {}
    }
    found.extend(taken(statement, text, around));
    found
}

fn taken(statement: &Statement, text: &str, around: &Surroundings) -> Option<Refusal> {
    let made = named::made(statement, text, around);
    let postfix = made.as_ref().filter(|made| &*made.key.schema == "OPERATOR" && made.key.name.ends_with(",none)"));
    if postfix.is_some() {
        let reason = "postfix operators are not supported since PostgreSQL 14".to_owned();
        return Some(refused_on(VersionSet::since(14), "42P13", reason));
    }
    let made = made.filter(|made| !made.may_exist)?;
    let past = around.catalog.past(Kind::Named, &made.key).filter(|past| past.is_there())?;
    let sqlstate = match &*made.key.schema {
        "OPERATOR" | "AGGREGATE" => DUPLICATE_FUNCTION,
        "DATABASE" => DUPLICATE_DATABASE,
        _ => DUPLICATE_OBJECT,
    };
    Some(refused(sqlstate, format!("{} already exists", told(&made.key))).by(caused_by(past)))
}

/// `cast (text as mood)`
fn told(key: &RelationName) -> String {
    format!("{} {}", key.schema.to_lowercase(), key.name)
}

fn gone(key: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(Kind::Named, key).filter(|past| past.is_gone())?;
    let sqlstate = match &*key.schema {
        "OPERATOR" | "AGGREGATE" => UNDEFINED_FUNCTION,
        "DATABASE" => UNDEFINED_DATABASE,
        _ => UNDEFINED_OBJECT,
    };
    Some(refused(sqlstate, format!("{} does not exist", told(key))).by(caused_by(past)))
}

fn dropped(drop: &Drop, text: &str, around: &Surroundings) -> Vec<Refusal> {
    let keys = named::dropped(drop, text, around);
    keys.iter().filter(|_| !drop.if_exists).filter_map(|key| gone(key, around)).collect()
}

fn missing_role(role: &Ident, around: &Surroundings) -> Option<Refusal> {
    Some(gone(&named::role(&role.name), around)?.at(role.span))
}

/// Roles that the statement names.
fn roles(statement: &Statement) -> Vec<&Ident> {
    match &statement.kind {
        StatementKind::Grant(grant) => grant.roles.iter().filter_map(named::role_of).collect(),
        StatementKind::DefaultPrivileges(default) => {
            default.creators.iter().chain(&default.roles).filter_map(named::role_of).collect()
        }
        StatementKind::Owned(Owned::Reassign { from, .. } | Owned::Drop { by: from, .. }) => {
            from.iter().filter_map(named::role_of).collect()
        }
        StatementKind::Opaque(opaque)
            if matches!(opaque.what.as_str(), "ALTER ROLE" | "ALTER USER" | "ALTER GROUP") =>
        {
            opaque.name.iter().map(|name| &name.name).collect()
        }
        StatementKind::GrantRole(grant) => {
            grant.memberships.iter().chain(grant.roles.iter().filter_map(named::role_of)).collect()
        }
        StatementKind::CreatePolicy(create) => create.roles.iter().filter_map(named::role_of).collect(),
        StatementKind::AlterPolicy(alter) => alter.roles.iter().filter_map(named::role_of).collect(),
        StatementKind::AlterTable(alter) => {
            let owners = alter.actions.iter().filter_map(|action| match &action.kind {
                AlterActionKind::OwnerTo(role) => named::role_of(role),
                _ => None,
            });
            owners.collect()
        }
        StatementKind::AlterOther(alter) => match &alter.change {
            ObjectChange::OwnerTo(role) => named::role_of(role).into_iter().collect(),
            ObjectChange::RenameTo(_) | ObjectChange::SetSchema(_) | ObjectChange::DependsOnExtension { .. } => {
                Vec::new()
            }
        },
        StatementKind::CreateSchema(create) => create.authorization.iter().filter_map(named::role_of).collect(),
        _ => Vec::new(),
    }
}

/// What the session never prepared.
fn unprepared(name: &Ident, around: &Surroundings) -> Option<Refusal> {
    let unknown = around.catalog.past(Kind::Named, &named::prepared(&name.name)).is_none();
    let refusal =
        || refused(UNDEFINED_STATEMENT, format!("prepared statement {} does not exist", name.name)).at(name.span);
    (unknown && !around.catalog.ledger.blind).then(refusal)
}

/// A cursor that was never opened, or a prepared statement that never was.
fn unopened(opaque: &Opaque, around: &Surroundings) -> Option<Refusal> {
    let name = &opaque.name.as_ref()?.name;
    match opaque.what.as_str() {
        "DEALLOCATE" => unprepared(name, around),
        "FETCH" | "MOVE" | "CLOSE" => {
            let unknown = around.catalog.past(Kind::Named, &named::cursor(&name.name)).is_none();
            let reason = format!("cursor {} does not exist", name.name);
            (unknown && !around.catalog.ledger.blind).then(|| refused(UNDEFINED_CURSOR, reason).at(name.span))
        }
        _ => None,
    }
}

/// `WHERE CURRENT OF` a cursor that was never opened.
fn stands_nowhere(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let filter = write.filter.as_ref()?;
    let mut words = around.text_of(filter.span).split_whitespace();
    let (current, of, name) = (words.next()?, words.next()?, words.next()?);
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && words.next().is_none();
    let is_it = current.eq_ignore_ascii_case("current") && of.eq_ignore_ascii_case("of") && is_name;
    let name = name.to_ascii_lowercase();
    let unknown = is_it && around.catalog.past(Kind::Named, &named::cursor(&name)).is_none();
    let reason = || format!("cursor {name} does not exist");
    (unknown && !around.catalog.ledger.blind).then(|| refused(UNDEFINED_CURSOR, reason()).at(filter.span))
}

fn commented(comment: &Comment, around: &Surroundings) -> Option<Refusal> {
    let name = comment.object.name.as_ref()?;
    match &comment.object.kind {
        ObjectKind::Extension => gone(&named::extension(&name.name.name), around),
        ObjectKind::Other(kind) if kind == "ROLE" => gone(&named::role(&name.name.name), around),
        _ => None,
    }
}

fn server(foreign: &Foreign, around: &Surroundings) -> Option<Refusal> {
    match foreign {
        Foreign::CreateMapping(mapping) | Foreign::AlterMapping(mapping) => {
            gone(&named::server(&mapping.server.name), around)
        }
        Foreign::AlterServer(server) => gone(&named::server(&server.name.name), around),
        Foreign::ImportSchema(import) => gone(&named::server(&import.server.name), around),
        Foreign::CreateWrapper(_) | Foreign::AlterWrapper(_) | Foreign::CreateServer(_) => None,
    }
}

/// RESTRICT: what a column uses stays.
fn needed(drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    if drop.cascade {
        return None;
    }
    let parts = drop.names.iter().find_map(|name| {
        let name = &name.name;
        let user = match &drop.object {
            ObjectKind::Other(kind) if kind == "SERVER" => told(named::mappings_of(&name.name, around).first()?),
            ObjectKind::Extension => {
                let past = around.catalog.past(Kind::Named, &named::extension(&name.name));
                let there = past.is_some_and(|past| past.is_there());
                let mut relations = around.catalog.relations().filter(|relation| there && is_there(relation));
                relations
                    .find(|relation| !named::needing(relation, &name.name, around.catalog).is_empty())?
                    .name
                    .to_string()
            }
            _ => return None,
        };
        let reason = format!("cannot drop {}: {user} depends on it", name.name);
        Some(refused(DEPENDENT_OBJECTS, reason).at(name.span))
    });
    if parts.is_some() {
        return parts;
    }
    let uses = |relation: &Relation, used: &dyn Fn(&crate::engine::catalog::Column) -> bool| {
        is_there(relation) && relation.columns.iter().any(used)
    };
    drop.names.iter().find_map(|name| {
        let used: Box<dyn Fn(&crate::engine::catalog::Column) -> bool> = match &drop.object {
            ObjectKind::Extension => {
                let key = named::extension(&name.name.name);
                let there = around.catalog.past(Kind::Named, &key).is_some_and(|past| past.is_there());
                let types = named::types_of_extension(&name.name.name);
                if !there || types.is_empty() {
                    return None;
                }
                Box::new(move |column| {
                    let of = column.data_type.as_ref().map(|of| of.name.rsplit('.').next().unwrap_or_default());
                    of.is_some_and(|of| types.contains(&of))
                })
            }
            ObjectKind::Other(kind) if kind == "COLLATION" => {
                let key = named::dropped(drop, "", around).into_iter().next()?;
                let there = around.catalog.past(Kind::Named, &key).is_some_and(|past| past.is_there());
                let collation = there.then(|| name.name.name.clone())?;
                Box::new(move |column| column.collation.as_ref() == Some(&collation) && !column.more.doubts.collation)
            }
            _ => return None,
        };
        let mut relations: Vec<&Relation> =
            around.catalog.relations().filter(|relation| uses(relation, &*used)).collect();
        relations.sort_by(|a, b| a.name.cmp(&b.name));
        let user = relations.first()?;
        let reason = format!("cannot drop {}: a column of {} depends on it", name.name.name, user.name);
        Some(refused(DEPENDENT_OBJECTS, reason).at(name.span))
    })
}
