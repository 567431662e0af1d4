//! What a query gives: its columns with their names, and the values whose types they have.

mod value;

use std::sync::Arc;

use ecow::EcoString;

use sqlparser::ast as sql;

use super::counted::{Known, counted};
use super::cursor::{Cursor, Parsed};
use super::data_type;
use super::grouped;
use super::output_name::column_name;
use super::reading::alias_columns;
use super::text::Text;
use super::tokens::ALL_FIELDS;
use super::uses::{Gives, Source, Uses, folded, object_name};
use super::walk_expr::is_keyword_function;
use super::walk_query::join_constraint;
use crate::ast::{Counted, DataType, FromItem, FromSource, Merged, Output, OutputItem, Value};
use crate::source::Span;

/// The columns of a query that stands where `uses` are.
pub(super) fn of_query(c: &Cursor, uses: &Uses, query: &sql::Query) -> Output {
    Builder { cursor: c, with: uses.scope.clone() }.query(query)
}

/// The value of an expression that stands by itself in a text.
pub fn value_in(text: &str) -> Value {
    let read = |mut cursor: Cursor| {
        let (expr, _) = cursor.sql_expr()?;
        Ok(Builder { cursor: &cursor, with: Vec::new() }.value(&expr))
    };
    let value: Parsed<Value> = Cursor::of_pieces(Text::of_file(text), &[Span::new(0, text.len())]).and_then(read);
    value.unwrap_or(Value::Unknown)
}

/// The cast that an expression is, which stands by itself in a text: what is cast, as far as its value and its type depend on
/// columns, and the type to which.
pub fn cast_in(text: &str) -> Option<(Counted, Value, DataType)> {
    let read = |mut cursor: Cursor| {
        let (mut expr, _) = cursor.sql_expr()?;
        while let sql::Expr::Nested(inner) = expr {
            expr = *inner;
        }
        let sql::Expr::Cast { expr: inner, data_type, format: None, .. } = expr else { return Ok(None) };
        let value = Builder { cursor: &cursor, with: Vec::new() }.value(&inner);
        let to = data_type::reread(&data_type.to_string());
        Ok(to.map(|to| (counted(&inner, Known::Columns), value, to)))
    };
    let cast: Parsed<Option<_>> = Cursor::of_pieces(Text::of_file(text), &[Span::new(0, text.len())]).and_then(read);
    cast.ok().flatten()
}

/// The columns of a query that may read itself under a name: those of its first branch, as far as they depend on the text.
pub(super) fn recursive(query: &sql::Query, name: &str, output: Output) -> Output {
    match (&*query.body, output) {
        (sql::SetExpr::SetOperation { right, .. }, Output::Branches(branches)) if names_in_from(right, name) => {
            let mut branches = branches;
            branches.pop();
            if branches.len() == 1 { branches.pop().unwrap_or(Output::Unknown) } else { Output::Branches(branches) }
        }
        (_, output) => output,
    }
}

/// Whether a query names something in a FROM list.
fn names_in_from(body: &sql::SetExpr, name: &str) -> bool {
    match body {
        sql::SetExpr::Select(select) => select.from.iter().any(|item| is_in_item(item, name)),
        sql::SetExpr::Query(query) => {
            names_in_from(&query.body, name)
                || query.with.iter().flat_map(|with| &with.cte_tables).any(|cte| names_in_from(&cte.query.body, name))
        }
        sql::SetExpr::SetOperation { .. } => {
            let mut body = body;
            while let sql::SetExpr::SetOperation { left, right, .. } = body {
                if names_in_from(right, name) {
                    return true;
                }
                body = left;
            }
            names_in_from(body, name)
        }
        _ => false,
    }
}

fn is_in_item(item: &sql::TableWithJoins, name: &str) -> bool {
    std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation)).any(|factor| match factor {
        sql::TableFactor::Table { name: table, args: None, .. } => {
            matches!(table.0.as_slice(), [sql::ObjectNamePart::Identifier(word)] if folded(word) == name)
        }
        sql::TableFactor::Derived { subquery, .. } => names_in_from(&subquery.body, name),
        sql::TableFactor::NestedJoin { table_with_joins, .. } => is_in_item(table_with_joins, name),
        _ => false,
    })
}

/// `(value).*`
fn is_all_fields(expr: &sql::Expr) -> bool {
    let sql::Expr::CompoundFieldAccess { access_chain, .. } = expr else { return false };
    matches!(access_chain.last(), Some(sql::AccessExpr::Dot(sql::Expr::Identifier(field))) if field.value == ALL_FIELDS)
}

/// What builds the description of a query.
struct Builder<'c, 't> {
    cursor: &'c Cursor<'t>,
    /// WITH queries in sight, innermost last.
    with: Vec<Source>,
}

impl Builder<'_, '_> {
    fn query(&mut self, query: &sql::Query) -> Output {
        let place = self.with.len();
        if let Some(with) = &query.with {
            self.with_queries(with);
        }
        let output = self.body(&query.body);
        self.with.truncate(place);
        output
    }

