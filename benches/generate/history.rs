//! Years of migrations as teams write them: tables with keys to each other, columns and constraints that come later, views,
//! functions with triggers, policies, backfills, and what is renamed and dropped again. About 1.4 kB each.

use std::fs;
use std::io;
use std::path::Path;

/// How often the kinds of migrations repeat.
const KINDS: usize = 10;

/// Writes the migrations of a project, numbered from 1.
pub fn write(folder: &Path, migrations: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    (0..migrations).try_for_each(|number| {
        fs::write(folder.join(format!("{:05}_{}.sql", number + 1, name(number))), migration(number))
    })
}

/// One more migration, for a table of the project.
pub fn next(migrations: usize) -> (String, String) {
    let table = table(migrations / 2 / KINDS * KINDS);
    let sql = format!(
        "SET lock_timeout = '2s';\nALTER TABLE {table} ALTER COLUMN extra_7 TYPE varchar(120);\n\
         ALTER TABLE {table} ADD COLUMN reviewed_at timestamptz;\n"
    );
    (format!("{:05}_review.sql", migrations + 1), sql)
}

fn name(number: usize) -> &'static str {
    [
        "create_table",
        "add_columns",
        "touch_trigger",
        "add_constraints",
        "validate_constraints",
        "summary_view",
        "backfill",
        "tighten_columns",
        "report_function",
        "clean_up",
    ][number % KINDS]
}

/// The table that a migration is about: the one created last.
fn table(number: usize) -> String {
    format!("app_table_{}", number / KINDS)
}

/// An older table, some way back.
fn older(number: usize, back: usize) -> String {
    format!("app_table_{}", (number / KINDS).saturating_sub(back))
}

fn migration(number: usize) -> String {
    let (table, parent, other) = (table(number), older(number, 1), older(number, 7));
    let body = match number % KINDS {
        0 => create(&table, &parent, &other, number),
        1 => add_columns(&table),
        2 => trigger(&table),
        3 => constraints(&table, &other),
        4 => format!(
            "ALTER TABLE {table} VALIDATE CONSTRAINT {table}_amount_positive;\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {table}_status_known;\n"
        ),
        5 => view(&table, &parent),
        6 => backfill(&table),
        7 => tighten(&table),
        8 => report(&table, &parent),
        _ => clean_up(&table, &parent),
    };
    format!(
        "-- Ticket {}: {} of {table}.\n-- Reviewed by the database team; deployed with release {}.{}.\n\nSET lock_timeout = '2s';\n\n{body}",
        1000 + number,
        name(number).replace('_', " "),
        number / 40 + 1,
        number % 40
    )
}

fn create(table: &str, parent: &str, other: &str, number: usize) -> String {
    let references = |to: &str| if number == 0 { String::new() } else { format!(" REFERENCES {to} (id)") };
    let (to_parent, to_other) = (references(parent), references(other));
    let columns: String = (0..12).map(|column| format!("    attribute_{column} text,\n")).collect();
    format!(
        "CREATE TYPE {table}_state AS ENUM ('new', 'active', 'suspended', 'closed');\n\n\
         CREATE TABLE {table} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    parent_id bigint{to_parent},\n    \
         other_id bigint{to_other} ON DELETE CASCADE,\n    code varchar(50) NOT NULL,\n    \
         state {table}_state NOT NULL DEFAULT 'new',\n    amount numeric(12, 2) NOT NULL DEFAULT 0,\n    \
         payload jsonb NOT NULL DEFAULT '{{}}'::jsonb,\n{columns}    created_at timestamptz NOT NULL DEFAULT now(),\n    \
         updated_at timestamptz NOT NULL DEFAULT now(),\n    CONSTRAINT {table}_code_key UNIQUE (code)\n);\n\n\
         CREATE INDEX {table}_parent_idx ON {table} (parent_id);\nCREATE INDEX {table}_other_idx ON {table} (other_id);\n\
         CREATE INDEX {table}_open_idx ON {table} (created_at, lower(code)) WHERE state <> 'closed';\n\n\
         COMMENT ON TABLE {table} IS 'What belongs to {parent}; one row for each code.';\n\
         COMMENT ON COLUMN {table}.payload IS 'As the client sent it; it''s never read by the server.';\n\
         GRANT SELECT, INSERT, UPDATE ON {table} TO app_user;\nALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n\
         CREATE POLICY {table}_tenant ON {table} USING (other_id = current_setting('app.tenant')::bigint);\n"
    )
    .replace(" ON DELETE CASCADE", if number == 0 { "" } else { " ON DELETE CASCADE" })
}

fn add_columns(table: &str) -> String {
    let columns: String = (0..8)
        .map(|column| {
            format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS extra_{column} varchar({});\n", 20 + column)
        })
        .collect();
    format!(
        "{columns}ALTER TABLE {table} ADD COLUMN is_hidden boolean NOT NULL DEFAULT false;\n\
         ALTER TABLE {table} ADD COLUMN legacy_reference text;\n\n\
         -- The list page sorts by these.\nCREATE INDEX CONCURRENTLY {table}_extra_idx ON {table} (extra_0, extra_1);\n\
         CREATE INDEX CONCURRENTLY {table}_reference_idx ON {table} (legacy_reference);\n"
    )
}

