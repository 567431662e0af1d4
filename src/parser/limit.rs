//! Columns compared with literals, which is what CHECK constraints and partition bounds say.

use ecow::{EcoString, eco_format};

use sqlparser::ast as sql;

use super::conditions::parts;
use super::template;
use super::tokens::is_symmetric;
use super::uses::folded;
use crate::ast::{Comparison, HashLimit, Limit, Limits, Literal};

/// The conjuncts of an expression that compare a column with literals. `tables` are the names that qualify the columns
/// that are asked for; none asks for all.
pub(super) fn limits(expr: &sql::Expr, tables: &[EcoString]) -> Limits {
    let mut found = Limits::default();
    add(expr, tables, &mut found);
    found
}

/// Adds the limits of a further condition.
pub(super) fn add(expr: &sql::Expr, tables: &[EcoString], found: &mut Limits) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match expr {
            sql::Expr::Nested(inner) => waiting.push(inner),
            sql::Expr::BinaryOp { left, op: sql::BinaryOperator::And, right } => waiting.extend([&**right, &**left]),
            sql::Expr::BinaryOp { op: sql::BinaryOperator::Or, .. } => {
                found.either.extend(either(expr, tables));
                // The alternatives may ask for more than their limits say.
                found.more = true;
            }
            sql::Expr::Function(function) => {
                found.hashes.extend(hash(function));
                found.more = true;
            }
            _ => {
                let limits = conjunct(expr, tables);
                let pair = if limits.is_empty() { pair(expr, tables) } else { None };
                found.more |= limits.is_empty() && pair.is_none();
                found.all.extend(limits);
                found.pairs.extend(pair);
            }
        }
    }
}

/// A comparison of two columns.
fn pair(expr: &sql::Expr, tables: &[EcoString]) -> Option<(EcoString, Comparison, EcoString)> {
    let sql::Expr::BinaryOp { left, op, right } = expr else { return None };
    let (comparison, _) = comparisons(op)?;
    let column = |expr: &sql::Expr| subject(expr, tables).filter(|column| !column.starts_with('('));
    Some((column(left)?, comparison, column(right)?))
}

/// Adds limits that hold too.
pub(super) fn merge(more: &Limits, found: &mut Limits) {
    found.all.extend(more.all.iter().cloned());
    found.either.extend(more.either.iter().cloned());
    found.hashes.extend(more.hashes.iter().cloned());
    found.pairs.extend(more.pairs.iter().cloned());
    found.more |= more.more;
}

/// Longer lists are those of writes, and no constraints.
const MANY: usize = 1000;

/// Alternatives that one OR may have.
const MANY_ALTERNATIVES: usize = 20;

/// The limits of each alternative; nothing where one of them has none.
fn either(expr: &sql::Expr, tables: &[EcoString]) -> Option<Vec<Vec<Limit>>> {
    let alternatives = parts(expr);
    if alternatives.len() > MANY_ALTERNATIVES {
        return None;
    }
    let limits: Vec<Vec<Limit>> = alternatives.into_iter().map(|part| limits(part, tables).all).collect();
    limits.iter().all(|limits| !limits.is_empty()).then_some(limits)
}

/// `satisfies_hash_partition('table'::regclass, modulus, remainder, keys)`
fn hash(function: &sql::Function) -> Option<HashLimit> {
    let name = function.name.0.last()?.as_ident()?;
    let sql::FunctionArguments::List(list) = &function.args else { return None };
    if folded(name) != "satisfies_hash_partition" {
        return None;
    }
    let arguments: Option<Vec<&sql::Expr>> = list.args.iter().map(argument).collect();
    let (parent, modulus, remainder, keys) = match arguments?.as_slice() {
        [parent, modulus, remainder, keys @ ..] => {
            (literal(parent)?, literal(modulus)?, literal(remainder)?, keys.to_vec())
        }
        _ => return None,
    };
    let (Literal::Text(parent), Literal::Number(modulus), Literal::Number(remainder)) = (parent, modulus, remainder)
    else {
        return None;
    };
    let keys: Option<Vec<EcoString>> = keys.into_iter().map(|key| subject(key, &[])).collect();
    Some(HashLimit { parent, modulus, remainder, keys: keys? })
}

