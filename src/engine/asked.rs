//! What a DO block asks the catalogs before it goes into a branch: `IF NOT EXISTS (SELECT ... FROM information_schema.columns
//! WHERE ...)`.
//!
//! Source: documentation, "The Information Schema" and "System Catalogs"; measurements (`fixtures/facts/do-asks-*.sql`). A
//! question is answered only where history knows all that the answer depends on.

mod catalogs;

use super::surroundings::Surroundings;

/// The answer to a condition, where history gives it.
pub(super) fn answer(text: &str, around: &Surroundings) -> Option<bool> {
    let tokens = tokens(text)?;
    let mut asked = Asked { rest: &tokens, around };
    let answer = asked.either()?;
    asked.rest.is_empty().then_some(answer).flatten()
}

/// A piece of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name or keyword in lower case, or a quoted name.
    Word(String),
    Text(String),
    Sign(char),
}

/// The pieces of a text without comments; `None` where it has others.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '\'' | '"' => {
                let inner = rest.get(1..)?;
                let end = inner.find(first).filter(|end| !inner[end + 1..].starts_with(first))?;
                let written = inner.get(..end)?.to_owned();
                found.push(if first == '"' { Token::Word(written) } else { Token::Text(written) });
                end + 2
            }
            '-' | '/' | '\\' => return None,
            c if is_part(c) => {
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                found.push(Token::Word(rest.get(..length)?.to_lowercase()));
                length
            }
            c => {
                found.push(Token::Sign(c));
                c.len_utf8()
            }
        };
        rest = rest.get(length..)?.trim_start();
    }
    Some(found)
}

struct Asked<'t, 'a> {
    rest: &'t [Token],
    around: &'a Surroundings<'a>,
}

/// Columns that are false of what history knows.
const ALWAYS_FALSE: &[&str] = &["attisdropped", "tgisinternal"];

/// A comparison that must hold: the column, and its value.
type Test = (String, String);

/// What a query of a catalog asks for.
#[derive(Debug, Default)]
struct Sought {
    tests: Vec<Test>,
    /// All conditions are among the tests.
    whole: bool,
}

impl Sought {
    fn of(&self, column: &str) -> Option<&str> {
        self.tests.iter().find(|(known, _)| known == column).map(|(_, value)| value.as_str())
    }

    /// Whether nothing is asked but these columns, so that what they find is the answer.
    fn is_only(&self, columns: &[&str]) -> bool {
        self.whole && self.tests.iter().all(|(column, _)| columns.contains(&column.as_str()))
    }
}

