//! What a migration tool does with a file: in which transaction its statements run, how they are sent, and what session
//! they meet.
//!
//! A runner is a plain value. The engine never asks which tool it is.

pub mod sections;

/// What the runner wraps in one transaction of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All pending files.
    Run,
    /// Each file.
    File,
    /// Each section of a file.
    Section,
    /// Each statement, as autocommit does.
    Statement,
    /// Nothing.
    None,
}

/// How the text reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The file as one query string: several statements are an implicit transaction.
    Whole,
    /// One statement at a time.
    Split,
    /// Several statements before one Sync: an implicit transaction too, whose first statement may be one that refuses blocks.
    Pipeline,
    /// As psql reads a file: one statement at a time, with its backslash commands.
    Psql,
}

/// What session the next file meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionReuse {
    /// The same one, with what earlier files SET.
    Same,
    /// The same one after RESET ALL.
    Reset,
    /// A new connection.
    New,
}

/// A migration tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runner {
    /// The name in `--runner` and lockwise.toml.
    pub name: &'static str,
    /// What it wraps in a transaction.
    pub scope: Scope,
    /// How it sends text.
    pub sending: Sending,
    /// What session the next file meets.
    pub session: SessionReuse,
    /// How a file says that it must not be wrapped in a transaction, as advice to people; `None` where nothing needs saying.
    pub opt_out: Option<&'static str>,
}

/// Each file is a session of its own in autocommit, as with `psql -f`.
pub static PLAIN: Runner =
    Runner { name: "plain", scope: Scope::None, sending: Sending::Psql, session: SessionReuse::New, opt_out: None };

/// The same, wrapped in one transaction, as with `psql -1 -f`.
pub static PLAIN_TRANSACTION: Runner = Runner {
    name: "plain-transaction",
    scope: Scope::File,
    sending: Sending::Psql,
    session: SessionReuse::New,
    opt_out: Some("run this file without the transaction: psql -f instead of psql -1 -f"),
};

/// All runners.
pub static RUNNERS: &[&Runner] = &[&PLAIN, &PLAIN_TRANSACTION];

/// The runner with this name.
pub fn by_name(name: &str) -> Option<&'static Runner> {
    RUNNERS.iter().copied().find(|runner| runner.name == name)
}
