//! What triggers do that a statement fires: the statements of their functions.
//!
//! Source: measurements (`fixtures/facts/fired-*.sql`). A trigger of a statement fires without rows too; one of rows is
//! taken to fire unless the table is known to be empty. What may run, and may not, is named without the work.

use ecow::EcoString;

use crate::ast::{
    BodyStatement, Branch, BranchKind, Events, Ident, Statement, StatementKind, TriggerTiming, When, Write, WriteVerb,
};
use crate::engine::catalog::{Part, Relation, Trigger};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::{Firing, Surroundings};
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::function::schemas;
use super::path::{End, Path, events_of};
use super::write::planned;
use super::{Occurrence, data, keys, occurrences, partitions};

/// A change of rows that fires triggers.
struct Change<'c> {
    /// What happens.
    events: Events,
    /// What happens for certain.
    certain: Events,
    /// Columns that an update sets.
    columns: &'c [EcoString],
}

/// The triggers that a write fires, those of its rules and of the tables that foreign keys reach among them.
pub(super) fn of_write(write: &Write, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let path = Path::of(write, around);
    let translated = path.translated(write, around);
    let write = translated.as_ref();
    let events = events_of(write);
    let names = |columns: &[Ident]| columns.iter().map(|column| column.name.clone()).collect::<Vec<EcoString>>();
    let columns = match write.verb {
        WriteVerb::Insert => names(&write.conflict_sets),
        WriteVerb::Update | WriteVerb::Merge | WriteVerb::Delete | WriteVerb::CopyFrom => names(&write.columns),
    };
    let certain = Events::of_verb(write.verb);
    let change = Change { events, certain, columns: &columns };
    // Triggers of statements fire for all that the statement may do.
    let statement = Change { certain: events, ..change };
    let mut found = Vec::new();
    match path.end {
        End::Replaced => {}
        End::InsteadOf => {
            found.extend(of_statement(&path.table, &statement, span, around));
            let instead = |trigger: &Trigger| trigger.fires.timing == TriggerTiming::InsteadOf;
            found.extend(of_rows(&path.table, &change, &instead, span, around));
        }
        End::Table => {
            found.extend(of_statement(&path.table, &statement, span, around));
            let reached = partitions::reached(write, &path.table, around);
            for table in std::iter::once(&path.table).chain(&reached) {
                found.extend(of_rows(table, &change, &|_| true, span, around));
            }
            // A row that moves is deleted here and inserted there.
            let (leaving, entered) = partitions::crossed(write, &path.table, around);
            for (tables, events) in [(leaving, Events::DELETE), (entered, Events::INSERT)] {
                let change = Change { events, certain: Events::NONE, columns: &[] };
                found.extend(tables.iter().flat_map(|table| of_rows(table, &change, &|_| true, span, around)));
            }
            for passed in keys::checked(write, &path.table, span, around).passed {
                let change = Change { events: passed.event, certain: Events::NONE, columns: &passed.columns };
                let statement = Change { certain: passed.event, ..change };
                found.extend(of_statement(&passed.table, &statement, span, around));
                let below = around.catalog.descendants(&passed.table);
                for table in std::iter::once(&passed.table).chain(&below) {
                    found.extend(of_rows(table, &change, &|_| true, span, around));
                }
            }
        }
    }
    if let Some(inside) = around.deeper() {
        let written = path.actions.iter().filter_map(|action| match &action.kind {
            StatementKind::Write(write) => Some(write),
            _ => None,
        });
        found.extend(written.flat_map(|write| of_write(write, span, &inside)));
    }
    found.extend(write.also_writes.iter().flat_map(|write| of_write(write, span, around)));
    found
}

/// The triggers that TRUNCATE fires.
pub(super) fn of_truncate(tables: &[RelationName], span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let change = Change { events: Events::TRUNCATE, certain: Events::TRUNCATE, columns: &[] };
    tables.iter().flat_map(|table| of_statement(table, &change, span, around)).collect()
}

/// The triggers of the statement.
fn of_statement(table: &RelationName, change: &Change, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let Some(relation) = around.catalog.get(table) else { return Vec::new() };
    let triggers = relation.triggers.iter().filter(|trigger| !trigger.for_each_row);
    triggers.flat_map(|trigger| fired(trigger, relation, change, span, around)).collect()
}

/// The triggers of rows.
fn of_rows(
    table: &RelationName,
    change: &Change,
    which: &dyn Fn(&Trigger) -> bool,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let Some(relation) = around.catalog.get(table).filter(|relation| !relation.is_partitioned()) else {
        return Vec::new();
    };
    let inserts = Events::INSERT;
    let left = if keys::is_empty(table, around) { inserts } else { Events::ALL };
    let change = Change { events: change.events.and(left), certain: change.certain.and(left), ..*change };
    let triggers = relation.triggers.iter().filter(|trigger| trigger.for_each_row && which(trigger));
    triggers.flat_map(|trigger| fired(trigger, relation, &change, span, around)).collect()
}

