//! Every subcommand of ALTER TABLE, the relations it takes, and mistakes.

use super::alter_relation;
use crate::ast::{AlterActionKind, StatementKind};
use crate::parser::cursor::{Cursor, Parsed};
use crate::parser::testing::{check, check_each, outline, parse};

/// The subcommands alone.
fn actions(c: &mut Cursor) -> Parsed<Vec<AlterActionKind>> {
    match alter_relation(c)? {
        StatementKind::AlterTable(table) => Ok(table.actions.into_iter().map(|action| action.kind).collect()),
        _ => c.expected("subcommands"),
    }
}

fn check_actions(cases: &[(&str, &str)]) {
    check_each(cases, |text| outline(&format!("ALTER TABLE t {text}"), actions));
}

#[test]
fn subcommands() {
    check_actions(&[
        ("ADD a int", "[AddColumn { column: ColumnDef { name: a, data_type: integer } }]"),
        (
            "ADD COLUMN a int NOT NULL",
            "[AddColumn { column: ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: NotNull }] } }]",
        ),
        (
            "ADD IF NOT EXISTS a int",
            "[AddColumn { if_not_exists: true, column: ColumnDef { name: a, data_type: integer } }]",
        ),
        (
            "ADD COLUMN IF NOT EXISTS a int, DROP b",
            "[AddColumn { if_not_exists: true, column: ColumnDef { name: a, data_type: integer } }, DropColumn { name: b }]",
        ),
        ("ADD COLUMN exclude int", "[AddColumn { column: ColumnDef { name: exclude, data_type: integer } }]"),
        ("ADD exclude int", "[AddColumn { column: ColumnDef { name: exclude, data_type: integer } }]"),
        (
            "ADD CHECK (a > 0) NOT VALID",
            "[AddConstraint(TableConstraint { kind: Check(a > 0), traits: ConstraintTraits { not_valid: true } })]",
        ),
        (
            "ADD CONSTRAINT c UNIQUE USING INDEX i",
            "[AddConstraint(TableConstraint { name: c, kind: Unique(UsingIndex(i)) })]",
        ),
        (
            "ADD EXCLUDE USING gist (a WITH &&)",
            "[AddConstraint(TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: a }, operator: `&&` }], method: `gist` } })]",
        ),
        (
            "ADD EXCLUDE (a WITH =)",
            "[AddConstraint(TableConstraint { kind: Exclude { elements: [ExcludeElement { key: IndexKey { column: a }, operator: `=` }] } })]",
        ),
        (
            "ADD CONSTRAINT c NOT NULL a NOT VALID",
            "[AddConstraint(TableConstraint { name: c, kind: NotNull(a), traits: ConstraintTraits { not_valid: true } })]",
        ),
        ("ADD NOT NULL a", "[AddConstraint(TableConstraint { kind: NotNull(a) })]"),
        ("DROP a", "[DropColumn { name: a }]"),
        ("DROP COLUMN a CASCADE", "[DropColumn { name: a, cascade: true }]"),
        ("DROP IF EXISTS a RESTRICT", "[DropColumn { if_exists: true, name: a }]"),
        ("DROP COLUMN IF EXISTS a CASCADE", "[DropColumn { if_exists: true, name: a, cascade: true }]"),
        ("DROP CONSTRAINT c", "[DropConstraint { name: c }]"),
        ("DROP CONSTRAINT IF EXISTS c CASCADE", "[DropConstraint { if_exists: true, name: c, cascade: true }]"),
        ("VALIDATE CONSTRAINT c", "[ValidateConstraint(c)]"),
        (
            "ALTER CONSTRAINT c DEFERRABLE",
            "[AlterConstraint { name: c, change: ConstraintChange { deferrable: true } }]",
        ),
        (
            "ALTER CONSTRAINT c NOT DEFERRABLE INITIALLY IMMEDIATE",
            "[AlterConstraint { name: c, change: ConstraintChange { deferrable: false, initially_deferred: false } }]",
        ),
        ("ALTER CONSTRAINT c ENFORCED", "[AlterConstraint { name: c, change: ConstraintChange { enforced: true } }]"),
        (
            "ALTER CONSTRAINT c NOT ENFORCED",
            "[AlterConstraint { name: c, change: ConstraintChange { enforced: false } }]",
        ),
        ("ALTER CONSTRAINT c INHERIT", "[AlterConstraint { name: c, change: ConstraintChange { inherit: true } }]"),
        ("ALTER CONSTRAINT c NO INHERIT", "[AlterConstraint { name: c, change: ConstraintChange { inherit: false } }]"),
        ("RENAME TO u", "[RenameTo(u)]"),
        ("RENAME a TO b", "[RenameColumn { from: a, to: b }]"),
        (r#"RENAME COLUMN a TO "B""#, r#"[RenameColumn { from: a, to: "B" }]"#),
        ("RENAME CONSTRAINT a TO b", "[RenameConstraint { from: a, to: b }]"),
        ("SET SCHEMA s", "[SetSchema(s)]"),
        ("SET LOGGED", "[SetLogged]"),
        ("SET UNLOGGED", "[SetUnlogged]"),
        ("SET ACCESS METHOD heap", "[SetAccessMethod(heap)]"),
        ("SET ACCESS METHOD DEFAULT", "[SetAccessMethod()]"),
        ("SET TABLESPACE fast", "[SetTablespace(fast)]"),
        (
            "SET (fillfactor = 70, toast.autovacuum_enabled = off, Parallel_Workers = -1)",
            "[SetOptions([fillfactor = 70, toast.autovacuum_enabled = off, Parallel_Workers = -1])]",
        ),
        ("SET (autovacuum_enabled)", "[SetOptions([autovacuum_enabled])]"),
        ("RESET (fillfactor, toast.autovacuum_enabled)", "[ResetOptions([fillfactor, toast.autovacuum_enabled])]"),
        ("CLUSTER ON i", "[ClusterOn(i)]"),
        ("SET WITHOUT CLUSTER", "[SetWithoutCluster]"),
        ("SET WITHOUT OIDS", "[SetWithoutOids]"),
        ("SET WITH OIDS", "[SetWithOids]"),
        ("OWNER TO bob", "[OwnerTo(bob)]"),
        ("OWNER TO CURRENT_USER", "[OwnerTo(CURRENT_USER)]"),
        ("ENABLE TRIGGER a", "[Trigger { firing: Origin, which: Named(a) }]"),
        ("ENABLE TRIGGER ALL", "[Trigger { firing: Origin, which: All }]"),
        ("ENABLE TRIGGER USER", "[Trigger { firing: Origin, which: User }]"),
        (r#"ENABLE TRIGGER "user""#, "[Trigger { firing: Origin, which: Named(\"user\") }]"),
        ("ENABLE ALWAYS TRIGGER a", "[Trigger { firing: Always, which: Named(a) }]"),
        ("ENABLE REPLICA TRIGGER a", "[Trigger { firing: Replica, which: Named(a) }]"),
        ("DISABLE TRIGGER a", "[Trigger { firing: Never, which: Named(a) }]"),
        ("DISABLE TRIGGER ALL", "[Trigger { firing: Never, which: All }]"),
        ("ENABLE RULE a", "[Rule { firing: Origin, name: a }]"),
        ("ENABLE ALWAYS RULE a", "[Rule { firing: Always, name: a }]"),
        ("ENABLE REPLICA RULE a", "[Rule { firing: Replica, name: a }]"),
        ("DISABLE RULE a", "[Rule { firing: Never, name: a }]"),
        ("ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", "[RowSecurity(Enable), RowSecurity(Force)]"),
        ("DISABLE ROW LEVEL SECURITY", "[RowSecurity(Disable)]"),
        ("NO FORCE ROW LEVEL SECURITY", "[RowSecurity(NoForce)]"),
        ("REPLICA IDENTITY DEFAULT", "[ReplicaIdentity(Default)]"),
        ("REPLICA IDENTITY FULL", "[ReplicaIdentity(Full)]"),
        ("REPLICA IDENTITY NOTHING", "[ReplicaIdentity(Nothing)]"),
        ("REPLICA IDENTITY USING INDEX i", "[ReplicaIdentity(UsingIndex(i))]"),
        ("INHERIT app.p", "[Inherit(app.p)]"),
        ("NO INHERIT p", "[NoInherit(p)]"),
        (
            "ATTACH PARTITION p FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MAXVALUE)",
            "[AttachPartition { partition: p, bound: PartitionBound { kind: Range { from: [Value('2024-01-01'), MinValue], to: [Value('2025-01-01'), MaxValue] } } }]",
        ),
        (
            "ATTACH PARTITION p FOR VALUES IN (1, 2, NULL)",
            "[AttachPartition { partition: p, bound: PartitionBound { kind: In([1, 2, NULL]) } }]",
        ),
        (
            "ATTACH PARTITION p FOR VALUES WITH (MODULUS 4, REMAINDER 0)",
            "[AttachPartition { partition: p, bound: PartitionBound { kind: Hash { modulus: 4 } } }]",
        ),
        ("ATTACH PARTITION p DEFAULT", "[AttachPartition { partition: p, bound: PartitionBound { kind: Default } }]"),
        ("DETACH PARTITION app.p", "[DetachPartition { partition: app.p }]"),
        ("DETACH PARTITION p CONCURRENTLY", "[DetachPartition { partition: p, concurrently: true }]"),
        ("DETACH PARTITION p FINALIZE", "[DetachPartition { partition: p, finalize: true }]"),
        ("OF app.kind", "[OfType(app.kind)]"),
        ("NOT OF", "[NotOfType]"),
        ("OPTIONS (ADD a 'x', SET b 'y', DROP c)", "[ForeignOptions([ADD a 'x', SET b 'y', DROP c])]"),
        (
            "ADD a int, ALTER b SET NOT NULL, DROP CONSTRAINT c",
            "[AddColumn { column: ColumnDef { name: a, data_type: integer } }, AlterColumn { name: b, change: SetNotNull }, DropConstraint { name: c }]",
        ),
        ("ALTER CONSTRAINT c", "[AlterConstraint { name: c }]"),
        (
            "ALTER COLUMN a SET DEFAULT now(), ALTER COLUMN b TYPE text",
            "[AlterColumn { name: a, change: SetDefault(now()) }, AlterColumn { name: b, change: SetType { data_type: text } }]",
        ),
    ]);
}

#[test]
fn mistakes_in_subcommands_are_named_at_their_place() {
    check_actions(&[
        ("ADD", "expected a column name, found the end of the statement @ "),
        ("ADD COLUMN", "expected a column name, found the end of the statement @ "),
        ("ADD COLUMN a", "expected a data type, found the end of the statement @ "),
        ("ADD COLUMN IF EXISTS a int", "expected NOT EXISTS, found EXISTS @ EXISTS a int"),
        (
            "ADD COLUMN a int,",
            "expected an action such as ADD, ALTER, DROP, RENAME or SET, found the end of the statement @ ",
        ),
        ("ADD COLUMN a int; DROP b", "expected the end of the statement, found ; @ ; DROP b"),
        ("ADD CONSTRAINT c", "expected a constraint, found the end of the statement @ "),
        ("ADD TABLE u", "expected a column name, found the reserved word TABLE @ TABLE u"),
        ("ALTER CONSTRAINT", "expected a constraint name, found the end of the statement @ "),
        ("ALTER CONSTRAINT c NOT VALID", "an existing constraint cannot be NOT VALID @ NOT VALID"),
        ("DROP", "expected a column name, found the end of the statement @ "),
        ("DROP CONSTRAINT", "expected a constraint name, found the end of the statement @ "),
        ("DROP a b", "expected the end of the statement, found b @ b"),
        ("DROP COLUMN IF NOT EXISTS a", "expected EXISTS, found NOT @ NOT EXISTS a"),
        ("RENAME", "expected a column name, found the end of the statement @ "),
        ("RENAME a", "expected TO, found the end of the statement @ "),
        ("RENAME a TO", "expected a column name, found the end of the statement @ "),
        ("RENAME a b", "expected TO, found b @ b"),
        ("RENAME TO select", "expected a name, found the reserved word select @ select"),
        ("RENAME CONSTRAINT a b", "expected TO, found b @ b"),
        ("VALIDATE c", "expected CONSTRAINT, found c @ c"),
        (
            "SET",
            "expected SCHEMA, TABLESPACE, LOGGED, UNLOGGED, ACCESS METHOD, WITHOUT or (, found the end of the statement @ ",
        ),
        ("SET SCHEMA", "expected a schema name, found the end of the statement @ "),
        ("SET ACCESS heap", "expected METHOD, found heap @ heap"),
        ("SET WITHOUT", "expected OIDS, found the end of the statement @ "),
        (
            "SET fillfactor = 70",
            "expected SCHEMA, TABLESPACE, LOGGED, UNLOGGED, ACCESS METHOD, WITHOUT or (, found fillfactor @ fillfactor = 70",
        ),
        ("SET (fillfactor 70)", "expected , or ), found 70 @ 70)"),
        ("SET (fillfactor = 70", "expected , or ), found the end of the statement @ "),
        ("RESET fillfactor", "expected (, found fillfactor @ fillfactor"),
        ("CLUSTER i", "expected ON, found i @ i"),
        ("OWNER bob", "expected TO, found bob @ bob"),
        ("ENABLE", "expected TRIGGER, RULE or ROW LEVEL SECURITY, found the end of the statement @ "),
        ("ENABLE TRIGGER", "expected a trigger name, found the end of the statement @ "),
        ("ENABLE ROW SECURITY", "expected LEVEL, found SECURITY @ SECURITY"),
        ("DISABLE ALWAYS TRIGGER a", "expected TRIGGER, RULE or ROW LEVEL SECURITY, found ALWAYS @ ALWAYS TRIGGER a"),
        ("NO", "expected INHERIT, FORCE or DEPENDS, found the end of the statement @ "),
        ("NO FORCE", "expected ROW, found the end of the statement @ "),
        ("FORCE", "expected ROW, found the end of the statement @ "),
        ("REPLICA IDENTITY", "expected DEFAULT, FULL, NOTHING or USING INDEX, found the end of the statement @ "),
        ("REPLICA IDENTITY USING i", "expected DEFAULT, FULL, NOTHING or USING INDEX, found USING @ USING i"),
        ("INHERIT", "expected a table name, found the end of the statement @ "),
        ("ATTACH p", "expected PARTITION, found p @ p"),
        ("ATTACH PARTITION p", "expected FOR VALUES or DEFAULT, found the end of the statement @ "),
        ("ATTACH PARTITION p FOR (1)", "expected FOR VALUES or DEFAULT, found FOR @ FOR (1)"),
        ("ATTACH PARTITION p FOR VALUES (1)", "expected IN, FROM or WITH, found ( @ (1)"),
        ("ATTACH PARTITION p FOR VALUES IN ()", "expected an expression, found ) @ )"),
        ("ATTACH PARTITION p FOR VALUES FROM (1)", "expected TO, found the end of the statement @ "),
        ("ATTACH PARTITION p FOR VALUES WITH (4)", "expected MODULUS and REMAINDER, each once, found 4 @ 4)"),
        ("DETACH p", "expected PARTITION, found p @ p"),
        ("DETACH PARTITION", "expected a partition, found the end of the statement @ "),
        (
            "DEPENDS ON EXTENSION e",
            "expected an action of this kind of relation, found DEPENDS @ DEPENDS ON EXTENSION e",
        ),
        ("FROB", "expected an action such as ADD, ALTER, DROP, RENAME or SET, found FROB @ FROB"),
        ("ALTER", "expected a column name, found the end of the statement @ "),
    ]);
}

#[test]
fn relations() {
    check(
        alter_relation,
        &[
            (
                "ALTER MATERIALIZED VIEW v DEPENDS ON EXTENSION e",
                "AlterTable { object: MaterializedView, name: v, actions: [AlterAction { kind: DependsOnExtension { extension: e } }] }",
            ),
            (
                "ALTER SEQUENCE s SET LOGGED",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SetLogged }] }",
            ),
            (
                "ALTER SEQUENCE s UNLOGGED",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SequenceOptions([SequenceOption { kind: Logged() }]) }] }",
            ),
            (
                "ALTER VIEW v SET (security_invoker = on, check_option = local)",
                "AlterTable { object: View, name: v, actions: [AlterAction { kind: SetOptions([security_invoker = on, check_option = local]) }] }",
            ),
            (
                "ALTER VIEW IF EXISTS v ALTER COLUMN a SET DEFAULT 1",
                "AlterTable { object: View, name: v, if_exists: true, actions: [AlterAction { kind: AlterColumn { name: a, change: SetDefault(1) } }] }",
            ),
            (
                "ALTER INDEX i ALTER 3 SET STATISTICS DEFAULT",
                "AlterTable { object: Index, name: i, actions: [AlterAction { kind: AlterColumn { name: 3, change: SetStatistics() } }] }",
            ),
            (
                "ALTER TABLE t ALTER a SET GENERATED ALWAYS SET START 5 RESTART",
                "AlterTable { object: Table, name: t, actions: [AlterAction { kind: AlterColumn { name: a, change: SetIdentity { always: true, options: [SequenceOption { kind: Start(5) }, SequenceOption { kind: Restart() }] } } }] }",
            ),
            (
                "ALTER TABLE t MERGE PARTITIONS (a, app.b) INTO c",
                "Opaque { what: `ALTER TABLE MERGE PARTITIONS`, name: t, table: t }",
            ),
            (
                "ALTER TABLE t SPLIT PARTITION p INTO (PARTITION a FOR VALUES IN (1), PARTITION b DEFAULT)",
                "Opaque { what: `ALTER TABLE SPLIT PARTITION`, name: t, table: t }",
            ),
            (
                "ALTER TABLE t ALTER CONSTRAINT c DEFERRABLE INITIALLY DEFERRED",
                "AlterTable { object: Table, name: t, actions: [AlterAction { kind: AlterConstraint { name: c, change: ConstraintChange { deferrable: true, initially_deferred: true } } }] }",
            ),
            (
                "ALTER TABLE t OWNER TO SESSION_USER, SET ACCESS METHOD DEFAULT, NOT OF",
                "AlterTable { object: Table, name: t, actions: [AlterAction { kind: OwnerTo(SESSION_USER) }, AlterAction { kind: SetAccessMethod() }, AlterAction { kind: NotOfType }] }",
            ),
            (
                "ALTER TABLE t ADD COLUMN a int",
                "AlterTable { object: Table, name: t, actions: [AlterAction { kind: AddColumn { column: ColumnDef { name: a, data_type: integer } } }] }",
            ),
            (
                "alter table if exists only app.t set logged",
                "AlterTable { object: Table, name: app.t, if_exists: true, only: true, actions: [AlterAction { kind: SetLogged }] }",
            ),
            (
                "ALTER TABLE ONLY (t) SET LOGGED",
                "AlterTable { object: Table, name: t, only: true, actions: [AlterAction { kind: SetLogged }] }",
            ),
            (
                "ALTER TABLE t * SET LOGGED",
                "AlterTable { object: Table, name: t, actions: [AlterAction { kind: SetLogged }] }",
            ),
            (
                r#"ALTER TABLE db.app."T" RENAME TO u"#,
                r#"AlterTable { object: Table, name: db.app."T", actions: [AlterAction { kind: RenameTo(u) }] }"#,
            ),
            (
                "ALTER FOREIGN TABLE IF EXISTS f OPTIONS (SET a 'b')",
                "AlterTable { object: ForeignTable, name: f, if_exists: true, actions: [AlterAction { kind: ForeignOptions([SET a 'b']) }] }",
            ),
            (
                "ALTER INDEX i RENAME TO j",
                "AlterTable { object: Index, name: i, actions: [AlterAction { kind: RenameTo(j) }] }",
            ),
            (
                "ALTER INDEX IF EXISTS app.i ATTACH PARTITION app.j",
                "AlterTable { object: Index, name: app.i, if_exists: true, actions: [AlterAction { kind: AttachPartition { partition: app.j } }] }",
            ),
            (
                "ALTER INDEX i SET TABLESPACE fast",
                "AlterTable { object: Index, name: i, actions: [AlterAction { kind: SetTablespace(fast) }] }",
            ),
            (
                "ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 100",
                "AlterTable { object: Index, name: i, actions: [AlterAction { kind: AlterColumn { name: 2, change: SetStatistics(100) } }] }",
            ),
            (
                "ALTER INDEX i NO DEPENDS ON EXTENSION e",
                "AlterTable { object: Index, name: i, actions: [AlterAction { kind: DependsOnExtension { no: true, extension: e } }] }",
            ),
            (
                "ALTER VIEW v ALTER a SET DEFAULT 1",
                "AlterTable { object: View, name: v, actions: [AlterAction { kind: AlterColumn { name: a, change: SetDefault(1) } }] }",
            ),
            (
                "ALTER VIEW IF EXISTS v RENAME COLUMN a TO b",
                "AlterTable { object: View, name: v, if_exists: true, actions: [AlterAction { kind: RenameColumn { from: a, to: b } }] }",
            ),
            (
                "ALTER MATERIALIZED VIEW v SET (autovacuum_enabled = off)",
                "AlterTable { object: MaterializedView, name: v, actions: [AlterAction { kind: SetOptions([autovacuum_enabled = off]) }] }",
            ),
            (
                "ALTER SEQUENCE s RESTART",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SequenceOptions([SequenceOption { kind: Restart() }]) }] }",
            ),
            (
                "ALTER SEQUENCE s AS bigint INCREMENT BY 5 MINVALUE 1 MAXVALUE 100 START WITH 3 RESTART WITH 4 CACHE 5 NO CYCLE OWNED BY app.t.a",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SequenceOptions([SequenceOption { kind: As(bigint) }, SequenceOption { kind: Increment(5) }, SequenceOption { kind: MinValue(1) }, SequenceOption { kind: MaxValue(100) }, SequenceOption { kind: Start(3) }, SequenceOption { kind: Restart(4) }, SequenceOption { kind: Cache(5) }, SequenceOption { kind: Cycle() }, SequenceOption { kind: OwnedBy(OwningColumn { table: app.t, column: a }) }]) }] }",
            ),
            (
                "ALTER SEQUENCE IF EXISTS s OWNED BY NONE",
                "AlterTable { object: Sequence, name: s, if_exists: true, actions: [AlterAction { kind: SequenceOptions([SequenceOption { kind: OwnedBy() }]) }] }",
            ),
            (
                "ALTER SEQUENCE s NO MINVALUE NO MAXVALUE CYCLE",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SequenceOptions([SequenceOption { kind: MinValue() }, SequenceOption { kind: MaxValue() }, SequenceOption { kind: Cycle(true) }]) }] }",
            ),
            (
                "ALTER SEQUENCE s OWNER TO bob",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: OwnerTo(bob) }] }",
            ),
            (
                "ALTER SEQUENCE s SET UNLOGGED",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: SetUnlogged }] }",
            ),
            (
                "ALTER SEQUENCE s RENAME TO s2",
                "AlterTable { object: Sequence, name: s, actions: [AlterAction { kind: RenameTo(s2) }] }",
            ),
            (
                "ALTER TABLE ALL IN TABLESPACE a OWNED BY bob SET TABLESPACE b NOWAIT",
                "Opaque { what: `ALTER TABLE ALL IN TABLESPACE`, name: a }",
            ),
            (
                "ALTER MATERIALIZED VIEW ALL IN TABLESPACE a SET TABLESPACE b",
                "Opaque { what: `ALTER MATERIALIZED VIEW ALL IN TABLESPACE`, name: a }",
            ),
            (
                "ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b",
                "Opaque { what: `ALTER INDEX ALL IN TABLESPACE`, name: a }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        alter_relation,
        &[
            ("ALTER TABLE t RENAME a TO b, ADD c int", "expected the end of the statement, found , @ , ADD c int"),
            (
                "ALTER TABLE t ADD c int, RENAME a TO b",
                "expected an action that may follow another, found RENAME @ RENAME a TO b",
            ),
            ("ALTER TABLE t SET SCHEMA a, OWNER TO b", "expected the end of the statement, found , @ , OWNER TO b"),
            (
                "ALTER INDEX ONLY i SET (fillfactor = 1)",
                "expected a name, found the reserved word ONLY @ ONLY i SET (fillfactor = 1)",
            ),
            ("ALTER INDEX i RENAME a TO b", "expected TO, found a @ a TO b"),
            (
                "ALTER INDEX i ALTER COLUMN 0 SET STATISTICS 1",
                "expected the number of a column, found 0 @ 0 SET STATISTICS 1",
            ),
            ("ALTER INDEX i ALTER COLUMN 1 SET NOT NULL", "expected SET STATISTICS, found SET @ SET NOT NULL"),
            (
                "ALTER VIEW ALL IN TABLESPACE a SET TABLESPACE b",
                "expected a name, found the reserved word ALL @ ALL IN TABLESPACE a SET TABLESPACE b",
            ),
            (
                "ALTER INDEX i DETACH PARTITION j",
                "expected an action of this kind of relation, found DETACH @ DETACH PARTITION j",
            ),
            ("ALTER SEQUENCE s RESTART, CYCLE", "expected the end of the statement, found , @ , CYCLE"),
            ("ALTER TABLE t OWNER TO none", "expected a role name, found the reserved word none @ none"),
            ("ALTER TABLE t ENABLE ALWAYS TRIGGER ALL", "expected a trigger name, found the reserved word ALL @ ALL"),
            ("ALTER TABLE t SPLIT PARTITION p INTO (q DEFAULT)", "expected PARTITION, found q @ q DEFAULT)"),
            ("ALTER TABLE", "expected a table name, found the end of the statement @ "),
            (
                "ALTER TABLE t",
                "expected an action such as ADD, ALTER, DROP, RENAME or SET, found the end of the statement @ ",
            ),
            ("ALTER TABLE IF EXISTS", "expected a table name, found the end of the statement @ "),
            ("ALTER TABLE user ADD a int", "expected a table name, found the reserved word user @ user ADD a int"),
            ("ALTER TABLE IF NOT EXISTS t ADD a int", "expected EXISTS, found NOT @ NOT EXISTS t ADD a int"),
            ("ALTER TABLE t ADD a int ADD b int", "expected the end of the statement, found ADD @ ADD b int"),
            (
                "ALTER TABLE t ADD a int,",
                "expected an action such as ADD, ALTER, DROP, RENAME or SET, found the end of the statement @ ",
            ),
            (
                "ALTER TABLE t, u ADD a int",
                "expected an action such as ADD, ALTER, DROP, RENAME or SET, found , @ , u ADD a int",
            ),
            (
                "ALTER MATERIALIZED TABLE t SET LOGGED",
                "expected TABLE, INDEX, VIEW or SEQUENCE, found MATERIALIZED @ MATERIALIZED TABLE t SET LOGGED",
            ),
            ("ALTER INDEX i ATTACH PARTITION j DEFAULT", "expected the end of the statement, found DEFAULT @ DEFAULT"),
            ("ALTER SEQUENCE s INCREMENT", "expected a number, found the end of the statement @ "),
            ("ALTER SEQUENCE s RESTART NOW", "expected the end of the statement, found NOW @ NOW"),
        ],
    );
}

#[test]
fn each_subcommand_has_its_place() {
    let text = "ALTER TABLE t ADD a int NOT NULL ,DROP COLUMN b CASCADE, ALTER c TYPE text USING ( d )";
    let Ok(StatementKind::AlterTable(table)) = parse(text, alter_relation) else {
        panic!("not parsed");
    };
    let places: Vec<_> = table.actions.iter().map(|action| &text[action.span.start..action.span.end]).collect();
    assert_eq!(places, ["ADD a int NOT NULL", "DROP COLUMN b CASCADE", "ALTER c TYPE text USING ( d )"]);
}
