//! What stands behind a constraint: DEFERRABLE, NOT VALID, NOT ENFORCED, NO INHERIT and their opposites.

use super::cursor::{Cursor, Parsed, SyntaxError};
use crate::ast::{ConstraintChange, ConstraintTraits};
use crate::source::Span;

/// The attributes that a kind of constraint may have. NOT DEFERRABLE and INITIALLY IMMEDIATE suit all of them.
pub(super) struct Allowed {
    /// The kind, for messages.
    kind: &'static str,
    deferrable: bool,
    enforced: bool,
    not_valid: bool,
    no_inherit: bool,
}

impl Allowed {
    const fn all(kind: &'static str) -> Self {
        Self { kind, deferrable: true, enforced: true, not_valid: true, no_inherit: true }
    }
}

/// Of a table constraint: what suits its kind is for the server to say.
pub(super) const TABLE: Allowed = Allowed::all("a table constraint");
/// Of a constraint that a domain gets.
pub(super) const DOMAIN: Allowed = Allowed::all("a domain constraint");
/// Of a constraint behind a column: what suits its kind is for the server to say.
pub(super) const COLUMN: Allowed =
    Allowed { not_valid: false, no_inherit: false, ..Allowed::all("a column constraint") };
/// Of ALTER CONSTRAINT.
const ALTERED: Allowed = Allowed { not_valid: false, ..Allowed::all("an existing constraint") };

/// What was read so far.
#[derive(Default)]
struct Attributes {
    change: ConstraintChange,
    not_valid: bool,
}

/// All attributes that come.
///
/// # Errors
/// One contradicts another, or does not suit the kind of constraint.
pub(super) fn all(c: &mut Cursor, allowed: &Allowed) -> Parsed<ConstraintTraits> {
    let mut found = Attributes::default();
    while attribute(c, &mut found, allowed)? {}
    Ok(traits(&found))
}

fn traits(found: &Attributes) -> ConstraintTraits {
    let change = found.change;
    let initially_deferred = change.initially_deferred == Some(true);
    ConstraintTraits {
        not_valid: found.not_valid,
        not_enforced: change.enforced == Some(false),
        deferrable: change.deferrable == Some(true) || initially_deferred,
        initially_deferred,
        no_inherit: change.inherit == Some(false),
    }
}

/// Those of ALTER CONSTRAINT. INHERIT stands alone (18).
///
/// # Errors
/// As those of [`all`].
pub(super) fn altered(c: &mut Cursor) -> Parsed<ConstraintChange> {
    if c.eat(&["INHERIT"]) {
        return Ok(ConstraintChange { inherit: Some(true), ..ConstraintChange::default() });
    }
    let mut found = Attributes::default();
    while attribute(c, &mut found, &ALTERED)? {}
    Ok(found.change)
}

/// The attributes by their words. Longer ones come first where they begin alike.
const WORDS: &[(&[&str], Attribute)] = &[
    (&["NOT", "DEFERRABLE"], Attribute::Deferrable(false)),
    (&["DEFERRABLE"], Attribute::Deferrable(true)),
    (&["INITIALLY", "DEFERRED"], Attribute::InitiallyDeferred(true)),
    (&["INITIALLY", "IMMEDIATE"], Attribute::InitiallyDeferred(false)),
    (&["NOT", "ENFORCED"], Attribute::Enforced(false)),
    (&["ENFORCED"], Attribute::Enforced(true)),
    (&["NOT", "VALID"], Attribute::NotValid),
    (&["NO", "INHERIT"], Attribute::NoInherit),
];

#[derive(Clone, Copy)]
enum Attribute {
    Deferrable(bool),
    InitiallyDeferred(bool),
    Enforced(bool),
    NotValid,
    NoInherit,
}

