//! Foreign keys that the server refuses: nothing unique to point to, or types that cannot be compared.

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, CreateTable, DataType,
    Ident, KeyAction, Persistence, References, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::types::is_built_in;
use crate::postgres::version::Version;

use super::existence::is_known_whole;
use super::{
    DATATYPE_MISMATCH, INVALID_TABLE_DEFINITION, NOT_IN_PREREQUISITE_STATE, SYNTAX_ERROR, UNDEFINED_OBJECT,
    WRONG_OBJECT_TYPE, drops_foreign_key, referencing, refused, refused_on,
};

const INVALID_FOREIGN_KEY: &str = "42830";

/// Kinds of types of which those of different kinds have no common `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Numeric,
    Text,
    Uuid,
    Boolean,
    Float,
    Time,
    TimeOfDay,
    Interval,
    Bytes,
    Json,
    Network,
    Bits,
    Money,
    Array,
    Range,
}

impl Kind {
    fn of(data_type: &DataType) -> Option<Self> {
        if data_type.dimensions > 0 {
            return is_built_in(data_type, Version::NEWEST).then_some(Self::Array);
        }
        match data_type.name.as_str() {
            "smallint" | "integer" | "bigint" => Some(Self::Integer),
            "numeric" => Some(Self::Numeric),
            "text" | "character varying" | "character" => Some(Self::Text),
            "uuid" => Some(Self::Uuid),
            "boolean" => Some(Self::Boolean),
            "real" | "double precision" => Some(Self::Float),
            "date" | "timestamp without time zone" | "timestamp with time zone" => Some(Self::Time),
            "time without time zone" | "time with time zone" => Some(Self::TimeOfDay),
            "interval" => Some(Self::Interval),
            "bytea" => Some(Self::Bytes),
            "jsonb" => Some(Self::Json),
            "inet" | "cidr" => Some(Self::Network),
            "bit" | "bit varying" => Some(Self::Bits),
            "money" => Some(Self::Money),
            "int4range" | "int8range" | "numrange" | "daterange" | "tsrange" | "tstzrange" => Some(Self::Range),
            _ => None,
        }
    }

    /// An integer is cast to the numeric that it refers to; the other way there is no implicit cast. Of times it is not said.
    fn can_reference(self, key: Self) -> bool {
        self == key
            || matches!(
                (self, key),
                (Self::Integer, Self::Numeric | Self::Float)
                    | (Self::Numeric, Self::Float)
                    | (Self::Time | Self::Interval | Self::TimeOfDay, Self::Time | Self::Interval | Self::TimeOfDay)
            )
    }
}

/// The foreign keys that ALTER TABLE adds, and those whose columns change their type.
pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let added: Vec<&ColumnDef> = alter.actions.iter().filter_map(added_column).collect();
    let type_of = |name: &Ident| -> Option<DataType> {
        let changed = alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::AlterColumn { name: column, change: ColumnChange::SetType { data_type, .. } }
                if column.name == name.name =>
            {
                Some(DataType::clone(data_type))
            }
            _ => None,
        });
        let added = added.iter().find(|column| column.name.name == name.name).map(|column| column.data_type.clone());
        let new = changed.or(added);
        new.or_else(|| relation.column(&name.name)?.data_type.clone())
    };
    let found = alter.actions.iter().flat_map(|action| match &action.kind {
        // A key of its own may be made by the same statement, which comes before.
        AlterActionKind::AddConstraint(constraint) if refers_to_new_key(constraint, alter, relation, around) => {
            Vec::new()
        }
        AlterActionKind::AddConstraint(constraint) => {
            let writes = writes_generated(constraint, relation);
            let own = refers_to(constraint, relation, around) && changes_a_type(alter);
            let known = of_constraint(constraint, type_of, around).filter(|_| !own);
            writes.into_iter().chain(known).collect()
        }
        AlterActionKind::AddColumn { if_not_exists, column }
            if !(*if_not_exists && relation.column(&column.name.name).is_some()) =>
        {
            let known = is_known_whole(relation).then_some(relation.persistence);
            let lasting = referenced_by(column).filter_map(|to| persistence(known?, to, around));
            lasting.chain(of_column(column, around)).collect()
        }
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } => {
            of_type_change(name, data_type, alter, relation, around).into_iter().collect()
        }
        _ => Vec::new(),
    });
    found.collect()
}

fn refers_to(constraint: &TableConstraint, relation: &Relation, around: &Surroundings) -> bool {
    match &constraint.kind {
        TableConstraintKind::ForeignKey { references, .. } => around.resolve(&references.table) == relation.name,
        _ => false,
    }
}

/// The types of the table's own key may be others by the time that a foreign key to it is made.
fn changes_a_type(alter: &AlterTable) -> bool {
    let changes = |action: &AlterAction| {
        matches!(action.kind, AlterActionKind::AlterColumn { change: ColumnChange::SetType { .. }, .. })
    };
    alter.actions.iter().any(changes)
}

