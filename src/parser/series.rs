//! Rows made from a counter, and values that are assigned.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::limit;
use super::uses::folded;
use crate::ast::{Arithmetic, Assigned, Counted, Literal, Series};

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
            Some(counted(expr, &counter))
        }
        _ => None,
    };
    let values: Option<Vec<Counted>> = select.projection.iter().map(value).collect();
    let full = arguments.len() == 2 && first <= last;
    values.filter(|_| full).map(|values| Series { first: *first, last: *last, values })
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
            let value = counted(expr, &[]);
            if value == Counted::Unknown {
                return None;
            }
            values.push(value);
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

/// Whether a SELECT has nothing behind its FROM, and no WITH.
pub(super) fn is_bare(query: &sql::Query, select: &sql::Select) -> bool {
    query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && select.distinct.is_none()
        && select.into.is_none()
        && select.selection.is_none()
        && select.group_by == sql::GroupByExpr::Expressions(Vec::new(), Vec::new())
        && select.having.is_none()
        && select.named_window.is_empty()
}

fn bound(argument: &sql::FunctionArg) -> Option<i64> {
    match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => match limit::literal(expr)? {
            Literal::Number(number) => number.parse().ok(),
            Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
        },
        _ => None,
    }
}

fn counted(expr: &sql::Expr, counter: &[EcoString]) -> Counted {
    let both =
        |left: &sql::Expr, right: &sql::Expr| (Box::new(counted(left, counter)), Box::new(counted(right, counter)));
    match expr {
        sql::Expr::Nested(inner) => counted(inner, counter),
        sql::Expr::Identifier(name) if counter.contains(&folded(name)) => Counted::Counter,
        sql::Expr::BinaryOp { left, op: sql::BinaryOperator::StringConcat, right } => {
            let (left, right) = both(left, right);
            Counted::Joined(left, right)
        }
        sql::Expr::BinaryOp { left, op, right } => match arithmetic(op) {
            Some(op) => {
                let (left, right) = both(left, right);
                Counted::Number(op, left, right)
            }
            None => Counted::Unknown,
        },
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Minus, expr: inner } if limit::literal(expr).is_none() => {
            let zero = Counted::Literal(Literal::Number("0".into()));
            Counted::Number(Arithmetic::Subtract, Box::new(zero), Box::new(counted(inner, counter)))
        }
        sql::Expr::Function(function) => null_if(function, counter),
        sql::Expr::Value(sql::ValueWithSpan { value: sql::Value::SingleQuotedByteStringLiteral(bits), .. }) => {
            Counted::Literal(Literal::Text(bits.into()))
        }
        // A cast may round, and a string with the name of a type may be anything.
        sql::Expr::Cast { .. } | sql::Expr::TypedString(_) => Counted::Unknown,
        _ => limit::literal(expr).map_or(Counted::Unknown, Counted::Literal),
    }
}

fn null_if(function: &sql::Function, counter: &[EcoString]) -> Counted {
    let sql::FunctionArguments::List(list) = &function.args else { return Counted::Unknown };
    let is_it =
        matches!(function.name.0.as_slice(), [sql::ObjectNamePart::Identifier(name)] if folded(name) == "nullif");
    match list.args.as_slice() {
        [
            sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(left)),
            sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(right)),
        ] if is_it => Counted::NullIf(Box::new(counted(left, counter)), Box::new(counted(right, counter))),
        _ => Counted::Unknown,
    }
}

fn arithmetic(op: &sql::BinaryOperator) -> Option<Arithmetic> {
    match op {
        sql::BinaryOperator::Plus => Some(Arithmetic::Add),
        sql::BinaryOperator::Minus => Some(Arithmetic::Subtract),
        sql::BinaryOperator::Multiply => Some(Arithmetic::Multiply),
        sql::BinaryOperator::Divide => Some(Arithmetic::Divide),
        sql::BinaryOperator::Modulo => Some(Arithmetic::Modulo),
        _ => None,
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
            literal => Assigned::Cast(literal),
        },
        _ => match (limit::literal(expr), expr) {
            (Some(literal), _) => Assigned::Literal(literal),
            (None, sql::Expr::Identifier(name)) => Assigned::Column(None, folded(name)),
            (None, sql::Expr::CompoundIdentifier(parts)) => match parts.as_slice() {
                [table, name] => Assigned::Column(Some(folded(table)), folded(name)),
                _ => Assigned::Other,
            },
            (None, _) => Assigned::Other,
        },
    }
}
