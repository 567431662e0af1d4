//! Statements about a relation of a kind that they are not for.

use crate::ast::{
    AlterAction, AlterActionKind, AlterDomain, AlterObject, AlterTable, Cluster, ColumnChange, Comment, CreateRule,
    CreateTrigger, CreateView, DataType, DomainChange, Ident, Lock, ObjectKind, ObjectName, Persistence,
    PublicationObject, Reindex, ReindexTarget, RuleEvent, Statement, StatementKind, StatisticsElement, TriggerTiming,
    Truncate, Write, WriteVerb,
};
use crate::engine::catalog::{Column, Relation, Rule};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, types};

use super::existence::{is_known_whole, is_there, missing_index, taken_relation};
use super::{
    DUPLICATE_OBJECT, FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, INVALID_PARAMETER_VALUE, UNDEFINED_OBJECT,
    WRONG_OBJECT_TYPE, partitions, refused, refused_on,
};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one = match &statement.kind {
        StatementKind::AlterTable(alter) => {
            alter_table(alter, around).or_else(|| partitions::attach_index(alter, around))
        }
        StatementKind::Truncate(truncate) => self::truncate(truncate, around),
        StatementKind::Lock(lock) => lock.tables.iter().find_map(|table| no_table(&table.name, around)),
        StatementKind::Comment(comment) => self::comment(comment, around),
        StatementKind::Cluster(cluster) => return self::cluster(cluster, around),
        StatementKind::Reindex(reindex) => self::reindex(reindex, around),
        StatementKind::Write(write) => self::write(write, around),
        StatementKind::CreateRule(create) => taken_rule(create, around),
        StatementKind::CreateView(create) => replace_view(create, around),
        StatementKind::CreateTrigger(create) => return create_trigger(create, around),
        StatementKind::CreatePublication(create) => publication(&create.objects, around),
        StatementKind::AlterPublication(alter) => publication(alter.change.objects(), around),
        StatementKind::CreateStatistics(create) => match create.elements.as_slice() {
            [StatisticsElement::Column(_)] => {
                let reason = "extended statistics require at least 2 columns".to_owned();
                Some(refused(INVALID_OBJECT_DEFINITION, reason))
            }
            _ => None,
        },
        StatementKind::AlterDomain(alter) => alter_domain(alter, around),
        _ => None,
    };
    one.into_iter().collect()
}

/// LOCK of what is no table.
pub(super) fn locked(lock: &Lock, around: &Surroundings) -> Vec<Refusal> {
    let relations = lock.tables.iter().filter_map(|table| around.relation(&table.name));
    let refused = relations.filter_map(|relation| {
        let reason = format!("cannot lock {}: it is a {}", relation.name, relation.kind.name());
        match relation.kind {
            RelationKind::View => Some(refused_on(VersionSet::before(11), WRONG_OBJECT_TYPE, reason)),
            RelationKind::MaterializedView | RelationKind::Sequence | RelationKind::ForeignTable => {
                Some(refused(WRONG_OBJECT_TYPE, reason))
            }
            _ => None,
        }
    });
    refused.collect()
}

fn is_table(kind: RelationKind) -> bool {
    matches!(kind, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition)
}

fn wrong(relation: &Relation, wanted: &str) -> Refusal {
    refused(WRONG_OBJECT_TYPE, format!("{} is not a {wanted}: it is a {}", relation.name, relation.kind.name()))
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    if let Some(refusal) = statistics_of_key(alter, around)
        .or_else(|| renamed_index(alter, around))
        .or_else(|| index_as_table(alter, around))
    {
        return Some(refusal);
    }
    if let Some(refusal) = type_as_table(alter, around) {
        return Some(refusal);
    }
    let relation = around.relation(&alter.name).filter(|relation| is_there(relation))?;
    match alter.object {
        AlterObject::View if relation.kind != RelationKind::View => return Some(wrong(relation, "view")),
        AlterObject::MaterializedView if relation.kind != RelationKind::MaterializedView => {
            return Some(wrong(relation, "materialized view"));
        }
        AlterObject::ForeignTable if relation.kind != RelationKind::ForeignTable => {
            return Some(wrong(relation, "foreign table"));
        }
        AlterObject::Sequence if relation.kind != RelationKind::Sequence => return Some(wrong(relation, "sequence")),
        _ => {}
    }
    if relation.kind == RelationKind::ForeignTable
        && let Some(action) = alter.actions.iter().find(|action| is_of_storage(&action.kind))
    {
        return Some(wrong(relation, "table").at(action.span));
    }
    let view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView | RelationKind::Sequence);
    let has_none = |action: &&AlterAction| match &action.kind {
        AlterActionKind::SetOptions(_) | AlterActionKind::ResetOptions(_) => relation.kind == RelationKind::Sequence,
        kind => is_for_tables(kind),
    };
    let action = alter.actions.iter().filter(|_| view).find(has_none)?;
    Some(wrong(relation, "table").at(action.span))
}

