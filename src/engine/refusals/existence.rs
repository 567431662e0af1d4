//! Names that ALTER TABLE and its like need and that are not there, or that they give and that are taken.
//!
//! Claimed only of tables that the history created and knows whole: of any other, a column or constraint may exist that
//! nobody has seen.

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, CreateIndex, Expr, Ident, KeyColumns, TableConstraint,
    TableConstraintKind, WhichTriggers,
};
use crate::engine::catalog::Relation;
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::{DUPLICATE_OBJECT, DUPLICATE_TABLE, UNDEFINED_OBJECT, refused};

const DUPLICATE_COLUMN: &str = "42701";
const UNDEFINED_COLUMN: &str = "42703";

/// Columns that every table has.
pub(super) const SYSTEM_COLUMNS: &[&str] = &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"];

/// Whether all columns of a table are known, and that it is there.
pub(super) fn is_known_whole(relation: &Relation) -> bool {
    let table = matches!(relation.kind, RelationKind::Table | RelationKind::PartitionedTable);
    table && relation.complete && relation.created_in.is_some() && !relation.perhaps_older
}

/// What a statement that alters a table meets, and what it changes in an earlier pass.
struct Names<'a> {
    alter: &'a AlterTable,
    relation: &'a Relation,
    around: &'a Surroundings<'a>,
}

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    if !is_known_whole(relation) {
        return Vec::new();
    }
    let names = Names { alter, relation, around };
    alter.actions.iter().filter_map(|action| Some(names.action(action)?.at(action.span))).collect()
}

impl Names<'_> {
    fn action(&self, action: &AlterAction) -> Option<Refusal> {
        use AlterActionKind as A;
        match &action.kind {
            A::AddColumn { if_not_exists: false, column } if !self.drops_column(&column.name) => {
                self.taken_column(&column.name)
            }
            A::DropColumn { if_exists: false, name, .. } => self.missing_column(&name.name),
            A::AlterColumn { name, change } => self.alter_column(name, change),
            A::RenameColumn { from, to } => self.missing_column(&from.name).or_else(|| self.taken_column(to)),
            A::AddConstraint(constraint) => {
                let columns = columns_of(constraint).into_iter();
                columns.filter_map(|column| self.missing_column(column)).next().or_else(|| self.taken(constraint))
            }
            A::ValidateConstraint(name) if !self.adds_constraint(name) => self.missing_constraint(name),
            A::AlterConstraint { name, .. }
            | A::DropConstraint { if_exists: false, name, .. }
            | A::RenameConstraint { from: name, .. } => self.missing_constraint(name),
            A::RenameTo(to) => {
                let name = RelationName::new(&*self.relation.name.schema, &*to.name);
                taken_relation(&name, self.around)
            }
            A::Trigger { which: WhichTriggers::Named(name), .. } => {
                let known = self.relation.triggers.iter().any(|trigger| trigger.name == name.name);
                let missing = !known && self.relation.parents.is_empty();
                missing.then(|| self.missing("trigger", name))
            }
            _ => None,
        }
    }

    fn alter_column(&self, name: &Ident, change: &ColumnChange) -> Option<Refusal> {
        match change {
            ColumnChange::AddIdentity(_) => self.missing_column(&name.name).or_else(|| {
                let nullable = self.relation.column(&name.name).is_some_and(|column| !column.not_null);
                let made_required = self.alter.actions.iter().any(|action| {
                    matches!(&action.kind, AlterActionKind::AlterColumn { name: other, change: ColumnChange::SetNotNull }
                        if other.name == name.name)
                });
                let reason = format!("column {} must be declared NOT NULL before identity can be added", name.name);
                (nullable && !made_required).then(|| refused("55000", reason))
            }),
            _ => self.missing_column(&name.name),
        }
    }

    fn taken_column(&self, name: &Ident) -> Option<Refusal> {
        let taken = self.relation.column(&name.name).is_some();
        let reason = || format!("column {} of {} already exists", name.name, self.relation.name);
        taken.then(|| refused(DUPLICATE_COLUMN, reason()))
    }

    fn missing_column(&self, name: &str) -> Option<Refusal> {
        let added = self.alter.actions.iter().any(
            |action| matches!(&action.kind, AlterActionKind::AddColumn { column, .. } if column.name.name == name),
        );
        if added { None } else { missing_column(name, self.relation) }
    }

    fn drops_column(&self, column: &Ident) -> bool {
        let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == column.name);
        self.alter.actions.iter().any(drops)
    }

    fn adds_constraint(&self, name: &Ident) -> bool {
        let named = |other: &Option<Ident>| other.as_ref().is_some_and(|other| other.name == name.name);
        self.alter.actions.iter().any(|action| match &action.kind {
            AlterActionKind::AddConstraint(constraint) => named(&constraint.name),
            AlterActionKind::AddColumn { column, .. } => column.constraints.iter().any(|part| named(&part.name)),
            _ => false,
        })
    }

    /// A constraint of a partition may have a name that its parent gave, and from 18 a NOT NULL has one that is not followed.
    fn missing_constraint(&self, name: &Ident) -> Option<Refusal> {
        let known = self.relation.constraint(&name.name).is_some() || name.name.contains("not_null");
        let missing = !known && self.relation.parents.is_empty();
        missing.then(|| self.missing("constraint", name))
    }

    fn missing(&self, what: &str, name: &Ident) -> Refusal {
        refused(UNDEFINED_OBJECT, format!("{what} {} of {} does not exist", name.name, self.relation.name))
    }

    /// The written name of a new constraint is that of another one, or its index has the name of a relation.
    fn taken(&self, constraint: &TableConstraint) -> Option<Refusal> {
        let name = constraint.name.as_ref()?;
        let dropped = self.alter.actions.iter().any(|action| {
            matches!(&action.kind, AlterActionKind::DropConstraint { name: other, .. } if other.name == name.name)
        });
        if dropped {
            return None;
        }
        let index = RelationName::new(&*self.relation.name.schema, &*name.name);
        let builds = match &constraint.kind {
            TableConstraintKind::Unique(keys) | TableConstraintKind::PrimaryKey(keys) => {
                matches!(keys, KeyColumns::Columns(_))
            }
            TableConstraintKind::Exclude { .. } => true,
            TableConstraintKind::Check(_)
            | TableConstraintKind::ForeignKey { .. }
            | TableConstraintKind::NotNull(_) => false,
        };
        if builds && let Some(refusal) = taken_relation(&index, self.around) {
            return Some(refusal);
        }
        let known = self.relation.constraint(&name.name).is_some();
        let reason = || format!("constraint {} of {} already exists", name.name, self.relation.name);
        known.then(|| refused(DUPLICATE_OBJECT, reason()))
    }
}

