//! Literals that a column does not take: of another form than its type, too long, no value of its enum, against its domain, or
//! pointing to a row that is not there.
//!
//! Source: measurements (`fixtures/facts/insert-literal-*.sql`). A literal becomes a value of the column's type before any
//! trigger sees it.

use ecow::{EcoString, eco_format};

use crate::ast::{
    AlterActionKind, AlterTable, Assigned, ColumnConstraintKind, ColumnDef, DataType, Events, Literal, Statement,
    StatementKind, Write, WriteVerb,
};
use crate::engine::calendar;
use crate::engine::catalog::{Column, ConstraintKind, Relation, Rows};
use crate::engine::decimals::stored;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::defaults::{is_uncast, no_array, unreadable};
use super::existence::is_known_whole;
use super::held::Table;
use super::literals::as_of;
use super::rewritten::is_checked;
use super::{DATATYPE_MISMATCH, refused, refused_on};

const INVALID_TEXT: &str = "22P02";
const TOO_LONG: &str = "22001";
const OUT_OF_RANGE: &str = "22003";
const NO_SUCH_MOMENT: &str = "22008";
const CHECK_VIOLATION: &str = "23514";
const FOREIGN_KEY_VIOLATION: &str = "23503";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let write = match &statement.kind {
        StatementKind::Write(write) => write,
        StatementKind::AlterTable(alter) => return added(alter, around).into_iter().collect(),
        _ => return Vec::new(),
    };
    let Some(relation) = target(write, around) else { return Vec::new() };
    let values = written(write, relation);
    let found = values.iter().find_map(|(column, literal)| not_taken(column, literal, around));
    // UPDATE asks the domain of the rows that it changes only.
    let inserted = values.iter().filter(|_| write.verb == WriteVerb::Insert);
    let outside = || inserted.into_iter().find_map(|(column, literal)| outside_domain(column, literal, around));
    found
        .or_else(outside)
        .or_else(|| copied(write, relation, around))
        .or_else(|| compared(write, relation, around))
        .into_iter()
        .collect()
}

/// Foreign keys are looked at when all rows are there, and all else of them is right.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return None };
    lost(write, target(write, around)?, around)
}

/// The table that is written, as it is known whole.
fn target<'a>(write: &Write, around: &'a Surroundings) -> Option<&'a Relation> {
    let tables = [RelationKind::Table, RelationKind::PartitionedTable, RelationKind::Partition];
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    Some(relation).filter(|relation| relation.rules.is_empty() && tables.contains(&relation.kind))
}

/// The literals that are written to columns.
fn written<'a>(write: &'a Write, relation: &'a Relation) -> Vec<(&'a Column, &'a Literal)> {
    let of_row = |row: &'a [Assigned]| {
        let values = row.iter().enumerate();
        values.filter_map(|(at, value)| Some((column_at(write, relation, at)?, literal(value)?))).collect::<Vec<_>>()
    };
    match write.verb {
        WriteVerb::Insert => write.rows.iter().flat_map(|row| of_row(row)).collect(),
        WriteVerb::Update if write.values.len() == write.columns.len() => of_row(&write.values),
        WriteVerb::Update | WriteVerb::Delete | WriteVerb::CopyFrom | WriteVerb::Merge => Vec::new(),
    }
}

fn column_at<'a>(write: &Write, relation: &'a Relation, at: usize) -> Option<&'a Column> {
    match write.columns.as_slice() {
        [] => relation.columns.get(at),
        columns => relation.column(&columns.get(at)?.name),
    }
}

fn literal(value: &Assigned) -> Option<&Literal> {
    match value {
        Assigned::Literal(literal) => Some(literal),
        _ => None,
    }
}

fn not_taken(column: &Column, literal: &Literal, around: &Surroundings) -> Option<Refusal> {
    let data_type = column.known_type()?;
    if data_type.dimensions > 0 {
        let Literal::Text(text) = literal else { return None };
        return no_array(text, data_type);
    }
    let casts = |refusal: &Refusal| refusal.sqlstate == DATATYPE_MISMATCH && around.has_own_cast(data_type);
    let of_form = || of_form(column, data_type, literal).filter(|refusal| !casts(refusal));
    of_enum(column, data_type, literal, around).or_else(of_form)
}

