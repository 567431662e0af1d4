//! ADD, DROP and ALTER COLUMN.

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, ColumnConstraint, ColumnConstraintKind, ColumnDef, Expr, Ident,
    Volatility,
};
use crate::engine::catalog::{ConstraintKind, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::proof::Proof;
use crate::engine::refusals;
use crate::engine::surroundings::Surroundings;
use crate::engine::type_changes::TypeRequest;
use crate::postgres::{Form, Role, VersionSet};
use crate::source::Span;

use super::alter_table::Subject;
use super::drop::{dropped_defaults, dropped_with_column, unreferenced_partitions};
use super::{Occurrence, column_type, not_null};

pub(super) fn add_column(if_not_exists: bool, column: &ColumnDef, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let known = subject.relation.and_then(|relation| relation.column(&column.name.name));
    let known = known.filter(|known| !known.more.doubts.existence);
    if if_not_exists && known.is_some() {
        let proof = known.map(|known| Proof::no_op(&subject.name, format!("column {}", known.name), known.place));
        let noop = std::iter::once(subject.form(Form::AddColumnNoop, span).proven(proof));
        return noop
            .chain(column.constraints.iter().filter_map(|part| constraint_of_noop(part, column, subject)))
            .collect();
    }
    let base = added_column_form(column, subject.around);
    let lengthy = base == Form::AddColumn && has_default(column) && subject.around.keeps_null(&column.data_type);
    let shown = if lengthy { Form::AddColumnDefaultNullLength } else { base };
    let mut found = added_to_all(shown, column, span, subject);
    let filling = filling(base, column);
    let required = |part: &ColumnConstraint| matches!(part.kind, ColumnConstraintKind::NotNull);
    if is_required_without_default(column) && base == Form::AddColumn {
        found.push(subject.form(Form::AddColumnNotNull, span));
    }
    if base == Form::AddColumnGeneratedVirtual && column.constraints.iter().any(required) {
        found.push(subject.form(Form::AddColumnVirtualNotNull, span));
    }
    for constraint in &column.constraints {
        found.extend(inline_constraint(constraint, filling, subject));
    }
    if matches!(filling, Filling::Nothing) && fills_others(column, subject.alter) {
        let references = |part: &&ColumnConstraint| matches!(part.kind, ColumnConstraintKind::References(_));
        let looked_up = column.constraints.iter().filter(references);
        let looked_up = looked_up.filter_map(|part| inline_constraint(part, Filling::Null, subject));
        found.extend(looked_up.map(|occurrence| occurrence.only_on(VersionSet::before(13))));
    }
    found
}

/// Whether the statement gives a default to another new column: until 12 its new foreign keys were looked up then, though there
/// be nothing but NULL in their columns.
pub(in crate::engine) fn fills_others(column: &ColumnDef, alter: &AlterTable) -> bool {
    alter.actions.iter().any(|action| {
        matches!(&action.kind, AlterActionKind::AddColumn { column: other, .. }
            if other.name != column.name && has_default(other))
    })
}

/// A child that has a column of the name keeps it as it is: it is that of the parent, too, from then on.
fn added_to_all(form: Form, column: &ColumnDef, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let own = |child: &RelationName| {
        let child = subject.around.catalog.get(child).filter(|child| child.children.is_empty());
        child.and_then(|child| child.column(&column.name.name)).filter(|known| !known.more.doubts.existence)
    };
    let merged: Vec<RelationName> = subject.descendants.iter().filter(|child| own(child).is_some()).cloned().collect();
    let mut added = subject.form(form, span);
    if form == Form::AddColumn || subject.is_partitioned() || merged.is_empty() {
        return vec![added];
    }
    added.relations.retain(|(_, name)| !merged.contains(name));
    // Since 18 its rows are read for NULLs, where it may have any.
    let required = column.constraints.iter().any(|part| matches!(part.kind, ColumnConstraintKind::NotNull));
    let nullable = merged.iter().filter(|child| required && own(child).is_some_and(|own| !own.not_null));
    let nullable: Vec<RelationName> = nullable.cloned().collect();
    let mut found = vec![added, Occurrence::new(Form::AddColumn, span).with_all(Role::Partition, merged)];
    if !nullable.is_empty() {
        let reading = Occurrence::new(Form::AddColumnNotNull, span).only_on(VersionSet::since(18));
        found.push(reading.with_all(Role::Partition, nullable));
    }
    found
}

/// What a constraint behind a column that is there already does.
fn constraint_of_noop(constraint: &ColumnConstraint, column: &ColumnDef, subject: &Subject) -> Option<Occurrence> {
    let base = added_column_form(column, subject.around);
    let inline = inline_constraint(constraint, filling(base, column), subject)?;
    let form = match inline.form {
        Form::AddColumnCheck => Form::AddColumnNoopCheck,
        Form::AddColumnUnique | Form::AddColumnPrimaryKey => Form::AddColumnNoopKey,
        Form::AddColumnReferencesDefault => Form::AddColumnNoopReferencesDefault,
        Form::AddColumnReferences if fills_others(column, subject.alter) => Form::AddColumnNoopReferencesDefault,
        Form::AddColumnReferences | Form::AddColumnReferencesDefaultNull => Form::AddColumnNoopReferences,
        _ => return None,
    };
    Some(Occurrence { form, ..inline })
}

fn filling(base: Form, column: &ColumnDef) -> Filling {
    match base {
        Form::AddColumn if has_default(column) => Filling::Null,
        Form::AddColumn => Filling::Nothing,
        _ => Filling::Values,
    }
}

/// What a new column has in the rows that are there.
#[derive(Clone, Copy)]
enum Filling {
    /// NULL, as nothing was said.
    Nothing,
    /// NULL, by DEFAULT NULL.
    Null,
    /// Its default, number or expression.
    Values,
}

/// Whether a new column is NULL in the rows that are there.
pub(in crate::engine) fn is_added_empty(column: &ColumnDef, around: &Surroundings) -> bool {
    added_column_form(column, around) == Form::AddColumn
}

fn has_default(column: &ColumnDef) -> bool {
    column.constraints.iter().any(|constraint| matches!(constraint.kind, ColumnConstraintKind::Default(_)))
}

/// The behaviour of a new column, its constraints left aside.
fn added_column_form(column: &ColumnDef, around: &Surroundings) -> Form {
    if column.data_type.serial {
        return Form::AddColumnSerial;
    }
    let domain = around.catalog.domain(&around.type_name(&column.data_type));
    if around.is_constrained_domain(&column.data_type) {
        return Form::AddColumnConstrainedDomain;
    }
    let written = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Identity(_) => Some(Form::AddColumnIdentity),
        ColumnConstraintKind::Generated { stored: true, .. } => Some(Form::AddColumnGeneratedStored),
        ColumnConstraintKind::Generated { stored: false, .. } => Some(Form::AddColumnGeneratedVirtual),
        ColumnConstraintKind::Default(expr) => Some(default_form(expr, around)),
        _ => None,
    });
    let of_domain = domain.and_then(|domain| domain.default.as_ref()).map(|expr| match default_form(expr, around) {
        Form::AddColumnVolatileDefault | Form::AddColumnVolatileArgumentDefault => Form::AddColumnDomainVolatileDefault,
        Form::AddColumnInlinedFunctionDefault => Form::AddColumnStableDefault,
        other => other,
    });
    written.or(of_domain).unwrap_or(Form::AddColumn)
}

