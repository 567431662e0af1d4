//! Functions and procedures, DO blocks, and the statements in their bodies.

use std::sync::Arc;

use ecow::EcoString;

use super::{DataType, Expr, Ident, ObjectChange, ObjectName, Question, Statement, StatementKind, When};
use crate::postgres::conditions::Caught;
use crate::source::Span;

/// DO: a body that runs at once.
#[derive(Debug, Clone, PartialEq)]
pub struct DoBlock {
    /// What it does.
    pub body: Body,
}

/// The text of a DO block, a function or a procedure, read as far as its language is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The language, lower case.
    pub language: EcoString,
    /// The text, without its quotes.
    pub span: Span,
    /// The SQL that it may run, in the order written.
    pub statements: Vec<BodyStatement>,
    /// What could not be read, so that the body may do anything there.
    pub unread: Vec<Unread>,
    /// What the conditions of its branches ask of the catalogs.
    pub questions: Vec<Question>,
}

impl Body {
    /// What runs in a place that could not be read, as far as it is known.
    pub fn describe(&self, unread: &Unread) -> String {
        match unread.gap {
            Gap::Computed => format!("EXECUTE {}", unread.keywords).trim_end().into(),
            Gap::Language | Gap::Depth => format!("DO LANGUAGE {}", self.language),
        }
    }

    /// Whether all that it does is known.
    pub fn is_read(&self) -> bool {
        let unparsed = |inner: &BodyStatement| matches!(inner.statement.kind, StatementKind::Unparsed(_));
        self.unread.is_empty() && !self.statements.iter().any(unparsed)
    }
}

/// A statement in a body.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyStatement {
    /// The statement. An expression that reads tables is a query.
    pub statement: Statement,
    /// It is the constant string of an EXECUTE: its parts have the places of the string, as exactly as that is possible.
    pub executed: bool,
    /// A name in it is not known, and a placeholder stands for it. [`Body::unread`] has its place too.
    pub computed: bool,
    /// The branches that it stands in, the outermost first. Statements that share a branch run together or not at all.
    pub within: Vec<Branch>,
}

/// How often a statement of a body runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// Once, unless something before it fails.
    Always,
    /// Once or not at all.
    Maybe,
    /// Any number of times, also none.
    Repeatedly,
}

impl BodyStatement {
    /// How often it runs.
    pub fn runs(&self) -> Runs {
        let is_in = |kind: BranchKind| self.within.iter().any(|branch| branch.kind == kind);
        match () {
            () if is_in(BranchKind::Loop) => Runs::Repeatedly,
            () if is_in(BranchKind::Choice) => Runs::Maybe,
            () => Runs::Always,
        }
    }

    /// Whether an EXCEPTION clause may undo it and go on.
    pub fn is_caught(&self) -> bool {
        self.within.iter().any(|branch| branch.kind == BranchKind::Guarded)
    }
}

/// A part of a body that does not simply run from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// Its number in the body: two branches with the same number are one.
    pub number: usize,
    /// The number of the first branch of its IF, CASE or block with EXCEPTION: of branches that share it one runs at most,
    /// or what the first did is undone before another runs.
    pub choice: usize,
    /// What may happen to it.
    pub kind: BranchKind,
    /// At which events of a trigger it runs.
    pub when: When,
    /// What decides that it runs, where that is one condition.
    pub condition: Option<BranchCondition>,
    /// What the EXCEPTION clause around it catches.
    pub caught: Caught,
}

/// The condition of an IF that asks the catalogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchCondition {
    /// What it asks, by its place in [`Body::questions`].
    pub question: usize,
    /// The branch runs if it holds; false is for ELSE.
    pub holds: bool,
    /// Nothing else decides it; false is for what stands behind ELSIF.
    pub alone: bool,
}

/// What may happen to a [`Branch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchKind {
    /// It may be left out: IF, CASE, an exception handler, what stands behind a RETURN.
    Choice,
    /// It may run any number of times.
    Loop,
    /// An EXCEPTION clause undoes it when it fails.
    Guarded,
}

/// A place in a body that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The place.
    pub span: Span,
    /// Why.
    pub gap: Gap,
    /// The leading keywords of what runs there, in upper case, as far as they are known.
    pub keywords: EcoString,
    /// The only table that it changes, where a constant names it: the last part of its name.
    pub table: Option<EcoString>,
}

impl Unread {
    /// Whether it may create, change or drop what the catalogue holds.
    pub fn may_change_schema(&self) -> bool {
        const LEAVE_IT: &[&str] = &[
            "ANALYZE", "COMMENT", "DELETE", "GRANT", "INSERT", "LOCK", "NOTIFY", "REFRESH", "REVOKE", "SELECT",
            "TRUNCATE", "UPDATE",
        ];
        !self.begins_with(LEAVE_IT)
    }

    /// Whether it may change or drop what is there already: CREATE without OR REPLACE makes what is new.
    pub fn may_change_existing(&self) -> bool {
        self.may_change_schema() && (!self.begins_with(&["CREATE"]) || self.keywords.contains("REPLACE"))
    }

    /// Whether it may make other sessions wait, or write many rows. Source: the recordings of the forms analyze, comment,
    /// grant, insert and select.
    pub fn may_block(&self) -> bool {
        const BLOCK_NOBODY: &[&str] = &["ANALYZE", "COMMENT", "GRANT", "INSERT", "NOTIFY", "REVOKE", "SELECT"];
        !self.begins_with(BLOCK_NOBODY)
    }

    /// Whether its first word is known, and one of these.
    fn begins_with(&self, verbs: &[&str]) -> bool {
        let verb = self.keywords.split(' ').next().unwrap_or_default();
        self.gap == Gap::Computed && verbs.contains(&verb)
    }
}

