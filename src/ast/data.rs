//! Statements about rows, and maintenance.

use ecow::EcoString;

use super::{
    ColumnRead, Counted, Events, Expr, GroupedBy, Ident, Literal, NamedOption, ObjectName, Output, Picked, Rows,
    Series, SettingChange, TableRead,
};
use crate::source::Span;

/// The verb of a [`Write`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteVerb {
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// MERGE (15).
    Merge,
    /// COPY table FROM.
    CopyFrom,
}

/// A statement that writes rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What it does.
    pub verb: WriteVerb,
    /// The table written.
    pub target: ObjectName,
    /// ONLY: without the partitions and children of the target.
    pub only: bool,
    /// The alias of the target, if given.
    pub alias: Option<Ident>,
    /// INSERT ... SELECT, or MERGE USING a query, or a FROM/USING list: rows come from another relation.
    pub from_query: bool,
    /// The rows are limited by LIMIT or FETCH in the outermost source query of an INSERT.
    pub limited: bool,
    /// WHERE of UPDATE and DELETE; of the source query for INSERT ... SELECT.
    pub filter: Option<Expr>,
    /// Columns that UPDATE sets or INSERT lists.
    pub columns: Vec<Ident>,
    /// ON of MERGE, where rows of the target that it does not match are left alone.
    pub on: Option<Box<Expr>>,
    /// What the query gives whose rows INSERT takes, unless it is VALUES.
    pub source: Option<Box<Output>>,
    /// Relations read: FROM, USING, subqueries, the source of INSERT.
    pub reads: Vec<ObjectName>,
    /// Those of them that stand behind ONLY wherever they are named.
    pub reads_only: Vec<ObjectName>,
    /// The FROM lists of the SELECTs in it, with what is asked of their tables.
    pub tables: Vec<Vec<TableRead>>,
    /// Relations locked by FOR UPDATE and its kin in subqueries.
    pub row_locks: Vec<ObjectName>,
    /// What UPDATE sets the columns to, in their order.
    pub values: Vec<Assigned>,
    /// The rows of VALUES; nothing where the rows come from elsewhere.
    pub rows: Vec<Vec<Assigned>>,
    /// The rows that INSERT makes from a counter.
    pub series: Option<Box<Series>>,
    /// The rows that INSERT makes from those of another table, of which [`Write::filter`] may leave some out.
    pub picked: Option<Box<Picked>>,
    /// The table whose rows MERGE takes, where each that matches changes or deletes a row.
    pub merged_from: Option<ObjectName>,
    /// OVERRIDING ... VALUE.
    pub overriding: Option<Overriding>,
    /// What WITH clauses write; relations read and functions called stand with the outer statement.
    pub also_writes: Vec<Write>,
    /// Functions called anywhere, lower case, with the schema where written.
    pub functions: Vec<EcoString>,
    /// What ON CONFLICT names.
    pub conflict: Option<ConflictTarget>,
    /// Columns that ON CONFLICT DO UPDATE sets.
    pub conflict_sets: Vec<Ident>,
    /// ON CONFLICT DO UPDATE has a WHERE.
    pub conflict_asks: bool,
    /// What the actions of MERGE do.
    pub merge: Option<Events>,
    /// Columns read by the source query of INSERT and by WITH queries.
    pub reading: Vec<ColumnRead>,
    /// RETURNING.
    pub returning: Option<Returning>,
    /// Columns that RETURNING names, where no other table is in sight.
    pub returned: Vec<Ident>,
    /// What FOR UPDATE and its kin are not allowed with, where both stand in one SELECT.
    pub locked_with: Option<&'static str>,
    /// Relations on the nullable side of an outer join whose rows are locked.
    pub locked_nullable: Vec<ObjectName>,
    /// A WITH query says MATERIALIZED or NOT MATERIALIZED (12).
    pub materialized: bool,
    /// DEFAULT VALUES of INSERT: one row, all of it as the columns have it by default.
    pub default_values: bool,
    /// It is the COPY, or what the COPY sends.
    pub copy: Option<Box<Copy>>,
    /// WHEN NOT MATCHED BY SOURCE or BY TARGET of MERGE (17).
    pub matched_by: bool,
}

