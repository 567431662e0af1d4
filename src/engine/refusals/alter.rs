//! ALTER TABLE that the server refuses.

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, Ident, KeyColumns,
    Persistence, ReplicaIdentity, TableConstraint, TableConstraintKind, WhichTriggers,
};
use crate::engine::catalog::{Constraint, ConstraintKind, KeyShape, Publication, Relation, Rows};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};
use crate::postgres::VersionSet;

use super::{
    DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, INVALID_TABLE_DEFINITION, NOT_IN_PREREQUISITE_STATE, NOT_NULL_VIOLATION,
    UNDEFINED_OBJECT, WRONG_OBJECT_TYPE, bounds, changes, constraints, definitions, detached, existence, expressions,
    foreign_keys, identity, indexes, inheritance, key_of_parts, keys_that_need, keys_through_column, kinds,
    lacks_partition_key, operators, options, own_keys, partitioned_key, partitions, readers, referencing, refused,
    refused_on, replica_identity, twice_named, type_changes, type_users, types,
};

pub(super) fn refusals(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let expressions = expressions::alter_table(alter, around.relation(&alter.name), around);
    let Some(relation) = around.relation(&alter.name) else {
        return expressions.into_iter().chain(readers::refusals(alter, around)).collect();
    };
    let mut found = existence::alter_table(alter, relation, around);
    found.extend(twice_named::alter_table(alter, relation));
    found.extend(expressions);
    found.extend(inheritance::alter_table(alter, relation, around));
    found.extend(changes::alter_table(alter, relation, around));
    found.extend(constraints::alter_table(alter, relation, around));
    found.extend(partitions::alter_table(alter, relation, around));
    found.extend(identity::alter_table(alter, relation, around));
    found.extend(alter.actions.iter().flat_map(|action| refused_at(action, alter, relation, around)));
    found.extend(foreign_keys::alter_table(alter, relation, around));
    found.extend(type_changes(alter, around));
    found.extend(own_keys::alter_table(alter, relation));
    found.extend(operators::alter_table(alter, relation, around));
    found.extend(type_users::alter_table(alter, relation, around));
    found.extend(readers::refusals(alter, around));
    found.extend(detached::alter_table(alter, relation, around));
    found
}

fn refused_at<'a>(
    action: &'a AlterAction,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> impl Iterator<Item = Refusal> + use<'a> {
    let of_columns = definitions::alter(action, relation);
    let found = refused_action(action, alter, relation, around).into_iter().chain(of_columns);
    found.map(|refusal| refusal.at(action.span))
}

