//! Data types.

use ecow::EcoString;

use crate::source::Span;

/// A data type as written, with PostgreSQL's own name for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataType {
    /// Lower-case name as format_type() prints it, without modifiers or array brackets (`integer`, `character varying`,
    /// `timestamp with time zone`); a user type keeps its written name, with the schema. `serial` types have their integer type.
    pub name: EcoString,
    /// Modifiers: `(50)` of varchar(50), `(10, 2)` of numeric(10,2).
    pub modifiers: Vec<i64>,
    /// Modifiers that are no numbers, lower case: `point` of geometry(Point, 4326).
    pub words: Vec<EcoString>,
    /// The fields of an interval, lower case: `day to second`.
    pub fields: Option<EcoString>,
    /// Array dimensions; 0 for a plain value.
    pub dimensions: usize,
    /// SETOF: the result of a function.
    pub setof: bool,
    /// `table.column%TYPE` of a function: the name is that of the column.
    pub of_column: bool,
    /// smallserial, serial or bigserial: a sequence and a nextval() default come along.
    pub serial: bool,
    /// As written.
    pub span: Span,
}

impl DataType {
    /// A text as a column of the type keeps it: `varchar(n)` cuts off the blanks that are too many. Nothing where it does not fit.
    pub fn kept(&self, text: EcoString) -> Option<EcoString> {
        let most = self.modifiers.first().filter(|_| self.name == "character varying" && self.dimensions == 0);
        let Some(most) = most else { return Some(text) };
        let Some((end, _)) = text.char_indices().nth(usize::try_from(*most).ok()?) else { return Some(text) };
        let (kept, rest) = text.split_at(end);
        rest.bytes().all(|byte| byte == b' ').then(|| kept.into())
    }
}
