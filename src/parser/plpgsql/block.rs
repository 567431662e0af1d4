//! The structure of a PL/pgSQL body: blocks in blocks, their exception handlers, and the branches that statements stand in.

use std::collections::{HashMap, HashSet};

use ecow::EcoString;

use super::constant::{Piece, Variables};
use super::declare::assignments;
use super::elements::MOST_ROUNDS;
use super::lexemes::Lexemes;
use super::sql;
use crate::ast::{
    Body, BodyStatement, Branch, BranchCondition, BranchKind, Question, Statement, StatementKind, Unread, When,
};
use crate::parser::cursor::{Parsed, SyntaxError};
use crate::parser::scan::Lexeme;
use crate::postgres::conditions::Caught;

/// Blocks in blocks that are followed.
const DEEPEST: usize = 100;

/// Words that end a list of statements.
const CLOSING: &[&str] = &["END", "ELSE", "ELSIF", "ELSEIF", "WHEN", "EXCEPTION"];

/// A recursive descent over a body.
pub(super) struct Reader<'t> {
    pub(super) words: Lexemes<'t>,
    pub(super) found: Vec<BodyStatement>,
    pub(super) unread: Vec<Unread>,
    /// What conditions ask of the catalogs.
    pub(super) questions: Vec<Question>,
    /// The branches around the place that is being read.
    pub(super) within: Vec<Branch>,
    /// Branches so far.
    branches: usize,
    /// Labels of the loops around the place, the innermost last.
    pub(super) loops: Vec<Option<String>>,
    /// A RETURN or an EXIT was met, at these events of a trigger: what follows may be skipped.
    leaves: Option<When>,
    /// What decides that the rest of the body runs behind a RETURN, where that is known.
    left_condition: Option<BranchCondition>,
    /// The condition of the branch that is entered next.
    pub(super) condition: Option<BranchCondition>,
    /// The condition of IF, as it counts for what stands behind ELSIF and ELSE.
    pub(super) first_condition: Option<BranchCondition>,
    /// Numbers of the branches that stand for such a rest.
    skipped: HashSet<usize>,
    /// The statement before was RAISE EXCEPTION.
    pub(super) raises: bool,
    /// Variables with a text that is known.
    pub(super) variables: Variables,
    /// Variables with an array whose elements are all known.
    pub(super) arrays: HashMap<String, Vec<Vec<Piece>>>,
    /// Rounds of loops that may still be read.
    pub(super) rounds_left: usize,
    /// What the text of other variables starts with, as far as that is known.
    pub(super) beginnings: HashMap<String, String>,
    /// All variables that were declared so far, also those of loops.
    pub(super) names: HashSet<String>,
    /// How often a variable may be assigned, declarations left out.
    pub(super) assigned: HashMap<String, usize>,
    /// `TG_OP := ...` stands somewhere.
    pub(super) sets_event: bool,
    pub(super) depth: usize,
}

