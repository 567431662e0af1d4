//! Subscriptions and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn subscriptions() {
    check(
        statement,
        &[
            (
                "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
                "CreateSubscription { name: s, connection: 'host=x', publications: [p] }",
            ),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p, q WITH (connect = false, slot_name = NONE, Enabled, copy_data = 'off')",
                "CreateSubscription { name: s, connection: 'x', publications: [p, q], options: [connect = false, slot_name = NONE, Enabled, copy_data = 'off'] }",
            ),
            ("ALTER SUBSCRIPTION s CONNECTION 'host=y'", "AlterSubscription { name: s, change: Connection('host=y') }"),
            (
                "ALTER SUBSCRIPTION s SET (slot_name = 'x', synchronous_commit = off)",
                "AlterSubscription { name: s, change: SetOptions, options: [slot_name = 'x', synchronous_commit = off] }",
            ),
            (
                "ALTER SUBSCRIPTION s SET PUBLICATION p, q WITH (refresh = false)",
                "AlterSubscription { name: s, change: SetPublications([p, q]), options: [refresh = false] }",
            ),
            ("ALTER SUBSCRIPTION s ADD PUBLICATION p", "AlterSubscription { name: s, change: AddPublications([p]) }"),
            (
                "ALTER SUBSCRIPTION s DROP PUBLICATION p WITH (copy_data = true)",
                "AlterSubscription { name: s, change: DropPublications([p]), options: [copy_data = true] }",
            ),
            ("ALTER SUBSCRIPTION s REFRESH PUBLICATION", "AlterSubscription { name: s, change: Refresh }"),
            (
                "ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = false)",
                "AlterSubscription { name: s, change: Refresh, options: [copy_data = false] }",
            ),
            ("ALTER SUBSCRIPTION s ENABLE", "AlterSubscription { name: s, change: Enable }"),
            ("ALTER SUBSCRIPTION s DISABLE", "AlterSubscription { name: s, change: Disable }"),
            (
                "ALTER SUBSCRIPTION s SKIP (lsn = '0/12345')",
                "AlterSubscription { name: s, change: Skip, options: [lsn = '0/12345'] }",
            ),
            (
                "ALTER SUBSCRIPTION s RENAME TO r",
                "AlterOther { object: ObjectRef { kind: Subscription, name: s }, change: RenameTo(r) }",
            ),
            (
                "ALTER SUBSCRIPTION s OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Subscription, name: s }, change: OwnerTo(Named(bob)) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE SUBSCRIPTION s", "expected CONNECTION, found the end of the statement @ "),
            ("CREATE SUBSCRIPTION s CONNECTION x PUBLICATION p", "expected a string, found x @ x PUBLICATION p"),
            ("CREATE SUBSCRIPTION s CONNECTION 'x'", "expected PUBLICATION, found the end of the statement @ "),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH",
                "expected (, found the end of the statement @ ",
            ),
            ("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect =)", "expected a value, found ) @ )"),
            (
                "ALTER SUBSCRIPTION s",
                "expected an action such as SET, REFRESH PUBLICATION, ENABLE or DISABLE, found the end of the statement @ ",
            ),
            ("ALTER SUBSCRIPTION s SET TABLE t", "expected PUBLICATION, found TABLE @ TABLE t"),
            ("ALTER SUBSCRIPTION s REFRESH", "expected PUBLICATION, found the end of the statement @ "),
            ("ALTER SUBSCRIPTION s ENABLE WITH (x)", "expected the end of the statement, found WITH @ WITH (x)"),
            ("ALTER SUBSCRIPTION s SKIP", "expected (, found the end of the statement @ "),
        ],
    );
}
