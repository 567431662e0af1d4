//! Values that rows have and that the new type of their column does not take.
//!
//! Claimed only of rows that are certain to be there, with values that are written out
//! (`fixtures/facts/violated-type-*.sql`). Source: the input functions and the casts of the server.

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, DataType, Expr, Literal};
use crate::engine::calendar;
use crate::engine::catalog::{Kind, Past, Relation, Rows};
use crate::engine::decimals::{ONE, decimal, rounded, stored, with_point};
use crate::engine::effect::RelationName;
use crate::engine::output::type_in_row;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::parser::cast_in;

use super::defaults::{no_array, unreadable};
use super::existence::is_there;
use super::held::Table;
use super::refused;
use super::violated::with_rows;
use super::violated_domains::not_taken;

const TOO_LONG: &str = "22001";
const OTHER_LENGTH: &str = "22026";
const OUT_OF_RANGE: &str = "22003";
const CHECK_VIOLATION: &str = "23514";
const INVALID_DATETIME: &str = "22007";
const INVALID_TEXT: &str = "22P02";
const NO_SUCH_MOMENT: &str = "22008";

pub(super) fn refusals(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| is_there(relation))?;
    let below = around.catalog.descendants(&relation.name);
    let children = below.iter().filter_map(|child| around.catalog.get(child)).filter(|_| !alter.only);
    let tables: Vec<&Relation> = std::iter::once(relation).chain(children).filter(|table| is_there(table)).collect();
    alter.actions.iter().find_map(|action| {
        if let AlterActionKind::AddColumn { column, .. } = &action.kind {
            let filled = tables.iter().any(|table| table.rows == Rows::Certain);
            let default = column.constraints.iter().find_map(|part| match &part.kind {
                ColumnConstraintKind::Default(expr) => expr.literal.as_ref(),
                _ => None,
            });
            let refusal = default.filter(|_| filled && relation.column(&column.name.name).is_none());
            return Some(outside_domain(refusal?, &column.data_type, around)?.at(action.span));
        }
        let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, using, .. } } =
            &action.kind
        else {
            return None;
        };
        // A cast that users made gives other values.
        if around.has_own_cast(data_type) {
            return None;
        }
        let plain = using.as_ref().is_none_or(|using| around.is_plain_cast(using, &name.name, data_type));
        let by_text = using.as_ref().is_some_and(|using| around.is_cast_by_text(using, &name.name, data_type));
        let target = Target { data_type, written: using.is_some(), around };
        let found = tables.iter().filter(|_| plain || by_text).find_map(|table| {
            let old = table.column(&name.name)?.known_type().filter(|old| old.dimensions == 0)?;
            if !plain && !is_string(&old.name) && !target.is_of_enum(old) {
                return None;
            }
            let written = values(table, &name.name, around);
            written.iter().find_map(|value| target.refusal(value, old)).or_else(|| target.other_bits(table, &name.name))
        });
        let other = using.as_ref().filter(|_| !plain && !by_text);
        let recast = || tables.iter().find_map(|table| recast(other?, with_rows(Some(table))?, around));
        Some(found.or_else(recast)?.at(action.span))
    })
}

/// USING casts what it makes of a row.
fn recast(using: &Expr, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let table = Table { relation, around };
    let (value, given, to) = cast_in(around.text_of(using.span)).filter(|_| table.are_of_server(&using.functions))?;
    let from = type_in_row(&given, Some(relation), &[], around).filter(|from| from.dimensions == 0)?;
    let moves = value.holds_moment() || around.has_own_cast(&to);
    let target = Target { data_type: &to, written: true, around };
    let mut rows = table.rows().filter(|_| !moves);
    rows.find_map(|(batch, at)| target.refusal(&table.calculated(&value, batch, at)?, &from))
}

/// What rows have in a column. Between migrations a column that was added later is filled by hand.
fn values(relation: &Relation, name: &str, around: &Surroundings) -> Vec<Literal> {
    let added = relation.column(name).map(|column| column.added_in);
    let lasts = !relation.known_rows.was_filled(name) || added == Some(around.migration);
    if relation.rows != Rows::Certain || !lasts {
        return Vec::new();
    }
    let data_type = relation.column(name).and_then(|column| column.data_type.as_ref());
    let kept = |literal: Literal| match (literal, data_type) {
        (Literal::Text(text), Some(data_type)) => data_type.kept(text).map(Literal::Text),
        (literal, _) => Some(literal),
    };
    let batches = relation.known_rows.batches().iter();
    batches.flat_map(|batch| batch.rows().filter_map(|at| kept(batch.value(name, at)?))).collect()
}

