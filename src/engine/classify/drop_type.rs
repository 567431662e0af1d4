//! DROP TYPE and DROP DOMAIN with CASCADE.

use rustc_hash::FxHashSet;

use crate::ast::{DataType, Drop};
use crate::engine::catalog::{Column, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;
use super::drop::{dependent_views, dropped_with_column};

/// DROP TYPE and DROP DOMAIN ... CASCADE drop the columns of that type.
pub(super) fn drop_columns_of_type(_: &Drop, name: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    drop_columns_of(|dropped| *dropped == name, span, around)
}

/// The columns of the types that go, and of domains over them, and the tables that are made of such a type.
pub(super) fn drop_columns_of(
    goes: impl Fn(&RelationName) -> bool,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let mut domains: FxHashSet<&RelationName> = FxHashSet::default();
    let is_gone = |domains: &FxHashSet<&RelationName>, of: &RelationName| goes(of) || domains.contains(of);
    loop {
        let over = around.catalog.domains().filter(|(name, domain)| {
            !domains.contains(name) && is_gone(&domains, &around.type_name(&domain.data_type))
        });
        let over: Vec<&RelationName> = over.map(|(name, _)| name).collect();
        if over.is_empty() {
            break;
        }
        domains.extend(over);
    }
    let is_of_type = |column: &Column| {
        let data_type = column.data_type.as_ref();
        data_type.is_some_and(|data_type| is_gone(&domains, &around.type_name(data_type)))
    };
    let tables = around.catalog.relations().filter(|relation| relation.columns.iter().any(is_of_type));
    let mut tables: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
    tables.sort();
    let is_typed = |relation: &&Relation| relation.of_type.as_ref().is_some_and(|of| is_gone(&domains, of));
    let kept = |data_type: &DataType| is_gone(&domains, &around.type_name(data_type));
    let defaults = around.catalog.defaults_of_type(kept).into_iter().map(|(table, _)| table.name.clone());
    let mut defaults: Vec<RelationName> = defaults.filter(|table| !tables.contains(table)).collect();
    defaults.dedup();
    let cast = |name: &str| {
        let data_type = DataType { name: name.into(), ..DataType::default() };
        let name = around.type_name(&data_type);
        is_gone(&domains, &name) && around.catalog.is_only_type(&name)
    };
    let casting = casting(cast, span, around);
    let typed = around.catalog.relations().filter(is_typed);
    let mut typed: Vec<RelationName> = typed.map(|relation| relation.name.clone()).collect();
    typed.sort();
    let dropped = |form: Form, table: RelationName| Occurrence::new(form, span).with(Role::Target, table);
    let with_columns: Vec<Occurrence> = tables
        .iter()
        .filter_map(|table| around.catalog.get(table))
        .flat_map(|table| table.columns.iter().filter(|column| is_of_type(column)).map(move |column| (table, column)))
        .flat_map(|(table, column)| dropped_with_column(&table.name, &column.name, span, around))
        .collect();
    let columns = tables.into_iter().map(|table| match around.kind(&table) {
        RelationKind::View => dropped(Form::DropView, table),
        RelationKind::MaterializedView => dropped(Form::DropMaterializedView, table),
        _ => dropped(Form::DropColumn, table),
    });
    let defaults = defaults.into_iter().map(|table| dropped(Form::DropFunctionDefault, table));
    let views = typed.iter().flat_map(|table| dependent_views(table, span, around)).collect::<Vec<_>>();
    let typed = typed.into_iter().map(|table| dropped(Form::DropTable, table));
    columns.chain(with_columns).chain(defaults).chain(casting).chain(typed).chain(views).collect()
}

/// Defaults, CHECKs and indexes that cast to a type that goes.
fn casting(is_gone: impl Fn(&str) -> bool, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let casts = |relation: &&Relation| !relation.perhaps_missing && relation.casts_to(&is_gone);
    let mut tables: Vec<&Relation> = around.catalog.relations().filter(casts).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let of_table = |table: &Relation| {
        let dropped = |form: Form| Occurrence::new(form, span).with(Role::Target, table.name.clone());
        let goes = |column: &Column| column.data_type.as_ref().is_some_and(|of| is_gone(&of.name));
        let defaults = table.columns.iter().any(|column| !goes(column) && column.casts_to(&is_gone));
        let checks = table.constraints.iter().any(|constraint| constraint.casts_to(&is_gone));
        let indexes = table.indexes.iter().filter(|index| index.casts_to(&is_gone));
        let indexes = indexes.map(|index| RelationName::new(&*table.name.schema, &*index.name));
        let indexes = indexes.map(|index| dropped(Form::DropIndex).with(Role::Index, index));
        let others = [(defaults, Form::DropFunctionDefault), (checks, Form::DropCheck)];
        let others = others.into_iter().filter(|(goes, _)| *goes).map(|(_, form)| dropped(form));
        others.chain(indexes).collect::<Vec<_>>()
    };
    tables.into_iter().flat_map(of_table).collect()
}
