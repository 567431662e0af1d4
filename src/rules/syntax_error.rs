use crate::ast::StatementKind;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "syntax-error",
    category: Category::Robustness,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/syntax-error.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Unparsed(unparsed) = &step.statement.kind else { return Vec::new() };
    let what = if unparsed.keywords.is_empty() { "this statement" } else { &unparsed.keywords };
    let (said, help) = match unparsed.certain && step.inside.is_none() {
        true => (format!("PostgreSQL refuses {what}: {}", unparsed.message), CERTAIN),
        false => (format!("{what} was not analysed: {}", unparsed.message), help(&unparsed.message)),
    };
    vec![Finding::new(place(step, unparsed.at), shortened(&said)).label(unparsed.message.clone()).help(help)]
}

const CERTAIN: &str = "No version from 10 to 18 has this syntax (SQLSTATE 42601). The rest of the file was analysed.";

/// Where the text cannot be followed: at a place, or behind the last character of the statement, which is then shown.
fn place(step: &Step, at: Span) -> Span {
    let statement = step.statement.span;
    if !at.is_empty() {
        return at;
    }
    match step.sql().char_indices().next_back() {
        Some((last, _)) => Span::new(statement.start + last, statement.end),
        None => statement,
    }
}

/// The longest message, in characters.
const LONGEST: usize = 100;

fn shortened(message: &str) -> String {
    match message.char_indices().nth(LONGEST - 1) {
        Some((cut, _)) if message.chars().count() > LONGEST => format!("{}…", &message[..cut]),
        _ => message.to_owned(),
    }
}

/// What never ends, or holds a NUL byte, PostgreSQL refuses as well.
fn help(message: &str) -> &'static str {
    match message {
        _ if message.contains("never closed") || message.contains("NUL") => {
            "PostgreSQL refuses it too. What stands behind it in this file may not have been seen."
        }
        _ if message.starts_with("no line") => {
            "psql takes the rest of the file for rows. Write \\. on a line of its own behind the last one."
        }
        _ => "The rest of the file was. If PostgreSQL accepts the statement, the fault is lockwise's: please report it.",
    }
}
