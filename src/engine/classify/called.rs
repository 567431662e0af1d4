//! What a function does that a statement calls: the statements of its body which run for sure.

use crate::engine::replay::{self, Author};
use crate::engine::surroundings::Surroundings;
use crate::source::Span;

use super::{Occurrence, occurrences};

/// The behaviours of the body, at the place of the call. Of overloads nobody knows which one is meant.
pub(super) fn called(function: &str, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let (Some(body), Some(deeper)) = (around.catalog.body_of(function), around.deeper()) else { return Vec::new() };
    if body.is_empty() {
        return Vec::new();
    }
    let mut catalog = around.catalog.clone();
    let mut found = Vec::new();
    for statement in body {
        let inside = Surroundings { catalog: &catalog, text: "", ..deeper };
        found.extend(occurrences(statement, &inside));
        let author = Author {
            text: "",
            exact: false,
            migration: around.migration,
            transaction: around.session.transaction_number(),
            statement: span,
            history_is_whole: around.history_is_whole,
            stands_for_more: around.stands_for_more,
        };
        replay::apply(statement, &mut catalog, around.session, author);
    }
    for occurrence in &mut found {
        occurrence.span = span;
        // Nobody else sees what the body itself makes.
        occurrence.relations.retain(|(_, name)| around.catalog.is_taken(name) || !catalog.is_taken(name));
    }
    found
}
