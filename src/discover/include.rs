//! Files that psql scripts include with `\i` and `\ir`, put in where they run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Candidate, read, walk};
use crate::finding::Problem;
use crate::parser::{Include, Includes, Psql};
use crate::source::{SourceFile, Span, Splice};

/// The files that others include.
#[derive(Debug, Default)]
pub(super) struct Included {
    /// By scripts that are linted.
    linted: FxHashSet<PathBuf>,
    /// By scripts that are history.
    history: FxHashSet<PathBuf>,
}

impl Included {
    /// Puts included files in where they run. Scripts come in the order of the plans; where files include each other, the
    /// first one is the script.
    pub fn of(
        plans: &[Vec<Candidate>],
        read: &mut FxHashMap<&OsStr, Arc<SourceFile>>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let expanded: FxHashMap<&OsStr, Expanded> =
            read.iter().filter_map(|(key, file)| Some((*key, expand(file)?))).collect();
        let of_others: FxHashSet<&PathBuf> = expanded.values().flat_map(|script| &script.included).collect();
        let scripts = plans.iter().flatten().filter(|candidate| expanded.contains_key(candidate.key.as_os_str()));
        let (parts, roots): (Vec<_>, Vec<_>) = scripts.partition(|candidate| of_others.contains(&candidate.key));
        let mut included = Self::default();
        for candidate in roots.into_iter().chain(parts) {
            if let Some(script) = expanded.get(candidate.key.as_os_str()).filter(|_| !included.is_part(candidate)) {
                let list = if candidate.linted { &mut included.linted } else { &mut included.history };
                list.extend(script.included.iter().cloned());
                let new: Vec<_> =
                    script.problems.iter().filter(|problem| !problems.contains(problem)).cloned().collect();
                problems.extend(new);
            }
        }
        for (key, script) in expanded {
            read.insert(key, script.file);
        }
        included
    }

    /// Whether a file is no migration of its own: it is part of another, and was not named itself. What is to be linted
    /// stays so where only history includes it.
    pub fn is_part(&self, candidate: &Candidate) -> bool {
        let in_history = !candidate.linted && self.history.contains(&candidate.key);
        !candidate.named && (self.linted.contains(&candidate.key) || in_history)
    }
}

/// How many files one script may include. More is a script that doubles itself.
const MOST: usize = 10_000;

/// How much text may be put in, in megabytes.
const MOST_MEGABYTES: usize = 1000;

/// A script with the files that it includes.
#[derive(Debug)]
struct Expanded {
    /// The whole.
    file: Arc<SourceFile>,
    /// The files that were put in, by the path that is the same for every spelling.
    included: Vec<PathBuf>,
    /// Those that could not be.
    problems: Vec<Problem>,
}

/// Puts the files in that a script includes; `None` if it includes none.
fn expand(file: &Arc<SourceFile>) -> Option<Expanded> {
    if !file.text().contains("\\i") {
        return None;
    }
    let mut expansion = Expansion::default();
    expansion.open.push(walk::identity(Path::new(file.path())));
    expansion.add(file, 0, &mut Psql::default());
    if expansion.included.is_empty() && expansion.problems.is_empty() {
        return None;
    }
    let whole = match expansion.included.is_empty() {
        true => Arc::clone(file),
        false => Arc::new(expansion.splice.finish(file.path())),
    };
    Some(Expanded { file: whole, included: expansion.included, problems: expansion.problems })
}

/// A script that is being put together.
#[derive(Default)]
struct Expansion {
    splice: Splice,
    /// The file that is being read and those that include it, outermost first.
    open: Vec<PathBuf>,
    read: FxHashMap<PathBuf, Arc<SourceFile>>,
    included: Vec<PathBuf>,
    /// How much text was put in.
    bytes: usize,
    problems: Vec<Problem>,
}

impl Expansion {
    fn add(&mut self, file: &Arc<SourceFile>, depth: usize, psql: &mut Psql) {
        let mut start = file.sql_start();
        let mut includes = Includes::new(file, psql, depth);
        while let Some(include) = includes.next() {
            match self.find(file, &include) {
                Ok((key, included)) => {
                    self.splice.add(file, start, include.end, depth);
                    start = include.end;
                    self.open.push(key.clone());
                    self.bytes += included.text().len();
                    self.included.push(key);
                    includes.swap(psql);
                    self.add(&included, depth + 1, psql);
                    includes.swap(psql);
                    self.open.pop();
                }
                Err(message) => self.problem(file, include.span, &message),
            }
        }
        includes.swap(psql);
        self.splice.add(file, start, file.text().len(), depth);
    }

    fn problem(&mut self, file: &SourceFile, span: Span, message: &str) {
        let line = file.position(span.start).line;
        let command = file.slice(span);
        let problem =
            Problem { path: format!("{}:{line}", file.path()), message: format!("{command} was not read: {message}") };
        // A file that is included twice says it once.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The file that a command means.
    fn find(&mut self, from: &SourceFile, include: &Include) -> Result<(PathBuf, Arc<SourceFile>), String> {
        let written = include.path.as_ref().ok_or("it names a variable whose value is not known")?;
        if self.included.len() >= MOST {
            return Err(format!("more than {MOST} files are included"));
        }
        if self.bytes > MOST_MEGABYTES * 1_000_000 {
            return Err(format!("more than {MOST_MEGABYTES} MB are included"));
        }
        let path = place(from, written, include.relative).ok_or_else(|| not_found(from, written, include.relative))?;
        let key = walk::identity(&path);
        if let Some(at) = self.open.iter().position(|open| *open == key) {
            return Err(match self.open.len() - at {
                1 => "the file includes itself".to_owned(),
                levels => format!("the file includes itself, {levels} files deep"),
            });
        }
        if let Some(file) = self.read.get(&key) {
            return Ok((key, Arc::clone(file)));
        }
        let file = Arc::new(read::source(&path)?);
        self.read.insert(key.clone(), Arc::clone(&file));
        Ok((key, file))
    }
}

/// Where a file is: as psql would find it, started where lockwise was started; else in the folder of the file that includes
/// it, for those who start psql there.
fn place(from: &SourceFile, written: &str, relative: bool) -> Option<PathBuf> {
    let beside = beside(from, written);
    let here = PathBuf::from(written);
    let candidates = if relative { vec![beside] } else { vec![here, beside] };
    candidates.into_iter().find(|path| path.is_file())
}

fn beside(from: &SourceFile, written: &str) -> PathBuf {
    let folder = Path::new(from.path()).parent().unwrap_or(Path::new(""));
    folder.join(written.strip_prefix("./").unwrap_or(written))
}

fn not_found(from: &SourceFile, written: &str, relative: bool) -> String {
    let beside = beside(from, written);
    match relative || beside == Path::new(written) {
        true => format!("there is no {}", beside.display()),
        false => format!("there is neither {written} nor {}", beside.display()),
    }
}
