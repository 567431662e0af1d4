//! lockwise.toml, read key by key, so that every mistake has its place and a suggestion.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::ConfigError;
use super::selection::{Override, Selection, Selector, UnknownRule, closest};
use crate::engine::session;
use crate::finding::Severity;
use crate::postgres::VersionSet;
use crate::rules;
use crate::runner::{RUNNERS, Runner, by_name};
use crate::source::{SourceFile, Span};

/// What a file may say.
const KEYS: [&str; 13] = [
    "postgres",
    "runner",
    "paths",
    "exclude",
    "start-after",
    "schema",
    "fail-on",
    "max-lock-timeout",
    "session",
    "select",
    "ignore",
    "severity",
    "override",
];

/// What an `[[override]]` may say.
const OVERRIDE_KEYS: [&str; 3] = ["paths", "select", "ignore"];

/// Settings that hold a time.
const TIMEOUTS: [&str; 5] = [
    "lock_timeout",
    "statement_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "deadlock_timeout",
];

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;
type Entry<'t, 'i> = (&'t Key<'i>, &'t Value<'i>);

/// The content of a lockwise.toml.
#[derive(Debug, Default)]
pub(super) struct FileConfig {
    pub(super) postgres: Option<VersionSet>,
    pub(super) runner: Option<&'static Runner>,
    pub(super) paths: Vec<String>,
    pub(super) exclude: GlobSet,
    pub(super) start_after: Option<String>,
    /// With its place in the file.
    pub(super) schema: Option<(String, Span)>,
    pub(super) fail_on: Option<super::FailOn>,
    pub(super) max_lock_timeout: Option<Duration>,
    pub(super) session: BTreeMap<String, String>,
    pub(super) selection: Selection,
    pub(super) severities: BTreeMap<&'static str, Severity>,
}

