//! What uses a type: CHECKs and indexes that do not fit the new type of their column, and what keeps a type from being dropped.
//!
//! The server writes them out with the old type and reads them again: `status = 'open'` of a text is `status = 'open'::text`,
//! which an enum cannot be compared with. Claimed only for pairs of types that were measured
//! (`fixtures/facts/alter-type-check-*.sql`, `alter-type-index-*.sql`). A varchar is cast to text first, which most types can be.

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, Comparison, DataType, Drop, Ident, Limit, Limits, Literal,
};
use crate::engine::catalog::{Column, Composite, ConstraintKind, Doubts, Function, Index, Kind, Past, Relation};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::types;

use super::existence::{is_known_whole, is_there};
use super::newer_functions::has_only_known_extensions;
use super::{DEPENDENT_OBJECTS, INVALID_OBJECT_DEFINITION, keys_of_index, refused};

const UNDEFINED_FUNCTION: &str = "42883";

/// What a change of a column's type breaks.
pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, .. } } => {
            let column = relation.column(&name.name).filter(|_| is_known_whole(relation))?;
            let refusal = change(column, data_type, alter, relation, around);
            Some(refusal.or_else(|| included(column, relation, around))?.at(action.span))
        }
        _ => None,
    });
    found.collect()
}

/// A key that includes the column has to be made anew, and a foreign key that needs it does not let it go.
///
/// Source: `RememberIndexForRebuilding()` of the server, and measurements (`fixtures/facts/needed-key-include-type.sql`).
fn included(column: &Column, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let with_it = relation
        .indexes
        .iter()
        .filter(|index| index.shape.include.contains(&column.name) && index.certain && !index.more.doubted);
    let (other, _) = with_it.flat_map(|index| keys_of_index(index, relation, around)).next()?;
    let reason = format!("column {} is included in a key that the foreign key of {other} depends on", column.name);
    Some(refused(DEPENDENT_OBJECTS, reason))
}

/// What a value of a type is, as far as comparisons depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Varchar,
    Integer,
    Uuid,
    Boolean,
    Enum,
    Timestamp,
    TimestampTz,
    Date,
    /// Types that are compared with none of the others.
    Other,
}

impl Class {
    fn of(data_type: &DataType, around: &Surroundings) -> Option<Self> {
        if data_type.dimensions > 0 {
            return None;
        }
        match data_type.name.as_str() {
            "text" => Some(Self::Text),
            "character varying" => Some(Self::Varchar),
            "smallint" | "integer" | "bigint" => Some(Self::Integer),
            "uuid" => Some(Self::Uuid),
            "boolean" => Some(Self::Boolean),
            "timestamp without time zone" => Some(Self::Timestamp),
            "timestamp with time zone" => Some(Self::TimestampTz),
            "date" => Some(Self::Date),
            "json" | "jsonb" | "bytea" => Some(Self::Other),
            _ => around.catalog.enum_created_in(&around.type_name(data_type)).map(|_| Self::Enum),
        }
    }

    /// Whether there is no operator that compares a value of the new type with one of the old.
    fn cannot_be_compared(self, new: Self, numeric: bool) -> bool {
        use Class as C;
        match self {
            C::Text => numeric || !matches!(new, C::Text | C::Varchar),
            C::Integer => !numeric && !matches!(new, C::Integer),
            C::Enum => matches!(new, C::Text | C::Varchar | C::Integer | C::Enum),
            C::Uuid => matches!(new, C::Text | C::Varchar),
            C::Timestamp | C::TimestampTz | C::Date => numeric || matches!(new, C::Text | C::Varchar | C::Integer),
            C::Varchar | C::Boolean | C::Other => false,
        }
    }
}

