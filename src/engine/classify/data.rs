//! Statements about rows, maintenance, and the small rest.

use crate::ast::{
    Cluster, Comment, Lock, ObjectKind, Query, Refresh, SettingChange, SettingKind, Statement, StatementKind,
    TableTarget, Truncate, TypeChange, Vacuum, Write,
};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::proof::{Proof, Proven};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, LockMode, Role};
use crate::source::Span;

use super::reads::{LOCKING, Named, READING, Reads};
use super::write::{planned, write};
use super::{Occurrence, drop::indexes_of, triggers};

/// A cursor locks what it will read, and reads nothing yet.
pub(super) fn declared(query: &Query, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let form = |form: Form| match form {
        Form::Select | Form::SelectPrunedLate | Form::SelectPrunedLateAlone => Form::CreateView,
        Form::SelectForUpdate | Form::SelectForUpdatePrunedLate | Form::SelectForUpdatePrunedLateAlone => {
            Form::SelectForUpdateByKey
        }
        other => other,
    };
    let found = self::query(query, span, around).into_iter();
    found.map(|occurrence| Occurrence { form: form(occurrence.form), ..occurrence }).collect()
}

/// What EXPLAIN locks to make a plan.
pub(super) fn explained(statement: &Statement, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let planned: Vec<Occurrence> = match &statement.kind {
        StatementKind::Write(write) => planned(write, span, around),
        StatementKind::Query(query) => self::query(query, span, around),
        StatementKind::CreateTable(create) => {
            create.query.iter().flat_map(|query| self::query(query, span, around)).collect()
        }
        StatementKind::CreateView(create) => self::query(&create.query, span, around),
        _ => Vec::new(),
    };
    let roles = [Role::Target, Role::Partition];
    let sources = |occurrence: &Occurrence| {
        let named = occurrence.relations.iter().filter(|(role, _)| *role == Role::Source);
        let named: Vec<RelationName> = named.map(|(_, name)| name.clone()).collect();
        (!named.is_empty()).then(|| Occurrence::new(Form::ExplainSelect, span).with_all(Role::Source, named))
    };
    let of_writes = planned.iter().filter(|occurrence| !is_reading(occurrence.form)).filter_map(sources);
    let of_writes: Vec<Occurrence> = of_writes.collect();
    let plan = planned.into_iter().map(|occurrence| match occurrence.form {
        Form::Select | Form::SelectByKey | Form::SelectPrunedLate | Form::SelectPrunedLateAlone => {
            Occurrence { form: Form::ExplainSelect, ..occurrence }
        }
        Form::SelectForUpdate | Form::SelectForUpdatePrunedLate | Form::SelectForUpdatePrunedLateAlone => {
            Occurrence { form: Form::SelectForUpdateByKey, ..occurrence }
        }
        Form::SelectForUpdateByKey
        | Form::SelectPruned
        | Form::SelectPartitionedPart
        | Form::SelectForUpdatePruned
        | Form::WritePruned
        | Form::WriteHashPruned
        | Form::DeletePartition => occurrence,
        // The planner looks up the bound until 13; the check of new rows does so only when there are some.
        Form::WritePartition => Occurrence { form: Form::DeletePartition, ..occurrence },
        // Without rows, none takes any.
        Form::Insert | Form::InsertSelect if occurrence.relations.iter().all(|(role, _)| *role == Role::Partition) => {
            Occurrence { form: Form::WritePruned, ..occurrence }
        }
        _ => Occurrence {
            form: Form::ExplainWrite,
            relations: occurrence.relations.into_iter().filter(|(role, _)| roles.contains(role)).collect(),
            ..occurrence
        },
    });
    plan.chain(of_writes).collect()
}

/// What PREPARE locks to look up names: no plan is made yet, so that partitions are left alone.
pub(super) fn prepared(statement: &Statement, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = explained(statement, span, around);
    found.iter_mut().for_each(|occurrence| occurrence.relations.retain(|(role, _)| *role != Role::Partition));
    // The planner is the one that asks for the bound of a partition.
    found.retain(|occurrence| {
        !occurrence.relations.is_empty()
            && !matches!(occurrence.form, Form::DeletePartition | Form::SelectPartitionedPart)
    });
    found
}

