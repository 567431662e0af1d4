//! Paths to ordered migrations: what is linted, and what is read before it as history.
//!
//! A folder is walked; a file is linted with the earlier files of its folder as history. The files of one folder form a
//! [`Sequence`] with a history of its own. Folders that are one migration each (`20240101_orders/up.sql`) and folders with
//! a number for a name (`2024/0001_orders.sql`) belong to the sequence of the folder above them.

mod down;
mod include;
mod order;
mod read;
mod walk;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::include::Included;
use self::order::is_at_or_before;
pub(crate) use self::order::{stem, without_letter};
pub(crate) use self::read::source;
use self::walk::{Found, siblings, walk};
use crate::config::Config;
use crate::finding::Problem;
use crate::source::SourceFile;

/// The word for standard input among the paths.
pub const STDIN: &str = "-";

/// What the command line asks to read.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Folders, files, and `-` for standard input.
    pub paths: Vec<String>,
    /// Read before everything, never linted.
    pub history: Vec<String>,
    /// Whether the earlier files of a named file's folder are read as history.
    pub siblings: bool,
    /// The place that standard input would have.
    pub stdin_filename: Option<String>,
}

/// The migrations of a run.
#[derive(Debug, Default)]
pub struct Discovery {
    /// One folder's migrations each; every sequence has a history of its own.
    pub sequences: Vec<Sequence>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Migrations in the order in which they run.
#[derive(Debug, Default)]
pub struct Sequence {
    /// The files.
    pub migrations: Vec<MigrationFile>,
}

/// One file of a sequence.
#[derive(Debug, Clone)]
pub struct MigrationFile {
    /// Its path and text.
    pub file: Arc<SourceFile>,
    /// Whether findings in it are reported; otherwise it is history only.
    pub linted: bool,
}

/// Finds and reads what the request names. What cannot be read becomes a problem and stops nothing else.
pub fn discover(request: &Request, config: &Config) -> Discovery {
    let mut search = Search::new(config);
    let (folders, files): (Vec<&str>, Vec<&str>) =
        request.paths.iter().map(String::as_str).partition(|path| Path::new(path).is_dir());
    folders.into_iter().for_each(|folder| search.add_folder(folder));
    files.into_iter().for_each(|file| search.add_named(file, request));
    let history = search.history(&request.history);
    let mut groups: Vec<_> = search.groups.into_iter().collect();
    order::sort(&mut groups, Path::new(""), |(root, _)| root);
    let plan = |(root, files)| in_order(root, files, &history, config);
    let plans: Vec<Vec<Candidate>> = groups.into_iter().map(plan).collect();
    load(&plans, search.problems)
}

/// A file that will be read.
#[derive(Debug, Clone)]
struct Candidate {
    /// As the user wrote it or as the walk found it.
    path: PathBuf,
    /// The same for every spelling of the path.
    key: PathBuf,
    /// The folder whose sequence it belongs to.
    root: PathBuf,
    /// Whether it was asked for, rather than found as history.
    linted: bool,
    /// Whether it was named itself, rather than found in a folder.
    named: bool,
    /// What standard input gave; other files are read from disk.
    bytes: Option<Vec<u8>>,
}

impl Candidate {
    fn new(found: Found, linted: bool) -> Self {
        Self { path: found.path, key: found.key, root: found.root, linted, named: false, bytes: None }
    }
}

struct Search<'a> {
    config: &'a Config,
    /// The schema file, which is no migration.
    schema: Option<PathBuf>,
    /// Where each file stands in its group.
    seen: FxHashMap<OsString, usize>,
    /// Folders whose files were added as siblings of a named one.
    with_siblings: FxHashSet<PathBuf>,
    /// Files by the folder whose sequence they belong to.
    groups: FxHashMap<PathBuf, Vec<Candidate>>,
    problems: Vec<Problem>,
}

