//! JSON, version 1. The structs are the contract: what other programs read changes only here, and only by adding.

use serde::Serialize;

use crate::SchemaRead;
use crate::engine::effect::{Effect, strongest};
use crate::engine::proof::WrittenProof;
use crate::engine::trace::{HeldLock, LockPlan, TracedMigration, TracedStatement, strongest_held};
use crate::finding::{Report, ReportedFinding, Severity, SuppressedFinding, UnparsedStatement};
use crate::postgres::VersionSet;
use crate::postgres::waits::WaitsFor;
use crate::rewrite::Rewrite;
use crate::source::SourceFile;

const VERSION: u32 = 1;

/// The JSON of `check`.
pub(super) fn report(report: &Report) -> String {
    to_text(&Check {
        version: VERSION,
        tool: env!("CARGO_PKG_NAME"),
        tool_version: env!("CARGO_PKG_VERSION"),
        postgres: report.postgres.to_string(),
        runner: &report.runner,
        findings: report.findings.iter().map(|found| Finding::new(found, report.postgres)).collect(),
        suppressed: report.suppressed.iter().map(|found| Suppressed::new(found, report.postgres)).collect(),
        coverage: Coverage::new(report),
        summary: Summary {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            advice: report.count(Severity::Advice),
            suppressed: report.suppressed.len(),
        },
    })
}

/// The JSON of `locks`.
pub(super) fn locks(plan: &LockPlan) -> String {
    to_text(&Locks {
        version: VERSION,
        postgres: plan.postgres.to_string(),
        runner: &plan.runner,
        files: plan.migrations.iter().map(|migration| LockFile::new(migration, plan.postgres)).collect(),
    })
}

/// Serializing these structs cannot fail: they hold no map with keys that are not strings.
pub(super) fn to_text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct Check<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    postgres: String,
    runner: &'a str,
    findings: Vec<Finding<'a>>,
    suppressed: Vec<Suppressed<'a>>,
    coverage: Coverage<'a>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    category: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
    statement: Lines,
    versions: String,
    effects: Vec<FindingEffect>,
    assumed: &'a [String],
    proofs: Vec<ProofJson<'a>>,
    help: &'a str,
    page: String,
    rewrite: Option<RewriteJson<'a>>,
}

impl<'a> Finding<'a> {
    fn new(found: &'a ReportedFinding, run: VersionSet) -> Self {
        let finding = &found.finding;
        let start = found.file.position(finding.span.start);
        let end = found.file.position(finding.span.end);
        let effects = strongest(&finding.effects, run);
        Self {
            rule: found.rule.id,
            category: found.rule.category.name(),
            severity: found.severity.name(),
            message: &finding.message,
            file: found.file.path(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: finding.span.start,
            end: finding.span.end,
            statement: Lines::new(&found.file, found.statement),
            versions: finding.versions.to_string(),
            effects: effects.iter().map(|effect| FindingEffect::new(effect, found.held.name())).collect(),
            assumed: &finding.assumed,
            proofs: finding.proofs.iter().map(ProofJson::new).collect(),
            help: &finding.help,
            page: format!("lockwise explain {}", found.rule.id),
            rewrite: finding.rewrite.as_ref().map(RewriteJson::new),
        }
    }
}

#[derive(Serialize)]
struct Suppressed<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    reason: &'a str,
    comment: Lines,
}

impl<'a> Suppressed<'a> {
    fn new(found: &'a SuppressedFinding, run: VersionSet) -> Self {
        let reported = &found.reported;
        let comment = Lines::new(&reported.file, found.comment);
        Self { finding: Finding::new(reported, run), reason: &found.reason, comment }
    }
}

#[derive(Serialize)]
struct Lines {
    line: usize,
    end_line: usize,
}

impl Lines {
    fn new(file: &SourceFile, span: crate::source::Span) -> Self {
        Self { line: file.position(span.start).line, end_line: file.position(span.end).line }
    }
}

#[derive(Serialize)]
struct FindingEffect {
    relation: String,
    lock: &'static str,
    blocks: Vec<&'static str>,
    work: Vec<&'static str>,
    held: &'static str,
}

impl FindingEffect {
    fn new(effect: &Effect, held: &'static str) -> Self {
        Self {
            relation: effect.relation.to_string(),
            lock: effect.lock.name(),
            blocks: effect.blocked(),
            work: effect.work.names(),
            held,
        }
    }
}

/// What history proves about a relation.
#[derive(Serialize)]
struct ProofJson<'a> {
    relation: String,
    what: &'static str,
    by: Option<PlaceJson<'a>>,
    text: &'a str,
}

impl<'a> ProofJson<'a> {
    fn new(proof: &'a WrittenProof) -> Self {
        let by = proof.by.as_ref().map(|(file, line)| PlaceJson { file, line: *line });
        Self { relation: proof.relation.to_string(), what: proof.what.name(), by, text: &proof.text }
    }
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct RewriteJson<'a> {
    safety: &'static str,
    edits: Vec<EditJson<'a>>,
    migrations: Vec<MigrationJson<'a>>,
}