/// Columns that a table constraint names.
fn columns_of(constraint: &TableConstraint) -> Vec<&str> {
    match &constraint.kind {
        TableConstraintKind::Check(expr) => expr_columns(expr),
        TableConstraintKind::ForeignKey { columns, .. }
        | TableConstraintKind::Unique(KeyColumns::Columns(columns))
        | TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
            columns.iter().map(|column| column.name.as_str()).collect()
        }
        TableConstraintKind::NotNull(column) => vec![&column.name],
        TableConstraintKind::Exclude { elements, .. } => elements
            .iter()
            .filter_map(|element| element.key.column.as_ref())
            .map(|column| column.name.as_str())
            .collect(),
        TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_)) => Vec::new(),
    }
}

fn expr_columns(expr: &Expr) -> Vec<&str> {
    expr.columns.iter().map(String::as_str).collect()
}

/// The table is known whole and lacks the column. The table's own name means its row.
pub(super) fn missing_column(name: &str, relation: &Relation) -> Option<Refusal> {
    let known = relation.column(name).is_some() || SYSTEM_COLUMNS.contains(&name) || relation.name.name == name;
    let missing = !known && is_known_whole(relation);
    missing.then(|| refused(UNDEFINED_COLUMN, format!("column {name} of {} does not exist", relation.name)))
}

/// A key, an expression or the predicate of an index names a column that the table lacks.
pub(super) fn create_index(create: &CreateIndex, relation: &Relation) -> Option<Refusal> {
    let keys = create.keys.iter().filter_map(|key| key.column.as_ref()).chain(&create.include);
    let expressions = create.keys.iter().filter_map(|key| key.expr.as_ref()).chain(&create.predicate);
    let columns = keys.map(|column| column.name.as_str()).chain(expressions.flat_map(expr_columns));
    columns.filter_map(|column| missing_column(column, relation)).next()
}

/// A relation or index that is known to be there has the name.
pub(super) fn taken_relation(name: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let table = around.catalog.table_of_index(name).unwrap_or(name);
    let relation = around.catalog.get(table)?;
    let index =
        |index: &str| relation.complete && relation.index(index).is_some_and(|index| index.added_in != usize::MAX);
    let there = relation.created_in.is_some()
        && !relation.perhaps_older
        && !relation.perhaps_missing
        && (table == name || index(&name.name));
    there.then(|| refused(DUPLICATE_TABLE, format!("relation {name} already exists")))
}
