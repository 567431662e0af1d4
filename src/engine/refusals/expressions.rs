//! Expressions that cannot stand where they are: in indexes, CHECKs, defaults, generated columns and partition keys.
//!
//! Source: `check_functions_in_node()` and `transformExpr()` of the server, volatility as the servers have it
//! ([`crate::postgres::builtins`]), and measurements (`fixtures/facts/create-index-cast-*.sql`, `add-column-generated-*.sql`,
//! `add-check-*.sql`). Of functions that nobody has seen, nothing is claimed.

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, CastFrom, CastOf, ColumnChange, ColumnConstraintKind, ColumnDef, Counted, CreateIndex,
    CreateTable, DataType, Expr, Limit, ObjectName, Operand, StatementKind, TableConstraintKind, Value, Volatility,
    Write, WriteVerb,
};
use crate::engine::catalog::{Kind, Past, Relation};
use crate::engine::output::{type_in_row, type_of_expression};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::parser::value_in;
use crate::postgres::builtins::{self, ManyRows};
use crate::postgres::{VersionSet, types};

use super::existence::is_there;
use super::violated::changes as changes_column;
use super::zones::index_by_zone;
use super::{DATATYPE_MISMATCH, FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, defaults, refused, refused_on};

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
    fn data_type(&self, name: &str) -> Option<&'a DataType> {
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

    fn type_of_value(&self, value: &Value, around: &Surroundings) -> Option<DataType> {
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
    let live = expr.live_functions();
    let mut of_server = live.iter().filter(built_in);
    if let Some(function) = of_server.find(|function| builtins::is_never_immutable(function)) {
        return invalid(format!("{function} is not immutable: {} cannot use it", place.name()));
    }
    if let Some(function) = live.iter().find(|function| around.catalog.never_immutable(function)) {
        return invalid(format!("{function} is not immutable: {} cannot use it", place.name()));
    }
    if let [function] = expr.functions.as_slice()
        && NAMED_SETTINGS.contains(&function.as_str())
        && built_in(&function)
        && !around.text_of(expr.span).contains(',')
        && around.text_of(expr.span).contains('(')
    {
        return invalid(format!("{function} with one argument is not immutable: {} cannot use it", place.name()));
    }
    if truncates_by_zone(expr, columns, around) {
        return invalid(format!("date_trunc depends on the time zone here: {} cannot use it", place.name()));
    }
    let shifts = || is_shifted(&value_in(around.text_of(expr.span)), &|value| columns.type_of_value(value, around));
    if expr.columns.iter().any(|column| columns.data_type(column).is_some_and(is_zoned)) && shifts() {
        return invalid(format!("a moment is calculated by the time zone: {} cannot use it", place.name()));
    }
    if let Some(what) = live.iter().find_map(|function| by_body(function, around)) {
        return invalid(format!("{what}: {} cannot use it", place.name()));
    }
    // An element is put into an array as it is.
    let arrays = expr.columns.iter().any(|column| columns.data_type(column).is_some_and(|of| of.dimensions > 0));
    let casts = expr.casts.iter().filter(|cast| !(arrays && matches!(cast.from, CastFrom::Joined(_))));
    let own_operators = around.catalog.unnamed.operators;
    let casts =
        casts.filter(|cast| !(around.has_own_casts() || own_operators && matches!(cast.from, CastFrom::Joined(_))));
    let changing = casts.into_iter().find_map(|cast| changes(cast, columns, around));
    let changing = changing.or_else(|| through_call(expr, columns, around)).or_else(|| compared(expr, columns));
    let reason = |what: &str| format!("{what} depends on settings: {} cannot use it", place.name());
    changing.map(|what| invalid(reason(&what))).unwrap_or_default()
}

