//! Types of values: columns, casts, operators, and what functions give.

use crate::ast::{DataType, Output, Value};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{builtins, types as builtin_types};

use super::types::{Type, common, greater_number, is_number};
use super::{Cell, Columns, Given, Sight, of_output};

const TIMESTAMP: &str = "timestamp without time zone";
const TIMESTAMPTZ: &str = "timestamp with time zone";

/// An item of a SELECT list.
pub(super) fn cell(name: &str, value: &Value, sight: &Sight, around: &Surroundings) -> Cell {
    match column(value, sight) {
        Some(given) => Cell::Column(Given { name: name.into(), ..given }),
        None => Cell::Value(name.into(), type_of(value, sight, around)),
    }
}

/// The column that a value is.
fn column(value: &Value, sight: &Sight) -> Option<Given> {
    match value {
        Value::Column { table: Some(table), column } => sight.named(table)?.column(column),
        Value::Column { table: None, column } => sight.column(column),
        _ => None,
    }
}

/// The type of a value.
pub(super) fn type_of(value: &Value, sight: &Sight, around: &Surroundings) -> Type {
    match value {
        Value::Column { .. } => column(value, sight).map_or(Type::Unknown, |given| given.found()),
        Value::Typed(data_type) => written(data_type, around),
        Value::Text => Type::Literal,
        Value::Call { name, arguments } => {
            let arguments: Vec<Type> = arguments.iter().map(|value| type_of(value, sight, around)).collect();
            call(name, &arguments, around)
        }
        Value::OneOf(values) => {
            match common(values.iter().map(|value| type_of(value, sight, around)).collect(), around) {
                Type::Literal => Type::named("text"),
                found => found,
            }
        }
        Value::Operators { first, rest } => {
            let operand = |value: &Value| type_of(value, sight, around).without_domain(around);
            rest.iter().fold(operand(first), |left, (operator, right)| operation(operator, left, || operand(right)))
        }
        Value::AtTimeZone(value) => match type_of(value, sight, around).plain_name() {
            Some(TIMESTAMP) => Type::named(TIMESTAMPTZ),
            Some(TIMESTAMPTZ) => Type::named(TIMESTAMP),
            _ => Type::Unknown,
        },
        // What an empty array holds, only a cast can tell.
        Value::Array(values) if values.is_empty() => Type::Unknown,
        Value::Array(values) => {
            let element = common(values.iter().map(|value| type_of(value, sight, around)).collect(), around);
            array(element, around)
        }
        Value::Query(output) => only_column(output, sight, around),
        Value::Unknown => Type::Unknown,
    }
}

/// A type as it is written in a cast.
pub(super) fn written(data_type: &DataType, around: &Surroundings) -> Type {
    let built_in = builtin_types::is_built_in_name(&data_type.name);
    let schema = (!built_in).then(|| around.type_name(data_type).schema);
    Type::Known { data_type: data_type.clone(), schema }
}

fn only_column(output: &Output, sight: &Sight, around: &Surroundings) -> Type {
    match of_output(output, sight, around) {
        Columns { list, whole: true } if list.len() == 1 => list.first().map_or(Type::Unknown, Given::found),
        Columns { .. } => Type::Unknown,
    }
}

/// The array of a type; a string becomes text.
fn array(element: Type, around: &Surroundings) -> Type {
    // There are arrays of domains since 11 only.
    match element {
        Type::Known { .. } if element.clone().without_domain(around) != element => Type::Unknown,
        Type::Known { data_type, schema } if data_type.dimensions == 0 => {
            Type::Known { data_type: DataType { dimensions: 1, ..data_type }, schema }
        }
        Type::Literal => Type::named("text[]"),
        Type::Known { .. } | Type::Unknown => Type::Unknown,
    }
}

fn is_text(found: &Type) -> bool {
    matches!(found, Type::Literal) || matches!(found.plain_name(), Some("text" | "character varying"))
}

