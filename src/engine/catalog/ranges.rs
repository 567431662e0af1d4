//! What values of range types hold.
//!
//! Source: `make_range`, `range_serialize` and the canonical functions of PostgreSQL's utils/adt/rangetypes.c.

use crate::ast::{Counted, Literal, RangeKind};
use crate::engine::calendar;

use super::counted;

/// A value of a range type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Ranged {
    /// NULL.
    Null,
    /// The lower bound lies above the upper one, which the server does not take.
    Reversed,
    /// What it holds.
    Extent(Extent),
}

/// All between two points. A point of a type is an even number, and what lies right behind it an odd one, so that the first is
/// always in it and the last never: `[1,2]` of moments begins with the point of 1, and ends right behind that of 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct Extent {
    /// The first.
    pub from: i128,
    /// The one behind the last.
    pub to: i128,
}

impl Extent {
    pub(in crate::engine) fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub(in crate::engine) fn overlaps(self, other: Self) -> bool {
        !self.is_empty() && !other.is_empty() && self.from < other.to && other.from < self.to
    }
}

/// A bound, which lies no further than so much from its value.
#[derive(Clone, Copy)]
struct Point {
    value: i128,
    slack: i128,
}

/// There is one range that holds nothing.
const EMPTY: Extent = Extent { from: 0, to: 0 };

/// Beyond all values.
const ENDLESS: i128 = 1 << 100;

/// No time zone is as far from UTC.
const FURTHEST_ZONE: i128 = 16 * 3600;

/// The range in a row of which columns are known, as bounds are made of them. Of a moment that is written without a time zone
/// it holds what belongs to it in all of them.
pub(in crate::engine) fn value_in(
    counted: &Counted,
    kind: RangeKind,
    at: i64,
    column: &dyn Fn(&str) -> Option<Literal>,
) -> Option<Ranged> {
    // What is known of days and moments is the bounds themselves, not how they compare.
    let of = |counted: &Counted| match counted {
        Counted::Column(name) => column(name),
        Counted::Coalesce(values)
            if values.iter().all(|value| matches!(value, Counted::Column(_) | Counted::Literal(_))) =>
        {
            counted::value_in(counted, at, column)
        }
        _ if is_time(kind) => counted::value_in(counted, at, &|_| None),
        _ => counted::value_in(counted, at, column),
    };
    match counted {
        Counted::Literal(Literal::Null) => Some(Ranged::Null),
        Counted::Literal(Literal::Text(text)) => written(text, kind),
        Counted::Range(own, parts) if *own == kind => match parts.as_slice() {
            [text] => match of(text)? {
                Literal::Null => Some(Ranged::Null),
                Literal::Text(text) => written(&text, kind),
                Literal::Boolean(_) | Literal::Number(_) => None,
            },
            [low, high] => between(&of(low)?, &of(high)?, "[)", kind),
            [low, high, bounds] => match of(bounds)? {
                Literal::Text(bounds) => between(&of(low)?, &of(high)?, &bounds, kind),
                Literal::Null | Literal::Boolean(_) | Literal::Number(_) => None,
            },
            _ => None,
        },
        Counted::Case(cases, rest) => {
            for (when, then) in cases {
                if counted::value_in(when, at, &|_| None)? == Literal::Boolean(true) {
                    return value_in(then, kind, at, column);
                }
            }
            value_in(rest, kind, at, column)
        }
        _ => None,
    }
}

/// The type of the range that it is, where that is written.
pub(in crate::engine) fn kind_of(counted: &Counted) -> Option<RangeKind> {
    match counted {
        Counted::Range(kind, _) => Some(*kind),
        Counted::Case(cases, rest) => cases.iter().map(|(_, then)| then).chain([&**rest]).find_map(kind_of),
        _ => None,
    }
}

/// `int4range(low, high, '[)')`
fn between(low: &Literal, high: &Literal, bounds: &str, kind: RangeKind) -> Option<Ranged> {
    let point = |literal: &Literal| match literal {
        Literal::Null => Some(None),
        Literal::Number(text) if !is_time(kind) => point(text, kind).map(Some),
        Literal::Text(text) => point(text, kind).map(Some),
        Literal::Number(_) | Literal::Boolean(_) => None,
    };
    extent(point(low)?, point(high)?, bounds, kind)
}

/// `[low,high)`
fn written(text: &str, kind: RangeKind) -> Option<Ranged> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("empty") {
        return Some(Ranged::Extent(EMPTY));
    }
    let inner = text.strip_prefix(['[', '(']).and_then(|text| text.strip_suffix([']', ')']))?;
    let (low, high) = inner.split_once(',')?;
    let bound = |text: &str| {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let text = quoted.unwrap_or(text);
        match text.contains(['"', '\\', ',', '(', ')', '[', ']']) {
            true => None,
            false if text.is_empty() && quoted.is_none() => Some(None),
            false => point(text, kind).map(Some),
        }
    };
    let bounds: String = text.chars().take(1).chain(text.chars().last()).collect();
    extent(bound(low)?, bound(high)?, &bounds, kind)
}

