use crate::ast::{AlterActionKind, ObjectKind, ObjectName, StatementKind};
use crate::engine::catalog::ConstraintKind;
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role};
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::wording;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "collateral-lock",
    category: Category::Locking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/collateral-lock.md"),
    check: Check::Statement(check),
};

/// Behaviours that make or drop a foreign key and no more: there is no other way, so that a bounded wait is all that can
/// be asked for.
const INHERENT: &[Form] = &[
    Form::CreateTableReferences,
    Form::AddColumnReferences,
    Form::AddForeignKeyNewTable,
    Form::AddForeignKeyNotValid,
    Form::AlterConstraintNotEnforced,
    Form::DropForeignKey,
    Form::CreateTablePartitionOfForeignKey,
    Form::CreateTablePartitionOfForeignKeyTree,
    Form::CreateTablePartitionOfReferenced,
    Form::AttachPartitionForeignKey,
    Form::AttachPartitionForeignKeyNoRows,
    Form::AttachPartitionKeyToPartitioned,
    Form::AttachPartitionKeyToPartitionedMerged,
    Form::AttachPartitionReferenced,
    Form::DetachPartitionForeignKey,
    Form::DetachPartitionReferenced,
    Form::DetachPartitionReferencedValue,
    Form::DetachPartitionKeyToPartitioned,
];

/// Behaviours of which another rule says what they do to the other relations.
const REPORTED: &[Form] = &[
    Form::AddForeignKey,
    Form::AddForeignKeyNewColumn,
    Form::AddColumnReferencesDefault,
    Form::AddColumnReferencesDefaultNull,
    Form::AlterTypeReferenced,
    Form::AlterTypeReferencing,
    Form::AlterTypeKeyToPartitioned,
    Form::TruncateCascade,
    Form::DetachPartition,
    Form::DropView,
    Form::DropMaterializedView,
];

fn check(step: &Step) -> Vec<Finding> {
    let refused = step.refusals.iter().any(|refusal| step.options.postgres.without(refusal.versions).is_empty());
    let locks = if refused { Vec::new() } else { locks(step) };
    let Some(strongest) = locks.iter().rev().max_by_key(|effect| effect.lock) else { return Vec::new() };
    let names: Vec<String> = locks.iter().map(|effect| effect.relation.to_string()).collect();
    let (lock, waits) = (strongest.lock, strongest.lock.who_waits());
    let (verb, name) = what(step);
    let does = |names: &str| match strongest.work.is_metadata() {
        true => format!("also takes {lock} on {names}"),
        false => format!("reads {names} under {lock}"),
    };
    let message = |head: &str| wording::naming(&names, |names| format!("{head} {}: {waits}", does(names)));
    let message = wording::shorter(message(&format!("{verb}{name}")), || message(verb));
    let finding = step
        .finding(strongest.span, message, locks.clone())
        .label(format!("{lock} on {}", wording::list(&names, 4)))
        .help(help(strongest, step))
        .rewrite(partners_first(strongest, step))
        .once_a_file(locks.iter().all(|effect| INHERENT.contains(&effect.form)));
    vec![finding]
}

/// Locks that no other rule reports; where lock_timeout bounds the wait, not those without which there is no foreign key.
fn locks(step: &Step) -> Vec<Effect> {
    let bounded = step.around.session.lock_timeout().is_some();
    let mut locks = step.collateral_locks(|effect| !(bounded && INHERENT.contains(&effect.form)));
    let is_reported = |lock: &Effect| {
        let behaviours = step.effects.iter().filter(|effect| effect.relation == lock.relation);
        behaviours.filter(|effect| effect.versions.overlaps(step.options.postgres)).any(|e| REPORTED.contains(&e.form))
    };
    locks.retain(|lock| !is_reported(lock) && !step.is_dropped_later(&lock.relation));
    locks
}