/// What an operator of the server gives. `right` is looked at only where it matters.
fn operation(operator: &str, left: Type, right: impl FnOnce() -> Type) -> Type {
    match operator {
        "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "AND" | "OR" | "~" | "!~" | "~*" | "!~*" | "@>" | "<@" => {
            Type::named("boolean")
        }
        "->>" | "#>>" => Type::named("text"),
        "->" | "#>" => match left.plain_name() {
            Some("json" | "jsonb") => left,
            _ => Type::Unknown,
        },
        "||" => concatenation(&left, &right()),
        "+" | "-" | "*" | "/" | "%" => arithmetic(operator, left, right()),
        _ => Type::Unknown,
    }
}

fn concatenation(left: &Type, right: &Type) -> Type {
    let scalar = |found: &Type| found.plain_name().is_some_and(|name| name != "jsonb" && name != "json");
    match (left.plain_name(), right.plain_name()) {
        (Some("jsonb"), Some("jsonb")) => Type::named("jsonb"),
        (Some("jsonb"), None) if *right == Type::Literal => Type::named("jsonb"),
        _ if is_text(left) && is_text(right) => Type::named("text"),
        _ if is_text(left) && *left != Type::Literal && scalar(right) => Type::named("text"),
        _ if is_text(right) && *right != Type::Literal && scalar(left) => Type::named("text"),
        _ => Type::Unknown,
    }
}

fn arithmetic(operator: &str, left: Type, right: Type) -> Type {
    let name = |found: &Type| found.plain_name().map(str::to_owned);
    match (name(&left).as_deref(), operator, name(&right).as_deref()) {
        (Some("real"), _, Some("real")) => Type::named("real"),
        _ if is_number(&left) && is_number(&right) => match greater_number(&left, &right) {
            // Of numbers of another kind there is no operator with real.
            found if found.plain_name() == Some("real") => Type::named("double precision"),
            found => found,
        },
        (Some(TIMESTAMPTZ), "+" | "-", Some("interval")) => Type::named(TIMESTAMPTZ),
        (Some(TIMESTAMP), "+" | "-", Some("interval")) => Type::named(TIMESTAMP),
        (Some("date"), "+" | "-", Some("interval")) => Type::named(TIMESTAMP),
        (Some(TIMESTAMPTZ), "-", Some(TIMESTAMPTZ)) | (Some(TIMESTAMP), "-", Some(TIMESTAMP)) => {
            Type::named("interval")
        }
        (Some("interval"), "+" | "-", Some("interval")) => Type::named("interval"),
        (Some("interval"), "*" | "/", _) if is_number(&right) => Type::named("interval"),
        (_, "*", Some("interval")) if is_number(&left) => Type::named("interval"),
        (Some("date"), "+" | "-", Some("integer")) => Type::named("date"),
        (Some("date"), "-", Some("date")) => Type::named("integer"),
        _ => Type::Unknown,
    }
}

/// What a function of the server gives, unless a migration made one of its name.
fn call(function: &str, arguments: &[Type], around: &Surroundings) -> Type {
    let name = function.strip_prefix("pg_catalog.").unwrap_or(function);
    if name.contains('.') || around.catalog.function(name).is_some() {
        let result = around.catalog.result_of(name);
        return result.map_or(Type::Unknown, |result| written(result, around)).without_length();
    }
    let Some(first) = arguments.first() else {
        return if name == "random" { Type::named("double precision") } else { recorded(name) };
    };
    if is_keyword(name) {
        return Type::Unknown;
    }
    let is = |names: &[&str]| first.plain_name().is_some_and(|name| names.contains(&name));
    match name {
        "min" | "max" if is(SORTED) => first.clone().without_length(),
        "min" | "max" if is(&["character varying"]) => Type::named("text"),
        "sum" => match first.plain_name() {
            Some("smallint" | "integer") => Type::named("bigint"),
            Some("bigint" | "numeric") => Type::named("numeric"),
            Some("real" | "double precision" | "interval" | "money") => first.clone().without_length(),
            _ => Type::Unknown,
        },
        "avg" => match first.plain_name() {
            Some("smallint" | "integer" | "bigint" | "numeric") => Type::named("numeric"),
            Some("real" | "double precision") => Type::named("double precision"),
            Some("interval") => Type::named("interval"),
            _ => Type::Unknown,
        },
        "abs" if is_number(first) => first.clone().without_length(),
        "round" | "trunc" | "ceil" | "ceiling" | "floor" => match first.plain_name() {
            Some("numeric") => Type::named("numeric"),
            Some("real" | "double precision") if arguments.len() == 1 => Type::named("double precision"),
            _ => Type::Unknown,
        },
        "length" if is_text(first) => Type::named("integer"),
        "array_agg" if *first != Type::Literal => array(first.clone().without_length(), around),
        "string_agg" | "lower" | "upper" | "btrim" | "ltrim" | "rtrim" | "substr" | "substring" | "overlay"
            if is_text(first) =>
        {
            Type::named("text")
        }
        "date_trunc" => match arguments.get(1).and_then(Type::plain_name) {
            Some(known @ (TIMESTAMP | TIMESTAMPTZ | "interval")) => Type::named(known),
            _ => Type::Unknown,
        },
        "nullif" => match arguments {
            [one, other] if is(KEPT) && (*other == Type::Literal || other == one) => one.clone(),
            _ => Type::Unknown,
        },
        "first_value" | "last_value" | "nth_value" if is(SORTED) => first.clone().without_length(),
        "lag" | "lead" if is(SORTED) && arguments.len() == 1 => first.clone().without_length(),
        "unnest" => element(first),
        _ => recorded(name),
    }
}

