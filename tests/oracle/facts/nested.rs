//! Facts about statements that hold other statements, or run them.

use lockwise::ast::{Call, DeclareCursor, Execute, Explain, Prepare};

use super::columns::data_type;
use super::expressions::expression;
use super::options::named;
use super::references::inner;
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
