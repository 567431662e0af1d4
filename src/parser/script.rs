//! A file as psql reads it: its statements in order, what runs of them, and its comments.

use ecow::EcoString;

use super::psql_flow::{Runs, State};
use super::repeat::{Again, Repeated};
use super::scan::{Lexeme, Scanner};
use super::split::{Slice, SliceKind, Splitter};
use super::text::Text;
use super::{literal, statement};
use crate::ast::{Statement, StatementKind};
use crate::source::{SourceFile, Span};

/// A file, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// Its statements, in order. Statements that psql would skip, behind `\q` or in a branch of `\if` that is known not to be
    /// taken, are not among them.
    pub statements: Vec<Statement>,
    /// Its comments that may be meant for lockwise, in order.
    pub comments: Vec<Comment>,
    /// Statements that stand for many.
    pub repeats: Vec<Repeat>,
    /// The places of the statements that may or may not run, in order: they stand in a branch of `\if` whose condition is not
    /// known.
    pub uncertain: Vec<Span>,
    /// The placeholders of template languages and the variables of psql in its statements, in order, with the letters around
    /// them. What stands in their place when the file runs is not known.
    pub placeholders: Vec<Span>,
}

/// INSERTs that are left out of [`Script::statements`], because they differ from one there in their constants only and
/// nothing but such INSERTs stands between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The statement that stands for them.
    pub statement: Span,
    /// How many there are.
    pub count: usize,
}

impl Script {
    /// Whether it is not known that the statement at a place, or a part of it, runs.
    pub fn may_run(&self, place: Span) -> bool {
        let before = self.uncertain.partition_point(|span| span.start <= place.start);
        before.checked_sub(1).is_some_and(|at| self.uncertain[at].contains(place))
    }

    /// How many more statements the one at a place stands for.
    pub fn repeats(&self, place: Span) -> usize {
        let found = self.repeats.binary_search_by_key(&place, |repeat| repeat.statement);
        found.map_or(0, |at| self.repeats[at].count)
    }
}

/// A comment that may be an instruction to lockwise: it mentions `lockwise:` or `squawk-ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its text, trimmed, without the markers `--`, `/*` and `*/`.
    pub text: EcoString,
    /// Where it stands, markers included.
    pub span: Span,
}

/// Reads a file. What cannot be understood becomes [`StatementKind::Unparsed`].
pub fn parse(file: &SourceFile) -> Script {
    read(file, Text::of_file(file.text()))
}

/// Reads a file that is history only. Functions in PL/pgSQL say nothing about what exists until a statement calls them: their
/// bodies, of which some projects have more than of everything else, are left for later.
pub fn parse_history(file: &SourceFile) -> Script {
    read(file, Text::of_file(file.text()).without_routines())
}

fn read(file: &SourceFile, text: Text) -> Script {
    let mut reading = Reading { text, repeated: Repeated::default(), script: Script::default() };
    let mut state = State::default();
    let ends = file.parts().iter().skip(1).map(|part| part.start).chain([file.text().len()]);
    let mut parts: Vec<(Span, usize)> =
        file.parts().iter().zip(ends).map(|(part, end)| (Span::new(part.start, end), part.depth)).collect();
    if parts.is_empty() {
        parts.push((Span::new(file.sql_start(), file.text().len()), 0));
    }
    for (index, (span, depth)) in parts.iter().enumerate() {
        state.enter(*depth);
        let includes = parts.get(index + 1).is_some_and(|(_, next)| next > depth);
        state = reading.part(*span, state, includes);
    }
    reading.script.statements.shrink_to_fit();
    reading.script.repeats.sort_by_key(|repeat| repeat.statement);
    reading.script.comments.sort_by_key(|comment| comment.span);
    reading.script
}

/// Comments in the body of a DO block.
fn comments_inside(text: Text, kind: &StatementKind) -> Vec<Comment> {
    let StatementKind::Do(block) = kind else { return Vec::new() };
    let mut scanner = Scanner::within(text, block.body.span);
    let lexemes = std::iter::from_fn(|| scanner.next()).filter(|lexed| lexed.lexeme == Lexeme::Comment);
    lexemes.filter_map(|lexed| instruction(text.slice(lexed.span), lexed.span)).collect()
}

/// A file that is being read.
struct Reading<'t> {
    text: Text<'t>,
    repeated: Repeated<'t>,
    script: Script,
}

impl<'t> Reading<'t> {
    /// Reads a part of the file that no statement goes beyond. `includes` says that it ends with a command to include what
    /// follows.
    fn part(&mut self, part: Span, state: State, includes: bool) -> State {
        let mut splitter = Splitter::of_part(self.text.as_str(), part, state);
        splitter.set_backslashes(self.text.backslashes());
        let mut comments = 0;
        while let Some(slice) = splitter.next() {
            let marked = splitter.comments.len() > comments;
            comments = splitter.comments.len();
            let followed = includes && self.text.as_str()[splitter.at()..part.end].trim().is_empty();
            self.slice(slice, &splitter.lexemes, marked, followed);
            splitter.set_backslashes(self.text.backslashes());
        }
        self.script.comments.append(&mut splitter.comments);
        self.script.placeholders.append(&mut splitter.placeholders);
        splitter.state
    }

    fn slice(&mut self, slice: Slice, lexemes: &[(Lexeme, Span)], marked: bool, followed: bool) {
        let (span, runs) = (slice.span, slice.runs);
        let plain =
            slice.kind == SliceKind::Sql && slice.holes.is_empty() && slice.values.is_empty() && runs == Runs::Always;
        let again = if plain { self.repeated.again(self.text, span, marked) } else { None };
        let kind = match again {
            Some(Again::One { of }) => return self.repeat(of),
            Some(Again::Kept(write)) => StatementKind::Write(write),
            None => {
                let lexemes = if plain { lexemes } else { &[] };
                let kind = statement::of_slice(self.text, slice, lexemes, followed);
                if plain {
                    self.repeated.learn(self.text, span, &kind);
                } else {
                    self.repeated.end_run();
                }
                kind
            }
        };
        if let Some(backslashes) = literal::backslashes(&kind) {
            self.text = self.text.with_backslashes(backslashes);
        }
        if runs == Runs::Perhaps {
            self.script.uncertain.push(span);
        }
        if runs != Runs::Never {
            self.script.comments.extend(comments_inside(self.text, &kind));
        }
        self.script.statements.push(Statement { span, kind });
    }

    fn repeat(&mut self, statement: Span) {
        match self.script.repeats.iter_mut().rev().find(|repeat| repeat.statement == statement) {
            Some(repeat) => repeat.count += 1,
            None => self.script.repeats.push(Repeat { statement, count: 1 }),
        }
    }
}

/// A comment that speaks to lockwise.
pub(super) fn instruction(comment: &str, span: Span) -> Option<Comment> {
    if !is_instruction(comment.as_bytes()) {
        return None;
    }
    let inner = match comment.strip_prefix("/*") {
        Some(block) => block.strip_suffix("*/").unwrap_or(block),
        None => comment.trim_start_matches("--"),
    };
    Some(Comment { text: inner.trim().into(), span })
}

/// Whether a comment speaks to lockwise, or to squawk.
fn is_instruction(comment: &[u8]) -> bool {
    const MARKS: [&[u8]; 2] = [b"lockwise:", b"squawk-ignore"];
    MARKS.iter().any(|mark| {
        comment.windows(mark.len()).any(|part| part[0] | 0x20 == mark[0] && part.eq_ignore_ascii_case(mark))
    })
}
