//! INSERT, UPDATE and DELETE. Our own grammar drives the clauses, since sqlparser takes ONLY for a table; expressions,
//! FROM lists and queries are its parse.

use std::collections::HashSet;

use sqlparser::ast as sql;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::expr;
use super::uses::{Uses, ident};
use super::{clauses, merge, names, query, rows_read, series};
use crate::ast::{
    Assigned, Condition, ConflictTarget, Expr, Ident, ObjectName, Overriding, Returning, StatementKind, Test, Write,
    WriteVerb,
};

/// Whether a statement that writes rows starts here.
pub(super) fn starts(c: &Cursor) -> bool {
    c.at_any(&["INSERT", "UPDATE", "DELETE", "MERGE"])
}

/// A statement that writes rows, with nothing in front of it.
///
/// # Errors
/// The grammar's.
pub(super) fn statement(c: &mut Cursor) -> Parsed<StatementKind> {
    write(c, Uses::with_some_columns())
}

/// A statement that writes rows, behind a WITH clause that is read already.
///
/// # Errors
/// The grammar's.
pub(super) fn write(c: &mut Cursor, mut uses: Uses) -> Parsed<StatementKind> {
    let start = c.next_span();
    let mut write = clauses(c, &mut uses)?;
    if uses.misplaced_write {
        return Err(query::misplaced_write(start));
    }
    write.reads_only = uses.reads_only();
    write.reads = uses.reads.list;
    write.tables = uses.tables;
    write.row_locks = uses.row_locks.list;
    write.also_writes = uses.writes;
    write.functions = uses.functions.list;
    write.reading = uses.reading.found;
    write.locked_with = uses.locked_with;
    write.locked_nullable = uses.locked_nullable;
    write.materialized = uses.materialized;
    Ok(StatementKind::Write(Box::new(write)))
}

/// A statement that writes rows inside WITH.
///
/// # Errors
/// The grammar's.
pub(super) fn nested(c: &mut Cursor, uses: &mut Uses) -> Parsed<()> {
    let write = clauses(c, uses)?;
    uses.writes.push(write);
    Ok(())
}

fn clauses(c: &mut Cursor, uses: &mut Uses) -> Parsed<Write> {
    let verb = c.eat_any(&["INSERT", "UPDATE", "DELETE", "MERGE"]);
    if verb == Some("INSERT") {
        return insert(c, uses);
    }
    // The columns of the target are in sight everywhere in these, and are followed in the condition alone.
    let wanted = std::mem::replace(&mut uses.reading.wanted, false);
    uses.reading.wanted_in_condition = wanted;
    let write = match verb {
        Some("UPDATE") => update(c, uses),
        Some("DELETE") => delete(c, uses),
        Some("MERGE") => merge::merge(c, uses),
        _ => c.expected("INSERT, UPDATE, DELETE or MERGE"),
    };
    uses.reading.wanted = wanted && !uses.reading.given_up;
    write
}

/// A write of which only the verb and the target are known yet.
pub(super) fn blank(verb: WriteVerb, target: ObjectName, alias: Option<Ident>) -> Write {
    Write {
        verb,
        target,
        only: false,
        alias,
        from_query: false,
        limited: false,
        filter: None,
        columns: Vec::new(),
        reads: Vec::new(),
        reads_only: Vec::new(),
        tables: Vec::new(),
        row_locks: Vec::new(),
        values: Vec::new(),
        rows: Vec::new(),
        series: None,
        picked: None,
        merged_from: None,
        overriding: None,
        also_writes: Vec::new(),
        functions: Vec::new(),
        conflict: None,
        conflict_sets: Vec::new(),
        conflict_asks: false,
        merge: None,
        source: None,
        on: None,
        reading: Vec::new(),
        returning: None,
        returned: Vec::new(),
        locked_with: None,
        locked_nullable: Vec::new(),
        materialized: false,
        default_values: false,
        copy: None,
        matched_by: false,
    }
}

