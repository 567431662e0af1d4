//! The versions of migrations that a dump lists, as dbmate, Rails and others write them behind the schema.

use rustc_hash::FxHashSet;

use crate::ast::{StatementKind, WriteVerb};
use crate::discover::{stem, without_letter};
use crate::engine::effect::RelationName;
use crate::engine::start::StartingPoint;
use crate::parser::Script;
use crate::source::SourceFile;

/// Tables in which migration tools note what they have run.
const TABLES: [&str; 8] = [
    "schema_migrations",
    "__diesel_schema_migrations",
    "_sqlx_migrations",
    "goose_db_version",
    "gorp_migrations",
    "refinery_schema_history",
    "atlas_schema_revisions",
    "pgmigrations",
];

/// The columns that hold what a file's name begins with, or all of it.
const COLUMNS: [&str; 4] = ["version", "version_id", "name", "id"];

/// What a dump says of the migrations that are in it.
#[derive(Debug, Default)]
pub(super) struct Versions {
    listed: FxHashSet<String>,
    /// The table has one row, with the last version that was run, as golang-migrate keeps it.
    up_to: bool,
}

impl Versions {
    /// Reads the rows that a dump puts into the tables of migration tools.
    pub fn read(file: &SourceFile, script: &Script, start: &StartingPoint) -> Self {
        let mut versions = Self::default();
        for (at, statement) in script.statements.iter().enumerate() {
            let StatementKind::Write(write) = &statement.kind else { continue };
            let table = &write.target.name.name;
            if !TABLES.contains(&table.as_str()) {
                continue;
            }
            let schema = write.target.schema.as_ref().map_or("public", |schema| schema.name.as_str());
            let created = start.columns_of(&RelationName::new(schema, &**table));
            let written: Vec<&str> = write.columns.iter().map(|column| column.name.as_str()).collect();
            let columns = if written.is_empty() { &created } else { &written };
            let column = COLUMNS.iter().find_map(|name| columns.iter().position(|column| column == name)).unwrap_or(0);
            // Of very many INSERTs only the first are kept: the others follow in the text.
            let end = script.statements.get(at + 1).map_or(file.text().len(), |next| next.span.start);
            let text = file.text().get(statement.span.start..end).unwrap_or_default();
            versions.up_to |= columns.contains(&"dirty");
            match write.verb {
                WriteVerb::CopyFrom => versions.listed.extend(copied(text, column)),
                WriteVerb::Insert => versions.listed.extend(inserted(text, column)),
                WriteVerb::Update | WriteVerb::Delete | WriteVerb::Merge => {}
            }
        }
        versions
    }

    /// Whether any version is listed.
    pub fn are_listed(&self) -> bool {
        !self.listed.is_empty()
    }

    /// Whether a migration is listed: by the number that its name begins with, or by its name.
    pub fn have(&self, path: &str) -> bool {
        let name = stem(path.as_ref());
        let number = number(&name);
        let is_named = self.listed.contains(name.as_ref()) || self.listed.contains(&format!("{name}.sql"));
        let is_before = |last: &String| (last.len(), last.as_str()) >= (number.len(), number.as_str());
        is_named
            || !number.is_empty() && (self.listed.contains(&number) || self.up_to && self.listed.iter().any(is_before))
    }
}

/// `20240131120000` of `2024-01-31-120000_x`, `12` of `V0012__x`.
fn number(name: &str) -> String {
    let name = without_letter(name);
    let end = name.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(name.len());
    normal(&name[..end])
}

/// A version without hyphens and leading zeros, if it is a number; else as it stands.
fn normal(version: &str) -> String {
    let digits: String = version.chars().filter(|c| *c != '-').collect();
    match digits.chars().all(|c| c.is_ascii_digit()) {
        true if digits.is_empty() => digits,
        true => Some(digits.trim_start_matches('0')).filter(|rest| !rest.is_empty()).unwrap_or("0").to_owned(),
        false => version.to_owned(),
    }
}

/// A column of the rows behind COPY ... FROM stdin.
fn copied(text: &str, column: usize) -> Vec<String> {
    let rows = text.lines().skip_while(|line| !line.trim_end().ends_with(';')).skip(1);
    let rows = rows.take_while(|line| *line != "\\.").filter_map(|row| row.split('\t').nth(column));
    rows.map(normal).collect()
}

