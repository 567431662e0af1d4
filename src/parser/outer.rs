//! Tables on the nullable side of an outer join whose rows a query locks.
//!
//! Source: `reduce_outer_joins()` and `make_outerjoininfo()` of PostgreSQL's planner: an outer join is none where a condition
//! above it asks for rows of its nullable side.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::uses::folded;
use super::walk_query::own_name;

/// The names of the tables; `wanted` is the name behind OF. Nothing where a condition may turn the join into another one.
pub(super) fn locked<'q>(body: &'q sql::SetExpr, wanted: Option<&str>) -> Vec<&'q sql::ObjectName> {
    match body {
        sql::SetExpr::Query(query) => locked(&query.body, wanted),
        sql::SetExpr::Select(select) => {
            let nullable: Vec<Table> = select.from.iter().flat_map(of_item).collect();
            let is_nullable = |name: &str| nullable.iter().any(|table| table.known_as == name);
            let stays = select.selection.as_ref().is_none_or(|filter| names_others(filter, &is_nullable));
            let hit = nullable.iter().filter(|table| stays && wanted.is_none_or(|wanted| wanted == table.known_as));
            hit.map(|table| table.name).collect()
        }
        _ => Vec::new(),
    }
}

struct Table<'q> {
    name: &'q sql::ObjectName,
    known_as: EcoString,
}

/// The tables of the nullable sides; none where another join follows that may ask for their rows.
fn of_item(item: &sql::TableWithJoins) -> Vec<Table<'_>> {
    use sql::JoinOperator as J;
    let mut before: Vec<&sql::TableFactor> = vec![&item.relation];
    let mut nullable: Vec<&sql::TableFactor> = Vec::new();
    for join in &item.joins {
        match &join.join_operator {
            J::Left(_) | J::LeftOuter(_) => nullable.push(&join.relation),
            J::Right(_) | J::RightOuter(_) => nullable.clone_from(&before),
            J::FullOuter(_) => {
                nullable.clone_from(&before);
                nullable.push(&join.relation);
            }
            _ => nullable.clear(),
        }
        before.push(&join.relation);
    }
    nullable.into_iter().filter_map(table).collect()
}

fn table(factor: &sql::TableFactor) -> Option<Table<'_>> {
    let sql::TableFactor::Table { name, alias, args: None, .. } = factor else { return None };
    let last = || name.0.last().and_then(sql::ObjectNamePart::as_ident).map(folded);
    Some(Table { name, known_as: own_name(alias.as_ref()).or_else(last)? })
}

/// Whether an expression is made of constants and of columns of tables that are not nullable, as their names say.
fn names_others(expr: &sql::Expr, is_nullable: &dyn Fn(&str) -> bool) -> bool {
    use sql::Expr as E;
    let all = |parts: &[&sql::Expr]| parts.iter().all(|part| names_others(part, is_nullable));
    match expr {
        E::Value(_) => true,
        E::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, _] => !is_nullable(&folded(table)),
            _ => false,
        },
        E::Nested(inner) | E::IsNull(inner) | E::IsNotNull(inner) => all(&[inner]),
        E::Cast { expr, .. } | E::UnaryOp { expr, .. } => all(&[expr]),
        E::BinaryOp { left, right, .. } => all(&[left, right]),
        E::Between { expr, low, high, .. } => all(&[expr, low, high]),
        E::InList { expr, list, .. } => all(&[expr]) && list.iter().all(|item| names_others(item, is_nullable)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::StatementKind;
    use crate::parser::tests::one;

    #[test]
    fn nullable_sides() {
        for (text, expected) in [
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i FOR UPDATE", "b"),
            ("SELECT 1 FROM a RIGHT JOIN b ON a.i = b.i FOR SHARE", "a"),
            ("SELECT 1 FROM a AS x FULL JOIN b ON x.i = b.i FOR UPDATE OF x", "a"),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i FOR UPDATE OF a", ""),
            ("SELECT 1 FROM a JOIN b ON a.i = b.i FOR UPDATE", ""),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i WHERE a.j = 1 AND a.k IN (2, 3) FOR UPDATE", "b"),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i WHERE b.j = 1 FOR UPDATE", ""),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i WHERE j = 1 FOR UPDATE", ""),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i JOIN c ON c.i = b.i FOR UPDATE", ""),
            ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i LEFT JOIN c ON c.i = b.i FOR UPDATE OF b", "b"),
            ("WITH b AS (SELECT 1 AS i) SELECT 1 FROM a LEFT JOIN b ON a.i = b.i FOR UPDATE", ""),
        ] {
            let StatementKind::Query(query) = one(text) else { unreachable!("{text}") };
            let found: Vec<String> = query.locked_nullable.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
