//! Every lock fact is measured on real PostgreSQL servers.
//!
//! Each file of `fixtures/facts/` holds one statement. It is run on every server that can be had, and what it locks,
//! blocks, scans, builds and rewrites is compared with `fixtures/facts/observed.toml`. Nothing here knows the linter:
//! these are the facts that the linter is held to.
//!
//! - `LOCKWISE_POSTGRES=all` (or `12..18`, or `15`) measures on the pinned servers of `fixtures/servers.toml`;
//!   without it, only the machine's own PostgreSQL is used.
//! - `LOCKWISE_BLESS=1` writes what was measured; versions that were not measured keep what they had.
//! - `LOCKWISE_FORMS=add-column,drop-index` measures these forms only.
//! - `LOCKWISE_SERVERS` is the folder in which the pinned servers are kept.

mod autocommit;
mod catalog;
mod controls;
mod fixture;
mod observed;
mod obtain;
mod record;
mod server;
mod system;
mod type_changes;
mod work;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::{Path, PathBuf};

use fixture::Fixture;
use observed::{Observation, Recordings};
use obtain::servers_or_reason;
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A failure of several lines. A test prints the debug form of its error, which for a string escapes every line end.
struct Report(String);

#[test]
fn recordings_repeat_on_real_servers() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else {
        return Ok(());
    };
    let forms = chosen_forms()?;
    let recorded = Recordings::read(&recordings_file())?;
    let mut measured = recorded.clone();
    measured.keep_forms(&Fixture::read_all(&fixtures())?);
    for (version, observations) in on_each(&servers, |server| measure_all(server, &forms))? {
        for (form, observation) in observations {
            measured.put(&form, version, observation);
        }
    }
    if is_blessing() {
        return measured.write(&recordings_file());
    }
    match recorded.difference(&measured) {
        None => Ok(()),
        Some(difference) => Err(Box::new(Report(format!(
            "real servers disagree with fixtures/facts/observed.toml \
             (LOCKWISE_BLESS=1 records what was measured):\n{difference}"
        )))),
    }
}

#[test]
fn type_changes_repeat_on_real_servers() -> Fallible<()> {
    repeats("fixtures/facts/type-changes.toml", type_changes::measure, type_changes::print)
}

#[test]
fn built_in_functions_repeat_on_real_servers() -> Fallible<()> {
    repeats("src/postgres/recorded/functions.txt", system::functions, system::print)
}

#[test]
fn results_of_functions_repeat_on_real_servers() -> Fallible<()> {
    repeats("src/postgres/recorded/results.txt", system::results, system::print)
}

#[test]
fn built_in_types_repeat_on_real_servers() -> Fallible<()> {
    repeats("src/postgres/recorded/types.txt", system::types, system::print)
}

#[test]
fn system_relations_repeat_on_real_servers() -> Fallible<()> {
    repeats("src/postgres/recorded/relations.txt", system::relations, system::print)
}

#[test]
fn casts_repeat_on_real_servers() -> Fallible<()> {
    repeats("src/postgres/recorded/casts.txt", system::casts, system::print)
}

/// Measures something on all nine servers and compares its text with a file, or writes it. Fewer servers cannot tell what
/// the file should be.
fn repeats<T: Send>(
    file: &str,
    measure: impl Fn(&Server) -> Fallible<T> + Sync,
    print: impl Fn(&BTreeMap<u32, T>) -> String,
) -> Fallible<()> {
    let Some(servers) = servers_or_reason()?.filter(|servers| servers.len() == 9) else {
        return Ok(());
    };
    let measured = print(&on_each(&servers, measure)?);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if is_blessing() {
        return Ok(std::fs::write(path, measured)?);
    }
    match std::fs::read_to_string(path)? == measured {
        true => Ok(()),
        false => Err(format!("real servers disagree with {file} (LOCKWISE_BLESS=1 records what was measured)").into()),
    }
}

#[test]
fn every_form_is_recorded_for_every_version() -> Fallible<()> {
    if is_blessing() {
        return Ok(());
    }
    let recordings = Recordings::read(&recordings_file())?;
    let forms = Fixture::read_all(&fixtures())?;
    let missing = recordings.gaps(forms.iter().map(|form| form.name.as_str()), 10..=18);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Box::new(Report(format!("forms and recordings do not match:\n{}", missing.join("\n")))))
}

#[test]
fn recordings_are_in_their_one_shape() -> Fallible<()> {
    if is_blessing() {
        return Ok(());
    }
    let text = std::fs::read_to_string(recordings_file())?;
    if Recordings::parse(&text)?.to_string() == text {
        return Ok(());
    }
    Err("observed.toml was edited by hand: record it with LOCKWISE_BLESS=1".into())
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

/// The folder that holds one file for each form.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/facts")
}

fn recordings_file() -> PathBuf {
    fixtures().join("observed.toml")
}

/// Whether this run writes the recordings. Then there is nothing to hold them to: the test beside is writing them.
fn is_blessing() -> bool {
    std::env::var_os("LOCKWISE_BLESS").is_some()
}

/// All forms, or those that `LOCKWISE_FORMS` names.
fn chosen_forms() -> Fallible<Vec<Fixture>> {
    let mut forms = Fixture::read_all(&fixtures())?;
    let Ok(names) = std::env::var("LOCKWISE_FORMS") else {
        return Ok(forms);
    };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    forms.retain(|form| names.contains(&form.name.as_str()));
    if forms.len() == names.len() {
        return Ok(forms);
    }
    Err(format!("LOCKWISE_FORMS={}: not all of them are forms", names.join(",")).into())
}

fn measure_all(server: &Server, forms: &[Fixture]) -> Fallible<BTreeMap<String, Observation>> {
    // A detector that cannot tell work from none must not record anything.
    controls::check(server)?;
    forms
        .iter()
        .map(|form| {
            let observation = record::measure(server, form).map_err(|error| format!("{}: {error}", form.name))?;
            Ok((form.name.clone(), observation))
        })
        .collect()
}
