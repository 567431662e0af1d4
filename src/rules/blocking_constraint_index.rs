use crate::ast::{AlterActionKind, AlterTable, KeyColumns, StatementKind, TableConstraintKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;
use crate::recipe;
use crate::rewrite::Rewrite;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-constraint-index",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/blocking-constraint-index.md"),
    check: Check::Statement(check),
};

const BUILDS: &[Form] = &[
    Form::AddUnique,
    Form::AddPrimaryKey,
    Form::AddPrimaryKeyNotNullColumns,
    Form::AddExclude,
    Form::AddColumnUnique,
    Form::AddColumnPrimaryKey,
    Form::AddPrimaryKeyUsingIndexNullable,
    Form::AddPrimaryKeyUsingIndexProven,
];

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(BUILDS).into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    let found = Step::by_place(effects).into_iter().map(|(span, effects)| {
        let table = step.around.resolve(&alter.name);
        let form = effects.first().map(|effect| effect.form);
        let (what, help) = words(form);
        step.finding(span, format!("{what} {table} under ACCESS EXCLUSIVE: reads and writes wait"), effects)
            .label("ACCESS EXCLUSIVE while the work goes on")
            .help(help)
            .rewrite(online(alter, span, step))
    });
    found.collect()
}

fn words(form: Option<Form>) -> (&'static str, &'static str) {
    match form {
        Some(Form::AddPrimaryKeyUsingIndexNullable | Form::AddPrimaryKeyUsingIndexProven) => (
            "PRIMARY KEY USING INDEX looks for NULLs in",
            "Prove the columns first: CHECK (column IS NOT NULL) NOT VALID, VALIDATE, SET NOT NULL (from 12 without a scan).",
        ),
        Some(Form::AddExclude) => (
            "EXCLUDE builds its index on",
            "There is no online route: add it while the table is small, or in a maintenance window.",
        ),
        _ => (
            "the constraint builds its index on",
            "Build a unique index CONCURRENTLY first; ADD CONSTRAINT ... USING INDEX then takes an instant.",
        ),
    }
}

/// CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then the constraint takes the index over.
fn online(alter: &AlterTable, span: Span, step: &Step) -> Option<Rewrite> {
    let action = alter.actions.iter().find(|action| action.span.contains(span))?;
    let AlterActionKind::AddConstraint(constraint) = &action.kind else { return None };
    let partitioned = step.relation(&alter.name).is_some_and(|relation| relation.is_partitioned());
    let (columns, word) = match &constraint.kind {
        TableConstraintKind::Unique(KeyColumns::Columns(columns)) => (columns, "UNIQUE"),
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => (columns, "PRIMARY KEY"),
        _ => return None,
    };
    // Only the plain shape can be spelled without guessing; a lone subcommand can move as a whole.
    let simple = step.text(constraint.span).trim_end().ends_with(')') && !partitioned && alter.actions.len() == 1;
    if !simple {
        return None;
    }
    let name = step.constraint_name(&alter.name, constraint);
    // What needs the key here cannot have it from a later migration.
    if step.is_named_later(&name) || step.is_referenced_later(&alter.name) {
        return None;
    }
    let quoted = recipe::quoted(&name);
    let table = step.text(alter.name.span);
    let listed: Vec<&str> = columns.iter().map(|column| step.text(column.span)).collect();
    let build = format!("CREATE UNIQUE INDEX CONCURRENTLY {quoted} ON {table} ({});\n", listed.join(", "));
    let attach = format!(
        "{}ALTER TABLE {table} ADD CONSTRAINT {quoted} {word} USING INDEX {quoted};\n",
        recipe::lock_timeout(false)
    );
    Some(step.moved_out().then_outside_transaction(format!("build_{name}"), build).then(format!("add_{name}"), attach))
}
