//! Names that ALTER TABLE and its like need and that are not there, or that they give and that are taken.
//!
//! Claimed only of tables that the history created and knows whole: of any other, a column or constraint may exist that
//! nobody has seen.

mod constraint_names;

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, CreateIndex, Expr, Ident, KeyColumns, ReplicaIdentity,
    TableConstraint, TableConstraintKind, WhichTriggers,
};
use crate::engine::catalog::{Column, Kind, Part, Past, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::missing::{missing, nearest};
use super::{
    DUPLICATE_COLUMN, DUPLICATE_TABLE, FEATURE_NOT_SUPPORTED, NOT_IN_PREREQUISITE_STATE, UNDEFINED_OBJECT,
    WRONG_OBJECT_TYPE, refused, refused_on,
};
use crate::postgres::VersionSet;

pub(super) use constraint_names::missing_constraint;

pub(super) const UNDEFINED_COLUMN: &str = "42703";

/// Columns that every table has.
pub(super) const SYSTEM_COLUMNS: &[&str] = &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"];

/// Whether all columns of a table or view are known, and that it is there.
pub(super) fn is_known_whole(relation: &Relation) -> bool {
    use RelationKind as K;
    let columns = matches!(relation.kind, K::Table | K::PartitionedTable | K::View | K::MaterializedView);
    columns && relation.is_known_whole()
}

/// A migration has certainly made it, and nothing may have dropped it.
pub(super) fn is_there(relation: &Relation) -> bool {
    relation.created_in.is_some() && !relation.perhaps_older && !relation.perhaps_missing
}

/// What happened last to the name of a relation or index.
pub(super) fn cause_of(name: &RelationName, around: &Surroundings) -> Cause {
    Cause::Existence { past: around.catalog.past(Kind::Relation, name).cloned(), near: None }
}

/// What a statement that alters a table meets, and what it changes in an earlier pass.
struct Names<'a> {
    alter: &'a AlterTable,
    relation: &'a Relation,
    around: &'a Surroundings<'a>,
}

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let names = Names { alter, relation, around };
    let found = alter.actions.iter().filter_map(|action| Some((pass(action), names.action(action)?.at(action.span))));
    let mut found: Vec<(u8, Refusal)> = found.collect();
    found.sort_by_key(|(pass, _)| *pass);
    found.into_iter().map(|(_, refusal)| refusal).collect()
}

/// Subcommands do their work in passes, whatever the order in which they are written. Source: `AT_PASS_*` of the server.
fn pass(action: &AlterAction) -> u8 {
    match &action.kind {
        AlterActionKind::DropColumn { .. } | AlterActionKind::DropConstraint { .. } => 0,
        AlterActionKind::AlterColumn { change: ColumnChange::SetType { .. }, .. } => 1,
        AlterActionKind::AddColumn { .. } => 2,
        AlterActionKind::AlterColumn { .. } => 3,
        AlterActionKind::AddConstraint(_) => 4,
        _ => 5,
    }
}

/// What is done before the statement adds any column: it changes those that are there. The drops are done in the order
/// in which they are written.
fn precedes_additions(change: &ColumnChange) -> bool {
    match change {
        ColumnChange::SetType { .. }
        | ColumnChange::DropDefault
        | ColumnChange::DropNotNull
        | ColumnChange::DropIdentity { .. }
        | ColumnChange::DropExpression { .. } => true,
        ColumnChange::SetDefault(_)
        | ColumnChange::SetNotNull
        | ColumnChange::SetStatistics(_)
        | ColumnChange::SetStorage(_)
        | ColumnChange::SetCompression(_)
        | ColumnChange::SetOptions(_)
        | ColumnChange::ResetOptions(_)
        | ColumnChange::ForeignOptions(_)
        | ColumnChange::AddIdentity(_)
        | ColumnChange::SetIdentity { .. }
        | ColumnChange::SetExpression(_) => false,
    }
}

/// One of these drops the column.
fn dropped_by<'a>(mut earlier: impl Iterator<Item = &'a AlterAction>, column: &str) -> Option<Refusal> {
    let drops =
        |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == column);
    let reason = || format!("column {column} does not exist: the same statement drops it before");
    earlier.any(drops).then(|| refused(UNDEFINED_COLUMN, reason()))
}

