//! Leaves out all but the first rows of long VALUES lists: they say nothing new, and parsing them costs the most.

use super::scan::{Lexeme, Scanner};
use super::text::Text;
use crate::source::Span;

/// Shorter statements are read whole.
pub(super) const LONG: usize = 8 * 1024;

/// Rows that are kept.
const KEPT: usize = 2;

/// The pieces of a statement without the rows behind the first ones of each VALUES list.
pub(super) fn without_most_rows(text: Text, statement: Span) -> Vec<Span> {
    if statement.len() < LONG {
        return vec![statement];
    }
    let mut scanner = Scanner::within(text, statement);
    let mut pieces = Vec::new();
    let mut start = statement.start;
    while let Some(lexed) = scanner.next() {
        let word = text.slice(lexed.span).as_bytes();
        if lexed.lexeme == Lexeme::Word
            && word.eq_ignore_ascii_case(b"VALUES")
            && let Some(cut) = surplus(&mut scanner)
        {
            pieces.push(Span::new(start, cut.start));
            start = cut.end;
        }
    }
    pieces.push(Span::new(start, statement.end));
    pieces
}

/// Steps over the rows of a VALUES list and says what lies behind those that are kept, if anything does.
fn surplus(scanner: &mut Scanner) -> Option<Span> {
    let mut kept_end = None;
    let mut end = scanner.at();
    let mut rows = 0;
    while row(scanner).is_some() {
        rows += 1;
        end = scanner.at();
        if rows == KEPT {
            kept_end = Some(end);
        }
        if !comma(scanner) {
            break;
        }
    }
    scanner.jump(end);
    kept_end.filter(|kept| rows > KEPT && *kept < end).map(|kept| Span::new(kept, end))
}

/// Steps over a balanced `( ... )`.
fn row(scanner: &mut Scanner) -> Option<()> {
    let mut depth = 0usize;
    loop {
        match next(scanner)? {
            Lexeme::Symbol(b'(') => depth += 1,
            Lexeme::Symbol(b')') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(());
        }
    }
}

fn comma(scanner: &mut Scanner) -> bool {
    next(scanner) == Some(Lexeme::Symbol(b','))
}

fn next(scanner: &mut Scanner) -> Option<Lexeme> {
    loop {
        let lexed = scanner.next()?;
        if lexed.lexeme != Lexeme::Comment {
            return Some(lexed.lexeme);
        }
    }
}
