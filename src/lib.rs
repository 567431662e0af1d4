//! lockwise reads PostgreSQL migrations before they run and says what each statement locks, whom that blocks, for how
//! long and on which server versions, and how to write it so that nobody waits.
//!
//! The pipeline: [`discover`] finds the migrations of each folder in order; [`parser`] turns every file into statements
//! (what it cannot read costs one statement, never a file); [`engine`] folds over them, applying the measured facts of
//! [`postgres`] to the catalogue and session that the history leaves, and shows every statement to the [`rules`];
//! configuration and suppression comments are applied once, here; [`report`] prints the result.

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

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;

use ast::{Body, StatementKind};
use config::Config;
use discover::{Discovery, MigrationFile};
use engine::classify::is_opaque;
use engine::step::Options;
use engine::suppress::Suppressions;
use engine::trace::LockPlan;
use engine::{Fold, Migration, Outcome, RuleFinding};
use finding::{Coverage, Finding, Held, Report, ReportedFinding, SuppressedFinding, UnparsedStatement};
use rules::{Check, Rule};
use runner::Runner;
pub use schema::SchemaRead;
use schema::{Run, Schema};
use source::{SourceFile, Span};

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
            read_each(&run.migrations, config.runner, |migration| {
                judge(config, &migration, fold.migration(&migration), &mut report)
            });
        }
    }
    report
}

/// The state that a run starts from.
fn fold<'a>(rules: &'a [&'static Rule], options: &'a Options, run: &Run) -> Fold<'a> {
    match run.start {
        Some(start) => Fold::starting_from(rules, options, start),
        None => Fold::new(rules, options, is_whole(run.migrations.len())),
    }
}

/// Lints a sequence of migrations that have been read, and adds what was found to a report.
pub fn check_sequence(config: &Config, migrations: &[Migration], report: &mut Report) {
    let options = options(config);
    let mut fold = Fold::new(rules::RULES, &options, is_whole(migrations.len()));
    for migration in migrations {
        judge(config, migration, fold.migration(migration), report);
    }
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
                let outcome = fold.migration(&migration).into_iter();
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

/// Files that are parsed ahead of the fold.
const AHEAD: usize = 512;

/// Reads the files of a sequence in parallel and hands them over in order, while later ones are still being read. Each is
/// dropped when it has been dealt with, so that a long history needs little memory.
fn read_each(migrations: &[MigrationFile], runner: &'static Runner, mut deal_with: impl FnMut(Migration)) {
    let read = |migration: &MigrationFile| Migration::read(Arc::clone(&migration.file), migration.linted, runner);
    let (finished, ready) = sync_channel::<Vec<Migration>>(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for some in migrations.chunks(AHEAD) {
                if finished.send(some.par_iter().map(read).collect()).is_err() {
                    return;
                }
            }
        });
        ready.into_iter().flatten().for_each(&mut deal_with);
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
                coverage.unparsed.push(UnparsedStatement { file, span, keywords: unparsed.keywords.clone() });
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
        StatementKind::Unparsed(unparsed) => Some((inner.statement.span, unparsed.keywords.clone())),
        _ => None,
    });
    let computed = body.unread.iter().map(|unread| (unread.span, body.describe(unread)));
    let mut places: Vec<(Span, String)> = unparsed.chain(computed).collect();
    places.sort();
    let statement = |(span, keywords)| UnparsedStatement { file: Arc::clone(file), span, keywords };
    places.into_iter().map(statement).collect()
}

/// Applies severities and suppressions to what the rules found: the only place of policy.
fn judge(config: &Config, migration: &Migration, outcome: Option<Outcome>, report: &mut Report) {
    add_coverage(&mut report.coverage, migration);
    let Some(Outcome { mut findings, .. }) = outcome else { return };
    findings.sort_by_key(|found| (found.finding.span, found.rule.id));
    Verdict { config, migration, report }.of_file(findings);
}

/// Judges the findings of one file.
struct Verdict<'a> {
    config: &'a Config,
    migration: &'a Migration,
    report: &'a mut Report,
}

impl Verdict<'_> {
    fn of_file(&mut self, found: Vec<RuleFinding>) {
        let before = self.report.findings.len();
        let mut suppressions = Suppressions::of(&self.migration.script, &self.migration.file);
        for found in found {
            self.place(found.rule, found.statement, found.held, found.finding, &mut suppressions);
        }
        let path = self.migration.file.path();
        let unused = suppressions.unused(|rule| self.config.severity_of(rule, path).is_some());
        let unknown = suppressions.unknown().to_vec();
        for (rule, about_comments) in
            [(&rules::unused_suppression::RULE, unused), (&rules::unknown_suppression::RULE, unknown)]
        {
            for finding in about_comments {
                self.place(rule, finding.span, Held::Statement, finding, &mut suppressions);
            }
        }
        if let Some(findings) = self.report.findings.get_mut(before..) {
            origin::sort(&self.migration.file, findings);
        }
    }

    fn place(
        &mut self,
        rule: &'static Rule,
        statement: Span,
        held: Held,
        finding: Finding,
        suppressions: &mut Suppressions,
    ) {
        let whole = &self.migration.file;
        let engine_rule = matches!(rule.check, Check::Engine);
        let allowed = suppressions.allow(rule, statement).filter(|_| !engine_rule);
        let (file, statement) = origin::place(whole, statement);
        let finding = origin::finding(whole, finding);
        let Some(severity) = self.config.severity_of(rule, file.path()) else { return };
        let reported = ReportedFinding { rule, severity, file, statement, held, finding };
        match allowed {
            Some((reason, comment)) => {
                let (_, comment) = origin::place(whole, comment);
                self.report.suppressed.push(SuppressedFinding { reported, reason, comment });
            }
            // A file that is included twice is reported once.
            None if origin::is_known(whole, &reported, &self.report.findings) => {}
            None => self.report.findings.push(reported),
        }
    }
}
