//! Policies and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn policies() {
    check(
        statement,
        &[
            ("CREATE POLICY p ON t", "CreatePolicy { name: p, table: t, permissive: true, command: All }"),
            (
                "CREATE POLICY p ON app.t AS RESTRICTIVE FOR SELECT TO bob, PUBLIC USING (a > 0) WITH CHECK (true)",
                "CreatePolicy { name: p, table: app.t, command: Select, roles: [Named(bob), Public(59..65)], using: a > 0, check: true }",
            ),
            (
                r#"CREATE POLICY "a b" ON t AS PERMISSIVE FOR ALL TO CURRENT_USER"#,
                r#"CreatePolicy { name: "a b", table: t, permissive: true, command: All, roles: [CurrentUser(50..62)] }"#,
            ),
            (
                "CREATE POLICY p ON t FOR INSERT WITH CHECK (owner = current_user)",
                "CreatePolicy { name: p, table: t, permissive: true, command: Insert, check: owner = current_user }",
            ),
            (
                "CREATE POLICY p ON t FOR UPDATE USING (a IN (SELECT b FROM u))",
                "CreatePolicy { name: p, table: t, permissive: true, command: Update, using: a IN (SELECT b FROM u) }",
            ),
            (
                "CREATE POLICY p ON t FOR DELETE TO SESSION_USER USING (owner = current_user)",
                "CreatePolicy { name: p, table: t, permissive: true, command: Delete, roles: [SessionUser(35..47)], using: owner = current_user }",
            ),
            (
                "ALTER POLICY p ON app.t TO bob, alice USING (true) WITH CHECK (a > 0)",
                "AlterPolicy { name: p, table: app.t, roles: [Named(bob), Named(alice)], using: true, check: a > 0 }",
            ),
            ("ALTER POLICY p ON t USING (false)", "AlterPolicy { name: p, table: t, using: false }"),
            (
                "ALTER POLICY p ON t RENAME TO q",
                "AlterOther { object: ObjectRef { kind: Policy, name: p, on: t }, change: RenameTo(q) }",
            ),
            (
                "ALTER POLICY IF EXISTS p ON app.t RENAME TO q",
                "AlterOther { object: ObjectRef { kind: Policy, name: p, on: app.t }, if_exists: true, change: RenameTo(q) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE POLICY p", "expected ON, found the end of the statement @ "),
            ("CREATE POLICY p TO bob", "expected ON, found TO @ TO bob"),
            ("CREATE POLICY p ON t AS STRICT", "expected PERMISSIVE or RESTRICTIVE, found STRICT @ STRICT"),
            (
                "CREATE POLICY p ON t FOR TRUNCATE",
                "expected ALL, SELECT, INSERT, UPDATE or DELETE, found TRUNCATE @ TRUNCATE",
            ),
            ("CREATE POLICY p ON t TO", "expected a role name, found the end of the statement @ "),
            ("CREATE POLICY p ON t USING a > 0", "expected (, found a @ a > 0"),
            ("CREATE POLICY p ON t WITH (a > 0)", "expected CHECK, found ( @ (a > 0)"),
            (
                "CREATE POLICY p ON t WITH CHECK (a > 0) USING (true)",
                "expected the end of the statement, found USING @ USING (true)",
            ),
            (
                "CREATE POLICY p ON t FOR SELECT AS RESTRICTIVE",
                "expected the end of the statement, found AS @ AS RESTRICTIVE",
            ),
            ("ALTER POLICY p ON t FOR SELECT", "expected the end of the statement, found FOR @ FOR SELECT"),
            ("ALTER POLICY p ON t OWNER TO bob", "expected the end of the statement, found OWNER @ OWNER TO bob"),
        ],
    );
}
