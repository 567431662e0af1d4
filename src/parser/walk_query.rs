//! The walk over sqlparser's queries.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::uses::{Source, Walk, folded, object_name};
use super::walk_expr::is_keyword_function;
use super::{grouped, outer};
use crate::ast::ObjectName;

impl Walk<'_, '_> {
    /// A query inside an expression or another query: its columns are not those of the whole.
    pub fn subquery(&mut self, query: &sql::Query) {
        self.uses.subqueries = true;
        if self.uses.shallow {
            return;
        }
        self.uses.depth += 1;
        self.query(query);
        self.uses.depth -= 1;
    }

    /// Takes note of everything that a query uses.
    pub fn query(&mut self, query: &sql::Query) {
        let place = self.uses.open();
        if let Some(with) = &query.with {
            self.with(with);
        }
        self.uses.first_by = super::from::first_by(query).filter(|_| matches!(*query.body, sql::SetExpr::Select(_)));
        self.body(&query.body);
        if let Some(order) = &query.order_by
            && let sql::OrderByKind::Expressions(keys) = &order.kind
        {
            self.sort_keys(&query.body, keys);
        }
        self.exprs(bounds(query));
        self.locks(query);
        self.uses.close(place);
    }

    /// WITH: a name hides the tables behind it, and with RECURSIVE those before and inside it.
    fn with(&mut self, with: &sql::With) {
        if with.recursive {
            with.cte_tables.iter().for_each(|cte| self.uses.hide(folded(&cte.alias.name), false));
        }
        for cte in &with.cte_tables {
            let limited = self.limited(&cte.query);
            self.uses.materialized |= cte.materialized.is_some();
            self.subquery(&cte.query);
            self.uses.hide(folded(&cte.alias.name), limited);
        }
    }

    fn body(&mut self, body: &sql::SetExpr) {
        match body {
            sql::SetExpr::Select(select) => self.select(select),
            sql::SetExpr::Query(query) => self.query(query),
            sql::SetExpr::SetOperation { .. } => self.set_operation(body),
            sql::SetExpr::Values(values) => values.rows.iter().for_each(|row| self.exprs(&row.content)),
            // Written as SELECT before sqlparser sees it.
            sql::SetExpr::Table(_) => {}
            // PostgreSQL allows these in the outermost WITH only, and that is our own grammar.
            sql::SetExpr::Insert(_) | sql::SetExpr::Update(_) | sql::SetExpr::Delete(_) | sql::SetExpr::Merge(_) => {
                self.uses.misplaced_write = true;
            }
        }
    }

    /// `a UNION b UNION c` is a tree as deep as the chain is long: its left edge is walked in a loop.
    fn set_operation(&mut self, body: &sql::SetExpr) {
        let (mut body, mut rights) = (body, Vec::new());
        while let sql::SetExpr::SetOperation { left, right, .. } = body {
            rights.push(right);
            body = left;
        }
        self.body(body);
        rights.into_iter().rev().for_each(|right| self.body(right));
    }

    fn select(&mut self, select: &sql::Select) {
        let named = self.name_tables(&select.from);
        self.tables_of(select);
        self.enter(&select.from);
        let in_from = std::mem::replace(&mut self.uses.reading.in_from, true);
        self.from(&select.from);
        self.uses.reading.in_from = false;
        if let Some(sql::Distinct::On(keys)) = &select.distinct {
            keys.iter().for_each(|key| self.sort_key(select, key));
        }
        select.projection.iter().for_each(|item| self.select_item(item));
        self.exprs(&select.selection);
        if let sql::GroupByExpr::Expressions(keys, _) = &select.group_by {
            keys.iter().for_each(|key| self.group_key(select, key));
        }
        self.exprs(&select.having);
        self.grouping(select);
        for window in &select.named_window {
            if let sql::NamedWindowExpr::WindowSpec(spec) = &window.1 {
                self.window(spec);
            }
        }
        self.leave();
        self.uses.reading.in_from = in_from;
        self.uses.tables_named = named;
    }

    /// Takes note of one item of a SELECT or RETURNING list.
    pub fn select_item(&mut self, item: &sql::SelectItem) {
        self.wildcard(item);
        match item {
            sql::SelectItem::UnnamedExpr(expr)
            | sql::SelectItem::ExprWithAlias { expr, .. }
            | sql::SelectItem::ExprWithAliases { expr, .. } => self.expr(expr),
            sql::SelectItem::QualifiedWildcard(sql::SelectItemQualifiedWildcardKind::Expr(expr), _) => self.expr(expr),
            sql::SelectItem::QualifiedWildcard(..) | sql::SelectItem::Wildcard(_) => {}
        }
    }

    /// Takes note of what a FROM or USING list reads.
    pub fn from(&mut self, from: &[sql::TableWithJoins]) {
        from.iter().for_each(|item| self.table_with_joins(item));
    }

    fn table_with_joins(&mut self, item: &sql::TableWithJoins) {
        self.join_columns(item);
        self.table_factor(&item.relation);
        for join in &item.joins {
            self.table_factor(&join.relation);
            if let Some(sql::JoinConstraint::On(condition)) = join_constraint(&join.join_operator) {
                self.expr(condition);
            }
        }
    }