fn insert(c: &mut Cursor, uses: &mut Uses) -> Parsed<Write> {
    c.expect(&["INTO"])?;
    let name = names::qualified(c, "a table name")?;
    let alias = if c.eat(&["AS"]) { Some(names::name(c, "an alias")?) } else { None };
    let mut write = blank(WriteVerb::Insert, name, alias);
    let opening = c.position();
    write.columns = insert_columns(c)?;
    // Parentheses, names and commas, and no fields or elements.
    let whole = write.columns.is_empty() || c.position() == opening + 2 * write.columns.len() + 1;
    write.overriding = overriding(c)?;
    write.default_values = c.eat(&["DEFAULT", "VALUES"]);
    if !write.default_values {
        // Rows that are written out may be many.
        let output_wanted = std::mem::replace(&mut uses.output_wanted, !c.at_any(&["VALUES"]));
        let (start, writes) = (c.next_span(), uses.writes.len());
        let outline = query::query_into(c, uses)?;
        if uses.writes.len() > writes {
            return Err(query::misplaced_write(start));
        }
        uses.output_wanted = output_wanted;
        query::refuse_into(c, &outline)?;
        write.source = outline.output.map(Box::new);
        write.limited = outline.from_query && outline.limited;
        write.from_query = outline.from_query;
        write.filter = outline.filter;
        write.rows = outline.rows;
        write.series = outline.series.map(Box::new);
        write.picked = outline.picked.map(Box::new);
    }
    if !whole {
        (write.rows, write.series, write.picked, write.source) = (Vec::new(), None, None, None);
        let mut seen = HashSet::new();
        write.columns.retain(|column| seen.insert(column.name.clone()));
    }
    // Behind the query, the columns of the target are in sight.
    let wanted = std::mem::replace(&mut uses.reading.wanted, false);
    write.conflict = on_conflict(c, uses, &mut write)?;
    returning(c, uses, &mut write, &[])?;
    uses.reading.wanted = wanted && !uses.reading.given_up;
    Ok(write)
}

/// The column list of INSERT; a parenthesis may also open its query.
pub(super) fn insert_columns(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    let opens_query = c.is_any_at(1, &["SELECT", "WITH", "TABLE"])
        || c.is_any_at(1, &["VALUES"]) && c.peek_nth(2) == &Token::LParen
        || c.peek_nth(1) == &Token::LParen;
    if !c.at_symbol(&Token::LParen) || opens_query {
        return Ok(Vec::new());
    }
    c.parenthesized(|c| c.comma_separated(target_column))
}

/// OVERRIDING SYSTEM VALUE and OVERRIDING USER VALUE.
pub(super) fn overriding(c: &mut Cursor) -> Parsed<Option<Overriding>> {
    if !c.eat(&["OVERRIDING"]) {
        return Ok(None);
    }
    let which = match c.eat_any(&["SYSTEM", "USER"]) {
        Some("SYSTEM") => Overriding::System,
        Some(_) => Overriding::User,
        None => return c.expected("SYSTEM or USER"),
    };
    c.expect(&["VALUE"])?;
    Ok(Some(which))
}

fn on_conflict(c: &mut Cursor, uses: &mut Uses, write: &mut Write) -> Parsed<Option<ConflictTarget>> {
    if !c.eat(&["ON", "CONFLICT"]) {
        return Ok(None);
    }
    let target = conflict_target(c, uses)?;
    c.expect(&["DO"])?;
    if c.eat(&["NOTHING"]) {
        return Ok(Some(target));
    }
    c.expect(&["UPDATE", "SET"])?;
    write.conflict_sets = assignments(c, uses)?.0;
    write.conflict_asks = c.eat(&["WHERE"]);
    if write.conflict_asks {
        used_expr(c, uses)?;
    }
    Ok(Some(target))
}

fn conflict_target(c: &mut Cursor, uses: &mut Uses) -> Parsed<ConflictTarget> {
    if c.eat(&["ON", "CONSTRAINT"]) {
        return names::name(c, "a constraint name").map(ConflictTarget::Constraint);
    }
    if !c.at_symbol(&Token::LParen) {
        return Ok(ConflictTarget::Nothing);
    }
    let keys = c.parenthesized(|c| c.comma_separated(|c| conflict_key(c, uses)))?;
    if c.eat(&["WHERE"]) {
        used_expr(c, uses)?;
        return Ok(ConflictTarget::Other);
    }
    let columns: Option<Vec<Ident>> = keys.into_iter().collect();
    Ok(columns.map_or(ConflictTarget::Other, ConflictTarget::Columns))
}

