use crate::engine::effect::{Effect, RelationKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "rewriting-table",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/rewriting-table.md"),
    check: Check::Statement(check),
};

const REWRITES: &[Form] = &[
    Form::SetLogged,
    Form::SetUnlogged,
    Form::SetAccessMethod,
    Form::SetTablespace,
    Form::SetExpression,
    Form::VacuumFull,
    Form::Cluster,
    Form::ClusterAll,
];

fn check(step: &Step) -> Vec<Finding> {
    let Some(form) = step.forms.iter().copied().find(|form| REWRITES.contains(form)) else { return Vec::new() };
    let effects = step.blocking_work(&[form]);
    let whole_database = !step.effects.iter().any(|effect| effect.form == form);
    if effects.is_empty() && !(whole_database && matches!(form, Form::VacuumFull | Form::ClusterAll)) {
        return Vec::new();
    }
    let span = effects.first().map_or(step.statement.span, |effect| effect.span);
    let message = format!("{} rewrites {} under ACCESS EXCLUSIVE: reads and writes wait", what(form), tables(&effects));
    let found = Finding::new(span, message).assuming(step.assumptions(&effects));
    let found = if effects.is_empty() { found } else { found.because(effects) };
    vec![found.label("ACCESS EXCLUSIVE until every row is written anew").help(help(form))]
}

fn tables(effects: &[Effect]) -> String {
    let mut names: Vec<String> =
        effects.iter().filter(|effect| effect.kind != RelationKind::Index).map(|e| e.relation.to_string()).collect();
    names.dedup();
    match names.as_slice() {
        [] => "every table".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

fn what(form: Form) -> &'static str {
    match form {
        Form::SetLogged => "SET LOGGED",
        Form::SetUnlogged => "SET UNLOGGED",
        Form::SetAccessMethod => "SET ACCESS METHOD",
        Form::SetTablespace => "SET TABLESPACE",
        Form::SetExpression => "SET EXPRESSION",
        Form::VacuumFull => "VACUUM FULL",
        _ => "CLUSTER",
    }
}

fn help(form: Form) -> &'static str {
    match form {
        Form::VacuumFull => "Plain VACUUM makes space reusable without blocking; pg_repack or pg_squeeze give it back online.",
        Form::Cluster | Form::ClusterAll => "pg_repack --order-by sorts the table online.",
        Form::SetTablespace => "pg_repack --tablespace moves the table online.",
        Form::SetExpression => "Add a second column with the new expression and move readers over to it.",
        _ => "Copy the table into a new one that is kept in step by a trigger, then swap the names.",
    }
}
