//! Expressions that are kept with a table, in which no subquery may stand.

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, CreateIndex, CreateTable,
    Expr, Statement, StatementKind, TableConstraintKind,
};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::{FEATURE_NOT_SUPPORTED, refused};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let expressions = match &statement.kind {
        StatementKind::AlterTable(alter) => of_alter(alter),
        StatementKind::CreateTable(create) => of_table(create),
        StatementKind::CreateIndex(create) => of_index(create),
        _ => return Vec::new(),
    };
    let held = expressions.into_iter().find(|expr| !expr.reads.is_empty() || holds_query(around.text_of(expr.span)));
    let reason = "cannot use subquery in an expression that is kept with a table".to_owned();
    held.map(|expr| refused(FEATURE_NOT_SUPPORTED, reason).at(expr.span)).into_iter().collect()
}

fn of_alter(alter: &AlterTable) -> Vec<&Expr> {
    alter.actions.iter().flat_map(of_action).collect()
}

fn of_action(action: &AlterAction) -> Vec<&Expr> {
    match &action.kind {
        AlterActionKind::AddColumn { column, .. } => of_column(column),
        AlterActionKind::AddConstraint(constraint) => of_constraint(&constraint.kind).into_iter().collect(),
        AlterActionKind::AlterColumn { change, .. } => match change {
            ColumnChange::SetType { using, .. } => using.iter().map(AsRef::as_ref).collect(),
            ColumnChange::SetDefault(expr) | ColumnChange::SetExpression(expr) => vec![expr],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn of_table(create: &CreateTable) -> Vec<&Expr> {
    let constraints = create.constraints.iter().filter_map(|constraint| of_constraint(&constraint.kind));
    create.columns.iter().flat_map(of_column).chain(constraints).collect()
}

fn of_index(create: &CreateIndex) -> Vec<&Expr> {
    create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(&create.predicate).collect()
}

fn of_column(column: &ColumnDef) -> Vec<&Expr> {
    let expressions = column.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr)
        | ColumnConstraintKind::Check(expr)
        | ColumnConstraintKind::Generated { expr, .. } => Some(&**expr),
        _ => None,
    });
    expressions.collect()
}

fn of_constraint(kind: &TableConstraintKind) -> Option<&Expr> {
    match kind {
        TableConstraintKind::Check(expr) => Some(expr),
        TableConstraintKind::Exclude { predicate, .. } => predicate.as_deref(),
        TableConstraintKind::ForeignKey { .. }
        | TableConstraintKind::Unique(_)
        | TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::NotNull(_) => None,
    }
}

/// `(SELECT ...` outside of quotes.
fn holds_query(text: &str) -> bool {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'(') => {
                let inside = text.get(at + 1..).unwrap_or_default().trim_start();
                let word = inside.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"));
                if word && inside.get(6..7).is_some_and(|next| next.starts_with(char::is_whitespace)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::holds_query;

    #[test]
    fn queries_stand_behind_a_parenthesis() {
        for text in ["age > (SELECT 1)", "exists ( select * from t)", "ARRAY(SELECT\n1)"] {
            assert!(holds_query(text), "{text}");
        }
        for text in ["'(SELECT 1)'", "(selected > 1)", "\"(select \" > 1", "a = ("] {
            assert!(!holds_query(text), "{text}");
        }
    }
}
