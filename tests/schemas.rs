//! A dump says the same as the migrations that made the database: every statement of `fixtures/schemas/dumps/probes.sql` is
//! judged behind `setup.sql` and behind its dump.
//!
//! The dumps of `fixtures/schemas/dumps` are compared always. Where the machine has pg_dump, the servers of
//! `tests/servers` that it can dump are dumped anew; `LOCKWISE_BLESS=1` writes what the first and the last of them gave.

#[path = "servers/obtain.rs"]
mod obtain;
#[path = "servers/server.rs"]
#[allow(dead_code, reason = "tests/servers needs all of it")]
mod server;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use lockwise::config::Config;
use lockwise::discover::{Discovery, MigrationFile, Sequence};
use lockwise::report::{self, Format, Style};
use lockwise::source::SourceFile;
use serde_json::Value;

use obtain::servers_or_reason;
use server::{Server, on_each};

/// What can go wrong here is told to a person, so a text is enough.
type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

const FOLDER: &str = "fixtures/schemas/dumps";

fn text(name: &str) -> Fallible<String> {
    let path = Path::new(FOLDER).join(name);
    Ok(fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// Each probe in a transaction that is rolled back, so that it meets what the setup left.
fn probes() -> Fallible<String> {
    Ok(text("probes.sql")?.lines().map(|line| format!("BEGIN; {line} ROLLBACK;\n")).collect())
}

/// What each probe does behind the setup, or behind a dump.
fn judged(dump: Option<&str>) -> Fallible<Vec<Judged>> {
    let file = |path: &str, text: String| Arc::new(SourceFile::new(path, text));
    let mut config = Config::default();
    config.schema = dump.map(|dump| file("dump.sql", dump.to_owned()));
    let mut migrations = vec![MigrationFile { file: file("probes.sql", probes()?), linted: true }];
    if dump.is_none() {
        migrations.insert(0, MigrationFile { file: file("setup.sql", text("setup.sql")?), linted: false });
    }
    let discovery = Discovery { sequences: vec![Sequence { migrations }], ..Discovery::default() };
    let plan = lockwise::lock_plan(&config, &discovery);
    let unparsed = plan.schema.as_ref().map(|schema| schema.unparsed.len()).unwrap_or_default();
    assert_eq!(unparsed, 0, "statements of the dump are not understood");
    let json: Value = serde_json::from_str(&report::locks(&plan, Format::Json, &Style::PLAIN))?;
    let statements = json["files"][0]["statements"].as_array().ok_or("no statements")?;
    Ok(statements.iter().map(Judged::new).collect())
}

/// What a statement does, in words.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    text: String,
    what: Vec<String>,
}

impl Judged {
    fn new(statement: &Value) -> Self {
        let effects = statement["effects"].as_array().into_iter().flatten();
        let effect = |effect: &Value| {
            let word = |key: &str| effect[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {} {}", word("kind"), word("relation"), word("lock"), effect["work"])
        };
        let mut what: Vec<String> = effects.map(effect).collect();
        what.sort();
        what.push(format!("{} {}", statement["forms"], statement["failure"]));
        Self { text: statement["text"].as_str().unwrap_or_default().to_owned(), what }
    }
}

/// What a dump says otherwise than the setup.
fn differences(dump: &str) -> Fallible<String> {
    let (setup, dump) = (judged(None)?, judged(Some(dump))?);
    assert_eq!(setup.len(), dump.len());
    let differ = setup.iter().zip(&dump).filter(|(setup, dump)| setup != dump);
    Ok(differ
        .map(|(setup, dump)| format!("{}\n  setup {:#?}\n  dump {:#?}\n", setup.text, setup.what, dump.what))
        .collect())
}

#[test]
fn stored_dumps_say_what_the_setup_says() -> Fallible<()> {
    for name in ["postgres-10.sql", "postgres-15.sql", "postgres-18.sql"] {
        let differences = differences(&text(name)?)?;
        assert!(differences.is_empty(), "{name}\n{differences}");
    }
    Ok(())
}

/// The machine's pg_dump dumps servers up to its own version.
#[test]
fn fresh_dumps_say_what_the_setup_says() -> Fallible<()> {
    let Some(servers) = servers_or_reason()? else { return Ok(()) };
    let dumps = on_each(&servers, |server| {
        let Some(dump) = server.pg_dump(&text("setup.sql")?)? else { return Ok(None) };
        Ok(Some((differences(&dump)?, dump)))
    })?;
    for (version, dumped) in dumps {
        let Some((differences, dump)) = dumped else { continue };
        assert!(differences.is_empty(), "PostgreSQL {version}\n{differences}");
        if std::env::var_os("LOCKWISE_BLESS").is_some() && matches!(version, 10 | 15) {
            fs::write(Path::new(FOLDER).join(format!("postgres-{version}.sql")), steady(&dump))?;
        }
    }
    Ok(())
}

/// A dump without what differs from run to run.
fn steady(dump: &str) -> String {
    let mut text = String::new();
    for line in dump.lines() {
        text += match line.split(' ').next() {
            Some("\\restrict") => "\\restrict fixture",
            Some("\\unrestrict") => "\\unrestrict fixture",
            _ => line,
        };
        text.push('\n');
    }
    text
}

impl Server {
    /// Runs a script and dumps the schema that it leaves; nothing if there is no pg_dump for this version.
    fn pg_dump(&self, setup: &str) -> Fallible<Option<String>> {
        let Some(program) = obtain::pg_dump(self.version) else { return Ok(None) };
        self.connect()?.batch_execute(setup)?;
        Ok(Some(self.dump(&program)?))
    }
}
