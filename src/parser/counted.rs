//! Values that depend on nothing but a counter.

use std::cell::Cell;

use ecow::EcoString;

use sqlparser::ast as sql;

use super::lexer::PLACEHOLDER;
use super::limit;
use super::tokens::is_symmetric;
use super::uses::folded;
use crate::ast::{Arithmetic, Comparison, Counted, CountedCall, CountedCast, Literal, RangeKind};

/// What an expression may be made of, besides constants.
#[derive(Clone, Copy)]
pub(super) enum Known<'n> {
    /// A counter that goes by these names.
    Counter(&'n [EcoString]),
    /// random(), which stands for the counter.
    Random,
    /// The columns of a row.
    Columns,
}

const SECONDS_OF_DAY: i64 = 86_400;

/// What is known, how deep in an expression, and how many parts of it may still be read.
#[derive(Clone, Copy)]
struct At<'n> {
    known: Known<'n>,
    depth: usize,
    left: &'n Cell<usize>,
}

/// Parts of an expression that are followed, those that are read for each of many values each time.
const MANY_PARTS: usize = 1_000;

/// Expressions in expressions that are followed: BETWEEN takes its first one twice.
const DEEPEST: usize = 16;

/// Values in a list that are followed.
const MANY: usize = 20;

/// An expression over what is known.
pub(super) fn counted(expr: &sql::Expr, known: Known) -> Counted {
    inside(expr, At { known, depth: 0, left: &Cell::new(MANY_PARTS) })
}

fn inside(expr: &sql::Expr, outer: At) -> Counted {
    let left = outer.left.get();
    if outer.depth == DEEPEST || left == 0 {
        return Counted::Unknown;
    }
    outer.left.set(left - 1);
    let known = At { depth: outer.depth + 1, ..outer };
    let of = |expr: &sql::Expr| inside(expr, known);
    match expr {
        sql::Expr::Nested(inner) => of(inner),
        sql::Expr::Identifier(name) => named(name, known),
        sql::Expr::CompoundIdentifier(parts) => match (parts.as_slice(), known.known) {
            ([_, column], Known::Columns) => named(column, known),
            _ => Counted::Unknown,
        },
        sql::Expr::BinaryOp { left, op, right } => binary(left, op, right, known),
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Minus, expr: inner } if limit::literal(expr).is_none() => {
            Counted::Number(Arithmetic::Subtract, Box::new(number(0)), Box::new(of(inner)))
        }
        sql::Expr::Function(function) => called(function, known),
        sql::Expr::TypedString(typed) => moment_in(&typed.data_type, expr).unwrap_or(Counted::Unknown),
        // Bits are read as a number in base two.
        sql::Expr::Cast { expr: inner, .. } if is_bits(inner) => Counted::Unknown,
        // Another cast may round.
        sql::Expr::Cast { expr: inner, data_type, format: None, .. } => match cast(data_type) {
            _ if moment_in(data_type, inner).is_some() => moment_in(data_type, inner).unwrap_or(Counted::Unknown),
            Some(cast) => Counted::Cast(cast, Box::new(of(inner))),
            None => match range_kind(data_type) {
                Some(kind) => Counted::Range(kind, vec![of(inner)]),
                None => Counted::Unknown,
            },
        },
        sql::Expr::CompoundFieldAccess { root, access_chain } => element(root, access_chain, known),
        sql::Expr::Case { operand, conditions, else_result, .. } => {
            let condition = |when: &sql::Expr| match operand {
                Some(operand) => compared(Comparison::OneOf, of(operand), of(when)),
                None => of(when),
            };
            let cases = conditions.iter().map(|when| (condition(&when.condition), of(&when.result))).collect();
            let rest = else_result.as_ref().map_or(Counted::Literal(Literal::Null), |rest| of(rest));
            Counted::Case(cases, Box::new(rest))
        }
        sql::Expr::Between { expr, negated: is_not, low, high } if !is_symmetric(low) => {
            let low = compared(Comparison::AtLeast, of(expr), of(low));
            let both = Counted::Both(Box::new(low), Box::new(compared(Comparison::AtMost, of(expr), of(high))));
            if *is_not { negated(both) } else { both }
        }
        sql::Expr::InList { expr, list, negated: is_not } if list.len() <= MANY => {
            let equal = list.iter().map(|value| compared(Comparison::OneOf, of(expr), of(value)));
            let any = equal.reduce(|one, other| Counted::Either(Box::new(one), Box::new(other)));
            let any = any.unwrap_or(Counted::Unknown);
            if *is_not { negated(any) } else { any }
        }
        sql::Expr::Like { negated: is_not, any: false, expr, pattern, escape_char: None } => {
            let like = Counted::Called(CountedCall::Like, vec![of(expr), of(pattern)]);
            if *is_not { negated(like) } else { like }
        }
        sql::Expr::IsDistinctFrom(one, other) => Counted::Called(CountedCall::Distinct, vec![of(one), of(other)]),
        sql::Expr::IsNotDistinctFrom(one, other) => {
            negated(Counted::Called(CountedCall::Distinct, vec![of(one), of(other)]))
        }
        sql::Expr::IsTrue(inner) => negated(distinct(of(inner), Literal::Boolean(true))),
        sql::Expr::IsNotTrue(inner) => distinct(of(inner), Literal::Boolean(true)),
        sql::Expr::IsFalse(inner) => negated(distinct(of(inner), Literal::Boolean(false))),
        sql::Expr::IsNotFalse(inner) => distinct(of(inner), Literal::Boolean(false)),
        sql::Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => {
            let count = substring_for.as_ref().map(|count| of(count));
            Counted::Called(CountedCall::Substring, [of(expr), of(from)].into_iter().chain(count).collect())
        }
        sql::Expr::IsNull(inner) => compared(Comparison::Null, of(inner), Counted::Literal(Literal::Null)),
        sql::Expr::IsNotNull(inner) => compared(Comparison::NotNull, of(inner), Counted::Literal(Literal::Null)),
        sql::Expr::UnaryOp { op: sql::UnaryOperator::Not, expr } => negated(of(expr)),
        sql::Expr::Position { expr, r#in } => Counted::Called(CountedCall::Position, vec![of(r#in), of(expr)]),
        sql::Expr::Value(sql::ValueWithSpan { value: sql::Value::SingleQuotedByteStringLiteral(bits), .. }) => {
            Counted::Literal(Literal::Text(bits.into()))
        }
        _ => limit::literal(expr).map_or(Counted::Unknown, Counted::Literal),
    }
}

