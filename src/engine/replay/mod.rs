//! Applies statements to the catalogue, as the server would.

mod alter;
mod constraint;
mod create;
mod objects;
mod policy;
mod types;

pub use constraint::{as_table_constraint, constraint_name};
pub use create::index_name;
pub(crate) use objects::{alone, signature};

use crate::ast::{
    AlterFunction, AlterObject, CreateTrigger, Drop, ObjectChange, ObjectKind, ObjectName, PublicationChange,
    PublicationObject, RoutineAction, Statement, StatementKind, TriggerEventKind, Write, WriteVerb,
};
use crate::source::Span;

use super::catalog::{Catalog, Domain, Function, Kind, MigrationId, Trigger};
use super::effect::{RelationKind, RelationName, TEMPORARY};
use super::session::Session;
use super::surroundings::Surroundings;

/// Who changes the catalogue: the place in history that new objects are marked with.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// The migration.
    pub migration: MigrationId,
    /// The transaction, counted over the sequence.
    pub transaction: usize,
    /// The statement.
    pub statement: Span,
    /// Whether what is not in the catalogue does not exist.
    pub history_is_whole: bool,
}

/// A catalogue that is being changed, with what names resolve by.
pub(super) struct Replay<'a> {
    pub(super) catalog: &'a mut Catalog,
    session: &'a Session,
    search_path: Vec<String>,
    pub(super) author: Author,
}

impl Replay<'_> {
    pub(super) fn resolve(&self, name: &ObjectName) -> RelationName {
        self.around().resolve(name)
    }

    /// The type or domain that a written name means.
    pub(super) fn resolve_type(&self, name: &ObjectName) -> RelationName {
        self.around().resolve_kind(Kind::Type, name)
    }

    /// The function that a written name means, without its arguments.
    pub(super) fn resolve_function(&self, name: &ObjectName) -> RelationName {
        self.around().resolve_kind(Kind::Function, name)
    }

    /// The object of a kind that a written name means.
    pub(super) fn resolve_kind(&self, kind: Kind, name: &ObjectName) -> RelationName {
        self.around().resolve_kind(kind, name)
    }

    /// The name that CREATE gives.
    pub(super) fn created(&self, name: &ObjectName, temporary: bool) -> RelationName {
        match temporary {
            true => RelationName::new(TEMPORARY, &*name.name.name),
            false => self.around().created(name),
        }
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            catalog: self.catalog,
            session: self.session,
            migration: self.author.migration,
            history_is_whole: self.author.history_is_whole,
            search_path: &self.search_path,
            text: "",
        }
    }
}

/// Changes the catalogue as the statement does. Statements that change nothing in it, or were not understood, do nothing.
pub fn apply(statement: &Statement, catalog: &mut Catalog, session: &Session, author: Author) {
    apply_inside(statement, catalog, session, session.search_path(), author);
}

