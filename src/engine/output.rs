//! The columns that a query gives, by its text and by what the catalogue knows of what it reads.
//!
//! Source: `transformTargetList`, `expandRelation` and `transformFromClause` of PostgreSQL's parser. What text and history do
//! not show for certain is left open: a type, or whether there are more columns.

mod types;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

use ecow::{EcoString, eco_format};
use rustc_hash::FxHashMap;

use crate::ast::{ColumnDef, DataType, FromItem, FromSource, Ident, Merged, Output, OutputItem, Value};

use super::catalog::{Column, Relation};
use super::surroundings::Surroundings;
use crate::parser::value_in;

use types::{Type, common};
use values::type_of;

/// A column that a query gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its name.
    pub name: EcoString,
    /// Its type, where it is certain.
    pub data_type: Option<DataType>,
    /// The schema of its type, where that is not built in.
    pub type_schema: Option<EcoString>,
    /// The collation of the column that it is.
    pub collation: Option<EcoString>,
    /// Whether it is computed of texts: its collation follows from theirs.
    pub computed: bool,
}

/// Columns in order.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Those that are there for certain.
    pub list: Vec<Given>,
    /// There are no others, before, between or behind them.
    pub whole: bool,
}

impl Columns {
    /// Nothing is known.
    fn unknown() -> Self {
        Self::default()
    }

    /// The first columns get other names.
    fn renamed(mut self, names: &[EcoString]) -> Self {
        if !self.whole {
            // Which of them are the first is not known.
            let named = names.iter().map(|name| Given::untyped(name));
            return Self { list: if names.is_empty() { self.list } else { named.collect() }, whole: false };
        }
        for (column, name) in self.list.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        self
    }

    fn column(&self, name: &str) -> Option<&Given> {
        self.list.iter().find(|column| column.name == name)
    }
}

impl Given {
    fn untyped(name: &str) -> Self {
        Self::new(name.into(), Type::Unknown)
    }

    fn new(name: EcoString, found: Type) -> Self {
        match found {
            Type::Known { data_type, schema } => {
                let computed = is_collated(&data_type) || schema.is_some();
                Self { name, data_type: Some(data_type), type_schema: schema, collation: None, computed }
            }
            Type::Unknown => Self { name, data_type: None, type_schema: None, collation: None, computed: true },
            Type::Literal => Self::new(name, Type::named("text")),
        }
    }

    /// Its type.
    fn found(&self) -> Type {
        match &self.data_type {
            Some(data_type) => Type::Known { data_type: data_type.clone(), schema: self.type_schema.clone() },
            None => Type::Unknown,
        }
    }

    /// Whether both have a type and the types are not the same.
    pub fn has_other_type(&self, other: &Self) -> bool {
        let (one, two) = (self.found(), other.found());
        one != Type::Unknown && two != Type::Unknown && one != two
    }
}

/// The columns that a query gives, the first of them under other names where there are some.
pub fn columns(output: Option<&Output>, names: &[Ident], around: &Surroundings) -> Columns {
    let names: Vec<EcoString> = names.iter().map(|name| name.name.clone()).collect();
    let columns = output.map_or_else(Columns::unknown, |output| of_output(output, &Sight::default(), around));
    columns.renamed(&names)
}

/// The types that the columns of a query have, where nothing is left to decide: a string without a type has none. `None`
/// where not all columns are known.
pub fn types_of(output: &Output, around: &Surroundings) -> Option<Vec<Option<DataType>>> {
    let (cells, true) = branch(output, &Sight::default(), around) else { return None };
    let known = |cell: Cell| match cell.found() {
        Type::Known { data_type, schema: None } => Some(data_type),
        Type::Known { .. } | Type::Literal | Type::Unknown => None,
    };
    Some(cells?.into_iter().map(known).collect())
}

/// The type that the default of a column has before it is assigned to the column; `None` where that is not certain.
///
/// Source: `strip_implicit_coercions()` in ATExecAlterColumnType of the server, and measurements
/// (`fixtures/facts/type-*-default*.sql`).
pub fn type_of_default(column: &Column, around: &Surroundings) -> Option<DataType> {
    if column.serial {
        return Some(DataType { name: "bigint".into(), ..DataType::default() });
    }
    let nothing = Sight::default();
    match type_of(&value_in(column.more.expression.text()?), &nothing, around) {
        Type::Known { data_type, .. } => Some(data_type),
        Type::Literal => column.more.default_type.as_deref().or(column.known_type()).cloned(),
        Type::Unknown => None,
    }
}