fn default_form(expr: &Expr, around: &Surroundings) -> Form {
    if expr.null {
        return Form::AddColumn;
    }
    if expr.folded.call.as_ref().is_some_and(|call| around.catalog.means_immutable(call)) {
        return Form::AddColumnConstantDefault;
    }
    let live = expr.live_functions();
    match (around.catalog.planned_volatility(live), volatility(expr, around).0) {
        (Volatility::Volatile, Volatility::Volatile) => Form::AddColumnVolatileDefault,
        (Volatility::Volatile, Volatility::Immutable | Volatility::Stable) => Form::AddColumnVolatileArgumentDefault,
        (Volatility::Immutable | Volatility::Stable, Volatility::Volatile) => Form::AddColumnInlinedFunctionDefault,
        (Volatility::Immutable | Volatility::Stable, Volatility::Stable) => Form::AddColumnStableDefault,
        (Volatility::Immutable | Volatility::Stable, Volatility::Immutable) => Form::AddColumnConstantDefault,
    }
}

/// How freely an expression's value changes, and the function that had to be taken for volatile because nothing is known
/// of it.
pub fn volatility<'e>(expr: &'e Expr, around: &Surroundings) -> (Volatility, Option<&'e str>) {
    let mut result = (Volatility::Immutable, None);
    for function in &expr.functions {
        match around.volatility_of(function) {
            Some(volatility) => result.0 = result.0.max(volatility),
            None => result = (Volatility::Volatile, Some(function.as_str())),
        }
    }
    result
}

/// Whether the default of the column's domain differs from row to row, which 11 and 12 forget for the rows that are there.
pub(in crate::engine) fn forgets_default(column: &ColumnDef, around: &Surroundings) -> bool {
    added_column_form(column, around) == Form::AddColumnDomainVolatileDefault
}

