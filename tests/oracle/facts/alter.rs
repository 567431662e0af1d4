//! Facts about ALTER TABLE and its relatives.

use lockwise::ast::{
    AlterActionKind, AlterObject, AlterTable, ColumnChange, ConstraintChange, Firing, ReplicaIdentity, RowSecurity,
    WhichTriggers,
};

use super::columns::{column, data_type, generated};
use super::constraints::table_constraint;
use super::expressions::expression;
use super::options::{foreign, named, sequence};
use super::partitions::bound;
use super::{Lines, behind, flag};

pub fn alter_table(alter: &AlterTable, lines: &mut Lines) {
    let object = match alter.object {
        AlterObject::Table => "table",
        AlterObject::ForeignTable => "foreign table",
        AlterObject::Index => "index",
        AlterObject::View => "view",
        AlterObject::MaterializedView => "materialized view",
        AlterObject::Sequence => "sequence",
    };
    let flags = flag(alter.if_exists, "if exists") + &flag(alter.only, "only");
    lines.push(format!("alter {object} {}{flags}", alter.name));
    for (number, action) in (1..).zip(&alter.actions) {
        let prefix = format!("{number} ");
        lines.push(prefix.clone() + &words(&action.kind));
        details(&prefix, &action.kind, lines);
    }
}

