//! Names the behaviours of a statement in the state it meets.

mod alter_column;
mod alter_table;
mod attach;
mod called;
mod column_type;
mod constraint;
mod create_table;
mod data;
mod drop;
mod drop_type;
mod function;
mod index;
mod keys;
mod known;
mod not_null;
mod object;
mod partitions;
mod path;
mod reads;
mod triggers;
mod validate;
mod write;

use crate::ast::{Expr, ObjectKind, Opaque, Statement, StatementKind, TypeKind};
use crate::postgres::{Form, Role, VersionSet};
use crate::source::Span;

pub(super) use alter_column::{fills_others, forgets_default, is_added_empty, is_required_without_default, points_to};
pub(super) use called::functions_of;
pub(super) use object::owned_by;
pub(super) use path::{End, Path, events_of, rules_of};
pub(super) use triggers::raised_by;
pub(super) use write::put_off;

use super::effect::{RelationKind, RelationName};
use super::proof::Proof;
use super::surroundings::Surroundings;

/// One behaviour of a statement, with the relations that play a part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The behaviour.
    pub form: Form,
    /// The part of the statement that causes it.
    pub span: Span,
    /// The versions on which it is one of the statement.
    pub versions: VersionSet,
    /// The relations, by their role.
    pub relations: Vec<(Role, RelationName)>,
    /// Why it is this behaviour and not a heavier one.
    pub proofs: Vec<Proof>,
}

impl Occurrence {
    /// A behaviour without relations so far.
    pub fn new(form: Form, span: Span) -> Self {
        Self { form, span, versions: VersionSet::ALL, relations: Vec::new(), proofs: Vec::new() }
    }

    /// Gives a relation its part.
    #[must_use]
    pub fn with(mut self, role: Role, relation: impl Into<Option<RelationName>>) -> Self {
        self.relations.extend(relation.into().map(|relation| (role, relation)));
        self
    }

    /// Says on which versions it is one.
    #[must_use]
    pub(super) fn only_on(mut self, versions: VersionSet) -> Self {
        self.versions = versions;
        self
    }

    /// Says why it is this behaviour.
    #[must_use]
    pub(super) fn proven(mut self, proofs: impl IntoIterator<Item = Proof>) -> Self {
        self.proofs.extend(proofs);
        self
    }

    /// Gives several relations the same part.
    #[must_use]
    pub fn with_all(mut self, role: Role, relations: impl IntoIterator<Item = RelationName>) -> Self {
        self.relations.extend(relations.into_iter().map(|relation| (role, relation)));
        self
    }
}

/// The behaviours of a statement, in the order in which its parts are written. Empty for statements that lock no
/// relation, and for those that were not understood.
pub fn occurrences(statement: &Statement, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = named(statement, around);
    found.extend(called::by(statement, around));
    found
}

