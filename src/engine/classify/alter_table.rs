//! ALTER TABLE and its relatives, one subcommand at a time.

use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ConstraintChange, ConstraintTraits, CreateSequence, Firing,
    Ident, KeyColumns, NamedOption, ObjectName, PartitionBound, PartitionBoundKind, Persistence, References,
    RowSecurity, SequenceOptionKind, TableConstraint, TableConstraintKind, WhichTriggers,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::{RelationKind, RelationName, Standing};
use crate::engine::partitions::proof as partition_proof;
use crate::engine::proof::{Proof, Proven};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::{Occurrence, alter_column, drop::indexes_of, not_null};

/// The relation that a subcommand is about, and what is known of it.
pub(super) struct Subject<'a> {
    pub(super) name: RelationName,
    pub(super) relation: Option<&'a Relation>,
    /// Partitions and children that the subcommand reaches; none with ONLY.
    pub(super) descendants: Vec<RelationName>,
    /// ONLY.
    pub(super) only: bool,
    /// Constraints that the same statement drops: that pass comes first, so they prove nothing.
    pub(super) dropped: Vec<&'a str>,
    /// Columns that the same statement adds, with NULL in the rows that are there.
    added_empty: Vec<&'a str>,
    pub(super) around: &'a Surroundings<'a>,
}

impl Subject<'_> {
    /// A behaviour of this relation and of its partitions.
    pub(super) fn form(&self, form: Form, span: Span) -> Occurrence {
        Occurrence::new(form, span)
            .with(Role::Target, self.name.clone())
            .with_all(Role::Partition, self.descendants.iter().cloned())
    }

    /// A behaviour of this relation and of its partitions, in which inheritance children have no part.
    pub(super) fn form_with_partitions(&self, form: Form, span: Span) -> Occurrence {
        match self.is_partitioned() {
            true => self.form(form, span),
            false => Occurrence::new(form, span).with(Role::Target, self.name.clone()),
        }
    }

    /// What happens to inheritance children, if there are any.
    fn children(&self, form: Form, span: Span) -> Option<Occurrence> {
        let children = (!self.is_partitioned() && !self.descendants.is_empty()).then_some(&self.descendants)?;
        Some(Occurrence::new(form, span).with_all(Role::Partition, children.iter().cloned()))
    }

    /// The children themselves, without theirs, be they reached or not.
    pub(super) fn own_children(&self) -> Vec<RelationName> {
        self.relation.map(|relation| relation.children.clone()).unwrap_or_default()
    }

    /// The relations that the subcommand reaches, as far as they are known, with the parts they play.
    pub(super) fn relations(&self) -> impl Iterator<Item = (Role, &Relation)> {
        let reached = self.descendants.iter().filter_map(|name| self.around.catalog.get(name));
        self.relation.map(|relation| (Role::Target, relation)).into_iter().chain(reached.map(|r| (Role::Partition, r)))
    }

    pub(super) fn is_partitioned(&self) -> bool {
        self.relation.is_some_and(Relation::is_partitioned)
    }

    fn constraint(&self, name: &Ident) -> Option<&Constraint> {
        self.relation.and_then(|relation| relation.constraint(&name.name))
    }

    pub(super) fn index(&self, name: &str) -> RelationName {
        RelationName::new(&*self.name.schema, name)
    }

    /// Whether the relation was seen whole and lacks the constraint.
    fn lacks_constraint(&self, name: &Ident) -> bool {
        self.relation.is_some_and(|relation| relation.complete && relation.constraint(&name.name).is_none())
    }
}

