//! What a value that depends on a counter is in one row.

mod called;

use std::cmp::Ordering;

use ecow::EcoString;

use crate::ast::{Arithmetic, Comparison, Counted, CountedCast, Literal};
use crate::engine::calendar;
use crate::engine::decimals::{ONE, decimal, with_point};

use called::called;

use super::ranges::{self, Ranged};

const DATA_EXCEPTION: &str = "22000";
const DIVISION_BY_ZERO: &str = "22012";
const INVALID_TEXT: &str = "22P02";
const OUT_OF_RANGE: &str = "22003";

/// The value where the counter stands at a number, as the literal that means the same. `None` where it is not known.
pub(in crate::engine) fn value(counted: &Counted, at: i64) -> Option<Literal> {
    value_in(counted, at, &|_| None)
}

/// The value in a row of which columns are known.
pub(in crate::engine) fn value_in(
    counted: &Counted,
    at: i64,
    column: &dyn Fn(&str) -> Option<Literal>,
) -> Option<Literal> {
    let of = |counted: &Counted| value_in(counted, at, column);
    match counted {
        Counted::Counter => Some(number(at)),
        Counted::Column(name) => column(name),
        Counted::Literal(literal) => Some(literal.clone()),
        Counted::Number(op, left, right) => match (of(left)?, of(right)?) {
            (Literal::Null, Literal::Null | Literal::Number(_)) | (Literal::Number(_), Literal::Null) => {
                Some(Literal::Null)
            }
            (Literal::Number(left), Literal::Number(right)) if !is_whole(counted) => {
                let fraction = !op.divides() || is_fraction(counted) == Some(true);
                fraction.then(|| with_fractions(*op, &left, &right)).flatten()
            }
            (Literal::Number(left), Literal::Number(right)) => {
                let wide = is_wide(counted);
                let result = calculated(*op, left.parse().ok()?, right.parse().ok()?);
                result.filter(|result| wide || i32::try_from(*result).is_ok()).map(number)
            }
            _ => None,
        },
        Counted::Joined(left, right) => match (of(left)?, of(right)?) {
            (Literal::Text(left), Literal::Text(right)) => Some(Literal::Text(left + right.as_str())),
            (Literal::Text(left), Literal::Number(right)) => Some(Literal::Text(left + printed(right)?.as_str())),
            (Literal::Number(left), Literal::Text(right)) => Some(Literal::Text(printed(left)? + right.as_str())),
            (Literal::Text(_), Literal::Null) | (Literal::Null, Literal::Text(_)) => Some(Literal::Null),
            _ => None,
        },
        Counted::NullIf(left, right) | Counted::Compared(_, left, right) if are_unlike(left, right) => None,
        Counted::NullIf(left, right) => {
            let (left, right) = (of(left)?, of(right)?);
            let equal = left != Literal::Null && right != Literal::Null && same(&left, &right)?;
            Some(if equal { Literal::Null } else { left })
        }
        Counted::Day(from, days) => {
            whole(of(days)?).and_then(|days| Some(Literal::Text(calendar::days_later(from, days)?)))
        }
        Counted::Moment { from, seconds, times } => {
            let seconds = whole(of(times)?)?.checked_mul(*seconds)?;
            calendar::seconds_later(from, seconds).map(Literal::Text)
        }
        Counted::Element(values, index) => {
            match values.get(usize::try_from(whole(of(index)?)?.checked_sub(1)?).ok()?) {
                Some(element) => of(element),
                None => Some(Literal::Null),
            }
        }
        Counted::Case(cases, rest) => {
            for (when, then) in cases {
                if of(when)? == Literal::Boolean(true) {
                    return of(then);
                }
            }
            of(rest)
        }
        Counted::Coalesce(values) => {
            for value in values {
                let value = of(value)?;
                if value != Literal::Null {
                    return Some(value);
                }
            }
            Some(Literal::Null)
        }
        Counted::Compared(comparison, left, right) => compared(*comparison, &of(left)?, &of(right)?),
        Counted::Both(left, right) => joined(of(left)?, of(right)?, false),
        Counted::Either(left, right) => joined(of(left)?, of(right)?, true),
        Counted::Cast(cast, inner) => converted(*cast, of(inner)?),
        Counted::Called(call, values) => called(*call, &values.iter().map(of).collect::<Option<Vec<Literal>>>()?),
        // Ranges are no literals: `ranges` has their values.
        Counted::Range(..) | Counted::Unknown => None,
    }
}

fn number(number: i64) -> Literal {
    Literal::Number(number.to_string().into())
}

