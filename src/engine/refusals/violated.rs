//! Constraints and keys that rows violate which migrations have inserted.
//!
//! Claimed only of rows that are certain to be there, with values that are written out (`fixtures/facts/violated-*.sql`).

use std::collections::HashSet;

use crate::ast::{
    AlterActionKind, AlterDomain, AlterTable, ColumnChange, ColumnConstraintKind, Comparison, CreateIndex, DataType,
    DomainChange, Ident, KeyColumns, Limit, Limits, Literal, References, Statement, StatementKind, TableConstraint,
    TableConstraintKind,
};
use crate::engine::catalog::{Batch, Column, ConstraintKind, Kind, Relation, Rows};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_there;
use super::{NOT_NULL_VIOLATION, refused, refused_on};

const CHECK_VIOLATION: &str = "23514";
const UNIQUE_VIOLATION: &str = "23505";
const FOREIGN_KEY_VIOLATION: &str = "23503";

/// What the rows of a table do not meet.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => alter_table(alter, around),
        StatementKind::CreateIndex(create) => create_index(create, around).into_iter().collect(),
        StatementKind::AlterDomain(alter) => alter_domain(alter, around).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The table, if it holds rows for certain of which something is known.
fn with_rows(relation: Option<&Relation>) -> Option<&Relation> {
    relation.filter(|relation| relation.rows == Rows::Certain && !relation.known_rows.is_empty() && is_there(relation))
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = with_rows(around.relation(&alter.name)) else { return Vec::new() };
    let table = Table { relation, around };
    let found = alter.actions.iter().filter_map(|action| {
        let refusal = match &action.kind {
            AlterActionKind::AddConstraint(constraint) if !constraint.traits.not_valid => {
                table.constraint(constraint, alter)
            }
            AlterActionKind::ValidateConstraint(name) => table.validate(name),
            AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } if !changes(alter, &name.name) => {
                table.null(&[&name.name])
            }
            _ => None,
        };
        refusal.map(|refusal| refusal.at(action.span))
    });
    found.collect()
}

/// Whether another part of the statement gives the column other values, or another name.
fn changes(alter: &AlterTable, column: &str) -> bool {
    alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::AddColumn { column: added, .. } => added.name.name == column,
        AlterActionKind::DropColumn { name, .. } => name.name == column,
        AlterActionKind::AlterColumn { name, change } => {
            name.name == column && matches!(change, ColumnChange::SetType { .. } | ColumnChange::SetExpression(_))
        }
        _ => false,
    })
}

fn create_index(create: &CreateIndex, around: &Surroundings) -> Option<Refusal> {
    let relation = with_rows(around.relation(&create.table))?;
    let plain = create.unique && create.predicate.is_none();
    let columns: Option<Vec<&str>> = create.keys.iter().map(|key| Some(key.column.as_ref()?.name.as_str())).collect();
    Table { relation, around }.duplicate(&columns.filter(|_| plain)?)
}

fn alter_domain(alter: &AlterDomain, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Type, &alter.name);
    let domain = around.catalog.domain(&name)?;
    let mut tables: Vec<&Relation> =
        around.catalog.relations().filter_map(|relation| with_rows(Some(relation))).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables.into_iter().find_map(|relation| {
        let table = Table { relation, around };
        let of_domain = |column: &&Column| {
            column
                .data_type
                .as_ref()
                .is_some_and(|data_type| data_type.dimensions == 0 && around.type_name(data_type) == name)
        };
        relation.columns.iter().filter(of_domain).find_map(|column| match &alter.change {
            DomainChange::SetNotNull => table.null(&[&column.name]),
            DomainChange::AddConstraint(constraint) if !constraint.traits.not_valid => {
                let ColumnConstraintKind::Check(expr) = &constraint.kind else { return None };
                let violates = |literal: &Literal| {
                    expr.limits
                        .all
                        .iter()
                        .any(|limit| limit.column == "value" && violates(limit, literal, &domain.data_type))
                };
                let mut values = table.values(column, &domain.data_type);
                let reason = format!("column {} of {} contains values that violate it", column.name, relation.name);
                values.any(|literal| violates(&literal)).then(|| refused(CHECK_VIOLATION, reason))
            }
            _ => None,
        })
    })
}

/// A table whose rows are looked at.
struct Table<'a> {
    relation: &'a Relation,
    around: &'a Surroundings<'a>,
}