fn is_string(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "character")
}

/// The type that a column gets.
struct Target<'a> {
    data_type: &'a DataType,
    /// USING says that it is cast, which cuts texts off.
    written: bool,
    around: &'a Surroundings<'a>,
}

impl Target<'_> {
    fn refusal(&self, value: &Literal, old: &DataType) -> Option<Refusal> {
        let new = self.data_type;
        // As the column has it.
        let of_old = match value {
            Literal::Number(number) if !matches!(&*old.name, "real" | "double precision") => {
                Literal::Number(stored(number, old)?)
            }
            value => value.clone(),
        };
        if let Some(refusal) = outside_domain(&of_old, new, self.around) {
            return Some(refusal);
        }
        match (&of_old, old.name.as_str()) {
            (Literal::Text(text), name) if new.dimensions > 0 => {
                Some(()).filter(|()| self.written && is_string(name)).and_then(|()| no_array(text, new))
            }
            _ if new.dimensions > 0 => None,
            (Literal::Text(bits), "bit" | "bit varying") => self.other_length(count_bits(bits)?),
            (Literal::Text(text), name) if is_string(name) => match new.name.as_str() {
                to if is_string(to) => self.too_long(text),
                _ if !self.written => None,
                "smallint" | "integer" | "bigint" => {
                    let whole = text.trim().parse::<i64>().ok().map(|whole| i128::from(whole) * ONE);
                    whole.and_then(|whole| out_of_range(whole, new)).or_else(|| unreadable(text, new))
                }
                "numeric" => decimal(text).and_then(|number| too_large(number, new)).or_else(|| unreadable(text, new)),
                "boolean" | "uuid" | "json" | "jsonb" | "inet" | "cidr" | "interval" => unreadable(text, new),
                "macaddr" | "money" | "time without time zone" | "real" | "double precision" => unreadable(text, new),
                "date" | "timestamp without time zone" | "timestamp with time zone" => no_date(text).or_else(|| {
                    let reason = || format!("there is no such day: '{text}'");
                    calendar::is_no_day(text).then(|| refused(NO_SUCH_MOMENT, reason()))
                }),
                _ => no_value(text, new, self.around),
            },
            (Literal::Text(label), _) if self.is_of_enum(old) => match new.name.as_str() {
                to if is_string(to) => self.too_long(label),
                _ if self.written => no_value(label, new, self.around),
                _ => None,
            },
            // As it is stored, it is no nearer to zero than the bound.
            (Literal::Number(number), "real" | "double precision") if matches!(&*new.name, "smallint" | "integer") => {
                let number = decimal(number).filter(|number| *number > 0)?;
                out_of_range(number, new)
            }
            (Literal::Number(number), "smallint" | "integer" | "bigint" | "numeric") => match new.name.as_str() {
                "smallint" | "integer" | "bigint" => out_of_range(decimal(number)?, new),
                "numeric" => too_large(decimal(number)?, new),
                to if is_string(to) && old.name != "numeric" => self.too_long(number),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the old type is an enum, of which a cast to another type goes by the label.
    fn is_of_enum(&self, old: &DataType) -> bool {
        let made = |(key, _): (&RelationName, &Past)| &*key.schema == "CAST";
        let is_enum = self.around.catalog.enum_created_in(&self.around.type_name(old)).is_some();
        is_enum && !self.around.catalog.ledger.all(Kind::Named).any(made)
    }

    /// The bits of a column that is never NULL, where there are rows, whatever is in them.
    fn other_bits(&self, table: &Relation, name: &str) -> Option<Refusal> {
        let column = table.column(name).filter(|column| column.not_null && table.rows == Rows::Certain)?;
        let old = column.known_type().filter(|old| old.name == "bit")?;
        self.other_length(old.modifiers.first().map_or(Some(1), |length| usize::try_from(*length).ok())?)
    }

    /// Bits are cut off, and zeros put behind them, by an explicit cast only.
    fn other_length(&self, bits: usize) -> Option<Refusal> {
        let modifiers = self.data_type.modifiers.as_slice();
        let length = || modifiers.first().map_or(Some(1), |length| usize::try_from(*length).ok());
        match self.data_type.name.as_str() {
            _ if self.written => None,
            "bit" => {
                let length = length()?;
                let reason = || format!("a bit string of length {bits} does not match type bit({length})");
                (bits != length).then(|| refused(OTHER_LENGTH, reason()))
            }
            "bit varying" if !modifiers.is_empty() => {
                let length = length()?;
                let reason = || format!("a bit string of length {bits} is too long for type bit varying({length})");
                (bits > length).then(|| refused(TOO_LONG, reason()))
            }
            _ => None,
        }
    }

    /// Spaces at the end are cut off, and with an explicit cast all that is too long.
    fn too_long(&self, text: &str) -> Option<Refusal> {
        let length = match (self.data_type.name.as_str(), self.data_type.modifiers.as_slice()) {
            ("character varying" | "character", [length]) => usize::try_from(*length).ok()?,
            ("character", []) => 1,
            _ => return None,
        };
        let reason = || format!("value too long for type {}({length}): '{text}'", self.data_type.name);
        let long = !self.written && text.trim_end_matches(' ').chars().count() > length;
        long.then(|| refused(TOO_LONG, reason()))
    }
}

/// A value that a CHECK of a domain does not take.
fn outside_domain(value: &Literal, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = around.type_name(data_type);
    let domain = around.catalog.sure_domain(&name).filter(|_| data_type.dimensions == 0)?;
    let base = domain.data_type.name.as_str();
    let comparable = match value {
        Literal::Number(_) => matches!(base, "smallint" | "integer" | "bigint" | "numeric"),
        Literal::Text(_) => matches!(base, "text" | "character varying"),
        Literal::Null | Literal::Boolean(_) => false,
    };
    let kept = match value {
        Literal::Text(text) => Literal::Text(domain.data_type.kept(text.clone())?),
        Literal::Number(number) => Literal::Number(stored(number, &domain.data_type)?),
        value => value.clone(),
    };
    let violated = comparable && domain.data_type.dimensions == 0 && not_taken(domain, &kept, around).is_some();
    violated.then(|| refused(CHECK_VIOLATION, format!("a value violates a check of domain {name}")))
}

/// A text that is no value of an enumerated type.
pub(super) fn no_value(text: &str, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = around.type_name(data_type);
    let there = around.catalog.past(Kind::Type, &name).is_some_and(|past| past.is_there());
    let lacks = there && around.catalog.enum_type(&name).is_some_and(|known| known.lacks(text));
    lacks.then(|| refused(INVALID_TEXT, format!("invalid input value for enum {name}: '{text}'")))
}

/// A text without digits that no date is written as.
fn no_date(text: &str) -> Option<Refusal> {
    let word = text.trim().to_lowercase();
    let moments = ["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "+infinity", "-infinity"];
    let known = word.split_whitespace().any(|word| moments.contains(&word)) || word.chars().any(|c| c.is_ascii_digit());
    (!known).then(|| refused(INVALID_DATETIME, format!("invalid input syntax for a date: '{text}'")))
}

/// The bits of a literal, which may have a prefix.
fn count_bits(text: &str) -> Option<usize> {
    match text.split_at_checked(1)? {
        ("b" | "B", bits) => Some(bits.len()),
        ("x" | "X", digits) => Some(digits.len() * 4),
        _ => Some(text.len()),
    }
}

fn out_of_range(number: i128, data_type: &DataType) -> Option<Refusal> {
    let value = rounded(number, 0) / ONE;
    let fits = match data_type.name.as_str() {
        "smallint" => i16::try_from(value).is_ok(),
        "integer" => i32::try_from(value).is_ok(),
        _ => true,
    };
    (!fits).then(|| refused(OUT_OF_RANGE, format!("{value} is out of range for type {}", data_type.name)))
}

fn too_large(number: i128, data_type: &DataType) -> Option<Refusal> {
    let (precision, scale) = match data_type.modifiers.as_slice() {
        [precision] => (*precision, 0),
        [precision, scale] => (*precision, *scale),
        _ => return None,
    };
    let value = rounded(number, u32::try_from(scale).ok()?);
    let whole = value.unsigned_abs() / ONE.unsigned_abs();
    let digits = if whole == 0 { 0 } else { i64::from(whole.ilog10()) + 1 };
    let reason = || {
        let value = with_point(value);
        format!("numeric field overflow: {value} does not fit numeric({precision}, {scale})")
    };
    (whole != 0 && digits > precision - scale).then(|| refused(OUT_OF_RANGE, reason()))
}
