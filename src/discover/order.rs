//! The order in which migrations run: by name, runs of digits compared as numbers, dates as dates.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use super::walk::is_one_of_a_kind;

/// The place of a file among others below the same folder: compared folder by folder. The ending does not count: `1.sql`
/// runs before `1_more.sql`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OrderKey {
    parts: Vec<Name>,
    path: PathBuf,
}

impl OrderKey {
    /// The key of a file below `root`.
    pub(super) fn new(root: &Path, path: &Path) -> Self {
        let below = path.strip_prefix(root).unwrap_or(path).with_extension("");
        let parts = below.components().map(|part| Name::new(part.as_os_str().to_string_lossy().into_owned())).collect();
        Self { parts, path: path.to_path_buf() }
    }
}

impl Ord for OrderKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts.cmp(&other.parts).then_with(|| self.path.cmp(&other.path))
    }
}

impl PartialOrd for OrderKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The name of a file or folder, compared by a date in front as a date, runs of digits as numbers and everything else as
/// text.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    date: Option<String>,
    text: String,
}

impl Name {
    fn new(text: String) -> Self {
        Self { date: date(&text), text }
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_date = match (&self.date, &other.date) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        by_date.then_with(|| by_runs(&self.text, &other.text))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares two names.
fn natural(a: &str, b: &str) -> Ordering {
    Name::new(a.to_owned()).cmp(&Name::new(b.to_owned()))
}

/// Digits of a date and time, with the numbers that some tools put behind it.
const LONGEST_DATE: usize = 18;

/// The date in front of a name, as digits filled up with zeros: `2024-01-31-120000_x`, `20240131120000_x`, `20240131_x`.
/// One folder may hold several of these spellings.
fn date(name: &str) -> Option<String> {
    let written = &name[..name.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(name.len())];
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let is_date = digits.starts_with("19") || digits.starts_with("20");
    (is_date && (8..=LONGEST_DATE).contains(&digits.len())).then(|| format!("{digits:0<LONGEST_DATE$}"))
}

fn by_runs(a: &str, b: &str) -> Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    while !a_rest.is_empty() && !b_rest.is_empty() {
        let (a_run, a_next) = first_run(a_rest);
        let (b_run, b_next) = first_run(b_rest);
        let order = match (number(a_run), number(b_run)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            _ => a_run.cmp(b_run),
        };
        if order.is_ne() {
            return order;
        }
        (a_rest, b_rest) = (a_next, b_next);
    }
    a_rest.len().cmp(&b_rest.len()).then_with(|| a.cmp(b))
}

/// The leading run of digits, or of anything else, and what follows it.
fn first_run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    text.split_at(text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len()))
}

/// A run of digits without leading zeros.
fn number(run: &str) -> Option<&str> {
    run.starts_with(|c: char| c.is_ascii_digit()).then(|| run.trim_start_matches('0'))
}

/// Whether a migration is the one that `start-after` names, or runs before it. The value may be the whole name, its
/// beginning, or its number.
pub(super) fn is_at_or_before(path: &Path, last: &str) -> bool {
    let name = stem(path);
    let last = last.strip_suffix(".sql").unwrap_or(last);
    let name = if last.starts_with(|c: char| c.is_ascii_digit()) { without_letter(&name) } else { &name };
    natural(name, last).is_le() || is_beginning(name, last)
}

/// The name of a migration: that of its file, or of the folder that is one migration.
pub(crate) fn stem(path: &Path) -> Cow<'_, str> {
    let named = if is_one_of_a_kind(path) { path.parent().and_then(Path::file_name) } else { path.file_stem() };
    named.unwrap_or_default().to_string_lossy()
}

/// `V12__orders` as `12__orders`.
pub(crate) fn without_letter(name: &str) -> &str {
    let rest = name.strip_prefix(['V', 'v']).unwrap_or(name);
    if rest.starts_with(|c: char| c.is_ascii_digit()) { rest } else { name }
}

/// Whether the name begins so, and not in the middle of a number.
fn is_beginning(name: &str, start: &str) -> bool {
    let ends_in_digit = start.ends_with(|c: char| c.is_ascii_digit());
    let splits_number = |rest: &str| ends_in_digit && rest.starts_with(|c: char| c.is_ascii_digit());
    // Leading zeros do not make another number.
    let (name, start) = (name.trim_start_matches('0'), start.trim_start_matches('0'));
    name.strip_prefix(start).is_some_and(|rest| !splits_number(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut paths: Vec<&str>) -> Vec<&str> {
        paths.sort_by_cached_key(|path| OrderKey::new(Path::new("m"), Path::new(path)));
        paths
    }

    #[test]
    fn numbers_count_as_numbers() {
        let names = ["m/1.sql", "m/1_more.sql", "m/002.sql", "m/10.sql", "m/V1__a.sql", "m/V2__a.sql", "m/V10__a.sql"];
        let mut shuffled = names.to_vec();
        shuffled.reverse();
        assert_eq!(sorted(shuffled), names);
    }

    #[test]
    fn dates_count_as_dates_however_they_are_written() {
        let names = [
            "m/00000000000000_setup/up.sql",
            "m/20140924113530_a/up.sql",
            "m/2018-01-31-120000_b/up.sql",
            "m/20190101_c/up.sql",
            "m/2024-01-01-000001-0000_d/up.sql",
            "m/20250101120000_e/up.sql",
        ];
        let mut shuffled = names.to_vec();
        shuffled.reverse();
        assert_eq!(sorted(shuffled), names);
    }

    #[test]
    fn folders_are_compared_before_files() {
        let names = ["m/2/up.sql", "m/10/a.sql", "m/10/b.sql", "m/10_x/a.sql"];
        assert_eq!(sorted(vec![names[3], names[2], names[0], names[1]]), names);
    }

    #[test]
    fn long_numbers_do_not_overflow() {
        assert_eq!(natural("20240101000000000000000001", "20240101000000000000000002"), Ordering::Less);
        assert_eq!(natural("01", "1").reverse(), natural("1", "01"));
    }

    #[test]
    fn start_after_takes_a_number_a_beginning_or_a_name() {
        let before = |path: &str, last: &str| is_at_or_before(Path::new(path), last);
        assert!(before("m/0012_orders.sql", "12"));
        assert!(before("m/0012_orders.sql", "0012_orders.sql"));
        assert!(before("m/0011_users.sql", "0012"));
        assert!(!before("m/0013_users.sql", "0012"));
        assert!(!before("m/120_users.sql", "12"));
        assert!(before("m/V3__a.sql", "3"));
        assert!(!before("m/V10__a.sql", "3"));
        assert!(before("m/20240101000000_a/up.sql", "20240101000000"));
        assert!(!before("m/20240102000000_a/up.sql", "20240101000000"));
    }
}