/// NOT NULL with nothing that fills existing rows.
pub(in crate::engine) fn is_required_without_default(column: &ColumnDef) -> bool {
    let has = |wanted: fn(&ColumnConstraintKind) -> bool| column.constraints.iter().any(|c| wanted(&c.kind));
    let required = has(|kind| matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey));
    let filled = column.data_type.serial
        || has(|kind| match kind {
            ColumnConstraintKind::Default(expr) => !expr.null,
            ColumnConstraintKind::Identity(_) | ColumnConstraintKind::Generated { .. } => true,
            _ => false,
        });
    required && !filled
}

fn inline_constraint(constraint: &ColumnConstraint, filling: Filling, subject: &Subject) -> Option<Occurrence> {
    let form = |form: Form| Some(subject.form(form, constraint.span));
    match &constraint.kind {
        ColumnConstraintKind::Check(_) if constraint.traits.not_enforced => form(Form::AddCheckNotEnforced),
        ColumnConstraintKind::Check(_) if constraint.traits.not_valid => form(Form::AddCheckNotValid),
        ColumnConstraintKind::Check(_) => form(Form::AddColumnCheck),
        ColumnConstraintKind::Unique => form(Form::AddColumnUnique),
        ColumnConstraintKind::PrimaryKey => form(Form::AddColumnPrimaryKey),
        ColumnConstraintKind::References(references) => {
            let form = match filling {
                Filling::Nothing => Form::AddColumnReferences,
                Filling::Null => Form::AddColumnReferencesDefaultNull,
                Filling::Values => Form::AddColumnReferencesDefault,
            };
            let referenced = subject.around.resolve(&references.table);
            let referenced = Some(referenced).filter(|to| *to != subject.name);
            let referenced = referenced.into_iter().flat_map(|to| subject.around.with_partitions(to));
            // Inheritance children do not get the foreign key.
            Some(subject.form_with_partitions(form, constraint.span).with_all(Role::Referenced, referenced))
        }
        ColumnConstraintKind::NotNull
        | ColumnConstraintKind::Null
        | ColumnConstraintKind::Default(_)
        | ColumnConstraintKind::Generated { .. }
        | ColumnConstraintKind::Identity(_) => None,
    }
}

pub(super) fn drop_column(
    if_exists: bool,
    name: &Ident,
    cascade: bool,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let Some(relation) = subject.relation else { return vec![subject.form(Form::DropColumn, span)] };
    if if_exists && relation.complete && relation.column(&name.name).is_none() {
        let proof = Proof::no_op(&subject.name, format!("all columns of {}", subject.name), relation.place);
        return vec![subject.form(Form::DropColumnNoop, span).proven([proof])];
    }
    let gone: Vec<&str> = relation.with_computed(&name.name).collect();
    let dropped = relation.indexes.iter().filter(|index| {
        let keys = index.keys.iter().flatten();
        keys.chain(&index.expression_columns).any(|column| gone.contains(&column.as_str()))
    });
    let mut found = vec![
        subject.form(Form::DropColumn, span).with_all(Role::Index, dropped.map(|index| subject.index(&index.name))),
    ];
    if subject.only {
        let children = subject.own_children();
        found.push(Occurrence::new(Form::DropColumnOnly, span).with_all(Role::Partition, children));
    }
    if cascade {
        let tables = std::iter::once(&subject.name).chain(&subject.descendants);
        for (table, column) in tables.flat_map(|table| gone.iter().map(move |column| (table, *column))) {
            found.extend(dropped_with_column(table, column, span, subject.around));
        }
        let sequences = subject.around.catalog.sequences_of(&subject.name, &name.name);
        let stays = |table: &RelationName| *table != subject.name && !subject.descendants.contains(table);
        found.extend(dropped_defaults(&sequences, stays, span, subject.around));
    }
    let partners =
        relation.foreign_keys().filter(|(constraint, to)| uses(&constraint.kind, &name.name) && **to != subject.name);
    let partners: Vec<RelationName> = partners.map(|(_, to)| to.clone()).collect();
    let is_partitioned = |to: &RelationName| subject.around.kind(to) == RelationKind::PartitionedTable;
    let (partitioned, partners): (Vec<RelationName>, Vec<RelationName>) =
        partners.into_iter().partition(is_partitioned);
    found.extend(partitioned.into_iter().map(|to| unreferenced_partitions(to, span, subject.around)));
    if !partners.is_empty() {
        found.push(Occurrence::new(Form::DropColumnForeignKey, span).with_all(Role::Referenced, partners));
    }
    if cascade {
        let referencing = subject.around.catalog.referencing(&subject.name).into_iter();
        let losing = referencing.filter(|(_, constraint)| points_to(&constraint.kind, &name.name, relation));
        let mut losing: Vec<RelationName> = losing.map(|(table, _)| table.name.clone()).collect();
        let by_index = refusals::keys_through_column(&name.name, relation, subject.around).into_iter();
        losing.extend(by_index.map(|(table, _)| table));
        losing.sort();
        losing.dedup();
        if !losing.is_empty() {
            found.push(Occurrence::new(Form::DropPrimaryKeyCascade, span).with_all(Role::Referencing, losing));
        }
    }
    found
}

