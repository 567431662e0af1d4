//! Types, schemas, functions, triggers, policies, publications and statistics whose names are not there or taken.

use crate::ast::{
    AlterActionKind, AlterFunction, AlterObject, AlterOther, AlterPublication, AlterTable, ColumnDef, CreateFunction,
    CreatePolicy, CreateTable, CreateTrigger, DataType, Drop, Ident, ObjectChange, ObjectKind, ObjectName,
    PublicationChange, PublicationObject, RoutineAction, Statement, StatementKind,
};
use crate::engine::catalog::{Heading, Kind, Part, Past, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::replay::{alone, signature};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};
use crate::postgres::VersionSet;
use crate::source::Span;

use super::missing::{self, caused_by, lost_schema};
use super::{DUPLICATE_OBJECT, UNDEFINED_OBJECT, column_types, existence, refused, refused_on};

const DUPLICATE_SCHEMA: &str = "42P06";
const DUPLICATE_FUNCTION: &str = "42723";
const UNDEFINED_FUNCTION: &str = "42883";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one: Option<Refusal> = match &statement.kind {
        StatementKind::CreateType(create) => taken_type(&create.name, around),
        StatementKind::CreateDomain(create) => taken_type(&create.name, around),
        StatementKind::AlterType(alter) => missing_type(&alter.name, around),
        StatementKind::AlterDomain(alter) => missing_type(&alter.name, around),
        StatementKind::CreateSchema(create) => {
            let name = create.name.as_ref().filter(|_| !create.if_not_exists);
            name.and_then(|name| taken_schema(name, around))
        }
        StatementKind::CreateFunction(create) => taken_function(create, around),
        StatementKind::AlterFunction(alter) => alter_function(alter, around),
        StatementKind::CreateTrigger(create) => return create_trigger(create, around),
        StatementKind::CreatePolicy(create) => taken_policy(create, around),
        StatementKind::AlterPolicy(alter) => {
            around.relation(&alter.table).and_then(|table| missing_part(Part::Policy, &alter.name, table))
        }
        StatementKind::CreatePublication(create) => {
            taken(Kind::Publication, &alone(&create.name.name), "publication", create.name.span, around)
        }
        StatementKind::AlterPublication(alter) => {
            gone(Kind::Publication, &alone(&alter.name.name), "publication", alter.name.span, around)
                .or_else(|| published(alter, around))
        }
        StatementKind::CreateStatistics(create) => {
            let name = create.name.as_ref().filter(|_| !create.if_not_exists);
            name.and_then(|name| taken(Kind::Statistics, &around.created(name), "statistics object", name.span, around))
        }
        StatementKind::AlterOther(alter) => alter_other(alter, around),
        StatementKind::Comment(comment) => comment.object.name.as_ref().and_then(|name| match &comment.object.kind {
            ObjectKind::Schema => lost_schema(&name.name, around),
            ObjectKind::Type | ObjectKind::Domain => missing_type(name, around),
            _ => None,
        }),
        StatementKind::CreateTable(create) => return create_table(create, around),
        StatementKind::AlterTable(alter) => return alter_table(alter, around),
        StatementKind::Drop(drop) => return dropped(drop, around),
        _ => None,
    };
    one.into_iter().collect()
}

/// The name of an object is taken for certain.
fn taken(kind: Kind, name: &RelationName, what: &str, span: Span, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(kind, name).filter(|past| past.is_there())?;
    let refusal = refused(DUPLICATE_OBJECT, format!("{what} {name} already exists"));
    Some(refusal.at(span).by(caused_by(past)))
}

/// The object was dropped or renamed.
fn gone(kind: Kind, name: &RelationName, what: &str, span: Span, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(kind, name).filter(|past| past.is_gone())?;
    let refusal = refused(UNDEFINED_OBJECT, format!("{what} {name} does not exist"));
    Some(refusal.at(span).by(caused_by(past)))
}

