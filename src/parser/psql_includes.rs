//! Which files a script includes, found before it is read: the files have to be put together first.

use super::psql;
use super::psql_arguments::Command;
use super::psql_flow::State;
use super::split::{SliceKind, Splitter};
use crate::source::{SourceFile, Span};

/// What psql knows at a place in a script: its variables, and the branches of `\if` that the place stands in.
#[derive(Debug, Default)]
pub struct Psql(State);

/// A command that runs another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The command.
    pub span: Span,
    /// Where the script goes on.
    pub end: usize,
    /// The path as the command says; `None` if it hangs on a variable whose value is not known.
    pub path: Option<String>,
    /// Whether the path starts from the folder of the file that includes it, as with `\ir`.
    pub relative: bool,
}

/// The includes of a script, in the order in which psql meets them.
pub struct Includes<'t> {
    splitter: Splitter<'t>,
    depth: usize,
}

impl<'t> Includes<'t> {
    /// Reads a file that `depth` files include, from what psql knows before it.
    pub fn new(file: &'t SourceFile, psql: &mut Psql, depth: usize) -> Self {
        let whole = Span::new(file.sql_start(), file.text().len());
        let mut state = std::mem::take(&mut psql.0);
        state.enter(depth);
        Self { splitter: Splitter::of_part(file.text(), whole, state), depth }
    }

    /// Hands over what psql knows here, and takes it back when called again.
    pub fn swap(&mut self, psql: &mut Psql) {
        std::mem::swap(&mut self.splitter.state, &mut psql.0);
    }

    fn include(&mut self, span: Span, command: &Command) -> Include {
        Include {
            span,
            end: self.splitter.at(),
            path: command.arguments.first().cloned().flatten(),
            relative: psql::is_relative(&command.name),
        }
    }
}

impl Iterator for Includes<'_> {
    type Item = Include;

    fn next(&mut self) -> Option<Include> {
        self.splitter.state.enter(self.depth);
        loop {
            let slice = self.splitter.next()?;
            if let SliceKind::Psql(command) = slice.kind
                && psql::is_include(&command.name)
            {
                return Some(self.include(slice.span, &command));
            }
        }
    }
}
