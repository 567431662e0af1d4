//! What the condition of an IF asks.

use ecow::EcoString;

use super::When;
use crate::postgres::VersionSet;

/// The condition of an IF in PL/pgSQL, as far as its answer may be known before it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// OR.
    Any(Vec<Question>),
    /// AND.
    All(Vec<Question>),
    /// NOT.
    Not(Box<Question>),
    /// It asks for the event that has fired a trigger: `TG_OP = 'INSERT'`.
    Event(When),
    /// `EXISTS (SELECT ... FROM catalog WHERE ...)`, and a count of such rows that is not zero.
    Rows(CatalogRows),
    /// `to_regclass('name') IS NOT NULL`, with the name as it stands in the string.
    Relation(EcoString),
    /// It asks for the version of the server: those that say yes, and those that say no; where the minor version decides,
    /// neither.
    Version(VersionSet, VersionSet),
    /// Something else.
    Other,
}

impl Question {
    /// At which events of a trigger the answer is yes.
    pub fn when(&self) -> When {
        match self {
            Self::Any(parts) => parts.iter().map(Self::when).fold(When::NEVER, When::or),
            Self::All(parts) => parts.iter().map(Self::when).fold(When::ALWAYS, When::and),
            Self::Not(question) => question.when().negated(),
            Self::Event(when) => *when,
            Self::Rows(_) | Self::Relation(_) | Self::Version(..) | Self::Other => When::PERHAPS,
        }
    }

    /// The versions on which the answer is yes, and those on which it is no, whatever else is so.
    pub fn versions(&self) -> (VersionSet, VersionSet) {
        let decided = |parts: &[Self], all: bool| {
            let none = (VersionSet::NONE, VersionSet::NONE);
            let join = |(yes, no): (VersionSet, VersionSet), part: &Self| {
                let (also_yes, also_no) = part.versions();
                if all { (yes.and(also_yes), no.or(also_no)) } else { (yes.or(also_yes), no.and(also_no)) }
            };
            parts.split_first().map_or(none, |(first, rest)| rest.iter().fold(first.versions(), join))
        };
        match self {
            Self::Any(parts) => decided(parts, false),
            Self::All(parts) => decided(parts, true),
            Self::Not(question) => {
                let (yes, no) = question.versions();
                (no, yes)
            }
            Self::Version(yes, no) => (*yes, *no),
            Self::Event(_) | Self::Rows(_) | Self::Relation(_) | Self::Other => (VersionSet::NONE, VersionSet::NONE),
        }
    }

    /// Whether a part of it asks for rows of a table.
    pub fn asks_table(&self) -> bool {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().any(Self::asks_table),
            Self::Not(question) => question.asks_table(),
            Self::Rows(rows) => !rows.catalog.starts_with("pg_") && !rows.catalog.starts_with("information_schema."),
            Self::Event(_) | Self::Relation(_) | Self::Version(..) | Self::Other => false,
        }
    }

    /// Whether a part of it asks what is in the catalogs, or which server it is.
    pub fn asks_server(&self) -> bool {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().any(Self::asks_server),
            Self::Not(question) => question.asks_server(),
            Self::Rows(_) | Self::Relation(_) | Self::Version(..) => true,
            Self::Event(_) | Self::Other => false,
        }
    }
}

/// The rows of a catalog, of a view in `information_schema`, or of a table, that a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogRows {
    /// Its name, without `pg_catalog`: `pg_class`, `information_schema.columns`.
    pub catalog: EcoString,
    /// Columns that must be equal to something.
    pub tests: Vec<(EcoString, Sought)>,
    /// The query tests nothing else, but for what is true of all that history knows.
    pub whole: bool,
}

/// What a column of [`CatalogRows`] must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// This text.
    Text(EcoString),
    /// The first schema of the search path.
    CurrentSchema,
    /// NULL, or anything else.
    Null(bool),
}
