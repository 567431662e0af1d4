//! What a SELECT asks of each table in its FROM list: which rows the server has to find, and by which columns.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::conditions::{Conditions, parts};
use super::limit;
use super::uses::{Pushed, Walk, folded, object_name};
use super::walk_query::join_constraint;
use crate::ast::{Limits, ObjectName, TableRead, Write};

/// A table of a FROM list, and the conditions of joins that restrict it.
struct Item<'q> {
    read: TableRead,
    on: Vec<&'q sql::Expr>,
}

impl Walk<'_, '_> {
    /// Takes note of the tables of a FROM list, with the conditions on each.
    pub fn tables_of(&mut self, select: &sql::Select) {
        let pushed = std::mem::take(&mut self.uses.pushed);
        let mut items: Vec<Item> = Vec::new();
        select.from.iter().for_each(|from| self.add_items(from, &[], &mut items));
        let alone = matches!(select.from.as_slice(), [from] if from.joins.is_empty());
        let ordered = std::mem::take(&mut self.uses.first_by).or_else(|| edge(select));
        if let ([item], None) = (items.as_mut_slice(), &select.selection)
            && alone
            && is_plain(select)
        {
            item.read.first_by = ordered;
        }
        self.restrict(&mut items, select.selection.as_ref(), alone, &pushed);
        if !items.is_empty() {
            self.uses.tables.push(items.into_iter().map(|item| item.read).collect());
        }
        self.push_down(select, alone);
    }

    /// Takes note of the tables of the FROM or USING list of a write, beside the one that is written.
    pub fn tables_of_write(&mut self, write: &Write, from: &[sql::TableWithJoins], filter: Option<&sql::Expr>) {
        let alias = write.alias.as_ref().unwrap_or(&write.target.name);
        let target = TableRead { written: true, ..blank(write.target.clone(), alias.name.clone(), write.only) };
        let mut items = vec![Item { read: target, on: Vec::new() }];
        from.iter().for_each(|from| self.add_items(from, &[], &mut items));
        if items.len() > 1 {
            self.restrict(&mut items, filter, false, &Pushed::default());
            self.uses.tables.push(items.into_iter().map(|item| item.read).collect());
        }
    }

    /// Adds the conditions on each of the tables.
    fn restrict(&self, items: &mut [Item], filter: Option<&sql::Expr>, alone: bool, pushed: &Pushed) {
        for item in items {
            let names = if alone { Vec::new() } else { vec![item.read.known_as.clone()] };
            for expr in filter.into_iter().chain(item.on.iter().copied()) {
                item.read.conditions.extend(Conditions::on(self, &names, &[]).of(expr));
                limit::add(expr, &names, &mut item.read.limits);
                item.read.joined.extend(joined(expr, &item.read.known_as));
            }
            if alone {
                item.read.conditions.extend(pushed.conditions.iter().cloned());
                limit::merge(&pushed.limits, &mut item.read.limits);
            }
        }
    }

    /// The planner moves the conditions on the rows of a subquery into it, where they do not change what it gives.
    fn push_down(&mut self, select: &sql::Select, alone: bool) {
        let [sql::TableWithJoins { relation: sql::TableFactor::Derived { subquery, .. }, .. }] = select.from.as_slice()
        else {
            return;
        };
        if let Some(filter) = select.selection.as_ref().filter(|_| alone && is_transparent(subquery)) {
            let conditions = Conditions::on(self, &[], &[]).of(filter);
            let mut limits = Limits::default();
            limit::add(filter, &[], &mut limits);
            self.uses.pushed = Pushed { conditions, limits };
        }
    }

    fn add_items<'q>(&self, from: &'q sql::TableWithJoins, on: &[&'q sql::Expr], items: &mut Vec<Item<'q>>) {
        use sql::JoinOperator as J;
        let first = items.len();
        self.add_item(&from.relation, on, items);
        for join in &from.joins {
            let condition = match join_constraint(&join.join_operator) {
                Some(sql::JoinConstraint::On(condition)) => Some(condition),
                _ => None,
            };
            let (left, right) = match &join.join_operator {
                J::Join(_) | J::Inner(_) => (condition, condition),
                J::Left(_) | J::LeftOuter(_) => (None, condition),
                J::Right(_) | J::RightOuter(_) => (condition, None),
                _ => (None, None),
            };
            items[first..].iter_mut().for_each(|item| item.on.extend(left));
            let inside: Vec<&sql::Expr> = on.iter().copied().chain(right).collect();
            self.add_item(&join.relation, &inside, items);
        }
    }

    fn add_item<'q>(&self, factor: &'q sql::TableFactor, on: &[&'q sql::Expr], items: &mut Vec<Item<'q>>) {
        match factor {
            sql::TableFactor::Table { name, alias, args: None, .. } => {
                let Some(relation) = object_name(self.cursor, name).filter(|name| self.uses.is_table(name)) else {
                    return;
                };
                let known_as = alias.as_ref().map_or_else(|| relation.name.name.clone(), |alias| folded(&alias.name));
                let renames = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                let read = TableRead { renames, ..blank(relation, known_as, self.is_only(name)) };
                items.push(Item { read, on: on.to_vec() });
            }
            sql::TableFactor::NestedJoin { table_with_joins, alias: None } => {
                self.add_items(table_with_joins, on, items)
            }
            _ => {}
        }
    }
}

