//! Statements that people write and that no version has ever known: they are not read, and still known to fail.
//!
//! Source: the grammar of PostgreSQL 10 to 18, and measurements (`fixtures/facts/unknown-*.sql`).

use crate::ast::{Statement, StatementKind};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::parser::MISPLACED_WRITE;
use crate::postgres::VersionSet;

use super::words::{begin_with, has, marks, words};
use super::{FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, refused, refused_on};

/// First words that begin no statement.
const NEVER: &[&[&str]] = &[
    &["ALTER", "TABLE", "IF", "NOT", "EXISTS"],
    &["CREATE", "DATABASE", "IF", "NOT", "EXISTS"],
    &["CREATE", "DOMAIN", "IF", "NOT", "EXISTS"],
    &["CREATE", "FUNCTION", "IF", "NOT", "EXISTS"],
    &["CREATE", "OR", "REPLACE", "DOMAIN"],
    &["CREATE", "OR", "REPLACE", "EXTENSION"],
    &["CREATE", "OR", "REPLACE", "INDEX"],
    &["CREATE", "OR", "REPLACE", "MATERIALIZED", "VIEW"],
    &["CREATE", "OR", "REPLACE", "POLICY"],
    &["CREATE", "OR", "REPLACE", "SCHEMA"],
    &["CREATE", "OR", "REPLACE", "SEQUENCE"],
    &["CREATE", "OR", "REPLACE", "TABLE"],
    &["CREATE", "OR", "REPLACE", "TYPE"],
    &["CREATE", "POLICY", "IF", "NOT", "EXISTS"],
    &["CREATE", "PROCEDURE", "IF", "NOT", "EXISTS"],
    &["CREATE", "ROLE", "IF", "NOT", "EXISTS"],
    &["CREATE", "TRIGGER", "IF", "NOT", "EXISTS"],
    &["CREATE", "TYPE", "IF", "NOT", "EXISTS"],
    &["CREATE", "USER", "IF", "NOT", "EXISTS"],
    &["CREATE", "VIEW", "IF", "NOT", "EXISTS"],
];

/// `in_body`: PL/pgSQL has statements of its own, and words of its own in others.
pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    if let StatementKind::Opaque(opaque) = &statement.kind
        && matches!(opaque.what.as_str(), "ALTER TABLE MERGE PARTITIONS" | "ALTER TABLE SPLIT PARTITION")
    {
        let reason = format!("{} came with PostgreSQL 19", opaque.what);
        return vec![refused(SYNTAX_ERROR, reason)];
    }
    let StatementKind::Unparsed(unparsed) = &statement.kind else { return Vec::new() };
    if unparsed.message == MISPLACED_WRITE {
        return vec![refused(FEATURE_NOT_SUPPORTED, MISPLACED_WRITE.to_owned()).at(unparsed.at)];
    }
    let words = words(around.text_of(statement.span));
    if begin_with(&words, &["ALTER", "TYPE"]) && has(&words, &["DROP", "VALUE"]) {
        let reason = "a value of an enum cannot be dropped".to_owned();
        return vec![
            refused_on(VersionSet::before(17), SYNTAX_ERROR, reason.clone()).at(unparsed.at),
            refused_on(VersionSet::since(17), FEATURE_NOT_SUPPORTED, reason).at(unparsed.at),
        ];
    }
    let guarded = begin_with(&words, &["CREATE", "SCHEMA", "IF", "NOT", "EXISTS"]);
    if guarded && ["CREATE", "GRANT"].iter().any(|word| words.iter().skip(5).any(|other| other == word)) {
        let reason = "CREATE SCHEMA IF NOT EXISTS cannot include schema elements".to_owned();
        return vec![refused(FEATURE_NOT_SUPPORTED, reason).at(unparsed.at)];
    }
    let constraint = begin_with(&words, &["CREATE", "CONSTRAINT", "TRIGGER"])
        && (has(&words, &["FOR", "EACH", "STATEMENT"]) || !has(&words, &["FOR"]));
    let added = begin_with(&words, &["ALTER", "TABLE"]) && has(&words, &["ADD", "CONSTRAINT", "IF", "NOT", "EXISTS"]);
    let table = begin_with(&words, &["ALTER", "TABLE"]) || begin_with(&words, &["CREATE", "TABLE"]);
    let marks = if table { marks(around.text_of(statement.span)) } else { Vec::new() };
    let index = begin_with(&words, &["CREATE", "INDEX"]) || begin_with(&words, &["CREATE", "UNIQUE", "INDEX"]);
    let included =
        || self::marks(around.text_of(statement.span)).windows(3).any(|three| three == ["INCLUDE", "(", "("]);
    if index && included() {
        let reason = "expressions are not supported in included columns".to_owned();
        return vec![
            refused_on(VersionSet::before(11), SYNTAX_ERROR, reason.clone()).at(unparsed.at),
            refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason).at(unparsed.at),
        ];
    }
    let never = unparsed.certain && !in_body
        || constraint
        || is_cut_off(&words)
        || has_no_plan(&words)
        || added
        || renames_and_more(&marks)
        || stands_not_alone(&marks)
        || table && has(&words, &["NOT", "DEFERRABLE", "INITIALLY", "DEFERRED"])
        || lone_and_more(&marks)
        || has_key_of_expressions(&marks)
        || NEVER.iter().any(|first| begin_with(&words, first));
    let reason = format!("no version has this syntax: {}", unparsed.message);
    if never { vec![refused(SYNTAX_ERROR, reason).at(unparsed.at)] } else { Vec::new() }
}

