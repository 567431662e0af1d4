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
        let root = key.ancestors().nth(depth_of(&key)).unwrap_or(Path::new("")).to_path_buf();
        Self { path, key, root }
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
pub(super) fn walk(folder: &Path, depth: usize) -> Walked {
    let mut walked = Walked::default();
    let top = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    // A file that links lead to as well goes by its own name.
    let mut linked = Vec::new();
    let mut folders = Folders::default();
    let walk = WalkDir::new(folder).follow_links(true).max_depth(depth);
    for entry in walk.into_iter().filter_entry(is_wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_migration(entry.path()) => {
                let key = folders.identity(entry.path());
                let is_own_name = entry.path().strip_prefix(folder).is_ok_and(|below| top.join(below) == key);
                let root = root_below(&top, &key);
                let found = Found { path: without_dot(entry.into_path()), key, root };
                if is_own_name { walked.found.push(found) } else { linked.push(found) }
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
    let mut found = walk(&folder, depth).found;
    for sibling in &mut found {
        sibling.root = sibling.key.ancestors().nth(depth_of(&sibling.key)).unwrap_or(Path::new("")).to_path_buf();
    }
    found.retain(|sibling| sibling.root == named.root);
    found
}

/// How far above a named file the folder of its sequence is.
fn depth_of(key: &Path) -> usize {
    if is_one_of_a_kind(key) { 2 } else { 1 }
}

/// The same path for every spelling of it. The last part is kept, so that a link to a file has a name of its own.
pub(super) fn identity(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_path_buf());
    folder.join(path.file_name().unwrap_or_default())
}

/// Folders that were asked for before: the files of one folder come one after the other.
#[derive(Debug, Default)]
struct Folders {
    last: Option<(PathBuf, PathBuf)>,
}

impl Folders {
    /// As [`identity`], with the folder resolved once for all its files.
    fn identity(&mut self, path: &Path) -> PathBuf {
        let parent = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().unwrap_or_default();
        if let Some((_, folder)) = self.last.as_ref().filter(|(known, _)| known == parent) {
            return folder.join(name);
        }
        let key = identity(path);
        let folder = key.parent().unwrap_or(Path::new("")).to_path_buf();
        self.last = Some((parent.to_path_buf(), folder));
        key
    }
}

/// Whether every migration has a file of this name, in a folder of its own.
pub(super) fn is_one_of_a_kind(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    matches!(stem.as_str(), "up" | "down" | "migration" | "migrate")
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
    let name = entry.file_name().to_string_lossy();
    let passed_over = name.starts_with('.') || name == "node_modules" || name == "target";
    entry.depth() == 0 || !entry.file_type().is_dir() || !(passed_over || down::is_of_undo(entry.path()))
}

fn is_migration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.ends_with(".sql") && !down::undoes(path)
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