    fn with_queries(&mut self, with: &sql::With) {
        let hidden = |cte: &sql::Cte| Source { name: folded(&cte.alias.name), limited: false, gives: None };
        if with.recursive {
            self.with.extend(with.cte_tables.iter().map(hidden));
        }
        for cte in &with.cte_tables {
            let name = folded(&cte.alias.name);
            let output = self.query(&cte.query);
            let output = if with.recursive { recursive(&cte.query, &name, output) } else { output };
            let gives = Gives { columns: alias_columns(&cte.alias), output: Arc::new(output) };
            self.with.push(Source { name, limited: false, gives: Some(gives) });
        }
    }

    /// `a UNION b UNION c` is a tree as deep as the chain is long: its left edge is walked in a loop.
    fn body(&mut self, body: &sql::SetExpr) -> Output {
        match body {
            sql::SetExpr::Select(select) => self.select(select),
            sql::SetExpr::Query(query) => self.query(query),
            sql::SetExpr::SetOperation { .. } => {
                let (mut body, mut rights) = (body, Vec::new());
                while let sql::SetExpr::SetOperation { left, right, .. } = body {
                    rights.push(&**right);
                    body = left;
                }
                let branches = std::iter::once(body).chain(rights.into_iter().rev());
                Output::Branches(branches.map(|branch| self.body(branch)).collect())
            }
            sql::SetExpr::Values(values) => {
                let mut row =
                    |row: &sql::Parens<Vec<sql::Expr>>| row.content.iter().map(|expr| self.value(expr)).collect();
                Output::Values(values.rows.iter().map(&mut row).collect())
            }
            sql::SetExpr::Table(_)
            | sql::SetExpr::Insert(_)
            | sql::SetExpr::Update(_)
            | sql::SetExpr::Delete(_)
            | sql::SetExpr::Merge(_) => Output::Unknown,
        }
    }

    fn select(&mut self, select: &sql::Select) -> Output {
        let from = select.from.iter().map(|item| self.joined(item)).collect();
        let list: Option<Vec<OutputItem>> = select.projection.iter().map(|item| self.item(item)).collect();
        let grouping = grouped::of_select(select);
        list.map_or(Output::Unknown, |list| Output::Select { list, from, grouping })
    }

    fn item(&mut self, item: &sql::SelectItem) -> Option<OutputItem> {
        use sql::SelectItemQualifiedWildcardKind as Kind;
        match item {
            sql::SelectItem::UnnamedExpr(expr) if is_all_fields(expr) => None,
            sql::SelectItem::UnnamedExpr(expr) => {
                let name = column_name(expr);
                Some(OutputItem::Value { name, value: self.value(expr) })
            }
            sql::SelectItem::ExprWithAlias { expr, alias } => {
                Some(OutputItem::Value { name: Some(folded(alias)), value: self.value(expr) })
            }
            sql::SelectItem::Wildcard(_) => Some(OutputItem::All),
            sql::SelectItem::QualifiedWildcard(Kind::ObjectName(name), _) => match name.0.as_slice() {
                [sql::ObjectNamePart::Identifier(table)] => Some(OutputItem::AllOf(folded(table))),
                _ => None,
            },
            sql::SelectItem::QualifiedWildcard(Kind::Expr(_), _) | sql::SelectItem::ExprWithAliases { .. } => None,
        }
    }

    fn joined(&mut self, item: &sql::TableWithJoins) -> FromItem {
        let first = self.factor(&item.relation);
        if item.joins.is_empty() {
            return first;
        }
        let rest = item.joins.iter().map(|join| (merged(&join.join_operator), self.factor(&join.relation))).collect();
        let source = FromSource::Joins { first: Box::new(first), rest };
        FromItem { known_as: None, columns: Vec::new(), source }
    }

    fn factor(&mut self, factor: &sql::TableFactor) -> FromItem {
        use sql::TableFactor as T;
        match factor {
            T::Table { name, alias, args: None, .. } => self.table(name, alias.as_ref()),
            T::Table { name, alias, args: Some(args), with_ordinality, .. } => {
                self.function(name, &args.args, *with_ordinality, alias.as_ref())
            }
            T::Function { name, args, with_ordinality, alias, .. } => {
                self.function(name, args, *with_ordinality, alias.as_ref())
            }
            T::UNNEST { alias, array_exprs, with_ordinality, .. } => {
                let arguments = array_exprs.iter().map(|expr| self.value(expr)).collect();
                called("unnest".into(), arguments, *with_ordinality, alias.as_ref())
            }
            T::Derived { lateral, subquery, alias, .. } => {
                let source = FromSource::Query { output: Arc::new(self.query(subquery)), lateral: *lateral };
                aliased(EcoString::new(), Vec::new(), source, alias.as_ref())
            }
            T::NestedJoin { table_with_joins, alias: None } => self.joined(table_with_joins),
            T::NestedJoin { table_with_joins, alias: Some(alias) } => {
                let FromItem { source, known_as, columns } = self.joined(table_with_joins);
                let source = match source {
                    // A lone table in parentheses.
                    source if known_as.is_none() => source,
                    source => {
                        let first = Box::new(FromItem { known_as, columns, source });
                        FromSource::Joins { first, rest: Vec::new() }
                    }
                };
                aliased(EcoString::new(), Vec::new(), source, Some(alias))
            }
            T::TableFunction { alias, .. } | T::JsonTable { alias, .. } | T::XmlTable { alias, .. } => {
                aliased(EcoString::new(), Vec::new(), FromSource::Unknown, alias.as_ref())
            }
            _ => aliased(EcoString::new(), Vec::new(), FromSource::Unknown, None),
        }
    }