/// `column or expression [COLLATE collation] [operator class]`; a column alone is given back.
fn conflict_key(c: &mut Cursor, uses: &mut Uses) -> Parsed<Option<Ident>> {
    let start = c.position();
    let column = names::name(c, "a column name").ok().filter(|_| matches!(c.peek(), Token::Comma | Token::RParen));
    c.back_to(start);
    used_expr(c, uses)?;
    if !matches!(c.peek(), Token::Comma | Token::RParen) {
        names::qualified_type(c, "an operator class")?;
    }
    Ok(column)
}

fn update(c: &mut Cursor, uses: &mut Uses) -> Parsed<Write> {
    let mut write = target(c, WriteVerb::Update)?;
    c.expect(&["SET"])?;
    (write.columns, write.values) = assignments(c, uses)?;
    let from = sources(c, uses, "FROM", &mut write)?;
    write.filter = filter(c, uses, &write, &from)?;
    returning(c, uses, &mut write, &from)?;
    Ok(write)
}

fn delete(c: &mut Cursor, uses: &mut Uses) -> Parsed<Write> {
    c.expect(&["FROM"])?;
    let mut write = target(c, WriteVerb::Delete)?;
    let from = sources(c, uses, "USING", &mut write)?;
    write.filter = filter(c, uses, &write, &from)?;
    returning(c, uses, &mut write, &from)?;
    Ok(write)
}

/// `[ONLY] name [*] [[AS] alias]`: a write of it, of which nothing else is known yet.
pub(super) fn target(c: &mut Cursor, verb: WriteVerb) -> Parsed<Write> {
    let (name, only) = clauses::relation(c)?;
    // A bare SET ends the target of UPDATE, though it is not reserved.
    let has_alias = c.eat(&["AS"]) || (names::at_name(c) && !c.at(&["SET"]));
    let alias = if has_alias { Some(names::name(c, "an alias")?) } else { None };
    Ok(Write { only, ..blank(verb, name, alias) })
}

/// The FROM list of UPDATE or the USING list of DELETE.
fn sources(c: &mut Cursor, uses: &mut Uses, keyword: &str, write: &mut Write) -> Parsed<Vec<sql::TableWithJoins>> {
    if !c.eat(&[keyword]) {
        return Ok(Vec::new());
    }
    write.from_query = true;
    let list = c.delegate(|parser| parser.parse_comma_separated(Parser::parse_table_and_joins))?;
    uses.walk(c).from(&list);
    Ok(list)
}

/// WHERE of UPDATE and DELETE.
fn filter(c: &mut Cursor, uses: &mut Uses, write: &Write, from: &[sql::TableWithJoins]) -> Parsed<Option<Expr>> {
    if !c.eat(&["WHERE"]) {
        uses.walk(c).tables_of_write(write, from, None);
        return Ok(None);
    }
    if c.at(&["CURRENT", "OF"]) {
        return current_of(c).map(Some);
    }
    let (filter, span) = c.sql_expr()?;
    let mut walk = uses.walk(c);
    let limited = walk.limited_sources(from);
    walk.condition_of_write(write, from, &filter);
    walk.tables_of_write(write, from, Some(&filter));
    let names = [write.alias.as_ref().unwrap_or(&write.target.name).name.clone()];
    // Without other relations every column is the target's, whatever stands in front of it.
    let names = if write.from_query { names.as_slice() } else { &[] };
    Ok(Some(Expr { span, ..expr::lower_inside(c, &filter, uses, names, &limited) }))
}

