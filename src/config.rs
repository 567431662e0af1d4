//! lockwise.toml and the command line, resolved into one checked [`Config`]: defaults, then the file, then flags.

mod base;
mod error;
mod file;
mod selection;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use globset::GlobSet;

use self::base::Base;
pub use self::base::absolute;
pub use self::error::ConfigError;
use self::file::FileConfig;
pub use self::selection::closest_rule;
use self::selection::{Selection, Selector};
use crate::finding::Severity;
use crate::postgres::VersionSet;
use crate::rules::Rule;
use crate::runner::{self, Runner};
use crate::source::{SourceFile, Span};

/// The name of the configuration file.
pub const FILE_NAME: &str = "lockwise.toml";

/// The longest lock_timeout that passes without a word.
const MAX_LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// Which findings make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    #[default]
    Warning,
    /// None.
    Never,
}

impl FailOn {
    /// The words in configuration and on the command line.
    pub const NAMES: [&'static str; 3] = ["error", "warning", "never"];

    /// Whether a finding of this severity fails the run.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Never => false,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "error" => Ok(Self::Error),
            "warning" => Ok(Self::Warning),
            "never" => Ok(Self::Never),
            _ => Err(format!("\"{text}\" is none of error, warning, never")),
        }
    }
}

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`.
    pub file: Option<String>,
    /// `--no-config`.
    pub no_file: bool,
    /// The first path, from which lockwise.toml is searched upward; the working folder if there is none.
    pub near: Option<String>,
    /// `--postgres`.
    pub postgres: Option<VersionSet>,
    /// `--runner`.
    pub runner: Option<&'static Runner>,
    /// `--schema`.
    pub schema: Option<String>,
    /// `--select`: replaces all that the file selects.
    pub select: Vec<String>,
    /// `--ignore`: goes on top of what the file ignores.
    pub ignore: Vec<String>,
    /// `--fail-on`.
    pub fail_on: Option<FailOn>,
}

/// Everything a run was told, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The versions that the migrations will run on.
    pub postgres: VersionSet,
    /// The tool that runs them.
    pub runner: &'static Runner,
    /// What is linted when the command line names no path; as seen from the working folder.
    pub paths: Vec<String>,
    /// Files that are never read, as seen from the folder of the configuration file.
    pub exclude: GlobSet,
    /// Files up to this name are history only.
    pub start_after: Option<String>,
    /// A dump of the schema, from which the catalogue starts.
    pub schema: Option<Arc<SourceFile>>,
    /// Which findings make the exit code 1.
    pub fail_on: FailOn,
    /// The longest lock_timeout that passes without a word.
    pub max_lock_timeout: Duration,
    /// What the runner or the role sets before a migration runs.
    pub session: BTreeMap<String, String>,
    selection: Selection,
    severities: BTreeMap<&'static str, Severity>,
    base: Base,
}

impl Default for Config {
    /// The configuration of a run without a file and without flags.
    fn default() -> Self {
        Self {
            postgres: VersionSet::DEFAULT,
            runner: &runner::PLAIN,
            paths: Vec::new(),
            exclude: GlobSet::empty(),
            start_after: None,
            schema: None,
            fail_on: FailOn::default(),
            max_lock_timeout: MAX_LOCK_TIMEOUT,
            session: BTreeMap::new(),
            selection: Selection::default(),
            severities: BTreeMap::new(),
            base: Base::default(),
        }
    }
}

impl Config {
    /// Defaults, then the file that is found or named, then the flags. Every mistake is reported, not only the first.
    pub fn load(flags: &Flags) -> Result<Self, Vec<ConfigError>> {
        let cwd = std::env::current_dir().map_err(|error| vec![ConfigError::new(unreadable(".", &error))])?;
        let mut schema = flags.schema.as_ref().map(|path| SchemaPath { path: path.clone(), written: None });
        let mut config = match find(flags, &cwd).map_err(|error| vec![error])? {
            Some(found) => {
                let file = file::read(&found.file)?;
                let base = Base::new(cwd, found.folder);
                let configured = file.schema.clone().map(|(path, span)| SchemaPath {
                    path: base.seen_from_cwd(&path),
                    written: Some((Arc::clone(&found.file), span)),
                });
                schema = schema.or(configured);
                Self::from_file(file, base)
            }
            None => Self { base: Base::new(cwd.clone(), cwd), ..Self::default() },
        };
        config.apply(flags)?;
        config.schema = schema.map(SchemaPath::read).transpose().map_err(|error| vec![error])?;
        Ok(config)
    }

    /// The weight of a rule in a file; `None` where it is switched off.
    pub fn severity_of(&self, rule: &Rule, path: &str) -> Option<Severity> {
        let on = self.selection.includes(rule, || self.base.seen_from_root(Path::new(path)));
        on.then(|| self.severities.get(rule.id).copied().unwrap_or(rule.severity))
    }

    /// Whether `exclude` names the file or a folder above it.
    pub fn is_excluded(&self, path: &Path) -> bool {
        !self.exclude.is_empty() && self.base.seen_from_root(path).ancestors().any(|part| self.exclude.is_match(part))
    }

    fn from_file(file: FileConfig, base: Base) -> Self {
        let default = Self::default();
        Self {
            postgres: file.postgres.unwrap_or(default.postgres),
            runner: file.runner.unwrap_or(default.runner),
            paths: file.paths.iter().map(|path| base.seen_from_cwd(path)).collect(),
            exclude: file.exclude,
            start_after: file.start_after,
            schema: None,
            fail_on: file.fail_on.unwrap_or_default(),
            max_lock_timeout: file.max_lock_timeout.unwrap_or(default.max_lock_timeout),
            session: file.session,
            selection: file.selection,
            severities: file.severities,
            base,
        }
    }

    fn apply(&mut self, flags: &Flags) -> Result<(), Vec<ConfigError>> {
        self.postgres = flags.postgres.unwrap_or(self.postgres);
        self.runner = flags.runner.unwrap_or(self.runner);
        self.fail_on = flags.fail_on.unwrap_or(self.fail_on);
        if !flags.select.is_empty() {
            self.selection.replace(selectors("--select", &flags.select)?);
        }
        self.selection.ignore(selectors("--ignore", &flags.ignore)?);
        Ok(())
    }
}

fn selectors(flag: &str, words: &[String]) -> Result<Vec<Selector>, Vec<ConfigError>> {
    let (read, errors): (Vec<_>, Vec<_>) = words.iter().map(|word| Selector::read(word)).partition(Result::is_ok);
    if errors.is_empty() {
        return Ok(read.into_iter().flatten().collect());
    }
    let explain = |unknown: selection::UnknownRule| {
        ConfigError::new(format!("{flag}: {unknown}")).help(unknown.suggestion().unwrap_or(unknown.known().to_owned()))
    };
    Err(errors.into_iter().filter_map(Result::err).map(explain).collect())
}

/// Where the schema is, and who says so.
struct SchemaPath {
    path: String,
    /// The place in the configuration file; `None` is the command line.
    written: Option<(Arc<SourceFile>, Span)>,
}

impl SchemaPath {
    fn read(self) -> Result<Arc<SourceFile>, ConfigError> {
        let read = match Path::new(&self.path).is_dir() {
            true => Err("is a folder; a schema is one file, such as pg_dump -s writes".to_owned()),
            false => crate::discover::source(Path::new(&self.path)),
        };
        read.map(Arc::new).map_err(|message| {
            let flag = if self.written.is_none() { "--schema " } else { "" };
            let error = ConfigError::new(format!("{flag}{}: {message}", self.path));
            match &self.written {
                Some((file, span)) => error.at(file, *span),
                None => error,
            }
        })
    }
}

/// A configuration file and the folder that its paths start from.
struct Found {
    file: Arc<SourceFile>,
    folder: PathBuf,
}

fn find(flags: &Flags, cwd: &Path) -> Result<Option<Found>, ConfigError> {
    if flags.no_file {
        return Ok(None);
    }
    let path = match &flags.file {
        Some(named) => Some(PathBuf::from(named)),
        None => search(cwd, flags.near.as_deref()),
    };
    path.map(|path| open(cwd, &path)).transpose()
}

fn open(cwd: &Path, path: &Path) -> Result<Found, ConfigError> {
    let shown = base::shown(cwd, path);
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::new(unreadable(&shown, &error)))?;
    let folder = absolute(cwd, path).parent().map(Path::to_path_buf).unwrap_or_default();
    Ok(Found { file: Arc::new(SourceFile::new(shown, text)), folder })
}

/// The nearest lockwise.toml from the path upward; the folder that holds `.git` is the last one looked at.
fn search(cwd: &Path, near: Option<&str>) -> Option<PathBuf> {
    let start = absolute(cwd, Path::new(near.unwrap_or(".")));
    for folder in start.ancestors() {
        let candidate = folder.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn unreadable(path: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{path}: no such file"),
        std::io::ErrorKind::PermissionDenied => format!("{path}: permission denied: lockwise may not read it"),
        std::io::ErrorKind::InvalidData => format!("{path}: is not UTF-8"),
        _ => format!("{path}: cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests;
