//! Functions whose calls may write rows of relations that nobody names.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use super::{Catalog, Does};
use crate::ast::{Body, StatementKind, Volatility};
use crate::engine::catalog::Kind;
use crate::engine::named::PARTS_OF;

/// Functions of the server that run a query which is given as a text.
const RUNS_TEXT: &[&str] = &["query_to_xml", "query_to_xml_and_xmlschema", "query_to_xmlschema"];

impl Does {
    /// What the statements of a body call, if all of them are known and create, change and drop nothing.
    pub(super) fn rows(body: &Body) -> Option<(Vec<EcoString>, bool)> {
        let (mut calls, mut writes) = (Vec::new(), false);
        for inner in &body.statements {
            match &inner.statement.kind {
                StatementKind::Query(query) => {
                    calls.extend(query.functions.iter().cloned());
                    writes |= !query.writes.is_empty();
                }
                StatementKind::Write(write) => {
                    calls.extend(write.functions.iter().cloned());
                    writes = true;
                }
                StatementKind::Lock(_) | StatementKind::Raise(_) | StatementKind::Set(_) => {}
                StatementKind::Truncate(_) | StatementKind::Refresh(_) => writes = true,
                _ => return None,
            }
        }
        Some((calls, writes))
    }
}

impl Catalog {
    /// Whether migrations have made any function.
    pub fn has_functions(&self) -> bool {
        !self.functions.is_empty()
    }

    /// Whether a call may write rows: of a function that a migration made, and that is not known to do nothing of the kind.
    pub fn may_write(&self, call: &str) -> bool {
        self.may_write_within(call, &mut FxHashSet::default())
    }

    fn may_write_within<'c>(&'c self, call: &'c str, met: &mut FxHashSet<&'c str>) -> bool {
        if !met.insert(call) {
            return false;
        }
        let of_server = || RUNS_TEXT.contains(&super::last_part(call));
        let overloads = self.overloads(call);
        overloads.is_empty() && of_server()
            || overloads.iter().any(|function| {
                // What is declared STABLE or IMMUTABLE is not allowed to write itself.
                let allowed = function.volatility == Volatility::Volatile;
                let does = function.does();
                match &does.row_calls {
                    None => allowed,
                    Some(calls) => allowed && does.writes || calls.iter().any(|call| self.may_write_within(call, met)),
                }
            })
    }

    /// Whether any statement may call a function that writes rows: one behind an operator, an aggregate, a cast, a domain or an
    /// event trigger.
    pub fn has_hidden_writer(&self) -> bool {
        let named = self.unnamed.calls.then(|| self.ledger.all(Kind::Named)).into_iter().flatten();
        let parts = named.filter(|(name, past)| &*name.schema == PARTS_OF && past.is_there());
        let parts = parts.filter_map(|(name, _)| name.name.split('|').next());
        let of_domains = self.domains.values().flat_map(|domain| &domain.checks).flat_map(|check| &check.calls);
        let of_events = self.event_triggers.iter().filter(|trigger| trigger.fires != Some(false));
        let of_events = of_events.map(|trigger| trigger.function.as_str());
        let mut all = parts.chain(of_domains.map(EcoString::as_str)).chain(of_events);
        all.any(|call| self.may_write(call))
    }
}
