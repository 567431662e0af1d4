//! Whole folders of SQL, compared file by file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use lockwise::ast::{Statement, StatementKind};
use lockwise::parser::parse;
use lockwise::source::{SourceFile, Span};
use walkdir::WalkDir;

use crate::Fallible;
use crate::compare::{self, Failure, Understanding, Verdict};
use crate::grammar::{Answer, Grammar, Known};

/// What PostgreSQL calls statements about rows.
const ABOUT_ROWS: &[&str] = &["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"];

/// How many statements of some kind there are, and how many of them lockwise understands.
#[derive(Default, Clone, Copy)]
struct Share {
    accepted: usize,
    typed: usize,
    opaque: usize,
}

/// What was found in a folder.
#[derive(Default)]
struct Tally {
    files: usize,
    refused: usize,
    all: Share,
    not_rows: Share,
    /// Statements of which a fact or a name differs.
    differing: usize,
    /// The first failures of each kind: not understood, and understood otherwise.
    lost: Vec<String>,
    misread: Vec<String>,
}

/// Compares all folders and prints what was found. Gives a line for each folder of which too little is understood.
pub fn compare(roots: &[PathBuf]) -> Fallible<Vec<String>> {
    let mut grammar = Grammar::start()?;
    let suite = env::var_os("LOCKWISE_ORACLE_SUITE").is_some();
    let show = env::var("LOCKWISE_ORACLE_SHOW").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    let mut short = Vec::new();
    println!(
        "folder | files | statements accepted | typed | opaque | share | share without DML | facts differ | refused"
    );
    for root in roots {
        let tally = folder(&mut grammar, root)?;
        println!("{}", tally.row(root));
        print_first(show, &tally.lost);
        print_first(show, &tally.misread);
        let (share, least) = if suite { (tally.not_rows, 980) } else { (tally.all, 999) };
        if share.understood() * 1000 < share.accepted * least {
            short.push(format!("{}: {}", root.display(), share.percent()));
        }
    }
    Ok(short)
}

fn print_first(count: usize, failures: &[String]) {
    failures.iter().take(count).for_each(|failure| println!("  {failure}"));
    if failures.len() > count {
        println!("  ... and {} more", failures.len() - count);
    }
}

fn folder(grammar: &mut Grammar, root: &Path) -> Fallible<Tally> {
    let mut tally = Tally::default();
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "sql") {
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
            let shown = entry.path().strip_prefix(root).unwrap_or(entry.path()).display().to_string();
            tally.files += 1;
            tally.file(grammar, &SourceFile::new(shown, text))?;
        }
    }
    Ok(tally)
}

impl Tally {
    fn file(&mut self, grammar: &mut Grammar, file: &SourceFile) -> Fallible<()> {
        let script = parse(file);
        match grammar.ask(file.text())? {
            Answer::Accepted { statements } => {
                let verdicts = compare::file(file.text(), &script, &statements);
                for (known, verdict) in statements.iter().zip(&verdicts) {
                    self.count(file, known.start, known, verdict);
                }
                Ok(())
            }
            Answer::Refused { .. } => self.piecewise(grammar, file, &script.statements),
        }
    }

    /// A file that holds more than SQL: what lockwise takes for a statement is shown to PostgreSQL piece by piece.
    fn piecewise(&mut self, grammar: &mut Grammar, file: &SourceFile, ours: &[Statement]) -> Fallible<()> {
        for own in ours.iter().filter(|own| !is_psql(own)) {
            match grammar.ask(file.slice(own.span))? {
                Answer::Refused { .. } => self.refused += 1,
                Answer::Accepted { statements } => {
                    for known in &statements {
                        let verdict = piece(own, known);
                        self.count(file, own.span.start + known.start, known, &verdict);
                    }
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, file: &SourceFile, at: usize, known: &Known, verdict: &Verdict) {
        self.all.count(verdict.understanding);
        if !ABOUT_ROWS.contains(&known.kind.as_str()) {
            self.not_rows.count(verdict.understanding);
        }
        if verdict.failures.is_empty() {
            return;
        }
        let text = file.slice(Span::new(at, at + known.end - known.start));
        let words: Vec<&str> = text.split_whitespace().collect();
        let text: String = words.join(" ").chars().take(300).collect();
        let mut line = format!("{}:{}: {text}", file.path(), file.position(at).line);
        verdict.failures.iter().for_each(|failure| _ = write!(line, "\n{failure}"));
        match verdict.understanding {
            Understanding::Nothing => self.lost.push(line),
            Understanding::Typed | Understanding::Opaque => {
                self.differing += 1;
                self.misread.push(line);
            }
        }
    }

    fn row(&self, root: &Path) -> String {
        let Share { accepted, typed, opaque } = self.all;
        let name = root.file_name().unwrap_or(root.as_os_str()).to_string_lossy();
        let (share, not_rows) = (self.all.percent(), self.not_rows.percent());
        let (files, differing, refused) = (self.files, self.differing, self.refused);
        format!("{name} | {files} | {accepted} | {typed} | {opaque} | {share} | {not_rows} | {differing} | {refused}")
    }
}

/// A line for psql.
fn is_psql(own: &Statement) -> bool {
    match &own.kind {
        StatementKind::Psql(_) => true,
        StatementKind::Opaque(opaque) => opaque.what.starts_with('\\'),
        _ => false,
    }
}

/// Compares a statement with what PostgreSQL finds in its text alone.
fn piece(own: &Statement, known: &Known) -> Verdict {
    if known.start == 0 && known.end == own.span.len() {
        return compare::statement(own, known);
    }
    let failures = vec![Failure::Split("lockwise takes several statements for one".to_owned())];
    Verdict { understanding: Understanding::Nothing, failures }
}

impl Share {
    fn count(&mut self, understanding: Understanding) {
        self.accepted += 1;
        match understanding {
            Understanding::Typed => self.typed += 1,
            Understanding::Opaque => self.opaque += 1,
            Understanding::Nothing => {}
        }
    }

    fn understood(self) -> usize {
        self.typed + self.opaque
    }

    /// `99.87 % (1234 of 1236)`
    fn percent(self) -> String {
        let share = 100.0 * self.understood() as f64 / self.accepted.max(1) as f64;
        format!("{share:.2} % ({} of {})", self.understood(), self.accepted)
    }
}
