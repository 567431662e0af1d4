//! CREATE that the server refuses.

use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, CreateSequence, CreateTable, CreateView, Ident, LikeClause, ObjectName,
    Persistence, TableConstraintKind,
};
use crate::engine::catalog::{Index, Kind, Past, Relation};
use crate::engine::effect::{RelationKind, RelationName, TEMPORARY};
use crate::engine::output::{self, Columns};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{UNDEFINED_COLUMN, is_known_whole, taken_relation};
use super::{
    DUPLICATE_COLUMN, FEATURE_NOT_SUPPORTED, INVALID_TABLE_DEFINITION, SYNTAX_ERROR, WRONG_OBJECT_TYPE, bounds,
    definitions, expressions, foreign_keys, indexes, inheritance, operators, options, refused, refused_on, twice_named,
};

/// The name that is created, unless it is one of the session's own.
fn created(name: &crate::ast::ObjectName, persistence: Persistence, around: &Surroundings) -> RelationName {
    match persistence {
        Persistence::Temporary => RelationName::new(TEMPORARY, &*name.name.name),
        Persistence::Permanent | Persistence::Unlogged => around.created(name),
    }
}

pub(super) fn table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let name = created(&create.name, create.persistence, around);
    if create.if_not_exists && around.catalog.is_taken(&name) {
        return Vec::new();
    }
    let partition = twice_named::create_table(create).into_iter().chain(bounds::create(create, around));
    let partition = partition.chain(expressions::create_table(create, around));
    let partition = partition.chain(definitions::create_table(create)).chain(operators::create_table(create));
    // A partitioned table and a foreign one have no parameters of a table's kind.
    let stored = create.partition_by.is_none() && !create.foreign;
    let options = if stored { options::of_table(&create.options, create.method.as_deref()) } else { Vec::new() };
    let partition = partition
        .chain(options)
        .chain(copied_twice(create, around))
        .chain(copied_keys(create, around))
        .chain(inheritance::create_table(create, around));
    let partition =
        partition.chain(misplaced(create)).chain(unknown_options(create, around)).chain(of_no_rows(create, around));
    let partition = partition.chain(create.constraints.iter().filter_map(indexes::exclude));
    let twice = create.query.as_ref().and_then(|query| {
        let names: Vec<Ident> = create.columns.iter().map(|column| column.name.clone()).collect();
        named_twice(&output::columns(query.output.as_deref(), &names, around), &create.name)
    });
    twice
        .into_iter()
        .chain(taken_relation(&name, around))
        .chain(partition)
        .chain(foreign_keys::create_table(create, around))
        .collect()
}

/// OF a type whose values are no rows.
fn of_no_rows(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Type, create.of_type.as_ref()?);
    let there = around.catalog.past(Kind::Type, &name).is_some_and(Past::is_there);
    let other = around.catalog.enum_type(&name).is_some() || around.catalog.domain(&name).is_some();
    (there && other).then(|| refused(WRONG_OBJECT_TYPE, format!("type {name} is not a composite type")))
}

/// Options for a column that the parent or the type has not, or a type where only options may stand.
fn unknown_options(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let of = create.partition_of.as_ref().and_then(|of| around.relation(&of.parent));
    let parent = of.filter(|parent| is_known_whole(parent));
    let kind = create.of_type.as_ref().map(|name| around.resolve_kind(Kind::Type, name));
    let composite = kind.and_then(|name| around.catalog.composite(&name)).filter(|composite| composite.whole);
    let has = |name: &str| match (parent, composite) {
        (Some(parent), _) => parent.column(name).is_some(),
        (None, Some(composite)) => composite.attribute(name).is_some(),
        (None, None) => true,
    };
    let column = create.columns.iter().find(|column| !has(&column.name.name))?;
    let typed = create.partition_of.is_some() && !column.data_type.name.is_empty();
    let reason = format!("column {} does not exist", column.name.name);
    let sqlstate = if typed { SYNTAX_ERROR } else { UNDEFINED_COLUMN };
    Some(refused(sqlstate, reason).at(column.span))
}

/// Words that are for temporary tables, or for others.
fn misplaced(create: &CreateTable) -> Option<Refusal> {
    let temporary = create.persistence == Persistence::Temporary;
    let schema = create.name.schema.as_ref().filter(|schema| temporary && !schema.name.starts_with("pg_temp"));
    let invalid = |reason: &str| Some(refused(INVALID_TABLE_DEFINITION, reason.to_owned()));
    match (schema, &create.on_commit) {
        (Some(_), _) => invalid("cannot create temporary relation in non-temporary schema"),
        (None, Some(_)) if !temporary => invalid("ON COMMIT can only be used on temporary tables"),
        _ => None,
    }
}

