//! Storage parameters that there are not, or whose value is out of range.
//!
//! Source: access/common/reloptions.c of PostgreSQL 10 to 18, and measurements (`fixtures/facts/*-reloptions-*.sql`). A name
//! that any version knows is known. Parameters with a namespace other than `toast` may be those of an extension.

use crate::ast::NamedOption;
use crate::engine::catalog::Relation;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, WRONG_OBJECT_TYPE, refused, refused_on};

/// What a parameter takes.
#[derive(Clone, Copy)]
enum Takes {
    Switch,
    Whole(i64, i64),
    Number(f64, f64),
    Word,
    One(&'static [&'static str]),
    /// A switch, and since 14 `auto`.
    Automatic,
}

const MOST: i64 = i32::MAX as i64;

const OF_TABLES: &[(&str, Takes)] = &[
    ("autovacuum_analyze_scale_factor", Takes::Number(0.0, 100.0)),
    ("autovacuum_analyze_threshold", Takes::Whole(0, MOST)),
    ("autovacuum_enabled", Takes::Switch),
    ("autovacuum_freeze_max_age", Takes::Whole(100_000, 2_000_000_000)),
    ("autovacuum_freeze_min_age", Takes::Whole(0, 1_000_000_000)),
    ("autovacuum_freeze_table_age", Takes::Whole(0, 2_000_000_000)),
    ("autovacuum_multixact_freeze_max_age", Takes::Whole(10_000, 2_000_000_000)),
    ("autovacuum_multixact_freeze_min_age", Takes::Whole(0, 1_000_000_000)),
    ("autovacuum_multixact_freeze_table_age", Takes::Whole(0, 2_000_000_000)),
    ("autovacuum_vacuum_cost_delay", Takes::Number(0.0, 100.0)),
    ("autovacuum_vacuum_cost_limit", Takes::Whole(1, 10_000)),
    ("autovacuum_vacuum_insert_scale_factor", Takes::Number(0.0, 100.0)),
    ("autovacuum_vacuum_insert_threshold", Takes::Whole(-1, MOST)),
    ("autovacuum_vacuum_max_threshold", Takes::Whole(-1, MOST)),
    ("autovacuum_vacuum_scale_factor", Takes::Number(0.0, 100.0)),
    ("autovacuum_vacuum_threshold", Takes::Whole(0, MOST)),
    ("fillfactor", Takes::Whole(10, 100)),
    ("log_autovacuum_min_duration", Takes::Word),
    ("oids", Takes::Switch),
    ("parallel_workers", Takes::Whole(0, 1024)),
    ("toast_tuple_target", Takes::Whole(128, 32_768)),
    ("user_catalog_table", Takes::Switch),
    ("vacuum_index_cleanup", Takes::Automatic),
    ("vacuum_max_eager_freeze_failure_rate", Takes::Number(0.0, 1.0)),
    ("vacuum_truncate", Takes::Switch),
];

const OF_INDEXES: &[(&str, Takes)] = &[
    ("autosummarize", Takes::Switch),
    ("buffering", Takes::Word),
    ("deduplicate_items", Takes::Switch),
    ("fastupdate", Takes::Switch),
    ("fillfactor", Takes::Whole(10, 100)),
    ("gin_pending_list_limit", Takes::Word),
    ("pages_per_range", Takes::Whole(1, 131_072)),
];

/// Which of them an access method has.
fn of_method(method: &str) -> &'static [&'static str] {
    match method {
        "btree" => &["fillfactor", "deduplicate_items"],
        "hash" | "spgist" => &["fillfactor"],
        "gist" => &["fillfactor", "buffering"],
        "gin" => &["fastupdate", "gin_pending_list_limit"],
        "brin" => &["pages_per_range", "autosummarize"],
        _ => &[],
    }
}

/// Access methods that come with the server: others have parameters of their own.
const METHODS: &[&str] = &["btree", "hash", "gist", "gin", "spgist", "brin"];

/// Parameters of a table.
pub(super) fn of_table(options: &[NamedOption], method: Option<&str>) -> Vec<Refusal> {
    let own = method.is_none_or(|method| method == "heap");
    let oids = options.iter().find(|option| option.name == "oids" && option.is_on()).map(|option| {
        let reason = "tables declared WITH OIDS are not supported".to_owned();
        refused_on(VersionSet::since(12), FEATURE_NOT_SUPPORTED, reason).at(option.span)
    });
    let wrong = options.iter().filter(|_| own).filter_map(|option| wrong(option, OF_TABLES));
    wrong.chain(oids).collect()
}

/// A partitioned table has no parameters: it has no storage. Those of its TOAST table are passed over.
pub(super) fn of_partitioned(options: &[NamedOption], relation: &Relation) -> Vec<Refusal> {
    let Some(option) = options.iter().find(|option| !option.name.contains('.')) else { return Vec::new() };
    let unknown = format!("unrecognized parameter {}", option.name);
    let none = format!("cannot specify storage parameters for the partitioned table {}", relation.name);
    vec![
        refused_on(VersionSet::before(16), INVALID_PARAMETER_VALUE, unknown).at(option.span),
        refused_on(VersionSet::since(16), WRONG_OBJECT_TYPE, none).at(option.span),
    ]
}