impl Asked<'_, '_> {
    fn eat(&mut self, word: &str) -> bool {
        let found = matches!(self.rest.first(), Some(Token::Word(other)) if other == word);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.rest.first() == Some(&Token::Sign(sign));
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn word(&mut self) -> Option<String> {
        let Some((Token::Word(word), rest)) = self.rest.split_first() else { return None };
        self.rest = rest;
        Some(word.clone())
    }

    fn text(&mut self) -> Option<String> {
        let Some((Token::Text(text), rest)) = self.rest.split_first() else { return None };
        self.rest = rest;
        Some(text.clone())
    }

    /// `a OR b`. The outer `None` is text that is not understood.
    fn either(&mut self) -> Option<Option<bool>> {
        let mut all = vec![self.both()?];
        while self.eat("or") {
            all.push(self.both()?);
        }
        let unknown = all.contains(&None);
        Some(if all.contains(&Some(true)) { Some(true) } else { (!unknown).then_some(false) })
    }

    /// `a AND b`
    fn both(&mut self) -> Option<Option<bool>> {
        let mut all = vec![self.one()?];
        while self.eat("and") {
            all.push(self.one()?);
        }
        let unknown = all.contains(&None);
        Some(if all.contains(&Some(false)) { Some(false) } else { (!unknown).then_some(true) })
    }

    fn one(&mut self) -> Option<Option<bool>> {
        if self.eat("not") {
            return Some(self.one()?.map(|answer| !answer));
        }
        if self.eat("exists") {
            return self.query();
        }
        if self.eat("to_regclass") {
            return self.regclass();
        }
        if self.eat_sign('(') {
            if self.eat("select") {
                return self.value();
            }
            let inner = self.either()?;
            return self.eat_sign(')').then_some(inner);
        }
        None
    }

    /// `to_regclass('name') IS [NOT] NULL`
    fn regclass(&mut self) -> Option<Option<bool>> {
        let name = self.eat_sign('(').then(|| self.text()).flatten()?;
        if !self.eat_sign(')') || !self.eat("is") {
            return None;
        }
        let there = self.eat("not");
        if !self.eat("null") {
            return None;
        }
        let (schema, name) = split(&name)?;
        let found = self.relation(schema, name, |_| true);
        Some(found.map(|found| found == there))
    }

    /// Behind `(SELECT`: `EXISTS (...))`, or `count(*) FROM ...) = 0`
    fn value(&mut self) -> Option<Option<bool>> {
        if self.eat("exists") {
            let inner = self.query()?;
            return self.eat_sign(')').then_some(inner);
        }
        let counted = self.eat("count") && self.eat_sign('(') && (self.eat_sign('*') || self.eat("1"));
        if !counted || !self.eat_sign(')') {
            return None;
        }
        let found = self.rows()?;
        let signs = [self.eat_sign('<'), self.eat_sign('>'), self.eat_sign('=')];
        let wanted = match signs {
            [false, false, true] => false,
            [false, true, false] | [true, true, false] => true,
            _ => return None,
        };
        self.eat("0").then(|| found.map(|found| found == wanted))
    }

    /// `(SELECT ... FROM catalog [alias] WHERE column = 'value' AND ...)`
    fn query(&mut self) -> Option<Option<bool>> {
        if !self.eat_sign('(') || !self.eat("select") {
            return None;
        }
        self.rows()
    }

    /// From the list of SELECT on, up to and with the closing parenthesis.
    fn rows(&mut self) -> Option<Option<bool>> {
        while !self.eat("from") {
            let (skipped, rest) = self.rest.split_first()?;
            if matches!(skipped, Token::Sign('(' | ')' | ';')) {
                return None;
            }
            self.rest = rest;
        }
        let first = self.word()?;
        let catalog = match first.as_str() {
            "information_schema" if self.eat_sign('.') => format!("{first}.{}", self.word()?),
            "pg_catalog" if self.eat_sign('.') => self.word()?,
            _ => first,
        };
        let _as = self.eat("as");
        if !matches!(self.rest.first(), Some(Token::Word(word)) if word == "where") {
            let _alias = self.word()?;
        }
        let sought = self.tests()?;
        Some(self.found(&catalog, &sought))
    }

    /// `WHERE a = 'x' AND b = 'y')`
    fn tests(&mut self) -> Option<Sought> {
        let mut sought = Sought { tests: Vec::new(), whole: true };
        if !self.eat("where") {
            return None;
        }
        loop {
            if self.eat("not") {
                let mut what = self.word()?;
                if self.eat_sign('.') {
                    what = self.word()?;
                }
                sought.whole &= ALWAYS_FALSE.contains(&what.as_str());
                match (self.eat_sign(')'), self.eat("and")) {
                    (true, _) => return Some(sought),
                    (false, true) => continue,
                    (false, false) => return None,
                }
            }
            let mut column = self.word()?;
            if self.eat_sign('.') {
                column = self.word()?;
            }
            if !self.eat_sign('=') {
                return None;
            }
            let value = match self.rest.first()? {
                Token::Text(_) => self.text()?,
                Token::Word(word) if word == "current_schema" => {
                    let _name = self.word()?;
                    let _call = self.eat_sign('(') && self.eat_sign(')');
                    self.around.search_path.first()?.to_string()
                }
                Token::Word(_) | Token::Sign(_) => return None,
            };
            if self.eat_sign(':') {
                let cast = self.eat_sign(':') && ["regclass", "name", "text"].iter().any(|to| self.eat(to));
                if !cast {
                    return None;
                }
            }
            sought.tests.push((column, value));
            if self.eat_sign(')') {
                return Some(sought);
            }
            if !self.eat("and") {
                return None;
            }
        }
    }
}

/// A name with or without its schema, as long as no sign is in it.
fn split(name: &str) -> Option<(Option<&str>, &str)> {
    let plain = name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'));
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [name] if plain => Some((None, name)),
        [schema, name] if plain => Some((Some(schema), name)),
        _ => None,
    }
}
