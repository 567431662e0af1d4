//! Values of enums that the same transaction has added and that cannot be used before it commits.
//!
//! Source: `fixtures/facts/enum-value-used-*.sql`. Until 11 the transaction does not get so far: it cannot add a value, but to
//! a type of its own, and that one can be used at once, as again from 17. A constant is read as a value of the enum as soon
//! as the statement is understood, so that a CHECK or a view uses it as much as an UPDATE does.

use crate::ast::{AlterActionKind, ColumnChange, ColumnConstraintKind, ColumnDef, DataType, Expr, Literal};
use crate::ast::{ObjectName, Statement, StatementKind, Write, WriteVerb};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::source::Span;

use super::refused_on;

const UNSAFE_NEW_ENUM_VALUE_USAGE: &str = "55P04";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let session = around.session;
    if !session.transaction().is_open() {
        return Vec::new();
    }
    let now = Some(session.transaction_number());
    let mut found = Vec::new();
    for (name, known) in around.catalog.enums() {
        // From 17 a type that is new too does not matter any more.
        let versions = match known.created_in_transaction == now {
            true => VersionSet::range(12, 16),
            false => VersionSet::since(12),
        };
        let added = known.values.iter().filter(|value| value.sure && value.added_in_transaction == now);
        for value in added {
            let usage = Usage { name, value: &value.value, statement, around };
            found.extend(usage.place().map(|span| {
                let reason = format!("{} is a new value of {name}: it cannot be used before COMMIT", value.value);
                refused_on(versions, UNSAFE_NEW_ENUM_VALUE_USAGE, reason).at(span)
            }));
        }
    }
    found.sort_by_key(|refusal| refusal.span.map(|span| span.start));
    found
}

/// A value that may be used.
struct Usage<'a> {
    name: &'a RelationName,
    value: &'a str,
    statement: &'a Statement,
    around: &'a Surroundings<'a>,
}

impl Usage<'_> {
    /// The first place where it is used for certain.
    fn place(&self) -> Option<Span> {
        let relations = match &self.statement.kind {
            StatementKind::Write(write) => self.relations(super::missing::written(write)),
            StatementKind::Query(query) => self.relations(query.reads.iter()),
            StatementKind::CreateView(create) => self.relations(create.query.reads.iter()),
            StatementKind::CreateIndex(create) => self.relations([&create.table]),
            StatementKind::CreatePolicy(create) => self.relations([&create.table]),
            StatementKind::CreateTable(create) => {
                if let Some(span) = create.columns.iter().find_map(|column| self.in_default_of(column)) {
                    return Some(span);
                }
                Vec::new()
            }
            StatementKind::AlterTable(alter) => {
                let defaults = alter.actions.iter().find_map(|action| match &action.kind {
                    AlterActionKind::AddColumn { column, .. } => self.in_default_of(column),
                    AlterActionKind::AlterColumn { name, change: ColumnChange::SetDefault(expr) } => {
                        let column = self.around.relation(&alter.name)?.column(&name.name)?;
                        self.is_type(column.data_type.as_ref()?).then(|| self.constant(expr))?
                    }
                    _ => None,
                });
                if defaults.is_some() {
                    return defaults;
                }
                self.relations([&alter.name])
            }
            _ => return None,
        };
        let inserted = match &self.statement.kind {
            StatementKind::Write(write) if write.verb == WriteVerb::Insert => self.inserted(write),
            _ => None,
        };
        inserted.or_else(|| self.compared(&relations))
    }

    fn relations<'n>(&self, names: impl IntoIterator<Item = &'n ObjectName>) -> Vec<&Relation> {
        names.into_iter().filter_map(|name| self.around.relation(name)).collect()
    }

    fn is_type(&self, data_type: &DataType) -> bool {
        data_type.dimensions == 0 && self.around.type_name(data_type) == *self.name
    }

    fn in_default_of(&self, column: &ColumnDef) -> Option<Span> {
        let of_type = self.is_type(&column.data_type);
        column.constraints.iter().filter(|_| of_type).find_map(|part| match &part.kind {
            ColumnConstraintKind::Default(expr) => self.constant(expr),
            _ => None,
        })
    }

    fn constant(&self, expr: &Expr) -> Option<Span> {
        let same = matches!(&expr.literal, Some(Literal::Text(text)) if text == self.value);
        same.then_some(expr.span)
    }

    /// Places of the constant in the text of the statement, with what stands before and behind each.
    fn places(&self) -> Vec<(Span, &str, &str)> {
        let span = self.statement.span;
        let text = self.around.text_of(span);
        let written = format!("'{}'", self.value.replace('\'', "''"));
        let places = text.match_indices(&written).map(|(at, _)| at);
        let parts = places.filter_map(|at| Some((at, text.get(..at)?, text.get(at + written.len()..)?)));
        let place = |at: usize| Span::new(span.start + at, span.start + at + written.len());
        parts.filter(|(_, _, after)| !after.starts_with('\'')).map(|(at, b, a)| (place(at), b, a)).collect()
    }

    /// A cast to the enum, or a column of the enum that is set to the constant or compared with it.
    fn compared(&self, relations: &[&Relation]) -> Option<Span> {
        let uses = |(_, before, after): &(Span, &str, &str)| {
            self.is_cast(before, after) || column_before(before).is_some_and(|column| self.is_column(column, relations))
        };
        self.places().into_iter().find(uses).map(|(span, ..)| span)
    }

    fn is_cast(&self, before: &str, after: &str) -> bool {
        let after = after.trim_start();
        let to = match after.strip_prefix("::") {
            Some(to) => to,
            None if before.trim_end().to_lowercase().ends_with("cast(") => {
                match after.split_once(char::is_whitespace) {
                    Some((word, to)) if word.eq_ignore_ascii_case("as") => to,
                    _ => return false,
                }
            }
            None => return false,
        };
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '.');
        let to = to.trim_start();
        let end = to.find(|c| !is_part(c)).unwrap_or(to.len());
        let (written, behind) = to.split_at(end);
        let last = written.rsplit('.').next().unwrap_or_default();
        folded(last) == self.name.name && !behind.starts_with('[')
    }

    /// A column of the enum, if all relations in sight that have a column of the name have one of the enum.
    fn is_column(&self, column: &str, relations: &[&Relation]) -> bool {
        let column = folded(column.rsplit('.').next().unwrap_or_default());
        let mut types = relations.iter().filter_map(|relation| relation.column(&column)).peekable();
        types.peek().is_some() && types.all(|column| column.data_type.as_ref().is_some_and(|known| self.is_type(known)))
    }

    /// VALUES with the constant in the place of a column of the enum.
    fn inserted(&self, write: &Write) -> Option<Span> {
        let relation = self.around.relation(&write.target)?;
        let named = || write.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
        let all = || relation.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
        let columns = match write.columns.is_empty() {
            true if relation.complete => all(),
            true => return None,
            false => named(),
        };
        let at_column = |(_, before, _): &(Span, &str, &str)| {
            let column = place_in_row(before).and_then(|place| columns.get(place));
            let known = column.and_then(|column| relation.column(column));
            known.and_then(|known| known.data_type.as_ref()).is_some_and(|known| self.is_type(known))
        };
        self.places().into_iter().find(at_column).map(|(span, ..)| span)
    }
}

