//! What the server was measured to make of these statements (tests/replay), without a server.

use std::sync::Arc;

use super::Object;
use crate::config::Config;
use crate::engine::step::Options;
use crate::engine::{Fold, Migration};
use crate::postgres::Version;
use crate::runner::PLAIN;
use crate::source::SourceFile;

/// The objects of a kind that statements leave on the newest version.
fn objects(sql: &str, kind: &str) -> Vec<Object> {
    let config = Config::default();
    let options =
        Options { postgres: config.postgres, session: config.session, max_lock_timeout: config.max_lock_timeout };
    let mut fold = Fold::new(&[], &options, true);
    fold.migration(&Migration::read(Arc::new(SourceFile::new("1.sql", sql)), false, &PLAIN));
    let objects = fold.catalog().objects(Version::NEWEST).into_iter();
    objects.filter(|object| object.kind == kind).collect()
}

fn names(sql: &str, kind: &str) -> Vec<String> {
    objects(sql, kind).into_iter().map(|object| object.name).collect()
}

const PARTITIONED: &str = "
    CREATE TABLE events (id bigint, happened date, PRIMARY KEY (id, happened)) PARTITION BY RANGE (happened);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
    CREATE TABLE events_2024 (happened date NOT NULL, id bigint NOT NULL);
    CREATE INDEX ON events (lower(id::text));
    ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');";

#[test]
fn partitions_get_the_indexes_of_their_parent() {
    let expected = ["events_2023_lower_idx", "events_2023_pkey", "events_2024_lower_idx", "events_2024_pkey"];
    let with_parent: Vec<String> =
        ["events_lower_idx", "events_pkey"].iter().map(|name| format!("public.{name}")).collect();
    let mut all: Vec<String> = expected.iter().map(|name| format!("public.{name}")).collect();
    all.extend(with_parent);
    all.sort();
    assert_eq!(names(PARTITIONED, "index"), all);
    let dropped = format!("{PARTITIONED} DROP INDEX events_lower_idx; ALTER TABLE events DROP CONSTRAINT events_pkey;");
    assert_eq!(names(&dropped, "index"), Vec::<String>::new());
    let left = format!("{PARTITIONED} ALTER TABLE events DETACH PARTITION events_2023; DROP TABLE events;");
    assert_eq!(names(&left, "index"), ["public.events_2023_lower_idx", "public.events_2023_pkey"]);
}

#[test]
fn sequences_go_and_move_with_their_columns() {
    let table = "CREATE TABLE orders (id serial, number bigint GENERATED ALWAYS AS IDENTITY);";
    assert_eq!(names(table, "sequence"), ["public.orders_id_seq", "public.orders_number_seq"]);
    let dropped = format!("{table} ALTER TABLE orders DROP COLUMN id, ALTER COLUMN number DROP IDENTITY;");
    assert_eq!(names(&dropped, "sequence"), Vec::<String>::new());
    let moved = format!("{table} CREATE SCHEMA app; ALTER TABLE orders SET SCHEMA app;");
    assert_eq!(names(&moved, "sequence"), ["app.orders_id_seq", "app.orders_number_seq"]);
    let kept = format!("{table} ALTER SEQUENCE orders_id_seq OWNED BY NONE; DROP TABLE orders;");
    assert_eq!(names(&kept, "sequence"), ["public.orders_id_seq"]);
}

#[test]
fn names_are_unique_in_the_schema_and_doubled_keys_are_one() {
    let keys = "CREATE TABLE a_b (c int PRIMARY KEY, UNIQUE (c));
                CREATE TABLE a (b_c int REFERENCES a_b); CREATE TABLE a_b_more (LIKE a_b INCLUDING ALL);
                ALTER TABLE a_b ADD FOREIGN KEY (c) REFERENCES a_b_more;";
    assert_eq!(names(keys, "unique"), Vec::<String>::new());
    assert_eq!(names(keys, "primary key"), ["public.a_b.a_b_pkey", "public.a_b_more.a_b_more_pkey"]);
    assert_eq!(names(keys, "foreign key"), ["public.a.a_b_c_fkey", "public.a_b.a_b_c_fkey1"]);
}

