//! What a boolean expression says about columns whenever it is true.

use ecow::EcoString;

use sqlparser::ast as sql;

use super::uses::{Source, Uses, Walk, folded};
use crate::ast::{Condition, Test};

/// Reads conjuncts, in the light of the WITH queries and FROM lists around the expression.
pub(super) struct Conditions<'w, 'c, 't> {
    walk: &'w Walk<'c, 't>,
    /// Only columns written with one of these names in front, or with none; empty takes all.
    tables: &'w [EcoString],
    /// Relations with a bounded number of rows, by the name that qualifies their columns.
    limited: &'w [Source],
}

/// A column of a comparison, with the name in front of it.
struct Column<'e> {
    table: Option<&'e sql::Ident>,
    name: &'e sql::Ident,
}

impl<'w, 'c, 't> Conditions<'w, 'c, 't> {
    /// Conditions on the columns of one table of a join, which goes by the names `tables`; no names take every column.
    pub fn on(walk: &'w Walk<'c, 't>, tables: &'w [EcoString], limited: &'w [Source]) -> Self {
        Self { walk, tables, limited }
    }

    /// The conditions that hold whenever the expression is true.
    pub fn of(&self, expr: &sql::Expr) -> Vec<Condition> {
        let mut found = Vec::new();
        self.conjuncts(expr, false, &mut found);
        found
    }

    /// `negated` asks for what holds when the expression is false.
    fn conjuncts(&self, expr: &sql::Expr, negated: bool, found: &mut Vec<Condition>) {
        use sql::BinaryOperator as Op;
        match (expr, negated) {
            (sql::Expr::Nested(inner), _) => self.conjuncts(inner, negated, found),
            (sql::Expr::UnaryOp { op: sql::UnaryOperator::Not, expr }, _) => self.conjuncts(expr, !negated, found),
            (sql::Expr::BinaryOp { op: Op::And, .. }, false) | (sql::Expr::BinaryOp { op: Op::Or, .. }, true) => {
                parts(expr).into_iter().for_each(|part| self.conjuncts(part, negated, found));
            }
            (sql::Expr::BinaryOp { op: Op::Or, .. }, false) | (sql::Expr::BinaryOp { op: Op::And, .. }, true) => {
                found.extend(self.either(&parts(expr), negated));
            }
            (sql::Expr::IsNull(inner), _) => self.null_test(inner, !negated, negated, expr, found),
            (sql::Expr::IsNotNull(inner), _) => self.null_test(inner, negated, negated, expr, found),
            (sql::Expr::IsNotDistinctFrom(inner, null), _) if is_null(null) => {
                self.null_test(inner, !negated, negated, expr, found);
            }
            (sql::Expr::IsDistinctFrom(inner, null), _) if is_null(null) => {
                self.null_test(inner, negated, negated, expr, found);
            }
            (sql::Expr::BinaryOp { left, op: Op::Eq, right }, false) if is_true(right) && column(left).is_none() => {
                self.conjuncts(left, false, found);
            }
            (_, false) => self.test(expr, found),
            (_, true) => self.other(expr, found),
        }
    }

    /// What holds when at least one of several expressions does.
    fn either(&self, parts: &[&sql::Expr], negated: bool) -> Vec<Condition> {
        let mut common = None::<Vec<Condition>>;
        let mut first_column = None;
        for part in parts {
            let mut found = Vec::new();
            self.conjuncts(part, negated, &mut found);
            first_column = first_column.or_else(|| found.first().map(|condition| condition.column.clone()));
            common = Some(match common {
                Some(known) => in_both(&known, &found),
                None => found,
            });
        }
        let common = common.unwrap_or_default();
        match (common.is_empty(), first_column) {
            (true, Some(column)) => vec![Condition { column, test: Test::Other }],
            _ => common,
        }
    }

    /// A row is null when each of its columns is, and not null when none is; what is neither fails both tests.
    fn null_test(&self, inner: &sql::Expr, null: bool, negated: bool, whole: &sql::Expr, found: &mut Vec<Condition>) {
        let test = if null { Test::IsNull } else { Test::IsNotNull };
        let row = if negated { Vec::new() } else { columns(inner) };
        match column(inner) {
            Some(column) => self.add(&column, test, found),
            None if row.is_empty() => self.other(whole, found),
            None => row.iter().for_each(|column| self.add(column, test, found)),
        }
    }

