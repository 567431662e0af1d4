//! Volatility of built-in functions.
//!
//! Source: `pg_proc.provolatile` of PostgreSQL 10 to 18 ([`super::recorded`]) for the functions of `pg_catalog`; the
//! grammar for what is called like a function and is none; the control files of PostgreSQL's own extensions. A function
//! that is none of these and was not created by a migration is taken for volatile, and the finding says so.

use crate::ast::Volatility;

use super::recorded::{FUNCTIONS, RELATIONS, RESULTS};

/// Expressions of the grammar that look like functions.
const KEYWORDS: &[(&str, Volatility)] = &[
    ("array", Volatility::Immutable),
    ("coalesce", Volatility::Immutable),
    ("collation for", Volatility::Stable),
    ("current_catalog", Volatility::Stable),
    ("current_date", Volatility::Stable),
    ("current_role", Volatility::Stable),
    ("current_time", Volatility::Stable),
    ("current_timestamp", Volatility::Stable),
    ("greatest", Volatility::Immutable),
    ("grouping", Volatility::Immutable),
    ("least", Volatility::Immutable),
    ("localtime", Volatility::Stable),
    ("localtimestamp", Volatility::Stable),
    ("nullif", Volatility::Immutable),
    ("row", Volatility::Immutable),
    ("system_user", Volatility::Stable),
    ("trim", Volatility::Immutable),
    ("user", Volatility::Stable),
    ("xmlelement", Volatility::Immutable),
    ("xmlforest", Volatility::Immutable),
];

/// Functions of extensions that come with PostgreSQL: pgcrypto, uuid-ossp, citext, unaccent, pg_trgm.
const EXTENSIONS: &[(&str, Volatility)] = &[
    ("crypt", Volatility::Immutable),
    ("digest", Volatility::Immutable),
    ("gen_random_bytes", Volatility::Volatile),
    ("gen_salt", Volatility::Volatile),
    ("hmac", Volatility::Immutable),
    ("similarity", Volatility::Immutable),
    ("unaccent", Volatility::Stable),
    ("uuid_generate_v1", Volatility::Volatile),
    ("uuid_generate_v1mc", Volatility::Volatile),
    ("uuid_generate_v3", Volatility::Immutable),
    ("uuid_generate_v4", Volatility::Volatile),
    ("uuid_generate_v5", Volatility::Immutable),
    ("uuid_nil", Volatility::Immutable),
    ("uuid_ns_dns", Volatility::Immutable),
    ("uuid_ns_url", Volatility::Immutable),
];

/// Whether a table or view of this name is in `pg_catalog`, which is searched before all other schemas.
pub fn is_system_relation(name: &str) -> bool {
    RELATIONS.all(name).next().is_some()
}

/// The volatility of a built-in function, by its name with or without a schema; `None` if it is not known here. Where
/// overloads or versions differ, the freest counts.
pub fn volatility(function: &str) -> Option<Volatility> {
    let name = function.rsplit('.').next().unwrap_or(function);
    let listed = KEYWORDS.iter().chain(EXTENSIONS).find(|(known, _)| *known == name);
    let recorded = FUNCTIONS.all(name).map(|said| match said.trim_end_matches(['!', '+']) {
        "i" => Volatility::Immutable,
        "s" => Volatility::Stable,
        _ => Volatility::Volatile,
    });
    recorded.max().or_else(|| listed.map(|(_, volatility)| *volatility))
}

/// The first version that has a built-in function of this name.
pub fn since(function: &str) -> Option<u8> {
    FUNCTIONS.versions(function).iter().next().map(|version| version.major())
}

/// Whether no overload of a built-in function is immutable, on any version.
pub fn is_never_immutable(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    let keyword = KEYWORDS.iter().find(|(known, _)| *known == name);
    let mut recorded = FUNCTIONS.all(name).peekable();
    let known = recorded.peek().is_some();
    let never = recorded.all(|said| said.contains('!'));
    (known && never) || !known && keyword.is_some_and(|(_, volatility)| *volatility != Volatility::Immutable)
}

