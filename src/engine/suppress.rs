//! Comments that allow findings, and findings about such comments.
//!
//! `-- lockwise: allow(rule-a, rule-b) reason` stands on the line before a statement, inside it or at its end;
//! `-- lockwise: allow-file(rule) reason` stands in the head of the file. squawk's `-- squawk-ignore` comments are
//! understood where a rule has a counterpart.

use std::sync::Arc;

use crate::ast::{Statement, StatementKind};
use crate::finding::Finding;
use crate::parser::{Comment, Script};
use crate::rules::{self, Rule};
use crate::source::{SourceFile, Span};

use super::running::Running;

/// Which of the files that a script was put together from; their order says it.
type SourceId = Option<usize>;

/// What a comment reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// One statement, by its span.
    Statement(Span),
    /// The whole of the file that the comment stands in: one of these pieces, where it was put together from several.
    File(SourceId),
    /// Nothing: no statement follows, or an allow-file that is not in the head.
    Nothing,
}

/// One rule that a comment allows.
#[derive(Debug, Clone)]
struct Allowance {
    rule: &'static Rule,
    reach: Reach,
    comment: Span,
    reason: String,
    /// Written for lockwise; squawk's own comments are never reported as unused.
    ours: bool,
    used: bool,
}

/// The allowances of one file, and what is wrong with its comments.
#[derive(Debug)]
pub struct Suppressions {
    file: Arc<SourceFile>,
    allowances: Vec<Allowance>,
    unknown: Vec<Finding>,
}

impl Suppressions {
    /// Reads the comments of a file.
    pub fn of(script: &Script, file: &Arc<SourceFile>) -> Self {
        let mut suppressions = Self { file: Arc::clone(file), allowances: Vec::new(), unknown: Vec::new() };
        let statements = Running::of(&script.statements).statements;
        for comment in &script.comments {
            match Instruction::read(&comment.text) {
                Some(instruction) => suppressions.add(&instruction, comment, &statements, file),
                None if is_for_us(&comment.text) => suppressions.unknown.push(malformed(comment)),
                None => {}
            }
        }
        suppressions
    }

    fn add(&mut self, instruction: &Instruction, comment: &Comment, statements: &[&Statement], file: &SourceFile) {
        let reach = if instruction.whole_file {
            let source = source_of(file, comment.span);
            let first = statements.iter().find(|statement| source_of(file, statement.span) == source);
            let in_head = first.is_none_or(|first| comment.span.start <= first.span.start);
            if in_head || !instruction.ours { Reach::File(source) } else { Reach::Nothing }
        } else {
            reached_statement(comment.span, statements, file).map_or(Reach::Nothing, Reach::Statement)
        };
        for name in &instruction.rules {
            let known: Vec<&'static Rule> = match instruction.ours {
                true => rules::by_id(name).into_iter().collect(),
                false => squawk_counterparts(name).iter().filter_map(|id| rules::by_id(id)).collect(),
            };
            if known.is_empty() && instruction.ours {
                self.unknown.push(unknown_rule(name, comment.span));
            }
            self.allowances.extend(known.into_iter().map(|rule| Allowance {
                rule,
                reach,
                comment: comment.span,
                reason: instruction.reason.clone(),
                ours: instruction.ours,
                used: false,
            }));
        }
    }

    /// The reason and the comment that allow a finding of this rule in this statement, if one does.
    pub fn allow(&mut self, rule: &Rule, statement: Span) -> Option<(String, Span)> {
        let file = &self.file;
        let matches = |allowance: &&mut Allowance| {
            let reached = match allowance.reach {
                Reach::Statement(span) => span.contains(statement),
                Reach::File(source) => source == source_of(file, statement),
                Reach::Nothing => false,
            };
            reached && allowance.rule == rule
        };
        let allowance = self.allowances.iter_mut().find(matches)?;
        allowance.used = true;
        Some((allowance.reason.clone(), allowance.comment))
    }

    /// Findings about comments that allow what no rule found. Rules that are switched off cannot be judged.
    pub fn unused(&self, is_on: impl Fn(&Rule) -> bool) -> Vec<Finding> {
        let idle =
            self.allowances.iter().filter(|allowance| allowance.ours && !allowance.used && is_on(allowance.rule));
        idle.map(|allowance| {
            let id = allowance.rule.id;
            let help = match allowance.reach {
                Reach::Nothing => {
                    "The comment reaches no statement: put it on the line before the statement, or allow-file before \
                     the first statement."
                }
                Reach::Statement(_) | Reach::File(_) => "Delete the comment: nothing here needs it.",
            };
            Finding::new(allowance.comment, format!("{id} is allowed here, but does not fire"))
                .label("allows nothing")
                .help(help)
        })
        .collect()
    }

    /// Findings about comments that name no rule, or cannot be read.
    pub fn unknown(&self) -> &[Finding] {
        &self.unknown
    }
}

/// A suppression comment, read.
#[derive(Debug, PartialEq, Eq)]
struct Instruction {
    rules: Vec<String>,
    whole_file: bool,
    reason: String,
    ours: bool,
}