    fn test(&self, expr: &sql::Expr, found: &mut Vec<Condition>) {
        let (sides, test) = match expr {
            sql::Expr::BinaryOp { left, op, right } => match self.comparison(left, op, right) {
                Some(result) => result,
                None => return self.other(expr, found),
            },
            sql::Expr::InList { expr, list, negated: false } if list.iter().all(|item| self.is_fixed(item)) => {
                (&**expr, Test::In)
            }
            sql::Expr::InSubquery { expr, subquery, negated: false } if self.walk.limited(subquery) => {
                (&**expr, Test::InLimited)
            }
            sql::Expr::Between { expr, negated: false, low, high } if self.is_fixed(low) && self.is_fixed(high) => {
                (&**expr, Test::Between)
            }
            sql::Expr::AnyOp { left, compare_op: sql::BinaryOperator::Eq, right, .. } => match self.any(right) {
                Some(test) => (&**left, test),
                None => return self.other(expr, found),
            },
            _ => return self.other(expr, found),
        };
        let columns = columns(sides);
        if columns.is_empty() {
            return self.other(expr, found);
        }
        // A row comparison `(a, b) > (1, 2)` bounds its first column only.
        let bounded = if matches!(test, Test::Above | Test::Below) { 1 } else { columns.len() };
        columns.iter().take(bounded).for_each(|column| self.add(column, test, found));
    }

    /// The side of a comparison that names columns, and what the other side makes of it.
    fn comparison<'e>(
        &self,
        left: &'e sql::Expr,
        op: &sql::BinaryOperator,
        right: &'e sql::Expr,
    ) -> Option<(&'e sql::Expr, Test)> {
        use sql::BinaryOperator as Op;
        let (test, turned) = match op {
            Op::Eq => (Test::Equal, Test::Equal),
            Op::Lt | Op::LtEq => (Test::Below, Test::Above),
            Op::Gt | Op::GtEq => (Test::Above, Test::Below),
            _ => return None,
        };
        for (side, other, test) in [(left, right, test), (right, left, turned)] {
            if columns(side).is_empty() {
                continue;
            }
            if self.is_fixed(other) {
                return Some((side, test));
            }
            if test == Test::Equal && self.is_limited_column(other) {
                return Some((side, Test::InLimited));
            }
        }
        None
    }

    /// The right side of `= ANY`: a list, or a subquery with a limit.
    fn any(&self, right: &sql::Expr) -> Option<Test> {
        match right {
            sql::Expr::Nested(inner) => self.any(inner),
            sql::Expr::Cast { expr, .. } => self.any(expr),
            sql::Expr::Subquery(query) => self.walk.limited(query).then_some(Test::InLimited),
            sql::Expr::Function(function) => match &function.args {
                sql::FunctionArguments::Subquery(query) => self.walk.limited(query).then_some(Test::InLimited),
                _ => self.is_fixed(right).then_some(Test::In),
            },
            _ => self.is_fixed(right).then_some(Test::In),
        }
    }

    /// Whether an expression has one value for the whole statement, as far as its columns tell.
    fn is_fixed(&self, expr: &sql::Expr) -> bool {
        uses(self.walk, expr).columns.list.is_empty()
    }

    fn is_limited_column(&self, expr: &sql::Expr) -> bool {
        column(expr).and_then(|column| column.table).is_some_and(|table| {
            let table = folded(table);
            self.limited.iter().any(|source| source.name == table)
        })
    }

    /// A conjunct that tells nothing more about its first column.
    fn other(&self, expr: &sql::Expr, found: &mut Vec<Condition>) {
        let sides = match expr {
            sql::Expr::BinaryOp { left, right, .. } => vec![&**left, &**right],
            _ => vec![expr],
        };
        let known = sides.iter().find_map(|side| column(side).filter(|column| self.is_wanted(column)));
        if let Some(column) = known {
            return self.add(&column, Test::Other, found);
        }
        let qualified = sides.iter().any(|side| column(side).is_some());
        let mut names = uses(self.walk, expr).columns.list.into_iter();
        if let Some(name) = names.next().filter(|_| !qualified) {
            push(found, name, Test::Other);
        }
    }

    fn add(&self, column: &Column, test: Test, found: &mut Vec<Condition>) {
        if self.is_wanted(column) {
            push(found, folded(column.name), test);
        }
    }

    fn is_wanted(&self, column: &Column) -> bool {
        self.tables.is_empty() || column.table.is_none_or(|table| self.tables.contains(&folded(table)))
    }
}

