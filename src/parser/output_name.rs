//! What PostgreSQL calls a column that an expression gives and nobody named.
//!
//! Source: `FigureColnameInternal` of PostgreSQL's parser/parse_target.c.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::lexer::PLACEHOLDER;
use super::{cursor, data_type};

/// The name, if the expression has one of its own: a column's, a function's, a keyword's. Of a cast the name of what is cast
/// counts more than that of the type, which is left out here.
pub(super) fn output_name(expr: &sql::Expr) -> Option<EcoString> {
    use sql::Expr as E;
    let word = |word: &str| Some(word.into());
    match expr {
        E::Identifier(name) => Some(fold(name)),
        E::CompoundIdentifier(names) => names.last().map(fold),
        E::Function(function) => match function.name.0.last()? {
            sql::ObjectNamePart::Identifier(name) => Some(fold(name)),
            sql::ObjectNamePart::Function(_) => None,
        },
        E::Nested(inner) | E::Cast { expr: inner, .. } | E::Collate { expr: inner, .. } => output_name(inner),
        E::Case { else_result, .. } => else_result.as_deref().and_then(output_name).or_else(|| word("case")),
        E::CompoundFieldAccess { root, access_chain } => match access_chain.last() {
            Some(sql::AccessExpr::Dot(field)) => output_name(field),
            Some(sql::AccessExpr::Subscript(_)) | None => output_name(root),
        },
        E::Exists { negated: false, .. } => word("exists"),
        E::Array(_) => word("array"),
        E::Tuple(_) => word("row"),
        E::AtTimeZone { .. } => word("timezone"),
        E::Extract { .. } => word("extract"),
        E::Ceil { .. } => word("ceil"),
        E::Floor { .. } => word("floor"),
        E::Position { .. } => word("position"),
        E::Substring { .. } => word("substring"),
        E::Overlay { .. } => word("overlay"),
        E::Trim { trim_where, .. } => word(match trim_where {
            Some(sql::TrimWhereField::Leading) => "ltrim",
            Some(sql::TrimWhereField::Trailing) => "rtrim",
            Some(sql::TrimWhereField::Both) | None => "btrim",
        }),
        _ => None,
    }
}

/// The name of an unnamed column of a query; `None` where it is not known or versions differ.
pub(super) fn column_name(expr: &sql::Expr) -> Option<EcoString> {
    Some(match figured(expr) {
        Figured::Unnamed => "?column?".into(),
        Figured::Weak(name) | Figured::Strong(name) => name,
        Figured::Unclear => return None,
    })
}

/// How an expression names a column, as the server weighs it.
enum Figured {
    /// Not at all.
    Unnamed,
    /// By a type or a keyword, if what stands around it has no name.
    Weak(EcoString),
    /// By a column or a function.
    Strong(EcoString),
    /// It is not known.
    Unclear,
}

fn figured(expr: &sql::Expr) -> Figured {
    use sql::Expr as E;
    match expr {
        E::Identifier(name) if name.quote_style == Some(PLACEHOLDER) => Figured::Unclear,
        E::Nested(inner) | E::Collate { expr: inner, .. } => figured(inner),
        E::Cast { expr: inner, data_type, .. } => match figured(inner) {
            Figured::Unnamed | Figured::Weak(_) => of_type(data_type),
            figured => figured,
        },
        E::TypedString(string) => of_type(&string.data_type),
        E::Interval(_) => Figured::Weak("interval".into()),
        E::Case { else_result, .. } => match else_result.as_deref().map_or(Figured::Unnamed, figured) {
            Figured::Unnamed | Figured::Weak(_) => Figured::Weak("case".into()),
            figured => figured,
        },
        E::Subquery(query) => of_subquery(query),
        // A call of date_part until 13.
        E::Extract { .. } => Figured::Unclear,
        E::Function(function) if matches!(function.args, sql::FunctionArguments::Subquery(_)) => {
            Figured::Strong("array".into())
        }
        E::CompoundFieldAccess { root, access_chain } => match access_chain.last() {
            Some(sql::AccessExpr::Dot(E::Identifier(field))) => Figured::Strong(fold(field)),
            Some(sql::AccessExpr::Dot(_)) => Figured::Unclear,
            Some(sql::AccessExpr::Subscript(_)) | None => figured(root),
        },
        E::Exists { negated: false, .. } => Figured::Strong("exists".into()),
        _ if has_no_name(expr) => Figured::Unnamed,
        _ => output_name(expr).map_or(Figured::Unclear, Figured::Strong),
    }
}

/// Operators and literals.
fn has_no_name(expr: &sql::Expr) -> bool {
    use sql::Expr as E;
    matches!(expr, E::Value(_) | E::BinaryOp { .. } | E::UnaryOp { .. }) || is_truth(expr)
}

/// Whether an expression is true, false or NULL, whatever it is about.
pub(super) fn is_truth(expr: &sql::Expr) -> bool {
    use sql::Expr as E;
    matches!(
        expr,
        E::IsFalse(_)
            | E::IsNotFalse(_)
            | E::IsTrue(_)
            | E::IsNotTrue(_)
            | E::IsNull(_)
            | E::IsNotNull(_)
            | E::IsUnknown(_)
            | E::IsNotUnknown(_)
            | E::IsDistinctFrom(..)
            | E::IsNotDistinctFrom(..)
            | E::InList { .. }
            | E::InSubquery { .. }
            | E::Between { .. }
            | E::Like { .. }
            | E::ILike { .. }
            | E::SimilarTo { .. }
            | E::Exists { .. }
            | E::AnyOp { .. }
            | E::AllOp { .. }
    )
}

/// The server's own name of a type, as `pg_type` has it.
fn of_type(data_type: &sql::DataType) -> Figured {
    let Some(data_type) = data_type::reread(&data_type.to_string()) else { return Figured::Unclear };
    let name = match data_type.name.as_str() {
        "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "character varying" => "varchar",
        "character" => "bpchar",
        "bit varying" => "varbit",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "\"char\"" => "char",
        name => name.rsplit('.').next().unwrap_or(name),
    };
    Figured::Weak(name.into())
}

/// A subquery is called as its only column.
fn of_subquery(query: &sql::Query) -> Figured {
    let mut body = &*query.body;
    loop {
        match body {
            sql::SetExpr::Query(inner) => body = &inner.body,
            sql::SetExpr::SetOperation { left, .. } => body = left,
            sql::SetExpr::Select(select) => {
                return match select.projection.as_slice() {
                    [sql::SelectItem::UnnamedExpr(expr)] => column_name(expr).map_or(Figured::Unclear, Figured::Strong),
                    [sql::SelectItem::ExprWithAlias { alias, .. }] => Figured::Strong(fold(alias)),
                    _ => Figured::Unclear,
                };
            }
            _ => return Figured::Unclear,
        }
    }
}

fn fold(name: &sql::Ident) -> EcoString {
    cursor::fold(&name.value, name.quote_style.is_some())
}
