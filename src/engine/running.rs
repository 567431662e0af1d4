//! The statements of a migration in the order in which they run: behind a DO block come those of its body.

use crate::ast::{BodyStatement, Branch, BranchKind, Runs, Statement, StatementKind};
use crate::source::Span;

/// Where in a DO block a statement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The DO statement.
    pub block: Span,
    /// It is a string given to EXECUTE.
    pub executed: bool,
    /// A name in it is not known.
    pub computed: bool,
    /// How often it runs.
    pub runs: Runs,
    /// The branches around it, the outermost first.
    pub within: Vec<Branch>,
}

impl Inside {
    /// Whether what it does may turn out not to have been done.
    pub fn is_uncertain(&self) -> bool {
        !self.within.is_empty()
    }

    /// Whether a condition decides that it runs.
    pub fn is_choice(&self) -> bool {
        self.within.iter().any(|branch| branch.kind == BranchKind::Choice)
    }

    /// Whether it may run more than once.
    pub fn is_in_loop(&self) -> bool {
        self.within.iter().any(|branch| branch.kind == BranchKind::Loop)
    }

    /// Whether nothing keeps it from being reached, which stands at this place of the file. What stands before it in a block with
    /// an EXCEPTION clause may raise what that catches.
    pub fn is_surely_reached(&self, text: &str, at: usize) -> bool {
        let is_opening = |word: &str| {
            word.starts_with('$') || ["do", "begin", "language", "plpgsql"].iter().any(|w| word.eq_ignore_ascii_case(w))
        };
        let before = text.get(self.block.start..at).unwrap_or("?");
        self.within.is_empty() || self.is_only_guarded() && before.split_whitespace().all(is_opening)
    }

    /// Whether no condition and no loop stands around it.
    pub fn is_only_guarded(&self) -> bool {
        self.within.iter().all(|branch| branch.kind == BranchKind::Guarded)
    }

    /// The innermost branch whose EXCEPTION clause may catch this.
    pub fn catching(&self, sqlstate: &str) -> Option<usize> {
        let mut guards = self.within.iter().rev().filter(|branch| branch.kind == BranchKind::Guarded);
        guards.find(|guard| guard.caught.may_be(sqlstate)).map(|guard| guard.number)
    }

    /// Whether an EXCEPTION clause may undo it and go on.
    pub fn is_caught(&self) -> bool {
        self.within.iter().any(|branch| branch.kind == BranchKind::Guarded)
    }
}

/// The statements of a migration as they run.
#[derive(Debug)]
pub struct Running<'m> {
    /// All of them.
    pub statements: Vec<&'m Statement>,
    /// For each, where in a DO block it stands; empty if there is no DO block.
    inside: Vec<Option<Inside>>,
}

impl<'m> Running<'m> {
    /// The statements of a file.
    pub fn of(statements: &'m [Statement]) -> Self {
        if !statements.iter().any(|statement| matches!(statement.kind, StatementKind::Do(_))) {
            return Self { statements: statements.iter().collect(), inside: Vec::new() };
        }
        let (mut all, mut inside) = (Vec::with_capacity(statements.len()), Vec::new());
        for statement in statements {
            all.push(statement);
            inside.push(None);
            if let StatementKind::Do(block) = &statement.kind {
                all.extend(block.body.statements.iter().map(|inner| &inner.statement));
                inside.extend(block.body.statements.iter().map(|inner| Some(place(inner, statement.span))));
            }
        }
        Self { statements: all, inside }
    }

    /// Where in a DO block the statement with this number stands, if it does.
    pub fn inside(&self, index: usize) -> Option<&Inside> {
        self.inside.get(index)?.as_ref()
    }
}

fn place(inner: &BodyStatement, block: Span) -> Inside {
    Inside {
        block,
        executed: inner.executed,
        computed: inner.computed,
        runs: inner.runs(),
        within: inner.within.clone(),
    }
}
