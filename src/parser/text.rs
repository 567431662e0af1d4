//! Text whose places are offsets into a file, whether it is the file's own or stands in for a part of it.

use crate::source::Span;

/// A text that is read as if it stood at `base` in the file.
///
/// For the file itself the base is 0. SQL inside a string is decoded into a text of the same length, whose base is where
/// that string starts, so that spans point into the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    text: &'a str,
    base: usize,
    /// How many strings it stands in.
    level: usize,
    backslashes: bool,
    /// Whether the PL/pgSQL of functions and procedures is read at once.
    routines: bool,
}

/// Strings in strings in strings: deeper ones are not read.
const DEEPEST: usize = 4;

impl<'a> Text<'a> {
    /// The text of a file.
    pub fn of_file(text: &'a str) -> Self {
        Self { text, base: 0, level: 0, backslashes: false, routines: true }
    }

    /// A text that stands for the part of the file that starts at `base`.
    pub fn at(base: usize, text: &'a str) -> Self {
        Self { text, base, level: 0, backslashes: false, routines: true }
    }

    /// A text that stands for a string in this one; nothing if that is too deep.
    pub fn inside<'b>(self, base: usize, text: &'b str) -> Option<Text<'b>> {
        (self.level < DEEPEST).then_some(Text { text, base, level: self.level + 1, ..self })
    }

    /// A text that stands for a part of this one and is no deeper.
    pub fn beside<'b>(self, base: usize, text: &'b str) -> Text<'b> {
        Text { text, base, ..self }
    }

    /// The same text, where a backslash in a plain string is an escape or is not: the opposite of standard_conforming_strings.
    pub fn with_backslashes(self, backslashes: bool) -> Self {
        Self { backslashes, ..self }
    }

    /// Whether a backslash in a plain string is an escape.
    pub fn backslashes(self) -> bool {
        self.backslashes
    }

    /// The same text, where the PL/pgSQL of functions and procedures is left for later.
    pub fn without_routines(self) -> Self {
        Self { routines: false, ..self }
    }

    /// Whether the PL/pgSQL of functions and procedures is read at once.
    pub fn reads_routines(self) -> bool {
        self.routines
    }

    /// The text from its start to the end of a span.
    pub fn up_to(self, span: Span) -> Self {
        let end = span.end.saturating_sub(self.base).min(self.text.len());
        Self { text: self.text.get(..end).unwrap_or(self.text), ..self }
    }

    /// The part at a span, if all of it is here.
    pub fn get(self, span: Span) -> Option<&'a str> {
        self.text.get(span.start.checked_sub(self.base)?..span.end.checked_sub(self.base)?)
    }

    /// The part at a span; empty if the span does not fit.
    pub fn slice(self, span: Span) -> &'a str {
        self.get(span).unwrap_or_default()
    }

    /// Where in the file it starts.
    pub fn base(self) -> usize {
        self.base
    }

    /// All of it.
    pub fn as_str(self) -> &'a str {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let text = Text::at(10, "ab;cd");
        assert_eq!(text.slice(Span::new(13, 15)), "cd");
        assert_eq!(text.get(Span::new(9, 11)), None);
        assert_eq!(text.get(Span::new(13, 16)), None);
        assert_eq!(text.up_to(Span::new(10, 12)).as_str(), "ab");
    }
}
