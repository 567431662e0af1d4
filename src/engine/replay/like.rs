//! LIKE in CREATE TABLE.
//!
//! Source: `transformTableLikeClause` and `expandTableLikeClause` of PostgreSQL: columns with their types and NOT NULL always,
//! the rest where INCLUDING names it. Names of CHECKs are kept, those of indexes and keys are chosen anew.

use ecow::EcoString;

use crate::ast::LikeClause;
use crate::engine::catalog::{
    Column, ColumnMore, Constraint, ConstraintKind, Index, IndexMore, Relation, Validity, Written,
};
use crate::engine::effect::RelationName;
use crate::source::Span;

use super::{Replay, sequence};

/// Copies the columns into a table that is being made.
pub(super) fn columns(like: &LikeClause, relation: &mut Relation, replay: &Replay) {
    let name = replay.resolve(&like.table);
    let Some(source) = replay.catalog.get(&name).filter(|source| source.complete) else {
        relation.copies_unseen = true;
        relation.complete = false;
        return;
    };
    for column in &source.columns {
        let generated = column.generated_from.clone().filter(|_| like.includes("GENERATED"));
        let kept = if column.generated_from.is_some() { generated.is_some() } else { like.includes("DEFAULTS") };
        let expression = if kept { column.more.expression.clone() } else { Written::default() };
        relation.columns.push(Column {
            has_default: column.has_default && like.includes("DEFAULTS"),
            default_functions: if like.includes("DEFAULTS") { column.default_functions.clone() } else { Vec::new() },
            generated_from: generated,
            identity: column.identity && like.includes("IDENTITY"),
            place: column.place.map(|_| replay.author.place(like.span)),
            more: ColumnMore {
                inherited: false,
                expression,
                default_names: if like.includes("DEFAULTS") { column.more.default_names.clone() } else { Vec::new() },
                ..column.more.clone()
            },
            ..column.clone()
        });
    }
}

/// Copies what goes with the columns, when the table is there with its own constraints.
pub(super) fn the_rest(like: &LikeClause, table: &RelationName, replay: &mut Replay) {
    let name = replay.resolve(&like.table);
    let Some(source) = replay.catalog.get(&name).cloned() else { return };
    for column in source.columns.iter().filter(|column| column.identity && like.includes("IDENTITY")) {
        sequence::copy(&name, table, &column.name, replay);
    }
    for constraint in &source.constraints {
        let comes_along = match constraint.kind {
            ConstraintKind::Check { .. } => like.includes("CONSTRAINTS"),
            ConstraintKind::NotNull { .. } => true,
            ConstraintKind::Key { .. } | ConstraintKind::ForeignKey { .. } => false,
        };
        let copy = copied(constraint, constraint.name.clone(), like.span, replay);
        let relation = replay.catalog.touch(table);
        if comes_along && relation.constraint(&copy.name).is_none() {
            relation.constraints.push(copy);
        }
    }
    if like.includes("INDEXES") {
        source.indexes.iter().for_each(|index| add_index(&source, index, table, like.span, replay));
    }
}

fn add_index(source: &Relation, index: &Index, table: &RelationName, written: Span, replay: &mut Replay) {
    let keys = index.more.key_names.join("_");
    let name = match source.key_suffix(&index.name) {
        Some("pkey") => replay.catalog.chosen_key_name(table, "", "pkey", &[]),
        Some(suffix) => replay.catalog.chosen_key_name(table, &keys, suffix, &[]),
        None => replay.catalog.chosen_index_name(table, &keys),
    };
    let more = IndexMore { parent: None, validity: Validity::Valid, ..index.more.clone() };
    let place = replay.author.place(written);
    let own = Index { name: name.clone(), more, place, added_in: place.migration, ..index.clone() };
    replay.catalog.add_index(table, own);
    if let Some(constraint) = source.constraint(&index.name) {
        replay.catalog.note_constraint_name(&name);
        let constraint = copied(constraint, name, written, replay);
        replay.catalog.touch(table).constraints.push(constraint);
    }
}

fn copied(constraint: &Constraint, name: EcoString, span: Span, replay: &Replay) -> Constraint {
    let author = replay.author;
    Constraint {
        name,
        validated: !constraint.traits.not_enforced,
        inherited: false,
        added_in: author.migration,
        added_in_transaction: author.transaction,
        statement: author.statement,
        span,
        ..constraint.clone()
    }
}
