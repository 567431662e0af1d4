//! Times whole runs of lockwise on two generated folders, beside squawk on the same files in the same run, and prints the
//! ratios. The machines this runs on are noisy: only ratios of medians are worth quoting.
//!
//! `cargo bench` measures lockwise alone where squawk is not installed. With `pip install squawk-cli` in the PATH, or
//! SQUAWK=path, it measures both, run after run in turn.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Counted runs of each command; one more comes first and is not counted.
const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let lockwise = PathBuf::from(env!("CARGO_BIN_EXE_lockwise"));
    let squawk = std::env::var_os("SQUAWK").map_or_else(|| PathBuf::from("squawk"), PathBuf::from);
    let has_squawk =
        Command::new(&squawk).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let folder = std::env::temp_dir().join(format!("lockwise-bench-{}", std::process::id()));
    let many = folder.join("many");
    let large = folder.join("large");
    write_many(&many)?;
    let bytes = write_large(&large)?;
    println!("start-up: {:?}", median(&mut time_runs(|| version(&lockwise))?));
    println!("2,000 small migrations");
    compare(&lockwise, has_squawk.then_some(&squawk), &many)?;
    println!("{} MB in 40 files", bytes / 1_000_000);
    compare(&lockwise, has_squawk.then_some(&squawk), &large)?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn compare(lockwise: &Path, squawk: Option<&PathBuf>, folder: &Path) -> Result<(), Box<dyn Error>> {
    let files = sql_files(folder)?;
    let ours = || silent(Command::new(lockwise).args(["check", "--no-config", "--format", "concise"]).arg(folder));
    let Some(squawk) = squawk else {
        println!("  lockwise {:?} (squawk is not installed)", median(&mut time_runs(ours)?));
        return Ok(());
    };
    let theirs = || silent(Command::new(squawk).args(["--reporter", "gcc"]).args(&files));
    let (mut ours_times, mut theirs_times) = (Vec::new(), Vec::new());
    ours()?;
    theirs()?;
    for _ in 0..RUNS {
        ours_times.push(ours()?);
        theirs_times.push(theirs()?);
    }
    let (ours, theirs) = (median(&mut ours_times), median(&mut theirs_times));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("  lockwise {ours:?}, squawk {theirs:?}, ratio {ratio:.2}");
    Ok(())
}

fn version(lockwise: &Path) -> Result<Duration, Box<dyn Error>> {
    silent(Command::new(lockwise).arg("--version"))
}

fn time_runs(mut run: impl FnMut() -> Result<Duration, Box<dyn Error>>) -> Result<Vec<Duration>, Box<dyn Error>> {
    run()?;
    (0..RUNS).map(|_| run()).collect()
}

/// Runs a command to its end with its output thrown away; exit codes say only that something was found.
fn silent(command: &mut Command) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

/// A long history: tables, columns, indexes, keys, a few words each.
fn write_many(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for number in 0..2000 {
        let table = format!("table_{}", number / 5);
        let sql = match number % 5 {
            0 => format!(
                "CREATE TABLE {table} (id bigint PRIMARY KEY, name varchar(50), created_at timestamptz DEFAULT now());\n"
            ),
            1 => format!("SET lock_timeout = '2s';\nALTER TABLE {table} ADD COLUMN note text;\n"),
            2 => format!("CREATE INDEX CONCURRENTLY {table}_name_idx ON {table} (name);\n"),
            3 => format!("SET lock_timeout = '2s';\nALTER TABLE {table} ALTER COLUMN name TYPE varchar(100);\n"),
            _ => {
                format!("SET lock_timeout = '2s';\nALTER TABLE {table} ADD CONSTRAINT {table}_check CHECK (id > 0);\n")
            }
        };
        fs::write(folder.join(format!("{number:05}_step.sql")), sql)?;
    }
    Ok(())
}

/// A folder with seed data: a schema and rows in INSERT statements of 100 rows each, and functions between them.
fn write_large(folder: &Path) -> Result<usize, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut bytes = 0;
    for number in 0..40 {
        let mut sql = format!("CREATE TABLE seed_{number} (id bigint PRIMARY KEY, name text, data jsonb);\n");
        for chunk in 0..45 {
            let _ = writeln!(sql, "INSERT INTO seed_{number} (id, name, data) VALUES");
            for row in 0..100 {
                let id = chunk * 100 + row;
                let end = if row == 99 { ";\n" } else { ",\n" };
                let _ = write!(
                    sql,
                    "  ({id}, 'the name of row {id}', '{{\"tags\": [\"a\", \"b\"], \"n\": {id}, \"text\": \"it''s here\"}}'){end}"
                );
            }
            let _ = write!(
                sql,
                "CREATE OR REPLACE FUNCTION f_{number}_{chunk}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.name := lower(NEW.name);\n  RETURN NEW;\nEND $$;\n"
            );
        }
        bytes += sql.len();
        fs::write(folder.join(format!("{number:03}_seed.sql")), sql)?;
    }
    Ok(bytes)
}
