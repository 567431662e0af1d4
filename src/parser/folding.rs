//! What is left of an expression when the planner has worked out its constants, and plain calls of functions.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::limit;
use super::uses::folded;
use crate::ast::{FunctionCall as Call, Literal, Operand};

/// The branch of a CASE whose conditions are constants, or the first argument of COALESCE that is a constant; the expression
/// itself where nothing is left out.
pub(super) fn reduced(expr: &sql::Expr) -> &sql::Expr {
    match expr {
        sql::Expr::Nested(inner) => reduced(inner),
        sql::Expr::Case { operand: None, conditions, else_result, .. } => {
            for branch in conditions {
                match limit::literal(&branch.condition) {
                    Some(Literal::Boolean(true)) => return reduced(&branch.result),
                    Some(Literal::Boolean(false) | Literal::Null) => {}
                    Some(Literal::Number(_) | Literal::Text(_)) | None => return expr,
                }
            }
            else_result.as_deref().map_or(expr, reduced)
        }
        sql::Expr::Function(function) if name(function) == Some("coalesce".into()) => {
            for argument in arguments(function).unwrap_or_default() {
                match limit::literal(argument) {
                    Some(Literal::Null) => {}
                    Some(_) => return argument,
                    None => return expr,
                }
            }
            expr
        }
        _ => expr,
    }
}

/// The call of a function that an expression is, if it is nothing else.
pub(super) fn call(expr: &sql::Expr) -> Option<Call> {
    match expr {
        sql::Expr::Nested(inner) => call(inner),
        sql::Expr::Function(function) => {
            let parts: Option<Vec<EcoString>> =
                function.name.0.iter().map(|part| part.as_ident().map(folded)).collect();
            let arguments = arguments(function)?.into_iter().map(operand).collect();
            Some(Call { name: parts?.join(".").into(), arguments })
        }
        _ => None,
    }
}

fn name(function: &sql::Function) -> Option<EcoString> {
    match function.name.0.as_slice() {
        [sql::ObjectNamePart::Identifier(name)] => Some(folded(name)),
        _ => None,
    }
}

/// The arguments of a plain call.
fn arguments(function: &sql::Function) -> Option<Vec<&sql::Expr>> {
    let plain = function.filter.is_none() && function.over.is_none() && function.within_group.is_empty();
    let sql::FunctionArguments::List(list) = &function.args else { return None };
    let each = list.args.iter().map(|argument| match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    each.collect::<Option<Vec<_>>>().filter(|_| plain && list.clauses.is_empty())
}

/// What an expression is, where it is no more than one thing.
pub(super) fn operand(expr: &sql::Expr) -> Operand {
    match expr {
        sql::Expr::Nested(inner) => operand(inner),
        sql::Expr::Identifier(name) if name.quote_style.is_none() || name.quote_style == Some('"') => {
            Operand::Column(folded(name))
        }
        sql::Expr::Value(value) => match &value.value {
            sql::Value::Placeholder(parameter) => Operand::Parameter(parameter.clone().into()),
            sql::Value::Boolean(_) => Operand::OfType("boolean"),
            sql::Value::Number(number, _) => number.parse().map_or(Operand::Other, Operand::Integer),
            _ => Operand::Other,
        },
        _ => Operand::Other,
    }
}
