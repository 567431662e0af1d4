//! ALTER TABLE and its relatives, one subcommand at a time.

use rustc_hash::FxHashSet;

use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ColumnChange, CreateSequence, Firing, Ident, NamedOption,
    ObjectName, Persistence, RowSecurity, SequenceOptionKind, WhichTriggers,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals;
use crate::engine::surroundings::Surroundings;
use crate::engine::type_changes::TypeRequest;
use crate::postgres::{Form, Role, VersionSet};
use crate::source::Span;

use super::{Occurrence, alter_column, attach, column_type, constraint, drop::indexes_of, validate::validate};

/// The relation that a subcommand is about, and what is known of it.
#[derive(Clone)]
pub(super) struct Subject<'a> {
    pub(super) name: RelationName,
    pub(super) relation: Option<&'a Relation>,
    /// Partitions and children that the subcommand reaches; none with ONLY.
    pub(super) descendants: Vec<RelationName>,
    /// ONLY.
    pub(super) only: bool,
    /// Names of constraints are those that they have before 12.
    pub(super) before_12: bool,
    /// The whole statement.
    pub(super) alter: &'a AlterTable,
    /// Constraints that the same statement drops: that pass comes first, so they prove nothing.
    pub(super) dropped: Vec<&'a str>,
    /// Columns that the same statement adds, with NULL in the rows that are there.
    pub(super) added_empty: Vec<&'a str>,
    /// A type, the persistence or the access method is changed in a way that writes every row anew: foreign keys on columns
    /// whose type changes are looked up again then, be their own values as before or not.
    pub(super) rewritten: bool,
    pub(super) around: &'a Surroundings<'a>,
}

impl Subject<'_> {
    /// Whether all rows have NULL in a column: this statement adds it, or an earlier one of the transaction has.
    pub(super) fn is_empty(&self, column: &str) -> bool {
        let transaction = self.around.session.transaction_number();
        self.added_empty.contains(&column) || self.around.catalog.is_empty_column(&self.name, column, transaction)
    }

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
    pub(super) fn children(&self, form: Form, span: Span) -> Option<Occurrence> {
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

    pub(super) fn constraint(&self, name: &Ident) -> Option<&Constraint> {
        let relation = self.relation?;
        if self.before_12 { relation.constraint_before_12(&name.name) } else { relation.constraint(&name.name) }
    }

    /// The same without partitions and children.
    pub(super) fn alone(&self) -> Self {
        Self { descendants: Vec::new(), ..self.clone() }
    }

    /// The partitions and children that have lost a CHECK by the time at which others are added.
    pub(super) fn losing_check(&self, name: &str) -> FxHashSet<RelationName> {
        let is_dropped = !self.only && self.dropped.contains(&name);
        if is_dropped { self.around.catalog.losing_check(&self.name, name) } else { FxHashSet::default() }
    }

    /// Whether partitions and children have the constraint too: inheritance children have no keys of their parents.
    pub(super) fn gives(&self, constraint: Option<&Constraint>) -> bool {
        let is_key =
            |known: &Constraint| matches!(known.kind, ConstraintKind::Key { .. } | ConstraintKind::ForeignKey { .. });
        self.is_partitioned() || !constraint.is_some_and(|known| is_key(known) || known.traits.no_inherit)
    }

    pub(super) fn index(&self, name: &str) -> RelationName {
        RelationName::new(&*self.name.schema, name)
    }

    /// Whether the relation was seen whole and lacks the constraint.
    pub(super) fn lacks_constraint(&self, name: &Ident) -> bool {
        self.relation.is_some_and(|relation| relation.complete) && self.constraint(name).is_none()
    }
}

pub(super) fn alter_table(alter: &AlterTable, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = around.resolve(&alter.name);
    if alter.if_exists && around.is_missing(&name) {
        return Vec::new();
    }
    if around.is_composite(&alter.name) {
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
        before_12: false,
        alter,
        dropped: dropped_constraints(alter, around.catalog.get(&name)),
        added_empty: added_empty(alter, &name, around),
        rewritten: false,
        descendants: if alter.only { Vec::new() } else { around.catalog.descendants(&name) },
        only: alter.only,
        name,
        around,
    };
    let subject = Subject { rewritten: alter.actions.iter().any(|action| rewrites(action, &subject)), ..subject };
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

/// Whether a subcommand decides that every row is written anew before any other is at work.
///
/// Source: `ATPrepCmd()` of the server, and measurements (`fixtures/facts/alter-type-key-beside-*.sql`).
fn rewrites(action: &AlterAction, subject: &Subject) -> bool {
    use AlterActionKind as A;
    match &action.kind {
        A::AlterColumn { name, change: ColumnChange::SetType { data_type, collation, using } } => {
            let request = TypeRequest { data_type, collation: collation.as_ref(), using: using.as_deref() };
            column_type::rewrites(&name.name, &request, subject)
        }
        A::SetLogged => persistence(Persistence::Permanent, Form::SetLogged, subject) == Form::SetLogged,
        A::SetUnlogged => persistence(Persistence::Unlogged, Form::SetUnlogged, subject) == Form::SetUnlogged,
        A::SetAccessMethod(method) => access_method(method.as_ref(), subject) == Form::SetAccessMethod,
        _ => false,
    }
}

fn dropped_constraints<'a>(alter: &'a AlterTable, relation: Option<&'a Relation>) -> Vec<&'a str> {
    let dropped = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::DropConstraint { name, .. } => Some(name.name.as_str()),
        _ => None,
    });
    let known = relation.into_iter().flat_map(|relation| &relation.constraints);
    let with_columns = known.filter(|constraint| refusals::drops_constraint(alter, constraint));
    dropped.chain(with_columns.map(|constraint| constraint.name.as_str())).collect()
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