/// A value that the domain of its column does not take.
pub(super) fn outside_domain(column: &Column, literal: &Literal, around: &Surroundings) -> Option<Refusal> {
    let data_type = column.known_type().filter(|known| known.dimensions == 0)?;
    of_domain(column, data_type, literal, around)
}

fn of_enum(column: &Column, data_type: &DataType, literal: &Literal, around: &Surroundings) -> Option<Refusal> {
    let Literal::Text(text) = literal else { return None };
    no_label(text, data_type, around)
        .map(|refusal| Refusal { reason: format!("{}: column {} has it", refusal.reason, column.name), ..refusal })
}

/// A text that is no value of the enum.
pub(super) fn no_label(text: &str, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = around.type_name(data_type);
    let known = around.catalog.enum_type(&name).filter(|_| data_type.dimensions == 0);
    let lacks = known.is_some_and(|known| known.lacks(text));
    lacks.then(|| refused(INVALID_TEXT, format!("{text} is not a value of the enum {name}")))
}

/// A column is compared with what is no value of its enum.
fn compared(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let limits = &write.filter.as_ref()?.limits.all;
    limits.iter().filter(|limit| limit.cast.is_none()).find_map(|limit| {
        let data_type = relation.column(&limit.column)?.known_type()?;
        limit.values.iter().find_map(|value| match value {
            Literal::Text(text) => no_label(text, data_type, around),
            Literal::Null | Literal::Boolean(_) | Literal::Number(_) => None,
        })
    })
}

/// A new column, whose default is too large for its type, which is worked out even where there are no rows.
fn too_large(new: &ColumnDef, around: &Surroundings) -> Option<Refusal> {
    let expr = new.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(&**expr),
        _ => None,
    })?;
    let literal = expr.literal.as_ref().filter(|_| is_uncast(expr, around) && new.data_type.dimensions == 0)?;
    let known = Column { data_type: Some(new.data_type.clone()), ..Column::unseen(&new.name.name, around.migration) };
    of_form(&known, &new.data_type, literal).filter(|refusal| [TOO_LONG, OUT_OF_RANGE].contains(&refusal.sqlstate))
}

/// A new column, whose default the domain that is its type does not take, or that has none where the domain asks for one. In 11
/// and 12 a default is worked out even where there are no rows.
fn added(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| is_known_whole(relation))?;
    let certain = relation.rows == Rows::Certain;
    alter.actions.iter().find_map(|action| {
        let AlterActionKind::AddColumn { column: new, if_not_exists: false } = &action.kind else { return None };
        if let Some(refusal) = too_large(new, around) {
            return Some(refusal.at(action.span));
        }
        let domain =
            around.catalog.sure_domain(&around.type_name(&new.data_type)).filter(|_| new.data_type.dimensions == 0)?;
        let own = new.constraints.iter().find_map(|constraint| match &constraint.kind {
            ColumnConstraintKind::Default(expr) => Some(&**expr),
            _ => None,
        });
        let made = new.constraints.iter().any(|constraint| {
            matches!(constraint.kind, ColumnConstraintKind::Generated { .. } | ColumnConstraintKind::Identity(_))
        });
        let default = own.or(domain.default.as_ref());
        let refusal = match default {
            _ if made => None,
            None if domain.not_null && certain => {
                let reason =
                    format!("the rows of {} get no {}, and its domain is NOT NULL", relation.name, new.name.name);
                Some(refused(super::NOT_NULL_VIOLATION, reason))
            }
            None => None,
            Some(expr) => {
                let known = Column {
                    data_type: Some(new.data_type.clone()),
                    ..Column::unseen(&new.name.name, around.migration)
                };
                let refusal = of_domain(&known, &new.data_type, expr.literal.as_ref()?, around);
                match certain {
                    true => refusal,
                    false if own.is_none() => None,
                    false => refusal.map(|refusal| Refusal { versions: VersionSet::range(11, 12), ..refusal }),
                }
            }
        };
        refusal.map(|refusal| refusal.at(action.span))
    })
}

