//! Where a statement ends, as far as its words decide that.

use crate::parser::scan::Lexeme;

/// What of a statement decides where it ends.
#[derive(Debug, Default)]
pub(in crate::parser) struct Shape {
    head: Head,
    /// BEGIN ATOMIC and CASE that wait for their END.
    open_blocks: usize,
    open_parentheses: usize,
    /// The word before was BEGIN, or FROM in COPY.
    previous: Previous,
    /// Rows follow: COPY ... FROM STDIN.
    pub(super) has_data: bool,
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
    pub(in crate::parser) fn may_end(&self) -> bool {
        self.open_blocks == 0 && (self.head != Head::Rule || self.open_parentheses == 0)
    }

    #[inline]
    pub(in crate::parser) fn follow(&mut self, lexeme: Lexeme, text: &[u8]) {
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
