//! The catalogue that lockwise replays is the one that a server has after the same statements.
//!
//! Every fixture of `fixtures/facts` (its setup, and its setup with the statement where the server accepts it), every history
//! of `fixtures/replay` and every folder of `fixtures/projects` is run on a real server; then what the server's catalogs say is
//! compared with [`Catalog::objects`](lockwise::engine::catalog::Catalog::objects). Differences of fixtures that stay are listed
//! with their reasons in `tests/replay/differences.toml`; a listed one that no longer occurs fails. A history begins with a
//! comment, and with `-- since: N` where older servers refuse a part of it.
//!
//! - `LOCKWISE_POSTGRES=18` (or `all`, or `12..15`) asks other servers than 15.
//! - `LOCKWISE_FORMS=add-column,drop-index` compares these fixtures only.
//! - `LOCKWISE_REPLAY=path/to/migrations cargo test --test replay -- folder --nocapture` does the same for any folder:
//!   its files are run in the order of `lockwise check`, each folder that is a sequence of its own in an empty database.
//!   `path:plain-transaction` wraps each file in a transaction. A statement that the server refuses is left out on both sides
//!   and printed; one that runs although lockwise says that it fails is a difference. The command prints how many objects
//!   were compared and what differs, and fails if something does.

#[path = "replay/compare.rs"]
mod compare;
#[path = "replay/known.rs"]
mod known;
#[path = "replay/meaning.rs"]
mod meaning;
#[path = "replay/observed.rs"]
mod observed;
#[path = "servers/obtain.rs"]
mod obtain;
#[path = "replay/play.rs"]
mod play;
#[path = "servers/server.rs"]
#[allow(dead_code, reason = "tests/servers needs all of it")]
mod server;

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::{env, fs};

use lockwise::config::Config;
use lockwise::discover::{Request, discover};
use lockwise::runner::{self, Runner};
use lockwise::source::SourceFile;

use compare::{Comparison, Tally};
use known::Known;
use observed::Observer;
use obtain::servers_or_reason;
use play::Played;
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The first version on which a partitioned table may have a primary key.
const KEYS_OF_PARTITIONED_TABLES: u32 = 11;

#[test]
fn fixtures_leave_what_the_server_has() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else { return Ok(()) };
    let known = Known::read()?;
    let mut complaints = Vec::new();
    for (version, found) in on_each(&servers, |server| fixtures(server, &known))? {
        complaints.extend(found.into_iter().map(|complaint| format!("PostgreSQL {version}, {complaint}")));
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    Ok(())
}

#[test]
fn projects_leave_what_the_server_has() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else { return Ok(()) };
    for (version, comparisons) in on_each(&servers, |server| folder(server, "fixtures/projects", &runner::PLAIN))? {
        for comparison in comparisons {
            let told = comparison.told();
            assert!(comparison.differences.is_empty(), "PostgreSQL {version}, {}: {told}", comparison.name);
            // One of them makes a partitioned table with a primary key.
            let is_refused = version < KEYS_OF_PARTITIONED_TABLES;
            assert!(comparison.refused.is_empty() || is_refused, "PostgreSQL {version}, {}: {told}", comparison.name);
        }
    }
    Ok(())
}

#[test]
fn histories_leave_what_the_server_has() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else { return Ok(()) };
    let mut paths: Vec<_> = fs::read_dir("fixtures/replay")?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    on_each(&servers, |server| {
        for path in &paths {
            let text = fs::read_to_string(path)?;
            let since = text.lines().find_map(|line| line.strip_prefix("-- since: ")).map(str::parse).transpose()?;
            if since.is_some_and(|since: u32| server.version < since) {
                continue;
            }
            for comparison in folder(server, &path.to_string_lossy(), &runner::PLAIN)? {
                let is_clean = comparison.differences.is_empty() && comparison.refused.is_empty();
                assert!(is_clean, "PostgreSQL {}, {}: {}", server.version, comparison.name, comparison.told());
            }
        }
        Ok(())
    })?;
    Ok(())
}

#[test]
fn folder_leaves_what_the_server_has() -> Fallible<()> {
    let Ok(wanted) = env::var("LOCKWISE_REPLAY") else { return Ok(()) };
    let Some(servers) = servers_or_reason()? else { return Ok(()) };
    let (path, runner) = match wanted.rsplit_once(':') {
        Some((path, name)) => (path, runner::by_name(name).ok_or("no runner of this name")?),
        None => (wanted.as_str(), &runner::PLAIN),
    };
    let mut differs = false;
    for (version, comparisons) in on_each(&servers, |server| folder(server, path, runner))? {
        for comparison in comparisons {
            println!("PostgreSQL {version}, {}: {}", comparison.name, comparison.told());
            differs |= !comparison.differences.is_empty();
        }
    }
    assert!(!differs, "what lockwise replays differs from what the server has");
    Ok(())
}

/// Compares each fixture twice, and says what differs and is not listed, and what is listed and does not differ.
fn fixtures(server: &Server, known: &Known) -> Fallible<Vec<String>> {
    let chosen = env::var("LOCKWISE_FORMS").ok();
    let mut paths: Vec<_> = fs::read_dir("fixtures/facts")?.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    let mut observer = Observer::of(server)?;
    let mut tally = Tally::default();
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if chosen.as_ref().is_some_and(|chosen| !chosen.split(',').any(|form| form == name)) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let (_, rest) = text.split_once("-- setup\n").ok_or("no -- setup")?;
        let (setup, statement) = rest.split_once("-- statement\n").ok_or("no -- statement")?;
        for (place, parts) in [("setup", &[setup] as &[&str]), ("statement", &[setup, statement])] {
            let files = parts.iter().enumerate().map(|(at, sql)| Arc::new(SourceFile::new(format!("{at}.sql"), *sql)));
            let played = Played::of(server, &mut observer, files.collect(), &runner::PLAIN, true).map_err(|error| {
                format!("{name}: {}", error.source().map_or(error.to_string(), |it| it.to_string()))
            })?;
            if place == "statement" && !played.refused.is_empty() {
                continue;
            }
            let comparison = Comparison::of(&name, &played);
            tally.add(&comparison);
            let lines =
                comparison.differences.iter().filter(|line| !known.lists(&name, line, server.version, &mut used));
            complaints.extend(lines.map(|line| format!("{name} ({place}): {line}")));
        }
    }
    if chosen.is_none() {
        complaints.extend(known.unused(&used, server.version));
    }
    println!("PostgreSQL {}: {tally}", server.version);
    Ok(complaints)
}

/// Compares each sequence of a folder.
fn folder(server: &Server, path: &str, runner: &'static Runner) -> Fallible<Vec<Comparison>> {
    let request = Request { paths: vec![path.to_owned()], ..Request::default() };
    let discovery = discover(&request, &Config::default());
    let mut observer = Observer::of(server)?;
    let mut comparisons = Vec::new();
    for sequence in discovery.sequences {
        let files: Vec<Arc<SourceFile>> = sequence.migrations.into_iter().map(|migration| migration.file).collect();
        let name = files.first().map(|file| file.path().to_owned()).unwrap_or_default();
        let played = Played::of(server, &mut observer, files, runner, false)?;
        comparisons.push(Comparison::of(&name, &played));
    }
    Ok(comparisons)
}
