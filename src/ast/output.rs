//! What a query gives, as far as its text tells: the engine finds names and types with what the catalogue knows.

use std::sync::Arc;

use ecow::EcoString;

use super::{DataType, ObjectName};

/// The columns of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// SELECT.
    Select {
        /// Its list.
        list: Vec<OutputItem>,
        /// What FROM brings into sight.
        from: Vec<FromItem>,
        /// How its rows are grouped, where anything says so.
        grouping: Option<Box<Grouping>>,
    },
    /// VALUES: the rows.
    Values(Vec<Vec<Value>>),
    /// UNION, INTERSECT or EXCEPT of several queries; the first gives the names.
    Branches(Vec<Output>),
    /// The text does not tell.
    Unknown,
}

/// How a SELECT groups its rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grouping {
    /// GROUP BY, with the keys of all grouping sets.
    pub keys: Vec<GroupKey>,
    /// GROUPING SETS, ROLLUP or CUBE.
    pub sets: bool,
    /// HAVING.
    pub having: bool,
    /// An item of the list is the call of a window function, whose rows stay as many as they are.
    pub windows: bool,
}

/// A key of GROUP BY.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupKey {
    /// A column of the tables or, where these have none of the name, of the list.
    Column {
        /// What qualifies it.
        table: Option<EcoString>,
        /// Its name.
        column: EcoString,
    },
    /// An item of the list by its place, from 1.
    Position(usize),
    /// An expression.
    Other,
}

/// One item of a SELECT list.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputItem {
    /// A value under its name.
    Value {
        /// The name of the column, given or chosen by the server; `None` where versions differ.
        name: Option<EcoString>,
        /// Its value.
        value: Value,
    },
    /// `*`
    All,
    /// `table.*`
    AllOf(EcoString),
}

/// One item of a FROM list.
#[derive(Debug, Clone, PartialEq)]
pub struct FromItem {
    /// What qualifies its columns: the alias, or else the name; `None` for a join without an alias.
    pub known_as: Option<EcoString>,
    /// Names that the alias gives to the first columns.
    pub columns: Vec<EcoString>,
    /// Where the rows come from.
    pub source: FromSource,
}

/// Where the rows of a [`FromItem`] come from.
#[derive(Debug, Clone, PartialEq)]
pub enum FromSource {
    /// A relation.
    Relation(ObjectName),
    /// A WITH query, of which these are the columns.
    With(Arc<Output>),
    /// A subquery.
    Query {
        /// Its columns.
        output: Arc<Output>,
        /// LATERAL: it sees what stands before it.
        lateral: bool,
    },
    /// The call of a function.
    Function {
        /// Its name, lower case, with the schema where written.
        name: EcoString,
        /// Its arguments.
        arguments: Vec<Value>,
        /// WITH ORDINALITY.
        ordinality: bool,
    },
    /// A chain of joins.
    Joins {
        /// The first item.
        first: Box<FromItem>,
        /// The others, each with the columns that are merged with those before it.
        rest: Vec<(Merged, FromItem)>,
    },
    /// The text does not tell.
    Unknown,
}

/// Columns that a join merges into one.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Merged {
    /// None: ON, CROSS JOIN.
    #[default]
    Nothing,
    /// USING.
    Columns(Vec<EcoString>),
    /// NATURAL: those of the same name.
    Natural,
}

/// A value, as far as its type depends on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A column.
    Column {
        /// What qualifies it.
        table: Option<EcoString>,
        /// Its name.
        column: EcoString,
    },
    /// Something of this type: a cast, a number, a comparison.
    Typed(DataType),
    /// A string or NULL, which gets the type that its surroundings ask for, or else text.
    Text,
    /// The call of a function.
    Call {
        /// Its name, lower case, with the schema where written; what only looks like a function has its word.
        name: EcoString,
        /// Its arguments.
        arguments: Vec<Value>,
    },
    /// One of several values that share a type: CASE, COALESCE, GREATEST, LEAST.
    OneOf(Vec<Value>),
    /// Operators from left to right.
    Operators {
        /// The first operand.
        first: Box<Value>,
        /// Each operator with the operand behind it.
        rest: Vec<(EcoString, Value)>,
    },
    /// `value AT TIME ZONE zone`
    AtTimeZone(Box<Value>),
    /// ARRAY[...].
    Array(Vec<Value>),
    /// A subquery that gives one value.
    Query(Arc<Output>),
    /// The text does not tell.
    Unknown,
}
