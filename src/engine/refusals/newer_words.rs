//! Clauses that came with a version and that the tree does not keep apart: they are told by their words.
//!
//! The statement has been read by our grammar, so the words stand where the newest version has them. Source: the grammar of
//! PostgreSQL 10 to 18 (`fixtures/facts/newer-*.sql`).

use crate::ast::{Statement, StatementKind, WriteVerb};

use super::words::{has, marks};

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
    let others = OF_OTHERS.iter().filter(|(first, _)| starts(text, first)).flat_map(|(_, clauses)| *clauses);
    let mut clauses = queries.iter().chain(others).filter(|(words, _)| holds(text, words)).peekable();
    clauses.peek()?;
    let marks = marks(text);
    clauses.filter(|(words, _)| has(&marks, words)).map(|(_, newer)| *newer).max()
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