fn of_domain(column: &Column, data_type: &DataType, literal: &Literal, around: &Surroundings) -> Option<Refusal> {
    let name = around.type_name(data_type);
    let domain = around.catalog.sure_domain(&name)?;
    let value = match (literal, domain.data_type.name.as_str()) {
        (Literal::Number(text), "smallint" | "integer" | "bigint") => Literal::Number(stored(text, &domain.data_type)?),
        (Literal::Text(text), "text" | "character varying") => Literal::Text(domain.data_type.kept(text.clone())?),
        _ => return None,
    };
    let check = super::violated_domains::not_taken(domain, &value, around)?;
    let reason =
        format!("the value for column {} violates the constraint {} of domain {name}", column.name, check.name);
    Some(refused(CHECK_VIOLATION, reason))
}

/// UPDATE of a column to another one whose type has no cast to its own.
fn copied(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    if write.verb != WriteVerb::Update {
        return None;
    }
    let alone = !write.from_query && write.reads.is_empty();
    let own = write.alias.as_ref().map_or(&write.target.name.name, |alias| &alias.name);
    let source = |table: &Option<EcoString>| match table {
        None => Some(relation).filter(|_| alone),
        Some(table) if table == own => Some(relation),
        Some(table) => {
            let read =
                write.tables.iter().flatten().find(|read| !read.written && !read.renames && read.known_as == *table)?;
            around.relation(&read.name).filter(|read| is_known_whole(read))
        }
    };
    write.columns.iter().zip(&write.values).find_map(|(name, value)| {
        let Assigned::Column(table, from) = value else { return None };
        let (to, from) = (relation.column(&name.name)?, source(table)?.column(from)?);
        let versions = around.refused_assignment(from, to.known_type()?);
        let reason = format!("column {} cannot get the values of {}: they are of another type", to.name, from.name);
        (!versions.is_empty()).then(|| refused_on(versions, DATATYPE_MISMATCH, reason).at(name.span))
    })
}

