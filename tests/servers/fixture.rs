//! One form: a statement and the history that comes before it, read from a SQL file with markers.

use std::path::Path;

use crate::Fallible;

/// A file of `fixtures/facts/`.
#[derive(Debug)]
pub struct Fixture {
    /// The file's stem, which is the form's name.
    pub name: String,
    /// The version that brought the syntax; every earlier one must refuse it.
    pub since: Option<u32>,
    /// The session's time zone.
    pub timezone: String,
    /// What the migrations before it did.
    pub setup: String,
    /// What people did between the migrations, which no file shows.
    pub by_hand: Option<String>,
    /// The one statement that is measured.
    pub statement: String,
}

impl Fixture {
    /// Reads every form of a folder, sorted by name.
    pub fn read_all(folder: &Path) -> Fallible<Vec<Self>> {
        let mut files: Vec<_> =
            std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        files.retain(|path| path.extension().is_some_and(|ext| ext == "sql"));
        files.sort();
        files.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Fallible<Self> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(path)?;
        Self::parse(&name, &text).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    /// Reads the text of one form.
    pub fn parse(name: &str, text: &str) -> Fallible<Self> {
        let (head, rest) = text.split_once("-- setup\n").ok_or("no `-- setup` line")?;
        let (setup, statement) = rest.split_once("-- statement\n").ok_or("no `-- statement` line")?;
        if split(statement).len() != 1 {
            return Err("there must be exactly one statement".into());
        }
        Ok(Self {
            name: name.to_owned(),
            since: header(head, "since").map(str::parse).transpose()?,
            timezone: header(head, "timezone").unwrap_or("UTC").to_owned(),
            setup: setup.to_owned(),
            by_hand: header(head, "by hand").map(str::to_owned),
            statement: statement.trim().to_owned(),
        })
    }

    /// The statements of the setup, and what was done by hand behind it. They are sent one by one, since some of them refuse
    /// company.
    pub fn setup(&self) -> Vec<&str> {
        split(&self.setup).into_iter().chain(self.by_hand.as_deref()).collect()
    }
}

fn header<'a>(head: &'a str, key: &str) -> Option<&'a str> {
    let prefix = format!("-- {key}: ");
    head.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::trim)
}

/// In these files a statement ends with a semicolon at the end of a line, and nothing else does.
fn split(sql: &str) -> Vec<&str> {
    sql.split_inclusive(";\n").map(str::trim).filter(|part| !part.is_empty()).collect()
}
