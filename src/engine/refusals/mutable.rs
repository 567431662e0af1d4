//! What makes an expression give different results at different times, where the server takes none but those that never
//! change: in indexes, generated columns and partition keys.
//!
//! Source: `contain_mutable_functions()` of the server, volatility as the servers have it ([`crate::postgres::builtins`]), and
//! measurements (`fixtures/facts/index-*.sql`, `fixtures/facts/create-index-cast-*.sql`).

use ecow::EcoString;

use crate::ast::{CastFrom, CastOf, DataType, Expr, Limit, Operand, StatementKind, Value, Volatility};
use crate::engine::surroundings::Surroundings;
use crate::parser::value_in;
use crate::postgres::{builtins, types};

use super::expressions::Columns;

/// What of an expression changes, in words.
pub(super) fn what_changes(expr: &Expr, columns: &Columns, around: &Surroundings) -> Option<String> {
    if may_fold(around.text_of(expr.span)) {
        return None;
    }
    let built_in = |function: &&EcoString| around.catalog.function(function).is_none();
    let live = expr.live_functions();
    let mut of_server = live.iter().filter(built_in);
    if let Some(function) = of_server.find(|function| builtins::is_never_immutable(function)) {
        return Some(format!("{function} is not immutable"));
    }
    if let Some(function) = live.iter().find(|function| around.catalog.never_immutable(function)) {
        return Some(format!("function {function} is not IMMUTABLE"));
    }
    if let [function] = expr.functions.as_slice()
        && NAMED_SETTINGS.contains(&function.as_str())
        && built_in(&function)
        && !around.text_of(expr.span).contains(',')
        && around.text_of(expr.span).contains('(')
    {
        return Some(format!("{function} with one argument is not immutable"));
    }
    if truncates_by_zone(expr, columns, around) {
        return Some("date_trunc depends on the time zone here".to_owned());
    }
    // Of what is left of it, neither the values nor the casts are known.
    if expr.folded.live_functions.is_some() {
        return None;
    }
    let value = || value_in(around.text_of(expr.span));
    if expr.columns.iter().any(|column| columns.data_type(column).is_some_and(is_zoned))
        && let Some(what) = by_zone(&value(), &|value| columns.type_of_value(value, around))
    {
        return Some(what.to_owned());
    }
    if let Some(what) = live.iter().find_map(|function| by_body(function, around)) {
        return Some(what);
    }
    // An element is put into an array as it is.
    let arrays = expr.columns.iter().any(|column| columns.data_type(column).is_some_and(|of| of.dimensions > 0));
    let casts = expr.casts.iter().filter(|cast| !(arrays && matches!(cast.from, CastFrom::Joined(_))));
    let is_joined = |cast: &CastOf| matches!(cast.from, CastFrom::Joined(_) | CastFrom::Concatenated);
    let of_user = |cast: &CastOf| around.has_own_casts() || around.catalog.unnamed.operators && is_joined(cast);
    let casts = casts.filter(|cast| !of_user(cast));
    let changing = casts.into_iter().find_map(|cast| changes(cast, columns, around));
    let changing = changing.or_else(|| through_call(expr, columns, around)).or_else(|| compared(expr, columns));
    changing.map(|what| format!("{what} depends on settings"))
}

/// Whether the planner may leave parts of an expression out because of its constants, which is not followed here: beside AND
/// or OR, or because a function is given NULL.
fn may_fold(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        let behind = words.get(at + 1).copied().unwrap_or_default();
        match *word {
            // `active = true AND ...` is no constant, `true AND ...` is one.
            "true" => before == "or" || behind == "or" && matches!(before, "" | "and"),
            "false" => before == "and" || behind == "and" && matches!(before, "" | "or"),
            "null" => !matches!(before, "is" | "not" | "then" | "else"),
            _ => false,
        }
    })
}

/// What of a value the time zone decides: how long a day is that is added to a moment with a zone, or which moment one without
/// a zone is, where one of both is chosen.
fn by_zone(value: &Value, type_of: &dyn Fn(&Value) -> Option<DataType>) -> Option<&'static str> {
    let within = |value: &Value| by_zone(value, type_of);
    match value {
        Value::Operators { first, rest } => {
            let is = |value: &Value, name: &str| {
                type_of(value).is_some_and(|found| found.name == name && found.dimensions == 0)
            };
            let zoned = |value: &Value| is(value, "timestamp with time zone");
            let adds = |operator: &str| matches!(operator, "+" | "-");
            // What has been calculated so far: of moments and intervals, the first operator decides.
            let moves = rest.first().filter(|(operator, _)| adds(operator)).is_some_and(|(operator, right)| {
                let literal = operator == "+" && *right == Value::Text;
                zoned(first) && (literal || is(right, "interval")) || is(first, "interval") && zoned(right)
            });
            if moves {
                return Some("timestamptz and interval are added by the time zone");
            }
            within(first).or_else(|| rest.iter().find_map(|(_, right)| within(right)))
        }
        Value::OneOf(values) => {
            let has = |wanted: fn(&DataType) -> bool| values.iter().filter_map(type_of).any(|found| wanted(&found));
            let mixed = has(is_zoned) && has(is_without_zone);
            let what = "a timestamp without time zone becomes one with it";
            if mixed { Some(what) } else { values.iter().find_map(within) }
        }
        Value::Call { arguments: values, .. } | Value::Array(values) => values.iter().find_map(within),
        Value::AtTimeZone(inner) => within(inner),
        Value::Column { .. } | Value::Typed(_) | Value::Text | Value::Query(_) | Value::Unknown => None,
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
        CastFrom::Text | CastFrom::Concatenated => {
            depends_on_settings(None, to, around).then(|| format!("the cast to {to}"))
        }
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
