//! Switches of ALTER TABLE: triggers, rules, row level security and replica identity.

use super::cursor::{Cursor, Parsed};
use super::names;
use crate::ast::{AlterActionKind, Firing, ReplicaIdentity, RowSecurity, WhichTriggers};

/// Behind ENABLE or DISABLE.
///
/// # Errors
/// No trigger, rule or ROW LEVEL SECURITY comes.
pub(super) fn switch(c: &mut Cursor, enable: bool) -> Parsed<AlterActionKind> {
    if c.at(&["ROW"]) {
        return row_security(c, if enable { RowSecurity::Enable } else { RowSecurity::Disable });
    }
    let firing = match if enable { c.eat_any(&["ALWAYS", "REPLICA"]) } else { None } {
        Some("ALWAYS") => Firing::Always,
        Some(_) => Firing::Replica,
        None if enable => Firing::Origin,
        None => Firing::Never,
    };
    match c.eat_any(&["TRIGGER", "RULE"]) {
        Some("TRIGGER") => Ok(AlterActionKind::Trigger { firing, which: triggers(c, firing)? }),
        Some(_) => names::name(c, "a rule name").map(|name| AlterActionKind::Rule { firing, name }),
        None => c.expected("TRIGGER, RULE or ROW LEVEL SECURITY"),
    }
}

/// A name; ALL and USER only where all is switched on or off.
fn triggers(c: &mut Cursor, firing: Firing) -> Parsed<WhichTriggers> {
    if matches!(firing, Firing::Origin | Firing::Never) {
        match c.eat_any(&["ALL", "USER"]) {
            Some("ALL") => return Ok(WhichTriggers::All),
            Some(_) => return Ok(WhichTriggers::User),
            None => {}
        }
    }
    names::name(c, "a trigger name").map(WhichTriggers::Named)
}

/// `ROW LEVEL SECURITY`
///
/// # Errors
/// Something else comes.
pub(super) fn row_security(c: &mut Cursor, change: RowSecurity) -> Parsed<AlterActionKind> {
    c.expect(&["ROW", "LEVEL", "SECURITY"])?;
    Ok(AlterActionKind::RowSecurity(change))
}

/// Behind REPLICA.
///
/// # Errors
/// No identity comes.
pub(super) fn replica_identity(c: &mut Cursor) -> Parsed<AlterActionKind> {
    c.expect(&["IDENTITY"])?;
    let identity = match c.eat_any(&["DEFAULT", "FULL", "NOTHING"]) {
        Some("DEFAULT") => ReplicaIdentity::Default,
        Some("FULL") => ReplicaIdentity::Full,
        Some(_) => ReplicaIdentity::Nothing,
        None if c.eat(&["USING", "INDEX"]) => ReplicaIdentity::UsingIndex(names::name(c, "an index name")?),
        None => return c.expected("DEFAULT, FULL, NOTHING or USING INDEX"),
    };
    Ok(AlterActionKind::ReplicaIdentity(identity))
}
