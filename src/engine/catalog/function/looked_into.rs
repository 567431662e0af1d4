//! Functions that the planner looks into, to put what they do in the place of their calls.
//!
//! Source: `inline_function()` and `inline_set_returning_function()` of the planner, and measurements
//! (`fixtures/facts/explain-calls-function*.sql`). It looks up what the text of a body names before it sees that the
//! body is too much to be put anywhere.

use ecow::EcoString;

use super::{Catalog, Function};
use crate::ast::{RoutineKind, Statement, Volatility};

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
