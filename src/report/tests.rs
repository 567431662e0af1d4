use std::sync::Arc;

use super::*;
use crate::engine::effect::{Effect, RelationKind, RelationName, Standing};
use crate::engine::trace::{HeldLock, Refusal, TracedMigration, TracedStatement, Transaction};
use crate::finding::{Coverage, Finding, Held, ReportedFinding, SuppressedFinding, UnparsedStatement};
use crate::postgres::lock::Work;
use crate::postgres::{Form, LockMode, Role, VersionSet};
use crate::rewrite::Rewrite;
use crate::rules;
use crate::source::{SourceFile, Span};

const MIGRATION: &str = "\
-- Orders by customer
SET search_path = app;

ALTER TABLE orders
  ADD COLUMN note text,
  DROP COLUMN total;
CREATE INDEX orders_customer ON orders (customer_id);
CREATE OPERATOR === (LEFTARG = box);
UPDATE orders
SET note = ''
FROM customers
WHERE customers.id = orders.customer_id
  AND note IS NULL;
";

fn file() -> Arc<SourceFile> {
    Arc::new(SourceFile::new("migrations/0002_orders.sql", MIGRATION))
}

fn span(text: &str) -> Span {
    let start = MIGRATION.find(text).unwrap_or_default();
    Span::new(start, start + text.len())
}

fn effect(table: &str, lock: LockMode, work: Work) -> Effect {
    Effect {
        relation: RelationName::new("public", table),
        kind: RelationKind::Table,
        standing: Standing::Existing,
        role: Role::Target,
        form: Form::CreateIndex,
        lock,
        work,
        versions: VersionSet::ALL,
        span: Span::default(),
    }
}

fn index_build() -> ReportedFinding {
    let statement = span("CREATE INDEX orders_customer ON orders (customer_id)");
    let finding = Finding::new(statement, "CREATE INDEX holds SHARE on orders while it builds: writes wait")
        .label("writes to orders wait here")
        .because([effect("orders", LockMode::Share, Work::INDEX_BUILD)])
        .assuming(["orders has rows".to_owned()])
        .help("build the index with CONCURRENTLY, outside a transaction")
        .rewrite(Rewrite::safe().insert(statement.start + 12, " CONCURRENTLY"));
    reported("blocking-index-build", statement, finding)
}

fn dropped_column() -> ReportedFinding {
    let statement = span("ALTER TABLE orders\n  ADD COLUMN note text,\n  DROP COLUMN total");
    let finding = Finding::new(span("DROP COLUMN total"), "DROP COLUMN total breaks the code that still reads it")
        .label("gone for good")
        .also(span("ADD COLUMN note text"), "added here")
        .because([effect("orders", LockMode::AccessExclusive, Work::METADATA)])
        .on(VersionSet::range(10, 16))
        .help("first release code that no longer uses the column, then drop it in a later migration, when nothing that is deployed names it")
        .rewrite(Rewrite::review().replace(span(",\n  DROP COLUMN total"), "").then("drop_orders_total", "ALTER TABLE orders DROP COLUMN total;\n"));
    reported("dropping-column", statement, finding)
}

fn update() -> ReportedFinding {
    let statement = span(MIGRATION[MIGRATION.find("UPDATE").unwrap_or_default()..].trim_end_matches(";\n"));
    let tables = ["orders", "customers", "invoices", "items", "parcels", "notes"];
    let effects = tables.map(|table| effect(table, LockMode::ShareRowExclusive, Work::SCAN));
    let finding = Finding::new(statement, "UPDATE writes every row of orders in one transaction").because(effects);
    let mut found = reported("unbatched-write", statement, finding);
    found.severity = crate::finding::Severity::Advice;
    found
}

fn reported(rule: &str, statement: Span, finding: Finding) -> ReportedFinding {
    let rule = rules::by_id(rule).unwrap_or(rules::RULES[0]);
    ReportedFinding { rule, severity: rule.severity, file: file(), statement, held: Held::Transaction, finding }
}

fn sample() -> Report {
    let unparsed =
        UnparsedStatement { file: file(), span: span("CREATE OPERATOR"), keywords: "CREATE OPERATOR".into() };
    let mut held_shortly = index_build();
    held_shortly.held = Held::Statement;
    Report {
        findings: vec![dropped_column(), held_shortly, update()],
        suppressed: vec![SuppressedFinding {
            reported: index_build(),
            reason: "small".into(),
            comment: span("-- Orders"),
        }],
        coverage: Coverage {
            files: 14,
            history_files: 3,
            statements: 57,
            analysed: 55,
            opaque: 1,
            undoing: 0,
            unparsed: vec![unparsed],
        },
        problems: vec![Problem { path: "migrations/0009, x.sql".into(), message: "is not UTF-8".into() }],
        schema: None,
        postgres: VersionSet::DEFAULT,
        runner: "plain".into(),
    }
}

