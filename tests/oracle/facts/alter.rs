//! Facts about ALTER TABLE and its relatives.

use lockwise::ast::{AlterActionKind, AlterObject, AlterTable, ColumnChange, RowSecurity};

use super::columns::{column, data_type, table_constraint};
use super::expressions::expression;
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
        A::AlterConstraint { name, enforced } => {
            let enforced = flag(*enforced == Some(true), "enforced") + &flag(*enforced == Some(false), "not enforced");
            format!("alter constraint {}{enforced}", name.name)
        }
        A::DropConstraint { if_exists, name, cascade } => {
            format!("drop constraint {}{}{}", name.name, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        A::RenameColumn { from, to } => format!("rename column {} to {}", from.name, to.name),
        A::RenameTo(name) => format!("rename to {}", name.name),
        A::RenameConstraint { from, to } => format!("rename constraint {} to {}", from.name, to.name),
        A::SetSchema(name) => format!("set schema {}", name.name),
        A::SetAccessMethod(Some(name)) => format!("set access method {}", name.name),
        A::SetTablespace(name) => format!("set tablespace {}", name.name),
        A::SetOptions(names) => format!("set options {}", names.join(", ")),
        A::ResetOptions(names) => format!("reset options {}", names.join(", ")),
        A::ClusterOn(name) => format!("cluster on {}", name.name),
        A::Trigger { enable, name } => {
            let verb = if *enable { "enable" } else { "disable" };
            let name = name.as_ref().map(|name| format!(" {}", name.name)).unwrap_or_default();
            format!("{verb} trigger{name}")
        }
        A::Inherit(parent) => format!("inherit {parent}"),
        A::NoInherit(parent) => format!("no inherit {parent}"),
        A::AttachPartition { partition, bound } => {
            let default = bound.as_ref().is_some_and(|bound| bound.default);
            format!("attach partition {partition}{}", flag(default, "default"))
        }
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
        A::OwnerTo => "owner to",
        A::Rule { enable: true } => "enable rule",
        A::Rule { enable: false } => "disable rule",
        A::RowSecurity(RowSecurity::Enable) => "enable row security",
        A::RowSecurity(RowSecurity::Disable) => "disable row security",
        A::RowSecurity(RowSecurity::Force) => "force row security",
        A::RowSecurity(RowSecurity::NoForce) => "no force row security",
        A::ReplicaIdentity => "replica identity",
        A::OfType => "of type",
        A::SequenceOptions => "sequence options",
        A::DependsOnExtension => "depends on extension",
        A::ForeignOptions => "foreign options",
        _ => "an action that the oracle has no words for",
    }
}

fn changed(change: &ColumnChange) -> String {
    let words = match change {
        ColumnChange::SetType { data_type: new, collation, .. } => {
            return format!("type {}{}", data_type(new), behind("collate", collation.as_ref()));
        }
        ColumnChange::SetDefault(_) => "set default",
        ColumnChange::DropDefault => "drop default",
        ColumnChange::SetNotNull => "set not null",
        ColumnChange::DropNotNull => "drop not null",
        ColumnChange::SetStatistics => "set statistics",
        ColumnChange::SetStorage => "set storage",
        ColumnChange::SetCompression => "set compression",
        ColumnChange::SetOptions => "set options",
        ColumnChange::ForeignOptions => "foreign options",
        ColumnChange::AddIdentity => "add identity",
        ColumnChange::SetIdentity => "set identity",
        ColumnChange::DropIdentity => "drop identity",
        ColumnChange::SetExpression(_) => "set expression",
        ColumnChange::DropExpression => "drop expression",
    };
    words.to_owned()
}

/// What takes lines of its own.
fn details(prefix: &str, action: &AlterActionKind, lines: &mut Lines) {
    match action {
        AlterActionKind::AddColumn { column: new, .. } => column(prefix, new, lines),
        AlterActionKind::AddConstraint(constraint) => table_constraint(prefix, constraint, lines),
        AlterActionKind::AlterColumn { name, change } => {
            let label = |what: &str| format!("{prefix}alter column {} {what}", name.name);
            match change {
                ColumnChange::SetType { using: Some(expr), .. } => expression(&label("using"), expr, lines),
                ColumnChange::SetDefault(expr) => expression(&label("default"), expr, lines),
                ColumnChange::SetExpression(expr) => expression(&label("expression"), expr, lines),
                _ => {}
            }
        }
        _ => {}
    }
}