/// What a name stands for.
fn named(name: &sql::Ident, known: At) -> Counted {
    let plain = name.quote_style.is_none();
    match known.known {
        Known::Counter(names) if names.contains(&folded(name)) => Counted::Counter,
        Known::Columns if name.quote_style == Some(PLACEHOLDER) => Counted::Unknown,
        Known::Columns if plain && super::walk_expr::is_keyword_function(&name.value) => Counted::Unknown,
        Known::Columns => Counted::Column(folded(name)),
        Known::Counter(_) | Known::Random => Counted::Unknown,
    }
}

fn number(number: i64) -> Counted {
    Counted::Literal(Literal::Number(number.to_string().into()))
}

fn distinct(value: Counted, from: Literal) -> Counted {
    Counted::Called(CountedCall::Distinct, vec![value, Counted::Literal(from)])
}

fn negated(value: Counted) -> Counted {
    compared(Comparison::OneOf, value, Counted::Literal(Literal::Boolean(false)))
}

fn compared(comparison: Comparison, left: Counted, right: Counted) -> Counted {
    Counted::Compared(comparison, Box::new(left), Box::new(right))
}

fn binary(left: &sql::Expr, op: &sql::BinaryOperator, right: &sql::Expr, known: At) -> Counted {
    use sql::BinaryOperator as O;
    let (one, other) = (Box::new(inside(left, known)), Box::new(inside(right, known)));
    match op {
        O::StringConcat => Counted::Joined(one, other),
        O::Plus => later(*one, Arithmetic::Add, *other, || span(right, known)),
        O::Minus => later(*one, Arithmetic::Subtract, *other, || span(right, known)),
        O::Multiply => Counted::Number(Arithmetic::Multiply, one, other),
        O::Divide => Counted::Number(Arithmetic::Divide, one, other),
        O::Modulo => Counted::Number(Arithmetic::Modulo, one, other),
        O::Eq => Counted::Compared(Comparison::OneOf, one, other),
        O::NotEq => Counted::Compared(Comparison::NoneOf, one, other),
        O::Lt => Counted::Compared(Comparison::Less, one, other),
        O::LtEq => Counted::Compared(Comparison::AtMost, one, other),
        O::Gt => Counted::Compared(Comparison::Greater, one, other),
        O::GtEq => Counted::Compared(Comparison::AtLeast, one, other),
        O::Custom(written) => match written.as_str() {
            "~" => Counted::Called(CountedCall::Matches, vec![*one, *other]),
            "!~" => negated(Counted::Called(CountedCall::Matches, vec![*one, *other])),
            "~~" => Counted::Called(CountedCall::Like, vec![*one, *other]),
            "!~~" => negated(Counted::Called(CountedCall::Like, vec![*one, *other])),
            _ => Counted::Unknown,
        },
        O::And => Counted::Both(one, other),
        O::Or => Counted::Either(one, other),
        _ => Counted::Unknown,
    }
}

