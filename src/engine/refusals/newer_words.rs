//! Clauses that came with a version and that the tree does not keep apart: they are told by their words.
//!
//! The statement has been read by our grammar, so the words stand where the newest version has them. Source: the grammar of
//! PostgreSQL 10 to 18 (`fixtures/facts/newer-*.sql`).

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::ast::{Statement, StatementKind, WriteVerb};
use crate::parser::{NUMBER, QUOTED, STRING, is_name};

use super::words::{marks, places};

/// What came with a version.
type Newer = (u8, &'static str);

/// Words in a row, and what they came with.
type Clause = (&'static [&'static str], Newer);

/// What a query may have.
const OF_QUERIES: &[Clause] = &[
    (&["ROWS", "WITH", "TIES"], (13, "FETCH ... WITH TIES")),
    (&["ROW", "WITH", "TIES"], (13, "FETCH ... WITH TIES")),
    (&["SEARCH", "DEPTH", "FIRST"], (14, "SEARCH of a WITH query")),
    (&["SEARCH", "BREADTH", "FIRST"], (14, "SEARCH of a WITH query")),
    (&["IS", "JSON"], (16, "IS JSON")),
    (&["IS", "NOT", "JSON"], (16, "IS NOT JSON")),
    (&["AT", "LOCAL"], (17, "AT LOCAL")),
];

/// Words without which a query has none of these clauses: seed data is long, and has them rarely.
static WORDS_OF_QUERIES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let last = OF_QUERIES.iter().filter_map(|(words, _)| words.last());
    let words = last.copied().collect::<Vec<_>>().join("|");
    Regex::new(&format!("(?i-u)\\b(?:{words})\\b")).ok()
});

/// What COPY FROM may have.
const OF_COPY: &[Clause] = &[(&["WHERE"], (12, "WHERE of COPY"))];

/// What statements may have that begin with these words.
const OF_OTHERS: &[(&[&str], &[Clause])] = &[
    (&["COMMENT", "ON", "PROCEDURE"], &[(&["COMMENT"], (11, "a procedure"))]),
    (&["COMMENT", "ON", "ROUTINE"], &[(&["COMMENT"], (11, "ROUTINE"))]),
    (
        &["CREATE", "TABLE"],
        &[
            (&["NOT", "NULL", "NO", "INHERIT"], (18, "NOT NULL ... NO INHERIT")),
            (&["NULLS", "DISTINCT"], (15, "NULLS DISTINCT")),
        ],
    ),
    (
        &["ALTER", "TABLE"],
        &[
            (&["NOT", "NULL", "NO", "INHERIT"], (18, "NOT NULL ... NO INHERIT")),
            (&["NULLS", "DISTINCT"], (15, "NULLS DISTINCT")),
            (&["OWNER", "TO", "CURRENT_ROLE"], (14, "CURRENT_ROLE in place of a role")),
        ],
    ),
    (&["CREATE", "INDEX"], &[(&["NULLS", "DISTINCT"], (15, "NULLS DISTINCT"))]),
    (&["CREATE", "UNIQUE", "INDEX"], &[(&["NULLS", "DISTINCT"], (15, "NULLS DISTINCT"))]),
    (&["CREATE", "ACCESS", "METHOD"], &[(&["TYPE", "TABLE"], (12, "a table access method"))]),
    (
        &["DROP", "DATABASE"],
        &[
            (&["WITH", "(", "FORCE"], (13, "DROP DATABASE ... FORCE")),
            (&["(", "FORCE"], (13, "DROP DATABASE ... FORCE")),
        ],
    ),
    (&["DROP", "OWNED"], &[(&["CURRENT_ROLE"], (14, "CURRENT_ROLE in place of a role"))]),
    (&["REASSIGN", "OWNED"], &[(&["CURRENT_ROLE"], (14, "CURRENT_ROLE in place of a role"))]),
    (&["ALTER", "TYPE"], &[(&["SET", "("], (13, "ALTER TYPE ... SET"))]),
    (
        &["ALTER", "SUBSCRIPTION"],
        &[
            (&["ADD", "PUBLICATION"], (14, "ALTER SUBSCRIPTION ... ADD PUBLICATION")),
            (&["DROP", "PUBLICATION"], (14, "ALTER SUBSCRIPTION ... DROP PUBLICATION")),
            (&["SKIP", "("], (15, "ALTER SUBSCRIPTION ... SKIP")),
        ],
    ),
    (&["ALTER", "DATABASE"], &[(&["REFRESH", "COLLATION", "VERSION"], (15, "REFRESH COLLATION VERSION"))]),
    (&["ALTER"], &[(&["NO", "DEPENDS", "ON", "EXTENSION"], (13, "NO DEPENDS ON EXTENSION"))]),
    (&["ALTER", "DEFAULT", "PRIVILEGES"], &[(&["ON", "ROUTINES"], (11, "privileges on routines"))]),
    (&["GRANT"], OF_GRANTS),
    (&["REVOKE"], OF_GRANTS),
];

const OF_GRANTS: &[Clause] = &[
    (&["TO", "CURRENT_ROLE"], (14, "CURRENT_ROLE in place of a role")),
    (&["FROM", "CURRENT_ROLE"], (14, "CURRENT_ROLE in place of a role")),
    (&["ALL", "PROCEDURES", "IN", "SCHEMA"], (11, "privileges on procedures")),
    (&["ALL", "ROUTINES", "IN", "SCHEMA"], (11, "privileges on routines")),
    (&["ON", "PARAMETER"], (15, "privileges on parameters")),
    (&["WITH", "INHERIT"], (16, "GRANT ... WITH INHERIT")),
    (&["WITH", "SET"], (16, "GRANT ... WITH SET")),
    (&["INHERIT", "OPTION", "FOR"], (16, "INHERIT OPTION FOR")),
    (&["SET", "OPTION", "FOR"], (16, "SET OPTION FOR")),
    (&["WITH", "ADMIN", "TRUE"], (16, "ADMIN TRUE")),
    (&["WITH", "ADMIN", "FALSE"], (16, "ADMIN FALSE")),
];

