//! ADD, ALTER, VALIDATE and DROP CONSTRAINT.

use ecow::EcoString;

use crate::ast::{
    ConstraintChange, ConstraintTraits, Ident, KeyAction, KeyColumns, References, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Index};
use crate::engine::effect::{RelationKind, RelationName, Standing};
use crate::engine::proof::{Proof, Proven};
use crate::engine::refusals;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::alter_table::Subject;
use super::{Occurrence, drop, not_null};

pub(super) fn add_constraint(constraint: &TableConstraint, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let traits = constraint.traits;
    let one = |form: Form| vec![subject.form(form, span)];
    let key = |form: Form, of_children: Form| {
        let children = subject.children(of_children, span);
        std::iter::once(subject.form_with_partitions(form, span)).chain(children).collect()
    };
    match &constraint.kind {
        TableConstraintKind::Check(_) if traits.no_inherit && check_form(traits) == Form::AddCheck => {
            one(Form::AddCheckNoInherit)
        }
        TableConstraintKind::Check(_) => add_check(check_form(traits), constraint.name.as_ref(), span, subject),
        TableConstraintKind::NotNull(_) if traits.not_valid => one(Form::AddNotNullConstraintNotValid),
        TableConstraintKind::NotNull(column) if traits.no_inherit => {
            let own = Subject { descendants: Vec::new(), ..subject.clone() };
            let mut found = not_null::set_not_null(&column.name, Form::AddNotNullConstraint, span, &own);
            let children = subject.descendants.iter().cloned();
            found.push(Occurrence::new(Form::SetNotNullNoop, span).with_all(Role::Target, children));
            found
        }
        TableConstraintKind::NotNull(column)
            if not_null::not_null_state(&column.name, subject) == not_null::NotNullState::Already =>
        {
            one(Form::AddNotNullConstraintNoop)
        }
        TableConstraintKind::NotNull(column) => {
            not_null::set_not_null(&column.name, Form::AddNotNullConstraint, span, subject)
        }
        TableConstraintKind::ForeignKey { columns, references, .. } => {
            let children = subject.children(Form::AddForeignKeyInheritance, span);
            let below = below(span, subject);
            let own = foreign_key(columns, references, traits, span, subject);
            let found = merged_keys(own, columns, references, traits, subject).into_iter();
            found.chain(children).chain(below).collect()
        }
        TableConstraintKind::Unique(KeyColumns::Columns(columns)) => {
            let found = merged_parts(key(Form::AddUnique, Form::AddUniqueInheritance), columns, constraint, subject);
            found.into_iter().chain(with_triggers(traits, span, subject)).collect()
        }
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index)) => {
            vec![using_index(Form::AddUniqueUsingIndex, constraint.name.as_ref(), index, span, subject)]
        }
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
            let form = primary_key(columns, subject);
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let only =
                if form == Form::AddPrimaryKey { not_null::of_spared(&names, span, subject) } else { Vec::new() };
            if form == Form::AddPrimaryKey && !subject.is_partitioned() {
                return key_of_parent(form, &names, span, subject).into_iter().chain(only).collect();
            }
            let found = merged_parts(key(form, Form::AddPrimaryKeyInheritance), columns, constraint, subject);
            found.into_iter().chain(with_triggers(traits, span, subject)).chain(only).collect()
        }
        TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => {
            let form = primary_key_using(index, subject);
            let known = subject.relation.and_then(|relation| relation.index(&index.name));
            let keys: Vec<&str> =
                known.into_iter().flat_map(|index| index.keys.iter().flatten()).map(EcoString::as_str).collect();
            let nullable = form != Form::AddPrimaryKeyUsingIndex;
            let children = match nullable {
                true => not_null::of_children(&keys, span, subject),
                false => {
                    let children = subject.descendants.iter().cloned();
                    vec![Occurrence::new(Form::AddPrimaryKeyInheritance, span).with_all(Role::Partition, children)]
                }
            };
            let own = using_index(form, constraint.name.as_ref(), index, span, &subject.alone());
            std::iter::once(own).chain(children).collect()
        }
        TableConstraintKind::Exclude { .. } => key(Form::AddExclude, Form::AddUniqueInheritance),
    }
}

/// The partitions of a table that gets a DEFERRABLE key.
fn with_triggers(traits: ConstraintTraits, span: Span, subject: &Subject) -> Option<Occurrence> {
    let partitions = (subject.is_partitioned() && traits.deferrable).then_some(&subject.descendants)?;
    let form = Form::AddUniqueDeferrablePartitioned;
    Some(Occurrence::new(form, span).with_all(Role::Partition, partitions.iter().cloned()))
}

