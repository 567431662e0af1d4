//! What CREATE FUNCTION declares, as the server keeps it.

use std::borrow::Cow;

use ecow::{EcoString, eco_format};

use crate::ast::{
    Argument, ArgumentMode, CreateFunction, DataType, Ident, ObjectName, Returns, RoutineBody, RoutineKind,
};
use crate::engine::catalog::{Column, Declared, Written, written_type};

use super::Replay;

pub(super) fn of(create: &CreateFunction, replay: &Replay) -> Declared {
    Declared {
        kind: Some(create.kind),
        strict: create.strict,
        security_definer: create.security_definer,
        leakproof: create.leakproof,
        parallel: create.parallel.clone(),
        returns: returns(create, replay),
        arguments: arguments(create, replay),
        defaults: create.arguments.iter().filter(|argument| argument.default.is_some()).count(),
        settings: create.settings.iter().map(|setting| (setting.name.clone(), setting.value.clone())).collect(),
        body: body(create, replay),
        is_statements: matches!(create.body, RoutineBody::Return(_) | RoutineBody::Atomic(_)),
        doubted: false,
    }
}

/// A type with its schema where that is not built in; nothing for the type of a column that nobody saw. Types that stand for
/// others (`anyelement`) are built in.
pub(super) fn type_of(data_type: &DataType, replay: &Replay) -> Option<EcoString> {
    if !data_type.of_column {
        let schema = replay.type_schema(data_type).filter(|_| !is_built_in(&data_type.name));
        return Some(written_type(data_type, schema.as_deref()));
    }
    let column = column_of(data_type, replay)?;
    Some(written_type(column.known_type()?, column.more.type_schema.as_deref()))
}

/// The column that stands for its type.
fn column_of<'c>(data_type: &DataType, replay: &'c Replay) -> Option<&'c Column> {
    let (table, column) = data_type.name.rsplit_once('.')?;
    let ident = |name: &str| Ident { name: name.into(), span: data_type.span };
    let (schema, table) = table.rsplit_once('.').map_or((None, table), |(schema, table)| (Some(ident(schema)), table));
    let table = replay.resolve(&ObjectName { schema, name: ident(table), span: data_type.span });
    replay.catalog.get(&table)?.column(column)
}

/// Arguments with the types of columns that are known in the place of the columns.
pub(super) fn without_columns<'a>(arguments: &'a [Argument], replay: &Replay) -> Cow<'a, [Argument]> {
    if !arguments.iter().any(|argument| argument.data_type.of_column) {
        return Cow::Borrowed(arguments);
    }
    let settled = |argument: &Argument| {
        let column = column_of(&argument.data_type, replay).filter(|_| argument.data_type.of_column);
        let data_type = column.and_then(Column::known_type).unwrap_or(&argument.data_type).clone();
        Argument { data_type, ..argument.clone() }
    };
    arguments.iter().map(settled).collect()
}

/// Types that no column has.
const PSEUDO: &[&str] = &["trigger", "event_trigger", "void", "record", "cstring", "internal", "language_handler"];

fn is_built_in(name: &str) -> bool {
    name.starts_with("any") || PSEUDO.contains(&name)
}

/// Source: `interpret_function_parameter_list` and `compute_return_type` of PostgreSQL's commands/functioncmds.c. Of a table with
/// one column, and of one argument that gives something back, the type is that of the result.
fn returns(create: &CreateFunction, replay: &Replay) -> Option<EcoString> {
    let out = |argument: &&Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let outs: Vec<&Argument> = create.arguments.iter().filter(out).collect();
    let of_several = |arguments: &[&Argument]| match arguments {
        [only] => type_of(&only.data_type, replay),
        _ => Some("record".into()),
    };
    match (&create.returns, create.kind) {
        (_, RoutineKind::Procedure) => Some(if outs.is_empty() { "void" } else { "record" }.into()),
        (Some(Returns::Type(of)), _) => type_of(of, replay),
        (Some(Returns::SetOf(of)), _) => Some(format!("setof {}", type_of(of, replay)?).into()),
        (Some(Returns::Table(columns)), _) => {
            Some(format!("setof {}", of_several(&columns.iter().collect::<Vec<_>>())?).into())
        }
        (None, _) => of_several(&outs),
    }
}

fn arguments(create: &CreateFunction, replay: &Replay) -> Option<Vec<EcoString>> {
    let one = |argument: &Argument, mode: &str| {
        let name = argument.name.as_ref().map(|name| name.name.as_str()).unwrap_or_default();
        Some(eco_format!("{mode} {name} {}", type_of(&argument.data_type, replay)?))
    };
    let written = create.arguments.iter().map(|argument| {
        one(
            argument,
            match argument.mode {
                ArgumentMode::In => "i",
                ArgumentMode::Out => "o",
                ArgumentMode::InOut => "b",
                ArgumentMode::Variadic => "v",
            },
        )
    });
    let columns = match &create.returns {
        Some(Returns::Table(columns)) => columns.as_slice(),
        Some(Returns::Type(_) | Returns::SetOf(_)) | None => &[],
    };
    written.chain(columns.iter().map(|column| one(column, "t"))).collect()
}

/// The text between the quotes, each doubled quote as one.
fn body(create: &CreateFunction, replay: &Replay) -> Written {
    match &create.body {
        RoutineBody::Text(body) if replay.author.exact => {
            let before = replay.author.text.get(..body.span.start).unwrap_or_default();
            let text = replay.text_of(body.span);
            match before.strip_suffix('\'') {
                None if before.ends_with('$') => Written::new(text),
                Some(before) if !before.ends_with(['e', 'E', '&']) => Written::new(&text.replace("''", "'")),
                Some(_) | None => Written::default(),
            }
        }
        RoutineBody::Later(later) => {
            let written = later.written.as_str();
            let dollars = written.strip_prefix('$').and_then(|rest| rest.split_once('$'));
            let inside = dollars.and_then(|(tag, rest)| rest.strip_suffix(&format!("${tag}$")));
            let plain = || written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let plain = || plain().filter(|text| !later.backslashes || !text.contains('\\'));
            inside.map(Written::new).or_else(|| Some(Written::new(&plain()?.replace("''", "'")))).unwrap_or_default()
        }
        RoutineBody::Text(_)
        | RoutineBody::Object
        | RoutineBody::Return(_)
        | RoutineBody::Atomic(_)
        | RoutineBody::Missing => Written::default(),
    }
}