fn change(
    column: &Column,
    data_type: &DataType,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let old_type = column.known_type()?;
    let old = Class::of(old_type, around)?;
    let numeric = data_type.dimensions == 0 && data_type.name == "numeric";
    let new = Class::of(data_type, around).or(numeric.then_some(Class::Other))?;
    let same_enum = old == Class::Enum && around.type_name(old_type) == around.type_name(data_type);
    let checks = relation.constraints.iter().filter(|known| !known.doubted && !goes(&known.name, &known.kind, alter));
    let checks = checks.filter_map(|known| match &known.kind {
        ConstraintKind::Check { limits, .. } => Some((format!("the constraint {}", known.name), limits)),
        _ => None,
    });
    let indexes = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted && stays(index, alter));
    let predicates =
        indexes.clone().map(|index| (format!("the predicate of index {}", index.name), &index.more.limits));
    let own = around.has_own_casts() || around.catalog.unnamed.operators;
    if old.cannot_be_compared(new, numeric) && !same_enum && !own {
        let own = |cast: &EcoString| is_own(cast, old_type, old);
        let compares =
            |limits: &Limits| all(limits).any(|limit| limit.column == column.name && is_plain(limit, old, &own));
        if let Some((what, _)) = checks.chain(predicates.clone()).find(|(_, limits)| compares(limits)) {
            let reason = format!("{what} compares column {} as what it was: there is no such operator", column.name);
            return Some(refused(UNDEFINED_FUNCTION, reason));
        }
    }
    let written = || {
        let checks =
            relation.constraints.iter().filter(|known| !known.doubted && !goes(&known.name, &known.kind, alter));
        let checks = checks.filter(|known| matches!(known.kind, ConstraintKind::Check { .. }));
        let checks =
            checks.filter_map(|known| Some((format!("the constraint {}", known.name), known.expression.text()?)));
        let texts =
            indexes.clone().map(|index| (format!("the predicate of index {}", index.name), &*index.shape.predicate));
        checks.chain(texts)
    };
    if old == Class::Boolean && new != Class::Boolean {
        let used = written().find_map(|(what, text)| Some((what, as_condition(text, &column.name)?)));
        if let Some((what, sqlstate)) = used {
            return Some(refused(sqlstate, format!("{what} needs column {} to be boolean", column.name)));
        }
    }
    let keys = || {
        indexes.clone().flat_map(|index| {
            let keys = index.shape.keys.iter().map(|key| &*key.expression);
            keys.map(|text| (format!("the expression of index {}", index.name), text))
        })
    };
    let is_document = |data_type: &DataType| matches!(&*data_type.name, "json" | "jsonb");
    if is_document(old_type) && !is_document(data_type) && !may_stand_for_texts(around) {
        let mut texts = written().chain(keys());
        if let Some((what, _)) = texts.find(|(_, text)| as_document(text, &column.name)) {
            let reason = format!("{what} uses column {} as {}: there is no such operator", column.name, old_type.name);
            return Some(refused(UNDEFINED_FUNCTION, reason));
        }
    }
    let stays_text = matches!(new, Class::Text | Class::Varchar);
    if old == Class::Text && !stays_text && data_type.name != "bytea" && !may_stand_for_texts(around) {
        let mut texts = written().chain(keys());
        if let Some((what, _)) = texts.find(|(_, text)| as_text(text, &column.name)) {
            let reason = format!("{what} uses column {} as a text: there is no such operator or function", column.name);
            return Some(refused(UNDEFINED_FUNCTION, reason));
        }
    }
    let times = [Class::Timestamp, Class::TimestampTz, Class::Date];
    let zoned =
        (old == Class::TimestampTz) != (new == Class::TimestampTz) && times.contains(&old) && times.contains(&new);
    let by_text = old == Class::Varchar && new == Class::Enum;
    if zoned || by_text {
        let is_moment = |cast: &EcoString| zoned && MOMENTS.contains(&types::canonical(cast));
        let compares = |limits: &Limits| {
            all(limits).any(|limit| {
                let same = limit.column == column.name && is_comparison(limit);
                same && limit.cast.as_ref().is_none_or(is_moment)
            })
        };
        if let Some((what, _)) = predicates.clone().find(|(_, limits)| compares(limits)) {
            return Some(not_immutable(&what));
        }
    }
    let mut indexes = indexes.filter(|index| index.expression_columns.contains(&column.name));
    let given = |index: &&Index, functions: &[&str]| {
        let zone = index.shape.keys.iter().any(|key| key.expression.contains("zone"));
        !zone
            && functions.iter().any(|function| index.has_key_of(function) && index.more.key_names.len() == 1)
            && index.expression_columns.len() == 1
            && !index.partial
    };
    if zoned && old == Class::Timestamp && new == Class::TimestampTz {
        let index = indexes.find(|index| given(index, &["date_trunc", "date_part", "extract"]))?;
        return Some(not_immutable(&format!("the expression of index {}", index.name)));
    }
    None
}

