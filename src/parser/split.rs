//! Cuts a file into statements. Never fails, so that what cannot be parsed costs one statement and never its file.

mod shape;

pub(super) use shape::Shape;

use super::psql;
use super::psql_arguments::{self, Command, Value};
use super::psql_flow::{Runs, State};
use super::rows::LONG;
use super::scan::{Lexed, Lexeme, Scanner};
use super::script::{Comment, instruction};
use super::text::Text;
#[cfg(test)]
use crate::source::SourceFile;
use crate::source::{BYTE_ORDER_MARK, Span};

/// The text of one statement, or one command for psql.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slice {
    /// From its first token to its last one, without the semicolon.
    pub span: Span,
    /// What kind of text it is.
    pub kind: SliceKind,
    /// Whether psql gets to it.
    pub runs: Runs,
    /// Parts of the span that are not the statement's: commands for psql that change nothing on the server.
    pub holes: Vec<Span>,
    /// Variables of psql in it whose values are known, in order.
    pub values: Vec<Value>,
}

/// Kinds of [`Slice`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SliceKind {
    /// SQL.
    Sql,
    /// A command for psql: `\connect shop`.
    Psql(Command),
    /// Text that PostgreSQL's lexer would refuse.
    Broken {
        /// Why.
        message: String,
        /// Where.
        at: Span,
    },
}

/// Reads the statements of a file, or of a part of one, one after the other. What psql would not run is left out.
pub(super) struct Splitter<'t> {
    /// The file up to where the part ends.
    text: &'t str,
    scanner: Scanner<'t>,
    has_nul: bool,
    /// Rows of COPY that were announced and not stepped over yet.
    data: Option<Span>,
    /// What psql knows at this place.
    pub state: State,
    /// The comments met so far that may be meant for lockwise.
    pub comments: Vec<Comment>,
    /// The placeholders met so far.
    pub placeholders: Vec<Span>,
    /// The lexemes of the statement read last without its comments, where it is shorter than [`LONG`].
    pub lexemes: Vec<(Lexeme, Span)>,
}

impl<'t> Splitter<'t> {
    /// A splitter of a whole file, for tests.
    #[cfg(test)]
    pub fn new(file: &'t SourceFile) -> Self {
        Self::of_part(file.text(), Span::new(file.sql_start(), file.text().len()), State::default())
    }

    /// A splitter of a part of a file. `state` is what psql knows there.
    pub fn of_part(text: &'t str, part: Span, state: State) -> Self {
        let text = &text[..part.end];
        Self {
            text,
            scanner: Scanner::new(Text::of_file(text), part.start),
            has_nul: text.as_bytes()[part.start..].contains(&0),
            data: None,
            state,
            comments: Vec::new(),
            placeholders: Vec::new(),
            lexemes: Vec::new(),
        }
    }

    /// Where the next slice is sought.
    pub fn at(&self) -> usize {
        self.scanner.at()
    }

    /// From here on a backslash in a plain string is an escape, or is not.
    pub fn set_backslashes(&mut self, backslashes: bool) {
        self.scanner.set_backslashes(backslashes);
    }

    /// Steps over comments, semicolons and the rows of COPY to the first lexeme of a statement.
    fn first(&mut self) -> Option<Lexed> {
        loop {
            self.step_over_data();
            let lexed = self.scanner.next()?;
            match lexed.lexeme {
                Lexeme::Comment if lexed.unclosed.is_none() => self.comment(lexed.span),
                Lexeme::Symbol(b';') => {}
                // `\;` in front of the first word keeps nothing apart.
                Lexeme::Symbol(b'\\') if self.text[lexed.span.end..].starts_with(';') => {}
                // A byte order mark, where files were put together.
                Lexeme::Word if self.text[lexed.span.start..].starts_with(BYTE_ORDER_MARK) => {
                    self.scanner.jump(lexed.span.start + BYTE_ORDER_MARK.len_utf8());
                }
                _ => return Some(lexed),
            }
        }
    }

    /// Steps over rows of COPY, once the line before them is read.
    fn step_over_data(&mut self) {
        let Some(data) = self.data else { return };
        let line = self.text.get(self.scanner.at()..data.start).unwrap_or_default();
        if line.trim().is_empty() {
            self.data = None;
            self.scanner.jump(data.end.max(self.scanner.at()));
        }
    }

    fn comment(&mut self, span: Span) {
        if self.state.runs() != Runs::Never {
            self.comments.extend(instruction(&self.text[span.start..span.end], span));
        }
    }

