//! Settings, transactions and maintenance.

use super::{failure, one};
use crate::ast::{ReindexTarget, SettingKind, StatementKind, TableTarget, TransactionControl};
use crate::source::SourceFile;

/// `name=value`, `-name` for a reset; `~` in front of what lasts until the transaction ends.
fn setting(text: &str) -> String {
    let StatementKind::Set(change) = one(text) else { unreachable!("{text}") };
    let local = if change.local { "~" } else { "" };
    match change.kind {
        SettingKind::Set { name, value } => format!("{local}{name}={value}"),
        SettingKind::Reset { name } => format!("{local}-{name}"),
        SettingKind::ResetAll => "RESET ALL".to_owned(),
        SettingKind::DiscardAll => "DISCARD ALL".to_owned(),
    }
}

#[test]
fn settings() {
    for (text, expected) in [
        ("SET lock_timeout = '2s'", "lock_timeout=2s"),
        ("set SESSION Lock_Timeout to 2000", "lock_timeout=2000"),
        ("SET LOCAL statement_timeout = 0", "~statement_timeout=0"),
        ("SET geqo_seed TO -1.5", "geqo_seed=-1.5"),
        ("SET search_path = public, \"My\", 'x'", "search_path=public, \"My\", x"),
        ("SET search_path = 'a, B'", "search_path=\"a, B\""),
        ("SET search_path TO ''", "search_path="),
        ("SET a.b_c = on", "a.b_c=on"),
        ("SET lock_timeout TO DEFAULT", "-lock_timeout"),
        ("SET LOCAL lock_timeout TO DEFAULT", "~-lock_timeout"),
        ("SET TIME ZONE 'UTC'", "timezone=UTC"),
        ("SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE", "timezone=-08:00"),
        ("SET LOCAL TIME ZONE DEFAULT", "~-timezone"),
        ("SET SCHEMA 'app'", "search_path=app"),
        ("SET NAMES 'UTF8'", "client_encoding=UTF8"),
        ("SET ROLE admin", "role=admin"),
        ("SET LOCAL ROLE NONE", "~-role"),
        ("SET SESSION AUTHORIZATION 'bob'", "role=bob"),
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY", "~transaction_read_only=on"),
        ("SET LOCAL TRANSACTION READ ONLY READ WRITE", "~transaction_read_only=off"),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "default_transaction_read_only=on"),
        ("SET session = 1", "session=1"),
        ("RESET lock_timeout", "-lock_timeout"),
        ("RESET ROLE", "-role"),
        ("RESET SESSION AUTHORIZATION", "-role"),
        ("RESET ALL", "RESET ALL"),
        ("DISCARD ALL", "DISCARD ALL"),
        ("SELECT set_config('Lock_timeout', '2s', false)", "lock_timeout=2s"),
        ("SELECT pg_catalog.set_config('search_path', '', false);", "search_path="),
        ("SELECT set_config('a.b'::text, E'x', true) AS y", "~a.b=x"),
    ] {
        assert_eq!(setting(text), expected, "{text}");
    }
    assert!(matches!(one("SELECT set_config('a', b, true) FROM t"), StatementKind::Query(_)));
    assert_eq!(failure("SET lock_timeout 5").message, "expected TO or =, found 5");
}

fn what(text: &str) -> String {
    let StatementKind::Opaque(opaque) = one(text) else { unreachable!("{text}") };
    opaque.what.to_string()
}

#[test]
fn what_only_has_a_name() {
    for (text, expected) in [
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET TRANSACTION"),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION DEFERRABLE", "SET SESSION CHARACTERISTICS"),
        ("DISCARD TEMPORARY", "DISCARD TEMP"),
        ("SHOW lock_timeout", "SHOW"),
        ("COMMIT PREPARED 'x'", "COMMIT PREPARED"),
        ("ROLLBACK PREPARED 'x'", "ROLLBACK PREPARED"),
    ] {
        assert_eq!(what(text), expected, "{text}");
    }
}