#[test]
fn types_follow_their_names() {
    let renamed = "CREATE DOMAIN amount AS integer CHECK (VALUE > 0); CREATE TABLE orders (total amount);
                   ALTER DOMAIN amount RENAME TO money_amount;";
    let column = &objects(renamed, "column")[0];
    assert_eq!(
        column.to_string(),
        "column public.orders.total collation= default=false expression= generated= identity= not-null=false type=public.money_amount"
    );
    assert_eq!(names(renamed, "domain check"), ["public.money_amount.amount_check"]);
}

#[test]
fn roles_lose_what_is_known_to_be_theirs() {
    let tables = "CREATE TABLE kept (id int); CREATE TABLE given (id int); ALTER TABLE given OWNER TO clerk;";
    let dropped = objects(&format!("{tables} DROP OWNED BY clerk;"), "table");
    let told: Vec<(&str, bool)> = dropped.iter().map(|object| (object.name.as_str(), object.certain)).collect();
    // Nobody gave it to anyone: it may be the role's that ran the migration.
    assert_eq!(told, [("public.kept", false)]);
    let moved = format!("{tables} REASSIGN OWNED BY clerk TO boss; DROP OWNED BY clerk;");
    assert_eq!(names(&moved, "table"), ["public.given", "public.kept"]);
    assert_eq!(names(&format!("{moved} DROP OWNED BY boss;"), "table"), ["public.kept"]);
}

#[test]
fn cascade_takes_policies_and_typed_tables_along() {
    let policy = "CREATE TABLE users (id int); CREATE TABLE orders (user_id int);
        CREATE POLICY mine ON orders USING (user_id IN (SELECT id FROM users));
        CREATE POLICY own ON orders USING (user_id = 1);";
    assert_eq!(names(&format!("{policy} DROP TABLE users CASCADE;"), "policy"), ["public.orders.own"]);
    let typed = "CREATE TYPE person AS (id int); CREATE TABLE people OF person; DROP TYPE person CASCADE;";
    assert_eq!(names(typed, "table"), Vec::<String>::new());
}

#[test]
fn what_may_not_have_run_is_not_told() {
    let block = "CREATE TABLE users (email text);
        DO $$ BEGIN IF now() > '2024-01-01' THEN
            ALTER TABLE users ADD CHECK (email <> ''); CREATE INDEX i ON users (email); END IF; END $$;";
    let fact =
        |kind, fact| objects(block, kind).first().map(|object| (object.certain, object.facts.get(fact).cloned()));
    assert_eq!(fact("check", "valid"), Some((false, Some(None))));
    assert_eq!(fact("index", "keys"), Some((false, Some(None))));
    assert_eq!(fact("index", "method"), Some((false, Some(Some("btree".to_owned())))));
}

#[test]
fn each_overload_is_there_or_not_for_itself() {
    let one = |of: &str| format!("CREATE FUNCTION f(a {of}) RETURNS int LANGUAGE sql AS 'SELECT 1';");
    let drop = "DO $$ BEGIN DROP FUNCTION f(int); EXCEPTION WHEN OTHERS THEN NULL; END $$;";
    let found =
        objects(&[&one("int"), &one("text"), drop, &one("bigint")].map(|sql| sql.to_string()).concat(), "function");
    let told: Vec<(&str, bool)> = found.iter().map(|object| (object.name.as_str(), object.certain)).collect();
    assert_eq!(told, [("public.f(bigint)", true), ("public.f(integer)", false), ("public.f(text)", true)]);
}

#[test]
fn checks_of_domains_are_not_multiplied() {
    let block = "DO $$ BEGIN IF now() > '2024-01-01' THEN CREATE TABLE IF NOT EXISTS users (id int); END IF; END $$;";
    let sql = format!("CREATE DOMAIN amount AS int CHECK (VALUE > 0); {}", block.repeat(40));
    assert_eq!(names(&sql, "domain check"), ["public.amount.amount_check"]);
}

#[test]
fn sequences_count_as_their_options_say() {
    let sql = "CREATE SEQUENCE s AS smallint INCREMENT -2; ALTER SEQUENCE s AS integer MAXVALUE 10;";
    assert_eq!(
        objects(sql, "sequence")[0].to_string(),
        "sequence public.s cache=1 cycle=false increment=-2 max=10 min=-2147483648 owned-by= persistence=permanent start=-1 type=integer"
    );
}