fn folded(written: &str) -> String {
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => written.to_lowercase(),
    }
}

/// The column that a constant behind this text is compared with or given to: `column =`, `column IN ('other',`.
fn column_before(before: &str) -> Option<&str> {
    let before = before.trim_end();
    let operand = ["<>", "!=", "<=", ">=", "=", "<", ">"].iter().find_map(|operator| before.strip_suffix(operator));
    let operand = match operand {
        Some(operand) => operand,
        None => {
            let list = before.rfind('(').filter(|_| before.ends_with(['(', ',']))?;
            let inside = before.get(list + 1..)?;
            let only_constants = inside.split(',').all(|part| part.trim().is_empty() || part.trim().starts_with('\''));
            let word = before.get(..list)?.trim_end();
            let word = word.get(word.len().checked_sub(2)?..).filter(|word| word.eq_ignore_ascii_case("in"))?;
            let rest = before.get(..list)?.trim_end().strip_suffix(word)?.trim_end();
            let negated = rest.len().checked_sub(4).and_then(|at| rest.get(at..));
            let negated = negated.is_some_and(|word| word.eq_ignore_ascii_case(" not"));
            let rest = if negated { rest.get(..rest.len() - 4)? } else { rest };
            only_constants.then_some(rest)?
        }
    };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '.');
    let operand = operand.trim_end();
    let start =
        operand.rfind(|c| !is_part(c)).map_or(0, |at| at + operand[at..].chars().next().map_or(1, char::len_utf8));
    operand.get(start..).filter(|column| !column.is_empty())
}

/// The number of a constant behind this text in its row of VALUES, from 0. A row that holds anything but plain constants and
/// names before it is not followed.
fn place_in_row(before: &str) -> Option<usize> {
    let upper = before.to_uppercase();
    let values = upper.rfind("VALUES").filter(|_| upper.len() == before.len())?;
    let rows = before.get(values + "VALUES".len()..)?;
    let (mut quoted, mut depth, mut place) = (false, 0_usize, 0_usize);
    for c in rows.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => {
                depth += 1;
                if depth == 1 {
                    place = 0;
                }
            }
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => place += 1,
            _ => {}
        }
    }
    let direct = rows.trim_end().ends_with(['(', ',']);
    (!quoted && depth == 1 && direct).then_some(place)
}
