use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, Ident, StatementKind, TableConstraint, TableConstraintKind,
};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, VersionSet};
use crate::recipe;
use crate::rewrite::{Edit, Rewrite};
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "scanning-not-null",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/scanning-not-null.md"),
    check: Check::Statement(check),
};

/// Versions that have NOT NULL ... NOT VALID.
const SINCE_18: VersionSet = VersionSet::since(18);

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let effects = step.blocking_work(&[Form::SetNotNull, Form::SetNotNullProven, Form::AddNotNullConstraint]);
    let working = effects.into_iter().filter(|effect| !effect.work.is_metadata()).collect();
    // One scan serves all columns of the statement: the first place is reported, the others are pointed to.
    let mut places = Step::by_place(working).into_iter();
    let Some((span, mut effects)) = places.next() else { return Vec::new() };
    let others: Vec<Span> = places.map(|(span, more)| {
        effects.extend(more);
        span
    }).collect();
    let table = step.around.resolve(&alter.name);
    let message = format!("SET NOT NULL reads all of {table} under ACCESS EXCLUSIVE: reads and writes wait");
    let mut finding = step
        .finding(span, message, effects)
        .label("every row is checked while the lock is held")
        .help(help(step))
        .rewrite(route(alter, std::iter::once(span).chain(others.iter().copied()), step));
    for other in others {
        finding = finding.also(other, "checked in the same scan");
    }
    vec![finding]
}

fn help(step: &Step) -> &'static str {
    let wanted = step.options.postgres;
    match () {
        () if wanted.without(SINCE_18).is_empty() => "Add the NOT NULL constraint NOT VALID, then VALIDATE it later.",
        () if wanted.overlaps(VersionSet::before(12)) => {
            "Before 12 every SET NOT NULL reads the table: keep a validated CHECK (column IS NOT NULL) instead."
        }
        () => "A validated CHECK (column IS NOT NULL) proves it, and SET NOT NULL then reads nothing (from 12).",
    }
}

/// Each open column gets a constraint that is not validated yet; later migrations do the rest.
fn route(alter: &AlterTable, places: impl Iterator<Item = Span>, step: &Step) -> Option<Rewrite> {
    let table = step.text(alter.name.span);
    let since_12 = step.all_since(12);
    // Before 12 nothing spares SET NOT NULL its scan: the CHECK has to do instead.
    let mut rewrite = if since_12 { Rewrite::safe() } else { Rewrite::review() };
    let mut names = Vec::new();
    let (mut validate, mut finish) = (String::new(), String::new());
    for span in places {
        let (column, proof) = proof(alter, span, step)?;
        rewrite.edits.extend(proof.edits);
        validate += &recipe::validate(table, &proof.constraint);
        if proof.helps && since_12 {
            finish += &recipe::set_not_null(table, step.text(column.span), &recipe::quoted(&proof.constraint));
        }
        names.push(&column.name);
    }
    let first = names.first()?;
    rewrite = rewrite.then(format!("validate_{first}"), validate);
    let finish = (!finish.is_empty()).then(|| format!("{}{finish}", recipe::lock_timeout(false)));
    Some(match finish {
        Some(finish) => rewrite.then(format!("set_{first}_not_null"), finish),
        None => rewrite,
    })
}

/// The constraint that proves a column.
struct Proof {
    edits: Vec<Edit>,
    constraint: String,
    /// It is a CHECK, which makes SET NOT NULL cheap and goes then.
    helps: bool,
}

fn proof<'a>(alter: &'a AlterTable, span: Span, step: &Step) -> Option<(&'a Ident, Proof)> {
    let action = alter.actions.iter().find(|action| action.span.contains(span))?;
    match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } => {
            Some((name, proof_of(alter, action.span, name, step)?))
        }
        AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
            TableConstraintKind::NotNull(name) => Some((name, not_valid(alter, constraint, step))),
            _ => None,
        },
        _ => None,
    }
}

/// In place of SET NOT NULL: the constraint that is there already, else a new one.
fn proof_of(alter: &AlterTable, span: Span, column: &Ident, step: &Step) -> Option<Proof> {
    let there = step.relation(&alter.name).and_then(|relation| relation.not_null_constraint(&column.name));
    if let Some(constraint) = there {
        let edits = vec![Edit { span: step.extent(), text: String::new() }];
        let proof = Proof { edits, constraint: constraint.name.to_string(), helps: false };
        return (alter.actions.len() == 1).then_some(proof);
    }
    let since_18 = step.all_since(18);
    let written = step.text(column.span);
    let (suffix, condition) = match since_18 {
        true => ("not_null", format!("NOT NULL {written}")),
        false => ("set", format!("CHECK ({written} IS NOT NULL)")),
    };
    let constraint = step.helper_constraint(&alter.name, &column.name, suffix);
    let text = format!("ADD CONSTRAINT {} {condition} NOT VALID", recipe::quoted(&constraint));
    Some(Proof { edits: vec![Edit { span, text }], constraint, helps: !since_18 })
}

/// The written constraint, to be validated later.
fn not_valid(alter: &AlterTable, constraint: &TableConstraint, step: &Step) -> Proof {
    let name = step.constraint_name(&alter.name, constraint);
    let Span { start, end } = constraint.span;
    let named = constraint.name.is_none().then(|| format!("CONSTRAINT {} ", recipe::quoted(&name)));
    let named = named.map(|text| Edit { span: Span::new(start, start), text });
    let not_valid = Edit { span: Span::new(end, end), text: " NOT VALID".to_owned() };
    Proof { edits: named.into_iter().chain([not_valid]).collect(), constraint: name, helps: false }
}
