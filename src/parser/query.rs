//! SELECT, VALUES and TABLE, with the WITH clause in front of them.
//!
//! The outermost WITH is our own grammar, as it is the only one that may write. The rest is sqlparser's parse.

mod with;

pub(super) use with::with;

use ecow::EcoString;

use sqlparser::ast as sql;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed, SyntaxError};
use super::expr;
use super::output;
use super::series;
use super::shape;
use super::uses::{Uses, folded, object_name};
use super::write;
use crate::ast::{
    Assigned, CreateTable, Expr, Ident, ObjectName, Output, Persistence, Picked, Query, Series, SettingChange,
    SettingKind, Shape, StatementKind, Write, WriteVerb,
};
use crate::source::Span;

/// First words of a query.
pub(super) const QUERIES: &[&str] = &["SELECT", "VALUES", "TABLE", "WITH"];

/// First words of the statements that can be prepared, or stand in a WITH query.
pub(super) const PREPARED: &[&str] = &["SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"];

/// What is said of a WITH query that writes in a subquery.
pub(crate) const MISPLACED_WRITE: &str = "a WITH query that writes must be at the top level";

/// A WITH query that writes stands in a part of a statement.
pub(super) fn misplaced_write(at: Span) -> SyntaxError {
    SyntaxError { message: MISPLACED_WRITE.to_owned(), at }
}

/// What the statement around a query asks about it.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The rows come from elsewhere than the query's own text.
    pub from_query: bool,
    /// LIMIT or FETCH bounds the rows.
    pub limited: bool,
    /// WHERE of the outermost SELECT.
    pub filter: Option<Expr>,
    /// The rows of VALUES, or of a SELECT of literals that has nothing else.
    pub rows: Vec<Vec<Assigned>>,
    /// Rows that are made from a counter.
    pub series: Option<Series>,
    /// Rows that are made from those of one table.
    pub picked: Option<Picked>,
    /// SELECT ... INTO.
    into: Option<sql::SelectInto>,
    /// Calls of set_config(...) with constants, one row of them.
    settings: Vec<SettingChange>,
    /// There is nothing else in the list.
    only_setting: bool,
    /// The value of a SELECT that is nothing but one value.
    value: Option<Expr>,
    /// What it gives, where somebody asks.
    pub output: Option<Output>,
    /// How its rows follow from what it reads, where somebody asks.
    shape: Shape,
}

/// A query: SELECT, VALUES, TABLE, WITH, or one of them in parentheses.
///
/// # Errors
/// What sqlparser says.
pub(super) fn query(c: &mut Cursor) -> Parsed<Query> {
    read(c, Uses::with_some_columns())
}

/// The query of a view, with the columns that it reads. `own` is the name of a recursive view, which is not there yet.
///
/// # Errors
/// What sqlparser says.
pub(super) fn of_view(c: &mut Cursor, own: Option<&Ident>) -> Parsed<Query> {
    let mut uses = Uses::with_columns();
    uses.itself = own.map(|own| own.name.clone());
    own.into_iter().for_each(|own| uses.hide(own.name.clone(), false));
    read(c, uses)
}

/// The query of CREATE TABLE AS.
///
/// # Errors
/// What sqlparser says.
pub(super) fn of_table(c: &mut Cursor, table: &ObjectName) -> Parsed<Query> {
    let mut uses = Uses { output_wanted: true, ..Uses::with_some_columns() };
    let start = c.position();
    let mut outline = query_into(c, &mut uses)?;
    refuse_into(c, &outline)?;
    let rows = rows(&mut outline, &uses, table);
    let (output, filter) = (outline.output.map(Box::new), outline.filter.map(Box::new));
    Ok(Query { output, filter, rows, shape: outline.shape, ..finished(c, start, uses) })
}

/// The INSERT of the rows of a query into the table that it makes.
fn rows(outline: &mut Outline, uses: &Uses, table: &ObjectName) -> Option<Box<Write>> {
    let has_rows = !outline.rows.is_empty() || outline.series.is_some() || outline.picked.is_some();
    has_rows.then(|| {
        Box::new(Write {
            from_query: outline.from_query,
            limited: outline.limited,
            rows: std::mem::take(&mut outline.rows),
            series: outline.series.take().map(Box::new),
            picked: outline.picked.take().map(Box::new),
            filter: outline.filter.clone(),
            also_writes: uses.writes.clone(),
            functions: uses.functions.list.clone(),
            reading: uses.reading.found.clone(),
            ..write::blank(WriteVerb::Insert, table.clone(), None)
        })
    })
}

