//! A line for each finding, for editors and grep.

use super::style::{Style, clean};
use super::summary;
use crate::finding::{Report, ReportedFinding};

/// `path:line:column: severity[rule] message`, and the summary unless quiet.
pub(super) fn report(report: &Report, style: &Style) -> String {
    let mut lines: String = report.findings.iter().map(|found| line(found, style)).collect();
    if !style.quiet {
        lines += &summary::line(report, style);
        lines.push('\n');
    }
    lines
}

fn line(found: &ReportedFinding, style: &Style) -> String {
    let at = found.file.position(found.finding.span.start);
    let rule = style.severity(found.severity, &format!("{}[{}]", found.severity.name(), found.rule.id));
    format!("{}:{}:{}: {rule} {}\n", clean(found.file.path()), at.line, at.column, clean(&found.finding.message))
}