/// Whether an interval is added to a moment with a time zone, or taken from it: how long a day is, the zone decides. Or one
/// of several moments is chosen, with a zone and without.
fn is_shifted(value: &Value, type_of: &dyn Fn(&Value) -> Option<DataType>) -> bool {
    let shifted = |value: &Value| is_shifted(value, type_of);
    match value {
        Value::Operators { first, rest } => {
            let is = |value: &Value, name: &str| {
                type_of(value).is_some_and(|found| found.name == name && found.dimensions == 0)
            };
            let moved = rest.iter().enumerate().any(|(at, (operator, right))| {
                let before = rest.get(..at).unwrap_or_default().to_vec();
                let left = Value::Operators { first: first.clone(), rest: before };
                let zoned = |value: &Value| is(value, "timestamp with time zone");
                let literal = operator == "+" && *right == Value::Text;
                matches!(operator.as_str(), "+" | "-") && zoned(&left) && (literal || is(right, "interval"))
                    || operator == "+" && is(&left, "interval") && zoned(right)
            });
            moved || shifted(first) || rest.iter().any(|(_, right)| shifted(right))
        }
        Value::OneOf(values) => {
            let has = |wanted: fn(&DataType) -> bool| values.iter().filter_map(type_of).any(|found| wanted(&found));
            has(is_zoned) && has(is_without_zone) || values.iter().any(shifted)
        }
        Value::Call { arguments: values, .. } | Value::Array(values) => values.iter().any(shifted),
        Value::AtTimeZone(inner) => shifted(inner),
        Value::Column { .. } | Value::Typed(_) | Value::Text | Value::Query(_) | Value::Unknown => false,
    }
}

/// Why the text of a function in SQL, which the server puts in the place of a call, changes with settings.
fn by_body(function: &str, around: &Surroundings) -> Option<String> {
    let catalog = around.catalog;
    let StatementKind::Query(query) = &catalog.text_looked_into(function)?.kind else { return None };
    let changing = catalog.function(function)? != Volatility::Immutable && builtins::volatility(function).is_none();
    let value = query.value.as_deref().filter(|_| changing && !around.has_own_casts())?;
    let arguments = catalog.arguments_of(function)?;
    let known = |column: &EcoString| {
        let found = arguments.iter().find(|(name, _)| *name == *column)?;
        types::is_built_in_name(&found.1.name).then_some(&found.1)
    };
    let what = value.casts.iter().find_map(|cast| by_settings(cast, &known, around))?;
    Some(format!("in function {function}, {what} depends on settings"))
}

/// What a cast of something makes depend on settings, in words.
fn changes(cast: &CastOf, columns: &Columns, around: &Surroundings) -> Option<String> {
    by_settings(cast, &|column| columns.data_type(column), around)
}

fn by_settings<'t>(
    cast: &CastOf,
    known: &dyn Fn(&EcoString) -> Option<&'t DataType>,
    around: &Surroundings,
) -> Option<String> {
    let to = &cast.to;
    match &cast.from {
        CastFrom::Text => depends_on_settings(None, to, around).then(|| format!("the cast to {to}")),
        CastFrom::Column(column) => {
            depends_on_settings(Some(known(column)?), to, around).then(|| format!("the cast to {to}"))
        }
        CastFrom::Call(function) => {
            let built_in = around.catalog.function(function).is_none();
            let name = builtins::result(function).filter(|_| built_in)?;
            let is_range = name.ends_with("range") && is_string(to);
            let given = DataType { name: name.into(), ..DataType::default() };
            let depends = is_range || depends_on_settings(Some(&given), to, around);
            depends.then(|| format!("the cast of {function} to {to}"))
        }
        CastFrom::AtTimeZone(column) => {
            let of_column = known(column)?;
            let given = match () {
                () if is_zoned(of_column) => "timestamp without time zone",
                () if of_column.name == "timestamp without time zone" => "timestamp with time zone",
                () => return None,
            };
            let given = DataType { name: given.into(), ..DataType::default() };
            depends_on_settings(Some(&given), to, around).then(|| format!("the cast to {to}"))
        }
        CastFrom::Joined(column) => {
            let of_column = known(column).filter(|of| of.dimensions == 0 && !is_string(&of.name))?;
            depends_on_settings(Some(of_column), to, around).then(|| format!("the text of column {column}"))
        }
        CastFrom::Field(column) => {
            known(column).filter(|of| is_zoned(of)).map(|_| format!("a field of column {column}"))
        }
    }
}

fn is_string(name: &str) -> bool {
    matches!(name, "text" | "character varying" | "character")
}

fn is_zoned(of: &DataType) -> bool {
    of.name == "timestamp with time zone" && of.dimensions == 0
}

fn is_without_zone(of: &DataType) -> bool {
    matches!(of.name.as_str(), "date" | "timestamp without time zone") && of.dimensions == 0
}