/// The behaviours of the statement itself.
fn named(statement: &Statement, around: &Surroundings) -> Vec<Occurrence> {
    let span = statement.span;
    match &statement.kind {
        StatementKind::CreateTable(create) => create_table::create_table(create, span, around),
        StatementKind::CreateView(create) => create_table::create_view(create, span, around),
        StatementKind::CreateTrigger(create) => {
            let table = around.resolve(&create.table);
            let referenced = create.from.as_ref().map(|from| around.resolve(from));
            let form = if create.for_each_row { Form::CreateTrigger } else { Form::CreateStatementTrigger };
            // Inheritance children have triggers of their own.
            let partitioned = around.kind(&table) == RelationKind::PartitionedTable;
            let partitions = if partitioned { around.catalog.descendants(&table) } else { Vec::new() };
            let occurrence = Occurrence::new(form, span).with(Role::Target, table);
            vec![occurrence.with_all(Role::Partition, partitions).with(Role::Referenced, referenced)]
        }
        StatementKind::AlterTable(alter) => alter_table::alter_table(alter, span, around),
        StatementKind::CreateIndex(create) => index::create_index(create, span, around),
        StatementKind::Reindex(reindex) => index::reindex(reindex, span, around),
        StatementKind::Drop(drop) => drop::drop(drop, span, around),
        StatementKind::Write(write) => write::write(write, span, around),
        StatementKind::Query(query) => {
            let writes = query.writes.iter();
            let fired = writes.flat_map(|write| triggers::of_write(write, write.target.span, around));
            data::query(query, span, around).into_iter().chain(fired).collect()
        }
        StatementKind::Truncate(truncate) => data::truncate(truncate, span, around),
        StatementKind::Lock(lock) => data::lock(lock, span, around),
        StatementKind::Vacuum(vacuum) => data::vacuum(vacuum, span, around),
        StatementKind::Cluster(cluster) => data::cluster(cluster, span, around),
        StatementKind::Refresh(refresh) => data::refresh(refresh, span, around),
        StatementKind::Comment(comment) => data::comment(comment, span, around),
        StatementKind::CreateType(create) => match create.kind {
            TypeKind::Enum(_) => vec![Occurrence::new(Form::CreateTypeEnum, span)],
            TypeKind::Composite(_) | TypeKind::Range(_) | TypeKind::Base(_) | TypeKind::Shell => Vec::new(),
        },
        StatementKind::CreateFunction(create) => function::create_function(create, span, around),
        StatementKind::AlterType(alter) => {
            let of_enum = data::type_form(&alter.change).map(|form| Occurrence::new(form, span));
            of_enum.map_or_else(|| object::alter_attributes(alter, span, around), |found| vec![found])
        }
        StatementKind::CreatePolicy(create) => {
            object::policy(&create.table, create.using.iter().chain(&create.check), span, around)
        },
        StatementKind::AlterPolicy(alter) => {
            object::policy(&alter.table, alter.using.iter().chain(&alter.check), span, around)
        },
        StatementKind::AlterOther(alter) => object::alter_other(alter, span, around),
        StatementKind::CreateRule(create) => {
            let mut found = object::on_tables(Form::CreateRule, [&create.table], span, around);
            // What the rule does is looked up, and not planned yet.
            found.extend(create.actions.iter().flat_map(|action| data::prepared(action, action.span, around)));
            found
        }
        StatementKind::CreateStatistics(create) => {
            object::on_tables(Form::CreateStatistics, &create.tables, span, around)
        }
        StatementKind::CreatePublication(create) => object::publication(&create.objects, span, around),
        StatementKind::AlterPublication(alter) => object::alter_publication(alter, span, around),
        StatementKind::CreateSubscription(create) => object::create_subscription(create, span),
        StatementKind::AlterSubscription(alter) => object::alter_subscription(alter, span, around),
        StatementKind::Grant(grant) => object::grant(grant, span, around),
        StatementKind::CreateSequence(create) => alter_table::create_sequence(create, span, around),
        StatementKind::Owned(owned) => object::owned(owned, span, around),
        StatementKind::Set(change) => data::setting(change, span),
        StatementKind::SetConstraints(set) if !set.deferred => keys::caught_up(set, span, around),
        StatementKind::Declare(declare) => data::declared(&declare.query, span, around),
        StatementKind::CreateSchema(create) => {
            let search_path = around.inside(create);
            let around = Surroundings { search_path: &search_path, ..*around };
            let new: Vec<RelationName> = create.elements.iter().filter_map(|element| new_relation(element, &around)).collect();
            let mut found: Vec<Occurrence> =
                create.elements.iter().flat_map(|element| occurrences(element, &around)).collect();
            // Nobody else can see what the same statement creates.
            found.iter_mut().for_each(|occurrence| occurrence.relations.retain(|(_, name)| !new.contains(name)));
            found
        }
        StatementKind::AlterDomain(alter) => object::alter_domain(alter, span, around),
        StatementKind::Explain(explain) if !explain.analyze => data::explained(&explain.statement, span, around),
        StatementKind::Prepare(prepare) => data::prepared(&prepare.statement, span, around),
        StatementKind::Opaque(opaque) => opaque_occurrences(opaque, span),
        StatementKind::Transaction(_)
        | StatementKind::SetConstraints(_)
        | StatementKind::CreateEventTrigger(_)
        | StatementKind::AlterEventTrigger(_)
        | StatementKind::CreateDomain(_)
        | StatementKind::AlterStatistics(_)
        | StatementKind::CreateExtension(_)
        | StatementKind::AlterExtension(_)
        | StatementKind::Foreign(_)
        | StatementKind::Repack(_)
        | StatementKind::SecurityLabel(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
        | StatementKind::Explain(_)
        | StatementKind::Execute(_)
        | StatementKind::Call(_)
        | StatementKind::AlterFunction(_)
        // What the body of a DO block does comes behind it, statement by statement.
        | StatementKind::Do(_)
        | StatementKind::Raise(_)
        | StatementKind::Psql(_)
        | StatementKind::Unparsed(_) => Vec::new(),
    }
}

/// The relation that an element of CREATE SCHEMA creates.
fn new_relation(element: &Statement, around: &Surroundings) -> Option<RelationName> {
    match &element.kind {
        StatementKind::CreateTable(create) => Some(around.created(&create.name)),
        StatementKind::CreateView(create) => Some(around.created(&create.name)),
        StatementKind::CreateSequence(create) => Some(around.created(&create.name)),
        _ => None,
    }
}

/// Whether the locks of a statement are unknown though it was understood: those are not judged.
pub fn is_opaque(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::AlterType(alter) => data::type_form(&alter.change).is_none(),
        StatementKind::AlterOther(alter) => {
            !matches!(alter.object.kind, ObjectKind::Policy | ObjectKind::Trigger | ObjectKind::Rule)
        }
        StatementKind::Opaque(_)
        | StatementKind::AlterSubscription(_)
        | StatementKind::AlterStatistics(_)
        | StatementKind::CreateExtension(_)
        | StatementKind::AlterExtension(_)
        | StatementKind::Foreign(_)
        | StatementKind::Repack(_)
        | StatementKind::SecurityLabel(_)
        | StatementKind::Call(_)
        | StatementKind::Execute(_)
        | StatementKind::Owned(_) => true,
        StatementKind::Transaction(_)
        | StatementKind::SetConstraints(_)
        | StatementKind::Set(_)
        | StatementKind::CreateTable(_)
        | StatementKind::AlterTable(_)
        | StatementKind::CreateIndex(_)
        | StatementKind::Drop(_)
        | StatementKind::CreateView(_)
        | StatementKind::CreateSequence(_)
        | StatementKind::CreateSchema(_)
        | StatementKind::Explain(_)
        | StatementKind::Prepare(_)
        | StatementKind::Declare(_)
        | StatementKind::CreateTrigger(_)
        | StatementKind::CreateEventTrigger(_)
        | StatementKind::AlterEventTrigger(_)
        | StatementKind::CreateRule(_)
        | StatementKind::CreatePolicy(_)
        | StatementKind::AlterPolicy(_)
        | StatementKind::CreateType(_)
        | StatementKind::CreateDomain(_)
        | StatementKind::AlterDomain(_)
        | StatementKind::CreatePublication(_)
        | StatementKind::AlterPublication(_)
        | StatementKind::CreateSubscription(_)
        | StatementKind::CreateStatistics(_)
        | StatementKind::CreateFunction(_)
        | StatementKind::AlterFunction(_)
        | StatementKind::Do(_)
        | StatementKind::Raise(_)
        | StatementKind::Write(_)
        | StatementKind::Query(_)
        | StatementKind::Truncate(_)
        | StatementKind::Lock(_)
        | StatementKind::Reindex(_)
        | StatementKind::Vacuum(_)
        | StatementKind::Cluster(_)
        | StatementKind::Refresh(_)
        | StatementKind::Comment(_)
        | StatementKind::Grant(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
        | StatementKind::Psql(_)
        | StatementKind::Unparsed(_) => false,
    }
}

/// Statements of which only the kind is known.
fn opaque_occurrences(opaque: &Opaque, span: Span) -> Vec<Occurrence> {
    match opaque.what.as_str() {
        "ALTER SYSTEM" => vec![Occurrence::new(Form::AlterSystem, span)],
        "CREATE DATABASE" => vec![Occurrence::new(Form::CreateDatabase, span)],
        "CREATE TABLESPACE" => vec![Occurrence::new(Form::CreateTablespace, span)],
        _ => Vec::new(),
    }
}

/// A function in the expression of which nothing is known, so that it is taken for volatile.
pub fn unknown_function<'e>(expr: &'e Expr, around: &Surroundings) -> Option<&'e str> {
    alter_column::volatility(expr, around).1
}