fn refused_action(
    action: &AlterAction,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Vec<Refusal> {
    use AlterActionKind as A;
    match &action.kind {
        A::AddColumn { if_not_exists, column } => {
            let exists = relation.column(&column.name.name).is_some();
            match *if_not_exists && (exists || relation.perhaps_older) {
                true => key_of_known_column(column, alter, relation).into_iter().collect(),
                false => add_column(column, alter, relation, around),
            }
        }
        A::DropColumn { name, cascade, .. } => {
            let mut found = drop_column(name, *cascade, relation, around);
            found.extend(computed_from(name, alter, relation).filter(|_| !cascade));
            found.extend(uses_sequence(name, alter, relation, around).filter(|_| !cascade));
            found
        }
        A::AlterColumn { change: ColumnChange::SetOptions(options), .. } => options::of_column(options),
        A::AlterColumn { name, change } => alter_column(name, change, alter, relation).into_iter().collect(),
        A::AddConstraint(constraint) => {
            let columns: Vec<&str> =
                operators::key_columns(&constraint.kind).iter().map(|column| column.name.as_str()).collect();
            let parts = key_of_parts(relation, &columns, around).filter(|_| !columns.is_empty() && !alter.only);
            add_constraint(constraint, alter, relation, around).into_iter().chain(parts).collect()
        }
        A::DropConstraint { name, cascade: false, .. } => drop_constraint(name, relation, around),
        A::ReplicaIdentity(ReplicaIdentity::UsingIndex(index)) => replica_identity::no_identity(index, relation)
            .or_else(|| replica_identity::nullable_key(index, relation))
            .into_iter()
            .collect(),
        A::SetOptions(options) if relation.is_partitioned() && existence::is_there(relation) => {
            options::of_partitioned(options, relation)
        }
        A::SetOptions(options) if relation.kind == RelationKind::Table && relation.created_in.is_some() => {
            options::of_table(options, relation.access_method.as_deref())
        }
        A::Trigger { which: WhichTriggers::User, .. } if !alter.only => copied_triggers(relation).into_iter().collect(),
        A::SetLogged | A::SetUnlogged if relation.is_partitioned() && existence::is_there(relation) => {
            let reason = format!("cannot change whether the partitioned table {} is logged", relation.name);
            vec![refused_on(VersionSet::since(18), WRONG_OBJECT_TYPE, reason)]
        }
        A::ClusterOn(_) if relation.is_partitioned() && existence::is_there(relation) => {
            let reason = format!("cannot mark an index clustered in the partitioned table {}", relation.name);
            vec![refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason)]
        }
        A::ClusterOn(index) => kinds::no_order(index, relation).into_iter().collect(),
        A::SetOptions(options) if relation.kind == RelationKind::View && existence::is_there(relation) => {
            options::of_view(options)
        }
        A::SetOptions(_) if relation.kind == RelationKind::ForeignTable && existence::is_there(relation) => {
            vec![refused(WRONG_OBJECT_TYPE, format!("{} is a foreign table: it has no parameters", relation.name))]
        }
        A::OfType(of_type) => types::of_type(of_type, relation, around).into_iter().collect(),
        A::SetUnlogged => set_unlogged(relation, around).into_iter().collect(),
        A::SetLogged => set_logged(relation, around).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The copies of a row trigger on partitions were of the system, and could not be switched with those of users.
fn copied_triggers(relation: &Relation) -> Option<Refusal> {
    let copied = relation.triggers.iter().find(|trigger| trigger.for_each_row);
    let partitions = relation.is_partitioned() && !relation.children.is_empty();
    let trigger = copied.filter(|_| partitions && existence::is_known_whole(relation))?;
    let reason = format!("trigger {} does not exist on the partitions for the user", trigger.name);
    Some(refused_on(VersionSet::range(11, 12), UNDEFINED_OBJECT, reason))
}

/// Until 12 the constraints behind a column that is there already were added all the same.
fn key_of_known_column(column: &ColumnDef, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let is_primary = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::PrimaryKey);
    let known = relation.column(&column.name.name).filter(|_| existence::is_known_whole(relation))?;
    if !column.constraints.iter().any(|constraint| is_primary(&constraint.kind)) {
        return None;
    }
    if relation.has_primary_key_for_certain() && !drops_primary_key(alter, relation) {
        return Some(Refusal { versions: VersionSet::before(13), ..second_primary_key(relation) });
    }
    let reason = format!("primary key column {} is not marked NOT NULL", known.name);
    (!known.not_null).then(|| refused_on(VersionSet::range(12, 12), INVALID_TABLE_DEFINITION, reason))
}

fn add_column(column: &ColumnDef, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let mut found = Vec::new();
    let name = &column.name.name;
    if alter.only && !relation.children.is_empty() {
        let reason = format!("column {name} must be added to the child tables too");
        found.push(refused(INVALID_TABLE_DEFINITION, reason));
    }
    let has = |wanted: fn(&ColumnConstraintKind) -> bool| column.constraints.iter().any(|c| wanted(&c.kind));
    let is_key =
        |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique);
    if has(is_key) {
        found.extend(partitioned_key(relation, &[name]));
    }
    let is_primary = has(|kind| matches!(kind, ColumnConstraintKind::PrimaryKey));
    if is_primary && relation.has_primary_key_for_certain() && !drops_primary_key(alter, relation) {
        found.push(second_primary_key(relation));
    }
    let child = |name: &RelationName| around.catalog.get(name).is_some_and(existence::is_known_whole);
    let has_child =
        if relation.is_partitioned() { !relation.children.is_empty() } else { relation.children.iter().any(child) };
    let has_child = has_child && existence::is_known_whole(relation);
    if has(|kind| matches!(kind, ColumnConstraintKind::Identity(_))) && has_child {
        let reason = "cannot recursively add an identity column to a table that has child tables".to_owned();
        let versions = if relation.is_partitioned() { VersionSet::before(17) } else { VersionSet::ALL };
        found.push(refused_on(versions, INVALID_TABLE_DEFINITION, reason));
    }
    let refers = has(|kind| matches!(kind, ColumnConstraintKind::References(_)));
    if refers && relation.is_partitioned() && existence::is_there(relation) {
        let reason = "foreign keys are not supported on partitioned tables".to_owned();
        found.push(refused_on(VersionSet::before(11), FEATURE_NOT_SUPPORTED, reason));
    }
    let below = || !alter.only && holds_rows_below(relation, name, around);
    let is_required = crate::engine::classify::is_required_without_default(column);
    if is_required && (relation.rows == Rows::Certain || below()) {
        let reason = format!("column {name} contains null values: the table has rows");
        let versions = left_null(column, around);
        found.extend((!versions.is_empty()).then(|| refused_on(versions, NOT_NULL_VIOLATION, reason)));
    }
    found
}