/// Words that take the digits of a second.
fn is_keyword(name: &str) -> bool {
    matches!(name, "current_time" | "current_timestamp" | "localtime" | "localtimestamp")
}

/// Types of which min() and max() give one.
const SORTED: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "text",
    "date",
    TIMESTAMP,
    TIMESTAMPTZ,
    "interval",
    "money",
];

/// Types that an operator `=` takes as they are.
const KEPT: &[&str] =
    &["smallint", "integer", "bigint", "numeric", "text", "date", "uuid", "boolean", TIMESTAMP, TIMESTAMPTZ];

fn recorded(name: &str) -> Type {
    builtins::result(name).map_or(Type::Unknown, Type::named)
}

/// The columns of a function of the server in FROM. One that gives values has one column, which is called as what it gives, or
/// else as the alias or the function.
pub(super) fn of_function(
    function: &str,
    own: &str,
    arguments: &[Value],
    ordinality: bool,
    sight: &Sight,
    around: &Surroundings,
) -> Columns {
    let name = function.strip_prefix("pg_catalog.").unwrap_or(function);
    if around.catalog.function(name).is_some() {
        return Columns::unknown();
    }
    let types: Vec<Type> = arguments.iter().map(|value| type_of(value, sight, around)).collect();
    let columns = match (name, types.as_slice()) {
        ("generate_series", [first, second, ..]) => vec![(own, greater_number(first, second))],
        ("unnest", [first]) => vec![(own, element(first))],
        ("regexp_split_to_table" | "string_to_table" | "json_object_keys" | "jsonb_object_keys", _) => {
            vec![(own, Type::named("text"))]
        }
        ("json_array_elements", _) => vec![("value", Type::named("json"))],
        ("jsonb_array_elements", _) => vec![("value", Type::named("jsonb"))],
        ("json_array_elements_text" | "jsonb_array_elements_text", _) => vec![("value", Type::named("text"))],
        ("json_each", _) => vec![("key", Type::named("text")), ("value", Type::named("json"))],
        ("jsonb_each", _) => vec![("key", Type::named("text")), ("value", Type::named("jsonb"))],
        ("json_each_text" | "jsonb_each_text", _) => vec![("key", Type::named("text")), ("value", Type::named("text"))],
        _ => return Columns::unknown(),
    };
    let number = ordinality.then(|| ("ordinality", Type::named("bigint")));
    let list = columns.into_iter().chain(number).map(|(name, found)| Given::new(name.into(), found));
    Columns { list: list.collect(), whole: true }
}

/// The type of an array's elements.
fn element(array: &Type) -> Type {
    match array {
        Type::Known { data_type, schema } if data_type.dimensions > 0 => {
            let element = DataType { dimensions: 0, ..data_type.clone() };
            Type::Known { data_type: element, schema: schema.clone() }.without_length()
        }
        Type::Known { .. } | Type::Literal | Type::Unknown => Type::Unknown,
    }
}
