//! What is still sure behind statements that change rows, or that were not understood.

use crate::engine::testing::report;

/// Whether the rule finds something in the last of some migrations.
fn finds(rule: &str, migrations: &[&str]) -> bool {
    report(migrations).findings.iter().any(|found| found.rule.id == rule)
}

#[test]
fn truncated_tables_take_required_columns() {
    let table = "CREATE TABLE t (a int); INSERT INTO t VALUES (1);";
    let add = "ALTER TABLE t ADD COLUMN b int NOT NULL;";
    for (between, found) in [
        ("", true),
        ("TRUNCATE t;", false),
        ("BEGIN; TRUNCATE t;", false),
        ("TRUNCATE t; DELETE FROM t;", false),
        ("TRUNCATE t; INSERT INTO t VALUES (1);", true),
        ("TRUNCATE t; COPY t FROM '/rows';", true),
        ("TRUNCATE t; CALL fill();", true),
        ("TRUNCATE t; WITH n AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM n;", true),
        ("BEGIN; TRUNCATE t; ROLLBACK;", true),
        ("DELETE FROM t;", true),
    ] {
        let found_now = finds("required-column-without-default", &[table, &format!("{between} {add}")]);
        assert_eq!(found_now, found, "for {between}");
    }
    assert!(finds("required-column-without-default", &[table, "TRUNCATE t;", add]));
}

#[test]
fn what_was_not_understood_leaves_no_proof() {
    let table =
        "CREATE TABLE t (a int, b varchar(10), CONSTRAINT ca CHECK (a IS NOT NULL)); CREATE TABLE other (a int);";
    let set = ("scanning-not-null", "ALTER TABLE t ALTER a SET NOT NULL;");
    let wider = ("rewriting-column-type", "ALTER TABLE t ALTER b TYPE varchar(20);");
    let computed = |text: &str| {
        format!(
            "DO $$ DECLARE n text; BEGIN SELECT conname INTO n FROM pg_constraint; EXECUTE format('{text}', n); END $$;"
        )
    };
    for (between, found) in [
        (String::new(), false),
        ("CALL ddl();".to_owned(), true),
        ("SELECT ddl();".to_owned(), true),
        ("SELECT lower('A');".to_owned(), false),
        (computed("ALTER TABLE %I"), true),
        (computed("CREATE INDEX %I ON t (a)"), false),
        (computed("INSERT INTO %I VALUES (1)"), false),
        (computed("ALTER TABLE other DROP CONSTRAINT %I"), false),
    ] {
        for (rule, statement) in [set, wider] {
            let found_now = finds(rule, &[table, &format!("{between} {statement}")]);
            assert_eq!(found_now, found, "for {between} {statement}");
        }
    }
    let dropped = computed("ALTER TABLE t DROP CONSTRAINT %I");
    assert!(finds(set.0, &[table, &format!("{dropped} {}", set.1)]));
    // What is proven anew behind it counts.
    let again = "CALL ddl(); ALTER TABLE t ADD CONSTRAINT cb CHECK (a IS NOT NULL) NOT VALID;";
    assert!(!finds(set.0, &[table, again, "ALTER TABLE t VALIDATE CONSTRAINT cb;", set.1]));
}

#[test]
fn what_a_body_itself_does_is_not_sure_behind_a_computed_string() {
    let table = "CREATE TABLE t (a int); INSERT INTO t VALUES (1);";
    let set = "ALTER TABLE t ALTER a SET NOT NULL;";
    let body = |inner: &str| {
        format!("DO $$ DECLARE s text; BEGIN SELECT max(conname) INTO s FROM pg_constraint; {inner} END $$;")
    };
    let check = "ALTER TABLE t ADD CONSTRAINT ca CHECK (a IS NOT NULL);";
    let computed = "EXECUTE s;";
    let harmless = "EXECUTE 'INSERT INTO ' || s || ' VALUES (1)';";
    for (inner, found) in [
        (check.to_owned(), false),
        (format!("{check} {computed}"), true),
        (format!("{computed} {check}"), false),
        (format!("{check} {harmless}"), false),
        (format!("{check} IF s = 'a' THEN {computed} END IF;"), true),
    ] {
        let found_now = finds("scanning-not-null", &[table, &format!("{} {set}", body(&inner))]);
        assert_eq!(found_now, found, "for {inner}");
        let found_now = finds("scanning-not-null", &[table, &body(&format!("{inner} {set}"))]);
        assert_eq!(found_now, found, "in the body, for {inner}");
    }
}

#[test]
fn if_not_exists_creates_what_history_has_not() {
    let first = "CREATE TABLE IF NOT EXISTS orders (id bigint); CREATE INDEX IF NOT EXISTS i ON orders (id);";
    let later = "CREATE TABLE IF NOT EXISTS notes (id bigint); CREATE INDEX j ON notes (id);";
    let built = |migrations: &[&str]| finds("blocking-index-build", migrations);
    assert!(built(&[first]), "nothing is known of what was there before");
    assert!(!built(&[first, later]));
    assert!(built(&[first, "ALTER TABLE others ADD COLUMN note text;", later]), "the history lacks tables");
}

#[test]
fn a_name_without_a_schema_may_mean_another_one() {
    let history = "CREATE TABLE app.orders (id bigint); CREATE INDEX orders_id ON app.orders (id);";
    let dropped = |name: &str| finds("blocking-index-drop", &[history, &format!("DROP INDEX IF EXISTS {name};")]);
    assert!(dropped("orders_id"));
    assert!(!dropped("lines_id"), "no schema has one");
    let notes = "CREATE TABLE IF NOT EXISTS notes (id bigint); CREATE INDEX j ON notes (id);";
    let altered = "ALTER TABLE orders ADD COLUMN note text;";
    assert!(!finds("blocking-index-build", &[history, altered, notes]), "the history has a table of this name");
}
