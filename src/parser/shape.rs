//! Whether the rows of a query are those of one relation, so that a view of it can be written.
//!
//! Source: `view_query_is_auto_updatable()` of PostgreSQL's rewrite/rewriteHandler.c, and measurements
//! (`fixtures/facts/view-write-*.sql`).

use sqlparser::ast as sql;

use super::cursor::Cursor;
use super::uses::Uses;
use crate::ast::Shape;

const MANY: &str = "it does not read from a single table or view";

/// The shape of a query.
pub(super) fn of_query(c: &Cursor, query: &sql::Query) -> Shape {
    let combined = match () {
        () if query.with.is_some() => Some("it has WITH"),
        () if query.limit_clause.is_some() || query.fetch.is_some() => Some("it has LIMIT or OFFSET"),
        () => None,
    };
    let inner = of_body(c, &query.body);
    Shape { combined: combined.or(inner.combined), ..inner }
}

fn of_body(c: &Cursor, body: &sql::SetExpr) -> Shape {
    match body {
        sql::SetExpr::Select(select) => of_select(c, select),
        sql::SetExpr::Query(query) => of_query(c, query),
        sql::SetExpr::SetOperation { .. } => Shape::combined("it has UNION, INTERSECT or EXCEPT"),
        sql::SetExpr::Values(_) => Shape::combined(MANY),
        _ => Shape::default(),
    }
}

fn of_select(c: &Cursor, select: &sql::Select) -> Shape {
    let combined = match () {
        () if select.distinct.is_some() => Some("it has DISTINCT"),
        () if select.group_by != sql::GroupByExpr::Expressions(Vec::new(), Vec::new()) => Some("it has GROUP BY"),
        () if select.having.is_some() => Some("it has HAVING"),
        () if !is_of_one(&select.from) => Some(MANY),
        () => None,
    };
    let mut uses = Uses::default();
    let mut walk = uses.walk(c);
    select.projection.iter().for_each(|item| walk.select_item(item));
    // Those of subqueries are among them.
    let functions = if uses.subqueries { Vec::new() } else { uses.functions.list };
    Shape { combined, functions, asked: Vec::new() }
}

fn is_of_one(from: &[sql::TableWithJoins]) -> bool {
    use sql::TableFactor as T;
    let [item] = from else { return false };
    let other = matches!(
        item.relation,
        T::Derived { .. }
            | T::Function { .. }
            | T::UNNEST { .. }
            | T::TableFunction { .. }
            | T::NestedJoin { .. }
            | T::Table { args: Some(_), .. }
            | T::Table { sample: Some(_), .. }
    );
    item.joins.is_empty() && !other
}