/// The newest clause of a statement; `text` is its text.
pub(super) fn newest(statement: &Statement, text: &str) -> Option<Newer> {
    let queries = match &statement.kind {
        StatementKind::Write(write) if write.verb == WriteVerb::CopyFrom => OF_COPY,
        StatementKind::Query(_)
        | StatementKind::Write(_)
        | StatementKind::CreateView(_)
        | StatementKind::Explain(_)
        | StatementKind::Prepare(_)
        | StatementKind::Declare(_) => OF_QUERIES,
        StatementKind::CreateTable(create) if create.query.is_some() => OF_QUERIES,
        StatementKind::Unparsed(_)
        | StatementKind::Psql(_)
        | StatementKind::Do(_)
        | StatementKind::CreateFunction(_) => {
            return None;
        }
        _ => &[],
    };
    let has_words = || WORDS_OF_QUERIES.as_ref().is_none_or(|words| words.is_match(text.as_bytes()));
    let queries = if !queries.is_empty() && has_words() { queries } else { &[] };
    let others = OF_OTHERS.iter().filter(|(first, _)| starts(text, first)).flat_map(|(_, clauses)| *clauses);
    let mut clauses = queries.iter().chain(others).filter(|(words, _)| holds(text, words)).peekable();
    clauses.peek()?;
    let marks = marks(text);
    clauses
        .filter(|(words, _)| places(&marks, words).any(|at| stands(&marks, at, words)))
        .map(|(_, newer)| *newer)
        .max()
}

/// Whether the words that stand at a place are those of the clause and no names.
fn stands(marks: &[String], at: usize, words: &[&str]) -> bool {
    let (before, behind) = (marks.get(..at).unwrap_or_default(), marks.get(at + words.len()));
    match words {
        ["AT", "LOCAL"] | ["IS", .., "JSON"] => ends_operand(before),
        // It may be a table as well.
        ["ON", "PARAMETER"] => behind.is_some_and(|mark| mark == QUOTED || is_name(mark)),
        _ => true,
    }
}

/// Whether what comes next stands behind an operand and is no operand itself.
fn ends_operand(marks: &[String]) -> bool {
    /// Reserved words that are values, or end one.
    const VALUES: &[&str] =
        &["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "END", "LOCALTIME", "LOCALTIMESTAMP", "NULL"];
    /// Words that an operand or a name follows, and that are no reserved ones.
    const OPERATORS: &[&str] = &["BY", "ESCAPE", "INTO", "RECURSIVE", "SET", "UPDATE", "VALUES", "ZONE"];
    let Some((last, before)) = marks.split_last() else { return false };
    let last = last.as_str();
    match last {
        ")" => {
            // `DISTINCT ON (...)` and `OPERATOR(...)`
            let opening = opening(before);
            !opening
                .and_then(|at| before.get(at.checked_sub(1)?))
                .is_some_and(|word| word == "ON" || word == "OPERATOR")
        }
        "]" | STRING | QUOTED | NUMBER => true,
        word => VALUES.contains(&word) || is_name(word) && !OPERATORS.contains(&word),
    }
}

/// Where the parenthesis was opened that closes behind these.
fn opening(marks: &[String]) -> Option<usize> {
    let mut depth = 1i32;
    marks.iter().rposition(|mark| {
        depth += i32::from(mark == ")") - i32::from(mark == "(");
        depth == 0
    })
}

/// Whether a text begins with a word, before all of it is looked at.
fn starts(text: &str, words: &[&str]) -> bool {
    let mut written = text.split_ascii_whitespace();
    words.iter().all(|word| written.next().is_some_and(|written| written.eq_ignore_ascii_case(word)))
}

/// Whether the text has the longest of these words at all.
fn holds(text: &str, words: &[&str]) -> bool {
    let longest = words.iter().max_by_key(|word| word.len()).map_or(&[][..], |word| word.as_bytes());
    text.as_bytes().windows(longest.len().max(1)).any(|part| part.eq_ignore_ascii_case(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_clause_stand_behind_an_operand() {
        let found = |text: &str| {
            let marks = marks(text);
            let clauses: &[&[&str]] =
                &[&["AT", "LOCAL"], &["IS", "JSON"], &["IS", "NOT", "JSON"], &["ON", "PARAMETER"]];
            clauses.iter().any(|words| places(&marks, words).any(|at| stands(&marks, at, words)))
        };
        for text in [
            "select now() at local",
            "select (a).b[1] at local",
            "select '2024-01-01'::timestamptz at local",
            "select \"at\" at local",
            "select current_timestamp at local",
            "select case when a then b end at local",
            "select a from t where a is not json and b",
            "select $1 is json object",
            "grant set on parameter work_mem to u",
            "grant set on parameter \"my\".x to u",
        ] {
            assert!(found(text), "{text}");
        }
        for text in [
            "update t set at = local",
            "select at local from t",
            "select distinct at local from t",
            "select distinct on (a, f(b)) at local from t",
            "select a, at local from at local",
            "select t.at local from t",
            "update at local set a = 1",
            "update only at local set a = 1",
            "insert into t values (E'don\\'t look at local')",
            "select 1 /* /* a */ is json */",
            "delete from t where a returning at local",
            "grant select on parameter to public",
            "revoke select on parameter, t from public",
            "grant select on parameter.t to public",
        ] {
            assert!(!found(text), "{text}");
        }
    }
}
