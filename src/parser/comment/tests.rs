//! COMMENT ON every kind of object, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn objects() {
    check(
        statement,
        &[
            ("COMMENT ON TABLE t IS 'x'", "Comment { object: ObjectRef { kind: Table, name: t }, text: 'x' }"),
            ("comment on table app.t is null", "Comment { object: ObjectRef { kind: Table, name: app.t } }"),
            (
                "COMMENT ON FOREIGN TABLE f IS 'x'",
                "Comment { object: ObjectRef { kind: ForeignTable, name: f }, text: 'x' }",
            ),
            ("COMMENT ON INDEX app.i IS 'x'", "Comment { object: ObjectRef { kind: Index, name: app.i }, text: 'x' }"),
            ("COMMENT ON VIEW v IS 'x'", "Comment { object: ObjectRef { kind: View, name: v }, text: 'x' }"),
            (
                "COMMENT ON MATERIALIZED VIEW v IS 'x'",
                "Comment { object: ObjectRef { kind: MaterializedView, name: v }, text: 'x' }",
            ),
            ("COMMENT ON SEQUENCE s IS 'x'", "Comment { object: ObjectRef { kind: Sequence, name: s }, text: 'x' }"),
            (
                "COMMENT ON COLUMN t.a IS 'x'",
                "Comment { object: ObjectRef { kind: Column, name: a, on: t }, text: 'x' }",
            ),
            (
                r#"COMMENT ON COLUMN app.t."A" IS E'x\n'"#,
                r#"Comment { object: ObjectRef { kind: Column, name: "A", on: app.t }, text: E'x\n' }"#,
            ),
            (
                r#"COMMENT ON COLUMN db.app.t.a IS U&'\0061'"#,
                r#"Comment { object: ObjectRef { kind: Column, name: a, on: db.app.t }, text: U&'\0061' }"#,
            ),
            (
                "COMMENT ON CONSTRAINT c ON app.t IS 'x'",
                "Comment { object: ObjectRef { kind: Constraint, name: c, on: app.t }, text: 'x' }",
            ),
            (
                "COMMENT ON CONSTRAINT c ON DOMAIN app.d IS 'x'",
                "Comment { object: ObjectRef { kind: DomainConstraint, name: c, on: app.d }, text: 'x' }",
            ),
            (
                "COMMENT ON CONSTRAINT c ON domain IS 'x'",
                "Comment { object: ObjectRef { kind: Constraint, name: c, on: domain }, text: 'x' }",
            ),
            (
                "COMMENT ON TRIGGER a ON app.t IS 'x'",
                "Comment { object: ObjectRef { kind: Trigger, name: a, on: app.t }, text: 'x' }",
            ),
            (
                "COMMENT ON RULE a ON t IS 'x'",
                "Comment { object: ObjectRef { kind: Rule, name: a, on: t }, text: 'x' }",
            ),
            (
                "COMMENT ON POLICY a ON t IS 'x'",
                "Comment { object: ObjectRef { kind: Policy, name: a, on: t }, text: 'x' }",
            ),
            ("COMMENT ON FUNCTION f IS 'x'", "Comment { object: ObjectRef { kind: Function, name: f }, text: 'x' }"),
            (
                "COMMENT ON FUNCTION app.f(int, text) IS $$x$$",
                "Comment { object: ObjectRef { kind: Function, name: app.f }, text: $$x$$ }",
            ),
            (
                "COMMENT ON PROCEDURE p(int) IS 'x'",
                "Comment { object: ObjectRef { kind: Function, name: p }, text: 'x' }",
            ),
            ("COMMENT ON ROUTINE r() IS 'x'", "Comment { object: ObjectRef { kind: Function, name: r }, text: 'x' }"),
            (
                "COMMENT ON AGGREGATE a(*) IS 'x'",
                "Comment { object: ObjectRef { kind: Function, name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON TYPE app.mood IS 'x'",
                "Comment { object: ObjectRef { kind: Type, name: app.mood }, text: 'x' }",
            ),
            (
                "COMMENT ON TYPE double precision IS 'x'",
                "Comment { object: ObjectRef { kind: Type, name: double precision }, text: 'x' }",
            ),
            ("COMMENT ON DOMAIN d IS 'x'", "Comment { object: ObjectRef { kind: Domain, name: d }, text: 'x' }"),
            ("COMMENT ON SCHEMA app IS 'x'", "Comment { object: ObjectRef { kind: Schema, name: app }, text: 'x' }"),
            (
                r#"COMMENT ON EXTENSION "uuid-ossp" IS 'x'"#,
                r#"Comment { object: ObjectRef { kind: Extension, name: "uuid-ossp" }, text: 'x' }"#,
            ),
            ("COMMENT ON DATABASE d IS 'x'", "Comment { object: ObjectRef { kind: Database, name: d }, text: 'x' }"),
            (
                "COMMENT ON TABLESPACE fast IS 'x'",
                "Comment { object: ObjectRef { kind: Tablespace, name: fast }, text: 'x' }",
            ),
            (
                "COMMENT ON SUBSCRIPTION s IS 'x'",
                "Comment { object: ObjectRef { kind: Subscription, name: s }, text: 'x' }",
            ),
            (
                "COMMENT ON PUBLICATION p IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`PUBLICATION`), name: p }, text: 'x' }",
            ),
            ("COMMENT ON ROLE r IS 'x'", "Comment { object: ObjectRef { kind: Other(`ROLE`), name: r }, text: 'x' }"),
            (
                "COMMENT ON SERVER s IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`SERVER`), name: s }, text: 'x' }",
            ),
            (
                "COMMENT ON FOREIGN DATA WRAPPER f IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`FOREIGN DATA WRAPPER`), name: f }, text: 'x' }",
            ),
            (
                "COMMENT ON EVENT TRIGGER a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`EVENT TRIGGER`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON ACCESS METHOD a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`ACCESS METHOD`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON COLLATION a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`COLLATION`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON CONVERSION a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`CONVERSION`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON STATISTICS app.a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`STATISTICS`), name: app.a }, text: 'x' }",
            ),
            (
                "COMMENT ON LANGUAGE l IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`LANGUAGE`), name: l }, text: 'x' }",
            ),
            (
                "COMMENT ON PROCEDURAL LANGUAGE l IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`LANGUAGE`), name: l }, text: 'x' }",
            ),
            (
                "COMMENT ON TEXT SEARCH CONFIGURATION a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`TEXT SEARCH CONFIGURATION`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON TEXT SEARCH DICTIONARY a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`TEXT SEARCH DICTIONARY`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON TEXT SEARCH PARSER a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`TEXT SEARCH PARSER`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON TEXT SEARCH TEMPLATE a IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`TEXT SEARCH TEMPLATE`), name: a }, text: 'x' }",
            ),
            (
                "COMMENT ON OPERATOR app.^ (text, NONE) IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`OPERATOR`) }, text: 'x' }",
            ),
            (
                "COMMENT ON OPERATOR CLASS c USING btree IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`OPERATOR CLASS`), name: c }, text: 'x' }",
            ),
            (
                "COMMENT ON OPERATOR FAMILY c USING btree IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`OPERATOR FAMILY`), name: c }, text: 'x' }",
            ),
            (
                "COMMENT ON CAST (text AS int) IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`CAST`) }, text: 'x' }",
            ),
            (
                "COMMENT ON TRANSFORM FOR hstore LANGUAGE l IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`TRANSFORM`) }, text: 'x' }",
            ),
            (
                "COMMENT ON OPERATOR @#@ (NONE, int) IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`OPERATOR`) }, text: 'x' }",
            ),
            (
                "COMMENT ON TYPE app.pair IS 'x'",
                "Comment { object: ObjectRef { kind: Type, name: app.pair }, text: 'x' }",
            ),
            ("COMMENT ON TYPE int[] IS 'x'", "Comment { object: ObjectRef { kind: Type, name: int[] }, text: 'x' }"),
            (
                "COMMENT ON LARGE OBJECT 1234 IS 'x'",
                "Comment { object: ObjectRef { kind: Other(`LARGE OBJECT`) }, text: 'x' }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
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
            ("COMMENT ON USER bob IS 'x'", "expected a kind of object, found USER @ USER bob IS 'x'"),
            (
                "COMMENT ON OPERATOR + (int) IS 'x'",
                "expected a comma and the type of the right operand, found ) @ ) IS 'x'",
            ),
            ("COMMENT ON OPERATOR CLASS c IS 'x'", "expected USING, found IS @ IS 'x'"),
            ("COMMENT ON CAST (text) IS 'x'", "expected AS, found ) @ ) IS 'x'"),
            ("COMMENT ON LARGE OBJECT x IS 'x'", "expected a number, found x @ x IS 'x'"),
            ("COMMENT ON CAST (text AS int)", "expected IS, found the end of the statement @ "),
        ],
    );
}

