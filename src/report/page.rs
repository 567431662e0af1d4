//! The list of rules and a rule's page.

use serde::Serialize;

use super::Format;
use super::json::to_text;
use super::style::{Ink, Style};
use crate::finding::Severity;
use crate::rules::Rule;

/// All rules, for people or as JSON.
pub fn rules(rules: &[&'static Rule], format: Format, style: &Style) -> String {
    match format {
        Format::Json => to_text(&List { version: 1, rules: rules.iter().map(|rule| Entry::new(rule)).collect() }),
        _ => list(rules, style),
    }
}

#[derive(Serialize)]
struct List {
    version: u32,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    rule: &'static str,
    category: &'static str,
    severity: Severity,
    default: bool,
    summary: &'static str,
}

impl Entry {
    fn new(rule: &Rule) -> Self {
        Self {
            rule: rule.id,
            category: rule.category.name(),
            severity: rule.severity,
            default: rule.default,
            summary: rule.summary(),
        }
    }
}

/// A heading for each category, then its rules.
fn list(rules: &[&'static Rule], style: &Style) -> String {
    let widest = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut category = None;
    for rule in rules {
        if category != Some(rule.category) {
            text += if category.is_some() { "\n" } else { "" };
            text += &format!("{}\n", style.paint(Ink::Bold, rule.category.name()));
            category = Some(rule.category);
        }
        let severity = style.severity(rule.severity, &format!("{:<7}", rule.severity.name()));
        let off = if rule.default { "" } else { " (off by default)" };
        text += &format!("  {:<widest$}  {severity}  {}{off}\n", rule.id, rule.summary());
    }
    text
}

/// A rule's page, with what only its test needs taken out.
pub fn explain(rule: &Rule, style: &Style) -> String {
    let mut code = false;
    let mut lines: Vec<String> = Vec::new();
    for line in rule.page.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            code = !code;
            lines.extend(label(fence).map(|word| style.paint(Ink::Dim, &format!("    -- {word}"))));
        } else if !is_comment(line) {
            lines.push(page_line(line, code, style));
        }
    }
    // A comment leaves the blank lines around it behind.
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    let on = if rule.default { "on" } else { "off" };
    let about = format!("{}, {}, {on} by default", rule.category.name(), rule.severity.name());
    format!("{}\n\n{}\n", lines.join("\n").trim_end(), style.paint(Ink::Dim, &about))
}

/// What a block shows, of the words behind its fence.
fn label(fence: &str) -> Option<&str> {
    fence.split_whitespace().find(|word| matches!(*word, "unsafe" | "safe"))
}

fn page_line(line: &str, code: bool, style: &Style) -> String {
    let heading = line.trim_start_matches('#');
    match line {
        _ if code => format!("    {}", without_expectation(line)).trim_end().to_owned(),
        _ if heading.len() < line.len() => style.paint(Ink::Bold, heading.trim()),
        _ => line.to_owned(),
    }
}

fn is_comment(line: &str) -> bool {
    line.starts_with("<!--") && line.ends_with("-->")
}

fn without_expectation(line: &str) -> &str {
    let expectation = ["-- expect:", "-- todo:", "-- todo-ok:"].into_iter().filter_map(|start| line.find(start)).min();
    line[..expectation.unwrap_or(line.len())].trim_end()
}