/// A number as a text: only whole ones without a sign or zeros in front are printed as they are written.
fn printed(number: EcoString) -> Option<EcoString> {
    let same = number.parse::<i64>().is_ok_and(|whole| whole.to_string() == number);
    same.then_some(number)
}

/// Whether no part of it is a number with a fraction, of whose type the whole would be then.
fn is_whole(counted: &Counted) -> bool {
    let is_fraction =
        |part: &Counted| matches!(part, Counted::Literal(Literal::Number(text)) if text.parse::<i64>().is_err());
    !counted.any(&is_fraction)
}

/// Whether a number is `numeric` by a constant in it, where that is known.
fn is_fraction(counted: &Counted) -> Option<bool> {
    match counted {
        Counted::Literal(Literal::Number(text)) => Some(text.parse::<i64>().is_err()),
        Counted::Counter | Counted::Cast(CountedCast::Whole | CountedCast::Big, _) => Some(false),
        Counted::Number(_, one, other) => Some(is_fraction(one)? || is_fraction(other)?),
        _ => None,
    }
}

/// What is made of two numbers of which one has a fraction. None where the server would round it, or may.
fn with_fractions(op: Arithmetic, left: &str, right: &str) -> Option<Literal> {
    let (left, right) = (decimal(left)?, decimal(right)?);
    let exact = |number: i128, by: i128| (number.checked_rem(by)? == 0).then_some(number / by);
    let result = match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => exact(left.checked_mul(right)?, ONE),
        Arithmetic::Divide => exact(left.checked_mul(ONE)?, right),
        Arithmetic::Modulo => None,
    };
    result.map(|number| Literal::Number(with_point(number)))
}

/// Whether one is a day, or a moment, and the other is not: their texts do not tell whether they are the same.
fn are_unlike(one: &Counted, other: &Counted) -> bool {
    let kind = |value: &Counted| match value {
        Counted::Day(..) | Counted::Cast(CountedCast::Date, _) => Some(0),
        Counted::Moment { .. } => Some(1),
        _ => None,
    };
    let is_null = |value: &Counted| *value == Counted::Literal(Literal::Null);
    let any = one.holds_moment() || other.holds_moment();
    any && !is_null(other) && (kind(one).is_none() || kind(one) != kind(other))
}

fn whole(literal: Literal) -> Option<i64> {
    match literal {
        Literal::Number(text) => text.parse().ok(),
        Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
    }
}

/// Whether a number is a `bigint` for certain.
fn is_wide(counted: &Counted) -> bool {
    match counted {
        Counted::Cast(CountedCast::Big, _) => true,
        Counted::Literal(Literal::Number(text)) => text.parse::<i64>().is_ok() && text.parse::<i32>().is_err(),
        Counted::Number(_, one, other) => is_wide(one) || is_wide(other),
        _ => false,
    }
}

fn calculated(op: Arithmetic, left: i64, right: i64) -> Option<i64> {
    match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Modulo => left.checked_rem(right),
    }
}

/// Why the server cannot calculate it in a row, whatever else is calculated.
pub(in crate::engine) fn failure(
    counted: &Counted,
    at: i64,
    column: &dyn Fn(&str) -> Option<Literal>,
) -> Option<&'static str> {
    let of = |counted: &Counted| failure(counted, at, column);
    let value = |counted: &Counted| value_in(counted, at, column);
    match counted {
        _ if is_planned_away(counted, at) => None,
        Counted::Number(op, left, right) => {
            let by_zero =
                || op.divides() && value(right) == Some(number(0)) && matches!(value(left), Some(Literal::Number(_)));
            of(left).or_else(|| of(right)).or_else(|| by_zero().then_some(DIVISION_BY_ZERO))
        }
        Counted::Joined(left, right) | Counted::Compared(_, left, right) | Counted::NullIf(left, right) => {
            of(left).or_else(|| of(right))
        }
        Counted::Cast(cast @ (CountedCast::Whole | CountedCast::Big), inner) => {
            let unread = |literal: Literal| match literal {
                Literal::Text(text) if text.trim().chars().next().is_none_or(char::is_alphabetic) => Some(INVALID_TEXT),
                Literal::Number(text) | Literal::Text(text) => {
                    let outside = text.trim().parse::<i64>().is_ok_and(|number| i32::try_from(number).is_err());
                    (outside && *cast == CountedCast::Whole).then_some(OUT_OF_RANGE)
                }
                Literal::Null | Literal::Boolean(_) => None,
            };
            of(inner).or_else(|| value(inner).and_then(unread))
        }
        Counted::Cast(_, inner) => of(inner),
        Counted::Called(_, values) => values.iter().find_map(of),
        Counted::Range(kind, parts) => parts.iter().find_map(of).or_else(|| {
            let reversed = ranges::value_in(counted, *kind, at, column) == Some(Ranged::Reversed);
            reversed.then_some(DATA_EXCEPTION)
        }),
        // What stands in the others may not be calculated.
        Counted::Case(cases, _) => cases.first().and_then(|(when, _)| of(when)),
        Counted::Coalesce(values) => values.first().and_then(of),
        _ => None,
    }
}

