//! PARTITION BY, and the bounds of partitions.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::{clauses, expr, index, names, number};
use crate::ast::{IndexKey, Limit, PartitionBound, PartitionBoundKind, PartitionBy, RangeBound};

/// `PARTITION BY strategy (keys)`
///
/// # Errors
/// Something else comes.
pub(super) fn partition_by(c: &mut Cursor) -> Parsed<PartitionBy> {
    let start = c.position();
    c.expect(&["PARTITION", "BY"])?;
    let strategy = strategy(c)?;
    let keys = clauses::list(c, index::partition_key)?;
    let subjects = keys.iter().map(|key| subject(c, key)).collect();
    Ok(PartitionBy { strategy, keys, subjects, span: c.span_from(start) })
}

fn subject(c: &Cursor, key: &IndexKey) -> EcoString {
    match (&key.column, &key.expr) {
        (Some(column), _) => column.name.clone(),
        (None, Some(expr)) => Limit::of_expression(c.text_of(expr.span)),
        (None, None) => EcoString::new(),
    }
}

fn strategy(c: &mut Cursor) -> Parsed<EcoString> {
    let start = c.position();
    let strategy = names::name(c, "RANGE, LIST or HASH")?.name.to_ascii_lowercase();
    if matches!(strategy.as_str(), "range" | "list" | "hash") {
        return Ok(strategy);
    }
    c.back_to(start);
    // Older versions take any word here, and refuse it later.
    c.doubt();
    c.expected("RANGE, LIST or HASH")
}

/// `FOR VALUES ...` or `DEFAULT`.
///
/// # Errors
/// Something else comes.
pub(super) fn partition_bound(c: &mut Cursor) -> Parsed<PartitionBound> {
    let start = c.position();
    let kind = if c.eat(&["DEFAULT"]) {
        PartitionBoundKind::Default
    } else if c.eat(&["FOR", "VALUES"]) {
        bound_values(c)?
    } else {
        return c.expected("FOR VALUES or DEFAULT");
    };
    Ok(PartitionBound { kind, span: c.span_from(start) })
}

fn bound_values(c: &mut Cursor) -> Parsed<PartitionBoundKind> {
    match c.eat_any(&["IN", "WITH", "FROM"]) {
        Some("IN") => clauses::list(c, expr::expr).map(PartitionBoundKind::In),
        Some("FROM") => {
            let from = clauses::list(c, range_bound)?;
            c.expect(&["TO"])?;
            Ok(PartitionBoundKind::Range { from, to: clauses::list(c, range_bound)? })
        }
        Some(_) => hash(c),
        None => c.expected("IN, FROM or WITH"),
    }
}

/// MINVALUE and MAXVALUE are words of their own when they stand alone.
fn range_bound(c: &mut Cursor) -> Parsed<RangeBound> {
    let alone = matches!(c.peek_nth(1), Token::Comma | Token::RParen);
    match if alone { c.eat_any(&["MINVALUE", "MAXVALUE"]) } else { None } {
        Some("MINVALUE") => Ok(RangeBound::MinValue),
        Some(_) => Ok(RangeBound::MaxValue),
        None => expr::expr(c).map(|value| RangeBound::Value(Box::new(value))),
    }
}

/// `(MODULUS m, REMAINDER r)` in any order, behind WITH.
fn hash(c: &mut Cursor) -> Parsed<PartitionBoundKind> {
    let start = c.position();
    let (mut modulus, mut remainder) = (None, None);
    clauses::list(c, |c| match c.word_at(0).map(str::to_ascii_uppercase).as_deref() {
        Some("MODULUS") if modulus.is_none() => {
            c.advance();
            modulus = Some(number::integer(c)?);
            Ok(())
        }
        Some("REMAINDER") if remainder.is_none() => {
            c.advance();
            remainder = Some(number::integer(c)?);
            Ok(())
        }
        _ => c.expected("MODULUS and REMAINDER, each once"),
    })?;
    match (modulus, remainder) {
        (Some(modulus), Some(remainder)) => Ok(PartitionBoundKind::Hash { modulus, remainder }),
        _ => {
            let message = "expected MODULUS and REMAINDER, found one of them".to_owned();
            Err(SyntaxError { message, at: c.span_from(start) })
        }
    }
}

