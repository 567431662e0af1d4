//! What to write instead, as SQL that can be copied from the terminal: no frame, no indentation, no wrapping. What has to
//! be said around it stands in SQL comments.

use super::style::{Ink, Style, clean, shown};
use crate::finding::ReportedFinding;
use crate::rewrite::{Edit, Rewrite, Safety, SuggestedMigration};
use crate::source::{SourceFile, Span};

/// A longer statement is not repeated as a whole.
const MOST_LINES: usize = 15;
const MOST_BYTES: usize = 2000;

/// The rewrite of a finding, each file under a comment that names it; empty without a rewrite.
pub(super) fn text(found: &ReportedFinding, style: &Style) -> String {
    let Some(rewrite) = &found.finding.rewrite else { return String::new() };
    let here = (!rewrite.edits.is_empty()).then(|| edited(found, rewrite));
    let later = rewrite.migrations.iter().enumerate().map(|(number, new)| migration(new, number, rewrite));
    let blocks = here.into_iter().chain(later);
    blocks
        .map(|(heading, sql)| format!("\n{}\n{}", style.paint(Ink::Dim, &clean(&heading)), paint(&sql, style)))
        .collect()
}

/// Line by line, so that each line is whole by itself.
fn paint(sql: &str, style: &Style) -> String {
    let line = |line: &str| style.paint(Ink::Green, line) + "\n";
    sql.lines().map(|text| if text.is_empty() { "\n".to_owned() } else { line(text) }).collect()
}

fn edited(found: &ReportedFinding, rewrite: &Rewrite) -> (String, String) {
    let path = found.file.path();
    let sql = after_edits(&found.file, found.statement, &rewrite.edits);
    if sql.is_empty() {
        let behind = |edit: &Edit| {
            let rest = found.file.text().get(found.statement.end..edit.span.end).unwrap_or_default();
            !rest.trim_start().trim_start_matches(';').trim().is_empty()
        };
        let more = if rewrite.edits.iter().any(behind) { ", and all behind it," } else { "" };
        return (format!("-- take this statement{more} out of {path}"), sql);
    }
    (format!("-- write instead, in {path}{}:", review(rewrite)), sql)
}

fn migration(new: &SuggestedMigration, number: usize, rewrite: &Rewrite) -> (String, String) {
    let first = number == 0 && rewrite.edits.is_empty();
    let when = if first { "write instead, in a migration of its own" } else { "then, in a later migration" };
    let review = if first { review(rewrite) } else { "" };
    let outside = if new.transaction { "" } else { ", outside a transaction" };
    (format!("-- {when} ({}){outside}{review}:", new.name), tidy(&new.sql))
}

fn review(rewrite: &Rewrite) -> &'static str {
    match rewrite.safety {
        Safety::Safe => "",
        Safety::Review => " (look it over first)",
    }
}

/// The lines of the statement and of the edits as they read afterwards.
fn after_edits(file: &SourceFile, statement: Span, edits: &[Edit]) -> String {
    let mut parts: Vec<Span> = edits.iter().map(|edit| whole_lines(file, edit.span)).collect();
    let is_short = statement.len() <= MOST_BYTES && file.slice(statement).lines().nth(MOST_LINES).is_none();
    parts.extend(is_short.then(|| whole_lines(file, statement)));
    let parts = merged(parts).into_iter().map(|part| tidy(&edited_part(file, part, edits)));
    let mut parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.extend((!is_short).then(String::new));
    parts.join("\n-- ...\n")
}

/// The lines of a part of the file; the part alone, with its semicolon, where the lines are very long.
fn whole_lines(file: &SourceFile, span: Span) -> Span {
    let first = file.line_index(span.start);
    let last = file.line_index(span.end.saturating_sub(1).max(span.start));
    let start = if first == 0 { file.sql_start() } else { file.line_start(first) };
    let lines = Span::new(start, file.line_start(last + 1));
    if lines.len() <= 2 * MOST_BYTES {
        return lines;
    }
    let semicolon = file.text()[span.end..].starts_with(';') && !span.is_empty();
    Span::new(span.start, span.end + usize::from(semicolon))
}

/// In order, with those that touch each other made one.
fn merged(mut parts: Vec<Span>) -> Vec<Span> {
    parts.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.start <= last.end => *last = last.to(part),
            _ => merged.push(part),
        }
    }
    merged
}

fn edited_part(file: &SourceFile, part: Span, edits: &[Edit]) -> String {
    let mut text = String::new();
    let mut done = part.start;
    for edit in edits.iter().filter(|edit| part.contains(edit.span)) {
        text += file.slice(Span::new(done, edit.span.start));
        text += &edit.text;
        done = edit.span.end;
    }
    text + file.slice(Span::new(done, part.end))
}

/// Without blank lines around it, trailing blanks, and characters that a terminal would act on.
fn tidy(sql: &str) -> String {
    let lines: Vec<&str> = sql.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    lines[first..end].join("\n").chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, statement: &str, rewrite: &Rewrite) -> String {
        let file = SourceFile::new("a.sql", text);
        let start = text.find(statement).unwrap_or_default();
        after_edits(&file, Span::new(start, start + statement.len()), &rewrite.edits)
    }

    #[test]
    fn the_whole_statement_is_shown_as_it_reads_afterwards() {
        let text = "BEGIN;\r\nCREATE INDEX i\r\n  ON t (a);\r\nCOMMIT;\r\n";
        let rewrite = Rewrite::safe().insert(20, " CONCURRENTLY");
        assert_eq!(after(text, "CREATE INDEX i\r\n  ON t (a)", &rewrite), "CREATE INDEX CONCURRENTLY i\n  ON t (a);");
    }

    #[test]
    fn distant_edits_are_shown_apart() {
        let text = "a;\nb;\nc;\nd;\n";
        let rewrite = Rewrite::safe().insert(0, "SET x;\n").insert(9, "RESET x;\n");
        assert_eq!(after(text, "a", &rewrite), "SET x;\na;\n-- ...\nRESET x;\nd;");
    }

    #[test]
    fn an_insertion_at_the_end_of_the_file_is_shown() {
        let rewrite = Rewrite::safe().insert(3, "RESET x;\n");
        assert_eq!(after("a;\n", "a", &rewrite), "a;\nRESET x;");
    }

    #[test]
    fn of_a_long_statement_only_the_changed_lines_are_shown() {
        let text = format!("UPDATE t\n{};\n", "SET a = 1,\n".repeat(30));
        let rewrite = Rewrite::safe().insert(8, " AS u");
        assert_eq!(after(&text, text.trim_end(), &rewrite), "UPDATE t AS u\n-- ...\n");
    }

    #[test]
    fn of_a_very_long_line_only_the_statement_is_shown() {
        let text = format!("SELECT '{}'; DROP TABLE t; SELECT 1;\n", "x".repeat(9000));
        let rewrite = Rewrite::safe().insert(text.find("DROP").unwrap_or_default(), "SET x;\n");
        assert_eq!(after(&text, "DROP TABLE t", &rewrite), "SET x;\nDROP TABLE t;");
        let (long, _) = text.split_once(';').unwrap_or_default();
        assert_eq!(after(&text, long, &Rewrite::safe().insert(0, "SET x;\n")), "SET x;\n-- ...\n");
    }

    #[test]
    fn a_removed_statement_leaves_nothing() {
        let rewrite = Rewrite::safe().replace(Span::new(0, 2), "");
        assert_eq!(after("a;\n", "a", &rewrite), "");
    }
}
