//! DECLARE, and what is known of variables.

use std::collections::HashMap;
use std::ops::Range;

use super::block::Reader;
use super::constant;
use super::elements;
use super::lexemes::Lexemes;
use crate::ast::{BranchKind, When};
use crate::parser::cursor::Parsed;
use crate::parser::scan::Lexeme;

impl Reader<'_> {
    /// Behind DECLARE, up to BEGIN.
    pub(super) fn declarations(&mut self) -> Parsed<()> {
        while !self.words.comes(&["BEGIN"]) {
            if self.words.eat(&["DECLARE"]) {
                continue;
            }
            let name = self.words.expect_name("a variable or BEGIN")?;
            self.declaration(&name)?;
            self.names.insert(name);
        }
        Ok(())
    }

    /// `name ALIAS FOR other;`, `name [NO] SCROLL CURSOR (arguments) FOR query;` or `name [CONSTANT] type ... := value;`
    fn declaration(&mut self, name: &str) -> Parsed<()> {
        if self.words.eat(&["ALIAS", "FOR"]) {
            self.words.expect_name("a variable")?;
            return self.words.expect_symbol(b';');
        }
        let scroll = self.words.eat(&["NO", "SCROLL"]) || self.words.eat(&["SCROLL"]);
        if self.words.eat(&["CURSOR"]) {
            return self.cursor();
        }
        if scroll {
            return self.words.expected("CURSOR");
        }
        let constant = self.words.eat(&["CONSTANT"]);
        self.words.expect_name("a data type")?;
        let starts_value = |words: &Lexemes, at: usize| {
            words.is_pair(at, *b":=") || words.is_symbol(at, b'=') || words.is_any(at, &["DEFAULT"])
        };
        if let Some(at) = self.words.seek(starts_value) {
            let value = at + if self.words.is_symbol(at, b':') { 2 } else { 1 };
            self.words.jump(value);
            let end = self.words.seek_end()?;
            self.expression(value, end);
            let fixed = constant || !self.assigned.contains_key(name);
            self.remember(name, value, end, fixed);
            return Ok(());
        }
        self.variables.remove(name);
        self.words.expect_symbol(b';')
    }

    /// `[(arguments)] {FOR | IS} query;`: the query runs when the cursor is opened.
    fn cursor(&mut self) -> Parsed<()> {
        let start = self.words.seek_word(&["FOR", "IS"])? + 1;
        self.words.jump(start);
        let end = self.words.seek_end()?;
        let level = self.enter(BranchKind::Choice, When::PERHAPS);
        self.sql(start, end);
        self.within.truncate(level);
        Ok(())
    }

    /// Takes note of the value of a variable, or that nothing is known of it.
    pub(super) fn remember(&mut self, name: &str, from: usize, to: usize, fixed: bool) {
        match elements::of_array(&self.words, from, to, self).filter(|_| fixed) {
            Some(values) => self.arrays.insert(name.to_owned(), values),
            None => self.arrays.remove(name),
        };
        match constant::constant(&self.words, from, to, &self.variables).filter(|_| fixed) {
            Some(value) => {
                self.variables.insert(name.to_owned(), value);
            }
            None => {
                self.variables.remove(name);
                let beginning = constant::beginning(&self.words, from, to, &self.variables);
                self.beginnings.insert(name.to_owned(), if fixed { beginning } else { String::new() });
            }
        }
    }

    /// Whether this is the only place that assigns the variable.
    pub(super) fn is_only_assignment(&self, name: &str) -> bool {
        self.assigned.get(name) == Some(&1)
    }
}

/// How often each variable may be assigned: by `:=` and `=`, behind INTO and FOR.
pub(super) fn assignments(words: &Lexemes) -> HashMap<String, usize> {
    assignments_in(words, 0..usize::MAX)
}

/// The same of a part of the body.
pub(super) fn assignments_in(words: &Lexemes, part: Range<usize>) -> HashMap<String, usize> {
    let mut assigned: HashMap<String, usize> = HashMap::new();
    let mut targets = false;
    let mut declares = false;
    for at in part {
        let Some(lexeme) = words.lexeme(at) else { break };
        if words.is_any(at, &["DECLARE", "BEGIN"]) {
            declares = words.is_any(at, &["DECLARE"]);
        }
        let before_into = at == 0 || !words.is_any(at - 1, &["INSERT", "MERGE"]);
        if words.is_any(at, &["INTO", "FOR", "FOREACH"]) {
            targets = before_into;
            continue;
        }
        let Some(name) = words.name(at) else {
            targets &= lexeme == Lexeme::Symbol(b',');
            continue;
        };
        let assigns = words.is_symbol(at + 1, b'=') || words.is_pair(at + 1, *b":=");
        if (targets && !words.is_any(at, &["STRICT"])) || (assigns && !declares) {
            *assigned.entry(name).or_default() += 1;
        }
        targets &= words.is_symbol(at + 1, b',') || words.is_any(at, &["STRICT"]);
    }
    assigned
}
