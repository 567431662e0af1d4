//! Which grammar reads a statement: its first words tell.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{
    alter_function, alter_other, alter_table, comment, create_table, cursors, domain, drop, extension, foreign, index,
    maintenance, merge, nested, other, policy, privileges, publication, query, repack, routine, rule, schema, sequence,
    session, statistics, subscription, transaction, trigger, types, view, write,
};
use crate::ast::StatementKind;

/// One statement, from its first token on.
///
/// # Errors
/// That of the grammar that reads it.
pub(super) fn statement(c: &mut Cursor) -> Parsed<StatementKind> {
    if transaction::starts(c) {
        return transaction::statement(c);
    }
    if write::starts(c) {
        return write::statement(c);
    }
    if c.at_symbol(&Token::LParen) || c.at_any(query::QUERIES) {
        return query::statement(c);
    }
    let verb = c.word_at(0).map(str::to_ascii_uppercase).unwrap_or_default();
    match verb.as_str() {
        "CREATE" => create(c),
        "ALTER" => alter(c),
        "DROP" if c.is_any_at(1, &["OWNED"]) => privileges::drop_owned(c),
        "DROP" => drop::drop(c),
        "GRANT" | "REVOKE" => privileges::grant(c),
        "REASSIGN" => privileges::reassign_owned(c),
        "IMPORT" => foreign::import(c),
        "REPACK" => repack::repack(c),
        "COMMENT" => comment::comment_on(c),
        "SECURITY" => comment::security_label(c),
        "SET" | "RESET" | "SHOW" | "DISCARD" => session::statement(c),
        "DO" => routine::do_block(c),
        "COPY" => merge::copy(c),
        "TRUNCATE" => maintenance::truncate(c),
        "LOCK" => maintenance::lock(c),
        "REINDEX" => maintenance::reindex(c),
        "VACUUM" | "ANALYZE" | "ANALYSE" => maintenance::vacuum(c),
        "CLUSTER" => maintenance::cluster(c),
        "REFRESH" => maintenance::refresh(c),
        "EXPLAIN" => nested::explain(c),
        "PREPARE" => nested::prepare(c),
        "EXECUTE" => nested::execute(c),
        "DECLARE" => nested::declare(c),
        "CALL" => nested::call(c),
        "FETCH" | "MOVE" => cursors::fetch(c),
        "CLOSE" => cursors::close(c),
        "DEALLOCATE" => cursors::deallocate(c),
        _ => other::opaque(c),
    }
}

/// Words that stand between CREATE and the kind of some objects.
const CREATE_NOISE: &[&str] = &[
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "GLOBAL",
    "LOCAL",
    "UNIQUE",
    "CONSTRAINT",
    "RECURSIVE",
    "MATERIALIZED",
];

/// How many tokens ahead the word stands that says what CREATE makes.
pub(super) fn created_kind(c: &Cursor) -> usize {
    (1..).find(|n| !c.is_any_at(*n, CREATE_NOISE)).unwrap_or(1)
}

fn create(c: &mut Cursor) -> Parsed<StatementKind> {
    let kind = created_kind(c);
    let word = c.word_at(kind).map(str::to_ascii_uppercase).unwrap_or_default();
    match word.as_str() {
        "TABLE" => create_table::create_table(c),
        "FOREIGN" if c.is_any_at(kind + 1, &["TABLE"]) => create_table::create_table(c),
        "INDEX" => index::create_index(c),
        "VIEW" => view::create_view(c),
        "SEQUENCE" => sequence::create_sequence(c),
        "FUNCTION" | "PROCEDURE" => routine::create_function(c),
        "TRIGGER" => trigger::create_trigger(c),
        "EVENT" if c.is_any_at(kind + 1, &["TRIGGER"]) => trigger::create_event_trigger(c),
        "RULE" => rule::create_rule(c),
        "POLICY" => policy::create_policy(c),
        "PUBLICATION" => publication::create_publication(c),
        "SUBSCRIPTION" => subscription::create_subscription(c),
        "STATISTICS" => statistics::create_statistics(c),
        "EXTENSION" => extension::create_extension(c),
        "SCHEMA" => schema::create_schema(c),
        "FOREIGN" => foreign::create_wrapper(c),
        "SERVER" => foreign::create_server(c),
        "USER" if c.is_any_at(kind + 1, &["MAPPING"]) => foreign::create_mapping(c),
        "TYPE" => types::create_type(c),
        "DOMAIN" => domain::create_domain(c),
        _ => other::opaque(c),
    }
}

fn alter(c: &mut Cursor) -> Parsed<StatementKind> {
    let relation = c.is_any_at(1, &["TABLE", "INDEX", "VIEW", "SEQUENCE"])
        || c.at(&["ALTER", "MATERIALIZED", "VIEW"])
        || c.at(&["ALTER", "FOREIGN", "TABLE"]);
    match relation {
        true => alter_table::alter_relation(c),
        false if c.is_any_at(1, &["FUNCTION", "PROCEDURE", "ROUTINE"]) => alter_function::alter_function(c),
        false => alter_other::alter(c),
    }
}
