//! Cuts a file into statements. Never fails, so that what cannot be parsed costs one statement and never its file.

use super::Comment;
use super::scan::{Lexed, Lexeme, Scanner};
use super::text::Text;
use crate::source::{SourceFile, Span};

/// The text of one statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slice {
    /// From its first token to its last one, without the semicolon.
    pub span: Span,
    /// What kind of text it is.
    pub kind: SliceKind,
}

/// Kinds of [`Slice`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SliceKind {
    /// SQL.
    Sql,
    /// A line for psql: `\connect shop`.
    Psql,
    /// Text that PostgreSQL's lexer would refuse.
    Broken {
        /// Why.
        message: String,
        /// Where.
        at: Span,
    },
}

/// Reads the statements of a file one after the other.
pub(super) struct Splitter<'t> {
    text: &'t str,
    scanner: Scanner<'t>,
    has_nul: bool,
    /// The rest of the file has no line `\\.`.
    no_data: bool,
    /// The comments met so far that may be meant for lockwise.
    pub comments: Vec<Comment>,
}

impl<'t> Splitter<'t> {
    /// A splitter at the start of a file.
    pub fn new(file: &'t SourceFile) -> Self {
        let text = file.text();
        let has_nul = text.as_bytes().contains(&0);
        Self {
            text,
            scanner: Scanner::new(Text::of_file(text), file.sql_start()),
            has_nul,
            no_data: false,
            comments: Vec::new(),
        }
    }

    /// Steps over comments and semicolons to the first lexeme of a statement.
    fn first(&mut self) -> Option<Lexed> {
        loop {
            let lexed = self.scanner.next()?;
            match lexed.lexeme {
                Lexeme::Comment if lexed.unclosed.is_none() => self.comment(lexed.span),
                Lexeme::Symbol(b';') => {}
                _ => return Some(lexed),
            }
        }
    }

    fn comment(&mut self, span: Span) {
        let comment = &self.text[span.start..span.end];
        if is_instruction(comment.as_bytes()) {
            let inner = match comment.strip_prefix("/*") {
                Some(block) => block.strip_suffix("*/").unwrap_or(block),
                None => comment.trim_start_matches("--"),
            };
            self.comments.push(Comment { text: inner.trim().to_owned(), span });
        }
    }

    /// The statement that starts with this lexeme.
    fn statement(&mut self, first: Lexed) -> Slice {
        let mut span = first.span;
        let mut shape = Shape::default();
        let mut next = Some(first);
        while let Some(lexed) = next {
            if let Some(unclosed) = lexed.unclosed {
                let message = format!("the {} that starts here is never closed", unclosed.what);
                let span = Span::new(span.start, self.text.trim_end().len().max(unclosed.opening.end));
                return Slice { span, kind: SliceKind::Broken { message, at: unclosed.opening } };
            }
            match lexed.lexeme {
                Lexeme::Comment => self.comment(lexed.span),
                Lexeme::Symbol(b';') if shape.may_end() => break,
                Lexeme::Symbol(b'\\') if self.text[lexed.span.end..].starts_with(';') => break,
                Lexeme::Symbol(b'\\') if self.sends(lexed.span.end) => {
                    self.scanner.jump(lexed.span.start);
                    break;
                }
                lexeme => {
                    shape.follow(lexeme, &self.text.as_bytes()[lexed.span.start..lexed.span.end]);
                    span = span.to(lexed.span);
                }
            }
            next = self.scanner.next();
        }
        if shape.has_data {
            self.skip_data();
        }
        Slice { span, kind: self.kind(span) }
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

    /// Whether what follows a backslash inside a statement makes psql send it: `\g`, `\gexec`, `\gset` and the like.
    fn sends(&self, at: usize) -> bool {
        let rest = &self.text.as_bytes()[at..];
        rest.starts_with(b"g") || rest.starts_with(b"crosstabview") || rest.starts_with(b"watch")
    }

    /// A line for psql, from its backslash on.
    fn psql(&mut self, backslash: Span) -> Slice {
        let rest = &self.text[backslash.start..];
        let line = rest.lines().next().unwrap_or(rest).trim_end();
        let span = Span::new(backslash.start, backslash.start + line.len());
        self.scanner.jump(span.end);
        let words = line.to_ascii_lowercase();
        if words.starts_with("\\copy") && words.split_whitespace().any(|word| word == "stdin") {
            self.skip_data();
        }
        Slice { span, kind: SliceKind::Psql }
    }

    /// Steps over the rows behind COPY ... FROM STDIN, from the next line to the line `\.`. Without that line there are none.
    fn skip_data(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = if self.no_data { bytes.len() } else { self.scanner.at() };
        while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            at += length + 1;
            let rest = &bytes[at..];
            if rest.starts_with(b"\\.") && matches!(rest.get(2), None | Some(b'\n' | b'\r')) {
                return self.scanner.jump(at + 2);
            }
        }
        self.no_data = true;
    }
}

