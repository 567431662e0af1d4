//! Clauses, options and privileges that a version does not know, or none.
//!
//! Source: the grammar of PostgreSQL 10 to 18, and measurements (`fixtures/facts/later-*.sql`).

use crate::ast::{
    ConflictTarget, CreateView, DefaultPrivileges, Explain, Grant, GrantTarget, Ident, ObjectKind, Privilege,
    RoutineKind, SettingChange, SettingKind, Statement, StatementKind, Write, WriteVerb,
};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, settings};

use super::existence::is_there;
use super::{
    FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, SYNTAX_ERROR, UNDEFINED_OBJECT, UNDEFINED_TABLE, WRONG_OBJECT_TYPE,
    refused, refused_on,
};

const INVALID_GRANT_OPERATION: &str = "0LP01";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one = match &statement.kind {
        StatementKind::Write(write) => written(write),
        StatementKind::Query(query) => query.writes.iter().find_map(written),
        StatementKind::CreateTable(create) => create.query.iter().flat_map(|query| &query.writes).find_map(written),
        StatementKind::Explain(explain) => explained(explain),
        StatementKind::Grant(grant) => granted(grant, around),
        StatementKind::DefaultPrivileges(default) => by_default(default),
        StatementKind::CreateView(create) => view(create),
        StatementKind::Refresh(refresh) if refresh.concurrently && refresh.with_no_data => {
            Some(refused(SYNTAX_ERROR, "CONCURRENTLY and WITH NO DATA cannot be used together".to_owned()))
        }
        StatementKind::AlterStatistics(_) => later(13, "ALTER STATISTICS ... SET STATISTICS"),
        StatementKind::Drop(drop) if is_newer(drop.routine) => later(11, "DROP PROCEDURE"),
        StatementKind::Call(_) => later(11, "CALL"),
        StatementKind::AlterFunction(alter) if is_newer(Some(alter.kind)) => later(11, "ALTER PROCEDURE"),
        StatementKind::Opaque(opaque) if opaque.or_replace && opaque.what == "CREATE AGGREGATE" => {
            later(12, "CREATE OR REPLACE AGGREGATE")
        }
        StatementKind::Set(change) => setting(change),
        StatementKind::CreateEventTrigger(create) => event(&create.event),
        StatementKind::Do(block) if block.body.language == "sql" => {
            Some(refused(FEATURE_NOT_SUPPORTED, "language sql does not support inline code execution".to_owned()))
        }
        _ => None,
    };
    one.into_iter().collect()
}

fn later(since: u8, what: &str) -> Option<Refusal> {
    Some(refused_on(VersionSet::before(since), SYNTAX_ERROR, format!("{what} came with PostgreSQL {since}")))
}

/// A setting that came later, or a time that is none.
fn setting(change: &SettingChange) -> Option<Refusal> {
    let (SettingKind::Set { name, .. } | SettingKind::Reset { name }) = &change.kind else { return None };
    if let Some(since) = settings::since(name) {
        let reason = format!("the setting {name} came with PostgreSQL {since}");
        return Some(refused_on(VersionSet::before(since), UNDEFINED_OBJECT, reason));
    }
    if let Some(meant) = settings::misspelt(name) {
        return Some(refused(UNDEFINED_OBJECT, format!("there is no setting {name}: perhaps {meant} is meant")));
    }
    let SettingKind::Set { value, .. } = &change.kind else { return None };
    const TIMES: &[&str] = &["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"];
    const UNITS: &[&str] = &["", "us", "ms", "s", "min", "h", "d"];
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphabetic());
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
    if !TIMES.contains(&name.as_str())
        || value.is_empty()
        || value.starts_with("0x")
        || !is_word(unit)
        || value.eq_ignore_ascii_case("default")
    {
        return None;
    }
    let versions = match unit != value.trim() && UNITS.contains(&unit) {
        true if unit == "us" || value.contains('.') => VersionSet::before(12),
        true => return None,
        false => VersionSet::ALL,
    };
    Some(refused_on(versions, INVALID_PARAMETER_VALUE, format!("invalid value for {name}: {value}")))
}