    /// A relation or a WITH query.
    fn table(&mut self, name: &sql::ObjectName, alias: Option<&sql::TableAlias>) -> FromItem {
        let is_function = matches!(name.0.as_slice(), [sql::ObjectNamePart::Identifier(word)]
            if word.quote_style.is_none() && is_keyword_function(&word.value));
        let Some(relation) = object_name(self.cursor, name).filter(|_| !is_function) else {
            return aliased(EcoString::new(), Vec::new(), FromSource::Unknown, alias);
        };
        let own = relation.name.name.clone();
        let with = self.with.iter().rev().find(|source| relation.schema.is_none() && source.name == own);
        match with {
            Some(Source { gives: Some(gives), .. }) => {
                let source = FromSource::With(Arc::clone(&gives.output));
                aliased(own, gives.columns.clone(), source, alias)
            }
            Some(Source { gives: None, .. }) => aliased(own, Vec::new(), FromSource::Unknown, alias),
            None => aliased(own, Vec::new(), FromSource::Relation(relation), alias),
        }
    }

    fn function(
        &mut self,
        name: &sql::ObjectName,
        arguments: &[sql::FunctionArg],
        ordinality: bool,
        alias: Option<&sql::TableAlias>,
    ) -> FromItem {
        let arguments = arguments.iter().map(|argument| self.argument(argument)).collect();
        called(function_name(name), arguments, ordinality, alias)
    }
}

fn called(name: EcoString, arguments: Vec<Value>, ordinality: bool, alias: Option<&sql::TableAlias>) -> FromItem {
    let own = name.rsplit('.').next().unwrap_or_default().to_owned();
    aliased(own.into(), Vec::new(), FromSource::Function { name, arguments, ordinality }, alias)
}

/// An item of FROM under its alias, if it has one.
fn aliased(own: EcoString, columns: Vec<EcoString>, source: FromSource, alias: Option<&sql::TableAlias>) -> FromItem {
    let named = alias.map(alias_columns).unwrap_or_default();
    // A definition of columns, as functions that return records have it.
    let defined = alias.is_some_and(|alias| alias.columns.iter().any(|column| column.data_type.is_some()));
    let source = if defined { FromSource::Unknown } else { source };
    let rest = columns.into_iter().skip(named.len());
    let columns = named.iter().cloned().chain(rest).collect();
    FromItem { known_as: Some(alias.map_or(own, |alias| folded(&alias.name))), columns, source }
}

/// The name of a function as it is called, with the schema where written.
fn function_name(name: &sql::ObjectName) -> EcoString {
    let parts: Vec<EcoString> = name.0.iter().filter_map(|part| part.as_ident().map(folded)).collect();
    parts.join(".").into()
}

/// The columns that a join merges.
fn merged(operator: &sql::JoinOperator) -> Merged {
    match join_constraint(operator) {
        Some(sql::JoinConstraint::Using(names)) => {
            Merged::Columns(names.iter().filter_map(|name| name.0.last()?.as_ident().map(folded)).collect())
        }
        Some(sql::JoinConstraint::Natural) => Merged::Natural,
        Some(sql::JoinConstraint::On(_) | sql::JoinConstraint::None) | None => Merged::Nothing,
    }
}

/// What the joins of an item of FROM merge, beside what others do.
pub(super) fn merged_by(before: Merged, item: &sql::TableWithJoins) -> Merged {
    let factors = std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation));
    let inside = factors.filter_map(|factor| match factor {
        sql::TableFactor::NestedJoin { table_with_joins, .. } => Some(&**table_with_joins),
        _ => None,
    });
    let all = inside.fold(before, merged_by);
    item.joins.iter().fold(all, |all, join| match (all, merged(&join.join_operator)) {
        (all, Merged::Nothing) => all,
        (Merged::Natural, _) | (_, Merged::Natural) => Merged::Natural,
        (Merged::Nothing, more) => more,
        (Merged::Columns(mut all), Merged::Columns(more)) => {
            all.extend(more);
            Merged::Columns(all)
        }
    })
}