fn read(c: &mut Cursor, mut uses: Uses) -> Parsed<Query> {
    let start = c.position();
    let outline = query_into(c, &mut uses)?;
    refuse_into(c, &outline)?;
    let (output, filter) = (outline.output.map(Box::new), outline.filter.map(Box::new));
    Ok(Query { output, filter, shape: outline.shape, ..finished(c, start, uses) })
}

/// A statement that starts with SELECT, VALUES, TABLE, WITH or a parenthesis; behind WITH it may be a write.
///
/// # Errors
/// What sqlparser says, or what the grammar of the write says.
pub(super) fn statement(c: &mut Cursor) -> Parsed<StatementKind> {
    let start = c.position();
    let mut uses = Uses { output_wanted: true, ..Uses::with_some_columns() };
    with(c, &mut uses)?;
    if write::starts(c) {
        return write::write(c, uses);
    }
    let with_nothing = c.position() == start;
    let mut outline = query_into(c, &mut uses)?;
    if outline.only_setting
        && let Some(change) = outline.settings.pop()
    {
        return Ok(StatementKind::Set(change));
    }
    let value = outline.value.take().filter(|_| with_nothing).map(Box::new);
    let output = outline.output.take().map(Box::new);
    let made = outline.into.take().map(|into| (made(c, &into), into));
    let rows = made.as_ref().and_then(|(name, _)| rows(&mut outline, &uses, name.as_ref()?));
    let query = Query { settings: outline.settings, value, output, rows, ..finished(c, start, uses) };
    match made {
        Some((name, into)) => Ok(StatementKind::CreateTable(Box::new(select_into(name, &into, query)?))),
        None => Ok(StatementKind::Query(Box::new(query))),
    }
}

fn finished(c: &Cursor, start: usize, uses: Uses) -> Query {
    Query {
        reads_only: uses.reads_only(),
        reads: uses.reads.list,
        tables: uses.tables,
        writes: uses.writes,
        row_locks: uses.row_locks.list,
        lost_lock: uses.lost_lock,
        functions: uses.functions.list,
        row_functions: uses.row_functions.list,
        settings: Vec::new(),
        columns: uses.reading.found,
        grouped: uses.reading.grouped,
        value: None,
        output: None,
        rows: None,
        shape: Shape::default(),
        filter: None,
        locked_with: uses.locked_with,
        locked_nullable: uses.locked_nullable,
        materialized: uses.materialized,
        copy: None,
        span: c.span_from(start),
    }
}

/// A query as a part of something bigger: what it uses is added to `uses`.
///
/// # Errors
/// What sqlparser says.
pub(super) fn query_into(c: &mut Cursor, uses: &mut Uses) -> Parsed<Outline> {
    let place = uses.open();
    let start = c.position();
    with(c, uses)?;
    let has_with = c.position() > start;
    let mut outline = body(c, uses)?;
    if has_with {
        outline.shape.combined = Some("it has WITH");
    }
    uses.close(place);
    Ok(outline)
}