impl<'t> Reader<'t> {
    /// A reader at the start of a body.
    pub fn new(words: Lexemes<'t>, arguments: &[EcoString]) -> Self {
        Self {
            sets_event: words.assigns("TG_OP"),
            assigned: assignments(&words),
            words,
            found: Vec::new(),
            unread: Vec::new(),
            questions: Vec::new(),
            within: Vec::new(),
            branches: 0,
            loops: Vec::new(),
            leaves: None,
            left_condition: None,
            condition: None,
            first_condition: None,
            skipped: HashSet::new(),
            raises: false,
            variables: Variables::new(),
            arrays: HashMap::new(),
            rounds_left: MOST_ROUNDS,
            beginnings: HashMap::new(),
            names: arguments.iter().map(EcoString::to_string).collect(),
            depth: 0,
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// Its structure cannot be followed.
    pub fn read(mut self, body: &mut Body) -> Parsed<()> {
        while self.words.eat_symbol(b'#') {
            self.option()?;
        }
        let _label = self.label()?;
        self.block()?;
        self.words.eat_symbol(b';');
        if !self.words.at_end() {
            return self.words.expected("the end of the body");
        }
        (body.statements, body.unread, body.questions) = (self.found, self.unread, self.questions);
        Ok(())
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
            let choice = self.next_branch();
            if let Some(caught) = self.handlers(choice)? {
                self.guard(first, last, level, choice, caught);
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

    pub(super) fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth <= DEEPEST {
            return Ok(());
        }
        let message = format!("blocks nested more than {DEEPEST} levels deep");
        Err(SyntaxError { message, at: self.words.span(self.words.at()) })
    }

    /// Statements up to a word that closes their list.
    pub(super) fn statements(&mut self) -> Parsed<()> {
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

    /// The number that the next branch will have.
    pub(super) fn next_branch(&self) -> usize {
        self.branches + 1
    }

    /// Opens a branch and gives the place to come back to.
    pub(super) fn enter(&mut self, kind: BranchKind, when: When) -> usize {
        self.enter_one_of(self.next_branch(), kind, when)
    }

    /// Opens a branch of the choice whose first branch has this number, and gives the place to come back to.
    pub(super) fn enter_one_of(&mut self, choice: usize, kind: BranchKind, when: When) -> usize {
        let level = self.within.len();
        self.branches += 1;
        let condition = self.condition.take();
        self.within.push(Branch { number: self.branches, choice, kind, when, condition, caught: Caught::default() });
        level
    }

    /// Closes the branches behind a place. Where one of them may leave the body, the rest is a matter of choice.
    pub(super) fn after(&mut self, level: usize) {
        self.within.truncate(level);
        self.skip_perhaps();
    }

    /// RETURN. Where one condition decides it, the same one decides what follows.
    pub(super) fn leave_body(&mut self) {
        if let ([only], None) = (self.within.as_slice(), self.leaves) {
            let condition = only.condition.filter(|condition| condition.alone);
            self.left_condition = condition.map(|known| BranchCondition { holds: !known.holds, ..known });
        }
        self.leave();
    }

    /// RETURN, or EXIT of more than the innermost loop: what follows in this list and in those around it may be skipped.
    pub(super) fn leave(&mut self) {
        let here = self.within.iter().map(|branch| branch.when).fold(When::ALWAYS, When::and);
        if self.leaves.is_some() {
            // Another place decides it too.
            let rests = self.within.iter_mut().filter(|branch| self.skipped.contains(&branch.number));
            let conditions = rests.filter_map(|rest| rest.condition.as_mut()).chain(&mut self.left_condition);
            conditions.for_each(|condition| condition.alone = false);
        }
        self.leaves = Some(self.leaves.map_or(here, |before| before.or(here)));
        self.skip_perhaps();
    }

    /// What follows in this list may be skipped.
    fn skip_perhaps(&mut self) {
        let Some(left) = self.leaves else { return };
        match self.within.last_mut().filter(|last| self.skipped.contains(&last.number)) {
            Some(rest) => rest.when = left.negated(),
            None => {
                self.condition = self.left_condition.filter(|_| self.within.is_empty());
                self.enter(BranchKind::Choice, left.negated());
                self.skipped.insert(self.branches);
            }
        }
    }

    /// Whether EXIT or CONTINUE with this label stays inside the innermost loop.
    pub(super) fn is_innermost_loop(&self, label: Option<&str>) -> bool {
        self.loops.last().is_some_and(|own| label.is_none() || own.as_deref() == label)
    }

    pub(super) fn branch(&mut self, kind: BranchKind) -> Parsed<()> {
        self.one_of(self.next_branch(), kind, When::PERHAPS)
    }

    /// A branch of the choice whose first branch has this number.
    pub(super) fn one_of(&mut self, choice: usize, kind: BranchKind, when: When) -> Parsed<()> {
        self.deeper()?;
        let level = self.enter_one_of(choice, kind, when);
        self.statements()?;
        self.within.truncate(level);
        self.depth -= 1;
        Ok(())
    }

    /// An expression, for the tables that it reads.
    pub(super) fn expression(&mut self, from: usize, to: usize) {
        let span = self.words.extent(from, to);
        if let Some(statement) = sql::expression(self.words.text(), span, &self.variables_of(from, to)) {
            self.push(statement, false);
        }
    }

    /// A statement of SQL, or a query.
    pub(super) fn sql(&mut self, first: usize, last: usize) {
        let span = self.words.extent(first, last);
        let kind = sql::kind_with(self.words.text(), span, &self.variables_of(first, last));
        self.push(Statement { span, kind }, false);
    }

    /// Takes note of a statement that runs here. Those of a DO block run here too.
    pub(super) fn push(&mut self, statement: Statement, executed: bool) {
        let within = self.within.clone();
        match statement.kind {
            StatementKind::Do(inner) => {
                let first = self.branches;
                for inner in inner.body.statements {
                    let moved = |branch: &Branch| Branch {
                        number: first + branch.number,
                        choice: first + branch.choice,
                        ..*branch
                    };
                    let within: Vec<Branch> = within.iter().copied().chain(inner.within.iter().map(moved)).collect();
                    self.branches = within.iter().map(|branch| branch.number).fold(self.branches, usize::max);
                    self.found.push(BodyStatement { executed: executed || inner.executed, within, ..inner });
                }
                self.unread.extend(inner.body.unread);
            }
            kind => {
                let statement = Statement { kind, ..statement };
                self.found.push(BodyStatement { statement, executed, computed: false, within });
            }
        }
    }

    /// The same of a statement that is put together, and a name in it not known.
    pub(super) fn push_computed(&mut self, statement: Statement) {
        let within = self.within.clone();
        self.found.push(BodyStatement { statement, executed: true, computed: true, within });
    }

    /// Behind EXCEPTION, up to END: the failures that are caught and not passed on, if there are some.
    fn handlers(&mut self, choice: usize) -> Parsed<Option<Caught>> {
        let mut swallows = None;
        let mut any = false;
        while self.words.eat(&["WHEN"]) {
            any = true;
            let first = self.words.at();
            let last = self.words.seek_word(&["THEN"])?;
            let caught = self.conditions(first, last);
            self.words.advance();
            self.one_of(choice, BranchKind::Choice, When::PERHAPS)?;
            if !self.raises {
                swallows = Some(caught.or(swallows.unwrap_or_default()));
            }
        }
        if any { Ok(swallows) } else { self.words.expected("WHEN") }
    }

    /// `condition [OR condition ...]`, a condition being a name or `SQLSTATE 'code'`.
    fn conditions(&self, first: usize, last: usize) -> Caught {
        let mut caught = Caught::default();
        for at in (first..last).filter(|at| !self.words.is_any(*at, &["OR", "SQLSTATE"])) {
            match self.words.name(at) {
                Some(name) => caught.add_name(&name),
                None => caught.add_state(self.words.written(at).trim_matches('\'')),
            }
        }
        caught
    }

    /// Marks the statements of a block whose failure is caught.
    fn guard(&mut self, first: usize, last: usize, level: usize, choice: usize, caught: Caught) {
        self.branches += 1;
        let (number, kind) = (self.branches, BranchKind::Guarded);
        let branch = Branch { number, choice, kind, when: When::ALWAYS, condition: None, caught };
        for inner in self.found.get_mut(first..last).unwrap_or_default() {
            inner.within.insert(level.min(inner.within.len()), branch);
        }
    }
}
