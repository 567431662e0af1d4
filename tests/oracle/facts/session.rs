//! Facts about settings and transactions.

use lockwise::ast::{SetConstraints, SettingChange, SettingKind, TransactionControl};

use super::{Lines, flag};

pub fn transaction(control: &TransactionControl, lines: &mut Lines) {
    lines.push(match control {
        TransactionControl::Begin { read_only: None } => "begin".to_owned(),
        TransactionControl::Begin { read_only: Some(true) } => "begin read only".to_owned(),
        TransactionControl::Begin { read_only: Some(false) } => "begin read write".to_owned(),
        TransactionControl::Commit { and_chain } => format!("commit{}", flag(*and_chain, "and chain")),
        TransactionControl::Rollback { and_chain } => format!("rollback{}", flag(*and_chain, "and chain")),
        TransactionControl::Savepoint(name) => format!("savepoint {}", name.name),
        TransactionControl::Release(name) => format!("release {}", name.name),
        TransactionControl::RollbackTo(name) => format!("rollback to {}", name.name),
        TransactionControl::Prepare => "prepare transaction".to_owned(),
    });
}

pub fn set_constraints(set: &SetConstraints, lines: &mut Lines) {
    lines.push(format!("set constraints{}", flag(set.deferred, "deferred")));
    lines.extend(set.constraints.iter().map(|name| format!("constraint {name}")));
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
