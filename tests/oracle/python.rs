//! The Python that has pglast: the one that was named, or a virtual environment of our own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

/// The one version of pglast, with the hashes of its archives.
const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/requirements.txt");

/// A Python with pglast, or why there is none.
pub fn interpreter() -> Result<&'static Path, String> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOUND.get_or_init(find).as_deref().map_err(Clone::clone)
}

fn find() -> Result<PathBuf, String> {
    match env::var_os("LOCKWISE_PYTHON") {
        Some(named) => Ok(named.into()),
        None => own_environment(),
    }
}

/// Made on first use, and again when the requirements change.
fn own_environment() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle-python");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read_to_string(REQUIREMENTS).map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
    let ready = folder.join("installed.txt");
    if fs::read_to_string(&ready).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(Path::new("python3"), &["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), folder.as_os_str()])?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    let requirements = ["--require-hashes", "--requirement", REQUIREMENTS];
    run(&python, &install.iter().chain(&requirements).map(OsStr::new).collect::<Vec<_>>())?;
    // Written last: an environment without it is unfinished work.
    fs::write(&ready, wanted).map_err(|error| format!("{}: {error}", ready.display()))?;
    Ok(python)
}

fn run(program: &Path, arguments: &[&OsStr]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{} failed ({}): {}", program.display(), output.status, String::from_utf8_lossy(&said).trim()))
}
