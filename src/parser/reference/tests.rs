//! The places of what names an object.

use crate::ast::{AlterOther, ObjectRef, StatementKind};
use crate::parser::dispatch::statement;
use crate::parser::testing::parse;

fn named(text: &str) -> ObjectRef {
    match parse(text, statement) {
        Ok(StatementKind::Comment(comment)) => comment.object,
        Ok(StatementKind::AlterOther(alter)) => {
            let AlterOther { object, .. } = *alter;
            object
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn spans_hold_all_that_names_an_object() {
    for (text, expected, arguments) in [
        ("COMMENT ON FUNCTION app.f (int, text) IS 'x'", "app.f (int, text)", Some("(int, text)")),
        ("COMMENT ON FUNCTION f() IS 'x'", "f()", Some("()")),
        ("COMMENT ON ROUTINE f IS 'x'", "f", None),
        ("COMMENT ON COLUMN app.t.a IS NULL", "app.t.a", None),
        ("COMMENT ON CONSTRAINT c ON DOMAIN app.d IS 'x'", "c ON DOMAIN app.d", None),
        ("COMMENT ON CAST (text AS int) IS 'x'", "(text AS int)", None),
        ("ALTER OPERATOR app.@@ (NONE, int) OWNER TO bob", "app.@@ (NONE, int)", None),
        ("ALTER OPERATOR CLASS c USING btree RENAME TO d", "c USING btree", None),
        ("ALTER LARGE OBJECT 12 OWNER TO bob", "12", None),
        ("ALTER TRIGGER a ON t RENAME TO b", "a ON t", None),
    ] {
        let object = named(text);
        assert_eq!(&text[object.span.start..object.span.end], expected, "for {text}");
        let found = object.arguments.map(|span| &text[span.start..span.end]);
        assert_eq!(found, arguments, "for {text}");
    }
}

#[test]
fn the_relation_is_the_object_or_what_it_belongs_to() {
    for (text, expected) in [
        ("COMMENT ON TABLE app.t IS 'x'", Some("app.t")),
        ("COMMENT ON INDEX i IS 'x'", Some("i")),
        ("COMMENT ON COLUMN t.a IS 'x'", Some("t")),
        ("COMMENT ON POLICY p ON t IS 'x'", Some("t")),
        ("COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'", None),
        ("COMMENT ON TYPE t IS 'x'", None),
        ("ALTER RULE r ON app.t RENAME TO q", Some("app.t")),
    ] {
        assert_eq!(named(text).relation().map(ToString::to_string).as_deref(), expected, "for {text}");
    }
}