fn body(c: &mut Cursor, uses: &mut Uses) -> Parsed<Outline> {
    // A write inside WITH is allowed in parentheses too, and only our own grammar knows it.
    if c.at_symbol(&Token::LParen) && c.word_at(1).is_some_and(|word| word.eq_ignore_ascii_case("WITH")) {
        let start = c.position();
        let outline = c.parenthesized(|c| query_into(c, uses))?;
        if c.at_end() || c.at_symbol(&Token::RParen) {
            return Ok(outline);
        }
        c.back_to(start);
    }
    // A lone SELECT is a query too: one row without columns.
    if c.at(&["SELECT"]) && matches!(c.peek_nth(1), Token::EOF | Token::RParen) {
        c.advance();
        return Ok(Outline::default());
    }
    let start = c.next_span();
    let where_clause = where_clause(c);
    let query = c.delegate(Parser::parse_query)?;
    let mut walk = uses.walk(c);
    walk.query(&query);
    let limited = walk.limited(&query);
    if uses.misplaced_write {
        return Err(misplaced_write(start));
    }
    let value = only_value(c, &query);
    let mut outline = Outline {
        limited,
        value,
        series: series::series(&query).or_else(|| series::series_in_list(&query)),
        picked: series::picked(c, &query).filter(|picked| uses.is_table(&picked.table)),
        ..Outline::default()
    };
    outline.fill(c, &query.body, uses);
    outline.rows.extend(series::row_of_literals(&query));
    outline.bound(&query);
    if uses.output_wanted || outline.into.is_some() {
        outline.shape = shape::of_query(c, &query);
        outline.shape.asked = outline.filter.iter().flat_map(|filter| filter.reads.clone()).collect();
        let output = output::of_query(c, uses, &query);
        outline.output = Some(match &uses.itself {
            Some(name) => output::recursive(&query, name, output),
            None => output,
        });
    }
    if let Some(filter) = &mut outline.filter {
        filter.span = where_clause;
    }
    Ok(outline)
}

/// Words that end a WHERE clause; PostgreSQL reserves them all.
const AFTER_WHERE: &[&str] = &[
    "GROUP",
    "HAVING",
    "WINDOW",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "FOR",
    "ON",
    "RETURNING",
];

/// The place of the condition of the query that starts here: sqlparser does not keep it.
fn where_clause(c: &Cursor) -> Span {
    let opening = (0..).take_while(|n| c.peek_nth(*n) == &Token::LParen).count();
    let (mut depth, mut span) = (opening, None::<Span>);
    for n in opening.. {
        let closed = depth == opening;
        match c.peek_nth(n) {
            Token::EOF | Token::SemiColon => break,
            Token::RParen if closed => break,
            Token::RParen => depth -= 1,
            Token::LParen => depth += 1,
            Token::Word(_) if closed && span.is_some() && c.is_any_at(n, AFTER_WHERE) => break,
            Token::Word(_) if closed && span.is_none() && c.is_any_at(n, &["WHERE"]) => {
                span = Some(Span::new(c.span_nth(n + 1).start, c.span_nth(n + 1).start));
                continue;
            }
            _ => {}
        }
        span = span.map(|span| span.to(c.span_nth(n)));
    }
    span.unwrap_or_default()
}

impl Outline {
    fn fill(&mut self, c: &Cursor, body: &sql::SetExpr, uses: &Uses) {
        match body {
            sql::SetExpr::Query(query) => {
                self.fill(c, &query.body, uses);
                self.bound(query);
            }
            sql::SetExpr::Select(select) => self.select(c, select, uses),
            sql::SetExpr::SetOperation { .. } => self.set_operation(c, body, uses),
            sql::SetExpr::Values(values) => {
                let row = |row: &sql::Parens<Vec<sql::Expr>>| row.content.iter().map(series::assigned).collect();
                self.rows = values.rows.iter().map(row).collect();
            }
            _ => {}
        }
    }

    /// Of a query with LIMIT or FETCH the rows are some of those that it lists, or none.
    fn bound(&mut self, query: &sql::Query) {
        if query.limit_clause.is_some() || query.fetch.is_some() {
            self.from_query |= !self.rows.is_empty();
            self.rows.clear();
        }
    }

    /// INTO stands in the first SELECT; the rows may come from any.
    fn set_operation(&mut self, c: &Cursor, body: &sql::SetExpr, uses: &Uses) {
        let mut body = body;
        while let sql::SetExpr::SetOperation { left, right, .. } = body {
            let mut other = Outline::default();
            other.fill(c, right, uses);
            self.from_query |= other.from_query;
            body = left;
        }
        let mut first = Outline::default();
        first.fill(c, body, uses);
        self.from_query |= first.from_query;
        self.into = first.into;
    }

    fn select(&mut self, c: &Cursor, select: &sql::Select, uses: &Uses) {
        self.from_query = !select.from.is_empty() || select.projection.iter().any(gives_many_rows);
        self.filter = select.selection.as_ref().map(|filter| expr::lower_inside(c, filter, uses, &[], &[]));
        if select.from.is_empty() {
            self.settings = select.projection.iter().filter_map(set_config).collect();
            self.only_setting = select.projection.len() == 1;
        }
        self.into = select.into.clone();
    }
}

