//! Indexes whose expressions the session's time zone decides once a column has another type.
//!
//! Source: `CheckMutability()` of the server, and measurements (`fixtures/facts/alter-type-zone-*.sql`).

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, DataType};
use crate::engine::catalog::Relation;
use crate::engine::trace::Refusal;

use super::type_users::stays as index_stays;
use super::{INVALID_OBJECT_DEFINITION, refused};

/// An index that is made again over the column, with an expression that would depend on the time zone from then on.
pub(super) fn index_by_zone(column: &str, new: &DataType, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let of = |data_type: &DataType, name: &str| data_type.name == name && data_type.dimensions == 0;
    let old = relation.column(column)?.known_type()?;
    let from_date = of(old, "date");
    let gains_zone = of(new, "timestamp with time zone") && (from_date || of(old, "timestamp without time zone"));
    let loses_zone = of(old, "timestamp with time zone") && (of(new, "timestamp without time zone") || of(new, "date"));
    // A moment with a time zone and one without are compared by the zone of the session.
    let stays = |name: &str| {
        !alter.actions.iter().any(|action| matches!(&action.kind, AlterActionKind::AlterColumn { name: changed, change: ColumnChange::SetType { .. } } if changed.name == name))
    };
    let unzoned = |data_type: &DataType| of(data_type, "timestamp without time zone");
    let others = relation.columns.iter().filter(|other| other.known_type().is_some_and(unzoned));
    let others: Vec<&str> = others.map(|other| other.name.as_str()).filter(|name| stays(name)).collect();
    let subtracts = |text: &str| {
        others.iter().any(|other| text == format!("{column}-{other}") || text == format!("{other}-{column}"))
    };
    let depends = |text: &str| {
        gains_zone && (subtracts(text) || is_by_zone(text, from_date, &|text| operand(text, column)))
            || loses_zone && is_by_zone(text, false, &|text| at_zone(text, column))
    };
    let certain = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted);
    // What is dropped goes first.
    let certain = certain.filter(|index| index_stays(index, alter));
    let mut parts = certain.flat_map(|index| {
        let keys = index.shape.keys.iter().map(|key| &key.expression);
        keys.chain([&index.shape.predicate]).map(move |text| (index, text))
    });
    let (index, _) = parts.find(|(_, text)| depends(text))?;
    let reason = format!("the expression of index {} would depend on the time zone: it must be IMMUTABLE", index.name);
    Some(refused(INVALID_OBJECT_DEFINITION, reason))
}

/// Whether an expression makes of a moment with a time zone, which `moment` finds at the start of a text, what the session's
/// zone decides. A comparison may follow. What was a day is no cast to one.
fn is_by_zone(text: &str, was_day: bool, moment: &dyn Fn(&str) -> Option<&str>) -> bool {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['<', '>', '=']);
    let is_argument = |text: &str| moment(text).and_then(|rest| rest.strip_prefix(')')).is_some_and(ends);
    let cast = moment(text).and_then(|rest| rest.strip_prefix("::"));
    let is_cast =
        cast.is_some_and(|to| ["date", "time"].iter().any(|name| to.strip_prefix(name).is_some_and(ends)) && !was_day);
    let is_later = moment(text).is_some_and(|rest| rest.starts_with("+interval '") || rest.starts_with("-interval '"));
    let is_called = ["date_part('", "date_trunc('"].iter().any(|call| {
        let rest = text.strip_prefix(call).and_then(|rest| rest.split_once("',"));
        rest.is_some_and(|(_, argument)| is_argument(argument))
    });
    let field = text.strip_prefix("extract(").and_then(|rest| rest.split_once(" from"));
    let is_field = field.is_some_and(|(_, argument)| is_argument(argument.trim_start()));
    is_cast || is_later || is_called || is_field || !was_day && text.strip_prefix("date(").is_some_and(is_argument)
}

/// What follows a column at the start of a text.
fn operand<'t>(text: &'t str, column: &str) -> Option<&'t str> {
    match text.strip_prefix('(') {
        Some(inner) => operand(inner, column)?.strip_prefix(')'),
        None => text.strip_prefix(column).filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')),
    }
}

/// What follows `column AT TIME ZONE '...'` at the start of a text.
fn at_zone<'t>(text: &'t str, column: &str) -> Option<&'t str> {
    if let Some(inner) = text.strip_prefix('(') {
        return at_zone(inner, column)?.strip_prefix(')');
    }
    if let Some(rest) = text.strip_prefix("timezone('") {
        let (_, rest) = rest.split_once("',")?;
        return operand(rest, column)?.strip_prefix(')');
    }
    let rest = operand(text, column)?.trim_start().strip_prefix("at time zone '")?;
    rest.split_once('\'').map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_the_zone_decides() {
        let gained = |text: &str, was_day: bool| is_by_zone(text, was_day, &|text| operand(text, "at"));
        let lost = |text: &str| is_by_zone(text, false, &|text| at_zone(text, "at"));
        for text in
            ["at::date", "(at)::date", "date(at)", "date_trunc('day',at)", "at+interval '1 day'", "at::date>'x'"]
        {
            assert!(gained(text, false), "{text}");
        }
        for text in ["at::date", "date(at)", "at::text", "atlas::date", "at", "date_trunc('day',at,'UTC')"] {
            assert!(!gained(text, true), "{text}");
        }
        for text in
            ["(at at time zone 'UTC')::date", "timezone('UTC',at)::date", "date_trunc('day',at at time zone 'UTC')"]
        {
            assert!(lost(text), "{text}");
        }
        for text in ["at at time zone 'UTC'", "at::date", "(at at time zone zone)::date"] {
            assert!(!lost(text), "{text}");
        }
    }
}
