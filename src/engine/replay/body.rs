//! What statements that the server keeps read and write: those of rules, and of functions with a body that is no text.

use crate::ast::{Argument, ArgumentMode, CreateFunction, RoutineBody, StatementKind, Write, WriteVerb};
use crate::engine::catalog::{ColumnUse, Fate, Kind, SqlBody, among};
use crate::engine::effect::RelationName;

use super::{Replay, declared, signature};

/// Relations and columns that statements read and write.
#[derive(Default)]
pub(super) struct Used {
    pub(super) relations: Vec<RelationName>,
    pub(super) columns: Vec<ColumnUse>,
}

impl Used {
    /// Adds those of a statement. `others` are names that may stand for something else than a column of what it writes.
    pub(super) fn add(&mut self, statement: &StatementKind, others: &[&str], replay: &Replay) {
        match statement {
            StatementKind::Query(query) => {
                self.relations.extend(query.reads.iter().map(|name| replay.resolve(name)));
                self.columns.extend(replay.catalog.column_uses(&query.columns, |name| replay.resolve(name)));
                query.writes.iter().for_each(|write| self.add_write(write, others, replay));
            }
            StatementKind::Write(write) => self.add_write(write, others, replay),
            _ => {}
        }
    }

    fn add_write(&mut self, write: &Write, others: &[&str], replay: &Replay) {
        let target = replay.resolve(&write.target);
        self.relations.push(target.clone());
        self.relations.extend(write.reads.iter().map(|name| replay.resolve(name)));
        self.columns.extend(replay.catalog.column_uses(&write.reading, |name| replay.resolve(name)));
        self.columns.extend(written(write, &target, replay));
        if write.verb != WriteVerb::Insert {
            let own = replay.catalog.get(&target);
            let alone = !write.from_query && write.reads.is_empty();
            let named = write.filter.iter().filter(|_| alone).flat_map(|filter| &filter.columns);
            let named = named.filter(|name| !others.contains(&name.as_str()));
            let named = named.filter(|name| own.is_some_and(|own| own.column(name).is_some()));
            self.columns.extend(named.map(|name| ColumnUse::new(&target, name, true)));
            // What is set from what is not followed.
            self.columns.push(ColumnUse::unknown(target));
        }
        write.also_writes.iter().for_each(|write| self.add_write(write, others, replay));
    }
}

/// Columns of the target that are written: those that are listed, or as many as VALUES gives.
fn written(write: &Write, target: &RelationName, replay: &Replay) -> Vec<ColumnUse> {
    let certain = matches!(write.verb, WriteVerb::Insert | WriteVerb::Update);
    if !write.columns.is_empty() {
        return write.columns.iter().map(|column| ColumnUse::new(target, &column.name, certain)).collect();
    }
    let width = write.rows.iter().map(Vec::len).max();
    let known = replay.catalog.get(target).filter(|known| known.complete);
    match (write.verb, width, known) {
        (WriteVerb::Insert, Some(width), Some(known)) => {
            known.columns.iter().take(width).map(|column| ColumnUse::new(target, &column.name, true)).collect()
        }
        (WriteVerb::Delete, ..) => Vec::new(),
        _ => vec![ColumnUse::unknown(target.clone())],
    }
}

/// Keeps what a function with a body of statements depends on; one with a text depends on nothing.
pub(super) fn note(create: &CreateFunction, replay: &mut Replay) {
    let taken = declared::without_columns(&create.arguments, replay);
    let name = signature(&replay.created(&create.name, false), &taken);
    replay.catalog.bodies_mut().retain(|known| known.name != name);
    let (RoutineBody::Atomic(body) | RoutineBody::Return(body)) = &create.body else { return };
    let arguments = create.arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
    let arguments: Vec<&str> =
        arguments.filter_map(|argument| argument.name.as_ref().map(|name| name.name.as_str())).collect();
    let mut used = Used::default();
    for inner in &body.statements {
        used.add(&inner.statement.kind, &arguments, replay);
    }
    // The name of an argument means a column only where there is one of it.
    used.columns.retain(|column| {
        let Some(name) = column.column.as_ref().filter(|name| arguments.contains(&name.as_str())) else { return true };
        replay.catalog.get(&column.relation).is_some_and(|relation| relation.column(name).is_some())
    });
    let body = SqlBody { name, uses: used.relations, columns: used.columns, certain: true };
    replay.catalog.add_body(body);
}

/// DROP ... CASCADE takes the functions along that need a relation, or a column of it, for certain; of others it is not known.
pub(super) fn drop_users(relation: &RelationName, column: Option<&str>, replay: &mut Replay) {
    let needs = |body: &SqlBody| match column {
        Some(column) => among(&body.columns, relation, column),
        None => body.uses.contains(relation).then_some(true),
    };
    let mut gone = Vec::new();
    replay.catalog.bodies_mut().retain_mut(|body| {
        let Some(certain) = needs(body) else { return true };
        let dropped = certain && body.certain;
        body.certain &= dropped;
        if dropped {
            gone.push((body.name.clone(), body.bare_name().to_owned()));
        }
        !dropped
    });
    for (name, bare) in gone {
        let bare = RelationName::new(&*name.schema, bare);
        replay.catalog.ledger.note(Kind::Function, &name, Fate::Dropped);
        replay.catalog.ledger.doubt(Kind::Function, |other, _| *other == bare);
    }
}

/// Bodies of statements go with their functions. Where the types of the arguments may be written in another way than they
/// were, it is not certain which function goes.
pub(super) fn follow_bodies(name: &RelationName, arguments: Option<&[Argument]>, fate: &Fate, replay: &mut Replay) {
    let full = arguments.map(|arguments| signature(name, arguments));
    let is_overload = |known: &SqlBody| known.name.schema == name.schema && known.bare_name() == name.name;
    let bodies = replay.catalog.bodies_mut();
    let known = full.as_ref().is_none_or(|full| bodies.iter().any(|known| known.name == *full));
    let goes = |body: &SqlBody| is_overload(body) && full.as_ref().is_none_or(|full| body.name == *full);
    match fate {
        Fate::Dropped => bodies.retain(|body| !goes(body)),
        Fate::Given | Fate::Renamed(_) => {
            bodies.iter_mut().filter(|body| goes(body)).for_each(|body| body.certain = false);
        }
    }
    if !known {
        bodies.iter_mut().filter(|body| is_overload(body)).for_each(|body| body.certain = false);
    }
}