/// An index gets the name of another relation.
fn renamed_index(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let index = around.resolve(&alter.name);
    around.catalog.table_of_index(&index)?;
    alter.actions.iter().find_map(|action| match &action.kind {
        AlterActionKind::RenameTo(to) => {
            taken_relation(&RelationName::new(&*index.schema, &*to.name), around).map(|refusal| refusal.at(action.span))
        }
        _ => None,
    })
}

/// The server keeps statistics of the expressions of an index, and those of its columns with the table.
fn statistics_of_key(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let index = around.resolve(&alter.name);
    let table = around.catalog.get(around.catalog.table_of_index(&index)?).filter(|table| is_there(table))?;
    let known = table.index(&index.name).filter(|known| known.certain && alter.object == AlterObject::Index)?;
    alter.actions.iter().find_map(|action| {
        let AlterActionKind::AlterColumn { name, change: ColumnChange::SetStatistics(_) } = &action.kind else {
            return None;
        };
        let at = name.name.parse::<usize>().ok()?.checked_sub(1)?;
        let column = known.keys.get(at)?.as_ref()?;
        let reason = format!("cannot alter statistics on column {column} of index {index}: it is no expression");
        Some(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason).at(action.span))
    })
}

/// An index has neither columns nor constraints to change.
fn index_as_table(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let index = around.resolve(&alter.name);
    let table = around.catalog.get(around.catalog.table_of_index(&index)?)?;
    let certain = is_there(table) && table.index(&index.name).is_some_and(|known| known.certain && !known.more.doubted);
    let is_one = |action: &&AlterAction| {
        matches!(
            action.kind,
            AlterActionKind::AddColumn { .. } | AlterActionKind::DropColumn { .. } | AlterActionKind::AddConstraint(_)
        )
    };
    let action = alter.actions.iter().find(is_one).filter(|_| certain)?;
    Some(refused(WRONG_OBJECT_TYPE, format!("{index} is not a table: it is an index")).at(action.span))
}

/// A composite type is a relation too, of which ALTER TABLE renames the columns, and nothing else.
fn type_as_table(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let name = &alter.name;
    let is_type = alter.object == AlterObject::Table && around.is_composite(name);
    let action = alter.actions.iter().filter(|_| is_type);
    let mut action = action.filter(|action| !matches!(action.kind, AlterActionKind::RenameColumn { .. }));
    let reason = || format!("{name} is a composite type: ALTER TYPE changes it");
    Some(refused(WRONG_OBJECT_TYPE, reason()).at(action.next()?.span))
}

/// Views and sequences have no index to build.
fn reindex(reindex: &Reindex, around: &Surroundings) -> Option<Refusal> {
    let name = reindex.name.as_ref()?;
    match reindex.target {
        ReindexTarget::Table if no_table(name, around).is_some() => return no_table(name, around),
        ReindexTarget::Index => {
            let relation = around.relation(name).filter(|relation| is_there(relation))?;
            return Some(wrong(relation, "index"));
        }
        ReindexTarget::Table => {}
        _ => return None,
    }
    let relation = around.relation(name).filter(|relation| is_there(relation))?;
    let other = matches!(relation.kind, RelationKind::View | RelationKind::Sequence | RelationKind::ForeignTable);
    other.then(|| wrong(relation, "table or materialized view"))
}