/// The events of event triggers.
fn event(event: &Ident) -> Option<Refusal> {
    match event.name.as_str() {
        "ddl_command_start" | "ddl_command_end" | "table_rewrite" | "sql_drop" => None,
        "login" => later(17, "the event login").map(|refusal| refusal.at(event.span)),
        other => Some(refused(SYNTAX_ERROR, format!("unrecognized event name {other}")).at(event.span)),
    }
}

/// PROCEDURE and ROUTINE.
fn is_newer(word: Option<RoutineKind>) -> bool {
    matches!(word, Some(RoutineKind::Procedure | RoutineKind::Routine))
}

/// RETURNING and BY SOURCE of MERGE, and the old and new rows in RETURNING, also where WITH writes.
fn written(write: &Write) -> Option<Refusal> {
    if write.verb == WriteVerb::Merge && (write.matched_by || write.returning.is_some()) {
        return later(17, "RETURNING or BY SOURCE of MERGE");
    }
    if write.conflict == Some(ConflictTarget::Nothing) && !write.conflict_sets.is_empty() {
        let reason = "ON CONFLICT DO UPDATE requires columns or ON CONSTRAINT".to_owned();
        return Some(refused(SYNTAX_ERROR, reason));
    }
    if write.returning.is_some_and(|returning| returning.renames) {
        return later(18, "RETURNING WITH (...)");
    }
    let rows = write.returning.map(|returning| returning.rows).unwrap_or_default();
    let row = match (rows.old, rows.new) {
        (true, _) => "OLD",
        (false, true) => "NEW",
        (false, false) => return write.also_writes.iter().find_map(written),
    };
    let reason = format!("{row} in RETURNING came with PostgreSQL 18");
    Some(refused_on(VersionSet::before(18), UNDEFINED_TABLE, reason))
}

/// Options of EXPLAIN with the version that brought them.
const EXPLAIN_OPTIONS: &[(&str, u8)] = &[
    ("analyze", 10),
    ("verbose", 10),
    ("costs", 10),
    ("buffers", 10),
    ("timing", 10),
    ("summary", 10),
    ("format", 10),
    ("settings", 12),
    ("wal", 13),
    ("generic_plan", 16),
    ("serialize", 17),
    ("memory", 17),
];

fn explained(explain: &Explain) -> Option<Refusal> {
    explain.options.iter().find_map(|option| {
        let known = EXPLAIN_OPTIONS.iter().find(|(name, _)| *name == option.name);
        match known {
            // Since 18 an extension may add some, as pg_overexplain does.
            None => {
                let reason = format!("unrecognized EXPLAIN option {}", option.name);
                let added = matches!(option.name.as_str(), "debug" | "range_table");
                let versions = if added { VersionSet::before(18) } else { VersionSet::ALL };
                Some(refused_on(versions, SYNTAX_ERROR, reason).at(option.span))
            }
            Some((name, since)) => later(*since, name).filter(|_| *since > 10).map(|refusal| refusal.at(option.span)),
        }
    })
}

/// What the server knows as a privilege.
const PRIVILEGES: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "truncate",
    "references",
    "trigger",
    "execute",
    "usage",
    "create",
    "temp",
    "temporary",
    "connect",
    "maintain",
    "all",
    "all privileges",
    "set",
    "alter system",
];

fn of_kind(kind: &ObjectKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        ObjectKind::Table => {
            &["select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain", "usage"]
        }
        ObjectKind::Sequence => &["select", "update", "usage"],
        ObjectKind::Function => &["execute"],
        ObjectKind::Schema => &["create", "usage"],
        ObjectKind::Type | ObjectKind::Domain => &["usage"],
        ObjectKind::Database => &["create", "temp", "temporary", "connect"],
        _ => return None,
    })
}

