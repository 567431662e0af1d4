//! What runs when a statement holds another one, or names one that was prepared.

use std::borrow::Cow;

use crate::ast::{Ident, Query, Statement, StatementKind};

/// The statement that runs: the one inside EXPLAIN ANALYZE, the prepared one that EXECUTE names, or else the statement
/// itself. `earlier` are the statements before it in the file.
pub(super) fn running<'s>(statement: &'s Statement, earlier: &[Statement]) -> Cow<'s, Statement> {
    let as_prepared = |kind: StatementKind| Cow::Owned(Statement { span: statement.span, kind });
    match &statement.kind {
        StatementKind::Explain(explain) if explain.analyze => running(&explain.statement, earlier),
        StatementKind::Execute(execute) => match prepared(&execute.name, earlier) {
            Some(found) => as_prepared(found.kind.clone()),
            None => Cow::Borrowed(statement),
        },
        StatementKind::CreateTable(create) => {
            match create.execute.as_ref().and_then(|name| prepared(name, earlier)).map(|found| &found.kind) {
                Some(StatementKind::Query(query)) => {
                    let span = create.query.as_ref().map_or(statement.span, |query| query.span);
                    let mut create = create.clone();
                    create.query = Some(Query { span, ..query.clone() });
                    as_prepared(StatementKind::CreateTable(create))
                }
                _ => Cow::Borrowed(statement),
            }
        }
        _ => Cow::Borrowed(statement),
    }
}

/// The statement that was prepared last under this name.
fn prepared<'s>(name: &Ident, earlier: &'s [Statement]) -> Option<&'s Statement> {
    earlier.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Prepare(prepare) if prepare.name.name == name.name => Some(&prepare.statement),
        _ => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::parser;
    use crate::source::SourceFile;

    /// The text of the last statement that runs, and the tables that its query reads or it writes.
    fn last(text: &str) -> (String, Vec<String>) {
        let file = SourceFile::new("a.sql", text);
        let statements = parser::parse(&file).statements;
        let (last, earlier) = statements.split_last().unwrap();
        let found = running(last, earlier);
        let tables = match &found.kind {
            StatementKind::Write(write) => vec![write.target.to_string()],
            StatementKind::Query(query) => query.reads.iter().map(ToString::to_string).collect(),
            StatementKind::CreateTable(create) => {
                create.query.iter().flat_map(|query| &query.reads).map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        (file.slice(found.span).to_owned(), tables)
    }

    #[test]
    fn what_runs() {
        for (text, span, tables) in [
            ("EXPLAIN ANALYZE UPDATE t SET a = 1", "UPDATE t SET a = 1", ["t"].as_slice()),
            ("EXPLAIN UPDATE t SET a = 1", "EXPLAIN UPDATE t SET a = 1", &[]),
            ("EXPLAIN (ANALYZE off) DELETE FROM t", "EXPLAIN (ANALYZE off) DELETE FROM t", &[]),
            ("PREPARE p AS DELETE FROM t", "PREPARE p AS DELETE FROM t", &[]),
            ("PREPARE p AS DELETE FROM t; EXECUTE p", "EXECUTE p", &["t"]),
            ("PREPARE p AS SELECT 1; DEALLOCATE p; PREPARE p AS SELECT * FROM u; EXECUTE p", "EXECUTE p", &["u"]),
            ("PREPARE q AS DELETE FROM t; EXECUTE p", "EXECUTE p", &[]),
            ("PREPARE p AS DELETE FROM t; EXPLAIN (ANALYZE) EXECUTE p", "EXECUTE p", &["t"]),
            ("PREPARE p AS SELECT * FROM u; CREATE TABLE n AS EXECUTE p", "CREATE TABLE n AS EXECUTE p", &["u"]),
        ] {
            let (found, reached) = last(text);
            assert_eq!((found.as_str(), reached.len()), (span, tables.len()), "for {text}");
            assert!(reached.iter().zip(tables).all(|(reached, table)| reached == table), "for {text}");
        }
    }
}
