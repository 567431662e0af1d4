//! Workflow commands of GitHub Actions: each finding becomes an annotation in the changed file.

use super::facts;
use crate::finding::{Problem, Report, ReportedFinding, Severity};

/// A command for each finding, and for each file that could not be read.
pub(super) fn report(report: &Report) -> String {
    let findings = report.findings.iter().map(|found| finding(found, report));
    findings.chain(report.problems.iter().map(problem)).collect()
}

fn finding(found: &ReportedFinding, report: &Report) -> String {
    let span = found.finding.span;
    let (start, end) = (found.file.position(span.start), found.file.position(span.end));
    let mut properties = format!("file={},line={},endLine={}", property(found.file.path()), start.line, end.line);
    // GitHub refuses columns where the place spans lines.
    if start.line == end.line {
        properties += &format!(",col={},endColumn={}", start.column, end.column);
    }
    let title = property(found.rule.id);
    format!("::{} {properties},title={title}::{}\n", level(found.severity), message(&text(found, report)))
}

fn problem(problem: &Problem) -> String {
    format!("::error file={},title=lockwise::{}\n", property(&problem.path), message(&problem.message))
}

fn text(found: &ReportedFinding, report: &Report) -> String {
    let facts = facts::facts(found, report.postgres);
    let lines = facts.into_iter().map(|(word, text)| format!("{word}: {text}"));
    let all = std::iter::once(found.finding.message.clone()).chain(lines);
    all.collect::<Vec<_>>().join("\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    }
}

/// The part behind `::`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_break_out() {
        assert_eq!(message("a%0A\r\n::error::x"), "a%250A%0D%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
