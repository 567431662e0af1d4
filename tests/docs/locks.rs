//! The lock reference: `rules/locks.md` has every behaviour that lockwise tells apart, by kind of statement, and the pages of
//! `rules/locks/` have everything that was recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use lockwise::ast::{AlterActionKind, ColumnChange, StatementKind, TableConstraintKind};
use lockwise::engine::Migration;
use lockwise::postgres::{Form, LockMode, VersionSet};
use lockwise::runner;
use lockwise::source::SourceFile;

use crate::fixture::{Fixture, fixtures};

const HEAD: &str = "\
# Locks of PostgreSQL 10 to 18, measured

What each statement locked, blocked and did on real servers of nine major versions. Each row is one statement that was run
against tables with thousands of rows, in the state that its first column describes. Nothing here is taken from documentation.
This page has one row for every behaviour that lockwise tells apart; the pages behind it have the same statements in all the
states in which they were measured.

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

/// The pages by their paths: the reference, and one page for each kind of statement of which there is more to show.
///
/// # Errors
/// A fixture or the recordings cannot be read.
pub fn pages() -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let recordings: BTreeMap<String, Vec<Observed>> =
        toml::from_str(&fs::read_to_string("fixtures/facts/observed.toml")?)?;
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    for fixture in fixtures()? {
        let observed = recordings.get(&fixture.name).ok_or_else(|| format!("{} has no recording", fixture.name))?;
        let section = sections.entry(title(&fixture)).or_default();
        section.forms += usize::from(Form::from_name(&fixture.name).is_some());
        section.entries.push((fixture, observed));
    }
    let mut text = HEAD.to_owned();
    conflicts(&mut text);
    text.push_str("\n## Contents\n\n");
    for (title, section) in &sections {
        let _ = writeln!(text, "- [{title}](#{}) ({})", slug(title), section.entries.len());
    }
    let mut pages = BTreeMap::new();
    for (title, section) in &sections {
        let _ = writeln!(text, "\n## {title}");
        let has_page = section.forms > 0 && section.forms < section.entries.len();
        let is_shown = |(fixture, _): &&Entry| !has_page || Form::from_name(&fixture.name).is_some();
        table(&mut text, section.entries.iter().filter(is_shown))?;
        if has_page {
            let path = format!("locks/{}.md", slug(title));
            let _ = writeln!(text, "\n[All {} that were measured]({path})", section.entries.len());
            let mut page =
                format!("# {title}, measured\n\nHow to read it, and all other statements: [locks.md](../locks.md).\n");
            table(&mut page, section.entries.iter())?;
            pages.insert(format!("rules/{path}"), page);
        }
    }
    pages.insert("rules/locks.md".to_owned(), text);
    Ok(pages)
}

/// A fixture with what the servers did.
type Entry<'r> = (Fixture, &'r [Observed]);

/// Statements of one kind.
#[derive(Default)]
struct Section<'r> {
    entries: Vec<Entry<'r>>,
    /// How many of them are the example of a form.
    forms: usize,
}

/// Which lock keeps which waiting.
fn conflicts(text: &mut String) {
    const TAKEN_BY: [(LockMode, &str); 8] = [
        (LockMode::AccessShare, "SELECT"),
        (LockMode::RowShare, "SELECT FOR UPDATE, FOR SHARE"),
        (LockMode::RowExclusive, "INSERT, UPDATE, DELETE"),
        (LockMode::ShareUpdateExclusive, "VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY"),
        (LockMode::Share, "CREATE INDEX"),
        (LockMode::ShareRowExclusive, "CREATE TRIGGER, ADD FOREIGN KEY"),
        (LockMode::Exclusive, "REFRESH MATERIALIZED VIEW CONCURRENTLY"),
        (LockMode::AccessExclusive, "most of ALTER TABLE, DROP, TRUNCATE"),
    ];
    text.push_str("\n## What waits for which lock\n\nWho wants a lock waits for all that is in its row, and everybody behind waits for both.\n\n");
    text.push_str("| lock | taken by | waits for |\n|---|---|---|\n");
    for (lock, statements) in TAKEN_BY {
        let against: Vec<&str> =
            LockMode::ALL.into_iter().filter(|other| lock.conflicts_with(*other)).map(LockMode::name).collect();
        let against = if against.len() == LockMode::ALL.len() { "every lock".to_owned() } else { against.join(", ") };
        let _ = writeln!(text, "| {} | {statements} | {against} |", lock.name());
    }
}

fn table<'e, 'r: 'e>(
    text: &mut String,
    mut entries: impl Iterator<Item = &'e Entry<'r>>,
) -> Result<(), Box<dyn Error>> {
    text.push_str("\n| statement | PostgreSQL | lock | waits | work |\n|---|---|---|---|---|\n");
    entries.try_for_each(|(fixture, observed)| entry(text, fixture, observed))
}

/// The anchor of a heading, which is also the name of a page.
fn slug(title: &str) -> String {
    title.to_lowercase().replace(',', "").replace(' ', "-")
}

/// The heading that a fixture stands under: the kind of its statement, for ALTER TABLE with its subcommand.
fn title(fixture: &Fixture) -> String {
    let file = Arc::new(SourceFile::new("statement.sql", fixture.statement.as_str()));
    let migration = Migration::read(file, true, &runner::PLAIN);
    let words = section(&fixture.statement);
    match migration.script.statements.first().map(|statement| &statement.kind) {
        Some(StatementKind::AlterTable(alter)) if words == "ALTER TABLE" => match alter.actions.as_slice() {
            [only] => format!("ALTER TABLE {}", subcommand(&only.kind)),
            _ => "ALTER TABLE with several subcommands".to_owned(),
        },
        _ if words == "ALTER TABLE" => "ALTER TABLE that no version knows".to_owned(),
        _ => words,
    }
}

