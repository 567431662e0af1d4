//! Compares what the server has with what lockwise says that there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use lockwise::engine::catalog::Object;

use crate::observed::Observed;
use crate::play::Played;

/// How two catalogues differ.
pub struct Comparison {
    /// What was compared.
    pub name: String,
    /// Objects that the server has.
    pub objects: usize,
    /// Facts that were the same.
    pub same: usize,
    /// Facts and objects of which lockwise says that history does not show them.
    pub unknown: Vec<String>,
    /// Everything else.
    pub differences: Vec<String>,
    /// Statements that the server refused.
    pub refused: Vec<String>,
    /// How many statements ran.
    pub statements: usize,
}

/// Kinds that are parts of a table and unknown with it.
const PARTS: &[&str] = &["column", "check", "foreign key", "primary key", "unique", "exclusion", "not null"];

impl Comparison {
    /// Compares a run.
    pub fn of(name: &str, played: &Played) -> Self {
        let mut comparison = Self {
            name: name.to_owned(),
            objects: played.observed.len(),
            same: 0,
            unknown: Vec::new(),
            differences: played.misjudged.clone(),
            refused: played.refused.clone(),
            statements: played.statements,
        };
        let mut replayed: BTreeMap<(&str, &str), &Object> =
            played.replayed.iter().map(|object| ((object.kind, object.name.as_str()), object)).collect();
        let is_open = |object: &&Object| object.facts.get("columns") == Some(&None);
        let open: BTreeSet<&str> = played.replayed.iter().filter(is_open).map(|object| object.name.as_str()).collect();
        for observed in &played.observed {
            let label = format!("{} {}", observed.kind, observed.name);
            let table = observed.name.rsplit_once('.').map_or("", |(table, _)| table);
            let on = observed.facts.get("on").and_then(Option::as_deref).unwrap_or_default();
            match replayed.remove(&(observed.kind.as_str(), observed.name.as_str())) {
                Some(object) => comparison.facts(&label, object, observed),
                None if played.open => comparison.unknown.push(label),
                None if PARTS.contains(&observed.kind.as_str()) && open.contains(table) || open.contains(on) => {
                    comparison.unknown.push(label);
                }
                None => comparison.differences.push(format!("{label}: the server has it, lockwise does not")),
            }
        }
        for object in replayed.into_values() {
            match object.certain {
                true => comparison.differences.push(format!("{object}: lockwise has it, the server does not")),
                false => comparison.unknown.push(format!("{} {}", object.kind, object.name)),
            }
        }
        comparison
    }

    fn facts(&mut self, label: &str, object: &Object, observed: &Observed) {
        for (fact, ours) in &object.facts {
            let theirs = observed.facts.get(*fact).cloned().flatten().unwrap_or_default();
            match ours {
                None => self.unknown.push(format!("{label}: {fact}")),
                Some(ours) if *ours == theirs || *fact == "bound" && plain(ours) == plain(&theirs) => self.same += 1,
                Some(ours) => {
                    self.differences.push(format!("{label}: {fact} is {theirs:?}, lockwise says {ours:?}"));
                }
            }
        }
    }

    /// In words, the differences line by line.
    pub fn told(&self) -> String {
        let mut lines = vec![format!(
            "{} statements ran and {} were refused, {} objects compared, {} facts the same, {} unknown, {} differences",
            self.statements,
            self.refused.len(),
            self.objects,
            self.same,
            self.unknown.len(),
            self.differences.len()
        )];
        lines.extend(self.refused.iter().map(|line| format!("  refused: {line}")));
        lines.extend(self.unknown.iter().map(|line| format!("  unknown: {line}")));
        lines.extend(self.differences.iter().map(|line| format!("  differs: {line}")));
        lines.join("\n")
    }
}

/// A bound without what the type of its column adds when it is printed.
fn plain(bound: &str) -> String {
    let plain = bound.replace('\'', "").replace(" 00:00:00", "").replace("+00", "").replace('Z', "");
    let word = |word: &str| match word.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole.to_owned(),
        _ => word.to_owned(),
    };
    let is_border = |c: char| matches!(c, ' ' | ',' | '(' | ')');
    plain.split_inclusive(is_border).map(|piece| word(piece.trim_end_matches(is_border))).collect::<Vec<_>>().join(" ")
}

/// Sums of many comparisons.
#[derive(Default)]
pub struct Tally {
    compared: usize,
    objects: usize,
    same: usize,
    unknown: usize,
    differences: usize,
}

impl Tally {
    /// Adds one.
    pub fn add(&mut self, comparison: &Comparison) {
        self.compared += 1;
        self.objects += comparison.objects;
        self.same += comparison.same;
        self.unknown += comparison.unknown.len();
        self.differences += comparison.differences.len();
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { compared, objects, same, unknown, differences } = self;
        write!(
            f,
            "{compared} states, {objects} objects, {same} facts the same, {unknown} unknown, {differences} differ"
        )
    }
}
