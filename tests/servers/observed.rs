//! The recordings: `fixtures/facts/observed.toml`, one entry for each form and range of versions that behave alike.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;

use crate::Fallible;
use crate::catalog::Mode;
use crate::fixture::Fixture;

const HEAD: &str = "\
# What real PostgreSQL servers did with the statements of this folder. Written by tests/servers, never by hand:
#   LOCKWISE_POSTGRES=all LOCKWISE_BLESS=1 cargo test --test servers
# The servers are named in fixtures/servers.toml.
#
# lock            the strongest lock that the statement holds on the relation, or waits for
# blocks          what another session cannot do with the relation meanwhile, whatever lock it is due to: reading a
#                 table takes locks on its indexes, its partitions and its children too
# work            scan: every row is read, apart from what a build or a rewrite reads anyway
#                 index-build: an index of the relation is built
#                 rewrite: every row is written anew; new-storage: nothing is copied, the relation is empty now
# in-transaction  the statement refuses a transaction block with this SQLSTATE, and was measured outside of one
# waits-for       before it is done, it waits for transactions that have read one of its tables (readers), written one
#                 (writers), or hold an older snapshot and nothing else (snapshots)
# sqlstate        the statement is refused
# unsupported     the syntax of the statement, or of what it needs, does not exist yet
#
# Relations that the statement creates, and those of the system, are left out.
";

/// What one statement did on one server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Observation {
    /// The SQLSTATE with which a transaction block is refused.
    pub in_transaction: Option<String>,
    /// Transactions that it waits for: `readers`, `writers`, `snapshots`.
    #[serde(default)]
    pub waits_for: BTreeSet<String>,
    /// The SQLSTATE with which the statement is refused.
    pub sqlstate: Option<String>,
    /// The SQLSTATE that a server gives which is too old for the statement.
    pub unsupported: Option<String>,
    /// The relations that existed before and were locked or worked on.
    #[serde(default)]
    pub relations: BTreeMap<String, Observed>,
}

/// What one statement did to one relation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// `table`, `index` ...
    pub kind: String,
    /// The strongest lock.
    pub lock: Option<Mode>,
    /// `reads`, `writes`.
    #[serde(default)]
    pub blocks: BTreeSet<String>,
    /// `scan`, `index-build`, `rewrite`, `new-storage`.
    #[serde(default)]
    pub work: BTreeSet<String>,
}

/// An entry of the file.
#[derive(Deserialize)]
struct Entry {
    versions: String,
    #[serde(flatten)]
    observation: Observation,
}

impl Observation {
    /// Adds what another run of the same statement showed.
    pub fn merge(&mut self, other: Self) {
        self.waits_for.extend(other.waits_for);
        for (name, seen) in other.relations {
            match self.relations.entry(name) {
                Slot::Vacant(slot) => drop(slot.insert(seen)),
                Slot::Occupied(mut slot) => slot.get_mut().merge(seen),
            }
        }
    }
}

impl Observed {
    fn merge(&mut self, other: Self) {
        self.lock = self.lock.max(other.lock);
        self.blocks.extend(other.blocks);
        self.work.extend(other.work);
    }
}

/// All recordings, by form and version.
#[derive(Debug, Clone, Default)]
pub struct Recordings(BTreeMap<String, BTreeMap<u32, Observation>>);

