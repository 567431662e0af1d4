//! Rows made from a counter, and values that are assigned.

use sqlparser::ast as sql;

use super::counted::{Known, counted};
use super::cursor::Cursor;
use super::limit;
use super::uses::{folded, object_name};
use crate::ast::{Assigned, Counted, Literal, ObjectName, Picked, Series};

/// `SELECT values FROM generate_series(first, last) [AS] name`, of a query that has nothing else.
pub(super) fn series(query: &sql::Query) -> Option<Series> {
    let sql::SetExpr::Select(select) = &*query.body else { return None };
    let [sql::TableWithJoins { relation, joins }] = select.from.as_slice() else { return None };
    let (name, arguments, alias) = match relation {
        sql::TableFactor::Table { name, args: Some(args), alias, .. } => (name, args.args.as_slice(), alias),
        sql::TableFactor::Function { name, args, alias, lateral: false, .. } => (name, args.as_slice(), alias),
        _ => return None,
    };
    let is_series =
        matches!(name.0.as_slice(), [sql::ObjectNamePart::Identifier(name)] if folded(name) == "generate_series");
    let bounds: Vec<i64> = arguments.iter().filter_map(bound).collect();
    let ([first, last], true) = (bounds.as_slice(), is_series && joins.is_empty() && is_bare(query, select)) else {
        return None;
    };
    let counter = match alias {
        Some(alias) => match alias.columns.as_slice() {
            [] => vec![folded(&alias.name)],
            [column] => vec![folded(&column.name)],
            _ => return None,
        },
        None => vec!["generate_series".into()],
    };
    let value = |item: &sql::SelectItem| match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => {
            Some(counted(expr, Known::Counter(&counter)))
        }
        _ => None,
    };
    let values: Option<Vec<Counted>> = select.projection.iter().map(value).collect();
    let values = values.filter(|values| !values.iter().zip(&select.projection).any(is_aggregate));
    let full = arguments.len() == 2 && first <= last;
    values.filter(|_| full).map(|values| Series { first: *first, last: *last, values })
}

/// `SELECT 1, 'a'`: a query that gives one row of literals.
pub(super) fn row_of_literals(query: &sql::Query) -> Option<Vec<Assigned>> {
    let sql::SetExpr::Select(select) = &*query.body else { return None };
    if !select.from.is_empty() || select.projection.is_empty() || !is_bare(query, select) {
        return None;
    }
    let value = |item: &sql::SelectItem| match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => {
            Some(assigned(expr)).filter(|value| value.literal().is_some())
        }
        _ => None,
    };
    select.projection.iter().map(value).collect()
}

/// `SELECT generate_series(first, last), values`, of a query that has nothing else.
pub(super) fn series_in_list(query: &sql::Query) -> Option<Series> {
    let sql::SetExpr::Select(select) = &*query.body else { return None };
    if !select.from.is_empty() || !is_bare(query, select) {
        return None;
    }
    let (mut bounds, mut values) = (None, Vec::new());
    for item in &select.projection {
        let (sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. }) = item else {
            return None;
        };
        let sql::Expr::Function(function) = expr else {
            // A function within may give rows of its own.
            values.push(Some(counted(expr, Known::Counter(&[]))).filter(Counted::is_known)?);
            continue;
        };
        let sql::FunctionArguments::List(list) = &function.args else { return None };
        let is_series = matches!(function.name.0.as_slice(), [sql::ObjectNamePart::Identifier(name)] if folded(name) == "generate_series");
        let ends: Vec<i64> = list.args.iter().filter_map(bound).collect();
        match ends.as_slice() {
            [first, last] if is_series && bounds.is_none() && list.args.len() == 2 && first <= last => {
                bounds = Some((*first, *last));
                values.push(Counted::Counter);
            }
            _ => return None,
        }
    }
    bounds.map(|(first, last)| Series { first, last, values })
}

/// `SELECT values FROM table [WHERE ...]`, of a query that has nothing else.
pub(super) fn picked(c: &Cursor, query: &sql::Query) -> Option<Picked> {
    let sql::SetExpr::Select(select) = &*query.body else { return None };
    let [source] = select.from.as_slice() else { return None };
    let values = select.projection.iter().map(|item| match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => {
            Some(counted(expr, Known::Columns))
        }
        _ => None,
    });
    let is_all = matches!(
        select.projection.as_slice(),
        [sql::SelectItem::Wildcard(options)] if *options == sql::WildcardAdditionalOptions::default()
    );
    let values: Option<Vec<Counted>> = if is_all { None } else { Some(values.collect::<Option<_>>()?) };
    if !is_plain_in_any_order(query, select) || values.iter().flatten().zip(&select.projection).any(is_aggregate) {
        return None;
    }
    Some(Picked { table: plain_table(c, source)?, values, ordered: query.order_by.is_some() })
}