/// PRIMARY KEY on columns of an inheritance parent that may be NULL: they become NOT NULL in the children too.
fn key_of_parent(form: Form, columns: &[&str], span: Span, subject: &Subject) -> Vec<Occurrence> {
    let own = Occurrence::new(form, span).with(Role::Target, subject.name.clone());
    std::iter::once(own).chain(not_null::of_children(columns, span, subject)).collect()
}

/// The index of a like key of a partition becomes a part of the new one, and is not built.
fn merged_parts(
    mut found: Vec<Occurrence>,
    columns: &[Ident],
    constraint: &TableConstraint,
    subject: &Subject,
) -> Vec<Occurrence> {
    let builds = |form: Form| matches!(form, Form::AddUnique | Form::AddPrimaryKeyNotNullColumns);
    let index = &constraint.index;
    let plain = index.include.is_empty() && !index.nulls_not_distinct && !index.without_overlaps;
    let Some(first) = found.first_mut().filter(|first| builds(first.form) && plain && subject.is_partitioned()) else {
        return found;
    };
    let is_like = |own: &Constraint| {
        matches!(&own.kind, ConstraintKind::Key { columns: known, exclusion: false, .. }
            if known.iter().eq(columns.iter().map(|column| &column.name)))
            && own.traits.deferrable == constraint.traits.deferrable
            && !own.doubted
    };
    let has = |child: &RelationName| {
        let child = subject.around.catalog.get(child).filter(|child| !child.is_partitioned());
        child.is_some_and(|child| {
            child.constraints.iter().filter(|own| is_like(own)).any(|own| {
                let index = child.index(&own.name).filter(|index| index.certain && !index.more.doubted);
                // A part of another index of the parent stays that.
                let is_free = |index: &&Index| index.more.parent.is_none();
                let plain = |index: &Index| index.shape.include.is_empty() && !index.shape.nulls_not_distinct;
                index.filter(is_free).is_some_and(plain)
            })
        })
    };
    let merged: Vec<RelationName> = subject.descendants.iter().filter(|child| has(child)).cloned().collect();
    if merged.is_empty() {
        return found;
    }
    first.relations.retain(|(_, name)| !merged.contains(name));
    let part = Occurrence::new(Form::AddUniqueMerged, first.span).with_all(Role::Partition, merged);
    found.push(part);
    found
}

/// A table that has the CHECK from its parent, and a child that has it at all, are not read for it again.
fn add_check(form: Form, name: Option<&Ident>, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let losing = name.map(|name| subject.losing_check(&name.name)).unwrap_or_default();
    let has = |child: &RelationName| {
        let known = subject.around.catalog.get(child).zip(name).and_then(|(child, name)| child.constraint(&name.name));
        known.is_some_and(|known| known.is_proven() && known.is_check() && !losing.contains(child))
    };
    let (merged, others): (Vec<RelationName>, Vec<RelationName>) = subject.descendants.iter().cloned().partition(has);
    let known = subject.relation.zip(name).and_then(|(relation, name)| relation.constraint(&name.name));
    let has_it = form == Form::AddCheck && has(&subject.name) && known.is_some_and(|known| known.inherited);
    let target = |merged: bool| (merged == has_it).then(|| subject.name.clone());
    let found = Occurrence::new(form, span).with_all(Role::Target, target(false)).with_all(Role::Partition, others);
    if form != Form::AddCheck || !has_it && merged.is_empty() {
        return vec![found.with_all(Role::Partition, merged)];
    }
    // Before 18 nobody looks below a table that has it.
    let below = |name: &RelationName| {
        let relation = subject.around.catalog.get(name).filter(|relation| relation.parents.len() == 1);
        relation.is_some_and(|relation| relation.parents.iter().all(|parent| merged.contains(parent)))
    };
    let (below, merged): (Vec<RelationName>, Vec<RelationName>) = merged.iter().cloned().partition(below);
    let has_already = Occurrence::new(Form::AddCheckMerged, span);
    let has_already = has_already.with_all(Role::Target, target(true)).with_all(Role::Partition, merged);
    let mut all = vec![found, has_already];
    all.retain(|occurrence| !occurrence.relations.is_empty());
    if !below.is_empty() {
        all.push(Occurrence::new(Form::CheckBelowChildren, span).with_all(Role::Partition, below));
    }
    all
}

