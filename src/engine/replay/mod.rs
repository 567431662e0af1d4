//! Applies statements to the catalogue, as the server would.

mod alter;
mod bound;
mod cascade;
mod constraint;
mod create;
mod domain;
mod inherit;
mod like;
mod not_null;
mod policy;
mod renames;
mod sequence;
mod trigger;

pub use constraint::{as_table_constraint, constraint_name};
pub use create::index_name;

use crate::ast::{
    AlterFunction, AlterObject, DataType, Drop, ObjectChange, ObjectKind, ObjectName, PublicationChange,
    PublicationObject, RoutineAction, Statement, StatementKind, StatisticsElement, TypeKind, Write, WriteVerb,
};
use crate::postgres::types;
use crate::source::Span;

use super::catalog::{Catalog, Function, MigrationId, Statistics};
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

    /// The name that CREATE gives.
    pub(super) fn created(&self, name: &ObjectName, temporary: bool) -> RelationName {
        match temporary {
            true => RelationName::new(TEMPORARY, &*name.name.name),
            false => self.around().created(name),
        }
    }

    /// The schema of a type that is not built in.
    pub(super) fn type_schema(&self, data_type: &DataType) -> Option<String> {
        (!types::is_built_in_name(&data_type.name)).then(|| self.around().type_name(data_type).schema)
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
    match &statement.kind {
        StatementKind::CreateTable(create) => create::create_table(create, &mut replay),
        StatementKind::CreateView(create) => create::create_view(create, &mut replay),
        StatementKind::CreateIndex(create) => create::create_index(create, &mut replay),
        StatementKind::CreateSequence(create) => sequence::create(create, &mut replay),
        StatementKind::CreateTrigger(create) => trigger::create(create, &mut replay),
        StatementKind::CreateType(create) => {
            let name = replay.resolve(&create.name);
            match create.kind {
                TypeKind::Enum(_) => replay.catalog.add_enum(name, author.migration),
                TypeKind::Composite(_) => replay.catalog.add_composite(name),
                TypeKind::Range(_) | TypeKind::Base(_) | TypeKind::Shell => {}
            }
        }
        StatementKind::CreateStatistics(create) => {
            let tables = create.tables.iter().map(|table| replay.resolve(table)).collect();
            let columns = create.elements.iter().flat_map(|element| match element {
                StatisticsElement::Column(column) => vec![column.name.clone()],
                StatisticsElement::Expr(expr) => expr.columns.clone(),
            });
            if let Some(name) = &create.name {
                let name = replay.created(name, false);
                replay.catalog.add_statistics(name, Statistics { tables, columns: columns.collect() });
            }
        }
        StatementKind::CreatePublication(create) => publish(&create.name.name, &create.objects, false, &mut replay),
        StatementKind::AlterPublication(alter) => {
            let adds = matches!(alter.change, PublicationChange::Add(_));
            if adds || matches!(alter.change, PublicationChange::Set(_)) {
                publish(&alter.name.name, alter.change.objects(), adds, &mut replay);
            }
        }
        StatementKind::CreateDomain(create) => domain::create(create, &mut replay),
        StatementKind::AlterDomain(alter) => domain::alter(alter, &mut replay),
        StatementKind::CreateFunction(create) => {
            let schema = replay.created(&create.name, false).schema;
            replay.catalog.add_function(&create.name.name.name, Function::new(create, &schema));
        }
        StatementKind::AlterTable(alter) => match alter.object {
            AlterObject::Index => alter::alter_index(alter, &mut replay),
            _ => alter::alter_table(alter, &mut replay),
        },
        StatementKind::Drop(drop) => {
            drop_objects(drop, &mut replay);
            if matches!(drop.object, ObjectKind::Type | ObjectKind::Domain) {
                domain::drop(drop, &mut replay);
            }
        }
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
        StatementKind::AlterOther(alter) => {
            policy::rename(alter, &mut replay);
            trigger::rename(alter, &mut replay);
            renames::alter(alter, &mut replay);
        }
        StatementKind::AlterFunction(alter) => alter_function(alter, &mut replay),
        StatementKind::Do(_)
        | StatementKind::Transaction(_)
        | StatementKind::Set(_)
        | StatementKind::CreateEventTrigger(_)
        | StatementKind::AlterEventTrigger(_)
        | StatementKind::CreateRule(_)
        | StatementKind::AlterType(_)
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
            RoutineAction::Shared(ObjectChange::RenameTo(to)) => {
                renames::follow_function(name, &to.name, replay);
                replay.catalog.rename_function(name, &to.name);
            }
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
            ObjectKind::Table | ObjectKind::ForeignTable | ObjectKind::View | ObjectKind::MaterializedView => {
                drop_relation(&name, drop.cascade, replay)
            }
            ObjectKind::Sequence => {
                if drop.cascade {
                    cascade::drop_default_of_sequence(&name, replay);
                }
                replay.catalog.own_sequence(&name, None);
                drop_relation(&name, drop.cascade, replay);
            }
            ObjectKind::Function if drop.cascade => cascade::drop_users_of_function(&name, replay),
            ObjectKind::Index => drop_index(&name, replay),
            ObjectKind::Schema => drop_schema(&written.name.name, replay),
            ObjectKind::Trigger => {
                if let Some(table) = drop.on.as_ref().map(|table| replay.resolve(table)) {
                    trigger::drop(&table, &written.name.name, replay);
                }
            }
            ObjectKind::Policy => {
                let table = drop.on.as_ref().map(|table| replay.resolve(table));
                if let Some(table) = table.and_then(|table| replay.catalog.get_mut(&table)) {
                    table.policies.retain(|policy| policy.name != written.name.name);
                }
            }
            ObjectKind::Other(kind) if kind == "STATISTICS" => {
                replay.catalog.remove_statistics(&name);
            }
            ObjectKind::Type | ObjectKind::Domain if drop.cascade => alter::drop_columns_of_type(&name, replay),
            ObjectKind::Column
            | ObjectKind::Type
            | ObjectKind::Domain
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

/// The parts on partitions go with it.
fn drop_index(index: &RelationName, replay: &mut Replay) {
    if let Some(table) = replay.catalog.table_of_index(index).cloned() {
        for (partition, part) in inherit::parts_of(&table, &index.name, replay) {
            replay.catalog.remove_index(&RelationName::new(&*partition.schema, part));
        }
    }
    replay.catalog.remove_index(index);
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
