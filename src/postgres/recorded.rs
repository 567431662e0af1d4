//! What the catalogs of the servers say: built-in functions, types, casts and relations.
//!
//! Source: `pg_proc`, `pg_type`, `pg_cast` and `pg_class` of PostgreSQL 10 to 18, written to `recorded/` by tests/servers.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::version::{Version, VersionSet};

/// What is said of each thing, and on which versions.
pub(super) struct Recorded {
    said: FxHashMap<&'static str, Vec<(&'static str, VersionSet)>>,
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

impl Recorded {
    /// Lines of a thing, what is said of it, and the versions where they are not all; a tab between each.
    fn read(text: &'static str) -> Self {
        let mut said: FxHashMap<&str, Vec<(&str, VersionSet)>> = FxHashMap::default();
        for line in text.lines() {
            let mut parts = line.split('\t');
            let (Some(thing), Some(what)) = (parts.next(), parts.next()) else { continue };
            said.entry(thing).or_default().push((what, parts.next().map_or(VersionSet::ALL, versions)));
        }
        Self { said }
    }

    /// What a version says of a thing.
    pub fn on(&self, thing: &str, version: Version) -> Option<&'static str> {
        self.said.get(thing)?.iter().find(|(_, versions)| versions.contains(version)).map(|(what, _)| *what)
    }

    /// The versions that say something of a thing.
    pub fn versions(&self, thing: &str) -> VersionSet {
        self.said.get(thing).into_iter().flatten().fold(VersionSet::NONE, |all, (_, versions)| all.or(*versions))
    }

    /// What the versions say of a thing, one after the other.
    pub fn all(&self, thing: &str) -> impl Iterator<Item = &'static str> {
        self.said.get(thing).into_iter().flatten().map(|(what, _)| *what)
    }
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
            assert_eq!(text.lines().count(), recorded.said.values().map(Vec::len).sum::<usize>());
            assert!(recorded.said.values().flatten().all(|(_, versions)| !versions.is_empty()));
        }
    }
}
