//! Facts about settings, transactions and maintenance.

use lockwise::ast::{
    Cluster, Lock, ObjectName, Refresh, Reindex, ReindexTarget, SettingChange, SettingKind, TransactionControl,
    Truncate, Vacuum,
};

use super::{Lines, flag};

pub fn transaction(control: &TransactionControl, lines: &mut Lines) {
    lines.push(match control {
        TransactionControl::Begin => "begin".to_owned(),
        TransactionControl::Commit { and_chain } => format!("commit{}", flag(*and_chain, "and chain")),
        TransactionControl::Rollback { and_chain } => format!("rollback{}", flag(*and_chain, "and chain")),
        TransactionControl::Savepoint(name) => format!("savepoint {}", name.name),
        TransactionControl::Release(name) => format!("release {}", name.name),
        TransactionControl::RollbackTo(name) => format!("rollback to {}", name.name),
        TransactionControl::Prepare => "prepare transaction".to_owned(),
    });
}

pub fn setting(change: &SettingChange, lines: &mut Lines) {
    let local = if change.local { " local" } else { "" };
    lines.push(match &change.kind {
        SettingKind::Set { name, value } => format!("set{local} {name} = {value}"),
        SettingKind::Reset { name } => format!("reset{local} {name}"),
        SettingKind::ResetAll => "reset all".to_owned(),
        SettingKind::DiscardAll => "discard all".to_owned(),
    });
}

pub fn truncate(truncate: &Truncate, lines: &mut Lines) {
    let flags = flag(truncate.restart_identity, "restart identity") + &flag(truncate.cascade, "cascade");
    lines.push(format!("truncate{flags}"));
    of(&truncate.tables, lines);
}

pub fn lock(lock: &Lock, lines: &mut Lines) {
    lines.push(format!("lock in {}{}", lock.mode, flag(lock.nowait, "nowait")));
    of(&lock.tables, lines);
}

pub fn reindex(reindex: &Reindex, lines: &mut Lines) {
    let target = match reindex.target {
        ReindexTarget::Index => "index",
        ReindexTarget::Table => "table",
        ReindexTarget::Schema => "schema",
        ReindexTarget::Database => "database",
        ReindexTarget::System => "system",
    };
    lines.push(format!("reindex {target}{}", flag(reindex.concurrently, "concurrently")));
    of(&reindex.name, lines);
}

pub fn vacuum(vacuum: &Vacuum, lines: &mut Lines) {
    let verb = if vacuum.vacuum { "vacuum" } else { "analyze" };
    let analyze = flag(vacuum.vacuum && vacuum.analyze, "analyze");
    lines.push(format!("{verb}{}{analyze}", flag(vacuum.full, "full")));
    of(&vacuum.tables, lines);
}

pub fn cluster(cluster: &Cluster, lines: &mut Lines) {
    lines.push("cluster".to_owned());
    of(&cluster.table, lines);
}

pub fn refresh(refresh: &Refresh, lines: &mut Lines) {
    let flags = flag(refresh.concurrently, "concurrently") + &flag(refresh.with_no_data, "with no data");
    lines.push(format!("refresh {}{flags}", refresh.name));
}

fn of<'n>(names: impl IntoIterator<Item = &'n ObjectName>, lines: &mut Lines) {
    lines.extend(names.into_iter().map(|name| format!("of {name}")));
}