/// A table that is in the publication already, or is not in it. The children of a table come along with it.
fn published(alter: &AlterPublication, around: &Surroundings) -> Option<Refusal> {
    let publication = &alter.name.name;
    let past = around.catalog.past(Kind::Publication, &alone(publication)).filter(|past| past.is_there())?;
    let known = around.catalog.publication(publication)?;
    alter.change.objects().iter().filter_map(PublicationObject::table).find_map(|table| {
        let relation = around.relation(&table.name).filter(|relation| existence::is_there(relation))?;
        let name = &relation.name;
        let refusal = match (&alter.change, known.names().any(|known| known == name)) {
            (PublicationChange::Add(_), true) => {
                refused(DUPLICATE_OBJECT, format!("{name} is already in the publication {publication}"))
            }
            (PublicationChange::Drop(_), false) if relation.parents.is_empty() && !known.tables.is_empty() => {
                refused(UNDEFINED_OBJECT, format!("{name} is not in the publication {publication}"))
            }
            _ => return None,
        };
        Some(refusal.at(table.name.span).by(caused_by(past)))
    })
}

/// A table, view or sequence is a type too.
fn taken_type(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    taken_type_at(&around.created(written), written.span, around)
}

fn taken_type_at(name: &RelationName, span: Span, around: &Surroundings) -> Option<Refusal> {
    let relation = || {
        let there = around.catalog.get(name).filter(|relation| existence::is_there(relation))?;
        let has_rows = !matches!(there.kind, RelationKind::Index | RelationKind::Sequence);
        let refusal = refused(DUPLICATE_OBJECT, format!("type {name} already exists: {} has one", there.kind.name()));
        has_rows.then(|| refusal.at(span).by(existence::cause_of(name, around)))
    };
    taken(Kind::Type, name, "type", span, around).or_else(relation)
}

fn missing_type(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    missing::missing_schema(written, around).or_else(|| {
        let gone = around.is_gone(Kind::Type, written);
        let past = around.catalog.past(Kind::Type, &around.resolve_kind(Kind::Type, written)).filter(|_| gone)?;
        let refusal = refused(UNDEFINED_OBJECT, format!("type {written} does not exist"));
        Some(refusal.at(written.span).by(caused_by(past)))
    })
}

fn missing_data_type(data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    if data_type.name.is_empty() || data_type.of_column {
        return None;
    }
    if data_type.dimensions > 0 && around.catalog.domain(&around.type_name(data_type)).is_some() {
        let reason = format!("type {}[] does not exist: domains have no arrays", data_type.name);
        return Some(refused_on(VersionSet::before(11), UNDEFINED_OBJECT, reason).at(data_type.span));
    }
    let ident = |name: &str| Ident { name: name.into(), span: data_type.span };
    let (schema, name) = match data_type.name.split_once('.') {
        Some((schema, name)) => (Some(ident(schema)), ident(name)),
        None => (None, ident(&data_type.name)),
    };
    let written = ObjectName { schema, name, span: data_type.span };
    missing_type(&written, around).or_else(|| super::foreign_types::refusal(data_type, around))
}

fn missing_column_types<'c>(
    columns: impl Iterator<Item = &'c ColumnDef>,
    around: &Surroundings,
) -> impl Iterator<Item = Refusal> {
    columns.filter_map(|column| {
        missing_data_type(&column.data_type, around).or_else(|| column_types::unfit_type(&column.data_type, around))
    })
}

fn create_table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let name = around.created(&create.name);
    let exists = create.if_not_exists && around.catalog.is_taken(&name);
    let temporary = create.persistence == crate::ast::Persistence::Temporary;
    if exists || temporary {
        return Vec::new();
    }
    let taken = taken(Kind::Type, &name, "type", create.name.span, around);
    missing_column_types(create.columns.iter(), around).chain(taken).collect()
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { column, if_not_exists: false } => {
            missing_column_types(std::iter::once(&**column), around).next()
        }
        AlterActionKind::AlterColumn { change: crate::ast::ColumnChange::SetType { data_type, .. }, .. } => {
            let reason = "a column cannot be changed to serial: it is no type".to_owned();
            let serial = data_type.serial.then(|| refused(UNDEFINED_OBJECT, reason).at(data_type.span));
            let unfit = serial.or_else(|| missing_data_type(data_type, around));
            unfit.or_else(|| column_types::unfit_type(data_type, around))
        }
        AlterActionKind::SetSchema(schema) => lost_schema(schema, around).or_else(|| moved_onto(alter, schema, around)),
        AlterActionKind::RenameTo(to) => {
            let name = around.resolve(&alter.name);
            let has_rows = around.relation(&alter.name).is_some_and(|relation| {
                existence::is_there(relation) && !matches!(relation.kind, RelationKind::Index | RelationKind::Sequence)
            });
            let of_rows = RelationName::new(&*name.schema, &*to.name);
            if let Some(refusal) = taken(Kind::Type, &of_rows, "type", to.span, around).filter(|_| has_rows) {
                return Some(refusal);
            }
            let is_index = around.catalog.table_of_index(&name).is_some() && around.catalog.get(&name).is_none();
            let to = RelationName::new(&*name.schema, &*to.name);
            if is_index { existence::taken_relation(&to, around) } else { None }
        }
        _ => None,
    });
    wrong_kind(alter, around).into_iter().chain(found).collect()
}

