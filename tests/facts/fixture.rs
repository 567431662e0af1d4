//! The fixtures of the facts: a setup and a statement each, and what lockwise predicts for it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use lockwise::config::Config;
use lockwise::discover::{Discovery, MigrationFile, Sequence};
use lockwise::engine::trace::TracedStatement;
use lockwise::postgres::VersionSet;
use lockwise::source::SourceFile;

/// A statement to be measured, with what was there before.
pub struct Fixture {
    /// The name of the file.
    pub name: String,
    /// The lines before the setup: the first says what it is.
    pub head: String,
    /// Statements that were there before.
    pub setup: String,
    /// The statement.
    pub statement: String,
    /// The session's time zone.
    pub timezone: String,
    /// The setup belongs to the same migration: its tables are new.
    pub same_migration: bool,
}

/// All fixtures, by name.
///
/// # Errors
/// A file that cannot be read or has no setup and statement.
pub fn fixtures() -> Result<Vec<Fixture>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("fixtures/facts")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(Fixture::read(&path)?);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Fixture {
    /// Reads one file.
    ///
    /// # Errors
    /// It cannot be read, or has no setup and statement.
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(path)?;
        let (head, rest) = text.split_once("-- setup\n").ok_or("no -- setup")?;
        let (setup, statement) = rest.split_once("-- statement\n").ok_or("no -- statement")?;
        let zone = head.lines().find_map(|line| line.strip_prefix("-- timezone:"));
        Ok(Self {
            name: path.file_stem().and_then(|stem| stem.to_str()).ok_or("no name")?.to_owned(),
            setup: setup.to_owned(),
            statement: statement.to_owned(),
            same_migration: head.contains("-- same-migration"),
            timezone: zone.unwrap_or("UTC").trim().to_owned(),
            head: head.to_owned(),
        })
    }

    /// What lockwise says about the statement, in autocommit.
    ///
    /// # Errors
    /// The statement was not found.
    pub fn predict(&self) -> Result<TracedStatement, Box<dyn Error>> {
        let mut config = Config::default();
        config.postgres = VersionSet::ALL;
        config.session.insert("timezone".to_owned(), self.timezone.clone());
        let file =
            |name: &str, sql: &str, linted: bool| MigrationFile { file: Arc::new(SourceFile::new(name, sql)), linted };
        let migrations = match self.same_migration {
            true => vec![file("1.sql", &format!("{}{}", self.setup, self.statement), true)],
            false => vec![file("1_setup.sql", &self.setup, false), file("2.sql", &self.statement, true)],
        };
        let discovery = Discovery { sequences: vec![Sequence { migrations }], problems: Vec::new() };
        let plan = lockwise::lock_plan(&config, &discovery);
        let statements = plan.migrations.into_iter().next().ok_or("no migration")?.statements;
        let is_outer = |traced: &TracedStatement| traced.inside.is_none();
        let last = statements.iter().rposition(is_outer).ok_or("no statement")?;
        let mut statements = statements.into_iter().skip(last);
        let mut outer = statements.next().ok_or("no statement")?;
        // A DO block does what the statements of its body do.
        for inner in statements {
            outer.forms.extend(inner.forms);
            outer.effects.extend(inner.effects);
            outer.refusals.extend(inner.refusals);
            outer.presumed.extend(inner.presumed);
        }
        Ok(outer)
    }
}