/// What COPY says beside what it copies.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Copy {
    /// The columns of `COPY table (columns) TO`, which is what the query is made of; nothing for another COPY.
    pub table: Option<Vec<Ident>>,
    /// Options in parentheses.
    pub options: Vec<NamedOption>,
}

/// RETURNING.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returning {
    /// WITH (OLD AS name, NEW AS name) (18).
    pub renames: bool,
    /// The rows before and after the change that its list reads (18).
    pub rows: Rows,
}

impl Write {
    /// What the actions of MERGE do; nothing for another verb.
    pub fn merged(&self) -> Events {
        self.merge.unwrap_or_default()
    }
}

/// What is written to a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Assigned {
    /// DEFAULT.
    Default,
    /// A literal.
    Literal(Literal),
    /// A cast, of a literal where there is one, and what it gives.
    Cast(Option<Literal>, Box<Counted>),
    /// A column as it is, with the name of its table where written.
    Column(Option<EcoString>, EcoString),
    /// Something that lies between what this is where the counter stands at 0 and where it stands at 1: it holds one `random()`,
    /// or none.
    Within(Box<Counted>),
    /// Something that follows from columns of the row and from constants.
    Calculated(Box<Counted>),
    /// Something else.
    Other,
}

impl Assigned {
    /// The literal, casts aside.
    pub fn literal(&self) -> Option<&Literal> {
        match self {
            Self::Literal(literal) => Some(literal),
            Self::Cast(literal, _) => literal.as_ref(),
            Self::Default | Self::Column(..) | Self::Within(_) | Self::Calculated(_) | Self::Other => None,
        }
    }

    /// What it is, as far as that follows from columns of the row and from constants.
    pub fn counted(&self) -> Counted {
        match self {
            Self::Literal(literal) => Counted::Literal(literal.clone()),
            Self::Cast(_, value) | Self::Calculated(value) => Counted::clone(value),
            Self::Column(_, column) => Counted::Column(column.clone()),
            Self::Within(value) if !value.counts() => Counted::clone(value),
            Self::Default | Self::Within(_) | Self::Other => Counted::Unknown,
        }
    }
}

/// What INSERT says of the values that it gives for identity columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overriding {
    /// OVERRIDING SYSTEM VALUE: they are taken.
    System,
    /// OVERRIDING USER VALUE: they are passed over.
    User,
}

/// The key that ON CONFLICT names.
#[derive(Debug, Clone, PartialEq)]
pub enum ConflictTarget {
    /// Columns, with nothing else: no expression, no operator class, no WHERE.
    Columns(Vec<Ident>),
    /// ON CONSTRAINT.
    Constraint(Ident),
    /// Something else.
    Other,
    /// Nothing: any key.
    Nothing,
}

/// A query that is not the source of a write.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Relations read.
    pub reads: Vec<ObjectName>,
    /// What data-modifying WITH clauses write.
    pub writes: Vec<Write>,
    /// Relations locked by FOR UPDATE and its kin.
    pub row_locks: Vec<ObjectName>,
    /// A name behind OF of FOR UPDATE and its kin that nothing in FROM has.
    pub lost_lock: Option<EcoString>,
    /// Those of the relations read that stand behind ONLY wherever they are named.
    pub reads_only: Vec<ObjectName>,
    /// The FROM lists of the SELECTs in it, with what is asked of their tables.
    pub tables: Vec<Vec<TableRead>>,
    /// Functions called anywhere, lower case, with the schema where written.
    pub functions: Vec<EcoString>,
    /// Those of them that stand in FROM, each by itself.
    pub row_functions: Vec<EcoString>,
    /// Settings changed by set_config(...) with constants, where that is one of several items; alone it is a SET.
    pub settings: Vec<SettingChange>,
    /// Columns read, but for those of writes in WITH.
    pub columns: Vec<ColumnRead>,
    /// The SELECTs in it that are grouped by plain columns, where it makes a view.
    pub grouped: Vec<GroupedBy>,
    /// The value of a SELECT that is one value and no more: no FROM, no WHERE, no subquery, nothing behind it.
    pub value: Option<Box<Expr>>,
    /// What it gives, where that makes a table or a view.
    pub output: Option<Box<Output>>,
    /// The INSERT of its rows, where it makes a table of rows that are written out, counted, or taken from one table.
    pub rows: Option<Box<Write>>,
    /// How its rows follow from what it reads, where that makes a table or a view.
    pub shape: Shape,
    /// WHERE of the outermost SELECT, where that makes a table or a view.
    pub filter: Option<Box<Expr>>,
    /// What FOR UPDATE and its kin are not allowed with, where both stand in one SELECT.
    pub locked_with: Option<&'static str>,
    /// Relations on the nullable side of an outer join whose rows are locked.
    pub locked_nullable: Vec<ObjectName>,
    /// A WITH query says MATERIALIZED or NOT MATERIALIZED (12).
    pub materialized: bool,
    /// The COPY that sends its rows.
    pub copy: Option<Box<Copy>>,
    /// The query.
    pub span: Span,
}