/// A plan of the same migration, in a transaction whose second statement the server refuses.
fn plan() -> LockPlan {
    let alter = TracedStatement {
        effects: vec![
            effect("orders", LockMode::AccessExclusive, Work::SCAN.and(Work::REWRITE)),
            Effect { standing: Standing::New, ..effect("notes", LockMode::ShareRowExclusive, Work::METADATA) },
            Effect { kind: RelationKind::Index, ..effect("orders_pkey", LockMode::AccessShare, Work::METADATA) },
        ],
        ..traced(span("ALTER TABLE orders\n  ADD COLUMN note text,\n  DROP COLUMN total"))
    };
    let held = HeldLock { effect: alter.effects[0].clone(), statement: alter.span, index: 0, elsewhere: None };
    let refusal = |reason: &str, versions| Refusal::new(versions, "25001", reason);
    let index = TracedStatement {
        effects: vec![Effect {
            versions: VersionSet::range(10, 15),
            ..effect("orders", LockMode::Share, Work::INDEX_BUILD)
        }],
        refusals: vec![
            refusal("not asked about", VersionSet::range(10, 11)),
            refusal("cannot run inside a transaction block", VersionSet::since(17)),
        ],
        still_held: vec![held],
        ..traced(span("CREATE INDEX orders_customer ON orders (customer_id)"))
    };
    LockPlan {
        migrations: vec![TracedMigration { file: file(), statements: vec![alter, index] }],
        postgres: VersionSet::DEFAULT,
        runner: "plain".into(),
        ..LockPlan::default()
    }
}

fn traced(span: Span) -> TracedStatement {
    TracedStatement {
        span,
        forms: vec![Form::CreateIndex],
        proofs: Vec::new(),
        understood: true,
        unread: Vec::new(),
        transaction: Transaction::Explicit,
        inside: None,
        passed_over: false,
        may_run: false,
        effects: Vec::new(),
        refusals: Vec::new(),
        presumed: Vec::new(),
        still_held: Vec::new(),
        lock_timeout: None,
        more: 0,
    }
}

#[test]
fn human() {
    insta::assert_snapshot!(check(&sample(), Format::Human, &Style::PLAIN));
}

#[test]
fn human_in_a_narrow_ascii_terminal() {
    insta::assert_snapshot!(check(&sample(), Format::Human, &Style { unicode: false, width: 60, ..Style::PLAIN }));
}

#[test]
fn human_in_colour() {
    let text = check(&sample(), Format::Human, &Style { color: true, ..Style::PLAIN });
    insta::assert_snapshot!(text.replace('\u{1b}', "^"));
}

#[test]
fn concise() {
    insta::assert_snapshot!(check(&sample(), Format::Concise, &Style::PLAIN));
}

#[test]
fn github() {
    insta::assert_snapshot!(check(&sample(), Format::Github, &Style::PLAIN));
}

#[test]
fn locks_for_people() {
    insta::assert_snapshot!(locks(&plan(), Format::Human, &Style::PLAIN));
}

#[test]
fn quiet_prints_nothing_without_findings() {
    let quiet = Style { quiet: true, ..Style::PLAIN };
    assert_eq!(check(&Report::default(), Format::Human, &quiet), "");
    assert_eq!(check(&Report::default(), Format::Concise, &quiet), "");
}

#[test]
fn a_clean_run_is_one_line() {
    let coverage = Coverage { files: 1, statements: 2, analysed: 2, ..Coverage::default() };
    let clean = Report { coverage, postgres: VersionSet::DEFAULT, ..Report::default() };
    let line = "No findings in 1 file. 2 statements, all analysed for PostgreSQL 14..18\n";
    assert_eq!(check(&clean, Format::Human, &Style::PLAIN), line);
}

#[test]
fn actions_get_annotations_behind_the_text() {
    let text = check(&sample(), Format::Human, &Style { annotations: true, ..Style::PLAIN });
    let annotations = check(&sample(), Format::Github, &Style::PLAIN);
    assert_eq!(text, check(&sample(), Format::Human, &Style::PLAIN) + &annotations);
}

/// What is copied from the terminal has to be SQL.
#[test]
fn suggestions_have_no_frame() {
    let text = check(&sample(), Format::Human, &Style::PLAIN);
    let block = text
        .split("-- write instead, in migrations/0002_orders.sql (look it over first):\n")
        .nth(1)
        .unwrap_or_default();
    assert!(block.starts_with("ALTER TABLE orders\n  ADD COLUMN note text;\n\n-- then, in a later migration"));
}

#[test]
fn a_finding_at_the_end_of_an_empty_file_is_shown() {
    let file = Arc::new(SourceFile::new("empty.sql", ""));
    let finding = Finding::new(Span::default(), "nothing here").label("here");
    let found =
        ReportedFinding { file, statement: Span::default(), ..reported("syntax-error", Span::default(), finding) };
    let text = check(&Report { findings: vec![found], ..Report::default() }, Format::Human, &Style::PLAIN);
    assert!(text.contains("[empty.sql:1:1]"), "{text}");
}

/// One line of 17 MB, with the finding in its middle.
#[test]
fn a_huge_line_costs_little() {
    let text = format!("INSERT INTO t VALUES ({});", "'é', ".repeat(3_000_000));
    let middle = text.len() / 2 - text.len() / 2 % 6 + 4;
    let file = Arc::new(SourceFile::new("dump.sql", text));
    let finding = Finding::new(Span::new(middle, middle), "in the middle").label("here");
    let statement = Span::new(0, file.text().len());
    let found = ReportedFinding { file, statement, ..reported("syntax-error", statement, finding) };
    let started = std::time::Instant::now();
    let text = check(&Report { findings: vec![found], ..Report::default() }, Format::Human, &Style::PLAIN);
    assert!(text.len() < 1500, "{text}");
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}
