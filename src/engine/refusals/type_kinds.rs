//! Types that are made of the wrong things, and changes that types of another kind have.
//!
//! Source: PostgreSQL's commands/typecmds.c, and measurements (`fixtures/facts/alter-type-*.sql`, `drop-type-*.sql`).

use crate::ast::{
    AlterDomain, AlterOther, AlterType, ColumnConstraintKind, CreateDomain, CreateType, Drop, Ident, ObjectChange,
    ObjectKind, ObjectName, Statement, StatementKind, TypeChange, TypeKind,
};
use crate::engine::catalog::{Kind, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};
use crate::postgres::VersionSet;

use super::defaults::unfit;
use super::existence::{UNDEFINED_COLUMN, is_there};
use super::missing::nearest;
use super::{
    DEPENDENT_OBJECTS, DUPLICATE_COLUMN, SYNTAX_ERROR, UNDEFINED_OBJECT, UNDEFINED_TABLE, WRONG_OBJECT_TYPE, refused,
};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let one = match &statement.kind {
        StatementKind::CreateType(create) => made(create),
        StatementKind::AlterType(alter) => altered(alter, around),
        StatementKind::CreateDomain(create) => domain(create).or_else(|| unfit_default(create, around)),
        StatementKind::AlterDomain(alter) => altered_domain(alter, around),
        StatementKind::AlterOther(alter) => moved(alter, around),
        StatementKind::Drop(drop) => return dropped(drop, around),
        _ => None,
    };
    one.into_iter().collect()
}

/// What a type is, as far as history shows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Enum,
    Composite,
    Domain,
    /// The type of the rows of a relation.
    Row,
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Enum => "an enum",
            Self::Composite => "a composite type",
            Self::Domain => "a domain",
            Self::Row => "the type of the rows of a relation",
        }
    }
}

/// What is there under the name, for certain.
fn sort(written: &ObjectName, around: &Surroundings) -> Option<Sort> {
    let name = around.resolve_kind(Kind::Type, written);
    let is_there = around.catalog.past(Kind::Type, &name).is_some_and(|past| past.is_there());
    if !is_there {
        return row_type(written, around).map(|_| Sort::Row);
    }
    match () {
        () if around.catalog.domain(&name).is_some() => Some(Sort::Domain),
        () if around.catalog.composite(&name).is_some() => Some(Sort::Composite),
        () if around.catalog.enum_type(&name).is_some_and(|known| known.created_in_transaction.is_some()) => {
            Some(Sort::Enum)
        }
        () => None,
    }
}

/// The relation whose rows have a type of the name.
fn row_type<'a>(written: &ObjectName, around: &Surroundings<'a>) -> Option<&'a Relation> {
    let relation = around.relation(written).filter(|relation| is_there(relation))?;
    (!matches!(relation.kind, RelationKind::Index | RelationKind::Sequence)).then_some(relation)
}

fn wrong(name: &ObjectName, sort: Sort, wanted: &str) -> Refusal {
    refused(WRONG_OBJECT_TYPE, format!("{name} is not {wanted}: it is {}", sort.name())).at(name.span)
}

/// What is there under the name, where it is no composite type of its own.
pub(super) fn not_composite(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let sort = sort(name, around).filter(|sort| *sort != Sort::Composite)?;
    Some(wrong(name, sort, "a composite type"))
}

fn made(create: &CreateType) -> Option<Refusal> {
    match &create.kind {
        TypeKind::Enum(values) => {
            let mut values = values.iter().enumerate();
            let TypeKind::Enum(all) = &create.kind else { return None };
            let (_, second) = values.find(|(at, value)| all[..*at].iter().any(|other| other.value == value.value))?;
            let reason = format!("the enum {} has the value {} twice", create.name, second.value);
            Some(refused("23505", reason).at(second.span))
        }
        TypeKind::Composite(attributes) => {
            let is_before = |at: usize, name: &Ident| attributes[..at].iter().any(|other| other.name.name == name.name);
            let mut attributes = attributes.iter().enumerate();
            let (_, second) = attributes.find(|(at, attribute)| is_before(*at, &attribute.name))?;
            let reason = format!("column {} specified more than once", second.name.name);
            Some(refused(DUPLICATE_COLUMN, reason).at(second.span))
        }
        TypeKind::Range(_) | TypeKind::Base(_) | TypeKind::Shell => None,
    }
}

fn altered(alter: &AlterType, around: &Surroundings) -> Option<Refusal> {
    let sort = sort(&alter.name, around)?;
    let wanted = match &alter.change {
        TypeChange::AddValue { .. } | TypeChange::RenameValue { .. } if sort != Sort::Enum => "an enum",
        TypeChange::Attributes(_) | TypeChange::RenameAttribute { .. } => match sort {
            Sort::Row => "a composite type",
            // Attributes are looked for in the relation of a composite type.
            Sort::Enum | Sort::Domain => {
                let reason = format!("{} has no attributes: it is {}", alter.name, sort.name());
                return Some(refused(UNDEFINED_TABLE, reason).at(alter.name.span));
            }
            Sort::Composite => return None,
        },
        _ => return None,
    };
    Some(wrong(&alter.name, sort, wanted))
}

