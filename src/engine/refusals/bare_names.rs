//! Functions whose bodies no longer find what they name without its schema.
//!
//! Source: release notes of PostgreSQL 17 ("Change functions to use a safe search_path during maintenance operations") and
//! measurements (`fixtures/facts/bare-name-*.sql`, `create-*-calls-function.sql`). Claimed of functions in SQL, whose bodies
//! the planner reads, rows or not.

use ecow::EcoString;

use crate::ast::{ObjectName, Statement, StatementKind};
use crate::engine::catalog::Kind;
use crate::engine::effect::TEMPORARY;
use crate::engine::named;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, extensions};

use super::existence::is_there;
use super::newer_functions::UNDEFINED_FUNCTION;
use super::{UNDEFINED_TABLE, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let calls: Vec<&EcoString> = match &statement.kind {
        // What a query within the query gives and nobody reads is not planned.
        StatementKind::CreateView(create)
            if create.materialized
                && !create.with_no_data
                && !(create.if_not_exists && around.catalog.is_taken(&around.created(&create.name)))
                && is_one_query(around.text_of(statement.span)) =>
        {
            create.query.functions.iter().collect()
        }
        StatementKind::Refresh(refresh) if !refresh.with_no_data => {
            around.relation(&refresh.name).map(|view| view.calls.iter().collect()).unwrap_or_default()
        }
        // IF NOT EXISTS looks for the index behind all that it is made of.
        StatementKind::CreateIndex(create) => {
            let keys = create.keys.iter().filter_map(|key| key.expr.as_deref());
            keys.chain(create.predicate.as_ref()).flat_map(|expr| expr.live_functions()).collect()
        }
        _ => return None,
    };
    let of_function = |call: &&EcoString| {
        let bare = around.catalog.bare_calls(call).find(|bare| is_made(bare, around))?;
        let reason = format!("from 17 on function {call} does not find function {bare} here: it names no schema");
        Some(refused_on(VersionSet::since(17), UNDEFINED_FUNCTION, reason))
    };
    let found = calls.iter().find_map(of_function);
    found.or_else(|| calls.into_iter().find_map(|call| of_relation(call, around)))
}

fn is_one_query(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| matches!(*word, "select" | "values" | "with" | "table" | "case" | "false" | "true")).count()
        == 1
}

/// A function of a migration, or of an extension that one makes.
fn is_made(function: &str, around: &Surroundings) -> bool {
    let catalog = around.catalog;
    let extension = || {
        let extension = named::extension(extensions::of_function(function)?);
        catalog.past(Kind::Named, &extension).filter(|past| past.is_there())
    };
    catalog.is_made_outside_catalog(function) && !catalog.may_be_no_call(function)
        || catalog.function(function).is_none() && !catalog.unnamed.extensions && extension().is_some()
}

fn of_relation(call: &str, around: &Surroundings) -> Option<Refusal> {
    let bare = around.catalog.bare_reads(call).find(|read| is_known(read, around))?;
    let reason = format!("from 17 on function {call} does not find {bare} here: it names no schema");
    Some(refused_on(VersionSet::since(17), UNDEFINED_TABLE, reason))
}

/// A relation that is there, and where the safe search_path does not lead.
fn is_known(read: &ObjectName, around: &Surroundings) -> bool {
    around.relation(read).is_some_and(|relation| is_there(relation) && relation.name.schema != TEMPORARY)
}
