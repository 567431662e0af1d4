//! How a SELECT groups its rows, and what cannot be locked for that.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::uses::folded;
use super::walk_query::own_name;
use crate::ast::{GroupKey, Grouping};
use crate::postgres::builtins;

/// GROUP BY, HAVING and windows, where there is any of them.
pub(super) fn of_select(select: &sql::Select) -> Option<Box<Grouping>> {
    let mut found = Grouping { having: select.having.is_some(), ..Grouping::default() };
    found.windows = items(select).any(|item| is_call(item, &|_, window| window));
    match &select.group_by {
        sql::GroupByExpr::All(_) => found.sets = true,
        sql::GroupByExpr::Expressions(keys, modifiers) => {
            found.sets = !modifiers.is_empty();
            keys.iter().for_each(|key| add(key, &mut found));
        }
    }
    (found != Grouping::default()).then(|| Box::new(found))
}

fn add(key: &sql::Expr, found: &mut Grouping) {
    use sql::Expr as E;
    match key {
        E::Nested(inner) => add(inner, found),
        E::Tuple(keys) => keys.iter().for_each(|key| add(key, found)),
        E::GroupingSets(sets) | E::Cube(sets) | E::Rollup(sets) => {
            found.sets = true;
            sets.iter().flatten().for_each(|key| add(key, found));
        }
        E::Function(sql::Function { name, args: sql::FunctionArguments::List(list), .. }) if is_set(name) => {
            found.sets = true;
            list.args.iter().for_each(|argument| match argument {
                sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(key)) => add(key, found),
                _ => found.keys.push(GroupKey::Other),
            });
        }
        _ => found.keys.push(of_key(key)),
    }
}

/// ROLLUP and its kin are read as calls.
fn is_set(name: &sql::ObjectName) -> bool {
    let [sql::ObjectNamePart::Identifier(name)] = name.0.as_slice() else { return false };
    name.quote_style.is_none() && matches!(folded(name).as_str(), "cube" | "grouping_sets" | "rollup")
}

fn of_key(key: &sql::Expr) -> GroupKey {
    match key {
        sql::Expr::Identifier(name) => GroupKey::Column { table: None, column: folded(name) },
        sql::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] => GroupKey::Column { table: Some(folded(table)), column: folded(column) },
            _ => GroupKey::Other,
        },
        sql::Expr::Value(value) => match &value.value {
            sql::Value::Number(number, _) => number.to_string().parse().map_or(GroupKey::Other, GroupKey::Position),
            _ => GroupKey::Other,
        },
        _ => GroupKey::Other,
    }
}

/// The expressions of the list.
fn items(select: &sql::Select) -> impl Iterator<Item = &sql::Expr> {
    select.projection.iter().filter_map(|item| match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        sql::SelectItem::ExprWithAliases { .. }
        | sql::SelectItem::QualifiedWildcard(..)
        | sql::SelectItem::Wildcard(_) => None,
    })
}

/// Whether an item is the call of a function that `wanted` asks for, by its name and whether it has a window.
fn is_call(item: &sql::Expr, wanted: &dyn Fn(&str, bool) -> bool) -> bool {
    match item {
        sql::Expr::Nested(inner) => is_call(inner, wanted),
        sql::Expr::Function(function) => match function.name.0.as_slice() {
            [sql::ObjectNamePart::Identifier(name)] => wanted(&folded(name), function.over.is_some()),
            _ => wanted("", function.over.is_some()),
        },
        _ => false,
    }
}

/// What rows cannot be locked with: `wanted` is the name behind OF.
///
/// Source: `CheckSelectLocking()` and `transformLockingClause()` of PostgreSQL's parser.
pub(super) fn locked_with(body: &sql::SetExpr, wanted: Option<&str>) -> Option<&'static str> {
    match body {
        sql::SetExpr::SetOperation { .. } => Some("UNION, INTERSECT or EXCEPT"),
        sql::SetExpr::Values(_) => Some("VALUES"),
        sql::SetExpr::Query(query) => locked_with(&query.body, wanted),
        sql::SetExpr::Select(select) => of_locked(select).or_else(|| {
            let factors = select
                .from
                .iter()
                .flat_map(|item| std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation)));
            factors.into_iter().find_map(|factor| match factor {
                sql::TableFactor::Derived { subquery, alias, .. } => {
                    let own: EcoString = own_name(alias.as_ref()).unwrap_or_default();
                    let hit = wanted.is_none_or(|wanted| wanted == own);
                    if hit { locked_with(&subquery.body, None) } else { None }
                }
                _ => None,
            })
        }),
        _ => None,
    }
}

fn of_locked(select: &sql::Select) -> Option<&'static str> {
    let calls = |wanted: &dyn Fn(&str, bool) -> bool| items(select).any(|item| is_call(item, wanted));
    match () {
        () if select.distinct.is_some() => Some("DISTINCT"),
        () if select.group_by != sql::GroupByExpr::Expressions(Vec::new(), Vec::new()) => Some("GROUP BY"),
        () if select.having.is_some() => Some("HAVING"),
        () if calls(&|name, window| !window && builtins::is_aggregate(name)) => Some("aggregate functions"),
        () if calls(&|_, window| window) => Some("window functions"),
        () if calls(&|name, _| matches!(name, "generate_series" | "unnest")) => Some("functions that return sets"),
        () => None,
    }
}
