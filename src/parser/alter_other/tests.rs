//! Changes that most kinds of object share, kinds that are kept by name, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn shared_changes() {
    check(
        statement,
        &[
            (
                "ALTER AGGREGATE app.a(int) OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Function, name: app.a }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER AGGREGATE a(*) RENAME TO b",
                "AlterOther { object: ObjectRef { kind: Function, name: a }, change: RenameTo(b) }",
            ),
            (
                "ALTER AGGREGATE a(int ORDER BY text) SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Function, name: a }, change: SetSchema(app) }",
            ),
            (
                "ALTER COLLATION app.c RENAME TO d",
                "AlterOther { object: ObjectRef { kind: Other(`COLLATION`), name: app.c }, change: RenameTo(d) }",
            ),
            (
                "ALTER CONVERSION c SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Other(`CONVERSION`), name: c }, change: SetSchema(app) }",
            ),
            (
                "ALTER DATABASE d RENAME TO e",
                "AlterOther { object: ObjectRef { kind: Database, name: d }, change: RenameTo(e) }",
            ),
            (
                "ALTER DATABASE d OWNER TO CURRENT_USER",
                "AlterOther { object: ObjectRef { kind: Database, name: d }, change: OwnerTo(CurrentUser(26..38)) }",
            ),
            (
                "ALTER LANGUAGE l RENAME TO m",
                "AlterOther { object: ObjectRef { kind: Other(`LANGUAGE`), name: l }, change: RenameTo(m) }",
            ),
            (
                "ALTER PROCEDURAL LANGUAGE l OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`LANGUAGE`), name: l }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER LARGE OBJECT 1 OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`LARGE OBJECT`) }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER OPERATOR app.@@ (NONE, int) OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`OPERATOR`) }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER OPERATOR = (text, text) SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Other(`OPERATOR`) }, change: SetSchema(app) }",
            ),
            (
                "ALTER OPERATOR CLASS c USING btree RENAME TO d",
                "AlterOther { object: ObjectRef { kind: Other(`OPERATOR CLASS`), name: c }, change: RenameTo(d) }",
            ),
            (
                "ALTER OPERATOR FAMILY c USING btree SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Other(`OPERATOR FAMILY`), name: c }, change: SetSchema(app) }",
            ),
            (
                "ALTER TEXT SEARCH CONFIGURATION app.c RENAME TO d",
                "AlterOther { object: ObjectRef { kind: Other(`TEXT SEARCH CONFIGURATION`), name: app.c }, change: RenameTo(d) }",
            ),
            (
                "ALTER TEXT SEARCH DICTIONARY d OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`TEXT SEARCH DICTIONARY`), name: d }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER TEXT SEARCH PARSER p SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Other(`TEXT SEARCH PARSER`), name: p }, change: SetSchema(app) }",
            ),
            (
                "ALTER TEXT SEARCH TEMPLATE t RENAME TO u",
                "AlterOther { object: ObjectRef { kind: Other(`TEXT SEARCH TEMPLATE`), name: t }, change: RenameTo(u) }",
            ),
            (
                "ALTER TABLESPACE fast RENAME TO slow",
                "AlterOther { object: ObjectRef { kind: Tablespace, name: fast }, change: RenameTo(slow) }",
            ),
            (
                "ALTER TRIGGER a ON app.t RENAME TO b",
                "AlterOther { object: ObjectRef { kind: Trigger, name: a, on: app.t }, change: RenameTo(b) }",
            ),
            (
                "ALTER TRIGGER a ON t NO DEPENDS ON EXTENSION e",
                "AlterOther { object: ObjectRef { kind: Trigger, name: a, on: t }, change: DependsOnExtension { no: true, extension: e } }",
            ),
            (
                "ALTER TYPE app.mood RENAME TO feeling",
                "AlterOther { object: ObjectRef { kind: Type, name: app.mood }, change: RenameTo(feeling) }",
            ),
            (
                "ALTER ROLE a RENAME TO b",
                "AlterOther { object: ObjectRef { kind: Other(`ROLE`), name: a }, change: RenameTo(b) }",
            ),
            (
                r#"ALTER USER a RENAME TO "B""#,
                r#"AlterOther { object: ObjectRef { kind: Other(`USER`), name: a }, change: RenameTo("B") }"#,
            ),
            (
                "ALTER GROUP a RENAME TO b",
                "AlterOther { object: ObjectRef { kind: Other(`GROUP`), name: a }, change: RenameTo(b) }",
            ),
        ],
    );
}

