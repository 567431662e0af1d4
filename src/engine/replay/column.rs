//! Changes of a column.

use ecow::EcoString;

use crate::ast::{ColumnChange, Ident, Literal};
use crate::engine::catalog::{Column, ConstraintKind, Written, among};
use crate::engine::effect::RelationName;

use super::{Replay, create, sequence};

/// ALTER COLUMN.
pub(super) fn alter(table: &RelationName, name: &Ident, change: &ColumnChange, replay: &mut Replay) {
    let author = replay.author;
    let (type_schema, new_type) = match change {
        ColumnChange::SetType { data_type, .. } => (replay.type_schema(data_type), Some(replay.settled(data_type))),
        _ => (None, None),
    };
    let known = replay.catalog.get(table).and_then(|relation| relation.column(&name.name));
    let data_type = known.and_then(|column| column.data_type.as_ref());
    let keeps_null = data_type.is_some_and(|data_type| replay.around().keeps_null(data_type));
    let written = match change {
        ColumnChange::SetDefault(expr) if expr.null => Written::default(),
        ColumnChange::SetDefault(expr) | ColumnChange::SetExpression(expr) => replay.written(expr),
        _ => Written::default(),
    };
    let default_names = match change {
        ColumnChange::SetDefault(expr) => create::named_in(expr, replay),
        _ => Vec::new(),
    };
    // A domain is stripped off the default before it is cast to the new type.
    let kept = data_type.filter(|_| matches!(change, ColumnChange::SetType { .. }));
    let kept = kept.map(|old| Box::new(replay.catalog.base_type(old).clone()));
    let relation = replay.catalog.touch(table);
    if matches!(change, ColumnChange::DropNotNull) {
        relation.constraints.retain(
            |constraint| !matches!(&constraint.kind, ConstraintKind::NotNull { column } if *column == name.name),
        );
    }
    if relation.column(&name.name).is_none() {
        relation.columns.push(Column::unseen(&name.name, author.migration));
    }
    if matches!(change, ColumnChange::SetNotNull) {
        let is_own = |kind: &ConstraintKind| matches!(kind, ConstraintKind::NotNull { column } if *column == name.name);
        relation.constraints.iter_mut().filter(|known| is_own(&known.kind)).for_each(|known| known.validated = true);
    }
    if matches!(change, ColumnChange::SetType { .. } | ColumnChange::SetExpression(_)) {
        relation.known_rows.forget(&name.name);
    }
    let relation = replay.catalog.touch(table);
    let Some(column) = relation.column_mut(&name.name) else { return };
    column.more.doubts.existence = false;
    let is_identity = column.identity;
    match change {
        ColumnChange::SetType { data_type, collation, .. } => {
            column.more.added_empty = None;
            column.more.type_schema = type_schema.clone();
            column.data_type = new_type;
            if column.has_default && column.more.default_type.is_none() {
                column.more.default_type = kept;
            }
            column.more.doubts.data_type = false;
            column.more.doubts.collation = false;
            column.place = Some(author.place(data_type.span));
            column.collation = collation.as_ref().map(|collation| collation.name.name.clone());
        }
        ColumnChange::SetDefault(expr) => {
            (column.has_default, column.default_functions) = (!expr.null || keeps_null, create::function_names(expr));
            column.default_literal = match expr.null {
                true => keeps_null.then_some(Literal::Null),
                false => expr.literal.clone(),
            };
            column.more.expression = written;
            column.more.default_type = None;
            column.more.default_names = default_names;
            column.serial = false;
        }
        ColumnChange::DropDefault => column.drop_default(),
        ColumnChange::SetNotNull => column.set_not_null(),
        ColumnChange::DropNotNull => {
            column.not_null = false;
            column.more.not_null_name = None;
        }
        ColumnChange::AddIdentity(identity) => {
            column.identity = true;
            column.more.identity_always = identity.always;
        }
        ColumnChange::DropIdentity { .. } => column.identity = false,
        ColumnChange::SetIdentity { always, .. } => {
            column.more.identity_always = always.unwrap_or(column.more.identity_always);
        }
        ColumnChange::SetExpression(expr) => {
            column.generated_from = Some(expr.columns.clone());
            column.more.expression = written;
            column.more.generated_calls.clone_from(&expr.functions);
        }
        ColumnChange::DropExpression { .. } => {
            column.generated_from = None;
            column.more.expression = written;
            column.more.generated_calls.clear();
        }
        ColumnChange::SetStatistics(_)
        | ColumnChange::SetStorage(_)
        | ColumnChange::SetCompression(_)
        | ColumnChange::SetOptions(_)
        | ColumnChange::ResetOptions(_)
        | ColumnChange::ForeignOptions(_) => {}
    }
    match change {
        ColumnChange::AddIdentity(identity) if !is_child(table, replay) => {
            sequence::add(table, &name.name, &identity.options, replay);
        }
        ColumnChange::SetIdentity { options, .. } => sequence::set_options_of(table, &name.name, options, replay),
        ColumnChange::SetType { data_type, .. } if is_identity => {
            sequence::follow_type(table, &name.name, data_type, replay);
        }
        // IF EXISTS of a column that has none: the sequence of a serial stays.
        ColumnChange::DropIdentity { .. } if is_identity => sequence::drop_of(table, &name.name, replay),
        _ => {}
    }
}