/// Whether a foreign key of another table points to this column.
pub(in crate::engine) fn points_to(kind: &ConstraintKind, column: &str, referenced: &Relation) -> bool {
    let ConstraintKind::ForeignKey { referenced_columns, .. } = kind else { return false };
    let key = referenced.primary_key().filter(|_| referenced_columns.is_empty());
    key.unwrap_or(referenced_columns).iter().any(|name| name == column)
}

/// Whether a constraint is about this column.
pub(super) fn uses(kind: &ConstraintKind, column: &str) -> bool {
    match kind {
        ConstraintKind::Check { columns, .. }
        | ConstraintKind::ForeignKey { columns, .. }
        | ConstraintKind::Key { columns, .. } => columns.iter().any(|name| name == column),
        ConstraintKind::NotNull { column: name } => name == column,
    }
}

pub(super) fn alter_column(name: &Ident, change: &ColumnChange, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let one = |form: Form| vec![subject.form(form, span)];
    match change {
        ColumnChange::SetType { data_type, collation, using } => {
            let request = TypeRequest { data_type, collation: collation.as_ref(), using: using.as_deref() };
            column_type::change_type(&name.name, &request, span, subject)
        }
        ColumnChange::SetDefault(_) => one(Form::SetDefault),
        ColumnChange::DropDefault => one(Form::DropDefault),
        ColumnChange::SetNotNull => {
            let found = not_null::set_not_null(&name.name, Form::SetNotNull, span, subject);
            found.into_iter().chain(not_null::only_partitioned(&name.name, span, subject)).collect()
        }
        ColumnChange::DropNotNull => {
            let known = subject.relation.and_then(|relation| relation.column(&name.name));
            if known.is_some_and(|known| !known.not_null && !known.more.doubts.not_null) {
                return one(Form::DropNotNullNoop);
            }
            let only = Occurrence::new(Form::DropNotNullOnly, span).with_all(Role::Partition, subject.own_children());
            let only = subject.only.then_some(only);
            std::iter::once(subject.form(Form::DropNotNull, span)).chain(only).collect()
        }
        ColumnChange::SetStatistics(_) => one(Form::SetColumnStatistics),
        ColumnChange::SetStorage(_) => one(Form::SetColumnStorage),
        ColumnChange::SetCompression(_) => one(Form::SetColumnCompression),
        ColumnChange::SetOptions(_) | ColumnChange::ResetOptions(_) => one(Form::SetColumnOptions),
        ColumnChange::ForeignOptions(_) => one(Form::ChangeMetadata),
        ColumnChange::AddIdentity(_) => vec![subject.form_with_partitions(Form::AddIdentity, span)],
        ColumnChange::SetIdentity { always: None, .. } => {
            vec![Occurrence::new(Form::SetIdentityOptions, span).with(Role::Target, subject.name.clone())]
        }
        ColumnChange::SetIdentity { .. } => vec![subject.form_with_partitions(Form::SetIdentity, span)],
        ColumnChange::DropIdentity { .. } => {
            let sequences = subject.relation.map(|relation| relation.sequences.clone()).unwrap_or_default();
            let own = sequences.into_iter().filter(|sequence| sequence.name.contains(name.name.as_str()));
            vec![subject.form_with_partitions(Form::DropIdentity, span).with_all(Role::Sequence, own)]
        }
        ColumnChange::SetExpression(_) => {
            let known = subject.relation.and_then(|relation| relation.column(&name.name));
            let known = known.filter(|known| known.more.generated_virtual);
            one(match known {
                Some(known) if known.not_null => Form::SetExpressionVirtualNotNull,
                Some(_) => Form::SetExpressionVirtual,
                None => Form::SetExpression,
            })
        }
        ColumnChange::DropExpression { .. } => one(Form::DropExpression),
    }
}
