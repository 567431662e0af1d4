//! Large files of our own: a database dump as pg_dump writes it, and rows in INSERTs.

use std::io::{self, Write};

/// Rows of each table in a dump.
#[derive(Debug, Clone, Copy)]
pub struct Dump {
    /// How many tables.
    pub tables: usize,
    /// How many rows each table has.
    pub rows: usize,
}

impl Dump {
    /// Writes the dump.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        header(out)?;
        for table in 0..self.tables {
            create(out, table)?;
        }
        for table in 0..self.tables {
            // Every tenth table is dumped with --inserts.
            if table % 10 == 9 { inserts(out, table, self.rows / 4)? } else { copy(out, table, self.rows)? }
        }
        for table in 0..self.tables {
            finish(out, table)?;
        }
        large_objects(out)?;
        writeln!(out, "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict kZ81aQ\n")
    }
}

/// One INSERT with this many rows.
pub fn one_insert(out: &mut impl Write, rows: usize) -> io::Result<()> {
    writeln!(out, "INSERT INTO prices (id, code, amount, note) VALUES")?;
    for row in 0..rows {
        let end = if row + 1 == rows { ";" } else { "," };
        writeln!(out, "  ({row}, 'code {row}', {}.50, 'it''s {row}'){end}", row % 90)?;
    }
    Ok(())
}

/// As many INSERTs of one row each.
pub fn many_inserts(out: &mut impl Write, rows: usize) -> io::Result<()> {
    for row in 0..rows {
        let cents = row % 90;
        writeln!(
            out,
            "INSERT INTO prices (id, code, amount, note) VALUES ({row}, 'code {row}', {cents}.50, 'it''s {row}');"
        )?;
    }
    Ok(())
}

fn about(out: &mut impl Write, name: &str, kind: &str) -> io::Result<()> {
    write!(out, "--\n-- Name: {name}; Type: {kind}; Schema: shop; Owner: shop\n--\n\n")
}

fn header(out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "--
-- PostgreSQL database dump
--

\\restrict kZ81aQ

-- Dumped from database version 18.0
-- Dumped by pg_dump version 18.0

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA shop;
ALTER SCHEMA shop OWNER TO shop;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
COMMENT ON EXTENSION pgcrypto IS 'keys; and hashes';
CREATE TYPE shop.state AS ENUM (
    'new',
    'paid; not sent'
);
CREATE TYPE shop.pair AS (
\tleft_part integer,
\tright_part text COLLATE pg_catalog.\"C\"
);
CREATE DOMAIN shop.email AS text
\tCONSTRAINT email_check CHECK ((VALUE ~ '^[^@]+@[^@]+$'::text));
CREATE FUNCTION shop.touch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'shop'
    AS $_$
BEGIN
  -- it's changed; now
  NEW.changed_at := now();
  RETURN NEW;
END;
$_$;
ALTER FUNCTION shop.touch() OWNER TO shop;
CREATE FUNCTION shop.total(a integer, b integer DEFAULT 0) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (total.a > 0) THEN total.b
             ELSE 0
         END AS \"case\";
END;
CREATE PROCEDURE shop.tidy()
    LANGUAGE sql
    AS $$ DELETE FROM shop.t_0 WHERE id < 0; $$;
CREATE AGGREGATE shop.sum_all(integer) (
    SFUNC = int4pl,
    STYPE = integer,
    INITCOND = '0'
);
CREATE OPERATOR shop.+++ (
    FUNCTION = int4pl,
    LEFTARG = integer,
    RIGHTARG = integer
);
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
    host 'example.org'
);
SET default_tablespace = '';
SET default_table_access_method = heap;

"
    )
}

fn create(out: &mut impl Write, n: usize) -> io::Result<()> {
    about(out, &format!("t_{n}"), "TABLE")?;
    write!(
        out,
        "CREATE TABLE shop.t_{n} (
    id bigint NOT NULL,
    name character varying(200) DEFAULT 'it''s'::character varying NOT NULL,
    amount numeric(12,2) DEFAULT 0.0,
    state shop.state DEFAULT 'new'::shop.state,
    tags text[] DEFAULT '{{}}'::text[],
    data jsonb,
    size bigint GENERATED ALWAYS AS ((length((name)::text) * 2)) STORED,
    changed_at timestamp with time zone DEFAULT now(),
    \"Mixed Case\" boolean,
    CONSTRAINT t_{n}_amount_check CHECK ((amount >= (0)::numeric))
)
WITH (fillfactor='90');
ALTER TABLE ONLY shop.t_{n} ALTER COLUMN data SET STORAGE EXTERNAL;


ALTER TABLE shop.t_{n} OWNER TO shop;

"
    )?;
    about(out, &format!("TABLE t_{n}"), "COMMENT")?;
    write!(
        out,
        "COMMENT ON TABLE shop.t_{n} IS 'table {n}; it''s one of many';
COMMENT ON COLUMN shop.t_{n}.\"Mixed Case\" IS 'yes
and no';

CREATE SEQUENCE shop.t_{n}_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE shop.t_{n}_id_seq OWNER TO shop;
ALTER SEQUENCE shop.t_{n}_id_seq OWNED BY shop.t_{n}.id;
ALTER TABLE ONLY shop.t_{n} ALTER COLUMN id SET DEFAULT nextval('shop.t_{n}_id_seq'::regclass);

CREATE VIEW shop.v_{n} AS
 SELECT t_{n}.id,
    lower((t_{n}.name)::text) AS name,
    count(*) OVER (PARTITION BY t_{n}.state) AS same
   FROM shop.t_{n}
  WHERE ((t_{n}.amount > (0)::numeric) AND (t_{n}.name <> ';'::text))
  WITH CASCADED CHECK OPTION;
ALTER VIEW shop.v_{n} OWNER TO shop;

"
    )
}

