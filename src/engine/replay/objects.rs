//! What becomes of the names of objects that are no relations, and of the parts of relations.

use crate::ast::{
    AlterActionKind, AlterFunction, AlterOther, AlterTable, Argument, ArgumentMode, CreateExtension, CreateSchema,
    Drop, Foreign, ObjectChange, ObjectKind, ObjectName, Opaque, RoleSpec, RoutineAction, SequenceOption,
    SequenceOptionKind, Statement, StatementKind,
};
use crate::engine::catalog::{Fate, Kind, Part, Relation};
use crate::engine::effect::RelationName;

use super::{Replay, types};

/// A name without a schema that nothing known along search_path has may mean a relation of the name in another schema, as the
/// role or the runner may set another search_path: nothing is sure of those any more. `statement` was not applied yet.
pub(super) fn doubt_homonyms(statement: &Statement, replay: &mut Replay) {
    let names: Vec<&ObjectName> = match &statement.kind {
        StatementKind::AlterTable(alter) => vec![&alter.name],
        StatementKind::Drop(drop) => match &drop.object {
            ObjectKind::Table
            | ObjectKind::ForeignTable
            | ObjectKind::Index
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence => drop.names.iter().collect(),
            _ => return,
        },
        _ => return,
    };
    for written in names.into_iter().filter(|written| written.schema.is_none()) {
        if replay.catalog.is_taken(&replay.resolve(written)) {
            continue;
        }
        let same = replay.catalog.relations().filter(|relation| relation.name.name == written.name.name);
        let same: Vec<RelationName> = same.map(|relation| relation.name.clone()).collect();
        for name in same {
            replay.catalog.touch(&name).doubt();
            replay.catalog.touch(&name).complete = false;
            replay.catalog.touch(&name).parts.doubt();
        }
        let last = &written.name.name;
        let given = replay.catalog.ledger.all(Kind::Relation);
        if given.into_iter().any(|(name, past)| name.name == *last && past.is_there()) {
            replay.catalog.ledger.doubt(|kind, name, _| kind == Kind::Relation && name.name == *last);
        }
    }
}

/// Notes what a statement, which has been applied, does to names.
pub(super) fn note(statement: &Statement, replay: &mut Replay) {
    match &statement.kind {
        StatementKind::CreateType(create) => give(Kind::Type, &create.name, replay),
        StatementKind::CreateDomain(create) => give(Kind::Type, &create.name, replay),
        StatementKind::CreateSchema(create) => create_schema(create, replay),
        StatementKind::CreateStatistics(create) => {
            if let Some(name) = &create.name {
                give(Kind::Statistics, name, replay);
            }
        }
        StatementKind::CreatePublication(create) => {
            replay.catalog.ledger.note(Kind::Publication, &alone(&create.name.name), Fate::Given);
        }
        StatementKind::CreateFunction(create) => {
            let name = replay.created(&create.name, false);
            let full = signature(&name, &create.arguments);
            replay.catalog.ledger.note(Kind::Function, &name, Fate::Given);
            replay.catalog.ledger.note(Kind::Function, &full, Fate::Given);
        }
        StatementKind::CreateTrigger(create) => {
            part(&create.table, Part::Trigger, &create.name.name, Fate::Given, replay);
        }
        StatementKind::CreatePolicy(create) => {
            part(&create.table, Part::Policy, &create.name.name, Fate::Given, replay);
        }
        StatementKind::AlterTable(alter) => alter_table(alter, replay),
        StatementKind::AlterFunction(alter) => alter_function(alter, replay),
        StatementKind::AlterOther(alter) => alter_other(alter, replay),
        StatementKind::Drop(drop) => dropped(drop, replay),
        StatementKind::CreateExtension(create) => extension(Some(create), replay),
        StatementKind::AlterExtension(_) | StatementKind::Foreign(_) => foreign(&statement.kind, replay),
        StatementKind::CreateEventTrigger(_) => replay.catalog.ledger.blind = true,
        StatementKind::CreateSequence(create) => own(&create.name, &create.options, replay),
        StatementKind::Opaque(opaque) => self::opaque(opaque, replay),
        _ => {}
    }
}