/// What the input of a built-in type does not take, whatever the version.
fn of_form(column: &Column, data_type: &DataType, literal: &Literal) -> Option<Refusal> {
    let name = &column.name;
    let bad =
        |text: &str| refused(INVALID_TEXT, format!("column {name} of type {} does not take {text}", data_type.name));
    match (literal, data_type.name.as_str()) {
        (Literal::Text(text), "smallint" | "integer" | "bigint") => {
            let other = |c: char| !c.is_ascii_hexdigit() && !c.is_whitespace() && !"+-_xXoO".contains(c);
            (text.trim().is_empty() || text.contains(other)).then(|| bad(text))
        }
        (Literal::Text(text), "numeric" | "real" | "double precision") => {
            let other = |c: char| c.is_alphabetic() && !"eEnNaAiIfFtTyYxXoObBcCdDpP".contains(c);
            (text.trim().is_empty() || text.contains(other)).then(|| bad(text))
        }
        (Literal::Text(text), "boolean") => {
            let value = text.trim().to_lowercase();
            let begins =
                ["true", "false", "yes", "no"].iter().any(|word| !value.is_empty() && word.starts_with(&value));
            let known = begins || ["on", "of", "off", "1", "0"].contains(&value.as_str());
            (!known).then(|| bad(text))
        }
        (Literal::Text(text), "uuid" | "json" | "jsonb" | "inet" | "cidr" | "macaddr" | "interval" | "money") => {
            unreadable(text, data_type)
        }
        (Literal::Text(text), "date" | "timestamp with time zone" | "timestamp without time zone") => {
            let reason =
                || format!("column {name} of type {} does not take {text}: there is no such day", data_type.name);
            calendar::is_no_day(text).then(|| refused(NO_SUCH_MOMENT, reason()))
        }
        (Literal::Number(_), "boolean" | "date" | "uuid" | "json" | "jsonb" | "bytea" | "interval")
        | (Literal::Number(_), "timestamp with time zone" | "timestamp without time zone" | "time without time zone")
        | (Literal::Boolean(_), "smallint" | "integer" | "bigint" | "numeric" | "date" | "uuid" | "json" | "jsonb") => {
            let reason = format!("column {name} is of type {}, and the value of another", data_type.name);
            Some(refused(DATATYPE_MISMATCH, reason))
        }
        (Literal::Number(text), "smallint" | "integer") => {
            let most = if data_type.name == "smallint" { i64::from(i16::MAX) } else { i64::from(i32::MAX) };
            let value = text.parse::<i64>().ok()?;
            let reason = format!("{text} is out of range for column {name} of type {}", data_type.name);
            (value > most || value < -most - 1).then(|| refused(OUT_OF_RANGE, reason))
        }
        (Literal::Number(text), "numeric") => {
            let [precision, scale] = match data_type.modifiers.as_slice() {
                [precision] => [*precision, 0],
                [precision, scale] => [*precision, *scale],
                _ => return None,
            };
            let whole = text.trim_start_matches('-').split('.').next()?.trim_start_matches('0');
            let plain = whole.bytes().all(|byte| byte.is_ascii_digit()) && (0..=precision).contains(&scale);
            let digits = i64::try_from(whole.len()).ok().filter(|_| plain && !text.contains(['e', 'E']))?;
            let reason = format!("{text} does not fit column {name} of type numeric({precision}, {scale})");
            (digits > precision - scale).then(|| refused(OUT_OF_RANGE, reason))
        }
        (Literal::Text(text), "character varying" | "character") => {
            let most = usize::try_from(*data_type.modifiers.first()?).ok()?;
            let reason = format!("the value is too long for column {name}, which takes {most} characters");
            (text.trim_end_matches(' ').chars().count() > most).then(|| refused(TOO_LONG, reason))
        }
        _ => None,
    }
}

/// A new row points to a row of a table whose rows are all known, and it is not among them.
fn lost(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let plain = write.verb == WriteVerb::Insert && !relation.fires_at(Events::INSERT) && write.conflict.is_none();
    // Both may add rows that are pointed to.
    let plain = plain && write.also_writes.is_empty() && write.functions.is_empty();
    relation.constraints.iter().filter(|_| plain).find_map(|known| {
        let ConstraintKind::ForeignKey { columns, referenced, referenced_columns, .. } = &known.kind else {
            return None;
        };
        let ([column], true) = (columns.as_slice(), is_checked(known, relation, around)) else { return None };
        if *referenced == relation.name {
            return None;
        }
        let to = around.catalog.get(referenced)?;
        let key = match referenced_columns.as_slice() {
            [] => to.primary_key()?.first()?,
            [key] => key,
            _ => return None,
        };
        let column = relation.column(column)?;
        let (own, other) = (column.known_type()?, to.column(key)?.known_type()?);
        let is_there = Table { relation: to, around }.all_values(key).filter(|_| compared_alike(own, other))?;
        let values = written(write, relation).into_iter().filter(|(of, _)| of.name == column.name);
        let mut values = values.filter_map(|(_, literal)| as_of(literal.clone(), column, own));
        let lost = values.any(|value| value != Literal::Null && !is_there.contains(&eco_format!("{value:?}")));
        let reason = || format!("a value of column {} is in no row of {referenced}", column.name);
        lost.then(|| refused(FOREIGN_KEY_VIOLATION, reason()))
    })
}

/// Whether values of both types are the same where their texts are.
pub(super) fn compared_alike(one: &DataType, other: &DataType) -> bool {
    const NUMBERS: &[&str] = &["smallint", "integer", "bigint"];
    const TEXTS: &[&str] = &["text", "character varying"];
    let both = |names: &[&str]| names.contains(&one.name.as_str()) && names.contains(&other.name.as_str());
    one.name == other.name || both(NUMBERS) || both(TEXTS)
}
