//! COMMENT ON every kind of object, and mistakes.

use super::comment_on;
use crate::parser::testing::check;

#[test]
fn objects() {
    check(
        comment_on,
        &[
            ("COMMENT ON TABLE t IS 'x'", "Comment { object: Table, relation: t }"),
            ("comment on table app.t is null", "Comment { object: Table, relation: app.t }"),
            ("COMMENT ON FOREIGN TABLE f IS 'x'", "Comment { object: ForeignTable, relation: f }"),
            ("COMMENT ON INDEX app.i IS 'x'", "Comment { object: Index, relation: app.i }"),
            ("COMMENT ON VIEW v IS 'x'", "Comment { object: View, relation: v }"),
            ("COMMENT ON MATERIALIZED VIEW v IS 'x'", "Comment { object: MaterializedView, relation: v }"),
            ("COMMENT ON SEQUENCE s IS 'x'", "Comment { object: Sequence, relation: s }"),
            ("COMMENT ON COLUMN t.a IS 'x'", "Comment { object: Column, relation: t }"),
            (r#"COMMENT ON COLUMN app.t."A" IS E'x\n'"#, "Comment { object: Column, relation: app.t }"),
            (r#"COMMENT ON COLUMN db.app.t.a IS U&'\0061'"#, "Comment { object: Column, relation: db.app.t }"),
            ("COMMENT ON CONSTRAINT c ON app.t IS 'x'", "Comment { object: Constraint, relation: app.t }"),
            ("COMMENT ON CONSTRAINT c ON DOMAIN app.d IS 'x'", "Comment { object: Constraint }"),
            ("COMMENT ON CONSTRAINT c ON domain IS 'x'", "Comment { object: Constraint, relation: domain }"),
            ("COMMENT ON TRIGGER a ON app.t IS 'x'", "Comment { object: Trigger, relation: app.t }"),
            ("COMMENT ON RULE a ON t IS 'x'", "Comment { object: Rule, relation: t }"),
            ("COMMENT ON POLICY a ON t IS 'x'", "Comment { object: Policy, relation: t }"),
            ("COMMENT ON FUNCTION f IS 'x'", "Comment { object: Function }"),
            ("COMMENT ON FUNCTION app.f(int, text) IS $$x$$", "Comment { object: Function }"),
            ("COMMENT ON PROCEDURE p(int) IS 'x'", "Comment { object: Function }"),
            ("COMMENT ON ROUTINE r() IS 'x'", "Comment { object: Function }"),
            ("COMMENT ON AGGREGATE a(*) IS 'x'", "Comment { object: Function }"),
            ("COMMENT ON TYPE app.mood IS 'x'", "Comment { object: Type }"),
            ("COMMENT ON TYPE double precision IS 'x'", "Comment { object: Type }"),
            ("COMMENT ON DOMAIN d IS 'x'", "Comment { object: Domain }"),
            ("COMMENT ON SCHEMA app IS 'x'", "Comment { object: Schema }"),
            (r#"COMMENT ON EXTENSION "uuid-ossp" IS 'x'"#, "Comment { object: Extension }"),
            ("COMMENT ON DATABASE d IS 'x'", "Comment { object: Database }"),
            ("COMMENT ON TABLESPACE fast IS 'x'", "Comment { object: Tablespace }"),
            ("COMMENT ON SUBSCRIPTION s IS 'x'", "Comment { object: Subscription }"),
            ("COMMENT ON PUBLICATION p IS 'x'", "Comment { object: Other(`PUBLICATION`) }"),
            ("COMMENT ON ROLE r IS 'x'", "Comment { object: Other(`ROLE`) }"),
            ("COMMENT ON SERVER s IS 'x'", "Comment { object: Other(`SERVER`) }"),
            ("COMMENT ON FOREIGN DATA WRAPPER f IS 'x'", "Comment { object: Other(`FOREIGN DATA WRAPPER`) }"),
            ("COMMENT ON EVENT TRIGGER a IS 'x'", "Comment { object: Other(`EVENT TRIGGER`) }"),
            ("COMMENT ON ACCESS METHOD a IS 'x'", "Comment { object: Other(`ACCESS METHOD`) }"),
            ("COMMENT ON COLLATION a IS 'x'", "Comment { object: Other(`COLLATION`) }"),
            ("COMMENT ON CONVERSION a IS 'x'", "Comment { object: Other(`CONVERSION`) }"),
            ("COMMENT ON STATISTICS app.a IS 'x'", "Comment { object: Other(`STATISTICS`) }"),
            ("COMMENT ON LANGUAGE l IS 'x'", "Comment { object: Other(`LANGUAGE`) }"),
            ("COMMENT ON PROCEDURAL LANGUAGE l IS 'x'", "Comment { object: Other(`LANGUAGE`) }"),
            ("COMMENT ON TEXT SEARCH CONFIGURATION a IS 'x'", "Comment { object: Other(`TEXT SEARCH CONFIGURATION`) }"),
            ("COMMENT ON TEXT SEARCH DICTIONARY a IS 'x'", "Comment { object: Other(`TEXT SEARCH DICTIONARY`) }"),
            ("COMMENT ON TEXT SEARCH PARSER a IS 'x'", "Comment { object: Other(`TEXT SEARCH PARSER`) }"),
            ("COMMENT ON TEXT SEARCH TEMPLATE a IS 'x'", "Comment { object: Other(`TEXT SEARCH TEMPLATE`) }"),
            ("COMMENT ON OPERATOR app.^ (text, NONE) IS 'x'", "Comment { object: Other(`OPERATOR`) }"),
            ("COMMENT ON OPERATOR CLASS c USING btree IS 'x'", "Comment { object: Other(`OPERATOR CLASS`) }"),
            ("COMMENT ON OPERATOR FAMILY c USING btree IS 'x'", "Comment { object: Other(`OPERATOR FAMILY`) }"),
            ("COMMENT ON CAST (text AS int) IS 'x'", "Comment { object: Other(`CAST`) }"),
            ("COMMENT ON TRANSFORM FOR hstore LANGUAGE l IS 'x'", "Comment { object: Other(`TRANSFORM`) }"),
            ("COMMENT ON LARGE OBJECT 1234 IS 'x'", "Comment { object: Other(`LARGE OBJECT`) }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        comment_on,
        &[
            ("COMMENT", "expected ON, found the end of the statement @ "),
            ("COMMENT TABLE t IS 'x'", "expected ON, found TABLE @ TABLE t IS 'x'"),
            ("COMMENT ON t IS 'x'", "expected a kind of object, found t @ t IS 'x'"),
            ("COMMENT ON TABLE IS 'x'", "expected a name, found the reserved word IS @ IS 'x'"),
            ("COMMENT ON TABLE t", "expected IS, found the end of the statement @ "),
            ("COMMENT ON TABLE t 'x'", "expected IS, found 'x' @ 'x'"),
            ("COMMENT ON TABLE t IS", "expected a string, found the end of the statement @ "),
            ("COMMENT ON TABLE t IS x", "expected a string, found x @ x"),
            ("COMMENT ON TABLE t IS 'x' 'y'", "expected the end of the statement, found 'y' @ 'y'"),
            ("COMMENT ON TABLE t IS 'x' || 'y'", "expected the end of the statement, found || @ || 'y'"),
            ("COMMENT ON COLUMN t. IS 'x'", "expected IS, found 'x' @ 'x'"),
            ("COMMENT ON TRIGGER a IS 'x'", "expected ON, found IS @ IS 'x'"),
            ("COMMENT ON CONSTRAINT c IS 'x'", "expected ON, found IS @ IS 'x'"),
            ("COMMENT ON FUNCTION f(int IS 'x'", "expected ), found the end of the statement @ "),
            ("COMMENT ON CAST (text AS int)", "expected IS, found the end of the statement @ "),
        ],
    );
}
