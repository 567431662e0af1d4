//! What runs when a statement holds another one, or names one that was prepared.

use std::borrow::Cow;

use crate::ast::{CreateTable, Ident, Query, Statement, StatementKind};
use crate::source::Span;

/// The statement that runs: the one inside EXPLAIN ANALYZE, the prepared one that EXECUTE names, or else the statement
/// itself. `earlier` are the statements before it in the file. Its places are those of its own text, which for EXECUTE
/// is the text behind PREPARE.
pub(super) fn running<'s>(statement: &'s Statement, earlier: &[&'s Statement]) -> Cow<'s, Statement> {
    match &statement.kind {
        StatementKind::Explain(explain) if explain.analyze => running(&explain.statement, earlier),
        StatementKind::Execute(execute) => Cow::Borrowed(prepared(&execute.name, earlier).unwrap_or(statement)),
        StatementKind::CreateTable(create) => {
            let source = create.execute.as_ref().and_then(|name| prepared(name, earlier));
            source
                .and_then(|source| filled_by(source, create, statement.span))
                .map_or(Cow::Borrowed(statement), Cow::Owned)
        }
        _ => Cow::Borrowed(statement),
    }
}

/// CREATE TABLE AS EXECUTE, with what the prepared query reads.
fn filled_by(source: &Statement, create: &CreateTable, span: Span) -> Option<Statement> {
    let StatementKind::Query(query) = &source.kind else { return None };
    let place = create.query.as_ref()?.span;
    let query = Some(Query { span: place, ..*query.clone() });
    Some(Statement { span, kind: StatementKind::CreateTable(Box::new(CreateTable { query, ..create.clone() })) })
}

/// The statement that was prepared last under this name.
fn prepared<'s>(name: &Ident, earlier: &[&'s Statement]) -> Option<&'s Statement> {
    earlier.iter().rev().find_map(|statement| match &statement.kind {
        StatementKind::Prepare(prepare) if prepare.name.name == name.name => Some(&prepare.statement),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser;
    use crate::source::SourceFile;

    /// The text of the last statement that runs, and the tables that its query reads or it writes.
    fn last(text: &str) -> (String, Vec<String>) {
        let file = SourceFile::new("a.sql", text);
        let script = parser::parse(&file);
        let statements: Vec<&Statement> = script.statements.iter().collect();
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
            ("PREPARE p AS DELETE FROM t; EXECUTE p", "DELETE FROM t", &["t"]),
            ("PREPARE p AS SELECT 1; DEALLOCATE p; PREPARE p AS SELECT * FROM u; EXECUTE p", "SELECT * FROM u", &["u"]),
            ("PREPARE q AS DELETE FROM t; EXECUTE p", "EXECUTE p", &[]),
            ("PREPARE p AS DELETE FROM t; EXPLAIN (ANALYZE) EXECUTE p", "DELETE FROM t", &["t"]),
            ("PREPARE p AS SELECT * FROM u; CREATE TABLE n AS EXECUTE p", "CREATE TABLE n AS EXECUTE p", &["u"]),
        ] {
            let (found, reached) = last(text);
            assert_eq!((found.as_str(), reached.len()), (span, tables.len()), "for {text}");
            assert!(reached.iter().zip(tables).all(|(reached, table)| reached == table), "for {text}");
        }
    }
}
