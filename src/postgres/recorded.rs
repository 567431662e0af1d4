//! What the catalogs of the servers say: built-in functions, types, casts and relations.
//!
//! Source: `pg_proc`, `pg_type`, `pg_cast` and `pg_class` of PostgreSQL 10 to 18, written to `recorded/` by tests/servers.

use std::sync::LazyLock;

use memchr::memchr;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::version::{Version, VersionSet};

/// What is said of each thing, and on which versions: lines of a thing, what is said of it, and the versions where they are
/// not all; a tab between each. The lines of one thing stand together.
pub(super) struct Recorded {
    /// The text from the first line of each thing on. To take the lines apart is left to whoever asks for the thing.
    lines: FxHashMap<&'static str, &'static str>,
}

/// Volatility of functions by name: `i`, `s` or `v`; of overloads the freest. A `!` behind it: none of them is
/// immutable. A `+` behind that: one of them is an
/// aggregate or a window function, or returns a set.
pub(super) static FUNCTIONS: LazyLock<Recorded> =
    LazyLock::new(|| Recorded::read(include_str!("recorded/functions.txt")));

/// The type that a function gives, where it is the same for all overloads.
pub(super) static RESULTS: LazyLock<Recorded> = LazyLock::new(|| Recorded::read(include_str!("recorded/results.txt")));

/// Categories of types by the name that format_type() prints: `S` are strings.
pub(super) static TYPES: LazyLock<Recorded> = LazyLock::new(|| Recorded::read(include_str!("recorded/types.txt")));

/// Context and method of casts, by `source>target`.
pub(super) static CASTS: LazyLock<Recorded> = LazyLock::new(|| Recorded::read(include_str!("recorded/casts.txt")));

/// Tables and views of `pg_catalog`.
pub(super) static RELATIONS: LazyLock<Recorded> =
    LazyLock::new(|| Recorded::read(include_str!("recorded/relations.txt")));

/// More than most lines have.
const LINE_BYTES: usize = 20;

impl Recorded {
    fn read(text: &'static str) -> Self {
        let mut lines = FxHashMap::with_capacity_and_hasher(text.len() / LINE_BYTES, FxBuildHasher);
        let (mut rest, mut last) = (text, "");
        while let Some((thing, _)) = cut(rest, b'\t') {
            if thing != last {
                lines.insert(thing, rest);
                last = thing;
            }
            rest = cut(rest, b'\n').map_or("", |(_, behind)| behind);
        }
        Self { lines }
    }

    /// What is said of a thing, line by line.
    fn said(&self, thing: &str) -> impl Iterator<Item = (&'static str, VersionSet)> {
        let mut rest = self.lines.get(thing).copied().unwrap_or_default();
        std::iter::from_fn(move || {
            let (line, behind) = cut(rest, b'\n').unwrap_or((rest, ""));
            rest = behind;
            let said = line.strip_prefix(thing)?.strip_prefix('\t')?;
            let (what, on) = cut(said, b'\t').map_or((said, None), |(what, versions)| (what, Some(versions)));
            Some((what, on.map_or(VersionSet::ALL, versions)))
        })
    }

    /// What a version says of a thing.
    pub fn on(&self, thing: &str, version: Version) -> Option<&'static str> {
        self.said(thing).find(|(_, versions)| versions.contains(version)).map(|(what, _)| what)
    }

    /// The versions that say something of a thing.
    pub fn versions(&self, thing: &str) -> VersionSet {
        self.said(thing).fold(VersionSet::NONE, |all, (_, versions)| all.or(versions))
    }

    /// What the versions say of a thing, one after the other.
    pub fn all(&self, thing: &str) -> impl Iterator<Item = &'static str> {
        self.said(thing).map(|(what, _)| what)
    }
}

/// A text before and behind the first of a byte of ASCII.
fn cut(text: &'static str, at: u8) -> Option<(&'static str, &'static str)> {
    let place = memchr(at, text.as_bytes())?;
    Some((&text[..place], &text[place + 1..]))
}

/// `10..12,14`
fn versions(text: &str) -> VersionSet {
    let parts = text.split(',').filter_map(|part| part.parse().ok());
    parts.fold(VersionSet::NONE, VersionSet::or)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        for (text, recorded) in [
            (include_str!("recorded/functions.txt"), &FUNCTIONS),
            (include_str!("recorded/results.txt"), &RESULTS),
            (include_str!("recorded/types.txt"), &TYPES),
            (include_str!("recorded/casts.txt"), &CASTS),
            (include_str!("recorded/relations.txt"), &RELATIONS),
        ] {
            let said: Vec<_> = recorded.lines.keys().flat_map(|thing| recorded.said(thing)).collect();
            assert_eq!(text.lines().count(), said.len());
            assert!(said.iter().all(|(_, versions)| !versions.is_empty()));
        }
    }
}
