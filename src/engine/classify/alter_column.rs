//! ADD, DROP and ALTER COLUMN.

use crate::ast::{ColumnChange, ColumnConstraint, ColumnConstraintKind, ColumnDef, Expr, Ident, Volatility};
use crate::engine::catalog::{Column, ConstraintKind, Relation};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::type_changes::TypeRequest;
use crate::postgres::types::TypeChange;
use crate::postgres::{Form, Role, Version};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::Subject;
use super::drop::dropped_views;

pub(super) fn add_column(if_not_exists: bool, column: &ColumnDef, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let exists = subject.relation.is_some_and(|relation| relation.column(&column.name.name).is_some());
    if if_not_exists && exists {
        return vec![subject.form(Form::AddColumnNoop, span)];
    }
    let base = added_column_form(column, subject.around);
    let mut found = vec![subject.form(base, span)];
    let filling = match base {
        Form::AddColumn if has_default(column) => Filling::Null,
        Form::AddColumn => Filling::Nothing,
        _ => Filling::Values,
    };
    if is_required_without_default(column) && base == Form::AddColumn {
        found.push(subject.form(Form::AddColumnNotNull, span));
    }
    for constraint in &column.constraints {
        found.extend(inline_constraint(constraint, filling, subject));
    }
    found
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

fn has_default(column: &ColumnDef) -> bool {
    column.constraints.iter().any(|constraint| matches!(constraint.kind, ColumnConstraintKind::Default(_)))
}

/// The behaviour of a new column, its constraints left aside.
fn added_column_form(column: &ColumnDef, around: &Surroundings) -> Form {
    if column.data_type.serial {
        return Form::AddColumnSerial;
    }
    let domain = around.catalog.domain(&around.type_name(&column.data_type));
    if domain.is_some_and(|domain| domain.constrained) {
        return Form::AddColumnConstrainedDomain;
    }
    let written = column.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Identity(_) => Some(Form::AddColumnIdentity),
        ColumnConstraintKind::Generated { stored: true, .. } => Some(Form::AddColumnGeneratedStored),
        ColumnConstraintKind::Generated { stored: false, .. } => Some(Form::AddColumnGeneratedVirtual),
        ColumnConstraintKind::Default(expr) => Some(default_form(expr, around)),
        _ => None,
    });
    let of_domain = domain.and_then(|domain| domain.default.as_ref()).map(|expr| default_form(expr, around));
    written.or(of_domain).unwrap_or(Form::AddColumn)
}

fn default_form(expr: &Expr, around: &Surroundings) -> Form {
    if expr.null {
        return Form::AddColumn;
    }
    match (around.catalog.planned_volatility(&expr.functions), volatility(expr, around).0) {
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
            Some(
                subject
                    .form(form, constraint.span)
                    .with(Role::Referenced, Some(referenced).filter(|to| *to != subject.name)),
            )
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
        return vec![subject.form(Form::DropColumnNoop, span)];
    }
    let dropped = relation.indexes.iter().filter(|index| {
        let keys = index.keys.iter().flatten();
        keys.chain(&index.expression_columns).any(|column| *column == name.name)
    });
    let mut found = vec![
        subject.form(Form::DropColumn, span).with_all(Role::Index, dropped.map(|index| subject.index(&index.name))),
    ];
    if subject.only {
        let children = subject.around.catalog.descendants(&subject.name);
        found.push(Occurrence::new(Form::DropColumnOnly, span).with_all(Role::Partition, children));
    }
    if cascade {
        // A view of which it is not known whether it reads the column may be dropped too.
        let tables = std::iter::once(&subject.name).chain(&subject.descendants);
        for table in tables {
            let views = subject.around.catalog.views_dropped_with_column(table, &name.name).into_iter();
            found.extend(dropped_views(views.map(|(view, _)| view).collect(), span));
            let policies = subject.around.catalog.policies_of_column(table, &name.name).into_iter();
            let others = policies.map(|(on, _, _)| on.name.clone()).filter(|on| on != table);
            found.extend(others.map(|on| Occurrence::new(Form::DropPolicy, span).with(Role::Target, on)));
        }
    }
    let partners =
        relation.foreign_keys().filter(|(constraint, to)| uses(&constraint.kind, &name.name) && **to != subject.name);
    let partners: Vec<RelationName> = partners.map(|(_, to)| to.clone()).collect();
    if !partners.is_empty() {
        found.push(Occurrence::new(Form::DropColumnForeignKey, span).with_all(Role::Referenced, partners));
    }
    if cascade {
        let referencing = subject.around.catalog.referencing(&subject.name).into_iter();
        let losing = referencing.filter(|(_, constraint)| points_to(&constraint.kind, &name.name, relation));
        let losing: Vec<RelationName> = losing.map(|(table, _)| table.name.clone()).collect();
        if !losing.is_empty() {
            found.push(Occurrence::new(Form::DropPrimaryKeyCascade, span).with_all(Role::Referencing, losing));
        }
    }
    found
}

/// Whether a foreign key of another table points to this column.
fn points_to(kind: &ConstraintKind, column: &str, referenced: &Relation) -> bool {
    let ConstraintKind::ForeignKey { referenced_columns, .. } = kind else { return false };
    let key = referenced.primary_key().filter(|_| referenced_columns.is_empty());
    key.unwrap_or(referenced_columns).iter().any(|name| name == column)
}