/// A sum or a difference, of numbers or of a moment and what is added to it. `span` reads the right side as an interval.
fn later(one: Counted, op: Arithmetic, other: Counted, span: impl Fn() -> Option<(i64, Counted)>) -> Counted {
    let is_moment = |value: &Counted| matches!(value, Counted::Day(..) | Counted::Moment { .. });
    let signed = |seconds: i64| if op == Arithmetic::Add { seconds } else { -seconds };
    let at = |from: EcoString, span: Option<(i64, Counted)>| match span {
        Some((seconds, times)) => Counted::Moment { from, seconds: signed(seconds), times: Box::new(times) },
        None => Counted::Unknown,
    };
    match (one, other) {
        (Counted::Day(from, days), other) if !is_moment(&other) => match span() {
            None => Counted::Day(from, Box::new(Counted::Number(op, days, Box::new(other)))),
            span if *days == number(0) => at(from, span),
            Some(_) => Counted::Unknown,
        },
        (one, Counted::Day(from, days)) if op == Arithmetic::Add && !is_moment(&one) => {
            Counted::Day(from, Box::new(Counted::Number(op, Box::new(one), days)))
        }
        (Counted::Moment { from, seconds: 0, .. }, other) if !is_moment(&other) => at(from, span()),
        (one, other) if is_moment(&one) || is_moment(&other) => Counted::Unknown,
        (one, other) => Counted::Number(op, Box::new(one), Box::new(other)),
    }
}

/// `DATE '2024-01-31'`, `'2024-01-31'::date` and the same of a timestamp without a time zone.
fn moment_in(data_type: &sql::DataType, expr: &sql::Expr) -> Option<Counted> {
    let Literal::Text(text) = limit::literal(expr)? else { return None };
    match data_type {
        sql::DataType::Date => Some(Counted::Day(text, Box::new(number(0)))),
        sql::DataType::Timestamp(None, sql::TimezoneInfo::None | sql::TimezoneInfo::WithoutTimeZone) => {
            Some(Counted::Moment { from: text, seconds: 0, times: Box::new(number(0)) })
        }
        _ => None,
    }
}

/// Seconds, and how many times: `INTERVAL '1 day'`, `n * INTERVAL '1 day'`, `(n || ' days')::interval`.
fn span(expr: &sql::Expr, known: At) -> Option<(i64, Counted)> {
    match expr {
        sql::Expr::Nested(inner) => span(inner, known),
        sql::Expr::Interval(interval) if interval.leading_field.is_none() => {
            let Literal::Text(text) = limit::literal(&interval.value)? else { return None };
            Some((seconds(&text)?, number(1)))
        }
        sql::Expr::Cast { expr: inner, data_type: sql::DataType::Interval { .. }, .. } => match unnested(inner) {
            sql::Expr::BinaryOp { left, op: sql::BinaryOperator::StringConcat, right } => {
                let Literal::Text(unit) = limit::literal(right)? else { return None };
                Some((seconds(&format!("1{unit}"))?, inside(left, known)))
            }
            literal => {
                let Literal::Text(text) = limit::literal(literal)? else { return None };
                Some((seconds(&text)?, number(1)))
            }
        },
        sql::Expr::BinaryOp { left, op: sql::BinaryOperator::Multiply, right } => {
            let (unit, times) = match span(left, known) {
                Some(unit) => (unit, right),
                None => (span(right, known)?, left),
            };
            (unit.1 == number(1)).then(|| (unit.0, inside(times, known)))
        }
        _ => None,
    }
}

fn unnested(expr: &sql::Expr) -> &sql::Expr {
    match expr {
        sql::Expr::Nested(inner) => unnested(inner),
        other => other,
    }
}

/// `B'101'`
fn is_bits(expr: &sql::Expr) -> bool {
    let sql::Expr::Value(value) = unnested(expr) else { return false };
    matches!(value.value, sql::Value::SingleQuotedByteStringLiteral(_))
}

/// The seconds of `1 day`; months and years have no fixed number of them.
fn seconds(text: &str) -> Option<i64> {
    let (count, unit) = text.trim().split_once(' ')?;
    let unit = match unit.trim().trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3600,
        "day" => SECONDS_OF_DAY,
        "week" => 7 * SECONDS_OF_DAY,
        _ => return None,
    };
    count.parse::<i64>().ok()?.checked_mul(unit)
}