/// Why something in a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// EXECUTE of a string that is known only when it runs.
    Computed,
    /// A language that is not SQL and not PL/pgSQL.
    Language,
    /// A string in a string in a string, too deep to follow.
    Depth,
}

/// Whether a routine is a function or a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoutineKind {
    /// FUNCTION.
    Function,
    /// PROCEDURE.
    Procedure,
    /// ROUTINE: either, in ALTER and DROP.
    Routine,
}

/// CREATE FUNCTION or PROCEDURE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateFunction {
    /// Its name.
    pub name: ObjectName,
    /// FUNCTION or PROCEDURE.
    pub kind: RoutineKind,
    /// OR REPLACE.
    pub or_replace: bool,
    /// Its arguments, in order.
    pub arguments: Vec<Argument>,
    /// RETURNS.
    pub returns: Option<Returns>,
    /// LANGUAGE, lower case; `sql` where the body alone says so, and empty where nothing does, which the server refuses.
    pub language: EcoString,
    /// As declared; VOLATILE when nothing is said.
    pub volatility: Volatility,
    /// STRICT, or RETURNS NULL ON NULL INPUT.
    pub strict: bool,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// LEAKPROOF.
    pub leakproof: bool,
    /// PARALLEL, lower case.
    pub parallel: Option<EcoString>,
    /// COST, as written.
    pub cost: Option<EcoString>,
    /// ROWS, as written.
    pub rows: Option<EcoString>,
    /// SUPPORT.
    pub support: Option<ObjectName>,
    /// SET clauses, in order.
    pub settings: Vec<RoutineSetting>,
    /// What it does.
    pub body: RoutineBody,
}

/// An argument of a routine, or a column of RETURNS TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Which way values go.
    pub mode: ArgumentMode,
    /// Its name, where it has one.
    pub name: Option<Ident>,
    /// Its type; that of a column for `%TYPE`.
    pub data_type: DataType,
    /// DEFAULT.
    pub default: Option<Expr>,
}

/// Which way the values of an argument go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentMode {
    /// IN, also where nothing is said.
    In,
    /// OUT.
    Out,
    /// INOUT.
    InOut,
    /// VARIADIC.
    Variadic,
}

/// RETURNS.
#[derive(Debug, Clone, PartialEq)]
pub enum Returns {
    /// One value.
    Type(DataType),
    /// SETOF.
    SetOf(DataType),
    /// TABLE (...).
    Table(Vec<Argument>),
}

/// SET of a routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineSetting {
    /// The setting, lower case.
    pub name: EcoString,
    /// Its values, joined by `, `; nothing for FROM CURRENT and DEFAULT.
    pub value: Option<EcoString>,
}

/// How the body of a routine is written.
#[derive(Debug, Clone, PartialEq)]
pub enum RoutineBody {
    /// AS 'text'.
    Text(Body),
    /// AS 'text' in a file that is history only: it is read when a call of the routine is met.
    Later(Arc<LaterBody>),
    /// AS 'object file', 'symbol'.
    Object,
    /// RETURN expression.
    Return(Body),
    /// BEGIN ATOMIC ... END.
    Atomic(Body),
    /// None is written, which only a mistake leaves out.
    Missing,
}

impl RoutineBody {
    /// The body, where it is SQL text that was read.
    pub fn text(&self) -> Option<&Body> {
        match self {
            Self::Text(body) | Self::Return(body) | Self::Atomic(body) => Some(body),
            Self::Later(_) | Self::Object | Self::Missing => None,
        }
    }
}

/// The text of a routine that nobody has asked about yet; [`crate::parser::read_later`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterBody {
    /// The language, lower case.
    pub language: EcoString,
    /// The string as it is written, with its quotes.
    pub written: EcoString,
    /// Where in the file it starts, in bytes.
    pub start: usize,
    /// Whether a backslash in a plain string is an escape there.
    pub backslashes: bool,
    /// The names of the routine's arguments, which are variables in it.
    pub arguments: Vec<EcoString>,
}

/// How freely a function's result may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volatility {
    /// The same arguments always give the same result.
    Immutable,
    /// The result is fixed within one statement: now(), current_user.
    Stable,
    /// The result may differ from row to row: random(), clock_timestamp(), nextval().
    Volatile,
}

/// ALTER FUNCTION, PROCEDURE or ROUTINE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterFunction {
    /// Which word names it.
    pub kind: RoutineKind,
    /// Its name.
    pub name: ObjectName,
    /// The types of its arguments, where they are written and were read.
    pub arguments: Option<Vec<Argument>>,
    /// The changes, in order.
    pub actions: Vec<RoutineAction>,
}

/// A change to a routine.
#[derive(Debug, Clone, PartialEq)]
pub enum RoutineAction {
    /// IMMUTABLE, STABLE or VOLATILE.
    Volatility(Volatility),
    /// STRICT and its opposites.
    Strict(bool),
    /// SECURITY DEFINER or INVOKER.
    SecurityDefiner(bool),
    /// LEAKPROOF or NOT LEAKPROOF.
    Leakproof(bool),
    /// PARALLEL, lower case.
    Parallel(EcoString),
    /// COST, as written.
    Cost(EcoString),
    /// ROWS, as written.
    Rows(EcoString),
    /// SUPPORT.
    Support(ObjectName),
    /// SET.
    Set(RoutineSetting),
    /// RESET; nothing means ALL.
    Reset(Option<EcoString>),
    /// A change that other kinds of object have too; it comes alone.
    Shared(ObjectChange),
}
