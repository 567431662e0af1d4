//! Folders to files.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::down;
use super::read::explain;
use crate::finding::Problem;

/// A migration that a walk came across.
#[derive(Debug)]
pub(super) struct Found {
    /// The path, beginning as the folder was written.
    pub(super) path: PathBuf,
    /// The same for every spelling of the path.
    pub(super) key: PathBuf,
    /// The folder whose sequence it belongs to.
    pub(super) root: PathBuf,
}

impl Found {
    /// A file that was named rather than found.
    pub(super) fn named(path: PathBuf) -> Self {
        let key = identity(&path);
        Self { path, root: folder_of(&key), key }
    }
}

/// What a walk came across.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) found: Vec<Found>,
    pub(super) problems: Vec<Problem>,
}

/// The migrations below a folder, not yet in order. Hidden folders, dependencies and build output are passed over, and so are
/// the files that undo a migration.
pub(super) fn walk(folder: &Path) -> Walked {
    walk_to(folder, usize::MAX, root_below)
}

/// `root` gives the folder of the sequence that a file belongs to, by the folder at the top and the file; it is the same for
/// all files of a folder that are, or are not, one of a kind.
fn walk_to(folder: &Path, depth: usize, root: impl Fn(&Path, &Path) -> PathBuf) -> Walked {
    let top = resolved(folder);
    let mut walked = Walked::default();
    // A file that links lead to as well goes by its own name.
    let mut linked = Vec::new();
    let mut last = None::<Place>;
    let walk = WalkDir::new(folder).follow_links(true).max_depth(depth);
    for entry in walk.into_iter().filter_entry(is_wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_migration(entry.path()) => {
                // The files of one folder come one after the other.
                let parent = entry.path().parent().unwrap_or(Path::new(""));
                let place = match last.take().filter(|place| place.walked.as_os_str() == parent.as_os_str()) {
                    Some(place) => place,
                    None => {
                        let is_own = |key: &Path| parent.strip_prefix(folder).is_ok_and(|below| top.join(below) == key);
                        Place::new(parent, is_own, |key| root(&top, key))
                    }
                };
                let key = place.key.join(entry.file_name());
                let root = if is_one_of_a_kind(&key) { &place.root_of_one } else { &place.root }.clone();
                let found = Found { path: without_dot(entry.into_path()), key, root };
                if place.is_own {
                    walked.found.push(found)
                } else {
                    linked.push(found)
                }
                last = Some(place);
            }
            Ok(_) => {}
            Err(error) => walked.problems.extend(problem(&error)),
        }
    }
    linked.sort_by(|a, b| a.path.cmp(&b.path));
    walked.found.extend(linked);
    walked.problems.sort_by(|a, b| a.path.cmp(&b.path));
    walked
}

/// The migrations next to a named file, itself among them: those of the same folder, or those in folders of their own.
pub(super) fn siblings(named: &Found) -> Vec<Found> {
    let depth = depth_of(&named.key);
    let folder = match without_dot(named.path.clone()).ancestors().nth(depth) {
        None => PathBuf::from(".."),
        Some(here) if here.as_os_str().is_empty() => PathBuf::from("."),
        Some(folder) => folder.to_path_buf(),
    };
    let mut found = walk_to(&folder, depth, |_, key| folder_of(key)).found;
    found.retain(|sibling| sibling.root.as_os_str() == named.root.as_os_str());
    found
}

/// The folder of a named file's sequence.
fn folder_of(key: &Path) -> PathBuf {
    key.ancestors().nth(depth_of(key)).unwrap_or(Path::new("")).to_path_buf()
}

/// How far above a named file the folder of its sequence is.
fn depth_of(key: &Path) -> usize {
    if is_one_of_a_kind(key) { 2 } else { 1 }
}

/// The same path for every spelling of it. The last part is kept, so that a link to a file has a name of its own.
pub(super) fn identity(path: &Path) -> PathBuf {
    resolved(path.parent().unwrap_or(Path::new(""))).join(path.file_name().unwrap_or_default())
}

/// The same path for every spelling of that of a folder; empty is the working folder.
fn resolved(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// A folder that a walk came to.
struct Place {
    /// Its path in the walk.
    walked: PathBuf,
    /// The same for every spelling of the path.
    key: PathBuf,
    /// No link leads to it.
    is_own: bool,
    /// The folder of the sequence of its files.
    root: PathBuf,
    /// The same for those of which every migration has one.
    root_of_one: PathBuf,
}

impl Place {
    fn new(walked: &Path, is_own: impl Fn(&Path) -> bool, root: impl Fn(&Path) -> PathBuf) -> Self {
        let key = resolved(walked);
        Self {
            walked: walked.to_path_buf(),
            is_own: is_own(&key),
            root: root(&key.join("1.sql")),
            root_of_one: root(&key.join("up.sql")),
            key,
        }
    }
}

/// Whether every migration has a file of this name, in a folder of its own.
pub(super) fn is_one_of_a_kind(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default();
    ["up", "down", "migration", "migrate"].iter().any(|one| stem.eq_ignore_ascii_case(one))
}

/// The folder of a walked file's sequence: its own, or the one above if its own is one migration, or a number.
fn root_below(top: &Path, key: &Path) -> PathBuf {
    let mut root = key.parent().unwrap_or(top);
    if is_one_of_a_kind(key) && root != top {
        root = root.parent().unwrap_or(top);
    }
    while root != top && root.starts_with(top) && is_numbered(root) {
        root = root.parent().unwrap_or(top);
    }
    root.to_path_buf()
}

fn is_numbered(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit())
}

fn is_wanted(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let passed_over = name.starts_with('.') || name == "node_modules" || name == "target";
    !passed_over && !down::is_of_undo(entry.path())
}

fn is_migration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let ending = name.split_last_chunk::<4>().map(|(_, ending)| ending);
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b".sql")) && !down::undoes(path)
}

/// `./a.sql` as `a.sql`: the working folder goes without saying.
fn without_dot(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path)
}

/// A loop of links is no problem: what it leads to is walked anyway.
fn problem(error: &walkdir::Error) -> Option<Problem> {
    let path = error.path()?;
    let message = error.io_error().map(explain)?;
    let folder_or_migration = path.is_dir() || is_migration(path);
    folder_or_migration.then(|| Problem { path: path.display().to_string(), message })
}