fn check_form(traits: ConstraintTraits) -> Form {
    match (traits.not_enforced, traits.not_valid) {
        (true, _) => Form::AddCheckNotEnforced,
        (false, true) => Form::AddCheckNotValid,
        (false, false) => Form::AddCheck,
    }
}

/// Partitions of partitions.
fn below(span: Span, subject: &Subject) -> Option<Occurrence> {
    let children = subject.relation.filter(|relation| relation.is_partitioned())?.children.as_slice();
    let below = subject.descendants.iter().filter(|name| !children.contains(name)).cloned();
    let found = Occurrence::new(Form::AddForeignKeyBelow, span).with_all(Role::Partition, below);
    Some(found).filter(|found| !found.relations.is_empty())
}

fn foreign_key(
    columns: &[Ident],
    references: &References,
    traits: ConstraintTraits,
    span: Span,
    subject: &Subject,
) -> Occurrence {
    let new_and_empty = subject.relation.is_some_and(|relation| relation.rows.are_none())
        && subject.around.standing(&subject.name) == Standing::New;
    let form = match () {
        () if traits.not_valid || traits.not_enforced => Form::AddForeignKeyNotValid,
        () if new_and_empty => Form::AddForeignKeyNewTable,
        () if columns.iter().any(|column| subject.is_empty(&column.name)) => Form::AddForeignKeyNewColumn,
        () => Form::AddForeignKey,
    };
    let referenced = subject.around.resolve(&references.table);
    let locked = match referenced == subject.name {
        true => vec![referenced],
        false => subject.around.with_partitions(referenced),
    };
    let empty = subject.relation.filter(|_| form == Form::AddForeignKeyNewTable).map(Proof::empty);
    subject.form_with_partitions(form, span).with_all(Role::Referenced, locked).proven(empty)
}

/// A partition that has a like key keeps it as its part of the new one.
///
/// Source: `tryAttachPartitionForeignKey()` of the server and measurements (`add-foreign-key-partitioned-*.sql`).
fn merged_keys(
    mut found: Occurrence,
    columns: &[Ident],
    references: &References,
    traits: ConstraintTraits,
    subject: &Subject,
) -> Vec<Occurrence> {
    let referenced = subject.around.resolve(&references.table);
    let open = traits.not_valid || traits.not_enforced;
    let is_like = |own: &Constraint| is_like(own, columns, references, &referenced, traits, subject);
    let has = |child: &RelationName, valid: bool| {
        let child = subject.around.catalog.get(child).filter(|child| !child.is_partitioned());
        child.is_some_and(|child| child.constraints.iter().any(|own| is_like(own) && own.is_proven() == valid))
    };
    if !subject.is_partitioned() || traits.not_enforced {
        return vec![found];
    }
    let merged: Vec<RelationName> = subject.descendants.iter().filter(|child| has(child, true)).cloned().collect();
    let adopted = subject.descendants.iter().any(|child| has(child, false));
    let span = found.span;
    let of_triggers = |form: Form| Occurrence::new(form, span).with(Role::Referenced, referenced.clone());
    let mut more = Vec::new();
    if !merged.is_empty() && !open {
        found.relations.retain(|(_, name)| !merged.contains(name));
        let all =
            subject.descendants.iter().filter(|child| subject.around.kind(child) != RelationKind::PartitionedTable);
        if all.into_iter().all(|child| merged.contains(child)) {
            found.form = Form::AddForeignKeyNotValid;
        }
        more.push(of_triggers(Form::AddForeignKeyMerged).with_all(Role::Partition, merged));
    } else if !merged.is_empty() || adopted {
        more.push(of_triggers(Form::AddForeignKeyMergedNotValid));
    }
    std::iter::once(found).chain(more).collect()
}