/// The value of a SELECT that has nothing but one value.
fn only_value(c: &Cursor, query: &sql::Query) -> Option<Expr> {
    let sql::SetExpr::Select(select) = &*query.body else { return None };
    let [sql::SelectItem::UnnamedExpr(value) | sql::SelectItem::ExprWithAlias { expr: value, .. }] =
        select.projection.as_slice()
    else {
        return None;
    };
    let bare = select.from.is_empty() && series::is_bare(query, select);
    let mut uses = Uses::default();
    uses.walk(c).expr(value);
    (bare && !uses.subqueries).then(|| expr::lower_inside(c, value, &Uses::default(), &[], &[]))
}

/// Functions that give many rows without a FROM.
fn gives_many_rows(item: &sql::SelectItem) -> bool {
    let (sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. }) = item else { return false };
    matches!(called(expr).as_deref(), Some("generate_series" | "unnest"))
}

/// The name of the function that an expression calls, without its schema.
fn called(expr: &sql::Expr) -> Option<EcoString> {
    let sql::Expr::Function(function) = expr else { return None };
    Some(folded(function.name.0.last()?.as_ident()?))
}

/// `set_config('name', 'value', is_local)` with constants.
fn set_config(item: &sql::SelectItem) -> Option<SettingChange> {
    let (sql::SelectItem::UnnamedExpr(expr) | sql::SelectItem::ExprWithAlias { expr, .. }) = item else { return None };
    let sql::Expr::Function(sql::Function { args: sql::FunctionArguments::List(list), .. }) = expr else { return None };
    if called(expr).as_deref() != Some("set_config") {
        return None;
    }
    let [name, value, local] = list.args.as_slice() else { return None };
    let local = match constant(local)? {
        sql::Value::Boolean(local) => *local,
        _ => return None,
    };
    let (name, value) = (text(name)?.to_ascii_lowercase(), text(value)?);
    Some(SettingChange { kind: SettingKind::Set { name, value }, local })
}

fn text(argument: &sql::FunctionArg) -> Option<EcoString> {
    match constant(argument)? {
        sql::Value::SingleQuotedString(text) | sql::Value::EscapedStringLiteral(text) => Some(text.clone().into()),
        sql::Value::DollarQuotedString(text) => Some(text.value.clone().into()),
        _ => None,
    }
}

fn constant(argument: &sql::FunctionArg) -> Option<&sql::Value> {
    fn value(expr: &sql::Expr) -> Option<&sql::Value> {
        match expr {
            sql::Expr::Value(value) => Some(&value.value),
            sql::Expr::Nested(inner) | sql::Expr::Cast { expr: inner, .. } => value(inner),
            _ => None,
        }
    }
    match argument {
        sql::FunctionArg::Unnamed(sql::FunctionArgExpr::Expr(expr)) => value(expr),
        _ => None,
    }
}

/// SELECT ... INTO makes a table, which only a whole statement may do.
pub(super) fn refuse_into(c: &Cursor, outline: &Outline) -> Parsed<()> {
    match outline.into {
        Some(_) => Err(SyntaxError { message: "SELECT ... INTO is not allowed here".into(), at: c.next_span() }),
        None => Ok(()),
    }
}

/// The table that SELECT ... INTO makes.
fn made(c: &Cursor, into: &sql::SelectInto) -> Option<ObjectName> {
    match into.targets.as_slice() {
        [sql::Expr::Identifier(name)] => object_name(c, &vec![name.clone()].into()),
        [sql::Expr::CompoundIdentifier(parts)] => object_name(c, &parts.clone().into()),
        _ => None,
    }
}

fn select_into(name: Option<ObjectName>, into: &sql::SelectInto, query: Query) -> Parsed<CreateTable> {
    let Some(name) = name else {
        return Err(SyntaxError { message: "expected one table behind INTO".into(), at: query.span });
    };
    let persistence = match (into.temporary, into.unlogged) {
        (true, _) => Persistence::Temporary,
        (_, true) => Persistence::Unlogged,
        _ => Persistence::Permanent,
    };
    Ok(CreateTable { persistence, query: Some(query), ..CreateTable::new(name) })
}
