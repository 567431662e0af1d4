//! Objects of any kind as statements name them, and what can be done to all kinds alike.

use ecow::EcoString;

use super::{Ident, ObjectKind, ObjectName};
use crate::source::Span;

/// A string constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it says, without quotes and escapes.
    pub value: EcoString,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A role as a statement names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleSpec {
    /// By its name.
    Named(Ident),
    /// PUBLIC: every role.
    Public(Span),
    /// CURRENT_USER, CURRENT_ROLE (14), or USER of a user mapping.
    CurrentUser(Span),
    /// SESSION_USER.
    SessionUser(Span),
}

/// An object as a statement names it.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name; None for kinds that have none (CAST, OPERATOR, TRANSFORM, USER MAPPING, LARGE OBJECT). A column, constraint,
    /// trigger, rule or policy has its own name here.
    pub name: Option<ObjectName>,
    /// The argument types of a routine with their parentheses, where they are written.
    pub arguments: Option<Span>,
    /// The relation of a column, constraint, trigger, rule or policy; the domain of a constraint on one.
    pub on: Option<ObjectName>,
    /// All that names it, without the keywords of its kind.
    pub span: Span,
}

impl ObjectRef {
    /// The relation that the object is, or belongs to.
    pub fn relation(&self) -> Option<&ObjectName> {
        match &self.kind {
            ObjectKind::Table
            | ObjectKind::ForeignTable
            | ObjectKind::Index
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence => self.name.as_ref(),
            ObjectKind::Column
            | ObjectKind::Trigger
            | ObjectKind::Rule
            | ObjectKind::Policy
            | ObjectKind::Constraint => self.on.as_ref(),
            ObjectKind::Type
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Schema
            | ObjectKind::Function
            | ObjectKind::Extension
            | ObjectKind::Database
            | ObjectKind::Tablespace
            | ObjectKind::Subscription
            | ObjectKind::Other(_) => None,
        }
    }
}

/// COMMENT ON.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// What is commented.
    pub object: ObjectRef,
    /// The comment; None is NULL, which removes it.
    pub text: Option<Text>,
}

/// SECURITY LABEL.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityLabel {
    /// FOR provider.
    pub provider: Option<Text>,
    /// What is labelled.
    pub object: ObjectRef,
    /// The label; None is NULL, which removes it.
    pub label: Option<Text>,
}

/// ALTER of an object that is no relation, in one of the ways that most kinds share. Relations have them as subcommands of
/// [`AlterTable`](super::AlterTable).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterOther {
    /// The object.
    pub object: ObjectRef,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The change.
    pub change: ObjectChange,
}

/// A change that most kinds of object share.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectChange {
    /// RENAME TO.
    RenameTo(Ident),
    /// SET SCHEMA.
    SetSchema(Ident),
    /// OWNER TO.
    OwnerTo(RoleSpec),
    /// DEPENDS ON EXTENSION.
    DependsOnExtension {
        /// NO DEPENDS ON EXTENSION (13).
        no: bool,
        /// The extension.
        extension: Ident,
    },
}
