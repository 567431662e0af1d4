//! Keeps generated parts of the documentation equal to what the program knows: the tables of rules and the fact tables of
//! the rule pages. `LOCKWISE_BLESS=1 cargo test --test docs` writes them anew.

#[path = "facts/fixture.rs"]
mod fixture;
#[path = "docs/locks.rs"]
mod locks;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use fixture::fixtures;
use lockwise::engine::effect::{Effect, RelationKind, strongest};
use lockwise::finding::Category;
use lockwise::postgres::{Version, VersionSet};
use lockwise::rules::RULES;

type Tested = Result<(), Box<dyn Error>>;

#[test]
fn the_lock_reference_holds_all_recordings() -> Tested {
    let pages = locks::pages()?;
    for entry in fs::read_dir("rules/locks")? {
        let path = entry?.path().to_string_lossy().replace('\\', "/");
        if !pages.contains_key(&path) && std::env::var_os("LOCKWISE_BLESS").is_some() {
            fs::remove_file(&path)?;
        } else if !pages.contains_key(&path) {
            return Err(format!("{path} is a page of nothing").into());
        }
    }
    pages.iter().try_for_each(|(path, page)| compare(path, page))
}

/// Compares a file with what it should be, or writes it when blessing.
fn compare(path: &str, expected: &str) -> Tested {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return Ok(());
    }
    if std::env::var_os("LOCKWISE_BLESS").is_some() {
        fs::write(path, expected)?;
        return Ok(());
    }
    Err(format!("{path} is not what the program prints; LOCKWISE_BLESS=1 cargo test --test docs writes it").into())
}

/// The text with everything between two marker lines replaced.
fn with_block(text: &str, start: &str, end: &str, block: &str) -> Option<String> {
    let from = text.find(start)? + start.len();
    let to = from + text[from..].find(end)?;
    Some(format!("{}\n{block}{}", &text[..from], &text[to..]))
}

/// The text with the fenced block behind a marker line replaced.
fn with_fence(text: &str, marker: &str, language: &str, body: &str) -> Option<String> {
    let from = text.find(marker)? + marker.len();
    let opening = from + text[from..].find("```")?;
    let closing = opening + 3 + text[opening + 3..].find("\n```")? + 4;
    Some(format!("{}\n```{language}\n{body}\n```{}", &text[..from], &text[closing..]))
}

/// The rules as Markdown tables, one for each category.
fn rule_tables(link: &str) -> String {
    let mut text = String::new();
    for category in Category::ALL {
        let _ = write!(text, "\n**{}**\n\n| rule | severity | fires on |\n|---|---|---|\n", category.name());
        for rule in RULES.iter().filter(|rule| rule.category == category) {
            let id = rule.id;
            let off = if rule.default { "" } else { ", off by default" };
            let _ = writeln!(text, "| [{id}]({link}{id}.md) | {}{off} | {} |", rule.severity.name(), rule.summary());
        }
    }
    text.push('\n');
    text
}

#[test]
fn the_tables_of_rules_are_printed_by_the_program() -> Tested {
    for (path, link) in [("README.md", "rules/"), ("rules/README.md", "")] {
        let text = fs::read_to_string(path)?;
        let block = with_block(&text, "<!-- rules -->", "<!-- end rules -->", &rule_tables(link));
        compare(path, &block.ok_or("no <!-- rules --> block")?)?;
    }
    Ok(())
}

/// Fenced blocks behind `<!-- transcript: folder: command -->` hold what the command prints in that folder; those behind
/// `<!-- file: path -->` hold the file.
#[test]
fn the_transcripts_of_the_readme_are_what_the_program_prints() -> Tested {
    let mut text = fs::read_to_string("README.md")?;
    let markers: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("<!-- transcript:") || line.starts_with("<!-- file:"))
        .map(str::to_owned)
        .collect();
    assert!(markers.iter().any(|marker| marker.contains("transcript")), "README.md shows no transcript");
    for marker in markers {
        let words = marker.trim_start_matches("<!-- ").trim_end_matches(" -->");
        let (language, body) = match words.split(": ").collect::<Vec<_>>().as_slice() {
            ["transcript", folder, command] => ("console", format!("$ {command}\n{}", run(folder, command)?)),
            ["file", path] => ("sql", fs::read_to_string(path)?),
            _ => return Err(format!("unreadable marker: {marker}").into()),
        };
        text = with_fence(&text, &marker, language, body.trim_end()).ok_or("no fenced block")?;
    }
    compare("README.md", &text)
}