/// An object that no schema holds.
pub(crate) fn alone(name: &str) -> RelationName {
    RelationName::new("", name)
}

/// The name of a function with the types of its arguments.
pub(crate) fn signature(name: &RelationName, arguments: &[Argument]) -> RelationName {
    let taken = arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let types = taken.map(|argument| {
        let data_type = &argument.data_type;
        let plain = data_type.name.rsplit('.').next().unwrap_or_default();
        format!("{plain}{}", "[]".repeat(data_type.dimensions))
    });
    RelationName::new(&*name.schema, format!("{}({})", name.name, types.collect::<Vec<_>>().join(", ")))
}

fn give(kind: Kind, name: &ObjectName, replay: &mut Replay) {
    let name = replay.created(name, false);
    replay.catalog.ledger.note(kind, &name, Fate::Given);
}

fn part(table: &ObjectName, part: Part, name: &str, fate: Fate, replay: &mut Replay) {
    let table = replay.resolve(table);
    let at = replay.catalog.ledger.at.clone();
    if let Some(relation) = replay.catalog.get_mut(&table) {
        relation.parts.note(part, name, fate, &at);
    }
}

/// History makes all that a new schema holds. With IF NOT EXISTS it may be an old one.
fn create_schema(create: &CreateSchema, replay: &mut Replay) {
    let owner = match &create.authorization {
        Some(RoleSpec::Named(role)) => Some(role),
        _ => None,
    };
    let Some(name) = create.name.as_ref().or(owner) else { return };
    let name = alone(&name.name);
    let known = replay.catalog.past(Kind::Schema, &name);
    let is_new = !create.if_not_exists || known.is_some_and(|past| past.is_gone());
    if known.is_some_and(|past| past.is_there()) {
        return;
    }
    replay.catalog.ledger.note(Kind::Schema, &name, Fate::Given);
    if is_new {
        replay.catalog.ledger.note(Kind::Contents, &name, Fate::Given);
    }
}

fn alter_table(alter: &AlterTable, replay: &mut Replay) {
    let at = replay.catalog.ledger.at.clone();
    let name = replay.resolve(&alter.name);
    for action in &alter.actions {
        if let AlterActionKind::SequenceOptions(options) = &action.kind {
            own(&alter.name, options, replay);
        }
        if let AlterActionKind::RenameColumn { from, to } = &action.kind {
            let sequences = replay.catalog.get(&name).map(|relation| relation.sequences.clone()).unwrap_or_default();
            for sequence in sequences {
                let owner = replay.catalog.get_mut(&sequence).and_then(|sequence| sequence.owner.as_mut());
                if let Some((_, column)) = owner.filter(|(_, column)| *column == from.name) {
                    column.clone_from(&to.name);
                }
            }
        }
        if let Some(relation) = replay.catalog.get_mut(&name) {
            note_action(&action.kind, relation, &at);
        }
    }
}

fn note_action(action: &AlterActionKind, relation: &mut Relation, at: &crate::engine::catalog::FileLine) {
    use AlterActionKind as A;
    let mut note = |part: Part, name: &str, fate: Fate| relation.parts.note(part, name, fate, at);
    match action {
        A::AddColumn { column, .. } => note(Part::Column, &column.name.name, Fate::Given),
        A::DropColumn { name, .. } => note(Part::Column, &name.name, Fate::Dropped),
        A::RenameColumn { from, to } => {
            note(Part::Column, &from.name, Fate::Renamed(to.name.clone()));
            note(Part::Column, &to.name, Fate::Given);
        }
        A::AddConstraint(constraint) => {
            if let Some(name) = &constraint.name {
                note(Part::Constraint, &name.name, Fate::Given);
            }
        }
        A::DropConstraint { name, .. } => note(Part::Constraint, &name.name, Fate::Dropped),
        A::RenameConstraint { from, to } => {
            note(Part::Constraint, &from.name, Fate::Renamed(to.name.clone()));
            note(Part::Constraint, &to.name, Fate::Given);
        }
        _ => {}
    }
}

