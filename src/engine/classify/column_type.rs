//! ALTER COLUMN TYPE, and the work that it causes in what depends on the column.

use crate::engine::catalog::{Column, Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::RelationName;
use crate::engine::proof::Proof;
use crate::engine::refusals;
use crate::engine::type_changes::TypeRequest;
use crate::postgres::types::TypeChange;
use crate::postgres::{Form, Role, Version};
use crate::source::Span;

use super::Occurrence;
use super::alter_column::uses;
use super::alter_table::Subject;

/// ALTER COLUMN TYPE.
pub(super) fn change_type(column: &str, request: &TypeRequest, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let known = subject.relation.and_then(|relation| relation.column(column));
    // What is computed when it is read is stored nowhere.
    let is_virtual = known.is_some_and(|known| known.more.generated_virtual);
    let change = what_changes(column, request, subject);
    let base = form_of(change, subject);
    let proof = subject.relation.zip(known).filter(|_| base != Form::AlterTypeRewrite && !is_virtual);
    let proof = proof.and_then(|(relation, known)| Proof::by_type(relation, known, "no rewrite"));
    let proof = proof.map(|proof| if base == Form::AlterTypeTimestampUtc { proof.since(12) } else { proof });
    let mut found = vec![subject.form(base, span).proven(proof)];
    if base != Form::AlterTypeRewrite {
        found.extend(dependent_work(column, known, change, request, span, subject));
    }
    let keeps_keys = change == TypeChange::Metadata && !subject.rewritten;
    found.extend(foreign_key_partners(column, keeps_keys, span, subject));
    found
}

/// Whether a change of type writes every row anew.
pub(super) fn rewrites(column: &str, request: &TypeRequest, subject: &Subject) -> bool {
    form_of(what_changes(column, request, subject), subject) == Form::AlterTypeRewrite
}

fn what_changes(column: &str, request: &TypeRequest, subject: &Subject) -> TypeChange {
    let known = subject.relation.and_then(|relation| relation.column(column));
    match subject.around.type_change(known, request, Version::NEWEST) {
        TypeChange::Refused => TypeChange::Refused,
        _ if known.is_some_and(|known| known.more.generated_virtual) => TypeChange::Metadata,
        change => change,
    }
}

fn form_of(change: TypeChange, subject: &Subject) -> Form {
    match change {
        TypeChange::Metadata | TypeChange::RebuildIndex => Form::AlterTypeMetadata,
        TypeChange::RebuildIndexUnderUtc if subject.around.is_utc() => Form::AlterTypeTimestampUtc,
        TypeChange::RebuildIndexUnderUtc | TypeChange::Rewrite | TypeChange::Refused => Form::AlterTypeRewrite,
    }
}

/// Work that a change of type causes although the rows stay as they are, in each of the relations that it reaches.
fn dependent_work(
    column: &str,
    known: Option<&Column>,
    change: TypeChange,
    request: &TypeRequest,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let collation = request.collation.map(|collation| collation.name.name.clone());
    let other_order = change != TypeChange::Metadata || known.is_some_and(|known| known.collation != collation);
    let catalog = subject.around.catalog;
    let of_index = |index: &Index| {
        let in_key = index.keys.iter().flatten().any(|key| key == column);
        let in_expression = index.expression_columns.iter().any(|used| used == column);
        (
            in_key || in_expression,
            in_expression || (in_key && (index.partial || other_order || index.keys.contains(&None))),
        )
    };
    let mut found = Vec::new();
    for (role, relation) in subject.relations() {
        // The index of a partitioned table is made again, and with it those of its partitions, be they as before or not.
        let parents = catalog.ancestors(&relation.name).into_iter().filter(|parent| parent.is_partitioned());
        // What the same statement drops is gone before.
        let indexes = |of: &Relation, made: fn((bool, bool)) -> bool| {
            of.indexes
                .iter()
                .filter(|index| !refusals::drops_index(subject.alter, index))
                .any(|index| made(of_index(index)))
        };
        let of_parent = parents.into_iter().any(|parent| indexes(parent, |(used, _)| used));
        let on_partitions = relation.is_partitioned() && indexes(relation, |(used, _)| used);
        if of_parent || on_partitions || indexes(relation, |(_, made)| made) {
            found.push(Occurrence::new(Form::AlterTypeRebuildIndex, span).with(role, relation.name.clone()));
        }
        let stays = |constraint: &Constraint| !refusals::drops_constraint(subject.alter, constraint);
        let rechecked = relation.constraints.iter().any(|constraint| {
            let columns = match &constraint.kind {
                ConstraintKind::Check { columns, .. } => columns.as_slice(),
                _ => &[],
            };
            constraint.validated && stays(constraint) && columns.iter().any(|used| used == column)
        });
        if rechecked {
            found.push(Occurrence::new(Form::AlterTypeRecheck, span).with(role, relation.name.clone()));
        }
    }
    found
}

/// Foreign keys on the column, and those that the partitions and children have of their own.
fn foreign_key_partners(column: &str, metadata: bool, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let mut found = own_partners(column, metadata, span, subject);
    for child in &subject.descendants {
        let relation = subject.around.catalog.get(child);
        let child = Subject { name: child.clone(), relation, descendants: Vec::new(), ..subject.clone() };
        found.extend(own_partners(column, metadata, span, &child));
    }
    found
}

/// A foreign key on the column is made anew, which locks the other table too.
fn own_partners(column: &str, metadata: bool, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let Some(relation) = subject.relation else { return Vec::new() };
    let stays = |table: &Relation, key: &Constraint| {
        !refusals::drops_foreign_key(subject.alter, relation, table, key, subject.around)
    };
    let above = subject.around.catalog.ancestors(&subject.name);
    let of_parent = |key: &Constraint| {
        let mut above = above.iter().filter(|parent| parent.is_partitioned());
        above.any(|parent| parent.foreign_keys().any(|(other, _)| other.kind == key.kind))
    };
    let own = relation.foreign_keys().filter(|(key, _)| uses(&key.kind, column) && stays(relation, key));
    let own = own.filter(|(key, _)| !of_parent(key));
    let outgoing: Vec<(&Constraint, &RelationName)> = own.collect();
    let is_primary = relation.primary_key().is_some_and(|key| key.iter().any(|name| name == column));
    let points_here = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } if referenced_columns.is_empty() => is_primary,
        ConstraintKind::ForeignKey { referenced_columns, .. } => referenced_columns.iter().any(|name| name == column),
        _ => false,
    };
    let incoming = subject.around.catalog.referencing(&subject.name).into_iter();
    let incoming: Vec<(&Relation, &Constraint)> =
        incoming.filter(|(table, key)| points_here(&key.kind) && stays(table, key)).collect();
    // A key that is not valid is not looked up.
    let catalog = subject.around.catalog;
    let is_partitioned = |name: &RelationName| catalog.get(name).is_some_and(Relation::is_partitioned);
    let mut found = Vec::new();
    for read in [true, false] {
        let is_read = |constraint: &Constraint| (constraint.validated && !metadata) == read;
        let to = outgoing.iter().filter(|(key, _)| is_read(key)).map(|(_, to)| (*to).clone());
        let (partitioned, to): (Vec<RelationName>, Vec<RelationName>) = to.partition(is_partitioned);
        for to in partitioned {
            let form = if read { Form::AlterTypeKeyToPartitioned } else { Form::AlterTypeKeyToPartitionedMetadata };
            let (inner, leaves): (Vec<RelationName>, Vec<RelationName>) =
                subject.around.with_partitions(to).into_iter().partition(is_partitioned);
            let occurrence = Occurrence::new(form, span).with(Role::Target, subject.name.clone());
            found.push(occurrence.with_all(Role::Referenced, inner).with_all(Role::Partition, leaves));
        }
        if !to.is_empty() {
            let form = match read {
                true => Form::AlterTypeReferencing,
                false if subject.is_partitioned() => Form::AlterTypeKeyOfPartitionedMetadata,
                false => Form::AlterTypeReferencingMetadata,
            };
            found.push(subject.form(form, span).with_all(Role::Referenced, to));
        }
        let from = incoming.iter().copied().filter(|(_, key)| is_read(key));
        let is_of_partitioned = |(table, key): &(&Relation, &Constraint)| {
            let has_it = |parent: &&Relation| parent.foreign_keys().any(|(other, _)| other.kind == key.kind);
            table.is_partitioned() || catalog.ancestors(&table.name).iter().any(has_it)
        };
        let (of_partitioned, of_tables): (Vec<_>, Vec<_>) = from.partition(is_of_partitioned);
        let forms = match read {
            true => [Form::AlterTypeReferenced, Form::AlterTypeReferenced],
            false => [Form::AlterTypeReferencedByPartitionedMetadata, Form::AlterTypeReferencedMetadata],
        };
        for (form, tables) in
            forms.into_iter().zip([of_partitioned, of_tables]).filter(|(_, tables)| !tables.is_empty())
        {
            let tables = tables.into_iter().map(|(table, _)| table.name.clone());
            found.push(subject.form(form, span).with_all(Role::Referencing, tables));
        }
    }
    found
}
