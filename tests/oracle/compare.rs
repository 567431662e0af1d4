//! Compares one statement of lockwise's with one of PostgreSQL's.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Formatter};

use lockwise::ast::{Statement, StatementKind};
use lockwise::parser::{Repeat, Script};
use lockwise::source::Span;

use crate::facts;
use crate::grammar::Known;

/// How well lockwise understands a statement that PostgreSQL accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Understanding {
    /// It has a tree.
    Typed,
    /// Its kind is known, and perhaps its object.
    Opaque,
    /// Neither.
    Nothing,
}

/// What became of a statement that PostgreSQL accepts.
pub struct Verdict {
    /// How well it is understood.
    pub understanding: Understanding,
    /// What is wrong.
    pub failures: Vec<Failure>,
}

/// What can be wrong with a statement.
#[derive(Clone, PartialEq)]
pub enum Failure {
    /// lockwise cuts the text elsewhere.
    Split(String),
    /// lockwise does not understand it.
    NotUnderstood(String),
    /// The facts differ.
    Facts(String),
    /// lockwise has names that PostgreSQL does not see.
    Names(String),
}

impl Display for Failure {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Split(what) => write!(out, "    cut elsewhere: {what}"),
            Self::NotUnderstood(message) => write!(out, "    not understood: {message}"),
            Self::Facts(difference) => out.write_str(difference),
            Self::Names(names) => write!(out, "    names that PostgreSQL does not see: {names}"),
        }
    }
}

/// Finds for each of PostgreSQL's statements the one of lockwise's in the same place, or one that stands for it, and compares
/// the two.
pub fn file(text: &str, script: &Script, theirs: &[Known]) -> Vec<Verdict> {
    let ours = &script.statements;
    let places: HashMap<Span, &Statement> = ours.iter().map(|own| (own.span, own)).collect();
    let mut repeats: Vec<Repeat> = script.repeats.clone();
    let pair = |known: &Known| match places.get(&Span::new(known.start, known.end)) {
        Some(own) => statement(own, known),
        None => stand_in(&places, &mut repeats, known).unwrap_or_else(|| cut_elsewhere(text, ours, known)),
    };
    theirs.iter().map(pair).collect()
}

/// A statement that lockwise leaves out, as one of those before stands for it and says the same of its own place.
fn stand_in(places: &HashMap<Span, &Statement>, repeats: &mut [Repeat], known: &Known) -> Option<Verdict> {
    let before = repeats.partition_point(|repeat| repeat.statement.start < known.start);
    for repeat in repeats[..before].iter_mut().rev().take(PATTERNS).filter(|repeat| repeat.count > 0) {
        let verdict = statement(places.get(&repeat.statement)?, known);
        if verdict.failures.is_empty() {
            repeat.count -= 1;
            return Some(verdict);
        }
    }
    None
}

/// So many statements that stand for others are looked at.
const PATTERNS: usize = 8;

fn cut_elsewhere(text: &str, ours: &[Statement], known: &Known) -> Verdict {
    let near = ours.iter().find(|own| own.span.end > known.start);
    let near = near.and_then(|own| text.get(own.span.start..own.span.end)).unwrap_or("nothing");
    let near: String = near.chars().take(200).collect();
    let failures = vec![Failure::Split(format!("lockwise has `{near}`"))];
    Verdict { understanding: Understanding::Nothing, failures }
}

/// Compares two statements that stand in the same place.
pub fn statement(own: &Statement, known: &Known) -> Verdict {
    let understanding = match &own.kind {
        StatementKind::Unparsed(unparsed) => {
            let failures = vec![Failure::NotUnderstood(unparsed.message.to_string())];
            return Verdict { understanding: Understanding::Nothing, failures };
        }
        StatementKind::Opaque(_) => Understanding::Opaque,
        _ => Understanding::Typed,
    };
    let mut failures = Vec::new();
    let mut found = facts::of(own);
    if known.facts.iter().any(|fact| fact == "statements are not known") {
        // PostgreSQL's parser of PL/pgSQL gave up.
        found.retain(|fact| !fact.starts_with("statement "));
        found.push("statements are not known".to_owned());
        found.sort();
    }
    if found != known.facts {
        failures.push(Failure::Facts(difference(&known.facts, &found, "PostgreSQL", "lockwise")));
    }
    let strange = strange_names(own, known);
    if !strange.is_empty() {
        failures.push(Failure::Names(strange.join(", ")));
    }
    Verdict { understanding, failures }
}

/// Lines that only one side has.
pub fn difference(wanted: &[String], found: &[String], wants: &str, finds: &str) -> String {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    wanted.iter().for_each(|line| *counts.entry(line).or_default() += 1);
    found.iter().for_each(|line| *counts.entry(line).or_default() -= 1);
    let differing = counts.into_iter().filter(|(_, count)| *count != 0);
    let lines = differing.map(|(line, count)| format!("    {}: {line}", if count > 0 { wants } else { finds }));
    lines.collect::<Vec<_>>().join("\n")
}

/// The identifiers of lockwise's tree that are nowhere in PostgreSQL's, nor in its facts, which have lockwise's names for
/// built-in types. The debug form of a tree shows them all, also those of parts that are new.
fn strange_names(own: &Statement, known: &Known) -> Vec<String> {
    let tree = format!("{own:?}");
    let mut strange: Vec<String> = tree.split("Ident { name: ").skip(1).filter_map(quoted).collect();
    strange.retain(|name| !known.strings.iter().any(|string| format!("{string:?}") == *name));
    strange.retain(|name| !known.facts.iter().any(|fact| names(fact, name.trim_matches('"'))));
    strange.sort();
    strange.dedup();
    strange
}

/// Whether a fact holds a name: one of its words, or several.
fn names(fact: &str, name: &str) -> bool {
    let single = !name.contains([' ', '.']);
    if single { fact.split([' ', '.', ',']).any(|word| word == name) } else { fact.contains(name) }
}

/// The quoted text at the start, with its quotes and escapes.
fn quoted(text: &str) -> Option<String> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return text.get(..=at).map(str::to_owned),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}
