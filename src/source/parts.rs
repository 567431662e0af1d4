//! Files that are put together from others, as `\i` in psql does.

use std::sync::{Arc, OnceLock};

use super::SourceFile;

/// A piece of a text that stands in another file.
#[derive(Debug, Clone)]
pub struct Part {
    /// Where it starts in the text that was put together.
    pub start: usize,
    /// The file that it stands in.
    pub file: Arc<SourceFile>,
    /// Where it starts there.
    pub offset: usize,
    /// How many files include that file.
    pub depth: usize,
}

impl Part {
    /// A place in the text that was put together, in the file itself.
    pub(super) fn origin(&self, at: usize) -> usize {
        (at.saturating_sub(self.start) + self.offset).min(self.file.text().len())
    }
}

/// Puts a file together.
#[derive(Debug, Default)]
pub struct Splice {
    text: String,
    parts: Vec<Part>,
}

impl Splice {
    /// Adds a piece of a file, on a line of its own.
    pub fn add(&mut self, file: &Arc<SourceFile>, from: usize, to: usize, depth: usize) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.parts.push(Part { start: self.text.len(), file: Arc::clone(file), offset: from, depth });
        self.text.push_str(file.text().get(from..to).unwrap_or_default());
    }

    /// The whole, under the path of the file that includes the others.
    pub fn finish(self, path: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: self.text, line_starts: OnceLock::new(), parts: self.parts }
    }
}
