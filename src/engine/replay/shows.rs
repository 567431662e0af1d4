//! What a new view shows of another relation.

use ecow::EcoString;

use crate::ast::{CreateView, FromItem, FromSource, Output, OutputItem, Value};
use crate::engine::catalog::Shows;
use crate::engine::effect::RelationName;
use crate::postgres::builtins;

use super::Replay;

/// Columns that every table has, which no view can write.
const SYSTEM: &[&str] = &["tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"];

pub(super) fn of_view(create: &CreateView, replay: &Replay) -> Shows {
    let shape = &create.query.shape;
    let gives_many = |name: &EcoString| match replay.catalog.function(name) {
        None => !builtins::gives_one_value(name),
        Some(_) => replay.catalog.gives_set(name),
    };
    let in_list = shape.functions.iter().any(gives_many);
    let combined = shape.combined.or(in_list.then_some("it has aggregates, window functions or sets in its list"));
    let Some(Output::Select { list, from, .. }) = create.query.output.as_deref() else {
        return Shows { combined, ..Shows::default() };
    };
    let [FromItem { source: FromSource::Relation(base), known_as, columns: aliases }] = from.as_slice() else {
        return Shows { combined, ..Shows::default() };
    };
    let name = replay.resolve(base);
    let place = |name: &RelationName| create.query.reads.iter().position(|read| replay.resolve(read) == *name);
    let at = place(&name);
    let asked: Vec<usize> = shape.asked.iter().filter_map(|read| place(&replay.resolve(read))).collect();
    let by_option = create.options.iter().any(|option| option.name == "check_option");
    let checked = create.check_option.is_some() || by_option;
    let unknown = Shows { base: at, asked, checked, combined, columns: Vec::new() };
    let own = replay.catalog.get(&name).filter(|base| base.is_known_whole());
    let own: Option<Vec<EcoString>> = own.map(|base| base.columns.iter().map(|column| column.name.clone()).collect());
    let mut columns = Vec::new();
    for item in list {
        let all = || own.iter().flatten().map(|name| (name.clone(), Some(name.clone())));
        match item {
            // Names that an alias gives are not followed.
            _ if !aliases.is_empty() => return unknown,
            OutputItem::All if own.is_some() => columns.extend(all()),
            OutputItem::AllOf(table) if own.is_some() && Some(table) == known_as.as_ref() => columns.extend(all()),
            OutputItem::Value { name: Some(name), value } => {
                let shown = shown(value).filter(|shown| own.as_ref().is_none_or(|own| own.contains(shown)));
                columns.push((name.clone(), shown));
            }
            _ => return unknown,
        }
    }
    for (column, given) in columns.iter_mut().zip(&create.columns) {
        column.0.clone_from(&given.name);
    }
    Shows { columns, ..unknown }
}

fn shown(value: &Value) -> Option<EcoString> {
    match value {
        Value::Column { column, .. } if !SYSTEM.contains(&column.as_str()) => Some(column.clone()),
        _ => None,
    }
}