/// The statement in a few words: what it does, and to what.
fn what(step: &Step) -> (&'static str, String) {
    let one = |names: &[ObjectName]| match names {
        [name] => format!(" {}", step.around.resolve(name)),
        _ => String::new(),
    };
    match &step.statement.kind {
        StatementKind::AlterTable(alter) => ("ALTER TABLE", one(std::slice::from_ref(&alter.name))),
        StatementKind::CreateTable(create) => ("CREATE TABLE", format!(" {}", step.around.created(&create.name))),
        StatementKind::Drop(drop) => {
            let verb = match &drop.object {
                ObjectKind::Table => "DROP TABLE",
                ObjectKind::View => "DROP VIEW",
                ObjectKind::MaterializedView => "DROP MATERIALIZED VIEW",
                ObjectKind::Function => "DROP FUNCTION",
                ObjectKind::Type => "DROP TYPE",
                ObjectKind::Domain => "DROP DOMAIN",
                ObjectKind::Sequence => "DROP SEQUENCE",
                _ => return ("DROP", String::new()),
            };
            (verb, one(&drop.names))
        }
        StatementKind::AlterDomain(alter) => ("ALTER DOMAIN", one(std::slice::from_ref(&alter.name))),
        StatementKind::AlterType(alter) => ("ALTER TYPE", one(std::slice::from_ref(&alter.name))),
        StatementKind::Lock(_) => ("LOCK TABLE", String::new()),
        _ => ("the statement", String::new()),
    }
}

fn help(lock: &Effect, step: &Step) -> &'static str {
    match (lock.role, &step.statement.kind) {
        _ if INHERENT.contains(&lock.form) => {
            "Set lock_timeout first: a foreign key is not made or dropped without this lock, but nobody should wait long."
        }
        (_, StatementKind::AlterDomain(_)) => {
            "Every table with a column of the domain is read. VALIDATE CONSTRAINT locks them too: do it in a quiet hour."
        }
        (_, StatementKind::Lock(_)) => "LOCK TABLE locks what is behind a view: name the tables that have to be locked.",
        (Role::Parent | Role::DefaultPartition, StatementKind::Drop(_)) => {
            "DETACH the partition first, CONCURRENTLY where that is possible: DROP TABLE then locks it alone."
        }
        (Role::Referenced | Role::Referencing | Role::Partition, _) => {
            "Drop the foreign key first, by itself and under a short lock_timeout: the rest then locks one table."
        }
        _ => "Take first what depends on it away, step by step and each under a short lock_timeout.",
    }
}

/// The same in steps: foreign keys go one by one, a partition is detached, and the rest follows.
fn partners_first(lock: &Effect, step: &Step) -> Option<Rewrite> {
    let (table, whole) = match &step.statement.kind {
        StatementKind::Drop(drop) if drop.object == ObjectKind::Table && !drop.cascade => match drop.names.as_slice() {
            [table] => (table, true),
            _ => return None,
        },
        StatementKind::AlterTable(alter) => match alter.actions.as_slice() {
            [action] => match &action.kind {
                AlterActionKind::DropColumn { cascade: false, .. } => (&alter.name, false),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let rest = format!("{}{};\n", recipe::lock_timeout(false), step.sql());
    let moved = step.moved_out();
    let name = &table.name.name;
    if whole && lock.role == Role::Parent {
        let beside = step.all_since(14) && step.effects.iter().all(|effect| effect.role != Role::DefaultPartition);
        let parent = recipe::relation(&lock.relation);
        let detach = format!("ALTER TABLE {parent} DETACH PARTITION {} CONCURRENTLY;\n", step.text(table.span));
        let moved = beside.then(|| moved.then_outside_transaction(format!("detach_{name}"), detach))?;
        return Some(moved.then(format!("drop_{name}"), rest));
    }
    let constraints = foreign_keys(table, whole, step);
    if constraints.is_empty() || lock.role != Role::Referenced {
        return None;
    }
    let sql = |constraint: &String| {
        let table = step.text(table.span);
        format!("{}ALTER TABLE {table} DROP CONSTRAINT {};\n", recipe::lock_timeout(false), recipe::quoted(constraint))
    };
    let moved = constraints.iter().fold(moved, |moved, key| moved.then(format!("drop_{key}"), sql(key)));
    Some(moved.then(if whole { format!("drop_{name}") } else { format!("drop_column_of_{name}") }, rest))
}

/// Foreign keys that go with the table, or with the column that the statement drops.
fn foreign_keys(table: &ObjectName, whole: bool, step: &Step) -> Vec<String> {
    let Some(relation) = step.relation(table) else { return Vec::new() };
    let dropped = match &step.statement.kind {
        StatementKind::AlterTable(alter) => alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::DropColumn { name, .. } => Some(&name.name),
            _ => None,
        }),
        _ => None,
    };
    let goes = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey { columns, referenced, .. } => {
            let of_column = dropped.is_some_and(|dropped| columns.contains(dropped));
            (whole || of_column) && *referenced != relation.name
        }
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => false,
    };
    let keys = relation.constraints.iter().filter(|constraint| goes(&constraint.kind));
    keys.map(|constraint| constraint.name.to_string()).collect()
}
