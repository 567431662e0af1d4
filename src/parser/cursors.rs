//! FETCH, MOVE, CLOSE and DEALLOCATE: kept by the name of the cursor or prepared statement.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::names;
use super::number::{at_number, number};
use crate::ast::{Opaque, StatementKind};

/// FETCH or MOVE.
///
/// # Errors
/// Something else comes.
pub(super) fn fetch(c: &mut Cursor) -> Parsed<StatementKind> {
    let Some(verb) = c.eat_any(&["FETCH", "MOVE"]) else { return c.expected("FETCH or MOVE") };
    direction(c)?;
    let _noise = c.eat_any(&["FROM", "IN"]);
    named(c, verb)
}

/// Words that say by themselves where to go.
const DIRECTIONS: &[&str] = &["NEXT", "PRIOR", "FIRST", "LAST", "ALL"];

/// How far to go, if it is said. Each of these words may also be the name of the cursor, which comes last.
fn direction(c: &mut Cursor) -> Parsed<()> {
    if matches!(c.peek_nth(1), Token::EOF) {
        return Ok(());
    }
    if at_count(c) {
        return number(c).map(drop);
    }
    match c.eat_any(&["ABSOLUTE", "RELATIVE", "FORWARD", "BACKWARD"]) {
        Some("ABSOLUTE" | "RELATIVE") => number(c).map(drop),
        Some(_) if at_count(c) => number(c).map(drop),
        Some(_) => {
            c.eat(&["ALL"]);
            Ok(())
        }
        None => {
            let _direction = c.eat_any(DIRECTIONS);
            Ok(())
        }
    }
}

/// Whether a number comes, and no placeholder for the name of the cursor.
fn at_count(c: &Cursor) -> bool {
    at_number(c) || c.at_placeholder() && !matches!(c.peek_nth(1), Token::EOF)
}

/// CLOSE.
///
/// # Errors
/// Something else comes.
pub(super) fn close(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CLOSE"])?;
    all_or_named(c, "CLOSE")
}

/// DEALLOCATE.
///
/// # Errors
/// Something else comes.
pub(super) fn deallocate(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["DEALLOCATE"])?;
    if matches!(c.peek_nth(1), Token::Word(_)) {
        c.eat(&["PREPARE"]);
    }
    all_or_named(c, "DEALLOCATE")
}

fn all_or_named(c: &mut Cursor, verb: &str) -> Parsed<StatementKind> {
    if c.eat(&["ALL"]) {
        return Ok(StatementKind::Opaque(Opaque { what: verb.into(), name: None, table: None, or_replace: false }));
    }
    named(c, verb)
}

fn named(c: &mut Cursor, verb: &str) -> Parsed<StatementKind> {
    let name = Some(names::unqualified(names::name(c, "a name")?));
    Ok(StatementKind::Opaque(Opaque { what: verb.into(), name, table: None, or_replace: false }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{check, outline};

    #[test]
    fn fetching() {
        let fetched = "Opaque { what: `FETCH`, name: c }";
        for text in [
            "FETCH c",
            "FETCH FROM c",
            "FETCH IN c",
            "FETCH NEXT c",
            "FETCH PRIOR FROM c",
            "FETCH ALL IN c",
            "FETCH -1 FROM c",
            "FETCH 10 c",
            "FETCH ABSOLUTE -2 FROM c",
            "FETCH FORWARD c",
            "FETCH FORWARD 5 IN c",
            "FETCH BACKWARD ALL c",
        ] {
            assert_eq!(outline(text, fetch), fetched, "for {text}");
        }
        check(
            fetch,
            &[
                ("MOVE next", "Opaque { what: `MOVE`, name: next }"),
                ("FETCH", "expected a name, found the end of the statement @ "),
                ("FETCH 1 FROM", "expected a name, found the end of the statement @ "),
                ("FETCH RELATIVE FROM c", "expected a number, found FROM @ FROM c"),
                ("FETCH c d", "expected the end of the statement, found d @ d"),
            ],
        );
    }

    #[test]
    fn closing() {
        check(
            close,
            &[
                ("CLOSE c", "Opaque { what: `CLOSE`, name: c }"),
                ("CLOSE ALL", "Opaque { what: `CLOSE` }"),
                ("CLOSE c, d", "expected the end of the statement, found , @ , d"),
            ],
        );
        check(
            deallocate,
            &[
                ("DEALLOCATE p", "Opaque { what: `DEALLOCATE`, name: p }"),
                ("DEALLOCATE PREPARE p", "Opaque { what: `DEALLOCATE`, name: p }"),
                ("DEALLOCATE PREPARE ALL", "Opaque { what: `DEALLOCATE` }"),
                ("DEALLOCATE prepare", "Opaque { what: `DEALLOCATE`, name: prepare }"),
                ("DEALLOCATE p q", "expected the end of the statement, found q @ q"),
            ],
        );
    }
}
