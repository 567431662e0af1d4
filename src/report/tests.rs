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
    let start = MIGRATION.find(text).unwrap();
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
    let statement = span(MIGRATION[MIGRATION.find("UPDATE").unwrap()..].trim_end_matches(";\n"));
    let tables = ["orders", "customers", "invoices", "items", "parcels", "notes"];
    let effects = tables.map(|table| effect(table, LockMode::ShareRowExclusive, Work::SCAN));
    let finding = Finding::new(statement, "UPDATE writes every row of orders in one transaction").because(effects);
    let mut found = reported("half-applied-migration", statement, finding);
    found.severity = crate::finding::Severity::Advice;
    found
}

fn reported(rule: &str, statement: Span, finding: Finding) -> ReportedFinding {
    let rule = rules::by_id(rule).unwrap();
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
            unparsed: vec![unparsed],
        },
        problems: vec![Problem { path: "migrations/0009, x.sql".into(), message: "is not UTF-8".into() }],
        postgres: VersionSet::DEFAULT,
        runner: "plain".into(),
    }
}

#[test]
fn show() {
    println!("{}", check(&sample(), Format::Human, &Style::PLAIN));
    println!("{}", check(&sample(), Format::Human, &Style { unicode: false, width: 60, ..Style::PLAIN }));
    println!("{}", check(&sample(), Format::Human, &Style { color: true, ..Style::PLAIN }));
}