pub(super) fn alter_table(alter: &AlterTable, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = around.resolve(&alter.name);
    if alter.if_exists && around.is_missing(&name) {
        return Vec::new();
    }
    let object = match (alter.object, around.kind(&name)) {
        (AlterObject::Table, RelationKind::Index) => AlterObject::Index,
        (AlterObject::Table, RelationKind::View) => AlterObject::View,
        (AlterObject::Table, RelationKind::Sequence) => AlterObject::Sequence,
        // ALTER INDEX ... RENAME takes any relation.
        (AlterObject::Index, RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition)
            if around.catalog.get(&name).is_some() =>
        {
            AlterObject::Table
        }
        (object, _) => object,
    };
    let subject = Subject {
        relation: around.catalog.get(&name),
        dropped: dropped_constraints(alter),
        added_empty: added_empty(alter, &name, around),
        descendants: if alter.only { Vec::new() } else { around.catalog.descendants(&name) },
        only: alter.only,
        name,
        around,
    };
    match object {
        AlterObject::Table | AlterObject::ForeignTable | AlterObject::MaterializedView => {
            alter.actions.iter().flat_map(|action| table_action(action, &subject)).collect()
        }
        AlterObject::View => vec![Occurrence::new(Form::AlterViewRename, span).with(Role::Target, subject.name)],
        AlterObject::Sequence => alter.actions.iter().map(|action| sequence_action(action, &subject)).collect(),
        AlterObject::Index => {
            let as_table = alter.object == AlterObject::Table;
            alter.actions.iter().map(|action| index_action(action, as_table, &subject)).collect()
        }
    }
}

fn dropped_constraints(alter: &AlterTable) -> Vec<&str> {
    let dropped = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::DropConstraint { name, .. } => Some(name.name.as_str()),
        _ => None,
    });
    dropped.collect()
}

fn added_empty<'a>(alter: &'a AlterTable, table: &RelationName, around: &Surroundings) -> Vec<&'a str> {
    let exists = |name: &str| around.catalog.get(table).is_some_and(|relation| relation.column(name).is_some());
    let added = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { column, .. } => Some(column),
        _ => None,
    });
    let empty = added.filter(|column| alter_column::is_added_empty(column, around) && !exists(&column.name.name));
    empty.map(|column| column.name.name.as_str()).collect()
}

/// `as_table`: the index is named in ALTER TABLE, which locks it as it would a table.
fn index_action(action: &AlterAction, as_table: bool, subject: &Subject) -> Occurrence {
    let index = subject.name.clone();
    match &action.kind {
        AlterActionKind::RenameTo(_) => {
            let form = if as_table { Form::RenameIndexAsTable } else { Form::RenameIndex };
            Occurrence::new(form, action.span).with(Role::Index, index)
        }
        AlterActionKind::SetTablespace(_) => {
            Occurrence::new(Form::AlterIndexSetTablespace, action.span).with(Role::Index, index)
        }
        AlterActionKind::AttachPartition { partition, .. } => {
            let attached = subject.around.resolve(partition);
            let tables = [&index, &attached].map(|index| subject.around.catalog.table_of_index(index).cloned());
            Occurrence::new(Form::AttachIndexPartition, action.span)
                .with_all(Role::Source, tables.into_iter().flatten())
                .with(Role::Parent, index)
                .with(Role::Attached, attached)
        }
        _ => Occurrence::new(Form::AlterIndexSetOptions, action.span).with(Role::Index, index),
    }
}

/// OWNED BY looks at the table.
pub(super) fn create_sequence(create: &CreateSequence, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let owner = create.options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::OwnedBy(owner) => owner.as_ref().map(|owner| around.resolve(&owner.table)),
        _ => None,
    });
    owner.map(|owner| Occurrence::new(Form::AlterSequence, span).with(Role::Source, owner)).into_iter().collect()
}

fn sequence_action(action: &AlterAction, subject: &Subject) -> Occurrence {
    use AlterActionKind as A;
    let form = match &action.kind {
        A::RenameTo(_) | A::SetSchema(_) | A::OwnerTo(_) | A::SetLogged | A::SetUnlogged => Form::AlterSequenceRename,
        _ => Form::AlterSequence,
    };
    let owner = match &action.kind {
        A::SequenceOptions(options) => options.iter().find_map(|option| match &option.kind {
            SequenceOptionKind::OwnedBy(owner) => owner.as_ref().map(|owner| subject.around.resolve(&owner.table)),
            _ => None,
        }),
        _ => None,
    };
    Occurrence::new(form, action.span).with(Role::Sequence, subject.name.clone()).with(Role::Source, owner)
}

