//! The columns that a query gives, by its text and by what the catalogue knows of what it reads.
//!
//! Source: `transformTargetList`, `expandRelation` and `transformFromClause` of PostgreSQL's parser. What text and history do
//! not show for certain is left open: a type, or whether there are more columns.

mod types;
mod values;

use std::rc::Rc;

use crate::ast::{DataType, FromItem, FromSource, Ident, Merged, Output, OutputItem};

use super::catalog::{Column, Relation};
use super::surroundings::Surroundings;
use crate::parser::value_in;

use types::{Type, common};
use values::type_of;

/// A column that a query gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its type, where it is certain.
    pub data_type: Option<DataType>,
    /// The schema of its type, where that is not built in.
    pub type_schema: Option<String>,
    /// The collation of the column that it is.
    pub collation: Option<String>,
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
    fn renamed(mut self, names: &[String]) -> Self {
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
        Self::new(name.to_owned(), Type::Unknown)
    }

    fn new(name: String, found: Type) -> Self {
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
    let names: Vec<String> = names.iter().map(|name| name.name.clone()).collect();
    let columns = output.map_or_else(Columns::unknown, |output| of_output(output, None, around));
    columns.renamed(&names)
}

/// The type that the default of a column has before it is assigned to the column; `None` where that is not certain.
///
/// Source: `strip_implicit_coercions()` in ATExecAlterColumnType of the server, and measurements
/// (`fixtures/facts/type-*-default*.sql`).
pub fn type_of_default(column: &Column, around: &Surroundings) -> Option<DataType> {
    if column.serial {
        return Some(DataType { name: "bigint".to_owned(), ..DataType::default() });
    }
    let nothing = Sight { items: Vec::new(), outer: None };
    match type_of(&value_in(column.more.expression.text()?), &nothing, around) {
        Type::Known { data_type, .. } => Some(data_type),
        Type::Literal => column.more.default_type.as_deref().or(column.known_type()).cloned(),
        Type::Unknown => None,
    }
}

/// The columns of a relation, as far as history shows them.
pub fn of_relation(relation: &Relation) -> Columns {
    let given = |column: &Column| Given {
        name: column.name.clone(),
        data_type: column.known_type().map(|known| DataType { serial: false, ..known.clone() }),
        type_schema: column.more.type_schema.clone(),
        collation: column.collation.clone(),
        computed: column.more.doubts.collation,
    };
    let there = relation.columns.iter().filter(|column| !column.more.doubts.existence);
    Columns { list: there.map(given).collect(), whole: relation.is_known_whole() }
}

fn is_collated(data_type: &DataType) -> bool {
    ["text", "character varying", "character", "bpchar", "name"].contains(&data_type.name.as_str())
}

/// What a FROM list brings into sight, one inside the other.
struct Sight<'s> {
    items: Vec<Item>,
    outer: Option<&'s Sight<'s>>,
}

/// An item of a FROM list: what `*` gives, and what stands behind a name.
struct Item {
    columns: Rc<Columns>,
    named: Vec<(String, Rc<Columns>)>,
}

impl Sight<'_> {
    /// The columns of what has this name.
    fn named(&self, name: &str) -> Option<&Columns> {
        let here = self.items.iter().flat_map(|item| &item.named).find(|(known, _)| known == name);
        here.map(|(_, columns)| columns.as_ref()).or_else(|| self.outer?.named(name))
    }

    /// A column by its name alone: of the innermost list that has it.
    fn column(&self, name: &str) -> Option<&Given> {
        let found = self.items.iter().find_map(|item| item.columns.column(name));
        let whole = self.items.iter().all(|item| item.columns.whole);
        found.or_else(|| self.outer.filter(|_| whole)?.column(name))
    }
}

fn of_output(output: &Output, outer: Option<&Sight>, around: &Surroundings) -> Columns {
    match branch(output, outer, around) {
        (None, _) => Columns::unknown(),
        (Some(columns), whole) => {
            let list = columns.into_iter().map(|(given, found)| given.unwrap_or_else(|name| Given::new(name, found)));
            Columns { list: list.collect(), whole }
        }
    }
}

/// Either a column as it is, or the name of one that has a type of its own.
type Cell = (Result<Given, String>, Type);

/// The columns of one branch of UNION, in which a string without a type has none yet; and whether these are all.
fn branch(output: &Output, outer: Option<&Sight>, around: &Surroundings) -> (Option<Vec<Cell>>, bool) {
    match output {
        Output::Select { list, from } => select(list, from, outer, around),
        Output::Values(rows) => {
            let width = rows.first().map_or(0, Vec::len);
            let sight = Sight { items: Vec::new(), outer };
            let column = |at: usize| {
                let values = rows.iter().filter_map(|row| row.get(at));
                let found = common(values.map(|value| values::type_of(value, &sight, around)).collect(), around);
                (Err(format!("column{}", at + 1)), found)
            };
            (Some((0..width).map(column).collect()), true)
        }
        Output::Branches(branches) => {
            let mut each = branches.iter().map(|one| branch(one, outer, around));
            let Some((Some(first), whole)) = each.next() else { return (None, false) };
            let others: Vec<(Option<Vec<Cell>>, bool)> = each.collect();
            let merge = |(at, (given, found)): (usize, Cell)| {
                let name = given.map_or_else(|name| name, |given| given.name);
                let of_other = |other: &(Option<Vec<Cell>>, bool)| match other {
                    (Some(cells), true) if whole => cells.get(at).map_or(Type::Unknown, |(_, found)| found.clone()),
                    _ => Type::Unknown,
                };
                let all = std::iter::once(found).chain(others.iter().map(of_other)).collect();
                (Err(name), common(all, around))
            };
            (Some(first.into_iter().enumerate().map(merge).collect()), whole)
        }
        Output::Unknown => (None, false),
    }
}