/// A sequence goes away with the column that owns it.
fn own(sequence: &ObjectName, options: &[SequenceOption], replay: &mut Replay) {
    let sequence = replay.resolve(sequence);
    for option in options {
        let SequenceOptionKind::OwnedBy(owner) = &option.kind else { continue };
        let owner = owner.as_ref().map(|owner| (replay.resolve(&owner.table), owner.column.name.clone()));
        let before = replay.catalog.get(&sequence).and_then(|relation| relation.owner.clone());
        if let Some(table) = before.and_then(|(table, _)| replay.catalog.get_mut(&table)) {
            table.sequences.retain(|known| *known != sequence);
        }
        if let Some((table, _)) = &owner {
            replay.catalog.touch(table).sequences.push(sequence.clone());
        }
        if let Some(relation) = replay.catalog.get_mut(&sequence) {
            relation.owner = owner;
        }
    }
}

fn alter_function(alter: &AlterFunction, replay: &mut Replay) {
    let name = replay.resolve_function(&alter.name);
    for action in &alter.actions {
        let RoutineAction::Shared(change) = action else { continue };
        let to = match change {
            ObjectChange::RenameTo(to) => RelationName::new(&*name.schema, &*to.name),
            ObjectChange::SetSchema(schema) => RelationName::new(&*schema.name, &*name.name),
            ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => continue,
        };
        function_gone(&name, alter.arguments.as_deref(), Fate::Renamed(to.to_string()), replay);
        replay.catalog.ledger.note(Kind::Function, &to, Fate::Given);
        if let Some(arguments) = &alter.arguments {
            replay.catalog.ledger.note(Kind::Function, &signature(&to, arguments), Fate::Given);
        }
    }
}

/// Without arguments there is one function of the name, so that none is left.
fn function_gone(name: &RelationName, arguments: Option<&[Argument]>, fate: Fate, replay: &mut Replay) {
    let ledger = &mut replay.catalog.ledger;
    let prefix = format!("{}(", name.name);
    let is_overload = |other: &RelationName| other.schema == name.schema && other.name.starts_with(&prefix);
    let overloads = ledger.all(Kind::Function).filter(|(other, past)| is_overload(other) && past.fate == Fate::Given);
    let overloads: Vec<RelationName> = overloads.map(|(other, _)| other.clone()).collect();
    match arguments {
        Some(arguments) => {
            let full = signature(name, arguments);
            let known = overloads.contains(&full);
            ledger.note(Kind::Function, &full, fate);
            // The types may be written in another way than they were before.
            if !known {
                ledger.doubt(|kind, other, _| kind == Kind::Function && is_overload(other) && *other != full);
            }
            ledger.doubt(|kind, other, _| kind == Kind::Function && other == name);
        }
        None => {
            overloads.iter().for_each(|other| ledger.note(Kind::Function, other, fate.clone()));
            ledger.note(Kind::Function, name, fate);
        }
    }
}