/// A table of which nothing is asked so far.
fn blank(name: ObjectName, known_as: EcoString, only: bool) -> TableRead {
    TableRead {
        name,
        known_as,
        renames: false,
        only,
        conditions: Vec::new(),
        limits: Limits::default(),
        first_by: None,
        written: false,
        joined: Vec::new(),
    }
}

/// Whether a SELECT gives its rows as they are, one for each that it reads, or aggregates all of them.
fn is_plain(select: &sql::Select) -> bool {
    select.distinct.is_none()
        && select.having.is_none()
        && select.named_window.is_empty()
        && matches!(&select.group_by, sql::GroupByExpr::Expressions(keys, sets) if keys.is_empty() && sets.is_empty())
}

/// The column of a SELECT that asks for nothing but `min(column)` or `max(column)`, and what follows from them.
///
/// Source: `preprocess_minmax_aggregates()` of PostgreSQL's planner, and measurements (`fixtures/facts/setval-max*.sql`).
fn edge(select: &sql::Select) -> Option<EcoString> {
    let mut columns = Vec::new();
    for item in &select.projection {
        let (sql::SelectItem::UnnamedExpr(item) | sql::SelectItem::ExprWithAlias { expr: item, .. }) = item else {
            return None;
        };
        edges(item, &mut columns)?;
    }
    let first = columns.pop()?;
    columns.iter().all(|column| *column == first).then_some(first)
}

/// Functions that are no aggregates, for all arguments.
const PLAIN: &[&str] = &["coalesce", "greatest", "least", "pg_get_serial_sequence", "setval"];

/// The columns of which an expression asks the least or the greatest value; `None` where it may ask for something else.
fn edges(expr: &sql::Expr, columns: &mut Vec<EcoString>) -> Option<()> {
    match expr {
        sql::Expr::Value(_) => Some(()),
        sql::Expr::Nested(inner)
        | sql::Expr::Cast { expr: inner, .. }
        | sql::Expr::IsNull(inner)
        | sql::Expr::IsNotNull(inner) => edges(inner, columns),
        sql::Expr::BinaryOp { left, right, .. } => edges(left, columns).and_then(|()| edges(right, columns)),
        sql::Expr::Function(sql::Function { name, args: sql::FunctionArguments::List(list), filter: None, .. }) => {
            let called = folded(name.0.last()?.as_ident()?);
            let arguments = list.args.iter().map(|argument| match argument {
                sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(argument)) => Some(argument),
                _ => None,
            });
            let arguments: Vec<&sql::Expr> = arguments.collect::<Option<_>>()?;
            match (called.as_str(), arguments.as_slice()) {
                ("min" | "max", [column]) => columns.push(column_of(column)?),
                (called, arguments) if PLAIN.contains(&called) => {
                    arguments.iter().try_for_each(|argument| edges(argument, columns))?;
                }
                _ => return None,
            }
            Some(())
        }
        _ => None,
    }
}

/// The column by which a query sorts its rows first, if it wants some of them only.
pub(super) fn first_by(query: &sql::Query) -> Option<EcoString> {
    let limited = query.fetch.is_some()
        || matches!(&query.limit_clause, Some(sql::LimitClause::LimitOffset { limit: Some(_), .. }));
    let Some(sql::OrderByKind::Expressions(keys)) = query.order_by.as_ref().map(|order| &order.kind) else {
        return None;
    };
    keys.first().filter(|_| limited).and_then(|key| column_of(&key.expr))
}

fn column_of(expr: &sql::Expr) -> Option<EcoString> {
    match expr {
        sql::Expr::Identifier(name) => Some(folded(name)),
        sql::Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        _ => None,
    }
}

/// Whether each row of a query is a row of what it reads, with the same columns.
fn is_transparent(query: &sql::Query) -> bool {
    let sql::SetExpr::Select(select) = &*query.body else { return false };
    query.with.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && is_plain(select)
        && matches!(select.projection.as_slice(), [sql::SelectItem::Wildcard(_)])
}

/// Conjuncts `own.column = other.column`.
fn joined(expr: &sql::Expr, own: &str) -> Vec<(EcoString, EcoString)> {
    let mut found = Vec::new();
    for part in conjuncts(expr) {
        let sql::Expr::BinaryOp { left, op: sql::BinaryOperator::Eq, right } = part else { continue };
        let (Some(left), Some(right)) = (qualified(left), qualified(right)) else { continue };
        for (mine, other) in [(&left, &right), (&right, &left)] {
            if mine.0 == own && other.0 != own {
                found.push((mine.1.clone(), other.0.clone()));
            }
        }
    }
    found
}

fn conjuncts(expr: &sql::Expr) -> Vec<&sql::Expr> {
    match expr {
        sql::Expr::Nested(inner) => conjuncts(inner),
        sql::Expr::BinaryOp { op: sql::BinaryOperator::And, .. } => parts(expr),
        _ => vec![expr],
    }
}

fn qualified(expr: &sql::Expr) -> Option<(EcoString, EcoString)> {
    match expr {
        sql::Expr::Nested(inner) => qualified(inner),
        sql::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., table, column] => Some((folded(table), folded(column))),
            _ => None,
        },
        _ => None,
    }
}