fn table_action(action: &AlterAction, subject: &Subject) -> Vec<Occurrence> {
    use AlterActionKind as A;
    let span = action.span;
    let target = |form: Form| vec![Occurrence::new(form, span).with(Role::Target, subject.name.clone())];
    let reaching = |form: Form| vec![subject.form(form, span)];
    match &action.kind {
        A::AddColumn { if_not_exists, column } => alter_column::add_column(*if_not_exists, column, span, subject),
        A::DropColumn { if_exists, name, cascade } => {
            alter_column::drop_column(*if_exists, name, *cascade, span, subject)
        }
        A::AlterColumn { name, change } => alter_column::alter_column(name, change, span, subject),
        A::AddConstraint(constraint) => add_constraint(constraint, span, subject),
        A::ValidateConstraint(name) => vec![validate(name, span, subject)],
        A::AlterConstraint { name, change } => vec![alter_constraint(name, *change, span, subject)],
        A::DropConstraint { if_exists, name, cascade } => drop_constraint(*if_exists, name, *cascade, span, subject),
        A::RenameColumn { .. } => reaching(Form::RenameColumn),
        A::RenameTo(_) => target(Form::RenameTable),
        A::RenameConstraint { .. } => reaching(Form::RenameConstraint),
        A::SetSchema(_) => target(Form::SetSchema),
        A::SetLogged => target(persistence(Persistence::Permanent, Form::SetLogged, subject)),
        A::SetUnlogged => target(persistence(Persistence::Unlogged, Form::SetUnlogged, subject)),
        A::SetAccessMethod(method) => target(access_method(method.as_ref(), subject)),
        A::SetTablespace(tablespace) if tablespace.name == "pg_default" => target(Form::SetTablespaceNoop),
        A::SetTablespace(_) => target(Form::SetTablespace),
        A::SetOptions(options) | A::ResetOptions(options) if is_for_catalogs(options) => target(Form::ChangeMetadata),
        A::SetOptions(_) => target(Form::SetReloptions),
        A::ResetOptions(_) => target(Form::ResetReloptions),
        A::ClusterOn(index) => {
            let occurrence = Occurrence::new(Form::ClusterOn, span).with(Role::Target, subject.name.clone());
            vec![occurrence.with(Role::Index, subject.index(&index.name))]
        }
        A::SetWithoutCluster => target(Form::SetWithoutCluster),
        A::SetWithOids => target(Form::SetWithOids),
        A::SetWithoutOids
        | A::OfType(_)
        | A::NotOfType
        | A::DependsOnExtension { .. }
        | A::SequenceOptions(_)
        | A::ForeignOptions(_) => target(Form::ChangeMetadata),
        A::OwnerTo(_) => {
            let sequences = subject.relation.map(|relation| relation.sequences.clone()).unwrap_or_default();
            let occurrence = Occurrence::new(Form::OwnerTo, span).with(Role::Target, subject.name.clone());
            vec![
                occurrence
                    .with_all(Role::Index, indexes_of(&subject.name, subject.around))
                    .with_all(Role::Sequence, sequences),
            ]
        }
        A::Trigger { firing, which } => {
            let form = if *firing == Firing::Never { Form::DisableTrigger } else { Form::EnableTrigger };
            // Partitions are reached where they have the trigger of their parent.
            let cloned =
                subject.relation.is_some_and(|relation| relation.triggers.iter().any(|trigger| trigger.for_each_row));
            let mut found = if cloned { vec![subject.form_with_partitions(form, span)] } else { target(form) };
            let keys =
                subject.is_partitioned() && subject.relation.is_some_and(|known| known.foreign_keys().next().is_some());
            if keys && *which == WhichTriggers::All {
                let partitions = subject.descendants.iter().cloned();
                found.push(
                    Occurrence::new(Form::DisableAllTriggersPartitioned, span).with_all(Role::Partition, partitions),
                );
            }
            found
        }
        A::Rule { .. } => target(Form::DropRule),
        A::RowSecurity(RowSecurity::Enable) => target(Form::EnableRowSecurity),
        A::RowSecurity(RowSecurity::Disable) => target(Form::DisableRowSecurity),
        A::RowSecurity(RowSecurity::Force | RowSecurity::NoForce) => target(Form::ForceRowSecurity),
        A::ReplicaIdentity(_) => target(Form::ReplicaIdentity),
        A::Inherit(parent) => vec![related(Form::Inherit, span, subject, parent)],
        A::NoInherit(parent) => vec![related(Form::NoInherit, span, subject, parent)],
        A::AttachPartition { partition, bound } => attach(partition, bound.as_ref(), span, subject),
        A::DetachPartition { partition, concurrently, finalize } => {
            let form = match *concurrently || *finalize {
                true => Form::DetachPartitionConcurrently,
                false => Form::DetachPartition,
            };
            detach(form, subject.around.resolve(partition), span, subject)
        }
    }
}

