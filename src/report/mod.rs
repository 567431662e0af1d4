//! What a run prints, one file for each format.
//!
//! A renderer turns a [`Report`] or a [`LockPlan`] into text and does nothing else: no file, no terminal, no exit code.

mod concise;
mod excerpt;
mod facts;
mod github;
mod human;
mod json;
mod locks;
mod page;
mod sarif;
mod style;
mod suggestion;
mod summary;

use std::str::FromStr;

pub use self::human::{config_errors, terminal_width};
pub use self::page::{explain, rules};
pub use self::style::Style;
use crate::SchemaRead;
use crate::engine::trace::LockPlan;
use crate::finding::{Problem, Report};

/// The formats of `check`; `locks` and `rules` know the first and the third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For reading.
    #[default]
    Human,
    /// A line for each finding.
    Concise,
    /// JSON, version 1.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

impl Format {
    /// The words on the command line.
    pub const NAMES: [&'static str; 5] = ["human", "concise", "json", "sarif", "github"];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Human, Self::Concise, Self::Json, Self::Sarif, Self::Github];
        let known = Self::NAMES.into_iter().zip(all).find(|(name, _)| *name == text);
        known.map(|(_, format)| format).ok_or_else(|| format!("there is no format \"{text}\""))
    }
}

/// The report of `check`.
pub fn check(report: &Report, format: Format, style: &Style) -> String {
    match format {
        Format::Human if style.annotations => human::report(report, style) + &github::report(report),
        Format::Human => human::report(report, style),
        Format::Concise => concise::report(report, style),
        Format::Json => json::report(report),
        Format::Sarif => sarif::report(report),
        Format::Github => github::report(report),
    }
}

/// The report of `locks`, for people or as JSON.
pub fn locks(plan: &LockPlan, format: Format, style: &Style) -> String {
    match format {
        Format::Json => json::locks(plan),
        _ => locks::plan(plan, style),
    }
}

/// What could not be read, a line each.
pub fn problems(problems: &[Problem], style: &Style) -> String {
    problems.iter().map(|problem| failure(&format!("{}: {}", problem.path, problem.message), style)).collect()
}

/// What is to be known of the schema file, a line each: statements of it that were not understood, and up to which file it is
/// taken to have them already though it does not list them.
pub fn schema_notes(schema: Option<&SchemaRead>, style: &Style) -> String {
    let Some(schema) = schema else { return String::new() };
    let unparsed = schema.unparsed.iter().map(|statement| {
        let line = statement.file.position(statement.span.start).line;
        format!("{}:{line}: {} was not understood; the rest is used", schema.path, statement.keywords)
    });
    let applied = schema.applied.last().filter(|_| !schema.lists_versions).map(|last| {
        let path = &schema.path;
        match schema.applied.len() {
            1 => format!("{path} has what {last} creates: it is linted against the files before it"),
            _ => {
                format!("{path} has what the files up to {last} create: they are linted against the files before them")
            }
        }
    });
    limited(unparsed.collect()).chain(applied).map(|note| style.note(&note)).collect()
}

/// How many statements are named.
const MOST: usize = 5;

fn limited(mut notes: Vec<String>) -> impl Iterator<Item = String> {
    let more = notes.len().saturating_sub(MOST);
    notes.truncate(MOST);
    notes.into_iter().chain((more > 0).then(|| format!("{more} more like it")))
}

/// A line that says why the job could not be done.
pub fn failure(message: &str, style: &Style) -> String {
    format!("{} {}\n", style.failure(), style::clean(message))
}

#[cfg(test)]
mod tests;
