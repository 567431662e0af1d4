//! The order in which migrations run: by name, runs of digits compared as numbers, dates as dates, and versions as
//! versions: `V1__a`, `V1_1__b`, `V1.2__c`, and behind them what is run again and again, `R__views`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::path::Path;

use super::walk::is_one_of_a_kind;

/// Sorts files or folders below `root` as they run: compared folder by folder. The ending does not count, `1.sql` runs before
/// `1_more.sql`; names that are the same without it come in the order of their bytes.
pub(super) fn sort<T>(items: &mut [T], root: &Path, path: impl Fn(&T) -> &Path) {
    // Most often this is their order already, and is found faster.
    items.sort_by(|a, b| path(a).as_os_str().cmp(path(b).as_os_str()));
    items.sort_by_cached_key(|item| names(root, path(item)));
}

/// The names of the folders around a file below `root`, and its own.
fn names(root: &Path, path: &Path) -> Vec<Name> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let mut names = Vec::with_capacity(1);
    if parent.as_os_str() != root.as_os_str() {
        let folders = parent.strip_prefix(root).unwrap_or(parent).components();
        names.extend(folders.map(|folder| Name::new(&folder.as_os_str().to_string_lossy())));
    }
    names.extend(path.file_stem().map(|stem| Name::new(&stem.to_string_lossy())));
    names
}

/// The name of a file or folder, compared by a version, a date or a number in front as such, then runs of digits as numbers
/// and everything else as text.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    repeatable: bool,
    front: Front,
    text: String,
}

/// What a name begins with. Each kind is compared with itself; one kind comes before another by its first byte, so that the
/// order is the same whichever two of many names are compared.
#[derive(Debug, PartialEq, Eq)]
enum Front {
    /// A date or another number, without leading zeros.
    Number(String),
    /// The version of `V1_2__name`, its parts without leading zeros, and without parts at the end that are zero.
    Version(Vec<String>),
    /// Any other first byte; `None` is the empty name.
    Other(Option<u8>),
}

impl Name {
    fn new(text: &str) -> Self {
        Self { repeatable: text.starts_with("R__"), front: Front::of(text), text: text.to_owned() }
    }
}

impl Front {
    fn of(name: &str) -> Self {
        let (run, _) = first_run(name);
        match (date(name).or_else(|| number(run).map(str::to_owned)), version(name)) {
            (Some(number), _) => Self::Number(number),
            (None, Some(version)) => Self::Version(version),
            (None, None) => Self::Other(name.bytes().next()),
        }
    }

    /// The first byte, any digit as zero, and whether it is no more than that.
    fn kind(&self) -> (Option<u8>, bool) {
        match self {
            Self::Number(_) => (Some(b'0'), false),
            Self::Version(_) => (Some(b'V'), false),
            Self::Other(byte) => (*byte, true),
        }
    }
}

impl Ord for Front {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => as_numbers(a, b),
            (Self::Version(a), Self::Version(b)) => {
                let parts = a.iter().zip(b).map(|(a, b)| as_numbers(a, b));
                parts.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
            }
            _ => self.kind().cmp(&other.kind()),
        }
    }
}

impl PartialOrd for Front {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_front = || self.front.cmp(&other.front);
        self.repeatable.cmp(&other.repeatable).then_with(by_front).then_with(|| by_runs(&self.text, &other.text))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares two names.
fn natural(a: &str, b: &str) -> Ordering {
    Name::new(a).cmp(&Name::new(b))
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

/// The version in front of `V1_2__name` or `V1.2__name`.
fn version(name: &str) -> Option<Vec<String>> {
    let (version, _) = name.strip_prefix(['V', 'v'])?.split_once("__")?;
    let parts = version.split(['.', '_']).map(|part| number(part).filter(|_| part.bytes().all(|b| b.is_ascii_digit())));
    let mut parts: Vec<String> = parts.map(|part| part.map(str::to_owned)).collect::<Option<_>>()?;
    let used = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    parts.truncate(used);
    Some(parts)
}

/// Compares numbers that have no leading zeros.
fn as_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn by_runs(a: &str, b: &str) -> Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    while !a_rest.is_empty() && !b_rest.is_empty() {
        let (a_run, a_next) = first_run(a_rest);
        let (b_run, b_next) = first_run(b_rest);
        let order = match (number(a_run), number(b_run)) {
            (Some(a), Some(b)) => as_numbers(a, b),
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
    if let (Some(own), Some(last)) = (version(&name), version(&format!("V{}__", without_letter(last)))) {
        return Front::Version(own) <= Front::Version(last);
    }
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
        sort(&mut paths, Path::new("m"), |path| Path::new(*path));
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
    fn versions_count_as_versions() {
        let names = [
            "m/V1__a.sql",
            "m/V1_1__a.sql",
            "m/V1.2__a.sql",
            "m/V1_2_0__b.sql",
            "m/V1_10__a.sql",
            "m/V2__a.sql",
            "m/R__functions.sql",
            "m/R__views.sql",
        ];
        let mut shuffled = names.to_vec();
        shuffled.reverse();
        assert_eq!(sorted(shuffled), names);
    }

    #[test]
    fn the_order_of_two_names_does_not_hang_on_a_third() {
        let names = [
            "V1__a",
            "V1_1__a",
            "V1_5x",
            "v1__a",
            "V",
            "R__a",
            "2024-01-02_",
            "20240101_",
            "2024x",
            "1",
            "01",
            "-",
            "",
            "é",
        ];
        for a in names {
            for b in names {
                assert_eq!(natural(a, b), natural(b, a).reverse(), "{a} {b}");
                for c in names {
                    let is_less = |a, b| natural(a, b) == Ordering::Less;
                    assert!(!(is_less(a, b) && is_less(b, c)) || is_less(a, c), "{a} {b} {c}");
                }
            }
        }
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
        assert!(before("m/V1_55__a.sql", "1.55"));
        assert!(!before("m/V1_55_1__a.sql", "V1_55"));
        assert!(before("m/20240101000000_a/up.sql", "20240101000000"));
        assert!(!before("m/20240102000000_a/up.sql", "20240101000000"));
    }
}