/// Runs `lockwise ...` in a folder and gives what it prints.
fn run(folder: &str, command: &str) -> Result<String, Box<dyn Error>> {
    let arguments = command.strip_prefix("lockwise ").ok_or("not our command")?.split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_lockwise")).args(arguments).current_dir(folder).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn the_fact_tables_of_pages_are_printed_by_the_program() -> Tested {
    for rule in RULES {
        let path = format!("rules/{}.md", rule.id);
        let text = fs::read_to_string(&path)?;
        let Some(marker) = text.lines().find(|line| line.starts_with("<!-- facts:")) else { continue };
        let names = marker.trim_start_matches("<!-- facts:").trim_end_matches("-->").split(',').map(str::trim);
        let table = fact_table(names)?;
        let end = "<!-- end facts -->";
        let text = if text.contains(end) { text.clone() } else { text.replace(marker, &format!("{marker}\n{end}")) };
        compare(&path, &with_block(&text, marker, end, &table).ok_or("no end of the fact table")?)?;
    }
    Ok(())
}

/// One row for each run of versions that behave alike and each relation that is locked.
fn fact_table<'a>(names: impl Iterator<Item = &'a str>) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("\n| statement | PostgreSQL | locks | waits | work |\n|---|---|---|---|---|\n");
    let all = fixtures()?;
    let recordings: BTreeMap<String, Vec<Observed>> =
        toml::from_str(&fs::read_to_string("fixtures/facts/observed.toml")?)?;
    for name in names {
        let fixture = all.iter().find(|fixture| fixture.name == name).ok_or_else(|| format!("no fixture {name}"))?;
        let traced = fixture.predict()?;
        let statement: Vec<&str> = fixture.statement.split_whitespace().collect();
        let statement = statement.join(" ").trim_end_matches(';').replace('|', "\\|");
        let refused = recordings.get(name).map(|observed| refusals(observed)).transpose()?.unwrap_or_default();
        let accepted = refused.iter().fold(VersionSet::ALL, |all, (versions, _)| all.without(*versions));
        for (versions, sqlstate) in &refused {
            let _ = writeln!(text, "| `{statement}` | {versions} | refused ({sqlstate}) |  |  |");
        }
        for (versions, effects) in alike(&traced.effects, accepted) {
            for (number, effect) in effects.iter().enumerate() {
                let shown =
                    if number == 0 { (format!("`{statement}`"), versions.to_string()) } else { Default::default() };
                let (who, work) = (effect.blocked().join(", "), effect.work.names().join(", "));
                let _ = writeln!(
                    text,
                    "| {} | {} | {} on {} | {who} | {work} |",
                    shown.0, shown.1, effect.lock, effect.relation
                );
            }
        }
    }
    text.push('\n');
    Ok(text)
}

/// The part of a recording that says whether the server took the statement.
#[derive(serde::Deserialize)]
struct Observed {
    versions: String,
    sqlstate: Option<String>,
    unsupported: Option<String>,
}

/// Versions that refuse the statement, or lack its syntax, with the SQLSTATE.
fn refusals(observed: &[Observed]) -> Result<Vec<(VersionSet, String)>, Box<dyn Error>> {
    let mut refused = Vec::new();
    for observed in observed {
        if let Some(sqlstate) = observed.sqlstate.as_ref().or(observed.unsupported.as_ref()) {
            refused.push((observed.versions.parse()?, sqlstate.clone()));
        }
    }
    Ok(refused)
}

/// Tables and views locked, with the versions on which it is the same.
fn alike(effects: &[Effect], accepted: VersionSet) -> Vec<(VersionSet, Vec<Effect>)> {
    let mut runs: Vec<(VersionSet, Vec<Effect>)> = Vec::new();
    for version in accepted.iter() {
        let locked: Vec<Effect> = on_version(effects, version);
        let same = |known: &[Effect]| {
            known.len() == locked.len()
                && known
                    .iter()
                    .zip(&locked)
                    .all(|(a, b)| (&a.relation, a.lock, a.work) == (&b.relation, b.lock, b.work))
        };
        match runs.last_mut() {
            Some((versions, known)) if same(known) => *versions = versions.or(version.into()),
            _ => runs.push((version.into(), locked)),
        }
    }
    runs
}

fn on_version(effects: &[Effect], version: Version) -> Vec<Effect> {
    let locked = strongest(effects, version.into()).into_iter();
    locked.filter(|effect| !matches!(effect.kind, RelationKind::Index | RelationKind::Sequence)).collect()
}
