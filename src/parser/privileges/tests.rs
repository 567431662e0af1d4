//! Privileges, memberships and ownership, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn privileges_on_objects() {
    check(
        statement,
        &[
            (
                "GRANT SELECT ON t TO bob",
                "Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT SELECT, UPDATE (a, b) ON TABLE app.t, u TO bob, PUBLIC, GROUP c WITH GRANT OPTION",
                "Grant { privileges: [Privilege { name: `SELECT` }, Privilege { name: `UPDATE`, columns: [a, b] }], target: Objects([ObjectRef { kind: Table, name: app.t }, ObjectRef { kind: Table, name: u }]), roles: [Named(bob), Public(54..60), Named(c)], grant_option: true }",
            ),
            (
                "GRANT ALL ON ALL TABLES IN SCHEMA app, other TO bob GRANTED BY alice",
                "Grant { privileges: [Privilege { name: `ALL` }], target: AllInSchemas { kind: Table, schemas: [app, other] }, roles: [Named(bob)], granted_by: Named(alice) }",
            ),
            (
                "GRANT ALL PRIVILEGES (a) ON t TO CURRENT_USER",
                "Grant { privileges: [Privilege { name: `ALL`, columns: [a] }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [CurrentUser(33..45)] }",
            ),
            (
                "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO bob",
                "Grant { privileges: [Privilege { name: `EXECUTE` }], target: AllInSchemas { kind: Function, schemas: [app] }, roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON SCHEMA app, other TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Schema, name: app }, ObjectRef { kind: Schema, name: other }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE, SELECT ON SEQUENCE app.s TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }, Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Sequence, name: app.s }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON ALL SEQUENCES IN SCHEMA app TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: AllInSchemas { kind: Sequence, schemas: [app] }, roles: [Named(bob)] }",
            ),
            (
                "GRANT EXECUTE ON FUNCTION f(int), app.g TO bob",
                "Grant { privileges: [Privilege { name: `EXECUTE` }], target: Objects([ObjectRef { kind: Function, name: f }, ObjectRef { kind: Function, name: app.g }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT EXECUTE ON PROCEDURE p() TO bob",
                "Grant { privileges: [Privilege { name: `EXECUTE` }], target: Objects([ObjectRef { kind: Function, name: p }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT EXECUTE ON ROUTINE r TO bob",
                "Grant { privileges: [Privilege { name: `EXECUTE` }], target: Objects([ObjectRef { kind: Function, name: r }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT CONNECT ON DATABASE d TO bob",
                "Grant { privileges: [Privilege { name: `CONNECT` }], target: Objects([ObjectRef { kind: Database, name: d }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT CREATE ON TABLESPACE fast TO bob",
                "Grant { privileges: [Privilege { name: `CREATE` }], target: Objects([ObjectRef { kind: Tablespace, name: fast }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON TYPE app.mood TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Type, name: app.mood }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON DOMAIN d TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Domain, name: d }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON LANGUAGE l TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Other(`LANGUAGE`), name: l }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT SELECT ON LARGE OBJECT 1, 2 TO bob",
                "Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Other(`LARGE OBJECT`) }, ObjectRef { kind: Other(`LARGE OBJECT`) }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON FOREIGN DATA WRAPPER f TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Other(`FOREIGN DATA WRAPPER`), name: f }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT USAGE ON FOREIGN SERVER s TO bob",
                "Grant { privileges: [Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Other(`SERVER`), name: s }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT SET, ALTER SYSTEM ON PARAMETER work_mem, app.x TO bob",
                "Grant { privileges: [Privilege { name: `SET` }, Privilege { name: `ALTER SYSTEM` }], target: Objects([ObjectRef { kind: Other(`PARAMETER`), name: work_mem }, ObjectRef { kind: Other(`PARAMETER`), name: app.x }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT SELECT ON schema TO bob",
                "Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: schema }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT SELECT ON type, schema.sequence TO bob",
                "Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: type }, ObjectRef { kind: Table, name: schema.sequence }]), roles: [Named(bob)] }",
            ),
            (
                "GRANT MAINTAIN ON t TO bob",
                "Grant { privileges: [Privilege { name: `MAINTAIN` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)] }",
            ),
            (
                "REVOKE SELECT ON t FROM bob CASCADE",
                "Grant { revoke: true, privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)], cascade: true }",
            ),
            (
                "REVOKE GRANT OPTION FOR ALL ON TABLE app.t FROM bob, PUBLIC RESTRICT",
                "Grant { revoke: true, privileges: [Privilege { name: `ALL` }], target: Objects([ObjectRef { kind: Table, name: app.t }]), roles: [Named(bob), Public(53..59)], grant_option: true }",
            ),
            (
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "Grant { revoke: true, privileges: [Privilege { name: `ALL` }], target: Objects([ObjectRef { kind: Schema, name: public }]), roles: [Public(33..39)] }",
            ),
            (
                "REVOKE SELECT ON t FROM bob GRANTED BY CURRENT_USER CASCADE",
                "Grant { revoke: true, privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)], granted_by: CurrentUser(39..51), cascade: true }",
            ),
        ],
    );
}

