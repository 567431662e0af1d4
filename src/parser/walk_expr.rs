//! The walk over sqlparser's expressions.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::lexer::PLACEHOLDER;
use super::names;
use super::tokens::ALL_FIELDS;
use super::uses::{Walk, folded};
use crate::ast::{CastFrom, CastOf};
use crate::postgres::types;

/// Functions that SQL calls by a keyword alone and that sqlparser takes for columns.
const KEYWORD_FUNCTIONS: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

/// Whether an unquoted word calls a function.
pub(super) fn is_keyword_function(word: &str) -> bool {
    KEYWORD_FUNCTIONS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The text of a string.
fn string(expr: &sql::Expr) -> Option<&str> {
    let sql::Expr::Value(value) = expr else { return None };
    match &value.value {
        sql::Value::SingleQuotedString(text) | sql::Value::EscapedStringLiteral(text) => Some(text),
        sql::Value::DollarQuotedString(text) => Some(&text.value),
        _ => None,
    }
}

fn without_parentheses(expr: &sql::Expr) -> &sql::Expr {
    match expr {
        sql::Expr::Nested(inner) => without_parentheses(inner),
        _ => expr,
    }
}

/// NFC and its kin, which normalize() takes as keywords.
fn is_normal_form(argument: &sql::FunctionArg) -> bool {
    let sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(sql::Expr::Identifier(word))) = argument else {
        return false;
    };
    let forms = ["NFC", "NFD", "NFKC", "NFKD"];
    word.quote_style.is_none() && forms.iter().any(|form| word.value.eq_ignore_ascii_case(form))
}

/// `column` or `table.column`
fn column(expr: &sql::Expr) -> Option<EcoString> {
    match expr {
        sql::Expr::Identifier(name) if name.quote_style != Some(PLACEHOLDER) => Some(folded(name)),
        sql::Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        _ => None,
    }
}

impl Walk<'_, '_> {
    /// Takes note of a cast, if the type of what is cast is known.
    fn cast(&mut self, inner: &sql::Expr, data_type: &sql::DataType) {
        let inner = without_parentheses(inner);
        let gives_text = |op: &sql::BinaryOperator| matches!(op.to_string().as_str(), "->>" | "#>>");
        let from = match (column(inner), inner) {
            (Some(column), _) => CastFrom::Column(column),
            (None, sql::Expr::BinaryOp { op, .. }) if gives_text(op) => CastFrom::Text,
            (None, sql::Expr::BinaryOp { op: sql::BinaryOperator::StringConcat, .. }) => CastFrom::Concatenated,
            (None, sql::Expr::AtTimeZone { timestamp, .. }) => match column(without_parentheses(timestamp)) {
                Some(column) => CastFrom::AtTimeZone(column),
                None => return,
            },
            (None, sql::Expr::Function(function)) => {
                let parts: Option<Vec<EcoString>> =
                    function.name.0.iter().map(|part| part.as_ident().map(folded)).collect();
                let Some(parts) = parts else { return };
                CastFrom::Call(parts.join(".").into())
            }
            _ => return,
        };
        self.casts(from, types::canonical(&data_type.to_string().to_lowercase()));
    }

    fn casts(&mut self, from: CastFrom, to: &str) {
        if self.uses.depth == 0 {
            self.uses.casts.push(CastOf { from, to: to.into() });
        }
    }

    /// Takes note of everything that an expression uses.
    pub fn expr(&mut self, expr: &sql::Expr) {
        use sql::Expr as E;
        match expr {
            // A placeholder may stand for anything.
            E::Identifier(name) if name.quote_style == Some(PLACEHOLDER) => {}
            E::Identifier(name) => self.word(name),
            E::CompoundIdentifier(parts) => {
                parts.first().into_iter().for_each(|first| self.row(first));
                self.uses.reading.qualified(parts);
                if let Some(column) = parts.last() {
                    self.uses.column(folded(column));
                }
            }
            E::Cast { expr: inner, data_type, .. } => {
                self.cast(inner, data_type);
                self.constant(expr);
                self.expr(inner);
            }
            E::QualifiedWildcard(name, _) => {
                self.row_of(name);
                self.uses.reading.anything();
            }
            E::Value(_) | E::TypedString(_) | E::Wildcard(_) => {}
            E::Function(function) => self.function(function),
            E::Subquery(query) | E::Exists { subquery: query, .. } => self.subquery(query),
            E::InSubquery { expr, subquery, .. } => {
                self.expr(expr);
                self.subquery(subquery);
            }
            E::CompoundFieldAccess { root, access_chain } => {
                if let E::Identifier(name) = without_parentheses(root) {
                    self.row(name);
                }
                self.expr(root);
                access_chain.iter().for_each(|access| self.access(access));
            }
            E::Case { operand, conditions, else_result, .. } => {
                self.boxed(operand);
                for when in conditions {
                    self.expr(&when.condition);
                    self.expr(&when.result);
                }
                self.boxed(else_result);
            }
            E::GroupingSets(sets) | E::Cube(sets) | E::Rollup(sets) => {
                sets.iter().for_each(|set| self.exprs(set));
            }
            E::Tuple(items) => self.exprs(items),
            E::Array(array) => self.exprs(&array.elem),
            E::Interval(interval) => self.expr(&interval.value),
            E::InList { expr, list, .. } => {
                self.expr(expr);
                self.exprs(list);
            }
            E::Between { expr, low, high, .. } => self.exprs([&**expr, low, high]),
            _ => self.simple(expr),
        }
    }

