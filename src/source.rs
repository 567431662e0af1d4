//! Source text and places in it.
//!
//! Everything that lockwise says about a migration points into its file by a byte [`Span`]; lines and columns are worked
//! out only when something is printed.

mod parts;

pub use parts::{Part, Splice};

use std::sync::{Arc, OnceLock};

/// A half-open range of bytes, `start..end`, in one source file. Always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same span, moved right by `offset` bytes.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start + offset, self.end + offset)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place in a file as people count: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1; a byte order mark is not counted.
    pub column: usize,
}

/// One file's path and text.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
    /// Where its pieces come from, in order; empty where all of it is its own.
    parts: Vec<Part>,
}

/// The byte order mark, which editors put in front of a file and PostgreSQL's psql skips.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

impl SourceFile {
    /// A file with the path as it is to be shown.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: OnceLock::new(), parts: Vec::new() }
    }

    /// The pieces that it was put together from; none if it is a file as it stands.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The file that a place comes from, and the place in it; `None` if that is this one.
    pub fn origin(&self, span: Span) -> Option<(&Arc<SourceFile>, Span)> {
        let index = self.parts.partition_point(|part| part.start <= span.start).checked_sub(1)?;
        let part = &self.parts[index];
        Some((&part.file, Span::new(part.origin(span.start), part.origin(span.end))))
    }

    /// The path as the user wrote it or as the walk found it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The offset at which SQL starts: behind a byte order mark, if there is one.
    pub fn sql_start(&self) -> usize {
        if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
    }

    /// The text of a span; empty if the span does not fit this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte offset. An offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_index(offset);
        let start = self.line_start(line).max(if line == 0 { self.sql_start() } else { 0 });
        let column = self.text.get(start..offset.min(self.text.len())).map_or(0, |before| before.chars().count());
        Position { line: line + 1, column: column + 1 }
    }

    /// Offset of the first byte of a line, counted from 0; the end of the text for a line that is not there.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines().get(line).copied().unwrap_or(self.text.len())
    }

    /// The line, counted from 0, that holds a byte offset.
    pub fn line_index(&self, offset: usize) -> usize {
        self.lines().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// How many lines the file has; an empty file has one.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    fn lines(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_skip_the_byte_order_mark() {
        let file = SourceFile::new("a.sql", "\u{feff}é;\r\nx");
        assert_eq!(file.position(file.sql_start()), Position { line: 1, column: 1 });
        assert_eq!(file.position(5), Position { line: 1, column: 2 });
        assert_eq!(file.position(8), Position { line: 2, column: 1 });
        assert_eq!(file.position(99), Position { line: 2, column: 2 });
    }
}