/// The parameter that makes a table one that decoding of the log reads keeps everybody out.
///
/// Source: the lock levels in PostgreSQL's access/common/reloptions.c.
fn is_for_catalogs(options: &[NamedOption]) -> bool {
    options.iter().any(|option| option.name == "user_catalog_table")
}

fn related(form: Form, span: Span, subject: &Subject, parent: &ObjectName) -> Occurrence {
    Occurrence::new(form, span)
        .with(Role::Attached, subject.name.clone())
        .with(Role::Parent, subject.around.resolve(parent))
}

/// A table that is logged, or unlogged, as wanted stays as it is.
fn persistence(wanted: Persistence, form: Form, subject: &Subject) -> Form {
    let known = subject.relation.filter(|relation| relation.created_in.is_some());
    if known.is_some_and(|relation| relation.persistence == wanted) { Form::SetLoggedNoop } else { form }
}

fn access_method(method: Option<&Ident>, subject: &Subject) -> Form {
    let current = subject.relation.and_then(|relation| relation.access_method.as_deref()).unwrap_or("heap");
    let wanted = method.map_or("heap", |method| method.name.as_str());
    if current == wanted { Form::SetAccessMethodNoop } else { Form::SetAccessMethod }
}

fn attach(partition: &ObjectName, bound: Option<&PartitionBound>, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let attached = subject.around.resolve(partition);
    let default = subject.relation.and_then(|relation| relation.default_partition.clone());
    let bound = bound.zip(subject.relation);
    let judged = |table: &RelationName, proof: fn(&Relation, &Relation, &PartitionBound) -> bool| {
        let table = subject.around.catalog.get(table);
        table.zip(bound).is_some_and(|(table, (bound, parent))| proof(table, parent, bound))
    };
    let proofs = |table: &RelationName, proof: fn(&Relation, &Relation, &PartitionBound) -> bool| {
        let table = subject.around.catalog.get(table);
        let known = table.zip(bound).map(|(table, (bound, parent))| Proof::by_checks(table, parent, bound, proof));
        known.unwrap_or_default()
    };
    let (form, known) = match rest_proven(&attached, bound.map(|(bound, _)| bound), subject) {
        Some(proofs) => (Form::AttachPartitionProven, proofs),
        None if judged(&attached, partition_proof::implies) => {
            (Form::AttachPartitionProven, proofs(&attached, partition_proof::implies))
        }
        None => (Form::AttachPartition, Vec::new()),
    };
    let occurrence = Occurrence::new(form, span).proven(known);
    let mut found = vec![occurrence.with(Role::Parent, subject.name.clone()).with(Role::Attached, attached.clone())];
    // What is a partition of the parent's parent too has to meet its bound as well.
    let above = subject.around.catalog.ancestors(&subject.name).into_iter().map(|parent| parent.name.clone());
    found.push(Occurrence::new(form, span).with_all(Role::Source, above));
    if let Some(default) = default {
        let occurrence = match judged(&default, partition_proof::excludes) {
            true => {
                let proofs = proofs(&default, partition_proof::excludes);
                Occurrence::new(Form::AttachPartitionDefaultProven, span).proven(proofs)
            }
            false => Occurrence::new(Form::AttachPartitionDefault, span),
        };
        let read = occurrence.form == Form::AttachPartitionDefault;
        let below = if read { subject.around.catalog.descendants(&default) } else { Vec::new() };
        let occurrence = occurrence.with(Role::Parent, subject.name.clone());
        found.push(occurrence.with(Role::DefaultPartition, default).with_all(Role::DefaultPartition, below));
    }
    let below = subject.around.catalog.descendants(&attached);
    found.push(Occurrence::new(form, span).with_all(Role::Attached, below.iter().cloned()));
    found.extend(attach_foreign_keys(&attached, span, subject));
    if lacks_index(&attached, subject) {
        let built = Occurrence::new(Form::AttachPartitionIndexed, span).with(Role::Attached, attached);
        found.push(built.with_all(Role::Attached, below));
    }
    found
}