impl Names<'_> {
    fn action(&self, action: &AlterAction) -> Option<Refusal> {
        use AlterActionKind as A;
        match &action.kind {
            A::AddColumn { if_not_exists: false, column } if !self.drops_column(&column.name) => {
                self.taken_column(&column.name)
            }
            A::DropColumn { if_exists, name, .. } => self.drop_column(action, *if_exists, name),
            A::AlterColumn { name, change } if precedes_additions(change) => {
                let earlier = self.alter.actions.iter().take_while(|other| other.span != action.span);
                let dropped = dropped_by(earlier, &name.name);
                dropped.or_else(|| self.dropped(&name.name)).or_else(|| self.alter_column(name, change))
            }
            A::AlterColumn { name, change } => self.dropped(&name.name).or_else(|| self.alter_column(name, change)),
            A::RenameColumn { from, to } => {
                let system = SYSTEM_COLUMNS.contains(&from.name.as_str()) && from.name != "oid";
                let system = system && self.relation.column(&from.name).is_none() && is_there(self.relation);
                let reason = || format!("cannot rename system column {}", from.name);
                let system = system.then(|| refused(FEATURE_NOT_SUPPORTED, reason()));
                system.or_else(|| self.missing_column(&from.name)).or_else(|| self.taken_column(to))
            }
            A::AddConstraint(constraint) if matches!(constraint.kind, TableConstraintKind::ForeignKey { .. }) => {
                let columns = columns_of(constraint).into_iter();
                let referenced = || super::missing::referenced(constraint).and_then(|to| missing(to, self.around));
                let missing = |column| self.dropped(column).or_else(|| self.missing_column(column));
                let column = || columns.filter_map(missing).next();
                self.taken(constraint).or_else(referenced).or_else(column)
            }
            A::AddConstraint(constraint) => {
                let included = constraint.index.include.iter().map(|column| column.name.as_str());
                let columns = columns_of(constraint).into_iter().chain(included);
                let missing = |column| self.dropped(column).or_else(|| self.missing_column(column));
                columns.filter_map(missing).next().or_else(|| self.taken(constraint))
            }
            A::ValidateConstraint(name) | A::AlterConstraint { name, .. } if self.may_add_constraint(name) => None,
            A::ValidateConstraint(name)
            | A::AlterConstraint { name, .. }
            | A::DropConstraint { if_exists: false, name, .. } => {
                self.lost_constraint(action, name).or_else(|| self.missing_constraint(name))
            }
            A::RenameConstraint { from, to } => self.missing_constraint(from).or_else(|| self.renamed(from, to)),
            A::ClusterOn(index) | A::ReplicaIdentity(ReplicaIdentity::UsingIndex(index))
                if !self.may_add_constraint(index) =>
            {
                missing_index(index, self.relation, self.around)
            }
            A::Rule { name, .. } => {
                let known = self.relation.rules.iter().any(|rule| rule.name == name.name);
                let table = matches!(self.relation.kind, RelationKind::Table | RelationKind::PartitionedTable);
                (!known && table && is_known_whole(self.relation)).then(|| self.missing("rule", name))
            }
            A::RenameTo(to) => {
                let name = RelationName::new(&*self.relation.name.schema, &*to.name);
                taken_relation(&name, self.around)
            }
            // To the schema that it is in, it does not move.
            A::SetSchema(schema) if *schema.name == *self.relation.name.schema => None,
            A::SetSchema(schema) => {
                let name = RelationName::new(&*schema.name, &*self.relation.name.name);
                taken_relation(&name, self.around)
            }
            A::Trigger { which: WhichTriggers::Named(name), .. } => {
                let known = self.relation.triggers.iter().any(|trigger| trigger.name == name.name);
                let missing = !known && self.relation.parents.is_empty() && is_known_whole(self.relation);
                missing.then(|| self.missing("trigger", name))
            }
            _ => None,
        }
    }

    /// A column that is not there, that another part of the statement has dropped before, or that every table has.
    fn drop_column(&self, action: &AlterAction, if_exists: bool, name: &Ident) -> Option<Refusal> {
        let system = SYSTEM_COLUMNS.contains(&name.name.as_str()) && name.name != "oid";
        if system && self.relation.column(&name.name).is_none() {
            return Some(refused(FEATURE_NOT_SUPPORTED, format!("cannot drop system column {}", name.name)));
        }
        let earlier = self.alter.actions.iter().take_while(|other| other.span != action.span);
        match if_exists {
            true => None,
            // Columns are dropped before any is added.
            false => dropped_by(earlier, &name.name).or_else(|| missing_column(&name.name, self.relation)),
        }
    }

    fn alter_column(&self, name: &Ident, change: &ColumnChange) -> Option<Refusal> {
        match change {
            ColumnChange::AddIdentity(_) => self.missing_column(&name.name).or_else(|| {
                let of_type = |column: &Column| column.data_type.as_ref().is_some_and(super::definitions::cannot_count);
                let known = self.relation.column(&name.name);
                let nullable = known.is_some_and(|column| !column.not_null && !of_type(column));
                let reason = format!("column {} must be declared NOT NULL before identity can be added", name.name);
                let versions = self.stays_nullable(name);
                let nullable = nullable && is_known_whole(self.relation) && !versions.is_empty();
                nullable.then(|| refused_on(versions, NOT_IN_PREREQUISITE_STATE, reason))
            }),
            // Columns are dropped before any changes its type.
            ColumnChange::SetType { .. } if self.drops_column(name) => missing_column(&name.name, self.relation)
                .or_else(|| {
                    let reason = format!("column {} does not exist: the same statement drops it", name.name);
                    Some(refused(UNDEFINED_COLUMN, reason))
                }),
            ColumnChange::SetStatistics(_) if name.name.bytes().all(|digit| digit.is_ascii_digit()) => {
                let number = self.around.text_of(name.span) == name.name;
                let reason = || format!("cannot refer to a column of {} by number: it is no index", self.relation.name);
                let table = is_known_whole(self.relation) && number;
                table.then(|| refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason()))
            }
            ColumnChange::SetType { using: Some(using), .. } if !using.subquery => {
                // The old values of columns that are dropped are there still.
                let used = expr_columns(using).into_iter().find_map(|column| missing_column(column, self.relation));
                missing_column(&name.name, self.relation).or(used)
            }
            _ if precedes_additions(change) => missing_column(&name.name, self.relation),
            ColumnChange::SetNotNull => self.missing_column(&name.name).or_else(|| self.missing_below(&name.name)),
            _ => self.missing_column(&name.name),
        }
    }

    /// A column has the name for certain, or every table has one of it.
    fn taken_column(&self, name: &Ident) -> Option<Refusal> {
        let past = self.relation.past_of(Part::Column, &name.name);
        let certain = is_known_whole(self.relation) || past.is_some_and(Past::is_there);
        let taken = certain && self.relation.column(&name.name).is_some();
        let reason = || format!("column {} of {} already exists", name.name, self.relation.name);
        let cause = || Cause::Existence { past: past.cloned(), near: None };
        let taken = taken.then(|| refused(DUPLICATE_COLUMN, reason()).by(cause()));
        taken.or_else(|| super::named_columns::system_column(name))
    }

    fn missing_column(&self, name: &str) -> Option<Refusal> {
        let added = self.alter.actions.iter().any(
            |action| matches!(&action.kind, AlterActionKind::AddColumn { column, .. } if column.name.name == name),
        );
        if added { None } else { missing_column(name, self.relation) }
    }

    /// A column that the same statement adds, and that the partitions do not have yet when they are asked for it.
    fn missing_below(&self, name: &str) -> Option<Refusal> {
        let partitioned = self.relation.is_partitioned() && missing_column(name, self.relation).is_some();
        let children = self.relation.children.iter().filter_map(|child| self.around.catalog.get(child));
        let mut lacking = children.filter(|child| partitioned && missing_column(name, child).is_some());
        let reason = |child: &Relation| format!("column {name} of {} does not exist yet", child.name);
        lacking.next().map(|child| super::refused_on(VersionSet::range(12, 17), UNDEFINED_COLUMN, reason(child)))
    }

    /// The versions on which nothing in the statement makes the column NOT NULL before it gets an identity. A primary key
    /// over columns does at any place; until 11 one by an index did not, and SET NOT NULL had to stand before it.
    fn stays_nullable(&self, name: &Ident) -> VersionSet {
        let makes = |action: &AlterAction| match &action.kind {
            AlterActionKind::AlterColumn { name: other, change: ColumnChange::SetNotNull }
                if other.name == name.name =>
            {
                if action.span.start < name.span.start {
                    VersionSet::ALL
                } else {
                    VersionSet::since(12)
                }
            }
            AlterActionKind::AddConstraint(constraint) => match &constraint.kind {
                TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
                    let is_key = columns.iter().any(|column| column.name == name.name);
                    if is_key { VersionSet::ALL } else { VersionSet::NONE }
                }
                TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_)) => VersionSet::since(12),
                TableConstraintKind::NotNull(column) if column.name == name.name => VersionSet::ALL,
                _ => VersionSet::NONE,
            },
            AlterActionKind::AddColumn { column, .. } if column.name.name == name.name => VersionSet::ALL,
            _ => VersionSet::NONE,
        };
        let made = self.alter.actions.iter().map(makes).fold(VersionSet::NONE, VersionSet::or);
        VersionSet::ALL.without(made)
    }

    /// The same statement drops the column, and that pass comes first.
    fn dropped(&self, name: &str) -> Option<Refusal> {
        let is_it = |action: &AlterAction, drops: bool| match &action.kind {
            AlterActionKind::DropColumn { name: dropped, .. } => drops && dropped.name == name,
            AlterActionKind::AddColumn { column, .. } => !drops && column.name.name == name,
            _ => false,
        };
        let any = |drops: bool| self.alter.actions.iter().any(|action| is_it(action, drops));
        let reason = || format!("column {name} of {} is dropped by the same statement", self.relation.name);
        (any(true) && !any(false)).then(|| refused(UNDEFINED_COLUMN, reason()))
    }

    fn drops_column(&self, column: &Ident) -> bool {
        let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == column.name);
        self.alter.actions.iter().any(drops)
    }

    fn missing(&self, what: &str, name: &Ident) -> Refusal {
        refused(UNDEFINED_OBJECT, format!("{what} {} of {} does not exist", name.name, self.relation.name))
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
    expr.columns.iter().map(EcoString::as_str).collect()
}