/// What is locked to look up the names of a statement, views and all: what lies behind them is not asked for.
pub(super) fn named_in(statement: &Statement, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let (reads, writes) = match &statement.kind {
        StatementKind::Write(write) => (Vec::new(), [&**write].into_iter().chain(&write.also_writes).collect()),
        StatementKind::Query(query) => (vec![&query.reads, &query.row_locks], query.writes.iter().collect()),
        _ => (Vec::new(), Vec::<&Write>::new()),
    };
    let reads = reads.into_iter().chain(writes.iter().flat_map(|write| [&write.reads, &write.row_locks]));
    let written = reads.flatten().chain(writes.iter().map(|write| &write.target));
    let named: Vec<RelationName> = written.map(|name| around.resolve(name)).collect();
    let mut found = prepared(statement, span, around);
    found.iter_mut().for_each(|occurrence| occurrence.relations.retain(|(_, name)| named.contains(name)));
    found
}

fn is_reading(form: Form) -> bool {
    matches!(form, Form::Select | Form::SelectByKey)
}

pub(super) fn query(query: &Query, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let (reads, locks) = reads_of(query).split(around);
    let mut found = reads.occurrences(READING, Role::Source, span);
    found.extend(locks.occurrences(LOCKING, Role::Target, span));
    found.extend(query.writes.iter().flat_map(|nested| planned(nested, nested.target.span, around)));
    found
}

/// What the WITH queries do that write, and their triggers.
pub(super) fn written_within(query: &Query, around: &Surroundings) -> Vec<Occurrence> {
    query.writes.iter().flat_map(|nested| write(nested, nested.target.span, around)).collect()
}

/// The relations that a query names.
pub(super) fn reads_of(query: &Query) -> Named<'_> {
    Named { reads: &query.reads, only: &query.reads_only, tables: &query.tables, locked: &query.row_locks }
}

pub(super) fn truncate(truncate: &Truncate, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut reached: Vec<RelationName> = truncate.tables.iter().map(|table| around.resolve(&table.name)).collect();
    let named = reached.len();
    if truncate.cascade {
        let mut next = 0;
        while next < reached.len() {
            // Children and partitions are emptied too; what references a partitioned table references its partitions.
            let catalog = around.catalog;
            let parents = catalog.ancestors(&reached[next]).into_iter().filter(|parent| parent.is_partitioned());
            let mut family: Vec<RelationName> = parents.map(|parent| parent.name.clone()).collect();
            family.extend(catalog.descendants(&reached[next]));
            family.push(reached[next].clone());
            for (table, _) in family.iter().flat_map(|table| catalog.referencing(table)) {
                if !reached.contains(&table.name) && !family.contains(&table.name) {
                    reached.push(table.name.clone());
                }
            }
            next += 1;
        }
    }
    let partitions = descendants(&truncate.tables, around);
    let emptied: Vec<RelationName> = reached.iter().chain(&partitions).cloned().collect();
    let others = reached.split_off(named);
    // A partitioned table has no storage, and neither have its indexes.
    let stored = reached.iter().filter(|table| around.kind(table) != RelationKind::PartitionedTable);
    let indexes: Vec<RelationName> = stored.flat_map(|table| indexes_of(table, around)).collect();
    let mut found = vec![
        Occurrence::new(Form::Truncate, span)
            .with_all(Role::Target, reached)
            .with_all(Role::Partition, partitions)
            .with_all(Role::Index, indexes),
    ];
    let parents = reached_parents(&truncate.tables, around);
    if !parents.is_empty() {
        found.push(Occurrence::new(Form::TruncatePartition, span).with_all(Role::Parent, parents));
    }
    if !others.is_empty() {
        let indexes: Vec<RelationName> = others.iter().flat_map(|table| indexes_of(table, around)).collect();
        let cascade = Occurrence::new(Form::TruncateCascade, span).with_all(Role::Referencing, others);
        found.push(cascade.with_all(Role::Index, indexes));
    }
    found.extend(triggers::of_truncate(&emptied, span, around));
    found
}