fn refers_to_new_key(
    constraint: &TableConstraint,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> bool {
    let own = refers_to(constraint, relation, around);
    let makes_key = |action: &AlterAction| match &action.kind {
        AlterActionKind::AddConstraint(added) => {
            matches!(added.kind, TableConstraintKind::PrimaryKey(_) | TableConstraintKind::Unique(_))
        }
        AlterActionKind::AddColumn { column, .. } => column
            .constraints
            .iter()
            .any(|part| matches!(part.kind, ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique)),
        _ => false,
    };
    own && alter.actions.iter().any(makes_key)
}

fn added_column(action: &AlterAction) -> Option<&ColumnDef> {
    match &action.kind {
        AlterActionKind::AddColumn { column, .. } => Some(column),
        _ => None,
    }
}

/// A table that lasts longer than the one that it references, or one that is reset to nothing while this one is not.
pub(super) fn persistence(own: Persistence, references: &References, around: &Surroundings) -> Option<Refusal> {
    let to = around.relation(&references.table).filter(|to| is_known_whole(to) && !to.perhaps_missing)?;
    let fits = match own {
        Persistence::Permanent => to.persistence == Persistence::Permanent,
        Persistence::Unlogged => to.persistence != Persistence::Temporary,
        Persistence::Temporary => to.persistence == Persistence::Temporary,
    };
    let reason = || format!("a table may reference only tables that last as long: {} does not", to.name);
    (!fits).then(|| refused(INVALID_TABLE_DEFINITION, reason()).at(references.table.span))
}

/// A foreign key would have to write to a generated column.
fn writes_generated(constraint: &TableConstraint, relation: &Relation) -> Option<Refusal> {
    let TableConstraintKind::ForeignKey { columns, references, .. } = &constraint.kind else { return None };
    let is_generated = |name: &&Ident| relation.column(&name.name).is_some_and(|known| known.generated_from.is_some());
    let column = columns.iter().find(is_generated).filter(|_| is_known_whole(relation))?;
    let sets = |action: &Option<KeyAction>| matches!(action, Some(KeyAction::SetNull(_) | KeyAction::SetDefault(_)));
    let cascades = matches!(references.on_update, Some(KeyAction::Cascade));
    let writes = sets(&references.on_delete) || sets(&references.on_update) || cascades;
    let reason = || format!("the foreign key cannot write to the generated column {}", column.name);
    writes.then(|| refused_on(VersionSet::since(12), SYNTAX_ERROR, reason()))
}

/// The foreign keys that CREATE TABLE makes.
pub(super) fn create_table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let own = |name: &Ident| {
        let column = create.columns.iter().find(|column| column.name.name == name.name);
        column.map(|column| column.data_type.clone())
    };
    let constraints = create.constraints.iter().filter_map(|constraint| of_constraint(constraint, own, around));
    let of_table = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::ForeignKey { references, .. } => Some(&**references),
        _ => None,
    });
    let all = of_table.chain(create.columns.iter().flat_map(referenced_by));
    let lasting = all.filter_map(|to| persistence(create.persistence, to, around));
    lasting.chain(constraints).chain(create.columns.iter().flat_map(|column| of_column(column, around))).collect()
}

fn referenced_by(column: &ColumnDef) -> impl Iterator<Item = &References> {
    column.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::References(references) => Some(&**references),
        _ => None,
    })
}

fn of_column(column: &ColumnDef, around: &Surroundings) -> Vec<Refusal> {
    let references = column.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::References(references) => Some(&**references),
        _ => None,
    });
    let own = |_: &Ident| Some(column.data_type.clone());
    let columns = std::slice::from_ref(&column.name);
    references.filter_map(|references| judge(columns, references, own, around)).collect()
}

fn of_constraint(
    constraint: &TableConstraint,
    type_of: impl Fn(&Ident) -> Option<DataType>,
    around: &Surroundings,
) -> Option<Refusal> {
    match &constraint.kind {
        TableConstraintKind::ForeignKey { columns, period: false, references } => {
            judge(columns, references, type_of, around)
        }
        _ => None,
    }
}

fn judge(
    columns: &[Ident],
    references: &References,
    type_of: impl Fn(&Ident) -> Option<DataType>,
    around: &Surroundings,
) -> Option<Refusal> {
    let table = around.relation(&references.table)?;
    if let Some(refusal) = no_table(table) {
        return Some(refusal);
    }
    let table = Some(table).filter(|table| is_known_whole(table))?;
    if table.is_partitioned() {
        let reason = format!("cannot reference the partitioned table {}", table.name);
        let old = refused_on(VersionSet::before(12), WRONG_OBJECT_TYPE, reason);
        return Some(judge_key(columns, references, type_of, table).unwrap_or(old));
    }
    let judged = judge_key(columns, references, type_of, table);
    judged.filter(|refusal| refusal.sqlstate != DATATYPE_MISMATCH || !around.has_own_casts())
}

