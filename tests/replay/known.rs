//! Differences that stay, each with a reason.

use std::collections::BTreeSet;
use std::fs;

use serde::Deserialize;

use crate::Fallible;

/// The list.
#[derive(Deserialize)]
pub struct Known {
    #[serde(default)]
    difference: Vec<Listed>,
}

/// A difference in one fixture.
#[derive(Deserialize)]
struct Listed {
    /// The fixture.
    fixture: String,
    /// The start of the line that is printed.
    line: String,
    /// Why it stays.
    reason: String,
    /// The first version that has it.
    since: Option<u32>,
    /// The last version that has it.
    until: Option<u32>,
}

impl Listed {
    fn occurs(&self, version: u32) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
    }
}

impl Known {
    /// Reads the list.
    pub fn read() -> Fallible<Self> {
        let known: Self = toml::from_str(&fs::read_to_string("tests/replay/differences.toml")?)?;
        match known.difference.iter().find(|listed| listed.reason.len() < 20) {
            Some(listed) => Err(format!("{}: {} has no reason", listed.fixture, listed.line).into()),
            None => Ok(known),
        }
    }

    /// Whether a difference is listed; notes that it occurred.
    pub fn lists(&self, fixture: &str, line: &str, version: u32, used: &mut BTreeSet<usize>) -> bool {
        let matches =
            |listed: &Listed| listed.fixture == fixture && line.starts_with(&listed.line) && listed.occurs(version);
        let at = self.difference.iter().position(matches);
        used.extend(at);
        at.is_some()
    }

    /// What is listed and did not occur.
    pub fn unused(&self, used: &BTreeSet<usize>, version: u32) -> Vec<String> {
        let unused = self.difference.iter().enumerate();
        let unused = unused.filter(|(at, listed)| !used.contains(at) && listed.occurs(version));
        unused.map(|(_, listed)| format!("{}: {} is mended: take it out", listed.fixture, listed.line)).collect()
    }
}