/// Whether a constraint is about this column.
fn uses(kind: &ConstraintKind, column: &str) -> bool {
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
            let request = TypeRequest { data_type, collation: collation.as_ref(), using: using.as_ref() };
            change_type(&name.name, &request, span, subject)
        }
        ColumnChange::SetDefault(_) => one(Form::SetDefault),
        ColumnChange::DropDefault => one(Form::DropDefault),
        ColumnChange::SetNotNull => one(match not_null_state(&name.name, subject) {
            NotNullState::Already => Form::SetNotNullNoop,
            NotNullState::Proven => Form::SetNotNullProven,
            NotNullState::Open => Form::SetNotNull,
        }),
        ColumnChange::DropNotNull => one(Form::DropNotNull),
        ColumnChange::SetStatistics(_) => one(Form::SetColumnStatistics),
        ColumnChange::SetStorage(_) => one(Form::SetColumnStorage),
        ColumnChange::SetCompression(_) => one(Form::SetColumnCompression),
        ColumnChange::SetOptions(_) | ColumnChange::ResetOptions(_) => one(Form::SetColumnOptions),
        ColumnChange::ForeignOptions(_) => one(Form::ChangeMetadata),
        ColumnChange::AddIdentity(_) => one(Form::AddIdentity),
        ColumnChange::SetIdentity { .. } => one(Form::SetIdentity),
        ColumnChange::DropIdentity { .. } => {
            let sequences = subject.relation.map(|relation| relation.sequences.clone()).unwrap_or_default();
            let own = sequences.into_iter().filter(|sequence| sequence.name.contains(&name.name));
            vec![subject.form(Form::DropIdentity, span).with_all(Role::Sequence, own)]
        }
        ColumnChange::SetExpression(_) => one(Form::SetExpression),
        ColumnChange::DropExpression { .. } => one(Form::DropExpression),
    }
}

/// What history says about NULLs in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNullState {
    /// It is NOT NULL already.
    Already,
    /// A validated CHECK keeps NULL out.
    Proven,
    /// Nothing is proven.
    Open,
}

pub(super) fn not_null_state(column: &str, subject: &Subject) -> NotNullState {
    let Some(relation) = subject.relation else { return NotNullState::Open };
    match () {
        () if relation.column(column).is_some_and(|column| column.not_null) => NotNullState::Already,
        () if relation.proofs_of_not_null(column).any(|proof| !subject.dropped.contains(&proof.name.as_str())) => {
            NotNullState::Proven
        }
        () => NotNullState::Open,
    }
}

fn change_type(column: &str, request: &TypeRequest, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let known = subject.relation.and_then(|relation| relation.column(column));
    let change = subject.around.type_change(known, request, Version::NEWEST);
    let base = match change {
        TypeChange::Metadata | TypeChange::RebuildIndex => Form::AlterTypeMetadata,
        TypeChange::RebuildIndexUnderUtc if subject.around.is_utc() => Form::AlterTypeTimestampUtc,
        TypeChange::RebuildIndexUnderUtc | TypeChange::Rewrite | TypeChange::Refused => Form::AlterTypeRewrite,
    };
    let mut found = vec![subject.form(base, span)];
    if base != Form::AlterTypeRewrite {
        found.extend(dependent_work(column, known, change, request, span, subject));
    }
    found.extend(foreign_key_partners(column, change == TypeChange::Metadata, span, subject));
    found
}

/// Work that a change of type causes although the rows stay as they are.
fn dependent_work(
    column: &str,
    known: Option<&Column>,
    change: TypeChange,
    request: &TypeRequest,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let Some(relation) = subject.relation else { return Vec::new() };
    let collation = request.collation.map(|collation| collation.name.name.clone());
    let other_order = change != TypeChange::Metadata || known.is_some_and(|known| known.collation != collation);
    let rebuilt = relation.indexes.iter().any(|index| {
        let in_key = index.keys.iter().flatten().any(|key| key == column);
        let in_expression = index.expression_columns.iter().any(|used| used == column);
        in_expression || (in_key && (index.partial || other_order || index.keys.contains(&None)))
    });
    let rechecked = relation.constraints.iter().any(|constraint| {
        matches!(&constraint.kind, ConstraintKind::Check { columns, .. } if columns.iter().any(|used| used == column))
    });
    let mut found = Vec::new();
    if rebuilt {
        found.push(subject.form(Form::AlterTypeRebuildIndex, span));
    }
    if rechecked {
        found.push(subject.form(Form::AlterTypeRecheck, span));
    }
    found
}

/// A foreign key on the column is made anew, which locks the other table too.
fn foreign_key_partners(column: &str, metadata: bool, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let Some(relation) = subject.relation else { return Vec::new() };
    let outgoing: Vec<RelationName> = relation
        .foreign_keys()
        .filter(|(constraint, _)| uses(&constraint.kind, column))
        .map(|(_, to)| to.clone())
        .collect();
    let is_primary = relation.primary_key().is_some_and(|key| key.iter().any(|name| name == column));
    let points_here = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } if referenced_columns.is_empty() => is_primary,
        ConstraintKind::ForeignKey { referenced_columns, .. } => referenced_columns.iter().any(|name| name == column),
        _ => false,
    };
    let incoming: Vec<RelationName> = subject
        .around
        .catalog
        .referencing(&subject.name)
        .into_iter()
        .filter(|(_, constraint)| points_here(&constraint.kind))
        .map(|(table, _)| table.name.clone())
        .collect();
    let mut found = Vec::new();
    if !outgoing.is_empty() {
        let form = if metadata { Form::AlterTypeReferencingMetadata } else { Form::AlterTypeReferencing };
        found.push(subject.form(form, span).with_all(Role::Referenced, outgoing));
    }
    if !incoming.is_empty() {
        let form = if metadata { Form::AlterTypeReferencedMetadata } else { Form::AlterTypeReferenced };
        found.push(subject.form(form, span).with_all(Role::Referencing, incoming));
    }
    found
}
