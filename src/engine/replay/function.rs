//! Functions and procedures.

use ecow::EcoString;

use crate::ast::{AlterFunction, Argument, ArgumentMode, CreateFunction, Drop, ObjectChange, RoutineAction};
use crate::engine::catalog::{Fate, Function, Identity, Kind, Part, Relation, written_type};
use crate::engine::effect::RelationName;

use super::objects::signature;
use super::{Replay, body, renames};

pub(super) fn create(create: &CreateFunction, replay: &mut Replay) {
    let schema = replay.created(&create.name, false).schema;
    let identity = identity(&schema, &create.arguments, replay);
    replay.catalog.add_function(&create.name.name.name, Function::new(create, identity));
    body::note(create, replay);
}

/// Types that stand for others (`anyelement`) are built in.
fn identity(schema: &str, arguments: &[Argument], replay: &Replay) -> Identity {
    let taken = arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let type_of = |argument: &Argument| {
        let data_type = &argument.data_type;
        let schema = replay.type_schema(data_type).filter(|_| !data_type.name.starts_with("any"));
        written_type(data_type, schema.as_deref()).into()
    };
    (schema.into(), taken.map(type_of).collect())
}

/// Where no arguments are written, or others than CREATE names, which of the overloads is meant is not known.
pub(super) fn alter(alter: &AlterFunction, replay: &mut Replay) {
    let name = &alter.name.name.name;
    let schema = replay.resolve_function(&alter.name).schema;
    let identity = alter.arguments.as_ref().map(|arguments| identity(&schema, arguments, replay));
    for action in &alter.actions {
        match action {
            RoutineAction::Volatility(volatility) => {
                replay.catalog.declare_function(name, identity.as_ref(), *volatility);
            }
            RoutineAction::Shared(ObjectChange::RenameTo(to)) => {
                renames::follow_function(name, &to.name, replay);
                match replay.catalog.remove_function(name, &schema, identity.as_ref()) {
                    Some(function) => replay.catalog.add_function(&to.name, function),
                    None => replay.catalog.rename_function(name, &to.name),
                }
            }
            RoutineAction::Shared(ObjectChange::SetSchema(to)) => {
                if let Some(function) = replay.catalog.remove_function(name, &schema, identity.as_ref()) {
                    replay.catalog.add_function(name, function.moved(&to.name));
                }
            }
            RoutineAction::Strict(_) | RoutineAction::SecurityDefiner(_) | RoutineAction::Set(_) => {
                replay.catalog.never_inline(name);
            }
            RoutineAction::Leakproof(_)
            | RoutineAction::Parallel(_)
            | RoutineAction::Cost(_)
            | RoutineAction::Rows(_)
            | RoutineAction::Support(_)
            | RoutineAction::Reset(_)
            | RoutineAction::Shared(ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. }) => {}
        }
    }
}

/// DROP FUNCTION, PROCEDURE or ROUTINE.
pub(super) fn drop(drop: &Drop, replay: &mut Replay) {
    for (at, written) in drop.names.iter().enumerate() {
        let schema = replay.resolve_function(written).schema;
        let arguments = drop.arguments.get(at).and_then(Option::as_deref);
        let identity = arguments.map(|arguments| identity(&schema, arguments, replay));
        replay.catalog.remove_function(&written.name.name, &schema, identity.as_ref());
    }
}

/// What ALTER FUNCTION does to names.
pub(super) fn note_alter(alter: &AlterFunction, replay: &mut Replay) {
    let name = replay.resolve_function(&alter.name);
    for action in &alter.actions {
        let RoutineAction::Shared(change) = action else { continue };
        let to = match change {
            ObjectChange::RenameTo(to) => RelationName::new(&*name.schema, &*to.name),
            ObjectChange::SetSchema(schema) => RelationName::new(&*schema.name, &*name.name),
            ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => continue,
        };
        lose_name(&name, alter.arguments.as_deref(), Fate::Renamed(to.to_string().into()), replay);
        replay.catalog.ledger.note(Kind::Function, &to, Fate::Given);
        if let Some(arguments) = &alter.arguments {
            replay.catalog.ledger.note(Kind::Function, &signature(&to, arguments), Fate::Given);
        }
    }
}

/// Without arguments there is one function of the name, so that none is left.
pub(super) fn lose_name(name: &RelationName, arguments: Option<&[Argument]>, fate: Fate, replay: &mut Replay) {
    body::follow_bodies(name, arguments, &fate, replay);
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

/// CASCADE drops the triggers that execute a function. What else calls it is not followed.
pub(super) fn drop_users(name: &RelationName, replay: &mut Replay) {
    let uses = |relation: &&Relation| relation.triggers.iter().any(|trigger| trigger.function == name.name);
    let tables = replay.catalog.relations().filter(uses);
    let tables: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
    let at = replay.catalog.ledger.at.clone();
    for table in tables {
        let relation = replay.catalog.touch(&table);
        let gone = relation.triggers.iter().filter(|trigger| trigger.function == name.name);
        let gone: Vec<EcoString> = gone.map(|trigger| trigger.name.clone()).collect();
        relation.triggers.retain(|trigger| trigger.function != name.name);
        gone.iter().for_each(|trigger| relation.parts.note(Part::Trigger, trigger, Fate::Dropped, &at));
    }
    let views = replay.catalog.relations().filter(|relation| !relation.reads.is_empty());
    let views: Vec<RelationName> = views.map(|view| view.name.clone()).collect();
    views.iter().for_each(|view| replay.catalog.touch(view).doubt());
}
