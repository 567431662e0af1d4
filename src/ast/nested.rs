//! Statements that hold other statements, or run them.

use super::{DataType, Expr, Ident, NamedOption, ObjectName, Query, Statement};

/// EXPLAIN.
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    /// ANALYZE: the statement runs.
    pub analyze: bool,
    /// Options in parentheses, or the words of the old syntax.
    pub options: Vec<NamedOption>,
    /// The statement.
    pub statement: Statement,
}

/// PREPARE: the statement runs when EXECUTE names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepare {
    /// Its name in the session.
    pub name: Ident,
    /// Types of the parameters, where written.
    pub parameters: Vec<DataType>,
    /// The statement.
    pub statement: Statement,
}

/// EXECUTE of a prepared statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Execute {
    /// The name that PREPARE gave.
    pub name: Ident,
    /// Values of the parameters.
    pub arguments: Vec<Expr>,
}

/// DECLARE CURSOR.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclareCursor {
    /// The cursor.
    pub name: Ident,
    /// WITH HOLD: it outlives the transaction.
    pub with_hold: bool,
    /// The query.
    pub query: Query,
}

/// CALL.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The procedure.
    pub procedure: ObjectName,
    /// The call with its arguments.
    pub call: Expr,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    /// The schema; None has the name of its owner.
    pub name: Option<Ident>,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// AUTHORIZATION. CURRENT_USER and its kin are the keyword in lower case.
    pub owner: Option<Ident>,
    /// What is created in it at once; names without a schema mean this one.
    pub elements: Vec<Statement>,
}
