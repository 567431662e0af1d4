//! Rows that the server does not take.

use crate::ast::{
    Assigned, ConflictTarget, Events, Ident, Literal, Overriding, RuleEvent, Statement, StatementKind, Write, WriteVerb,
};
use crate::engine::catalog::{Column, ConstraintKind, Relation};
use crate::engine::output;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::definitions::{duplicate, twice};
use super::existence::{is_known_whole, is_there};
use super::{FEATURE_NOT_SUPPORTED, NOT_NULL_VIOLATION, SYNTAX_ERROR, WRONG_OBJECT_TYPE, refused, refused_on};

const GENERATED_ALWAYS: &str = "428C9";

/// Values that columns do not take.
pub(super) fn written(write: &Write, around: &Surroundings) -> Vec<Refusal> {
    let mut found = match write.verb {
        WriteVerb::Insert => insert(write, around),
        WriteVerb::Update => update(write, around),
        WriteVerb::CopyFrom => copied(write, around).into_iter().collect(),
        WriteVerb::Delete | WriteVerb::Merge => Vec::new(),
    };
    found.extend(returned(write, around));
    found
}

/// Rules put something in the place of the write that gives no rows for RETURNING.
///
/// Source: `RewriteQuery()` of the server, and measurements (`fixtures/facts/returning-instead-*.sql`).
fn returned(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let (event, verb) = match write.verb {
        WriteVerb::Insert => (RuleEvent::Insert, "INSERT"),
        WriteVerb::Update => (RuleEvent::Update, "UPDATE"),
        WriteVerb::Delete => (RuleEvent::Delete, "DELETE"),
        WriteVerb::Merge | WriteVerb::CopyFrom => return None,
    };
    let relation = around.relation(&write.target).filter(|relation| write.returning.is_some() && is_there(relation))?;
    let meant = || relation.rules.iter().filter(|rule| rule.does.event == event && rule.does.is_in_force());
    let gives = |action: &Statement| matches!(&action.kind, StatementKind::Write(write) if write.returning.is_some());
    let certain = meant().any(|rule| rule.does.instead && !rule.doubted);
    let given = meant().any(|rule| rule.doubted || !rule.does.conditional && rule.does.actions.iter().any(gives));
    let reason =
        || format!("cannot perform {verb} RETURNING on {}: a rule has another statement instead", relation.name);
    (certain && !given).then(|| refused(FEATURE_NOT_SUPPORTED, reason()))
}

fn insert(write: &Write, around: &Surroundings) -> Vec<Refusal> {
    let named: Vec<&Ident> = write.columns.iter().collect();
    if let Some(name) = twice(&named) {
        return vec![duplicate(name)];
    }
    if write.default_values && (!write.columns.is_empty() || write.overriding.is_some()) {
        let reason = "DEFAULT VALUES cannot stand behind columns or OVERRIDING".to_owned();
        return vec![refused(SYNTAX_ERROR, reason)];
    }
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation));
    if let Some(refusal) = uneven(write, relation) {
        return vec![refusal];
    }
    if let Some(refusal) = relation.and_then(|relation| on_conflict(write, relation, around)) {
        return vec![refusal];
    }
    let Some(relation) = relation else { return Vec::new() };
    let given = write.source.as_ref().and_then(|source| output::types_of(source, around)).map(|types| types.len());
    for (at, column) in relation.columns.iter().enumerate() {
        let place = match write.columns.as_slice() {
            [] => Some(at),
            columns => columns.iter().position(|name| name.name == column.name),
        };
        // The query that gives the rows gives a value for each column that is named, or for the first ones.
        let is_given = || !write.columns.is_empty() || given.is_some_and(|given| at < given);
        if write.from_query && place.is_some() && is_given() {
            let refused = not_taken(column, write);
            if !refused.is_empty() {
                return refused;
            }
        }
        if write.default_values {
            let refused = refused_value(column, None, write, relation, around);
            if !refused.is_empty() {
                return refused;
            }
        }
        for row in &write.rows {
            let value = place.and_then(|place| row.get(place));
            if write.rows.len() > 1 && value == Some(&Assigned::Default) {
                // Until 13, DEFAULT in one of several rows was a value like any other.
                let before = not_taken(column, write).into_iter().filter_map(|refusal| {
                    let versions = refusal.versions.and(VersionSet::before(14));
                    (!versions.is_empty()).then_some(Refusal { versions, ..refusal })
                });
                let before: Vec<Refusal> = before.collect();
                if !before.is_empty() {
                    return before;
                }
            }
            let refused = refused_value(column, value, write, relation, around);
            if !refused.is_empty() {
                return refused;
            }
        }
    }
    Vec::new()
}

/// ON CONFLICT beside rules of INSERT or UPDATE, and DO UPDATE where rows conflict by EXCLUDE, of which there may be several.
fn on_conflict(write: &Write, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let target = write.conflict.as_ref()?;
    let replica = around.session.setting("session_replication_role") == Some("replica");
    // What an INSERT rule does counts, and that there is an UPDATE rule at all.
    let ruled = relation.rules.iter().filter(|rule| !rule.doubted).find(|rule| match rule.does.event {
        RuleEvent::Insert => !replica && rule.does.is_in_force() && !rule.does.actions.is_empty(),
        RuleEvent::Update => true,
        RuleEvent::Select | RuleEvent::Delete => false,
    });
    if let Some(rule) = ruled {
        let reason = format!("ON CONFLICT cannot be used with {}, which has the rule {}", relation.name, rule.name);
        return Some(refused(FEATURE_NOT_SUPPORTED, reason));
    }
    let ConflictTarget::Constraint(name) = target else { return None };
    let known = relation.constraint(&name.name).filter(|known| !known.doubted && !write.conflict_sets.is_empty())?;
    let excludes = matches!(known.kind, ConstraintKind::Key { exclusion: true, .. });
    let reason = || format!("ON CONFLICT DO UPDATE is not supported with the exclusion constraint {}", known.name);
    excludes.then(|| refused(WRONG_OBJECT_TYPE, reason()).at(name.span))
}