/// The rows of a materialized view come from its query only.
fn write(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&write.target).filter(|relation| is_there(relation))?;
    let fixed = matches!(relation.kind, RelationKind::MaterializedView | RelationKind::Sequence);
    let sqlstate = if write.verb == WriteVerb::Merge { FEATURE_NOT_SUPPORTED } else { WRONG_OBJECT_TYPE };
    let reason = || format!("cannot change the rows of {}: it is a {}", relation.name, relation.kind.name());
    let changing = |rule: &&Rule| rule.does.event != RuleEvent::Select && !rule.doubted;
    let ruled = relation.rules.iter().filter(|_| write.verb == WriteVerb::Merge).find(changing);
    let ruled = ruled.map(|rule| {
        let reason = format!("cannot execute MERGE on {}: it has the rule {}", relation.name, rule.name);
        // Since 17 one that does not fire does not count.
        let versions = if rule.does.is_in_force() { VersionSet::since(15) } else { VersionSet::range(15, 16) };
        refused_on(versions, FEATURE_NOT_SUPPORTED, reason)
    });
    if fixed { Some(refused(sqlstate, reason())) } else { ruled }
}

/// Another rule has the name.
fn taken_rule(create: &CreateRule, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table).filter(|relation| is_there(relation) && !create.or_replace)?;
    let taken = relation.rules.iter().any(|rule| rule.name == create.name.name);
    let reason = || format!("rule {} of {} already exists", create.name.name, relation.name);
    taken.then(|| refused(DUPLICATE_OBJECT, reason()).at(create.name.span))
}

/// Changes of columns and constraints, which views do not have of their own.
fn is_for_tables(action: &AlterActionKind) -> bool {
    matches!(
        action,
        AlterActionKind::AddColumn { .. }
            | AlterActionKind::DropColumn { .. }
            | AlterActionKind::AddConstraint(_)
            | AlterActionKind::ValidateConstraint(_)
            | AlterActionKind::RowSecurity(_)
            | AlterActionKind::AlterColumn {
                change: ColumnChange::SetType { .. } | ColumnChange::SetNotNull | ColumnChange::DropNotNull,
                ..
            }
    )
}

/// How rows are stored, found and guarded, which is not for the server of a foreign table to say.
fn is_of_storage(action: &AlterActionKind) -> bool {
    matches!(
        action,
        AlterActionKind::SetLogged
            | AlterActionKind::SetUnlogged
            | AlterActionKind::SetTablespace(_)
            | AlterActionKind::ClusterOn(_)
            | AlterActionKind::SetWithoutCluster
            | AlterActionKind::ReplicaIdentity(_)
            | AlterActionKind::RowSecurity(_)
            | AlterActionKind::Rule { .. }
            | AlterActionKind::OfType(_)
            | AlterActionKind::NotOfType
    )
}

fn truncate(truncate: &Truncate, around: &Surroundings) -> Option<Refusal> {
    let relations =
        truncate.tables.iter().filter_map(|table| around.relation(&table.name)).filter(|relation| is_there(relation));
    let foreign = relations.clone().find(|relation| relation.kind == RelationKind::ForeignTable).map(|relation| {
        let reason = format!("cannot truncate the foreign table {}", relation.name);
        refused_on(VersionSet::before(14), WRONG_OBJECT_TYPE, reason)
    });
    let other = |relation: &&Relation| {
        matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView | RelationKind::Sequence)
    };
    let indexes = truncate.tables.iter().find_map(|table| no_table(&table.name, around));
    relations.into_iter().find(other).map(|relation| wrong(relation, "table")).or(indexes).or(foreign)
}

/// An index where a table is named.
fn no_table(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let index = around.resolve(written);
    let table = around.catalog.get(around.catalog.table_of_index(&index)?)?;
    let certain = is_there(table) && table.index(&index.name).is_some_and(|known| known.certain && !known.more.doubted);
    let reason = || format!("{index} is not a table: it is an index");
    certain.then(|| refused(WRONG_OBJECT_TYPE, reason()).at(written.span))
}

