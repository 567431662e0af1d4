//! Transaction control.

use super::cursor::{Cursor, Parsed};
use super::names;
use crate::ast::{Ident, Opaque, StatementKind, TransactionControl};
use sqlparser::tokenizer::Token;

/// Verbs of transaction control. PREPARE and ABORT ... are told apart by what follows.
pub(super) fn starts(c: &Cursor) -> bool {
    c.at_any(&["BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"])
        || c.at(&["START", "TRANSACTION"])
        || (c.at(&["PREPARE", "TRANSACTION"]) && !c.is_any_at(2, &["AS"]) && *c.peek_nth(2) != Token::LParen)
}

/// BEGIN, COMMIT, ROLLBACK, savepoints and two-phase commit.
///
/// # Errors
/// The grammar's.
pub(super) fn statement(c: &mut Cursor) -> Parsed<StatementKind> {
    let control = match c.eat_any(&["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"]) {
        Some("BEGIN" | "START") => {
            work(c);
            TransactionControl::Begin { read_only: modes(c)? }
        }
        Some("COMMIT") if c.at(&["PREPARED"]) => return prepared(c, "COMMIT PREPARED"),
        Some("ROLLBACK") if c.at(&["PREPARED"]) => return prepared(c, "ROLLBACK PREPARED"),
        Some("COMMIT" | "END") => {
            work(c);
            TransactionControl::Commit { and_chain: chain(c)? }
        }
        Some("ROLLBACK") => rollback(c)?,
        Some("ABORT") => {
            work(c);
            TransactionControl::Rollback { and_chain: chain(c)? }
        }
        Some("SAVEPOINT") => TransactionControl::Savepoint(savepoint(c)?),
        Some("RELEASE") => TransactionControl::Release(named_savepoint(c)?),
        _ => {
            c.expect(&["PREPARE", "TRANSACTION"])?;
            identifier(c)?;
            TransactionControl::Prepare
        }
    };
    Ok(StatementKind::Transaction(control))
}

fn rollback(c: &mut Cursor) -> Parsed<TransactionControl> {
    work(c);
    if c.eat(&["TO"]) {
        return Ok(TransactionControl::RollbackTo(named_savepoint(c)?));
    }
    Ok(TransactionControl::Rollback { and_chain: chain(c)? })
}

fn work(c: &mut Cursor) {
    c.eat_any(&["WORK", "TRANSACTION"]);
}

/// `AND [NO] CHAIN`
fn chain(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["AND"]) {
        return Ok(false);
    }
    let chain = !c.eat(&["NO"]);
    c.expect(&["CHAIN"])?;
    Ok(chain)
}

fn savepoint(c: &mut Cursor) -> Parsed<Ident> {
    names::name(c, "a savepoint name")
}

/// `[SAVEPOINT] name`; the name may be that word.
fn named_savepoint(c: &mut Cursor) -> Parsed<Ident> {
    if matches!(c.peek_nth(1), Token::Word(_)) {
        c.eat(&["SAVEPOINT"]);
    }
    savepoint(c)
}

fn prepared(c: &mut Cursor, what: &str) -> Parsed<StatementKind> {
    c.expect(&["PREPARED"])?;
    identifier(c)?;
    Ok(StatementKind::Opaque(Opaque { what: what.into(), name: None, table: None, or_replace: false }))
}

/// The string that names a prepared transaction.
fn identifier(c: &mut Cursor) -> Parsed<()> {
    match c.peek() {
        Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_) | Token::DollarQuotedString(_) => {
            c.advance();
            Ok(())
        }
        _ if c.at_placeholder() => {
            c.advance();
            Ok(())
        }
        _ => c.expected("the identifier of a transaction"),
    }
}

/// `ISOLATION LEVEL ..., READ ONLY, [NOT] DEFERRABLE`, with or without commas: whether READ ONLY is said last, or READ WRITE.
///
/// # Errors
/// An unknown mode.
pub(super) fn modes(c: &mut Cursor) -> Parsed<Option<bool>> {
    let mut read_only = None;
    let mut first = true;
    while !c.at_end() {
        if !first {
            c.eat_symbol(&Token::Comma);
        }
        first = false;
        let level = c.eat(&["ISOLATION", "LEVEL"]);
        let access = ["ONLY", "WRITE"].into_iter().find(|access| !level && c.eat(&["READ", access]));
        read_only = access.map(|access| access == "ONLY").or(read_only);
        let known = if level {
            c.eat(&["SERIALIZABLE"])
                || c.eat(&["REPEATABLE", "READ"])
                || c.eat(&["READ", "COMMITTED"])
                || c.eat(&["READ", "UNCOMMITTED"])
        } else {
            access.is_some() || c.eat(&["NOT", "DEFERRABLE"]) || c.eat(&["DEFERRABLE"])
        };
        if !known {
            return c.expected(if level { "an isolation level" } else { "a transaction mode" });
        }
    }
    Ok(read_only)
}
