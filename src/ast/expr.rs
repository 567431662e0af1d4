//! What rules ask about expressions.

use ecow::{EcoString, eco_format};

use super::{ColumnRead, Counted, ObjectName, Rows};
use crate::source::Span;

/// An expression: its place, and the few facts about it that rules ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// As written, without parentheses that belong to the clause around it.
    pub span: Span,
    /// No column, no subquery and no function call: literals, casts and operators on them, NULL, CURRENT_DATE is not.
    pub constant: bool,
    /// The literal NULL, also with a cast.
    pub null: bool,
    /// Functions called, lower case, with the schema where written; keyword functions by their name (`current_timestamp`).
    pub functions: Vec<EcoString>,
    /// Columns named, folded, without their table.
    pub columns: Vec<EcoString>,
    /// The same with the relations they may belong to, those of subqueries too; only where the condition is a policy's.
    pub reading: Vec<ColumnRead>,
    /// Relations read by subqueries.
    pub reads: Vec<ObjectName>,
    /// Relations that constant strings name: `nextval('name')`, `'name'::regclass`.
    pub constants: Box<[ObjectName]>,
    /// The conjuncts that hold whenever the expression is true, as far as they compare a column.
    pub conditions: Vec<Condition>,
    /// The conjuncts that compare a column with literals, with these.
    pub limits: Box<Limits>,
    /// A subquery stands in it.
    pub subquery: bool,
    /// Casts in it of columns, and of what is a text.
    pub casts: Box<[CastOf]>,
    /// The literal that the expression is, casts aside, if it is nothing else.
    pub literal: Option<Literal>,
    /// What it is, where that follows from columns of the row and from constants.
    pub value: Option<Box<Counted>>,
    /// What the planner makes of it.
    pub folded: Box<Folded>,
    /// What the server calls a column that it gives, where nobody names it: a column's or function's name, `case`.
    pub name: Option<EcoString>,
    /// Which of the rows OLD and NEW it reads.
    pub rows: Rows,
}

/// What the planner makes of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    /// The functions that are still called when constants are worked out, where these are fewer.
    pub live_functions: Option<Box<[EcoString]>>,
    /// The call that the expression is, if it is nothing else.
    pub call: Option<Call>,
    /// What the expression is, where it is no more than one thing.
    pub operand: Operand,
}

/// A plain call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name, with the schema where written.
    pub name: EcoString,
    /// Its arguments.
    pub arguments: Vec<Operand>,
}

/// An expression that is no more than one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Operand {
    /// A column, or an argument by its name.
    Column(EcoString),
    /// `$1`
    Parameter(EcoString),
    /// A whole number.
    Integer(i32),
    /// A literal of a type.
    OfType(&'static str),
    /// Something else.
    #[default]
    Other,
}

/// A cast of something whose type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastOf {
    /// What is cast.
    pub from: CastFrom,
    /// The type, as `format_type()` prints it.
    pub to: EcoString,
}

/// What a [`CastOf`] casts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CastFrom {
    /// A column.
    Column(EcoString),
    /// A text, as `->>` gives.
    Text,
    /// What `||` gives: a text, or else nothing that becomes a day or a moment.
    Concatenated,
    /// A column AT TIME ZONE.
    AtTimeZone(EcoString),
    /// What a function gives, by its name, with the schema where written.
    Call(EcoString),
    /// A column that stands beside `||`: one that is no text, and no array or the like, becomes a text.
    Joined(EcoString),
    /// A column that EXTRACT takes a field from.
    Field(EcoString),
}

/// A conjunct `column test` of a boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column, folded.
    pub column: EcoString,
    /// How it is tested.
    pub test: Test,
}

/// How a [`Condition`] tests its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `= constant` (or a parameter, or a subquery that gives one row).
    Equal,
    /// `IN (constants)` or `= ANY (constants)`.
    In,
    /// `IN (subquery with LIMIT)`.
    InLimited,
    /// `>` or `>=` a constant.
    Above,
    /// `<` or `<=` a constant.
    Below,
    /// BETWEEN constants.
    Between,
    /// IS NULL.
    IsNull,
    /// IS NOT NULL.
    IsNotNull,
    /// Anything else.
    Other,
}

