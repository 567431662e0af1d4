//! The last line: how much was found, and how much was understood.

use super::style::{Style, clean, count};
use crate::finding::{Coverage, Report, Severity};

/// How many statements that were not understood are named.
const MOST: usize = 3;

/// `3 errors, 1 warning in 2 of 14 files; 1 suppressed. 57 statements, all analysed for PostgreSQL 14..18`.
pub(super) fn line(report: &Report, style: &Style) -> String {
    if report.coverage.files == 0 {
        return "Nothing to lint".to_owned();
    }
    let mut line = found(report, style);
    if !report.suppressed.is_empty() {
        line += &format!("; {} suppressed", report.suppressed.len());
    }
    line + ". " + &coverage(&report.coverage, &format!("PostgreSQL {}", report.postgres)) + &schema(report)
}

/// `; schema from db/structure.sql, which has 2 of the files already`.
fn schema(report: &Report) -> String {
    let Some(schema) = &report.schema else { return String::new() };
    let applied = match schema.applied.len() {
        0 => String::new(),
        some if some == report.coverage.files => ", which has all of it already".to_owned(),
        some => format!(", which has {} already", count(some, "file")),
    };
    format!("; schema from {}{applied}", clean(&schema.path))
}

fn found(report: &Report, style: &Style) -> String {
    let files = count(report.coverage.files, "file");
    if report.findings.is_empty() {
        return format!("No findings in {files}");
    }
    let counts = [Severity::Error, Severity::Warning, Severity::Advice].into_iter().filter_map(|severity| {
        let number = report.count(severity);
        let text = match severity {
            Severity::Advice => format!("{number} advice"),
            Severity::Warning | Severity::Error => count(number, severity.name()),
        };
        (number > 0).then(|| style.severity(severity, &text))
    });
    let mut paths: Vec<&str> = report.findings.iter().map(|found| found.file.path()).collect();
    paths.dedup();
    let counts = counts.collect::<Vec<_>>().join(", ");
    let of = if paths.len() == report.coverage.files { String::new() } else { format!("{} of ", paths.len()) };
    format!("{counts} in {of}{files}")
}

fn coverage(coverage: &Coverage, server: &str) -> String {
    match coverage.undoing {
        0 => of_forward(coverage, server),
        undoing => {
            format!("{}; {} of down sections left out", of_forward(coverage, server), count(undoing, "statement"))
        }
    }
}

fn of_forward(coverage: &Coverage, server: &str) -> String {
    let statements = count(coverage.statements, "statement");
    if coverage.opaque == 0 && coverage.unparsed.is_empty() {
        let all = if coverage.statements == 0 { String::new() } else { format!(", all analysed for {server}") };
        return statements + &all;
    }
    let mut parts = vec![format!("{} analysed", coverage.analysed)];
    if coverage.opaque > 0 {
        parts.push(format!("{} opaque", coverage.opaque));
    }
    if !coverage.unparsed.is_empty() {
        // Of a DO block several parts may be named, and it is one statement.
        let statements = coverage.statements.saturating_sub(coverage.analysed + coverage.opaque);
        parts.push(format!("{statements} not understood ({})", not_understood(coverage)));
    }
    format!("{statements} for {server}: {}", parts.join(", "))
}

fn not_understood(coverage: &Coverage) -> String {
    let place = |at: &crate::finding::UnparsedStatement| {
        let line = at.file.position(at.span.start).line;
        format!("{}:{line} {}", clean(at.file.path()), clean(&at.keywords)).trim_end().to_owned()
    };
    let mut places: Vec<String> = coverage.unparsed.iter().take(MOST).map(place).collect();
    if coverage.unparsed.len() > MOST {
        places.push(format!("and {} more", coverage.unparsed.len() - MOST));
    }
    places.join(", ")
}
