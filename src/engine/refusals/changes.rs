//! Changes of a column that the server refuses for what the table is, and for what uses its rows.

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, DataType, Ident,
};
use crate::engine::catalog::{Column, Relation, Rows};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, types};

use super::existence::{SYSTEM_COLUMNS, is_known_whole};
use super::{
    FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, INVALID_PARAMETER_VALUE, INVALID_TABLE_DEFINITION,
    NOT_NULL_VIOLATION, WRONG_OBJECT_TYPE, refused, refused_on,
};

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let subject = Subject { alter, relation, around };
    let actions = alter.actions.iter().enumerate();
    actions.filter_map(|(nth, action)| Some(subject.refusal(nth, action)?.at(action.span))).collect()
}

struct Subject<'a> {
    alter: &'a AlterTable,
    relation: &'a Relation,
    around: &'a Surroundings<'a>,
}

impl Subject<'_> {
    fn refusal(&self, nth: usize, action: &AlterAction) -> Option<Refusal> {
        match &action.kind {
            AlterActionKind::AddColumn { if_not_exists, column } => {
                let exists = self.relation.column(&column.name.name).is_some();
                match *if_not_exists && (exists || self.relation.perhaps_older) {
                    true => None,
                    false => self.add_column(column),
                }
            }
            AlterActionKind::DropColumn { .. } if self.relation.of_type.is_some() => Some(typed("drop column from")),
            AlterActionKind::RenameColumn { .. } if self.relation.of_type.is_some() => Some(typed("rename column of")),
            AlterActionKind::RenameColumn { from, .. } => {
                self.left_to_children("renamed").or_else(|| self.merged(&from.name))
            }
            AlterActionKind::AlterColumn { name, change } => match change {
                ColumnChange::SetType { data_type, .. } => self.type_change(nth, name, data_type),
                ColumnChange::SetNotNull => self.null_by_now(name),
                _ => None,
            },
            _ => None,
        }
    }

    fn add_column(&self, column: &ColumnDef) -> Option<Refusal> {
        if self.relation.of_type.is_some() {
            return Some(typed("add column to"));
        }
        let generated = column.constraints.iter().find_map(|constraint| match &constraint.kind {
            ColumnConstraintKind::Generated { expr, .. } => Some(expr),
            _ => None,
        });
        let computed =
            |name: &EcoString| self.relation.column(name).is_some_and(|known| known.generated_from.is_some());
        if let Some(other) = generated.and_then(|expr| expr.columns.iter().find(|name| computed(name))) {
            let reason = format!("cannot use generated column {other} in column generation expression");
            return Some(refused_on(VersionSet::since(12), INVALID_OBJECT_DEFINITION, reason));
        }
        let is_virtual = column
            .constraints
            .iter()
            .any(|part| matches!(part.kind, ColumnConstraintKind::Generated { stored: false, .. }));
        if is_virtual && self.around.catalog.domain(&self.around.type_name(&column.data_type)).is_some() {
            let reason = format!("virtual generated column {} cannot have a domain type", column.name.name);
            return Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason));
        }
        let required = self.around.is_required_domain(&column.data_type) && !has_value(column);
        if required && self.relation.rows == Rows::Certain && !has_default_of_domain(column, self.around) {
            let reason = format!("column {} contains null values: the table has rows", column.name.name);
            return Some(refused(NOT_NULL_VIOLATION, reason));
        }
        let in_use = if has_value(column) { self.row_type_in_use() } else { None };
        in_use.or_else(|| self.member_of_itself(column))
    }

    /// A column cannot hold the rows that it is a part of.
    fn member_of_itself(&self, column: &ColumnDef) -> Option<Refusal> {
        let catalog = &self.around.catalog;
        let type_name = |data_type: &DataType| self.around.type_name(data_type);
        let wanted = type_name(&column.data_type);
        if types::is_built_in_name(&wanted.name) {
            return None;
        }
        let below = catalog.descendants(&self.relation.name);
        let rows = std::iter::once(&self.relation.name).chain(below.iter()).filter(|_| is_known_whole(self.relation));
        let holder = rows.into_iter().find(|name| catalog.types_holding(name, type_name).contains(&wanted))?;
        Some(refused(INVALID_TABLE_DEFINITION, format!("composite type {holder} cannot be made a member of itself")))
    }

    fn type_change(&self, nth: usize, name: &Ident, data_type: &DataType) -> Option<Refusal> {
        let column = &name.name;
        let invalid = |reason: String| Some(refused(INVALID_TABLE_DEFINITION, reason));
        if self.relation.kind == RelationKind::View && self.relation.created_in.is_some() {
            return Some(refused(WRONG_OBJECT_TYPE, format!("{} is a view", self.relation.name)));
        }
        if self.relation.of_type.is_some() {
            return Some(typed("alter column type of"));
        }
        if SYSTEM_COLUMNS.contains(&column.as_str()) && self.relation.column(column).is_none() {
            return Some(refused(FEATURE_NOT_SUPPORTED, format!("cannot alter system column {column}")));
        }
        if self.alter.actions.iter().take(nth).any(|action| self.changes_type_of(action, column)) {
            return Some(refused(FEATURE_NOT_SUPPORTED, format!("cannot alter type of column {column} twice")));
        }
        let is_key = |relation: &Relation| relation.is_partitioned_by(column);
        if self.reached().iter().filter_map(|name| self.around.catalog.get(name)).any(is_key) {
            return invalid(format!("cannot alter column {column} because it is part of the partition key"));
        }
        let identity = self.relation.column(column).is_some_and(|column| column.identity);
        if identity && !matches!(data_type.name.as_str(), "smallint" | "integer" | "bigint") {
            let reason = "identity column type must be smallint, integer, or bigint".to_owned();
            return is_plain(data_type, self.around).then(|| refused(INVALID_PARAMETER_VALUE, reason));
        }
        let left = self.left_to_children("altered");
        left.or_else(|| self.merged(column)).or_else(|| self.row_type_in_use())
    }

    /// A type that is another one than the column's: where both are the same, the column is as it was.
    fn changes_type_of(&self, action: &AlterAction, column: &str) -> bool {
        let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } = &action.kind
        else {
            return false;
        };
        let written = |of: &DataType| (self.around.type_name(of), of.dimensions > 0, of.modifiers.clone());
        let known = self.relation.column(column).and_then(Column::known_type);
        name.name == column && known.is_some_and(|known| written(known) != written(data_type))
    }

    /// Partitions and children that the statement reaches.
    fn reached(&self) -> Vec<RelationName> {
        if self.alter.only { Vec::new() } else { self.around.catalog.descendants(&self.relation.name) }
    }

    /// ONLY, where the children have the column too.
    fn left_to_children(&self, what: &str) -> Option<Refusal> {
        let children = self.alter.only && !self.relation.children.is_empty();
        let reason = || format!("inherited column must be {what} in child tables too");
        children.then(|| refused(INVALID_TABLE_DEFINITION, reason()))
    }

    /// A child that has the column from another parent as well.
    fn merged(&self, column: &str) -> Option<Refusal> {
        let reached = self.reached();
        let elsewhere = |parent: &&Relation| {
            let here = parent.name == self.relation.name || reached.contains(&parent.name);
            !here && is_known_whole(parent) && parent.column(column).is_some()
        };
        let catalog = self.around.catalog;
        let children = reached.iter().filter_map(|child| catalog.get(child));
        let mut parents = children.flat_map(|child| child.parents.iter().filter_map(|parent| catalog.get(parent)));
        let reason = || format!("cannot alter column {column}: a child inherits it from another table too");
        parents.find(elsewhere).map(|_| refused(INVALID_TABLE_DEFINITION, reason()))
    }

    /// Rows of this table are values of another table's column, which nobody would change along.
    fn row_type_in_use(&self) -> Option<Refusal> {
        let own = &self.relation.name;
        if !self.around.catalog.may_be_type_of_column(&own.name) {
            return None;
        }
        let holds = |column: &Column| {
            column.data_type.as_ref().is_some_and(|data_type| {
                data_type.name.rsplit('.').next() == Some(own.name.as_str()) && self.around.type_name(data_type) == *own
            })
        };
        let users = self.around.catalog.users_of_type(holds);
        let user = users.iter().find(|user| self.around.catalog.get(user).is_some_and(|user| !user.perhaps_missing))?;
        let reason = format!("cannot alter table {own}: a column of {user} uses its row type");
        Some(refused(FEATURE_NOT_SUPPORTED, reason))
    }

    /// A column that the statement itself adds, with nothing for the rows that are there.
    fn null_by_now(&self, name: &Ident) -> Option<Refusal> {
        let added = self.alter.actions.iter().any(|action| match &action.kind {
            AlterActionKind::AddColumn { if_not_exists: false, column } => {
                column.name.name == name.name && !has_value(column) && is_plain(&column.data_type, self.around)
            }
            _ => false,
        });
        let reason = || format!("column {} contains null values: the table has rows", name.name);
        (added && self.relation.rows == Rows::Certain).then(|| refused(NOT_NULL_VIOLATION, reason()))
    }
}

fn typed(what: &str) -> Refusal {
    refused(WRONG_OBJECT_TYPE, format!("cannot {what} typed table"))
}

fn has_default_of_domain(column: &ColumnDef, around: &Surroundings) -> bool {
    around.catalog.domain(&around.type_name(&column.data_type)).is_some_and(|domain| domain.default.is_some())
}

/// No domain, which may have a default or be one over a number.
fn is_plain(data_type: &DataType, around: &Surroundings) -> bool {
    crate::postgres::types::is_built_in(data_type, crate::postgres::Version::NEWEST)
        && around.catalog.domain(&around.type_name(data_type)).is_none()
}

/// Whether a new column has a value in the rows that are there.
fn has_value(column: &ColumnDef) -> bool {
    column.data_type.serial
        || column.constraints.iter().any(|constraint| match &constraint.kind {
            ColumnConstraintKind::Default(expr) => !expr.null,
            ColumnConstraintKind::Identity(_) => true,
            ColumnConstraintKind::Generated { stored, .. } => *stored,
            _ => false,
        })
}