    fn table_factor(&mut self, factor: &sql::TableFactor) {
        use sql::TableFactor as T;
        match factor {
            T::Table { name, args: None, .. } => self.table(name),
            T::Table { name, args: Some(args), with_ordinality, .. } => {
                let function = self.called(name);
                if !with_ordinality {
                    self.uses.call_for_rows(function);
                }
                args.args.iter().for_each(|arg| self.argument(arg));
            }
            T::Function { name, args, .. } => {
                self.called(name);
                args.iter().for_each(|arg| self.argument(arg));
            }
            T::Derived { lateral, subquery, .. } => self.beside(*lateral, subquery),
            T::NestedJoin { table_with_joins, .. } => self.table_with_joins(table_with_joins),
            T::TableFunction { expr, .. } | T::JsonTable { json_expr: expr, .. } => self.expr(expr),
            T::UNNEST { array_exprs, .. } => {
                self.uses.call("unnest");
                self.exprs(array_exprs);
            }
            T::XmlTable { row_expression, passing, .. } => {
                self.expr(row_expression);
                self.exprs(passing.arguments.iter().map(|argument| &argument.expr));
            }
            // What is left is syntax of other databases.
            _ => {}
        }
    }

    /// A name in FROM: a relation, unless SQL calls a function by that word alone.
    fn table(&mut self, name: &sql::ObjectName) {
        match name.0.as_slice() {
            [sql::ObjectNamePart::Identifier(word)]
                if word.quote_style.is_none() && is_keyword_function(&word.value) =>
            {
                self.uses.call(folded(word));
            }
            _ => {
                let only = self.is_only(name);
                if let Some(name) = object_name(self.cursor, name) {
                    self.uses.read(name, only);
                }
            }
        }
    }

    /// Whether ONLY stands before a name: see [`super::tokens`], which drops it.
    pub fn is_only(&self, name: &sql::ObjectName) -> bool {
        let first = name.0.first().and_then(sql::ObjectNamePart::as_ident);
        let number = first.map_or(0, |first| first.span.start.line as usize);
        number > 1 && self.cursor.is_behind_only(number - 1)
    }

    /// FOR UPDATE and its kin lock the relations named behind OF, or all in FROM.
    fn locks(&mut self, query: &sql::Query) {
        for lock in &query.locks {
            let wanted = lock.of.as_ref().and_then(|name| object_name(self.cursor, name));
            let own = wanted.as_ref().map(|name| name.name.name.as_str());
            self.uses.locked_with = self.uses.locked_with.or_else(|| grouped::locked_with(&query.body, own));
            let nullable = outer::locked(&query.body, own);
            let nullable = nullable.into_iter().filter_map(|name| object_name(self.cursor, name));
            let nullable: Vec<ObjectName> = nullable.filter(|name| self.uses.is_table(name)).collect();
            self.uses.locked_nullable.extend(nullable);
            let lost = wanted.as_ref().map(|name| &name.name.name).filter(|wanted| !is_in_from(&query.body, wanted));
            self.uses.lost_lock = self.uses.lost_lock.take().or(lost.cloned());
            for name in self.lockable(&query.body, wanted.as_ref().map(|name| name.name.name.as_str())) {
                self.uses.lock_rows(name);
            }
        }
    }

    fn lockable(&self, body: &sql::SetExpr, wanted: Option<&str>) -> Vec<ObjectName> {
        match body {
            sql::SetExpr::Select(select) => {
                select.from.iter().flat_map(|item| self.lockable_in(item, wanted)).collect()
            }
            sql::SetExpr::Query(query) => self.lockable(&query.body, wanted),
            _ => Vec::new(),
        }
    }