fn argument(argument: &sql::FunctionArg) -> Option<&sql::Expr> {
    match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

fn conjunct(expr: &sql::Expr, tables: &[EcoString]) -> Vec<Limit> {
    let limit = |of: &sql::Expr, comparison: Comparison, values: &[&sql::Expr]| {
        let literals: Option<Vec<Literal>> = values.iter().map(|value| literal(value)).collect();
        let cast = values.iter().find_map(|value| cast(value));
        Some(Limit { column: subject(of, tables)?, comparison, values: literals?, cast })
    };
    let found = match expr {
        sql::Expr::BinaryOp { left, op, right } => {
            let Some((straight, turned)) = comparisons(op) else { return Vec::new() };
            limit(left, straight, &[right]).or_else(|| limit(right, turned, &[left]))
        }
        sql::Expr::Between { expr, negated: false, low, high } if !is_symmetric(low) => {
            let low = limit(expr, Comparison::AtLeast, &[low]);
            return low.into_iter().chain(limit(expr, Comparison::AtMost, &[high])).collect();
        }
        sql::Expr::InList { expr, list, negated } if list.len() <= MANY => {
            let comparison = if *negated { Comparison::NoneOf } else { Comparison::OneOf };
            limit(expr, comparison, &list.iter().collect::<Vec<_>>())
        }
        sql::Expr::AnyOp { left, compare_op: sql::BinaryOperator::Eq, right, .. } => {
            elements(right).and_then(|elements| limit(left, Comparison::OneOf, &elements))
        }
        sql::Expr::AllOp { left, compare_op: sql::BinaryOperator::NotEq, right } => {
            elements(right).and_then(|elements| limit(left, Comparison::NoneOf, &elements))
        }
        sql::Expr::IsNotNull(inner) => limit(inner, Comparison::NotNull, &[]),
        sql::Expr::IsNull(inner) => limit(inner, Comparison::Null, &[]),
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Not, expr } => return negated(expr, tables),
        // A boolean column is a condition by itself.
        sql::Expr::Identifier(_) | sql::Expr::CompoundIdentifier(_) => subject(expr, tables).map(|column| Limit {
            column,
            comparison: Comparison::OneOf,
            values: vec![Literal::Boolean(true)],
            cast: None,
        }),
        _ => None,
    };
    found.into_iter().collect()
}

/// `NOT (...)` of what has an opposite.
fn negated(expr: &sql::Expr, tables: &[EcoString]) -> Vec<Limit> {
    let sql::Expr::Nested(inner) = expr else { return turned(expr, tables) };
    negated(inner, tables)
}

fn turned(expr: &sql::Expr, tables: &[EcoString]) -> Vec<Limit> {
    use Comparison as C;
    let opposite = |limit: Limit| {
        let comparison = match limit.comparison {
            C::Less => C::AtLeast,
            C::AtMost => C::Greater,
            C::Greater => C::AtMost,
            C::AtLeast => C::Less,
            C::OneOf => C::NoneOf,
            C::NoneOf => C::OneOf,
            C::Null => C::NotNull,
            C::NotNull => C::Null,
        };
        Limit { comparison, ..limit }
    };
    match conjunct(expr, tables).as_slice() {
        [one] => vec![opposite(one.clone())],
        _ => Vec::new(),
    }
}

/// What an operator says of its left side, and of its right.
fn comparisons(op: &sql::BinaryOperator) -> Option<(Comparison, Comparison)> {
    use Comparison::{AtLeast, AtMost, Greater, Less, NoneOf, OneOf};
    match op {
        sql::BinaryOperator::Eq => Some((OneOf, OneOf)),
        sql::BinaryOperator::NotEq => Some((NoneOf, NoneOf)),
        sql::BinaryOperator::Lt => Some((Less, Greater)),
        sql::BinaryOperator::LtEq => Some((AtMost, AtLeast)),
        sql::BinaryOperator::Gt => Some((Greater, Less)),
        sql::BinaryOperator::GtEq => Some((AtLeast, AtMost)),
        _ => None,
    }
}

/// The elements of `ARRAY[...]`.
fn elements(expr: &sql::Expr) -> Option<Vec<&sql::Expr>> {
    match expr {
        sql::Expr::Nested(inner) | sql::Expr::Cast { expr: inner, .. } => elements(inner),
        sql::Expr::Array(array) => Some(array.elem.iter().collect()),
        _ => None,
    }
}

