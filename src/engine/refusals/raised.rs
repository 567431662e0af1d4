//! Exceptions that are raised for certain: by RAISE in a body, and by the triggers that a statement fires.
//!
//! Source: measurements (`fixtures/facts/raised-*.sql`).

use ecow::EcoString;

use crate::ast::{Events, Expr, Statement, StatementKind, TriggerTiming, Truncate, Write, WriteVerb};
use crate::engine::catalog::{Relation, Rows, Trigger};
use crate::engine::classify::{End, Path, raised_by};
use crate::engine::effect::RelationName;
use crate::engine::replay::{gives_one_row, gives_rows};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_there;
use super::literals::meets;
use super::refused;

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::Raise(sqlstate) => Some(refused(sqlstate, "the body raises this exception".to_owned())),
        StatementKind::Write(write) => of_write(write, around),
        StatementKind::Truncate(truncate) => of_truncate(truncate, around),
        _ => None,
    }
}

/// A trigger of the statement raises, or one of a row that is there for certain.
fn of_write(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let path = Path::of(write, around);
    let through = !path.views.is_empty() || !path.actions.is_empty();
    let relation = around.catalog.get(&path.table).filter(|relation| !through && is_there(relation))?;
    if path.end == End::Replaced || !relation.rules.is_empty() {
        return None;
    }
    let events = Events::of_verb(write.verb);
    let raises = |trigger: &Trigger, of: &Relation| raising(trigger, of, events, write, around);
    let mut of_statement = relation.triggers.iter().filter(|trigger| !trigger.for_each_row);
    if let Some(refusal) = of_statement.find_map(|trigger| raises(trigger, relation)) {
        return Some(refusal);
    }
    // Which partition a new row gets to, and what fires there, is another question.
    if relation.is_partitioned() && write.verb == WriteVerb::Insert {
        return None;
    }
    let parts = match (write.verb, relation.is_partitioned()) {
        (WriteVerb::Update | WriteVerb::Delete, true) => around.catalog.descendants(&relation.name),
        _ => Vec::new(),
    };
    let parts = parts.iter().filter_map(|name| around.catalog.get(name));
    let mut tables = parts.chain(std::iter::once(relation)).filter(|table| changes_a_row(write, table, around));
    tables.find_map(|table| {
        let fires = |trigger: &&Trigger| trigger.for_each_row && trigger.fires.events.meets(events);
        let mut triggers: Vec<&Trigger> = table.triggers.iter().filter(fires).collect();
        triggers.sort_by(|one, other| one.name.cmp(&other.name));
        // One before it may leave the row out.
        let before = |trigger: &&&Trigger| trigger.fires.timing != TriggerTiming::After;
        match triggers.iter().find(before) {
            Some(first) => raises(first, table),
            None => triggers.iter().filter(|_| write.conflict.is_none()).find_map(|trigger| raises(trigger, table)),
        }
    })
}

fn of_truncate(truncate: &Truncate, around: &Surroundings) -> Option<Refusal> {
    truncate.tables.iter().find_map(|table| {
        let relation = around.relation(&table.name).filter(|relation| is_there(relation))?;
        relation.triggers.iter().find_map(|trigger| {
            let sqlstate = raised_by(trigger, relation, Events::TRUNCATE, &[], around)?;
            Some(reason(trigger, &relation.name, sqlstate))
        })
    })
}

fn raising(
    trigger: &Trigger,
    relation: &Relation,
    events: Events,
    write: &Write,
    around: &Surroundings,
) -> Option<Refusal> {
    let columns: Vec<_> = write.columns.iter().map(|column| column.name.clone()).collect();
    let sqlstate = raised_by(trigger, relation, events, &columns, around)?;
    Some(reason(trigger, &relation.name, sqlstate))
}

fn reason(trigger: &Trigger, table: &RelationName, sqlstate: &'static str) -> Refusal {
    refused(sqlstate, format!("the trigger {} of {table} raises an exception", trigger.name))
}

/// Whether the write inserts, changes or deletes a row of the table for certain.
fn changes_a_row(write: &Write, table: &Relation, around: &Surroundings) -> bool {
    let one_row =
        |function: &EcoString| function == "generate_series" && write.series.is_some() || gives_one_row(function);
    match write.verb {
        WriteVerb::Insert => gives_rows(write) && write.functions.iter().all(one_row) || write.default_values,
        WriteVerb::Update | WriteVerb::Delete => {
            let seen = !around.relation(&write.target).is_some_and(|target| around.may_hide_rows(target));
            let alone = !write.from_query && write.reads.is_empty() && !write.only && seen;
            let certain = alone && table.rows == Rows::Certain && is_there(table);
            certain && write.filter.as_ref().is_none_or(|filter| is_met(filter, table))
        }
        WriteVerb::Merge | WriteVerb::CopyFrom => false,
    }
}

/// Whether a row that is known meets a condition.
fn is_met(filter: &Expr, table: &Relation) -> bool {
    let batches = table.known_rows.batches().iter().filter(|_| filter.is_told_by_limits());
    let mut rows = batches.flat_map(|batch| batch.rows().map(move |at| (batch, at)));
    rows.any(|(batch, at)| meets(table, batch, at, &filter.limits.all) == Some(true))
}
