//! A mistake in the configuration, with its place.

use std::fmt;
use std::sync::Arc;

use crate::source::{SourceFile, Span};

/// A mistake in lockwise.toml or in a flag that configures the run.
#[derive(Debug, Clone)]
pub struct ConfigError {
    /// What is wrong; no period.
    pub message: String,
    /// Where, if it is in a file.
    pub place: Option<(Arc<SourceFile>, Span)>,
    /// A few words at the place.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl ConfigError {
    /// A mistake without a place.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, label: String::new(), help: None }
    }

    /// The same, at a place.
    pub(super) fn at(mut self, file: &Arc<SourceFile>, span: Span) -> Self {
        self.place = Some((Arc::clone(file), span));
        self
    }

    /// Words at the place.
    pub(super) fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// What to write instead.
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, span)) = &self.place {
            let at = file.position(span.start);
            write!(f, "{}:{}:{}: ", file.path(), at.line, at.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}