/// A column of LIKE that another LIKE copies too, or that is written as well.
fn copied_twice(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let mut seen: Vec<&str> = create.columns.iter().map(|column| column.name.name.as_str()).collect();
    for like in &create.like {
        let relation = around.relation(&like.table).filter(|relation| is_known_whole(relation))?;
        for column in &relation.columns {
            if seen.contains(&column.name.as_str()) {
                let reason = format!("column {} appears twice", column.name);
                return Some(refused(DUPLICATE_COLUMN, reason).at(like.span));
            }
            seen.push(&column.name);
        }
    }
    None
}

/// A primary key that LIKE copies beside another one, or a key that a partitioned table cannot have.
fn copied_keys(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let sources: Vec<(&LikeClause, &Relation)> = create
        .like
        .iter()
        .filter(|like| like.includes("INDEXES"))
        .filter_map(|like| Some((like, around.relation(&like.table).filter(|relation| is_known_whole(relation))?)))
        .collect();
    let of_column = |part: &ColumnConstraint| matches!(part.kind, ColumnConstraintKind::PrimaryKey);
    let own = create.constraints.iter().any(|part| matches!(part.kind, TableConstraintKind::PrimaryKey(_)))
        || create.columns.iter().any(|column| column.constraints.iter().any(of_column));
    let mut with_key = sources.iter().filter(|(_, relation)| relation.has_primary_key_for_certain());
    let second = with_key.nth(usize::from(!own));
    let reason = || format!("multiple primary keys for table {} are not allowed", create.name);
    let mut found: Vec<Refusal> =
        second.map(|(like, _)| refused(INVALID_TABLE_DEFINITION, reason()).at(like.span)).into_iter().collect();
    let indexed = sources.iter().find(|(_, relation)| relation.indexes.iter().any(|index| index.certain));
    let reason = || format!("cannot create an index on the partitioned table {}", create.name);
    let indexed = indexed.filter(|_| create.partition_by.is_some());
    found
        .extend(indexed.map(|(like, _)| refused_on(VersionSet::before(11), WRONG_OBJECT_TYPE, reason()).at(like.span)));
    let Some(by) = create.partition_by.as_ref().filter(|by| by.keys.iter().all(|key| key.column.is_some())) else {
        return found;
    };
    let unique = |index: &&Index| index.unique && index.certain && !index.more.doubted;
    let lacks = |index: &Index| by.columns().any(|column| index.keys.iter().flatten().all(|key| key != column));
    let lacking = sources.iter().find(|(_, relation)| relation.indexes.iter().filter(unique).any(lacks));
    let reason = "a key of a partitioned table must include all its partitioning columns".to_owned();
    found.extend(
        lacking.map(|(like, _)| refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason).at(like.span)),
    );
    found
}

/// A query gives two columns of one name.
fn named_twice(columns: &Columns, of: &ObjectName) -> Option<Refusal> {
    let columns = columns.list.as_slice();
    let before = |at: usize, name: &str| columns.iter().take(at).any(|column| column.name == name);
    let (_, second) = columns.iter().enumerate().find(|(at, column)| before(*at, &column.name))?;
    Some(refused(DUPLICATE_COLUMN, format!("column {} of {of} is specified more than once", second.name)).at(of.span))
}

pub(super) fn view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let columns = output::columns(create.query.output.as_deref(), &create.columns, around);
    named_twice(&columns, &create.name).or_else(|| of_name(create, &columns, around))
}

fn of_name(create: &CreateView, columns: &Columns, around: &Surroundings) -> Option<Refusal> {
    let persistence = if create.temporary { Persistence::Temporary } else { Persistence::Permanent };
    let name = created(&create.name, persistence, around);
    match create.or_replace {
        true => replaced(create, &name, columns, around),
        false if create.if_not_exists => None,
        false => taken_relation(&name, around),
    }
}

/// CREATE OR REPLACE VIEW may only add columns behind those that there are.
///
/// Source: `checkViewColumns` of PostgreSQL's commands/view.c.
fn replaced(create: &CreateView, name: &RelationName, after: &Columns, around: &Surroundings) -> Option<Refusal> {
    let view = around.catalog.get(name).filter(|view| view.created_in.is_some() && !view.perhaps_missing)?;
    if view.kind != RelationKind::View {
        return None;
    }
    let before = output::of_relation(view);
    if !before.whole || !after.whole {
        return None;
    }
    let refusal = |reason: String| Some(refused(INVALID_TABLE_DEFINITION, reason).at(create.name.span));
    if after.list.len() < before.list.len() {
        return refusal(format!("cannot drop columns from view {name}"));
    }
    let pairs = before.list.iter().zip(&after.list);
    let (one, other) = pairs.into_iter().find(|(one, other)| one.name != other.name || one.has_other_type(other))?;
    match one.name == other.name {
        true => refusal(format!("cannot change the type of view column {} of {name}", one.name)),
        false => refusal(format!("cannot change the name of view column {} of {name} to {}", one.name, other.name)),
    }
}

pub(super) fn sequence(create: &CreateSequence, around: &Surroundings) -> Option<Refusal> {
    let name = created(&create.name, create.persistence, around);
    if create.if_not_exists { None } else { taken_relation(&name, around) }
}
