//! Options of sequences, which identity columns have too.

use sqlparser::tokenizer::Token;

use super::clauses::number;
use super::cursor::{Cursor, Parsed};
use super::{data_type, names};

/// `(sequence options)` of an identity column, if they come.
///
/// # Errors
/// Something that is no sequence option.
pub(super) fn identity_options(c: &mut Cursor) -> Parsed<()> {
    if c.at_symbol(&Token::LParen) { c.parenthesized(sequence_options) } else { Ok(()) }
}

/// One or more options of a sequence.
///
/// # Errors
/// There is none, or one is incomplete.
pub(super) fn sequence_options(c: &mut Cursor) -> Parsed<()> {
    if !sequence_option(c)? {
        return c.expected("a sequence option");
    }
    while sequence_option(c)? {}
    Ok(())
}

/// One option of a sequence, if it comes.
///
/// # Errors
/// It is incomplete.
pub(super) fn sequence_option(c: &mut Cursor) -> Parsed<bool> {
    let option =
        &["AS", "CACHE", "CYCLE", "INCREMENT", "MAXVALUE", "MINVALUE", "NO", "OWNED", "RESTART", "SEQUENCE", "START"];
    match c.eat_any(option) {
        None => return Ok(false),
        Some("AS") => drop(data_type::data_type(c)?),
        Some("CYCLE") => {}
        Some("NO") => match c.eat_any(&["CYCLE", "MAXVALUE", "MINVALUE"]) {
            Some(_) => {}
            None => return c.expected("CYCLE, MAXVALUE or MINVALUE"),
        },
        Some("OWNED") => {
            c.expect(&["BY"])?;
            names::qualified(c, "a column")?;
        }
        Some("SEQUENCE") => {
            c.expect(&["NAME"])?;
            names::qualified(c, "a sequence name")?;
        }
        Some("RESTART") => restart(c)?,
        Some(_) => {
            let _noise = c.eat_any(&["BY", "WITH"]);
            number(c)?;
        }
    }
    Ok(true)
}

/// `RESTART [[WITH] number]`, behind RESTART.
fn restart(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["WITH"]) || matches!(c.peek(), Token::Number(..) | Token::Minus | Token::Plus) {
        number(c)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{check, parse};

    #[test]
    fn options_of_sequences() {
        for text in [
            "INCREMENT BY -1 MINVALUE 1 MAXVALUE 9 START WITH 3 CACHE 2 NO CYCLE",
            "AS bigint NO MINVALUE NO MAXVALUE CYCLE OWNED BY app.t.a RESTART",
            "SEQUENCE NAME app.s OWNED BY NONE RESTART WITH 5 RESTART 6",
        ] {
            assert_eq!(parse(text, sequence_options), Ok(()), "for {text}");
        }
        check(
            sequence_options,
            &[
                ("", "expected a sequence option, found the end of the statement @ "),
                ("NO CACHE", "expected CYCLE, MAXVALUE or MINVALUE, found CACHE @ CACHE"),
                ("OWNED t.a", "expected BY, found t @ t.a"),
                ("CACHE many", "expected a number, found many @ many"),
            ],
        );
    }
}