/// What a moment may be written as.
const MOMENTS: &[&str] = &["date", "timestamp with time zone", "timestamp without time zone"];

/// Functions of texts that values of no other type of [`Class`] have, but for bytea.
const FUNCTIONS_OF_TEXTS: &[&str] = &["length", "char_length", "lower", "upper", "btrim", "ltrim", "rtrim", "initcap"];

/// Whether history makes a cast, an operator or a function by which another type may do what texts do.
fn may_stand_for_texts(around: &Surroundings) -> bool {
    let named = |(key, _): (&RelationName, &Past)| matches!(&*key.schema, "CAST" | "OPERATOR");
    around.catalog.ledger.all(Kind::Named).any(named)
        || !has_only_known_extensions(around)
        || FUNCTIONS_OF_TEXTS.iter().any(|name| around.catalog.function(name).is_some())
}

/// Whether an expression matches a column with a pattern, or calls a function with it that only texts have.
fn as_text(text: &str, column: &str) -> bool {
    const PATTERNS: &[&str] = &["like ", "ilike ", "similar to ", "~", "!~"];
    is_used(text, column, PATTERNS, &|function| FUNCTIONS_OF_TEXTS.contains(&function))
}

/// Whether an expression takes something out of a column of JSON, or calls a function with it that only JSON has.
fn as_document(text: &str, column: &str) -> bool {
    const OPERATORS: &[&str] = &["->", "#>", "@>", "<@", "?"];
    is_used(text, column, OPERATORS, &|function| function.starts_with("json_") || function.starts_with("jsonb_"))
}

/// Whether one of these operators stands behind a column, or one of these functions is called with it.
fn is_used(text: &str, column: &str, operators: &[&str], is_function: &dyn Fn(&str) -> bool) -> bool {
    let lower = text.to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '\'' | '.');
    lower.match_indices(column).any(|(at, _)| {
        let (Some(before), Some(after)) = (lower.get(..at), lower.get(at + column.len()..)) else { return false };
        let quoted = before.matches('\'').count() % 2 == 1;
        if quoted || before.chars().next_back().is_some_and(is_part) || after.chars().next().is_some_and(is_part) {
            return false;
        }
        let (before, after) = (before.trim_end(), after.trim_start());
        let opens =
            before.is_empty() || before.ends_with('(') || ["and", "or", "not"].iter().any(|w| before.ends_with(w));
        let after_not = after.strip_prefix("not ").map_or(after, str::trim_start);
        let matched = opens && operators.iter().any(|operator| after_not.starts_with(operator));
        let name = before.strip_suffix('(').map(str::trim_end).filter(|_| after.starts_with(')'));
        let called = name.is_some_and(|before| {
            let name = before.rsplit(|c: char| !is_part(c)).next().unwrap_or_default();
            is_function(name)
        });
        matched || called
    })
}

/// With which SQLSTATE an expression fails that has a boolean column as a condition, or compares it with TRUE or FALSE.
fn as_condition(text: &str, column: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '\'' | '.');
    lower.match_indices(column).find_map(|(at, _)| {
        let (before, after) = (lower.get(..at)?, lower.get(at + column.len()..)?);
        if before.chars().next_back().is_some_and(is_part) || after.chars().next().is_some_and(is_part) {
            return None;
        }
        let (before, after) = (before.trim_end(), after.trim_start());
        let opens = ["", "(", "not", "and", "or"].iter().any(|word| match *word {
            "" => before.is_empty(),
            word => before.ends_with(word),
        });
        let compared =
            after.strip_prefix('=').or_else(|| after.strip_prefix("<>")).or_else(|| after.strip_prefix("!="));
        let with = compared.map(|rest| rest.trim_start().trim_end_matches(')'));
        match with {
            Some("true" | "false") => Some(UNDEFINED_FUNCTION),
            Some(_) => None,
            None => {
                let ends = after.is_empty() || [")", "and ", "or "].iter().any(|word| after.starts_with(word));
                (opens && ends).then_some(super::DATATYPE_MISMATCH)
            }
        }
    })
}