impl<'a> RewriteJson<'a> {
    fn new(rewrite: &'a Rewrite) -> Self {
        let edits = rewrite.edits.iter();
        let migrations = rewrite.migrations.iter();
        Self {
            safety: rewrite.safety.name(),
            edits: edits
                .map(|edit| EditJson { start: edit.span.start, end: edit.span.end, text: &edit.text })
                .collect(),
            migrations: migrations
                .map(|new| MigrationJson { name: &new.name, transaction: new.transaction, sql: &new.sql })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct EditJson<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct MigrationJson<'a> {
    name: &'a str,
    transaction: bool,
    sql: &'a str,
}

#[derive(Serialize)]
struct Coverage<'a> {
    files: usize,
    statements: usize,
    analysed: usize,
    opaque: usize,
    unparsed: Vec<Unparsed<'a>>,
    /// Statements of down sections, which are not among `statements`.
    down_statements: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<SchemaJson<'a>>,
}

impl<'a> Coverage<'a> {
    fn new(report: &'a Report) -> Self {
        let coverage = &report.coverage;
        Self {
            files: coverage.files,
            statements: coverage.statements,
            analysed: coverage.analysed,
            opaque: coverage.opaque,
            unparsed: coverage.unparsed.iter().map(Unparsed::new).collect(),
            down_statements: coverage.undoing,
            schema: report.schema.as_ref().map(SchemaJson::new),
        }
    }
}

#[derive(Serialize)]
struct Unparsed<'a> {
    file: &'a str,
    line: usize,
    keywords: &'a str,
}

impl<'a> Unparsed<'a> {
    fn new(statement: &'a UnparsedStatement) -> Self {
        Self {
            file: statement.file.path(),
            line: statement.file.position(statement.span.start).line,
            keywords: &statement.keywords,
        }
    }
}

/// The schema file that the catalogue started from.
#[derive(Serialize)]
struct SchemaJson<'a> {
    file: &'a str,
    unparsed: Vec<Unparsed<'a>>,
    /// Linted files that are in it already.
    applied: &'a [String],
}

impl<'a> SchemaJson<'a> {
    fn new(schema: &'a SchemaRead) -> Self {
        let unparsed = schema.unparsed.iter().map(Unparsed::new);
        Self { file: &schema.path, unparsed: unparsed.collect(), applied: &schema.applied }
    }
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    advice: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct Locks<'a> {
    version: u32,
    postgres: String,
    runner: &'a str,
    files: Vec<LockFile<'a>>,
}

#[derive(Serialize)]
struct LockFile<'a> {
    file: &'a str,
    statements: Vec<LockStatement<'a>>,
}

impl<'a> LockFile<'a> {
    fn new(migration: &'a TracedMigration, run: VersionSet) -> Self {
        let statement = |statement| LockStatement::new(&migration.file, statement, run);
        Self { file: migration.file.path(), statements: migration.statements.iter().map(statement).collect() }
    }
}

#[derive(Serialize)]
struct LockStatement<'a> {
    line: usize,
    end_line: usize,
    text: &'a str,
    forms: Vec<&'static str>,
    transaction: &'static str,
    outcome: &'static str,
    failure: Option<Failure<'a>>,
    effects: Vec<LockEffect>,
    proofs: Vec<ProofJson<'a>>,
    still_held: Vec<StillHeld>,
    /// Transactions that have to end first, where the statement runs outside of a transaction block.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waits_for: Vec<&'static str>,
    /// Statements that follow and differ in their constants only.
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl<'a> LockStatement<'a> {
    fn new(file: &'a SourceFile, statement: &'a TracedStatement, run: VersionSet) -> Self {
        let Lines { line, end_line } = Lines::new(file, statement.span);
        let failure = statement.refusal(run);
        let held = statement.transaction.held().name();
        let effects = strongest(&statement.effects, run);
        Self {
            line,
            end_line,
            text: file.slice(statement.span),
            forms: statement.forms.iter().map(|form| form.name()).collect(),
            transaction: statement.transaction.name(),
            outcome: if failure.is_some() { "fails" } else { "ok" },
            failure: failure.map(|refusal| Failure { sqlstate: refusal.sqlstate, reason: &refusal.reason }),
            effects: effects.iter().map(|effect| LockEffect::new(effect, held)).collect(),
            proofs: statement.proofs.iter().map(ProofJson::new).collect(),
            still_held: still_held(statement, run).iter().map(|lock| StillHeld::new(file, lock)).collect(),
            waits_for: statement.waits_for(run).into_iter().map(WaitsFor::name).collect(),
            more: statement.more,
        }
    }
}

/// The strongest lock on each relation that is still held, on the target versions.
pub(super) fn still_held(statement: &TracedStatement, run: VersionSet) -> Vec<HeldLock> {
    let locks = statement.still_held.iter().filter(|lock| lock.effect.versions.overlaps(run));
    strongest_held(&locks.cloned().collect::<Vec<_>>())
}

#[derive(Serialize)]
struct Failure<'a> {
    sqlstate: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct LockEffect {
    relation: String,
    kind: &'static str,
    role: &'static str,
    lock: &'static str,
    blocks: Vec<&'static str>,
    work: Vec<&'static str>,
    held: &'static str,
}

impl LockEffect {
    fn new(effect: &Effect, held: &'static str) -> Self {
        Self {
            relation: effect.relation.to_string(),
            kind: effect.kind.name(),
            role: effect.role.name(),
            lock: effect.lock.name(),
            blocks: effect.blocked(),
            work: effect.work.names(),
            held,
        }
    }
}

#[derive(Serialize)]
struct StillHeld {
    relation: String,
    lock: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since_file: Option<String>,
    since_line: usize,
}

impl StillHeld {
    fn new(file: &SourceFile, lock: &HeldLock) -> Self {
        Self {
            relation: lock.effect.relation.to_string(),
            lock: lock.effect.lock.name(),
            since_file: lock.elsewhere.as_ref().map(|(path, _)| path.clone()),
            since_line: match &lock.elsewhere {
                Some((_, line)) => *line,
                None => file.position(lock.statement.start).line,
            },
        }
    }
}