/// The table lacks the column: the column was dropped or renamed, or the table is known whole. The table's own name means its
/// row.
pub(super) fn missing_column(name: &str, relation: &Relation) -> Option<Refusal> {
    let known = relation.column(name).is_some() || SYSTEM_COLUMNS.contains(&name) || relation.name.name == name;
    let past = relation.past_of(Part::Column, name);
    let missing = !known && (is_known_whole(relation) || past.is_some_and(Past::is_gone));
    let near = || nearest(name, relation.columns.iter().map(|column| column.name.as_str()));
    let cause = || Cause::Existence { past: past.filter(|past| past.is_gone()).cloned(), near: near() };
    let reason = || format!("column {name} of {} does not exist", relation.name);
    missing.then(|| refused(UNDEFINED_COLUMN, reason()).by(cause()))
}

/// The table has no such index: there is none of the name, or it is one of another table.
pub(super) fn missing_index(index: &Ident, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    if !is_known_whole(relation) || relation.perhaps_missing || relation.index(&index.name).is_some() {
        return None;
    }
    let name = RelationName::new(&*relation.name.schema, &*index.name);
    let elsewhere = around.catalog.table_of_index(&name).and_then(|table| around.catalog.get(table));
    if let Some(table) = elsewhere {
        let reason = format!("{} is an index of {} and not of {}", index.name, table.name, relation.name);
        return is_there(table).then(|| refused(WRONG_OBJECT_TYPE, reason));
    }
    let reason = || format!("index {} of {} does not exist", index.name, relation.name);
    let near = || nearest(&index.name, relation.indexes.iter().map(|known| known.name.as_str()));
    let past = around.catalog.past(Kind::Relation, &name).filter(|past| past.is_gone());
    let cause = || Cause::Existence { past: past.cloned(), near: near() };
    around.catalog.get(&name).is_none().then(|| refused(UNDEFINED_OBJECT, reason()).by(cause()))
}

/// A key, an expression or the predicate of an index names a column that the table lacks.
pub(super) fn create_index(create: &CreateIndex, relation: &Relation) -> Option<Refusal> {
    let keys = create.keys.iter().filter_map(|key| key.column.as_ref()).chain(&create.include);
    let expressions = create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(&create.predicate);
    let columns = keys.map(|column| column.name.as_str()).chain(expressions.flat_map(expr_columns));
    columns.filter_map(|column| missing_column(column, relation)).next()
}

/// A relation or index that is known to be there has the name.
pub(super) fn taken_relation(name: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let past = around.catalog.past(Kind::Relation, name);
    let there = around.catalog.is_taken(name) && past.is_some_and(Past::is_there);
    there.then(|| refused(DUPLICATE_TABLE, format!("relation {name} already exists")).by(cause_of(name, around)))
}