/// A call, and nothing else, that takes the time zone of the session for a column.
///
/// Source: `pg_proc` of the servers, and measurements (`fixtures/facts/index-unfit-*.sql`).
fn through_call(expr: &Expr, columns: &Columns, around: &Surroundings) -> Option<String> {
    let call = expr.folded.call.as_ref().filter(|call| around.catalog.function(&call.name).is_none())?;
    let of_column = |operand: &Operand| match operand {
        Operand::Column(column) => columns.data_type(column),
        _ => None,
    };
    let mut types = call.arguments.iter().filter_map(of_column);
    let by_zone = match call.name.strip_prefix("pg_catalog.").unwrap_or(&call.name) {
        "date" => call.arguments.len() == 1 && types.any(is_zoned),
        "date_part" => call.arguments.len() == 2 && types.any(is_zoned),
        "to_timestamp" => call.arguments.len() == 2,
        "tstzrange" => types.any(is_without_zone),
        _ => false,
    };
    by_zone.then(|| call.name.to_string())
}

/// A moment that has a time zone is compared with one that has none.
fn compared(expr: &Expr, columns: &Columns) -> Option<String> {
    let limits = expr.limits.all.iter().chain(expr.limits.either.iter().flatten().flatten());
    let differs = |limit: &Limit| {
        let cast = limit.cast.as_ref().map(|cast| types::canonical(cast))?;
        let of_column = columns.data_type(&limit.column)?;
        let bare = matches!(cast, "date" | "timestamp without time zone");
        let by_zone = is_zoned(of_column) && bare || is_without_zone(of_column) && cast == "timestamp with time zone";
        by_zone.then(|| format!("the comparison of column {}", limit.column))
    };
    let of = |column: &EcoString| columns.data_type(column);
    let by_zone = |one: &DataType, other: &DataType| is_zoned(one) && is_without_zone(other);
    let pair = expr.limits.pairs.iter().find(|(left, _, right)| {
        of(left).zip(of(right)).is_some_and(|(left, right)| by_zone(left, right) || by_zone(right, left))
    });
    let pair = || pair.map(|(left, _, right)| format!("the comparison of columns {left} and {right}"));
    limits.into_iter().find_map(differs).or_else(pair)
}

/// Versions that have what the expression stands in.
fn since(place: Place) -> VersionSet {
    if place == Place::Generated { VersionSet::since(12) } else { VersionSet::ALL }
}

/// Functions that read a setting when they have one argument.
const NAMED_SETTINGS: &[&str] = &["to_tsvector", "to_tsquery", "plainto_tsquery", "age"];

/// `date_trunc('day', column)` of a time stamp with time zone or of a date, which becomes one. What is made of the result
/// makes no difference.
fn truncates_by_zone(expr: &Expr, columns: &Columns, around: &Surroundings) -> bool {
    let text = around.text_of(expr.span).to_lowercase();
    let zoned = |of: &DataType| matches!(of.name.as_str(), "timestamp with time zone" | "date") && of.dimensions == 0;
    let arguments = text.split_once("date_trunc").and_then(|(_, rest)| rest.trim_start().strip_prefix('('));
    let arguments = arguments.and_then(|rest| Some(rest.split_once(')')?.0.split_once(',')?.1.trim()));
    let column = arguments.and_then(|of| expr.columns.iter().find(|column| column.as_str() == of));
    expr.functions.iter().any(|function| function == "date_trunc" && around.catalog.function(function).is_none())
        && column.and_then(|column| columns.data_type(column)).is_some_and(zoned)
}

/// Types whose values are written in a way that settings decide, or that a catalogue decides.
const WRITTEN_BY_SETTINGS: &[&str] =
    &["date", "money", "timestamp without time zone", "timestamp with time zone", "regclass", "regproc", "regtype"];

/// Types whose values are read so.
const READ_BY_SETTINGS: &[&str] = &["time without time zone", "time with time zone", "interval"];

/// Whether a cast gives different results at different times. No type is a text.
fn depends_on_settings(from: Option<&DataType>, to: &str, around: &Surroundings) -> bool {
    let from_name = from.map_or("text", |from| from.name.as_str());
    let from_array = from.is_some_and(|from| from.dimensions > 0);
    let is_enum = |name: &str| {
        let named = DataType { name: name.into(), ..DataType::default() };
        around.catalog.enum_created_in(&around.type_name(&named)).is_some()
    };
    match (from_name, to) {
        _ if from_array => is_string(to),
        (from, to) if is_string(from) => {
            WRITTEN_BY_SETTINGS.contains(&to) || READ_BY_SETTINGS.contains(&to) || is_enum(to)
        }
        (from, to) if is_string(to) => WRITTEN_BY_SETTINGS.contains(&from) || is_enum(from),
        ("timestamp with time zone", "date" | "timestamp without time zone" | "time without time zone") => true,
        ("date" | "timestamp without time zone", "timestamp with time zone") => true,
        _ => false,
    }
}