/// One attribute, if it comes.
fn attribute(c: &mut Cursor, found: &mut Attributes, allowed: &Allowed) -> Parsed<bool> {
    let start = c.position();
    let Some((words, attribute)) = WORDS.iter().find(|(words, _)| c.eat(words)) else {
        return Ok(false);
    };
    let suits = match attribute {
        Attribute::Deferrable(false) | Attribute::InitiallyDeferred(false) => true,
        Attribute::Deferrable(true) | Attribute::InitiallyDeferred(true) => allowed.deferrable,
        Attribute::Enforced(_) => allowed.enforced,
        Attribute::NotValid => allowed.not_valid,
        Attribute::NoInherit => allowed.no_inherit,
    };
    let (words, span) = (words.join(" "), c.span_from(start));
    if !suits {
        return refuse(format!("{} cannot be {words}", allowed.kind), span);
    }
    let change = &mut found.change;
    let agrees = match *attribute {
        Attribute::Deferrable(value) => agree(&mut change.deferrable, value),
        Attribute::InitiallyDeferred(value) => agree(&mut change.initially_deferred, value),
        Attribute::Enforced(value) => agree(&mut change.enforced, value),
        Attribute::NotValid => {
            found.not_valid = true;
            true
        }
        Attribute::NoInherit => agree(&mut change.inherit, false),
    };
    let deferred_in_vain = change.deferrable == Some(false) && change.initially_deferred == Some(true);
    if agrees && !deferred_in_vain {
        Ok(true)
    } else {
        refuse(format!("{words} contradicts the words before it"), span)
    }
}

/// Notes a value that was not said before, or not otherwise.
fn agree(known: &mut Option<bool>, value: bool) -> bool {
    *known.get_or_insert(value) == value
}

fn refuse<T>(message: String, at: Span) -> Parsed<T> {
    Err(SyntaxError { message, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{outline, parse};

    #[test]
    fn attributes_that_suit_the_constraint() {
        for (text, expected) in [
            ("", ""),
            ("NOT DEFERRABLE INITIALLY IMMEDIATE", ""),
            ("DEFERRABLE INITIALLY IMMEDIATE", "ConstraintTraits { deferrable: true }"),
            ("INITIALLY DEFERRED", "ConstraintTraits { deferrable: true, initially_deferred: true }"),
            ("NO INHERIT NOT VALID", "ConstraintTraits { not_valid: true, no_inherit: true }"),
            ("NOT ENFORCED", "ConstraintTraits { not_enforced: true }"),
            ("ENFORCED ENFORCED", ""),
        ] {
            assert_eq!(outline(text, |c| all(c, &TABLE)), expected, "for {text}");
        }
    }

    #[test]
    fn attributes_that_do_not() {
        for (allowed, text, expected) in [
            (&COLUMN, "NOT VALID", "a column constraint cannot be NOT VALID @ NOT VALID"),
            (&TABLE, "DEFERRABLE NOT DEFERRABLE", "NOT DEFERRABLE contradicts the words before it @ NOT DEFERRABLE"),
            (
                &TABLE,
                "INITIALLY DEFERRED NOT DEFERRABLE",
                "NOT DEFERRABLE contradicts the words before it @ NOT DEFERRABLE",
            ),
            (&TABLE, "ENFORCED NOT ENFORCED", "NOT ENFORCED contradicts the words before it @ NOT ENFORCED"),
        ] {
            assert_eq!(outline(text, |c| all(c, allowed)), expected, "for {text}");
        }
    }

    #[test]
    fn attributes_to_change() {
        let change = parse("NOT DEFERRABLE INITIALLY IMMEDIATE ENFORCED NO INHERIT", altered).unwrap();
        assert_eq!((change.deferrable, change.initially_deferred), (Some(false), Some(false)));
        assert_eq!((change.enforced, change.inherit), (Some(true), Some(false)));
        assert_eq!(parse("INHERIT", altered).unwrap().inherit, Some(true));
        assert!(parse("NOT VALID", altered).is_err());
    }
}
