//! ADD, DROP and ALTER COLUMN.

use crate::ast::{ColumnChange, ColumnConstraint, ColumnConstraintKind, ColumnDef, Expr, Ident, Volatility};
use crate::engine::catalog::{Column, Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::proof::Proof;
use crate::engine::surroundings::Surroundings;
use crate::engine::type_changes::TypeRequest;
use crate::postgres::types::TypeChange;
use crate::postgres::{Form, Role, Version};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::Subject;
use super::drop::{dropped_defaults, dropped_views, unreferenced_partitions};
use super::not_null;

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
    let mut found = vec![subject.form(shown, span)];
    let filling = filling(base, column);
    if is_required_without_default(column) && base == Form::AddColumn {
        found.push(subject.form(Form::AddColumnNotNull, span));
    }
    for constraint in &column.constraints {
        found.extend(inline_constraint(constraint, filling, subject));
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
pub(super) fn is_added_empty(column: &ColumnDef, around: &Surroundings) -> bool {
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
    let live = expr.folded.live_functions.as_deref().unwrap_or(&expr.functions);
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
        let proof = Proof::no_op(&subject.name, format!("all columns of {}", subject.name), relation.place);
        return vec![subject.form(Form::DropColumnNoop, span).proven([proof])];
    }
    let dropped = relation.indexes.iter().filter(|index| {
        let keys = index.keys.iter().flatten();
        keys.chain(&index.expression_columns).any(|column| *column == name.name)
    });
    let mut found = vec![
        subject.form(Form::DropColumn, span).with_all(Role::Index, dropped.map(|index| subject.index(&index.name))),
    ];
    if subject.only {
        let children = subject.own_children();
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
        let losing: Vec<RelationName> = losing.map(|(table, _)| table.name.clone()).collect();
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
        ColumnChange::SetNotNull => not_null::set_not_null(&name.name, Form::SetNotNull, span, subject),
        ColumnChange::DropNotNull if subject.only => {
            let children = subject.own_children();
            vec![
                subject.form(Form::DropNotNull, span),
                Occurrence::new(Form::DropNotNullOnly, span).with_all(Role::Partition, children),
            ]
        }
        ColumnChange::DropNotNull => one(Form::DropNotNull),
        ColumnChange::SetStatistics(_) => one(Form::SetColumnStatistics),
        ColumnChange::SetStorage(_) => one(Form::SetColumnStorage),
        ColumnChange::SetCompression(_) => one(Form::SetColumnCompression),
        ColumnChange::SetOptions(_) | ColumnChange::ResetOptions(_) => one(Form::SetColumnOptions),
        ColumnChange::ForeignOptions(_) => one(Form::ChangeMetadata),
        ColumnChange::AddIdentity(_) => vec![subject.form_with_partitions(Form::AddIdentity, span)],
        ColumnChange::SetIdentity { .. } => vec![subject.form_with_partitions(Form::SetIdentity, span)],
        ColumnChange::DropIdentity { .. } => {
            let sequences = subject.relation.map(|relation| relation.sequences.clone()).unwrap_or_default();
            let own = sequences.into_iter().filter(|sequence| sequence.name.contains(&name.name));
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

fn change_type(column: &str, request: &TypeRequest, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let known = subject.relation.and_then(|relation| relation.column(column));
    // What is computed when it is read is stored nowhere.
    let is_virtual = known.is_some_and(|known| known.more.generated_virtual);
    let change = match subject.around.type_change(known, request, Version::NEWEST) {
        TypeChange::Refused => TypeChange::Refused,
        _ if is_virtual => TypeChange::Metadata,
        change => change,
    };
    let base = match change {
        TypeChange::Metadata | TypeChange::RebuildIndex => Form::AlterTypeMetadata,
        TypeChange::RebuildIndexUnderUtc if subject.around.is_utc() => Form::AlterTypeTimestampUtc,
        TypeChange::RebuildIndexUnderUtc | TypeChange::Rewrite | TypeChange::Refused => Form::AlterTypeRewrite,
    };
    let proof = subject.relation.zip(known).filter(|_| base != Form::AlterTypeRewrite && !is_virtual);
    let proof = proof.and_then(|(relation, known)| Proof::by_type(relation, known, "no rewrite"));
    let proof = proof.map(|proof| if base == Form::AlterTypeTimestampUtc { proof.since(12) } else { proof });
    let mut found = vec![subject.form(base, span).proven(proof)];
    if base != Form::AlterTypeRewrite {
        found.extend(dependent_work(column, known, change, request, span, subject));
    }
    found.extend(foreign_key_partners(column, change == TypeChange::Metadata, span, subject));
    found
}

/// Work that a change of type causes although the rows stay as they are, in each of the relations that it reaches.
fn dependent_work(
    column: &str,
    known: Option<&Column>,
    change: TypeChange,
    request: &TypeRequest,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let collation = request.collation.map(|collation| collation.name.name.clone());
    let other_order = change != TypeChange::Metadata || known.is_some_and(|known| known.collation != collation);
    let catalog = subject.around.catalog;
    let of_index = |index: &Index| {
        let in_key = index.keys.iter().flatten().any(|key| key == column);
        let in_expression = index.expression_columns.iter().any(|used| used == column);
        (
            in_key || in_expression,
            in_expression || (in_key && (index.partial || other_order || index.keys.contains(&None))),
        )
    };
    let mut found = Vec::new();
    for (role, relation) in subject.relations() {
        // The index of a partitioned table is made again, and with it those of its partitions, be they as before or not.
        let parents = catalog.ancestors(&relation.name).into_iter().filter(|parent| parent.is_partitioned());
        // What the same statement drops is gone before.
        let stays = |name: &String| !subject.dropped.contains(&name.as_str());
        let indexes = |of: &Relation, made: fn((bool, bool)) -> bool| {
            of.indexes.iter().filter(|index| stays(&index.name)).any(|index| made(of_index(index)))
        };
        let of_parent = parents.into_iter().any(|parent| indexes(parent, |(used, _)| used));
        let on_partitions = relation.is_partitioned() && indexes(relation, |(used, _)| used);
        if of_parent || on_partitions || indexes(relation, |(_, made)| made) {
            found.push(Occurrence::new(Form::AlterTypeRebuildIndex, span).with(role, relation.name.clone()));
        }
        let rechecked = relation.constraints.iter().any(|constraint| {
            let columns = match &constraint.kind {
                ConstraintKind::Check { columns, .. } => columns.as_slice(),
                _ => &[],
            };
            constraint.validated && stays(&constraint.name) && columns.iter().any(|used| used == column)
        });
        if rechecked {
            found.push(Occurrence::new(Form::AlterTypeRecheck, span).with(role, relation.name.clone()));
        }
    }
    found
}

/// A foreign key on the column is made anew, which locks the other table too.
fn foreign_key_partners(column: &str, metadata: bool, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let Some(relation) = subject.relation else { return Vec::new() };
    let outgoing: Vec<(&Constraint, &RelationName)> =
        relation.foreign_keys().filter(|(constraint, _)| uses(&constraint.kind, column)).collect();
    let is_primary = relation.primary_key().is_some_and(|key| key.iter().any(|name| name == column));
    let points_here = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } if referenced_columns.is_empty() => is_primary,
        ConstraintKind::ForeignKey { referenced_columns, .. } => referenced_columns.iter().any(|name| name == column),
        _ => false,
    };
    let incoming = subject.around.catalog.referencing(&subject.name).into_iter();
    let incoming: Vec<(&Relation, &Constraint)> =
        incoming.filter(|(_, constraint)| points_here(&constraint.kind)).collect();
    // A key that is not valid is not looked up.
    let mut found = Vec::new();
    for read in [true, false] {
        let is_read = |constraint: &Constraint| (constraint.validated && !metadata) == read;
        let to: Vec<RelationName> =
            outgoing.iter().filter(|(key, _)| is_read(key)).map(|(_, to)| (*to).clone()).collect();
        if !to.is_empty() {
            let form = if read { Form::AlterTypeReferencing } else { Form::AlterTypeReferencingMetadata };
            found.push(subject.form(form, span).with_all(Role::Referenced, to));
        }
        let from: Vec<RelationName> =
            incoming.iter().filter(|(_, key)| is_read(key)).map(|(table, _)| table.name.clone()).collect();
        if !from.is_empty() {
            let form = if read { Form::AlterTypeReferenced } else { Form::AlterTypeReferencedMetadata };
            found.push(subject.form(form, span).with_all(Role::Referencing, from));
        }
    }
    found
}
