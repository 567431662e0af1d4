//! IF, CASE and loops.

use super::block::Reader;
use super::constant::Piece;
use super::elements::{self, Rounds};
use super::events;
use crate::ast::{BranchCondition, BranchKind, When};
use crate::parser::cursor::Parsed;
use crate::source::Span;

impl Reader<'_> {
    /// The condition between the next lexeme and a word, over which it steps.
    fn condition(&mut self, end: &str) -> Parsed<Span> {
        let first = self.words.at();
        let last = self.words.seek_word(&[end])?;
        self.expression(first, last);
        self.words.advance();
        Ok(self.words.extent(first, last))
    }

    /// `IF condition THEN ... [ELSIF condition THEN ...] [ELSE ...] END IF`
    pub(super) fn if_statement(&mut self) -> Parsed<()> {
        self.words.expect(&["IF"])?;
        let condition = self.condition("THEN")?;
        let when = events::of_condition(self.words.text().slice(condition));
        let (level, choice) = (self.within.len(), self.next_branch());
        self.condition = Some(BranchCondition { span: condition, holds: true, alone: true });
        self.one_of(choice, BranchKind::Choice, when)?;
        let alone = self.words.is_any(self.words.at(), &["ELSE"]);
        self.first_condition = Some(BranchCondition { span: condition, holds: false, alone });
        self.alternatives(choice, &["ELSIF", "ELSEIF"], when.negated(), &events::of_condition)?;
        self.after(level);
        self.words.expect(&["END", "IF"])
    }

    /// What may run instead: each of these words with its condition, and ELSE. `rest` is when nothing before it has run, and
    /// `asks` when a condition is true.
    fn alternatives(
        &mut self,
        choice: usize,
        words: &[&str],
        mut rest: When,
        asks: &dyn Fn(&str) -> When,
    ) -> Parsed<()> {
        let first = self.first_condition.take();
        while words.iter().any(|word| self.words.eat(&[word])) {
            self.condition = first;
            let level = self.enter_one_of(choice, BranchKind::Choice, rest);
            let condition = self.condition("THEN")?;
            self.within.truncate(level);
            self.condition = first;
            let when = asks(self.words.text().slice(condition));
            self.one_of(choice, BranchKind::Choice, rest.and(when))?;
            rest = rest.and(when.negated());
        }
        if self.words.eat(&["ELSE"]) {
            self.condition = first;
            self.one_of(choice, BranchKind::Choice, rest)?;
        }
        Ok(())
    }

    /// `CASE [value] WHEN values THEN ... [ELSE ...] END CASE`
    pub(super) fn case_statement(&mut self) -> Parsed<()> {
        self.words.expect(&["CASE"])?;
        let first = self.words.at();
        let last = self.words.seek_word(&["WHEN"])?;
        self.expression(first, last);
        let compared = self.words.text().slice(self.words.extent(first, last));
        let asks: &dyn Fn(&str) -> When = match compared.trim() {
            "" => &events::of_condition,
            value if events::is_event(value) => &events::listed,
            _ => &|_| When::PERHAPS,
        };
        let (level, choice) = (self.within.len(), self.next_branch());
        self.alternatives(choice, &["WHEN"], When::ALWAYS, asks)?;
        self.after(level);
        self.words.expect(&["END", "CASE"])
    }

    pub(super) fn loop_statement(&mut self, label: Option<String>) -> Parsed<()> {
        let level = self.within.len();
        let mut rounds = None;
        if self.words.eat(&["WHILE"]) {
            self.condition("LOOP")?;
        } else if self.words.eat(&["FOR"]) {
            rounds = self.for_head()?;
        } else if self.words.eat(&["FOREACH"]) {
            let variable = self.targets()?;
            self.words.expect(&["IN", "ARRAY"])?;
            let first = self.words.at();
            self.condition("LOOP")?;
            let values = elements::of_array(&self.words, first, self.words.at() - 1, self);
            rounds = variable.zip(values).map(|(variable, values)| Rounds { variable, values });
        } else {
            self.words.expect(&["LOOP"])?;
        }
        self.loops.push(label);
        self.rounds(rounds)?;
        self.loops.pop();
        self.after(level);
        self.words.expect(&["END", "LOOP"])?;
        if !self.words.is_symbol(self.words.at(), b';') {
            self.words.expect_name("a label or ;")?;
        }
        Ok(())
    }

    /// `variable, ...` of a loop, up to IN, and the variable if it is the only one.
    fn targets(&mut self) -> Parsed<Option<String>> {
        let first = self.words.at();
        let last = self.words.seek_word(&["IN"])?;
        let names: Vec<String> = (first..last).filter_map(|at| self.words.name(at)).collect();
        self.names.extend(names.iter().cloned());
        Ok(names.into_iter().next().filter(|_| last == first + 1))
    }

    /// Behind FOR, up to and with LOOP.
    fn for_head(&mut self) -> Parsed<Option<Rounds>> {
        let variable = self.targets()?;
        let mut values = None;
        self.words.advance();
        if self.words.eat(&["EXECUTE"]) {
            let first = self.words.at();
            let last = self.words.seek_word(&["LOOP"])?;
            self.execute(first, last);
        } else {
            let first = self.words.at();
            let last = self.words.seek_word(&["LOOP"])?;
            values = self.for_range(first, last);
        }
        self.words.advance();
        Ok(variable.zip(values).map(|(variable, values)| Rounds { variable, values }))
    }

    /// `[REVERSE] from .. to [BY step]`, a cursor, or a query. Gives the numbers, where they are written.
    fn for_range(&mut self, first: usize, last: usize) -> Option<Vec<Vec<Piece>>> {
        let integers = (first..last).any(|at| self.words.is_pair(at, *b".."));
        let cursor = last == first + 1 || self.words.is_symbol(first + 1, b'(') && self.words.name(first).is_some();
        let query = self.words.is_any(first, &["SELECT", "VALUES", "WITH", "TABLE", "EXPLAIN"]);
        match () {
            () if integers => {
                let skipped = usize::from(self.words.is_any(first, &["REVERSE"]));
                let dots = (first..last).find(|at| self.words.is_pair(*at, *b"..")).unwrap_or(last);
                self.expression(first + skipped, dots);
                self.expression((dots + 2).min(last), last);
                return elements::of_range(&self.words, first, dots, last);
            }
            () if cursor && !query => self.expression(first + 1, last),
            () => {
                self.sql(first, last);
                return elements::of_unnest(&self.words, first, last, self);
            }
        }
        None
    }
}
