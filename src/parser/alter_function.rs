//! ALTER FUNCTION, PROCEDURE and ROUTINE, and the options that they share with CREATE.

use super::cursor::{Cursor, Parsed};
use super::number::number;
use super::{alter_other, names, routine, session};
use crate::ast::{AlterFunction, ObjectKind, RoutineAction, RoutineKind, RoutineSetting, StatementKind, Volatility};

/// ALTER FUNCTION, PROCEDURE or ROUTINE.
///
/// # Errors
/// Something else comes.
pub(super) fn alter_function(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["ALTER"])?;
    let kind = match c.eat_any(&["FUNCTION", "PROCEDURE", "ROUTINE"]) {
        Some("FUNCTION") => RoutineKind::Function,
        Some("PROCEDURE") => RoutineKind::Procedure,
        Some(_) => RoutineKind::Routine,
        None => return c.expected("FUNCTION, PROCEDURE or ROUTINE"),
    };
    let name = names::qualified_type(c, "a function name")?;
    let arguments = routine::identity(c)?;
    let actions = actions(c)?;
    Ok(StatementKind::AlterFunction(Box::new(AlterFunction { kind, name, arguments, actions })))
}

fn actions(c: &mut Cursor) -> Parsed<Vec<RoutineAction>> {
    if let Some(change) = alter_other::shared_change(c, &ObjectKind::Function)? {
        return Ok(vec![RoutineAction::Shared(change)]);
    }
    let mut actions = Vec::new();
    while !c.at_end() {
        match common_option(c)? {
            Some(action) => actions.push(action),
            None if c.eat(&["RESTRICT"]) => {}
            None => return c.expected("an action"),
        }
    }
    if actions.is_empty() { c.expected("an action") } else { Ok(actions) }
}

/// Options that are the same few words each time.
fn fixed_phrase(c: &mut Cursor) -> Option<RoutineAction> {
    use RoutineAction as A;
    let phrases: [(&[&str], RoutineAction); 11] = [
        (&["IMMUTABLE"], A::Volatility(Volatility::Immutable)),
        (&["STABLE"], A::Volatility(Volatility::Stable)),
        (&["VOLATILE"], A::Volatility(Volatility::Volatile)),
        (&["STRICT"], A::Strict(true)),
        (&["RETURNS", "NULL", "ON", "NULL", "INPUT"], A::Strict(true)),
        (&["CALLED", "ON", "NULL", "INPUT"], A::Strict(false)),
        (&["LEAKPROOF"], A::Leakproof(true)),
        (&["NOT", "LEAKPROOF"], A::Leakproof(false)),
        (&["SECURITY", "DEFINER"], A::SecurityDefiner(true)),
        (&["SECURITY", "INVOKER"], A::SecurityDefiner(false)),
        (&["EXTERNAL"], A::SecurityDefiner(false)),
    ];
    let (words, action) = phrases.into_iter().find(|(words, _)| c.at(words))?;
    match words {
        ["EXTERNAL"] if c.eat(&["EXTERNAL", "SECURITY", "DEFINER"]) => Some(A::SecurityDefiner(true)),
        ["EXTERNAL"] => c.eat(&["EXTERNAL", "SECURITY", "INVOKER"]).then_some(action),
        words => c.eat(words).then_some(action),
    }
}

/// An option that CREATE and ALTER share, if one comes.
///
/// # Errors
/// One that is not complete.
pub(super) fn common_option(c: &mut Cursor) -> Parsed<Option<RoutineAction>> {
    if let Some(option) = fixed_phrase(c) {
        return Ok(Some(option));
    }
    Ok(Some(match c.eat_any(&["PARALLEL", "COST", "ROWS", "SUPPORT", "SET", "RESET"]) {
        Some("PARALLEL") => RoutineAction::Parallel(names::label(c, "a name")?.name.to_ascii_lowercase()),
        Some("COST") => RoutineAction::Cost(number(c)?),
        Some("ROWS") => RoutineAction::Rows(number(c)?),
        Some("SUPPORT") => RoutineAction::Support(names::qualified_type(c, "a name")?),
        Some("SET") => RoutineAction::Set(setting(c)?),
        Some(_) if c.eat(&["ALL"]) => RoutineAction::Reset(None),
        Some(_) => RoutineAction::Reset(Some(session::setting_name(c)?)),
        None => return Ok(None),
    }))
}

/// What SET takes outside of functions, or `name FROM CURRENT`.
fn setting(c: &mut Cursor) -> Parsed<RoutineSetting> {
    let start = c.position();
    if let Ok(name) = session::setting_name(c)
        && c.eat(&["FROM", "CURRENT"])
    {
        return Ok(RoutineSetting { name, value: None });
    }
    c.back_to(start);
    let (name, value) = session::assignment(c)?;
    Ok(RoutineSetting { name, value })
}

#[cfg(test)]
mod tests;
