//! Types and domains.

use super::{ColumnConstraint, ColumnConstraintKind, DataType, Expr, Ident, NamedOption, ObjectName, Text};
use crate::source::Span;

/// CREATE TYPE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateType {
    /// The type.
    pub name: ObjectName,
    /// What it is made of.
    pub kind: TypeKind,
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// AS ENUM (values).
    Enum(Vec<Text>),
    /// AS (attributes): a composite type.
    Composite(Vec<Attribute>),
    /// AS RANGE (subtype = ...).
    Range(Vec<NamedOption>),
    /// (input = ..., output = ...): a type with functions of its own.
    Base(Vec<NamedOption>),
    /// Nothing yet: a name for functions to be declared with.
    Shell,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
    /// COLLATE.
    pub collation: Option<ObjectName>,
    /// From the name to the end.
    pub span: Span,
}

/// ALTER TYPE. RENAME TO, SET SCHEMA and OWNER TO are [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterType {
    /// The type.
    pub name: ObjectName,
    /// The change.
    pub change: TypeChange,
}

/// A change to a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeChange {
    /// ADD VALUE of an enum.
    AddValue {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The value.
        value: Text,
        /// BEFORE or AFTER another value; without it the new one is the last.
        place: Option<ValuePlace>,
    },
    /// RENAME VALUE of an enum.
    RenameValue {
        /// Old value.
        from: Text,
        /// New value.
        to: Text,
    },
    /// ADD, DROP and ALTER ATTRIBUTE of a composite type, in the order written.
    Attributes(Vec<AttributeAction>),
    /// RENAME ATTRIBUTE of a composite type.
    RenameAttribute {
        /// Old name.
        from: Ident,
        /// New name.
        to: Ident,
        /// CASCADE.
        cascade: bool,
    },
    /// SET (option = value, ...) of a base type (13).
    SetOptions(Vec<NamedOption>),
}

/// Where a new value of an enum goes.
#[derive(Debug, Clone, PartialEq)]
pub enum ValuePlace {
    /// BEFORE this value.
    Before(Text),
    /// AFTER this value.
    After(Text),
}

/// One subcommand for attributes of a composite type.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeAction {
    /// From its first keyword to its last token.
    pub span: Span,
    /// What it does.
    pub change: AttributeChange,
    /// CASCADE: tables of the type change too.
    pub cascade: bool,
}

/// What an [`AttributeAction`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeChange {
    /// ADD ATTRIBUTE.
    Add(Attribute),
    /// DROP ATTRIBUTE.
    Drop {
        /// IF EXISTS.
        if_exists: bool,
        /// The attribute.
        name: Ident,
    },
    /// ALTER ATTRIBUTE ... TYPE.
    SetType(Attribute),
}

/// CREATE DOMAIN.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDomain {
    /// The domain.
    pub name: ObjectName,
    /// Its base type.
    pub data_type: DataType,
    /// COLLATE.
    pub collation: Option<ObjectName>,
    /// DEFAULT, NOT NULL, NULL and CHECK, in the order written.
    pub constraints: Vec<ColumnConstraint>,
}

impl CreateDomain {
    /// Whether it has a CHECK or NOT NULL: a new column of it is checked row by row.
    pub fn constrained(&self) -> bool {
        let mut kinds = self.constraints.iter().map(|constraint| &constraint.kind);
        kinds.any(|kind| matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::Check(_)))
    }

    /// DEFAULT.
    pub fn default(&self) -> Option<&Expr> {
        self.constraints.iter().rev().find_map(|constraint| match &constraint.kind {
            ColumnConstraintKind::Default(expr) => Some(&**expr),
            _ => None,
        })
    }
}

/// ALTER DOMAIN. RENAME TO, SET SCHEMA and OWNER TO are [`AlterOther`](super::AlterOther).
#[derive(Debug, Clone, PartialEq)]
pub struct AlterDomain {
    /// The domain.
    pub name: ObjectName,
    /// The change.
    pub change: DomainChange,
}

/// A change to a domain.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainChange {
    /// SET DEFAULT.
    SetDefault(Expr),
    /// DROP DEFAULT.
    DropDefault,
    /// SET NOT NULL.
    SetNotNull,
    /// DROP NOT NULL.
    DropNotNull,
    /// ADD CHECK (expression), or NOT NULL as a constraint (17).
    AddConstraint(Box<ColumnConstraint>),
    /// DROP CONSTRAINT.
    DropConstraint {
        /// IF EXISTS.
        if_exists: bool,
        /// The constraint.
        name: Ident,
        /// CASCADE.
        cascade: bool,
    },
    /// VALIDATE CONSTRAINT.
    ValidateConstraint(Ident),
    /// RENAME CONSTRAINT.
    RenameConstraint {
        /// Old name.
        from: Ident,
        /// New name.
        to: Ident,
    },
}
