//! Functions that the planner looks into, to put what they do in the place of their calls.
//!
//! Source: `inline_function()` and `inline_set_returning_function()` of the planner, and measurements
//! (`fixtures/facts/explain-calls-function*.sql`). It looks up what the text of a body names before it sees that the
//! body is too much to be put anywhere.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use super::{Catalog, Function, last_part};
use crate::ast::{DataType, RoutineKind, Statement, StatementKind, Volatility};
use crate::engine::catalog::Kind;
use crate::postgres::builtins;

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

    /// Whether the server counts every call of this name as not IMMUTABLE. Of a function in SQL that it puts in the place of
    /// the call, it looks at the text, and of every other at what is declared.
    pub fn never_immutable(&self, name: &str) -> bool {
        self.never_immutable_within(name, &mut FxHashSet::default())
    }

    /// A function that was met before is not looked at again.
    fn never_immutable_within<'c>(&'c self, name: &'c str, met: &mut FxHashSet<&'c str>) -> bool {
        let bare = last_part(name);
        let overloads = self.overloads(name);
        let may_be_another =
            builtins::volatility(bare).is_some() || self.has_aggregate(bare) || self.may_be_no_call(bare);
        if overloads.is_empty() || may_be_another || self.is_open() || !met.insert(name) {
            return false;
        }
        overloads.iter().all(|function| {
            let declared = &function.declared;
            let is_known = function.heading.is_some() && !declared.doubted;
            is_known && function.volatility != Volatility::Immutable && self.stays_as_declared(function, met)
        })
    }

    /// Whether a function that is not declared IMMUTABLE does not become so by its text.
    fn stays_as_declared<'c>(&'c self, function: &'c Function, met: &mut FxHashSet<&'c str>) -> bool {
        let declared = &function.declared;
        // SET ... TO DEFAULT takes one away.
        let sets = declared.settings.iter().any(|(_, value)| value.is_some());
        let is_called = declared.security_definer || sets || function.does().all.len() > 1;
        match &*function.language {
            "" => false,
            "sql" if !is_called => function.value_calls.iter().flatten().any(|call| {
                let of_server = self.overloads(call).is_empty() && builtins::is_never_immutable(call);
                of_server || self.never_immutable_within(call, met)
            }),
            _ => true,
        }
    }

    /// `name(x)` may be `x.name`, or a cast to a type of this name.
    pub fn may_be_no_call(&self, name: &str) -> bool {
        let attribute = || self.composites().flat_map(|(_, composite)| &composite.attributes).any(|of| of.name == name);
        self.ledger.all(Kind::Type).any(|(known, _)| *known.name == *name)
            || self.relations().any(|relation| relation.column(name).is_some())
            || attribute()
    }

    /// Whether a migration made functions of this name, and none of them in `pg_catalog`.
    pub fn is_made_outside_catalog(&self, name: &str) -> bool {
        let overloads = self.overloads(name);
        !overloads.is_empty() && overloads.iter().all(|function| function.identity.0 != "pg_catalog")
    }

    /// Functions, none of the server, that a function in SQL calls without naming their schemas, if the planner reads its text.
    /// A body that is parsed when it is created (BEGIN ATOMIC, RETURN) keeps what it has found.
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
