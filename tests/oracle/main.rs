//! The parser is held against PostgreSQL's own grammar, which pglast brings to Python.
//!
//! `oracle.py` answers what PostgreSQL makes of a text; `facts` says the same of lockwise's tree, in the same words. Both
//! must agree on the statements of `ddl/*.sql`: where they start and end, what they are, and what they say.
//!
//! - `LOCKWISE_PYTHON` is a Python that has pglast. Without it, a virtual environment is made under the target folder.
//! - `LOCKWISE_ORACLE=folder[:folder...]` compares every .sql file below the folders:
//!   `cargo test --release --test oracle -- folders --nocapture`.
//! - `LOCKWISE_ORACLE_SUITE=1` asks less of them, as they are a test suite and no migrations.
//! - `LOCKWISE_ORACLE_SHOW=100` prints that many failures of each kind instead of 10.

mod compare;
mod facts;
mod folders;
mod grammar;
mod lists;
mod mutated;
mod python;

use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};
use std::io::{Write, stderr};

use compare::{Failure, Verdict};
use lists::{Compared, Expected};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A failure of several lines. A test prints the debug form of its error, which for a string escapes every line end.
struct Report(String);

#[test]
fn listed_statements_are_understood() -> Fallible<()> {
    let Some(list) = list_or_reason()? else { return Ok(()) };
    assert!(list.len() >= 350, "only {} statements are listed", list.len());
    none(list, |failure| matches!(failure, Failure::NotUnderstood(_)))
}

#[test]
fn listed_statements_end_where_postgres_ends_them() -> Fallible<()> {
    let Some(list) = list_or_reason()? else { return Ok(()) };
    none(list, |failure| matches!(failure, Failure::Split(_)))
}

#[test]
fn listed_statements_have_the_facts_of_postgres() -> Fallible<()> {
    let Some(list) = list_or_reason()? else { return Ok(()) };
    none(list, |failure| matches!(failure, Failure::Facts(_) | Failure::Names(_)))
}

#[test]
fn statements_marked_todo_still_fail() -> Fallible<()> {
    let Some(list) = list_or_reason()? else { return Ok(()) };
    let mended = list.iter().filter(|one| one.todo && one.verdict.failures.is_empty());
    report("these are mended, their todo can go", mended.map(|one| format!("{}: {}", one.place, one.text)))
}

#[test]
fn refused_statements_are_read_without_harm() -> Fallible<()> {
    let Some(refused) = or_reason(lists::refused)? else { return Ok(()) };
    report("PostgreSQL accepts these", refused.iter().filter(|one| one.postgres_accepts).map(|one| one.text.clone()))?;
    let ours = refused.iter().filter(|one| !one.lockwise_accepts).count();
    writeln!(stderr(), "of {} statements that PostgreSQL refuses, lockwise refuses {ours}", refused.len())?;
    let passed: Vec<&str> = refused.iter().filter(|one| one.lockwise_accepts).map(|one| one.text.as_str()).collect();
    if ours * 4 >= refused.len() * 3 {
        return Ok(());
    }
    Err(Box::new(Report(format!("fewer than three quarters are refused; these pass:\n{}", passed.join("\n")))))
}

#[test]
fn what_is_certain_to_be_refused_is_refused() -> Fallible<()> {
    let Some((wrong, certain)) = or_reason(lists::wrongly_certain)? else { return Ok(()) };
    assert!(certain >= 5_000, "lockwise was certain of {certain} statements only");
    report("PostgreSQL accepts these", wrong.into_iter())
}

#[test]
fn statements_of_other_versions_are_read_as_expected() -> Fallible<()> {
    let wrong = lists::other_versions()?;
    report(
        "other facts than expected",
        wrong.iter().map(|Expected { text, wanted, found }| {
            format!("{text}\n{}", compare::difference(wanted, found, "expected", "found"))
        }),
    )
}

#[test]
fn folders() -> Fallible<()> {
    let Some(paths) = std::env::var_os("LOCKWISE_ORACLE") else { return Ok(()) };
    let roots: Vec<_> = std::env::split_paths(&paths).collect();
    let short = folders::compare(&roots)?;
    report("less than required is understood", short.into_iter())
}

/// The committed list, compared; nothing where PostgreSQL's grammar cannot be had.
fn list_or_reason() -> Fallible<Option<&'static [Compared]>> {
    or_reason(lists::compared)
}

/// Without Python and pglast, says so on the terminal (libtest would swallow `eprintln!`). In CI, or when somebody named
/// a Python, a check that did not happen must not look like one that passed.
fn or_reason<T>(of: impl FnOnce() -> Fallible<T>) -> Fallible<Option<T>> {
    let asked = std::env::var_os("LOCKWISE_PYTHON").is_some();
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    match python::interpreter() {
        Ok(_) => of().map(Some),
        Err(reason) if asked || in_ci => Err(reason.into()),
        Err(reason) => {
            writeln!(stderr(), "\nSKIPPED, PostgreSQL's grammar was not asked: {reason}\n")?;
            Ok(None)
        }
    }
}

/// Fails if a statement without a todo has such a failure.
fn none(list: &[Compared], wanted: impl Fn(&Failure) -> bool) -> Fallible<()> {
    let failed = list.iter().filter(|one| !one.todo).flat_map(|one| {
        let Verdict { failures, .. } = &one.verdict;
        failures.iter().filter(|failure| wanted(failure)).map(move |failure| (one, failure))
    });
    report(
        "lockwise and PostgreSQL disagree",
        failed.map(|(one, failure)| format!("{}: {}\n{failure}", one.place, one.text)),
    )
}

fn report(what: &str, failures: impl Iterator<Item = String>) -> Fallible<()> {
    let failures: Vec<String> = failures.collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(Box::new(Report(format!("{what} ({}):\n{}", failures.len(), failures.join("\n")))))
}

impl Debug for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, out)
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Error for Report {}
