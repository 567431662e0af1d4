//! Times lockwise on one new migration behind a long history, and on the whole of histories that double: the time for
//! each migration has to stay the same.

#[path = "generate/history.rs"]
mod history;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Counted runs; one more comes first and is not counted.
const RUNS: usize = 20;

/// Histories, in migrations.
const LENGTHS: [usize; 5] = [175, 350, 700, 1400, 2800];

fn main() -> Result<(), Box<dyn Error>> {
    let lockwise = PathBuf::from(env!("CARGO_BIN_EXE_lockwise"));
    let folder = std::env::temp_dir().join(format!("lockwise-history-{}", std::process::id()));
    for migrations in LENGTHS {
        let project = folder.join(migrations.to_string());
        history::write(&project, migrations)?;
        let (name, sql) = history::next(migrations);
        let new = project.join(name);
        fs::write(&new, sql)?;
        let one = median(&lockwise, &new)?;
        let all = median(&lockwise, &project)?;
        let each = |time: Duration| time / u32::try_from(migrations).unwrap_or(u32::MAX);
        println!(
            "{migrations} migrations, {} kB: one new file {one:?} ({:?} each), the whole folder {all:?} ({:?} each)",
            size(&project)? / 1000,
            each(one),
            each(all)
        );
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn size(folder: &Path) -> Result<u64, Box<dyn Error>> {
    fs::read_dir(folder)?.try_fold(0, |size, entry| Ok(size + entry?.metadata()?.len()))
}

fn median(lockwise: &Path, path: &Path) -> Result<Duration, Box<dyn Error>> {
    let run = || -> Result<Duration, Box<dyn Error>> {
        let start = Instant::now();
        let mut command = Command::new(lockwise);
        command.args(["check", "--no-config", "--format", "concise"]).arg(path);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok(start.elapsed())
    };
    run()?;
    let mut times = (0..RUNS).map(|_| run()).collect::<Result<Vec<Duration>, _>>()?;
    times.sort();
    Ok(times[times.len() / 2])
}
