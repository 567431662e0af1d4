//! The report for people. The only place that names miette, which draws the source lines with the places in them.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteHandlerOpts,
    MietteSpanContents, ReportHandler, SourceCode, SourceSpan, SpanContents,
};

use super::excerpt::{Excerpt, Mark};
use super::facts::facts;
use super::style::{Ink, Style, clean, wrap};
use super::{suggestion, summary};
use crate::config::ConfigError;
use crate::finding::{Report, ReportedFinding, Severity};
use crate::source::{SourceFile, Span};

/// Every finding with its place, its facts and what to write instead; then the counts.
pub(super) fn report(report: &Report, style: &Style) -> String {
    let findings: Vec<String> = report.findings.iter().map(|found| finding(found, report, style)).collect();
    let mut text = findings.join("\n");
    if !style.quiet {
        text += &hint(report, style);
        text += &summary::line(report, style);
        text.push('\n');
    }
    text
}

/// Mistakes in the configuration, each with its place.
pub fn config_errors(errors: &[ConfigError], style: &Style) -> String {
    errors.iter().map(|error| config_error(error, style)).collect::<Vec<_>>().join("\n")
}

/// The columns of the terminal that standard output goes to.
pub fn terminal_width() -> usize {
    // miette asks the terminal, but tells the answer only by where it breaks a line: two columns early.
    let broken = Ruler.to_string();
    broken.lines().next().map_or(0, |line| line.chars().count() + 2)
}

fn finding(found: &ReportedFinding, report: &Report, style: &Style) -> String {
    let word = style.severity(found.severity, &format!("{}[{}]", found.severity.name(), found.rule.id));
    let mut text = format!("{word}: {}\n", style.paint(Ink::Bold, &clean(&found.finding.message)));
    text += &snippet(&found.file, found.statement, &marks(found), found.severity, style);
    let mut said = "";
    for (word, about) in facts(found, report.postgres) {
        text += &fact_lines(if word == said { "" } else { word }, &about, style);
        said = word;
    }
    text + &suggestion::text(found, style)
}

fn marks(found: &ReportedFinding) -> Vec<Mark> {
    let finding = &found.finding;
    let primary = Mark { span: finding.span, text: clean(&finding.label), primary: true };
    let related =
        finding.related.iter().map(|label| Mark { span: label.span, text: clean(&label.text), primary: false });
    std::iter::once(primary).chain(related).collect()
}

/// A word, and what there is to say under it beside it.
fn fact_lines(word: &str, text: &str, style: &Style) -> String {
    let lines = wrap(&clean(text), style.width - 11);
    let words = std::iter::once(word).chain(std::iter::repeat(""));
    let line = |(word, line): (&str, &String)| match word {
        "" => format!("{:11}{line}\n", ""),
        _ => format!("  {} {line}\n", style.paint(Ink::Dim, &format!("{word:<8}"))),
    };
    words.zip(&lines).map(line).collect()
}

/// How to learn more, once for the whole run.
fn hint(report: &Report, style: &Style) -> String {
    let mut rules: Vec<&str> = report.findings.iter().map(|found| found.rule.id).collect();
    rules.sort_unstable();
    rules.dedup();
    match rules.as_slice() {
        [] => String::new(),
        [rule] => format!("\n{}\n", style.paint(Ink::Dim, &format!("More about it: lockwise explain {rule}"))),
        _ => format!("\n{}\n", style.paint(Ink::Dim, "More about a rule: lockwise explain <rule>")),
    }
}

fn config_error(error: &ConfigError, style: &Style) -> String {
    let mut text = format!("{} {}\n", style.failure(), style.paint(Ink::Bold, &clean(&error.message)));
    if let Some((file, span)) = &error.place {
        let mark = Mark { span: *span, text: clean(&error.label), primary: true };
        text += &snippet(file, *span, &[mark], Severity::Error, style);
    }
    if let Some(help) = &error.help {
        text += &fact_lines("help", help, style);
    }
    text
}

/// The lines of the marks, drawn by miette without its own heading.
fn snippet(file: &SourceFile, statement: Span, marks: &[Mark], severity: Severity, style: &Style) -> String {
    // The frame and the line number.
    let width = style.width - 8;
    let excerpt = Excerpt::new(file, statement, marks, width, style.ellipsis());
    let handler = GraphicalReportHandler::new_themed(theme(&excerpt, severity, style))
        .with_urls(false)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .with_width(style.width);
    let mut text = String::new();
    match handler.render_report(&mut text, &Snippet(&excerpt)) {
        // The heading is empty.
        Ok(()) => text.trim_start_matches('\n').to_owned(),
        Err(fmt::Error) => String::new(),
    }
}

fn theme(excerpt: &Excerpt, severity: Severity, style: &Style) -> GraphicalTheme {
    let mut theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let primary = match severity {
        Severity::Error => theme.styles.error,
        Severity::Warning => theme.styles.warning,
        Severity::Advice => theme.styles.advice,
    };
    theme.styles.link = theme.styles.help;
    let mut marks: Vec<&Mark> = excerpt.marks.iter().collect();
    marks.sort_by_key(|mark| mark.span.start);
    let ink = |mark: &&Mark| if mark.primary { primary } else { theme.styles.help };
    theme.styles.highlights = marks.iter().map(ink).collect();
    theme
}

/// A message of one long word.
#[derive(Debug)]
struct Long;

impl fmt::Display for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&"x".repeat(1000))
    }
}

impl std::error::Error for Long {}
impl Diagnostic for Long {}

struct Ruler;

impl fmt::Display for Ruler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handler = MietteHandlerOpts::new().force_graphical(true).unicode(false).color(false).build();
        handler.debug(&Long, f)
    }
}

/// An excerpt as miette wants it.
#[derive(Debug)]
struct Snippet<'a>(&'a Excerpt<'a>);

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet<'_> {}

impl Diagnostic for Snippet<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.0)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.marks.iter().map(label)))
    }
}

fn label(mark: &Mark) -> LabeledSpan {
    let text = (!mark.text.is_empty()).then(|| mark.text.clone());
    let span = (mark.span.start, mark.span.len());
    if mark.primary { LabeledSpan::new_primary_with_span(text, span) } else { LabeledSpan::new_with_span(text, span) }
}

impl SourceCode for Excerpt<'_> {
    /// With context: the lines without a gap around the place. Without: the place itself, for its line and column.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = Span::new(span.offset(), span.offset() + span.len());
        let (run, first, count) = self.run_around(span).ok_or(MietteError::OutOfBounds)?;
        let name = clean(self.file.path());
        let contents = if before > 0 {
            let data = &self.text.as_bytes()[run.start..run.end];
            MietteSpanContents::new_named(name, data, (run.start, run.len()).into(), first, 0, count)
        } else {
            let at = self.file.position(self.in_file(span.start));
            MietteSpanContents::new_named(name, &[], (span.start, span.len()).into(), at.line - 1, at.column - 1, count)
        };
        Ok(Box::new(contents))
    }
}
