//! What a value that depends on a counter is in one row.

use std::cmp::Ordering;

use ecow::EcoString;

use crate::ast::{Arithmetic, Comparison, Counted, CountedCast, Literal};
use crate::engine::calendar;

/// The value where the counter stands at a number, as the literal that means the same. `None` where it is not known.
pub(in crate::engine) fn value(counted: &Counted, at: i64) -> Option<Literal> {
    let of = |counted: &Counted| value(counted, at);
    match counted {
        Counted::Counter => Some(number(at)),
        Counted::Literal(literal) => Some(literal.clone()),
        Counted::Number(op, left, right) => match (of(left)?, of(right)?) {
            (Literal::Null, Literal::Null | Literal::Number(_)) | (Literal::Number(_), Literal::Null) => {
                Some(Literal::Null)
            }
            (Literal::Number(left), Literal::Number(right)) => {
                calculated(*op, left.parse().ok()?, right.parse().ok()?).map(number)
            }
            _ => None,
        },
        Counted::Joined(left, right) => match (of(left)?, of(right)?) {
            (Literal::Text(left), Literal::Text(right) | Literal::Number(right))
            | (Literal::Number(left), Literal::Text(right)) => Some(Literal::Text(left + right.as_str())),
            _ => None,
        },
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
        Counted::Unknown => None,
    }
}

fn number(number: i64) -> Literal {
    Literal::Number(number.to_string().into())
}

fn whole(literal: Literal) -> Option<i64> {
    match literal {
        Literal::Number(text) => text.parse().ok(),
        Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
    }
}

/// Within what an integer holds, so that nothing overflows.
fn calculated(op: Arithmetic, left: i64, right: i64) -> Option<i64> {
    let result = match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Modulo => left.checked_rem(right),
    };
    result.filter(|result| i32::try_from(*result).is_ok())
}

/// A comparison as a boolean or NULL. Texts have the order of a collation, which is not known.
fn compared(comparison: Comparison, left: &Literal, right: &Literal) -> Option<Literal> {
    if *left == Literal::Null || *right == Literal::Null {
        return Some(Literal::Null);
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
        (CountedCast::Text, Literal::Number(text) | Literal::Text(text)) => Some(Literal::Text(text)),
        (CountedCast::Whole, Literal::Number(text) | Literal::Text(text)) => {
            text.parse::<i32>().ok().map(|whole| number(whole.into()))
        }
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