#[test]
fn transactions() {
    use TransactionControl as T;
    for (text, expected) in [
        ("BEGIN", T::Begin { read_only: None }),
        ("BEGIN WORK ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE", T::Begin { read_only: None }),
        ("START TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ", T::Begin { read_only: Some(true) }),
        ("COMMIT", T::Commit { and_chain: false }),
        ("END TRANSACTION AND CHAIN", T::Commit { and_chain: true }),
        ("COMMIT WORK AND NO CHAIN", T::Commit { and_chain: false }),
        ("ROLLBACK AND CHAIN", T::Rollback { and_chain: true }),
        ("ABORT WORK", T::Rollback { and_chain: false }),
        ("PREPARE TRANSACTION 'x'", T::Prepare),
    ] {
        assert_eq!(one(text), StatementKind::Transaction(expected), "{text}");
    }
    let name = |text: &str| match one(text) {
        StatementKind::Transaction(T::Savepoint(name) | T::Release(name) | T::RollbackTo(name)) => name.name,
        other => unreachable!("{other:?}"),
    };
    for text in ["SAVEPOINT a", "RELEASE A", "RELEASE SAVEPOINT a", "ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT \"a\""]
    {
        assert_eq!(name(text), "a", "{text}");
    }
    assert_eq!(failure("BEGIN x").message, "expected a transaction mode, found x");
    assert_eq!(failure("COMMIT AND").message, "expected CHAIN, found the end of the statement");
}

/// `ONLY a, b (c, d)`
fn targets(tables: &[TableTarget]) -> String {
    let printed = tables.iter().map(|table| {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
        format!("{}{}{columns}", if table.only { "ONLY " } else { "" }, table.name)
    });
    printed.collect::<Vec<_>>().join(", ")
}

#[test]
fn targets_and_options_have_their_places() {
    let text = "VACUUM (FULL, PARALLEL 2) ONLY (s.a) (b), c *";
    let StatementKind::Vacuum(vacuum) = one(text) else { unreachable!("{text}") };
    let slice = |span| SourceFile::new("a.sql", text).slice(span).to_owned();
    let tables: Vec<String> = vacuum.tables.iter().map(|table| slice(table.span)).collect();
    assert_eq!(tables, ["ONLY (s.a) (b)", "c *"]);
    let options: Vec<String> = vacuum.options.iter().map(|option| slice(option.span)).collect();
    assert_eq!(options, ["FULL", "PARALLEL 2"]);
    assert_eq!(vacuum.options[1].value.as_deref(), Some("2"));
    assert!(
        failure("VACUUM ANALYZE FULL a").message.starts_with("expected a table name, found the reserved word FULL")
    );
    assert!(failure("TRUNCATE a CASCADE RESTRICT").message.starts_with("expected the end of the statement"));
}

#[test]
fn truncate_and_lock() {
    for (text, tables, cascade, restart) in [
        ("TRUNCATE a", "a", false, false),
        ("TRUNCATE TABLE ONLY a, s.b * RESTART IDENTITY CASCADE", "ONLY a, s.b", true, true),
        ("TRUNCATE ONLY a, ONLY b CONTINUE IDENTITY RESTRICT", "ONLY a, ONLY b", false, false),
    ] {
        let StatementKind::Truncate(truncate) = one(text) else { unreachable!("{text}") };
        assert_eq!(
            (targets(&truncate.tables).as_str(), truncate.cascade, truncate.restart_identity),
            (tables, cascade, restart)
        );
    }
    for (text, tables, mode, nowait) in [
        ("LOCK a", "a", "ACCESS EXCLUSIVE", false),
        ("LOCK TABLE ONLY (a), b IN SHARE ROW EXCLUSIVE MODE NOWAIT", "ONLY a, b", "SHARE ROW EXCLUSIVE", true),
        ("LOCK TABLE a IN SHARE MODE", "a", "SHARE", false),
        ("LOCK a IN share update exclusive MODE", "a", "SHARE UPDATE EXCLUSIVE", false),
    ] {
        let StatementKind::Lock(lock) = one(text) else { unreachable!("{text}") };
        assert_eq!((targets(&lock.tables).as_str(), lock.mode.as_str(), lock.nowait), (tables, mode, nowait));
    }
    assert_eq!(failure("LOCK a IN PLAIN MODE").message, "expected a lock mode, found PLAIN");
}

