//! What functions do that a statement calls: the statements of their bodies which run for sure.
//!
//! Source: measurements (`fixtures/facts/*-calls-function*.sql`). A function is taken to run wherever rows may be.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, ColumnChange, ColumnConstraintKind, CreateIndex, DomainChange, Expr, Ident, Query,
    Statement, StatementKind, TableConstraintKind, Write, WriteVerb,
};
use crate::engine::catalog::{ConstraintKind, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::replay::{self, Author};
use crate::engine::surroundings::Surroundings;
use crate::source::Span;

use super::{Occurrence, data, keys, occurrences};

/// What the functions do that a statement calls.
pub(super) fn by(statement: &Statement, around: &Surroundings) -> Vec<Occurrence> {
    let mut calls = Calls { around, names: BTreeSet::new(), run: true };
    match &statement.kind {
        StatementKind::Explain(explain) if !explain.analyze => {
            calls.run = false;
            calls.of_statement(&explain.statement);
            calls.planned(rows_of(&explain.statement), statement.span)
        }
        StatementKind::Declare(declare) => {
            calls.run = false;
            calls.of_query(&declare.query);
            calls.planned(&declare.query.row_functions, statement.span)
        }
        _ => {
            calls.of_statement(statement);
            calls.names.into_iter().flat_map(|function| called(&function, statement.span, around)).collect()
        }
    }
}

/// The functions that a statement calls, itself or by what it works on, by their names.
pub fn functions_of(statement: &Statement, around: &Surroundings) -> BTreeSet<EcoString> {
    let mut calls = Calls { around, names: BTreeSet::new(), run: true };
    match &statement.kind {
        StatementKind::Explain(explain) => calls.of_statement(&explain.statement),
        StatementKind::Declare(declare) => calls.of_query(&declare.query),
        StatementKind::AlterDomain(alter) => {
            if let DomainChange::AddConstraint(constraint) = &alter.change
                && let ColumnConstraintKind::Check(expr) = &constraint.kind
            {
                calls.add(&expr.functions);
            }
        }
        _ => calls.of_statement(statement),
    }
    calls.names
}

/// The functions in FROM of what EXPLAIN explains.
fn rows_of(explained: &Statement) -> &[EcoString] {
    match &explained.kind {
        StatementKind::Query(query) => &query.row_functions,
        StatementKind::CreateTable(create) => create.query.as_ref().map_or(&[], |query| &query.row_functions),
        StatementKind::CreateView(create) => &create.query.row_functions,
        _ => &[],
    }
}

/// The functions that are called, by their names.
struct Calls<'a> {
    around: &'a Surroundings<'a>,
    names: BTreeSet<EcoString>,
    /// The statement runs, and is not planned only.
    run: bool,
}