    fn lockable_in(&self, item: &sql::TableWithJoins, wanted: Option<&str>) -> Vec<ObjectName> {
        let factors = std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation));
        factors.flat_map(|factor| self.lockable_factor(factor, wanted)).collect()
    }

    fn lockable_factor(&self, factor: &sql::TableFactor, wanted: Option<&str>) -> Vec<ObjectName> {
        use sql::TableFactor as T;
        let hit = |own: &str| wanted.is_none_or(|wanted| wanted == own);
        match factor {
            T::Table { name, alias, args: None, .. } => {
                let name = object_name(self.cursor, name);
                name.filter(|name| hit(&own_name(alias.as_ref()).unwrap_or_else(|| name.name.name.clone())))
                    .into_iter()
                    .collect()
            }
            T::Derived { subquery, alias, .. } if hit(&own_name(alias.as_ref()).unwrap_or_default()) => {
                self.lockable(&subquery.body, None)
            }
            T::NestedJoin { table_with_joins, .. } => self.lockable_in(table_with_joins, wanted),
            _ => Vec::new(),
        }
    }

    /// Whether the number of rows is bounded by LIMIT, FETCH or VALUES, also through a WITH query of that kind.
    pub fn limited(&self, query: &sql::Query) -> bool {
        let here = query.fetch.is_some()
            || match &query.limit_clause {
                Some(sql::LimitClause::LimitOffset { limit, .. }) => limit.is_some(),
                Some(sql::LimitClause::OffsetCommaLimit { .. }) => true,
                None => false,
            };
        here || match &*query.body {
            sql::SetExpr::Query(inner) => self.limited(inner),
            sql::SetExpr::Values(_) => true,
            sql::SetExpr::Select(select) if select.from.is_empty() => gives_constants(select),
            sql::SetExpr::Select(select) => self.reads_one_limited_source(query, select),
            _ => false,
        }
    }

    fn reads_one_limited_source(&self, query: &sql::Query, select: &sql::Select) -> bool {
        let [sql::TableWithJoins { relation, joins }] = select.from.as_slice() else { return false };
        if !joins.is_empty() {
            return false;
        }
        match relation {
            sql::TableFactor::Derived { subquery, .. } => self.limited(subquery),
            sql::TableFactor::Table { name, args: None, .. } => {
                let [sql::ObjectNamePart::Identifier(name)] = name.0.as_slice() else { return false };
                self.limited_source(query, &folded(name))
            }
            _ => false,
        }
    }

    fn limited_source(&self, query: &sql::Query, name: &str) -> bool {
        let own = query.with.iter().flat_map(|with| &with.cte_tables).find(|cte| folded(&cte.alias.name) == name);
        match own {
            Some(cte) => self.limited(&cte.query),
            None => self.uses.source(name).is_some_and(|source| source.limited),
        }
    }

    /// The relations of a FROM or USING list whose rows are bounded, under the names they have there.
    pub fn limited_sources(&self, from: &[sql::TableWithJoins]) -> Vec<Source> {
        let factors = from
            .iter()
            .flat_map(|item| std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation)));
        factors
            .filter_map(|factor| self.limited_factor(factor))
            .map(|name| Source { name, limited: true, gives: None })
            .collect()
    }

    fn limited_factor(&self, factor: &sql::TableFactor) -> Option<EcoString> {
        match factor {
            sql::TableFactor::Derived { subquery, alias, .. } if self.limited(subquery) => own_name(alias.as_ref()),
            sql::TableFactor::Table { name, alias, args: None, .. } => {
                let [sql::ObjectNamePart::Identifier(name)] = name.0.as_slice() else { return None };
                let source = self.uses.source(&folded(name)).filter(|source| source.limited)?;
                Some(own_name(alias.as_ref()).unwrap_or_else(|| source.name.clone()))
            }
            _ => None,
        }
    }
}

pub(super) fn own_name(alias: Option<&sql::TableAlias>) -> Option<EcoString> {
    alias.map(|alias| folded(&alias.name))
}

/// Whether a SELECT gives one row of constants.
fn gives_constants(select: &sql::Select) -> bool {
    fn is_constant(expr: &sql::Expr) -> bool {
        match expr {
            sql::Expr::Value(_) | sql::Expr::TypedString(_) => true,
            sql::Expr::Nested(expr) | sql::Expr::Cast { expr, .. } | sql::Expr::UnaryOp { expr, .. } => {
                is_constant(expr)
            }
            _ => false,
        }
    }
    select.projection.iter().all(|item| match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => is_constant(expr),
        _ => false,
    })
}

/// LIMIT, OFFSET and FETCH.
fn bounds(query: &sql::Query) -> impl Iterator<Item = &sql::Expr> {
    let (limit, offset) = match &query.limit_clause {
        Some(sql::LimitClause::LimitOffset { limit, offset, .. }) => {
            (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
        }
        Some(sql::LimitClause::OffsetCommaLimit { offset, limit }) => (Some(limit), Some(offset)),
        None => (None, None),
    };
    let fetch = query.fetch.as_ref().and_then(|fetch| fetch.quantity.as_ref());
    [limit, offset, fetch].into_iter().flatten()
}

pub(super) fn join_constraint(operator: &sql::JoinOperator) -> Option<&sql::JoinConstraint> {
    use sql::JoinOperator as J;
    match operator {
        J::Join(on) | J::Inner(on) | J::Left(on) | J::LeftOuter(on) => Some(on),
        J::Right(on) | J::RightOuter(on) | J::FullOuter(on) | J::CrossJoin(on) => Some(on),
        _ => None,
    }
}

/// Whether something in FROM may have a name.
fn is_in_from(body: &sql::SetExpr, name: &str) -> bool {
    match body {
        sql::SetExpr::Select(select) => select.from.iter().any(|item| is_in_item(item, name)),
        _ => true,
    }
}

fn is_in_item(item: &sql::TableWithJoins, name: &str) -> bool {
    use sql::TableFactor as T;
    let own = |alias: &Option<sql::TableAlias>| own_name(alias.as_ref()).is_some_and(|own| own == name);
    let mut factors = std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation));
    factors.any(|factor| match factor {
        T::Table { name: table, alias: None, .. } => {
            table.0.last().and_then(sql::ObjectNamePart::as_ident).is_none_or(|table| folded(table) == name)
        }
        T::Table { alias, .. } | T::Derived { alias, .. } => own(alias),
        T::NestedJoin { table_with_joins, alias } => own(alias) || is_in_item(table_with_joins, name),
        _ => true,
    })
}
