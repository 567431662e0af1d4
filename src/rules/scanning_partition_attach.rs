use crate::ast::{AlterActionKind, AlterTable, ObjectName, PartitionBound, PartitionBoundKind, RangeBound, StatementKind};
use crate::engine::effect::{Effect, RelationKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role};
use crate::recipe;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "scanning-partition-attach",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/scanning-partition-attach.md"),
    check: Check::Statement(check),
};

/// ATTACH PARTITION, and what comes with it: the DEFAULT partition, foreign keys, and indexes that the table lacks.
const WORK: &[Form] = &[
    Form::AttachPartition,
    Form::AttachPartitionLeafProven,
    Form::AttachPartitionDefault,
    Form::AttachPartitionForeignKey,
    Form::AttachPartitionKeyToPartitioned,
    Form::AttachPartitionIndexed,
];

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let working = |effect: &Effect| effect.blocks_while_working() && effect.versions.overlaps(step.options.postgres);
    let found = alter.actions.iter().filter_map(|action| {
        let AlterActionKind::AttachPartition { partition, bound: Some(bound) } = &action.kind else { return None };
        let mut effects = step.blocking_work(WORK);
        effects.retain(|effect| working(effect) && effect.span == action.span);
        if is_empty(partition, step) {
            effects.retain(|effect| effect.form == Form::AttachPartitionDefault);
        }
        let heaviest = heaviest(&effects)?;
        let message = message(heaviest);
        let help = help(heaviest);
        let proof = (heaviest.form == Form::AttachPartition).then(|| proven(alter, partition, bound, &effects, step));
        let label = format!("{} until the work is done", heaviest.describe());
        Some(step.finding(action.span, message, effects).label(label).help(help).rewrite(proof.flatten()))
    });
    found.collect()
}

/// A new table without rows has none to look up in another one.
fn is_empty(partition: &ObjectName, step: &Step) -> bool {
    !step.is_busy(partition) && step.relation(partition).is_some_and(|relation| relation.rows.are_none())
}

/// The work that is told: on the DEFAULT partition, on the table itself, its indexes, its foreign keys, in this order.
fn heaviest(effects: &[Effect]) -> Option<&Effect> {
    let order = [
        Form::AttachPartitionDefault,
        Form::AttachPartition,
        Form::AttachPartitionLeafProven,
        Form::AttachPartitionIndexed,
        Form::AttachPartitionForeignKey,
        Form::AttachPartitionKeyToPartitioned,
    ];
    order.iter().find_map(|form| effects.iter().find(|effect| effect.form == *form))
}

fn message(heaviest: &Effect) -> String {
    let (table, lock) = (&heaviest.relation, heaviest.lock);
    let waits = lock.who_waits();
    match heaviest.form {
        Form::AttachPartitionDefault => format!("ATTACH reads the DEFAULT partition {table} under {lock}: {waits}"),
        Form::AttachPartitionIndexed => format!("ATTACH builds an index of {table} under {lock}: {waits}"),
        Form::AttachPartitionForeignKey | Form::AttachPartitionKeyToPartitioned => {
            format!("ATTACH looks up every row in {table} under {lock}: {waits}")
        }
        _ => format!("ATTACH PARTITION reads all of {table} under {lock}: {waits}"),
    }
}

fn help(heaviest: &Effect) -> &'static str {
    match heaviest.form {
        Form::AttachPartitionDefault => {
            "A validated CHECK on the DEFAULT partition that excludes the bound spares the scan; or take the DEFAULT \
             partition away."
        }
        Form::AttachPartitionIndexed => "Build the indexes of the parent on the table first, CONCURRENTLY.",
        Form::AttachPartitionForeignKey | Form::AttachPartitionKeyToPartitioned => "Give the table the foreign key first: NOT VALID, and VALIDATE later.",
        _ => "A validated CHECK that implies the bound spares the scan: NOT VALID, VALIDATE, ATTACH, drop it.",
    }
}

/// The bound as a CHECK that is validated first; for keys of one column that has a name.
fn proven(
    alter: &AlterTable,
    partition: &ObjectName,
    bound: &PartitionBound,
    effects: &[Effect],
    step: &Step,
) -> Option<Rewrite> {
    let is_other_work = |effect: &Effect| effect.form != Form::AttachPartition || effect.role != Role::Attached;
    let is_plain = step.around.kind(&step.around.resolve(partition)) == RelationKind::Table;
    if alter.actions.len() > 1 || !is_plain || effects.iter().any(is_other_work) {
        return None;
    }
    let parent = step.relation(&alter.name)?;
    // What is a partition itself asks for more than its own bound.
    let [key] = Some(parent).filter(|parent| parent.parents.is_empty())?.partition_key.as_slice() else { return None };
    let column = recipe::quoted(key);
    let condition = format!("{column} IS NOT NULL{}", condition(&column, bound, step)?);
    let bound_check = step.helper_constraint(partition, key, "bound");
    let check = recipe::quoted(&bound_check);
    let (table, timeout) = (step.text(partition.span), recipe::lock_timeout(false));
    let name = &partition.name.name;
    let add = format!("{timeout}ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({condition}) NOT VALID;\n");
    let attach = format!("{timeout}{};\nALTER TABLE {table} DROP CONSTRAINT {check};\n", step.sql());
    let rewrite = step.moved_out().then(format!("add_{name}_bound"), add);
    let rewrite = rewrite.then(format!("validate_{name}_bound"), recipe::validate(table, &bound_check));
    Some(rewrite.then(format!("attach_{name}"), attach))
}

/// What the bound asks of a value that is not NULL.
fn condition(column: &str, bound: &PartitionBound, step: &Step) -> Option<String> {
    match &bound.kind {
        PartitionBoundKind::Range { from, to } => {
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return None };
            let side = |bound: &RangeBound, comparison: &str| match bound {
                RangeBound::Value(value) => format!(" AND {column} {comparison} {}", step.text(value.span)),
                RangeBound::MinValue | RangeBound::MaxValue => String::new(),
            };
            Some(side(from, ">=") + &side(to, "<"))
        }
        PartitionBoundKind::In(values) if values.iter().all(|value| !value.null) => {
            let values: Vec<&str> = values.iter().map(|value| step.text(value.span)).collect();
            Some(format!(" AND {column} IN ({})", values.join(", ")))
        }
        PartitionBoundKind::In(_) | PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => None,
    }
}
