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

/// A rule's page: Markdown with what only its test needs taken out.
pub fn explain(rule: &Rule, style: &Style) -> String {
    let mut code = false;
    let mut text = String::new();
    for line in rule.page.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            code = !code;
            text += &fence_line(fence, style);
        } else if !(code && is_expectation(line)) {
            text += &page_line(line, code, style);
        }
    }
    let on = if rule.default { "on" } else { "off" };
    let about = format!("{}, {}, {on} by default", rule.category.name(), rule.severity.name());
    text.trim_end().to_owned() + "\n\n" + &style.paint(Ink::Dim, &about) + "\n"
}

/// `sql unsafe` opens a block; what the test is told beside it is left out.
fn fence_line(fence: &str, style: &Style) -> String {
    let word = fence.split_whitespace().find(|word| matches!(*word, "unsafe" | "safe"));
    word.map_or(String::new(), |word| style.paint(Ink::Dim, &format!("    -- {word}")) + "\n")
}

fn page_line(line: &str, code: bool, style: &Style) -> String {
    let heading = line.trim_start_matches('#');
    match line {
        _ if code => format!("    {line}").trim_end().to_owned() + "\n",
        _ if heading.len() < line.len() => style.paint(Ink::Bold, heading.trim()) + "\n",
        _ => line.to_owned() + "\n",
    }
}

fn is_expectation(line: &str) -> bool {
    let line = line.trim_start();
    ["-- expect:", "-- todo:", "-- todo-ok:"].into_iter().any(|comment| line.starts_with(comment))
}
