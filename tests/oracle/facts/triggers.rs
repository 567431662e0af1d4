//! Facts about triggers, event triggers, rules and policies.

use lockwise::ast::{
    AlterEventTrigger, AlterPolicy, CreateEventTrigger, CreatePolicy, CreateRule, CreateTrigger, Expr, PolicyCommand,
    RoleSpec, RuleEvent, TriggerEventKind, TriggerTiming,
};

use super::expressions::expression;
use super::references::{inner, roles};
use super::{Lines, flag, joined};

pub fn create_trigger(trigger: &CreateTrigger, lines: &mut Lines) {
    let replace = if trigger.or_replace { " or replace" } else { "" };
    let constraint = if trigger.constraint { " constraint" } else { "" };
    let flags = flag(trigger.for_each_row, "for each row")
        + &flag(trigger.deferrable, "deferrable")
        + &flag(trigger.initially_deferred, "initially deferred");
    lines.push(format!("create{replace}{constraint} trigger {}{flags}", trigger.name.name));
    lines.push(match trigger.timing {
        TriggerTiming::Before => "before".to_owned(),
        TriggerTiming::After => "after".to_owned(),
        TriggerTiming::InsteadOf => "instead of".to_owned(),
    });
    lines.extend(trigger.events.iter().map(|event| match &event.kind {
        TriggerEventKind::Insert => "event insert".to_owned(),
        TriggerEventKind::Update { columns } => format!("event update {}", joined(columns)).trim_end().to_owned(),
        TriggerEventKind::Delete => "event delete".to_owned(),
        TriggerEventKind::Truncate => "event truncate".to_owned(),
    }));
    lines.push(format!("on {}", trigger.table));
    lines.extend(trigger.from.iter().map(|table| format!("from {table}")));
    lines.extend(trigger.transition_tables.iter().map(|table| {
        let rows = if table.new { "new" } else { "old" };
        format!("{rows} table {}", table.name.name)
    }));
    optional("when", trigger.when.as_ref(), lines);
    lines.push(format!("executes {}", trigger.function));
    let arguments = (1..).zip(&trigger.arguments);
    lines.extend(arguments.map(|(number, argument)| format!("{number} argument {}", argument.value)));
}

fn optional(label: &str, expr: Option<&Expr>, lines: &mut Lines) {
    if let Some(expr) = expr {
        expression(label, expr, lines);
    }
}

pub fn create_event_trigger(trigger: &CreateEventTrigger, lines: &mut Lines) {
    lines.push(format!("create event trigger {} on {}", trigger.name.name, trigger.event.name));
    for filter in &trigger.filters {
        lines.extend(filter.values.iter().map(|value| format!("when {} is {}", filter.variable.name, value.value)));
    }
    lines.push(format!("executes {}", trigger.function));
}

pub fn alter_event_trigger(alter: &AlterEventTrigger, lines: &mut Lines) {
    let verb = if alter.enable { "enable" } else { "disable" };
    lines.push(format!("alter event trigger {} {verb}", alter.name.name));
}

pub fn create_rule(rule: &CreateRule, lines: &mut Lines) {
    let replace = if rule.or_replace { " or replace" } else { "" };
    let event = match rule.event {
        RuleEvent::Select => "select",
        RuleEvent::Insert => "insert",
        RuleEvent::Update => "update",
        RuleEvent::Delete => "delete",
    };
    lines.push(format!("create{replace} rule {} on {event}{}", rule.name.name, flag(rule.instead, "instead")));
    lines.push(format!("on {}", rule.table));
    optional("where", rule.condition.as_ref(), lines);
    for (number, action) in (1..).zip(&rule.actions) {
        inner(&format!("action {number} "), action, lines);
    }
}

pub fn create_policy(policy: &CreatePolicy, lines: &mut Lines) {
    let command = match policy.command {
        PolicyCommand::All => "all",
        PolicyCommand::Select => "select",
        PolicyCommand::Insert => "insert",
        PolicyCommand::Update => "update",
        PolicyCommand::Delete => "delete",
    };
    let permissive = flag(policy.permissive, "permissive");
    lines.push(format!("create policy {} for {command}{permissive}", policy.name.name));
    lines.push(format!("on {}", policy.table));
    // PUBLIC is what counts when nothing is said.
    if !matches!(policy.roles.as_slice(), [RoleSpec::Public(_)]) {
        roles("to", &policy.roles, lines);
    }
    optional("using", policy.using.as_ref(), lines);
    optional("check", policy.check.as_ref(), lines);
}

pub fn alter_policy(policy: &AlterPolicy, lines: &mut Lines) {
    lines.push(format!("alter policy {}", policy.name.name));
    lines.push(format!("on {}", policy.table));
    roles("to", &policy.roles, lines);
    optional("using", policy.using.as_ref(), lines);
    optional("check", policy.check.as_ref(), lines);
}
