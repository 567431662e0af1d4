//! The committed lists: statements that PostgreSQL accepts, those that it refuses, and those of other versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lockwise::ast::StatementKind;
use lockwise::parser::parse;
use lockwise::source::SourceFile;

use crate::compare::{self, Verdict};
use crate::grammar::{Answer, Grammar};
use crate::{Fallible, facts, mutated};

/// A statement of `ddl/*.sql`, compared.
pub struct Compared {
    /// File and line.
    pub place: String,
    /// As written.
    pub text: String,
    /// Marked `-- todo: reason` on a line above it.
    pub todo: bool,
    /// What became of it.
    pub verdict: Verdict,
}

/// A statement of `refused.sql`.
pub struct Refused {
    /// As written.
    pub text: String,
    /// PostgreSQL's grammar accepts it: it does not belong here.
    pub postgres_accepts: bool,
    /// lockwise does not notice that it is wrong.
    pub lockwise_accepts: bool,
}

/// A statement of `versions.sql` whose facts are not those that its comment expects.
pub struct Expected {
    /// As written.
    pub text: String,
    /// The facts that its comments name.
    pub wanted: Vec<String>,
    /// The facts it has.
    pub found: Vec<String>,
}

/// The statements of `ddl/*.sql`, compared once for all tests.
pub fn compared() -> Fallible<&'static [Compared]> {
    static LIST: OnceLock<Result<Vec<Compared>, String>> = OnceLock::new();
    let list = LIST.get_or_init(|| compare_all().map_err(|error| error.to_string()));
    list.as_deref().map_err(|error| error.clone().into())
}

fn compare_all() -> Fallible<Vec<Compared>> {
    let mut grammar = Grammar::start()?;
    let mut list = Vec::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("ddl"))?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        list.extend(compare_file(&mut grammar, &path)?);
    }
    Ok(list)
}

fn compare_file(grammar: &mut Grammar, path: &Path) -> Fallible<Vec<Compared>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = SourceFile::new(name.clone(), fs::read_to_string(path)?);
    let known = match grammar.ask(file.text())? {
        Answer::Accepted { statements } => statements,
        Answer::Refused { _error: error } => return Err(format!("PostgreSQL refuses {name}: {error}").into()),
    };
    let verdicts = compare::file(file.text(), &parse(&file), &known);
    let mut behind_last = 0;
    let list = known.iter().zip(verdicts).map(|(known, verdict)| {
        let todo = file.text()[behind_last..known.start].contains("-- todo: ");
        behind_last = known.end;
        Compared {
            place: format!("{name}:{}", file.position(known.start).line),
            text: file.text()[known.start..known.end].to_owned(),
            todo,
            verdict,
        }
    });
    Ok(list.collect())
}

/// The statements of `refused.sql`: one a line, as nobody can tell where a broken statement ends.
pub fn refused() -> Fallible<Vec<Refused>> {
    let mut grammar = Grammar::start()?;
    let text = fs::read_to_string(folder().join("refused.sql"))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("--"));
    lines
        .map(|line| {
            let postgres_accepts = matches!(grammar.ask(line)?, Answer::Accepted { .. });
            let statements = parse(&SourceFile::new("refused.sql", line)).statements;
            let lockwise_accepts = !statements.iter().any(|own| matches!(own.kind, StatementKind::Unparsed(_)));
            Ok(Refused { text: line.to_owned(), postgres_accepts, lockwise_accepts })
        })
        .collect()
}

/// Statements near those of `ddl/*.sql` that PostgreSQL accepts, and of which lockwise is certain that it does not; and of how
/// many lockwise was certain.
pub fn wrongly_certain() -> Fallible<(Vec<String>, usize)> {
    let mut grammar = Grammar::start()?;
    let mut wrong = Vec::new();
    let mut certain = 0;
    for (number, one) in compared()?.iter().enumerate() {
        for text in mutated::near(&one.text, number) {
            let statements = parse(&SourceFile::new("near.sql", text.as_str())).statements;
            let [only] = statements.as_slice() else { continue };
            let StatementKind::Unparsed(unparsed) = &only.kind else { continue };
            if !unparsed.certain {
                continue;
            }
            certain += 1;
            if let Answer::Accepted { .. } = grammar.ask(&text)? {
                wrong.push(format!("{text}\n    {}", unparsed.message));
            }
        }
    }
    Ok((wrong, certain))
}

/// Those statements of `versions.sql` that have other facts than the `-- expect: ` comments above them say, or that have
/// them in spite of a `-- todo: `.
pub fn other_versions() -> Fallible<Vec<Expected>> {
    let file = SourceFile::new("versions.sql", fs::read_to_string(folder().join("versions.sql"))?);
    let mut behind_last = 0;
    let mut wrong = Vec::new();
    for own in parse(&file).statements {
        let above = &file.text()[behind_last..own.span.start];
        behind_last = own.span.end;
        let mut wanted: Vec<String> =
            above.lines().filter_map(|line| line.strip_prefix("-- expect: ")).map(str::to_owned).collect();
        wanted.sort();
        let found = facts::of(&own);
        if (wanted != found) != above.contains("-- todo: ") {
            wrong.push(Expected { text: file.slice(own.span).to_owned(), wanted, found });
        }
    }
    Ok(wrong)
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle"))
}