/// Longer lists are not searched for repetitions.
const MANY: usize = 100;

fn push(found: &mut Vec<Condition>, column: EcoString, test: Test) {
    let condition = Condition { column, test };
    // Repetitions do no harm: looking for them must not cost more than they do.
    if found.len() > MANY || !found.contains(&condition) {
        found.push(condition);
    }
}

/// The operands of a chain of one operator: `a AND b AND c` is a tree as deep as the chain is long.
pub(super) fn parts(expr: &sql::Expr) -> Vec<&sql::Expr> {
    let sql::Expr::BinaryOp { op: chained, .. } = expr else { return vec![expr] };
    let (mut expr, mut parts) = (expr, Vec::new());
    while let sql::Expr::BinaryOp { left, op, right } = expr
        && op == chained
    {
        parts.push(&**right);
        expr = left;
    }
    parts.push(expr);
    parts.reverse();
    parts
}

/// The conditions that hold on both sides.
fn in_both(left: &[Condition], right: &[Condition]) -> Vec<Condition> {
    let mut both = Vec::new();
    for condition in left {
        let same = right.iter().filter(|other| other.column == condition.column);
        if let Some(test) = same.filter_map(|other| common(condition.test, other.test)).next() {
            push(&mut both, condition.column.clone(), test);
        }
    }
    both
}

/// What is left of two tests of a column when either may hold.
fn common(left: Test, right: Test) -> Option<Test> {
    use Test::{Equal, In, InLimited, IsNotNull, IsNull};
    match (left, right) {
        (Equal | In, Equal | In) => Some(In),
        (Equal | In | InLimited, InLimited) | (InLimited, Equal | In) => Some(InLimited),
        (IsNull, IsNull) => Some(IsNull),
        (IsNotNull, IsNotNull) => Some(IsNotNull),
        _ => None,
    }
}

/// The column that an expression is, if it is nothing else.
fn column(expr: &sql::Expr) -> Option<Column<'_>> {
    match expr {
        sql::Expr::Nested(inner) => column(inner),
        sql::Expr::Identifier(name) if !is_keyword(name) => Some(Column { table: None, name }),
        sql::Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., table, name] => Some(Column { table: Some(table), name }),
            _ => None,
        },
        _ => None,
    }
}

/// The column, or the columns of a row.
fn columns(expr: &sql::Expr) -> Vec<Column<'_>> {
    match expr {
        sql::Expr::Nested(inner) => columns(inner),
        sql::Expr::Tuple(items) => items.iter().map_while(column).collect(),
        sql::Expr::Function(function) if is_row(function) => match &function.args {
            sql::FunctionArguments::List(list) => list.args.iter().map_while(argument_column).collect(),
            _ => Vec::new(),
        },
        _ => column(expr).into_iter().collect(),
    }
}

fn is_null(expr: &sql::Expr) -> bool {
    super::limit::literal(expr) == Some(crate::ast::Literal::Null)
}

fn is_true(expr: &sql::Expr) -> bool {
    super::limit::literal(expr) == Some(crate::ast::Literal::Boolean(true))
}

fn is_row(function: &sql::Function) -> bool {
    matches!(function.name.0.as_slice(), [sql::ObjectNamePart::Identifier(name)]
        if name.quote_style.is_none() && name.value.eq_ignore_ascii_case("row"))
}

fn argument_column(argument: &sql::FunctionArg) -> Option<Column<'_>> {
    match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => column(expr),
        _ => None,
    }
}

/// `current_user` and the like are no columns.
fn is_keyword(name: &sql::Ident) -> bool {
    name.quote_style.is_none() && super::walk_expr::is_keyword_function(&name.value)
}

/// What one expression uses, apart from the statement around it and from the subqueries in it.
fn uses(walk: &Walk, expr: &sql::Expr) -> Uses {
    let mut uses = Uses { shallow: true, ..Uses::default() };
    uses.walk(walk.cursor).expr(expr);
    uses
}