fn privileges(privileges: &[Privilege], kind: &ObjectKind) -> Option<Refusal> {
    let lower = |privilege: &Privilege| privilege.name.to_lowercase();
    let fits = |privilege: &Privilege, known: &[&str]| known.contains(&lower(privilege).as_str());
    let all = |privilege: &Privilege| lower(privilege).starts_with("all");
    privileges.iter().find_map(|privilege| {
        let name = &privilege.name;
        let at = |refusal: Refusal| Some(refusal.at(privilege.span));
        if !fits(privilege, PRIVILEGES) && !all(privilege) {
            return at(refused(SYNTAX_ERROR, format!("unrecognized privilege type {name}")));
        }
        if fits(privilege, &["maintain"]) {
            return later(17, "MAINTAIN").map(|refusal| refusal.at(privilege.span));
        }
        let wrong = of_kind(kind).is_some_and(|known| !fits(privilege, known)) && !all(privilege);
        let of_columns = !privilege.columns.is_empty()
            && !fits(privilege, &["select", "insert", "update", "references"])
            && !all(privilege);
        let reason = format!("invalid privilege type {name} for what it is granted on");
        if wrong || of_columns { at(refused(INVALID_GRANT_OPERATION, reason)) } else { None }
    })
}

fn granted(grant: &Grant, around: &Surroundings) -> Option<Refusal> {
    let objects = match &grant.target {
        GrantTarget::AllInSchemas { kind, .. } => return privileges(&grant.privileges, kind),
        GrantTarget::Objects(objects) => objects,
    };
    let wrong = privileges(&grant.privileges, &objects.first()?.kind);
    wrong.or_else(|| {
        let usage = grant.privileges.iter().find(|privilege| privilege.name.eq_ignore_ascii_case("usage"))?;
        objects.iter().find_map(|object| {
            let relation = around.relation(object.name.as_ref()?).filter(|relation| is_there(relation))?;
            let name = &relation.name;
            match (&object.kind, relation.kind) {
                (ObjectKind::Table, RelationKind::Sequence) => None,
                (ObjectKind::Table, _) => {
                    let reason = format!("invalid privilege type USAGE for the table {name}");
                    Some(refused(INVALID_GRANT_OPERATION, reason).at(usage.span))
                }
                (ObjectKind::Sequence, kind) if kind != RelationKind::Sequence => {
                    Some(refused(WRONG_OBJECT_TYPE, format!("{name} is not a sequence: it is a {}", kind.name())))
                }
                _ => None,
            }
        })
    })
}

fn by_default(default: &DefaultPrivileges) -> Option<Refusal> {
    if default.kind == ObjectKind::Schema && !default.schemas.is_empty() {
        let reason = "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS".to_owned();
        return Some(refused(INVALID_GRANT_OPERATION, reason));
    }
    privileges(&default.privileges, &default.kind)
}

/// Options of views, with the version that brought them.
const VIEW_OPTIONS: &[(&str, u8)] = &[("check_option", 10), ("security_barrier", 10), ("security_invoker", 15)];

fn view(create: &CreateView) -> Option<Refusal> {
    let (code, reason) = match create.materialized {
        true if create.unlogged => (FEATURE_NOT_SUPPORTED, "materialized views cannot be unlogged"),
        true if create.temporary => (SYNTAX_ERROR, "materialized views cannot be temporary"),
        true => return None,
        false if create.unlogged => (SYNTAX_ERROR, "views cannot be unlogged"),
        false => return view_options(&create.options),
    };
    Some(refused(code, reason.to_owned()))
}

/// Options of a view that there are not.
pub(super) fn view_options(options: &[crate::ast::NamedOption]) -> Option<Refusal> {
    options.iter().find_map(|option| {
        let known = VIEW_OPTIONS.iter().find(|(name, _)| *name == option.name);
        let refusal = match known {
            None => refused(INVALID_PARAMETER_VALUE, format!("unrecognized parameter {}", option.name)),
            Some((name, since)) if *since > 10 => {
                let reason = format!("{name} came with PostgreSQL {since}");
                refused_on(VersionSet::before(*since), INVALID_PARAMETER_VALUE, reason)
            }
            Some(_) => return None,
        };
        Some(refusal.at(option.span))
    })
}