/// Whether the planner may know that the result is NULL, as one of the operands is whatever the row, and calculates none of them.
fn is_planned_away(counted: &Counted, at: i64) -> bool {
    let is_null = |operand: &Counted| !operand.is_known() || value(operand, at) == Some(Literal::Null);
    match counted {
        Counted::Number(_, one, other)
        | Counted::Joined(one, other)
        | Counted::NullIf(one, other)
        | Counted::Compared(_, one, other) => {
            let asks_for_null = matches!(counted, Counted::Compared(Comparison::Null | Comparison::NotNull, ..));
            !asks_for_null && (is_null(one) || is_null(other))
        }
        Counted::Called(_, values) => values.iter().any(is_null),
        _ => false,
    }
}

/// A comparison as a boolean or NULL. Texts have the order of a collation, which is not known.
fn compared(comparison: Comparison, left: &Literal, right: &Literal) -> Option<Literal> {
    match comparison {
        Comparison::Null => return Some(Literal::Boolean(*left == Literal::Null)),
        Comparison::NotNull => return Some(Literal::Boolean(*left != Literal::Null)),
        _ if *left == Literal::Null || *right == Literal::Null => return Some(Literal::Null),
        _ => {}
    }
    let order = || match (left, right) {
        (Literal::Number(left), Literal::Number(right)) => {
            Some(left.parse::<i64>().ok()?.cmp(&right.parse::<i64>().ok()?))
        }
        _ => None,
    };
    let holds = match comparison {
        Comparison::OneOf => same(left, right)?,
        Comparison::NoneOf => !same(left, right)?,
        Comparison::Less => order()? == Ordering::Less,
        Comparison::AtMost => order()? != Ordering::Greater,
        Comparison::Greater => order()? == Ordering::Greater,
        Comparison::AtLeast => order()? != Ordering::Less,
        Comparison::Null | Comparison::NotNull => return None,
    };
    Some(Literal::Boolean(holds))
}

/// AND, or OR where `either` is.
fn joined(left: Literal, right: Literal, either: bool) -> Option<Literal> {
    let decides = Literal::Boolean(either);
    match (left, right) {
        (left, right) if left == decides || right == decides => Some(decides),
        (Literal::Null, Literal::Null | Literal::Boolean(_)) | (Literal::Boolean(_), Literal::Null) => {
            Some(Literal::Null)
        }
        (Literal::Boolean(_), Literal::Boolean(_)) => Some(Literal::Boolean(!either)),
        _ => None,
    }
}

fn converted(cast: CountedCast, literal: Literal) -> Option<Literal> {
    match (cast, literal) {
        (_, Literal::Null) => Some(Literal::Null),
        (CountedCast::Text, Literal::Number(text)) => printed(text).map(Literal::Text),
        (CountedCast::Text, Literal::Text(text)) => Some(Literal::Text(text)),
        (CountedCast::Whole, Literal::Number(text) | Literal::Text(text)) => {
            text.parse::<i32>().ok().map(|whole| number(whole.into()))
        }
        (CountedCast::Big, Literal::Number(text) | Literal::Text(text)) => text.parse::<i64>().ok().map(number),
        (CountedCast::Boolean, Literal::Boolean(value)) => Some(Literal::Boolean(value)),
        (CountedCast::Boolean, Literal::Number(text)) => Some(Literal::Boolean(text.parse::<i64>().ok()? != 0)),
        (CountedCast::Date, Literal::Text(text)) => {
            let day: EcoString = text.get(..10)?.into();
            calendar::days_later(&day, 0).map(Literal::Text)
        }
        _ => None,
    }
}

/// Whether two literals are the same value; `None` where that is not known. NULL is no value.
pub(super) fn same(one: &Literal, other: &Literal) -> Option<bool> {
    match (one, other) {
        (Literal::Null, _) | (_, Literal::Null) => Some(false),
        (Literal::Number(one), Literal::Number(other)) => Some(one.parse::<i64>().ok()? == other.parse::<i64>().ok()?),
        (Literal::Text(one), Literal::Text(other)) => Some(one == other),
        (Literal::Boolean(one), Literal::Boolean(other)) => Some(one == other),
        _ => None,
    }
}