fn copy(out: &mut impl Write, n: usize, rows: usize) -> io::Result<()> {
    about(out, &format!("t_{n}"), "TABLE DATA")?;
    writeln!(out, "COPY shop.t_{n} (id, name, amount, state, tags, data, changed_at, \"Mixed Case\") FROM stdin;")?;
    for row in 0..rows {
        writeln!(
            out,
            "{row}\tthe name of row {row}; it's \"here\"\t{}.25\tnew\t{{a,\"b c\"}}\t{{\"n\": {row}, \"sql\": \"SELECT $$;\"}}\t2026-01-01 00:00:00+00\t\\N",
            row % 1000
        )?;
    }
    write!(out, "\\.\n\n\n")
}

fn inserts(out: &mut impl Write, n: usize, rows: usize) -> io::Result<()> {
    about(out, &format!("t_{n}"), "TABLE DATA")?;
    for row in 0..rows {
        writeln!(
            out,
            "INSERT INTO shop.t_{n} VALUES ({row}, 'row {row}; it''s', -{}.25, 'new', '{{a,\"b c\"}}', '{{\"n\": {row}}}', DEFAULT, '2026-01-01 00:00:00+00', NULL);",
            row % 1000
        )?;
    }
    write!(out, "\n\n")
}

fn finish(out: &mut impl Write, n: usize) -> io::Result<()> {
    write!(
        out,
        "SELECT pg_catalog.setval('shop.t_{n}_id_seq', {n}, true);

ALTER TABLE ONLY shop.t_{n}
    ADD CONSTRAINT t_{n}_pkey PRIMARY KEY (id);

"
    )?;
    about(out, &format!("t_{n}_name_idx"), "INDEX")?;
    write!(
        out,
        "CREATE INDEX t_{n}_name_idx ON shop.t_{n} USING btree (lower((name)::text) DESC NULLS LAST, amount) INCLUDE (state) WHERE (amount > (0)::numeric);
ALTER TABLE shop.t_{n} CLUSTER ON t_{n}_pkey;
CREATE STATISTICS shop.s_{n} (dependencies) ON name, amount FROM shop.t_{n};
CREATE RULE r_{n} AS
    ON DELETE TO shop.v_{n} DO INSTEAD ( UPDATE shop.t_{n} SET amount = 0; DELETE FROM shop.t_{n}; );
CREATE TRIGGER touch BEFORE UPDATE OF name, amount ON shop.t_{n} FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION shop.touch('a;b');
ALTER TABLE shop.t_{n} DISABLE TRIGGER touch;
ALTER TABLE ONLY shop.t_{n}
    ADD CONSTRAINT t_{n}_fk FOREIGN KEY (id) REFERENCES shop.t_0(id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID;
CREATE POLICY mine ON shop.t_{n} FOR SELECT TO shop USING ((name = (CURRENT_USER)::text));
ALTER TABLE shop.t_{n} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ONLY shop.t_{n} REPLICA IDENTITY FULL;
REVOKE ALL ON TABLE shop.t_{n} FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE shop.t_{n} TO reader WITH GRANT OPTION;
GRANT SELECT(id),UPDATE(name) ON TABLE shop.t_{n} TO writer;

"
    )
}

fn large_objects(out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "SELECT pg_catalog.lo_create('16400');
ALTER LARGE OBJECT 16400 OWNER TO shop;
GRANT SELECT ON LARGE OBJECT 16400 TO reader;
BEGIN;
SELECT pg_catalog.lo_open('16400', 131072);
SELECT pg_catalog.lowrite(0, '\\x3b27');
SELECT pg_catalog.lo_close(0);
COMMIT;
CREATE PUBLICATION p WITH (publish = 'insert, update');
ALTER PUBLICATION p OWNER TO shop;
ALTER PUBLICATION p ADD TABLE ONLY shop.t_0;
CREATE EVENT TRIGGER watch ON ddl_command_end
         WHEN TAG IN ('CREATE TABLE', 'DROP TABLE')
   EXECUTE FUNCTION shop.touch();
ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA shop REVOKE ALL ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE shop GRANT SELECT ON TABLES TO reader;

"
    )
}
