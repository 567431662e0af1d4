//! The schema file of a run: a dump as `pg_dump -s`, dbmate or Rails write it, from which the catalogue starts.
//!
//! A dump is the state behind some of the migrations. Those whose versions it lists are in it, and so are, where it lists
//! none of them, all up to the last one whose creations it has. What is in it is not replayed on top of it; where such a migration
//! is linted all the same, it is linted against the files before it, as without a dump.

mod versions;

use std::sync::Arc;

use rayon::prelude::*;

use crate::discover::{MigrationFile, Sequence};
use crate::engine::start::StartingPoint;
use crate::finding::UnparsedStatement;
use crate::parser::{self, Script};
use crate::source::SourceFile;
use crate::{ast::StatementKind, engine::Migration, runner::Runner};

use self::versions::Versions;

/// A schema file, read.
pub(crate) struct Schema {
    file: Arc<SourceFile>,
    script: Script,
    start: StartingPoint,
    versions: Versions,
}

/// Migrations that are replayed one after the other.
pub(crate) struct Run<'a> {
    pub(crate) migrations: Vec<MigrationFile>,
    /// The state before the first; `None` is an empty database.
    pub(crate) start: Option<&'a StartingPoint>,
}

/// What a report says of the schema file.
#[derive(Debug, Clone, Default)]
pub struct SchemaRead {
    /// The path of the file.
    pub path: String,
    /// Statements of it that were not understood: what they create is not known.
    pub unparsed: Vec<UnparsedStatement>,
    /// Linted files that are in it already, and were linted against the files before them.
    pub applied: Vec<String>,
    /// It lists the versions of all; else it has all that they create.
    pub lists_versions: bool,
}

impl Schema {
    /// Reads a dump.
    pub(crate) fn read(file: &Arc<SourceFile>) -> Self {
        let script = parser::parse_history(file);
        let start = StartingPoint::of(file, &script);
        let versions = Versions::read(file, &script, &start);
        Self { file: Arc::clone(file), script, start, versions }
    }

    /// What there is to say of it before migrations are linted.
    pub(crate) fn about(&self) -> SchemaRead {
        let unparsed = self.script.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Unparsed(unparsed) => Some(UnparsedStatement {
                file: Arc::clone(&self.file),
                span: statement.span,
                keywords: unparsed.keywords.to_string(),
            }),
            _ => None,
        });
        SchemaRead {
            path: self.file.path().to_owned(),
            unparsed: unparsed.collect(),
            applied: Vec::new(),
            lists_versions: self.versions.are_listed(),
        }
    }

    /// Whether the versions that it lists are about these files: at least one of them is listed, or there is but one.
    fn lists(&self, sequence: &Sequence) -> bool {
        let all = &sequence.migrations;
        let is_listed = |migration: &MigrationFile| self.versions.have(migration.file.path());
        self.versions.are_listed() && (all.len() == 1 || all.iter().any(is_listed))
    }

    /// The linted migrations that the dump has already, with the files before them; and all that it does not have.
    fn split(&self, sequence: &Sequence, runner: &'static Runner) -> (Vec<MigrationFile>, Vec<MigrationFile>) {
        let all = &sequence.migrations;
        let is_applied: Vec<bool> = match self.lists(sequence) {
            true => all.iter().map(|migration| self.versions.have(migration.file.path())).collect(),
            // With no folder that it could be the sum of, the dump is what the file is to be run on.
            false if all.len() == 1 => vec![false],
            false => {
                let has = |migration: &MigrationFile| {
                    let read = Migration::read(Arc::clone(&migration.file), false, runner);
                    self.start.has_all_of(&read.script)
                };
                let last = all.par_iter().position_last(has);
                (0..all.len()).map(|at| last.is_some_and(|last| at <= last)).collect()
            }
        };
        let last_linted = all.iter().zip(&is_applied).rposition(|(migration, applied)| *applied && migration.linted);
        let before = all.iter().zip(&is_applied).take(last_linted.map_or(0, |last| last + 1));
        // What is not in the dump is linted on top of it, and history for those that are.
        let before = before.map(|(migration, applied)| MigrationFile {
            file: Arc::clone(&migration.file),
            linted: migration.linted && *applied,
        });
        let pending = all.iter().zip(&is_applied).filter(|(_, applied)| !**applied).map(|(pending, _)| pending.clone());
        (before.collect(), pending.collect())
    }
}

/// What is replayed together, and from where. Without a schema that is the sequence as it stands.
pub(crate) fn runs<'a>(
    sequence: &Sequence,
    schema: Option<&'a Schema>,
    runner: &'static Runner,
    about: &mut Option<SchemaRead>,
) -> Vec<Run<'a>> {
    let Some(schema) = schema else { return vec![Run { migrations: sequence.migrations.clone(), start: None }] };
    let (before, pending) = schema.split(sequence, runner);
    if let Some(about) = about {
        about.lists_versions &= schema.lists(sequence);
        let linted = before.iter().filter(|migration| migration.linted);
        about.applied.extend(linted.map(|migration| migration.file.path().to_owned()));
    }
    let runs = [Run { migrations: before, start: None }, Run { migrations: pending, start: Some(&schema.start) }];
    runs.into_iter().filter(|run| run.migrations.iter().any(|migration| migration.linted)).collect()
}