fn alter_other(alter: &AlterOther, replay: &mut Replay) {
    let (object, ObjectChange::RenameTo(_) | ObjectChange::SetSchema(_)) = (&alter.object, &alter.change) else {
        return;
    };
    let Some(written) = &object.name else { return };
    let moved = |name: &RelationName| match &alter.change {
        ObjectChange::RenameTo(to) => RelationName::new(&*name.schema, &*to.name),
        ObjectChange::SetSchema(schema) => RelationName::new(&*schema.name, &*name.name),
        ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => name.clone(),
    };
    match &object.kind {
        ObjectKind::Type | ObjectKind::Domain => {
            let from = replay.resolve_type(written);
            let to = moved(&from);
            types::rename(&from, &to, replay);
            given_away(Kind::Type, &from, &to, replay);
        }
        ObjectKind::Schema => rename_schema(&written.name.name, &moved(&alone("")).name, replay),
        ObjectKind::Trigger | ObjectKind::Policy => {
            let (Some(on), to) = (&object.on, moved(&alone("")).name) else { return };
            let kind = if object.kind == ObjectKind::Trigger { Part::Trigger } else { Part::Policy };
            part(on, kind, &written.name.name, Fate::Renamed(to.clone()), replay);
            part(on, kind, &to, Fate::Given, replay);
            rename_trigger(on, &written.name.name, &to, replay);
        }
        ObjectKind::Other(kind) if kind == "PUBLICATION" => {
            let from = alone(&written.name.name);
            given_away(Kind::Publication, &from, &moved(&from), replay);
            if let Some(publication) = replay.catalog.take_publication(&from.name) {
                replay.catalog.set_publication(&moved(&from).name, publication);
            }
        }
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            let from = replay.resolve_kind(Kind::Statistics, written);
            given_away(Kind::Statistics, &from, &moved(&from), replay);
        }
        ObjectKind::Extension => extension(None, replay),
        _ => {}
    }
}

fn given_away(kind: Kind, from: &RelationName, to: &RelationName, replay: &mut Replay) {
    replay.catalog.ledger.note(kind, from, Fate::Renamed(to.to_string()));
    replay.catalog.ledger.note(kind, to, Fate::Given);
}

fn rename_trigger(on: &ObjectName, from: &str, to: &str, replay: &mut Replay) {
    let table = replay.resolve(on);
    if let Some(relation) = replay.catalog.get_mut(&table) {
        for trigger in relation.triggers.iter_mut().filter(|trigger| trigger.name == from) {
            to.clone_into(&mut trigger.name);
        }
    }
}

fn rename_schema(from: &str, to: &str, replay: &mut Replay) {
    let catalog = &mut *replay.catalog;
    let relations = catalog.relations().filter(|relation| relation.name.schema == from);
    let relations: Vec<RelationName> = relations.map(|relation| relation.name.clone()).collect();
    let enums: Vec<RelationName> =
        catalog.enums().map(|(name, _)| name).filter(|name| name.schema == from).cloned().collect();
    catalog.ledger.rename_schema(from, to);
    for name in relations {
        catalog.rename(&name, &RelationName::new(to, &*name.name));
    }
    for name in enums {
        types::rename(&name, &RelationName::new(to, &*name.name), replay);
    }
    given_away(Kind::Schema, &alone(from), &alone(to), replay);
    let contents = replay.catalog.past(Kind::Contents, &alone(from)).is_some_and(|past| past.is_there());
    replay.catalog.ledger.note(Kind::Contents, &alone(from), Fate::Dropped);
    if contents {
        replay.catalog.ledger.note(Kind::Contents, &alone(to), Fate::Given);
    }
}

fn dropped(drop: &Drop, replay: &mut Replay) {
    for (index, written) in drop.names.iter().enumerate() {
        let name = &written.name.name;
        match &drop.object {
            ObjectKind::Type | ObjectKind::Domain => {
                let name = replay.resolve_type(written);
                replay.catalog.ledger.note(Kind::Type, &name, Fate::Dropped);
            }
            ObjectKind::Schema => {
                replay.catalog.ledger.drop_schema(name);
                replay.catalog.ledger.note(Kind::Schema, &alone(name), Fate::Dropped);
                replay.catalog.ledger.note(Kind::Contents, &alone(name), Fate::Dropped);
            }
            ObjectKind::Function => {
                let name = replay.resolve_function(written);
                let arguments = drop.arguments.get(index).and_then(Option::as_deref);
                function_gone(&name, arguments, Fate::Dropped, replay);
                if drop.cascade {
                    drop_users_of_function(&name, replay);
                }
            }
            ObjectKind::Trigger | ObjectKind::Policy => {
                let kind = if drop.object == ObjectKind::Trigger { Part::Trigger } else { Part::Policy };
                if let Some(on) = &drop.on {
                    part(on, kind, name, Fate::Dropped, replay);
                }
            }
            ObjectKind::Extension => {
                let is_needed = |kind: Kind| matches!(kind, Kind::Function | Kind::Type);
                replay.catalog.ledger.doubt(|kind, _, _| is_needed(kind));
            }
            ObjectKind::Other(kind) if kind == "PUBLICATION" => {
                replay.catalog.take_publication(name);
                replay.catalog.ledger.note(Kind::Publication, &alone(name), Fate::Dropped);
            }
            ObjectKind::Other(kind) if kind == "STATISTICS" => {
                let name = replay.resolve_kind(Kind::Statistics, written);
                replay.catalog.ledger.note(Kind::Statistics, &name, Fate::Dropped);
            }
            ObjectKind::Other(kind) if matches!(kind.as_str(), "OWNED" | "ROLE" | "USER" | "GROUP") => {}
            _ => {}
        }
    }
}