/// `DELETE ... LIMIT 10`: only a query takes some of the rows. Without a subquery there is none that the words may belong to.
fn is_cut_off(words: &[String]) -> bool {
    let changes = ["DELETE", "UPDATE"].iter().any(|verb| begin_with(words, &[verb]));
    changes && has(words, &["LIMIT"]) && !has(words, &["SELECT"])
}

/// EXPLAIN of a command that has no plan.
fn has_no_plan(words: &[String]) -> bool {
    let mut inside = words.iter().skip(1).skip_while(|word| matches!(word.as_str(), "ANALYZE" | "VERBOSE"));
    const COMMANDS: &[&str] =
        &["ALTER", "DROP", "TRUNCATE", "LOCK", "VACUUM", "GRANT", "COMMENT", "REINDEX", "CALL", "DO"];
    begin_with(words, &["EXPLAIN"]) && inside.next().is_some_and(|word| COMMANDS.contains(&word.as_str()))
}

/// `ALTER TABLE t RENAME a TO b, ...`: a new name is a statement of its own.
fn renames_and_more(marks: &[String]) -> bool {
    let renamed = marks.iter().position(|word| word == "RENAME").filter(|_| begin_with(marks, &["ALTER", "TABLE"]));
    let after = renamed.and_then(|at| marks.get(at..)).unwrap_or_default();
    let to = after.iter().position(|word| word == "TO").and_then(|at| after.get(at..)).unwrap_or_default();
    to.iter().any(|word| word == ",") && !to.iter().any(|word| word == "(")
}

/// `ALTER TABLE t ADD COLUMN a integer, RENAME b TO c`: nor can a new name follow another action.
fn stands_not_alone(marks: &[String]) -> bool {
    let mut depth = 0i32;
    let mut after = false;
    begin_with(marks, &["ALTER", "TABLE"])
        && marks.iter().any(|mark| {
            match mark.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            let found = after && mark == "RENAME";
            after = depth == 0 && mark == ",";
            found
        })
}

/// `ALTER TABLE t ATTACH PARTITION ..., ADD COLUMN a integer`: partitions and schemas change one by one.
fn lone_and_more(marks: &[String]) -> bool {
    const LONE: &[&[&str]] = &[&["ATTACH", "PARTITION"], &["DETACH", "PARTITION"], &["SET", "SCHEMA"]];
    let mut depth = 0i32;
    let parts = marks.split(|mark| {
        depth += i32::from(mark == "(") - i32::from(mark == ")");
        depth == 0 && mark == ","
    });
    let parts: Vec<&[String]> = parts.collect();
    let [first, others @ ..] = parts.as_slice() else { return false };
    let in_first = LONE.iter().any(|lone| has(first, lone));
    let follows = others.iter().any(|part| LONE.iter().any(|lone| begin_with(part, lone)));
    begin_with(marks, &["ALTER", "TABLE"]) && !others.is_empty() && (in_first || follows)
}

/// `UNIQUE (lower(name))`: constraints are over columns, and indexes alone over expressions.
fn has_key_of_expressions(marks: &[String]) -> bool {
    let begins = |wanted: &[&str]| {
        let found = marks.windows(wanted.len()).enumerate().filter(|(_, part)| begin_with(part, wanted));
        found.map(|(at, _)| at + wanted.len()).collect::<Vec<_>>()
    };
    let keys = begins(&["UNIQUE", "("]).into_iter().chain(begins(&["PRIMARY", "KEY", "("]));
    keys.filter_map(|at| marks.get(at..)).any(|inside| {
        let first = inside.iter().find(|word| matches!(word.as_str(), "(" | ")"));
        first.is_some_and(|word| word == "(")
    })
}
