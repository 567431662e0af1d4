//! Help for the tests of the grammar: run one entry point, and print a tree so briefly that a test can spell it out.

use std::fmt::Debug;
use std::iter::Peekable;
use std::str::Chars;

use super::cursor::{Cursor, Parsed};
use crate::source::Span;

/// Runs an entry point over a whole statement. A failure is its message, ` @ `, and the text from its place on.
pub(super) fn parse<T>(text: &str, entry: impl FnOnce(&mut Cursor) -> Parsed<T>) -> Result<T, String> {
    let run = || {
        let mut cursor = Cursor::new(text, Span::new(0, text.len()))?;
        let value = entry(&mut cursor)?;
        cursor.expect_end()?;
        Ok(value)
    };
    run().map_err(|error: super::cursor::SyntaxError| format!("{} @ {}", error.message, &text[error.at.start..]))
}

/// What an entry point makes of a statement, printed by [`brief`], or its failure.
pub(super) fn outline<T: Debug>(text: &str, entry: impl FnOnce(&mut Cursor) -> Parsed<T>) -> String {
    parse(text, entry).map_or_else(|error| error, |value| brief(text, &value))
}

/// Checks a list of statements against what [`outline`] is to say.
pub(super) fn check<T: Debug>(entry: fn(&mut Cursor) -> Parsed<T>, cases: &[(&str, &str)]) {
    check_each(cases, |text| outline(text, entry));
}

/// Checks a list of texts against what `found` is to say of each.
pub(super) fn check_each(cases: &[(&str, &str)], found: impl Fn(&str) -> String) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, expected, found(text)))
        .filter(|(_, expected, found)| found != *expected)
        .map(|(text, expected, found)| format!("for {text}\nexpected {expected}\n   found {found}\n"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A tree without what says nothing: names, expressions and queries are their source text, types their canonical name;
/// spans, `false`, `0`, `None`, `Permanent`, empty lists and wrappers are left out.
pub(super) fn brief(text: &str, value: &impl Debug) -> String {
    let debug = format!("{value:?}");
    Printer { text, rest: debug.chars().peekable() }.value()
}

/// Structs that are printed as their source text.
const AS_WRITTEN: &[&str] = &["Expr", "ForeignOption", "Ident", "NamedOption", "ObjectName", "Query", "Text"];

/// Reads what `{:?}` prints.
struct Printer<'a> {
    text: &'a str,
    rest: Peekable<Chars<'a>>,
}

impl Printer<'_> {
    fn value(&mut self) -> String {
        match self.rest.peek() {
            Some('"') => self.string(),
            Some('[') => match self.list(']') {
                items if items.is_empty() => String::new(),
                items => format!("[{}]", items.join(", ")),
            },
            _ => self.named(),
        }
    }

    fn named(&mut self) -> String {
        let mut name = String::new();
        while let Some(char) = self.rest.next_if(|char| char.is_alphanumeric() || "_-.".contains(*char)) {
            name.push(char);
        }
        if self.rest.peek() == Some(&'(') {
            let items = self.list(')').join(", ");
            let wrapper = name == "Some" || items.strip_prefix(&name).is_some_and(|rest| rest.starts_with(" {"));
            let items = if wrapper && items.is_empty() { "false".to_owned() } else { items };
            return if wrapper { items } else { format!("{name}({items})") };
        }
        if matches!(name.as_str(), "false" | "None" | "Permanent") {
            return String::new();
        }
        let mut ahead = self.rest.clone();
        if ahead.next() == Some(' ') && ahead.next() == Some('{') {
            self.rest.next();
            let fields = self.list('}');
            return self.structure(&name, fields);
        }
        name
    }

    fn structure(&self, name: &str, fields: Vec<String>) -> String {
        let bounds: Vec<usize> = fields.iter().filter_map(|field| field.rsplit(": ").next()?.parse().ok()).collect();
        if let ("Span", [start, end]) = (name, bounds.as_slice()) {
            return format!("{start}..{end}");
        }
        if AS_WRITTEN.contains(&name) {
            let span = fields.iter().find_map(|field| field.strip_prefix("span: ")?.split_once(".."));
            let (start, end) = span.unwrap_or(("0", "0"));
            return self.text[start.parse().unwrap_or(0)..end.parse().unwrap_or(0)].to_owned();
        }
        if name == "DataType" {
            return data_type(&fields);
        }
        let said = |field: &&String| !field.ends_with(": ") && !field.ends_with(": 0") && !is_span(field);
        let fields: Vec<&str> = fields.iter().filter(said).map(String::as_str).collect();
        match (fields.as_slice(), name) {
            ([], "ConstraintChange" | "ConstraintTraits" | "IndexParameters" | "Rows") => String::new(),
            ([], _) => name.to_owned(),
            (fields, _) => format!("{name} {{ {} }}", fields.join(", ")),
        }
    }

    /// Items up to a closing bracket; those of a struct have `name: ` in front.
    fn list(&mut self, end: char) -> Vec<String> {
        self.rest.next();
        let mut items = Vec::new();
        loop {
            while self.rest.next_if(|char| " ,".contains(*char)).is_some() {}
            if self.rest.next_if_eq(&end).is_some() {
                return items;
            }
            let item = self.value();
            if self.rest.next_if_eq(&':').is_some() {
                self.rest.next();
                items.push(format!("{item}: {}", self.value()));
            } else {
                items.push(item);
            }
        }
    }

    fn string(&mut self) -> String {
        let mut string = String::new();
        self.rest.next();
        while let Some(char) = self.rest.next() {
            match char {
                '"' => break,
                '\\' => string.extend(self.rest.next()),
                char => string.push(char),
            }
        }
        format!("`{string}`")
    }
}

/// `numeric(10, 2)[]`
fn data_type(fields: &[String]) -> String {
    let field = |name: &str| fields.iter().find_map(|field| field.strip_prefix(name)).unwrap_or_default();
    let modifiers = field("modifiers: ").replace('[', "(").replace(']', ")");
    let words = match field("words: ").trim_matches(['[', ']']) {
        "" => String::new(),
        words => format!("({})", words.replace('`', "")),
    };
    let fields_of_interval = match field("fields: ").trim_matches('`') {
        "" => String::new(),
        fields => format!(" {fields}"),
    };
    let setof = if field("setof: ") == "true" { "setof " } else { "" };
    let of_column = if field("of_column: ") == "true" { "%type" } else { "" };
    let dimensions = "[]".repeat(field("dimensions: ").parse().unwrap_or(0));
    let serial = if field("serial: ") == "true" { " serial" } else { "" };
    let name = field("name: ").trim_matches('`');
    format!("{setof}{name}{of_column}{fields_of_interval}{words}{modifiers}{dimensions}{serial}")
}

fn is_span(field: &str) -> bool {
    field
        .rsplit(": ")
        .next()
        .and_then(|value| value.split_once(".."))
        .is_some_and(|(start, end)| start.chars().chain(end.chars()).all(|char| char.is_ascii_digit()))
}
