//! From text to statements: the only place that names sqlparser.
//!
//! One scanner of our own ([`scan`]) knows where strings, names, comments, placeholders and variables of psql start and end, for
//! everything that reads text here.
//!
//! 1. A file is a script for psql ([`script`]): it is split into statements first ([`split`]), so that what cannot be parsed costs
//!    one statement and never its file. Commands of psql are obeyed where the file says enough: what they include, set, skip.
//!    Tags of templates are placeholders, or white space where they steer the template ([`template`]).
//! 2. A statement ([`statement`]) becomes sqlparser's tokens ([`lexer`]), put right where sqlparser would misread them
//!    ([`tokens`]), and is read by our own grammar ([`cursor`], [`dispatch`]). A placeholder is a name, a string or a number,
//!    whichever is asked for, with a value that is not known. Queries, FROM lists and expressions are sqlparser's own parse,
//!    lowered at once into our tree.
//! 3. The bodies of DO blocks and of functions ([`plpgsql`]) hold statements of their own: those that are written out, and those of
//!    EXECUTE whose text is constant. EXPLAIN, PREPARE and DECLARE hold one each ([`nested`]).
//!
//! What is not understood stays as [`Unparsed`](crate::ast::StatementKind::Unparsed), with its place, its first words and the
//! reason.
//!
//! Deeply nested SQL needs a deep stack: such a statement gets a thread of its own, and what would be too deep even for that
//! is refused before it is parsed ([`limits`]).

mod alter_column;
mod alter_function;
mod alter_other;
mod alter_switch;
mod alter_table;
mod attributes;
mod calls;
mod clauses;
mod column;
mod comment;
mod conditions;
mod constraint;
mod counted;
mod create_table;
mod cursor;
mod cursors;
mod data_type;
mod dialect;
mod dispatch;
mod domain;
mod drop;
mod expr;
mod extension;
mod fallback;
mod folding;
mod foreign;
mod from;
mod grouped;
mod grouping;
mod index;
mod lexer;
mod limit;
mod limits;
mod literal;
mod maintenance;
mod merge;
mod names;
mod nested;
mod number;
mod objects;
mod option;
mod other;
mod outer;
mod output;
mod output_name;
mod partition;
mod plpgsql;
mod policy;
mod privileges;
mod psql;
mod psql_arguments;
mod psql_flow;
mod psql_includes;
mod publication;
mod query;
mod rare;
mod reading;
mod reference;
mod repack;
mod repeat;
mod role;
mod routine;
mod rows;
mod rows_read;
mod rule;
mod scan;
mod schema;
mod script;
mod sequence;
mod series;
mod session;
mod shape;
mod spelled;
mod split;
mod statement;
mod statistics;
mod subscription;
mod template;
mod text;
mod time_type;
mod tokens;
mod transaction;
mod trigger;
mod types;
mod uses;
mod view;
mod walk_expr;
mod walk_query;
mod write;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use output::{cast_in, value_in};
pub use plpgsql::read_later;
pub use psql_includes::{Include, Includes, Psql};
pub(crate) use query::MISPLACED_WRITE;
pub use scan::has_placeholder;
pub use script::{Comment, Repeat, Script, parse, parse_history};
pub use spelled::{NUMBER, QUOTED, STRING, is_name, spelled};
pub(crate) use template::fills;