impl<'a> Table<'a> {
    fn constraint(&self, constraint: &TableConstraint, alter: &AlterTable) -> Option<Refusal> {
        let untouched = |columns: &[Ident]| !columns.iter().any(|column| changes(alter, &column.name));
        match &constraint.kind {
            TableConstraintKind::Check(expr) if !constraint.traits.not_enforced => {
                let untouched = !expr.columns.iter().any(|column| changes(alter, column));
                self.check(&expr.limits).filter(|_| untouched)
            }
            TableConstraintKind::Unique(KeyColumns::Columns(columns)) if untouched(columns) => {
                self.duplicate(&names(columns))
            }
            TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) if untouched(columns) => {
                let columns = names(columns);
                self.null(&columns).or_else(|| self.duplicate(&columns))
            }
            TableConstraintKind::NotNull(column) if untouched(std::slice::from_ref(column)) => self
                .null(&[&column.name])
                .map(|refusal| refused_on(VersionSet::since(18), NOT_NULL_VIOLATION, refusal.reason)),
            TableConstraintKind::ForeignKey { columns, period: false, references }
                if untouched(columns) && !constraint.traits.not_enforced =>
            {
                self.unmatched(&names(columns), references)
            }
            TableConstraintKind::ForeignKey { .. }
            | TableConstraintKind::Check(_)
            | TableConstraintKind::Unique(_)
            | TableConstraintKind::PrimaryKey(_)
            | TableConstraintKind::NotNull(_)
            | TableConstraintKind::Exclude { .. } => None,
        }
    }

    fn validate(&self, name: &Ident) -> Option<Refusal> {
        let known = self.relation.constraint(&name.name).filter(|known| known.awaits_validation && !known.doubted)?;
        match &known.kind {
            ConstraintKind::Check { limits, .. } => self.check(limits),
            ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } | ConstraintKind::NotNull { .. } => None,
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&'a Batch, i64)> {
        self.relation.known_rows.batches().iter().flat_map(|batch| batch.rows().map(move |at| (batch, at)))
    }

    /// What is known of a column, as its type has it.
    fn values(&self, column: &'a Column, data_type: &DataType) -> impl Iterator<Item = Literal> {
        self.rows().filter_map(move |(batch, at)| as_of(batch.value(&column.name, at)?, column, data_type))
    }

    fn value(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        let column = self.relation.column(name)?;
        as_of(batch.value(name, at)?, column, column.data_type.as_ref()?)
    }

    fn null(&self, columns: &[&str]) -> Option<Refusal> {
        let is_null = |name: &&&str| {
            let known = self.relation.column(name).is_some_and(|column| !column.not_null);
            known && self.rows().any(|(batch, at)| batch.value(name, at) == Some(Literal::Null))
        };
        let column = columns.iter().find(is_null)?;
        let reason = format!("column {column} of {} contains null values", self.relation.name);
        Some(refused(NOT_NULL_VIOLATION, reason))
    }

    fn check(&self, limits: &Limits) -> Option<Refusal> {
        let is_violated = |limit: &Limit, batch: &Batch, at: i64| {
            let data_type = self.relation.column(&limit.column).and_then(|column| column.data_type.as_ref());
            let value = self.value(&limit.column, batch, at);
            value.zip(data_type).is_some_and(|(value, data_type)| violates(limit, &value, data_type))
        };
        let mut rows = self.rows();
        let violated = rows.any(|(batch, at)| {
            let any = |limits: &Vec<Limit>| limits.iter().any(|limit| is_violated(limit, batch, at));
            any(&limits.all) || limits.either.iter().any(|alternatives| alternatives.iter().all(any))
        });
        let reason = || format!("a row that the migrations insert into {} violates it", self.relation.name);
        violated.then(|| refused(CHECK_VIOLATION, reason()))
    }

    /// Two rows with the same values.
    fn duplicate(&self, columns: &[&str]) -> Option<Refusal> {
        let mut seen: HashSet<String> = HashSet::new();
        let is_seen = |(batch, at): (&Batch, i64)| {
            let values: Option<Vec<Literal>> = columns.iter().map(|name| self.value(name, batch, at)).collect();
            let values = values.filter(|values| !values.contains(&Literal::Null));
            values.is_some_and(|values| !seen.insert(format!("{values:?}")))
        };
        let reason = || format!("two rows of {} have the same {}", self.relation.name, columns.join(", "));
        self.rows().any(is_seen).then(|| refused(UNIQUE_VIOLATION, reason()))
    }

    /// A row that points to nothing, where all rows of the other table are known.
    fn unmatched(&self, columns: &[&str], references: &References) -> Option<Refusal> {
        let to = with_rows(self.around.relation(&references.table)).filter(|to| to.known_rows.all)?;
        let key = match references.columns.as_slice() {
            [] => to.primary_key()?.iter().map(String::as_str).collect(),
            columns => names(columns),
        };
        let ([column], [key]) = (columns, key.as_slice()) else { return None };
        let other = Table { relation: to, around: self.around };
        let all = to.known_rows.batches().iter().all(|batch| batch.rows().last() == Some(batch.last));
        let keys: Option<HashSet<String>> =
            other.rows().map(|(batch, at)| Some(format!("{:?}", other.value(key, batch, at)?))).collect();
        let keys = keys.filter(|_| all)?;
        let lost = self.rows().filter_map(|(batch, at)| self.value(column, batch, at));
        let mut lost = lost.filter(|value| *value != Literal::Null && !keys.contains(&format!("{value:?}")));
        let value = lost.next()?;
        let same_kind = keys.iter().all(|key| kind(key) == kind(&format!("{value:?}")));
        let reason = format!("a row of {} points to a row of {} that is not there", self.relation.name, to.name);
        same_kind.then(|| refused(FOREIGN_KEY_VIOLATION, reason))
    }
}

