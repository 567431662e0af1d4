//! Relations that a statement needs and that history dropped, renamed away or never made.

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, ColumnConstraintKind, ColumnDef, CreateTable, Drop, GrantTarget, Ident, ObjectKind,
    ObjectName, PublicationObject, ReindexTarget, Statement, StatementKind, TableConstraint, TableConstraintKind,
    Write, WriteVerb,
};
use crate::engine::catalog::{Kind, Past};
use crate::engine::effect::RelationName;
use crate::engine::replay::alone;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::{UNDEFINED_OBJECT, UNDEFINED_SCHEMA, UNDEFINED_TABLE, refused};

/// What the statement needs and is not there.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    if let StatementKind::Drop(drop) = &statement.kind {
        return dropped(drop, around);
    }
    let created = created_in(statement).and_then(|name| missing_schema(name, around));
    let needed = needed(statement);
    let one = |name: &&ObjectName| {
        missing(name, around).or_else(|| misspelt(name, &needed, around).filter(|_| !retires(statement)))
    };
    created.into_iter().chain(needed.iter().filter_map(one)).collect()
}

/// What the server looks for when it has changed or checked the target.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let needed = needed_later(statement);
    let named = all_needed(statement);
    needed.into_iter().filter_map(|name| missing(name, around).or_else(|| misspelt(name, &named, around))).collect()
}

fn needed_later(statement: &Statement) -> Vec<&ObjectName> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => alter.actions.iter().filter_map(of_action).collect(),
        StatementKind::CreateTable(create) => referenced_by_table(create),
        StatementKind::Write(write) if write.verb == WriteVerb::Insert => read_by(write),
        _ => Vec::new(),
    }
}

/// All relations that have to be there.
pub(super) fn all_needed(statement: &Statement) -> Vec<&ObjectName> {
    let keys = match &statement.kind {
        StatementKind::AlterTable(alter) => alter.actions.as_slice(),
        _ => &[],
    };
    let keys = keys.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddConstraint(constraint) => referenced(constraint),
        _ => None,
    });
    needed_later(statement).into_iter().chain(needed(statement)).chain(keys).collect()
}

/// A relation that is not there.
pub(super) fn missing(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    missing_schema(name, around).or_else(|| {
        let gone = around.is_gone(Kind::Relation, name);
        gone.then(|| absent(UNDEFINED_TABLE, "relation", name, around))
    })
}

/// A relation that is not there under this name, and is under one that is nearly the same.
fn misspelt(name: &ObjectName, named: &[&ObjectName], around: &Surroundings) -> Option<Refusal> {
    around.is_misspelt(name, named).then(|| absent(UNDEFINED_TABLE, "relation", name, around))
}

/// A table gets another name: it may be one that is older than the history, and has had its day.
fn retires(statement: &Statement) -> bool {
    let StatementKind::AlterTable(alter) = &statement.kind else { return false };
    alter.actions.iter().any(|action| matches!(action.kind, AlterActionKind::RenameTo(_)))
}

/// A schema that was dropped or renamed.
pub(super) fn missing_schema(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    Some(lost_schema(name.schema.as_ref()?, around)?.at(name.span))
}

/// A schema that was dropped or renamed, at its name.
pub(super) fn lost_schema(schema: &Ident, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(Kind::Schema, &alone(&schema.name)).filter(|past| past.is_gone())?;
    let reason = format!("schema {} does not exist", schema.name);
    Some(refused(UNDEFINED_SCHEMA, reason).at(schema.span).by(caused_by(past)))
}

pub(super) fn caused_by(past: &Past) -> Cause {
    Cause::Existence { past: Some(past.clone()), near: None }
}

fn absent(sqlstate: &'static str, what: &str, name: &ObjectName, around: &Surroundings) -> Refusal {
    let resolved = around.resolve(name);
    let past = around.catalog.past(Kind::Relation, &resolved).cloned();
    let near = if past.is_some() { None } else { near_relation(&resolved, around) };
    refused(sqlstate, format!("{what} {name} does not exist")).at(name.span).by(Cause::Existence { past, near })
}

/// The relation of the same schema whose name is most like this one.
fn near_relation(name: &RelationName, around: &Surroundings) -> Option<EcoString> {
    let same_schema = around.catalog.relations().filter(|relation| relation.name.schema == name.schema);
    nearest(&name.name, same_schema.map(|relation| relation.name.name.as_str()))
}

/// The name that is most like one that is not there.
pub(super) fn nearest<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> Option<EcoString> {
    let scored = others.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let close = scored.filter(|(distance, other)| *distance > 0 && distance * 4 <= name.len().max(other.len()).max(8));
    close.min().map(|(_, other)| other.into())
}

fn dropped(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let on = drop.on.as_ref().filter(|_| !drop.if_exists).and_then(|on| missing(on, around));
    if drop.if_exists {
        return Vec::new();
    }
    let (sqlstate, what) = match &drop.object {
        ObjectKind::Table | ObjectKind::ForeignTable => (UNDEFINED_TABLE, "table"),
        ObjectKind::View | ObjectKind::MaterializedView => (UNDEFINED_TABLE, "view"),
        ObjectKind::Sequence => (UNDEFINED_TABLE, "sequence"),
        ObjectKind::Index => (UNDEFINED_OBJECT, "index"),
        _ => return on.into_iter().collect(),
    };
    let one = |name: &ObjectName| {
        missing_schema(name, around).or_else(|| {
            let gone = around.is_gone(Kind::Relation, name);
            gone.then(|| absent(sqlstate, what, name, around))
        })
    };
    drop.names.iter().filter_map(one).collect()
}

