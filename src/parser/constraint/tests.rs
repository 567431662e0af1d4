//! Every table constraint, and mistakes in them.

use super::table_constraint;
use crate::parser::testing::{check, parse};

#[test]
fn constraints() {
    check(
        table_constraint,
        &[
            (
                "NOT NULL a NO INHERIT NOT VALID",
                "TableConstraint { kind: NotNull(a), traits: ConstraintTraits { not_valid: true, no_inherit: true } }",
            ),
            ("CONSTRAINT c NOT NULL a", "TableConstraint { name: c, kind: NotNull(a) }"),
            (
                "CHECK (a > 0) NO INHERIT NOT ENFORCED",
                "TableConstraint { kind: Check(a > 0), traits: ConstraintTraits { not_enforced: true, no_inherit: true } }",
            ),
            (
                "UNIQUE USING INDEX i DEFERRABLE",
                "TableConstraint { kind: Unique(UsingIndex(i)), traits: ConstraintTraits { deferrable: true } }",
            ),
            (
                "PRIMARY KEY USING INDEX i INITIALLY DEFERRED",
                "TableConstraint { kind: PrimaryKey(UsingIndex(i)), traits: ConstraintTraits { deferrable: true, initially_deferred: true } }",
            ),
            (
                "FOREIGN KEY (period) REFERENCES u (period)",
                "TableConstraint { kind: ForeignKey { columns: [period], references: References { table: u, columns: [period] } } }",
            ),
            (
                "FOREIGN KEY (a) REFERENCES u ON DELETE SET DEFAULT (a, b) ON UPDATE RESTRICT",
                "TableConstraint { kind: ForeignKey { columns: [a], references: References { table: u, on_delete: SetDefault([a, b]), on_update: Restrict } } }",
            ),
            (
                "FOREIGN KEY (a) REFERENCES u NOT DEFERRABLE INITIALLY IMMEDIATE ENFORCED",
                "TableConstraint { kind: ForeignKey { columns: [a], references: References { table: u } } }",
            ),
            (
                r#"EXCLUDE USING gist (a inet_ops (siglen = 8) WITH &&, lower(b) COLLATE "C" WITH OPERATOR(pg_catalog.=))"#,
                "TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: a, opclass: inet_ops, opclass_options: [siglen = 8] }, operator: `&&` }, ExcludeElement { key: IndexKey { expr: lower(b), collation: \"C\" }, operator: `pg_catalog.=` }], method: `gist` } }",
            ),
            ("CHECK (a > 0)", "TableConstraint { kind: Check(a > 0) }"),
            (
                "CONSTRAINT c CHECK (a > 0 AND b IS NOT NULL) NO INHERIT NOT VALID",
                "TableConstraint { name: c, kind: Check(a > 0 AND b IS NOT NULL), traits: ConstraintTraits { not_valid: true, no_inherit: true } }",
            ),
            (
                "CHECK (a > 0) NOT ENFORCED",
                "TableConstraint { kind: Check(a > 0), traits: ConstraintTraits { not_enforced: true } }",
            ),
            ("CHECK (a > 0) ENFORCED", "TableConstraint { kind: Check(a > 0) }"),
            ("NOT NULL a", "TableConstraint { kind: NotNull(a) }"),
            (
                "CONSTRAINT c NOT NULL a NO INHERIT NOT VALID",
                "TableConstraint { name: c, kind: NotNull(a), traits: ConstraintTraits { not_valid: true, no_inherit: true } }",
            ),
            ("UNIQUE (a)", "TableConstraint { kind: Unique(Columns([a])) }"),
            (
                r#"CONSTRAINT "C" UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (c) WITH (fillfactor = 90) USING INDEX TABLESPACE fast DEFERRABLE INITIALLY DEFERRED"#,
                "TableConstraint { name: \"C\", kind: Unique(Columns([a, b])), index: IndexParameters { nulls_not_distinct: true, include: [c], options: [fillfactor = 90], tablespace: fast }, traits: ConstraintTraits { deferrable: true, initially_deferred: true } }",
            ),
            ("UNIQUE NULLS DISTINCT (a)", "TableConstraint { kind: Unique(Columns([a])) }"),
            (
                "UNIQUE (a, during WITHOUT OVERLAPS)",
                "TableConstraint { kind: Unique(Columns([a, during])), index: IndexParameters { without_overlaps: true } }",
            ),
            ("UNIQUE USING INDEX i", "TableConstraint { kind: Unique(UsingIndex(i)) }"),
            (
                "CONSTRAINT c UNIQUE USING INDEX i DEFERRABLE",
                "TableConstraint { name: c, kind: Unique(UsingIndex(i)), traits: ConstraintTraits { deferrable: true } }",
            ),
            ("PRIMARY KEY (a)", "TableConstraint { kind: PrimaryKey(Columns([a])) }"),
            (
                "PRIMARY KEY (a, b) INCLUDE (c, d) WITH (fillfactor = 90, deduplicate_items = off) USING INDEX TABLESPACE fast",
                "TableConstraint { kind: PrimaryKey(Columns([a, b])), index: IndexParameters { include: [c, d], options: [fillfactor = 90, deduplicate_items = off], tablespace: fast } }",
            ),
            (
                "PRIMARY KEY (a, during WITHOUT OVERLAPS)",
                "TableConstraint { kind: PrimaryKey(Columns([a, during])), index: IndexParameters { without_overlaps: true } }",
            ),
            (
                "CONSTRAINT c PRIMARY KEY USING INDEX i NOT DEFERRABLE INITIALLY IMMEDIATE",
                "TableConstraint { name: c, kind: PrimaryKey(UsingIndex(i)) }",
            ),
            (
                "FOREIGN KEY (a) REFERENCES users",
                "TableConstraint { kind: ForeignKey { columns: [a], references: References { table: users } } }",
            ),
            (
                "FOREIGN KEY (a, b) REFERENCES app.users (x, y) MATCH FULL ON DELETE SET NULL (b) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID",
                "TableConstraint { kind: ForeignKey { columns: [a, b], references: References { table: app.users, columns: [x, y], match_full: true, on_delete: SetNull([b]), on_update: Cascade } }, traits: ConstraintTraits { not_valid: true, deferrable: true, initially_deferred: true } }",
            ),
            (
                "FOREIGN KEY (a) REFERENCES users (id) ON UPDATE RESTRICT ON DELETE NO ACTION NOT ENFORCED",
                "TableConstraint { kind: ForeignKey { columns: [a], references: References { table: users, columns: [id], on_delete: NoAction, on_update: Restrict } }, traits: ConstraintTraits { not_enforced: true } }",
            ),
            (
                "FOREIGN KEY (a, PERIOD during) REFERENCES users (id, PERIOD during)",
                "TableConstraint { kind: ForeignKey { columns: [a, during], period: true, references: References { table: users, columns: [id, during], period: true } } }",
            ),
            (
                "FOREIGN KEY (period) REFERENCES users (period)",
                "TableConstraint { kind: ForeignKey { columns: [period], references: References { table: users, columns: [period] } } }",
            ),
            (
                "EXCLUDE (a WITH =)",
                "TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: a }, operator: `=` }] } }",
            ),
            (
                "EXCLUDE USING gist (room WITH =, during WITH &&)",
                "TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: room }, operator: `=` }, ExcludeElement { key: IndexKey { column: during }, operator: `&&` }], method: `gist` } }",
            ),
            (
                r#"CONSTRAINT c EXCLUDE USING gist (a WITH OPERATOR(pg_catalog.=), tsrange(b, c) WITH &&, (d + 1) gist_int4_ops DESC NULLS LAST WITH -|-, e COLLATE "C" WITH pg_catalog.=) INCLUDE (f) WITH (fillfactor = 70) USING INDEX TABLESPACE fast WHERE (a > 0) DEFERRABLE INITIALLY DEFERRED"#,
                "TableConstraint { name: c, kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: a }, operator: `pg_catalog.=` }, ExcludeElement { key: IndexKey { expr: tsrange(b, c) }, operator: `&&` }, ExcludeElement { key: IndexKey { expr: d + 1, opclass: gist_int4_ops, descending: true, nulls_first: false }, operator: `-|-` }, ExcludeElement { key: IndexKey { column: e, collation: \"C\" }, operator: `pg_catalog.=` }], method: `gist`, predicate: a > 0 }, index: IndexParameters { include: [f], options: [fillfactor = 70], tablespace: fast }, traits: ConstraintTraits { deferrable: true, initially_deferred: true } }",
            ),
            (
                "EXCLUDE USING GIST (c WITH <>) WHERE (c IS NOT NULL)",
                "TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: c }, operator: `<>` }], method: `gist`, predicate: c IS NOT NULL } }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        table_constraint,
        &[
            ("a int", "expected a constraint, found a @ a int"),
            ("CONSTRAINT", "expected a constraint name, found the end of the statement @ "),
            ("CONSTRAINT c", "expected a constraint, found the end of the statement @ "),
            ("CONSTRAINT c DEFAULT 1", "expected a constraint, found DEFAULT @ DEFAULT 1"),
            (
                "FOREIGN KEY (a) REFERENCES u NOT DEFERRABLE INITIALLY DEFERRED",
                "INITIALLY DEFERRED contradicts the words before it @ INITIALLY DEFERRED",
            ),
            ("FOREIGN KEY (PERIOD a) REFERENCES u", "expected , or ), found a @ a) REFERENCES u"),
            ("FOREIGN KEY (a, PERIOD b, c) REFERENCES u", "expected ), found , @ , c) REFERENCES u"),
            ("FOREIGN KEY (a) REFERENCES u MATCH PARTIAL", "expected FULL or SIMPLE, found PARTIAL @ PARTIAL"),
            ("FOREIGN KEY (a) REFERENCES u ON UPDATE SET NULL (a)", "expected the end of the statement, found ( @ (a)"),
            (
                "FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE ON DELETE CASCADE",
                "expected UPDATE, found DELETE @ DELETE CASCADE",
            ),
            ("UNIQUE (a WITHOUT OVERLAPS, b)", "expected ), found , @ , b)"),
            ("UNIQUE NULLS NOT DISTINCT USING INDEX i", "expected (, found USING @ USING INDEX i"),
            ("EXCLUDE USING gist (a WITH & &)", "expected , or ), found & @ &)"),
            ("CHECK a > 0", "expected (, found a @ a > 0"),
            ("CHECK ()", "expected an expression, found ) @ )"),
            ("CHECK (a >)", "expected an expression, found ) @ )"),
            ("NOT NULL", "expected a column name, found the end of the statement @ "),
            ("NOT NULL (a)", "expected a column name, found ( @ (a)"),
            ("UNIQUE", "expected (, found the end of the statement @ "),
            ("UNIQUE ()", "expected a column name, found ) @ )"),
            ("UNIQUE (a b)", "expected , or ), found b @ b)"),
            ("UNIQUE (lower(a))", "expected , or ), found ( @ (a))"),
            ("UNIQUE NULLS (a)", "expected DISTINCT, found ( @ (a)"),
            ("UNIQUE USING i", "expected (, found USING @ USING i"),
            ("UNIQUE (a) INCLUDE b", "expected (, found b @ b"),
            ("UNIQUE (a) USING INDEX i", "expected TABLESPACE, found i @ i"),
            ("UNIQUE (a) WITH ()", "expected an option name, found ) @ )"),
            ("UNIQUE (a) WITH (fillfactor =)", "expected a value, found ) @ )"),
            ("PRIMARY (a)", "expected KEY, found ( @ (a)"),
            ("PRIMARY KEY", "expected (, found the end of the statement @ "),
            ("PRIMARY KEY (a,)", "expected a column name, found ) @ )"),
            ("PRIMARY KEY (1)", "expected a column name, found 1 @ 1)"),
            ("FOREIGN (a) REFERENCES users", "expected KEY, found ( @ (a) REFERENCES users"),
            ("FOREIGN KEY a REFERENCES users", "expected (, found a @ a REFERENCES users"),
            ("FOREIGN KEY (a)", "expected REFERENCES, found the end of the statement @ "),
            ("FOREIGN KEY (a) REFERENCES (id)", "expected a table name, found ( @ (id)"),
            (
                "FOREIGN KEY (a) REFERENCES users ON DELETE SET",
                "expected NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT, found SET @ SET",
            ),
            ("FOREIGN KEY (a) REFERENCES users ON CASCADE", "expected DELETE or UPDATE, found CASCADE @ CASCADE"),
            ("EXCLUDE gist (a WITH =)", "expected (, found gist @ gist (a WITH =)"),
            ("EXCLUDE USING gist (a)", "expected WITH, found ) @ )"),
            ("EXCLUDE USING gist (a WITH)", "expected an operator, found ) @ )"),
            ("EXCLUDE USING gist (a WITH =) WHERE a", "expected (, found a @ a"),
            ("EXCLUDE USING gist (a WITH OPERATOR =)", "expected (, found = @ =)"),
            ("CHECK (a > 0) NOT", "expected the end of the statement, found NOT @ NOT"),
            ("CHECK (a > 0) NOT NULL", "expected the end of the statement, found NOT @ NOT NULL"),
        ],
    );
}

#[test]
fn a_constraint_ends_with_its_traits() {
    let text = "CONSTRAINT c FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE  NOT VALID";
    let constraint = parse(text, table_constraint).unwrap();
    assert_eq!(constraint.span.start..constraint.span.end, 0..text.len());
}