fn select(
    list: &[OutputItem],
    from: &[FromItem],
    outer: Option<&Sight>,
    around: &Surroundings,
) -> (Option<Vec<Cell>>, bool) {
    let mut sight = Sight { items: Vec::new(), outer };
    for item in from {
        let item = of_item(item, &sight, outer, around);
        sight.items.push(item);
    }
    let (mut cells, mut whole) = (Vec::new(), true);
    let mut take = |columns: &Columns, cells: &mut Vec<Cell>| {
        whole &= columns.whole;
        cells.extend(columns.list.iter().map(|given| (Ok(given.clone()), given.found())));
    };
    let mut unnamed = false;
    for item in list {
        match item {
            OutputItem::All => sight.items.iter().for_each(|item| take(&item.columns, &mut cells)),
            OutputItem::AllOf(name) => match sight.named(name) {
                Some(columns) => take(columns, &mut cells),
                None => take(&Columns::unknown(), &mut cells),
            },
            OutputItem::Value { name: None, .. } => unnamed = true,
            OutputItem::Value { name: Some(name), value } => cells.push(values::cell(name, value, &sight, around)),
        }
    }
    (Some(cells), whole && !unnamed)
}

/// An item of FROM. `sight` is what stands before it, with what the query around sees, and `outer` that alone.
fn of_item(item: &FromItem, sight: &Sight, outer: Option<&Sight>, around: &Surroundings) -> Item {
    let columns = match &item.source {
        FromSource::Relation(name) => around.relation(name).map_or_else(Columns::unknown, of_relation),
        FromSource::Query { output, lateral: true } => of_output(output, Some(sight), around),
        FromSource::Query { output, lateral: false } => of_output(output, outer, around),
        FromSource::Function { name, arguments, ordinality } => {
            let own = item.known_as.as_deref().unwrap_or_default();
            values::of_function(name, own, arguments, *ordinality, sight, around)
        }
        FromSource::Joins { first, rest } => {
            let joined = joined(first, rest, sight, outer, around);
            let Some(name) = &item.known_as else { return joined };
            // The names inside are out of sight.
            let columns = Rc::new(Rc::unwrap_or_clone(joined.columns).renamed(&item.columns));
            return Item { named: vec![(name.clone(), Rc::clone(&columns))], columns };
        }
        FromSource::Unknown => Columns::unknown(),
    };
    let columns = Rc::new(columns.renamed(&item.columns));
    let named = item.known_as.iter().map(|name| (name.clone(), Rc::clone(&columns))).collect();
    Item { columns, named }
}

/// A chain of joins.
fn joined(
    first: &FromItem,
    rest: &[(Merged, FromItem)],
    sight: &Sight,
    outer: Option<&Sight>,
    around: &Surroundings,
) -> Item {
    let mut left = of_item(first, sight, outer, around);
    for (merged, right) in rest {
        let before = Sight { items: vec![left], outer: Some(sight) };
        let right = of_item(right, &before, outer, around);
        let Some(before) = before.items.into_iter().next() else { return right };
        let named = before.named.into_iter().chain(right.named).collect();
        left = Item { columns: Rc::new(merge(&before.columns, &right.columns, merged, around)), named };
    }
    left
}

/// The columns of a join: first those that it merges, then the others of the left, then those of the right.
fn merge(left: &Columns, right: &Columns, merged: &Merged, around: &Surroundings) -> Columns {
    let whole = left.whole && right.whole;
    let names: Vec<String> = match merged {
        Merged::Nothing => Vec::new(),
        Merged::Columns(names) => names.clone(),
        Merged::Natural if whole => {
            let both = left.list.iter().filter(|column| right.column(&column.name).is_some());
            both.map(|column| column.name.clone()).collect()
        }
        Merged::Natural => {
            let names = left.list.iter().chain(right.list.iter().filter(|column| left.column(&column.name).is_none()));
            return Columns { list: names.map(|column| Given::untyped(&column.name)).collect(), whole: false };
        }
    };
    let of_both = |name: &String| {
        let types = [left.column(name), right.column(name)].map(|column| column.map_or(Type::Unknown, Given::found));
        Given::new(name.clone(), common(types.to_vec(), around))
    };
    let rest = left.list.iter().chain(&right.list).filter(|column| !names.contains(&column.name));
    Columns { list: names.iter().map(of_both).chain(rest.cloned()).collect(), whole }
}