/// The columns that are referenced, and their types.
fn judge_key(
    columns: &[Ident],
    references: &References,
    type_of: impl Fn(&Ident) -> Option<DataType>,
    table: &Relation,
) -> Option<Refusal> {
    let written: Vec<&str> = references.columns.iter().map(|column| column.name.as_str()).collect();
    let key: Vec<&str> = match written.as_slice() {
        [] => match table.primary_key() {
            Some(key) => key.iter().map(EcoString::as_str).collect(),
            None => {
                let reason = format!("there is no primary key for referenced table {}", table.name);
                return Some(refused(UNDEFINED_OBJECT, reason));
            }
        },
        columns => columns.to_vec(),
    };
    if written.is_empty() && key.len() != columns.len() {
        let reason =
            format!("the foreign key has {} columns and the key of {} {}", columns.len(), table.name, key.len());
        return Some(refused(INVALID_FOREIGN_KEY, reason));
    }
    if let Some(refusal) = key.iter().find_map(|column| super::existence::missing_column(column, table)) {
        // A column that references itself may be as new as the key.
        let itself = columns.iter().any(|column| key.contains(&column.name.as_str()));
        return Some(refusal).filter(|_| !itself);
    }
    let mut keys = table.indexes.iter().filter(|index| is_key(index, &key)).peekable();
    if table.kind == RelationKind::Table && keys.peek().is_none() {
        let reason = format!("there is no unique constraint on the referenced columns of {}", table.name);
        return Some(refused(INVALID_FOREIGN_KEY, reason));
    }
    if table.kind == RelationKind::Table && keys.all(|index| index.certain && index.shape.deferrable) {
        let reason = format!("cannot use a deferrable key of the referenced table {}", table.name);
        return Some(refused(NOT_IN_PREREQUISITE_STATE, reason));
    }
    let mut pairs = columns.iter().zip(&key);
    pairs.find_map(|(column, key)| differ(&column.name, &type_of(column)?, table.column(key)?.data_type.as_ref()?))
}

/// A view and the like has no keys.
fn no_table(relation: &Relation) -> Option<Refusal> {
    let other = match relation.kind {
        RelationKind::View | RelationKind::MaterializedView | RelationKind::Sequence | RelationKind::ForeignTable => {
            true
        }
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition | RelationKind::Index => false,
    };
    let there = relation.created_in.is_some() && !relation.perhaps_older && !relation.perhaps_missing;
    let reason = || format!("referenced relation {} is not a table: it is a {}", relation.name, relation.kind.name());
    (other && there).then(|| refused(WRONG_OBJECT_TYPE, reason()))
}

fn is_key(index: &Index, key: &[&str]) -> bool {
    let keys: Vec<&str> = index.keys.iter().flatten().map(EcoString::as_str).collect();
    let whole = index.unique && !index.partial && keys.len() == index.keys.len() && keys.len() == key.len();
    whole && key.iter().all(|column| keys.contains(column))
}

fn differ(column: &str, own: &DataType, key: &DataType) -> Option<Refusal> {
    let reason = || format!("column {column} and the key it references are of types that cannot be compared");
    let refuses = !Kind::of(own)?.can_reference(Kind::of(key)?);
    refuses.then(|| refused(DATATYPE_MISMATCH, reason()))
}

/// The foreign keys of a column, and those that point to it, are made again with its new type.
fn of_type_change(
    name: &Ident,
    new: &DataType,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let pairs = |constraint: &ConstraintKind, table: &Relation| match constraint {
        ConstraintKind::ForeignKey { columns, referenced_columns, .. } => {
            let key = match referenced_columns.as_slice() {
                [] => table.primary_key().unwrap_or_default(),
                columns => columns,
            };
            columns.iter().cloned().zip(key.iter().cloned()).collect::<Vec<_>>()
        }
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => Vec::new(),
    };
    let stays = |table: &Relation, key: &Constraint| !drops_foreign_key(alter, relation, table, key, around);
    let own = relation.foreign_keys().filter(|(key, to)| **to != relation.name && stays(relation, key));
    let own = own.into_iter().find_map(|(constraint, to)| {
        let table = around.catalog.get(to)?;
        let pair = pairs(&constraint.kind, table).into_iter().find(|(column, _)| *column == name.name)?;
        differ(&name.name, new, table.column(&pair.1)?.data_type.as_ref()?)
    });
    own.or_else(|| {
        let others = referencing(&relation.name, around).into_iter().filter(|(table, key)| stays(table, key));
        others.into_iter().find_map(|(table, constraint)| {
            let pair = pairs(&constraint.kind, relation).into_iter().find(|(_, key)| *key == name.name)?;
            differ(&pair.0, table.column(&pair.0)?.data_type.as_ref()?, new)
        })
    })
}