#[test]
fn labels() {
    check(
        statement,
        &[
            (
                "SECURITY LABEL ON TABLE app.t IS 'x'",
                "SecurityLabel { object: ObjectRef { kind: Table, name: app.t }, label: 'x' }",
            ),
            (
                "SECURITY LABEL FOR selinux ON COLUMN app.t.a IS NULL",
                "SecurityLabel { provider: selinux, object: ObjectRef { kind: Column, name: a, on: app.t } }",
            ),
            (
                "SECURITY LABEL FOR 'dummy' ON FUNCTION f(int) IS 'x'",
                "SecurityLabel { provider: 'dummy', object: ObjectRef { kind: Function, name: f }, label: 'x' }",
            ),
            (
                "SECURITY LABEL ON ROLE bob IS 'x'",
                "SecurityLabel { object: ObjectRef { kind: Other(`ROLE`), name: bob }, label: 'x' }",
            ),
            (
                "SECURITY LABEL ON LARGE OBJECT 1 IS 'x'",
                "SecurityLabel { object: ObjectRef { kind: Other(`LARGE OBJECT`) }, label: 'x' }",
            ),
            ("SECURITY", "expected LABEL, found the end of the statement @ "),
            (
                "SECURITY LABEL FOR ON TABLE t IS 'x'",
                "expected a label provider, found the reserved word ON @ ON TABLE t IS 'x'",
            ),
            ("SECURITY LABEL ON t IS 'x'", "expected a kind of object, found t @ t IS 'x'"),
            ("SECURITY LABEL ON TABLE t", "expected IS, found the end of the statement @ "),
        ],
    );
}
