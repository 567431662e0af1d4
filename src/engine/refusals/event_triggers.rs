//! Event triggers that raise an exception whenever they fire.
//!
//! Source: "Event Trigger Firing Matrix" of the documentation, `EventTriggerDDLCommandStart()` and its kin in the server, and
//! measurements (`fixtures/facts/event-trigger-*.sql`).

use crate::ast::{AlterActionKind, AlterObject, AlterTable, Drop, ObjectKind, ObjectName, Statement, StatementKind};
use crate::engine::catalog::{EventTrigger, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_there;
use super::refused;

/// What is raised before the server looks at the statement.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    raised("ddl_command_start", statement, around)
}

/// What is raised when the statement has done its work.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let drops = || raised("sql_drop", statement, around).filter(|_| drops_something(statement, around));
    drops().or_else(|| raised("ddl_command_end", statement, around))
}

fn raised(event: &str, statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let triggers = around.catalog.event_triggers();
    if triggers.is_empty() || is_silent(around) {
        return None;
    }
    let tag = tag(&statement.kind)?;
    let fires = |trigger: &&EventTrigger| trigger.fires == Some(true) && trigger.event == event && trigger.is_for(tag);
    triggers.iter().filter(fires).find_map(|trigger| {
        let sqlstate = around.catalog.raised_by_event_trigger(trigger)?;
        Some(refused(sqlstate, format!("the event trigger {} raises an exception", trigger.name)))
    })
}

/// None fires in a session that replays changes, nor where a setting says so (17).
fn is_silent(around: &Surroundings) -> bool {
    around.session.setting("session_replication_role").is_some() || around.session.setting("event_triggers").is_some()
}

/// The command tag, of the statements for which event triggers fire on every version.
fn tag(kind: &StatementKind) -> Option<&'static str> {
    match kind {
        StatementKind::CreateTable(create) if create.foreign => Some("CREATE FOREIGN TABLE"),
        StatementKind::CreateTable(create) if create.query.is_none() => Some("CREATE TABLE"),
        StatementKind::CreateIndex(_) => Some("CREATE INDEX"),
        StatementKind::CreateSequence(_) => Some("CREATE SEQUENCE"),
        StatementKind::CreateView(create) if create.materialized => Some("CREATE MATERIALIZED VIEW"),
        StatementKind::CreateView(_) => Some("CREATE VIEW"),
        StatementKind::CreateTrigger(_) => Some("CREATE TRIGGER"),
        StatementKind::CreateType(_) => Some("CREATE TYPE"),
        StatementKind::CreateSchema(_) => Some("CREATE SCHEMA"),
        StatementKind::CreateExtension(_) => Some("CREATE EXTENSION"),
        StatementKind::AlterTable(alter) => Some(match alter.object {
            AlterObject::Table => "ALTER TABLE",
            AlterObject::ForeignTable => "ALTER FOREIGN TABLE",
            AlterObject::Index => "ALTER INDEX",
            AlterObject::View => "ALTER VIEW",
            AlterObject::MaterializedView => "ALTER MATERIALIZED VIEW",
            AlterObject::Sequence => "ALTER SEQUENCE",
        }),
        StatementKind::Drop(drop) => match drop.object {
            ObjectKind::Table => Some("DROP TABLE"),
            ObjectKind::ForeignTable => Some("DROP FOREIGN TABLE"),
            ObjectKind::Index => Some("DROP INDEX"),
            ObjectKind::View => Some("DROP VIEW"),
            ObjectKind::MaterializedView => Some("DROP MATERIALIZED VIEW"),
            ObjectKind::Sequence => Some("DROP SEQUENCE"),
            ObjectKind::Schema => Some("DROP SCHEMA"),
            ObjectKind::Type => Some("DROP TYPE"),
            ObjectKind::Domain => Some("DROP DOMAIN"),
            _ => None,
        },
        StatementKind::Comment(comment) if matches!(comment.object.kind, ObjectKind::Table | ObjectKind::Column) => {
            Some("COMMENT")
        }
        StatementKind::Refresh(_) => Some("REFRESH MATERIALIZED VIEW"),
        _ => None,
    }
}

/// Whether something goes with the statement that is known to be there.
fn drops_something(statement: &Statement, around: &Surroundings) -> bool {
    match &statement.kind {
        StatementKind::Drop(drop) => drop.names.iter().any(|name| drops(drop, name, around)),
        StatementKind::AlterTable(alter) => around.relation(&alter.name).is_some_and(|known| loses(alter, known)),
        _ => false,
    }
}

fn drops(drop: &Drop, name: &ObjectName, around: &Surroundings) -> bool {
    match drop.object {
        ObjectKind::Table
        | ObjectKind::ForeignTable
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Sequence => around.relation(name).is_some_and(is_there),
        ObjectKind::Index => {
            let index = around.resolve(name);
            let table = around.catalog.table_of_index(&index).and_then(|table| around.catalog.get(table));
            let known = table.filter(|table| is_there(table)).and_then(|table| table.index(&index.name));
            known.is_some_and(|known| known.certain && !known.more.doubted)
        }
        _ => false,
    }
}

/// Whether a column or a constraint goes.
fn loses(alter: &AlterTable, relation: &Relation) -> bool {
    let known = |kind: &AlterActionKind| match kind {
        AlterActionKind::DropColumn { name, .. } => {
            relation.column(&name.name).is_some_and(|column| !column.more.doubts.existence)
        }
        AlterActionKind::DropConstraint { name, .. } => {
            relation.constraint(&name.name).is_some_and(|constraint| !constraint.doubted)
        }
        _ => false,
    };
    is_there(relation) && alter.actions.iter().any(|action| known(&action.kind))
}
