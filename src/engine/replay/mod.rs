//! Applies statements to the catalogue, as the server would.

mod alter;
mod body;
mod cascade;
mod column;
mod constraint;
mod create;
mod declared;
mod domain;
mod drop;
mod extension;
mod function;
mod given;
mod inherit;
mod like;
mod not_null;
mod objects;
mod owned;
mod parts;
mod policy;
mod publication;
mod renames;
mod routed;
mod rows;
mod rule;
mod schema;
mod sequence;
mod shows;
mod subscription;
mod trigger;
mod types;
mod unnamed;
mod view;

pub use constraint::{as_table_constraint, constraint_name};
pub use create::index_name;
pub(crate) use objects::{OF_COLUMN, alone, signature};
pub(crate) use publication::VIA_ROOT;
pub(super) use rows::{gives_one_row, gives_rows};

use std::borrow::Cow;

use ecow::EcoString;

use crate::ast::{
    AlterObject, CreateStatistics, DataType, Expr, Foreign, ObjectName, PartitionBound, Statement, StatementKind,
    StatisticsElement,
};
use crate::postgres::types as builtin_types;
use crate::source::Span;

use super::catalog::{Catalog, Fate, Kind, MigrationId, Place, Statistics, Written};
use super::effect::{RelationKind, RelationName, TEMPORARY};
use super::names;
use super::partitions::zone;
use super::session::Session;
use super::surroundings::Surroundings;

/// Who changes the catalogue: the place in history that new objects are marked with.
#[derive(Debug, Clone, Copy)]
pub struct Author<'t> {
    /// The migration.
    pub migration: MigrationId,
    /// The transaction, counted over the sequence.
    pub transaction: usize,
    /// The statement.
    pub statement: Span,
    /// Whether what is not in the catalogue does not exist.
    pub history_is_whole: bool,
    /// The statement stands for others that differ in their constants only.
    pub stands_for_more: bool,
    /// The text of the file.
    pub text: &'t str,
    /// Whether what is written stands in it where the tree says; in a string given to EXECUTE it stands near by.
    pub exact: bool,
}

impl Author<'_> {
    /// A part of the statement, as a place in history.
    pub(super) fn place(&self, span: Span) -> Place {
        Place { migration: self.migration, statement: self.statement, span }
    }
}