/// Parameters of a view.
const OF_VIEWS: &[(&str, Takes)] = &[
    ("check_option", Takes::One(&["local", "cascaded"])),
    ("security_barrier", Takes::Switch),
    ("security_invoker", Takes::Switch),
];

/// Parameters of a view.
pub(super) fn of_view(options: &[NamedOption]) -> Vec<Refusal> {
    options.iter().filter_map(|option| wrong(option, OF_VIEWS)).collect()
}

/// What is known of the values of a column, in parameters.
const OF_COLUMNS: &[(&str, Takes)] =
    &[("n_distinct", Takes::Number(-1.0, f64::MAX)), ("n_distinct_inherited", Takes::Number(-1.0, f64::MAX))];

/// Parameters of a column.
pub(super) fn of_column(options: &[NamedOption]) -> Vec<Refusal> {
    options.iter().filter_map(|option| wrong(option, OF_COLUMNS)).collect()
}

/// Parameters that came with a version; `log_autovacuum_min_duration` and all others are older than 10.
const NEWER: &[(&str, u8)] = &[
    ("toast_tuple_target", 11),
    ("vacuum_index_cleanup", 12),
    ("vacuum_truncate", 12),
    ("autovacuum_vacuum_insert_scale_factor", 13),
    ("autovacuum_vacuum_insert_threshold", 13),
    ("deduplicate_items", 13),
    ("security_invoker", 15),
    ("autovacuum_vacuum_max_threshold", 18),
    ("vacuum_max_eager_freeze_failure_rate", 18),
];

fn too_new(name: &str) -> Option<Refusal> {
    let (_, since) = NEWER.iter().find(|(newer, _)| *newer == name)?;
    let reason = format!("parameter {name} came with PostgreSQL {since}");
    Some(refused_on(VersionSet::before(*since), INVALID_PARAMETER_VALUE, reason))
}

/// Parameters of an index.
pub(super) fn of_index(options: &[NamedOption], method: Option<&str>) -> Vec<Refusal> {
    let method = method.unwrap_or("btree");
    let others = |option: &NamedOption| {
        let known = of_method(method).contains(&option.name.as_str()) || option.name.contains('.');
        let reason = || format!("unrecognized parameter {} of access method {method}", option.name);
        (!known).then(|| refused(INVALID_PARAMETER_VALUE, reason()).at(option.span))
    };
    let own = options.iter().filter(|_| METHODS.contains(&method));
    own.filter_map(|option| others(option).or_else(|| wrong(option, OF_INDEXES))).collect()
}

fn wrong(option: &NamedOption, known: &[(&str, Takes)]) -> Option<Refusal> {
    let name = option.name.strip_prefix("toast.").unwrap_or(&option.name);
    if name.contains('.') {
        return None;
    }
    let invalid = |reason: String| Some(refused(INVALID_PARAMETER_VALUE, reason).at(option.span));
    let Some((_, takes)) = known.iter().find(|(known, _)| *known == name) else {
        return invalid(format!("unrecognized parameter {name}"));
    };
    let value = option.value.as_deref().unwrap_or("true");
    let fits = match takes {
        Takes::Switch => is_switch(&value.to_lowercase()),
        Takes::Whole(least, most) => {
            value.parse::<f64>().is_ok_and(|value| value >= *least as f64 && value <= *most as f64)
        }
        Takes::Number(least, most) => value.parse::<f64>().is_ok_and(|value| value >= *least && value <= *most),
        Takes::Word => true,
        Takes::Automatic => is_switch(&value.to_lowercase()) || value.eq_ignore_ascii_case("auto"),
        Takes::One(words) => words.iter().any(|word| value.eq_ignore_ascii_case(word)),
    };
    if fits && matches!(takes, Takes::Automatic) && value.eq_ignore_ascii_case("auto") {
        let reason = format!("invalid value for parameter {name} before PostgreSQL 14: {value}");
        return Some(refused_on(VersionSet::before(14), INVALID_PARAMETER_VALUE, reason).at(option.span));
    }
    if fits || is_open(value) {
        too_new(name).map(|refusal| refusal.at(option.span))
    } else {
        invalid(format!("invalid value for parameter {name}: {value}"))
    }
}

/// A number in another notation, or a placeholder: what it is, is not known here.
fn is_open(value: &str) -> bool {
    value.starts_with(['$', ':', '{', '%', '<', '@']) || value.starts_with("0x") || value.contains('_')
}

fn is_switch(value: &str) -> bool {
    let begins = ["true", "false", "yes", "no"].iter().any(|word| !value.is_empty() && word.starts_with(value));
    begins || matches!(value, "on" | "of" | "off" | "1" | "0")
}