fn not_immutable(what: &str) -> Refusal {
    refused(INVALID_OBJECT_DEFINITION, format!("functions in {what} must be marked IMMUTABLE"))
}

fn all(limits: &Limits) -> impl Iterator<Item = &Limit> {
    limits.all.iter().chain(limits.either.iter().flatten().flatten())
}

fn is_comparison(limit: &Limit) -> bool {
    !matches!(limit.comparison, Comparison::Null | Comparison::NotNull) && !limit.values.contains(&Literal::Null)
}

/// Whether a cast, in lower case, is one to the type that the column has: the constant behind it is what it would be without.
/// An enum is compared with no other type.
fn is_own(cast: &str, old_type: &DataType, old: Class) -> bool {
    match old {
        Class::Enum => cast.replace('"', "") == old_type.name.to_lowercase(),
        _ => types::canonical(cast) == old_type.name,
    }
}

/// Compared with constants of the column's own type, so that nothing is cast.
fn is_plain(limit: &Limit, class: Class, own: &dyn Fn(&EcoString) -> bool) -> bool {
    let is_whole = |literal: &Literal| match literal {
        Literal::Number(text) | Literal::Text(text) => text.parse::<i32>().is_ok(),
        Literal::Null | Literal::Boolean(_) => false,
    };
    let fits = |literal: &Literal| match class {
        Class::Integer => is_whole(literal),
        _ => matches!(literal, Literal::Text(_)),
    };
    let uncast = limit.cast.as_ref().is_none_or(own);
    is_comparison(limit) && uncast && !limit.values.is_empty() && limit.values.iter().all(fits)
}

/// Whether the statement drops the constraint itself.
fn goes(name: &str, kind: &ConstraintKind, alter: &AlterTable) -> bool {
    let columns: &[EcoString] = if let ConstraintKind::Check { columns, .. } = kind { columns } else { &[] };
    alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::DropConstraint { name: Ident { name: dropped, .. }, .. } => dropped == name,
        AlterActionKind::DropColumn { name, .. } => columns.contains(&name.name),
        _ => false,
    })
}

/// Whether the statement leaves the index as it is.
pub(super) fn stays(index: &Index, alter: &AlterTable) -> bool {
    !alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::DropConstraint { name, .. } => name.name == index.name,
        AlterActionKind::DropColumn { name, .. } => index.names_column(&name.name),
        _ => false,
    })
}

/// What keeps the types from being dropped that a statement without CASCADE names.
pub(super) fn of_dropped(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let names: Vec<RelationName> = drop.names.iter().map(|name| around.resolve_kind(Kind::Type, name)).collect();
    names.iter().filter_map(|name| keeps(name, &names, around)).collect()
}

/// A column or a function of the type that the rows of a table have, which stays when the table is dropped.
pub(super) fn of_row(name: &RelationName, also: &[RelationName], around: &Surroundings) -> Option<Refusal> {
    let catalog = around.catalog;
    let takes_it = |function: &Function| function.heading().is_some_and(|heading| heading.names_type(&name.name));
    let of_function = catalog.functions().any(|(_, function)| takes_it(function));
    // Tables are dropped often, and this is rare.
    if !of_function && !catalog.may_be_type_of_column(&name.name) {
        return None;
    }
    let alike = catalog.relations().filter(|relation| relation.name.name == name.name).count();
    let typed = catalog.ledger.all(Kind::Type).any(|(other, _)| other.name == name.name);
    if alike != 1 || typed || !catalog.get(name).is_some_and(is_there) {
        return None;
    }
    let refused = |what: String| Some(refused(DEPENDENT_OBJECTS, format!("cannot drop {name}: {what} depends on it")));
    let holds = |column: &Column| column.data_type.as_ref().is_some_and(|of| around.type_name(of) == *name);
    let stays = |table: &&RelationName| {
        let dropped = also.iter().any(|other| other == *table || catalog.descendants(other).contains(table));
        !dropped && catalog.get(table).is_some_and(is_there)
    };
    let users = if catalog.may_be_type_of_column(&name.name) { catalog.users_of_type(holds) } else { Vec::new() };
    if let Some(table) = users.iter().find(stays) {
        return refused(format!("a column of {table}"));
    }
    let names_it = |function: &&RelationName| {
        let bare = function.name.split('(').next().unwrap_or_default();
        let mut overloads = catalog.functions().filter(|(known, _)| *known == bare);
        let of_row = overloads.all(|(_, known)| takes_it(known));
        of_row && catalog.is_only_function(bare)
    };
    let functions =
        catalog.ledger.all(Kind::Function).filter(|(_, past)| past.is_there()).map(|(function, _)| function);
    let function = functions.filter(names_it).min()?;
    refused(format!("function {function}"))
}