fn trigger(table: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION {table}_touch() RETURNS trigger\nLANGUAGE plpgsql\nAS $$\nBEGIN\n    \
         -- Only real changes count; the client sends all columns.\n    IF NEW IS DISTINCT FROM OLD THEN\n        \
         NEW.updated_at := now();\n    END IF;\n    IF NEW.code IS NULL THEN\n        \
         RAISE EXCEPTION 'a code is needed for %', NEW.id;\n    END IF;\n    RETURN NEW;\nEND;\n$$;\n\n\
         CREATE TRIGGER {table}_touch BEFORE UPDATE ON {table}\n    FOR EACH ROW EXECUTE FUNCTION {table}_touch();\n\n{}",
        function(table, "trigger_audit", 8)
    )
}

fn constraints(table: &str, other: &str) -> String {
    format!(
        "ALTER TABLE {table} ADD CONSTRAINT {table}_amount_positive CHECK (amount >= 0) NOT VALID;\n\
         ALTER TABLE {table} ADD CONSTRAINT {table}_status_known\n    \
         CHECK (attribute_3 IS NULL OR attribute_3 IN ('a', 'b', 'c', 'd')) NOT VALID;\n\
         ALTER TABLE {table} ADD CONSTRAINT {table}_second_fkey\n    \
         FOREIGN KEY (other_id) REFERENCES {other} (id) NOT VALID;\n\n{}",
        function(table, "check_amounts", 14)
    )
}

fn view(table: &str, parent: &str) -> String {
    format!(
        "CREATE VIEW {table}_summary AS\nSELECT t.id, t.code, t.amount, t.state, p.code AS parent_code,\n       \
         count(*) OVER (PARTITION BY t.state) AS same_state,\n       sum(t.amount) FILTER (WHERE t.amount > 0) OVER (PARTITION BY t.parent_id) AS total,\n       \
         CASE WHEN t.attribute_1 IS NULL THEN 'none' ELSE lower(t.attribute_1) END AS label\n  FROM {table} t\n  \
         LEFT JOIN {parent} p ON p.id = t.parent_id\n WHERE t.state <> 'closed'\n   AND (t.attribute_0 IS NOT NULL OR t.payload ->> 'kind' = 'x');\n\n\
         GRANT SELECT ON {table}_summary TO app_reader;\n\n{}",
        function(table, "summarize", 10)
    )
}

fn backfill(table: &str) -> String {
    let rows: String = (0..18)
        .map(|row| {
            format!(
                "    ({row}, 'code {row}', 'it''s row {row} of the defaults'){}\n",
                if row == 17 { ";" } else { "," }
            )
        })
        .collect();
    format!(
        "UPDATE {table} SET attribute_2 = 'unknown' WHERE id BETWEEN 1 AND 10000 AND attribute_2 IS NULL;\n\n\
         INSERT INTO {table} (amount, code, attribute_5) VALUES\n{rows}"
    )
}

fn tighten(table: &str) -> String {
    format!(
        "ALTER TABLE {table} ALTER COLUMN code TYPE varchar(100);\n\
         ALTER TABLE {table} ALTER COLUMN attribute_4 SET DEFAULT '';\n\
         ALTER TABLE {table} ADD CONSTRAINT {table}_attribute_5_nn CHECK (attribute_5 IS NOT NULL) NOT VALID;\n\
         ALTER TABLE {table} VALIDATE CONSTRAINT {table}_attribute_5_nn;\n\
         ALTER TABLE {table} ALTER COLUMN attribute_5 SET NOT NULL;\n\
         ALTER TABLE {table} DROP CONSTRAINT {table}_attribute_5_nn;\n\n{}",
        function(table, "tighten_report", 12)
    )
}

fn report(table: &str, parent: &str) -> String {
    format!("{}\n{}", function(table, "report", 16), function(parent, "report_again", 6))
}

fn clean_up(table: &str, parent: &str) -> String {
    format!(
        "DROP INDEX CONCURRENTLY {table}_reference_idx;\nALTER TABLE {table} DROP COLUMN legacy_reference;\n\
         ALTER TABLE {table} RENAME COLUMN attribute_11 TO note;\nALTER TABLE {table} RENAME CONSTRAINT {table}_code_key TO {table}_code_unique;\n\n\
         CREATE TABLE {table}_scratch (id bigint PRIMARY KEY, target bigint REFERENCES {table} (id));\n\
         ALTER TABLE {table}_scratch RENAME TO {table}_staging;\nDROP TABLE {table}_staging;\n\n\
         CREATE OR REPLACE VIEW {table}_summary AS\nSELECT t.id, t.code, t.amount, t.state, p.code AS parent_code,\n       \
         count(*) OVER (PARTITION BY t.state) AS same_state\n  FROM {table} t LEFT JOIN {parent} p ON p.id = t.parent_id;\n\n{}",
        function(table, "clean", 6)
    )
}

/// A function with a body of so many steps.
fn function(table: &str, name: &str, steps: usize) -> String {
    let body: String = (0..steps)
        .map(|step| {
            format!("    total := total + coalesce((SELECT sum(amount) FROM {table} WHERE id % 16 = {step}), 0);\n")
        })
        .collect();
    format!(
        "CREATE OR REPLACE FUNCTION {table}_{name}(since timestamptz) RETURNS numeric\nLANGUAGE plpgsql STABLE\nAS $function$\n\
         DECLARE\n    total numeric := 0;\nBEGIN\n{body}    RETURN total;\nEND;\n$function$;\n"
    )
}
