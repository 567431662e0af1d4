//! SARIF 2.1.0, for code scanning. The output is validated against the official schema by a test.

use serde_json::{Value, json};

use super::facts;
use super::json::to_text;
use crate::finding::{Problem, Report, ReportedFinding, Severity, SuppressedFinding};
use crate::rewrite::{Edit, Rewrite};
use crate::rules::{RULES, Rule};
use crate::source::{SourceFile, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name under which relative paths are resolved.
const ROOT: &str = "%SRCROOT%";

/// One run.
pub(super) fn report(report: &Report) -> String {
    let findings = report.findings.iter().map(|found| result(found, report));
    let suppressed = report.suppressed.iter().map(|found| suppressed(found, report));
    to_text(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver() },
            "invocations": [{
                "executionSuccessful": report.problems.is_empty(),
                "toolExecutionNotifications": report.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The folder that lockwise ran in" } } },
            "columnKind": "unicodeCodePoints",
            "results": findings.chain(suppressed).collect::<Vec<_>>(),
        }],
    }))
}

fn driver() -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": format!("{}\n\nlockwise explain {}", rule.summary(), rule.id), "markdown": without_markers(rule.page) },
        "defaultConfiguration": { "enabled": rule.default, "level": level(rule.severity) },
        "properties": { "tags": [rule.category.name()] },
    })
}

fn result(found: &ReportedFinding, report: &Report) -> Value {
    let finding = &found.finding;
    let mut result = json!({
        "ruleId": found.rule.id,
        "level": level(found.severity),
        "message": { "text": message(found, report) },
        "locations": [{ "physicalLocation": place(&found.file, finding.span) }],
    });
    if let Some(index) = RULES.iter().position(|rule| *rule == found.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(
            |label| json!({ "physicalLocation": place(&found.file, label.span), "message": { "text": label.text } }),
        );
        result["relatedLocations"] = related.collect();
    }
    if let Some(rewrite) = finding.rewrite.as_ref().filter(|rewrite| !rewrite.edits.is_empty()) {
        result["fixes"] = json!([fix(&found.file, rewrite)]);
    }
    result
}

fn suppressed(found: &SuppressedFinding, report: &Report) -> Value {
    let mut suppression = json!({
        "kind": "inSource",
        "location": { "physicalLocation": place(&found.reported.file, found.comment) },
    });
    if !found.reason.is_empty() {
        suppression["justification"] = json!(found.reason);
    }
    let mut result = result(&found.reported, report);
    result["suppressions"] = json!([suppression]);
    result
}

fn message(found: &ReportedFinding, report: &Report) -> String {
    let facts = facts::facts(found, report.postgres).into_iter().map(|(word, text)| format!("{word}: {text}"));
    std::iter::once(found.finding.message.clone()).chain(facts).collect::<Vec<_>>().join("\n")
}

fn fix(file: &SourceFile, rewrite: &Rewrite) -> Value {
    let mut text = match rewrite.safety {
        crate::rewrite::Safety::Safe => "Write it so that nobody waits".to_owned(),
        crate::rewrite::Safety::Review => "Write it so that nobody waits; look it over first".to_owned(),
    };
    if !rewrite.migrations.is_empty() {
        let names: Vec<&str> = rewrite.migrations.iter().map(|new| new.name.as_str()).collect();
        text += &format!("; needs later migrations: {}", names.join(", "));
    }
    let replacements: Vec<Value> = rewrite.edits.iter().map(|edit| replacement(file, edit)).collect();
    let change = json!({ "artifactLocation": artifact(file.path()), "replacements": replacements });
    json!({ "description": { "text": text }, "artifactChanges": [change] })
}

fn replacement(file: &SourceFile, edit: &Edit) -> Value {
    let mut replacement = json!({ "deletedRegion": region(file, edit.span) });
    if !edit.text.is_empty() {
        replacement["insertedContent"] = json!({ "text": edit.text });
    }
    replacement
}

fn notification(problem: &Problem) -> Value {
    json!({
        "level": "error",
        "message": { "text": problem.message },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(&problem.path) } }],
    })
}

fn place(file: &SourceFile, span: Span) -> Value {
    json!({ "artifactLocation": artifact(file.path()), "region": region(file, span) })
}

/// The end column is the one behind the last character, as in our JSON.
fn region(file: &SourceFile, span: Span) -> Value {
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// A relative path is below the root; an absolute one stands for itself.
fn artifact(path: &str) -> Value {
    let path = path.replace('\\', "/");
    match path.strip_prefix('/') {
        Some(rest) => json!({ "uri": format!("file:///{}", encoded(rest)) }),
        None => json!({ "uri": encoded(path.strip_prefix("./").unwrap_or(&path)), "uriBaseId": ROOT }),
    }
}

/// A path as part of a URI.
fn encoded(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.bytes().map(byte).collect()
}

/// A page without the comments that only its test reads.
fn without_markers(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.starts_with("<!--"));
    let lines = lines.map(|line| line.split(" -- expect:").next().unwrap_or_default().trim_end());
    lines.fold(String::with_capacity(page.len()), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(artifact("./a b/é.sql")["uri"], "a%20b/%C3%A9.sql");
        assert_eq!(artifact("/srv/a.sql"), json!({ "uri": "file:///srv/a.sql" }));
        assert_eq!(artifact("<stdin>")["uri"], "%3Cstdin%3E");
    }
}