impl Instruction {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = strip_prefix_ignoring_case(text, "lockwise:") {
            return Self::read_ours(rest.trim_start());
        }
        let rest = strip_prefix_ignoring_case(text, "squawk-ignore")?;
        let (whole_file, rest) = rest.strip_prefix("-file").map_or((false, rest), |rest| (true, rest));
        let rules = rest.split([',', ' ', '\t', '\n']).map(str::trim).filter(|name| !name.is_empty());
        Some(Self { rules: rules.map(str::to_owned).collect(), whole_file, reason: String::new(), ours: false })
    }

    fn read_ours(text: &str) -> Option<Self> {
        let (whole_file, rest) = match text.strip_prefix("allow-file") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("allow")?),
        };
        let (rules, reason) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
        let rules: Vec<String> =
            rules.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let reason = reason.trim().trim_start_matches([':', '-']).trim_start().to_owned();
        (!rules.is_empty()).then_some(Self { rules, whole_file, reason, ours: true })
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn is_for_us(text: &str) -> bool {
    strip_prefix_ignoring_case(text.trim(), "lockwise:").is_some()
}

/// The statement that a comment stands in, stands behind on the same line, or precedes.
fn reached_statement(comment: Span, statements: &[&Statement], file: &SourceFile) -> Option<Span> {
    let line = file.line_index(comment.start);
    let around = statements.iter().rev().find(|statement| statement.span.contains(comment));
    let before = statements
        .iter()
        .rev()
        .find(|statement| statement.span.end <= comment.start)
        .filter(|statement| file.line_index(statement.span.end) == line);
    let after = || statements.iter().find(|statement| statement.span.start >= comment.end);
    // Inside a DO block a statement of its body is meant, unless none follows there.
    let meant = match around.filter(|around| matches!(around.kind, StatementKind::Do(_))) {
        Some(block) => {
            let inside = |found: &&&Statement| block.span != found.span && block.span.contains(found.span);
            before.filter(inside).or_else(|| after().filter(inside)).or(around)
        }
        None => around.or(before).or_else(after),
    };
    meant.map(|statement| statement.span)
}

/// The file that a place belongs to, by the first piece of it.
fn source_of(file: &SourceFile, span: Span) -> SourceId {
    let (source, _) = file.origin(span)?;
    file.parts().iter().position(|part| Arc::ptr_eq(&part.file, source))
}

fn malformed(comment: &Comment) -> Finding {
    Finding::new(comment.span, "this comment is for lockwise, but cannot be read")
        .label("not understood")
        .help("Write: -- lockwise: allow(rule) reason, or: -- lockwise: allow-file(rule) reason.")
}

fn unknown_rule(name: &str, comment: Span) -> Finding {
    let help = match rules::closest(name) {
        Some(rule) => format!("Did you mean {}? `lockwise rules` lists them all.", rule.id),
        None => "`lockwise rules` lists the rules.".to_owned(),
    };
    Finding::new(comment, format!("there is no rule {}", shortened(name))).label("unknown rule").help(help)
}

fn shortened(name: &str) -> String {
    name.chars().take(60).collect()
}

/// Our rules for a rule of squawk's.
fn squawk_counterparts(name: &str) -> &'static [&'static str] {
    match name {
        "require-concurrent-index-creation" => &["blocking-index-build"],
        "require-concurrent-index-deletion" => &["blocking-index-drop"],
        "require-concurrent-reindex" => &["blocking-reindex"],
        "adding-foreign-key-constraint" => &["scanning-foreign-key"],
        "constraint-missing-not-valid" => &["scanning-check", "scanning-foreign-key"],
        "disallowed-unique-constraint" | "adding-serial-primary-key-field" => &["blocking-constraint-index"],
        "adding-not-nullable-field" => &["scanning-not-null", "required-column-without-default"],
        "adding-required-field" => &["required-column-without-default"],
        "adding-field-with-default" => &["rewriting-column-default"],
        "changing-column-type" => &["rewriting-column-type"],
        "ban-drop-column" => &["dropping-column"],
        "ban-drop-table" => &["dropping-table"],
        "ban-truncate-cascade" => &["truncating-table"],
        "renaming-column" => &["renaming-column"],
        "renaming-table" => &["renaming-table"],
        "ban-concurrent-index-creation-in-transaction" => &["non-transactional-statement"],
        "require-timeout-settings" => &["missing-lock-timeout"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read() {
        let ours = Instruction::read("lockwise: allow(dropping-column, dropping-table) unused since May");
        let expected = Instruction {
            rules: vec!["dropping-column".into(), "dropping-table".into()],
            whole_file: false,
            reason: "unused since May".into(),
            ours: true,
        };
        assert_eq!(ours, Some(expected));
        assert!(Instruction::read("lockwise: allow-file(unbatched-write)").is_some_and(|read| read.whole_file));
        assert_eq!(Instruction::read("lockwise: allow dropping-column"), None);
        assert_eq!(Instruction::read("lockwise: allow()"), None);
        let squawk = Instruction::read("squawk-ignore ban-drop-column, renaming-table");
        assert!(squawk.is_some_and(|read| read.rules.len() == 2 && !read.ours));
    }
}
