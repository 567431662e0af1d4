//! Time and peak memory of lockwise on large files of our own, beside squawk on the same files in the same run where it is
//! installed (see folders.rs). Fails where a statement is not understood, or where the peak is over three times the input
//! plus 60 MB.
//!
//! The peak is what the system counts for the process, as Linux tells it; elsewhere only the time is measured.

mod generate;

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use generate::Dump;

/// Counted runs; the median of their times and the largest of their peaks are printed.
const RUNS: usize = 5;

/// Rows of the INSERTs.
const ROWS: usize = 200_000;

const MB: usize = 1_000_000;

type Written = Result<(), std::io::Error>;

fn main() -> Result<(), Box<dyn Error>> {
    let lockwise = PathBuf::from(env!("CARGO_BIN_EXE_lockwise"));
    let squawk = std::env::var_os("SQUAWK").map_or_else(|| PathBuf::from("squawk"), PathBuf::from);
    let squawk = run(Command::new(&squawk).arg("--version")).is_ok().then_some(squawk);
    let folder = std::env::temp_dir().join(format!("lockwise-large-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut within = true;
    for (name, write) in inputs() {
        let file = folder.join("input.sql");
        let mut out = BufWriter::new(File::create(&file)?);
        write(&mut out)?;
        drop(out);
        within &= measure(name, &file, &lockwise, squawk.as_deref())?;
    }
    fs::remove_dir_all(&folder)?;
    if within { Ok(()) } else { Err("a file took too much memory, or was not understood".into()) }
}

type Input = (&'static str, fn(&mut BufWriter<File>) -> Written);

fn inputs() -> [Input; 4] {
    [
        ("one INSERT of 200,000 rows", |out| generate::one_insert(out, ROWS)),
        ("200,000 INSERTs", |out| generate::many_inserts(out, ROWS)),
        ("a dump of 100,000 lines", |out| Dump { tables: 500, rows: 100 }.write(out)),
        ("a dump of 50 MB", |out| Dump { tables: 500, rows: 910 }.write(out)),
    ]
}

/// Measures one file; says whether it was understood, within the memory that it may take.
fn measure(name: &str, file: &Path, lockwise: &Path, squawk: Option<&Path>) -> Result<bool, Box<dyn Error>> {
    let size = fs::metadata(file)?.len() as usize;
    let limit = 3 * size + 60 * MB;
    let ours = repeat(Command::new(lockwise).args(["check", "--no-config", "--format", "concise"]).arg(file))?;
    print!("{name}, {} MB: {:?}, peak {} MB of {}", size / MB, ours.time, ours.peak / MB, limit / MB);
    if let Some(squawk) = squawk {
        let theirs = repeat(Command::new(squawk).args(["--reporter", "gcc"]).arg(file))?;
        print!("; squawk {:?}, peak {} MB", theirs.time, theirs.peak / MB);
        print!(", ratio {:.2}", ours.time.as_secs_f64() / theirs.time.as_secs_f64());
    }
    let report = Command::new(lockwise).args(["check", "--no-config", "--format", "concise"]).arg(file).output()?;
    let understood = !String::from_utf8_lossy(&report.stdout).contains("not understood");
    println!("{}", if understood { "" } else { "; NOT UNDERSTOOD" });
    Ok(understood && ours.peak <= limit)
}

/// What a command took.
struct Cost {
    time: Duration,
    /// Bytes; 0 where the system does not tell.
    peak: usize,
}

/// Runs a command several times, once more than is counted.
fn repeat(command: &mut Command) -> Result<Cost, Box<dyn Error>> {
    run(command)?;
    let mut costs = (0..RUNS).map(|_| run(command)).collect::<Result<Vec<Cost>, _>>()?;
    costs.sort_by_key(|cost| cost.time);
    let peak = costs.iter().map(|cost| cost.peak).max().unwrap_or_default();
    Ok(Cost { time: costs[costs.len() / 2].time, peak })
}

/// Runs a command to its end with its output thrown away. Its peak is asked for again and again: it only grows.
fn run(command: &mut Command) -> Result<Cost, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        peak = peak.max(peak_of(&status).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(Cost { time: start.elapsed(), peak })
}

/// `VmHWM:  1234 kB`
fn peak_of(status: &Path) -> Option<usize> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
