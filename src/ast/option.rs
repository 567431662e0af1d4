//! Options in parentheses, which many statements have.

use ecow::EcoString;

use crate::source::Span;

/// `name = value`, or a name alone: storage parameters, options of views, operator classes and maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOption {
    /// Lower case, with the namespace where written: `fillfactor`, `toast.autovacuum_enabled`.
    pub name: EcoString,
    /// The value as text, without quotes; None when only the name is written, which means true.
    pub value: Option<EcoString>,
    /// The option.
    pub span: Span,
}

impl NamedOption {
    /// Whether a boolean option is on.
    pub fn is_on(&self) -> bool {
        let off = |value: &EcoString| ["false", "off", "0", "no"].iter().any(|off| value.eq_ignore_ascii_case(off));
        !self.value.as_ref().is_some_and(off)
    }

    /// Whether its value is the word NONE.
    pub fn says_none(&self) -> bool {
        self.value.as_ref().is_some_and(|value| value.eq_ignore_ascii_case("none"))
    }
}

/// An option of a foreign table or of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignOption {
    /// What is done with it.
    pub change: OptionChange,
    /// Its name, folded as an identifier.
    pub name: EcoString,
    /// Its value; None for DROP.
    pub value: Option<EcoString>,
    /// The option.
    pub span: Span,
}

/// What is done with a [`ForeignOption`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionChange {
    /// It is new: ADD, or no word at all.
    Add,
    /// SET.
    Set,
    /// DROP.
    Drop,
}
