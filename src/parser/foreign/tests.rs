//! Foreign data wrappers, servers, user mappings and imports, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn wrappers_and_servers() {
    check(
        statement,
        &[
            ("CREATE FOREIGN DATA WRAPPER f", "Foreign(CreateWrapper(ForeignWrapper { name: f }))"),
            (
                "CREATE FOREIGN DATA WRAPPER f HANDLER app.h NO VALIDATOR OPTIONS (a 'b', ADD c 'd')",
                "Foreign(CreateWrapper(ForeignWrapper { name: f, handler: app.h, options: [a 'b', ADD c 'd'] }))",
            ),
            (
                "ALTER FOREIGN DATA WRAPPER f VALIDATOR v OPTIONS (SET a 'b', DROP c)",
                "Foreign(AlterWrapper(ForeignWrapper { name: f, validator: v, options: [SET a 'b', DROP c] }))",
            ),
            ("ALTER FOREIGN DATA WRAPPER f NO HANDLER", "Foreign(AlterWrapper(ForeignWrapper { name: f }))"),
            (
                "ALTER FOREIGN DATA WRAPPER f OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`FOREIGN DATA WRAPPER`), name: f }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "CREATE SERVER IF NOT EXISTS s FOREIGN DATA WRAPPER f",
                "Foreign(CreateServer(ForeignServer { name: s, if_not_exists: true, wrapper: f }))",
            ),
            (
                "CREATE SERVER s TYPE 'x' VERSION NULL FOREIGN DATA WRAPPER f OPTIONS (host 'h', user 'u')",
                "Foreign(CreateServer(ForeignServer { name: s, kind: 'x', wrapper: f, options: [host 'h', user 'u'] }))",
            ),
            (
                "ALTER SERVER s VERSION '2' OPTIONS (SET host 'x')",
                "Foreign(AlterServer(ForeignServer { name: s, version: '2', options: [SET host 'x'] }))",
            ),
            (
                "ALTER SERVER s RENAME TO r",
                "AlterOther { object: ObjectRef { kind: Other(`SERVER`), name: s }, change: RenameTo(r) }",
            ),
        ],
    );
}

#[test]
fn mappings_and_imports() {
    check(
        statement,
        &[
            (
                "CREATE USER MAPPING FOR bob SERVER s",
                "Foreign(CreateMapping(UserMapping { role: Named(bob), server: s }))",
            ),
            (
                r#"CREATE USER MAPPING IF NOT EXISTS FOR USER SERVER s OPTIONS (user 'x', "Pass" 'y')"#,
                r#"Foreign(CreateMapping(UserMapping { if_not_exists: true, role: CurrentUser(38..42), server: s, options: [user 'x', "Pass" 'y'] }))"#,
            ),
            (
                "CREATE USER MAPPING FOR PUBLIC SERVER s",
                "Foreign(CreateMapping(UserMapping { role: Public(24..30), server: s }))",
            ),
            (
                "ALTER USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (ADD a 'b')",
                "Foreign(AlterMapping(UserMapping { role: CurrentUser(23..35), server: s, options: [ADD a 'b'] }))",
            ),
            (
                "IMPORT FOREIGN SCHEMA app FROM SERVER s INTO other",
                "Foreign(ImportSchema(ImportForeignSchema { remote_schema: app, server: s, local_schema: other }))",
            ),
            (
                "IMPORT FOREIGN SCHEMA app LIMIT TO (a, b) FROM SERVER s INTO other OPTIONS (x 'y')",
                "Foreign(ImportSchema(ImportForeignSchema { remote_schema: app, limit: To([a, b]), server: s, local_schema: other, options: [x 'y'] }))",
            ),
            (
                "IMPORT FOREIGN SCHEMA app EXCEPT (a) FROM SERVER s INTO other",
                "Foreign(ImportSchema(ImportForeignSchema { remote_schema: app, limit: Except([a]), server: s, local_schema: other }))",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE FOREIGN DATA WRAPPER", "expected a name, found the end of the statement @ "),
            ("CREATE FOREIGN DATA WRAPPER f OPTIONS (a)", "expected a string, found ) @ )"),
            ("CREATE FOREIGN DATA WRAPPER f OPTIONS ()", "expected an option name, found ) @ )"),
            (
                "ALTER FOREIGN DATA WRAPPER f",
                "expected HANDLER, VALIDATOR, OPTIONS, OWNER TO or RENAME TO, found the end of the statement @ ",
            ),
            ("CREATE SERVER s", "expected FOREIGN, found the end of the statement @ "),
            (
                "CREATE SERVER s VERSION 2 FOREIGN DATA WRAPPER f",
                "expected a string, found 2 @ 2 FOREIGN DATA WRAPPER f",
            ),
            ("ALTER SERVER s", "expected VERSION, OPTIONS, OWNER TO or RENAME TO, found the end of the statement @ "),
            (
                "ALTER SERVER s SET SCHEMA app",
                "expected VERSION, OPTIONS, OWNER TO or RENAME TO, found SET @ SET SCHEMA app",
            ),
            ("CREATE USER MAPPING bob SERVER s", "expected FOR, found bob @ bob SERVER s"),
            ("CREATE USER MAPPING FOR bob", "expected SERVER, found the end of the statement @ "),
            ("ALTER USER MAPPING FOR bob SERVER s", "expected OPTIONS, found the end of the statement @ "),
            ("IMPORT SCHEMA app", "expected FOREIGN, found SCHEMA @ SCHEMA app"),
            ("IMPORT FOREIGN SCHEMA app FROM s INTO other", "expected SERVER, found s @ s INTO other"),
            (
                "IMPORT FOREIGN SCHEMA app LIMIT TO () FROM SERVER s INTO other",
                "expected a table name, found ) @ ) FROM SERVER s INTO other",
            ),
        ],
    );
}