/// The action in one line.
fn words(action: &AlterActionKind) -> String {
    use AlterActionKind as A;
    match action {
        A::AddColumn { if_not_exists, .. } => format!("add column{}", flag(*if_not_exists, "if not exists")),
        A::DropColumn { if_exists, name, cascade } => {
            format!("drop column {}{}{}", name.name, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        A::AlterColumn { name, change } => format!("alter column {} {}", name.name, changed(change)),
        A::AddConstraint(_) => "add constraint".to_owned(),
        A::ValidateConstraint(name) => format!("validate constraint {}", name.name),
        A::AlterConstraint { name, change } => format!("alter constraint {}{}", name.name, constraint_change(*change)),
        A::DropConstraint { if_exists, name, cascade } => {
            format!("drop constraint {}{}{}", name.name, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        A::RenameColumn { from, to } => format!("rename column {} to {}", from.name, to.name),
        A::RenameTo(name) => format!("rename to {}", name.name),
        A::RenameConstraint { from, to } => format!("rename constraint {} to {}", from.name, to.name),
        A::SetSchema(name) => format!("set schema {}", name.name),
        A::SetAccessMethod(Some(name)) => format!("set access method {}", name.name),
        A::SetTablespace(name) => format!("set tablespace {}", name.name),
        A::ClusterOn(name) => format!("cluster on {}", name.name),
        A::OwnerTo(role) => format!("owner to {}", super::references::role(role)),
        A::Trigger { firing: when, which: WhichTriggers::Named(name) } => {
            format!("{} trigger {}", firing(*when), name.name)
        }
        A::Trigger { firing: when, which: WhichTriggers::All } => format!("{} all triggers", firing(*when)),
        A::Trigger { firing: when, which: WhichTriggers::User } => format!("{} user triggers", firing(*when)),
        A::Rule { firing: when, name } => format!("{} rule {}", firing(*when), name.name),
        A::ReplicaIdentity(ReplicaIdentity::UsingIndex(index)) => {
            format!("replica identity using index {}", index.name)
        }
        A::OfType(name) => format!("of type {name}"),
        A::DependsOnExtension { no, extension } => {
            format!("{}depends on extension {}", if *no { "no " } else { "" }, extension.name)
        }
        A::Inherit(parent) => format!("inherit {parent}"),
        A::NoInherit(parent) => format!("no inherit {parent}"),
        A::AttachPartition { partition, .. } => format!("attach partition {partition}"),
        A::DetachPartition { partition, concurrently, finalize } => {
            let flags = flag(*concurrently, "concurrently") + &flag(*finalize, "finalize");
            format!("detach partition {partition}{flags}")
        }
        _ => plain(action).to_owned(),
    }
}

/// Actions without details.
fn plain(action: &AlterActionKind) -> &'static str {
    use AlterActionKind as A;
    match action {
        A::SetLogged => "set logged",
        A::SetUnlogged => "set unlogged",
        A::SetAccessMethod(_) => "set access method",
        A::SetWithoutCluster => "set without cluster",
        A::SetWithoutOids => "set without oids",
        A::SetWithOids => "set with oids",
        A::SetOptions(_) => "set options",
        A::ResetOptions(_) => "reset options",
        A::RowSecurity(RowSecurity::Enable) => "enable row security",
        A::RowSecurity(RowSecurity::Disable) => "disable row security",
        A::RowSecurity(RowSecurity::Force) => "force row security",
        A::RowSecurity(RowSecurity::NoForce) => "no force row security",
        A::ReplicaIdentity(ReplicaIdentity::Default) => "replica identity default",
        A::ReplicaIdentity(ReplicaIdentity::Full) => "replica identity full",
        A::ReplicaIdentity(ReplicaIdentity::Nothing) => "replica identity nothing",
        A::NotOfType => "not of type",
        A::SequenceOptions(_) => "sequence options",
        A::ForeignOptions(_) => "foreign options",
        _ => "an action that the oracle has no words for",
    }
}

fn firing(when: Firing) -> &'static str {
    match when {
        Firing::Origin => "enable",
        Firing::Always => "enable always",
        Firing::Replica => "enable replica",
        Firing::Never => "disable",
    }
}

/// What is not said of the one follows from the other: INITIALLY DEFERRED means DEFERRABLE.
fn constraint_change(change: ConstraintChange) -> String {
    let ConstraintChange { deferrable, initially_deferred, enforced, inherit } = change;
    let yes_or_no =
        |answer: Option<bool>, yes: &str, no: &str| flag(answer == Some(true), yes) + &flag(answer == Some(false), no);
    let deferred = initially_deferred.unwrap_or(false);
    let deferrable = deferrable.or(initially_deferred.map(|_| deferred));
    yes_or_no(enforced, "enforced", "not enforced")
        + &yes_or_no(deferrable, "deferrable", "not deferrable")
        + &flag(deferred, "initially deferred")
        + &yes_or_no(inherit, "inherit", "no inherit")
}

fn changed(change: &ColumnChange) -> String {
    let if_exists = |if_exists: &bool| flag(*if_exists, "if exists");
    let words = match change {
        ColumnChange::SetType { data_type: new, collation, .. } => {
            return format!("type {}{}", data_type(new), behind("collate", collation.as_ref()));
        }
        ColumnChange::SetDefault(_) => "set default",
        ColumnChange::DropDefault => "drop default",
        ColumnChange::SetNotNull => "set not null",
        ColumnChange::DropNotNull => "drop not null",
        ColumnChange::SetStatistics(Some(target)) => return format!("set statistics {target}"),
        ColumnChange::SetStatistics(None) => "set statistics default",
        ColumnChange::SetStorage(storage) => return format!("set storage {storage}"),
        ColumnChange::SetCompression(method) => return format!("set compression {method}"),
        ColumnChange::SetOptions(_) => "set options",
        ColumnChange::ResetOptions(_) => "reset options",
        ColumnChange::ForeignOptions(_) => "foreign options",
        ColumnChange::AddIdentity(identity) => return format!("add identity {}", generated(identity.always)),
        ColumnChange::SetIdentity { always, .. } => {
            let always = always.map(|always| format!(" {}", generated(always))).unwrap_or_default();
            return format!("set identity{always}");
        }
        ColumnChange::DropIdentity { if_exists: quiet } => return format!("drop identity{}", if_exists(quiet)),
        ColumnChange::SetExpression(_) => "set expression",
        ColumnChange::DropExpression { if_exists: quiet } => return format!("drop expression{}", if_exists(quiet)),
    };
    words.to_owned()
}

/// What takes lines of its own.
fn details(prefix: &str, action: &AlterActionKind, lines: &mut Lines) {
    match action {
        AlterActionKind::AddColumn { column: new, .. } => column(prefix, new, lines),
        AlterActionKind::AddConstraint(constraint) => table_constraint(prefix, constraint, lines),
        AlterActionKind::AlterColumn { name, change } => {
            column_details(&format!("{prefix}alter column {} ", name.name), change, lines);
        }
        AlterActionKind::SetOptions(options) | AlterActionKind::ResetOptions(options) => {
            named(&format!("{prefix}option"), options, lines);
        }
        AlterActionKind::ForeignOptions(options) => foreign(&format!("{prefix}option"), options, lines),
        AlterActionKind::SequenceOptions(options) => sequence(&format!("{prefix}option"), options, lines),
        AlterActionKind::AttachPartition { bound: Some(rows), .. } => bound(prefix, rows, lines),
        _ => {}
    }
}

fn column_details(prefix: &str, change: &ColumnChange, lines: &mut Lines) {
    match change {
        ColumnChange::SetType { using: Some(expr), .. } => expression(&format!("{prefix}using"), expr, lines),
        ColumnChange::SetDefault(expr) => expression(&format!("{prefix}default"), expr, lines),
        ColumnChange::SetExpression(expr) => expression(&format!("{prefix}expression"), expr, lines),
        ColumnChange::SetOptions(options) | ColumnChange::ResetOptions(options) => {
            named(&format!("{prefix}option"), options, lines);
        }
        ColumnChange::ForeignOptions(options) => foreign(&format!("{prefix}option"), options, lines),
        ColumnChange::AddIdentity(identity) => sequence(&format!("{prefix}identity"), &identity.options, lines),
        ColumnChange::SetIdentity { options, .. } => sequence(&format!("{prefix}identity"), options, lines),
        _ => {}
    }
}
