//! Columns compared with literals, which is what CHECK constraints and partition bounds say.

use sqlparser::ast as sql;

use super::uses::folded;
use crate::ast::{Comparison, Limit, Literal};

/// The conjuncts of an expression that compare a column with literals.
pub(super) fn limits(expr: &sql::Expr) -> Vec<Limit> {
    let mut found = Vec::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match expr {
            sql::Expr::Nested(inner) => waiting.push(inner),
            sql::Expr::BinaryOp { left, op: sql::BinaryOperator::And, right } => waiting.extend([&**right, &**left]),
            _ => found.extend(conjunct(expr)),
        }
    }
    found
}

/// Longer lists are those of writes, and no constraints.
const MANY: usize = 1000;

fn conjunct(expr: &sql::Expr) -> Vec<Limit> {
    let limit = |column: &sql::Expr, comparison: Comparison, values: Option<Vec<Literal>>| {
        Some(Limit { column: column_name(column)?, comparison, values: values? })
    };
    let one = |value: &sql::Expr| literal(value).map(|value| vec![value]);
    match expr {
        sql::Expr::BinaryOp { left, op, right } => {
            let Some((straight, turned)) = comparisons(op) else { return Vec::new() };
            let found = limit(left, straight, one(right)).or_else(|| limit(right, turned, one(left)));
            found.into_iter().collect()
        }
        sql::Expr::Between { expr, negated: false, low, high } => {
            let low = limit(expr, Comparison::AtLeast, one(low));
            low.into_iter().chain(limit(expr, Comparison::AtMost, one(high))).collect()
        }
        sql::Expr::InList { expr, list, negated: false } if list.len() <= MANY => {
            limit(expr, Comparison::OneOf, list.iter().map(literal).collect()).into_iter().collect()
        }
        sql::Expr::AnyOp { left, compare_op: sql::BinaryOperator::Eq, right, .. } => {
            limit(left, Comparison::OneOf, elements(right)).into_iter().collect()
        }
        sql::Expr::IsNotNull(inner) => limit(inner, Comparison::NotNull, Some(Vec::new())).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What an operator says of its left side, and of its right.
fn comparisons(op: &sql::BinaryOperator) -> Option<(Comparison, Comparison)> {
    use Comparison::{AtLeast, AtMost, Greater, Less, OneOf};
    match op {
        sql::BinaryOperator::Eq => Some((OneOf, OneOf)),
        sql::BinaryOperator::Lt => Some((Less, Greater)),
        sql::BinaryOperator::LtEq => Some((AtMost, AtLeast)),
        sql::BinaryOperator::Gt => Some((Greater, Less)),
        sql::BinaryOperator::GtEq => Some((AtLeast, AtMost)),
        _ => None,
    }
}

/// The elements of `ARRAY[...]`.
fn elements(expr: &sql::Expr) -> Option<Vec<Literal>> {
    match expr {
        sql::Expr::Nested(inner) | sql::Expr::Cast { expr: inner, .. } => elements(inner),
        sql::Expr::Array(array) => array.elem.iter().map(literal).collect(),
        _ => None,
    }
}

fn column_name(expr: &sql::Expr) -> Option<String> {
    match expr {
        sql::Expr::Nested(inner) => column_name(inner),
        sql::Expr::Identifier(name) => Some(folded(name)),
        sql::Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        _ => None,
    }
}

/// The literal that an expression is, casts and the name of its type aside.
pub(super) fn literal(expr: &sql::Expr) -> Option<Literal> {
    match expr {
        sql::Expr::Nested(inner) | sql::Expr::Cast { expr: inner, .. } => literal(inner),
        sql::Expr::TypedString(typed) => value(&typed.value.value),
        sql::Expr::Value(written) => value(&written.value),
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Minus, expr } => match literal(expr)? {
            Literal::Number(number) => Some(Literal::Number(format!("-{number}"))),
            Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
        },
        _ => None,
    }
}

fn value(value: &sql::Value) -> Option<Literal> {
    match value {
        sql::Value::Null => Some(Literal::Null),
        sql::Value::Boolean(value) => Some(Literal::Boolean(*value)),
        sql::Value::Number(number, _) => Some(Literal::Number(number.clone())),
        sql::Value::SingleQuotedString(text) | sql::Value::EscapedStringLiteral(text) => {
            Some(Literal::Text(text.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::parser::expr;
    use crate::parser::testing::parse;

    fn limits(text: &str) -> String {
        let expr = parse(text, expr::expr).unwrap();
        let one = |limit: &crate::ast::Limit| format!("{} {:?} {:?}", limit.column, limit.comparison, limit.values);
        expr.limits.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn columns_are_compared_with_literals() {
        for (text, expected) in [
            ("a >= 1 AND a < -5", r#"a AtLeast [Number("1")]; a Less [Number("-5")]"#),
            ("'2025-01-01'::date <= t.day AND day <> '1'", r#"day AtLeast [Text("2025-01-01")]"#),
            ("day >= date '2025-01-01'", r#"day AtLeast [Text("2025-01-01")]"#),
            (
                "(a BETWEEN 1 AND 2) AND b IS NOT NULL",
                r#"a AtLeast [Number("1")]; a AtMost [Number("2")]; b NotNull []"#,
            ),
            ("r IN ('de', 'fr') AND s = ANY (ARRAY['a'])", r#"r OneOf [Text("de"), Text("fr")]; s OneOf [Text("a")]"#),
            ("a > 1 OR b > 2", ""),
            ("a > b AND NOT c > 1 AND d IN (1, f(2))", ""),
        ] {
            assert_eq!(limits(text), expected, "for {text}");
        }
    }
}