/// Whether a partition or child, which gets the new column too, has rows. One that has such a column already keeps it.
fn holds_rows_below(relation: &Relation, new: &str, around: &Surroundings) -> bool {
    let below = around.catalog.descendants(&relation.name);
    let tables: Option<Vec<&Relation>> = below.iter().map(|name| around.catalog.get(name)).collect();
    let lacks = |table: &&Relation| existence::is_known_whole(table) && table.column(new).is_none();
    let tables = tables.filter(|tables| existence::is_there(relation) && tables.iter().all(lacks));
    tables.into_iter().flatten().any(|table| table.rows == Rows::Certain)
}

/// The versions on which a column without a default of its own is NULL in the rows that are there: a domain may have one,
/// of which 11 and 12 forget those that differ from row to row.
fn left_null(column: &ColumnDef, around: &Surroundings) -> VersionSet {
    let data_type = &column.data_type;
    let is_null_by_word =
        column.constraints.iter().any(|c| matches!(&c.kind, ColumnConstraintKind::Default(expr) if expr.null));
    let built_in = VersionSet::ALL.iter().any(|version| crate::postgres::types::is_built_in(data_type, version));
    let name = around.type_name(data_type);
    let domain = around.catalog.domain(&name).filter(|_| data_type.dimensions == 0);
    match domain.map(|domain| &domain.default) {
        _ if domain.is_some_and(|domain| domain.doubted) => VersionSet::NONE,
        _ if is_null_by_word || data_type.dimensions > 0 => VersionSet::ALL,
        Some(Some(_)) if crate::engine::classify::forgets_default(column, around) => VersionSet::range(11, 12),
        Some(Some(_)) => VersionSet::NONE,
        Some(None) => VersionSet::ALL,
        None if built_in || around.catalog.is_type_without_casts(&name) => VersionSet::ALL,
        None => VersionSet::NONE,
    }
}

/// Drops come first, wherever they are written.
pub(super) fn drops_primary_key(alter: &AlterTable, relation: &Relation) -> bool {
    alter.actions.iter().any(|action| is_drop_of_key(action, relation))
}

/// The key goes with any of its columns.
fn is_drop_of_key(action: &AlterAction, relation: &Relation) -> bool {
    match &action.kind {
        AlterActionKind::DropConstraint { name, .. } => relation.constraint(&name.name).is_some_and(is_primary_key),
        AlterActionKind::DropColumn { name, .. } => relation.primary_key().is_some_and(|key| key.contains(&name.name)),
        _ => false,
    }
}

/// A partition that has a primary key over other columns cannot get that of the whole.
fn second_key_of_part(
    columns: &[EcoString],
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let stays = !alter.only && relation.is_partitioned() && !drops_primary_key(alter, relation);
    let parts = if stays { around.catalog.descendants(&relation.name) } else { Vec::new() };
    let parts = parts.iter().filter_map(|part| around.catalog.get(part)).filter(|part| existence::is_known_whole(part));
    let other = |part: &&Relation| part.primary_key().is_some_and(|own| own != columns);
    let mut parts = parts.filter(|part| part.has_primary_key_for_certain() && !part.perhaps_missing);
    let part = parts.find(other)?;
    Some(Refusal { versions: VersionSet::since(11), ..second_primary_key(part) })
}

