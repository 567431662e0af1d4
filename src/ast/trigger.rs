//! What the server does by itself when rows or objects change: triggers, event triggers, rules, policies.

use super::{Expr, Ident, ObjectName, RoleSpec, Rows, Statement, Text};
use crate::source::Span;

/// CREATE TRIGGER.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTrigger {
    /// Its name.
    pub name: Ident,
    /// OR REPLACE (14).
    pub or_replace: bool,
    /// CONSTRAINT: may be deferred.
    pub constraint: bool,
    /// When it fires.
    pub timing: TriggerTiming,
    /// What fires it.
    pub events: Vec<TriggerEvent>,
    /// The table or view.
    pub table: ObjectName,
    /// FROM of a constraint trigger.
    pub from: Option<ObjectName>,
    /// DEFERRABLE of a constraint trigger.
    pub deferrable: bool,
    /// INITIALLY DEFERRED of a constraint trigger.
    pub initially_deferred: bool,
    /// REFERENCING.
    pub transition_tables: Vec<TransitionTable>,
    /// FOR EACH ROW; without it a trigger fires once for each statement.
    pub for_each_row: bool,
    /// WHEN.
    pub when: Option<Expr>,
    /// The function it executes.
    pub function: ObjectName,
    /// EXECUTE PROCEDURE, as every version writes it; false is EXECUTE FUNCTION (11).
    pub says_procedure: bool,
    /// The arguments of the function: always strings for it, however they are written.
    pub arguments: Vec<Text>,
}

/// When a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerTiming {
    /// BEFORE the change.
    Before,
    /// AFTER the change.
    After,
    /// INSTEAD OF the change, on a view.
    InsteadOf,
}

/// An event that fires a trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerEvent {
    /// What happens.
    pub kind: TriggerEventKind,
    /// The event as written.
    pub span: Span,
}

/// What fires a trigger.
#[derive(Debug, Clone, PartialEq)]
pub enum TriggerEventKind {
    /// INSERT.
    Insert,
    /// UPDATE.
    Update {
        /// OF columns; empty means of any.
        columns: Vec<Ident>,
    },
    /// DELETE.
    Delete,
    /// TRUNCATE.
    Truncate,
}

/// A name for the rows that a statement changed: `NEW TABLE AS name`.
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionTable {
    /// NEW; false is OLD.
    pub new: bool,
    /// The name.
    pub name: Ident,
}

/// CREATE EVENT TRIGGER.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateEventTrigger {
    /// Its name.
    pub name: Ident,
    /// The event: `ddl_command_start`.
    pub event: Ident,
    /// WHEN.
    pub filters: Vec<EventFilter>,
    /// The function it executes.
    pub function: ObjectName,
    /// EXECUTE PROCEDURE, as every version writes it; false is EXECUTE FUNCTION (11).
    pub says_procedure: bool,
}

/// `variable IN ('value', ...)` of an event trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFilter {
    /// The variable: `tag`.
    pub variable: Ident,
    /// The values.
    pub values: Vec<Text>,
}

/// ALTER EVENT TRIGGER ... ENABLE or DISABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterEventTrigger {
    /// Its name.
    pub name: Ident,
    /// ENABLE, also ALWAYS or REPLICA.
    pub enable: bool,
}

/// CREATE RULE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateRule {
    /// Its name.
    pub name: Ident,
    /// OR REPLACE.
    pub or_replace: bool,
    /// The statement that it changes.
    pub event: RuleEvent,
    /// The table or view.
    pub table: ObjectName,
    /// WHERE.
    pub condition: Option<Expr>,
    /// INSTEAD of the statement; false is beside it.
    pub instead: bool,
    /// What is done; empty is NOTHING.
    pub actions: Vec<Statement>,
    /// Columns of the table that `old.column` and `new.column` name anywhere in it.
    pub row_columns: Vec<Ident>,
    /// `old.*` or `new.*`: all of them.
    pub whole_row: bool,
    /// Which of the two rows it names so.
    pub rows: Rows,
}

/// The statement that a rule changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEvent {
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// CREATE POLICY.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePolicy {
    /// Its name.
    pub name: Ident,
    /// The table.
    pub table: ObjectName,
    /// AS PERMISSIVE, which is the default; false is RESTRICTIVE.
    pub permissive: bool,
    /// FOR.
    pub command: PolicyCommand,
    /// TO; empty means PUBLIC.
    pub roles: Vec<RoleSpec>,
    /// USING: the rows that can be seen.
    pub using: Option<Expr>,
    /// WITH CHECK: the rows that can be written.
    pub check: Option<Expr>,
}

/// The commands that a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyCommand {
    /// ALL, which is the default.
    All,
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// ALTER POLICY; what is not named stays as it was. RENAME TO is [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPolicy {
    /// Its name.
    pub name: Ident,
    /// The table.
    pub table: ObjectName,
    /// TO; empty when it is not named.
    pub roles: Vec<RoleSpec>,
    /// USING.
    pub using: Option<Expr>,
    /// WITH CHECK.
    pub check: Option<Expr>,
}
