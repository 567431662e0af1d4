//! What the extensions bring that migrations use most: functions, types, access methods and operator classes.
//!
//! Source: the scripts of the extensions that come with PostgreSQL 10 to 18 (appendix "Additional Supplied Modules and
//! Extensions"), and those of PostGIS and pgvector.

/// Functions, with the extension that has them.
const FUNCTIONS: &[(&str, &str)] = &[
    ("armor", "pgcrypto"),
    ("crosstab", "tablefunc"),
    ("crypt", "pgcrypto"),
    ("dearmor", "pgcrypto"),
    ("digest", "pgcrypto"),
    ("gen_random_bytes", "pgcrypto"),
    ("gen_random_uuid", "pgcrypto"),
    ("gen_salt", "pgcrypto"),
    ("hmac", "pgcrypto"),
    ("pgp_sym_decrypt", "pgcrypto"),
    ("pgp_sym_encrypt", "pgcrypto"),
    ("show_trgm", "pg_trgm"),
    ("similarity", "pg_trgm"),
    ("st_makepoint", "postgis"),
    ("st_setsrid", "postgis"),
    ("unaccent", "unaccent"),
    ("uuid_generate_v1", "uuid-ossp"),
    ("uuid_generate_v1mc", "uuid-ossp"),
    ("uuid_generate_v3", "uuid-ossp"),
    ("uuid_generate_v4", "uuid-ossp"),
    ("uuid_generate_v5", "uuid-ossp"),
    ("uuid_nil", "uuid-ossp"),
    ("word_similarity", "pg_trgm"),
];

/// Types, with the extension that has them.
const TYPES: &[(&str, &str)] = &[
    ("citext", "citext"),
    ("cube", "cube"),
    ("geography", "postgis"),
    ("geometry", "postgis"),
    ("halfvec", "vector"),
    ("hstore", "hstore"),
    ("isbn", "isn"),
    ("ltree", "ltree"),
    ("vector", "vector"),
];

/// Access methods, with the extension that has them.
const METHODS: &[(&str, &str)] = &[("bloom", "bloom"), ("hnsw", "vector"), ("ivfflat", "vector")];

/// Operator classes, with the extension that has them.
const CLASSES: &[(&str, &str)] = &[
    ("gin_trgm_ops", "pg_trgm"),
    ("gist_trgm_ops", "pg_trgm"),
    ("vector_cosine_ops", "vector"),
    ("vector_ip_ops", "vector"),
    ("vector_l2_ops", "vector"),
];

/// Types for which gin and gist have a default operator class by an extension alone.
const SCALARS: &[&str] = &[
    "bigint",
    "bit",
    "bit varying",
    "bytea",
    "character",
    "character varying",
    "cidr",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "macaddr",
    "money",
    "numeric",
    "real",
    "smallint",
    "text",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

fn find(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == name).map(|(_, extension)| *extension)
}

/// The extension that has a function of this name.
pub fn of_function(name: &str) -> Option<&'static str> {
    find(FUNCTIONS, name)
}

/// The extension that has a type of this name.
pub fn of_type(name: &str) -> Option<&'static str> {
    find(TYPES, name)
}

/// The extension that has an access method of this name.
pub fn of_method(name: &str) -> Option<&'static str> {
    find(METHODS, name)
}

/// The extension that has an operator class of this name.
pub fn of_class(name: &str) -> Option<&'static str> {
    find(CLASSES, name)
}

/// The extension that gives an access method a default operator class for a type of the server, which has none by itself.
pub fn of_default_class(method: &str, data_type: &str) -> Option<&'static str> {
    let extension = match method {
        "gin" => "btree_gin",
        "gist" => "btree_gist",
        _ => return None,
    };
    SCALARS.contains(&data_type).then_some(extension)
}