/// The type of an expression about a row of a table, of which these columns are new; `None` where that is not certain, and
/// where it takes the type that is wanted of it.
pub fn type_of_expression(
    text: &str,
    table: Option<&Relation>,
    new: &[ColumnDef],
    around: &Surroundings,
) -> Option<DataType> {
    type_in_row(&value_in(text), table, new, around)
}

/// The same of a value.
pub fn type_in_row(
    value: &Value,
    table: Option<&Relation>,
    new: &[ColumnDef],
    around: &Surroundings,
) -> Option<DataType> {
    // A cast or an operator of its own may give another type, and more types may meet.
    if around.catalog.unnamed.operators || around.catalog.unnamed.casts || around.has_own_casts() {
        return None;
    }
    let mut list: Vec<Given> = new
        .iter()
        .map(|column| Given::new(column.name.name.clone(), values::written(&column.data_type, around)))
        .collect();
    list.extend(table.into_iter().flat_map(there).map(as_given));
    let columns = Shown::from(Columns { list, whole: true });
    let name = table.map(|table| table.name.name.clone());
    let named = name.into_iter().map(|name| (name, columns.clone())).collect();
    let sight = Sight { items: vec![Item { columns, named }], ..Sight::default() };
    match type_of(value, &sight, around).without_domain(around) {
        Type::Known { data_type, schema: None } => Some(data_type),
        Type::Known { .. } | Type::Literal | Type::Unknown => None,
    }
}

/// The columns of a relation, as far as history shows them.
pub fn of_relation(relation: &Relation) -> Columns {
    Columns { list: there(relation).map(as_given).collect(), whole: relation.is_known_whole() }
}

/// The columns that a relation has for certain.
fn there(relation: &Relation) -> impl Iterator<Item = &Column> {
    relation.columns.iter().filter(|column| !column.more.doubts.existence)
}

fn as_given(column: &Column) -> Given {
    Given {
        name: column.name.clone(),
        data_type: column.known_type().map(|known| DataType { serial: false, ..known.clone() }),
        type_schema: column.more.type_schema.clone(),
        collation: column.collation.clone(),
        computed: column.more.doubts.collation,
    }
}

fn is_collated(data_type: &DataType) -> bool {
    ["text", "character varying", "character", "bpchar", "name"].contains(&data_type.name.as_str())
}

/// What a FROM list brings into sight, one inside the other.
#[derive(Default)]
struct Sight<'s, 'c> {
    items: Vec<Item<'c>>,
    outer: Option<&'s Sight<'s, 'c>>,
    /// What queries below it give. WITH queries are read by others, and by those again: each is worked out once.
    given: RefCell<FxHashMap<*const Output, Rc<Columns>>>,
}

/// Columns that a query may give. Source: `MaxTupleAttributeNumber` of the server.
const MOST_COLUMNS: usize = 1664;

/// An item of a FROM list: what `*` gives, and what stands behind a name.
struct Item<'c> {
    columns: Shown<'c>,
    named: Vec<(EcoString, Shown<'c>)>,
}

/// The columns of an item. Most queries read few of the columns that are in sight: those of a relation stay where they are.
#[derive(Clone)]
enum Shown<'c> {
    /// Those of a relation.
    Of(&'c Relation),
    /// Others.
    List(Rc<Columns>),
    /// Those of the left side of a join, then those of the right.
    Both(Rc<(Shown<'c>, Shown<'c>)>),
}

impl Shown<'_> {
    fn is_whole(&self) -> bool {
        match self {
            Self::Of(relation) => relation.is_known_whole(),
            Self::List(columns) => columns.whole,
            Self::Both(sides) => sides.0.is_whole() && sides.1.is_whole(),
        }
    }

    fn column(&self, name: &str) -> Option<Given> {
        match self {
            Self::Of(relation) => there(relation).find(|column| column.name == name).map(as_given),
            Self::List(columns) => columns.column(name).cloned(),
            Self::Both(sides) => sides.0.column(name).or_else(|| sides.1.column(name)),
        }
    }

    fn all(&self) -> Columns {
        match self {
            Self::Of(relation) => of_relation(relation),
            Self::List(columns) => Columns::clone(columns),
            Self::Both(sides) => {
                let (mut left, right) = (sides.0.all(), sides.1.all());
                left.list.extend(right.list);
                Columns { list: left.list, whole: left.whole && right.whole }
            }
        }
    }

    /// The first columns get other names.
    fn renamed(self, names: &[EcoString]) -> Self {
        if names.is_empty() { self } else { Self::from(self.all().renamed(names)) }
    }
}

