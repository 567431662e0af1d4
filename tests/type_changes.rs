//! Holds the judgement of ALTER COLUMN TYPE against the matrix that the servers gave, offline: every pair of types on every
//! version, with and without USING.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use lockwise::config::Config;
use lockwise::discover::{Discovery, MigrationFile, Sequence};
use lockwise::engine::effect::strongest;
use lockwise::engine::trace::TracedStatement;
use lockwise::postgres::{Version, VersionSet};
use lockwise::source::SourceFile;

#[derive(serde::Deserialize)]
struct Recording {
    types: Vec<String>,
    matrix: Vec<Matrix>,
}

#[derive(serde::Deserialize)]
struct Matrix {
    versions: VersionSetText,
    plain: BTreeMap<String, String>,
    using: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
#[serde(transparent)]
struct VersionSetText(String);

/// What the types need that are not built in, as tests/servers makes them.
const SETUP: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN label AS varchar(20);
CREATE DOMAIN word AS text;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
";

/// A table for each new type with a column of the old one, and the changes of all of them.
fn predict(old: &str, types: &[String], using: bool) -> Result<Vec<TracedStatement>, Box<dyn Error>> {
    let (mut setup, mut changes) = (SETUP.to_owned(), String::new());
    for (number, new) in types.iter().enumerate() {
        writeln!(setup, "CREATE TABLE t{number} (c {old}); CREATE INDEX i{number} ON t{number} (c);")?;
        let using = if using { format!(" USING c::{new}") } else { String::new() };
        writeln!(changes, "ALTER TABLE t{number} ALTER COLUMN c TYPE {new}{using};")?;
    }
    let mut config = Config::default();
    config.postgres = VersionSet::ALL;
    config.session.insert("timezone".to_owned(), "UTC".to_owned());
    let file = |name: &str, sql: String, linted| MigrationFile { file: Arc::new(SourceFile::new(name, sql)), linted };
    let migrations = vec![file("1.sql", setup, false), file("2.sql", changes, true)];
    let discovery = Discovery { sequences: vec![Sequence { migrations }], problems: Vec::new() };
    let plan = lockwise::lock_plan(&config, &discovery);
    Ok(plan.migrations.into_iter().next().ok_or("no plan")?.statements)
}

/// The letter that the recording uses for what is predicted.
fn letter(traced: &TracedStatement, version: Version) -> char {
    if traced.refusals.iter().any(|refusal| refusal.versions.contains(version)) {
        return 'x';
    }
    let work: Vec<&str> =
        strongest(&traced.effects, version.into()).iter().flat_map(|effect| effect.work.names()).collect();
    match () {
        () if work.contains(&"rewrite") => 'r',
        () if work.contains(&"index-build") => 'i',
        () => '.',
    }
}

#[test]
fn every_pair_of_types_is_judged_as_the_servers_do() -> Result<(), Box<dyn Error>> {
    let recording: Recording = toml::from_str(&fs::read_to_string("fixtures/facts/type-changes.toml")?)?;
    let mut wrong = Vec::new();
    for (old, using) in recording.types.iter().flat_map(|old| [(old, false), (old, true)]) {
        let traced = predict(old, &recording.types, using)?;
        assert_eq!(traced.len(), recording.types.len());
        for matrix in &recording.matrix {
            let row = if using { &matrix.using[old] } else { &matrix.plain[old] };
            for version in matrix.versions.0.parse::<VersionSet>()?.iter() {
                for ((new, recorded), traced) in recording.types.iter().zip(row.chars()).zip(&traced) {
                    let predicted = letter(traced, version);
                    // Refused because of the index, not of the cast.
                    if predicted != recorded && recorded != 'o' {
                        let clause = if using { " USING" } else { "" };
                        wrong.push(format!("{old} to {new}{clause} on {version}: {predicted}, recorded {recorded}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}
