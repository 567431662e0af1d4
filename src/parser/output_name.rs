//! What PostgreSQL calls a column that an expression gives and nobody named.
//!
//! Source: `FigureColnameInternal` of PostgreSQL's parser/parse_target.c.

use sqlparser::ast as sql;

use super::cursor;

/// The name, if the expression has one of its own: a column's, a function's, a keyword's. Of a cast the name of what is cast
/// counts more than that of the type, which is left out here.
pub(super) fn output_name(expr: &sql::Expr) -> Option<String> {
    use sql::Expr as E;
    let word = |word: &str| Some(word.to_owned());
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

fn fold(name: &sql::Ident) -> String {
    cursor::fold(&name.value, name.quote_style.is_some())
}