/// For DEFAULT: what proves that the table has no row of any other partition.
fn rest_proven(attached: &RelationName, bound: Option<&PartitionBound>, subject: &Subject) -> Option<Vec<Proof>> {
    let of_default = |bound: &&PartitionBound| bound.kind == PartitionBoundKind::Default;
    bound.filter(of_default)?;
    let catalog = subject.around.catalog;
    let (table, parent) = catalog.get(attached).zip(subject.relation)?;
    let whole = parent.complete && parent.created_in.is_some() && !parent.perhaps_older;
    let others: Option<Vec<&PartitionBound>> =
        parent.children.iter().map(|child| catalog.get(child)?.bound.as_ref()).collect();
    let others = others.filter(|_| whole)?;
    let mut found = Vec::new();
    for other in others {
        if !partition_proof::excludes(table, parent, other) {
            return None;
        }
        let by = Proof::by_checks(table, parent, other, partition_proof::excludes);
        found.extend(by.into_iter().filter(|proof| !found.contains(proof)).collect::<Vec<_>>());
    }
    Some(found)
}

/// Whether an index of the parent has no like among those of the partition, each of which serves once.
fn lacks_index(attached: &RelationName, subject: &Subject) -> bool {
    let Some((partition, parent)) = subject.around.catalog.get(attached).zip(subject.relation) else { return false };
    let mut free: Vec<&Index> = partition.indexes.iter().collect();
    parent.indexes.iter().any(|index| {
        let suffix = parent.key_suffix(&index.name);
        let part = free.iter().position(|own| partition.has_part(own, index, suffix));
        part.map(|part| free.remove(part)).is_none()
    })
}

/// The foreign keys of the parent, and those that point to it, are made for the partition too.
fn attach_foreign_keys(attached: &RelationName, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let (referenced, referencing) = foreign_key_partners(subject);
    let mut found = Vec::new();
    let partition = subject.around.catalog.get(attached);
    let has =
        |to: &RelationName| partition.zip(subject.relation).is_some_and(|(own, parent)| has_keys_to(to, own, parent));
    let (merged, referenced): (Vec<RelationName>, Vec<RelationName>) = referenced.into_iter().partition(has);
    if !merged.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionForeignKeyMerged, span).with_all(Role::Referenced, merged));
    }
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionForeignKey, span).with_all(Role::Referenced, referenced));
    }
    if !referencing.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionReferenced, span).with_all(Role::Referencing, referencing));
    }
    found
}

/// Whether a table has, validated, all the foreign keys to another that its parent has.
fn has_keys_to(to: &RelationName, own: &Relation, parent: &Relation) -> bool {
    let keys = |relation: &'_ Relation, validated: bool| -> Vec<ConstraintKind> {
        let all = relation.foreign_keys().filter(|(constraint, _)| constraint.is_proven() || !validated);
        all.filter(|(_, referenced)| *referenced == to).map(|(constraint, _)| constraint.kind.clone()).collect()
    };
    let own = keys(own, true);
    keys(parent, false).iter().all(|key| own.contains(key))
}