/// Partitions and children of the tables that are not named with ONLY.
fn descendants(tables: &[TableTarget], around: &Surroundings) -> Vec<RelationName> {
    let reaching = tables.iter().filter(|table| !table.only);
    reaching.flat_map(|table| around.catalog.descendants(&around.resolve(&table.name))).collect()
}

/// Partitioned tables of which a partition is named, and theirs.
fn reached_parents(tables: &[TableTarget], around: &Surroundings) -> Vec<RelationName> {
    let named = tables.iter().map(|table| around.resolve(&table.name));
    let parents = named.flat_map(|name| around.catalog.ancestors(&name));
    parents.filter(|parent| parent.is_partitioned()).map(|parent| parent.name.clone()).collect()
}

pub(super) fn lock(lock: &Lock, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let Some(mode) = LockMode::from_name(&lock.mode) else { return Vec::new() };
    let form = match mode {
        LockMode::AccessShare => Form::LockTableAccessShare,
        LockMode::RowShare => Form::LockTableRowShare,
        LockMode::RowExclusive => Form::LockTableRowExclusive,
        LockMode::ShareUpdateExclusive => Form::LockTableShareUpdateExclusive,
        LockMode::Share => Form::LockTableShare,
        LockMode::ShareRowExclusive => Form::LockTableShareRowExclusive,
        LockMode::Exclusive => Form::LockTableExclusive,
        LockMode::AccessExclusive => Form::LockTable,
    };
    let mut partitions = descendants(&lock.tables, around);
    let tables = around.with_views_followed(lock.tables.iter().map(|table| around.resolve(&table.name)).collect());
    // What a view reads is locked with its children, but for ONLY.
    for view in tables.iter().filter(|name| around.kind(name) == RelationKind::View) {
        let reads = around.catalog.get(view).into_iter().flat_map(|view| &view.reads);
        let reads = reads.filter(|read| !around.is_read_alone(view, read));
        partitions.extend(reads.flat_map(|read| around.catalog.descendants(read)));
    }
    vec![Occurrence::new(form, span).with_all(Role::Target, tables).with_all(Role::Partition, partitions)]
}

pub(super) fn vacuum(vacuum: &Vacuum, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let form = |partitioned: bool| match (vacuum.vacuum, vacuum.full, partitioned) {
        (false, _, false) => Form::Analyze,
        (false, _, true) => Form::AnalyzePartitioned,
        (true, false, false) => Form::Vacuum,
        (true, false, true) => Form::VacuumPartitioned,
        (true, true, false) => Form::VacuumFull,
        (true, true, true) => Form::VacuumFullPartitioned,
    };
    if vacuum.tables.is_empty() {
        return vec![Occurrence::new(form(false), span)];
    }
    // The server warns of what has no rows, and leaves it. In a transaction VACUUM fails all the same.
    let has_rows = |table: &&TableTarget| {
        let kind = around.kind(&around.resolve(&table.name));
        !matches!(kind, RelationKind::View | RelationKind::Sequence | RelationKind::Index)
    };
    let each = vacuum.tables.iter().filter(has_rows).flat_map(|table| {
        let name = around.resolve(&table.name);
        let sampled = around.catalog.descendants(&name);
        let only = table.only && !sampled.is_empty();
        let analyzed = (only && vacuum.analyze).then(|| {
            Occurrence::new(Form::AnalyzeOnly, span)
                .with(Role::Target, name.clone())
                .with_all(Role::Partition, sampled.clone())
        });
        // Of a table with children, samples of these are read too.
        let children = vacuum.vacuum && vacuum.analyze && !only && around.kind(&name) != RelationKind::PartitionedTable;
        let children =
            (children && !sampled.is_empty()).then(|| reaching(|_| Form::Analyze, name.clone(), false, span, around));
        let own = (vacuum.vacuum || !only).then(|| reaching(form, name, table.only, span, around));
        own.into_iter().chain(analyzed).chain(children)
    });
    let each: Vec<Occurrence> = each.collect();
    if each.is_empty() && vacuum.vacuum { vec![Occurrence::new(Form::Vacuum, span)] } else { each }
}