/// What a trigger does, if it fires.
fn fired(
    trigger: &Trigger,
    relation: &Relation,
    change: &Change,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let fires = &trigger.fires;
    let replica = around.session.setting("session_replication_role") == Some("replica");
    if fires.deferred || !fires.in_session(replica) || around.is_firing(&trigger.function) {
        return Vec::new();
    }
    let mut events = fires.events.and(change.events);
    if events.meets(Events::UPDATE) && !is_updated(trigger, relation, change) {
        events = events.and(Events::UPDATE.negated());
    }
    let certain = !fires.conditional && events.within(change.certain);
    let firing = Firing { function: &trigger.function, outer: around.firing };
    let Some(inside) = around.deeper().filter(|_| events != Events::NONE) else { return Vec::new() };
    let (body, search_path) = around.catalog.body_of_trigger(&trigger.function);
    let search_path = search_path.map_or_else(|| around.search_path.to_vec(), schemas);
    let inside = Surroundings { firing: Some(&firing), text: "", search_path: &search_path, ..inside };
    let mut found: Vec<Occurrence> = body.iter().flat_map(|inner| run(inner, events, certain, span, &inside)).collect();
    let made = made_by(body);
    for occurrence in &mut found {
        occurrence.span = span;
        occurrence.relations.retain(|(_, name)| {
            let own = fires.transition_tables.contains(&name.name) || made.contains(&name.name.as_str());
            !own || around.catalog.is_taken(name)
        });
    }
    found.retain(|occurrence| !occurrence.relations.is_empty());
    found
}

/// The SQLSTATE that a trigger raises for certain, if one of these events fires it; an update sets these columns.
pub(in crate::engine) fn raised_by(
    trigger: &Trigger,
    relation: &Relation,
    events: Events,
    columns: &[EcoString],
    around: &Surroundings,
) -> Option<&'static str> {
    let fires = &trigger.fires;
    let replica = around.session.setting("session_replication_role") == Some("replica");
    let is_set = fires.update_of.is_empty() || columns.iter().any(|column| fires.update_of.contains(column));
    let fired = fires.in_session(replica) && !fires.deferrable && !fires.conditional && is_set;
    // A block that may not have run leaves a trigger in both states.
    let certain = relation.triggers.iter().filter(|other| other.name == trigger.name).count() == 1
        && relation.past_of(Part::Trigger, &trigger.name).is_some_and(|past| past.is_there());
    if !fired || !certain || !events.within(fires.events) || events == Events::NONE || relation.perhaps_missing {
        return None;
    }
    let (body, _) = around.catalog.body_of_trigger(&trigger.function);
    body.iter().find_map(|inner| {
        let passes = |branch: &Branch| branch.kind == BranchKind::Choice && events.within(branch.when.certain);
        match inner.statement.kind {
            StatementKind::Raise(sqlstate) if inner.within.iter().all(passes) => Some(sqlstate),
            _ => None,
        }
    })
}

/// Whether an update changes what the trigger asks for. What triggers before the change set is not known.
fn is_updated(trigger: &Trigger, relation: &Relation, change: &Change) -> bool {
    let fires = &trigger.fires;
    let is_set =
        |columns: &[EcoString]| columns.is_empty() || columns.iter().any(|column| change.columns.contains(column));
    let sets = |other: &Trigger| {
        other.for_each_row && other.fires.timing == TriggerTiming::Before && other.fires.events.meets(Events::UPDATE)
    };
    is_set(&fires.update_of) && (is_set(&fires.changed) || relation.triggers.iter().any(sets))
}

/// The names of tables that the body itself makes.
fn made_by(body: &[BodyStatement]) -> Vec<&str> {
    let made = body.iter().filter_map(|inner| match &inner.statement.kind {
        StatementKind::CreateTable(create) => Some(create.name.name.name.as_str()),
        _ => None,
    });
    made.collect()
}

/// What a statement of the body does, if it runs at one of these events.
fn run(inner: &BodyStatement, events: Events, certain: bool, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let when = inner.within.iter().map(|branch| branch.when).fold(When::ALWAYS, When::and);
    match () {
        () if !when.possible.meets(events) => Vec::new(),
        () if certain && events.within(when.certain) => occurrences(&inner.statement, around),
        () => perhaps(&inner.statement, span, around),
    }
}

/// What a statement names that may run.
fn perhaps(statement: &Statement, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = match &statement.kind {
        StatementKind::Write(write) => planned(write, span, around),
        StatementKind::Query(query) => data::query(query, span, around),
        _ => Vec::new(),
    };
    if let StatementKind::Write(write) = &statement.kind {
        found.extend(of_write(write, span, around));
    }
    found.into_iter().flat_map(may).collect()
}

/// The same locks without the work.
fn may(occurrence: Occurrence) -> Vec<Occurrence> {
    use Form as F;
    let form = match occurrence.form {
        F::Select | F::SelectPrunedLate | F::SelectPrunedLateAlone => F::FiredMayRead,
        F::SelectForUpdate | F::SelectForUpdatePrunedLate | F::SelectForUpdatePrunedLateAlone => {
            F::SelectForUpdateByKey
        }
        F::DeleteReferenced => F::DeleteReferencedIndexed,
        F::DeleteCascade => F::DeleteCascadeIndexed,
        F::Insert
        | F::InsertSelect
        | F::Update
        | F::UpdateByKey
        | F::Delete
        | F::DeleteByKey
        | F::Merge
        | F::WritePrunedLate
        | F::CopyFrom => F::FiredMayWrite,
        form => form,
    };
    if form != F::FiredMayWrite {
        return vec![Occurrence { form, ..occurrence }];
    }
    let of = |form: Form, roles: &[Role]| {
        let relations = occurrence.relations.iter().filter(|(role, _)| roles.contains(role)).cloned().collect();
        Occurrence { form, relations, ..occurrence.clone() }
    };
    vec![
        of(F::FiredMayWrite, &[Role::Target, Role::Partition]),
        of(F::FiredMayRead, &[Role::Source]),
        of(F::UpdateForeignKey, &[Role::Referenced]),
    ]
}