fn second_primary_key(relation: &Relation) -> Refusal {
    refused(INVALID_TABLE_DEFINITION, format!("multiple primary keys for table {} are not allowed", relation.name))
}

fn drop_column(name: &Ident, cascade: bool, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let mut found = Vec::new();
    let below = around.catalog.descendants(&relation.name);
    let reached = below.iter().filter_map(|name| around.catalog.get(name)).filter(|_| relation.is_partitioned());
    if std::iter::once(relation).chain(reached).any(|table| table.is_partitioned_by(&name.name)) {
        let reason = format!("cannot drop column {} because it is part of the partition key", name.name);
        found.push(refused(INVALID_TABLE_DEFINITION, reason));
    }
    let trigger = relation.triggers.iter().find(|trigger| !cascade && trigger.columns.contains(&name.name));
    if let Some(trigger) = trigger {
        let reason = format!("cannot drop column {}: trigger {} depends on it", name.name, trigger.name);
        found.push(refused(DEPENDENT_OBJECTS, reason));
    }
    let keys = relation.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Key { columns, .. } if columns.contains(&name.name) => Some((&constraint.name, columns)),
        _ => None,
    });
    // Partitions and children lose the column too.
    let needing = keys.flat_map(|(key, columns)| keys_that_need(relation, key, columns, around));
    let needing = needing.into_iter().find(|other| !below.contains(other)).cloned();
    let by_index = || keys_through_column(&name.name, relation, around).into_iter().map(|(other, _)| other);
    if let Some(other) = needing.or_else(|| by_index().find(|other| !below.contains(other))).filter(|_| !cascade) {
        let reason = format!("cannot drop column {}: the foreign key of {other} depends on it", name.name);
        found.push(refused(DEPENDENT_OBJECTS, reason));
    }
    found
}

/// Another column takes its default from a sequence that goes with the column.
fn uses_sequence(name: &Ident, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let drops = |column: &str| {
        let is_it = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == column);
        alter.actions.iter().any(is_it)
    };
    let sequences = around.catalog.sequences_of(&relation.name, &name.name);
    let users = sequences.iter().flat_map(|sequence| around.catalog.defaults_from(sequence));
    let children = around.catalog.descendants(&relation.name);
    let mut users = users.filter(|(table, column)| match table.name == relation.name {
        true => !drops(&column.name),
        false => !children.contains(&table.name),
    });
    let (table, column) = users.next()?;
    let reason =
        format!("cannot drop column {}: the default of {} of {} uses its sequence", name.name, column.name, table.name);
    Some(refused(DEPENDENT_OBJECTS, reason))
}

/// A generated column that is computed from the one that is dropped, and stays. Until 14 it goes as well.
fn computed_from(name: &Ident, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let changes = |action: &AlterAction, other: &str| match &action.kind {
        AlterActionKind::DropColumn { name, .. } | AlterActionKind::AlterColumn { name, .. } => name.name == other,
        _ => false,
    };
    let computed = |column: &&crate::engine::catalog::Column| {
        let from = column.generated_from.as_ref().is_some_and(|from| from.contains(&name.name));
        from && !alter.actions.iter().any(|action| changes(action, &column.name))
    };
    let other = relation.columns.iter().find(computed).filter(|_| existence::is_known_whole(relation))?;
    let reason = format!("cannot drop column {}: column {} is computed from it", name.name, other.name);
    Some(refused_on(VersionSet::since(15), DEPENDENT_OBJECTS, reason))
}