/// CASCADE drops the triggers that execute a function. What else calls it is not followed.
fn drop_users_of_function(name: &RelationName, replay: &mut Replay) {
    let uses = |relation: &&Relation| relation.triggers.iter().any(|trigger| trigger.function == name.name);
    let tables = replay.catalog.relations().filter(uses);
    let tables: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
    let at = replay.catalog.ledger.at.clone();
    for table in tables {
        let relation = replay.catalog.touch(&table);
        let gone = relation.triggers.iter().filter(|trigger| trigger.function == name.name);
        let gone: Vec<String> = gone.map(|trigger| trigger.name.clone()).collect();
        relation.triggers.retain(|trigger| trigger.function != name.name);
        gone.iter().for_each(|trigger| relation.parts.note(Part::Trigger, trigger, Fate::Dropped, &at));
    }
    let views = replay.catalog.relations().filter(|relation| !relation.reads.is_empty());
    let views: Vec<RelationName> = views.map(|view| view.name.clone()).collect();
    views.iter().for_each(|view| replay.catalog.touch(view).doubt());
}

/// Extensions that come with PostgreSQL, or with most servers, and make no relation but with names of the system.
const WITHOUT_RELATIONS: &[&str] = &[
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pg_buffercache",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "tablefunc",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// An extension makes relations, types and functions, in a schema of its choice where none is written.
fn extension(create: Option<&CreateExtension>, replay: &mut Replay) {
    let schema = create.and_then(|create| create.schema.as_ref()).map(|schema| schema.name.clone());
    let relations =
        create.is_none_or(|create| create.cascade || !WITHOUT_RELATIONS.contains(&create.name.name.as_str()));
    // CREATE EXTENSION takes nothing away.
    let may_be_given = |fate: &Fate| create.is_none() || *fate != Fate::Given;
    replay.catalog.ledger.doubt(|kind, name, fate| match kind {
        Kind::Relation | Kind::Type | Kind::Function | Kind::Schema if !may_be_given(fate) => false,
        Kind::Relation => relations && schema.as_ref().is_none_or(|schema| name.schema == *schema),
        Kind::Type | Kind::Function => schema.as_ref().is_none_or(|schema| name.schema == *schema),
        Kind::Contents => relations && schema.as_ref().is_none_or(|schema| name.name == *schema),
        Kind::Schema => relations && schema.is_none(),
        Kind::Publication | Kind::Statistics => false,
    });
}

fn foreign(kind: &StatementKind, replay: &mut Replay) {
    match kind {
        StatementKind::Foreign(foreign) if !matches!(**foreign, Foreign::ImportSchema(_)) => {}
        _ => extension(None, replay),
    }
}

/// CREATE AGGREGATE gives the name of a function; of its arguments nothing is kept.
fn opaque(opaque: &Opaque, replay: &mut Replay) {
    if let ("CREATE AGGREGATE", Some(name)) = (opaque.what.as_str(), &opaque.name) {
        let name = replay.resolve_function(name);
        replay.catalog.ledger.doubt(|kind, other, _| {
            let same = other.name == name.name || other.name.starts_with(&format!("{}(", name.name));
            kind == Kind::Function && same
        });
    }
}