/// Parameters of BRIN, GIN and GiST indexes that nobody may meet while they change.
///
/// Source: the lock levels in PostgreSQL's access/common/reloptions.c.
const STRONG_INDEX_OPTIONS: &[&str] =
    &["autosummarize", "pages_per_range", "fastupdate", "gin_pending_list_limit", "buffering"];

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
        AlterActionKind::SetOptions(options) | AlterActionKind::ResetOptions(options)
            if options.iter().any(|option| STRONG_INDEX_OPTIONS.contains(&option.name.as_str())) =>
        {
            Occurrence::new(Form::AlterIndexSetStrongOptions, action.span).with(Role::Index, index)
        }
        AlterActionKind::DependsOnExtension { .. } => {
            Occurrence::new(Form::AlterIndexSetStrongOptions, action.span).with(Role::Index, index)
        }
        _ => Occurrence::new(Form::AlterIndexSetOptions, action.span).with(Role::Index, index),
    }
}

/// OWNED BY looks at the table.
pub(super) fn create_sequence(create: &CreateSequence, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    // A relation that is there ends the statement before it looks for the table.
    let is_there = create.if_not_exists && around.catalog.is_taken(&around.created(&create.name));
    let owner = create.options.iter().filter(|_| !is_there).find_map(|option| match &option.kind {
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
        A::AddConstraint(constraint) => constraint::add_constraint(constraint, span, subject),
        A::ValidateConstraint(name) => by_name(name, subject, |subject| validate(name, span, subject)),
        A::AlterConstraint { name, change } => {
            by_name(name, subject, |subject| constraint::alter_constraint(name, *change, span, subject))
        }
        A::DropConstraint { if_exists, name, cascade } => {
            by_name(name, subject, |subject| constraint::drop_constraint(*if_exists, name, *cascade, span, subject))
        }
        A::RenameColumn { .. } => reaching(Form::RenameColumn),
        A::RenameTo(_) => target(Form::RenameTable),
        A::RenameConstraint { from, .. } if !subject.gives(subject.constraint(from)) => target(Form::RenameConstraint),
        // What children have of their own goes by a name of its own.
        A::RenameConstraint { from, .. }
            if subject.constraint(from).is_some_and(|known| {
                matches!(known.kind, ConstraintKind::Key { .. } | ConstraintKind::ForeignKey { .. })
            }) =>
        {
            target(Form::RenameConstraint)
        }
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
            // One that the same statement makes is nobody else's yet.
            let known = subject.relation.is_some_and(|relation| relation.index(&index.name).is_some());
            let adds = |action: &AlterAction| matches!(action.kind, A::AddConstraint(_) | A::AddColumn { .. });
            let made = !known && subject.alter.actions.iter().any(adds);
            vec![occurrence.with(Role::Index, (!made).then(|| subject.index(&index.name)))]
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
        A::AttachPartition { partition, bound } => attach::attach(partition, bound.as_ref(), span, subject),
        A::DetachPartition { partition, concurrently, finalize } => {
            let form = match *concurrently || *finalize {
                true => Form::DetachPartitionConcurrently,
                false => Form::DetachPartition,
            };
            attach::detach(form, subject.around.resolve(partition), span, subject)
        }
    }
}

/// What is done to a constraint, which may be another before 12.
fn by_name(name: &Ident, subject: &Subject, done: impl Fn(&Subject) -> Vec<Occurrence>) -> Vec<Occurrence> {
    let older = Subject { before_12: true, ..subject.clone() };
    let which = |subject: &Subject| subject.constraint(name).map(|known| known.name.clone());
    if which(&older) == which(subject) {
        return done(subject);
    }
    let before = done(&older).into_iter().map(|found| found.only_on(VersionSet::before(12)));
    before.chain(done(subject).into_iter().map(|found| found.only_on(VersionSet::since(12)))).collect()
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