fn alter_column(name: &Ident, change: &ColumnChange, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let column = &name.name;
    let is_dropped = |other: &str| {
        alter
            .actions
            .iter()
            .any(|action| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == other))
    };
    let is_generated_from = || {
        let stays = relation.columns.iter().filter(|other| !is_dropped(&other.name));
        let from = stays.filter_map(|other| other.generated_from.as_ref());
        from.flatten().any(|used| used == column)
    };
    // DROP NOT NULL is one of the drops, and these are done as they are written.
    let key_is_gone = || {
        let mut before = alter.actions.iter().take_while(|action| action.span.start < name.span.start);
        before.any(|action| is_drop_of_key(action, relation))
    };
    let in_key = || relation.primary_key().is_some_and(|key| key.contains(column)) && !key_is_gone();
    match change {
        ColumnChange::DropNotNull if replica_identity::has_key(column, alter, relation) => {
            let reason = format!("column {column} is in the index that is used as replica identity");
            Some(refused(INVALID_TABLE_DEFINITION, reason))
        }
        ColumnChange::DropNotNull if in_key() => {
            Some(refused(INVALID_TABLE_DEFINITION, format!("column {column} is in a primary key")))
        }
        ColumnChange::SetType { .. } if relation.is_partitioned_by(column) => {
            let reason = format!("cannot alter column {column} because it is part of the partition key");
            Some(refused(INVALID_TABLE_DEFINITION, reason))
        }
        ColumnChange::SetType { .. } if relation.triggers.iter().any(|trigger| trigger.columns.contains(column)) => {
            let reason = format!("cannot alter the type of column {column}: a trigger names it");
            Some(refused(FEATURE_NOT_SUPPORTED, reason).by(Cause::Dependant))
        }
        ColumnChange::SetType { .. } if is_generated_from() => {
            let reason = format!("cannot alter the type of column {column}: a generated column is computed from it");
            Some(refused_on(VersionSet::since(15), FEATURE_NOT_SUPPORTED, reason).by(Cause::Dependant))
        }
        _ => None,
    }
}

fn add_constraint(
    constraint: &TableConstraint,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Vec<Refusal> {
    let names = |columns: &'_ [Ident]| -> Vec<EcoString> { columns.iter().map(|column| column.name.clone()).collect() };
    let key = |columns: &[Ident]| {
        let columns = names(columns);
        partitioned_key(relation, &columns.iter().map(EcoString::as_str).collect::<Vec<_>>())
    };
    let mut found = Vec::new();
    match &constraint.kind {
        TableConstraintKind::Unique(KeyColumns::Columns(columns)) => found.extend(key(columns)),
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index)) => {
            found.extend(no_key(index, relation).or_else(|| other_order(index, relation)));
        }
        TableConstraintKind::PrimaryKey(columns) => {
            if let KeyColumns::Columns(columns) = columns {
                found.extend(key(columns));
                found.extend(second_key_of_part(&names(columns), alter, relation, around));
            }
            if let KeyColumns::UsingIndex(index) = columns {
                let order = || other_order(index, relation);
                found.extend(no_key(index, relation).or_else(order).or_else(|| takes_null(index, relation)));
            }
            if relation.has_primary_key_for_certain() && !drops_primary_key(alter, relation) {
                found.push(second_primary_key(relation));
            }
        }
        TableConstraintKind::ForeignKey { .. } if relation.is_partitioned() => {
            let reason = "foreign keys are not supported on partitioned tables".to_owned();
            found.push(refused_on(VersionSet::before(11), FEATURE_NOT_SUPPORTED, reason));
            if alter.only {
                let reason = "cannot use ONLY for a foreign key on a partitioned table".to_owned();
                found.push(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason));
            }
            if constraint.traits.not_valid {
                let reason = "cannot add a NOT VALID foreign key on a partitioned table".to_owned();
                found.push(refused_on(VersionSet::range(11, 17), WRONG_OBJECT_TYPE, reason));
            }
        }
        TableConstraintKind::Exclude { elements, .. } if relation.is_partitioned() => {
            let reason = "exclusion constraints are not supported on partitioned tables".to_owned();
            found.push(refused_on(VersionSet::before(17), FEATURE_NOT_SUPPORTED, reason));
            let columns: Option<Vec<&str>> =
                elements.iter().map(|element| Some(element.key.column.as_ref()?.name.as_str())).collect();
            if columns.is_some_and(|columns| lacks_partition_key(relation, &columns)) {
                let reason = "an exclusion constraint of a partitioned table must include its partition key".to_owned();
                found.push(refused_on(VersionSet::since(17), FEATURE_NOT_SUPPORTED, reason));
            }
        }
        TableConstraintKind::ForeignKey { .. }
        | TableConstraintKind::Check(_)
        | TableConstraintKind::NotNull(_)
        | TableConstraintKind::Exclude { .. } => {}
    }
    found.extend(indexes::exclude(constraint));
    found.extend(indexes::exclude_early(constraint, alter, relation));
    found
}

