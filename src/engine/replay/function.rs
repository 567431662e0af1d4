//! Functions and procedures.

use crate::ast::{AlterFunction, Argument, ArgumentMode, CreateFunction, Drop, ObjectChange, RoutineAction};
use crate::engine::catalog::{Function, Identity, written_type};

use super::{Replay, renames};

pub(super) fn create(create: &CreateFunction, replay: &mut Replay) {
    let schema = replay.created(&create.name, false).schema;
    let identity = identity(&schema, &create.arguments, replay);
    replay.catalog.add_function(&create.name.name.name, Function::new(create, identity));
}

/// Types that stand for others (`anyelement`) are built in.
fn identity(schema: &str, arguments: &[Argument], replay: &Replay) -> Identity {
    let taken = arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let type_of = |argument: &Argument| {
        let data_type = &argument.data_type;
        let schema = replay.type_schema(data_type).filter(|_| !data_type.name.starts_with("any"));
        written_type(data_type, schema.as_deref())
    };
    (schema.to_owned(), taken.map(type_of).collect())
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
