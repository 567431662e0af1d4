//! Major versions of PostgreSQL and sets of them.

use std::fmt;
use std::str::FromStr;

/// A major version that lockwise knows facts about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

impl Version {
    /// The oldest version measured.
    pub const OLDEST: Version = Version(10);
    /// The newest version measured.
    pub const NEWEST: Version = Version(18);

    /// The version with this major number, if it was measured.
    pub fn new(major: u8) -> Option<Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).contains(&major).then_some(Self(major))
    }

    /// The major number.
    pub fn major(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A set of major versions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VersionSet(u32);

impl VersionSet {
    /// No version.
    pub const NONE: VersionSet = VersionSet(0);
    /// Every measured version.
    pub const ALL: VersionSet = VersionSet::range(Version::OLDEST.0, Version::NEWEST.0);
    /// What is checked when nothing is configured: the versions that the PostgreSQL project maintains, and 14, whose last
    /// release was in November 2026.
    pub const DEFAULT: VersionSet = VersionSet::range(14, Version::NEWEST.0);

    /// All versions from `first` to `last`. Numbers outside the measured range are dropped.
    pub const fn range(first: u8, last: u8) -> Self {
        let mut bits = 0;
        let mut major = first;
        while major <= last {
            if major >= Version::OLDEST.0 && major <= Version::NEWEST.0 {
                bits |= 1 << major;
            }
            major += 1;
        }
        Self(bits)
    }

    /// Versions from `first` on.
    pub const fn since(first: u8) -> Self {
        Self::range(first, Version::NEWEST.0)
    }

    /// Versions older than `end`.
    pub const fn before(end: u8) -> Self {
        Self::range(Version::OLDEST.0, end - 1)
    }

    /// Versions in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Versions in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Versions in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the sets share a version.
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the version is in the set.
    pub fn contains(self, version: Version) -> bool {
        self.0 & (1 << version.0) != 0
    }

    /// The versions, ascending.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Version> {
        (Version::OLDEST.0..=Version::NEWEST.0).map(Version).filter(move |version| self.contains(*version))
    }

    /// The newest version of the set.
    pub fn newest(self) -> Option<Version> {
        self.iter().next_back()
    }
}

impl From<Version> for VersionSet {
    fn from(version: Version) -> Self {
        Self(1 << version.0)
    }
}

impl fmt::Debug for VersionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for VersionSet {
    /// `15`, `10..18`, or `10..11, 14`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut runs: Vec<(u8, u8)> = Vec::new();
        for version in self.iter() {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == version.0 => *last = version.0,
                _ => runs.push((version.0, version.0)),
            }
        }
        let texts: Vec<String> = runs
            .iter()
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}..{last}") })
            .collect();
        f.write_str(&texts.join(", "))
    }
}

impl FromStr for VersionSet {
    type Err = String;

    /// Reads `15` or `12..17` (both ends count).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let last = last.strip_prefix('=').unwrap_or(last);
        let (first, last) = (major(first)?, major(last)?);
        if first > last {
            return Err(format!("\"{text}\" is empty: the first version is newer than the last"));
        }
        Ok(Self::range(first.0, last.0))
    }
}

fn major(text: &str) -> Result<Version, String> {
    let known = || format!("lockwise knows PostgreSQL {} to {}", Version::OLDEST, Version::NEWEST);
    let digits = text.trim().split('.').next().unwrap_or_default();
    let number: u8 = digits.parse().map_err(|_| {
        format!("\"{text}\" is not a PostgreSQL version; write one major version (15) or a range (12..17)")
    })?;
    Version::new(number).ok_or_else(|| format!("PostgreSQL {number} is not known; {}", known()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_what_people_write() {
        let read = |text: &str| text.parse::<VersionSet>().map(|set| set.to_string());
        assert_eq!(read("15").as_deref(), Ok("15"));
        assert_eq!(read("12..17").as_deref(), Ok("12..17"));
        assert_eq!(read("15.4").as_deref(), Ok("15"));
        assert!(read("9.6").is_err());
        assert!(read("17..12").is_err());
        assert!(read("new").is_err());
        assert_eq!(VersionSet::range(10, 11).or(VersionSet::range(14, 14)).to_string(), "10..11, 14");
    }
}
