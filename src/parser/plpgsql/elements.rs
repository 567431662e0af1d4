//! Loops over values that are written out: their EXECUTE is read once for each value.

use super::block::Reader;
use super::constant::{self, Piece, Variables};
use super::declare;
use super::lexemes::Lexemes;
use crate::ast::BranchKind;
use crate::parser::cursor::Parsed;
use crate::source::Span;

/// Rounds that are read of all loops of a body together.
pub(super) const MOST_ROUNDS: usize = 200;

/// The variable of a loop and the values that it has, one after the other.
pub(super) struct Rounds {
    pub variable: String,
    pub values: Vec<Vec<Piece>>,
}

/// The values of `ARRAY[value, ...]`, each of which is known, or of a variable that holds such an array.
pub(super) fn of_array(words: &Lexemes, from: usize, to: usize, known: &Reader) -> Option<Vec<Vec<Piece>>> {
    if to == from + 1 {
        return known.arrays.get(&words.name(from)?).cloned();
    }
    let is_cast = to > from + 2 && words.is_symbol(to - 2, b'[') && words.is_symbol(to - 1, b']');
    if let Some(written) = constant::constant(words, from, if is_cast { to - 2 } else { to }, &Variables::new()) {
        return of_text(&written);
    }
    if !words.is_any(from, &["ARRAY"]) || !words.is_symbol(from + 1, b'[') {
        return None;
    }
    let (mut values, mut first, mut depth) = (Vec::new(), from + 2, 0usize);
    for at in from + 2..to {
        match () {
            () if words.is_symbol(at, b'(') => depth += 1,
            () if words.is_symbol(at, b')') => depth = depth.checked_sub(1)?,
            () if depth == 0 && (words.is_symbol(at, b',') || words.is_symbol(at, b']')) => {
                values.push(constant::constant(words, first, at, &known.variables)?);
                first = at + 1;
            }
            () => {}
        }
        if depth == 0 && words.is_symbol(at, b']') {
            // A cast to an array of texts changes nothing.
            let is_cast = at + 1 == to || words.is_pair(at + 1, *b"::") && words.is_any(at + 3, &["text", "varchar"]);
            return is_cast.then_some(values);
        }
    }
    None
}

/// The values of `{value,value}`, as far as none of them is in quotes.
fn of_text(written: &[Piece]) -> Option<Vec<Vec<Piece>>> {
    let [Piece { text, place }] = written else { return None };
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ',' | ' ' | '-');
    let values = inside.split(',').map(|value| vec![Piece { text: value.trim().to_owned(), place: *place }]);
    (!inside.is_empty() && inside.chars().all(plain)).then(|| values.collect())
}

/// The values of the query `SELECT unnest(array)`.
pub(super) fn of_unnest(words: &Lexemes, first: usize, last: usize, known: &Reader) -> Option<Vec<Vec<Piece>>> {
    let calls = words.is_any(first, &["SELECT"]) && words.is_any(first + 1, &["unnest"]);
    let array = first + 3..last.checked_sub(1)?;
    let closed = words.is_symbol(first + 2, b'(') && words.is_symbol(array.end, b')');
    // Another parenthesis that closes before would end the call.
    let whole = !array.clone().any(|at| words.is_symbol(at, b')'));
    if calls && closed && whole { of_array(words, array.start, array.end, known) } else { None }
}

/// The numbers of `from .. to`.
pub(super) fn of_range(words: &Lexemes, first: usize, dots: usize, last: usize) -> Option<Vec<Vec<Piece>>> {
    let number = |from: usize, to: usize| {
        let known = constant::constant(words, from, to, &Variables::new())?;
        constant::joined(&known).parse::<u32>().ok()
    };
    let (from, to) = (number(first, dots)?, number(dots + 2, last)?);
    let place: Span = words.extent(first, last);
    let few = to.checked_sub(from).is_some_and(|count| (count as usize) < MOST_ROUNDS);
    few.then(|| (from..=to).map(|number| vec![Piece { text: number.to_string(), place }]).collect())
}

impl Reader<'_> {
    /// The body of a loop, behind LOOP. Each EXECUTE in it is read for every value, and all else as often as it may run.
    pub(super) fn rounds(&mut self, rounds: Option<Rounds>) -> Parsed<()> {
        let (start, found) = (self.words.at(), self.found.len());
        let unread = self.unread.len();
        self.branch(BranchKind::Loop)?;
        let Some(rounds) = rounds.filter(|rounds| self.is_followed(rounds, start)) else { return Ok(()) };
        self.rounds_left -= rounds.values.len();
        let (before, names) = (self.variables.get(&rounds.variable).cloned(), rounds.variable);
        let mut kept: Vec<_> = self.found.drain(found..).filter(|inner| !inner.executed).collect();
        self.unread.truncate(unread);
        for value in rounds.values {
            self.words.jump(start);
            self.unread.truncate(unread);
            self.variables.insert(names.clone(), value);
            let first = self.found.len();
            self.deeper()?;
            self.statements()?;
            self.depth -= 1;
            let executed = self.found.split_off(first);
            self.found.extend(executed.into_iter().filter(|inner| inner.executed));
        }
        kept.append(&mut self.found.split_off(found));
        self.found.append(&mut kept);
        match before {
            Some(before) => self.variables.insert(names, before),
            None => self.variables.remove(&names),
        };
        Ok(())
    }

    /// Whether the loop that was just read runs once for each value, and EXECUTE depends on it.
    fn is_followed(&self, rounds: &Rounds, start: usize) -> bool {
        let words = &self.words;
        let variable = rounds.variable.as_str();
        let body = start..words.at();
        let is_variable = |at: usize| words.name(at).as_deref() == Some(variable);
        let leaves = body.clone().any(|at| words.is_any(at, &["EXIT", "CONTINUE", "RETURN"]));
        let assigned = declare::assignments_in(words, body.clone()).contains_key(variable);
        let runs = body.clone().any(|at| words.is_any(at, &["EXECUTE"])) && body.clone().any(is_variable);
        runs && !leaves && !assigned && rounds.values.len() <= self.rounds_left
    }
}