    /// The statement that starts with this lexeme.
    fn statement(&mut self, first: Lexed) -> Slice {
        let mut slice = Slice {
            span: first.span,
            kind: SliceKind::Sql,
            runs: self.state.runs(),
            holes: Vec::new(),
            values: Vec::new(),
        };
        let mut shape = Shape::default();
        self.lexemes.clear();
        let mut next = Some(first);
        while let Some(lexed) = next {
            if let Some(unclosed) = lexed.unclosed {
                let message = format!("the {} that starts here is never closed", unclosed.what);
                slice.span.end = self.text.trim_end().len().max(unclosed.opening.end);
                return Slice { kind: SliceKind::Broken { message, at: unclosed.opening }, ..slice };
            }
            match lexed.lexeme {
                Lexeme::Comment => self.comment(lexed.span),
                Lexeme::Symbol(b';') if shape.may_end() => break,
                Lexeme::Symbol(b'\\') if self.text[lexed.span.end..].starts_with(';') => break,
                Lexeme::Symbol(b'\\') => {
                    if self.backslash(lexed.span, &mut slice) {
                        break;
                    }
                }
                lexeme => {
                    if lexeme == Lexeme::Placeholder {
                        self.placeholders.push(lexed.span);
                    }
                    shape.follow(lexeme, &self.text.as_bytes()[lexed.span.start..lexed.span.end]);
                    slice.span.end = lexed.span.end;
                    if slice.span.len() < LONG {
                        self.lexemes.push((lexeme, lexed.span));
                    }
                }
            }
            next = self.scanner.next();
        }
        let variables = &self.state.variables;
        if !variables.is_empty() && self.text[slice.span.start..slice.span.end].contains(':') {
            slice.values = psql_arguments::values(self.text, slice.span, variables);
            let known = |place: &Span| slice.values.iter().any(|value| value.span == *place);
            let before = self.placeholders.partition_point(|place| place.end <= slice.span.start);
            let mut these = self.placeholders.split_off(before);
            these.retain(|place| !known(place));
            self.placeholders.append(&mut these);
        }
        slice.holes.retain(|hole| slice.span.contains(*hole));
        if shape.has_data {
            self.expect_data(&mut slice);
        } else if slice.kind == SliceKind::Sql {
            slice.kind = self.kind(slice.span);
        }
        slice
    }

    /// A backslash inside a statement; says whether the statement ends there.
    fn backslash(&mut self, backslash: Span, slice: &mut Slice) -> bool {
        let command = psql_arguments::read(self.text, backslash.start, &self.state.variables);
        if psql::sends(&command.name) {
            self.scanner.jump(backslash.start);
            return true;
        }
        if !psql::is_known(&command.name) {
            slice.span.end = backslash.end;
            return false;
        }
        if psql::forgets(&command.name) {
            slice.runs = Runs::Never;
            self.scanner.jump(command.end);
            return true;
        }
        if slice.kind == SliceKind::Sql && !psql::may_be_inside(&command.name) {
            let message = format!("\\{} inside a statement is not followed", command.name);
            slice.kind = SliceKind::Broken { message, at: command.span };
        }
        slice.holes.push(command.span);
        self.scanner.jump(command.end);
        self.state.follow(&command);
        false
    }

    fn kind(&self, span: Span) -> SliceKind {
        let nul = self.has_nul.then(|| self.text.as_bytes()[span.start..span.end].iter().position(|byte| *byte == 0));
        match nul.flatten() {
            Some(offset) => SliceKind::Broken {
                message: "a NUL byte, which PostgreSQL does not accept in text".to_owned(),
                at: Span::new(offset, offset + 1).shifted(span.start),
            },
            None => SliceKind::Sql,
        }
    }

    /// A command for psql, from its backslash on.
    fn psql(&mut self, backslash: Span) -> Slice {
        let command = psql_arguments::read(self.text, backslash.start, &self.state.variables);
        self.scanner.jump(command.end);
        self.command(command)
    }

    fn command(&mut self, command: Command) -> Slice {
        let before = self.state.runs();
        self.state.follow(&command);
        let runs = self.state.ran(&command, before);
        let has_data = psql::has_data(&command);
        let span = command.span;
        let mut slice = Slice { span, kind: SliceKind::Psql(command), runs, holes: Vec::new(), values: Vec::new() };
        if has_data {
            self.expect_data(&mut slice);
        }
        slice
    }

    /// Rows follow on the next line. psql takes all that is left of the file for rows if no line `\.` ends them; that is
    /// reported, since it is seldom meant.
    fn expect_data(&mut self, slice: &mut Slice) {
        let at = self.scanner.at();
        let Some(line) = self.text[at..].find('\n') else { return };
        let start = at + line + 1;
        let end = end_of_data(self.text, start);
        self.data = Some(Span::new(start, end.unwrap_or(self.text.len())));
        if end.is_none() && !self.text[start..].trim().is_empty() {
            let message = "no line \\. ends the rows that follow".to_owned();
            slice.kind = SliceKind::Broken { message, at: slice.span };
        }
    }

    fn read(&mut self) -> Option<Slice> {
        let first = self.first()?;
        Some(match first.lexeme {
            Lexeme::Symbol(b'\\') => self.psql(first.span),
            _ => self.statement(first),
        })
    }
}

/// Where the rows behind COPY ... FROM STDIN end, which start at a line: behind the line `\.`.
fn end_of_data(text: &str, rows: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = rows;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"\\.") && matches!(rest.get(2), None | Some(b'\n' | b'\r')) {
            return Some(at + 2);
        }
        at += rest.iter().position(|byte| *byte == b'\n')? + 1;
    }
}

impl Iterator for Splitter<'_> {
    type Item = Slice;

    fn next(&mut self) -> Option<Slice> {
        loop {
            let slice = self.read()?;
            if slice.runs != Runs::Never {
                return Some(slice);
            }
        }
    }
}
