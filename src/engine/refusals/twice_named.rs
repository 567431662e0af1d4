//! One statement gives a name to two constraints.
//!
//! Source: measurements (`fixtures/facts/constraint-named-twice-*.sql`).

use crate::ast::{
    AlterActionKind, AlterTable, ColumnConstraint, ColumnConstraintKind, ColumnDef, CreateTable, Ident, KeyColumns,
    TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::Relation;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{DUPLICATE_OBJECT, DUPLICATE_TABLE, refused, refused_on};

/// What the name is given to.
#[derive(Clone, PartialEq, Eq)]
enum Sort<'a> {
    /// A constraint with an index of the same name, over these columns.
    Key(Vec<&'a str>),
    /// A CHECK.
    Check,
    /// A foreign key.
    ForeignKey,
    /// NOT NULL of a column, which keeps its name since 18.
    NotNull(&'a str),
}

type Named<'a> = (&'a Ident, Sort<'a>);

/// ALTER TABLE adds two.
pub(super) fn alter_table(alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let named = alter.actions.iter().flat_map(|action| match &action.kind {
        AlterActionKind::AddConstraint(constraint) => of_table(constraint).into_iter().collect(),
        AlterActionKind::AddColumn { if_not_exists, column } => {
            let is_new = !if_not_exists || relation.is_known_whole() && relation.column(&column.name.name).is_none();
            if is_new { of_columns(std::slice::from_ref(column)) } else { Vec::new() }
        }
        _ => Vec::new(),
    });
    twice(&named.collect::<Vec<_>>(), VersionSet::ALL)
}

/// CREATE TABLE has two.
pub(super) fn create_table(create: &CreateTable) -> Option<Refusal> {
    let of_tables = create.constraints.iter().filter_map(of_table);
    let named: Vec<Named> = of_columns(&create.columns).into_iter().chain(of_tables).collect();
    // A key had no eye for the CHECKs beside it.
    twice(&named, VersionSet::since(11))
}

/// `mixed`: the versions on which a key and a CHECK do not go together.
fn twice(named: &[Named], mixed: VersionSet) -> Option<Refusal> {
    let pairs = named.iter().enumerate().flat_map(|(at, one)| named.iter().skip(at + 1).map(move |other| (one, other)));
    let mut pairs = pairs.filter(|((one, _), (other, _))| one.name == other.name);
    pairs.find_map(|((_, one), (name, other))| {
        let reason = format!("constraint {} is there twice", name.name);
        let refusal = match (one, other) {
            // Two of the same columns may be one.
            (Sort::Key(columns), Sort::Key(others)) if columns == others => return None,
            (Sort::Key(_), Sort::Key(_)) => refused(DUPLICATE_TABLE, reason),
            // Two of one column are one.
            (Sort::NotNull(column), Sort::NotNull(other)) if column == other => return None,
            (Sort::NotNull(_), _) | (_, Sort::NotNull(_)) => {
                refused_on(VersionSet::since(18), DUPLICATE_OBJECT, reason)
            }
            (Sort::Key(_), Sort::Check) | (Sort::Check, Sort::Key(_)) => refused_on(mixed, DUPLICATE_OBJECT, reason),
            _ => refused(DUPLICATE_OBJECT, reason),
        };
        Some(refusal.at(name.span))
    })
}

fn of_table(constraint: &TableConstraint) -> Option<Named<'_>> {
    let sort = match &constraint.kind {
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns))
        | TableConstraintKind::Unique(KeyColumns::Columns(columns)) => {
            Sort::Key(columns.iter().map(|column| column.name.as_str()).collect())
        }
        kind if kind.is_key() => Sort::Key(Vec::new()),
        TableConstraintKind::ForeignKey { .. } => Sort::ForeignKey,
        TableConstraintKind::NotNull(column) => Sort::NotNull(&column.name),
        _ => Sort::Check,
    };
    Some((constraint.name.as_ref()?, sort))
}

fn of_columns(columns: &[ColumnDef]) -> Vec<Named<'_>> {
    fn named<'a>(constraint: &ColumnConstraint, column: &'a ColumnDef) -> Option<Sort<'a>> {
        match &constraint.kind {
            ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique => Some(Sort::Key(vec![&column.name.name])),
            ColumnConstraintKind::Check(_) => Some(Sort::Check),
            ColumnConstraintKind::References(_) => Some(Sort::ForeignKey),
            ColumnConstraintKind::NotNull => Some(Sort::NotNull(&column.name.name)),
            _ => None,
        }
    }
    let all = columns.iter().flat_map(|column| column.constraints.iter().map(move |constraint| (constraint, column)));
    all.filter_map(|(constraint, column)| Some((constraint.name.as_ref()?, named(constraint, column)?))).collect()
}