/// Whether a table has what it has from a parent.
fn is_child(table: &RelationName, replay: &Replay) -> bool {
    replay.catalog.get(table).is_some_and(|relation| !relation.parents.is_empty())
}

/// RENAME COLUMN: everything that names the column follows.
pub(super) fn rename(table: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    sequence::follow_column(table, from, to, replay);
    let follow = |name: &mut EcoString| {
        if name == from {
            *name = to.into();
        }
    };
    replay.catalog.statistics_of_table(table).flat_map(|statistics| &mut statistics.columns).for_each(follow);
    replay.catalog.rename_published(table, from, to);
    let views: Vec<RelationName> =
        replay.catalog.dependent_views(table).into_iter().map(|view| view.name.clone()).collect();
    views.iter().chain([table]).for_each(|view| replay.catalog.touch(view).forget_shown());
    views.iter().for_each(|view| replay.catalog.touch(view).follow_asked(table, from, to));
    let relation = replay.catalog.touch(table);
    for column in &mut relation.columns {
        follow(&mut column.name);
        column.generated_from.iter_mut().flatten().for_each(follow);
        if column.generated_from.is_some() {
            column.more.expression.rename(from, to);
        }
    }
    for trigger in &mut relation.triggers {
        let fires = &mut trigger.fires;
        fires.update_of.iter_mut().chain(&mut fires.changed).for_each(follow);
    }
    relation.known_rows.rename(from, to);
    relation.partition_key.iter_mut().for_each(follow);
    if let Some(partitioning) = &mut relation.partitioning {
        partitioning.keys.iter_mut().chain(&mut partitioning.expression_columns).for_each(follow);
    }
    for index in &mut relation.indexes {
        index.rename_column(from, to);
    }
    for constraint in &mut relation.constraints {
        constraint.expression.rename(from, to);
        match &mut constraint.kind {
            ConstraintKind::Check { columns, proves_not_null, limits, value, .. } => {
                value.iter_mut().for_each(|value| value.each_column(&follow));
                limits.each_column(follow);
                columns.iter_mut().chain(proves_not_null).for_each(follow);
            }
            ConstraintKind::ForeignKey { columns, .. } | ConstraintKind::Key { columns, .. } => {
                columns.iter_mut().for_each(follow);
            }
            ConstraintKind::NotNull { column } => follow(column),
        }
    }
    // Among them may be the table itself.
    let others = replay.catalog.referencing(table).into_iter().map(|(relation, _)| relation.name.clone());
    let referencing: Vec<RelationName> = std::iter::once(table.clone()).chain(others).collect();
    let views = replay.catalog.views_of_column(table, from).into_iter();
    let views: Vec<RelationName> = views.map(|(view, _)| view.name.clone()).collect();
    let policies = replay.catalog.policies_of_column(table, from).into_iter();
    let policies: Vec<RelationName> = policies.map(|(on, _, _)| on.name.clone()).collect();
    for on in policies {
        for policy in &mut replay.catalog.touch(&on).policies {
            if among(policy.uses(), table, from).is_some() {
                policy.written.iter_mut().for_each(|written| written.rename(from, to));
            }
            let uses = policy.uses_mut().filter(|used| used.relation == *table);
            uses.for_each(|used| used.column.iter_mut().for_each(follow));
        }
    }
    let rules = replay.catalog.rules_of_column(table, from).into_iter();
    let rules: Vec<RelationName> = rules.map(|(on, _, _)| on.name.clone()).collect();
    for on in rules {
        let uses = replay.catalog.touch(&on).rules.iter_mut().flat_map(|rule| &mut rule.columns);
        uses.filter(|used| used.relation == *table).for_each(|used| used.column.iter_mut().for_each(follow));
    }
    let uses = replay.catalog.bodies_mut().iter_mut().flat_map(|body| &mut body.columns);
    uses.filter(|used| used.relation == *table).for_each(|used| used.column.iter_mut().for_each(follow));
    for view in views {
        for used in replay.catalog.touch(&view).column_uses.iter_mut().filter(|used| used.relation == *table) {
            used.column.iter_mut().for_each(follow);
        }
    }
    for name in referencing {
        for constraint in &mut replay.catalog.touch(&name).constraints {
            if let ConstraintKind::ForeignKey { referenced, referenced_columns, .. } = &mut constraint.kind
                && referenced == table
            {
                referenced_columns.iter_mut().for_each(follow);
            }
        }
    }
}