#[test]
fn memberships() {
    check(
        statement,
        &[
            (
                r#"GRANT a, "B" TO c, CURRENT_USER WITH ADMIN OPTION"#,
                r#"GrantRole { memberships: [a, "B"], roles: [Named(c), CurrentUser(19..31)], options: [MembershipOption { name: ADMIN, on: true }] }"#,
            ),
            ("GRANT a TO b", "GrantRole { memberships: [a], roles: [Named(b)] }"),
            (
                "GRANT a TO b WITH INHERIT TRUE, SET FALSE GRANTED BY alice",
                "GrantRole { memberships: [a], roles: [Named(b)], options: [MembershipOption { name: INHERIT, on: true }, MembershipOption { name: SET }], granted_by: Named(alice) }",
            ),
            ("REVOKE a FROM b", "GrantRole { revoke: true, memberships: [a], roles: [Named(b)] }"),
            (
                "REVOKE ADMIN OPTION FOR a, d FROM b GRANTED BY CURRENT_USER CASCADE",
                "GrantRole { revoke: true, memberships: [a, d], roles: [Named(b)], options: [MembershipOption { name: ADMIN, on: true }], granted_by: CurrentUser(47..59), cascade: true }",
            ),
            (
                "REVOKE inherit OPTION FOR a FROM b",
                "GrantRole { revoke: true, memberships: [a], roles: [Named(b)], options: [MembershipOption { name: inherit, on: true }] }",
            ),
        ],
    );
}

#[test]
fn privileges_on_what_is_created_later() {
    check(
        statement,
        &[
            (
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bob",
                "DefaultPrivileges { privileges: [Privilege { name: `SELECT` }], kind: Table, roles: [Named(bob)] }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA app, other GRANT SELECT, INSERT ON TABLES TO bob, PUBLIC WITH GRANT OPTION",
                "DefaultPrivileges { creators: [Named(a), Named(b)], schemas: [app, other], privileges: [Privilege { name: `SELECT` }, Privilege { name: `INSERT` }], kind: Table, roles: [Named(bob), Public(99..105)], grant_option: true }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES IN SCHEMA app FOR USER CURRENT_USER REVOKE ALL PRIVILEGES ON FUNCTIONS FROM PUBLIC CASCADE",
                "DefaultPrivileges { creators: [CurrentUser(48..60)], schemas: [app], revoke: true, privileges: [Privilege { name: `ALL` }], kind: Function, roles: [Public(101..107)], cascade: true }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES REVOKE GRANT OPTION FOR USAGE ON TYPES FROM bob",
                "DefaultPrivileges { revoke: true, privileges: [Privilege { name: `USAGE` }], kind: Type, roles: [Named(bob)], grant_option: true }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO bob",
                "DefaultPrivileges { privileges: [Privilege { name: `USAGE` }], kind: Sequence, roles: [Named(bob)] }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO bob",
                "DefaultPrivileges { privileges: [Privilege { name: `CREATE` }], kind: Schema, roles: [Named(bob)] }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO bob",
                "DefaultPrivileges { privileges: [Privilege { name: `SELECT` }], kind: Other(`LARGE OBJECT`), roles: [Named(bob)] }",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO bob",
                "DefaultPrivileges { privileges: [Privilege { name: `EXECUTE` }], kind: Function, roles: [Named(bob)] }",
            ),
        ],
    );
}

