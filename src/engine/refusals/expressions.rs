//! Expressions that cannot stand where they are: in indexes, CHECKs, defaults, generated columns and partition keys.
//!
//! Source: `check_functions_in_node()` and `transformExpr()` of the server, volatility as the servers have it
//! ([`crate::postgres::builtins`]), and measurements (`fixtures/facts/create-index-cast-*.sql`, `add-column-generated-*.sql`,
//! `add-check-*.sql`). Of functions that nobody has seen, nothing is claimed.

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, Counted, CreateIndex, CreateTable,
    DataType, Expr, ObjectName, Operand, TableConstraintKind, Value, Write, WriteVerb,
};
use crate::engine::catalog::{Kind, Past, Relation};
use crate::engine::output::{type_in_row, type_of_expression};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::builtins::{self, ManyRows};

use super::existence::is_there;
use super::violated::changes as changes_column;
use super::zones::index_by_zone;
use super::{
    DATATYPE_MISMATCH, FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, defaults, mutable, refused, refused_on,
};

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Index,
    PartitionKey,
    Generated,
    Check,
    Default,
    Transform,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Index => "an index",
            Self::PartitionKey => "a partition key",
            Self::Generated => "a generated column",
            Self::Check => "a CHECK",
            Self::Default => "a default",
            Self::Transform => "USING",
        }
    }
}

/// What the columns of a table are, as an expression sees them.
pub(super) struct Columns<'a> {
    known: Option<&'a Relation>,
    new: &'a [ColumnDef],
    /// What else the statement does to them.
    changed_by: Option<&'a AlterTable>,
}

impl<'a> Columns<'a> {
    /// The type of a column, which this statement does not change.
    pub(super) fn data_type(&self, name: &str) -> Option<&'a DataType> {
        if self.changed_by.is_some_and(|alter| changes_column(alter, name)) {
            return None;
        }
        let new = self.new.iter().find(|column| column.name.name == name).map(|column| &column.data_type);
        new.or_else(|| self.known?.column(name)?.data_type.as_ref())
    }

    fn type_of(&self, expr: &Expr, around: &Surroundings) -> Option<DataType> {
        let changed = |column: &EcoString| self.changed_by.is_some_and(|alter| changes_column(alter, column));
        if expr.columns.iter().any(changed) {
            return None;
        }
        type_of_expression(around.text_of(expr.span), self.known, self.new, around)
    }

    /// What a column gets is of a type that is not assigned to its own.
    fn unfit(&self, expr: &Expr, data_type: &DataType, what: &str, around: &Surroundings) -> Option<Refusal> {
        let found = self.type_of(expr, around)?;
        defaults::mismatch(&found, data_type, what).filter(|_| !around.has_own_cast(data_type))
    }

    /// The type of a value that is calculated of them.
    pub(super) fn type_of_value(&self, value: &Value, around: &Surroundings) -> Option<DataType> {
        type_in_row(value, self.known, self.new, around)
    }

    fn is_generated(&self, name: &str) -> bool {
        let generated = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::Generated { .. });
        let new = self.new.iter().find(|column| column.name.name == name);
        match new {
            Some(column) => column.constraints.iter().any(|constraint| generated(&constraint.kind)),
            None => {
                let known = self.known.and_then(|relation| relation.column(name));
                known.is_some_and(|column| column.generated_from.is_some())
            }
        }
    }
}

pub(super) fn create_index(create: &CreateIndex, around: &Surroundings) -> Vec<Refusal> {
    let columns = Columns { known: around.relation(&create.table), new: &[], changed_by: None };
    let keys = create.keys.iter().filter_map(|key| key.expr.as_deref());
    let keys = keys.flat_map(|expr| misplaced(expr, Place::Index, &columns, around));
    keys.chain(create.predicate.iter().flat_map(|expr| predicate(expr, &columns, around))).collect()
}

/// Which rows an index has.
fn predicate(expr: &Expr, columns: &Columns, around: &Surroundings) -> Vec<Refusal> {
    let other = not_boolean(expr, columns, around);
    let reason = |other| format!("the condition of an index must be a boolean, and not of type {other}");
    let refusal = other.map(|other| refused(DATATYPE_MISMATCH, reason(other)).at(expr.span));
    refusal.map_or_else(|| misplaced(expr, Place::Index, columns, around), |refusal| vec![refusal])
}

pub(super) fn create_table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let columns = Columns { known: None, new: &create.columns, changed_by: None };
    let mut found: Vec<Refusal> =
        create.columns.iter().flat_map(|column| of_column(column, &columns, around)).collect();
    for constraint in &create.constraints {
        found.extend(of_constraint(&constraint.kind, &columns, around));
    }
    let keys = create.partition_by.iter().flat_map(|partition| &partition.keys).filter_map(|key| key.expr.as_deref());
    found.extend(keys.flat_map(|expr| misplaced(expr, Place::PartitionKey, &columns, around)));
    found
}

