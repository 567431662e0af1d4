//! What becomes of the names of objects that are no relations, and of the parts of relations.

use crate::ast::{
    AlterActionKind, AlterOther, AlterTable, Argument, ArgumentMode, Drop, ObjectChange, ObjectKind, ObjectName,
    SequenceOption, SequenceOptionKind, Statement, StatementKind, TypeKind,
};
use crate::engine::catalog::{EventTrigger, Fate, Kind, Part, Relation};
use crate::engine::effect::RelationName;
use crate::engine::named::{self, Moved};

use super::{Replay, declared, extension, function, schema, types};

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
            replay.catalog.ledger.doubt(Kind::Relation, |name, _| name.name == *last);
        }
    }
}

/// Notes what a statement, which has been applied, does to names.
pub(super) fn note(statement: &Statement, replay: &mut Replay) {
    note_named(statement, replay);
    match &statement.kind {
        // The name of a shell type is still to be given to a type.
        StatementKind::CreateType(create) if create.kind == TypeKind::Shell => {}
        StatementKind::CreateType(create) => give(Kind::Type, &create.name, replay),
        StatementKind::CreateDomain(create) => give(Kind::Type, &create.name, replay),
        StatementKind::CreateSchema(create) => schema::create(create, replay),
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
            let full = signature(&name, &declared::without_columns(&create.arguments, replay));
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
        StatementKind::AlterFunction(alter) => function::note_alter(alter, replay),
        StatementKind::AlterOther(alter) => alter_other(alter, replay),
        StatementKind::Drop(drop) => dropped(drop, replay),
        StatementKind::CreateExtension(create) => extension::made(Some(create), replay),
        StatementKind::AlterExtension(_) | StatementKind::Foreign(_) => extension::foreign(&statement.kind, replay),
        StatementKind::CreateEventTrigger(create) => event_trigger(EventTrigger::new(create), replay),
        StatementKind::AlterEventTrigger(alter) => {
            // ENABLE REPLICA is another state than ENABLE.
            let fires = if alter.enable { None } else { Some(false) };
            replay.catalog.set_event_trigger(&alter.name.name, fires);
        }
        // One that is there already stays as it is; of a new one the owner is noted where it is made.
        StatementKind::CreateSequence(create) if create.if_not_exists => {}
        StatementKind::CreateSequence(create) => own(&create.name, &create.options, replay),
        StatementKind::Opaque(opaque) => extension::opaque(opaque, replay),
        _ => {}
    }
}

/// What it runs may undo or add to what statements do.
fn event_trigger(trigger: EventTrigger, replay: &mut Replay) {
    replay.catalog.ledger.blind |= replay.catalog.changes_definitions(&trigger);
    replay.catalog.add_event_trigger(trigger);
}

/// Objects of which nothing but the name is kept.
fn note_named(statement: &Statement, replay: &mut Replay) {
    let text = replay.author.text.get(statement.span.start..statement.span.end).unwrap_or_default();
    let around = replay.around();
    let mut doubted = None;
    let (made, dropped) = match &statement.kind {
        StatementKind::Drop(drop) => {
            let dropped = named::dropped(drop, text, &around);
            let is_known = |name: &RelationName| around.catalog.past(Kind::Named, name).is_some();
            doubted = named::kind_by_types(drop, &around).filter(|_| !dropped.iter().any(is_known)).map(str::to_owned);
            (None, dropped)
        }
        StatementKind::AlterOther(alter) => match named::moved(alter, text, &around) {
            Some(Moved::Renamed(from, to)) => {
                // A mapping goes by the name of its server.
                doubted = (&*from.schema == "SERVER").then(|| "USER MAPPING".to_owned());
                (Some(to), vec![from])
            }
            Some(Moved::OneOf(kind, new)) => {
                new.iter().for_each(|new| replay.catalog.ledger.note(Kind::Named, new, Fate::Given));
                doubted = Some(kind);
                (None, Vec::new())
            }
            None => return,
        },
        _ => (named::made(statement, text, &around).map(|made| made.key), Vec::new()),
    };
    if let Some(kind) = doubted {
        replay.catalog.ledger.doubt(Kind::Named, |name, _| *name.schema == kind);
    }
    for name in dropped {
        replay.catalog.ledger.note(Kind::Named, &name, Fate::Dropped);
    }
    if let Some(name) = made {
        for function in named::functions_of(&name, text) {
            replay.catalog.unnamed.calls = true;
            replay.catalog.ledger.note(Kind::Named, &function, Fate::Given);
        }
        replay.catalog.ledger.note(Kind::Named, &name, Fate::Given);
    }
}

