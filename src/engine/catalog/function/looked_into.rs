//! Functions that the planner looks into, to put what they do in the place of their calls.
//!
//! Source: `inline_function()` and `inline_set_returning_function()` of the planner, and measurements
//! (`fixtures/facts/explain-calls-function*.sql`). It looks up what the text of a body names before it sees that the
//! body is too much to be put anywhere.

use ecow::EcoString;

use super::{Catalog, Function, last_part};
use crate::ast::{DataType, RoutineKind, Statement, StatementKind, Volatility};
use crate::postgres::builtins;

/// Calls within calls that are followed. A function may call itself.
const DEPTH: usize = 4;

impl Catalog {
    /// The text of a function that gives one value, if the planner looks into it: it names what it reads and writes.
    pub fn text_looked_into(&self, name: &str) -> Option<&Statement> {
        let function = self.plain(name).filter(|function| !function.gives_set)?;
        let returns = function.declared.returns.as_deref();
        let looked_into = !function.declared.is_statements && returns != Some("record");
        function.only_statement().filter(|_| looked_into)
    }

    /// The query that the planner puts in the place of a function of rows in FROM.
    pub fn rows_looked_into(&self, name: &str) -> Option<&Statement> {
        let function = self.plain(name).filter(|function| function.gives_set && !function.declared.strict)?;
        function.only_statement().filter(|_| function.volatility != Volatility::Volatile)
    }

    /// The functions that stand in the place of a call once the planner has put them there.
    pub fn put_in_place(&self, name: &str) -> &[EcoString] {
        self.plain(name).and_then(|function| function.value_calls.as_deref()).unwrap_or_default()
    }

    /// Whether a call changes from one moment to the next in the eyes of the server, which takes a body in SQL that it can put
    /// in the place of the call for what it is, and every other function for what it says of itself.
    pub fn never_immutable(&self, name: &str) -> bool {
        self.never_immutable_within(name, DEPTH)
    }

    fn never_immutable_within(&self, name: &str, depth: usize) -> bool {
        let overloads = self.overloads(name);
        let of_server = builtins::volatility(last_part(name)).is_some() || self.may_be_aggregate(name);
        let declared = |function: &Function| {
            function.heading.is_some() && !function.declared.doubted && function.volatility != Volatility::Immutable
        };
        let stays = |function: &Function| {
            let other_language = !matches!(&*function.language, "sql" | "");
            let called = function.value_calls.as_deref().unwrap_or_default();
            let changing = |call: &EcoString| {
                builtins::is_never_immutable(call) && self.overloads(call).is_empty()
                    || depth.checked_sub(1).is_some_and(|depth| self.never_immutable_within(call, depth))
            };
            let declared = &function.declared;
            // SET ... TO DEFAULT takes one away.
            let sets = declared.settings.iter().any(|(_, value)| value.is_some());
            let is_called = declared.security_definer || sets || function.does().all.len() > 1;
            let is_whole = function.language == "sql" && is_called;
            other_language || is_whole || called.iter().any(changing)
        };
        !overloads.is_empty()
            && !of_server
            && !self.is_open()
            && overloads.iter().all(|function| declared(function) && stays(function))
    }

    /// Whether a migration made functions of this name, and none of them in `pg_catalog`.
    pub fn is_made_outside_catalog(&self, name: &str) -> bool {
        let overloads = self.overloads(name);
        !overloads.is_empty() && overloads.iter().all(|function| function.identity.0 != "pg_catalog")
    }

    /// Functions, none of the server, that the text of a function calls without naming their schemas, where the planner
    /// reads it.
    pub fn bare_calls(&self, name: &str) -> impl Iterator<Item = &EcoString> {
        let value = match self.text_looked_into(name).map(|statement| &statement.kind) {
            Some(StatementKind::Query(query)) => query.functions.as_slice(),
            _ => &[],
        };
        let kept = self.bodies.iter().any(|body| body.bare_name() == last_part(name));
        let bare = move |call: &&EcoString| !kept && !call.contains('.') && builtins::since(call).is_none();
        value.iter().filter(bare)
    }

    /// The names and types of what the only function of a name takes, of built-in types and each with a name.
    pub fn arguments_of(&self, name: &str) -> Option<Vec<(EcoString, DataType)>> {
        let heading = self.plain(name)?.heading.as_ref()?;
        let named = |(name, of): (Option<&EcoString>, &EcoString)| {
            let dimensions = usize::from(of.ends_with("[]"));
            let of = DataType { name: of.trim_end_matches("[]").into(), dimensions, ..DataType::default() };
            Some((name?.clone(), of))
        };
        heading.arguments().map(named).collect()
    }

    /// The only function of a name, if it is written in SQL, runs as its caller and sets nothing.
    fn plain(&self, name: &str) -> Option<&Function> {
        match self.overloads(name) {
            [only] if only.is_plain && only.declared.kind == Some(RoutineKind::Function) => Some(only),
            _ => None,
        }
    }
}

impl Function {
    fn only_statement(&self) -> Option<&Statement> {
        match (&*self.does().always, self.does().all.len()) {
            ([only], 1) => Some(only),
            _ => None,
        }
    }
}