/// The type of the rows, the indexes and the sequences that a table takes along into a schema have names that are taken there.
///
/// Source: `AlterTableNamespaceInternal()` of the server.
fn moved_onto(alter: &AlterTable, schema: &Ident, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| existence::is_there(relation))?;
    let there = |name: &str| RelationName::new(&*schema.name, name);
    let stays = *relation.name.schema == *schema.name || relation.kind == RelationKind::Sequence;
    // That the name of the table itself is taken comes first.
    if stays || around.catalog.is_taken(&there(&relation.name.name)) {
        return None;
    }
    let indexes = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted);
    let owned = relation.sequences.iter().map(|sequence| &sequence.name);
    let mut along = indexes.map(|index| &index.name).chain(owned);
    taken(Kind::Type, &there(&relation.name.name), "type", schema.span, around)
        .or_else(|| along.find_map(|name| Some(existence::taken_relation(&there(name), around)?.at(schema.span))))
}

/// ALTER VIEW of a table and the like. ALTER TABLE takes more than tables, and ALTER INDEX renames any relation.
fn wrong_kind(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| existence::is_there(relation))?;
    let fits = match alter.object {
        AlterObject::Table => true,
        AlterObject::Index => alter.actions.iter().all(|action| matches!(action.kind, AlterActionKind::RenameTo(_))),
        AlterObject::View => relation.kind == RelationKind::View,
        AlterObject::MaterializedView => relation.kind == RelationKind::MaterializedView,
        AlterObject::Sequence => relation.kind == RelationKind::Sequence,
        AlterObject::ForeignTable => relation.kind == RelationKind::ForeignTable,
    };
    (!fits).then(|| refused(super::WRONG_OBJECT_TYPE, format!("{} is a {}", relation.name, relation.kind.name())))
}

fn taken_schema(schema: &Ident, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(Kind::Schema, &alone(&schema.name)).filter(|past| past.is_there())?;
    let refusal = refused(DUPLICATE_SCHEMA, format!("schema {} already exists", schema.name));
    Some(refusal.at(schema.span).by(caused_by(past)))
}

fn taken_function(create: &CreateFunction, around: &Surroundings) -> Option<Refusal> {
    if create.or_replace {
        return other_heading(create, around);
    }
    let name = signature(&around.created(&create.name), &create.arguments);
    let past = around.catalog.past(Kind::Function, &name).filter(|past| past.is_there())?;
    let refusal = refused(DUPLICATE_FUNCTION, format!("function {name} already exists"));
    Some(refusal.at(create.name.span).by(caused_by(past)))
}

/// OR REPLACE with another result, or with other names or fewer defaults of arguments.
fn other_heading(create: &CreateFunction, around: &Surroundings) -> Option<Refusal> {
    let name = around.created(&create.name);
    let past = around.catalog.past(Kind::Function, &signature(&name, &create.arguments));
    let past = past.filter(|past| past.is_there())?;
    let heading = Heading::new(create);
    let known = around.catalog.heading_like(&name.name, &name.schema, &heading)?;
    let (sqlstate, reason) = known.change_refused(&heading)?;
    Some(refused(sqlstate, format!("{reason}: {name}")).at(create.name.span).by(caused_by(past)))
}