/// What is compared: a column, or an expression in the form of [`Limit::of_expression`].
fn subject(expr: &sql::Expr, tables: &[EcoString]) -> Option<EcoString> {
    match expr {
        sql::Expr::Nested(inner) => subject(inner, tables),
        sql::Expr::Identifier(name) => Some(folded(name)),
        sql::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., table, column] if tables.is_empty() || tables.contains(&folded(table)) => Some(folded(column)),
            _ => None,
        },
        sql::Expr::BinaryOp { .. } | sql::Expr::Function(_) | sql::Expr::Cast { .. } | sql::Expr::Extract { .. } => {
            // A literal with a cast is no subject; the texts of long expressions are of no use.
            (literal(expr).is_none() && tables.is_empty()).then(|| Limit::of_expression(&expr.to_string()))
        }
        _ => None,
    }
}

/// The type that a literal is cast to, where it is.
fn cast(expr: &sql::Expr) -> Option<EcoString> {
    match expr {
        sql::Expr::Nested(inner) => cast(inner),
        sql::Expr::Cast { data_type, .. } => Some(data_type.to_string().to_lowercase().into()),
        sql::Expr::TypedString(typed) => Some(typed.data_type.to_string().to_lowercase().into()),
        _ => None,
    }
}

/// The literal that an expression is, casts and the name of its type aside: nothing where these make another value of it.
pub(super) fn literal(expr: &sql::Expr) -> Option<Literal> {
    match expr {
        sql::Expr::Nested(inner) => literal(inner),
        sql::Expr::Cast { expr: inner, data_type, .. } => {
            // What a type of a migration has made of it, and then shows as a text, nobody knows.
            let by_another = matches!(&**inner, sql::Expr::Cast { data_type: sql::DataType::Custom(..), .. });
            if by_another && !matches!(data_type, sql::DataType::Custom(..)) {
                return None;
            }
            cast_to(literal(inner)?, data_type)
        }
        sql::Expr::TypedString(typed) => cast_to(value(&typed.value.value)?, &typed.data_type),
        sql::Expr::Value(written) => value(&written.value),
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Minus, expr } => match literal(expr)? {
            Literal::Number(number) => Some(Literal::Number(eco_format!("-{number}"))),
            Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
        },
        _ => None,
    }
}

