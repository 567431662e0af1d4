//! Policies, as far as the columns that they read.

use ecow::EcoString;

use crate::ast::{AlterOther, AlterPolicy, CreatePolicy, Expr, ObjectChange, ObjectKind, PolicyCommand, RoleSpec};
use crate::engine::catalog::{ColumnUse, Fate, Part, Policy, Written, among};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn create(create: &CreatePolicy, replay: &mut Replay) {
    let table = replay.resolve(&create.table);
    let policy = Policy {
        name: create.name.name.clone(),
        restrictive: !create.permissive,
        command: match create.command {
            PolicyCommand::All => "ALL",
            PolicyCommand::Select => "SELECT",
            PolicyCommand::Insert => "INSERT",
            PolicyCommand::Update => "UPDATE",
            PolicyCommand::Delete => "DELETE",
        },
        roles: roles(&create.roles),
        written: [&create.using, &create.check].map(|expr| written(expr.as_ref(), replay)),
        using: uses(create.using.as_ref(), replay),
        check: uses(create.check.as_ref(), replay),
        using_reads: reads(create.using.as_ref(), replay),
        check_reads: reads(create.check.as_ref(), replay),
        doubted: false,
        using_calls: calls(create.using.as_ref()),
        check_calls: calls(create.check.as_ref()),
    };
    let relation = replay.catalog.touch(&table);
    relation.policies.retain(|known| known.name != policy.name);
    relation.policies.push(policy);
}

/// What is not named stays as it is.
pub(super) fn alter(alter: &AlterPolicy, replay: &mut Replay) {
    let table = replay.resolve(&alter.table);
    let using = alter.using.as_ref().map(|using| uses(Some(using), replay));
    let check = alter.check.as_ref().map(|check| uses(Some(check), replay));
    let (using_reads, check_reads) = (reads(alter.using.as_ref(), replay), reads(alter.check.as_ref(), replay));
    let new = [&alter.using, &alter.check].map(|expr| expr.as_ref().map(|expr| replay.written(expr)));
    let relation = replay.catalog.touch(&table);
    for policy in relation.policies.iter_mut().filter(|policy| policy.name == alter.name.name) {
        if let Some(using) = &using {
            policy.using.clone_from(using);
            policy.using_reads.clone_from(&using_reads);
            policy.using_calls = calls(alter.using.as_ref());
        }
        if let Some(check) = &check {
            policy.check.clone_from(check);
            policy.check_reads.clone_from(&check_reads);
            policy.check_calls = calls(alter.check.as_ref());
        }
        if !alter.roles.is_empty() {
            policy.roles = roles(&alter.roles);
        }
        for (known, new) in policy.written.iter_mut().zip(&new) {
            known.clone_from(new.as_ref().unwrap_or(&known.clone()));
        }
    }
}

pub(super) fn rename(alter: &AlterOther, replay: &mut Replay) {
    let (ObjectKind::Policy, Some(on), ObjectChange::RenameTo(to)) =
        (&alter.object.kind, &alter.object.on, &alter.change)
    else {
        return;
    };
    let table = replay.resolve(on);
    let Some(name) = alter.object.name.as_ref().map(|name| &name.name.name) else { return };
    if let Some(relation) = replay.catalog.get_mut(&table) {
        for policy in relation.policies.iter_mut().filter(|policy| policy.name == *name) {
            policy.name.clone_from(&to.name);
        }
    }
}

fn written(expr: Option<&Expr>, replay: &Replay) -> Written {
    expr.map(|expr| replay.written(expr)).unwrap_or_default()
}

/// Whom a policy is for: names of roles, where all of them are known; PUBLIC among them is everybody.
fn roles(roles: &[RoleSpec]) -> Option<Vec<EcoString>> {
    if roles.iter().any(|role| matches!(role, RoleSpec::Public(_))) {
        return Some(Vec::new());
    }
    let name = |role: &RoleSpec| match role {
        RoleSpec::Named(name) => Some(name.name.clone()),
        RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
    };
    roles.iter().map(name).collect()
}

fn calls(condition: Option<&Expr>) -> Vec<EcoString> {
    condition.map(|condition| condition.functions.clone()).unwrap_or_default()
}

fn uses(condition: Option<&Expr>, replay: &Replay) -> Vec<ColumnUse> {
    let reads = condition.map(|condition| condition.reading.as_slice()).unwrap_or_default();
    replay.catalog.column_uses(reads, |read| replay.resolve(read))
}

/// Relations that the subqueries of a condition read.
fn reads(condition: Option<&Expr>, replay: &Replay) -> Vec<RelationName> {
    condition.into_iter().flat_map(|condition| &condition.reads).map(|read| replay.resolve(read)).collect()
}

/// CASCADE drops the policies that read a column; without it there are none, or the column would not be dropped.
pub(super) fn drop_readers(table: &RelationName, column: &str, cascade: bool, replay: &mut Replay) {
    let readers = replay.catalog.policies_of_column(table, column).into_iter();
    let on: Vec<RelationName> = readers.map(|(on, _, _)| on.name.clone()).collect();
    let is_gone = |used: &ColumnUse| used.relation == *table && used.column.as_deref() == Some(column);
    let reads = |policy: &Policy| among(policy.uses(), table, column).filter(|_| cascade);
    on.iter().for_each(|on| drop_from(on, reads, is_gone, replay));
}

/// DROP ... CASCADE of a relation drops the policies of other tables that read it.
pub(super) fn drop_readers_of(gone: &RelationName, replay: &mut Replay) {
    let is_gone = |used: &ColumnUse| used.relation == *gone;
    let reads = |policy: &Policy| policy.reads_relation(gone);
    let readers = replay.catalog.policies_reading(gone);
    let on: Vec<RelationName> = readers.map(|on| on.name.clone()).collect();
    on.iter().for_each(|on| drop_from(on, reads, is_gone, replay));
}

/// Drops the policies of a table that read for certain; nothing is certain of those that perhaps do.
fn drop_from(
    on: &RelationName,
    reads: impl Fn(&Policy) -> Option<bool>,
    is_gone: impl Fn(&ColumnUse) -> bool,
    replay: &mut Replay,
) {
    let at = replay.catalog.ledger.at.clone();
    let relation = replay.catalog.touch(on);
    let (dropped, mut kept): (Vec<Policy>, Vec<Policy>) =
        std::mem::take(&mut relation.policies).into_iter().partition(|policy| reads(policy) == Some(true));
    dropped.iter().for_each(|policy| relation.parts.note(Part::Policy, &policy.name, Fate::Dropped, &at));
    for policy in &mut kept {
        let doubtful = reads(policy).is_some();
        policy.using.retain(|used| !is_gone(used));
        policy.check.retain(|used| !is_gone(used));
        policy.uses_mut().for_each(|used| used.certain &= !doubtful);
        policy.doubted |= doubtful;
        if doubtful {
            relation.parts.doubt_one(Part::Policy, &policy.name);
        }
    }
    relation.policies = kept;
}