impl<'a> Search<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            config,
            schema: config.schema.as_ref().map(|file| walk::identity(Path::new(file.path()))),
            seen: FxHashMap::default(),
            with_siblings: FxHashSet::default(),
            groups: FxHashMap::default(),
            problems: Vec::new(),
        }
    }

    fn add_folder(&mut self, folder: &str) {
        for found in self.walk(Path::new(folder)) {
            self.add(Candidate::new(found, true));
        }
    }

    /// A file, or standard input, and its earlier siblings.
    fn add_named(&mut self, name: &str, request: &Request) {
        let bytes = if name == STDIN { self.read_stdin() } else { None };
        let path = match (name, &request.stdin_filename) {
            (STDIN, Some(place)) => PathBuf::from(place),
            (STDIN, None) => return self.add_unplaced(bytes),
            (path, _) => PathBuf::from(path),
        };
        if bytes.is_none() && !self.is_there(&path) {
            return;
        }
        let named = Found::named(path);
        if !self.is_wanted(&named) {
            return;
        }
        if request.siblings {
            self.add_siblings(&named);
        }
        self.add(Candidate { bytes, named: true, ..Candidate::new(named, true) });
    }

    /// Standard input without a place has no siblings.
    fn add_unplaced(&mut self, bytes: Option<Vec<u8>>) {
        let path = PathBuf::from("<stdin>");
        self.add(Candidate { key: path.clone(), root: path.clone(), path, linted: true, named: true, bytes });
    }

    fn add_siblings(&mut self, named: &Found) {
        let is_one_of_a_kind = walk::is_one_of_a_kind(&named.key);
        if !self.with_siblings.insert(named.root.join(if is_one_of_a_kind { "*" } else { "" })) {
            return;
        }
        for found in siblings(named) {
            if self.is_wanted(&found) {
                self.add(Candidate::new(found, false));
            }
        }
    }

    /// Adds a file to its group. A file that is there already is not added again, but may turn out to be linted.
    fn add(&mut self, candidate: Candidate) {
        if let Some(at) = self.seen.get(candidate.key.as_os_str()) {
            if !candidate.linted {
                return;
            }
            let group = self.groups.get_mut(&candidate.root).and_then(|group| group.get_mut(*at));
            return match group.filter(|known| known.key == candidate.key) {
                Some(known) if !known.linted => *known = candidate,
                Some(known) => known.named |= candidate.named,
                None => self.ask_for(candidate),
            };
        }
        let group = self.groups.entry(candidate.root.clone()).or_default();
        self.seen.insert(candidate.key.clone().into_os_string(), group.len());
        group.push(candidate);
    }

    /// A file that stands in another group, as part of a walk: it stays there, and is linted from now on.
    fn ask_for(&mut self, candidate: Candidate) {
        let mut known = self.groups.values_mut().flatten();
        if let Some(file) = known.find(|file| file.key == candidate.key && !file.linted) {
            *file = Candidate { root: file.root.clone(), ..candidate };
        }
    }

    /// What ran before everything else, in the order in which it is named; each folder in its own order, no file twice.
    fn history(&mut self, paths: &[String]) -> Vec<Candidate> {
        let mut history = Vec::new();
        for path in paths.iter().map(Path::new) {
            if path.is_dir() {
                let mut found = self.walk(path);
                order::sort(&mut found, path, |found| &found.path);
                history.extend(found);
            } else if self.is_there(path) {
                let named = Found::named(path.to_path_buf());
                history.extend(self.is_wanted(&named).then_some(named));
            }
        }
        let mut seen = FxHashSet::default();
        history.retain(|found| seen.insert(found.key.clone()));
        history.into_iter().map(|found| Candidate::new(found, false)).collect()
    }

    /// The migrations below a folder that are not excluded.
    fn walk(&mut self, folder: &Path) -> Vec<Found> {
        let walked = walk(folder);
        if walked.found.is_empty() && walked.problems.is_empty() {
            self.problem(folder, "has no .sql files");
        }
        self.problems.extend(walked.problems);
        walked.found.into_iter().filter(|found| self.is_wanted(found)).collect()
    }

    /// Whether a file is a migration, and not excluded.
    fn is_wanted(&self, found: &Found) -> bool {
        self.schema.as_ref() != Some(&found.key) && !self.config.is_excluded(&found.path)
    }

    fn is_there(&mut self, path: &Path) -> bool {
        let there = path.metadata();
        if let Err(error) = &there {
            self.problem(path, &read::explain(error));
        }
        there.is_ok()
    }

    fn read_stdin(&mut self) -> Option<Vec<u8>> {
        read::stdin().map_err(|error| self.problem(Path::new("<stdin>"), &read::explain(&error))).ok()
    }

    fn problem(&mut self, path: &Path, message: &str) {
        self.problems.push(Problem { path: path.display().to_string(), message: message.to_owned() });
    }
}

/// A group's files as they run, with the history that was asked for in front. History behind the last linted file is not
/// history and is left out.
fn in_order(root: PathBuf, mut files: Vec<Candidate>, history: &[Candidate], config: &Config) -> Vec<Candidate> {
    let before = match history {
        [] => Vec::new(),
        history => {
            let known: FxHashSet<&OsStr> = files.iter().map(|file| file.key.as_os_str()).collect();
            let new: Vec<_> = history.iter().filter(|past| !known.contains(past.key.as_os_str())).cloned().collect();
            let (same, before): (Vec<_>, Vec<_>) = new.into_iter().partition(|past| past.root == root);
            files.extend(same);
            before
        }
    };
    order::sort(&mut files, &root, |file| &file.key);
    if let Some(last) = &config.start_after {
        files.iter_mut().filter(|file| is_at_or_before(&file.key, last)).for_each(|file| file.linted = false);
    }
    let end = files.iter().rposition(|file| file.linted).map_or(0, |last| last + 1);
    files.truncate(end);
    if files.is_empty() { files } else { before.into_iter().chain(files).collect() }
}

/// Reads every file once, in parallel.
fn load(plans: &[Vec<Candidate>], mut problems: Vec<Problem>) -> Discovery {
    let mut seen = FxHashSet::default();
    let unique: Vec<&Candidate> = plans.iter().flatten().filter(|file| seen.insert(file.key.as_os_str())).collect();
    let mut read: FxHashMap<&OsStr, Arc<SourceFile>> = FxHashMap::default();
    for (candidate, result) in read::all(&unique) {
        match result {
            Ok(file) => {
                read.insert(candidate.key.as_os_str(), Arc::new(file));
            }
            Err(problem) => problems.push(problem),
        }
    }
    let included = Included::of(plans, &mut read, &mut problems);
    let migration = |candidate: &Candidate| {
        let file = Arc::clone(read.get(candidate.key.as_os_str())?);
        Some(MigrationFile { file, linted: candidate.linted })
    };
    let is_own = |candidate: &&Candidate| !included.is_part(candidate);
    let sequence =
        |plan: &Vec<Candidate>| Sequence { migrations: plan.iter().filter(is_own).filter_map(migration).collect() };
    let sequences = plans.iter().map(sequence).filter(|sequence| !sequence.migrations.is_empty()).collect();
    Discovery { sequences, problems }
}

#[cfg(test)]
mod tests;