/// How the rows of a query follow from those that it reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// Why they are not those of one relation, as far as the text tells.
    pub combined: Option<&'static str>,
    /// Functions that its list calls; nothing where there are subqueries in it.
    pub functions: Vec<EcoString>,
    /// Relations that its WHERE reads.
    pub asked: Vec<ObjectName>,
}

impl Shape {
    /// Rows that are not those of one relation.
    pub fn combined(why: &'static str) -> Self {
        Self { combined: Some(why), ..Self::default() }
    }
}

/// A table in a list of them.
#[derive(Debug, Clone, PartialEq)]
pub struct TableTarget {
    /// The table.
    pub name: ObjectName,
    /// ONLY: without its partitions and children.
    pub only: bool,
    /// Columns, where only these are meant: ANALYZE t (a, b).
    pub columns: Vec<Ident>,
    /// From ONLY or the name to the last token.
    pub span: Span,
}

/// TRUNCATE.
#[derive(Debug, Clone, PartialEq)]
pub struct Truncate {
    /// The tables.
    pub tables: Vec<TableTarget>,
    /// CASCADE.
    pub cascade: bool,
    /// RESTART IDENTITY.
    pub restart_identity: bool,
}

/// LOCK TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct Lock {
    /// The tables.
    pub tables: Vec<TableTarget>,
    /// The mode in upper case without LOCK or MODE; ACCESS EXCLUSIVE when none is given.
    pub mode: EcoString,
    /// NOWAIT.
    pub nowait: bool,
}

/// What REINDEX names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReindexTarget {
    /// INDEX.
    Index,
    /// TABLE.
    Table,
    /// SCHEMA.
    Schema,
    /// DATABASE.
    Database,
    /// SYSTEM.
    System,
}

/// REINDEX.
#[derive(Debug, Clone, PartialEq)]
pub struct Reindex {
    /// What is rebuilt.
    pub target: ReindexTarget,
    /// Its name; DATABASE and SYSTEM may omit it (16).
    pub name: Option<ObjectName>,
    /// CONCURRENTLY (12), as a word or as an option that is not off.
    pub concurrently: bool,
    /// Options in parentheses, or VERBOSE.
    pub options: Vec<NamedOption>,
    /// The keyword INDEX, TABLE ...: a rewrite puts CONCURRENTLY behind it.
    pub target_keyword: Span,
}

/// VACUUM or ANALYZE.
#[derive(Debug, Clone, PartialEq)]
pub struct Vacuum {
    /// VACUUM; false for a plain ANALYZE.
    pub vacuum: bool,
    /// FULL.
    pub full: bool,
    /// ANALYZE.
    pub analyze: bool,
    /// Options in parentheses, or the words of the old syntax.
    pub options: Vec<NamedOption>,
    /// Tables; empty means the whole database.
    pub tables: Vec<TableTarget>,
}

/// CLUSTER.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The table; None means every table clustered before.
    pub table: Option<ObjectName>,
    /// The index; None means the one of the CLUSTER before.
    pub index: Option<Ident>,
    /// Options in parentheses, or VERBOSE.
    pub options: Vec<NamedOption>,
}

/// REFRESH MATERIALIZED VIEW.
#[derive(Debug, Clone, PartialEq)]
pub struct Refresh {
    /// The materialized view.
    pub name: ObjectName,
    /// CONCURRENTLY.
    pub concurrently: bool,
    /// WITH NO DATA.
    pub with_no_data: bool,
    /// The keyword VIEW: a rewrite puts CONCURRENTLY behind it.
    pub view_keyword: Span,
}