/// WHERE CURRENT OF cursor: the one row where the cursor stands, found by its place in the table.
fn current_of(c: &mut Cursor) -> Parsed<Expr> {
    let start = c.position();
    c.expect(&["CURRENT", "OF"])?;
    names::name(c, "a cursor name")?;
    let conditions = vec![Condition { column: "ctid".into(), test: Test::Equal }];
    Ok(Expr { columns: vec!["ctid".into()], conditions, ..Expr::of_columns(c.span_from(start)) })
}

/// `column = expression, (column, column) = row, ...`: the columns set.
pub(super) fn assignments(c: &mut Cursor, uses: &mut Uses) -> Parsed<(Vec<Ident>, Vec<Assigned>)> {
    let columns = c.comma_separated(|c| {
        let start = c.position();
        let row = c.at_symbol(&Token::LParen);
        let columns =
            if row { c.parenthesized(|c| c.comma_separated(target_column))? } else { vec![target_column(c)?] };
        // A field or an element of the column is not all of it.
        let whole = !row && c.position() == start + 1;
        c.expect_symbol(&Token::Eq)?;
        let (expr, _) = c.sql_expr()?;
        uses.walk(c).expr(&expr);
        let value = if whole { series::assigned(&expr) } else { Assigned::Other };
        Ok(columns.into_iter().map(|column| (column, value.clone())).collect::<Vec<_>>())
    })?;
    Ok(columns.into_iter().flatten().unzip())
}

/// A column that is written, with the field or element of it: `point.x`, `list[1]`.
fn target_column(c: &mut Cursor) -> Parsed<Ident> {
    let column = names::name(c, "a column name")?;
    loop {
        if c.eat_symbol(&Token::Period) {
            names::label(c, "a field name")?;
        } else if c.eat_symbol(&Token::LBracket) {
            while !c.eat_symbol(&Token::RBracket) {
                if c.at_end() {
                    return c.expected("]");
                }
                c.advance();
            }
        } else {
            return Ok(column);
        }
    }
}

/// `RETURNING [WITH (OLD AS o, NEW AS n)] list`; `from` is what stands beside the target.
pub(super) fn returning(
    c: &mut Cursor,
    uses: &mut Uses,
    write: &mut Write,
    from: &[sql::TableWithJoins],
) -> Parsed<()> {
    if !c.eat(&["RETURNING"]) {
        return Ok(());
    }
    let renames = c.eat(&["WITH"]);
    if renames {
        c.skip_parentheses()?;
    }
    let items: Vec<sql::SelectItem> = c.delegate(|parser| parser.parse_comma_separated(Parser::parse_select_item))?;
    let outer = std::mem::take(&mut uses.rows);
    let mut walk = uses.walk(c);
    let named = walk.name_tables(from);
    rows_read::note(
        &mut walk.uses.tables_named,
        write.alias.as_ref().map_or(&write.target.name.name, |alias| &alias.name),
    );
    items.iter().for_each(|item| walk.select_item(item));
    if from.is_empty() && write.verb != WriteVerb::Merge && !renames {
        write.returned = items.iter().filter_map(|item| returned(walk.cursor, item)).collect();
    }
    uses.tables_named = named;
    write.returning = Some(Returning { renames, rows: std::mem::replace(&mut uses.rows, outer) });
    Ok(())
}

/// A column by itself.
fn returned(c: &Cursor, item: &sql::SelectItem) -> Option<Ident> {
    match item {
        sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. } => match expr {
            sql::Expr::Identifier(name) if !expr::is_placeholder(expr) && !is_no_column(name) => Some(ident(c, name)),
            _ => None,
        },
        _ => None,
    }
}

/// A word that is a call without parentheses, or a whole row in RETURNING.
fn is_no_column(name: &sql::Ident) -> bool {
    let word = name.value.to_ascii_lowercase();
    let words = ["old", "new", "user", "session_user", "system_user", "localtime", "localtimestamp"];
    name.quote_style.is_none() && (word.starts_with("current_") || words.contains(&word.as_str()))
}

/// An expression of which only the uses matter.
pub(super) fn used_expr(c: &mut Cursor, uses: &mut Uses) -> Parsed<()> {
    let (expr, _) = c.sql_expr()?;
    uses.walk(c).expr(&expr);
    Ok(())
}