/// A literal as a cast leaves it. What the type does not read stays as it is written.
fn cast_to(literal: Literal, data_type: &sql::DataType) -> Option<Literal> {
    use sql::DataType as D;
    let whole = |text: &str| text.trim().parse::<i64>().ok().map(|whole| Literal::Number(whole.to_string().into()));
    match (data_type, literal) {
        (_, Literal::Null) => Some(Literal::Null),
        (
            D::Text
            | D::Varchar(_)
            | D::CharacterVarying(_)
            | D::CharVarying(_)
            | D::Char(_)
            | D::Character(_)
            | D::Bit(_)
            | D::BitVarying(_)
            | D::VarBit(_),
            Literal::Text(text),
        ) => is_within(&text, data_type).then_some(Literal::Text(text)),
        // How it is printed is another question.
        (D::Text | D::Varchar(_) | D::CharacterVarying(_) | D::Char(_) | D::Character(_), _) => None,
        (D::SmallInt(_) | D::Int2(_) | D::Int(_) | D::Integer(_) | D::Int4(_) | D::BigInt(_) | D::Int8(_), other) => {
            match other {
                Literal::Text(text) => Some(whole(&text).unwrap_or(Literal::Text(text))),
                Literal::Number(text) => whole(&text),
                Literal::Null | Literal::Boolean(_) => None,
            }
        }
        (D::Numeric(info) | D::Decimal(info) | D::Dec(info), Literal::Text(text) | Literal::Number(text)) => {
            let plain = text.trim().trim_start_matches(['-', '+']);
            let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            match info {
                sql::ExactNumberInfo::None if is_number => Some(Literal::Number(text.trim().into())),
                sql::ExactNumberInfo::None => Some(Literal::Text(text)),
                sql::ExactNumberInfo::PrecisionAndScale(_, ..0) => None,
                _ => whole(&text),
            }
        }
        (D::Boolean | D::Bool, Literal::Text(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => Some(Literal::Boolean(true)),
            "f" | "false" | "n" | "no" | "off" | "0" => Some(Literal::Boolean(false)),
            _ => Some(Literal::Text(text)),
        },
        (D::Boolean | D::Bool, Literal::Number(_)) => None,
        // The time of the day goes.
        (D::Date, Literal::Text(text)) if text.trim().len() > "2024-01-31".len() => None,
        (D::Timestamp(Some(_), _) | D::Time(Some(_), _), _) => None,
        (_, literal) => Some(literal),
    }
}

/// Whether a string is not longer than its type.
fn is_within(text: &str, data_type: &sql::DataType) -> bool {
    use sql::{CharacterLength as L, DataType as D};
    let most = match data_type {
        D::Char(None) | D::Character(None) | D::Bit(None) => 1,
        D::Bit(Some(length)) | D::BitVarying(Some(length)) | D::VarBit(Some(length)) => *length,
        D::Char(Some(length))
        | D::Character(Some(length))
        | D::Varchar(Some(length))
        | D::CharacterVarying(Some(length))
        | D::CharVarying(Some(length)) => match length {
            L::IntegerLength { length, .. } => *length,
            L::Max => return true,
        },
        _ => return true,
    };
    u64::try_from(text.chars().count()).is_ok_and(|length| length <= most)
}

fn value(value: &sql::Value) -> Option<Literal> {
    match value {
        sql::Value::Null => Some(Literal::Null),
        sql::Value::Boolean(value) => Some(Literal::Boolean(*value)),
        sql::Value::Number(number, _) => Some(Literal::Number(number.clone().into())),
        sql::Value::SingleQuotedString(text) | sql::Value::EscapedStringLiteral(text) => {
            Some(Literal::Text(text.clone().into())).filter(|_| !template::fills(text))
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
        expr.limits.all.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn casts_that_make_another_value() {
        let literal = |text: &str| parse(text, expr::expr).unwrap().literal.map(|literal| format!("{literal:?}"));
        for (text, expected) in [
            ("'abc'::varchar(2)", None),
            ("'abc'::varchar(3)", Some(r#"Text("abc")"#)),
            ("'abc'::character varying", Some(r#"Text("abc")"#)),
            ("'abc'::char", None),
            ("'007'::int", Some(r#"Number("7")"#)),
            ("'007'::int::text", None),
            ("'t'::boolean::text", None),
            ("'t'::boolean", Some("Boolean(true)")),
            ("1.5::int", None),
            ("'x'::int", Some(r#"Text("x")"#)),
            ("1.25::numeric(3, 1)", None),
            ("'1.25'::numeric", Some(r#"Number("1.25")"#)),
            ("date '2024-01-01 10:00'", None),
            ("'2024-01-01'::date", Some(r#"Text("2024-01-01")"#)),
            ("'abc'::mood", Some(r#"Text("abc")"#)),
            ("'abc'::mood::text", None),
        ] {
            assert_eq!(literal(text).as_deref(), expected, "for {text}");
        }
    }

    #[test]
    fn columns_are_compared_with_literals() {
        for (text, expected) in [
            ("a >= 1 AND a < -5", r#"a AtLeast [Number("1")]; a Less [Number("-5")]"#),
            (
                "'2025-01-01'::date <= t.day AND day <> '1'",
                r#"day AtLeast [Text("2025-01-01")]; day NoneOf [Text("1")]"#,
            ),
            ("day >= date '2025-01-01'", r#"day AtLeast [Text("2025-01-01")]"#),
            (
                "(a BETWEEN 1 AND 2) AND b IS NOT NULL",
                r#"a AtLeast [Number("1")]; a AtMost [Number("2")]; b NotNull []"#,
            ),
            ("r IN ('de', 'fr') AND s = ANY (ARRAY['a'])", r#"r OneOf [Text("de"), Text("fr")]; s OneOf [Text("a")]"#),
            ("a > 1 OR b > 2", ""),
            ("sold AND NOT t.gone", r#"sold OneOf [Boolean(true)]; gone NoneOf [Boolean(true)]"#),
            ("a > b AND NOT c > 1 AND d IN (1, f(2))", r#"c AtMost [Number("1")]"#),
            (
                "a NOT IN (1, 2) AND b <> ALL (ARRAY[3])",
                r#"a NoneOf [Number("1"), Number("2")]; b NoneOf [Number("3")]"#,
            ),
            ("(a % 10) < 5 AND f(x) IS NULL", r#"(a%10) Less [Number("5")]; (f(x)) Null []"#),
        ] {
            assert_eq!(limits(text), expected, "for {text}");
        }
    }
}