/// The name of a relation that is created: its schema has to be there.
fn created_in(statement: &Statement) -> Option<&ObjectName> {
    match &statement.kind {
        StatementKind::CreateTable(create) => Some(&create.name),
        StatementKind::CreateView(create) => Some(&create.name),
        StatementKind::CreateSequence(create) => Some(&create.name),
        StatementKind::CreateType(create) => Some(&create.name),
        StatementKind::CreateDomain(create) => Some(&create.name),
        StatementKind::CreateFunction(create) => Some(&create.name),
        _ => None,
    }
}

/// Relations that have to be there.
fn needed(statement: &Statement) -> Vec<&ObjectName> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => (!alter.if_exists).then_some(&alter.name).into_iter().collect(),
        StatementKind::CreateIndex(create) => vec![&create.table],
        StatementKind::CreateTrigger(create) => std::iter::once(&create.table).chain(&create.from).collect(),
        StatementKind::CreatePolicy(create) => {
            let conditions = create.using.iter().chain(&create.check);
            std::iter::once(&create.table).chain(conditions.flat_map(|expr| &expr.reads)).collect()
        }
        StatementKind::AlterPolicy(alter) => vec![&alter.table],
        StatementKind::CreateRule(create) => vec![&create.table],
        StatementKind::CreateTable(create) => of_table(create),
        StatementKind::CreateView(create) => create.query.reads.iter().collect(),
        StatementKind::CreateStatistics(create) => create.tables.iter().collect(),
        StatementKind::CreatePublication(create) => published(&create.objects),
        StatementKind::AlterPublication(alter) => published(alter.change.objects()),
        StatementKind::Truncate(truncate) => truncate.tables.iter().map(|table| &table.name).collect(),
        StatementKind::Lock(lock) => lock.tables.iter().map(|table| &table.name).collect(),
        StatementKind::Vacuum(vacuum) => vacuum.tables.iter().map(|table| &table.name).collect(),
        StatementKind::Cluster(cluster) => cluster.table.iter().collect(),
        StatementKind::Refresh(refresh) => vec![&refresh.name],
        StatementKind::Reindex(reindex) => {
            let relation = matches!(reindex.target, ReindexTarget::Index | ReindexTarget::Table);
            reindex.name.iter().filter(|_| relation).collect()
        }
        StatementKind::Comment(comment) => comment.object.relation().into_iter().collect(),
        StatementKind::Grant(grant) => match &grant.target {
            GrantTarget::Objects(objects) => {
                let tables = objects.iter().filter(|object| object.kind == ObjectKind::Table);
                tables.filter_map(|object| object.name.as_ref()).collect()
            }
            _ => Vec::new(),
        },
        StatementKind::Write(write) if write.verb == WriteVerb::Insert => vec![&write.target],
        StatementKind::Write(write) => written(write),
        StatementKind::Query(query) => {
            let constants = query.value.iter().flat_map(|value| value.constants.iter());
            query.reads.iter().chain(query.writes.iter().flat_map(written)).chain(constants).collect()
        }
        _ => Vec::new(),
    }
}

/// The target, what the statement reads, and the same of what WITH clauses write.
pub(super) fn written(write: &Write) -> Vec<&ObjectName> {
    std::iter::once(&write.target).chain(read_by(write)).collect()
}

fn read_by(write: &Write) -> Vec<&ObjectName> {
    write.reads.iter().chain(write.also_writes.iter().flat_map(written)).collect()
}

fn published(objects: &[PublicationObject]) -> Vec<&ObjectName> {
    let tables = objects.iter().filter_map(|object| match object {
        PublicationObject::Table(table) => Some(&table.name),
        PublicationObject::Schema(_) => None,
    });
    tables.collect()
}

fn of_action(action: &AlterAction) -> Option<&ObjectName> {
    use AlterActionKind as A;
    match &action.kind {
        A::AddColumn { column, .. } => referenced_by_column(column),
        A::Inherit(parent) | A::NoInherit(parent) => Some(parent),
        A::AttachPartition { partition, .. } | A::DetachPartition { partition, .. } => Some(partition),
        _ => None,
    }
}

fn of_table(create: &CreateTable) -> Vec<&ObjectName> {
    let parents = create.inherits.iter().chain(create.partition_of.iter().map(|partition| &partition.parent));
    let like = create.like.iter().map(|like| &like.table);
    let read = create.query.iter().flat_map(|query| &query.reads);
    let nested = create.query.iter().flat_map(|query| &query.writes).flat_map(written);
    parents.chain(like).chain(read).chain(nested).collect()
}

fn referenced_by_table(create: &CreateTable) -> Vec<&ObjectName> {
    let constraints = create.constraints.iter().filter_map(referenced);
    let columns = create.columns.iter().filter_map(referenced_by_column);
    let itself = |name: &&ObjectName| name.name.name != create.name.name.name;
    columns.chain(constraints).filter(itself).collect()
}

pub(super) fn referenced(constraint: &TableConstraint) -> Option<&ObjectName> {
    match &constraint.kind {
        TableConstraintKind::ForeignKey { references, .. } => Some(&references.table),
        TableConstraintKind::Check(_)
        | TableConstraintKind::NotNull(_)
        | TableConstraintKind::Unique(_)
        | TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::Exclude { .. } => None,
    }
}

fn referenced_by_column(column: &ColumnDef) -> Option<&ObjectName> {
    column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::References(references) => Some(&references.table),
        _ => None,
    })
}
