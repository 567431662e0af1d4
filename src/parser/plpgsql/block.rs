//! The structure of a PL/pgSQL body: blocks, declarations, IF, CASE and loops.

use std::collections::{HashMap, HashSet};

use super::constant::{self, Variables};
use super::lexemes::Lexemes;
use super::sql;
use crate::ast::{BodyStatement, Branch, BranchKind, Statement, StatementKind, Unread};
use crate::parser::cursor::{Parsed, SyntaxError};
use crate::parser::scan::Lexeme;
use crate::source::Span;

/// Blocks in blocks that are followed.
const DEEPEST: usize = 100;

/// Words that end a list of statements.
const CLOSING: &[&str] = &["END", "ELSE", "ELSIF", "ELSEIF", "WHEN", "EXCEPTION"];

/// A recursive descent over a body.
pub(super) struct Reader<'t> {
    pub(super) words: Lexemes<'t>,
    pub(super) found: Vec<BodyStatement>,
    pub(super) unread: Vec<Unread>,
    /// The branches around the place that is being read.
    within: Vec<Branch>,
    /// Branches so far.
    branches: usize,
    /// Labels of the loops around the place, the innermost last.
    loops: Vec<Option<String>>,
    /// A RETURN or an EXIT was met: what follows may be skipped.
    pub(super) leaves: bool,
    /// The statement before was RAISE EXCEPTION.
    pub(super) raises: bool,
    /// Variables with a text that is known.
    pub(super) variables: Variables,
    /// All variables that were declared so far, also those of loops.
    pub(super) names: HashSet<String>,
    /// How often a variable may be assigned, declarations left out.
    assigned: HashMap<String, usize>,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// A reader at the start of a body.
    pub fn new(words: Lexemes<'t>) -> Self {
        Self {
            assigned: assignments(&words),
            words,
            found: Vec::new(),
            unread: Vec::new(),
            within: Vec::new(),
            branches: 0,
            loops: Vec::new(),
            leaves: false,
            raises: false,
            variables: Variables::new(),
            names: HashSet::new(),
            depth: 0,
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// Its structure cannot be followed.
    pub fn body(mut self) -> Parsed<(Vec<BodyStatement>, Vec<Unread>)> {
        while self.words.eat_symbol(b'#') {
            self.option()?;
        }
        let _label = self.label()?;
        self.block()?;
        self.words.eat_symbol(b';');
        if self.words.at_end() { Ok((self.found, self.unread)) } else { self.words.expected("the end of the body") }
    }

    /// `#option dump`, `#variable_conflict error` and the like.
    fn option(&mut self) -> Parsed<()> {
        let values = match self.words.expect_name("an option")?.as_str() {
            "option" | "print_strict_params" | "variable_conflict" => 1,
            _ => return self.words.expected("an option of PL/pgSQL"),
        };
        (0..values).try_for_each(|_| self.words.expect_name("a value").map(drop))
    }

    /// `<<label>>`, if one comes.
    fn label(&mut self) -> Parsed<Option<String>> {
        if !self.words.is_pair(self.words.at(), *b"<<") {
            return Ok(None);
        }
        self.words.jump(self.words.at() + 2);
        let label = self.words.expect_name("a label")?;
        self.words.expect_symbol(b'>')?;
        self.words.expect_symbol(b'>')?;
        Ok(Some(label))
    }

    /// `[DECLARE ...] BEGIN ... [EXCEPTION ...] END [label]`
    fn block(&mut self) -> Parsed<()> {
        self.deeper()?;
        let outer = self.variables.clone();
        if self.words.eat(&["DECLARE"]) {
            self.declarations()?;
        }
        self.words.expect(&["BEGIN"])?;
        let (first, level) = (self.found.len(), self.within.len());
        self.statements()?;
        self.within.truncate(level);
        if self.words.eat(&["EXCEPTION"]) {
            let last = self.found.len();
            if self.handlers()? {
                self.guard(first, last, level);
            }
        }
        self.raises = false;
        self.words.expect(&["END"])?;
        if !self.words.at_end() && self.words.lexeme(self.words.at()) != Some(Lexeme::Symbol(b';')) {
            self.words.expect_name("a label or ;")?;
        }
        self.variables = outer;
        self.after(level);
        self.depth -= 1;
        Ok(())
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth <= DEEPEST {
            return Ok(());
        }
        let message = format!("blocks nested more than {DEEPEST} levels deep");
        Err(SyntaxError { message, at: self.words.span(self.words.at()) })
    }

    /// Behind DECLARE, up to BEGIN.
    fn declarations(&mut self) -> Parsed<()> {
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
        let level = self.enter(BranchKind::Choice);
        self.sql(self.words.extent(start, end));
        self.within.truncate(level);
        Ok(())
    }

    /// Takes note of the value of a variable, or that nothing is known of it.
    pub(super) fn remember(&mut self, name: &str, from: usize, to: usize, fixed: bool) {
        match constant::constant(&self.words, from, to, &self.variables).filter(|_| fixed) {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name),
        };
    }

    /// Whether this is the only place that assigns the variable.
    pub(super) fn is_only_assignment(&self, name: &str) -> bool {
        self.assigned.get(name) == Some(&1)
    }

    /// Statements up to a word that closes their list.
    fn statements(&mut self) -> Parsed<()> {
        self.raises = false;
        while !self.words.at_end() && !self.words.is_any(self.words.at(), CLOSING) {
            self.statement()?;
        }
        Ok(())
    }

    fn statement(&mut self) -> Parsed<()> {
        let label = self.label()?;
        let compound = self.words.written(self.words.at()).to_ascii_uppercase();
        let is_word = self.words.lexeme(self.words.at()) == Some(Lexeme::Word);
        match compound.as_str() {
            _ if !is_word => return self.simple(),
            "DECLARE" | "BEGIN" => self.block()?,
            "IF" => self.if_statement()?,
            "CASE" => self.case_statement()?,
            "LOOP" | "WHILE" | "FOR" | "FOREACH" => self.loop_statement(label)?,
            _ => return self.simple(),
        }
        self.raises = false;
        self.words.expect_symbol(b';')
    }

    /// Opens a branch and gives the place to come back to.
    pub(super) fn enter(&mut self, kind: BranchKind) -> usize {
        let level = self.within.len();
        self.branches += 1;
        self.within.push(Branch { number: self.branches, kind });
        level
    }

    /// Closes the branches behind a place. Where one of them may leave the body, the rest is a matter of choice.
    fn after(&mut self, level: usize) {
        self.within.truncate(level);
        if self.leaves {
            self.enter(BranchKind::Choice);
        }
    }

    /// RETURN, or EXIT of more than the innermost loop: what follows in this list and in those around it may be skipped.
    pub(super) fn leave(&mut self) {
        self.leaves = true;
        self.enter(BranchKind::Choice);
    }

    /// Whether EXIT or CONTINUE with this label stays inside the innermost loop.
    pub(super) fn is_innermost_loop(&self, label: Option<&str>) -> bool {
        self.loops.last().is_some_and(|own| label.is_none() || own.as_deref() == label)
    }

    fn branch(&mut self, kind: BranchKind) -> Parsed<()> {
        self.deeper()?;
        let level = self.enter(kind);
        self.statements()?;
        self.within.truncate(level);
        self.depth -= 1;
        Ok(())
    }

    /// An expression, for the tables that it reads.
    pub(super) fn expression(&mut self, from: usize, to: usize) {
        let span = self.words.extent(from, to);
        if let Some(statement) = sql::expression(self.words.text(), span) {
            self.push(statement, false);
        }
    }

    /// A statement of SQL, or a query.
    pub(super) fn sql(&mut self, span: Span) {
        let kind = sql::kind(self.words.text(), span);
        self.push(Statement { span, kind }, false);
    }

    /// Takes note of a statement that runs here. Those of a DO block run here too.
    pub(super) fn push(&mut self, statement: Statement, executed: bool) {
        let within = self.within.clone();
        match statement.kind {
            StatementKind::Do(inner) => {
                let first = self.branches;
                for inner in inner.body.statements {
                    let moved = inner.within.iter().map(|branch| Branch { number: first + branch.number, ..*branch });
                    let within: Vec<Branch> = within.iter().copied().chain(moved).collect();
                    self.branches = within.iter().map(|branch| branch.number).fold(self.branches, usize::max);
                    self.found.push(BodyStatement { executed: executed || inner.executed, within, ..inner });
                }
                self.unread.extend(inner.body.unread);
            }
            kind => {
                let statement = Statement { kind, ..statement };
                self.found.push(BodyStatement { statement, executed, within });
            }
        }
    }

    /// The condition between the next lexeme and a word, over which it steps.
    fn condition(&mut self, end: &str) -> Parsed<()> {
        let first = self.words.at();
        let last = self.words.seek_word(&[end])?;
        self.expression(first, last);
        self.words.advance();
        Ok(())
    }

    /// `IF condition THEN ... [ELSIF condition THEN ...] [ELSE ...] END IF`
    fn if_statement(&mut self) -> Parsed<()> {
        self.words.expect(&["IF"])?;
        self.condition("THEN")?;
        let level = self.within.len();
        self.branch(BranchKind::Choice)?;
        while self.words.eat(&["ELSIF"]) || self.words.eat(&["ELSEIF"]) {
            let level = self.enter(BranchKind::Choice);
            self.condition("THEN")?;
            self.within.truncate(level);
            self.branch(BranchKind::Choice)?;
        }
        if self.words.eat(&["ELSE"]) {
            self.branch(BranchKind::Choice)?;
        }
        self.after(level);
        self.words.expect(&["END", "IF"])
    }

    /// `CASE [value] WHEN values THEN ... [ELSE ...] END CASE`
    fn case_statement(&mut self) -> Parsed<()> {
        self.words.expect(&["CASE"])?;
        let first = self.words.at();
        let last = self.words.seek_word(&["WHEN"])?;
        self.expression(first, last);
        let level = self.within.len();
        while self.words.eat(&["WHEN"]) {
            let level = self.enter(BranchKind::Choice);
            self.condition("THEN")?;
            self.within.truncate(level);
            self.branch(BranchKind::Choice)?;
        }
        if self.words.eat(&["ELSE"]) {
            self.branch(BranchKind::Choice)?;
        }
        self.after(level);
        self.words.expect(&["END", "CASE"])
    }

    fn loop_statement(&mut self, label: Option<String>) -> Parsed<()> {
        let level = self.within.len();
        if self.words.eat(&["WHILE"]) {
            self.condition("LOOP")?;
        } else if self.words.eat(&["FOR"]) {
            self.for_head()?;
        } else if self.words.eat(&["FOREACH"]) {
            self.targets()?;
            self.words.expect(&["IN", "ARRAY"])?;
            self.condition("LOOP")?;
        } else {
            self.words.expect(&["LOOP"])?;
        }
        self.loops.push(label);
        self.branch(BranchKind::Loop)?;
        self.loops.pop();
        self.after(level);
        self.words.expect(&["END", "LOOP"])?;
        if !self.words.is_symbol(self.words.at(), b';') {
            self.words.expect_name("a label or ;")?;
        }
        Ok(())
    }

    /// `variable, ...` of a loop, up to IN.
    fn targets(&mut self) -> Parsed<()> {
        let first = self.words.at();
        let last = self.words.seek_word(&["IN"])?;
        self.names.extend((first..last).filter_map(|at| self.words.name(at)));
        Ok(())
    }

    /// Behind FOR, up to and with LOOP.
    fn for_head(&mut self) -> Parsed<()> {
        self.targets()?;
        self.words.advance();
        if self.words.eat(&["EXECUTE"]) {
            let first = self.words.at();
            let last = self.words.seek_word(&["LOOP"])?;
            self.execute(first, last);
        } else {
            let first = self.words.at();
            let last = self.words.seek_word(&["LOOP"])?;
            self.for_range(first, last);
        }
        self.words.advance();
        Ok(())
    }

    /// `[REVERSE] from .. to [BY step]`, a cursor, or a query.
    fn for_range(&mut self, first: usize, last: usize) {
        let integers = (first..last).any(|at| self.words.is_pair(at, *b".."));
        let cursor = last == first + 1 || self.words.is_symbol(first + 1, b'(') && self.words.name(first).is_some();
        let query = self.words.is_any(first, &["SELECT", "VALUES", "WITH", "TABLE", "EXPLAIN"]);
        let written = self.words.extent(first, last);
        match () {
            () if integers => {
                let skipped = usize::from(self.words.is_any(first, &["REVERSE"]));
                let dots = (first..last).find(|at| self.words.is_pair(*at, *b"..")).unwrap_or(last);
                self.expression(first + skipped, dots);
                self.expression((dots + 2).min(last), last);
            }
            () if cursor && !query => self.expression(first + 1, last),
            () => self.sql(written),
        }
    }

    /// Behind EXCEPTION, up to END: whether some failure is caught and not passed on.
    fn handlers(&mut self) -> Parsed<bool> {
        let mut swallows = false;
        let mut any = false;
        while self.words.eat(&["WHEN"]) {
            any = true;
            self.words.seek_word(&["THEN"])?;
            self.words.advance();
            self.branch(BranchKind::Choice)?;
            swallows |= !self.raises;
        }
        if any { Ok(swallows) } else { self.words.expected("WHEN") }
    }

    /// Marks the statements of a block whose failure is caught.
    fn guard(&mut self, first: usize, last: usize, level: usize) {
        self.branches += 1;
        let branch = Branch { number: self.branches, kind: BranchKind::Guarded };
        for inner in self.found.get_mut(first..last).unwrap_or_default() {
            inner.within.insert(level.min(inner.within.len()), branch);
        }
    }
}

/// How often each variable may be assigned: by `:=` and `=`, behind INTO and FOR.
fn assignments(words: &Lexemes) -> HashMap<String, usize> {
    let mut assigned: HashMap<String, usize> = HashMap::new();
    let mut targets = false;
    let mut declares = false;
    for at in 0.. {
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