impl From<Columns> for Shown<'_> {
    fn from(columns: Columns) -> Self {
        Self::List(Rc::new(columns))
    }
}

impl<'s, 'c> Sight<'s, 'c> {
    /// Nothing so far, inside another.
    fn within(outer: &'s Sight<'s, 'c>) -> Self {
        Self { outer: Some(outer), ..Self::default() }
    }

    /// What WITH queries are worked out in: they are not taken to see the queries around them.
    fn outermost(&self) -> &Self {
        let mut sight = self;
        while let Some(outer) = sight.outer {
            sight = outer;
        }
        sight
    }

    /// The columns of what has this name.
    fn named(&self, name: &str) -> Option<&Shown<'c>> {
        let here = self.items.iter().flat_map(|item| &item.named).find(|(known, _)| known == name);
        here.map(|(_, columns)| columns).or_else(|| self.outer?.named(name))
    }

    /// A column by its name alone: of the innermost list that has it.
    fn column(&self, name: &str) -> Option<Given> {
        let found = self.items.iter().find_map(|item| item.columns.column(name));
        let whole = || self.items.iter().all(|item| item.columns.is_whole());
        found.or_else(|| self.outer.filter(|_| whole())?.column(name))
    }
}

/// The columns of a query in FROM.
fn of_query(output: &Output, outer: &Sight, around: &Surroundings) -> Rc<Columns> {
    let query: *const Output = output;
    let known = outer.given.borrow().get(&query).cloned();
    known.unwrap_or_else(|| {
        let columns = Rc::new(of_output(output, outer, around));
        outer.given.borrow_mut().insert(query, Rc::clone(&columns));
        columns
    })
}

fn of_output(output: &Output, outer: &Sight, around: &Surroundings) -> Columns {
    match branch(output, outer, around) {
        (None, _) => Columns::unknown(),
        (Some(columns), whole) => {
            let given = |cell| match cell {
                Cell::Column(given) => given,
                Cell::Value(name, found) => Given::new(name, found),
            };
            Columns { list: columns.into_iter().map(given).collect(), whole }
        }
    }
}

/// A column as it is, or one that has a name and a type of its own.
enum Cell {
    Column(Given),
    Value(EcoString, Type),
}

impl Cell {
    fn found(&self) -> Type {
        match self {
            Self::Column(given) => given.found(),
            Self::Value(_, found) => found.clone(),
        }
    }
}

/// The columns of one branch of UNION, in which a string without a type has none yet; and whether these are all.
fn branch(output: &Output, outer: &Sight, around: &Surroundings) -> (Option<Vec<Cell>>, bool) {
    match output {
        Output::Select { list, from, .. } => select(list, from, outer, around),
        Output::Values(rows) => {
            let width = rows.first().map_or(0, Vec::len);
            let sight = Sight::within(outer);
            let column = |at: usize| {
                let values = rows.iter().filter_map(|row| row.get(at));
                let found = common(values.map(|value| values::type_of(value, &sight, around)).collect(), around);
                Cell::Value(eco_format!("column{}", at + 1), found)
            };
            (Some((0..width).map(column).collect()), true)
        }
        Output::Branches(branches) => {
            let mut each = branches.iter().map(|one| branch(one, outer, around));
            let Some((Some(first), whole)) = each.next() else { return (None, false) };
            let others: Vec<(Option<Vec<Cell>>, bool)> = each.collect();
            let merge = |(at, cell): (usize, Cell)| {
                let of_other = |other: &(Option<Vec<Cell>>, bool)| match other {
                    (Some(cells), true) if whole => cells.get(at).map_or(Type::Unknown, Cell::found),
                    _ => Type::Unknown,
                };
                let all = std::iter::once(cell.found()).chain(others.iter().map(of_other)).collect();
                let (Cell::Column(Given { name, .. }) | Cell::Value(name, _)) = cell;
                Cell::Value(name, common(all, around))
            };
            (Some(first.into_iter().enumerate().map(merge).collect()), whole)
        }
        Output::Unknown => (None, false),
    }
}

