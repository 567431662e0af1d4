//! Rows that a statement makes from a counter.

use ecow::EcoString;

use super::{Comparison, DataType, Literal, ObjectName};

/// `SELECT values FROM generate_series(first, last)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Where the counter begins.
    pub first: i64,
    /// Where it ends, itself included.
    pub last: i64,
    /// The values of each row.
    pub values: Vec<Counted>,
}

/// `SELECT values FROM table [WHERE ...]`
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// The table.
    pub table: ObjectName,
    /// The values of each row, which follow from its columns; none for `*`, which is all of these.
    pub values: Option<Vec<Counted>>,
    /// ORDER BY.
    pub ordered: bool,
}

/// A value that depends on nothing but a counter.
#[derive(Debug, Clone, PartialEq)]
pub enum Counted {
    /// The counter.
    Counter,
    /// What the row has in a column.
    Column(EcoString),
    /// A literal.
    Literal(Literal),
    /// A number made of two.
    Number(Arithmetic, Box<Counted>, Box<Counted>),
    /// `||`
    Joined(Box<Counted>, Box<Counted>),
    /// NULLIF
    NullIf(Box<Counted>, Box<Counted>),
    /// A day, written `2024-01-31`, and so many days later: `date '2024-01-31' + n`.
    Day(EcoString, Box<Counted>),
    /// A moment without a time zone, and so many times so many seconds later: `timestamp '2024-01-31' + n * interval '1 hour'`.
    Moment {
        /// The moment, written `2024-01-31` or `2024-01-31 10:30:00`.
        from: EcoString,
        /// The seconds.
        seconds: i64,
        /// How many times.
        times: Box<Counted>,
    },
    /// `(ARRAY[...])[n]`
    Element(Vec<Counted>, Box<Counted>),
    /// CASE WHEN condition THEN value ELSE value END.
    Case(Vec<(Counted, Counted)>, Box<Counted>),
    /// COALESCE
    Coalesce(Vec<Counted>),
    /// A comparison: one of the orders, `=` as [`Comparison::OneOf`] or `<>` as [`Comparison::NoneOf`]; a question for NULL
    /// asks for the first.
    Compared(Comparison, Box<Counted>, Box<Counted>),
    /// AND
    Both(Box<Counted>, Box<Counted>),
    /// OR
    Either(Box<Counted>, Box<Counted>),
    /// A cast.
    Cast(CountedCast, Box<Counted>),
    /// A call of a function of the server.
    Called(CountedCall, Vec<Counted>),
    /// A range: of its two bounds, and of what says whether they belong to it, where that is written; or of one text.
    Range(RangeKind, Vec<Counted>),
    /// Something else.
    Unknown,
}

/// The parts of a value, looked at or to be changed: `iter` or `iter_mut`.
macro_rules! parts {
    ($value:expr, $iter:ident) => {
        match $value {
            Self::Unknown | Self::Counter | Self::Column(_) | Self::Literal(_) => Vec::new(),
            Self::Number(_, one, other)
            | Self::Compared(_, one, other)
            | Self::Joined(one, other)
            | Self::NullIf(one, other)
            | Self::Both(one, other)
            | Self::Either(one, other) => vec![one, other],
            Self::Day(_, value) | Self::Moment { times: value, .. } | Self::Cast(_, value) => vec![value],
            Self::Element(values, at) => {
                let mut parts: Vec<_> = values.$iter().collect();
                parts.push(at);
                parts
            }
            Self::Coalesce(values) | Self::Called(_, values) | Self::Range(_, values) => values.$iter().collect(),
            Self::Case(cases, rest) => {
                let mut parts: Vec<_> = cases.$iter().flat_map(|(when, then)| [when, then]).collect();
                parts.push(rest);
                parts
            }
        }
    };
}

impl Counted {
    /// Its parts.
    fn parts(&self) -> Vec<&Self> {
        parts!(self, iter)
    }

    /// Its parts, to change them.
    fn parts_mut(&mut self) -> Vec<&mut Self> {
        parts!(self, iter_mut)
    }

    /// Whether no part of it is unknown.
    pub fn is_known(&self) -> bool {
        !self.any(&|part| *part == Self::Unknown)
    }

    /// Whether something is true of it or of a part of it.
    pub fn any(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        is(self) || self.parts().into_iter().any(|part| part.any(is))
    }

    /// Of how many parts it is made.
    pub fn size(&self) -> usize {
        1 + self.parts().into_iter().map(Self::size).sum::<usize>()
    }

