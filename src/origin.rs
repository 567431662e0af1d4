//! Findings and traces of a script that includes other files, put back into the files where they stand.

use std::sync::Arc;

use crate::engine::trace::{TracedMigration, TracedStatement};
use crate::finding::{Finding, ReportedFinding};
use crate::source::{SourceFile, Span};

/// The file and place where a place of a script stands.
pub(crate) fn place(whole: &Arc<SourceFile>, span: Span) -> (Arc<SourceFile>, Span) {
    match whole.origin(span) {
        Some((file, span)) => (Arc::clone(file), span),
        None => (Arc::clone(whole), span),
    }
}

/// How many files a script was put together from.
pub(crate) fn files(whole: &Arc<SourceFile>) -> usize {
    sources(whole).len().max(1)
}

/// The files of a script, in the order in which they come.
fn sources(whole: &SourceFile) -> Vec<&Arc<SourceFile>> {
    let mut sources: Vec<&Arc<SourceFile>> = Vec::new();
    for part in whole.parts() {
        if !sources.iter().any(|known| known.path() == part.file.path()) {
            sources.push(&part.file);
        }
    }
    sources
}

/// A finding in the file where it stands. What it says about another file becomes part of its help.
pub(crate) fn finding(whole: &Arc<SourceFile>, mut finding: Finding) -> Finding {
    let Some((file, span)) = whole.origin(finding.span) else { return finding };
    let within = |span: Span| whole.origin(span).filter(|(other, _)| Arc::ptr_eq(file, other)).map(|(_, span)| span);
    finding.span = span;
    for label in std::mem::take(&mut finding.related) {
        match (within(label.span), whole.origin(label.span)) {
            (Some(span), _) => finding = finding.also(span, label.text),
            (None, Some((other, at))) => {
                let line = other.position(at.start).line;
                finding.help += &format!(" See {}:{line}: {}.", other.path(), label.text);
            }
            (None, None) => {}
        }
    }
    for effect in &mut finding.effects {
        effect.span = within(effect.span).unwrap_or(span);
    }
    finding.rewrite = finding.rewrite.and_then(|mut rewrite| {
        for edit in &mut rewrite.edits {
            edit.span = within(edit.span)?;
        }
        Some(rewrite)
    });
    finding
}

/// Whether a finding in an included file was reported before.
pub(crate) fn is_known(whole: &SourceFile, new: &ReportedFinding, findings: &[ReportedFinding]) -> bool {
    let same = |known: &ReportedFinding| {
        known.rule == new.rule
            && known.file.path() == new.file.path()
            && known.finding.span == new.finding.span
            && known.finding.message == new.finding.message
    };
    !whole.parts().is_empty() && findings.iter().any(same)
}

/// Puts the findings of a script in order: by file, place and rule.
pub(crate) fn sort(whole: &SourceFile, findings: &mut [ReportedFinding]) {
    let sources = sources(whole);
    if !sources.is_empty() {
        let number = |found: &ReportedFinding| sources.iter().position(|file| file.path() == found.file.path());
        findings.sort_by_key(|found| (number(found), found.finding.span, found.rule.id));
    }
}

/// The trace of a script, as those of the files that its statements stand in, in the order in which they run.
pub(crate) fn trace(trace: TracedMigration) -> Vec<TracedMigration> {
    let whole = trace.file;
    let mut files: Vec<TracedMigration> = Vec::new();
    for mut statement in trace.statements {
        let (file, span) = place(&whole, statement.span);
        put_back(&whole, &file, &mut statement);
        statement.span = span;
        match files.last_mut().filter(|last| Arc::ptr_eq(&last.file, &file)) {
            Some(last) => last.statements.push(statement),
            None => files.push(TracedMigration { file, statements: vec![statement] }),
        }
    }
    if files.is_empty() {
        files.push(TracedMigration { file: whole, statements: Vec::new() });
    }
    files
}

fn put_back(whole: &Arc<SourceFile>, file: &Arc<SourceFile>, statement: &mut TracedStatement) {
    for effect in &mut statement.effects {
        effect.span = place(whole, effect.span).1;
    }
    for held in &mut statement.still_held {
        let (other, span) = place(whole, held.statement);
        held.statement = span;
        if !Arc::ptr_eq(&other, file) {
            held.elsewhere = Some((other.path().to_owned(), other.position(span.start).line));
        }
    }
}