/// Applies a statement whose names are looked up in these schemas.
fn apply_inside(
    statement: &Statement,
    catalog: &mut Catalog,
    session: &Session,
    search_path: Vec<String>,
    author: Author,
) {
    let mut replay = Replay { catalog, session, search_path, author };
    objects::doubt_homonyms(statement, &mut replay);
    match &statement.kind {
        StatementKind::CreateTable(create) => create::create_table(create, &mut replay),
        StatementKind::CreateView(create) => create::create_view(create, &mut replay),
        StatementKind::CreateIndex(create) => create::create_index(create, &mut replay),
        StatementKind::CreateSequence(create) => create::create_sequence(create, &mut replay),
        StatementKind::CreateTrigger(create) => create_trigger(create, &mut replay),
        StatementKind::CreateType(create) => types::create(create, &mut replay),
        StatementKind::AlterType(alter) => types::alter(alter, &mut replay),
        StatementKind::CreateStatistics(create) => {
            let tables = create.tables.iter().map(|table| replay.resolve(table)).collect();
            if let Some(name) = &create.name {
                let name = replay.resolve(name);
                replay.catalog.add_statistics(name, tables);
            }
        }
        StatementKind::CreatePublication(create) => publish(&create.name.name, &create.objects, false, &mut replay),
        StatementKind::AlterPublication(alter) => {
            let adds = matches!(alter.change, PublicationChange::Add(_));
            if adds || matches!(alter.change, PublicationChange::Set(_)) {
                publish(&alter.name.name, alter.change.objects(), adds, &mut replay);
            }
        }
        StatementKind::CreateDomain(create) => {
            let name = replay.resolve(&create.name);
            let domain = Domain {
                data_type: create.data_type.clone(),
                constrained: create.constrained(),
                default: create.default().cloned(),
            };
            replay.catalog.add_domain(name, domain);
        }
        StatementKind::CreateFunction(create) => {
            let schema = replay.created(&create.name, false).schema;
            replay.catalog.add_function(&create.name.name.name, Function::new(create, &schema));
        }
        StatementKind::AlterTable(alter) => match alter.object {
            AlterObject::Index if replay.catalog.get(&replay.resolve(&alter.name)).is_none() => {
                alter::alter_index(alter, &mut replay);
            }
            _ => alter::alter_table(alter, &mut replay),
        },
        StatementKind::Drop(drop) => drop_objects(drop, &mut replay),
        StatementKind::Refresh(refresh) => {
            let view = replay.resolve(&refresh.name);
            if let Some(view) = replay.catalog.get_mut(&view) {
                view.unpopulated = refresh.with_no_data;
            }
        }
        StatementKind::Cluster(cluster) => {
            if let Some(table) = cluster.table.as_ref().map(|table| replay.resolve(table)) {
                replay.catalog.touch(&table).clustered = true;
            }
        }
        StatementKind::Write(write) => note_write(write, &mut replay),
        StatementKind::CreateSchema(create) => {
            let search_path = replay.around().inside(create);
            for element in &create.elements {
                apply_inside(element, replay.catalog, session, search_path.clone(), author);
            }
        }
        StatementKind::CreatePolicy(create) => policy::create(create, &mut replay),
        StatementKind::AlterPolicy(alter) => policy::alter(alter, &mut replay),
        StatementKind::AlterOther(alter) => policy::rename(alter, &mut replay),
        StatementKind::AlterFunction(alter) => alter_function(alter, &mut replay),
        StatementKind::Do(_)
        | StatementKind::Transaction(_)
        | StatementKind::Set(_)
        | StatementKind::CreateEventTrigger(_)
        | StatementKind::AlterEventTrigger(_)
        | StatementKind::CreateRule(_)
        | StatementKind::AlterDomain(_)
        | StatementKind::CreateSubscription(_)
        | StatementKind::AlterSubscription(_)
        | StatementKind::AlterStatistics(_)
        | StatementKind::CreateExtension(_)
        | StatementKind::AlterExtension(_)
        | StatementKind::Foreign(_)
        | StatementKind::Query(_)
        | StatementKind::Truncate(_)
        | StatementKind::Lock(_)
        | StatementKind::Reindex(_)
        | StatementKind::Vacuum(_)
        | StatementKind::Repack(_)
        | StatementKind::Comment(_)
        | StatementKind::SecurityLabel(_)
        | StatementKind::Grant(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
        | StatementKind::Owned(_)
        | StatementKind::Explain(_)
        | StatementKind::Prepare(_)
        | StatementKind::Execute(_)
        | StatementKind::Declare(_)
        | StatementKind::Call(_)
        | StatementKind::Psql(_)
        | StatementKind::Opaque(_)
        | StatementKind::Unparsed(_) => {}
    }
    objects::note(statement, &mut replay);
}

fn create_trigger(create: &CreateTrigger, replay: &mut Replay) {
    let columns = create.events.iter().flat_map(|event| match &event.kind {
        TriggerEventKind::Update { columns } => columns.as_slice(),
        TriggerEventKind::Insert | TriggerEventKind::Delete | TriggerEventKind::Truncate => &[],
    });
    let named = columns.map(|column| column.name.clone());
    let trigger = Trigger {
        name: create.name.name.clone(),
        function: create.function.name.name.clone(),
        for_each_row: create.for_each_row,
        columns: named.chain(create.when.iter().flat_map(|when| when.columns.iter().cloned())).collect(),
    };
    let table = replay.resolve(&create.table);
    let table = replay.catalog.touch(&table);
    table.triggers.retain(|known| known.name != trigger.name);
    table.triggers.push(trigger);
}

/// The tables of a publication, beside those that it has or instead of them.
fn publish(name: &str, objects: &[PublicationObject], adds: bool, replay: &mut Replay) {
    let named = objects.iter().filter_map(|object| match object {
        PublicationObject::Table(table) => Some(replay.resolve(&table.name)),
        PublicationObject::Schema(_) => None,
    });
    let before = if adds { replay.catalog.publication(name).to_vec() } else { Vec::new() };
    let tables = before.into_iter().chain(named).collect();
    replay.catalog.set_publication(name, tables);
}

/// Which of the overloads is meant is not followed.
fn alter_function(alter: &AlterFunction, replay: &mut Replay) {
    let name = &alter.name.name.name;
    for action in &alter.actions {
        match action {
            RoutineAction::Volatility(volatility) => replay.catalog.declare_function(name, *volatility),
            RoutineAction::Shared(ObjectChange::RenameTo(to)) => replay.catalog.rename_function(name, &to.name),
            RoutineAction::Strict(_) | RoutineAction::SecurityDefiner(_) | RoutineAction::Set(_) => {
                replay.catalog.never_inline(name);
            }
            RoutineAction::Leakproof(_)
            | RoutineAction::Parallel(_)
            | RoutineAction::Cost(_)
            | RoutineAction::Rows(_)
            | RoutineAction::Support(_)
            | RoutineAction::Reset(_)
            | RoutineAction::Shared(
                ObjectChange::SetSchema(_) | ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. },
            ) => {}
        }
    }
}

