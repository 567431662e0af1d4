//! What lockwise offers to write instead.

use crate::source::Span;

/// How far a rewrite can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// It ends in the same schema, with less blocking, and needs no thought.
    Safe,
    /// It is the right route, but a person has to decide something: a batch size, a deployment in between, a name.
    Review,
}

impl Safety {
    /// The word used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Review => "review",
        }
    }
}

/// A replacement of a piece of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// A migration file that the rewrite adds, or that the statement moves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedMigration {
    /// What it is for, usable as the end of a file name: `validate_orders_customer_fk`.
    pub name: String,
    /// Whether the runner may wrap it in a transaction.
    pub transaction: bool,
    /// Its SQL, ending in a newline.
    pub sql: String,
}

/// Replacement SQL for this file and for later migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// How far it can be trusted.
    pub safety: Safety,
    /// Edits to this file, in order, not overlapping. Empty when the statement has to move elsewhere as a whole.
    pub edits: Vec<Edit>,
    /// Migrations that follow (or replace) this file, in order.
    pub migrations: Vec<SuggestedMigration>,
}

impl Rewrite {
    /// A rewrite that a person need not think about.
    pub fn safe() -> Self {
        Self { safety: Safety::Safe, edits: Vec::new(), migrations: Vec::new() }
    }

    /// A rewrite that a person has to look over.
    pub fn review() -> Self {
        Self { safety: Safety::Review, ..Self::safe() }
    }

    /// Adds an edit.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    /// Adds an insertion at a byte offset.
    #[must_use]
    pub fn insert(self, at: usize, text: impl Into<String>) -> Self {
        self.replace(Span::new(at, at), text)
    }

    /// Adds a migration that runs in its own transaction.
    #[must_use]
    pub fn then(mut self, name: impl Into<String>, sql: impl Into<String>) -> Self {
        self.migrations.push(SuggestedMigration { name: name.into(), transaction: true, sql: sql.into() });
        self
    }

    /// Adds a migration that must run outside any transaction.
    #[must_use]
    pub fn then_outside_transaction(mut self, name: impl Into<String>, sql: impl Into<String>) -> Self {
        self.migrations.push(SuggestedMigration { name: name.into(), transaction: false, sql: sql.into() });
        self
    }

    /// The file's text with the edits made; `None` if they do not fit the text or overlap.
    pub fn applied_to(&self, text: &str) -> Option<String> {
        let mut result = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for edit in &self.edits {
            result.push_str(text.get(done..edit.span.start)?);
            result.push_str(&edit.text);
            done = edit.span.end;
        }
        result.push_str(text.get(done..)?);
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_in_order() {
        let rewrite = Rewrite::safe().insert(0, "SET a;\n").replace(Span::new(2, 4), "XY");
        assert_eq!(rewrite.applied_to("abcdef").as_deref(), Some("SET a;\nabXYef"));
        assert_eq!(Rewrite::safe().insert(9, "x").applied_to("abc"), None);
    }
}