pub(super) fn alter_table(alter: &AlterTable, relation: Option<&Relation>, around: &Surroundings) -> Vec<Refusal> {
    use AlterActionKind as A;
    let columns = Columns { known: relation, new: &[], changed_by: Some(alter) };
    let old = Columns { changed_by: None, ..columns };
    let mut found = Vec::new();
    for action in &alter.actions {
        let refusals: Vec<Refusal> = match &action.kind {
            A::AddColumn { if_not_exists, column } => {
                let exists = relation.is_some_and(|relation| relation.column(&column.name.name).is_some());
                if *if_not_exists && exists { Vec::new() } else { of_column(column, &columns, around) }
            }
            A::AddConstraint(constraint) => of_constraint(&constraint.kind, &columns, around),
            A::AlterColumn { name, change: ColumnChange::SetType { data_type, using, .. } } => {
                let transform = using.iter().flat_map(|expr| misplaced(expr, Place::Transform, &columns, around));
                let index = relation.and_then(|relation| index_by_zone(&name.name, data_type, alter, relation));
                let unfit =
                    using.as_deref().and_then(|using| old.unfit(using, data_type, "the result of USING", around));
                transform.chain(index).chain(unfit).collect()
            }
            A::AlterColumn { name, change: ColumnChange::SetDefault(expr) } => {
                // The type changes first, wherever it is written.
                let new = alter.actions.iter().find_map(|other| match &other.kind {
                    A::AlterColumn { name: column, change: ColumnChange::SetType { data_type, .. } }
                        if column.name == name.name =>
                    {
                        Some(&**data_type)
                    }
                    _ => None,
                });
                let data_type = new.or_else(|| columns.data_type(&name.name));
                let unfit = data_type.and_then(|data_type| defaults::unfit(expr, data_type, around));
                misplaced(expr, Place::Default, &columns, around).into_iter().chain(unfit).collect()
            }
            _ => Vec::new(),
        };
        found.extend(refusals.into_iter().map(|refusal| refusal.at(action.span)));
    }
    found
}

/// A CHECK, or the index of an EXCLUDE constraint.
fn of_constraint(kind: &TableConstraintKind, columns: &Columns, around: &Surroundings) -> Vec<Refusal> {
    match kind {
        TableConstraintKind::Check(expr) => misplaced(expr, Place::Check, columns, around),
        TableConstraintKind::Exclude { elements, predicate, .. } => {
            let keys = elements.iter().filter_map(|element| element.key.expr.as_deref());
            let keys = keys.flat_map(|expr| misplaced(expr, Place::Index, columns, around));
            keys.chain(predicate.iter().flat_map(|expr| self::predicate(expr, columns, around))).collect()
        }
        TableConstraintKind::Unique(_)
        | TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::ForeignKey { .. }
        | TableConstraintKind::NotNull(_) => Vec::new(),
    }
}

fn of_column(column: &ColumnDef, columns: &Columns, around: &Surroundings) -> Vec<Refusal> {
    let refusal = |kind: &ColumnConstraintKind| match kind {
        ColumnConstraintKind::Default(expr) => {
            let unfit = defaults::unfit(expr, &column.data_type, around);
            misplaced(expr, Place::Default, columns, around).into_iter().chain(unfit).collect()
        }
        ColumnConstraintKind::Generated { expr, stored } => {
            let own = if *stored { None } else { made_by_users(expr, &column.data_type, around) };
            let unfit = columns.unfit(expr, &column.data_type, "its expression", around);
            misplaced(expr, Place::Generated, columns, around).into_iter().chain(own).chain(unfit).collect()
        }
        ColumnConstraintKind::Check(expr) => misplaced(expr, Place::Check, columns, around),
        _ => Vec::new(),
    };
    column.constraints.iter().flat_map(|constraint| refusal(&constraint.kind)).collect()
}

/// A virtual column is computed wherever it is read: of what comes with the server alone.
///
/// Source: `check_virtual_generated_security()` of PostgreSQL's catalog/heap.c.
fn made_by_users(expr: &Expr, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let made = |name: &&EcoString| around.catalog.function(name).is_some() && builtins::volatility(name).is_none();
    let function = expr.functions.iter().find(made).map(|name| format!("function {name}"));
    let name = around.type_name(data_type);
    let is_there = || around.catalog.past(Kind::Type, &name).is_some_and(Past::is_there);
    let own = || is_there() && (around.catalog.enum_type(&name).is_some() || around.catalog.composite(&name).is_some());
    let what = function.or_else(|| own().then(|| format!("type {name}")))?;
    let reason = format!("a virtual generated column cannot use what users made: {what}");
    Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason))
}