#[test]
fn kinds_that_are_kept_by_name() {
    check(
        statement,
        &[
            ("ALTER COLLATION c REFRESH VERSION", "Opaque { what: `ALTER COLLATION`, name: c }"),
            ("ALTER DATABASE d SET x TO y", "Opaque { what: `ALTER DATABASE`, name: d }"),
            ("ALTER DATABASE d SET SCHEMA 'app'", "Opaque { what: `ALTER DATABASE`, name: d }"),
            ("ALTER GROUP g ADD USER u", "Opaque { what: `ALTER GROUP`, name: g }"),
            ("ALTER OPERATOR === (box, box) SET (RESTRICT = NONE)", "Opaque { what: `ALTER OPERATOR` }"),
            (
                "ALTER OPERATOR FAMILY c USING btree ADD OPERATOR 1 < (int, int)",
                "Opaque { what: `ALTER OPERATOR FAMILY`, name: c }",
            ),
            ("ALTER ROLE r", "Opaque { what: `ALTER ROLE`, name: r }"),
            ("ALTER ROLE ALL SET x = 1", "Opaque { what: `ALTER ROLE` }"),
            ("ALTER ROLE r IN DATABASE d RESET ALL", "Opaque { what: `ALTER ROLE`, name: r }"),
            ("ALTER ROLE r SET SCHEMA 'app'", "Opaque { what: `ALTER ROLE`, name: r }"),
            ("ALTER SYSTEM SET x = 'y'", "Opaque { what: `ALTER SYSTEM` }"),
            ("ALTER SYSTEM RESET ALL", "Opaque { what: `ALTER SYSTEM` }"),
            ("ALTER TABLESPACE fast SET (seq_page_cost = 1)", "Opaque { what: `ALTER TABLESPACE`, name: fast }"),
            (
                "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple",
                "Opaque { what: `ALTER TEXT SEARCH CONFIGURATION`, name: c }",
            ),
            (
                "ALTER TEXT SEARCH DICTIONARY d (StopWords = english)",
                "Opaque { what: `ALTER TEXT SEARCH DICTIONARY`, name: d }",
            ),
            ("ALTER USER CURRENT_USER WITH PASSWORD 'x'", "Opaque { what: `ALTER USER`, name: CURRENT_USER }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("ALTER", "expected a kind of object, found the end of the statement @ "),
            ("ALTER THING t", "expected a kind of object, found THING @ THING t"),
            ("ALTER COLUMN t.a RENAME TO b", "expected a kind of object, found COLUMN @ COLUMN t.a RENAME TO b"),
            (
                "ALTER ACCESS METHOD a RENAME TO b",
                "expected a kind of object, found ACCESS @ ACCESS METHOD a RENAME TO b",
            ),
            (
                "ALTER CAST (text AS int) OWNER TO bob",
                "expected a kind of object, found CAST @ CAST (text AS int) OWNER TO bob",
            ),
            ("ALTER COLLATION c", "expected REFRESH, found the end of the statement @ "),
            ("ALTER CONVERSION c REFRESH", "expected RENAME TO, OWNER TO or SET SCHEMA, found REFRESH @ REFRESH"),
            ("ALTER DATABASE d RENAME", "expected TO, found the end of the statement @ "),
            ("ALTER DOMAIN d OWNER TO none", "expected a role name, found the reserved name none @ none"),
            (
                "ALTER EXTENSION IF NOT EXISTS e UPDATE",
                "expected UPDATE, ADD, DROP or SET SCHEMA, found NOT @ NOT EXISTS e UPDATE",
            ),
            ("ALTER LARGE OBJECT x OWNER TO bob", "expected a number, found x @ x OWNER TO bob"),
            ("ALTER LARGE OBJECT 1 RENAME TO b", "expected OWNER TO, found RENAME @ RENAME TO b"),
            (
                "ALTER OPERATOR = (text) OWNER TO bob",
                "expected a comma and the type of the right operand, found ) @ ) OWNER TO bob",
            ),
            ("ALTER OPERATOR CLASS c RENAME TO d", "expected USING, found RENAME @ RENAME TO d"),
            ("ALTER SYSTEM x = 1", "expected SET or RESET, found x @ x = 1"),
            ("ALTER SYSTEM SET", "expected a setting, found the end of the statement @ "),
            ("ALTER TRIGGER a RENAME TO b", "expected ON, found RENAME @ RENAME TO b"),
            (
                "ALTER TRIGGER a ON t OWNER TO bob",
                "expected RENAME TO or DEPENDS ON EXTENSION, found OWNER @ OWNER TO bob",
            ),
            ("ALTER TRIGGER a ON t RENAME b", "expected RENAME TO or DEPENDS ON EXTENSION, found RENAME @ RENAME b"),
            ("ALTER TYPE t SET SCHEMA app.b", "expected the end of the statement, found . @ .b"),
        ],
    );
}
