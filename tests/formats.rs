//! The formats that other programs read: SARIF against its official schema, JSON against the documented keys.

use std::error::Error;
use std::sync::Arc;

use lockwise::config::Config;
use lockwise::discover::{Discovery, MigrationFile, Sequence};
use lockwise::finding::Problem;
use lockwise::report::{self, Format, Style};
use lockwise::rules::RULES;
use lockwise::source::SourceFile;
use serde_json::{Value, json};

const HISTORY: &str = "\
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric);
";

/// Something of everything: rewrites of both kinds, a suppression, several places, a statement that is not understood.
const MIGRATION: &str = "\
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
UPDATE orders SET note = '';
COMMIT;
SET lock_timeout = '2s';
CREATE INDEX orders_customer ON orders (customer_id);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
-- lockwise: allow(dropping-column) nobody reads it
ALTER TABLE orders DROP COLUMN total;
VACUUM FULL nowhere;
GRANT SELECT ON orders TO app;
ALTER TABLE orders ADD ADD;
";

type Outcome = Result<(), Box<dyn Error>>;

fn discovery() -> Discovery {
    let file = |path: &str, text: &str| Arc::new(SourceFile::new(path, text));
    let migrations = vec![
        MigrationFile { file: file("migrations/1.sql", HISTORY), linted: false },
        MigrationFile { file: file("migrations/2 é.sql", MIGRATION), linted: true },
    ];
    let problem = Problem { path: "migrations/3.sql".into(), message: "is not UTF-8".into() };
    Discovery { sequences: vec![Sequence { migrations }], problems: vec![problem] }
}

fn check(format: Format) -> serde_json::Result<Value> {
    let report = lockwise::check(&Config::default(), &discovery());
    assert!(!report.suppressed.is_empty() && !report.coverage.unparsed.is_empty());
    serde_json::from_str(&report::check(&report, format, &Style::PLAIN))
}

fn locks(discovery: &Discovery) -> serde_json::Result<Value> {
    let plan = lockwise::lock_plan(&Config::default(), discovery);
    serde_json::from_str(&report::locks(&plan, Format::Json, &Style::PLAIN))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flat_map(|object| object.keys()).map(String::as_str).collect()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
}

