//! Files and folders that undo migrations, as migration tools lay them out.
//!
//! Source: the documentation of golang-migrate, sqlx, diesel and others (`x.down.sql`, `down.sql`), ragtime
//! (`x.down.1.sql`), db-migrate (`x-down.sql`), postgrator (`1.undo.x.sql`), yoyo (`x.rollback.sql`), Flyway (`U1__x.sql`)
//! and Sqitch (`revert/`, `verify/`).

use std::fs;
use std::path::Path;

/// Words behind a dot that say it.
const WORDS: [&str; 4] = ["down", "undo", "rollback", "revert"];

/// Whether a file undoes a migration. Where its name alone does not tell, the file that it undoes has to stand beside it.
pub(super) fn undoes(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let Some(stem) = name.strip_suffix(".sql") else { return false };
    let mut parts = stem.rsplit('.');
    let last = parts.next().unwrap_or_default();
    let before = parts.next();
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    match before {
        None if last == "down" => true,
        None => is_undo_beside(path, stem),
        Some(_) if WORDS.contains(&last) => true,
        Some(before) if is_number(last) && before == "down" => true,
        Some(_) => stem.split_once('.').is_some_and(|(version, rest)| is_number(version) && rest.starts_with("undo.")),
    }
}

/// `x_down.sql` beside `x_up.sql`, `rollback.sql` beside `up.sql`, `U1__x.sql` beside `V1__x.sql`: else that is a name like
/// any other.
fn is_undo_beside(path: &Path, stem: &str) -> bool {
    let beside = |name: &str| path.with_file_name(name).is_file();
    if let Some(start) = stem.strip_suffix("_down").or_else(|| stem.strip_suffix("-down")) {
        let up = format!("{}up", &stem[..=start.len()]);
        return has_beside(path, |name| name.strip_suffix(".sql") == Some(&up));
    }
    if WORDS.contains(&stem) {
        return ["up.sql", "migration.sql", "migrate.sql"].into_iter().any(beside);
    }
    let version = stem.strip_prefix('u').and_then(|rest| rest.split_once("__")).map(|(version, _)| version);
    version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit())).is_some_and(|version| {
        let done = format!("v{version}__");
        has_beside(path, |name| name.starts_with(&done))
    })
}

/// Whether a file of the same folder has such a name, compared in lower case.
fn has_beside(path: &Path, is_it: impl Fn(&str) -> bool) -> bool {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| is_it(&entry.file_name().to_string_lossy().to_lowercase()))
}

/// Whether a folder holds what undoes the migrations of another, or only looks at what they did.
pub(super) fn is_of_undo(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let beside = |name: &str| folder.with_file_name(name).is_dir();
    match name.as_str() {
        "rollback" | "rollbacks" | "revert" | "undo" => true,
        "down" => beside("up"),
        "verify" => beside("deploy"),
        _ => false,
    }
}