    /// Expressions that are only the expressions inside them.
    fn simple(&mut self, expr: &sql::Expr) {
        use sql::Expr as E;
        match expr {
            E::BinaryOp { .. } => self.chain(expr),
            E::AnyOp { left, right, .. }
            | E::AllOp { left, right, .. }
            | E::IsDistinctFrom(left, right)
            | E::IsNotDistinctFrom(left, right)
            | E::AtTimeZone { timestamp: left, time_zone: right }
            | E::InUnnest { expr: left, array_expr: right, .. }
            | E::RLike { expr: left, pattern: right, .. } => self.exprs([&**left, right]),
            E::Like { expr, pattern, escape_char, .. }
            | E::ILike { expr, pattern, escape_char, .. }
            | E::SimilarTo { expr, pattern, escape_char, .. } => {
                self.exprs([&**expr, pattern]);
                self.boxed(escape_char);
            }
            E::IsFalse(inner)
            | E::IsNotFalse(inner)
            | E::IsTrue(inner)
            | E::IsNotTrue(inner)
            | E::IsNull(inner)
            | E::IsNotNull(inner)
            | E::IsUnknown(inner)
            | E::IsNotUnknown(inner)
            | E::IsJson { expr: inner, .. }
            | E::IsNormalized { expr: inner, .. }
            | E::UnaryOp { expr: inner, .. }
            | E::Convert { expr: inner, .. }
            | E::Collate { expr: inner, .. }
            | E::Nested(inner)
            | E::Named { expr: inner, .. }
            | E::JsonAccess { value: inner, .. }
            | E::Prefixed { value: inner, .. } => self.expr(inner),
            _ => self.keyword_call(expr),
        }
    }

    /// `a + b + c` is a tree as deep as the chain is long: its left edge is walked in a loop.
    fn chain(&mut self, expr: &sql::Expr) {
        let (mut expr, mut rights) = (expr, Vec::new());
        while let sql::Expr::BinaryOp { left, right, op } = expr {
            let to_array =
                [&**left, right].into_iter().any(|side| matches!(without_parentheses(side), sql::Expr::Array(_)));
            if *op == sql::BinaryOperator::StringConcat && !to_array {
                let columns = [&**left, right].into_iter().filter_map(|side| column(without_parentheses(side)));
                columns.for_each(|column| self.casts(CastFrom::Joined(column), "text"));
            }
            rights.push(&**right);
            expr = left;
        }
        self.expr(expr);
        self.exprs(rights.into_iter().rev());
    }