/// A behaviour of a table and, without ONLY, its partitions, which is another one where it is partitioned.
fn reaching(
    form: impl Fn(bool) -> Form,
    table: RelationName,
    only: bool,
    span: Span,
    around: &Surroundings,
) -> Occurrence {
    let partitioned = around.kind(&table) == RelationKind::PartitionedTable;
    let partitions = if only { Vec::new() } else { around.catalog.descendants(&table) };
    Occurrence::new(form(partitioned), span).with(Role::Target, table).with_all(Role::Partition, partitions)
}

pub(super) fn cluster(cluster: &Cluster, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    if let Some(table) = &cluster.table {
        let form = |partitioned| if partitioned { Form::ClusterPartitioned } else { Form::Cluster };
        return vec![reaching(form, around.resolve(table), false, span, around)];
    }
    let marked = around.catalog.relations().filter(|relation| relation.clustered);
    let mut tables: Vec<RelationName> = marked.map(|relation| relation.name.clone()).collect();
    tables.sort();
    vec![Occurrence::new(Form::ClusterAll, span).with_all(Role::Target, tables)]
}

pub(super) fn refresh(refresh: &Refresh, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let form = match (refresh.concurrently, refresh.with_no_data) {
        (_, true) => Form::RefreshMaterializedViewNoData,
        (true, false) => Form::RefreshMaterializedViewConcurrently,
        (false, false) => Form::RefreshMaterializedView,
    };
    let view = around.resolve(&refresh.name);
    let key = around.catalog.get(&view).filter(|_| refresh.concurrently).and_then(|view| {
        let index = view.indexes.iter().find(|index| index.is_over_all_rows())?;
        Some(Proof::by_index(view, Proven::Index, index, "rows are compared by it, and readers go on"))
    });
    let reads = if refresh.with_no_data { Reads::default() } else { Reads::of_view(&view, around) };
    let named = reads.whole.named.iter().cloned();
    let filled = Occurrence::new(form, span).proven(key).with(Role::Target, view).with_all(Role::Source, named);
    let filled = filled.with_all(Role::Partition, reads.whole.children.iter().cloned());
    std::iter::once(filled).chain(reads.only_left_out().occurrences(READING, Role::Source, span)).collect()
}

pub(super) fn comment(comment: &Comment, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let form = match comment.object.kind {
        ObjectKind::Column => Form::CommentOnColumn,
        ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            Form::CommentOnConstraint
        }
        _ => Form::CommentOnTable,
    };
    let relation = comment.object.relation().map(|relation| around.resolve(relation));
    let is_type = |name: &RelationName| around.catalog.get(name).is_none() && around.catalog.composite(name).is_some();
    let relation = relation.filter(|name| !is_type(name));
    relation.into_iter().map(|relation| Occurrence::new(form, span).with(Role::Target, relation)).collect()
}

/// Only enums are of interest: the other changes lock no relation that is known here.
pub(super) fn type_form(change: &TypeChange) -> Option<Form> {
    match change {
        TypeChange::AddValue { .. } => Some(Form::AlterTypeAddValue),
        TypeChange::RenameValue { .. } => Some(Form::AlterTypeRenameValue),
        TypeChange::Attributes(_) | TypeChange::RenameAttribute { .. } | TypeChange::SetOptions(_) => None,
    }
}

pub(super) fn setting(change: &SettingChange, span: Span) -> Vec<Occurrence> {
    match change.kind {
        SettingKind::DiscardAll => vec![Occurrence::new(Form::DiscardAll, span)],
        SettingKind::Set { .. } | SettingKind::Reset { .. } | SettingKind::ResetAll => Vec::new(),
    }
}
