//! What a backslash command means to the server.

use ecow::eco_format;

use super::cursor::{Cursor, Parsed};
use super::merge;
use super::psql_arguments::Command;
use super::scan::{Lexeme, Scanner};
use super::text::Text;
use crate::ast::{Opaque, PsqlCommand, StatementKind};
use crate::source::Span;

/// Commands that change nothing on the server. Those that describe objects, `\d...`, are not listed.
#[rustfmt::skip]
const LOCAL: &[&str] = &[
    "\\", "?", "C", "H", "T", "a", "bind", "bind_named", "cd", "close_prepared", "conninfo", "copyright", "crosstabview", "echo", "elif",
    "else", "encoding", "endif", "endpipeline", "errverbose", "f", "flush", "flushrequest", "g", "gdesc", "getenv",
    "getresults", "gset", "gx", "h", "help", "html", "if", "l", "l+", "list", "o", "out", "p", "parse", "print", "prompt", "pset",
    "q", "qecho", "quit", "r", "reset", "restrict", "s", "sendpipeline", "set", "setenv", "sf", "sf+", "startpipeline",
    "sv", "sv+", "syncpipeline", "t", "timing", "unrestrict", "unset", "w", "warn", "watch", "write", "x", "z",
];

/// Commands that send the statement in front of them.
const SENDING: &[&str] = &[
    "bind",
    "bind_named",
    "crosstabview",
    "g",
    "gdesc",
    "gexec",
    "gset",
    "gx",
    "parse",
    "sendpipeline",
    "startpipeline",
    "watch",
];

/// Commands that run another file.
const INCLUDING: &[&str] = &["i", "include", "ir", "include_relative"];

/// Whether a command ends the statement that it stands in.
pub(super) fn sends(name: &str) -> bool {
    SENDING.contains(&name)
}

/// Whether a command throws away the statement that it stands in.
pub(super) fn forgets(name: &str) -> bool {
    matches!(name, "r" | "reset")
}

/// Whether a command inside a statement means nothing to the server, nor to what of the statement is run.
pub(super) fn may_be_inside(name: &str) -> bool {
    is_local(name) && !["if", "elif", "else", "endif", "q", "quit"].contains(&name)
}

/// Whether psql has a command of this name.
pub(super) fn is_known(name: &str) -> bool {
    let others = ["!", "c", "connect", "copy", "e", "edit", "ef", "ev", "gexec", "password"];
    is_local(name) || is_include(name) || others.contains(&name) || name.starts_with("lo_")
}

/// Whether a command runs another file.
pub(super) fn is_include(name: &str) -> bool {
    INCLUDING.contains(&name)
}

/// Whether an included file is sought from the file that includes it.
pub(super) fn is_relative(name: &str) -> bool {
    matches!(name, "ir" | "include_relative")
}

fn is_local(name: &str) -> bool {
    LOCAL.contains(&name) || name.starts_with('d')
}

/// Whether rows follow `\copy`.
pub(super) fn has_data(command: &Command) -> bool {
    let words = command.arguments.iter().flatten().flat_map(|argument| argument.split([' ', '\t', ';']));
    command.name == "copy" && words.map(str::to_ascii_lowercase).any(|word| word == "stdin")
}

/// A command as a statement. `followed` says whether the file that it names comes next.
///
/// # Errors
/// A `\copy` that cannot be read.
pub(super) fn statement(text: Text, command: &Command, followed: bool) -> Parsed<StatementKind> {
    let known = |command: PsqlCommand| Ok(StatementKind::Psql(command));
    match command.name.as_str() {
        "c" | "connect" => known(PsqlCommand::Connect { database: database(&command.arguments).map(Into::into) }),
        "copy" => copy(text, command.span),
        "gexec" => known(PsqlCommand::Generated),
        "if" | "elif" | "else" | "endif" => known(PsqlCommand::Branch),
        "set" => match autocommit(&command.arguments) {
            Some(on) => known(PsqlCommand::Autocommit { on }),
            None => known(PsqlCommand::Local),
        },
        name if is_include(name) => known(PsqlCommand::Include { followed }),
        name if is_local(name) => known(PsqlCommand::Local),
        name => Ok(StatementKind::Opaque(Opaque {
            what: eco_format!("\\{name}"),
            name: None,
            table: None,
            or_replace: false,
        })),
    }
}

/// The first argument of `\connect`, unless it is the present database or a whole connection string.
fn database(arguments: &[Option<String>]) -> Option<String> {
    let by_name = |argument: &&String| !argument.starts_with('-') && !argument.contains(['=', '/']);
    let name = arguments.first()?.as_ref().filter(by_name)?;
    // A name in quotes keeps its letters.
    Some(name.trim_matches('"').to_owned())
}

/// `\set AUTOCOMMIT value`
fn autocommit(arguments: &[Option<String>]) -> Option<bool> {
    let [Some(name), value @ ..] = arguments else { return None };
    let value = value.first().cloned().flatten().unwrap_or_default().to_ascii_lowercase();
    (name == "AUTOCOMMIT").then_some(!matches!(value.as_str(), "off" | "of" | "0" | "false" | "f" | "no" | "n"))
}

/// `\copy`: COPY, but for the name of the file, which needs no quotes.
fn copy(text: Text, span: Span) -> Parsed<StatementKind> {
    let start = span.start + 1;
    let line = text.slice(Span::new(start, span.end));
    let sql = with_quoted_file(line);
    let end = sql.trim_end_matches([';', ' ', '\t']).len();
    let whole = Span::new(start, start + end);
    let mut cursor = Cursor::of_pieces(Text::at(start, &sql), &[whole])?;
    let kind = merge::copy(&mut cursor)?;
    cursor.expect_end().map(|()| kind)
}

/// The line with a string of the same length in place of a file's name.
fn with_quoted_file(line: &str) -> String {
    let file = file(line).filter(|file| file.len() >= 2).unwrap_or_default();
    let quoted = if file.is_empty() { String::new() } else { format!("'{}'", " ".repeat(file.len() - 2)) };
    format!("{}{quoted}{}", &line[..file.start], &line[file.end..])
}

/// The name of a file that is not in quotes, behind FROM or TO.
fn file(line: &str) -> Option<Span> {
    let mut scanner = Scanner::new(Text::of_file(line), 0);
    let mut depth = 0usize;
    loop {
        let lexed = scanner.next()?;
        let word = line.get(lexed.span.start..lexed.span.end)?.to_ascii_uppercase();
        match lexed.lexeme {
            Lexeme::Symbol(b'(') => depth += 1,
            Lexeme::Symbol(b')') => depth = depth.saturating_sub(1),
            Lexeme::Word if depth == 0 && (word == "FROM" || word == "TO") => break,
            _ => {}
        }
    }
    let rest = &line[scanner.at()..];
    let start = scanner.at() + (rest.len() - rest.trim_start().len());
    let length = line[start..].find(|c: char| c.is_whitespace() || c == ';').unwrap_or(line.len() - start);
    let word = line[start..start + length].to_ascii_uppercase();
    let plain = !word.starts_with('\'') && !["PROGRAM", "STDIN", "STDOUT"].contains(&word.as_str());
    plain.then(|| Span::new(start, start + length))
}