/// `MERGE PARTITIONS (p, ...) INTO q` or `SPLIT PARTITION p INTO (PARTITION q bound, ...)` of ALTER TABLE (19), if it comes:
/// which one.
///
/// # Errors
/// It is incomplete.
pub(super) fn repartition(c: &mut Cursor) -> Parsed<Option<&'static str>> {
    if c.eat(&["MERGE", "PARTITIONS"]) {
        clauses::list(c, |c| names::qualified(c, "a partition"))?;
        c.expect(&["INTO"])?;
        names::qualified(c, "a partition")?;
        return Ok(Some("MERGE PARTITIONS"));
    }
    if !c.eat(&["SPLIT", "PARTITION"]) {
        return Ok(None);
    }
    names::qualified(c, "a partition")?;
    c.expect(&["INTO"])?;
    clauses::list(c, |c| {
        c.expect(&["PARTITION"])?;
        names::qualified(c, "a partition")?;
        partition_bound(c)
    })?;
    Ok(Some("SPLIT PARTITION"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::check;

    #[test]
    fn keys() {
        check(
            partition_by,
            &[
                (
                    "PARTITION BY RANGE (a)",
                    "PartitionBy { strategy: `range`, keys: [IndexKey { column: a }], subjects: [`a`] }",
                ),
                (
                    "PARTITION BY \"list\" ((a + 1) COLLATE \"C\" s.ops, lower(b) text_ops)",
                    "PartitionBy { strategy: `list`, keys: \
                     [IndexKey { expr: a + 1, collation: \"C\", opclass: s.ops }, \
                     IndexKey { expr: lower(b), opclass: text_ops }], subjects: [`(a+1)`, `(lower(b))`] }",
                ),
                ("PARTITION BY tree (a)", "expected RANGE, LIST or HASH, found tree @ tree (a)"),
                ("PARTITION BY HASH (a DESC)", "expected , or ), found DESC @ DESC)"),
                ("PARTITION BY HASH ()", "expected a column name, found ) @ )"),
            ],
        );
    }

    #[test]
    fn bounds() {
        check(
            partition_bound,
            &[
                ("DEFAULT", "PartitionBound { kind: Default }"),
                ("FOR VALUES IN ('a', NULL, 1 + 2)", "PartitionBound { kind: In(['a', NULL, 1 + 2]) }"),
                (
                    "FOR VALUES FROM (MINVALUE, '2024-01-01'::date, -5) TO (MAXVALUE, now(), 7)",
                    "PartitionBound { kind: Range { \
                     from: [MinValue, Value('2024-01-01'::date), Value(-5)], \
                     to: [MaxValue, Value(now()), Value(7)] } }",
                ),
                (
                    "FOR VALUES WITH (REMAINDER 1, MODULUS 4)",
                    "PartitionBound { kind: Hash { modulus: 4, remainder: 1 } }",
                ),
                ("FOR VALUES WITH (MODULUS 4)", "expected MODULUS and REMAINDER, found one of them @ (MODULUS 4)"),
                (
                    "FOR VALUES WITH (MODULUS 4, MODULUS 5)",
                    "expected MODULUS and REMAINDER, each once, found MODULUS @ MODULUS 5)",
                ),
                ("FOR VALUES FROM (1)", "expected TO, found the end of the statement @ "),
                ("FOR VALUES ()", "expected IN, FROM or WITH, found ( @ ()"),
                ("VALUES IN (1)", "expected FOR VALUES or DEFAULT, found VALUES @ VALUES IN (1)"),
            ],
        );
    }
}