/// VALUES that are not as many as the columns, or not the same number in each row.
fn uneven(write: &Write, relation: Option<&Relation>) -> Option<Refusal> {
    let first = write.rows.first()?.len();
    let columns = write.columns.len();
    let whole = relation.filter(|_| columns == 0).map(|relation| relation.columns.len());
    let reason = match () {
        () if write.rows.iter().any(|row| row.len() != first) => "VALUES lists must all be the same length",
        () if columns > 0 && first > columns || whole.is_some_and(|whole| first > whole) => {
            "INSERT has more expressions than target columns"
        }
        () if columns > first => "INSERT has more target columns than expressions",
        () => return None,
    };
    Some(refused(SYNTAX_ERROR, reason.to_owned()))
}

/// A generated column takes nothing but DEFAULT, and an identity column that is GENERATED ALWAYS only where OVERRIDING says
/// so: OVERRIDING USER VALUE came with 13.
fn not_taken(column: &Column, write: &Write) -> Vec<Refusal> {
    let name = &column.name;
    let reason = || format!("cannot insert a value other than DEFAULT into the generated column {name}");
    if column.generated_from.is_some() {
        return vec![
            refused_on(VersionSet::range(12, 13), SYNTAX_ERROR, reason()),
            refused_on(VersionSet::since(14), GENERATED_ALWAYS, reason()),
        ];
    }
    let always = column.identity && column.more.identity_always;
    let reason = || format!("cannot insert a value into the identity column {name}, which is GENERATED ALWAYS");
    match write.overriding {
        Some(Overriding::System) => Vec::new(),
        Some(Overriding::User) if always => vec![refused_on(VersionSet::before(13), GENERATED_ALWAYS, reason())],
        None if always => vec![refused(GENERATED_ALWAYS, reason())],
        Some(Overriding::User) | None => Vec::new(),
    }
}

/// `value` is missing where the column has to have its default.
fn refused_value(
    column: &Column,
    value: Option<&Assigned>,
    write: &Write,
    relation: &Relation,
    around: &Surroundings,
) -> Vec<Refusal> {
    if value.is_some_and(|value| *value != Assigned::Default) {
        let refused = not_taken(column, write);
        if !refused.is_empty() || column.generated_from.is_some() {
            return refused;
        }
    }
    let overridden = column.identity && write.overriding == Some(Overriding::User);
    let is_null = || match value {
        Some(Assigned::Default) | None => {
            let filled = column.has_value_by_default() || column.identity || column.generated_from.is_some();
            !filled && !has_own_default(column, around)
        }
        Some(value) => value.literal() == Some(&Literal::Null) && !overridden,
    };
    // A trigger may fill it.
    let below = around.catalog.descendants(&relation.name);
    let mut tables = std::iter::once(relation).chain(below.iter().filter_map(|name| around.catalog.get(name)));
    let refuses = column.not_null && is_null() && !tables.any(|table| table.has_code_at(Events::INSERT));
    let reason = || format!("null value in column {} violates its not-null constraint", column.name);
    if refuses { vec![refused(NOT_NULL_VIOLATION, reason())] } else { Vec::new() }
}

/// UPDATE of a column whose values the server makes.
fn update(write: &Write, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = around.relation(&write.target).filter(|relation| is_known_whole(relation)) else {
        return Vec::new();
    };
    let set = write.columns.iter().zip(&write.values).filter(|(_, value)| **value != Assigned::Default);
    let columns = set.filter_map(|(name, _)| relation.column(&name.name).map(|column| (name, column)));
    let refused = columns.into_iter().flat_map(|(name, column)| {
        let reason = format!("column {} can only be updated to DEFAULT", column.name);
        let found = match (column.generated_from.is_some(), column.identity && column.more.identity_always) {
            (true, _) => vec![
                refused_on(VersionSet::range(12, 13), SYNTAX_ERROR, reason.clone()),
                refused_on(VersionSet::since(14), GENERATED_ALWAYS, reason),
            ],
            (false, true) => vec![refused(GENERATED_ALWAYS, reason)],
            (false, false) => Vec::new(),
        };
        found.into_iter().map(|refusal| refusal.at(name.span)).collect::<Vec<_>>()
    });
    refused.collect()
}

/// COPY writes no generated column.
fn copied(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    let is_generated =
        |name: &&Ident| relation.column(&name.name).is_some_and(|column| column.generated_from.is_some());
    let name = write.columns.iter().find(is_generated)?;
    let reason = format!("column {} is a generated column: it cannot be used in COPY", name.name);
    Some(refused_on(VersionSet::since(12), "42P10", reason).at(name.span))
}

/// The default of a domain is that of its columns.
pub(crate) fn has_own_default(column: &Column, around: &Surroundings) -> bool {
    let data_type = column.data_type.as_ref();
    data_type.is_none_or(|data_type| {
        let built_in = VersionSet::ALL.iter().any(|version| crate::postgres::types::is_built_in(data_type, version));
        !built_in && around.catalog.enum_created_in(&around.type_name(data_type)).is_none()
    })
}