#[test]
fn reindex() {
    use ReindexTarget as T;
    for (text, target, name, concurrently, keyword) in [
        ("REINDEX INDEX a", T::Index, Some("a"), false, "INDEX"),
        ("REINDEX TABLE CONCURRENTLY s.a", T::Table, Some("s.a"), true, "TABLE"),
        ("REINDEX (VERBOSE, CONCURRENTLY) table a", T::Table, Some("a"), true, "table"),
        ("REINDEX (CONCURRENTLY off) SCHEMA a", T::Schema, Some("a"), false, "SCHEMA"),
        ("REINDEX (TABLESPACE x, CONCURRENTLY 1) INDEX a", T::Index, Some("a"), true, "INDEX"),
        ("REINDEX DATABASE", T::Database, None, false, "DATABASE"),
        ("REINDEX SYSTEM CONCURRENTLY d", T::System, Some("d"), true, "SYSTEM"),
    ] {
        let StatementKind::Reindex(reindex) = one(text) else { unreachable!("{text}") };
        assert_eq!((reindex.target, reindex.concurrently), (target, concurrently), "{text}");
        assert_eq!(reindex.name.map(|name| name.to_string()).as_deref(), name);
        assert_eq!(SourceFile::new("a.sql", text).slice(reindex.target_keyword), keyword);
    }
    assert!(failure("REINDEX INDEX").message.starts_with("expected a name"));
}

#[test]
fn vacuum_cluster_and_refresh() {
    for (text, vacuum, full, analyze, tables) in [
        ("VACUUM", true, false, false, ""),
        ("VACUUM FULL FREEZE VERBOSE ANALYZE a (b, c), d", true, true, true, "a (b, c), d"),
        ("VACUUM (FULL false, ANALYZE, PARALLEL 2) s.a", true, false, true, "s.a"),
        ("VACUUM (FULL) ONLY a", true, true, false, "ONLY a"),
        ("ANALYZE", false, false, true, ""),
        ("ANALYSE VERBOSE a", false, false, true, "a"),
        ("ANALYZE (VERBOSE, SKIP_LOCKED) a", false, false, true, "a"),
    ] {
        let StatementKind::Vacuum(read) = one(text) else { unreachable!("{text}") };
        assert_eq!((read.vacuum, read.full, read.analyze), (vacuum, full, analyze), "{text}");
        assert_eq!(targets(&read.tables), tables);
    }
    for (text, table, index) in [
        ("CLUSTER", None, None),
        ("CLUSTER VERBOSE", None, None),
        ("CLUSTER VERBOSE s.a USING i", Some("s.a"), Some("i")),
        ("CLUSTER i ON a", Some("a"), Some("i")),
        ("CLUSTER (VERBOSE) a", Some("a"), None),
    ] {
        let StatementKind::Cluster(cluster) = one(text) else { unreachable!("{text}") };
        assert_eq!(cluster.table.map(|table| table.to_string()).as_deref(), table);
        assert_eq!(cluster.index.map(|index| index.name).as_deref(), index);
    }
    for (text, concurrently, no_data) in [
        ("REFRESH MATERIALIZED VIEW a", false, false),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY a WITH DATA", true, false),
        ("REFRESH MATERIALIZED VIEW a WITH NO DATA", false, true),
    ] {
        let StatementKind::Refresh(refresh) = one(text) else { unreachable!("{text}") };
        assert_eq!((refresh.concurrently, refresh.with_no_data), (concurrently, no_data));
        assert_eq!(SourceFile::new("a.sql", text).slice(refresh.view_keyword), "VIEW");
    }
}