#[test]
fn sarif_is_valid() -> Outcome {
    let mut schema: Value = serde_json::from_str(include_str!("../fixtures/schemas/sarif-2.1.0.json"))?;
    // The published pattern has a stray bracket, which the errata removed; validators refuse it.
    for owner in ["run", "toolComponent"] {
        let pattern = &mut schema["definitions"][owner]["properties"]["language"]["pattern"];
        assert_eq!(*pattern, "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
        *pattern = json!("^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    }
    let validator = jsonschema::validator_for(&schema)?;
    let sarif = check(Format::Sarif)?;
    let place = |error: jsonschema::ValidationError| format!("{error} at {}", error.instance_path());
    assert_eq!(validator.iter_errors(&sarif).map(place).collect::<Vec<_>>(), [""; 0]);
    assert!(!validator.is_valid(&json!({ "version": "2.1.0", "runs": [{}] })), "the schema refuses nothing");
    Ok(())
}

#[test]
fn sarif_says_what_code_scanning_needs() -> Outcome {
    let sarif = check(Format::Sarif)?;
    let run = &sarif["runs"][0];
    let results = items(&run["results"]);
    assert!(!results.is_empty());
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][number(&result["ruleIndex"])];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(*place, json!({ "uri": "migrations/2%20%C3%A9.sql", "uriBaseId": "%SRCROOT%" }));
    }
    assert!(results.iter().any(|result| result["fixes"].is_array()));
    assert!(results.iter().any(|result| result["suppressions"][0]["justification"] == "nobody reads it"));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"], "is not UTF-8");
    Ok(())
}

#[test]
fn json_of_check_has_the_documented_keys() -> Outcome {
    let json = check(Format::Json)?;
    let top =
        ["version", "tool", "tool_version", "postgres", "runner", "findings", "suppressed", "coverage", "summary"];
    assert_eq!(keys(&json), top);
    assert_eq!(json["version"], 1);
    let finding = [
        "rule",
        "category",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "start",
        "end",
        "statement",
        "versions",
        "effects",
        "assumed",
        "proofs",
        "help",
        "page",
        "rewrite",
    ];
    assert!(!items(&json["findings"]).is_empty());
    for found in items(&json["findings"]) {
        assert_eq!(keys(found), finding);
        assert_eq!(keys(&found["statement"]), ["line", "end_line"]);
        for effect in items(&found["effects"]) {
            assert_eq!(keys(effect), ["relation", "lock", "blocks", "work", "held"]);
        }
    }
    let suppressed = &json["suppressed"][0];
    assert_eq!(keys(suppressed), [&finding[..], &["reason", "comment"]].concat());
    assert_eq!(suppressed["reason"], "nobody reads it");
    assert_eq!(keys(&json["coverage"]), ["files", "statements", "analysed", "opaque", "unparsed", "down_statements"]);
    assert_eq!(keys(&json["coverage"]["unparsed"][0]), ["file", "line", "keywords"]);
    assert_eq!(keys(&json["summary"]), ["error", "warning", "advice", "suppressed"]);
    Ok(())
}

#[test]
fn json_of_check_says_what_was_read_of_a_schema() -> Outcome {
    let schema = "CREATE TABLE orders (id bigint);\nCREATE GIZMO one;\nINSERT INTO schema_migrations VALUES ('1');\n";
    let schema = Some(Arc::new(SourceFile::new("db/schema.sql", schema)));
    let file = |path: &str, text: &str| Arc::new(SourceFile::new(path, text));
    let migrations = vec![
        MigrationFile { file: file("1.sql", "CREATE TABLE orders (id bigint);"), linted: true },
        MigrationFile {
            file: file("2.sql", "-- migrate:up\nDROP TABLE orders;\n-- migrate:down\nSELECT 1;"),
            linted: true,
        },
    ];
    let discovery = Discovery { sequences: vec![Sequence { migrations }], problems: Vec::new() };
    let mut config = Config::default();
    config.schema = schema;
    let report = lockwise::check(&config, &discovery);
    let json: Value = serde_json::from_str(&report::check(&report, Format::Json, &Style::PLAIN))?;
    let coverage = &json["coverage"];
    assert_eq!((&coverage["statements"], &coverage["down_statements"]), (&json!(2), &json!(1)));
    let unparsed = json!([{ "file": "db/schema.sql", "line": 2, "keywords": "CREATE" }]);
    assert_eq!(coverage["schema"], json!({ "file": "db/schema.sql", "unparsed": unparsed, "applied": ["1.sql"] }));
    let rules: Vec<&Value> = items(&json["findings"]).iter().map(|found| &found["rule"]).collect();
    assert_eq!(rules, ["missing-lock-timeout", "dropping-table"]);
    assert_eq!(json["findings"][1]["assumed"], json!([]));
    Ok(())
}

#[test]
fn json_of_a_finding_says_what_happens() -> Outcome {
    let json = check(Format::Json)?;
    let is_wanted = |found: &&Value| found["rule"] == "scanning-foreign-key";
    let found = items(&json["findings"]).iter().find(is_wanted).ok_or("not found")?;
    assert_eq!((&found["line"], &found["page"]), (&json!(7), &json!("lockwise explain scanning-foreign-key")));
    let effect = json!({
        "relation": "orders", "lock": "SHARE ROW EXCLUSIVE", "blocks": ["writes"], "work": ["scan"], "held": "statement"
    });
    assert_eq!(found["effects"][0], effect);
    let rewrite = &found["rewrite"];
    assert_eq!(keys(rewrite), ["safety", "edits", "migrations"]);
    assert_eq!(keys(&rewrite["edits"][0]), ["start", "end", "text"]);
    assert_eq!(keys(&rewrite["migrations"][0]), ["name", "transaction", "sql"]);
    let text = MIGRATION.get(number(&found["start"])..number(&found["end"])).unwrap_or_default();
    assert!(text.starts_with("ADD FOREIGN KEY"), "{text}");
    Ok(())
}

#[test]
fn json_of_locks_has_the_documented_keys() -> Outcome {
    let json = locks(&discovery())?;
    assert_eq!(keys(&json), ["version", "postgres", "runner", "files"]);
    let file = &json["files"][0];
    assert_eq!((items(&json["files"]).len(), &file["file"]), (1, &json!("migrations/2 é.sql")));
    let statement_keys =
        ["line", "end_line", "text", "forms", "transaction", "outcome", "failure", "effects", "proofs", "still_held"];
    for statement in items(&file["statements"]) {
        // Only statements that wait for other transactions have a further key.
        let found: Vec<&str> = keys(statement).into_iter().filter(|key| *key != "waits_for").collect();
        assert_eq!(found, statement_keys);
        for effect in items(&statement["effects"]) {
            assert_eq!(keys(effect), ["relation", "kind", "role", "lock", "blocks", "work", "held"]);
        }
    }
    let update = &file["statements"][2];
    assert_eq!((&update["text"], &update["transaction"]), (&json!("UPDATE orders SET note = ''"), &json!("explicit")));
    assert_eq!(update["still_held"], json!([{ "relation": "orders", "lock": "ACCESS EXCLUSIVE", "since_line": 2 }]));
    Ok(())
}

#[test]
fn json_of_a_refusal_names_the_state_and_the_reason() -> Outcome {
    let file = Arc::new(SourceFile::new("1.sql", "BEGIN;\nVACUUM t;\nCOMMIT;\n"));
    let migrations = vec![MigrationFile { file, linted: true }];
    let json = locks(&Discovery { sequences: vec![Sequence { migrations }], problems: Vec::new() })?;
    let vacuum = &json["files"][0]["statements"][1];
    assert_eq!(vacuum["outcome"], "fails");
    assert_eq!(keys(&vacuum["failure"]), ["sqlstate", "reason"]);
    assert_eq!(vacuum["failure"]["sqlstate"], "25001");
    Ok(())
}

#[test]
fn json_of_rules_lists_them_all() -> Outcome {
    let json: Value = serde_json::from_str(&report::rules(RULES, Format::Json, &Style::PLAIN))?;
    assert_eq!(keys(&json), ["version", "rules"]);
    assert_eq!(items(&json["rules"]).len(), RULES.len());
    for rule in items(&json["rules"]) {
        assert_eq!(keys(rule), ["rule", "category", "severity", "default", "summary"]);
        assert_ne!(rule["summary"], "");
    }
    Ok(())
}