/// What the conjuncts of a boolean expression say of columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// Those that hold whenever the expression is true.
    pub all: Vec<Limit>,
    /// Conjuncts `... OR ...`: of the limits of each alternative, those of one hold.
    pub either: Vec<Vec<Vec<Limit>>>,
    /// Conjuncts that compare two columns, as [`Limit::column`] has them.
    pub pairs: Vec<(EcoString, Comparison, EcoString)>,
    /// Whether there are other conjuncts.
    pub more: bool,
    /// Conjuncts `satisfies_hash_partition('table'::regclass, modulus, remainder, columns)`.
    pub hashes: Vec<HashLimit>,
}

impl Limits {
    /// Calls `change` with every column that is compared.
    pub fn each_column(&mut self, change: impl Fn(&mut EcoString)) {
        let either = self.either.iter_mut().flatten().flatten();
        self.all.iter_mut().chain(either).for_each(|limit| change(&mut limit.column));
        self.pairs.iter_mut().flat_map(|(one, _, other)| [one, other]).for_each(&change);
        self.hashes.iter_mut().flat_map(|hash| &mut hash.keys).for_each(&change);
    }
}

/// `satisfies_hash_partition(...)` in a CHECK, which is how the server writes the bound of a HASH partition.
#[derive(Debug, Clone, PartialEq)]
pub struct HashLimit {
    /// The partitioned table, as the string names it.
    pub parent: EcoString,
    /// The modulus.
    pub modulus: EcoString,
    /// The remainder.
    pub remainder: EcoString,
    /// The keys, as [`Limit::column`] has them.
    pub keys: Vec<EcoString>,
}

/// A conjunct `column comparison literals` of a boolean expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The column, folded; or an expression, in the form of [`Limit::of_expression`].
    pub column: EcoString,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what: one literal, but for the comparisons with lists and with NULL.
    pub values: Vec<Literal>,
    /// The type that a value is cast to.
    pub cast: Option<EcoString>,
}

impl Limit {
    /// The text of an expression that is compared, so that two of them can be told to be the same: without white space and
    /// outer parentheses, in lower case, and in one pair of parentheses, as no column is.
    pub fn of_expression(text: &str) -> EcoString {
        let squeezed: EcoString = text.chars().filter(|c| !c.is_whitespace()).collect::<EcoString>().to_lowercase();
        let mut inner = squeezed.as_str();
        while let Some(stripped) = inner.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            if !is_balanced(stripped) {
                break;
            }
            inner = stripped;
        }
        eco_format!("({inner})")
    }
}

/// Whether every parenthesis is closed behind it.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// How a [`Limit`] compares its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `=`, IN, `= ANY`
    OneOf,
    /// `<>`, NOT IN, `<> ALL`
    NoneOf,
    /// IS NULL
    Null,
    /// IS NOT NULL
    NotNull,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// NULL.
    Null,
    /// TRUE or FALSE.
    Boolean(bool),
    /// A number as written, with its sign.
    Number(EcoString),
    /// A string.
    Text(EcoString),
}

impl Expr {
    /// The functions that are left when the planner has worked out its constants.
    pub fn live_functions(&self) -> &[EcoString] {
        self.folded.live_functions.as_deref().unwrap_or(&self.functions)
    }

    /// An expression of which nothing is known but that it is about columns.
    pub fn of_columns(span: Span) -> Self {
        Self {
            span,
            constant: false,
            null: false,
            functions: Vec::new(),
            columns: Vec::new(),
            reading: Vec::new(),
            reads: Vec::new(),
            constants: Box::default(),
            conditions: Vec::new(),
            subquery: false,
            casts: Box::default(),
            limits: Box::default(),
            literal: None,
            value: None,
            folded: Box::default(),
            name: None,
            rows: Rows::default(),
        }
    }

    /// Whether the comparisons of columns with literals are all that a condition asks.
    pub fn is_told_by_limits(&self) -> bool {
        let limits = &self.limits;
        let plain = !self.subquery && self.functions.is_empty();
        plain && !limits.all.is_empty() && !limits.more && limits.pairs.is_empty()
    }
}