/// Tables that the subject references, and tables that reference it.
fn foreign_key_partners(subject: &Subject) -> (Vec<RelationName>, Vec<RelationName>) {
    let referenced = subject.relation.into_iter().flat_map(|relation| relation.foreign_keys());
    let referenced = referenced.map(|(_, to)| to.clone()).filter(|to| *to != subject.name).collect();
    let referencing = subject.around.catalog.referencing(&subject.name).into_iter();
    (referenced, referencing.map(|(table, _)| table.name.clone()).collect())
}

fn detach(form: Form, partition: RelationName, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let below = subject.around.catalog.descendants(&partition);
    let mut found = vec![
        Occurrence::new(form, span)
            .with(Role::Parent, subject.name.clone())
            .with(Role::Attached, partition.clone())
            .with_all(Role::Partition, below)
            .with(Role::DefaultPartition, subject.relation.and_then(|r| r.default_partition.clone())),
    ];
    if form != Form::DetachPartition {
        return found;
    }
    let row_trigger = |relation: &Relation| relation.triggers.iter().any(|trigger| trigger.for_each_row);
    if subject.relation.is_some_and(row_trigger) {
        found.push(Occurrence::new(Form::DetachPartitionTrigger, span).with(Role::Attached, partition.clone()));
    }
    let (referenced, referencing) = foreign_key_partners(subject);
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::DetachPartitionForeignKey, span).with_all(Role::Referenced, referenced));
    }
    if !referencing.is_empty() {
        let occurrence = Occurrence::new(Form::DetachPartitionReferenced, span).with(Role::Attached, partition);
        found.push(occurrence.with_all(Role::Referencing, referencing));
    }
    found
}

fn add_constraint(constraint: &TableConstraint, span: Span, subject: &Subject) -> Vec<Occurrence> {
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
        TableConstraintKind::NotNull(column) => {
            not_null::set_not_null(&column.name, Form::AddNotNullConstraint, span, subject)
        }
        TableConstraintKind::ForeignKey { columns, references, .. } => {
            let children = subject.children(Form::AddForeignKeyInheritance, span);
            std::iter::once(foreign_key(columns, references, traits, span, subject)).chain(children).collect()
        }
        TableConstraintKind::Unique(KeyColumns::Columns(_)) => key(Form::AddUnique, Form::AddUniqueInheritance),
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index)) => {
            vec![using_index(Form::AddUniqueUsingIndex, constraint.name.as_ref(), index, span, subject)]
        }
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
            key(primary_key(columns, subject), Form::AddPrimaryKeyInheritance)
        }
        TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => {
            vec![using_index(primary_key_using(index, subject), constraint.name.as_ref(), index, span, subject)]
        }
        TableConstraintKind::Exclude { .. } => key(Form::AddExclude, Form::AddUniqueInheritance),
    }
}

/// A child that has the CHECK already is not read for it again.
fn add_check(form: Form, name: Option<&Ident>, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let has = |child: &RelationName| {
        let known = subject.around.catalog.get(child).zip(name).and_then(|(child, name)| child.constraint(&name.name));
        known.is_some_and(|known| known.is_proven() && matches!(known.kind, ConstraintKind::Check { .. }))
    };
    let (merged, others): (Vec<RelationName>, Vec<RelationName>) = subject.descendants.iter().cloned().partition(has);
    let found = Occurrence::new(form, span).with(Role::Target, subject.name.clone()).with_all(Role::Partition, others);
    if form != Form::AddCheck || merged.is_empty() {
        return vec![found.with_all(Role::Partition, merged)];
    }
    vec![found, Occurrence::new(Form::AddCheckMerged, span).with_all(Role::Partition, merged)]
}

