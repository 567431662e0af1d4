//! IF, CASE and loops.

use super::block::Reader;
use super::constant::Piece;
use super::elements::{self, Rounds};
use super::question;
use crate::ast::{BranchCondition, BranchKind, Question, When};
use crate::parser::cursor::Parsed;

/// What decides between the branches of IF and CASE.
#[derive(Clone, Copy)]
enum Asks {
    /// A condition in front of each.
    Condition,
    /// The event that fires a trigger: they list events.
    Event,
    /// Another value.
    Value,
}

impl Reader<'_> {
    /// Steps over the condition between the next lexeme and a word, and over the word; gives the places of both.
    fn condition(&mut self, end: &str) -> Parsed<(usize, usize)> {
        let first = self.words.at();
        let last = self.words.seek_word(&[end])?;
        self.expression(first, last);
        self.words.advance();
        Ok((first, last))
    }

    /// `IF condition THEN ... [ELSIF condition THEN ...] [ELSE ...] END IF`
    pub(super) fn if_statement(&mut self) -> Parsed<()> {
        self.words.expect(&["IF"])?;
        let (first, last) = self.condition("THEN")?;
        let question = question::read(&self.words, first, last);
        let when = self.at_event(question.when());
        let asked = self.ask(question);
        let decides = |holds, alone| asked.map(|question| BranchCondition { question, holds, alone });
        let (level, choice) = (self.within.len(), self.next_branch());
        self.condition = decides(true, true);
        self.one_of(choice, BranchKind::Choice, when)?;
        let alone = self.words.is_any(self.words.at(), &["ELSE"]);
        self.first_condition = decides(false, alone);
        self.alternatives(choice, &["ELSIF", "ELSEIF"], when.negated(), Asks::Condition)?;
        self.after(level);
        self.words.expect(&["END", "IF"])
    }

    /// At which events a condition is true, unless TG_OP is a variable of the body's own, or may be assigned.
    fn at_event(&self, when: When) -> When {
        if self.sets_event || self.names.contains("tg_op") { When::PERHAPS } else { when }
    }

    /// Keeps a question that the catalogs may answer, and gives its number.
    fn ask(&mut self, question: Question) -> Option<usize> {
        question.asks_server().then(|| {
            self.questions.push(question);
            self.questions.len() - 1
        })
    }

    /// What may run instead: each of these words with its condition, and ELSE. `rest` is when nothing before it has run.
    fn alternatives(&mut self, choice: usize, words: &[&str], mut rest: When, asks: Asks) -> Parsed<()> {
        let first = self.first_condition.take();
        while words.iter().any(|word| self.words.eat(&[word])) {
            self.condition = first;
            let level = self.enter_one_of(choice, BranchKind::Choice, rest);
            let (from, to) = self.condition("THEN")?;
            self.within.truncate(level);
            self.condition = first;
            let when = match asks {
                Asks::Condition => self.at_event(question::read(&self.words, from, to).when()),
                Asks::Event => self.at_event(question::listed_events(&self.words, from, to)),
                Asks::Value => When::PERHAPS,
            };
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
        let asks = match last - first {
            0 => Asks::Condition,
            _ if question::is_event(&self.words, first, last) => Asks::Event,
            _ => Asks::Value,
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
