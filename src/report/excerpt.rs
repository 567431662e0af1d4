//! The lines of a file that a finding shows: few, clipped to the width, free of control characters, however large the
//! file is.

use std::collections::BTreeSet;

use super::style::shown;
use crate::source::{SourceFile, Span};

/// The most lines that one place may underline; of a longer one only the first line is.
const MOST_LINES: usize = 3;
/// A statement's first line is shown above the place if it is at most so many lines away.
const NEAR: usize = 2;
/// What is kept in front of a place when its line is clipped.
const LEAD: usize = 12;

/// A place and the words at it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// In the file when given to [`Excerpt::new`], in the excerpt's text afterwards.
    pub(super) span: Span,
    pub(super) text: String,
    pub(super) primary: bool,
}

/// A line of the file as it is shown.
#[derive(Debug, Clone)]
struct Row {
    /// From 0.
    number: usize,
    /// Its place in the excerpt's text, with the line break.
    shown: Span,
    /// The part of the file that is shown.
    source: Span,
    /// What stands in front of that part.
    lead: usize,
}

/// Lines of a file with places in them.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
    rows: Vec<Row>,
}

impl<'a> Excerpt<'a> {
    /// The lines of the marks, and the statement's first line where it is near. Lines are clipped to `width` characters.
    pub(super) fn new(file: &'a SourceFile, statement: Span, marks: &[Mark], width: usize, ellipsis: &str) -> Self {
        let marks: Vec<Mark> = marks.iter().map(|mark| Mark { span: cut(file, mark.span), ..mark.clone() }).collect();
        let mut excerpt = Self { file, text: String::new(), marks: Vec::new(), rows: Vec::new() };
        for number in line_numbers(file, statement, &marks) {
            excerpt.push_row(number, &marks, width, ellipsis);
        }
        excerpt.marks = marks.iter().map(|mark| Mark { span: excerpt.place(mark.span), ..mark.clone() }).collect();
        excerpt
    }

    /// The lines without a gap around a part of the text, and the number of the first, from 0.
    pub(super) fn run_around(&self, span: Span) -> Option<(Span, usize, usize)> {
        let first = self.row_at(span.start)?;
        let last = self.row_at(span.end.saturating_sub(1).max(span.start))?;
        let joined = |a: usize| self.rows[a].number + 1 == self.rows[a + 1].number;
        let start = (0..first).rev().take_while(|row| joined(*row)).last().unwrap_or(first);
        let end = (last..self.rows.len() - 1).take_while(|row| joined(*row)).last().map_or(last, |row| row + 1);
        let text = Span::new(self.rows[start].shown.start, self.rows[end].shown.end);
        Some((text, self.rows[start].number, end - start + 1))
    }

    /// The offset in the file that an offset in the text stands for.
    pub(super) fn in_file(&self, offset: usize) -> usize {
        let Some(row) = self.row_at(offset).map(|row| &self.rows[row]) else { return 0 };
        let mut at = row.shown.start + row.lead;
        for (index, char) in self.file.slice(row.source).char_indices() {
            if at >= offset {
                return row.source.start + index;
            }
            at += shown(char).len_utf8();
        }
        row.source.end
    }

    fn row_at(&self, offset: usize) -> Option<usize> {
        self.rows.iter().position(|row| offset < row.shown.end)
    }

    fn push_row(&mut self, number: usize, marks: &[Mark], width: usize, ellipsis: &str) {
        let line = line_span(self.file, number);
        let source = clip(self.file, line, marks, width);
        let start = self.text.len();
        let before = if source.start > line.start { ellipsis } else { "" };
        self.text.push_str(before);
        self.text.extend(self.file.slice(source).chars().map(shown));
        self.text.push_str(if source.end < line.end { ellipsis } else { "" });
        self.text.push('\n');
        self.rows.push(Row { number, shown: Span::new(start, self.text.len()), source, lead: before.len() });
    }

    /// A part of the file as a part of the text; what is clipped away is not pointed to.
    fn place(&self, span: Span) -> Span {
        let start = self.offset(span.start, false);
        Span::new(start, self.offset(span.end, true).max(start))
    }

    fn offset(&self, at: usize, is_end: bool) -> usize {
        // An end belongs to the line that it closes, not to the one that starts there.
        let number = self.file.line_index(if is_end { at.saturating_sub(1) } else { at });
        let row = self.rows.iter().find(|row| row.number == number);
        row.map_or(self.text.len(), |row| {
            let at = at.clamp(row.source.start, row.source.end);
            let before = self.file.slice(Span::new(row.source.start, at));
            row.shown.start + row.lead + before.chars().map(|char| shown(char).len_utf8()).sum::<usize>()
        })
    }
}

/// The lines to show: those of the marks, and single lines between them.
fn line_numbers(file: &SourceFile, statement: Span, marks: &[Mark]) -> BTreeSet<usize> {
    let lines_of = |mark: &Mark| file.line_index(mark.span.start)..=last_line(file, mark.span);
    let mut numbers: BTreeSet<usize> = marks.iter().flat_map(lines_of).collect();
    let head = file.line_index(statement.start);
    if numbers.first().is_some_and(|first| (head..=head + NEAR).contains(first)) {
        numbers.insert(head);
    }
    let gaps: Vec<usize> = numbers.iter().filter(|n| numbers.contains(&(*n + 2))).map(|n| n + 1).collect();
    numbers.extend(gaps);
    numbers
}