/// What the rows of a relation have cannot be moved without it.
fn moved(alter: &AlterOther, around: &Surroundings) -> Option<Refusal> {
    let name = alter.object.name.as_ref()?;
    let sort = match &alter.object.kind {
        ObjectKind::Type | ObjectKind::Domain => sort(name, around)?,
        _ => return None,
    };
    match (&alter.object.kind, &alter.change) {
        (ObjectKind::Domain, _) if sort != Sort::Domain => Some(wrong(name, sort, "a domain")),
        (_, ObjectChange::RenameTo(_) | ObjectChange::SetSchema(_) | ObjectChange::OwnerTo(_)) if sort == Sort::Row => {
            Some(wrong(name, sort, "a type of its own"))
        }
        _ => None,
    }
}

fn dropped(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let wanted = match &drop.object {
        ObjectKind::Type => None,
        ObjectKind::Domain => Some("a domain"),
        _ => return Vec::new(),
    };
    let found = drop.names.iter().filter_map(|name| {
        let sort = sort(name, around)?;
        match wanted {
            Some(wanted) if sort != Sort::Domain => Some(wrong(name, sort, wanted)),
            None if sort == Sort::Row => {
                let reason = format!("cannot drop type {name}: {} requires it", row_type(name, around)?.name);
                Some(refused(DEPENDENT_OBJECTS, reason).at(name.span))
            }
            _ => None,
        }
    });
    found.collect()
}

/// A default that the base type of a domain does not take.
fn unfit_default(create: &CreateDomain, around: &Surroundings) -> Option<Refusal> {
    create.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) => Some(unfit(expr, &create.data_type, around)?.at(constraint.span)),
        _ => None,
    })
}

/// Constraints that a domain cannot have, and columns in its CHECK: there is VALUE alone.
fn domain(create: &CreateDomain) -> Option<Refusal> {
    let mut nullable = None;
    for constraint in &create.constraints {
        let reason = match &constraint.kind {
            ColumnConstraintKind::PrimaryKey => "primary key constraints not possible for domains",
            ColumnConstraintKind::Unique => "unique constraints not possible for domains",
            ColumnConstraintKind::References(_) => "foreign key constraints not possible for domains",
            ColumnConstraintKind::NotNull if nullable == Some(true) => "conflicting NULL/NOT NULL constraints",
            ColumnConstraintKind::Null if nullable == Some(false) => "conflicting NULL/NOT NULL constraints",
            kind => {
                match kind {
                    ColumnConstraintKind::NotNull => nullable = Some(false),
                    ColumnConstraintKind::Null => nullable = Some(true),
                    _ => {}
                }
                continue;
            }
        };
        return Some(refused(SYNTAX_ERROR, reason.to_owned()).at(constraint.span));
    }
    create.constraints.iter().find_map(|constraint| column_in(&constraint.kind))
}

fn column_in(kind: &ColumnConstraintKind) -> Option<Refusal> {
    let ColumnConstraintKind::Check(expr) = kind else { return None };
    let column = expr.columns.iter().find(|column| *column != "value").filter(|_| !expr.subquery)?;
    Some(refused(UNDEFINED_COLUMN, format!("column {column} does not exist: a domain has VALUE")).at(expr.span))
}

fn altered_domain(alter: &AlterDomain, around: &Surroundings) -> Option<Refusal> {
    use crate::ast::DomainChange as C;
    let sort = sort(&alter.name, around)?;
    if sort != Sort::Domain {
        return Some(wrong(&alter.name, sort, "a domain"));
    }
    let name = around.resolve_kind(Kind::Type, &alter.name);
    let domain = around.catalog.sure_domain(&name)?;
    let missing = |constraint: &Ident| {
        let known = domain.checks.iter().any(|check| check.name == constraint.name);
        // NOT NULL is a constraint since 17.
        let may_be_not_null = domain.not_null;
        let near = nearest(&constraint.name, domain.checks.iter().map(|check| check.name.as_str()));
        let reason = format!("constraint {} of domain {name} does not exist", constraint.name);
        let refusal = refused(UNDEFINED_OBJECT, reason).at(constraint.span).by(Cause::Existence { past: None, near });
        let versions = if may_be_not_null { VersionSet::before(17) } else { VersionSet::ALL };
        (!known).then_some(Refusal { versions, ..refusal })
    };
    match &alter.change {
        C::DropConstraint { if_exists: false, name, .. } | C::ValidateConstraint(name) => missing(name),
        C::RenameConstraint { from, .. } => missing(from),
        C::AddConstraint(constraint) => {
            let taken = constraint.name.as_ref().filter(|new| domain.checks.iter().any(|check| check.name == new.name));
            let reason = |new: &Ident| format!("constraint {} of domain {name} already exists", new.name);
            let taken = taken.map(|new| refused(super::DUPLICATE_OBJECT, reason(new)).at(new.span));
            taken.or_else(|| column_in(&constraint.kind))
        }
        C::DropConstraint { .. } | C::SetDefault(_) | C::DropDefault | C::SetNotNull | C::DropNotNull => None,
    }
}
