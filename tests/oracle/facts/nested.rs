//! Facts about statements that hold other statements, or run them.

use lockwise::ast::{Call, CreateSchema, DeclareCursor, Execute, Explain, Prepare, Statement};

use super::columns::data_type;
use super::expressions::expression;
use super::options::named;
use super::{Lines, data, flag};

pub fn explain(explain: &Explain, lines: &mut Lines) {
    lines.push(format!("explain{}", flag(explain.analyze, "analyze")));
    named("option", &explain.options, lines);
    inner("explained ", &explain.statement, lines);
}

pub fn prepare(prepare: &Prepare, lines: &mut Lines) {
    lines.push(format!("prepare {}", prepare.name.name));
    let parameters = (1..).zip(&prepare.parameters);
    lines.extend(parameters.map(|(number, parameter)| format!("parameter {number} {}", data_type(parameter))));
    inner("prepared ", &prepare.statement, lines);
}

pub fn execute(execute: &Execute, lines: &mut Lines) {
    lines.push(format!("execute {}", execute.name.name));
    for (number, argument) in (1..).zip(&execute.arguments) {
        expression(&format!("argument {number}"), argument, lines);
    }
}

pub fn declare(cursor: &DeclareCursor, lines: &mut Lines) {
    lines.push(format!("declare {}{}", cursor.name.name, flag(cursor.with_hold, "with hold")));
    data::query(&cursor.query, lines);
}

pub fn call(call: &Call, lines: &mut Lines) {
    lines.push(format!("call {}", call.procedure));
    expression("call", &call.call, lines);
}

pub fn create_schema(schema: &CreateSchema, lines: &mut Lines) {
    let name = schema.name.as_ref().map(|name| format!(" {}", name.name)).unwrap_or_default();
    lines.push(format!("create schema{name}{}", flag(schema.if_not_exists, "if not exists")));
    lines.extend(schema.owner.iter().map(|owner| format!("owner {}", owner.name)));
    for (number, element) in (1..).zip(&schema.elements) {
        inner(&format!("element {number} "), element, lines);
    }
}

/// The facts of a statement inside another one.
pub fn inner(prefix: &str, statement: &Statement, lines: &mut Lines) {
    lines.extend(super::of(statement).into_iter().map(|line| prefix.to_owned() + &line));
}