/// The type of a condition that is no boolean.
fn not_boolean<'a>(expr: &Expr, columns: &Columns<'a>, around: &Surroundings) -> Option<EcoString> {
    if is_truth(expr) {
        return None;
    }
    let found = columns.type_of(expr, around).filter(|found| found.dimensions == 0)?.name;
    // Some functions give what they get.
    (found != "boolean" && !found.starts_with("any")).then_some(found)
}

/// Whether an expression is a condition for certain: most are.
fn is_truth(expr: &Expr) -> bool {
    let compares = |value: &Counted| matches!(value, Counted::Compared(..) | Counted::Both(..) | Counted::Either(..));
    (!expr.limits.all.is_empty() && expr.folded.operand == Operand::Other)
        || expr.value.as_deref().is_some_and(compares)
}

/// A condition of a policy that is no boolean.
pub(super) fn of_policy(expr: &Expr, table: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let columns =
        Columns { known: around.relation(table).filter(|relation| is_there(relation)), new: &[], changed_by: None };
    let other = not_boolean(expr, &columns, around)?;
    let reason = format!("the condition of a policy must be a boolean, and not of type {other}");
    Some(refused(DATATYPE_MISMATCH, reason).at(expr.span))
}

/// WHERE of UPDATE and DELETE, in which no aggregate and no set can stand.
pub(super) fn filtering(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let filter = write.filter.as_ref().filter(|filter| !filter.subquery)?;
    let changes = matches!(write.verb, WriteVerb::Update | WriteVerb::Delete);
    let mut functions = filter.functions.iter().filter(|name| changes && around.catalog.function(name).is_none());
    let (function, kind) = functions.find_map(|name| Some((name, builtins::many_rows(name)?)))?;
    Some(refused(sqlstate_of(kind), format!("cannot use {function} in WHERE")).at(filter.span))
}

fn sqlstate_of(kind: ManyRows) -> &'static str {
    match kind {
        ManyRows::Aggregate => "42803",
        ManyRows::Window => "42P20",
        ManyRows::Set => FEATURE_NOT_SUPPORTED,
    }
}

/// Why an expression cannot stand there.
fn misplaced(expr: &Expr, place: Place, columns: &Columns, around: &Surroundings) -> Vec<Refusal> {
    if expr.subquery {
        return vec![refused(FEATURE_NOT_SUPPORTED, format!("cannot use a subquery in {}", place.name()))];
    }
    if place == Place::Default
        && let Some(column) = expr.columns.first()
    {
        let reason = || format!("cannot use the column {column} in a default");
        return vec![
            refused_on(VersionSet::before(12), "42P10", reason()),
            refused_on(VersionSet::since(12), FEATURE_NOT_SUPPORTED, reason()),
        ];
    }
    let of_row = |column: &&EcoString| matches!(column.as_str(), "ctid" | "xmin" | "xmax" | "cmin" | "cmax");
    if place == Place::Check
        && let Some(column) = expr.columns.iter().find(of_row)
    {
        return vec![refused("42P10", format!("a CHECK cannot use the system column {column}"))];
    }
    let built_in = |function: &&EcoString| around.catalog.function(function).is_none();
    let functions = || expr.functions.iter().filter(built_in);
    if let Some((function, kind)) = functions().find_map(|name| Some((name, builtins::many_rows(name)?))) {
        return vec![refused(sqlstate_of(kind), format!("cannot use {function} in {}", place.name()))];
    }
    if place == Place::Check
        && let Some(other) = not_boolean(expr, columns, around)
    {
        return vec![refused(DATATYPE_MISMATCH, format!("a CHECK must be a boolean, and not of type {other}"))];
    }
    if matches!(place, Place::Check | Place::Default | Place::Transform) {
        return Vec::new();
    }
    let invalid = |reason: String| vec![refused_on(since(place), INVALID_OBJECT_DEFINITION, reason)];
    if place == Place::Generated
        && let Some(column) = expr.columns.iter().find(|column| columns.is_generated(column))
    {
        return invalid(format!("cannot use the generated column {column} in a generated column"));
    }
    let reason = |what: &str| format!("{what}: {} cannot use it", place.name());
    mutable::what_changes(expr, columns, around).map(|what| invalid(reason(&what))).unwrap_or_default()
}

/// Versions that have what the expression stands in.
fn since(place: Place) -> VersionSet {
    if place == Place::Generated { VersionSet::since(12) } else { VersionSet::ALL }
}