/// Without its arguments a function is known to be gone where it was dropped or renamed without them.
fn missing_function(
    written: &ObjectName,
    arguments: Option<&[crate::ast::Argument]>,
    around: &Surroundings,
) -> Option<Refusal> {
    missing::missing_schema(written, around).or_else(|| {
        let bare = around.resolve_kind(Kind::Function, written);
        let full = arguments.map(|arguments| signature(&bare, arguments));
        let is_gone = |name: &RelationName| around.catalog.past(Kind::Function, name).filter(|past| past.is_gone());
        let past = full.as_ref().and_then(is_gone).or_else(|| is_gone(&bare))?;
        let given = full.as_ref().and_then(|full| around.catalog.past(Kind::Function, full));
        if given.is_some_and(|given| !given.is_gone()) || written.schema.is_none() && around.search_path.len() > 1 {
            return None;
        }
        let refusal =
            refused(UNDEFINED_FUNCTION, format!("function {} does not exist", full.as_ref().unwrap_or(&bare)));
        Some(refusal.at(written.span).by(caused_by(past)))
    })
}

fn alter_function(alter: &AlterFunction, around: &Surroundings) -> Option<Refusal> {
    let missing = missing_function(&alter.name, alter.arguments.as_deref(), around);
    missing.or_else(|| {
        alter.actions.iter().find_map(|action| match action {
            RoutineAction::Shared(ObjectChange::SetSchema(schema)) => lost_schema(schema, around),
            _ => None,
        })
    })
}

fn create_trigger(create: &CreateTrigger, around: &Surroundings) -> Vec<Refusal> {
    let table = around.relation(&create.table);
    let taken = table.filter(|_| !create.or_replace).and_then(|table| taken_part(Part::Trigger, &create.name, table));
    let function = missing_function(&create.function, Some(&[]), around);
    let function = function.or_else(|| no_trigger_function(&create.function, around));
    function.into_iter().chain(taken).collect()
}

/// The function is there and returns something else.
fn no_trigger_function(written: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Function, written);
    let past = around.catalog.past(Kind::Function, &signature(&name, &[])).filter(|past| past.is_there())?;
    let refusal = refused(super::INVALID_OBJECT_DEFINITION, format!("function {written} must return type trigger"));
    let other = around.catalog.is_no_trigger_function(&name.name);
    other.then(|| refusal.at(written.span).by(caused_by(past)))
}

fn taken_policy(create: &CreatePolicy, around: &Surroundings) -> Option<Refusal> {
    taken_part(Part::Policy, &create.name, around.relation(&create.table)?)
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Column => "column",
        Part::Constraint => "constraint",
        Part::Trigger => "trigger",
        Part::Policy => "policy",
    }
}

/// The relation has a trigger or policy of the name, for certain.
fn taken_part(part: Part, name: &Ident, relation: &Relation) -> Option<Refusal> {
    let past = relation.past_of(part, &name.name).filter(|past| past.is_there())?;
    let known = match part {
        Part::Trigger => relation.triggers.iter().any(|trigger| trigger.name == name.name),
        Part::Policy => relation.policies.iter().any(|policy| policy.name == name.name),
        Part::Column | Part::Constraint => false,
    };
    let reason = || format!("{} {} of {} already exists", word(part), name.name, relation.name);
    known.then(|| refused(DUPLICATE_OBJECT, reason()).at(name.span).by(caused_by(past)))
}

/// The relation has no trigger or policy of the name: it was dropped or renamed, or the relation is known whole.
pub(super) fn missing_part(part: Part, name: &Ident, relation: &Relation) -> Option<Refusal> {
    let names: Vec<&str> = match part {
        Part::Trigger => relation.triggers.iter().map(|trigger| trigger.name.as_str()).collect(),
        Part::Policy => relation.policies.iter().map(|policy| policy.name.as_str()).collect(),
        Part::Column | Part::Constraint => return None,
    };
    let past = relation.past_of(part, &name.name);
    // Policies are no business of partitions and children.
    let alone = part == Part::Policy || relation.parents.is_empty();
    let whole = existence::is_known_whole(relation) && alone;
    let lacks = past.map_or(whole, Past::is_gone) && !names.contains(&name.name.as_str());
    let near = missing::nearest(&name.name, names.into_iter());
    let reason = || format!("{} {} of {} does not exist", word(part), name.name, relation.name);
    let cause = Cause::Existence { past: past.cloned(), near };
    lacks.then(|| refused(UNDEFINED_OBJECT, reason()).at(name.span).by(cause))
}