/// Whether a key of a partition is the same as one that its parent gets.
fn is_like(
    own: &Constraint,
    columns: &[Ident],
    references: &References,
    to: &RelationName,
    traits: ConstraintTraits,
    subject: &Subject,
) -> bool {
    let ConstraintKind::ForeignKey {
        columns: own_columns,
        referenced,
        referenced_columns,
        on_delete,
        on_update,
        match_full,
        ..
    } = &own.kind
    else {
        return false;
    };
    let names = |columns: &[Ident]| -> Vec<EcoString> { columns.iter().map(|column| column.name.clone()).collect() };
    let key = || subject.around.catalog.get(to).and_then(|to| to.primary_key()).map(<[EcoString]>::to_vec);
    let primary = |columns: Vec<EcoString>| if columns.is_empty() { key().unwrap_or_default() } else { columns };
    let action = |action: &Option<KeyAction>| action.clone().unwrap_or(KeyAction::NoAction);
    let same_traits = own.traits.deferrable == traits.deferrable
        && own.traits.initially_deferred == traits.initially_deferred
        && !own.traits.not_enforced;
    same_traits
        && referenced == to
        && *own_columns == names(columns)
        && primary(referenced_columns.clone()) == primary(names(&references.columns))
        && *on_delete == action(&references.on_delete)
        && *on_update == action(&references.on_update)
        && *match_full == references.match_full
}

pub(super) fn alter_constraint(
    name: &Ident,
    change: ConstraintChange,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let known = subject.constraint(name);
    match (change.inherit, known.map(|constraint| &constraint.kind)) {
        // The children get a constraint of their own.
        (Some(true), Some(ConstraintKind::NotNull { column })) => {
            let own = Occurrence::new(Form::AlterConstraintInherit, span).with(Role::Target, subject.name.clone());
            let passed_down = known.is_some_and(|known| known.traits.no_inherit);
            let children = if passed_down { not_null::passed_down(column, span, subject) } else { Vec::new() };
            std::iter::once(own).chain(children).collect()
        }
        // One that was never NO INHERIT is as it should be.
        (Some(true), None) if subject.relation.is_some_and(|relation| relation.complete) => {
            vec![Occurrence::new(Form::AlterConstraintInherit, span).with(Role::Target, subject.name.clone())]
        }
        _ => vec![changed(name, change, span, subject)],
    }
}

fn changed(name: &Ident, change: ConstraintChange, span: Span, subject: &Subject) -> Occurrence {
    let known = subject.constraint(name).map(|constraint| &constraint.kind);
    match (change.enforced, known) {
        _ if change.inherit.is_some() => subject.form(Form::AlterConstraintInherit, span),
        (Some(enforced), _) if known_as_enforced(name, subject) == Some(enforced) => {
            Occurrence::new(Form::AlterConstraintDeferrable, span).with(Role::Target, subject.name.clone())
        }
        (Some(enforced), Some(ConstraintKind::ForeignKey { referenced, .. })) => {
            let form = if enforced { Form::AlterConstraintEnforced } else { Form::AlterConstraintNotEnforced };
            let partner = Some(referenced.clone()).filter(|to| *to != subject.name);
            subject.form(form, span).with(Role::Referenced, partner)
        }
        _ => subject.form_with_partitions(Form::AlterConstraintDeferrable, span),
    }
}

/// Whether the constraint is enforced, where that is certain.
fn known_as_enforced(name: &Ident, subject: &Subject) -> Option<bool> {
    let known = subject.constraint(name).filter(|known| !known.doubted)?;
    Some(!known.traits.not_enforced)
}

fn using_index(form: Form, name: Option<&Ident>, index: &Ident, span: Span, subject: &Subject) -> Occurrence {
    let relation = subject.relation;
    let known = relation
        .and_then(|relation| Some((relation, relation.index(&index.name).filter(|known| !known.more.doubted)?)));
    let built = known.map(|(relation, index)| Proof::by_index(relation, Proven::Index, index, "no index build"));
    let keys = known.into_iter().flat_map(|(_, index)| index.keys.iter().flatten());
    let keys = keys.filter(|_| matches!(form, Form::AddPrimaryKeyUsingIndex | Form::AddPrimaryKeyUsingIndexProven));
    let not_null = keys.filter_map(|column| not_null::not_null_proof(column, subject));
    let proofs: Vec<Proof> = built.into_iter().chain(not_null).collect();
    // The index keeps its name, or else it is locked to be renamed.
    let renamed = name.is_some_and(|name| name.name != index.name).then(|| subject.index(&index.name));
    subject.form(form, span).with(Role::Index, renamed).proven(proofs)
}

fn primary_key(columns: &[Ident], subject: &Subject) -> Form {
    let not_null = |column: &Ident| {
        subject.relation.and_then(|relation| relation.column(&column.name)).is_some_and(|column| column.is_not_null())
    };
    if columns.iter().all(not_null) { Form::AddPrimaryKeyNotNullColumns } else { Form::AddPrimaryKey }
}