impl Recordings {
    /// Reads the file; without one, nothing is recorded.
    pub fn read(path: &Path) -> Fallible<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        Self::parse(&fs::read_to_string(path)?)
    }

    /// Reads the text of the file.
    pub fn parse(text: &str) -> Fallible<Self> {
        let forms: BTreeMap<String, Vec<Entry>> = toml::from_str(text)?;
        let mut recordings = Self::default();
        for (form, entries) in forms {
            for entry in entries {
                for version in range(&entry.versions)? {
                    recordings.put(&form, version, entry.observation.clone());
                }
            }
        }
        Ok(recordings)
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> Fallible<()> {
        Ok(fs::write(path, self.to_string())?)
    }

    /// Records one measurement, in place of an earlier one.
    pub fn put(&mut self, form: &str, version: u32, observation: Observation) {
        self.0.entry(form.to_owned()).or_default().insert(version, observation);
    }

    /// Forgets forms that are gone.
    pub fn keep_forms(&mut self, forms: &[Fixture]) {
        self.0.retain(|name, _| forms.iter().any(|form| form.name == *name));
    }

    /// What is recorded without a form, and which forms lack a version.
    pub fn gaps<'a>(&self, forms: impl Iterator<Item = &'a str>, versions: RangeInclusive<u32>) -> Vec<String> {
        let forms: BTreeSet<&str> = forms.collect();
        let strays = self.0.keys().filter(|form| !forms.contains(form.as_str()));
        let strays = strays.map(|form| format!("{form}: recorded, but there is no such file"));
        let lacking = forms.iter().filter_map(|form| {
            let has = |version: &u32| self.0.get(*form).is_some_and(|all| all.contains_key(version));
            let missing: Vec<u32> = versions.clone().filter(|version| !has(version)).collect();
            (!missing.is_empty()).then(|| format!("{form}: no recording for PostgreSQL {missing:?}"))
        });
        strays.chain(lacking).collect()
    }

    /// The forms that differ, each with its recorded (-) and its measured (+) entries.
    pub fn difference(&self, measured: &Self) -> Option<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(measured.0.keys()).collect();
        let mut text = String::new();
        for name in names.into_iter().filter(|name| self.0.get(*name) != measured.0.get(*name)) {
            let (old, new) = (self.form_text(name), measured.form_text(name));
            let kept: BTreeSet<&str> = new.lines().collect();
            let was: BTreeSet<&str> = old.lines().collect();
            text.push_str(&format!("\n{name}\n"));
            old.lines().filter(|line| !kept.contains(line)).for_each(|line| text.push_str(&format!("  - {line}\n")));
            new.lines().filter(|line| !was.contains(line)).for_each(|line| text.push_str(&format!("  + {line}\n")));
        }
        (!text.is_empty()).then_some(text)
    }

    fn form_text(&self, name: &str) -> String {
        let Some(versions) = self.0.get(name) else { return String::new() };
        let entries = merge_neighbours(versions).into_iter();
        entries.map(|(versions, observation)| entry_text(name, &versions, observation)).collect()
    }
}

impl Display for Recordings {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(HEAD)?;
        self.0.keys().try_for_each(|name| out.write_str(&self.form_text(name)))
    }
}

fn range(text: &str) -> Fallible<RangeInclusive<u32>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Ok(first.parse()?..=last.parse()?)
}

/// Joins versions that follow each other and are alike.
fn merge_neighbours(versions: &BTreeMap<u32, Observation>) -> Vec<(RangeInclusive<u32>, &Observation)> {
    let mut merged: Vec<(RangeInclusive<u32>, &Observation)> = Vec::new();
    for (&version, observation) in versions {
        match merged.last_mut() {
            Some((range, last)) if *last == observation && range.end() + 1 == version => {
                *range = *range.start()..=version;
            }
            _ => merged.push((version..=version, observation)),
        }
    }
    merged
}

/// One entry as TOML. By hand, since one line for each relation is what makes a change easy to read.
fn entry_text(name: &str, versions: &RangeInclusive<u32>, observation: &Observation) -> String {
    let (first, last) = (versions.start(), versions.end());
    let versions = if first == last { first.to_string() } else { format!("{first}..{last}") };
    let mut text = format!("\n[[{name}]]\nversions = \"{versions}\"\n");
    let outcomes = [
        ("in-transaction", &observation.in_transaction),
        ("sqlstate", &observation.sqlstate),
        ("unsupported", &observation.unsupported),
    ];
    for (key, value) in outcomes {
        if let Some(value) = value {
            text.push_str(&format!("{key} = \"{value}\"\n"));
        }
    }
    if !observation.waits_for.is_empty() {
        text.push_str(&format!("waits-for = {:?}\n", observation.waits_for).replace('{', "[").replace('}', "]"));
    }
    for (relation, observed) in &observation.relations {
        let key = if relation.contains('.') { format!("{relation:?}") } else { relation.clone() };
        text.push_str(&format!("relations.{key} = {}\n", observed.inline_table()));
    }
    text
}

impl Observed {
    fn inline_table(&self) -> String {
        let mut parts = vec![format!("kind = {:?}", self.kind)];
        parts.extend(self.lock.map(|lock| format!("lock = {:?}", lock.sql())));
        for (key, words) in [("blocks", &self.blocks), ("work", &self.work)] {
            if !words.is_empty() {
                parts.push(format!("{key} = {words:?}").replace('{', "[").replace('}', "]"));
            }
        }
        format!("{{ {} }}", parts.join(", "))
    }
}