    /// Whether it grows, or falls, wherever the counter grows, which may stand between two whole numbers.
    pub fn is_monotone(&self) -> bool {
        match self {
            Self::Counter | Self::Literal(_) => true,
            Self::Number(Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply, one, other) => {
                one.is_monotone() && other.is_monotone() && !(one.counts() && other.counts())
            }
            Self::Day(_, value) | Self::Moment { times: value, .. } => value.is_monotone(),
            Self::Cast(CountedCast::Whole | CountedCast::Big | CountedCast::Date, value) => value.is_monotone(),
            Self::Number(..)
            | Self::Joined(..)
            | Self::NullIf(..)
            | Self::Element(..)
            | Self::Case(..)
            | Self::Coalesce(_)
            | Self::Compared(..)
            | Self::Both(..)
            | Self::Either(..)
            | Self::Cast(CountedCast::Text | CountedCast::Boolean, _)
            | Self::Called(..)
            | Self::Range(..)
            | Self::Column(_)
            | Self::Unknown => false,
        }
    }

    /// Whether a day or a moment stands in it; those in a range are parts of its text.
    pub fn holds_moment(&self) -> bool {
        match self {
            Self::Day(..) | Self::Moment { .. } => true,
            Self::Range(..) => false,
            _ => self.parts().into_iter().any(Self::holds_moment),
        }
    }

    /// Does something with the name of each column in it.
    pub fn each_column(&mut self, each: &impl Fn(&mut EcoString)) {
        match self {
            Self::Column(name) => each(name),
            _ => self.parts_mut().into_iter().for_each(|part| part.each_column(each)),
        }
    }

    /// Puts something in the place of each column in it.
    pub fn put_in(&mut self, value: &dyn Fn(&str) -> Self) {
        match self {
            Self::Column(name) => *self = value(name),
            _ => self.parts_mut().into_iter().for_each(|part| part.put_in(value)),
        }
    }

    /// Whether the counter stands in it, where it is monotone.
    pub fn counts(&self) -> bool {
        match self {
            Self::Counter => true,
            Self::Number(_, one, other) => one.counts() || other.counts(),
            Self::Day(_, value) | Self::Moment { times: value, .. } | Self::Cast(_, value) => value.counts(),
            _ => false,
        }
    }
}

/// What is done to two whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl Arithmetic {
    /// Whether it divides: what it gives depends on the types of the numbers.
    pub fn divides(self) -> bool {
        matches!(self, Self::Divide | Self::Modulo)
    }
}

/// Casts whose results are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedCast {
    /// To `text`, or `character varying` without a length.
    Text,
    /// To `smallint` or `integer`.
    Whole,
    /// To `bigint`.
    Big,
    /// To `date`.
    Date,
    /// To `boolean`.
    Boolean,
}

impl CountedCast {
    /// The one to a type, if its results are known.
    pub fn to(data_type: &DataType) -> Option<Self> {
        match data_type.name.as_str() {
            "text" | "character varying" if data_type.modifiers.is_empty() => Some(Self::Text),
            "smallint" | "integer" => Some(Self::Whole),
            "bigint" => Some(Self::Big),
            _ => None,
        }
    }
}

/// Functions of the server whose results are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedCall {
    /// lower(text)
    Lower,
    /// upper(text)
    Upper,
    /// length(text), and what else it is called
    Length,
    /// abs(number)
    Absolute,
    /// strpos(text, part), and `position(part IN text)`
    Position,
    /// repeat(text, number)
    Repeat,
    /// octet_length(text)
    Octets,
    /// text ~ pattern
    Matches,
    /// text LIKE pattern
    Like,
    /// ltrim(text)
    TrimStart,
    /// rtrim(text)
    TrimEnd,
    /// btrim(text)
    Trim,
    /// left(text, number)
    Left,
    /// right(text, number)
    Right,
    /// substr(text, from, count)
    Substring,
    /// replace(text, from, to)
    Replace,
    /// GREATEST, which passes over NULL
    Greatest,
    /// LEAST, which passes over NULL
    Least,
    /// value IS DISTINCT FROM value
    Distinct,
    /// concat(value, ...), which passes over NULL
    Concat,
    /// concat_ws(separator, value, ...), which passes over NULL
    ConcatWith,
    /// format(text, value, ...), which takes NULL for nothing
    Format,
    /// lpad(text, number), lpad(text, number, text)
    PadStart,
    /// rpad(text, number), rpad(text, number, text)
    PadEnd,
    /// md5(text)
    Md5,
    /// reverse(text)
    Reverse,
    /// split_part(text, separator, number)
    SplitPart,
    /// chr(number)
    Character,
    /// num_nonnulls(value, ...)
    Values,
    /// num_nulls(value, ...)
    Nulls,
}

/// The range types of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeKind {
    /// `int4range`
    Integer,
    /// `int8range`
    Big,
    /// `numrange`
    Numeric,
    /// `daterange`
    Day,
    /// `tsrange`
    Moment,
    /// `tstzrange`
    Zoned,
}

impl RangeKind {
    /// That of this name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "int4range" => Some(Self::Integer),
            "int8range" => Some(Self::Big),
            "numrange" => Some(Self::Numeric),
            "daterange" => Some(Self::Day),
            "tsrange" => Some(Self::Moment),
            "tstzrange" => Some(Self::Zoned),
            _ => None,
        }
    }
}