/// Reads a file, or says everything that is wrong with it, in the order of the text.
pub(super) fn read(file: &Arc<SourceFile>) -> Result<FileConfig, Vec<ConfigError>> {
    let mut reader = Reader { file, errors: Vec::new() };
    let table = DeTable::parse(file.text()).map_err(|error| {
        let span = error.span().unwrap_or_default();
        vec![reader.error(span, format!("is not TOML: {}", error.message().trim()))]
    })?;
    let config = reader.config(table.get_ref());
    reader.errors.sort_by_key(|error| error.place.as_ref().map(|(_, span)| span.start));
    if reader.errors.is_empty() { Ok(config) } else { Err(reader.errors) }
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable) -> FileConfig {
        let mut config = FileConfig::default();
        for (key, value) in in_order(table) {
            match key.get_ref().as_ref() {
                "postgres" => config.postgres = self.version(value),
                "runner" => config.runner = self.runner(value),
                "paths" => config.paths = self.strings(key, value).into_iter().map(|(path, _)| path).collect(),
                "exclude" => config.exclude = self.globs(key, value),
                "start-after" => config.start_after = self.string(value),
                "schema" => {
                    let span = Span::new(value.span().start, value.span().end);
                    config.schema = self.string(value).map(|path| (path, span));
                }
                "fail-on" => config.fail_on = self.string(value).and_then(|text| self.parsed(value, text.parse())),
                "max-lock-timeout" => config.max_lock_timeout = self.duration(value),
                "session" => config.session = self.session(key, value),
                "select" => config.selection.select = self.selectors(key, value),
                "ignore" => config.selection.ignore = self.selectors(key, value),
                "severity" => config.severities = self.severities(key, value),
                "override" => config.selection.overrides = self.overrides(key, value),
                _ => self.unknown_key(key, &KEYS),
            }
        }
        config
    }

    fn version(&mut self, value: &Value) -> Option<VersionSet> {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().to_owned(),
            _ => self.string(value)?,
        };
        self.parsed(value, text.parse())
    }

    fn runner(&mut self, value: &Value) -> Option<&'static Runner> {
        let name = self.string(value)?;
        let names = || RUNNERS.iter().map(|runner| runner.name);
        let known = by_name(&name);
        if known.is_none() {
            let label = closest(&name, names()).map(|known| format!("did you mean \"{known}\"?"));
            let error = self.error(value.span(), format!("there is no runner \"{name}\""));
            let known = names().collect::<Vec<_>>().join(", ");
            self.errors.push(error.label(label.unwrap_or_default()).help(format!("known runners: {known}")));
        }
        known
    }

    fn duration(&mut self, value: &Value) -> Option<Duration> {
        let text = self.string(value)?;
        let read = session::timeout(&text);
        self.parsed(
            value,
            read.ok_or_else(|| format!("\"{text}\" is not a time such as \"500ms\", \"5s\" or \"1min\"")),
        )
    }

    fn session(&mut self, key: &Key, value: &Value) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::new();
        for (name, value) in self.table(key, value, "{ lock_timeout = \"2s\" }") {
            let text = match value.get_ref() {
                DeValue::Integer(number) => Some(number.to_string()),
                DeValue::Float(number) => Some(number.to_string()),
                DeValue::Boolean(on) => Some(if *on { "on" } else { "off" }.to_owned()),
                _ => self.string(value),
            };
            let setting = name.get_ref().to_lowercase();
            self.check_setting(name.span(), &setting);
            if let Some(text) = text {
                self.check_time(value, &setting, &text);
                settings.insert(setting, text);
            }
        }
        settings
    }

    /// A timeout has to be one that PostgreSQL can read; 0 and -1 switch it off.
    fn check_time(&mut self, value: &Value, setting: &str, text: &str) {
        let is_off = text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '1'));
        if TIMEOUTS.contains(&setting) && !is_off && session::timeout(text).is_none() {
            let error =
                self.error(value.span(), format!("\"{text}\" is not a time such as \"500ms\", \"5s\" or \"1min\""));
            self.errors.push(error);
        }
    }

    /// A setting's name may be anything, but not a slip in one that lockwise acts on.
    fn check_setting(&mut self, span: Range<usize>, name: &str) {
        let slip = |known: &&&str| **known != name && strsim::damerau_levenshtein(known, name) <= 2;
        if let Some(known) = TIMEOUTS.iter().find(slip) {
            let error = self.error(span, format!("PostgreSQL has no setting \"{name}\""));
            self.errors.push(error.label(format!("did you mean \"{known}\"?")));
        }
    }

    fn severities(&mut self, key: &Key, value: &Value) -> BTreeMap<&'static str, Severity> {
        let mut severities = BTreeMap::new();
        for (id, value) in self.table(key, value, "with lines such as blocking-index-build = \"warning\"") {
            let rule = rules::by_id(id.get_ref());
            if rule.is_none() {
                self.unknown_rule(id.span(), &UnknownRule { word: id.get_ref().to_string(), group: false });
            }
            let severity = self.string(value).and_then(|word| self.parsed(value, severity(&word)));
            severities.extend(rule.zip(severity).map(|(rule, severity)| (rule.id, severity)));
        }
        severities
    }

    fn overrides(&mut self, key: &Key, value: &Value) -> Vec<Override> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, &format!("\"{}\" is a list of tables: write [[override]]", key.get_ref()));
            return Vec::new();
        };
        items.iter().map(|item| self.one_override(key, item)).collect()
    }

    fn one_override(&mut self, key: &Key, item: &Value) -> Override {
        let mut result = Override::default();
        let mut has_paths = false;
        for (key, value) in self.table(key, item, "with paths and select or ignore") {
            match key.get_ref().as_ref() {
                "paths" => {
                    has_paths = true;
                    result.paths = self.globs(key, value);
                }
                "select" => result.select = self.selectors(key, value),
                "ignore" => result.ignore = self.selectors(key, value),
                _ => self.unknown_key(key, &OVERRIDE_KEYS),
            }
        }
        if !has_paths {
            let error = self.error(item.span(), "an override without paths".to_owned());
            self.errors.push(error.help("add paths = [\"migrations/legacy/**\"]"));
        }
        result
    }

    fn selectors(&mut self, key: &Key, value: &Value) -> Vec<Selector> {
        let mut selectors = Vec::new();
        for (word, span) in self.strings(key, value) {
            match Selector::read(&word) {
                Ok(selector) => selectors.push(selector),
                Err(unknown) => self.unknown_rule(span, &unknown),
            }
        }
        selectors
    }

    fn globs(&mut self, key: &Key, value: &Value) -> GlobSet {
        let mut set = GlobSetBuilder::new();
        for (pattern, span) in self.strings(key, value) {
            match GlobBuilder::new(&anchored(&pattern)).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => {
                    let error = self.error(span, format!("\"{pattern}\" is not a pattern: {}", error.kind()));
                    self.errors.push(error);
                }
            }
        }
        set.build().unwrap_or_default()
    }

    fn strings(&mut self, key: &Key, value: &Value) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, &format!("\"{}\" is a list: write [\"...\"]", key.get_ref()));
            return Vec::new();
        };
        items.iter().filter_map(|item| Some((self.string(item)?, item.span()))).collect()
    }

    fn string(&mut self, value: &Value) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(value, "this has to be a string: write it in double quotes");
        }
        text
    }

    fn table<'t, 'i>(&mut self, key: &Key, value: &'t Value<'i>, example: &str) -> Vec<Entry<'t, 'i>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value, &format!("\"{}\" is a table {example}", key.get_ref()));
            return Vec::new();
        };
        in_order(table)
    }

    fn parsed<T>(&mut self, value: &Value, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.errors.push(self.error(value.span(), message))).ok()
    }

    fn wrong_type(&mut self, value: &Value, message: &str) {
        let error = self.error(value.span(), message.to_owned());
        self.errors.push(error);
    }

    fn unknown_key(&mut self, key: &Key, known: &[&str]) {
        let word = key.get_ref();
        let label = closest(word, known.iter().copied()).map(|known| format!("did you mean \"{known}\"?"));
        let error = self.error(key.span(), format!("unknown key \"{word}\""));
        self.errors.push(error.label(label.unwrap_or_default()).help(format!("known keys: {}", known.join(", "))));
    }

    fn unknown_rule(&mut self, span: Range<usize>, unknown: &UnknownRule) {
        let error = self.error(span, unknown.to_string());
        self.errors.push(error.label(unknown.suggestion().unwrap_or_default()).help(unknown.known()));
    }

    fn error(&self, span: Range<usize>, message: String) -> ConfigError {
        ConfigError::new(message).at(self.file, Span::new(span.start, span.end))
    }
}

/// The entries of a table as they stand in the text.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn severity(word: &str) -> Result<Severity, String> {
    let all = [Severity::Error, Severity::Warning, Severity::Advice];
    let known = all.into_iter().find(|severity| severity.name() == word);
    known.ok_or_else(|| format!("\"{word}\" is none of error, warning, advice"))
}

/// A pattern without a slash means a name at any depth, as in .gitignore; one with a slash starts at the file's folder.
fn anchored(pattern: &str) -> String {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    match pattern.trim_end_matches('/') {
        name if !name.contains('/') => format!("**/{name}"),
        path => path.trim_start_matches('/').to_owned(),
    }
}
