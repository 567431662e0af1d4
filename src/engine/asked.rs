//! What a DO block asks the catalogs before it goes into a branch: `IF NOT EXISTS (SELECT ... FROM information_schema.columns
//! WHERE ...)`.
//!
//! Source: documentation, "The Information Schema" and "System Catalogs"; measurements (`fixtures/facts/do-asks-*.sql`). A
//! question is answered only where history knows all that the answer depends on.

use crate::ast::{Ident, ObjectName};
use crate::source::Span;

use super::catalog::{Kind, Past, Relation};
use super::effect::{RelationKind, RelationName};
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

    /// `(SELECT ... FROM catalog [alias] WHERE column = 'value' AND ...)`
    fn query(&mut self) -> Option<Option<bool>> {
        if !self.eat_sign('(') || !self.eat("select") {
            return None;
        }
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

    /// Whether the catalog has such a row.
    fn found(&self, catalog: &str, sought: &Sought) -> Option<bool> {
        use RelationKind as K;
        let named = |schema: &str, name: &str, kind: fn(&Relation) -> bool| {
            let known = sought.is_only(&[schema, name]);
            self.relation(sought.of(schema), sought.of(name)?, kind).filter(|found| known || !found)
        };
        match catalog {
            "information_schema.columns" => {
                let known = sought.is_only(&["table_schema", "table_name", "column_name"]);
                let found = self.column(sought.of("table_schema"), sought.of("table_name")?, sought.of("column_name"));
                found.filter(|found| known || !found)
            }
            "information_schema.tables" => {
                named("table_schema", "table_name", |relation| !matches!(relation.kind, K::MaterializedView))
            }
            "pg_tables" => {
                named("schemaname", "tablename", |relation| matches!(relation.kind, K::Table | K::PartitionedTable))
            }
            "pg_views" => named("schemaname", "viewname", |relation| relation.kind == K::View),
            "pg_matviews" => named("schemaname", "matviewname", |relation| relation.kind == K::MaterializedView),
            "pg_indexes" => {
                let found = self.index(sought.of("schemaname"), sought.of("indexname")?);
                found.filter(|found| !found || sought.is_only(&["schemaname", "indexname"]))
            }
            "pg_constraint" => {
                let found = self.constraint(sought.of("conrelid"), sought.of("conname")?);
                found.filter(|found| !found || sought.is_only(&["conrelid", "conname"]))
            }
            "information_schema.table_constraints" => {
                let found = self.constraint(sought.of("table_name"), sought.of("constraint_name")?);
                found.filter(|found| !found || sought.is_only(&["table_name", "constraint_name"]))
            }
            "pg_class" => {
                let name = sought.of("relname")?;
                let found = self.index(None, name).or_else(|| self.relation(None, name, |_| true));
                found.filter(|found| !found || sought.is_only(&["relname"]))
            }
            "pg_type" => self.has_type(sought.of("typname")?).filter(|_| sought.is_only(&["typname"])),
            _ => None,
        }
    }

    /// The relations of a name, in a schema or in any.
    fn named<'s>(&'s self, schema: Option<&'s str>, name: &'s str) -> impl Iterator<Item = &'s Relation> {
        let here = move |relation: &&Relation| schema.is_none_or(|schema| *relation.name.schema == *schema);
        self.around.catalog.relations().filter(move |relation| *relation.name.name == *name).filter(here)
    }

    /// Whether nothing has the name, in a schema or in any.
    fn is_missing(&self, schema: Option<&str>, name: &str) -> bool {
        let missing = |schema: &str| self.around.is_missing(&RelationName::new(schema, name));
        let elsewhere = schema.is_none() && self.around.catalog.has_relation_named(name);
        !elsewhere && self.around.search_path.first().is_some_and(|first| missing(schema.unwrap_or(first)))
    }

    fn relation(&self, schema: Option<&str>, name: &str, kind: impl Fn(&Relation) -> bool) -> Option<bool> {
        match self.named(schema, name).next() {
            None => self.is_missing(schema, name).then_some(false),
            Some(_) => {
                let there = self.named(schema, name).any(|relation| is_there(relation) && kind(relation));
                there.then_some(true)
            }
        }
    }

    fn column(&self, schema: Option<&str>, table: &str, column: Option<&str>) -> Option<bool> {
        let Some(column) = column else { return self.relation(schema, table, |_| true) };
        let (mut any, mut all_lack) = (false, true);
        for relation in self.named(schema, table) {
            if matches!(relation.kind, RelationKind::MaterializedView | RelationKind::Sequence) {
                return None;
            }
            let known = is_there(relation) && relation.is_known_whole();
            if known && relation.column(column).is_some() {
                return Some(true);
            }
            any = true;
            all_lack &= known && relation.column(column).is_none();
        }
        let only = schema.is_some() || self.around.history_is_whole;
        if any { (all_lack && only).then_some(false) } else { self.is_missing(schema, table).then_some(false) }
    }

    fn index(&self, schema: Option<&str>, name: &str) -> Option<bool> {
        let of = |relation: &Relation| {
            let here = schema.is_none_or(|schema| *relation.name.schema == *schema);
            here && is_there(relation) && relation.index(name).is_some_and(|index| index.certain && !index.more.doubted)
        };
        match self.around.catalog.relations().any(of) {
            true => Some(true),
            false => self.is_missing(schema, name).then_some(false),
        }
    }

    /// NOT NULL constraints are in the catalog since 18 only.
    fn constraint(&self, table: Option<&str>, name: &str) -> Option<bool> {
        if name.ends_with("not_null") {
            return None;
        }
        let (schema, table) = match table {
            Some(table) => split(table).map(|(schema, table)| (schema, Some(table)))?,
            None => (None, None),
        };
        let here = |relation: &&Relation| {
            table.is_none_or(|table| *relation.name.name == *table)
                && schema.is_none_or(|schema| *relation.name.schema == *schema)
        };
        if table.is_some_and(|table| schema.is_none() && self.named(None, table).count() > 1) {
            return None;
        }
        let mut there = self.around.catalog.relations().filter(here).filter(|relation| is_there(relation));
        let has = |relation: &Relation| relation.constraint(name).is_some_and(|known| !known.doubted);
        if there.any(|relation| relation.complete && has(relation)) {
            return Some(true);
        }
        let table = table?;
        let lacks = |relation: &Relation| relation.is_known_whole() && relation.constraint(name).is_none();
        let mut known = self.named(schema, table).peekable();
        let only = schema.is_some() || self.around.history_is_whole;
        (known.peek().is_some() && only && known.all(|relation| is_there(relation) && lacks(relation))).then_some(false)
    }

    /// A type of the name is there.
    fn has_type(&self, name: &str) -> Option<bool> {
        let span = Span::default();
        let written = ObjectName { schema: None, name: Ident { name: name.into(), span }, span };
        let resolved = self.around.resolve_kind(Kind::Type, &written);
        let there = self.around.catalog.past(Kind::Type, &resolved).is_some_and(Past::is_there);
        there.then_some(true)
    }
}

fn is_there(relation: &Relation) -> bool {
    relation.created_in.is_some() && !relation.perhaps_older && !relation.perhaps_missing
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