/// `Number` or `Text`.
fn kind(literal: &str) -> &str {
    literal.split('(').next().unwrap_or_default()
}

fn names(columns: &[Ident]) -> Vec<&str> {
    columns.iter().map(|column| column.name.as_str()).collect()
}

/// A literal as a column of a type has it, for types whose values are told apart by their text. NULL is NULL in all.
fn as_of(literal: Literal, column: &Column, data_type: &DataType) -> Option<Literal> {
    let plain = data_type.dimensions == 0 && column.collation.is_none() && !column.more.doubts.data_type;
    match (literal, data_type.name.as_str()) {
        (Literal::Null, _) => Some(Literal::Null),
        (Literal::Number(text) | Literal::Text(text), "smallint" | "integer" | "bigint") if plain => {
            Some(Literal::Number(text.trim().parse::<i64>().ok()?.to_string()))
        }
        (Literal::Number(text), "numeric") if plain && data_type.modifiers.is_empty() => {
            Some(Literal::Number(text.parse::<i64>().ok()?.to_string()))
        }
        (Literal::Text(text), "text" | "character varying") if plain => Some(Literal::Text(text)),
        (Literal::Boolean(value), "boolean") if plain => Some(Literal::Boolean(value)),
        _ => None,
    }
}

/// Whether a value makes a comparison false, and not merely unknown.
fn violates(limit: &Limit, value: &Literal, data_type: &DataType) -> bool {
    let same_type = |cast: &String| {
        let cast = crate::postgres::types::canonical(cast);
        let texts = ["text", "character varying"];
        cast == data_type.name || texts.contains(&cast) && texts.contains(&data_type.name.as_str())
    };
    if !limit.cast.as_ref().is_none_or(same_type) {
        return false;
    }
    match (limit.comparison, value) {
        (Comparison::NotNull, value) => *value == Literal::Null,
        (Comparison::Null, value) => *value != Literal::Null,
        (_, Literal::Null) => false,
        (Comparison::OneOf, value) => limit.values.iter().all(|other| same(value, other) == Some(false)),
        (Comparison::NoneOf, value) => {
            let known = limit.values.iter().all(|other| same(value, other).is_some());
            known && limit.values.iter().any(|other| same(value, other) == Some(true))
        }
        (Comparison::Less, value) => order(value, limit, |value, bound| value >= bound),
        (Comparison::AtMost, value) => order(value, limit, |value, bound| value > bound),
        (Comparison::Greater, value) => order(value, limit, |value, bound| value <= bound),
        (Comparison::AtLeast, value) => order(value, limit, |value, bound| value < bound),
    }
}

/// Texts have the order of a collation, which is not known here.
fn order(value: &Literal, limit: &Limit, is_violated: fn(i64, i64) -> bool) -> bool {
    match (value, limit.values.as_slice()) {
        (Literal::Number(value), [Literal::Number(bound)]) => match (value.parse(), bound.parse()) {
            (Ok(value), Ok(bound)) => is_violated(value, bound),
            _ => false,
        },
        _ => false,
    }
}

/// Whether two literals of one type are the same; `None` where NULL or something unknown is among them.
fn same(one: &Literal, other: &Literal) -> Option<bool> {
    match (one, other) {
        (Literal::Number(one), Literal::Number(other)) => Some(one.parse::<i64>().ok()? == other.parse::<i64>().ok()?),
        (Literal::Text(one), Literal::Text(other)) => Some(one == other),
        (Literal::Boolean(one), Literal::Boolean(other)) => Some(one == other),
        _ => None,
    }
}