/// A column of the rows behind VALUES.
fn inserted(text: &str, column: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = values(rest) {
        rest = &rest[at..];
        let mut row = Row { field: None, value: String::new(), wanted: column };
        let mut quoted = false;
        let mut length = 0;
        for c in rest.chars() {
            length += c.len_utf8();
            match c {
                '\'' => quoted = !quoted,
                _ if quoted => row.push(c),
                '(' => row.field = Some(0),
                ',' => row.field = row.field.map(|field| field + 1),
                ')' => found.extend(row.finish()),
                ';' => break,
                _ => row.push(c),
            }
        }
        rest = &rest[length..];
    }
    found
}

/// Just behind the word VALUES.
fn values(text: &str) -> Option<usize> {
    let upper = text.find("VALUES").or_else(|| text.find("values"));
    upper.map(|at| at + "VALUES".len())
}

/// A row that is being read.
struct Row {
    /// The number of the field; `None` outside of a row.
    field: Option<usize>,
    value: String,
    wanted: usize,
}

impl Row {
    fn push(&mut self, c: char) {
        if self.field == Some(self.wanted) {
            self.value.push(c);
        }
    }

    fn finish(&mut self) -> Option<String> {
        self.field.take()?;
        let value = std::mem::take(&mut self.value);
        Some(normal(value.trim())).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::parser::parse;

    fn read(text: &str) -> Versions {
        let file = Arc::new(SourceFile::new("schema.sql", text));
        let script = parse(&file);
        Versions::read(&file, &script, &StartingPoint::of(&file, &script))
    }

    #[test]
    fn dbmate_and_rails_list_versions_in_one_insert() {
        let dbmate =
            read("INSERT INTO public.schema_migrations (version) VALUES\n    ('20240101000000'),\n    ('2');\n");
        assert!(dbmate.are_listed());
        assert!(dbmate.have("db/migrations/20240101000000_create_users.sql") && dbmate.have("m/002_x.sql"));
        assert!(!dbmate.have("db/migrations/20240102000000_more.sql") && !dbmate.have("m/20_x.sql"));
        let rails = read(
            "SET search_path TO \"$user\", public;\n\nINSERT INTO \"schema_migrations\" (version) VALUES\n('20240101'),\n('20240102');\n",
        );
        assert!(rails.have("20240102_x.sql"));
    }

    #[test]
    fn rows_are_read_however_they_are_dumped() {
        let copied = read(
            "CREATE TABLE public.__diesel_schema_migrations (version character varying(50) NOT NULL, run_on timestamp);\n\
             COPY public.__diesel_schema_migrations (version, run_on) FROM stdin;\n00000000000000\t2024-01-01\n20240131120000\t2024-02-01\n\\.\n\nSELECT 1;\n",
        );
        assert!(copied.have("2024-01-31-120000_orders/up.sql") && !copied.have("2024-02-01-120000_users/up.sql"));
        let rows: String = (1..=300)
            .map(|id| {
                format!(
                    "INSERT INTO public.goose_db_version (id, version_id, is_applied) VALUES ({id}, {}, true);\n",
                    id + 1000
                )
            })
            .collect();
        let goose = read(&rows);
        assert!(goose.have("01001_x.sql") && goose.have("1300_x.sql") && !goose.have("1301_x.sql"));
    }

    #[test]
    fn one_row_with_the_last_version_means_all_up_to_it() {
        let last = read(
            "CREATE TABLE public.schema_migrations (version bigint NOT NULL, dirty boolean NOT NULL);\n\
             INSERT INTO public.schema_migrations VALUES (12, false);\n",
        );
        assert!(last.have("000002_a.up.sql") && last.have("000012_b.up.sql") && !last.have("000013_c.up.sql"));
    }

    #[test]
    fn names_are_versions_too() {
        let names = read("INSERT INTO pgmigrations (id, name, run_on) VALUES (1, '1700000000000_users', now());");
        assert!(names.have("1700000000000_users.sql") && !names.have("1700000000001_orders.sql"));
        assert!(!read("CREATE TABLE a (id bigint);").are_listed());
    }
}
