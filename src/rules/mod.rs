//! The rules: short pure predicates over a [`Step`] or a whole migration, each with a page in `rules/`.
//!
//! A rule touches three files: `src/rules/<id>.rs`, `rules/<id>.md`, and one word in the list below.

use crate::engine::catalog::Place;
use crate::engine::history::HistoryView;
use crate::engine::step::{MigrationView, Step};
use crate::finding::{Category, Finding, Severity};

/// A static description of a hazard and the function that sees it.
pub struct Rule {
    /// Names the hazard; reads naturally after "allow".
    pub id: &'static str,
    /// What it is about.
    pub category: Category,
    /// Its weight unless the configuration says otherwise.
    pub severity: Severity,
    /// Whether it is on without configuration.
    pub default: bool,
    /// The page in Markdown, which is also its test.
    pub page: &'static str,
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at.
pub enum Check {
    /// One statement and the state before it.
    Statement(fn(&Step) -> Vec<Finding>),
    /// A whole migration, after its last statement.
    Migration(fn(&MigrationView) -> Vec<Finding>),
    /// What the last migration leaves behind; each finding with the place in history that it is about.
    History(fn(&HistoryView) -> Vec<(Place, Finding)>),
    /// The engine itself reports it: it is about comments, or about text that is no statement.
    Engine,
}

impl Rule {
    /// The summary line of the page.
    pub fn summary(&self) -> &'static str {
        self.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rule({})", self.id)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The rule with this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The rule whose id is most like a word that is none.
pub fn closest(word: &str) -> Option<&'static Rule> {
    let scored = RULES.iter().map(|rule| (strsim::jaro_winkler(rule.id, word), *rule));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, rule)| rule)
}

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(#[allow(missing_docs, reason = "the page is the documentation")] pub mod $module;)*

        /// All rules, in the order of the catalogue.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    blocking_index_build,
    blocking_index_drop,
    blocking_reindex,
    scanning_check,
    scanning_foreign_key,
    scanning_not_null,
    blocking_constraint_index,
    rewriting_column_type,
    rewriting_column_default,
    rewriting_table,
    scanning_partition_attach,
    blocking_partition_create,
    blocking_partition_detach,
    blocking_refresh,
    collateral_lock,
    lock_held_across_work,
    locks_on_many_tables,
    explicit_table_lock,
    validate_in_same_transaction,
    missing_lock_timeout,
    excessive_lock_timeout,
    ineffective_set_local,
    leaked_setting,
    non_transactional_statement,
    invalid_index_survives,
    required_column_without_default,
    enum_value_used_early,
    missing_object,
    dependent_object,
    refused_statement,
    dropping_column,
    dropping_table,
    cascading_drop,
    renaming_column,
    renaming_table,
    unbatched_write,
    truncating_table,
    never_validated_constraint,
    syntax_error,
    unanalysable_sql,
    misleading_if_not_exists,
    unindexed_foreign_key,
    duplicate_index,
    mismatched_foreign_key_type,
    missing_primary_key,
    short_integer_key,
    serial_column,
    timestamp_without_time_zone,
    limited_varchar,
    padded_char,
    money_type,
    json_column,
    unused_suppression,
    unknown_suppression,
}
