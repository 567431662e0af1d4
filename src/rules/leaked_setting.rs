use crate::ast::{SettingChange, SettingKind, Statement, StatementKind};
use crate::engine::step::MigrationView;
use crate::finding::{Category, Finding, Severity};
use crate::rewrite::Rewrite;
use crate::source::Span;
use crate::wording;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "leaked-setting",
    category: Category::Timeout,
    severity: Severity::Advice,
    default: true,
    page: include_str!("../../rules/leaked-setting.md"),
    check: Check::Migration(check),
};

fn check(migration: &MigrationView) -> Vec<Finding> {
    let set = migration.left_settings.iter().filter_map(|name| Some((name, last_set(name, migration)?)));
    let set: Vec<(&String, Span)> = set.collect();
    let Some((_, first)) = set.first() else { return Vec::new() };
    let names: Vec<String> = set.iter().map(|(name, _)| String::clone(name)).collect();
    let message = wording::naming(&names, |names| format!("SET of {names} is still in force when the next file runs"));
    let mut found = Finding::new(*first, message)
        .label("the session goes on after this file")
        .help("Put RESET at the end of the file, or SET LOCAL inside a transaction.")
        .rewrite(reset(&names, migration));
    for (name, span) in set.iter().skip(1) {
        found = found.also(*span, format!("{name} stays as well"));
    }
    vec![found]
}

/// The last statement that gives the setting its value for the session.
fn last_set(name: &str, migration: &MigrationView) -> Option<Span> {
    let sets = |change: &SettingChange| {
        !change.local && matches!(&change.kind, SettingKind::Set { name: set, .. } if set == name)
    };
    let makes = |statement: &&&Statement| match &statement.kind {
        StatementKind::Set(change) => sets(change),
        StatementKind::Query(query) => query.settings.iter().any(sets),
        _ => false,
    };
    migration.statements.iter().rev().find(makes).map(|statement| statement.span)
}

/// RESET of each behind the last statement.
fn reset(names: &[String], migration: &MigrationView) -> Rewrite {
    let text = migration.file.text();
    let end = migration.statements.iter().map(|statement| statement.span.end).max().unwrap_or(text.len());
    let rest = text.get(end..).unwrap_or_default();
    let semicolon = rest.trim_start().starts_with(';');
    let line = rest.find('\n').map_or(text.len(), |newline| end + newline + 1);
    let resets: String = names.iter().map(|name| format!("RESET {name};\n")).collect();
    match (semicolon, rest.contains('\n')) {
        (true, true) => Rewrite::safe().insert(line, resets),
        (true, false) => Rewrite::safe().insert(text.len(), format!("\n{resets}")),
        (false, _) => Rewrite::safe().insert(end, format!(";\n{}", resets.trim_end().trim_end_matches(';'))),
    }
}
