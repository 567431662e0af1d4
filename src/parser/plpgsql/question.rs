//! What conditions of PL/pgSQL ask: which event has fired a trigger, and what the catalogs hold.
//!
//! Source: documentation, "Trigger Functions" in PL/pgSQL, "The Information Schema" and "System Catalogs".

use ecow::{EcoString, eco_format};

use super::lexemes::Lexemes;
use crate::ast::{CatalogRows, Events, Question, Sought, When};
use crate::parser::scan::Lexeme;
use crate::postgres::VersionSet;

/// Parentheses in parentheses that are followed.
const DEEPEST: usize = 20;

/// Columns that are false of whatever history knows.
const ALWAYS_FALSE: &[&str] = &["attisdropped", "tgisinternal"];

/// Types that a name may be cast to for a comparison with a column.
const NAME_TYPES: &[&str] = &["regclass", "name", "text"];

/// Words behind the conditions of a query.
const BEHIND_WHERE: &[&str] =
    &["EXCEPT", "FETCH", "FOR", "GROUP", "HAVING", "INTERSECT", "LIMIT", "OFFSET", "ORDER", "UNION", "WINDOW"];

/// The question that stands between two lexemes.
pub(super) fn read(words: &Lexemes, from: usize, to: usize) -> Question {
    let mut reader = Reader { words, at: from, end: to, depth: 0 };
    let question = reader.any();
    if reader.at_end() { question } else { Question::Other }
}

/// At which events CASE of `TG_OP` takes `WHEN 'INSERT', 'UPDATE'`.
pub(super) fn listed_events(words: &Lexemes, from: usize, to: usize) -> When {
    let mut reader = Reader { words, at: from, end: to, depth: 0 };
    reader.events().filter(|_| reader.at_end()).map_or(When::PERHAPS, When::at)
}

/// Whether the value between two lexemes is `TG_OP`.
pub(super) fn is_event(words: &Lexemes, from: usize, to: usize) -> bool {
    let mut inner = (from..to).filter(|at| !words.is_symbol(*at, b'(') && !words.is_symbol(*at, b')'));
    inner.next().is_some_and(|at| words.is_any(at, &["TG_OP"])) && inner.next().is_none()
}

/// A descent over a condition. What it does not know is stepped over, and is a [`Question::Other`].
struct Reader<'w, 't> {
    words: &'w Lexemes<'t>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn at_end(&self) -> bool {
        self.at >= self.end
    }

    fn is(&self, word: &str) -> bool {
        !self.at_end() && self.words.is_any(self.at, &[word])
    }