fn subcommand(action: &AlterActionKind) -> &'static str {
    use AlterActionKind as A;
    use ColumnChange as C;
    use TableConstraintKind as K;
    match action {
        A::AddColumn { .. } => "ADD COLUMN",
        A::DropColumn { .. } => "DROP COLUMN",
        A::AlterColumn { change, .. } => match change {
            C::SetType { .. } => "ALTER COLUMN TYPE",
            C::SetDefault(_) | C::DropDefault => "ALTER COLUMN SET and DROP DEFAULT",
            C::SetNotNull => "ALTER COLUMN SET NOT NULL",
            C::DropNotNull => "ALTER COLUMN DROP NOT NULL",
            C::AddIdentity(_) | C::SetIdentity { .. } | C::DropIdentity { .. } => "ALTER COLUMN, identity",
            C::SetExpression(_) | C::DropExpression { .. } => "ALTER COLUMN SET and DROP EXPRESSION",
            C::SetStatistics(_)
            | C::SetStorage(_)
            | C::SetCompression(_)
            | C::SetOptions(_)
            | C::ResetOptions(_)
            | C::ForeignOptions(_) => "ALTER COLUMN, storage and statistics",
        },
        A::AddConstraint(constraint) => match constraint.kind {
            K::Check(_) => "ADD CHECK",
            K::ForeignKey { .. } => "ADD FOREIGN KEY",
            K::Unique(_) => "ADD UNIQUE",
            K::PrimaryKey(_) => "ADD PRIMARY KEY",
            K::Exclude { .. } => "ADD EXCLUDE",
            K::NotNull(_) => "ADD NOT NULL",
        },
        A::ValidateConstraint(_) => "VALIDATE CONSTRAINT",
        A::AlterConstraint { .. } => "ALTER CONSTRAINT",
        A::DropConstraint { .. } => "DROP CONSTRAINT",
        A::RenameColumn { .. } | A::RenameTo(_) | A::RenameConstraint { .. } => "RENAME",
        A::SetSchema(_) => "SET SCHEMA",
        A::SetLogged | A::SetUnlogged => "SET LOGGED and UNLOGGED",
        A::SetAccessMethod(_) => "SET ACCESS METHOD",
        A::SetTablespace(_) => "SET TABLESPACE",
        A::SetOptions(_) | A::ResetOptions(_) | A::SetWithoutOids | A::SetWithOids => "SET and RESET parameters",
        A::ClusterOn(_) | A::SetWithoutCluster => "CLUSTER ON",
        A::OwnerTo(_) => "OWNER TO",
        A::Trigger { .. } => "ENABLE and DISABLE TRIGGER",
        A::Rule { .. } => "ENABLE and DISABLE RULE",
        A::RowSecurity(_) => "ROW LEVEL SECURITY",
        A::ReplicaIdentity(_) => "REPLICA IDENTITY",
        A::Inherit(_) | A::NoInherit(_) => "INHERIT",
        A::AttachPartition { .. } => "ATTACH PARTITION",
        A::DetachPartition { .. } => "DETACH PARTITION",
        A::OfType(_) | A::NotOfType => "OF",
        A::SequenceOptions(_) | A::ForeignOptions(_) | A::DependsOnExtension { .. } => "and other subcommands",
    }
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
        "ROLE",
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
        ("CREATE" | "DROP", None) => format!("{verb} of other objects"),
        _ => verb.to_owned(),
    }
}

fn entry(text: &mut String, fixture: &Fixture, observed: &[Observed]) -> Result<(), Box<dyn Error>> {
    let statement: Vec<&str> = fixture.statement.split_whitespace().collect();
    let statement = statement.join(" ").trim_end_matches(';').replace('|', "\\|");
    let title = fixture.head.lines().next().unwrap_or_default().trim_start_matches("-- ").trim_end_matches('.');
    let mut first = format!("{}<br>`{statement}`", title.replace('|', "\\|"));
    // Versions may differ in what is not shown.
    let mut runs: Vec<(VersionSet, bool, Vec<Row>)> = Vec::new();
    for observed in observed {
        let versions: VersionSet = observed.versions.parse()?;
        let refused = observed.sqlstate.as_ref().or(observed.unsupported.as_ref());
        let (alone, rows) = (observed.in_transaction.is_some(), rows(observed, refused));
        match runs.last_mut().filter(|(_, before, shown)| *before == alone && *shown == rows) {
            Some((run, ..)) => *run = run.or(versions),
            None => runs.push((versions, alone, rows)),
        }
    }
    for (versions, alone, rows) in runs {
        let mut versions = format!("{versions}{}", if alone { " *alone*" } else { "" });
        for (lock, waits, work) in rows {
            let _ = writeln!(
                text,
                "| {} | {} | {lock} | {waits} | {work} |",
                std::mem::take(&mut first),
                std::mem::take(&mut versions)
            );
        }
    }
    Ok(())
}

/// The lock, what waits, and the work.
type Row = (String, String, String);

/// A row for each relation that is locked, or one that says why there is none.
fn rows(observed: &Observed, refused: Option<&String>) -> Vec<Row> {
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
