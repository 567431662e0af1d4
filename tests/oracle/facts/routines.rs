//! Facts about functions, procedures and DO blocks.

use lockwise::ast::{
    AlterFunction, Argument, ArgumentMode, Body, CreateFunction, DoBlock, Returns, RoutineAction, RoutineBody,
    RoutineKind, RoutineSetting, StatementKind, Volatility,
};

use super::columns::data_type;
use super::expressions::expression;
use super::{Lines, flag, references};

pub fn create_function(function: &CreateFunction, lines: &mut Lines) {
    let replace = if function.or_replace { " or replace" } else { "" };
    let flags = flag(function.strict, "strict")
        + &flag(function.security_definer, "security definer")
        + &flag(function.leakproof, "leakproof");
    lines.push(format!("create{replace} {} {}{flags}", kind(function.kind), function.name));
    lines.push(volatility(function.volatility).to_owned());
    for (number, one) in (1..).zip(&function.arguments) {
        argument(&format!("{number} argument"), one, lines);
    }
    returns(function.returns.as_ref(), lines);
    lines.extend(function.parallel.iter().map(|parallel| format!("parallel {parallel}")));
    lines.extend(function.cost.iter().map(|cost| format!("cost {cost}")));
    lines.extend(function.rows.iter().map(|rows| format!("rows {rows}")));
    lines.extend(function.support.iter().map(|support| format!("support {support}")));
    lines.extend(function.settings.iter().map(setting));
    lines.push(format!("language {}", function.language));
    match &function.body {
        RoutineBody::Text(text) if function.language == "sql" => body(text, lines),
        RoutineBody::Later(_) => lines.push("body text".to_owned()),
        RoutineBody::Text(text) => {
            lines.push("body text".to_owned());
            static_statements(text, lines);
        }
        RoutineBody::Object => lines.push("body object".to_owned()),
        RoutineBody::Return(_) => lines.push("body return".to_owned()),
        RoutineBody::Atomic(text) => body(text, lines),
        RoutineBody::Missing => {}
    }
}

/// The statements of a body in SQL. PostgreSQL's grammar is asked about the whole text and knows nothing of a broken one.
fn body(body: &Body, lines: &mut Lines) {
    if !body.is_read() {
        return;
    }
    for (number, inner) in (1..).zip(&body.statements) {
        lines.extend(super::of(&inner.statement).into_iter().map(|line| format!("body {number} {line}")));
    }
}

pub fn do_block(block: &DoBlock, lines: &mut Lines) {
    lines.push(format!("do in {}", block.body.language));
    static_statements(&block.body, lines);
}

/// The statements that PL/pgSQL sends as they stand: no queries, whose INTO and FOR are PL/pgSQL's, and no EXECUTE.
fn static_statements(body: &Body, lines: &mut Lines) {
    use StatementKind as K;
    for inner in body.statements.iter().filter(|inner| body.language == "plpgsql" && !inner.executed) {
        match &inner.statement.kind {
            K::Query(_) | K::Transaction(_) | K::Set(_) => {}
            K::Opaque(opaque) if opaque.what == "SET TRANSACTION" => {}
            _ => {
                // Columns may be variables of the function there.
                let unsure = |line: &String| line.contains(" names ") || line.contains(" is constant");
                let kept = super::of(&inner.statement).into_iter().filter(|line| !unsure(line));
                lines.extend(kept.map(|line| format!("statement {line}")));
            }
        }
    }
}

pub fn alter_function(alter: &AlterFunction, lines: &mut Lines) {
    lines.push(format!("alter {} {}", kind(alter.kind), alter.name));
    lines.extend((1..).zip(&alter.actions).map(|(number, change)| format!("{number} {}", action(change))));
}

fn action(action: &RoutineAction) -> String {
    match action {
        RoutineAction::Volatility(new) => volatility(*new).to_owned(),
        RoutineAction::Strict(on) => format!("strict {on}"),
        RoutineAction::SecurityDefiner(on) => format!("security definer {on}"),
        RoutineAction::Leakproof(on) => format!("leakproof {on}"),
        RoutineAction::Parallel(parallel) => format!("parallel {parallel}"),
        RoutineAction::Cost(cost) => format!("cost {cost}"),
        RoutineAction::Rows(rows) => format!("rows {rows}"),
        RoutineAction::Support(name) => format!("support {name}"),
        RoutineAction::Set(new) => setting(new),
        RoutineAction::Reset(Some(name)) => format!("reset {name}"),
        RoutineAction::Reset(None) => "reset all".to_owned(),
        RoutineAction::Shared(change) => references::change(change),
    }
}

fn kind(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Function => "function",
        RoutineKind::Procedure => "procedure",
        RoutineKind::Routine => "routine",
    }
}

fn volatility(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    }
}

fn argument(label: &str, argument: &Argument, lines: &mut Lines) {
    let mode = match argument.mode {
        ArgumentMode::In => "in",
        ArgumentMode::Out => "out",
        ArgumentMode::InOut => "inout",
        ArgumentMode::Variadic => "variadic",
    };
    let name = argument.name.as_ref().map(|name| format!(" {}", name.name)).unwrap_or_default();
    lines.push(format!("{label} {mode}{name} {}", data_type(&argument.data_type)));
    if let Some(default) = &argument.default {
        expression(&format!("{label} default"), default, lines);
    }
}

fn returns(returns: Option<&Returns>, lines: &mut Lines) {
    match returns {
        None => {}
        Some(Returns::Type(one)) => lines.push(format!("returns {}", data_type(one))),
        Some(Returns::SetOf(many)) => {
            lines.push(format!("returns setof {}", data_type(many).trim_start_matches("setof ")));
        }
        Some(Returns::Table(columns)) => {
            for (number, column) in (1..).zip(columns) {
                let name = column.name.as_ref().map(|name| format!(" {}", name.name)).unwrap_or_default();
                lines.push(format!("returns column {number}{name} {}", data_type(&column.data_type)));
            }
        }
    }
}

fn setting(setting: &RoutineSetting) -> String {
    let value = setting.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
    format!("set {}{value}", setting.name)
}