    fn is_symbol(&self, symbol: u8) -> bool {
        !self.at_end() && self.words.is_symbol(self.at, symbol)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn eat_pair(&mut self, symbols: [u8; 2]) -> bool {
        let found = self.at + 1 < self.end && self.words.is_pair(self.at, symbols);
        self.at += if found { 2 } else { 0 };
        found
    }

    /// A lexeme that is written just so.
    fn eat_written(&mut self, written: &str) -> bool {
        let found = !self.at_end() && self.words.written(self.at) == written;
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Option<EcoString> {
        let name = self.words.name(self.at).filter(|_| !self.at_end())?;
        self.at += 1;
        Some(name.into())
    }

    /// A plain string without quotes and escapes in it.
    fn text(&mut self) -> Option<EcoString> {
        let is_string = !self.at_end() && self.words.lexeme(self.at) == Some(Lexeme::String);
        let written = self.words.written(self.at).strip_prefix('\'')?.strip_suffix('\'')?;
        let plain = is_string && !written.contains('\'');
        self.at += usize::from(plain);
        plain.then(|| written.into())
    }

    /// `a OR b`
    fn any(&mut self) -> Question {
        let first = self.all();
        if !self.is("OR") {
            return first;
        }
        let mut parts = vec![first];
        while self.eat("OR") {
            parts.push(self.all());
        }
        Question::Any(parts)
    }

    /// `a AND b`
    fn all(&mut self) -> Question {
        let first = self.one();
        if !self.is("AND") {
            return first;
        }
        let mut parts = vec![first];
        while self.eat("AND") {
            parts.push(self.one());
        }
        Question::All(parts)
    }

    fn one(&mut self) -> Question {
        let mut negated = false;
        while self.eat("NOT") {
            negated = !negated;
        }
        let from = self.at;
        match self.known().filter(|_| self.at_end() || self.is("AND") || self.is("OR") || self.is_symbol(b')')) {
            Some(question) if negated => Question::Not(Box::new(question)),
            Some(question) => question,
            None => {
                self.at = from;
                self.skip();
                Question::Other
            }
        }
    }

    /// Steps over a comparison, up to AND, OR, or the end of the parentheses around it.
    fn skip(&mut self) {
        let (mut depth, mut cases, mut betweens) = (0usize, 0usize, 0usize);
        while !self.at_end() {
            let is = |word| self.words.is_any(self.at, &[word]);
            let outside = depth == 0 && cases == 0;
            match self.words.lexeme(self.at) {
                Some(Lexeme::Symbol(b'(' | b'[')) => depth += 1,
                Some(Lexeme::Symbol(b')' | b']')) if depth == 0 => return,
                Some(Lexeme::Symbol(b')' | b']')) => depth -= 1,
                Some(Lexeme::Word) if is("CASE") => cases += 1,
                Some(Lexeme::Word) if is("END") => cases = cases.saturating_sub(1),
                Some(Lexeme::Word) if outside && is("BETWEEN") => betweens += 1,
                Some(Lexeme::Word) if outside && is("AND") && betweens > 0 => betweens -= 1,
                Some(Lexeme::Word) if outside && (is("AND") || is("OR")) => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn known(&mut self) -> Option<Question> {
        match () {
            () if self.eat("TG_OP") => self.event(),
            () if self.eat("EXISTS") => self.exists(),
            () if self.eat("to_regclass") => self.regclass(),
            () if self.eat("current_setting") => self.version(),
            () if self.is_symbol(b'(') => {
                self.at += 1;
                if self.eat("SELECT") {
                    return self.value();
                }
                if self.depth == DEEPEST {
                    return None;
                }
                self.depth += 1;
                let inner = self.any();
                self.depth -= 1;
                self.eat_symbol(b')').then_some(inner)
            }
            () => None,
        }
    }

    /// Behind `TG_OP`: a comparison with one event, or with several.
    fn event(&mut self) -> Option<Question> {
        let negated = self.eat("NOT") || self.eat_pair(*b"<>") || self.eat_pair(*b"!=");
        let found = match self.eat("IN") || negated || self.eat_symbol(b'=') {
            true if self.eat_symbol(b'(') => self.events().filter(|_| self.eat_symbol(b')'))?,
            true => Events::named(&self.text()?),
            false => return None,
        };
        Some(Question::Event(When::at(if negated { found.negated() } else { found })))
    }

    /// `'INSERT', 'UPDATE'`
    fn events(&mut self) -> Option<Events> {
        let mut events = Events::named(&self.text()?);
        while self.eat_symbol(b',') {
            events = events.or(Events::named(&self.text()?));
        }
        Some(events)
    }

    /// Behind EXISTS.
    fn exists(&mut self) -> Option<Question> {
        let opened = self.eat_symbol(b'(') && self.eat("SELECT");
        let rows = if opened { self.rows()? } else { return None };
        self.eat_symbol(b')').then_some(Question::Rows(rows))
    }

    /// Behind `to_regclass`: `('name') IS [NOT] NULL`
    fn regclass(&mut self) -> Option<Question> {
        let name = if self.eat_symbol(b'(') { self.text()? } else { return None };
        if !self.eat_symbol(b')') || !self.eat("IS") {
            return None;
        }
        let there = Question::Relation(name);
        let question = if self.eat("NOT") { there } else { Question::Not(Box::new(there)) };
        self.eat("NULL").then_some(question)
    }

    /// Behind `current_setting`: `('server_version_num')::int >= 120000`
    fn version(&mut self) -> Option<Question> {
        let named = self.eat_symbol(b'(') && self.text()? == "server_version_num" && self.eat_symbol(b')');
        if !named || !self.eat_pair(*b"::") || !["int", "integer", "int4", "bigint"].iter().any(|of| self.eat(of)) {
            return None;
        }
        let (below, equal) = match () {
            () if self.eat_pair(*b">=") => (false, true),
            () if self.eat_pair(*b"<=") => (true, true),
            () if self.eat_symbol(b'>') => (false, false),
            () if self.eat_symbol(b'<') => (true, false),
            () => return None,
        };
        let number = self.words.written(self.at).parse::<u32>().ok().filter(|_| !self.at_end())?;
        self.at += 1;
        // The least number that is not below.
        let bound = if below == equal { number.checked_add(1)? } else { number };
        let major = |number: u32| u8::try_from(number / 10_000).ok().filter(|major| *major > 0);
        let (whole, begun) = (major(bound.checked_add(9_999)?)?, major(bound)?);
        let (above, under) = (VersionSet::since(whole), VersionSet::before(begun));
        Some(if below { Question::Version(under, above) } else { Question::Version(above, under) })
    }

    /// Behind `(SELECT`: `EXISTS (...))`, or `count(*) FROM ...) = 0`
    fn value(&mut self) -> Option<Question> {
        if self.eat("EXISTS") {
            let inner = self.exists()?;
            return self.eat_symbol(b')').then_some(inner);
        }
        let counted = self.eat("count") && self.eat_symbol(b'(') && (self.eat_symbol(b'*') || self.eat_written("1"));
        if !counted || !self.eat_symbol(b')') {
            return None;
        }
        let rows = Question::Rows(self.rows()?);
        if !self.eat_symbol(b')') {
            return None;
        }
        let question = match self.eat_pair(*b"<>") || self.eat_pair(*b"!=") || self.eat_symbol(b'>') {
            true => rows,
            false if self.eat_symbol(b'=') => Question::Not(Box::new(rows)),
            false => return None,
        };
        self.eat_written("0").then_some(question)
    }

    /// From the list of SELECT on, up to the closing parenthesis.
    fn rows(&mut self) -> Option<CatalogRows> {
        while !self.eat("FROM") {
            let ends = matches!(self.words.lexeme(self.at), Some(Lexeme::Symbol(b'(' | b')' | b';')));
            if ends || self.at_end() {
                return None;
            }
            self.at += 1;
        }
        let first = self.name()?;
        let catalog = match first.as_str() {
            "information_schema" if self.eat_symbol(b'.') => eco_format!("{first}.{}", self.name()?),
            "pg_catalog" if self.eat_symbol(b'.') => self.name()?,
            _ if self.eat_symbol(b'.') => eco_format!("{first}.{}", self.name()?),
            _ => first,
        };
        let _as = self.eat("AS");
        if !self.is("WHERE") && !self.is_symbol(b')') {
            let _alias = self.name()?;
        }
        if self.is_symbol(b')') {
            return Some(CatalogRows { catalog, tests: Vec::new(), whole: true });
        }
        if self.eat("WHERE") { self.tests(catalog) } else { None }
    }

    /// `a = 'x' AND b = 'y' [LIMIT 1]`
    fn tests(&mut self, catalog: EcoString) -> Option<CatalogRows> {
        let mut rows = CatalogRows { catalog, tests: Vec::new(), whole: true };
        loop {
            let from = self.at;
            match self.test().filter(|_| self.is("AND") || self.is("LIMIT") || self.is_symbol(b')')) {
                Some(test) => rows.tests.extend(test),
                None => {
                    rows.whole = false;
                    self.at = from;
                    self.skip();
                    if (from..self.at).any(|at| self.words.is_any(at, BEHIND_WHERE)) {
                        return None;
                    }
                }
            }
            if !self.eat("AND") {
                break;
            }
        }
        if self.eat("LIMIT") && !self.eat_written("1") {
            return None;
        }
        self.is_symbol(b')').then_some(rows)
    }

    /// `column = 'x'`, or NOT of what is always false, which tests nothing.
    fn test(&mut self) -> Option<Option<(EcoString, Sought)>> {
        let negated = self.eat("NOT");
        let mut column = self.name()?;
        if self.eat_symbol(b'.') {
            column = self.name()?;
        }
        if negated {
            return ALWAYS_FALSE.contains(&column.as_str()).then_some(None);
        }
        if self.eat("IS") {
            let null = !self.eat("NOT");
            return self.eat("NULL").then(|| Some((column, Sought::Null(null))));
        }
        if !self.eat_symbol(b'=') {
            return None;
        }
        let sought = if self.eat("current_schema") {
            let _call = self.eat_symbol(b'(') && self.eat_symbol(b')');
            Sought::CurrentSchema
        } else {
            Sought::Text(self.text()?)
        };
        if self.eat_pair(*b"::") && !NAME_TYPES.iter().any(|to| self.eat(to)) {
            return None;
        }
        Some(Some((column, sought)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::text::Text;

    fn of(condition: &str) -> Question {
        let words = Lexemes::of(Text::of_file(condition)).unwrap();
        let end = (0..).find(|at| words.lexeme(*at).is_none()).unwrap();
        read(&words, 0, end)
    }

    fn rows(catalog: &str, tests: &[(&str, &str)], whole: bool) -> Question {
        let test = |(column, text): &(&str, &str)| ((*column).into(), Sought::Text((*text).into()));
        Question::Rows(CatalogRows { catalog: catalog.into(), tests: tests.iter().map(test).collect(), whole })
    }

    #[test]
    fn what_is_asked_of_the_event() {
        let both = Events::INSERT.or(Events::UPDATE);
        for (text, possible, certain) in [
            ("TG_OP = 'INSERT'", Events::INSERT, Events::INSERT),
            ("(tg_op = 'DELETE')", Events::DELETE, Events::DELETE),
            ("TG_OP = ('DELETE')", Events::DELETE, Events::DELETE),
            ("TG_OP IN ('INSERT', 'UPDATE')", both, both),
            ("TG_OP NOT IN ('INSERT', 'UPDATE')", both.negated(), both.negated()),
            ("TG_OP = 'INSERT' OR TG_OP = 'UPDATE'", both, both),
            ("TG_OP <> 'DELETE'", Events::DELETE.negated(), Events::DELETE.negated()),
            ("NOT (TG_OP = 'DELETE')", Events::DELETE.negated(), Events::DELETE.negated()),
            ("TG_OP = 'UPDATE' AND NEW.a > 1", Events::UPDATE, Events::NONE),
            ("TG_OP = 'UPDATE' OR NEW.a > 1", Events::ALL, Events::UPDATE),
            ("TG_OP = 'UPDATE' || x", Events::ALL, Events::NONE),
            ("NEW.a BETWEEN 1 AND 2", Events::ALL, Events::NONE),
            ("NEW.a BETWEEN 1 AND 2 AND TG_OP = 'UPDATE'", Events::UPDATE, Events::NONE),
            ("CASE WHEN a AND b THEN c END AND TG_OP = 'UPDATE'", Events::UPDATE, Events::NONE),
            ("NEW.note = 'a OR TG_OP = b'", Events::ALL, Events::NONE),
        ] {
            assert_eq!(of(text).when(), When { possible, certain }, "{text}");
        }
    }

    #[test]
    fn what_is_asked_of_catalogs() {
        let class = rows("pg_class", &[("relname", "a")], true);
        let no = |question| Question::Not(Box::new(question));
        for (text, question) in [
            ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a')", class.clone()),
            ("EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relname = 'a'::name LIMIT 1)", class.clone()),
            ("NOT NOT NOT EXISTS (SELECT * FROM pg_class WHERE relname = 'a')", no(class.clone())),
            ("(SELECT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a'))", class.clone()),
            ("(SELECT count(*) FROM pg_class WHERE relname = 'a') = 0", no(class.clone())),
            ("(SELECT count(1) FROM pg_class WHERE relname = 'a') > 0", class.clone()),
            ("a > 3 AND (EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a'))", {
                Question::All(vec![Question::Other, class.clone()])
            }),
            ("to_regclass('app.t') IS NULL", no(Question::Relation("app.t".into()))),
            ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' AND relkind IN ('r'))", {
                rows("pg_class", &[("relname", "a")], false)
            }),
            ("EXISTS (SELECT 1 FROM pg_attribute WHERE attname = 'a' AND NOT attisdropped)", {
                rows("pg_attribute", &[("attname", "a")], true)
            }),
        ] {
            assert_eq!(of(text), question, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood() {
        for text in [
            "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' OR relname = 'b')",
            "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' UNION SELECT 1)",
            "EXISTS (SELECT 1 FROM pg_class WHERE x AND y UNION SELECT 1)",
            "EXISTS (SELECT 1 FROM pg_class, b WHERE relname = 'a')",
            "EXISTS (SELECT count(*) FROM pg_class WHERE relname = 'a')",
            "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' LIMIT 0)",
            "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a') = b",
            "(SELECT count(*) FROM pg_class WHERE relname = 'a') = 1",
            "to_regclass('t') = 'u'::regclass",
            "a",
            "",
        ] {
            assert_eq!(of(text), Question::Other, "{text}");
        }
        let union = "EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' || 'b')";
        assert_eq!(of(union), rows("pg_class", &[], false));
    }
}
