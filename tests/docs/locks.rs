//! The lock reference, `rules/locks.md`: everything that was recorded, by kind of statement.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use crate::fixture::{Fixture, fixtures};

const HEAD: &str = "\
# Locks of PostgreSQL 10 to 18, measured

What each statement locked, blocked and did on real servers of nine major versions. Each row is one statement that was run
against tables with thousands of rows, in the state that its first column describes. Nothing here is taken from documentation.

- **Lock** is the strongest lock that the statement held on the relation, or waited for. Relations that it creates, and those
  of the system, are left out; so are indexes, unless the statement is about them.
- **Waits** is what another session could not do with the relation meanwhile: reading it, or writing to it. A lock on an index
  or a partition can block its table too.
- **Work** is what was done under the lock: *scan* reads every row, *index-build* builds an index, *rewrite* writes every row
  anew, *new-storage* leaves the relation empty. Without a word the lock lasts for a moment, or until the transaction ends.
- *alone* marks statements that refuse to run inside a transaction block (25001).

The statements and what was there before stand in [`fixtures/facts`](../fixtures/facts), one file for each row, with the
recordings in `observed.toml`. This command measures them again on all nine servers and compares:

```console
LOCKWISE_POSTGRES=all cargo test --test servers
```

Changes of a column's type depend on both types: [`type-changes.toml`](../fixtures/facts/type-changes.toml) has 65 by 65 of them.
";

/// What a server did on a range of versions.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Observed {
    versions: String,
    #[serde(default)]
    relations: BTreeMap<String, Relation>,
    in_transaction: Option<String>,
    sqlstate: Option<String>,
    unsupported: Option<String>,
}

#[derive(serde::Deserialize)]
struct Relation {
    kind: String,
    lock: Option<String>,
    #[serde(default)]
    blocks: BTreeSet<String>,
    #[serde(default)]
    work: BTreeSet<String>,
}

/// The page.
///
/// # Errors
/// A fixture or the recordings cannot be read.
pub fn page() -> Result<String, Box<dyn Error>> {
    let recordings: BTreeMap<String, Vec<Observed>> =
        toml::from_str(&fs::read_to_string("fixtures/facts/observed.toml")?)?;
    let mut sections: BTreeMap<String, Vec<(Fixture, &[Observed])>> = BTreeMap::new();
    for fixture in fixtures()? {
        let observed = recordings.get(&fixture.name).ok_or_else(|| format!("{} has no recording", fixture.name))?;
        sections.entry(section(&fixture.statement)).or_default().push((fixture, observed));
    }
    let mut text = HEAD.to_owned();
    for (title, entries) in &sections {
        let _ =
            write!(text, "\n## {title}\n\n| statement | PostgreSQL | lock | waits | work |\n|---|---|---|---|---|\n");
        entries.iter().for_each(|(fixture, observed)| entry(&mut text, fixture, observed));
    }
    Ok(text)
}

/// The kind of a statement, by its first words.
fn section(statement: &str) -> String {
    const KINDS: &[&str] = &[
        "DOMAIN",
        "FUNCTION",
        "INDEX",
        "POLICY",
        "PUBLICATION",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "STATISTICS",
        "SYSTEM",
        "TABLE",
        "TRIGGER",
        "TYPE",
        "VIEW",
        "DATABASE",
        "TABLESPACE",
        "SUBSCRIPTION",
        "EXTENSION",
    ];
    let words: Vec<&str> =
        statement.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let verb = words.first().copied().unwrap_or_default();
    let kind = words.iter().skip(1).take(4).find(|word| KINDS.contains(word));
    match (verb, kind) {
        ("ALTER" | "CREATE" | "DROP", Some(kind)) => {
            let of_view = ["MATERIALIZED", "FOREIGN", "EVENT"].into_iter().find(|word| words[1] == *word);
            let kind = of_view.map_or((*kind).to_owned(), |before| format!("{before} {kind}"));
            format!("{verb} {kind}")
        }
        ("ALTER", None) => words.iter().take(3).copied().collect::<Vec<_>>().join(" "),
        _ => verb.to_owned(),
    }
}

fn entry(text: &mut String, fixture: &Fixture, observed: &[Observed]) {
    let statement: Vec<&str> = fixture.statement.split_whitespace().collect();
    let statement = statement.join(" ").trim_end_matches(';').replace('|', "\\|");
    let title = fixture.head.lines().next().unwrap_or_default().trim_start_matches("-- ").trim_end_matches('.');
    let mut first = format!("{}<br>`{statement}`", title.replace('|', "\\|"));
    for observed in observed {
        let mut versions = observed.versions.clone();
        if observed.in_transaction.is_some() {
            versions.push_str(" *alone*");
        }
        let refused = observed.sqlstate.as_ref().or(observed.unsupported.as_ref());
        for (lock, waits, work) in rows(observed, refused) {
            let _ = writeln!(
                text,
                "| {} | {} | {lock} | {waits} | {work} |",
                std::mem::take(&mut first),
                std::mem::take(&mut versions)
            );
        }
    }
}

/// A row for each relation that is locked, or one that says why there is none.
fn rows(observed: &Observed, refused: Option<&String>) -> Vec<(String, String, String)> {
    if let Some(sqlstate) = refused {
        let why = if observed.unsupported.is_some() { "not there yet" } else { "refused" };
        return vec![(format!("{why} ({sqlstate})"), String::new(), String::new())];
    }
    let locked =
        observed.relations.iter().filter_map(|(name, relation)| Some((name, relation, relation.lock.as_ref()?)));
    let (indexes, others): (Vec<_>, Vec<_>) = locked.partition(|(_, relation, _)| relation.kind.ends_with("index"));
    let shown = if others.is_empty() { indexes } else { others };
    let joined = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(", ");
    match shown.is_empty() {
        true => vec![("none".to_owned(), String::new(), String::new())],
        false => shown
            .into_iter()
            .map(|(name, relation, lock)| {
                (format!("{lock} on {name}"), joined(&relation.blocks), joined(&relation.work))
            })
            .collect(),
    }
}
