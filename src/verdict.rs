//! Applies severities and suppressions to what the rules found: the only place of policy.

use std::sync::Arc;

use crate::config::Config;
use crate::engine::suppress::Suppressions;
use crate::engine::{Fold, Migration, RuleFinding};
use crate::finding::{Finding, Held, Label, Report, ReportedFinding, SuppressedFinding};
use crate::origin;
use crate::rules::{self, Check, Rule};
use crate::source::{SourceFile, Span};

/// The files of a sequence with what was found in them, until the end of history has been judged too.
pub(crate) struct Verdicts {
    /// By the number of the migration; `None` for those that are history only.
    files: Vec<Option<FileVerdict>>,
}

impl Verdicts {
    /// `behind_dump`: number 0 is that of a dump of the schema.
    pub(crate) fn new(behind_dump: bool) -> Self {
        Self { files: behind_dump.then_some(None).into_iter().collect() }
    }

    /// Notes what was found in the next migration; `None` if it is history only.
    pub(crate) fn add(&mut self, migration: &Migration, found: Option<Vec<RuleFinding>>) {
        self.files.push(found.map(|found| FileVerdict {
            file: Arc::clone(&migration.file),
            suppressions: Suppressions::of(&migration.script, &migration.file),
            found,
        }));
    }

    /// Judges everything.
    pub(crate) fn report(mut self, fold: Fold, config: &Config, report: &mut Report) {
        for (number, found) in fold.end() {
            if let Some(Some(file)) = self.files.get_mut(number) {
                file.found.push(found);
            }
        }
        let last = self.files.len().saturating_sub(1);
        for (number, file) in self.files.into_iter().enumerate() {
            if let Some(file) = file {
                file.report(number == last, config, report);
            }
        }
    }
}

/// How many further places a finding points to when it stands for all of its file.
const MOST_PLACES: usize = 3;

/// A linted file with what was found in it.
struct FileVerdict {
    file: Arc<SourceFile>,
    suppressions: Suppressions,
    found: Vec<RuleFinding>,
}

impl FileVerdict {
    fn report(mut self, is_last: bool, config: &Config, report: &mut Report) {
        let before = report.findings.len();
        self.found.sort_by_key(|found| (found.finding.span, found.rule.id));
        for found in self.put_together() {
            self.place(found.rule, found.statement, found.held, found.finding, config, report);
        }
        let path = self.file.path();
        // What a comment in the last migration says of the end of history may be meant for the next one.
        let is_early = |rule: &Rule| is_last && matches!(rule.check, Check::History(_));
        let unused = self.suppressions.unused(|rule| !is_early(rule) && config.severity_of(rule, path).is_some());
        let unknown = self.suppressions.unknown().to_vec();
        for (rule, about_comments) in
            [(&rules::unused_suppression::RULE, unused), (&rules::unknown_suppression::RULE, unknown)]
        {
            for finding in about_comments {
                self.place(rule, finding.span, Held::Statement, finding, config, report);
            }
        }
        if let Some(findings) = report.findings.get_mut(before..) {
            origin::sort(&self.file, findings);
        }
    }

    /// Findings of which one a file is enough are put together: the first one that is not allowed points to some of the
    /// others that are not.
    fn put_together(&mut self) -> Vec<RuleFinding> {
        let mut kept: Vec<RuleFinding> = Vec::with_capacity(self.found.len());
        let mut stand_for: Vec<(usize, usize)> = Vec::new();
        for next in std::mem::take(&mut self.found) {
            if !next.finding.once || self.suppressions.allow(next.rule, next.statement).is_some() {
                kept.push(next);
                continue;
            }
            let first = stand_for.iter_mut().find(|(at, _)| kept.get(*at).is_some_and(|known| known.rule == next.rule));
            let Some((at, count)) = first else {
                stand_for.push((kept.len(), 0));
                kept.push(next);
                continue;
            };
            *count += 1;
            if let Some(first) = kept.get_mut(*at).filter(|_| *count <= MOST_PLACES) {
                let same = first.finding.label == next.finding.label;
                let text = if same { "the same here".to_owned() } else { next.finding.label };
                first.finding.related.push(Label { span: next.finding.span, text });
            }
        }
        for (at, count) in stand_for {
            if let Some(first) = kept.get_mut(at).filter(|_| count > MOST_PLACES) {
                first.finding.help += &format!(" {count} more statements of this file do the same.");
            }
        }
        kept
    }

    fn place(
        &mut self,
        rule: &'static Rule,
        statement: Span,
        held: Held,
        finding: Finding,
        config: &Config,
        report: &mut Report,
    ) {
        let whole = &self.file;
        let engine_rule = matches!(rule.check, Check::Engine);
        let allowed = self.suppressions.allow(rule, statement).filter(|_| !engine_rule);
        let (file, statement) = origin::place(whole, statement);
        let finding = origin::finding(whole, finding);
        let Some(severity) = config.severity_of(rule, file.path()) else { return };
        let reported = ReportedFinding { rule, severity, file, statement, held, finding };
        match allowed {
            Some((reason, comment)) => {
                let (_, comment) = origin::place(whole, comment);
                report.suppressed.push(SuppressedFinding { reported, reason, comment });
            }
            // A file that is included twice is reported once.
            None if origin::is_known(whole, &reported, &report.findings) => {}
            None => report.findings.push(reported),
        }
    }
}
