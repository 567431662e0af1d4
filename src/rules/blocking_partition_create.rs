use crate::ast::{CreateTable, ObjectName, PartitionBound, Persistence, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role, VersionSet};
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-partition-create",
    category: Category::Locking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/blocking-partition-create.md"),
    check: Check::Statement(check),
};

const FORMS: &[Form] = &[
    Form::CreateTablePartitionOf,
    Form::CreateTablePartitionOfDefault,
    Form::CreateTablePartitionOfDefaultProven,
];

/// The first version that attaches beside readers and writers.
const ATTACHES_BESIDE: VersionSet = VersionSet::since(12);

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::CreateTable(create) = &step.statement.kind else { return Vec::new() };
    let Some(partition) = &create.partition_of else { return Vec::new() };
    let effects = step.effects.iter().filter(|effect| FORMS.contains(&effect.form) && effect.blocks_writes());
    let effects: Vec<Effect> = effects.cloned().collect();
    let Some(parent) = effects.iter().find(|effect| effect.role == Role::Parent) else { return Vec::new() };
    let is_read = |effect: &&Effect| effect.form == Form::CreateTablePartitionOfDefault;
    let default = effects.iter().filter(is_read).find(|effect| effect.role == Role::DefaultPartition);
    let message = match default {
        Some(default) => {
            format!("PARTITION OF reads the DEFAULT partition {} under ACCESS EXCLUSIVE", default.relation)
        }
        None => format!("PARTITION OF takes {}: reads and writes wait", parent.describe()),
    };
    let help = match default {
        Some(_) => {
            "CREATE TABLE ... (LIKE ...), then ATTACH; a validated CHECK on the DEFAULT partition spares the scan."
        }
        None => "CREATE TABLE ... (LIKE ...), then ATTACH PARTITION, which lets reads and writes go on.",
    };
    let rewrite = default.is_none() && step.all_since(12) && is_plain(create);
    let rewrite = rewrite.then(|| attached(create, &partition.parent, &partition.bound, step));
    let found = step.finding(partition.parent.span, message, effects).on(ATTACHES_BESIDE);
    vec![found.label("the whole partitioned table is locked").help(help).rewrite(rewrite)]
}

/// A partition that is nothing but a partition.
fn is_plain(create: &CreateTable) -> bool {
    let no_more = create.columns.is_empty() && create.constraints.is_empty() && create.partition_by.is_none();
    let ordinary = create.persistence == Persistence::Permanent && !create.foreign && create.method.is_none();
    no_more && ordinary && !create.if_not_exists && create.options.is_empty() && create.tablespace.is_none()
}

fn attached(create: &CreateTable, parent: &ObjectName, bound: &PartitionBound, step: &Step) -> Rewrite {
    let [table, parent, bound] = [create.name.span, parent.span, bound.span].map(|span| step.text(span));
    let sql = format!(
        "CREATE TABLE {table} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING \
         STORAGE);\nALTER TABLE {parent} ATTACH PARTITION {table} {bound}"
    );
    Rewrite::review().replace(step.statement.span, sql)
}