/// An object that no schema holds.
pub(crate) fn alone(name: &str) -> RelationName {
    RelationName::new("", name)
}

/// Behind the name of a column that stands for its type.
pub(crate) const OF_COLUMN: &str = "%TYPE";

/// More than most signatures have.
const SIGNATURE_BYTES: usize = 64;

/// The name of a function with the types of its arguments.
pub(crate) fn signature(name: &RelationName, arguments: &[Argument]) -> RelationName {
    let mut signature = String::with_capacity(SIGNATURE_BYTES);
    signature.push_str(&name.name);
    let mut before = "(";
    for argument in arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out) {
        let data_type = &argument.data_type;
        signature.push_str(std::mem::replace(&mut before, ", "));
        signature.push_str(data_type.name.rsplit('.').next().unwrap_or_default());
        // An array has the same type, however many dimensions are written.
        signature.push_str(if data_type.dimensions > 0 { "[]" } else { "" });
        signature.push_str(if data_type.of_column { OF_COLUMN } else { "" });
    }
    signature.push_str(if before == "(" { "()" } else { ")" });
    RelationName::new(&*name.schema, signature)
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
        ObjectKind::Schema => schema::rename(&written.name.name, &moved(&alone("")).name, replay),
        ObjectKind::Trigger | ObjectKind::Policy => {
            let (Some(on), to) = (&object.on, moved(&alone("")).name) else { return };
            let kind = if object.kind == ObjectKind::Trigger { Part::Trigger } else { Part::Policy };
            part(on, kind, &written.name.name, Fate::Renamed(to.clone()), replay);
            part(on, kind, &to, Fate::Given, replay);
            rename_trigger(on, &written.name.name, &to, replay);
        }
        ObjectKind::Other(kind) if kind == "EVENT TRIGGER" => {
            replay.catalog.rename_event_trigger(&written.name.name, &moved(&alone("")).name);
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
            replay.catalog.rename_statistics(&from, &moved(&from));
        }
        ObjectKind::Extension => extension::made(None, replay),
        _ => {}
    }
}

pub(super) fn given_away(kind: Kind, from: &RelationName, to: &RelationName, replay: &mut Replay) {
    replay.catalog.ledger.note(kind, from, Fate::Renamed(to.to_string().into()));
    replay.catalog.ledger.note(kind, to, Fate::Given);
}

fn rename_trigger(on: &ObjectName, from: &str, to: &str, replay: &mut Replay) {
    let table = replay.resolve(on);
    if let Some(relation) = replay.catalog.get_mut(&table) {
        for trigger in relation.triggers.iter_mut().filter(|trigger| trigger.name == from) {
            trigger.name = to.into();
        }
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
                function::lose_name(&name, arguments, Fate::Dropped, replay);
                if drop.cascade {
                    function::drop_users(&name, replay);
                }
            }
            ObjectKind::Trigger | ObjectKind::Policy => {
                let kind = if drop.object == ObjectKind::Trigger { Part::Trigger } else { Part::Policy };
                if let Some(on) = &drop.on {
                    part(on, kind, name, Fate::Dropped, replay);
                }
            }
            ObjectKind::Extension => {
                replay.catalog.ledger.doubt(Kind::Function, |_, _| true);
                replay.catalog.ledger.doubt(Kind::Type, |_, _| true);
            }
            ObjectKind::Other(kind) if kind == "PUBLICATION" => {
                replay.catalog.take_publication(name);
                replay.catalog.ledger.note(Kind::Publication, &alone(name), Fate::Dropped);
            }
            ObjectKind::Other(kind) if kind == "EVENT TRIGGER" => replay.catalog.drop_event_trigger(name),
            ObjectKind::Other(kind) if kind == "STATISTICS" => {
                let name = replay.resolve_kind(Kind::Statistics, written);
                replay.catalog.ledger.note(Kind::Statistics, &name, Fate::Dropped);
            }
            ObjectKind::Other(kind) if matches!(kind.as_str(), "OWNED" | "ROLE" | "USER" | "GROUP") => {}
            _ => {}
        }
    }
}