fn comment(comment: &Comment, around: &Surroundings) -> Option<Refusal> {
    let name = comment.object.relation()?;
    if matches!(comment.object.kind, ObjectKind::Table | ObjectKind::View | ObjectKind::Column)
        && let Some(refusal) = no_table(name, around)
    {
        return Some(refusal);
    }
    let relation = around.relation(name).filter(|relation| is_there(relation))?;
    let fits = match comment.object.kind {
        ObjectKind::Table => is_table(relation.kind),
        ObjectKind::View => relation.kind == RelationKind::View,
        ObjectKind::MaterializedView => relation.kind == RelationKind::MaterializedView,
        ObjectKind::ForeignTable => relation.kind == RelationKind::ForeignTable,
        ObjectKind::Sequence => relation.kind == RelationKind::Sequence,
        ObjectKind::Column => relation.kind != RelationKind::Sequence,
        ObjectKind::Index => false,
        _ => true,
    };
    (!fits).then(|| wrong(relation, "relation of the kind that is named"))
}

/// The table was never clustered, or the index leaves rows out.
fn cluster(cluster: &Cluster, around: &Surroundings) -> Vec<Refusal> {
    let relation = cluster.table.as_ref().and_then(|table| around.relation(table));
    let Some(relation) = relation.filter(|relation| is_known_whole(relation)) else { return Vec::new() };
    let one = match &cluster.index {
        None => {
            let unmarked = !relation.clustered && relation.kind == RelationKind::Table;
            let reason = || format!("there is no previously clustered index for table {}", relation.name);
            unmarked.then(|| refused(UNDEFINED_OBJECT, reason()))
        }
        Some(index) if relation.is_partitioned() => {
            let reason = format!("cannot cluster the partitioned table {}", relation.name);
            let refusal = refused_on(VersionSet::before(15), FEATURE_NOT_SUPPORTED, reason);
            match missing_index(index, relation, around) {
                // Until 10 the index is looked for first.
                Some(missing) if missing.sqlstate == UNDEFINED_OBJECT => {
                    return vec![Refusal { versions: VersionSet::range(11, 14), ..refusal }, missing];
                }
                _ => Some(refusal),
            }
        }
        Some(index) => missing_index(index, relation, around).or_else(|| no_order(index, relation)),
    };
    one.into_iter().collect()
}

/// An index that leaves rows out, or that has no order to put them in.
pub(super) fn no_order(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name)?;
    let refusal = |reason: String| Some(refused(FEATURE_NOT_SUPPORTED, reason));
    match known.shape.method.as_str() {
        "hash" | "gin" | "brin" | "spgist" => {
            refusal(format!("cannot cluster on index {}: {} has no order", index.name, known.shape.method))
        }
        _ if known.partial => refusal(format!("cannot cluster on partial index {}", index.name)),
        _ => None,
    }
}

fn replace_view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let name = around.created(&create.name);
    let relation = around
        .catalog
        .get(&name)
        .filter(|relation| is_there(relation))
        .filter(|_| create.or_replace && !create.temporary)?;
    (relation.kind != RelationKind::View).then(|| wrong(relation, "view"))
}

fn create_trigger(create: &CreateTrigger, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = around.relation(&create.table).filter(|relation| is_there(relation)) else {
        return Vec::new();
    };
    let name = &relation.name;
    let on_all = |reason: String| vec![refused(WRONG_OBJECT_TYPE, reason)];
    match (relation.kind, create.timing) {
        (RelationKind::View, TriggerTiming::Before | TriggerTiming::After) if create.for_each_row => {
            on_all(format!("view {name} cannot have row-level BEFORE or AFTER triggers"))
        }
        (RelationKind::MaterializedView | RelationKind::Sequence, _) => on_all(format!("{name} cannot have triggers")),
        (kind, TriggerTiming::InsteadOf) if is_table(kind) => {
            on_all(format!("table {name} cannot have INSTEAD OF triggers"))
        }
        (_, TriggerTiming::Before) if !create.transition_tables.is_empty() => {
            vec![refused(INVALID_OBJECT_DEFINITION, "only an AFTER trigger can have transition tables".to_owned())]
        }
        _ if create.for_each_row && !create.transition_tables.is_empty() => {
            transitions_of_rows(relation, around).into_iter().collect()
        }
        (_, TriggerTiming::Before) if create.for_each_row && relation.is_partitioned() => {
            let reason = format!("partitioned table {name} cannot have BEFORE row triggers");
            vec![refused_on(VersionSet::range(11, 12), WRONG_OBJECT_TYPE, reason)]
        }
        _ => Vec::new(),
    }
}

