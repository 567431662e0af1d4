//! lockwise reads PostgreSQL migrations before they run and says what each statement locks, whom that blocks, for how
//! long and on which server versions, and how to write it so that nobody waits.
//!
//! The pipeline: [`discover`] finds the migrations of each folder in order; [`parser`] turns every file into statements
//! (what it cannot read costs one statement, never a file); [`engine`] folds over them, applying the measured facts of
//! [`postgres`] to the catalogue and session that the history leaves, and shows every statement to the [`rules`];
//! configuration and suppression comments are applied once, here; [`report`] prints the result.

mod ahead;
pub mod ast;
pub mod config;
pub mod discover;
pub mod engine;
pub mod finding;
mod origin;
pub mod parser;
pub mod postgres;
pub mod recipe;
pub mod report;
pub mod rewrite;
pub mod rules;
pub mod runner;
mod schema;
pub mod source;
mod verdict;
pub mod wording;

use std::sync::Arc;

use ast::{Body, StatementKind};
use config::Config;
use discover::{Discovery, MigrationFile};
use engine::classify::is_opaque;
use engine::step::Options;
use engine::trace::LockPlan;
use engine::{Fold, Migration};
use finding::{Coverage, Report, UnparsedStatement};
use runner::Runner;
pub use schema::SchemaRead;
use schema::{Run, Schema};
use source::{SourceFile, Span};
use verdict::Verdicts;

/// Lints what was found, with the rules that the configuration selects.
pub fn check(config: &Config, discovery: &Discovery) -> Report {
    let mut report = Report {
        problems: discovery.problems.clone(),
        postgres: config.postgres,
        runner: config.runner.name.to_owned(),
        ..Report::default()
    };
    let options = options(config);
    let schema = config.schema.as_ref().map(Schema::read);
    report.schema = schema.as_ref().map(Schema::about);
    for sequence in &discovery.sequences {
        for run in schema::runs(sequence, schema.as_ref(), config.runner, &mut report.schema) {
            let mut fold = fold(rules::RULES, &options, &run);
            let mut verdicts = Verdicts::new(run.start.is_some());
            read_each(&run.migrations, config.runner, |migration| {
                step(migration, &mut fold, &mut verdicts, &mut report);
            });
            verdicts.report(fold, config, &mut report);
        }
    }
    report
}

/// The state that a run starts from.
fn fold<'a>(rules: &'a [&'static rules::Rule], options: &'a Options, run: &Run) -> Fold<'a> {
    match run.start {
        Some(start) => Fold::starting_from(rules, options, start),
        None => Fold::new(rules, options, is_whole(run.migrations.len())),
    }
}

/// Lints a sequence of migrations that have been read, and adds what was found to a report.
pub fn check_sequence(config: &Config, migrations: &[Migration], report: &mut Report) {
    let options = options(config);
    let mut fold = Fold::new(rules::RULES, &options, is_whole(migrations.len()));
    let mut verdicts = Verdicts::new(false);
    for migration in migrations {
        step(migration, &mut fold, &mut verdicts, report);
    }
    verdicts.report(fold, config, report);
}

/// Replays the next migration.
fn step(migration: &Migration, fold: &mut Fold, verdicts: &mut Verdicts, report: &mut Report) {
    add_coverage(&mut report.coverage, migration);
    verdicts.add(migration, fold.migration(migration).map(|outcome| outcome.findings));
}

/// What every statement of the linted migrations locks and does.
pub fn lock_plan(config: &Config, discovery: &Discovery) -> LockPlan {
    let options = options(config);
    let mut migrations = Vec::new();
    let schema = config.schema.as_ref().map(Schema::read);
    let mut about = schema.as_ref().map(Schema::about);
    for sequence in &discovery.sequences {
        for run in schema::runs(sequence, schema.as_ref(), config.runner, &mut about) {
            let mut fold = fold(&[], &options, &run).tracing_held_locks();
            read_each(&run.migrations, config.runner, |migration| {
                let outcome = fold.migration(migration).into_iter();
                migrations.extend(outcome.flat_map(|outcome| origin::trace(outcome.trace)));
            });
        }
    }
    LockPlan {
        migrations,
        schema: about,
        problems: discovery.problems.clone(),
        postgres: config.postgres,
        runner: config.runner.name.to_owned(),
    }
}

fn options(config: &Config) -> Options {
    Options { postgres: config.postgres, session: config.session.clone(), max_lock_timeout: config.max_lock_timeout }
}

/// Reads the files of a sequence in parallel and hands them over in order, while later ones are still being read. Each is
/// dropped when it has been dealt with, so that a long history needs little memory.
fn read_each(migrations: &[MigrationFile], runner: &'static Runner, mut deal_with: impl FnMut(&Migration)) {
    let read = |migration: &MigrationFile| Migration::read(Arc::clone(&migration.file), migration.linted, runner);
    ahead::in_order(migrations, read, |migration| {
        deal_with(&migration);
        migration
    });
}

/// One file alone says nothing about what was there before it; a folder starts with the first migration.
fn is_whole(migrations: usize) -> bool {
    migrations > 1
}

fn add_coverage(coverage: &mut Coverage, migration: &Migration) {
    if !migration.linted {
        coverage.history_files += 1;
        return;
    }
    coverage.files += origin::files(&migration.file);
    coverage.undoing += migration.undoing;
    for statement in &migration.script.statements {
        let count = 1 + migration.script.repeats(statement.span);
        coverage.statements += count;
        match &statement.kind {
            StatementKind::Unparsed(unparsed) => {
                let (file, span) = origin::place(&migration.file, statement.span);
                coverage.unparsed.push(UnparsedStatement { file, span, keywords: unparsed.keywords.to_string() });
            }
            StatementKind::Do(block) if !block.body.is_read() => {
                coverage.unparsed.extend(unread(&migration.file, &block.body));
            }
            kind if is_opaque(kind) || engine::psql::hides_statements(kind) => coverage.opaque += count,
            _ => coverage.analysed += count,
        }
    }
}

/// What of a DO block was not understood.
fn unread(file: &Arc<SourceFile>, body: &Body) -> Vec<UnparsedStatement> {
    let unparsed = body.statements.iter().filter_map(|inner| match &inner.statement.kind {
        StatementKind::Unparsed(unparsed) => Some((inner.statement.span, unparsed.keywords.to_string())),
        _ => None,
    });
    let computed = body.unread.iter().map(|unread| (unread.span, body.describe(unread)));
    let mut places: Vec<(Span, String)> = unparsed.chain(computed).collect();
    places.sort();
    let statement = |(span, keywords)| UnparsedStatement { file: Arc::clone(file), span, keywords };
    places.into_iter().map(statement).collect()
}