fn check_form(traits: ConstraintTraits) -> Form {
    match (traits.not_enforced, traits.not_valid) {
        (true, _) => Form::AddCheckNotEnforced,
        (false, true) => Form::AddCheckNotValid,
        (false, false) => Form::AddCheck,
    }
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
        () if columns.iter().any(|column| subject.added_empty.contains(&column.name.as_str())) => {
            Form::AddForeignKeyNewColumn
        }
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

fn alter_constraint(name: &Ident, change: ConstraintChange, span: Span, subject: &Subject) -> Occurrence {
    let known = subject.constraint(name).map(|constraint| &constraint.kind);
    match (change.enforced, known) {
        _ if change.inherit.is_some() => subject.form(Form::AlterConstraintInherit, span),
        (Some(enforced), Some(ConstraintKind::ForeignKey { referenced, .. })) => {
            let form = if enforced { Form::AlterConstraintEnforced } else { Form::AlterConstraintNotEnforced };
            let partner = Some(referenced.clone()).filter(|to| *to != subject.name);
            subject.form(form, span).with(Role::Referenced, partner)
        }
        _ => subject.form_with_partitions(Form::AlterConstraintDeferrable, span),
    }
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

fn validate(name: &Ident, span: Span, subject: &Subject) -> Occurrence {
    let known = subject.constraint(name);
    let form = match known.map(|constraint| &constraint.kind) {
        Some(_) if known.is_some_and(Constraint::is_proven) => Form::ValidateNoop,
        Some(ConstraintKind::ForeignKey { .. }) => Form::ValidateForeignKey,
        Some(ConstraintKind::NotNull { .. }) => Form::ValidateNotNull,
        Some(ConstraintKind::Check { .. } | ConstraintKind::Key { .. }) | None => Form::ValidateCheck,
    };
    let referenced = match known.map(|constraint| &constraint.kind) {
        Some(ConstraintKind::ForeignKey { referenced, .. }) if *referenced != subject.name => Some(referenced.clone()),
        _ => None,
    };
    let proof = subject.relation.zip(known).filter(|_| form == Form::ValidateNoop);
    let proof = proof.map(|(relation, by)| Proof::by_constraint(relation, Proven::Constraint, by, "valid already"));
    // The keys are looked up in the partitions.
    let partitions = referenced.iter().flat_map(|to| subject.around.with_partitions(to.clone()).into_iter().skip(1));
    let partitions: Vec<RelationName> = partitions.collect();
    let reached = if form == Form::ValidateForeignKey {
        subject.form_with_partitions(form, span)
    } else {
        subject.form(form, span)
    };
    reached.with(Role::Referenced, referenced).with_all(Role::Source, partitions).proven(proof)
}

fn drop_constraint(if_exists: bool, name: &Ident, cascade: bool, span: Span, subject: &Subject) -> Vec<Occurrence> {
    if if_exists && subject.lacks_constraint(name) {
        return vec![subject.form(Form::DropConstraintNoop, span)];
    }
    let Some(constraint) = subject.constraint(name) else { return vec![subject.form(Form::DropCheck, span)] };
    match &constraint.kind {
        ConstraintKind::Check { .. } if subject.only => {
            let children = subject.own_children();
            vec![
                subject.form(Form::DropCheck, span),
                Occurrence::new(Form::DropConstraintOnly, span).with_all(Role::Partition, children),
            ]
        }
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => vec![subject.form(Form::DropCheck, span)],
        ConstraintKind::ForeignKey { referenced, .. } => {
            let partner = Some(referenced.clone()).filter(|to| *to != subject.name);
            let locked = partner.map(|to| subject.around.with_partitions(to)).unwrap_or_default();
            vec![subject.form(Form::DropForeignKey, span).with_all(Role::Referenced, locked)]
        }
        ConstraintKind::Key { .. } => {
            let mut found =
                vec![subject.form(Form::DropUnique, span).with(Role::Index, subject.index(&constraint.name))];
            let referencing = subject.around.catalog.referencing(&subject.name);
            if cascade && !referencing.is_empty() {
                let tables = referencing.into_iter().map(|(table, _)| table.name.clone());
                found.push(Occurrence::new(Form::DropPrimaryKeyCascade, span).with_all(Role::Referencing, tables));
            }
            found
        }
    }
}
