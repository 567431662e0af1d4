//! Values, as far as their types depend on them.

use std::sync::Arc;

use sqlparser::ast as sql;

use super::{Builder, function_name};
use crate::ast::{DataType, Value};
use crate::parser::data_type;
use crate::parser::lexer::PLACEHOLDER;
use crate::parser::output_name::is_truth;
use crate::parser::uses::folded;
use crate::parser::walk_expr::is_keyword_function;

/// A type of the server without modifiers.
fn typed(name: &str) -> Value {
    Value::Typed(DataType { name: name.into(), ..DataType::default() })
}

impl Builder<'_, '_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &sql::Expr) -> Value {
        use sql::Expr as E;
        match expr {
            E::Identifier(name) if name.quote_style == Some(PLACEHOLDER) => Value::Unknown,
            E::Identifier(name) if name.quote_style.is_none() && is_keyword_function(&name.value) => {
                Value::Call { name: folded(name), arguments: Vec::new() }
            }
            E::Identifier(name) => Value::Column { table: None, column: folded(name) },
            E::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => Value::Column { table: Some(folded(table)), column: folded(column) },
                _ => Value::Unknown,
            },
            E::Nested(inner) => self.value(inner),
            // The type of the value, and no longer the column.
            E::Collate { expr, .. } => Value::OneOf(vec![self.value(expr)]),
            E::Cast { data_type, .. } => cast(data_type),
            E::TypedString(string) => cast(&string.data_type),
            E::Value(value) => literal(&value.value),
            E::Function(function) => self.call(function),
            E::Case { conditions, else_result, .. } => {
                let results = conditions.iter().map(|when| self.value(&when.result));
                let mut results: Vec<Value> = results.collect();
                results.push(else_result.as_deref().map_or(Value::Text, |result| self.value(result)));
                Value::OneOf(results)
            }
            E::BinaryOp { .. } => self.operators(expr),
            E::UnaryOp { op: sql::UnaryOperator::Minus | sql::UnaryOperator::Plus, expr } => {
                Value::Call { name: "abs".into(), arguments: vec![self.value(expr)] }
            }
            E::UnaryOp { op: sql::UnaryOperator::Not, .. } => typed("boolean"),
            E::Subquery(query) => Value::Query(Arc::new(self.query(query))),
            E::AtTimeZone { timestamp, .. } => Value::AtTimeZone(Box::new(self.value(timestamp))),
            E::Array(array) => Value::Array(array.elem.iter().map(|item| self.value(item)).collect()),
            E::Interval(interval)
                if interval.leading_field.is_none() && interval.fractional_seconds_precision.is_none() =>
            {
                typed("interval")
            }
            E::Position { .. } => typed("integer"),
            E::Substring { expr, .. } => Value::Call { name: "substring".into(), arguments: vec![self.value(expr)] },
            E::Ceil { expr, .. } => Value::Call { name: "ceil".into(), arguments: vec![self.value(expr)] },
            E::Floor { expr, .. } => Value::Call { name: "floor".into(), arguments: vec![self.value(expr)] },
            _ if is_truth(expr) => typed("boolean"),
            _ => Value::Unknown,
        }
    }

    /// `a + b + c` is a tree as deep as the chain is long: its left edge is walked in a loop.
    fn operators(&mut self, expr: &sql::Expr) -> Value {
        let (mut expr, mut rest) = (expr, Vec::new());
        while let sql::Expr::BinaryOp { left, op, right } = expr {
            rest.push((op.to_string().to_uppercase().into(), self.value(right)));
            expr = left;
        }
        rest.reverse();
        Value::Operators { first: Box::new(self.value(expr)), rest }
    }

    fn call(&mut self, function: &sql::Function) -> Value {
        let name = function_name(&function.name);
        let arguments: Vec<Value> = match &function.args {
            sql::FunctionArguments::List(list) => list.args.iter().map(|argument| self.argument(argument)).collect(),
            sql::FunctionArguments::None => Vec::new(),
            sql::FunctionArguments::Subquery(_) => return Value::Unknown,
        };
        match name.as_str() {
            "coalesce" | "greatest" | "least" => Value::OneOf(arguments),
            _ if !function.within_group.is_empty() => Value::Unknown,
            _ => Value::Call { name, arguments },
        }
    }

    /// An argument; those given by name or of any number are not followed.
    pub(super) fn argument(&mut self, argument: &sql::FunctionArg) -> Value {
        match argument {
            sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => self.value(expr),
            sql::FunctionArg::Unnamed(_) | sql::FunctionArg::Named { .. } | sql::FunctionArg::ExprNamed { .. } => {
                Value::Unknown
            }
        }
    }
}

/// A type as sqlparser read it, in our own words.
fn cast(data_type: &sql::DataType) -> Value {
    data_type::reread(&data_type.to_string()).map_or(Value::Unknown, Value::Typed)
}

fn literal(value: &sql::Value) -> Value {
    match value {
        sql::Value::Null
        | sql::Value::SingleQuotedString(_)
        | sql::Value::EscapedStringLiteral(_)
        | sql::Value::UnicodeStringLiteral(_)
        | sql::Value::DollarQuotedString(_) => Value::Text,
        sql::Value::Boolean(_) => typed("boolean"),
        sql::Value::Number(number, _) => match number.to_string() {
            number if number.parse::<i32>().is_ok() => typed("integer"),
            number if number.parse::<i64>().is_ok() => typed("bigint"),
            number if number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-')) => {
                typed("numeric")
            }
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}