impl Iterator for Splitter<'_> {
    type Item = Slice;

    fn next(&mut self) -> Option<Slice> {
        let first = self.first()?;
        Some(match first.lexeme {
            Lexeme::Symbol(b'\\') => self.psql(first.span),
            _ => self.statement(first),
        })
    }
}

/// What of a statement decides where it ends.
#[derive(Debug, Default)]
struct Shape {
    head: Head,
    /// BEGIN ATOMIC and CASE that wait for their END.
    open_blocks: usize,
    open_parentheses: usize,
    /// The word before was BEGIN, or FROM in COPY.
    previous: Previous,
    /// Rows follow: COPY ... FROM STDIN.
    has_data: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Head {
    #[default]
    Start,
    Create,
    Function,
    Rule,
    Copy,
    Other,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Previous {
    #[default]
    Other,
    Begin,
    From,
}

impl Shape {
    /// Whether a semicolon ends the statement here: not in the body of a function, nor in the list of a rule's actions.
    fn may_end(&self) -> bool {
        self.open_blocks == 0 && (self.head != Head::Rule || self.open_parentheses == 0)
    }

    #[inline]
    fn follow(&mut self, lexeme: Lexeme, text: &[u8]) {
        if self.head == Head::Other {
            return;
        }
        match lexeme {
            Lexeme::Word => self.word(text),
            Lexeme::Symbol(b'(') => self.open_parentheses += 1,
            Lexeme::Symbol(b')') => self.open_parentheses = self.open_parentheses.saturating_sub(1),
            _ if self.head == Head::Start => self.head = Head::Other,
            _ => self.previous = Previous::Other,
        }
    }

    fn word(&mut self, word: &[u8]) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        let previous = std::mem::take(&mut self.previous);
        match self.head {
            Head::Start if is("CREATE") => self.head = Head::Create,
            Head::Start if is("COPY") => self.head = Head::Copy,
            Head::Create if is("OR") || is("REPLACE") => {}
            Head::Create if is("FUNCTION") || is("PROCEDURE") => self.head = Head::Function,
            Head::Create if is("RULE") => self.head = Head::Rule,
            Head::Start | Head::Create => self.head = Head::Other,
            Head::Function if is("BEGIN") => self.previous = Previous::Begin,
            Head::Function if is("ATOMIC") && previous == Previous::Begin => self.open_blocks += 1,
            Head::Function if is("CASE") && self.open_blocks > 0 => self.open_blocks += 1,
            Head::Function if is("END") => self.open_blocks = self.open_blocks.saturating_sub(1),
            Head::Copy if is("FROM") && self.open_parentheses == 0 => self.previous = Previous::From,
            Head::Copy if is("STDIN") && previous == Previous::From => self.has_data = true,
            Head::Function | Head::Rule | Head::Copy | Head::Other => {}
        }
    }
}

/// Whether a comment speaks to lockwise, or to squawk.
fn is_instruction(comment: &[u8]) -> bool {
    const MARKS: [&[u8]; 2] = [b"lockwise:", b"squawk-ignore"];
    MARKS.iter().any(|mark| {
        comment.windows(mark.len()).any(|part| part[0] | 0x20 == mark[0] && part.eq_ignore_ascii_case(mark))
    })
}
