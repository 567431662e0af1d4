//! What a rule found, and the report of a whole run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::effect::Effect;
use crate::engine::proof::WrittenProof;
use crate::postgres::VersionSet;
use crate::rewrite::Rewrite;
use crate::rules::Rule;
use crate::schema::SchemaRead;
use crate::source::{SourceFile, Span};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Never fails a run.
    Advice,
    /// Fails a run unless `--fail-on error`.
    Warning,
    /// Fails a run.
    Error,
}

impl Severity {
    /// The word in configuration and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The kind of hazard a rule is about; also the name of a group for `select` and `ignore`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// Queries wait while PostgreSQL works.
    Locking,
    /// The lock queue.
    Timeout,
    /// The migration fails, hangs, or leaves wreckage.
    Failure,
    /// The application version that is still running breaks.
    Breaking,
    /// Rows are lost or written at large.
    Data,
    /// The file cannot be understood or repeated.
    Robustness,
    /// The schema that the migrations lead to; none of these rules is on by default.
    Design,
    /// The comments that steer lockwise.
    Hygiene,
}

impl Category {
    /// All categories, in the order of the catalogue.
    pub const ALL: [Category; 8] = [
        Self::Locking,
        Self::Timeout,
        Self::Failure,
        Self::Breaking,
        Self::Data,
        Self::Robustness,
        Self::Design,
        Self::Hygiene,
    ];

    /// The word in configuration and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Locking => "locking",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
            Self::Breaking => "breaking",
            Self::Data => "data",
            Self::Robustness => "robustness",
            Self::Design => "design",
            Self::Hygiene => "hygiene",
        }
    }
}

/// A further place that a finding points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place, in the same file.
    pub span: Span,
    /// A few words, lower case, no period.
    pub text: String,
}

/// One hazard in one statement.
#[derive(Debug, Clone)]
pub struct Finding {
    /// States the lock and what it blocks, or the failure; no final period, at most 100 characters.
    pub message: String,
    /// The part of the statement that causes it.
    pub span: Span,
    /// What the primary place shows, a few words.
    pub label: String,
    /// Further places in the same file.
    pub related: Vec<Label>,
    /// Versions on which it holds.
    pub versions: VersionSet,
    /// The effects that justify it.
    pub effects: Vec<Effect>,
    /// What was taken for granted because no history shows it.
    pub assumed: Vec<String>,
    /// What history proves about the statement; the engine fills it in.
    pub proofs: Vec<WrittenProof>,
    /// What to do, in one or two sentences.
    pub help: String,
    /// What to write instead.
    pub rewrite: Option<Rewrite>,
    /// One finding a file is enough: it points to the others.
    pub once: bool,
}

impl Finding {
    /// A finding on all versions, at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            versions: VersionSet::ALL,
            effects: Vec::new(),
            assumed: Vec::new(),
            proofs: Vec::new(),
            help: String::new(),
            rewrite: None,
            once: false,
        }
    }

    /// Sets the words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Points to a further place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Limits the finding to these versions.
    #[must_use]
    pub fn on(mut self, versions: VersionSet) -> Self {
        self.versions = self.versions.and(versions);
        self
    }

    /// Gives the effects that justify the finding; if there are any, it holds on their versions only.
    #[must_use]
    pub fn because(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.extend(effects);
        if self.effects.is_empty() {
            return self;
        }
        let versions = self.effects.iter().fold(VersionSet::NONE, |all, effect| all.or(effect.versions));
        self.on(versions)
    }

    /// Says what was taken for granted.
    #[must_use]
    pub fn assuming(mut self, what: impl IntoIterator<Item = String>) -> Self {
        for text in what {
            if !self.assumed.contains(&text) {
                self.assumed.push(text);
            }
        }
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Lets the first such finding of the rule in a file stand for all.
    #[must_use]
    pub fn once_a_file(mut self, once: bool) -> Self {
        self.once = once;
        self
    }

    /// Offers what to write instead.
    #[must_use]
    pub fn rewrite(mut self, rewrite: impl Into<Option<Rewrite>>) -> Self {
        self.rewrite = rewrite.into();
        self
    }
}

/// A finding with its place in the run and what configuration and suppression made of it.
#[derive(Debug, Clone)]
pub struct ReportedFinding {
    /// The rule.
    pub rule: &'static Rule,
    /// Its weight after configuration.
    pub severity: Severity,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The whole statement.
    pub statement: Span,
    /// Until when the locks of this statement are held.
    pub held: Held,
    /// The finding.
    pub finding: Finding,
}

/// How long a statement's locks are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Until the statement ends.
    Statement,
    /// Until the transaction ends.
    Transaction,
}

impl Held {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Transaction => "transaction",
        }
    }
}

/// A finding that a comment allowed.
#[derive(Debug, Clone)]
pub struct SuppressedFinding {
    /// What was allowed.
    pub reported: ReportedFinding,
    /// The reason the comment gives; may be empty.
    pub reason: String,
    /// The comment.
    pub comment: Span,
}

/// A statement that could not be parsed.
#[derive(Debug, Clone)]
pub struct UnparsedStatement {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The statement.
    pub span: Span,
    /// Its leading keywords.
    pub keywords: String,
}

/// How much of the input was understood. Linted files only.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Files linted.
    pub files: usize,
    /// Files read as history only.
    pub history_files: usize,
    /// Statements in linted files.
    pub statements: usize,
    /// Statements whose effects are known.
    pub analysed: usize,
    /// Statements that were understood, but whose effects are not known.
    pub opaque: usize,
    /// Statements that could not be parsed.
    pub unparsed: Vec<UnparsedStatement>,
    /// Statements of down sections, which no rule looks at.
    pub undoing: usize,
}

/// A file that could not be read, or a path that is not there: exit code 2, the rest is still linted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path as the user wrote it or as the walk found it.
    pub path: String,
    /// What is wrong, and whose fault it is; no period.
    pub message: String,
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Findings, by file, place and rule.
    pub findings: Vec<ReportedFinding>,
    /// Findings that comments allowed.
    pub suppressed: Vec<SuppressedFinding>,
    /// How much was understood.
    pub coverage: Coverage,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The schema file that the catalogue started from.
    pub schema: Option<SchemaRead>,
    /// The versions the run was for.
    pub postgres: VersionSet,
    /// The runner's name.
    pub runner: String,
}

impl Report {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.severity == severity).count()
    }
}