impl Calls<'_> {
    fn add<'n>(&mut self, names: impl IntoIterator<Item = &'n EcoString>) {
        let known = names.into_iter().filter(|name| self.around.catalog.function(name).is_some());
        let known: Vec<EcoString> = known.cloned().collect();
        self.names.extend(known);
    }

    fn of_statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Query(query) => self.of_query(query),
            StatementKind::Write(write) => self.of_write(write),
            StatementKind::Call(call) => self.add([&call.procedure.name.name]),
            StatementKind::CreateTable(create) if !create.with_no_data => {
                create.query.iter().for_each(|query| self.of_query(query));
            }
            StatementKind::CreateView(create) if create.materialized && !create.with_no_data => {
                self.of_query(&create.query);
            }
            StatementKind::Refresh(refresh) if !refresh.with_no_data => {
                let view = self.around.relation(&refresh.name);
                let reads = view.map(|view| view.reads.clone()).unwrap_or_default();
                view.into_iter().for_each(|view| self.add(&view.calls));
                self.behind(reads);
            }
            StatementKind::CreateIndex(create) => self.of_index(create),
            StatementKind::AlterTable(alter) => {
                let Some(relation) = self.around.relation(&alter.name) else { return };
                if !keys::is_empty(&relation.name, self.around) {
                    alter.actions.iter().for_each(|action| self.of_action(action, relation));
                }
            }
            _ => {}
        }
    }

    fn of_query(&mut self, query: &Query) {
        self.add(&query.functions);
        self.behind(query.reads.iter().map(|read| self.around.resolve(read)).collect());
        query.writes.iter().for_each(|write| self.of_write(write));
    }

    /// Defaults of columns that get no value, and CHECKs, run for each row.
    fn of_write(&mut self, write: &Write) {
        self.add(&write.functions);
        self.behind(write.reads.iter().map(|read| self.around.resolve(read)).collect());
        write.also_writes.iter().for_each(|write| self.of_write(write));
        let Some(relation) = self.around.relation(&write.target) else { return };
        if relation.kind == RelationKind::View || write.verb == WriteVerb::Delete {
            return;
        }
        let given = |name: &str| write.columns.iter().any(|column: &Ident| column.name == name);
        if write.verb == WriteVerb::Insert && !write.columns.is_empty() {
            let left = relation.columns.iter().filter(|column| !given(&column.name));
            left.for_each(|column| self.add(&column.default_functions));
        }
        // A plan has no part for CHECKs.
        let checks = if self.run { relation.constraints.as_slice() } else { &[] };
        for constraint in checks.iter().filter(|constraint| !constraint.traits.not_enforced) {
            if let ConstraintKind::Check { calls, .. } = &constraint.kind {
                self.add(calls);
            }
        }
    }

    fn of_index(&mut self, create: &CreateIndex) {
        let Some(relation) = self.around.relation(&create.table) else { return };
        if !keys::is_empty(&relation.name, self.around) {
            let expressions = create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(&create.predicate);
            expressions.for_each(|expr| self.add(&expr.functions));
        }
    }

    fn of_action(&mut self, action: &AlterAction, relation: &Relation) {
        let mut add = |expr: &Expr| self.add(&expr.functions);
        match &action.kind {
            AlterActionKind::AddColumn { column, .. } if relation.column(&column.name.name).is_none() => {
                for constraint in &column.constraints {
                    match &constraint.kind {
                        ColumnConstraintKind::Default(expr) => add(expr),
                        ColumnConstraintKind::Check(expr) if !constraint.traits.not_enforced => add(expr),
                        _ => {}
                    }
                }
            }
            AlterActionKind::AlterColumn { change: ColumnChange::SetType { using: Some(using), .. }, .. } => add(using),
            AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
                TableConstraintKind::Check(expr) if !constraint.traits.not_valid && !constraint.traits.not_enforced => {
                    add(expr);
                }
                _ => {}
            },
            AlterActionKind::ValidateConstraint(name) => {
                let known = relation.constraint(&name.name).map(|known| &known.kind);
                if let Some(ConstraintKind::Check { calls, .. }) = known {
                    self.add(calls);
                }
            }
            _ => {}
        }
    }

    /// What the planner locks as it looks into functions, some of which give it `rows`.
    fn planned(self, rows: &[EcoString], span: Span) -> Vec<Occurrence> {
        let Self { around, names, .. } = self;
        let mut waiting: Vec<EcoString> = names.into_iter().collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(name) = waiting.get(at).cloned() {
            at += 1;
            if let Some(body) = around.catalog.text_looked_into(&name) {
                found.extend(data::named_in(body, span, around));
            }
            if let Some(body) = around.catalog.rows_looked_into(&name).filter(|_| rows.contains(&name)) {
                found.extend(data::explained(body, span, around));
            }
            let calls = around.catalog.put_in_place(&name).iter();
            let new: Vec<EcoString> = calls.filter(|call| !waiting.contains(call)).cloned().collect();
            waiting.extend(new);
        }
        found.iter_mut().for_each(|occurrence| occurrence.span = span);
        found
    }

    /// What the queries of views call, and of the views that they read.
    fn behind(&mut self, mut waiting: Vec<RelationName>) {
        let mut seen: Vec<RelationName> = Vec::new();
        let mut at = 0;
        while let Some(name) = waiting.get(at).cloned() {
            at += 1;
            let Some(relation) = self.around.catalog.get(&name).filter(|_| !seen.contains(&name)) else { continue };
            if relation.kind == RelationKind::View {
                self.add(&relation.calls);
                waiting.extend(relation.reads.iter().cloned());
            }
            seen.push(name);
        }
    }
}

/// The behaviours of the body, at the place of the call. Of overloads nobody knows which one is meant.
fn called(function: &str, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let (Some(body), Some(deeper)) = (around.catalog.body_of(function), around.deeper()) else { return Vec::new() };
    if body.is_empty() {
        return Vec::new();
    }
    // A copy is made for bodies only that change what their later statements meet.
    let mut catalog = Cow::Borrowed(around.catalog);
    let mut found = Vec::new();
    for (index, statement) in body.iter().enumerate() {
        let inside = Surroundings { catalog: &catalog, text: "", ..deeper };
        found.extend(occurrences(statement, &inside));
        match statement.kind {
            StatementKind::Query(_) => continue,
            StatementKind::Write(_) if index + 1 == body.len() => continue,
            _ => {}
        }
        let author = Author {
            text: "",
            exact: false,
            migration: around.migration,
            transaction: around.session.transaction_number(),
            statement: span,
            history_is_whole: around.history_is_whole,
            stands_for_more: around.stands_for_more,
        };
        replay::apply(statement, catalog.to_mut(), around.session, author);
    }
    for occurrence in &mut found {
        occurrence.span = span;
        // Nobody else sees what the body itself makes.
        occurrence.relations.retain(|(_, name)| around.catalog.is_taken(name) || !catalog.is_taken(name));
    }
    found
}
