//! Queries and tables whose shape cannot be what the statement makes of it.
//!
//! Source: `transformSetOperationStmt()`, `CheckSelectLocking()` and `DefineView()` of the server, and measurements
//! (`fixtures/facts/create-view-*.sql`, `create-table-as-*.sql`, `select-for-update-*.sql`).

use crate::ast::{
    AlterActionKind, AlterObject, AlterTable, ColumnChange, ColumnConstraintKind, CreateTable, CreateView, FromItem,
    FromSource, Ident, ObjectName, Output, OutputItem, Query, Statement, StatementKind, TableConstraintKind, Value,
};
use crate::engine::effect::RelationKind;
use crate::engine::output;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::source::Span;

use super::column_types::uncollated;
use super::existence::{is_known_whole, is_there};
use super::words::{has, words};
use super::{FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, WRONG_OBJECT_TYPE, clauses, refused};

const GROUPING_ERROR: &str = "42803";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateView(create) => view(create, around).into_iter().collect(),
        StatementKind::CreateTable(create) => table(create, around),
        StatementKind::AlterTable(alter) => altered(alter),
        StatementKind::Query(query) => locked(query, around).into_iter().collect(),
        StatementKind::CreateSchema(create) if create.if_not_exists && !create.elements.is_empty() => {
            let reason = "CREATE SCHEMA IF NOT EXISTS cannot include schema elements".to_owned();
            vec![refused(FEATURE_NOT_SUPPORTED, reason)]
        }
        _ => Vec::new(),
    }
}

fn view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let output = create.query.output.as_deref();
    let unequal = output.and_then(|output| unequal(output, create.query.span, around));
    let unequal = unequal.or_else(|| ungrouped(output?, around.text_of(create.query.span), around));
    unequal.or_else(|| too_many(&create.columns, output, &create.name, around)).or_else(|| {
        let checked = create.options.iter().any(|option| option.name == "check_option");
        let checks = create.check_option.is_some() || checked && !create.materialized;
        let reason = "WITH CHECK OPTION is supported only on automatically updatable views".to_owned();
        let fixed = checks && output.is_some_and(|output| is_fixed(output, around.text_of(create.query.span)));
        fixed.then(|| refused(FEATURE_NOT_SUPPORTED, reason))
    })
}

/// More names than the query has columns.
fn too_many(names: &[Ident], output: Option<&Output>, of: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let given = output::columns(output, &[], around);
    let extra = names.get(given.list.len()).filter(|_| given.whole)?;
    let reason = format!("{of} names {} columns, and its query gives {}", names.len(), given.list.len());
    Some(refused(SYNTAX_ERROR, reason).at(extra.span))
}

/// The queries of UNION, INTERSECT and EXCEPT give as many columns each.
fn unequal(output: &Output, span: Span, around: &Surroundings) -> Option<Refusal> {
    let Output::Branches(branches) = output else { return None };
    let mut counts = branches.iter().map(|branch| output::columns(Some(branch), &[], around));
    let first = counts.next().filter(|first| first.whole)?;
    let other = counts.find(|other| other.whole && other.list.len() != first.list.len());
    let reason = "each query of a UNION, INTERSECT or EXCEPT must have the same number of columns".to_owned();
    let here = other.map(|_| refused(SYNTAX_ERROR, reason).at(span));
    here.or_else(|| branches.iter().find_map(|branch| self::unequal(branch, span, around)))
}

/// Aggregates of which every version has one.
const AGGREGATES: &[&str] = &["array_agg", "avg", "bool_and", "bool_or", "count", "max", "min", "string_agg", "sum"];

/// A plain column beside an aggregate, and nothing is grouped.
fn ungrouped(output: &Output, text: &str, around: &Surroundings) -> Option<Refusal> {
    let Output::Select { list, from } = output else { return None };
    let words = words(text);
    let is_single = words.iter().filter(|word| *word == "SELECT").count() == 1;
    // Quoted names are none of the words.
    if !is_single || has(&words, &["OVER"]) || text.contains('"') {
        return None;
    }
    if let Some(at) = words.iter().position(|word| word == "GROUP") {
        return left_out(list, from, words.get(at + 2..)?, around);
    }
    let is_aggregate = |item: &OutputItem| matches!(item, OutputItem::Value { value: Value::Call { name, .. }, .. } if AGGREGATES.contains(&name.as_str()));
    let is_plain = |item: &OutputItem| match item {
        OutputItem::Value { value, .. } => matches!(value, Value::Column { .. }),
        OutputItem::All | OutputItem::AllOf(_) => true,
    };
    let mixed = list.iter().any(is_aggregate) && list.iter().any(is_plain);
    let reason = "a column must appear in GROUP BY or be used in an aggregate function".to_owned();
    mixed.then(|| refused(GROUPING_ERROR, reason))
}

