//! The lock plan for people: every statement, and under it a line for each relation that it locks.

use std::collections::BTreeSet;

use super::facts::relation;
use super::json::still_held;
use super::style::{Ink, Style, clean, count};
use crate::ast::Runs;
use crate::engine::effect::{Effect, Standing, strongest};
use crate::engine::running::Inside;
use crate::engine::trace::{HeldLock, LockPlan, TracedMigration, TracedStatement};
use crate::finding::Held;
use crate::postgres::VersionSet;
use crate::postgres::waits::WaitsFor;
use crate::source::{SourceFile, Span};

/// A cell that is longer does not make its column wider.
const WIDEST: usize = 32;

/// A heading for each file, then its statements.
pub(super) fn plan(plan: &LockPlan, style: &Style) -> String {
    let files = plan.migrations.iter().map(|migration| file(migration, plan.postgres, style) + "\n");
    let mut text: String = files.collect();
    if !style.quiet {
        let all = plan.migrations.iter().flat_map(|migration| &migration.statements);
        let statements = all.filter(|statement| statement.inside.is_none()).map(|statement| 1 + statement.more).sum();
        let paths: BTreeSet<&str> = plan.migrations.iter().map(|migration| migration.file.path()).collect();
        let (files, statements) = (count(paths.len(), "file"), count(statements, "statement"));
        text += &format!("{files}, {statements}. PostgreSQL {}, runner {}\n", plan.postgres, plan.runner);
    }
    text
}

fn file(migration: &TracedMigration, run: VersionSet, style: &Style) -> String {
    let file = &migration.file;
    let rows = |statement| rows(statement, run);
    let statements: Vec<Vec<Row>> = migration.statements.iter().map(rows).collect();
    let widths = widths(statements.iter().flatten());
    let last = migration.statements.last().map_or(0, |last| file.position(last.span.start).line);
    let gutter = last.to_string().len();
    let indent = " ".repeat(gutter + 4);
    let mut text = style.paint(Ink::Bold, &clean(file.path())) + "\n";
    for (statement, rows) in migration.statements.iter().zip(&statements) {
        text += &head(file, statement, gutter, style);
        let rows = rows.iter().map(|row| row.line(&widths, style));
        let notes = notes(file, statement, run, style);
        text.extend(rows.chain(notes).map(|line| format!("{indent}{line}\n")));
    }
    text
}

/// The line number and as much of the statement as fits.
fn head(file: &SourceFile, statement: &TracedStatement, gutter: usize, style: &Style) -> String {
    let number = file.position(statement.span.start).line;
    let text = file.slice(statement.span);
    let first = text.lines().next().unwrap_or_default().trim_end();
    let room = style.width - gutter - 4;
    let mut head: String = clean(&first.chars().take(room).collect::<String>().replace('\t', " "));
    if first.len() < text.len() || first.chars().nth(room).is_some() {
        let kept = head.chars().take(room - 4).collect::<String>();
        head = format!("{} {}", kept.trim_end(), style.ellipsis());
    }
    format!(
        "{}  {}\n",
        style.paint(Ink::Dim, &format!("{number:>width$}", width = gutter + 2)),
        style.paint(Ink::Bold, &head)
    )
}

/// A lock as a line of cells.
struct Row {
    cells: [String; 5],
    ink: Option<Ink>,
}

fn rows(statement: &TracedStatement, run: VersionSet) -> Vec<Row> {
    let held = statement.transaction.held();
    strongest(&statement.effects, run).iter().map(|effect| Row::new(effect, held, run)).collect()
}

impl Row {
    fn new(effect: &Effect, held: Held, run: VersionSet) -> Self {
        let work = effect.work.names();
        let on = effect.versions.and(run);
        let only = if on == run { String::new() } else { format!("; PostgreSQL {on} only") };
        let cells = [
            effect.lock.to_string(),
            clean(&relation(effect)),
            waits(effect).to_owned(),
            if work.is_empty() { "metadata".to_owned() } else { work.join(", ") },
            until(held).to_owned() + &only,
        ];
        Self { cells, ink: ink(effect) }
    }