/// A catalogue that is being changed, with what names resolve by.
pub(super) struct Replay<'a> {
    pub(super) catalog: &'a mut Catalog,
    session: &'a Session,
    search_path: Cow<'a, [EcoString]>,
    pub(super) author: Author<'a>,
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

    /// The schema of a type that is not built in.
    pub(super) fn type_schema(&self, data_type: &DataType) -> Option<EcoString> {
        (!builtin_types::is_built_in_name(&data_type.name)).then(|| self.around().type_name(data_type).schema)
    }

    /// A type by a name that means it whatever search_path is set later.
    pub(super) fn settled(&self, data_type: &DataType) -> DataType {
        let own = |schema: &EcoString| schema != "public" && !data_type.name.contains('.');
        let schema = self.type_schema(data_type).filter(own);
        let name = schema.map(|schema| RelationName::new(schema, &*data_type.name));
        let known =
            name.filter(|name| self.catalog.past(Kind::Type, name).is_some_and(|past| past.fate == Fate::Given));
        let name = known.map_or_else(|| data_type.name.clone(), |name| format!("{}.{}", name.schema, name.name).into());
        DataType { name, ..data_type.clone() }
    }

    /// The text of a span.
    pub(super) fn text_of(&self, span: Span) -> &str {
        self.around().text_of(span)
    }

    /// An expression as it is written, where its place is exact.
    pub(super) fn written(&self, expr: &Expr) -> Written {
        if self.author.exact { Written::new(self.text_of(expr.span)) } else { Written::default() }
    }

    /// The bound of a partition, as this session reads it.
    pub(super) fn bound(&self, parent: &RelationName, bound: &PartitionBound) -> PartitionBound {
        let known = self.catalog.get(parent).filter(|_| self.around().is_utc());
        known.map_or_else(|| bound.clone(), |parent| zone::bound_in_utc(bound, parent))
    }

    pub(super) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            catalog: self.catalog,
            session: self.session,
            migration: self.author.migration,
            history_is_whole: self.author.history_is_whole,
            search_path: &self.search_path,
            stands_for_more: false,
            in_loop: false,
            calls: 0,
            firing: None,
            text: self.author.text,
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
    search_path: Cow<'_, [EcoString]>,
    author: Author,
) {
    let mut replay = Replay { catalog, session, search_path, author };
    objects::doubt_homonyms(statement, &mut replay);
    match &statement.kind {
        StatementKind::CreateTable(create) => {
            create::create_table(create, &mut replay);
            let queries = create.query.iter().filter(|_| !create.with_no_data);
            queries.flat_map(|query| &query.writes).for_each(|write| rows::write(write, &mut replay));
        }
        StatementKind::CreateView(create) => view::create(create, &mut replay),
        StatementKind::CreateIndex(create) => create::create_index(create, &mut replay),
        StatementKind::CreateSequence(create) => sequence::create(create, &mut replay),
        StatementKind::CreateTrigger(create) => trigger::create(create, &mut replay),
        StatementKind::CreateType(create) => types::create(create, &mut replay),
        StatementKind::AlterType(alter) => types::alter(alter, &mut replay),
        StatementKind::CreateStatistics(create) => {
            let statistics = Statistics {
                tables: create.tables.iter().map(|table| replay.resolve(table)).collect(),
                columns: create.elements.iter().flat_map(StatisticsElement::columns).cloned().collect(),
            };
            let name = match &create.name {
                Some(name) => Some(replay.created(name, false)),
                None => statistics.tables.first().map(|table| chosen_name(create, table, replay.catalog)),
            };
            if let Some(name) = name {
                if create.name.is_none() {
                    replay.catalog.ledger.note(Kind::Statistics, &name, Fate::Given);
                }
                replay.catalog.add_statistics(name, statistics);
            }
        }
        StatementKind::CreatePublication(create) => publication::create(create, &mut replay),
        StatementKind::AlterPublication(alter) => publication::alter(alter, &mut replay),
        StatementKind::CreateSubscription(create) => subscription::create(create, &mut replay),
        StatementKind::AlterSubscription(alter) => subscription::alter(alter, &mut replay),
        StatementKind::CreateDomain(create) => domain::create(create, &mut replay),
        StatementKind::AlterDomain(alter) => domain::alter(alter, &mut replay),
        StatementKind::CreateFunction(create) => function::create(create, &mut replay),
        StatementKind::AlterTable(alter) => match alter.object {
            AlterObject::Index if replay.catalog.get(&replay.resolve(&alter.name)).is_none() => {
                alter::alter_index(alter, &mut replay);
            }
            _ => alter::alter_table(alter, &mut replay),
        },
        StatementKind::Drop(dropped) => drop::drop_objects(dropped, &mut replay),
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
            replay.catalog.disorder_rows();
        }
        StatementKind::Vacuum(_) | StatementKind::Repack(_) => replay.catalog.disorder_rows(),
        StatementKind::Write(write) => rows::write(write, &mut replay),
        StatementKind::Query(query) => query.writes.iter().for_each(|write| rows::write(write, &mut replay)),
        StatementKind::Truncate(truncate) => rows::truncate(truncate, &mut replay),
        StatementKind::CreateSchema(create) => {
            let search_path = replay.around().inside(create);
            for element in &create.elements {
                apply_inside(element, replay.catalog, session, Cow::Borrowed(&search_path), author);
            }
        }
        StatementKind::CreateRule(create) => rule::create(create, &mut replay),
        StatementKind::CreatePolicy(create) => policy::create(create, &mut replay),
        StatementKind::AlterPolicy(alter) => policy::alter(alter, &mut replay),
        StatementKind::AlterOther(alter) => {
            policy::rename(alter, &mut replay);
            trigger::rename(alter, &mut replay);
            rule::rename(alter, &mut replay);
            renames::alter(alter, &mut replay);
            subscription::rename(alter, &mut replay);
        }
        StatementKind::AlterFunction(alter) => function::alter(alter, &mut replay),
        StatementKind::Owned(owned) => owned::apply(owned, &mut replay),
        StatementKind::Grant(grant) => owned::grant(grant, &mut replay),
        StatementKind::Foreign(foreign) => {
            if let Foreign::CreateServer(server) = &**foreign
                && let Some(wrapper) = &server.wrapper
            {
                replay.catalog.add_server(&server.name.name, &wrapper.name);
            }
        }
        StatementKind::SetConstraints(set) => {
            let transaction = replay.author.transaction;
            replay.catalog.set_constraints(set, transaction);
        }
        StatementKind::Opaque(opaque) if opaque.what == "DISCARD TEMP" => replay.catalog.end_session(),
        StatementKind::Do(_)
        | StatementKind::Raise(_)
        | StatementKind::Transaction(_)
        | StatementKind::Set(_)
        | StatementKind::CreateEventTrigger(_)
        | StatementKind::AlterEventTrigger(_)
        | StatementKind::AlterStatistics(_)
        | StatementKind::CreateExtension(_)
        | StatementKind::AlterExtension(_)
        | StatementKind::Lock(_)
        | StatementKind::Reindex(_)
        | StatementKind::Comment(_)
        | StatementKind::SecurityLabel(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
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
    unnamed::note(statement, &mut replay);
}

/// The name that statistics without one get (16).
///
/// Source: `ChooseExtendedStatisticName` of PostgreSQL's commands/statscmds.c.
fn chosen_name(create: &CreateStatistics, table: &RelationName, catalog: &Catalog) -> RelationName {
    let parts = create.elements.iter().map(|element| match element {
        StatisticsElement::Column(column) => column.name.as_str(),
        StatisticsElement::Expr(_) => "expr",
    });
    let parts: Vec<&str> = parts.collect();
    let taken =
        |name: &str| catalog.all_statistics().any(|(known, _)| known.schema == table.schema && known.name == name);
    RelationName::new(&*table.schema, &*names::chosen(&table.name, &parts.join("_"), "stat", taken))
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
