//! Domains and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn domains() {
    check(
        statement,
        &[
            ("CREATE DOMAIN d AS int", "CreateDomain { name: d, data_type: integer }"),
            (
                r#"CREATE DOMAIN app.d text COLLATE "C" DEFAULT 'x' NOT NULL CONSTRAINT c CHECK (VALUE <> '') CHECK (length(VALUE) < 10)"#,
                r#"CreateDomain { name: app.d, data_type: text, collation: "C", constraints: [ColumnConstraint { kind: Default('x') }, ColumnConstraint { kind: NotNull }, ColumnConstraint { name: c, kind: Check(VALUE <> '') }, ColumnConstraint { kind: Check(length(VALUE) < 10) }] }"#,
            ),
            (
                "CREATE DOMAIN d varchar(10)[] NULL",
                "CreateDomain { name: d, data_type: character varying(10)[], constraints: [ColumnConstraint { kind: Null }] }",
            ),
            (
                "CREATE DOMAIN d numeric(10, 2) CHECK (VALUE > 0)",
                "CreateDomain { name: d, data_type: numeric(10, 2), constraints: [ColumnConstraint { kind: Check(VALUE > 0) }] }",
            ),
            (
                "CREATE DOMAIN d int DEFAULT 1 NOT NULL",
                "CreateDomain { name: d, data_type: integer, constraints: [ColumnConstraint { kind: Default(1) }, ColumnConstraint { kind: NotNull }] }",
            ),
        ],
    );
}

#[test]
fn mistakes_in_domains_are_named() {
    check(
        statement,
        &[
            ("CREATE DOMAIN d", "expected a data type, found the end of the statement @ "),
            ("CREATE DOMAIN d AS", "expected a data type, found the end of the statement @ "),
            ("CREATE DOMAIN d int CHECK", "expected (, found the end of the statement @ "),
            ("CREATE DOMAIN d int a", "expected the end of the statement, found a @ a"),
        ],
    );
}

#[test]
fn changes_of_domains() {
    check(
        statement,
        &[
            ("ALTER DOMAIN app.d SET DEFAULT 1 + 2", "AlterDomain { name: app.d, change: SetDefault(1 + 2) }"),
            ("ALTER DOMAIN d DROP DEFAULT", "AlterDomain { name: d, change: DropDefault }"),
            ("ALTER DOMAIN d SET NOT NULL", "AlterDomain { name: d, change: SetNotNull }"),
            ("ALTER DOMAIN d DROP NOT NULL", "AlterDomain { name: d, change: DropNotNull }"),
            (
                "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
                "AlterDomain { name: d, change: AddConstraint(ColumnConstraint { kind: Check(VALUE > 0) }) }",
            ),
            (
                "ALTER DOMAIN app.d ADD CONSTRAINT c CHECK (VALUE > 0 AND VALUE IS NOT NULL) NOT VALID",
                "AlterDomain { name: app.d, change: AddConstraint(ColumnConstraint { name: c, kind: Check(VALUE > 0 AND VALUE IS NOT NULL), traits: ConstraintTraits { not_valid: true } }) }",
            ),
            (
                "ALTER DOMAIN d ADD CONSTRAINT c NOT NULL",
                "AlterDomain { name: d, change: AddConstraint(ColumnConstraint { name: c, kind: NotNull }) }",
            ),
            (
                "ALTER DOMAIN d ADD NOT NULL",
                "AlterDomain { name: d, change: AddConstraint(ColumnConstraint { kind: NotNull }) }",
            ),
            ("ALTER DOMAIN d DROP CONSTRAINT c", "AlterDomain { name: d, change: DropConstraint { name: c } }"),
            (
                "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c CASCADE",
                "AlterDomain { name: d, change: DropConstraint { if_exists: true, name: c, cascade: true } }",
            ),
            ("ALTER DOMAIN d VALIDATE CONSTRAINT c", "AlterDomain { name: d, change: ValidateConstraint(c) }"),
            (
                "ALTER DOMAIN d RENAME CONSTRAINT b TO c",
                "AlterDomain { name: d, change: RenameConstraint { from: b, to: c } }",
            ),
            (
                "ALTER DOMAIN d RENAME TO e",
                "AlterOther { object: ObjectRef { kind: Domain, name: d }, change: RenameTo(e) }",
            ),
            (
                "ALTER DOMAIN d SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Domain, name: d }, change: SetSchema(app) }",
            ),
            (
                "ALTER DOMAIN d OWNER TO CURRENT_USER",
                "AlterOther { object: ObjectRef { kind: Domain, name: d }, change: OwnerTo(CurrentUser(24..36)) }",
            ),
        ],
    );
}

#[test]
fn mistakes_in_changes_of_domains_are_named() {
    check(
        statement,
        &[
            (
                "ALTER DOMAIN d",
                "expected an action such as ADD, DROP, SET, VALIDATE CONSTRAINT or RENAME, found the end of the statement @ ",
            ),
            ("ALTER DOMAIN d SET", "expected DEFAULT, NOT NULL or SCHEMA, found the end of the statement @ "),
            ("ALTER DOMAIN d SET NOT", "expected NULL, found the end of the statement @ "),
            ("ALTER DOMAIN d SET DEFAULT", "expected an expression, found the end of the statement @ "),
            ("ALTER DOMAIN d DROP c", "expected DEFAULT, NOT NULL or CONSTRAINT, found c @ c"),
            ("ALTER DOMAIN d ADD", "expected CHECK or NOT NULL, found the end of the statement @ "),
            ("ALTER DOMAIN d ADD CONSTRAINT c UNIQUE", "expected CHECK or NOT NULL, found UNIQUE @ UNIQUE"),
            ("ALTER DOMAIN d ADD CHECK VALUE > 0", "expected (, found VALUE @ VALUE > 0"),
            ("ALTER DOMAIN d VALIDATE c", "expected CONSTRAINT, found c @ c"),
            ("ALTER DOMAIN d RENAME CONSTRAINT c", "expected TO, found the end of the statement @ "),
            ("ALTER DOMAIN d RENAME VALUE", "expected TO or CONSTRAINT, found VALUE @ VALUE"),
        ],
    );
}