/// A column, another type that is made of it, or a function that takes it.
fn keeps(name: &RelationName, also: &[RelationName], around: &Surroundings) -> Option<Refusal> {
    let is_it = |data_type: &DataType| around.type_name(data_type) == *name;
    let is_of_type = |column: &Column| column.data_type.as_ref().is_some_and(is_it);
    let tables = around.catalog.relations().filter(|relation| relation.columns.iter().any(is_of_type));
    let refused = |what: String| refused(DEPENDENT_OBJECTS, format!("cannot drop {name}: {what} depends on it"));
    if let Some(table) = tables.map(|relation| &relation.name).min() {
        return Some(refused(format!("a column of {table}")));
    }
    let is_sure = |column: &Column| column.more.doubts == Doubts::default();
    let defaults = around.catalog.defaults_of_type(is_it).into_iter();
    if let Some((table, column)) = defaults.into_iter().find(|(_, column)| is_sure(column)) {
        return Some(refused(format!("the default of {}.{}", table.name, column.name)));
    }
    let is_only = around.catalog.is_only_type(name);
    let is_cast = |written: &str| is_only && is_it(&DataType { name: written.into(), ..DataType::default() });
    let casting = around.catalog.relations().filter(|relation| is_there(relation) && relation.casts_to(&is_cast));
    if let Some(table) = casting.map(|relation| &relation.name).min() {
        return Some(refused(format!("a cast in an expression of {table}")));
    }
    if let Some(table) = around.catalog.typed_tables(name).into_iter().next() {
        return Some(refused(format!("table {table}")));
    }
    let is_sure = |other: &RelationName| {
        other != name && !also.contains(other) && around.catalog.past(Kind::Type, other).is_some_and(Past::is_there)
    };
    let domains = around.catalog.domains().filter(|(_, domain)| is_it(&domain.data_type)).map(|(other, _)| other);
    if let Some(domain) = domains.filter(|other| is_sure(other)).min() {
        return Some(refused(format!("the domain {domain}")));
    }
    let holds = |known: &Composite| known.whole && known.attributes.iter().any(|attribute| is_it(&attribute.data_type));
    let composites = around.catalog.composites().filter(|(_, known)| holds(known)).map(|(other, _)| other);
    if let Some(composite) = composites.filter(|other| is_sure(other)).min() {
        return Some(refused(format!("the type {composite}")));
    }
    let functions = around.catalog.ledger.all(Kind::Function).filter(|(_, past)| past.is_there());
    let function = functions.map(|(function, _)| function).filter(|function| takes(function, name, around)).min()?;
    Some(refused(format!("function {function}")))
}

/// Whether an argument of a function is of a type, by its signature: the only type of this name that history shows.
fn takes(function: &RelationName, name: &RelationName, around: &Surroundings) -> bool {
    let Some((_, arguments)) = function.name.split_once('(') else { return false };
    let named = arguments.trim_end_matches(')').split(',').map(|argument| argument.trim().trim_end_matches("[]"));
    let full = format!("{}.{}", name.schema, name.name);
    let is_it = named.into_iter().any(|argument| argument == name.name || argument == full);
    let same_name = around.catalog.ledger.all(Kind::Type).filter(|(other, _)| other.name == name.name).count();
    is_it && same_name == 1
}
