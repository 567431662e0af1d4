//! The simple statements of PL/pgSQL: those that a semicolon ends.

use super::block::Reader;
use super::constant;
use super::lexemes::Lexemes;
use super::sql::{self, Foreign};
use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, ColumnChange, Gap, Ident, ObjectKind, ObjectName, Statement,
    StatementKind, Unread,
};
use crate::parser::cursor::Parsed;
use crate::parser::fallback;
use crate::parser::scan::Lexeme;
use crate::postgres::conditions;
use crate::source::Span;

/// Levels of RAISE that let the body go on.
const HARMLESS_LEVELS: &[&str] = &["DEBUG", "LOG", "INFO", "NOTICE", "WARNING"];

impl Reader<'_> {
    /// One statement, with its semicolon.
    pub(super) fn simple(&mut self) -> Parsed<()> {
        let first = self.words.at();
        self.raises = false;
        if self.is_assignment() {
            return self.assignment();
        }
        let verb = match self.words.lexeme(first) {
            Some(Lexeme::Word) => self.words.written(first).to_ascii_uppercase(),
            _ => String::new(),
        };
        let last = self.words.seek_end()?;
        match verb.as_str() {
            "NULL" if last == first + 1 => {}
            "EXIT" | "CONTINUE" => self.exit(first, last),
            "RETURN" => self.return_value(first + 1, last),
            "RAISE" => {
                self.raises = !self.words.is_any(first + 1, HARMLESS_LEVELS);
                self.raise(first + 1, last);
                if let Some(sqlstate) = self.raised(first + 1, last).filter(|_| self.raises) {
                    let span = self.words.extent(first, last);
                    self.push(Statement { span, kind: StatementKind::Raise(sqlstate) }, false);
                }
            }
            "ASSERT" => self.expression(first + 1, last),
            "GET" | "CLOSE" | "FETCH" | "MOVE" => {}
            "OPEN" => self.open(first + 1, last),
            "EXECUTE" => self.execute(first + 1, last),
            "PERFORM" => {
                let span = self.words.extent(first, last);
                let kind = sql::perform(self.words.text(), span, &self.variables_of(first, last));
                self.push(Statement { span, kind }, false);
            }
            _ => self.plain(first, last),
        }
        Ok(())
    }

    /// Whether a variable, a field or an element is assigned here.
    fn is_assignment(&self) -> bool {
        let words = &self.words;
        let mut at = words.at();
        if words.name(at).is_none() {
            return false;
        }
        at += 1;
        loop {
            if words.is_symbol(at, b'.') {
                at += 2;
            } else if words.is_symbol(at, b'[') {
                let Some(behind) = behind_bracket(words, at) else { return false };
                at = behind;
            } else {
                return words.is_symbol(at, b'=') || words.is_pair(at, *b":=");
            }
        }
    }

    /// `target {:= | =} expression;`
    fn assignment(&mut self) -> Parsed<()> {
        let name = self.words.name(self.words.at());
        let target_end = self.words.at() + 1;
        let sign = self.words.seek(|words, at| words.is_symbol(at, b'=') || words.is_pair(at, *b":="));
        let sign = sign.unwrap_or(target_end);
        let value = sign + if self.words.is_symbol(sign, b':') { 2 } else { 1 };
        self.words.jump(value);
        let end = self.words.seek_end()?;
        self.expression(value, end);
        if let Some(name) = name.filter(|_| sign == target_end) {
            let fixed = self.is_only_assignment(&name);
            self.remember(&name, value, end, fixed);
        }
        Ok(())
    }

    /// `{EXIT | CONTINUE} [label] [WHEN condition]`
    fn exit(&mut self, first: usize, last: usize) {
        let when = (first + 1..last).find(|at| self.words.is_any(*at, &["WHEN"]));
        let label = if when.unwrap_or(last) > first + 1 { self.words.name(first + 1) } else { None };
        if let Some(when) = when {
            self.expression(when + 1, last);
        }
        if !self.is_innermost_loop(label.as_deref()) {
            self.leave();
        }
    }

    /// Behind RETURN: nothing, an expression, `NEXT value`, `QUERY query` or `QUERY EXECUTE string`.
    fn return_value(&mut self, first: usize, last: usize) {
        match () {
            () if self.words.is_any(first, &["NEXT"]) => self.expression(first + 1, last),
            () if self.words.is_any(first, &["QUERY"]) && self.words.is_any(first + 1, &["EXECUTE"]) => {
                self.execute(first + 2, last);
            }
            () if self.words.is_any(first, &["QUERY"]) => self.sql(first + 1, last),
            () => {
                self.expression(first, last);
                self.leave_body();
            }
        }
    }

    /// Behind RAISE: `[level] [name | format, value, ...] [USING option = value, ...]`
    fn raise(&mut self, first: usize, last: usize) {
        let mut at = first;
        while at < last {
            self.words.jump(at);
            let ends =
                |words: &Lexemes, at: usize| at == last || words.is_symbol(at, b',') || words.is_any(at, &["USING"]);
            let end = self.words.seek(ends).unwrap_or(last);
            let names = self.words.is_symbol(at + 1, b'=') || self.words.is_pair(at + 1, *b":=");
            let value =
                (at..end).find(|at| self.words.is_symbol(*at, b'=')).filter(|_| names).map_or(at, |sign| sign + 1);
            self.expression(value, end);
            at = end + 1;
        }
        self.words.jump(last + 1);
    }

    /// The SQLSTATE that RAISE gives, if it is one that PostgreSQL has a name for. RAISE alone passes on what was caught.
    fn raised(&self, first: usize, last: usize) -> Option<&'static str> {
        let words = &self.words;
        let first = first + usize::from(words.is_any(first, &["EXCEPTION"]));
        let condition = |at: usize| match words.lexeme(at) {
            Some(Lexeme::String) => conditions::sqlstate(words.written(at).trim_matches('\'')),
            _ => conditions::sqlstate(&words.name(at)?),
        };
        let options = (first..last).find(|at| words.is_any(*at, &["USING"]));
        let code = options.into_iter().flat_map(|using| using + 1..last).find(|at| words.is_any(*at, &["ERRCODE"]));
        match code {
            Some(at) => {
                let value = at + if words.is_symbol(at + 1, b':') { 3 } else { 2 };
                let is_last = value + 1 == last || words.is_symbol(value + 1, b',');
                condition(value).filter(|_| is_last)
            }
            None if words.is_any(first, &["SQLSTATE"]) => condition(first + 1),
            None if words.lexeme(first) == Some(Lexeme::String) => Some(conditions::RAISED),
            None if options == Some(first) => Some(conditions::RAISED),
            None if first < last => condition(first),
            None => None,
        }
    }

    /// Behind OPEN: `cursor [(arguments)]`, or `cursor [[NO] SCROLL] FOR query`.
    fn open(&mut self, first: usize, last: usize) {
        match (first..last).find(|at| self.words.is_any(*at, &["FOR"])) {
            Some(at) if self.words.is_any(at + 1, &["EXECUTE"]) => self.execute(at + 2, last),
            Some(at) => self.sql(at + 1, last),
            None => self.expression(first + 1, last),
        }
    }

    /// A string that is run: `string [INTO [STRICT] targets] [USING values]`.
    pub(super) fn execute(&mut self, first: usize, last: usize) {
        let end = end_of_string(&self.words, first, last);
        let whole = self.words.extent(first, end);
        match constant::constant(&self.words, first, end, &self.variables) {
            Some(pieces) => {
                for statement in sql::executed(self.words.text(), &pieces, whole) {
                    self.push(statement, true);
                }
            }
            None => {
                let named = self.words.name(first).filter(|_| end == first + 1);
                let beginning = match named.and_then(|name| self.beginnings.get(&name).cloned()) {
                    Some(beginning) => beginning,
                    None => constant::beginning(&self.words, first, end, &self.variables),
                };
                // The keywords of one statement say nothing of a second one.
                let is_one = !beginning.trim_end_matches([';', ' ', '\n']).contains(';');
                let keywords = if is_one { fallback::keywords_of(&beginning) } else { String::new() };
                let table = is_one.then(|| altered_table(&beginning)).flatten();
                if let Some(pieces) = constant::with_unknown_names(&self.words, first, end, &self.variables) {
                    let found = sql::executed(self.words.text(), &pieces, whole);
                    found.into_iter().filter(is_told).for_each(|statement| self.push_computed(statement));
                }
                self.unread.push(Unread {
                    span: whole,
                    gap: Gap::Computed,
                    keywords: keywords.into(),
                    table: table.map(Into::into),
                });
            }
        }
    }

    /// A statement of SQL; INTO names variables, not a table.
    fn plain(&mut self, first: usize, last: usize) {
        let span = self.words.extent(first, last);
        let foreign = self.foreign(first, last);
        let kind = sql::kind_with(self.words.text(), span, &foreign);
        self.push(Statement { span, kind }, false);
    }

    /// What of a query or a write is not SQL: INTO and its targets, and variables where they are compared.
    fn foreign(&self, first: usize, last: usize) -> Vec<Foreign> {
        const WITH_ROWS: &[&str] =
            &["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE", "SHOW", "EXPLAIN", "CALL"];
        if !self.words.is_any(first, WITH_ROWS) {
            return Vec::new();
        }
        let into = self.clause_of_targets(first, last);
        let mut foreign: Vec<Foreign> = into.map(Foreign::Words).into_iter().collect();
        foreign.extend(self.variables_of(first, last).into_iter().filter(|variable| {
            let apart = |into: Span| !into.contains(variable.span());
            into.is_none_or(apart)
        }));
        foreign.sort_by_key(|part| part.span());
        foreign
    }

    /// Variables where they are compared, and fields of them.
    pub(super) fn variables_of(&self, first: usize, last: usize) -> Vec<Foreign> {
        let mut foreign = Vec::new();
        let mut at = first + 1;
        while at < last {
            let end = self.variable(at, first, last);
            if let Some(end) = end {
                foreign.push(Foreign::Variable(self.words.extent(at, end)));
            }
            at = end.unwrap_or(at + 1);
        }
        foreign
    }

    /// The end of a variable, or of a field of one, that is an operand here.
    fn variable(&self, at: usize, first: usize, last: usize) -> Option<usize> {
        let words = &self.words;
        let operator =
            matches!(words.lexeme(at - 1), Some(Lexeme::Symbol(b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/')));
        let any = words.is_symbol(at - 1, b'(') && words.is_any(at - 2, &["ANY", "ALL"]);
        // A field of a variable is no name that a list of columns holds.
        let is_field = words.is_symbol(at + 1, b'.') && words.name(at + 2).is_some();
        let begins = words.is_symbol(at - 1, b'(')
            || words.is_symbol(at - 1, b'[')
            || words.is_symbol(at - 1, b',')
            || words.is_any(at - 1, &["WHERE", "ON", "OR", "NOT", "THEN", "ELSE"]);
        if !(operator || any || words.is_any(at - 1, &["BETWEEN", "AND", "LIMIT", "OFFSET"]) || is_field && begins) {
            return None;
        }
        let name = words.name(at)?;
        let of_trigger = || is_field && self.is_row_of_trigger(&name, first, last);
        (self.names.contains(&name) || of_trigger()).then_some(())?;
        let mut end = at + 1;
        while words.is_symbol(end, b'.') && words.name(end + 1).is_some() {
            end += 2;
        }
        (end <= last && !words.is_symbol(end, b'(')).then_some(end)
    }

    /// Whether NEW or OLD stands for a row of the trigger, as long as no table of the statement is called so.
    fn is_row_of_trigger(&self, name: &str, first: usize, last: usize) -> bool {
        let is_alias = |at: usize| self.words.is_any(at, &[name]) && !self.words.is_symbol(at + 1, b'.');
        matches!(name, "new" | "old") && !(first..last).any(is_alias)
    }

    /// `INTO [STRICT] target, ...` of a query or a write.
    fn clause_of_targets(&self, first: usize, last: usize) -> Option<Span> {
        let words = &self.words;
        let names_table = |at: usize| words.is_any(at, &["INSERT", "MERGE"]);
        let is_into = |at: &usize| words.is_any(*at, &["INTO"]) && !names_table(*at - 1);
        let into = (first + 1..last).find(is_into)?;
        let mut at = into + 1 + usize::from(words.is_any(into + 1, &["STRICT"]));
        loop {
            words.lexeme(at)?;
            at += 1;
            while words.is_symbol(at, b'.') {
                at += 2;
            }
            if !words.is_symbol(at, b',') {
                return Some(words.extent(into, at.min(last)));
            }
            at += 1;
        }
    }
}

/// The end of EXECUTE's string: where INTO or USING starts.
fn end_of_string(words: &Lexemes, first: usize, last: usize) -> usize {
    let mut depth = 0usize;
    for at in first..last {
        match words.lexeme(at) {
            Some(Lexeme::Symbol(b'(' | b'[')) => depth += 1,
            Some(Lexeme::Symbol(b')' | b']')) => depth = depth.saturating_sub(1),
            Some(Lexeme::Word) if depth == 0 && words.is_any(at, &["INTO", "USING"]) => return at,
            _ => {}
        }
    }
    last
}

/// The lexeme behind a bracket and what it holds.
fn behind_bracket(words: &Lexemes, opening: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in opening.. {
        match words.lexeme(at)? {
            Lexeme::Symbol(b'[') => depth += 1,
            Lexeme::Symbol(b']') if depth == 1 => return Some(at + 1),
            Lexeme::Symbol(b']') => depth -= 1,
            Lexeme::Symbol(b';') => return None,
            _ => {}
        }
    }
    None
}

/// The table of an ALTER TABLE whose name stands whole in the constant beginning of its text, and which does nothing to
/// others: it does not cascade, as far as can be seen, and gives no names away.
fn altered_table(beginning: &str) -> Option<String> {
    let lower = beginning.to_lowercase();
    let rest = lower.trim_start().strip_prefix("alter table ")?.trim_start();
    let rest = rest.strip_prefix("if exists ").unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("only ").unwrap_or(rest).trim_start();
    let (name, action) = rest.split_once(char::is_whitespace)?;
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let last = name.rsplit('.').next().filter(|_| name.split('.').all(plain))?;
    let own = ["add constraint ", "drop constraint ", "validate constraint "];
    own.iter().any(|action_of_its_own| action.trim_start().starts_with(action_of_its_own)).then(|| last.to_owned())
}

/// Whether what a statement locks does not depend on a name in it that is not known.
fn is_told(statement: &Statement) -> bool {
    let known = |name: &ObjectName| {
        let is_known = |part: &Ident| part.name != constant::UNKNOWN_NAME;
        is_known(&name.name) && name.schema.as_ref().is_none_or(is_known)
    };
    match &statement.kind {
        StatementKind::AlterTable(alter) => {
            let own = |action: &AlterAction| match &action.kind {
                AlterActionKind::DropConstraint { .. }
                | AlterActionKind::DropColumn { .. }
                | AlterActionKind::RenameColumn { .. }
                | AlterActionKind::RenameConstraint { .. }
                | AlterActionKind::ValidateConstraint(_) => true,
                AlterActionKind::AlterColumn { change, .. } => matches!(
                    change,
                    ColumnChange::DropNotNull | ColumnChange::DropDefault | ColumnChange::SetStatistics(_)
                ),
                _ => false,
            };
            alter.object == AlterObject::Table && known(&alter.name) && alter.actions.iter().all(own)
        }
        StatementKind::Drop(drop) => {
            let part = matches!(drop.object, ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule);
            part && drop.on.as_ref().is_some_and(known)
        }
        _ => false,
    }
}