/// A column of the only table that GROUP BY does not name, where it does not name the primary key either. `grouped` are the
/// words behind GROUP BY, to the end.
fn left_out(list: &[OutputItem], from: &[FromItem], grouped: &[String], around: &Surroundings) -> Option<Refusal> {
    let [FromItem { source: FromSource::Relation(name), .. }] = from else { return None };
    let relation =
        around.relation(name).filter(|relation| is_known_whole(relation) && relation.kind == RelationKind::Table)?;
    let is_grouped = |name: &str| grouped.iter().any(|word| *word == name.to_uppercase());
    let by_position = grouped.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let by_key = relation.primary_key().is_some_and(|key| key.iter().all(|column| is_grouped(column)));
    if by_position || by_key {
        return None;
    }
    list.iter().find_map(|item| match item {
        OutputItem::Value { name, value: Value::Column { column, .. } } => {
            let known =
                is_grouped(column) || name.as_deref().is_some_and(is_grouped) || relation.column(column).is_none();
            let reason = format!("column {column} must appear in GROUP BY or be used in an aggregate function");
            (!known).then(|| refused(GROUPING_ERROR, reason))
        }
        OutputItem::Value { .. } | OutputItem::All | OutputItem::AllOf(_) => None,
    })
}

/// Whether a view of the query takes no changes.
///
/// Source: `view_query_is_auto_updatable()` of the server.
fn is_fixed(output: &Output, text: &str) -> bool {
    let words = words(text);
    let is_single = words.iter().filter(|word| *word == "SELECT").count() == 1;
    let grouped = ["GROUP", "HAVING", "DISTINCT", "LIMIT", "OFFSET", "FETCH"].iter().any(|word| has(&words, &[word]));
    match output {
        Output::Branches(_) | Output::Values(_) => true,
        Output::Select { from, .. } => is_single && grouped || !matches!(from.as_slice(), [only] if is_relation(only)),
        Output::Unknown => false,
    }
}

fn is_relation(item: &FromItem) -> bool {
    matches!(item.source, FromSource::Relation(_) | FromSource::Unknown)
}

fn table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    if create.if_not_exists && around.catalog.is_taken(&around.created(&create.name)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(query) = &create.query {
        let names: Vec<Ident> = create.columns.iter().map(|column| column.name.clone()).collect();
        let output = query.output.as_deref();
        found.extend(output.and_then(|output| unequal(output, query.span, around)));
        found.extend(output.and_then(|output| ungrouped(output, around.text_of(query.span), around)));
        found.extend(too_many(&names, output, &create.name, around));
    }
    if create.foreign {
        found.extend(of_foreign(create));
    }
    found.extend(create.columns.iter().filter_map(|column| uncollated(&column.data_type, column.collation.as_ref())));
    found
}

/// A foreign table has no keys.
fn of_foreign(create: &CreateTable) -> Option<Refusal> {
    let columns = create.columns.iter().flat_map(|column| &column.constraints);
    let in_columns = columns.filter_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::PrimaryKey => Some(("primary key", constraint.span)),
        ColumnConstraintKind::Unique => Some(("unique", constraint.span)),
        ColumnConstraintKind::References(_) => Some(("foreign key", constraint.span)),
        _ => None,
    });
    let of_table = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::PrimaryKey(_) => Some(("primary key", constraint.span)),
        TableConstraintKind::Unique(_) => Some(("unique", constraint.span)),
        TableConstraintKind::ForeignKey { .. } => Some(("foreign key", constraint.span)),
        TableConstraintKind::Exclude { .. } => Some(("exclusion", constraint.span)),
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) => None,
    });
    let (what, span) = in_columns.chain(of_table).next()?;
    Some(refused(FEATURE_NOT_SUPPORTED, format!("{what} constraints are not supported on foreign tables")).at(span))
}

fn altered(alter: &AlterTable) -> Vec<Refusal> {
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { column, .. } => uncollated(&column.data_type, column.collation.as_ref()),
        AlterActionKind::AlterColumn { change: ColumnChange::SetType { data_type, collation, .. }, .. } => {
            uncollated(data_type, collation.as_ref())
        }
        AlterActionKind::SetOptions(options) if alter.object == AlterObject::View => clauses::view_options(options),
        _ => None,
    });
    found.collect()
}

/// Rows that are no rows of a table cannot be locked.
fn locked(query: &Query, around: &Surroundings) -> Option<Refusal> {
    if query.row_locks.is_empty() {
        return None;
    }
    let relations =
        query.row_locks.iter().filter_map(|name| around.relation(name)).filter(|relation| is_there(relation));
    let fixed = relations
        .into_iter()
        .find(|relation| matches!(relation.kind, RelationKind::MaterializedView | RelationKind::Sequence));
    if let Some(relation) = fixed {
        let reason = format!("cannot lock rows in {}: it is a {}", relation.name, relation.kind.name());
        return Some(refused(WRONG_OBJECT_TYPE, reason));
    }
    let words = words(around.text_of(query.span));
    let is_single = words.iter().filter(|word| *word == "SELECT").count() == 1;
    let what = ["GROUP", "HAVING", "DISTINCT"].into_iter().find(|word| is_single && has(&words, &[word]))?;
    let what = if what == "GROUP" { "GROUP BY" } else { what };
    Some(refused(FEATURE_NOT_SUPPORTED, format!("FOR UPDATE and its kin are not allowed with {what}")))
}
