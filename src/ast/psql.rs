//! Commands for psql, which the server never sees.

use ecow::EcoString;

/// A backslash command of psql.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PsqlCommand {
    /// `\connect`: the session ends and another one starts, with its own settings, temporary tables and transaction.
    Connect {
        /// The database, where another one than the present is named by a constant.
        database: Option<EcoString>,
    },
    /// `\set AUTOCOMMIT`: without it psql opens a transaction before each statement that is not in one.
    Autocommit {
        /// Whether each statement commits by itself from now on.
        on: bool,
    },
    /// `\i` and `\ir`: another file runs here.
    Include {
        /// Whether its statements follow this one; else nothing is known of them.
        followed: bool,
    },
    /// `\if`, `\elif`, `\else`, `\endif`: a branch begins or ends.
    Branch,
    /// `\gexec`: the server runs what the query before it returned, of which nothing is known.
    Generated,
    /// Any other command that is known, and changes nothing on the server: `\echo`, `\set`, `\timing`.
    Local,
}
