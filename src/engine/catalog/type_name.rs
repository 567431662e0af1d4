//! Names of types in the form in which the server prints them.

use ecow::EcoString;

use crate::ast::DataType;

/// As format_type() prints it, with the schema in front where it is not built in, and without quotes.
pub(super) fn type_name(data_type: &DataType, schema: Option<&str>) -> String {
    let mut modifiers: Vec<String> = data_type.modifiers.iter().map(i64::to_string).collect();
    modifiers.splice(0..0, data_type.words.iter().map(EcoString::to_string));
    if data_type.name == "numeric" && modifiers.len() == 1 {
        modifiers.push("0".to_owned());
    }
    let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(",")) };
    let fields = data_type.fields.as_ref().map(|fields| format!(" {fields}")).unwrap_or_default();
    let name = match data_type.name.split_once(' ') {
        // The precision of `time` and `timestamp` stands in the middle.
        Some((first @ ("time" | "timestamp"), rest)) => format!("{first}{modifiers} {rest}"),
        _ if data_type.name == "interval" => format!("interval{fields}{modifiers}"),
        _ => format!("{}{modifiers}", data_type.name),
    };
    let schema = match schema {
        Some(schema) if !data_type.name.contains('.') => format!("{schema}."),
        Some(_) | None => String::new(),
    };
    let array = if data_type.dimensions > 0 { "[]" } else { "" };
    format!("{schema}{name}{array}")
}

/// The same without precision and length, which are no part of what a function takes.
pub fn written_type(data_type: &DataType, schema: Option<&str>) -> EcoString {
    if schema.is_none() && data_type.dimensions == 0 {
        return data_type.name.clone();
    }
    let plain = DataType { modifiers: Vec::new(), words: Vec::new(), fields: None, ..data_type.clone() };
    type_name(&plain, schema).into()
}