/// Whether an item may make one row of all with an aggregate whose arguments are a language of its own, and that is noted as no
/// function: JSON_ARRAYAGG and JSON_OBJECTAGG.
fn is_aggregate((value, item): (&Counted, &sql::SelectItem)) -> bool {
    let written = || item.to_string().to_ascii_lowercase();
    !value.is_known() && ["json_arrayagg", "json_objectagg"].iter().any(|name| written().contains(name))
}

/// The table that stands alone in FROM.
pub(super) fn plain_table(c: &Cursor, source: &sql::TableWithJoins) -> Option<ObjectName> {
    match (&source.relation, source.joins.as_slice()) {
        // The columns may have other names here.
        (sql::TableFactor::Table { alias: Some(alias), .. }, _) if !alias.columns.is_empty() => None,
        (sql::TableFactor::Table { name, args: None, sample: None, .. }, []) => object_name(c, name),
        _ => None,
    }
}

/// Whether a SELECT has nothing behind its FROM, and no WITH.
pub(super) fn is_bare(query: &sql::Query, select: &sql::Select) -> bool {
    is_plain(query, select) && select.selection.is_none()
}

/// Whether a SELECT has nothing behind its FROM but WHERE, and no WITH.
fn is_plain(query: &sql::Query, select: &sql::Select) -> bool {
    query.order_by.is_none() && is_plain_in_any_order(query, select)
}

/// The same, whatever the order of its rows.
fn is_plain_in_any_order(query: &sql::Query, select: &sql::Select) -> bool {
    query.with.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && select.distinct.is_none()
        && select.group_by == sql::GroupByExpr::Expressions(Vec::new(), Vec::new())
        && select.having.is_none()
        && select.named_window.is_empty()
}

fn bound(argument: &sql::FunctionArg) -> Option<i64> {
    match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) if has_whole_type(expr) => {
            match limit::literal(expr)? {
                Literal::Number(number) => number.parse().ok(),
                Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
            }
        }
        _ => None,
    }
}

/// Whether a number is no `numeric` by a cast.
fn has_whole_type(expr: &sql::Expr) -> bool {
    use sql::DataType as D;
    match expr {
        sql::Expr::Nested(inner) | sql::Expr::UnaryOp { expr: inner, .. } => has_whole_type(inner),
        sql::Expr::Cast { data_type, .. } => {
            matches!(data_type, D::Int(_) | D::Integer(_) | D::Int4(_) | D::BigInt(_) | D::Int8(_))
        }
        _ => true,
    }
}

/// What stands where a column gets a value. A cast may change it.
pub(super) fn assigned(expr: &sql::Expr) -> Assigned {
    match expr {
        sql::Expr::Identifier(name) if name.quote_style.is_none() && name.value.eq_ignore_ascii_case("default") => {
            Assigned::Default
        }
        sql::Expr::Nested(_) | sql::Expr::Cast { .. } | sql::Expr::TypedString(_) => match limit::literal(expr) {
            Some(Literal::Null) => Assigned::Literal(Literal::Null),
            literal => Assigned::Cast(literal, Box::new(counted(expr, Known::Columns))),
        },
        _ => match (limit::literal(expr), expr) {
            (Some(literal), _) => Assigned::Literal(literal),
            (None, sql::Expr::Identifier(name)) => Assigned::Column(None, folded(name)),
            (None, sql::Expr::CompoundIdentifier(parts)) => match parts.as_slice() {
                [table, name] => Assigned::Column(Some(folded(table)), folded(name)),
                _ => Assigned::Other,
            },
            (None, sql::Expr::BinaryOp { .. } | sql::Expr::Function(_) | sql::Expr::Case { .. }) => calculated(expr),
            (None, _) => Assigned::Other,
        },
    }
}

/// What is calculated from constants and a random(), or from columns.
fn calculated(expr: &sql::Expr) -> Assigned {
    let value = counted(expr, Known::Random);
    if value.is_monotone() {
        return Assigned::Within(Box::new(value));
    }
    let value = counted(expr, Known::Columns);
    if value.is_known() { Assigned::Calculated(Box::new(value)) } else { Assigned::Other }
}