#[test]
fn what_roles_own() {
    check(
        statement,
        &[
            (
                "REASSIGN OWNED BY a, CURRENT_USER TO b",
                "Owned(Reassign { from: [Named(a), CurrentUser(21..33)], to: Named(b) })",
            ),
            ("DROP OWNED BY a", "Owned(Drop { by: [Named(a)] })"),
            ("DROP OWNED BY a, b CASCADE", "Owned(Drop { by: [Named(a), Named(b)], cascade: true })"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("GRANT", "expected a privilege or a role name, found the end of the statement @ "),
            ("GRANT SELECT", "expected ON, found the end of the statement @ "),
            ("GRANT SELECT t TO bob", "expected ON, found t @ t TO bob"),
            ("GRANT SELECT ON t", "expected TO, found the end of the statement @ "),
            ("GRANT SELECT ON TO bob", "expected a table name, found the reserved word TO @ TO bob"),
            ("GRANT SELECT ON t FROM bob", "expected TO, found FROM @ FROM bob"),
            ("GRANT SELECT ON t TO", "expected a role name, found the end of the statement @ "),
            ("GRANT SELECT ON t TO bob WITH ADMIN OPTION", "expected GRANT, found ADMIN @ ADMIN OPTION"),
            ("GRANT SELECT ON t TO none", "expected a role name, found the reserved name none @ none"),
            (
                "GRANT SELECT ON ALL VIEWS IN SCHEMA app TO bob",
                "expected TABLES, SEQUENCES, FUNCTIONS, PROCEDURES or ROUTINES, found VIEWS @ VIEWS IN SCHEMA app TO bob",
            ),
            ("GRANT SELECT ON ALL TABLES TO bob", "expected IN, found TO @ TO bob"),
            ("GRANT SELECT () ON t TO bob", "expected a column name, found ) @ ) ON t TO bob"),
            ("GRANT SELECT TO bob", "expected ON, found TO @ TO bob"),
            ("GRANT ALL TO bob", "expected ON, found TO @ TO bob"),
            ("GRANT a (b) TO c", "expected ON, found TO @ TO c"),
            ("GRANT a TO b WITH ADMIN", "expected OPTION, TRUE or FALSE, found the end of the statement @ "),
            ("GRANT SELECT ON INDEX i TO bob", "expected TO, found i @ i TO bob"),
            ("REVOKE SELECT ON t TO bob", "expected FROM, found TO @ TO bob"),
            (
                "REVOKE ADMIN OPTION FOR SELECT ON t FROM bob",
                "expected GRANT, found admin @ ADMIN OPTION FOR SELECT ON t FROM bob",
            ),
            ("REVOKE GRANT OPTION FOR a FROM b", "expected ON, found FROM @ FROM b"),
            (
                "ALTER DEFAULT PRIVILEGES",
                "expected FOR ROLE, IN SCHEMA, GRANT or REVOKE, found the end of the statement @ ",
            ),
            (
                "ALTER DEFAULT PRIVILEGES IN SCHEMA app",
                "expected FOR ROLE, IN SCHEMA, GRANT or REVOKE, found the end of the statement @ ",
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR bob GRANT SELECT ON TABLES TO a",
                "expected FOR ROLE, IN SCHEMA, GRANT or REVOKE, found FOR @ FOR bob GRANT SELECT ON TABLES TO a",
            ),
            (
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLE TO bob",
                "expected TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES, SCHEMAS or LARGE OBJECTS, found TABLE @ TABLE TO bob",
            ),
            ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES FROM bob", "expected TO, found FROM @ FROM bob"),
            ("REASSIGN OWNED BY a", "expected TO, found the end of the statement @ "),
            ("REASSIGN a TO b", "expected OWNED, found a @ a TO b"),
            ("DROP OWNED a", "expected BY, found a @ a"),
        ],
    );
}