/// What a built-in function is, of those that an expression about one row cannot call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManyRows {
    /// An aggregate.
    Aggregate,
    /// A window function.
    Window,
    /// It returns a set.
    Set,
}

/// Functions over many rows, or that give many, in all their overloads.
const MANY_ROWS: &[(ManyRows, &[&str])] = &[
    (
        ManyRows::Aggregate,
        &[
            "array_agg",
            "avg",
            "bit_and",
            "bit_or",
            "bool_and",
            "bool_or",
            "count",
            "every",
            "json_agg",
            "json_object_agg",
            "jsonb_agg",
            "jsonb_object_agg",
            "max",
            "min",
            "stddev",
            "string_agg",
            "sum",
            "variance",
            "xmlagg",
        ],
    ),
    (
        ManyRows::Window,
        &[
            "cume_dist",
            "dense_rank",
            "first_value",
            "lag",
            "last_value",
            "lead",
            "nth_value",
            "ntile",
            "percent_rank",
            "rank",
            "row_number",
        ],
    ),
    (
        ManyRows::Set,
        &[
            "generate_series",
            "generate_subscripts",
            "json_array_elements",
            "json_each",
            "json_object_keys",
            "jsonb_array_elements",
            "jsonb_each",
            "jsonb_object_keys",
            "regexp_matches",
            "regexp_split_to_table",
            "unnest",
        ],
    ),
];

/// What a built-in function is, if it is none for one row.
pub fn many_rows(function: &str) -> Option<ManyRows> {
    let name = function.rsplit('.').next().unwrap_or(function);
    MANY_ROWS.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind)
}

/// Whether a built-in function is neither an aggregate nor a window function and returns no set, in all its overloads
/// and on every version.
pub fn gives_one_value(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    FUNCTIONS.all(name).all(|said| !said.ends_with('+'))
}

/// Whether a name without a schema is that of a common aggregate: every version has it, and no other function of the name.
pub fn is_aggregate(function: &str) -> bool {
    !function.contains('.') && many_rows(function) == Some(ManyRows::Aggregate)
}

/// The type of what a built-in function gives, as format_type() prints it, where no overload and no version gives another.
pub fn result(function: &str) -> Option<&'static str> {
    let name = function.strip_prefix("pg_catalog.").unwrap_or(function);
    let keyword = KEYWORD_RESULTS.iter().find(|(known, _)| *known == name).map(|(_, result)| *result);
    let mut recorded = RESULTS.all(name);
    let first = recorded.next();
    let everywhere = RESULTS.versions(name) == FUNCTIONS.versions(name);
    keyword.or(first.filter(|_| recorded.next().is_none() && everywhere))
}

/// What the words give that SQL calls without parentheses.
const KEYWORD_RESULTS: &[(&str, &str)] = &[
    ("current_catalog", "name"),
    ("current_date", "date"),
    ("current_role", "name"),
    ("current_schema", "name"),
    ("current_time", "time with time zone"),
    ("current_timestamp", "timestamp with time zone"),
    ("current_user", "name"),
    ("grouping", "integer"),
    ("localtime", "time without time zone"),
    ("localtimestamp", "timestamp without time zone"),
    ("session_user", "name"),
    ("user", "name"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatility_is_that_of_the_servers() {
        assert_eq!(volatility("now"), Some(Volatility::Stable));
        assert_eq!(volatility("pg_catalog.now"), Some(Volatility::Stable));
        assert_eq!(volatility("random"), Some(Volatility::Volatile));
        assert_eq!(volatility("gen_random_uuid"), Some(Volatility::Volatile));
        assert_eq!(volatility("current_timestamp"), Some(Volatility::Stable));
        assert_eq!(volatility("lower"), Some(Volatility::Immutable));
        assert_eq!(volatility("uuid_generate_v4"), Some(Volatility::Volatile));
        assert_eq!(volatility("next_code"), None);
    }
}
