//! REASSIGN OWNED and DROP OWNED.

use crate::ast::{Grant, GrantTarget, Owned, RoleSpec};
use crate::engine::catalog::{Fate, Relation};
use crate::engine::effect::RelationName;

use super::Replay;
use super::drop::drop_relation;

/// What OWNER TO gave to a role is known to be the role's. More may be: who runs the migrations is not written in them.
pub(super) fn apply(owned: &Owned, replay: &mut Replay) {
    match owned {
        Owned::Reassign { from, to } => {
            for name in owned_by(from, replay) {
                replay.catalog.touch(&name).owned_by = match to {
                    RoleSpec::Named(role) => Some(role.name.clone()),
                    RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
                };
            }
        }
        Owned::Drop { by, cascade } => {
            forget_grants(&names(by), replay);
            doubt_others(by, replay);
            for name in owned_by(by, replay) {
                drop_relation(&name, *cascade, replay);
            }
        }
    }
}

fn owned_by(roles: &[RoleSpec], replay: &Replay) -> Vec<RelationName> {
    let owners = names(roles);
    let is_theirs = |relation: &&Relation| relation.owned_by.as_deref().is_some_and(|owner| owners.contains(&owner));
    let theirs = replay.catalog.relations().filter(is_theirs);
    theirs.map(|relation| relation.name.clone()).collect()
}

fn names(roles: &[RoleSpec]) -> Vec<&str> {
    let named = roles.iter().filter_map(|role| match role {
        RoleSpec::Named(name) => Some(name.name.as_str()),
        RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
    });
    named.collect()
}

/// What nobody gave away may be theirs, and so may what is another role's by name if they are not all named.
fn doubt_others(roles: &[RoleSpec], replay: &mut Replay) {
    let all_named = names(roles).len() == roles.len();
    let may_be_theirs = |relation: &&Relation| !all_named || relation.owned_by.is_none();
    let others = replay.catalog.relations().filter(may_be_theirs);
    let others: Vec<RelationName> = others.map(|relation| relation.name.clone()).collect();
    for name in &others {
        let relation = replay.catalog.touch(name);
        relation.doubt();
        relation.parts.doubt();
    }
    replay.catalog.ledger.doubt_all(|_, _, fate| *fate == Fate::Given);
}

/// Roles that were granted something on a table. What REVOKE leaves them is not followed.
pub(super) fn grant(grant: &Grant, replay: &mut Replay) {
    let GrantTarget::Objects(objects) = &grant.target else {
        if grant.revoke {
            forget_grants(&names(&grant.roles), replay);
        }
        return;
    };
    let tables = objects.iter().filter_map(|object| object.relation());
    let tables: Vec<RelationName> = tables.map(|table| replay.resolve(table)).collect();
    for table in tables {
        let Some(relation) = replay.catalog.get_mut(&table) else { continue };
        for role in names(&grant.roles) {
            relation.grantees.retain(|known| known != role);
            if !grant.revoke {
                relation.grantees.push(role.into());
            }
        }
    }
}

fn forget_grants(roles: &[&str], replay: &mut Replay) {
    let has = |relation: &&Relation| relation.grantees.iter().any(|known| roles.contains(&known.as_str()));
    let tables: Vec<RelationName> = replay.catalog.relations().filter(has).map(|table| table.name.clone()).collect();
    for table in tables {
        replay.catalog.touch(&table).grantees.retain(|known| !roles.contains(&known.as_str()));
    }
}