/// Whether PRIMARY KEY USING INDEX has to read the table for NULLs.
fn primary_key_using(index: &Ident, subject: &Subject) -> Form {
    use not_null::NotNullState;
    let known = subject.relation.and_then(|relation| relation.index(&index.name));
    let known = known.filter(|index| !index.more.doubted);
    let Some(keys) = known.map(|index| &index.keys) else { return Form::AddPrimaryKeyUsingIndexNullable };
    let states: Vec<NotNullState> =
        keys.iter().flatten().map(|column| not_null::not_null_state(column, subject)).collect();
    match () {
        () if states.contains(&NotNullState::Open) => Form::AddPrimaryKeyUsingIndexNullable,
        () if states.contains(&NotNullState::Proven) => Form::AddPrimaryKeyUsingIndexProven,
        () => Form::AddPrimaryKeyUsingIndex,
    }
}

pub(super) fn drop_constraint(
    if_exists: bool,
    name: &Ident,
    cascade: bool,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    if if_exists && subject.lacks_constraint(name) && subject.only && subject.is_partitioned() {
        // Nobody may be using the partitions, be they meant or not.
        let partitions = subject.around.catalog.descendants(&subject.name);
        let found = Occurrence::new(Form::DropConstraintNoop, span).with(Role::Target, subject.name.clone());
        return vec![found.with_all(Role::Partition, partitions)];
    }
    if if_exists && subject.lacks_constraint(name) {
        return vec![subject.form_with_partitions(Form::DropConstraintNoop, span)];
    }
    let Some(constraint) = subject.constraint(name) else { return vec![subject.form(Form::DropCheck, span)] };
    let alone = subject.alone();
    let subject = if subject.gives(Some(constraint)) { subject } else { &alone };
    match &constraint.kind {
        ConstraintKind::Check { .. } if subject.only => {
            let children = subject.own_children();
            let below = subject.around.catalog.descendants(&subject.name).into_iter();
            let below: Vec<RelationName> = below.filter(|name| !children.contains(name)).collect();
            let mut found = vec![
                subject.form(Form::DropCheck, span),
                Occurrence::new(Form::DropConstraintOnly, span).with_all(Role::Partition, children),
            ];
            if subject.is_partitioned() && !below.is_empty() {
                found.push(Occurrence::new(Form::CheckBelowChildren, span).with_all(Role::Partition, below));
            }
            found
        }
        ConstraintKind::Check { .. } => {
            // Nobody looks below a table that keeps it.
            let losing = subject.around.catalog.losing_check(&subject.name, &constraint.name);
            let loses = |parent: &RelationName| *parent == subject.name || losing.contains(parent);
            let is_reached = |child: &RelationName| {
                subject.around.catalog.get(child).is_none_or(|child| child.parents.iter().any(loses))
            };
            let mut reaching = subject.clone();
            reaching.descendants.retain(is_reached);
            vec![reaching.form(Form::DropCheck, span)]
        }
        ConstraintKind::NotNull { .. } => vec![subject.form(Form::DropCheck, span)],
        ConstraintKind::ForeignKey { referenced, .. } => {
            let partner = Some(referenced.clone()).filter(|to| *to != subject.name);
            let partitioned = partner.clone().filter(|to| subject.around.kind(to) == RelationKind::PartitionedTable);
            let dropped = subject.form(Form::DropForeignKey, span).with(Role::Referenced, partner);
            let below = partitioned.map(|to| drop::unreferenced_partitions(to, span, subject.around));
            std::iter::once(dropped).chain(below).collect()
        }
        ConstraintKind::Key { primary, .. } => {
            let mut dropped = subject.form(Form::DropUnique, span).with(Role::Index, subject.index(&constraint.name));
            // ONLY or not, the partitions lose their parts of the index.
            if subject.only && subject.is_partitioned() {
                let partitions = subject.around.catalog.descendants(&subject.name);
                dropped = dropped.with_all(Role::Partition, partitions);
            }
            let mut found = vec![dropped];
            let losing = refusals::keys_of_constraint(&constraint.name, subject.relation, subject.around);
            if cascade && !losing.is_empty() {
                let tables = losing.into_iter().cloned();
                found.push(Occurrence::new(Form::DropPrimaryKeyCascade, span).with_all(Role::Referencing, tables));
            }
            if cascade && *primary {
                found.extend(drop::dropped_views(subject.around.catalog.views_dropped_with_key(&subject.name), span));
            }
            found
        }
    }
}