/// A write shows that the table exists, and may put rows into it.
fn note_write(write: &Write, replay: &mut Replay) {
    let target = replay.resolve(&write.target);
    replay.catalog.touch(&target).filled |=
        matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom | WriteVerb::Merge);
}

fn drop_objects(drop: &Drop, replay: &mut Replay) {
    for written in &drop.names {
        let name = replay.resolve(written);
        match &drop.object {
            ObjectKind::Table
            | ObjectKind::ForeignTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence => drop_relation(&name, drop.cascade, replay),
            ObjectKind::Index => replay.catalog.remove_index(&name),
            ObjectKind::Schema => drop_schema(&written.name.name, replay),
            ObjectKind::Trigger => {
                let table = drop.on.as_ref().map(|table| replay.resolve(table));
                if let Some(table) = table.and_then(|table| replay.catalog.get_mut(&table)) {
                    table.triggers.retain(|trigger| trigger.name != written.name.name);
                }
            }
            ObjectKind::Policy => {
                let table = drop.on.as_ref().map(|table| replay.resolve(table));
                if let Some(table) = table.and_then(|table| replay.catalog.get_mut(&table)) {
                    table.policies.retain(|policy| policy.name != written.name.name);
                }
            }
            ObjectKind::Type | ObjectKind::Domain => {
                let name = replay.resolve_type(written);
                if drop.cascade {
                    alter::drop_columns_of_type(&name, replay);
                }
                replay.catalog.remove_type(&name);
            }
            ObjectKind::Column
            | ObjectKind::Function
            | ObjectKind::Extension
            | ObjectKind::Database
            | ObjectKind::Tablespace
            | ObjectKind::Subscription
            | ObjectKind::Rule
            | ObjectKind::Constraint
            | ObjectKind::DomainConstraint
            | ObjectKind::Other(_) => {}
        }
    }
}

/// Removes a relation with its partitions; with CASCADE also the views that read it and the foreign keys that point to it.
fn drop_relation(name: &RelationName, cascade: bool, replay: &mut Replay) {
    for partition in replay.catalog.descendants(name) {
        replay.catalog.remove(&partition);
    }
    if cascade {
        let views: Vec<RelationName> =
            replay.catalog.dependent_views(name).into_iter().map(|view| view.name.clone()).collect();
        for view in views {
            replay.catalog.remove(&view);
        }
        alter::drop_foreign_keys_to(name, replay);
    }
    replay.catalog.remove(name);
}

fn drop_schema(schema: &str, replay: &mut Replay) {
    let inside = replay.catalog.relations().filter(|relation| relation.name.schema == schema);
    let names: Vec<RelationName> = inside.map(|relation| relation.name.clone()).collect();
    for name in names {
        drop_relation(&name, true, replay);
    }
    let types: Vec<RelationName> = replay.catalog.enums().map(|(name, _)| name.clone()).collect();
    types.iter().filter(|name| name.schema == schema).for_each(|name| replay.catalog.remove_type(name));
}

/// The kind of relation that ALTER names, for one that nobody created.
pub(super) fn kind_of(object: AlterObject) -> RelationKind {
    match object {
        AlterObject::Table | AlterObject::Index => RelationKind::Table,
        AlterObject::ForeignTable => RelationKind::ForeignTable,
        AlterObject::View => RelationKind::View,
        AlterObject::MaterializedView => RelationKind::MaterializedView,
        AlterObject::Sequence => RelationKind::Sequence,
    }
}
