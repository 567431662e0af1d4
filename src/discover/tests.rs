use std::{fs, io};

use super::*;
use crate::config::Flags;

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[&str]) -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("lockwise-discover-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join(".git"))?;
        let folder = Self(folder);
        files.iter().try_for_each(|file| folder.write(file, file.as_bytes()))?;
        Ok(folder)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.0))?;
        fs::write(path, bytes)
    }

    fn request(&self, paths: &[&str]) -> Request {
        let paths = paths.iter().map(|path| self.path(path)).collect();
        Request { paths, siblings: true, ..Request::default() }
    }

    fn path(&self, path: &str) -> String {
        self.0.join(path).display().to_string()
    }

    fn config(&self) -> Config {
        Config::load(&Flags { near: Some(self.path("")), ..Flags::default() }).unwrap_or_default()
    }

    /// Each sequence as a text: history in parentheses.
    fn sequences(&self, request: &Request) -> Vec<String> {
        let discovery = discover(request, &self.config());
        assert_eq!(discovery.problems, []);
        discovery.sequences.iter().map(|sequence| self.text(sequence)).collect()
    }

    fn text(&self, sequence: &Sequence) -> String {
        let name = |migration: &MigrationFile| {
            let path = Path::new(migration.file.path());
            let name = path.strip_prefix(&self.0).unwrap_or(path).display().to_string();
            if migration.linted { name } else { format!("({name})") }
        };
        sequence.migrations.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    /// What is wrong, by file.
    fn problems(&self, request: &Request) -> Vec<String> {
        let problems = discover(request, &self.config()).problems;
        let name =
            |path: &str| Path::new(path).strip_prefix(&self.0).map_or(String::new(), |path| path.display().to_string());
        problems.iter().map(|problem| format!("{}: {}", name(&problem.path), problem.message)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_is_walked_in_natural_order() -> io::Result<()> {
    let folder = Folder::new(
        "walk",
        &[
            "m/10_c.sql",
            "m/2_b.sql",
            "m/1_a.SQL",
            "m/1_a.down.sql",
            "m/3.undo.sql",
            "m/4.rollback.sql",
            "m/5.revert.sql",
            "m/readme.md",
            "m/.hidden/1.sql",
            "m/node_modules/1.sql",
            "m/target/1.sql",
        ],
    )?;
    assert_eq!(folder.sequences(&folder.request(&["m"])), ["m/1_a.SQL m/2_b.sql m/10_c.sql"]);
    Ok(())
}

#[test]
fn every_folder_is_a_sequence_unless_it_is_a_migration_or_a_number() -> io::Result<()> {
    let folder = Folder::new(
        "sequences",
        &[
            "a/migrations/1.sql",
            "a/migrations/2.sql",
            "b/migrations/1.sql",
            "c/2024_x/up.sql",
            "c/2023_y/up.sql",
            "c/2023_y/down.sql",
            "d/init/migration.sql",
            "d/next/migration.sql",
            "e/2023/2.sql",
            "e/2024/1.sql",
        ],
    )?;
    assert_eq!(
        folder.sequences(&folder.request(&[""])),
        [
            "a/migrations/1.sql a/migrations/2.sql",
            "b/migrations/1.sql",
            "c/2023_y/up.sql c/2024_x/up.sql",
            "d/init/migration.sql d/next/migration.sql",
            "e/2023/2.sql e/2024/1.sql",
        ]
    );
    Ok(())
}

#[test]
fn a_named_file_has_its_earlier_siblings_as_history() -> io::Result<()> {
    let folder = Folder::new("named", &["m/1.sql", "m/2.sql", "m/2.down.sql", "m/3.sql", "m/4.sql", "m/deep/0.sql"])?;
    assert_eq!(folder.sequences(&folder.request(&["m/3.sql"])), ["(m/1.sql) (m/2.sql) m/3.sql"]);
    assert_eq!(folder.sequences(&folder.request(&["m/3.sql", "m/1.sql"])), ["m/1.sql (m/2.sql) m/3.sql"]);
    let alone = Request { siblings: false, ..folder.request(&["m/3.sql"]) };
    assert_eq!(folder.sequences(&alone), ["m/3.sql"]);
    Ok(())
}

#[test]
fn siblings_of_a_folder_per_migration_are_its_neighbours() -> io::Result<()> {
    let folder =
        Folder::new("neighbours", &["m/1/up.sql", "m/1/down.sql", "m/2/up.sql", "m/10/up.sql", "m/2/seed.sql"])?;
    assert_eq!(folder.sequences(&folder.request(&["m/10/up.sql"])), ["(m/1/up.sql) (m/2/up.sql) m/10/up.sql"]);
    Ok(())
}

#[test]
fn a_file_named_twice_is_linted_once() -> io::Result<()> {
    let folder = Folder::new("twice", &["m/1.sql", "m/2.sql"])?;
    let request = folder.request(&["m/2.sql", "m/../m/2.sql", "m", "m/2.sql"]);
    assert_eq!(folder.sequences(&request), ["m/1.sql m/2.sql"]);
    Ok(())
}

#[test]
fn history_comes_before_everything() -> io::Result<()> {
    let folder = Folder::new("history", &["base/a.sql", "base/b.sql", "m/1.sql", "m/2.sql", "n/1.sql", "dump.sql"])?;
    let history = vec![folder.path("dump.sql"), folder.path("base")];
    let request = Request { history, ..folder.request(&["m/2.sql", "n"]) };
    let before = "(dump.sql) (base/a.sql) (base/b.sql)";
    assert_eq!(folder.sequences(&request), [format!("{before} (m/1.sql) m/2.sql"), format!("{before} n/1.sql")]);
    Ok(())
}

#[test]
fn history_of_the_same_folder_ends_before_the_named_file() -> io::Result<()> {
    let folder = Folder::new("own-history", &["m/1.sql", "m/2.sql", "m/3.sql"])?;
    let request = Request { history: vec![folder.path("m")], siblings: false, ..folder.request(&["m/2.sql"]) };
    assert_eq!(folder.sequences(&request), ["(m/1.sql) m/2.sql"]);
    Ok(())
}

#[test]
fn older_files_than_start_after_are_history() -> io::Result<()> {
    let folder = Folder::new("start-after", &["m/0001_a.sql", "m/0002_b.sql", "m/0003_c.sql"])?;
    folder.write("lockwise.toml", b"start-after = \"0002\"\n")?;
    assert_eq!(folder.sequences(&folder.request(&["m"])), ["(m/0001_a.sql) (m/0002_b.sql) m/0003_c.sql"]);
    assert_eq!(folder.sequences(&folder.request(&["m/0001_a.sql"])), [""; 0]);
    Ok(())
}

#[test]
fn excluded_files_are_not_read_at_all() -> io::Result<()> {
    let folder = Folder::new("exclude", &["m/1.sql", "m/old/1.sql", "m/2.seed.sql", "m/3.sql"])?;
    folder.write("lockwise.toml", b"exclude = [\"m/old\", \"*.seed.sql\", \"m/1.sql\"]\n")?;
    assert_eq!(folder.sequences(&folder.request(&["m", "m/2.seed.sql"])), ["m/3.sql"]);
    assert_eq!(folder.sequences(&folder.request(&["m/3.sql"])), ["m/3.sql"]);
    Ok(())
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() -> io::Result<()> {
    let folder = Folder::new("problems", &["m/1.sql", "empty/readme.md"])?;
    folder.write("m/2.sql", b"SELECT 1;\nSELECT 'caf\xe9';\n")?;
    folder.write("m/3.sql", b"\xff\xfeS\0")?;
    folder.write("m/4.sql", b"")?;
    folder.write("m/5.sql", b"\0S\0E\0L")?;
    let request = folder.request(&["m", "empty", "missing.sql"]);
    assert_eq!(
        folder.problems(&request),
        [
            "empty: has no .sql files",
            "missing.sql: no such file or folder",
            "m/2.sql: is not UTF-8: byte 0xE9 at line 2, column 12 (offset 21); save the file as UTF-8",
            "m/3.sql: is UTF-16; save the file as UTF-8",
            "m/5.sql: is UTF-16; save the file as UTF-8",
        ]
    );
    let discovery = discover(&request, &folder.config());
    assert_eq!(folder.text(&discovery.sequences[0]), "m/1.sql m/4.sql");
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_that_go_round_end() -> io::Result<()> {
    let folder = Folder::new("links", &["m/1.sql", "m/sub/1.sql"])?;
    std::os::unix::fs::symlink(folder.0.join("m"), folder.0.join("m/sub/loop"))?;
    std::os::unix::fs::symlink(folder.0.join("m/sub"), folder.0.join("m/again"))?;
    assert_eq!(folder.sequences(&folder.request(&["m"])), ["m/1.sql", "m/sub/1.sql"]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_a_problem_if_it_is_a_migration() -> io::Result<()> {
    let folder = Folder::new("broken-link", &["m/1.sql"])?;
    std::os::unix::fs::symlink("nowhere", folder.0.join("m/2.sql"))?;
    std::os::unix::fs::symlink("nowhere", folder.0.join("m/notes.txt"))?;
    assert_eq!(folder.problems(&folder.request(&["m"])), ["m/2.sql: no such file or folder"]);
    Ok(())
}

#[test]
fn included_files_are_part_of_the_file_that_includes_them() -> io::Result<()> {
    let folder = Folder::new("include", &["m/1.sql", "m/2.sql", "m/4.sql"])?;
    folder.write(
        "m/3.sql",
        b"SELECT 'before';\n\\i 1.sql \\\\ SELECT 'between';\n  \\ir parts/a.psql\nSELECT 'behind';\n",
    )?;
    folder.write("m/parts/a.psql", b"\xef\xbb\xbf\\ir '../2.sql'\nSELECT 'a'")?;
    assert_eq!(folder.sequences(&folder.request(&["m"])), ["m/3.sql m/4.sql"]);
    assert_eq!(folder.sequences(&folder.request(&["m", "m/2.sql"])), ["m/2.sql m/3.sql m/4.sql"]);
    let discovery = discover(&folder.request(&["m/3.sql"]), &folder.config());
    let script = discovery.sequences.iter().flat_map(|sequence| &sequence.migrations).find(|file| file.linted);
    let parts = script.map(|file| file.file.parts().to_vec()).unwrap_or_default();
    let depths: Vec<usize> = parts.iter().map(|part| part.depth).collect();
    assert_eq!(depths, [0, 1, 0, 1, 2, 1, 0]);
    Ok(())
}

#[test]
fn what_only_history_includes_stays_a_migration() -> io::Result<()> {
    let folder = Folder::new("include-history", &["m/1.sql", "m/2.sql"])?;
    folder.write("base.sql", b"\\ir m/1.sql\n")?;
    let mut request = folder.request(&["m"]);
    request.history = folder.request(&["base.sql"]).paths;
    let discovery = discover(&request, &folder.config());
    let linted = discovery.sequences.iter().flat_map(|sequence| &sequence.migrations).filter(|file| file.linted);
    assert_eq!(linted.count(), 2);
    Ok(())
}

#[test]
fn included_files_that_cannot_be_read_are_named() -> io::Result<()> {
    let folder = Folder::new("include-problems", &[])?;
    folder
        .write("m/1.sql", b"\\ir 2.sql\n\\ir nowhere.sql\n\\if false\n\\i never.sql\n\\endif\n\\ir 1.sql\n\\ir :x\n")?;
    folder.write("m/2.sql", b"SELECT '\xe9'")?;
    let problems = folder.problems(&folder.request(&["m/1.sql"]));
    let starts: Vec<&str> = problems.iter().filter_map(|problem| problem.split(" was not read").next()).collect();
    assert_eq!(
        starts,
        ["m/1.sql:1: \\ir 2.sql", "m/1.sql:2: \\ir nowhere.sql", "m/1.sql:6: \\ir 1.sql", "m/1.sql:7: \\ir :x"]
    );
    assert!(problems.iter().any(|problem| problem.contains("is not UTF-8: byte 0xE9")));
    Ok(())
}
