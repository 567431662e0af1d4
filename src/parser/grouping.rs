//! By which columns a query is grouped, and which others it gives from each group.

use sqlparser::ast as sql;

use super::lexer::PLACEHOLDER;
use super::tokens::ALL_FIELDS;
use super::uses::{Walk, folded};
use super::walk_expr::is_keyword_function;
use crate::ast::GroupedBy;

impl Walk<'_, '_> {
    /// Takes note of a SELECT that is grouped by plain columns, while its FROM list is in sight.
    pub fn grouping(&mut self, select: &sql::Select) {
        let sql::GroupByExpr::Expressions(keys, modifiers) = &select.group_by else { return };
        if !self.uses.reading.wanted || keys.is_empty() || !modifiers.is_empty() {
            return;
        }
        let numbered: Option<Vec<&sql::Expr>> = keys.iter().map(|key| numbered(select, key)).collect();
        let Some(keys) = numbered.filter(|keys| keys.iter().all(|key| is_column(key))) else { return };
        let aside = self.uses.reading.put_aside();
        keys.into_iter().for_each(|key| self.outside_of_calls(key));
        let keys = self.uses.reading.take_out();
        for item in &select.projection {
            self.wildcard(item);
            match item {
                sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => {
                    self.outside_of_calls(expr);
                }
                _ => {}
            }
        }
        select.having.iter().for_each(|having| self.outside_of_calls(having));
        let others = self.uses.reading.take_out();
        self.uses.reading.put_back(aside);
        self.uses.reading.grouped.push(GroupedBy { keys, others });
    }

    /// Columns that are read as they are, for what a call of an aggregate reads is not of the group.
    fn outside_of_calls(&mut self, expr: &sql::Expr) {
        use sql::Expr as E;
        match expr {
            E::Identifier(name) if is_column(expr) => self.uses.reading.word(&folded(name)),
            E::CompoundIdentifier(parts) if is_column(expr) => self.uses.reading.qualified(parts),
            E::Nested(inner) | E::UnaryOp { expr: inner, .. } | E::Cast { expr: inner, .. } => {
                self.outside_of_calls(inner);
            }
            E::IsNull(inner) | E::IsNotNull(inner) => self.outside_of_calls(inner),
            E::BinaryOp { left, right, .. } => {
                self.outside_of_calls(left);
                self.outside_of_calls(right);
            }
            // Others may be missed: nothing is claimed then.
            _ => {}
        }
    }
}

/// The item that the number of a key means, or the key itself.
fn numbered<'s>(select: &'s sql::Select, key: &'s sql::Expr) -> Option<&'s sql::Expr> {
    let sql::Expr::Value(sql::ValueWithSpan { value: sql::Value::Number(number, _), .. }) = key else {
        return Some(key);
    };
    let before = number.parse::<usize>().ok()?.checked_sub(1)?;
    let all =
        |item: &sql::SelectItem| matches!(item, sql::SelectItem::Wildcard(_) | sql::SelectItem::QualifiedWildcard(..));
    match select.projection.get(before)? {
        _ if select.projection.iter().take(before).any(all) => None,
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

/// `column` or `table.column`
fn is_column(expr: &sql::Expr) -> bool {
    match expr {
        sql::Expr::Identifier(name) if name.quote_style == Some(PLACEHOLDER) => false,
        sql::Expr::Identifier(name) => name.quote_style.is_some() || !is_keyword_function(&name.value),
        sql::Expr::CompoundIdentifier(parts) => {
            parts.len() == 2 && parts.last().is_some_and(|last| last.value != ALL_FIELDS)
        }
        _ => false,
    }
}