    /// The cells in columns, the lock in the colour of its weight.
    fn line(&self, widths: &[usize; 5], style: &Style) -> String {
        let padded = self.cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}", width = *width));
        let mut cells: Vec<String> = padded.collect();
        if let Some(ink) = self.ink {
            cells[0] = style.paint(ink, &cells[0]);
        }
        cells.join("  ").trim_end().to_owned()
    }
}

fn widths<'a>(rows: impl Iterator<Item = &'a Row>) -> [usize; 5] {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.chars().count().min(WIDEST));
        }
    }
    widths
}

fn waits(effect: &Effect) -> &'static str {
    match effect.standing {
        Standing::New => "nobody waits (new)",
        Standing::Temporary => "nobody waits (temporary)",
        Standing::Existing | Standing::Unknown => effect.lock.who_waits(),
    }
}

fn ink(effect: &Effect) -> Option<Ink> {
    match (effect.blocks_reads(), effect.blocks_writes()) {
        (true, _) => Some(Ink::Red),
        (false, true) => Some(Ink::Yellow),
        (false, false) => None,
    }
}

fn until(held: Held) -> &'static str {
    match held {
        Held::Statement => "until it ends",
        Held::Transaction => "until commit",
    }
}

/// What was not understood, locks that are still held, and the server's refusal.
fn notes(file: &SourceFile, statement: &TracedStatement, run: VersionSet, style: &Style) -> Vec<String> {
    let held = still_held(statement, run);
    let mut notes: Vec<String> = statement.proofs.iter().map(|proof| clean(&proof.text)).collect();
    notes.extend(held.iter().map(|lock| still(file, lock)));
    notes.extend(waiting(statement, run));
    let how_often = match statement.passed_over {
        true => {
            Some("does not run: by the migrations before it, or on these versions, the block does not take this branch")
        }
        false => statement.inside.as_ref().and_then(how_often),
    };
    notes.extend(how_often.map(str::to_owned));
    notes.extend(statement.may_run.then(|| "runs only if psql takes this branch".to_owned()));
    if !statement.understood {
        notes.insert(0, style.paint(Ink::Red, &not_understood(file, &statement.unread)));
    }
    if statement.more > 0 {
        notes.push(format!("{} more like it follow", statement.more));
    }
    if let Some(refusal) = statement.refusal(run) {
        let on = refusal.versions.and(run);
        let only = if on == run { String::new() } else { format!(" on PostgreSQL {on}") };
        let text = format!("fails{only}: {} ({})", refusal.reason, refusal.sqlstate);
        notes.push(style.paint(Ink::Red, &text));
    }
    notes
}

/// Whom the statement waits for before it is done, apart from those whose locks stand in its way.
fn waiting(statement: &TracedStatement, run: VersionSet) -> Option<String> {
    let waits: Vec<&str> = statement.waits_for(run).into_iter().map(WaitsFor::describe).collect();
    (!waits.is_empty()).then(|| format!("waits for {}", waits.join(", ")))
}

/// How many places of a body that were not understood are named.
const MOST: usize = 3;

fn not_understood(file: &SourceFile, unread: &[(Span, String)]) -> String {
    if unread.is_empty() {
        return "not understood: what it locks is not known".to_owned();
    }
    let place = |(span, what): &(Span, String)| format!("{} in line {}", clean(what), file.position(span.start).line);
    let mut places: Vec<String> = unread.iter().take(MOST).map(place).collect();
    if unread.len() > MOST {
        places.push(format!("and {} more", unread.len() - MOST));
    }
    format!("not understood: {}", places.join(", "))
}

/// How often a statement of a DO block runs, unless it simply does.
fn how_often(inside: &Inside) -> Option<&'static str> {
    match inside.runs {
        Runs::Always => None,
        Runs::Maybe => Some("runs only if the block takes this branch"),
        Runs::Repeatedly => Some("runs in a loop"),
    }
}

fn still(file: &SourceFile, lock: &HeldLock) -> String {
    let place = match &lock.elsewhere {
        Some((path, line)) => format!("{}:{line}", clean(path)),
        None => format!("line {}", file.position(lock.statement.start).line),
    };
    format!("still held from {place}: {} on {}", lock.effect.lock, clean(&relation(&lock.effect)))
}