/// A place that covers many lines points at its first one.
fn cut(file: &SourceFile, span: Span) -> Span {
    let first = file.line_index(span.start);
    if last_line(file, span) - first < MOST_LINES {
        return span;
    }
    let line = Span::new(span.start, line_span(file, first).end);
    Span::new(span.start, span.start + file.slice(line).trim_end().len())
}

fn last_line(file: &SourceFile, span: Span) -> usize {
    file.line_index(span.end.saturating_sub(1).max(span.start))
}

/// A line without its break and without a byte order mark.
fn line_span(file: &SourceFile, number: usize) -> Span {
    let start = if number == 0 { file.sql_start() } else { file.line_start(number) };
    let text = file.slice(Span::new(start, file.line_start(number + 1)));
    Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
}

/// The part of a line that fits the width, chosen so that its first mark is in it.
fn clip(file: &SourceFile, line: Span, marks: &[Mark], width: usize) -> Span {
    let text = file.slice(line);
    // No line is read further than is needed: some files are one line of many megabytes.
    if text.char_indices().nth(width).is_none() {
        return line;
    }
    let in_line = marks.iter().map(|mark| mark.span).filter(|span| line.contains(Span::new(span.start, span.start)));
    let first = in_line.map(|span| span.start).min().unwrap_or(line.start) - line.start;
    let fits = text.char_indices().nth(width / 2).is_none_or(|(half, _)| first <= half);
    let start = if fits { 0 } else { text[..first].char_indices().rev().nth(LEAD - 1).map_or(0, |(at, _)| at) };
    let end = text[start..].char_indices().nth(width).map_or(text.len(), |(at, _)| start + at);
    Span::new(line.start + start, line.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, end: usize) -> Mark {
        Mark { span: Span::new(start, end), text: String::new(), primary: true }
    }

    #[test]
    fn shows_marked_lines_and_the_head_of_the_statement() {
        let file = SourceFile::new("a", "--\r\nALTER TABLE t\r\n  ADD x int,\r\n  ADD y int;\r\n--\r\n");
        let span = file.text().find("ADD y").map_or(0, |at| at);
        let excerpt = Excerpt::new(&file, Span::new(4, 44), &[mark(span, span + 9)], 80, "…");
        assert_eq!(excerpt.text, "ALTER TABLE t\n  ADD x int,\n  ADD y int;\n");
        let place = excerpt.marks[0].span;
        assert_eq!(&excerpt.text[place.start..place.end], "ADD y int");
        assert_eq!(excerpt.in_file(place.start), span);
        assert_eq!(excerpt.run_around(place), Some((Span::new(0, excerpt.text.len()), 1, 3)));
    }

    #[test]
    fn a_long_place_points_at_its_first_line() {
        let file = SourceFile::new("a", "UPDATE t  \nSET a = 1,\nb = 2,\nc = 3;\n");
        let excerpt = Excerpt::new(&file, Span::new(0, 35), &[mark(0, 35)], 80, "…");
        assert_eq!(excerpt.text, "UPDATE t  \n");
        assert_eq!(excerpt.marks[0].span, Span::new(0, 8));
    }

    #[test]
    fn a_long_line_is_clipped_around_the_place() {
        let text = format!("{}MARK{}", "é".repeat(200), "z".repeat(200));
        let file = SourceFile::new("a", text);
        let excerpt = Excerpt::new(&file, Span::new(0, 604), &[mark(400, 404)], 40, "…");
        assert_eq!(excerpt.text, format!("…{}MARK{}…\n", "é".repeat(12), "z".repeat(24)));
        let place = excerpt.marks[0].span;
        assert_eq!(&excerpt.text[place.start..place.end], "MARK");
        assert_eq!(excerpt.in_file(place.start), 400);
    }

    #[test]
    fn control_characters_are_not_passed_on() {
        let file = SourceFile::new("a", "SELECT '\u{1b}[2J\u{202e}' x;");
        let excerpt = Excerpt::new(&file, Span::new(0, 17), &[mark(16, 17)], 80, "…");
        assert_eq!(excerpt.text, "SELECT '\u{fffd}[2J\u{fffd}' x;\n");
        assert_eq!(excerpt.in_file(excerpt.marks[0].span.start), 16);
    }

    #[test]
    fn separate_places_are_separate_runs() {
        let file = SourceFile::new("a", "a\nb\nc\nd\ne\n");
        let excerpt = Excerpt::new(&file, Span::new(0, 1), &[mark(0, 1), mark(8, 9)], 80, "…");
        assert_eq!(excerpt.text, "a\ne\n");
        assert_eq!(excerpt.run_around(Span::new(2, 3)), Some((Span::new(2, 4), 4, 1)));
    }

    #[test]
    fn an_empty_file_has_an_empty_line() {
        let file = SourceFile::new("a", "");
        let excerpt = Excerpt::new(&file, Span::default(), &[mark(0, 0)], 80, "…");
        assert_eq!((excerpt.text.as_str(), excerpt.marks[0].span), ("\n", Span::default()));
    }
}
