//! Functions and procedures.

use ecow::EcoString;

use crate::ast::{AlterFunction, Argument, ArgumentMode, CreateFunction, Drop, ObjectChange, RoutineAction};
use crate::engine::catalog::{Fate, Function, Identity, Kind, Part, Relation};
use crate::engine::effect::RelationName;

use super::objects::{OF_COLUMN, signature};
use super::{Replay, body, cascade, declared, renames};

pub(super) fn create(create: &CreateFunction, replay: &mut Replay) {
    let schema = replay.created(&create.name, false).schema;
    let identity = identity(&schema, &create.arguments, replay);
    let function = Function::new(create, identity, declared::of(create, replay));
    replay.catalog.add_function(&create.name.name.name, function);
    body::note(create, replay);
}

fn identity(schema: &str, arguments: &[Argument], replay: &Replay) -> Identity {
    let taken = arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let type_of = |argument: &Argument| {
        let data_type = &argument.data_type;
        declared::type_of(data_type, replay).unwrap_or_else(|| format!("{}{OF_COLUMN}", data_type.name).into())
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
                replay.catalog.change_function(name, identity.as_ref(), action);
            }
            RoutineAction::Leakproof(_) | RoutineAction::Parallel(_) | RoutineAction::Reset(_) => {
                replay.catalog.change_function(name, identity.as_ref(), action);
            }
            RoutineAction::Cost(_)
            | RoutineAction::Rows(_)
            | RoutineAction::Support(_)
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
        let only = match (&alter.arguments, overloads(&name, replay).as_slice()) {
            (Some(arguments), _) => Some(signature(&to, arguments)),
            (None, [only]) => only
                .name
                .strip_prefix(&*name.name)
                .map(|types| RelationName::new(&*to.schema, format!("{}{types}", to.name))),
            (None, _) => None,
        };
        lose_name(&name, alter.arguments.as_deref(), Fate::Renamed(to.to_string().into()), replay);
        for to in only.iter().chain([&to]) {
            replay.catalog.ledger.note(Kind::Function, to, Fate::Given);
        }
    }
}

/// Whether a name with the types of arguments is that of a function.
fn is_overload(name: &RelationName) -> impl Fn(&RelationName) -> bool {
    let prefix = format!("{}(", name.name);
    move |other| other.schema == name.schema && other.name.starts_with(&prefix)
}

/// The functions of a name that history made and did not take away.
fn overloads(name: &RelationName, replay: &Replay) -> Vec<RelationName> {
    let is_overload = is_overload(name);
    let known = replay.catalog.ledger.all(Kind::Function);
    let given = known.filter(|(other, past)| is_overload(other) && past.fate == Fate::Given);
    given.map(|(other, _)| other.clone()).collect()
}

/// Without arguments there is one function of the name, so that none is left.
pub(super) fn lose_name(name: &RelationName, arguments: Option<&[Argument]>, fate: Fate, replay: &mut Replay) {
    body::follow_bodies(name, arguments, &fate, replay);
    let overloads = overloads(name, replay);
    let is_overload = is_overload(name);
    let ledger = &mut replay.catalog.ledger;
    match arguments {
        Some(arguments) => {
            let full = signature(name, arguments);
            let known = overloads.contains(&full);
            ledger.note(Kind::Function, &full, fate);
            // The types may be written in another way than they were before.
            if !known {
                ledger.doubt(Kind::Function, |other, _| is_overload(other) && *other != full);
            }
            ledger.doubt(Kind::Function, |other, _| other == name);
        }
        None => {
            overloads.iter().for_each(|other| ledger.note(Kind::Function, other, fate.clone()));
            ledger.note(Kind::Function, name, fate);
        }
    }
}

/// CASCADE of a type, or of a relation whose rows are one, drops the functions that take or give values of it.
pub(super) fn drop_users_of_type(of_type: &RelationName, replay: &mut Replay) {
    let users = replay.catalog.functions().filter(|(_, function)| function.names_type(of_type));
    let users: Vec<(EcoString, Identity)> =
        users.map(|(name, function)| (name.clone(), function.identity().clone())).collect();
    for (name, identity) in users {
        let bare = RelationName::new(&*identity.0, &*name);
        cascade::drop_users_of_function(&bare, replay);
        if let Some(function) = replay.catalog.remove_function(&name, &identity.0, Some(&identity)) {
            replay.catalog.ledger.note(Kind::Function, &function.signature(&name), Fate::Dropped);
            replay.catalog.ledger.doubt(Kind::Function, |other, _| *other == bare);
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