fn extent(low: Option<Point>, high: Option<Point>, bounds: &str, kind: RangeKind) -> Option<Ranged> {
    let (low_in, high_in) = match bounds {
        "[)" => (true, false),
        "[]" => (true, true),
        "(]" => (false, true),
        "()" => (false, false),
        _ => return None,
    };
    if let (Some(low), Some(high)) = (low, high)
        && low.value - low.slack > high.value + high.slack
    {
        return Some(Ranged::Reversed);
    }
    // A discrete range begins with the next value, and ends before it.
    let step = if is_discrete(kind) { 2 } else { 1 };
    let from = low.map_or(-2 * ENDLESS, |low| 2 * (low.value + low.slack) + if low_in { 0 } else { step });
    let to = high.map_or(2 * ENDLESS, |high| 2 * (high.value - high.slack) + if high_in { step } else { 0 });
    let largest = match kind {
        RangeKind::Integer => i128::from(i32::MAX),
        RangeKind::Big => i128::from(i64::MAX),
        RangeKind::Numeric | RangeKind::Day | RangeKind::Moment | RangeKind::Zoned => ENDLESS,
    };
    let fits = |bound: Option<Point>, end: i128| bound.is_none() || end <= 2 * largest;
    let extent = if from < to { Extent { from, to } } else { EMPTY };
    (fits(low, from) && fits(high, to)).then_some(Ranged::Extent(extent))
}

fn is_discrete(kind: RangeKind) -> bool {
    matches!(kind, RangeKind::Integer | RangeKind::Big | RangeKind::Day)
}

fn is_time(kind: RangeKind) -> bool {
    matches!(kind, RangeKind::Day | RangeKind::Moment | RangeKind::Zoned)
}

fn point(text: &str, kind: RangeKind) -> Option<Point> {
    let text = text.trim();
    let exact = |value: i128| Point { value, slack: 0 };
    match text {
        "infinity" if is_time(kind) => return Some(exact(ENDLESS / 2)),
        "-infinity" if is_time(kind) => return Some(exact(-ENDLESS / 2)),
        _ => {}
    }
    match kind {
        RangeKind::Integer => text.parse::<i32>().ok().map(|value| exact(value.into())),
        RangeKind::Big | RangeKind::Numeric => text.parse::<i64>().ok().map(|value| exact(value.into())),
        RangeKind::Day => calendar::instant(text).filter(|_| text.len() == 10).map(|value| exact((value / DAY).into())),
        RangeKind::Moment => calendar::instant(text).map(|value| exact(value.into())),
        RangeKind::Zoned => match zone(text) {
            Some((local, offset)) => calendar::instant(local).map(|value| exact((value - offset).into())),
            None => calendar::instant(text).map(|value| Point { value: value.into(), slack: FURTHEST_ZONE }),
        },
    }
}

/// The seconds of a day.
const DAY: i64 = 86_400;

/// A moment as it is written before its time zone, and what that is ahead of UTC.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(local) = text.strip_suffix('Z').or_else(|| text.strip_suffix(" UTC")) {
        return Some((local, 0));
    }
    let behind = text.get(10..)?.rfind(['+', '-'])? + 10;
    let (local, offset) = (text.get(..behind)?, text.get(behind + 1..)?);
    let (hours, minutes) = match offset.len() {
        2 => (offset, "0"),
        5 => offset.split_once(':')?,
        _ => return None,
    };
    let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    let ahead = text.get(behind..=behind)? == "+";
    Some((local.trim_end(), if ahead { seconds } else { -seconds }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(kind: RangeKind, one: &str, other: &str) -> bool {
        let extent = |text: &str| match written(text, kind) {
            Some(Ranged::Extent(extent)) => extent,
            other => panic!("{text}: {other:?}"),
        };
        extent(one).overlaps(extent(other))
    }

    #[test]
    fn bounds_decide_what_overlaps() {
        use RangeKind::{Day, Integer, Moment, Zoned};
        assert!(!overlap(Integer, "[1,5)", "[5,9)"));
        assert!(overlap(Integer, "[1,5]", "[5,9)"));
        assert!(!overlap(Integer, "(1,2)", "[1,9)"));
        assert!(!overlap(Integer, "empty", "(,)"));
        assert!(overlap(Integer, "[,5)", " [4,]"));
        assert!(!overlap(Day, "[2024-01-01,2024-01-31]", "(2024-01-31,2024-02-05)"));
        assert!(!overlap(Moment, "[2024-01-01,2024-01-02)", "[2024-01-02,2024-01-03)"));
        assert!(overlap(Moment, "(2024-01-01,2024-01-02]", r#"["2024-01-02 00:00:00",2024-01-03)"#));
        assert!(!overlap(Zoned, "[2024-01-01,2024-01-02)", "[2024-01-01 12:00,2024-01-03)"));
        assert!(overlap(Zoned, "[2024-01-01,2024-01-05)", "[2024-01-02,2024-01-07)"));
        assert!(overlap(
            Zoned,
            "[2024-01-01 10:00+00,2024-01-01 12:00Z)",
            "[2024-01-01 11:00+00:00,2024-01-01 15:00+02)"
        ));
        assert!(!overlap(
            Zoned,
            "[2024-01-01 10:00+00,2024-01-01 12:00Z)",
            "[2024-01-01 14:00+02,2024-01-01 15:00+02)"
        ));
    }

    #[test]
    fn the_lower_bound_is_not_above_the_upper_one() {
        assert_eq!(written("[5,4]", RangeKind::Integer), Some(Ranged::Reversed));
        assert_eq!(written("[1,2147483647]", RangeKind::Integer), None);
        assert_eq!(written("[a,b)", RangeKind::Integer), None);
    }
}