fn alter_other(alter: &AlterOther, around: &Surroundings) -> Option<Refusal> {
    let object = &alter.object;
    let name = object.name.as_ref().filter(|_| !alter.if_exists)?;
    let given = match &alter.change {
        ObjectChange::RenameTo(to) => Some(to),
        ObjectChange::SetSchema(schema) => {
            let is_type = matches!(object.kind, ObjectKind::Type | ObjectKind::Domain);
            let from = around.resolve_kind(Kind::Type, name);
            let to = RelationName::new(&*schema.name, &*from.name);
            let taken = || taken_type_at(&to, schema.span, around).filter(|_| is_type && to != from);
            return lost_schema(schema, around).or_else(taken);
        }
        ObjectChange::OwnerTo(_) | ObjectChange::DependsOnExtension { .. } => None,
    };
    match &object.kind {
        ObjectKind::Type | ObjectKind::Domain => missing_type(name, around).or_else(|| {
            let from = around.resolve_kind(Kind::Type, name);
            let to = given?;
            taken_type_at(&RelationName::new(&*from.schema, &*to.name), to.span, around)
        }),
        ObjectKind::Schema => lost_schema(&name.name, around).or_else(|| given.and_then(|to| taken_schema(to, around))),
        ObjectKind::Trigger | ObjectKind::Policy => {
            let part = if object.kind == ObjectKind::Trigger { Part::Trigger } else { Part::Policy };
            missing_part(part, &name.name, around.relation(object.on.as_ref()?)?)
        }
        ObjectKind::Other(kind) if kind == "PUBLICATION" => {
            let gone = gone(Kind::Publication, &alone(&name.name.name), "publication", name.span, around);
            gone.or_else(|| taken(Kind::Publication, &alone(&given?.name), "publication", given?.span, around))
        }
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            let statistics = around.resolve_kind(Kind::Statistics, name);
            gone(Kind::Statistics, &statistics, "statistics object", name.span, around)
        }
        _ => None,
    }
}

fn dropped(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    if drop.if_exists {
        return Vec::new();
    }
    let each = drop.names.iter().enumerate().filter_map(|(index, name)| match &drop.object {
        ObjectKind::Type | ObjectKind::Domain => missing_type(name, around),
        ObjectKind::Schema => lost_schema(&name.name, around),
        ObjectKind::Function => missing_function(name, drop.arguments.get(index).and_then(Option::as_deref), around),
        ObjectKind::Trigger => missing_part(Part::Trigger, &name.name, around.relation(drop.on.as_ref()?)?),
        ObjectKind::Policy => missing_part(Part::Policy, &name.name, around.relation(drop.on.as_ref()?)?),
        ObjectKind::Other(kind) if kind == "PUBLICATION" => {
            gone(Kind::Publication, &alone(&name.name.name), "publication", name.span, around)
        }
        ObjectKind::Other(kind) if kind == "STATISTICS" => {
            let statistics = around.resolve_kind(Kind::Statistics, name);
            gone(Kind::Statistics, &statistics, "statistics object", name.span, around)
        }
        _ => None,
    });
    each.collect()
}

/// Whether the trigger or policy that is dropped is known not to be there, with its table or without it.
pub(crate) fn lacks_part(drop: &Drop, around: &Surroundings) -> bool {
    let part = match &drop.object {
        ObjectKind::Trigger => Part::Trigger,
        ObjectKind::Policy => Part::Policy,
        _ => return false,
    };
    let Some(on) = &drop.on else { return false };
    let lacks = |name: &ObjectName| {
        around.relation(on).is_some_and(|relation| missing_part(part, &name.name, relation).is_some())
    };
    let gone = around.is_gone(Kind::Relation, on) || around.is_missing(&around.resolve(on));
    gone || drop.names.iter().all(lacks)
}
