//! Values of enums that are not there, or taken, or too new to be used.

use crate::ast::{AlterType, TypeChange, ValuePlace};
use crate::engine::catalog::Kind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::missing::nearest;
use super::{DUPLICATE_OBJECT, INVALID_PARAMETER_VALUE, refused};

/// ADD VALUE and RENAME VALUE of an enum whose values are known.
pub(super) fn alter_type(alter: &AlterType, around: &Surroundings) -> Option<Refusal> {
    let name = around.resolve_kind(Kind::Type, &alter.name);
    let known = around.catalog.enum_type(&name)?;
    let taken = |value: &str| {
        let there = known.value(value).is_some_and(|known| known.sure);
        there.then(|| refused(DUPLICATE_OBJECT, format!("enum value {value} of {name} already exists")))
    };
    let missing = |value: &str| {
        let near = nearest(value, known.values.iter().map(|known| known.value.as_str()));
        let refusal = refused(INVALID_PARAMETER_VALUE, format!("{value} is not a value of the enum {name}"));
        known.lacks(value).then(|| refusal.by(Cause::Existence { past: None, near }))
    };
    match &alter.change {
        TypeChange::AddValue { if_not_exists, value, place } => {
            let exists = known.value(&value.value).is_some();
            if *if_not_exists && exists {
                return None;
            }
            taken(&value.value).map(|refusal| refusal.at(value.span)).or_else(|| match place {
                Some(ValuePlace::Before(other) | ValuePlace::After(other)) => {
                    missing(&other.value).map(|refusal| refusal.at(other.span))
                }
                None => None,
            })
        }
        TypeChange::RenameValue { from, to } => missing(&from.value)
            .map(|refusal| refusal.at(from.span))
            .or_else(|| taken(&to.value).map(|refusal| refusal.at(to.span))),
        TypeChange::Attributes(_) | TypeChange::RenameAttribute { .. } | TypeChange::SetOptions(_) => None,
    }
}
