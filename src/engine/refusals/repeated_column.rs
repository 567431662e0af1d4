//! Constraints behind ADD COLUMN IF NOT EXISTS where the column is there already: until 12 they are added all the same
//! (`fixtures/facts/add-column-if-not-exists-*.sql`).

use rustc_hash::FxHashSet;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnConstraintKind, ColumnDef, Statement, StatementKind,
    TableConstraint, TableConstraintKind,
};
use crate::engine::classify::fills_others;
use crate::engine::replay::as_table_constraint;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

/// What is refused of these constraints.
pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    let StatementKind::AlterTable(alter) = &statement.kind else { return Vec::new() };
    let Some(added) = as_added(alter, around) else { return Vec::new() };
    let added = Statement { kind: StatementKind::AlterTable(Box::new(added)), ..statement.clone() };
    let refusals = super::refusals(&added, around, in_body).into_iter();
    let until_12 = |refusal: Refusal| {
        let versions = refusal.versions.and(VersionSet::before(13));
        (!versions.is_empty()).then_some(Refusal { versions, ..refusal })
    };
    refusals.filter_map(until_12).collect()
}

/// The statement with nothing but these constraints, as ADD CONSTRAINT.
fn as_added(alter: &AlterTable, around: &Surroundings) -> Option<AlterTable> {
    let relation = around.relation(&alter.name)?;
    let dropped: FxHashSet<&str> = alter
        .actions
        .iter()
        .filter_map(|action| match &action.kind {
            AlterActionKind::DropColumn { name, .. } => Some(name.name.as_str()),
            _ => None,
        })
        .collect();
    let is_there = |column: &ColumnDef| {
        relation.column(&column.name.name).is_some_and(|known| !known.more.doubts.existence)
            && !dropped.contains(column.name.name.as_str())
    };
    let repeated = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { if_not_exists: true, column } if is_there(column) => Some((column, action.span)),
        _ => None,
    });
    let actions: Vec<AlterAction> = repeated
        .flat_map(|(column, span)| {
            constraints(column, alter)
                .map(move |constraint| AlterAction { span, kind: AlterActionKind::AddConstraint(Box::new(constraint)) })
        })
        .collect();
    (!actions.is_empty()).then(|| AlterTable { actions, ..alter.clone() })
}

/// A foreign key is looked up for the sake of a default alone, be it that of another column.
fn constraints(column: &ColumnDef, alter: &AlterTable) -> impl Iterator<Item = TableConstraint> {
    let own = column.constraints.iter().any(|part| matches!(part.kind, ColumnConstraintKind::Default(_)));
    let filled = own || fills_others(column, alter);
    column.constraints.iter().filter_map(move |part| {
        let mut constraint = as_table_constraint(&column.name, part)?;
        constraint.traits.not_valid |= !filled && matches!(constraint.kind, TableConstraintKind::ForeignKey { .. });
        Some(constraint)
    })
}