fn cast(data_type: &sql::DataType) -> Option<CountedCast> {
    use sql::DataType as D;
    match data_type {
        D::Text | D::Varchar(None) | D::CharacterVarying(None) => Some(CountedCast::Text),
        D::SmallInt(None) | D::Int2(None) | D::Int(None) | D::Integer(None) | D::Int4(None) => Some(CountedCast::Whole),
        D::BigInt(None) | D::Int8(None) => Some(CountedCast::Big),
        D::Date => Some(CountedCast::Date),
        D::Boolean | D::Bool => Some(CountedCast::Boolean),
        _ => None,
    }
}

fn range_kind(data_type: &sql::DataType) -> Option<RangeKind> {
    let sql::DataType::Custom(name, modifiers) = data_type else { return None };
    match name.0.as_slice() {
        [sql::ObjectNamePart::Identifier(name)] if modifiers.is_empty() => RangeKind::of(&folded(name)),
        _ => None,
    }
}

fn element(root: &sql::Expr, chain: &[sql::AccessExpr], known: At) -> Counted {
    let ([sql::AccessExpr::Subscript(sql::Subscript::Index { index })], sql::Expr::Array(array)) =
        (chain, unnested(root))
    else {
        return Counted::Unknown;
    };
    let elements = array.elem.iter().map(|element| inside(element, known)).collect();
    Counted::Element(elements, Box::new(inside(index, known)))
}

fn called(function: &sql::Function, known: At) -> Counted {
    let sql::FunctionArguments::List(list) = &function.args else { return Counted::Unknown };
    let [sql::ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return Counted::Unknown };
    let value = |argument: &sql::FunctionArg| match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => Some(inside(expr, known)),
        _ => None,
    };
    let Some(values) = list.args.iter().map(value).collect::<Option<Vec<Counted>>>() else { return Counted::Unknown };
    let call = match (folded(name).as_str(), values.as_slice()) {
        ("nullif", [one, other]) => return Counted::NullIf(Box::new(one.clone()), Box::new(other.clone())),
        ("coalesce", _) => return Counted::Coalesce(values),
        ("random", []) if matches!(known.known, Known::Random) => return Counted::Counter,
        ("lower", [_]) => CountedCall::Lower,
        ("upper", [_]) => CountedCall::Upper,
        ("length" | "char_length" | "character_length", [_]) => CountedCall::Length,
        ("abs", [_]) => CountedCall::Absolute,
        ("strpos", [_, _]) => CountedCall::Position,
        ("repeat", [_, _]) => CountedCall::Repeat,
        ("octet_length", [_]) => CountedCall::Octets,
        // Of two values, `trim(characters FROM text)` has them the other way round.
        ("ltrim", [_]) => CountedCall::TrimStart,
        ("rtrim", [_]) => CountedCall::TrimEnd,
        ("btrim", [_]) => CountedCall::Trim,
        ("left", [_, _]) => CountedCall::Left,
        ("right", [_, _]) => CountedCall::Right,
        ("substr", [_, _] | [_, _, _]) => CountedCall::Substring,
        ("replace", [_, _, _]) => CountedCall::Replace,
        ("concat", [_, ..]) => CountedCall::Concat,
        ("concat_ws", [_, _, ..]) => CountedCall::ConcatWith,
        ("format", [_, ..]) => CountedCall::Format,
        ("lpad", [_, _] | [_, _, _]) => CountedCall::PadStart,
        ("rpad", [_, _] | [_, _, _]) => CountedCall::PadEnd,
        ("md5", [_]) => CountedCall::Md5,
        ("reverse", [_]) => CountedCall::Reverse,
        ("split_part", [_, _, _]) => CountedCall::SplitPart,
        ("chr", [_]) => CountedCall::Character,
        ("mod", [one, other]) => {
            return Counted::Number(Arithmetic::Modulo, Box::new(one.clone()), Box::new(other.clone()));
        }
        ("num_nonnulls", [_, ..]) => CountedCall::Values,
        ("num_nulls", [_, ..]) => CountedCall::Nulls,
        ("greatest", [_, ..]) => CountedCall::Greatest,
        ("least", [_, ..]) => CountedCall::Least,
        (name, [_, _] | [_, _, _]) if let Some(kind) = RangeKind::of(name) => return Counted::Range(kind, values),
        _ => return Counted::Unknown,
    };
    Counted::Called(call, values)
}