/// A row trigger on a part of a table sees no transition tables.
fn transitions_of_rows(relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let (versions, what) = match () {
        () if around.is_partition(relation) => (VersionSet::ALL, "partition"),
        () if !relation.parents.is_empty() => (VersionSet::ALL, "child of another table"),
        () if relation.is_partitioned() => (VersionSet::since(11), "partitioned table"),
        () => return None,
    };
    let reason = format!("row triggers with transition tables cannot be on {}: it is a {what}", relation.name);
    Some(refused_on(versions, FEATURE_NOT_SUPPORTED, reason))
}

/// A domain whose values are in arrays cannot be checked (11, which brought such arrays).
fn alter_domain(alter: &AlterDomain, around: &Surroundings) -> Option<Refusal> {
    let checks = match &alter.change {
        DomainChange::AddConstraint(constraint) => !constraint.traits.not_valid,
        DomainChange::SetNotNull | DomainChange::ValidateConstraint(_) => true,
        _ => false,
    };
    let name = around.resolve(&alter.name);
    let is_array = |column: &Column| {
        let of_domain = |data_type: &DataType| data_type.dimensions > 0 && around.type_name(data_type) == name;
        column.data_type.as_ref().is_some_and(of_domain)
    };
    let user = around.catalog.users_of_type(is_array).into_iter().find(|_| checks);
    let reason = |user: RelationName| format!("cannot alter type {name}: a column of {user} is an array of it");
    let in_arrays = user.map(|user| refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason(user)));
    in_arrays.or_else(|| held_by_composite(&name, around).filter(|_| checks))
}

/// Nor can one whose values are in those of a composite type, or in the rows of a table, that a column holds.
fn held_by_composite(name: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let type_name = |data_type: &DataType| around.type_name(data_type);
    let of_domain = around.catalog.domains_over(name, type_name);
    let has_it = |column: &Column| column.data_type.as_ref().is_some_and(|known| of_domain.contains(&type_name(known)));
    let rows = around.catalog.relations().filter(|relation| is_there(relation) && relation.columns.iter().any(has_it));
    let rows: Vec<RelationName> = rows.map(|relation| relation.name.clone()).collect();
    let composites = of_domain.iter().chain(&rows).flat_map(|it| around.catalog.types_holding(it, type_name));
    // A type that is named like one of the server's is not what a column is of.
    let is_meant = |it: &RelationName| !of_domain.contains(it) && !types::is_built_in_name(&it.name);
    let holding: Vec<RelationName> = composites.filter(is_meant).collect();
    let holds = |column: &Column| column.data_type.as_ref().is_some_and(|known| holding.contains(&type_name(known)));
    let users = if holding.is_empty() { Vec::new() } else { around.catalog.users_of_type(holds) };
    let is_user = |user: &Relation| is_there(user) && user.kind != RelationKind::ForeignTable;
    let user = users.into_iter().find(|user| around.catalog.get(user).is_some_and(is_user))?;
    let reason = format!("cannot alter type {name}: a column of {user} holds values of it");
    Some(refused(FEATURE_NOT_SUPPORTED, reason))
}

fn publication(objects: &[PublicationObject], around: &Surroundings) -> Option<Refusal> {
    let tables = objects.iter().filter_map(|object| match object {
        PublicationObject::Table(table) => around.relation(&table.name),
        PublicationObject::Schema(_) => None,
    });
    tables.filter(|relation| is_there(relation)).find_map(|relation| {
        let reason = format!("cannot add {} to a publication: it is a {}", relation.name, relation.kind.name());
        match relation.kind {
            _ if relation.is_partitioned() => Some(refused_on(VersionSet::before(13), FEATURE_NOT_SUPPORTED, reason)),
            RelationKind::View | RelationKind::MaterializedView | RelationKind::ForeignTable => {
                Some(refused(INVALID_PARAMETER_VALUE, reason))
            }
            RelationKind::Table if relation.persistence != Persistence::Permanent => {
                Some(refused(INVALID_PARAMETER_VALUE, reason))
            }
            _ => None,
        }
    })
}
