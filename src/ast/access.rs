//! Who may do what: privileges, memberships, ownership.

use ecow::EcoString;

use super::{Ident, ObjectKind, ObjectRef, RoleSpec};
use crate::source::Span;

/// GRANT or REVOKE of privileges on objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// REVOKE.
    pub revoke: bool,
    /// The privileges.
    pub privileges: Vec<Privilege>,
    /// ON.
    pub target: GrantTarget,
    /// TO or FROM.
    pub roles: Vec<RoleSpec>,
    /// WITH GRANT OPTION, or GRANT OPTION FOR of REVOKE.
    pub grant_option: bool,
    /// GRANTED BY.
    pub granted_by: Option<RoleSpec>,
    /// CASCADE of REVOKE.
    pub cascade: bool,
}

/// A privilege.
#[derive(Debug, Clone, PartialEq)]
pub struct Privilege {
    /// Its name in upper case: `SELECT`, `ALL`, `ALTER SYSTEM`.
    pub name: EcoString,
    /// The columns it is limited to.
    pub columns: Vec<Ident>,
    /// The privilege with its columns.
    pub span: Span,
}

/// What privileges are granted on.
#[derive(Debug, Clone, PartialEq)]
pub enum GrantTarget {
    /// Objects of one kind. Views and sequences may be among tables.
    Objects(Vec<ObjectRef>),
    /// ALL TABLES IN SCHEMA and the like: what is there now, not what is created later.
    AllInSchemas {
        /// The kind of object.
        kind: ObjectKind,
        /// The schemas.
        schemas: Vec<Ident>,
    },
}

/// GRANT or REVOKE of membership in roles.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantRole {
    /// REVOKE.
    pub revoke: bool,
    /// The roles that others become members of.
    pub memberships: Vec<Ident>,
    /// TO or FROM.
    pub roles: Vec<RoleSpec>,
    /// WITH ADMIN OPTION, INHERIT, SET (16), or the option that REVOKE ... OPTION FOR takes away.
    pub options: Vec<MembershipOption>,
    /// GRANTED BY.
    pub granted_by: Option<RoleSpec>,
    /// CASCADE of REVOKE.
    pub cascade: bool,
}

/// An option of a membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipOption {
    /// `admin`, `inherit` or `set`.
    pub name: Ident,
    /// OPTION or TRUE; false is FALSE.
    pub on: bool,
}

/// ALTER DEFAULT PRIVILEGES: what roles may do with objects that are created later.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultPrivileges {
    /// FOR ROLE: the creators; empty means the current role.
    pub creators: Vec<RoleSpec>,
    /// IN SCHEMA; empty means any.
    pub schemas: Vec<Ident>,
    /// REVOKE.
    pub revoke: bool,
    /// The privileges.
    pub privileges: Vec<Privilege>,
    /// The kind of object.
    pub kind: ObjectKind,
    /// TO or FROM.
    pub roles: Vec<RoleSpec>,
    /// WITH GRANT OPTION, or GRANT OPTION FOR of REVOKE.
    pub grant_option: bool,
    /// CASCADE of REVOKE.
    pub cascade: bool,
}

/// REASSIGN OWNED and DROP OWNED.
#[derive(Debug, Clone, PartialEq)]
pub enum Owned {
    /// REASSIGN OWNED.
    Reassign {
        /// The owners until now.
        from: Vec<RoleSpec>,
        /// The new owner.
        to: RoleSpec,
    },
    /// DROP OWNED.
    Drop {
        /// The owners.
        by: Vec<RoleSpec>,
        /// CASCADE.
        cascade: bool,
    },
}
