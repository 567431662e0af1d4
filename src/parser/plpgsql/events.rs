//! Conditions of PL/pgSQL that ask which event has fired a trigger: `TG_OP = 'INSERT'`.

use crate::ast::{Events, When};

/// At which events a condition is true. What it asks beside `TG_OP` may be true or not.
pub(super) fn of_condition(text: &str) -> When {
    let text = unwrapped(text.trim());
    let parts = split(text, "OR");
    if parts.len() > 1 {
        return parts.into_iter().map(of_condition).fold(When::NEVER, When::or);
    }
    let parts = split(text, "AND");
    if parts.len() > 1 {
        return parts.into_iter().map(of_condition).fold(When::ALWAYS, When::and);
    }
    match word(text, "NOT") {
        Some(rest) => of_condition(rest).negated(),
        None => of_comparison(text),
    }
}

/// Whether the value that CASE compares is the event.
pub(super) fn is_event(text: &str) -> bool {
    unwrapped(text.trim()).eq_ignore_ascii_case("tg_op")
}

/// `'INSERT', 'UPDATE'`: the events that are listed.
pub(super) fn listed(text: &str) -> When {
    let literal = |part: &str| part.trim().strip_prefix('\'')?.strip_suffix('\'').map(Events::named);
    let events: Option<Vec<Events>> = text.split(',').map(literal).collect();
    events.map_or(When::PERHAPS, |events| When::at(events.into_iter().fold(Events::NONE, Events::or)))
}

fn of_comparison(text: &str) -> When {
    let Some(rest) = word(text, "TG_OP") else { return When::PERHAPS };
    let list = |rest: &str| rest.trim().strip_prefix('(')?.strip_suffix(')').map(listed);
    let found = match () {
        () if rest.starts_with('=') => rest.strip_prefix('=').map(|rest| listed(unwrapped(rest.trim()))),
        () if rest.starts_with("<>") || rest.starts_with("!=") => {
            rest.get(2..).map(|rest| listed(unwrapped(rest.trim())).negated())
        }
        () => match (word(rest, "IN"), word(rest, "NOT").and_then(|rest| word(rest, "IN"))) {
            (Some(rest), _) => list(rest),
            (None, Some(rest)) => list(rest).map(When::negated),
            (None, None) => None,
        },
    };
    found.unwrap_or(When::PERHAPS)
}

/// What stands behind a word.
fn word<'t>(text: &'t str, wanted: &str) -> Option<&'t str> {
    let (first, rest) = text.split_at_checked(wanted.len())?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (first.eq_ignore_ascii_case(wanted) && ends).then(|| rest.trim_start())
}

/// Without parentheses around all of it.
fn unwrapped(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    match inner.filter(|inner| is_balanced(inner)) {
        Some(inner) => unwrapped(inner.trim()),
        None => text,
    }
}

fn is_balanced(text: &str) -> bool {
    let (mut depth, mut quoted) = (0i32, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// The parts between the words, where they stand in no parentheses and no strings.
fn split<'t>(text: &'t str, between: &str) -> Vec<&'t str> {
    let (mut parts, mut from, mut depth, mut quoted, mut fresh) = (Vec::new(), 0, 0i32, false, true);
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        if depth == 0 && !quoted && fresh && word(rest, between).is_some() {
            parts.push(text.get(from..at).unwrap_or_default());
            from = at + between.len();
        }
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        fresh = !(c.is_alphanumeric() || c == '_');
    }
    parts.push(text.get(from..).unwrap_or_default());
    // BETWEEN has an AND of its own.
    if text.to_ascii_uppercase().contains("BETWEEN") { vec![text] } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_the_event() {
        let both = Events::INSERT.or(Events::UPDATE);
        for (text, possible, certain) in [
            ("TG_OP = 'INSERT'", Events::INSERT, Events::INSERT),
            ("(tg_op = 'DELETE')", Events::DELETE, Events::DELETE),
            ("TG_OP IN ('INSERT', 'UPDATE')", both, both),
            ("TG_OP = 'INSERT' OR TG_OP = 'UPDATE'", both, both),
            ("TG_OP <> 'DELETE'", Events::DELETE.negated(), Events::DELETE.negated()),
            ("NOT (TG_OP = 'DELETE')", Events::DELETE.negated(), Events::DELETE.negated()),
            ("TG_OP = 'UPDATE' AND NEW.a > 1", Events::UPDATE, Events::NONE),
            ("TG_OP = 'UPDATE' OR NEW.a > 1", Events::ALL, Events::UPDATE),
            ("NEW.a BETWEEN 1 AND 2", Events::ALL, Events::NONE),
            ("NEW.note = 'a OR TG_OP = b'", Events::ALL, Events::NONE),
        ] {
            assert_eq!(of_condition(text), When { possible, certain }, "{text}");
        }
    }
}
