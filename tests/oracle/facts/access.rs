//! Facts about privileges, memberships and ownership.

use lockwise::ast::{DefaultPrivileges, Grant, GrantRole, GrantTarget, Owned, Privilege};

use super::objects::kind;
use super::references::{object, role, roles};
use super::{Lines, flag, joined};

fn verb(revoke: bool) -> &'static str {
    if revoke { "revoke" } else { "grant" }
}

pub fn grant(grant: &Grant, lines: &mut Lines) {
    let flags = flag(grant.grant_option, "grant option") + &flag(grant.cascade, "cascade");
    lines.push(format!("{}{flags}", verb(grant.revoke)));
    privileges(&grant.privileges, lines);
    match &grant.target {
        GrantTarget::Objects(objects) => objects.iter().for_each(|one| object("on", one, lines)),
        GrantTarget::AllInSchemas { kind: of, schemas } => {
            lines.extend(schemas.iter().map(|schema| format!("on all {} in {}", kind(of), schema.name)));
        }
    }
    roles("role", &grant.roles, lines);
    lines.extend(grant.granted_by.iter().map(|by| format!("granted by {}", role(by))));
}

/// ALL is what PostgreSQL has no name for.
fn privileges(privileges: &[Privilege], lines: &mut Lines) {
    for privilege in privileges {
        let columns =
            if privilege.columns.is_empty() { String::new() } else { format!(" ({})", joined(&privilege.columns)) };
        lines.push(format!("privilege {}{columns}", privilege.name));
    }
}

pub fn grant_role(grant: &GrantRole, lines: &mut Lines) {
    lines.push(format!("{} membership{}", verb(grant.revoke), flag(grant.cascade, "cascade")));
    lines.extend(grant.memberships.iter().map(|of| format!("of {}", of.name)));
    roles("role", &grant.roles, lines);
    lines.extend(grant.options.iter().map(|option| format!("option {} = {}", option.name.name, option.on)));
    lines.extend(grant.granted_by.iter().map(|by| format!("granted by {}", role(by))));
}

pub fn default_privileges(change: &DefaultPrivileges, lines: &mut Lines) {
    let flags = flag(change.grant_option, "grant option") + &flag(change.cascade, "cascade");
    lines.push(format!("default privileges {} on {}{flags}", verb(change.revoke), kind(&change.kind)));
    roles("created by", &change.creators, lines);
    lines.extend(change.schemas.iter().map(|schema| format!("in {}", schema.name)));
    privileges(&change.privileges, lines);
    roles("role", &change.roles, lines);
}

pub fn owned(owned: &Owned, lines: &mut Lines) {
    match owned {
        Owned::Reassign { from, to } => {
            lines.push(format!("reassign owned to {}", role(to)));
            roles("by", from, lines);
        }
        Owned::Drop { by, cascade } => {
            lines.push(format!("drop owned{}", flag(*cascade, "cascade")));
            roles("by", by, lines);
        }
    }
}