/// An index that leaves rows out, lets values repeat or is about expressions is no key.
fn no_key(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name).filter(|_| relation.complete)?;
    let is_key = known.unique && !known.partial && !known.keys.contains(&None);
    let reason = || format!("index {} is not a unique index of all rows over columns", index.name);
    (!is_key).then(|| refused(WRONG_OBJECT_TYPE, reason()))
}

/// The index of a key is sorted as the server would sort it.
fn other_order(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name).filter(|known| relation.complete && known.certain)?;
    let pattern = |key: &KeyShape| key.operators.as_ref().is_some_and(|class| class.ends_with("_pattern_ops"));
    let sorted = known.shape.keys.iter().any(|key| key.descending || key.nulls_first || pattern(key));
    let collated = known.keys.iter().zip(&known.shape.keys).any(|(column, key)| {
        let column = column.as_ref().and_then(|name| relation.column(name));
        column.is_some_and(|column| bounds::sorts_otherwise(column, key.collation.as_ref()))
    });
    let versions = match (sorted, collated) {
        (true, _) => VersionSet::ALL,
        (false, true) => VersionSet::since(13),
        (false, false) => return None,
    };
    let reason = format!("index {} does not have the default sort order", index.name);
    Some(refused_on(versions, WRONG_OBJECT_TYPE, reason))
}

/// NULL may stand once only in an index where NULLS are not distinct, and in a primary key never.
fn takes_null(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name).filter(|known| relation.complete && known.certain)?;
    let reason = || format!("primary keys cannot use NULLS NOT DISTINCT indexes, as {} is one", index.name);
    let versions = VersionSet::since(16);
    known.shape.nulls_not_distinct.then(|| refused_on(versions, INVALID_TABLE_DEFINITION, reason()))
}

fn is_primary_key(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Key { primary: true, .. })
}

fn drop_constraint(name: &Ident, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let Some(Constraint { kind: ConstraintKind::Key { columns, primary, .. }, .. }) = relation.constraint(&name.name)
    else {
        return Vec::new();
    };
    let needing = keys_that_need(relation, &name.name, columns, around).into_iter().next();
    let views = if *primary { around.catalog.views_of_key(&relation.name) } else { Vec::new() };
    let view = views.into_iter().find(|view| existence::is_there(view));
    let needing = needing.map(|other| format!("the foreign key of {other}"));
    let needing = needing.or(view.map(|view| format!("view {}, which is grouped by it,", view.name)));
    let reason = |needing| format!("cannot drop constraint {}: {needing} depends on it", name.name);
    needing.map(|needing| refused(DEPENDENT_OBJECTS, reason(needing))).into_iter().collect()
}

fn set_unlogged(relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let logged = |other: &Relation| {
        other.persistence == Persistence::Permanent && other.created_in.is_some() && other.kind == RelationKind::Table
    };
    let names_it = |known: &Publication| known.names().any(|name| *name == relation.name);
    if let Some(publication) = around.catalog.publications_that(names_it).first() {
        let reason = format!("cannot make {} unlogged: it is in the publication {publication}", relation.name);
        return Some(refused(NOT_IN_PREREQUISITE_STATE, reason));
    }
    let referencing = referencing(&relation.name, around);
    let other = referencing.into_iter().map(|(table, _)| table).find(|table| logged(table))?;
    let reason = format!("cannot make {} unlogged: the logged table {} references it", relation.name, other.name);
    Some(refused(INVALID_TABLE_DEFINITION, reason))
}

fn set_logged(relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let referenced = relation.foreign_keys().filter(|(_, to)| **to != relation.name);
    let mut referenced = referenced.filter_map(|(_, to)| around.catalog.get(to));
    let other = referenced.find(|to| to.persistence == Persistence::Unlogged && to.created_in.is_some())?;
    let unlogged = relation.persistence == Persistence::Unlogged;
    let reason = || format!("cannot make {} logged: it references the unlogged table {}", relation.name, other.name);
    unlogged.then(|| refused(INVALID_TABLE_DEFINITION, reason()))
}