    /// Functions with a syntax of their own.
    fn keyword_call(&mut self, expr: &sql::Expr) {
        use sql::Expr as E;
        match expr {
            E::Extract { expr, .. } => {
                self.uses.call("extract");
                if let Some(column) = column(without_parentheses(expr)) {
                    self.casts(CastFrom::Field(column), "double precision");
                }
                self.expr(expr);
            }
            E::Ceil { expr, .. } => {
                self.uses.call("ceil");
                self.expr(expr);
            }
            E::Floor { expr, .. } => {
                self.uses.call("floor");
                self.expr(expr);
            }
            E::Position { expr, r#in } => {
                self.uses.call("position");
                self.exprs([&**expr, r#in]);
            }
            E::Substring { expr, substring_from, substring_for, shorthand, .. } => {
                self.uses.call(if *shorthand { "substr" } else { "substring" });
                self.expr(expr);
                self.boxed(substring_from);
                self.boxed(substring_for);
            }
            E::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                self.uses.call("overlay");
                self.exprs([&**expr, overlay_what, overlay_from]);
                self.boxed(overlay_for);
            }
            // What is left is syntax of other databases.
            _ => {}
        }
    }

    /// Takes note of everything that several expressions use.
    pub fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e sql::Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn boxed(&mut self, expr: &Option<Box<sql::Expr>>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    /// A lone word: a column, unless SQL gives the word a meaning.
    fn word(&mut self, name: &sql::Ident) {
        let folded = folded(name);
        if name.quote_style.is_none() && is_keyword_function(&folded) {
            self.uses.call(folded);
        } else if name.quote_style.is_some() || folded != "default" {
            self.uses.reading.word(&folded);
            self.uses.column(folded);
        }
    }

    fn access(&mut self, access: &sql::AccessExpr) {
        match access {
            sql::AccessExpr::Dot(sql::Expr::Identifier(field)) if field.value == ALL_FIELDS => {}
            // A field of a composite value.
            sql::AccessExpr::Dot(sql::Expr::Identifier(_)) => self.uses.reading.anything(),
            sql::AccessExpr::Dot(expr) => self.expr(expr),
            sql::AccessExpr::Subscript(sql::Subscript::Index { index }) => self.expr(index),
            sql::AccessExpr::Subscript(sql::Subscript::Slice { lower_bound, upper_bound, stride }) => {
                self.exprs([lower_bound, upper_bound, stride].into_iter().flatten());
            }
        }
    }

    /// Takes note of a relation that a constant `'name'::regclass` means.
    fn constant(&mut self, expr: &sql::Expr) {
        let sql::Expr::Cast { expr: inner, data_type, .. } = expr else { return };
        let is_regclass = data_type.to_string().eq_ignore_ascii_case("regclass");
        if let Some(text) = string(without_parentheses(inner)).filter(|_| is_regclass) {
            names::in_string(text).into_iter().for_each(|name| self.uses.name(name));
        }
    }

    /// Functions of sequences take a string for the constant that names one.
    fn sequence(&mut self, function: &sql::Function) {
        let name = function.name.0.last().and_then(|part| part.as_ident()).map(folded);
        let sql::FunctionArguments::List(list) = &function.args else { return };
        if let (Some("nextval" | "currval" | "setval"), Some(first)) = (name.as_deref(), list.args.first())
            && let sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(first)) = first
            && let Some(text) = string(without_parentheses(first))
        {
            names::in_string(text).into_iter().for_each(|name| self.uses.name(name));
        }
    }

    /// Takes note of a call and of its arguments.
    pub fn function(&mut self, function: &sql::Function) {
        self.called(&function.name);
        self.sequence(function);
        self.arguments(&function.args);
        self.arguments(&function.parameters);
        self.order_by_exprs(&function.within_group);
        self.boxed(&function.filter);
        if let Some(sql::WindowType::WindowSpec(window)) = &function.over {
            self.window(window);
        }
    }

    /// Takes note of a function's name, with the schema where written.
    pub fn called(&mut self, name: &sql::ObjectName) -> EcoString {
        let parts: Vec<EcoString> = name.0.iter().filter_map(|part| part.as_ident().map(folded)).collect();
        let used = parts.len().saturating_sub(2);
        let called = EcoString::from(parts[used..].join("."));
        self.uses.call(called.clone());
        called
    }

    fn arguments(&mut self, arguments: &sql::FunctionArguments) {
        match arguments {
            sql::FunctionArguments::None => {}
            sql::FunctionArguments::Subquery(query) => self.subquery(query),
            sql::FunctionArguments::List(list) => {
                list.args.iter().filter(|arg| !is_normal_form(arg)).for_each(|arg| self.argument(arg));
                for clause in &list.clauses {
                    match clause {
                        sql::FunctionArgumentClause::OrderBy(keys) => self.order_by_exprs(keys),
                        sql::FunctionArgumentClause::Where(expr) | sql::FunctionArgumentClause::Limit(expr) => {
                            self.expr(expr);
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// Takes note of one argument; the name of a named one is no column.
    pub fn argument(&mut self, argument: &sql::FunctionArg) {
        let value = match argument {
            sql::FunctionArg::Named { arg, .. } | sql::FunctionArg::Unnamed(arg) => arg,
            sql::FunctionArg::ExprNamed { name, arg, .. } => {
                if !matches!(name, sql::Expr::Identifier(_)) {
                    self.expr(name);
                }
                arg
            }
        };
        match value {
            sql::FunctionArgExpr::Expr(expr) => self.expr(expr),
            sql::FunctionArgExpr::QualifiedWildcard(name) => {
                self.row_of(name);
                self.uses.reading.anything();
            }
            _ => {}
        }
    }

    /// Takes note of what a window is made of.
    pub fn window(&mut self, window: &sql::WindowSpec) {
        self.exprs(&window.partition_by);
        self.order_by_exprs(&window.order_by);
        let Some(frame) = &window.window_frame else { return };
        for bound in std::iter::once(&frame.start_bound).chain(&frame.end_bound) {
            if let sql::WindowFrameBound::Preceding(Some(expr)) | sql::WindowFrameBound::Following(Some(expr)) = bound {
                self.expr(expr);
            }
        }
    }

    /// Takes note of sort keys.
    pub fn order_by_exprs(&mut self, keys: &[sql::OrderByExpr]) {
        self.exprs(keys.iter().map(|key| &key.expr));
    }
}