fn select(list: &[OutputItem], from: &[FromItem], outer: &Sight, around: &Surroundings) -> (Option<Vec<Cell>>, bool) {
    let mut sight = Sight::within(outer);
    for item in from {
        let item = of_item(item, &sight, outer, around);
        sight.items.push(item);
    }
    let (mut cells, mut whole) = (Vec::new(), true);
    let mut take = |columns: Columns, cells: &mut Vec<Cell>| {
        whole &= columns.whole;
        cells.extend(columns.list.into_iter().map(Cell::Column));
    };
    let mut unnamed = false;
    for item in list {
        match item {
            OutputItem::All => sight.items.iter().for_each(|item| take(item.columns.all(), &mut cells)),
            OutputItem::AllOf(name) => {
                take(sight.named(name).map_or_else(Columns::unknown, Shown::all), &mut cells);
            }
            OutputItem::Value { name: None, .. } => unnamed = true,
            OutputItem::Value { name: Some(name), value } => cells.push(values::cell(name, value, &sight, around)),
        }
    }
    if cells.len() > MOST_COLUMNS {
        return (None, false);
    }
    (Some(cells), whole && !unnamed)
}

/// An item of FROM. `sight` is what stands before it, with what the query around sees, and `outer` that alone.
fn of_item<'c>(item: &FromItem, sight: &Sight<'_, 'c>, outer: &Sight<'_, 'c>, around: &Surroundings<'c>) -> Item<'c> {
    let columns = match &item.source {
        FromSource::Relation(name) => around.relation(name).map_or_else(|| Columns::unknown().into(), Shown::Of),
        FromSource::With(output) => Shown::List(of_query(output, outer.outermost(), around)),
        FromSource::Query { output, lateral: true } => Shown::List(of_query(output, sight, around)),
        FromSource::Query { output, lateral: false } => Shown::List(of_query(output, outer, around)),
        FromSource::Function { name, arguments, ordinality } => {
            let own = item.known_as.as_deref().unwrap_or_default();
            values::of_function(name, own, arguments, *ordinality, sight, around).into()
        }
        FromSource::Joins { first, rest } => {
            let joined = joined(first, rest, sight, outer, around);
            let Some(name) = &item.known_as else { return joined };
            // The names inside are out of sight.
            let columns = joined.columns.renamed(&item.columns);
            return Item { named: vec![(name.clone(), columns.clone())], columns };
        }
        FromSource::Unknown => Columns::unknown().into(),
    };
    let columns = columns.renamed(&item.columns);
    let named = item.known_as.iter().map(|name| (name.clone(), columns.clone())).collect();
    Item { columns, named }
}

/// A chain of joins.
fn joined<'c>(
    first: &FromItem,
    rest: &[(Merged, FromItem)],
    sight: &Sight<'_, 'c>,
    outer: &Sight<'_, 'c>,
    around: &Surroundings<'c>,
) -> Item<'c> {
    let mut left = of_item(first, sight, outer, around);
    for (merged, right) in rest {
        let before = Sight { items: vec![left], ..Sight::within(sight) };
        let right = of_item(right, &before, outer, around);
        let Some(before) = before.items.into_iter().next() else { return right };
        let named = before.named.into_iter().chain(right.named).collect();
        let columns = match merged {
            Merged::Nothing => Shown::Both(Rc::new((before.columns, right.columns))),
            Merged::Columns(names) => merge(before.columns.all(), right.columns.all(), Some(names), around).into(),
            Merged::Natural => merge(before.columns.all(), right.columns.all(), None, around).into(),
        };
        left = Item { columns, named };
    }
    left
}

/// The columns of a join: first those that it merges, by their names or NATURAL, then the others of the left, then those of
/// the right.
fn merge(left: Columns, right: Columns, merged: Option<&Vec<EcoString>>, around: &Surroundings) -> Columns {
    let whole = left.whole && right.whole;
    let names: Vec<EcoString> = match merged {
        Some(names) => names.clone(),
        None if whole => {
            let both = left.list.iter().filter(|column| right.column(&column.name).is_some());
            both.map(|column| column.name.clone()).collect()
        }
        None => {
            let names = left.list.iter().chain(right.list.iter().filter(|column| left.column(&column.name).is_none()));
            return Columns { list: names.map(|column| Given::untyped(&column.name)).collect(), whole: false };
        }
    };
    let of_both = |name: &EcoString| {
        let types = [left.column(name), right.column(name)].map(|column| column.map_or(Type::Unknown, Given::found));
        Given::new(name.clone(), common(types.to_vec(), around))
    };
    let rest = left.list.iter().chain(&right.list).filter(|column| !names.contains(&column.name));
    Columns { list: names.iter().map(of_both).chain(rest.cloned()).collect(), whole }
}
