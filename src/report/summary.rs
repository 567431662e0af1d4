//! The last line: how much was found, and how much was understood.

use super::style::{Style, count};
use crate::finding::{Coverage, Report, Severity};

/// How many statements that were not understood are named.
const MOST: usize = 3;

/// `3 errors, 1 warning in 2 of 14 files; 1 suppressed. 57 statements, all analysed`.
pub(super) fn line(report: &Report, style: &Style) -> String {
    let mut line = found(report, style);
    if !report.suppressed.is_empty() {
        line += &format!("; {} suppressed", report.suppressed.len());
    }
    line + ". " + &coverage(&report.coverage)
}

fn found(report: &Report, style: &Style) -> String {
    let files = count(report.coverage.files, "file");
    if report.findings.is_empty() {
        return format!("No findings in {files}");
    }
    let nouns = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Advice, "piece of advice")];
    let counts = nouns.into_iter().filter_map(|(severity, noun)| {
        let number = report.count(severity);
        let text = if severity == Severity::Advice { format!("{number} advice") } else { count(number, noun) };
        (number > 0).then(|| style.severity(severity, &text))
    });
    let mut paths: Vec<&str> = report.findings.iter().map(|found| found.file.path()).collect();
    paths.dedup();
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("{counts} in {} of {files}", paths.len())
}

fn coverage(coverage: &Coverage) -> String {
    let statements = count(coverage.statements, "statement");
    if coverage.opaque == 0 && coverage.unparsed.is_empty() {
        let all = if coverage.statements == 0 { "" } else { ", all analysed" };
        return statements + all;
    }
    let mut parts = vec![format!("{} analysed", coverage.analysed)];
    if coverage.opaque > 0 {
        parts.push(format!("{} opaque", coverage.opaque));
    }
    if !coverage.unparsed.is_empty() {
        parts.push(format!("{} not understood ({})", coverage.unparsed.len(), not_understood(coverage)));
    }
    format!("{statements}: {}", parts.join(", "))
}

fn not_understood(coverage: &Coverage) -> String {
    let place = |at: &crate::finding::UnparsedStatement| {
        let line = at.file.position(at.span.start).line;
        format!("{}:{line} {}", at.file.path(), at.keywords).trim_end().to_owned()
    };
    let mut places: Vec<String> = coverage.unparsed.iter().take(MOST).map(place).collect();
    if coverage.unparsed.len() > MOST {
        places.push(format!("and {} more", coverage.unparsed.len() - MOST));
    }
    places.join(", ")
}
