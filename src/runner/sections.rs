//! The two directions of a migration file.

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use crate::parser::Script;
use crate::source::Span;

/// A direction that a line of a migration tool opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Takes out what runs only when the migration is undone, and says how many statements that were. A marker inside of a
/// statement, a string or a comment in a comment is none.
///
/// Source: the documentation of goose, sql-migrate and micrate (`-- +goose Down`), dbmate (`-- migrate:down`), tern
/// (`---- create above / drop below ----`), rambler (`-- rambler down`), node-pg-migrate (`-- Down Migration`), Play
/// (`-- !Downs`), MyBatis (`-- //@UNDO`) and shmig (`-- ==== DOWN ====`).
pub fn keep_forward(script: &mut Script, text: &str) -> usize {
    let down = down_sections(script, text);
    if down.is_empty() {
        return 0;
    }
    let runs = |span: Span| !down.iter().any(|section| section.contains(span));
    let count = |script: &Script| -> usize {
        script.statements.iter().map(|statement| 1 + script.repeats(statement.span)).sum()
    };
    let before = count(script);
    script.statements.retain(|statement| runs(statement.span));
    script.comments.retain(|comment| runs(comment.span));
    before - count(script)
}

fn down_sections(script: &Script, text: &str) -> Vec<Span> {
    let mut sections: Vec<Span> = Vec::new();
    let mut open = None;
    let mut start = 0;
    let comment = Finder::new("--");
    while let Some(found) = comment.find(&text.as_bytes()[start..]) {
        let (before, behind) = text.as_bytes()[start..].split_at(found);
        let at = start + memrchr(b'\n', before).map_or(0, |end| end + 1);
        start += found + memchr(b'\n', behind).map_or(behind.len(), |end| end + 1);
        let Some(direction) = marker(&text[at..start]) else { continue };
        let before = script.statements.partition_point(|statement| statement.span.start <= at);
        let inside = before.checked_sub(1).and_then(|last| script.statements.get(last));
        if inside.is_some_and(|statement| at < statement.span.end) {
            continue;
        }
        match (direction, open) {
            (Direction::Down, None) => open = Some(at),
            (Direction::Up, Some(from)) => {
                sections.push(Span::new(from, at));
                open = None;
            }
            (Direction::Down, Some(_)) | (Direction::Up, None) => {}
        }
    }
    sections.extend(open.map(|from| Span::new(from, text.len())));
    sections
}

fn marker(line: &str) -> Option<Direction> {
    let words = line.trim().strip_prefix("--")?;
    if words.trim() == "-- create above / drop below ----" {
        return Some(Direction::Down);
    }
    let mut words = words.split_whitespace().filter(|word| !word.chars().all(|c| c == '-'));
    let (first, second, third) = (words.next()?, words.next(), words.next());
    match (first, second) {
        ("+goose" | "+migrate" | "+micrate" | "rambler", Some(word)) => direction(word),
        ("====", Some(word)) if third == Some("====") => direction(word),
        ("!Ups", None) => Some(Direction::Up),
        ("!Downs" | "//@UNDO", None) => Some(Direction::Down),
        (word, Some(second)) if second.eq_ignore_ascii_case("migration") && third.is_none() => direction(word),
        (word, _) => direction(word.strip_prefix("migrate:")?),
    }
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        _ if word.eq_ignore_ascii_case("up") => Some(Direction::Up),
        _ if word.eq_ignore_ascii_case("down") => Some(Direction::Down),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;
    use crate::source::SourceFile;

    /// The statements that are left, and how many are not.
    fn forward(text: &str) -> (Vec<String>, usize) {
        let file = SourceFile::new("1.sql", text);
        let mut script = parse(&file);
        let left_out = keep_forward(&mut script, file.text());
        (
            script
                .statements
                .iter()
                .map(|statement| text[statement.span.start..statement.span.end].to_owned())
                .collect(),
            left_out,
        )
    }

    #[test]
    fn what_undoes_the_migration_is_left_out() {
        for (up, down) in [
            ("-- +goose Up", "-- +goose Down"),
            ("-- +migrate Up", "-- +migrate Down notransaction"),
            ("-- migrate:up", "-- migrate:down transaction:false"),
            ("--migrate:up", "--   migrate:down"),
            ("", "---- create above / drop below ----"),
            ("-- rambler up", "-- rambler down"),
            ("-- Up Migration", "-- Down Migration"),
            ("---- up migration", "--- down migration ---"),
            ("-- !Ups", "-- !Downs"),
            ("", "-- //@UNDO"),
            ("-- ==== UP ====", "-- ==== DOWN ===="),
        ] {
            let (left, left_out) = forward(&format!("{up}\nSELECT 1;\r\n{down}\r\nSELECT 2;\nSELECT 3;\n"));
            assert_eq!((left, left_out), (vec!["SELECT 1".to_owned()], 2), "{down}");
        }
    }

    #[test]
    fn what_comes_after_the_next_up_is_kept() {
        let (left, left_out) = forward("-- +goose Down\nSELECT 1;\n-- +goose Up\nSELECT 2;");
        assert_eq!((left, left_out), (vec!["SELECT 2".to_owned()], 1));
    }

    #[test]
    fn a_marker_inside_of_a_statement_is_none() {
        let text = "SELECT '\n-- +goose Down\n';\nSELECT 2;";
        assert_eq!(forward(text).1, 0);
        assert_eq!(forward("-- the Down section says -- +goose Down\nSELECT 2;").1, 0);
        assert_eq!(forward("-- Down migration is not possible\nSELECT 2;").1, 0);
        assert_eq!(forward("-- down\nSELECT 2;").1, 0);
    }
}
