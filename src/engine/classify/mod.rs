//! Names the behaviours of a statement in the state it meets.

mod alter_column;
mod alter_table;
mod create_table;
mod data;
mod drop;
mod index;
mod keys;

use crate::ast::{Expr, Opaque, Statement, StatementKind};
use crate::postgres::{Form, Role};
use crate::source::Span;

pub(super) use alter_column::is_required_without_default;

use super::effect::RelationName;
use super::surroundings::Surroundings;

/// One behaviour of a statement, with the relations that play a part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The behaviour.
    pub form: Form,
    /// The part of the statement that causes it.
    pub span: Span,
    /// The relations, by their role.
    pub relations: Vec<(Role, RelationName)>,
}

impl Occurrence {
    /// A behaviour without relations so far.
    pub fn new(form: Form, span: Span) -> Self {
        Self { form, span, relations: Vec::new() }
    }

    /// Gives a relation its part.
    #[must_use]
    pub fn with(mut self, role: Role, relation: impl Into<Option<RelationName>>) -> Self {
        self.relations.extend(relation.into().map(|relation| (role, relation)));
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
    let span = statement.span;
    match &statement.kind {
        StatementKind::CreateTable(create) => create_table::create_table(create, span, around),
        StatementKind::CreateView(create) => create_table::create_view(create, span, around),
        StatementKind::CreateTrigger(create) => {
            let table = around.resolve(&create.table);
            let referenced = create.from.as_ref().map(|from| around.resolve(from));
            let form = if create.for_each_row { Form::CreateTrigger } else { Form::CreateStatementTrigger };
            let partitions = around.catalog.descendants(&table);
            let occurrence = Occurrence::new(form, span).with(Role::Target, table);
            vec![occurrence.with_all(Role::Partition, partitions).with(Role::Referenced, referenced)]
        }
        StatementKind::AlterTable(alter) => alter_table::alter_table(alter, span, around),
        StatementKind::CreateIndex(create) => index::create_index(create, span, around),
        StatementKind::Reindex(reindex) => index::reindex(reindex, span, around),
        StatementKind::Drop(drop) => drop::drop(drop, span, around),
        StatementKind::Write(write) => data::write(write, span, around),
        StatementKind::Query(query) => data::query(query, span, around),
        StatementKind::Truncate(truncate) => data::truncate(truncate, span, around),
        StatementKind::Lock(lock) => data::lock(lock, span, around),
        StatementKind::Vacuum(vacuum) => data::vacuum(vacuum, span, around),
        StatementKind::Cluster(cluster) => data::cluster(cluster, span, around),
        StatementKind::Refresh(refresh) => data::refresh(refresh, span, around),
        StatementKind::Comment(comment) => data::comment(comment, span, around),
        StatementKind::CreateEnum(_) => vec![Occurrence::new(Form::CreateTypeEnum, span)],
        StatementKind::CreateFunction(_) => vec![Occurrence::new(Form::CreateFunction, span)],
        StatementKind::AlterEnum(alter) => vec![Occurrence::new(data::enum_form(&alter.change), span)],
        StatementKind::Set(change) => data::setting(change, span),
        StatementKind::Declare(declare) => data::query(&declare.query, span, around),
        StatementKind::CreateSchema(create) => {
            let search_path = around.inside(create);
            let around = Surroundings { search_path: &search_path, ..*around };
            create.elements.iter().flat_map(|element| occurrences(element, &around)).collect()
        }
        StatementKind::Opaque(opaque) => opaque_occurrences(opaque, span, around),
        StatementKind::Transaction(_)
        | StatementKind::CreateSequence(_)
        | StatementKind::Explain(_)
        | StatementKind::Prepare(_)
        | StatementKind::Execute(_)
        | StatementKind::Call(_)
        | StatementKind::CreateDomain(_)
        | StatementKind::Unparsed(_) => Vec::new(),
    }
}

/// Statements of which only the kind and a table are known.
fn opaque_occurrences(opaque: &Opaque, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let on_table = |form: Form| {
        let table = opaque.table.as_ref().map(|table| around.resolve(table));
        vec![Occurrence::new(form, span).with(Role::Target, table)]
    };
    match opaque.what.as_str() {
        "CREATE POLICY" | "ALTER POLICY" => on_table(Form::CreatePolicy),
        "CREATE RULE" => on_table(Form::CreateRule),
        "CREATE STATISTICS" => on_table(Form::CreateStatistics),
        "CREATE PUBLICATION" | "ALTER PUBLICATION" if opaque.table.is_some() => on_table(Form::CreatePublicationTable),
        "GRANT" | "REVOKE" if opaque.table.is_some() => on_table(Form::GrantTable),
        "ALTER SYSTEM" => vec![Occurrence::new(Form::AlterSystem, span)],
        "CREATE DATABASE" => vec![Occurrence::new(Form::CreateDatabase, span)],
        "CREATE TABLESPACE" => vec![Occurrence::new(Form::CreateTablespace, span)],
        "CREATE SUBSCRIPTION" => vec![Occurrence::new(Form::CreateSubscription, span)],
        _ => Vec::new(),
    }
}

/// A function in the expression of which nothing is known, so that it is taken for volatile.
pub fn unknown_function<'e>(expr: &'e Expr, around: &Surroundings) -> Option<&'e str> {
    alter_column::volatility(expr, around).1
}
