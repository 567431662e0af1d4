//! ALTER COLUMN TYPE in the state that it meets.

use std::borrow::Cow;

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, DataType, Expr, ObjectName, Operand};
use crate::postgres::types::{Request, TypeChange, canonical, is_built_in, type_change};
use crate::postgres::{Version, VersionSet};

use super::catalog::{Column, Domain, Fate, Kind, Relation};
use super::effect::RelationName;
use super::output;
use super::surroundings::Surroundings;
use super::trace::Refusal;

/// Domains that are made from each other, one above the other; no server has a ring of them, a text may.
const MOST_DOMAINS: usize = 50;

/// The arguments of ALTER COLUMN TYPE.
#[derive(Debug, Clone, Copy)]
pub struct TypeRequest<'a> {
    /// The new type.
    pub data_type: &'a DataType,
    /// COLLATE.
    pub collation: Option<&'a ObjectName>,
    /// USING.
    pub using: Option<&'a Expr>,
}

impl Surroundings<'_> {
    /// What a change of a column's type has to do on a version. A column that nobody has seen counts as one that has to be
    /// written anew.
    pub fn type_change(&self, column: Option<&Column>, request: &TypeRequest, version: Version) -> TypeChange {
        let Some((column, old)) = column.and_then(|column| column.known_type().map(|old| (column, old))) else {
            return TypeChange::Rewrite;
        };
        let new_name = &request.data_type.name;
        let becomes_text = old.name == "character varying" && new_name == "text" && request.data_type.dimensions == 0;
        let same_type = (old.name == *new_name || becomes_text) && old.dimensions == 0;
        let plain_cast = |using: &Expr| {
            let identity = same_type && self.gives_column(using, &column.name, new_name);
            identity || self.is_plain_cast(using, &column.name, request.data_type)
        };
        if request.using.is_some_and(|using| !plain_cast(using)) {
            return TypeChange::Rewrite;
        }
        let is_array = |data_type: &DataType| data_type.dimensions > 0;
        let same_name = self.type_name(old) == self.type_name(request.data_type);
        if same_name && is_array(old) == is_array(request.data_type) {
            // One of them may be written with its schema.
            let new = DataType { name: old.name.clone(), ..request.data_type.clone() };
            let same = Request { old, new: &new, written: false, no_user_casts: true };
            return type_change(same, version);
        }
        let (old, new) = (self.without_domain(old), self.base_type(request.data_type));
        let has_casts = |data_type: &DataType| {
            !is_built_in(data_type, version) && !self.catalog.is_type_without_casts(&self.type_name(data_type))
        };
        let no_user_casts = !has_casts(&old) && !has_casts(&new);
        let written = request.using.is_some();
        let change = type_change(Request { old: &old, new: &new, written, no_user_casts }, version);
        let checked = self.is_constrained_domain(request.data_type);
        if checked && change != TypeChange::Refused { TypeChange::Rewrite } else { change }
    }

    /// Whether an expression is the call of a function that gives the column as it is.
    fn gives_column(&self, using: &Expr, column: &str, data_type: &str) -> bool {
        using.folded.call.as_ref().is_some_and(|call| {
            let [Operand::Column(name)] = call.arguments.as_slice() else { return false };
            name == column && self.catalog.gives_argument(&call.name, data_type)
        })
    }

    /// The type that a domain is stored as, and casts look at.
    fn base_type<'d>(&self, data_type: &'d DataType) -> Cow<'d, DataType> {
        let domain = |of: &DataType| self.catalog.domain(&self.type_name(of)).filter(|_| of.dimensions == 0);
        let over = std::iter::successors(domain(data_type), |over| domain(&over.data_type));
        over.take(MOST_DOMAINS).last().map_or(Cow::Borrowed(data_type), |last| Cow::Owned(last.data_type.clone()))
    }

    /// Whether values of the type are checked: a domain with a CHECK or NOT NULL, of its own or of the domain it is made from.
    pub fn is_constrained_domain(&self, data_type: &DataType) -> bool {
        let domain = |of: &DataType| self.catalog.domain(&self.type_name(of)).filter(|_| of.dimensions == 0);
        let over = std::iter::successors(domain(data_type), |over| domain(&over.data_type));
        over.take(MOST_DOMAINS).any(Domain::constrained)
    }

    /// Whether a domain, or one that it is made from, is NOT NULL.
    pub fn is_required_domain(&self, data_type: &DataType) -> bool {
        let domain = |of: &DataType| self.catalog.domain(&self.type_name(of)).filter(|_| of.dimensions == 0);
        let over = std::iter::successors(domain(data_type), |over| domain(&over.data_type));
        over.take(MOST_DOMAINS).any(|domain| domain.not_null)
    }

    /// Whether DEFAULT NULL of the type is kept as an expression: the NULL is cut to a length, or is one of a domain.
    ///
    /// Source: `coerce_type_typmod()` of the server and measurements (`fixtures/facts/add-column-default-null-*.sql`).
    pub fn keeps_null(&self, data_type: &DataType) -> bool {
        let one_by_default = matches!(data_type.name.as_str(), "character" | "bit");
        let limited = !data_type.modifiers.is_empty() || !data_type.words.is_empty() || one_by_default;
        (limited && data_type.name != "interval") || self.catalog.domain(&self.type_name(data_type)).is_some()
    }

    /// The base type of a domain without its length, which the server does not look at when a domain is cast.
    fn without_domain<'d>(&self, data_type: &'d DataType) -> Cow<'d, DataType> {
        match self.base_type(data_type) {
            Cow::Owned(base) => Cow::Owned(DataType { modifiers: Vec::new(), ..base }),
            borrowed => borrowed,
        }
    }

    /// The versions that have no cast for a change of type.
    fn refused_change(&self, column: &Column, request: &TypeRequest) -> VersionSet {
        let is_refused = |version: &Version| self.type_change(Some(column), request, *version) == TypeChange::Refused;
        let versions = VersionSet::ALL.iter().filter(is_refused);
        versions.fold(VersionSet::NONE, |all, version| all.or(version.into()))
    }

    /// The versions that cannot assign the values of a column to one of another type.
    pub fn refused_assignment(&self, from: &Column, to: &DataType) -> VersionSet {
        let known = from.known_type().is_some() && !self.has_own_cast(to);
        let request = TypeRequest { data_type: to, collation: None, using: None };
        if known { self.refused_change(from, &request) } else { VersionSet::NONE }
    }

    /// Changes of type for which there is no cast.
    pub fn refused_type_changes(&self, alter: &AlterTable) -> Vec<Refusal> {
        let relation = self.relation(&alter.name);
        let refused = alter.actions.iter().filter_map(|action| {
            let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { data_type, collation, using } } =
                &action.kind
            else {
                return None;
            };
            let column = relation?.column(&name.name)?;
            let given = using.as_deref().and_then(|using| bare_column(using, relation?));
            let versions = given.map_or(VersionSet::NONE, |given| self.refused_assignment(given, data_type));
            if !versions.is_empty() {
                let reason = format!("the result of USING for column {} cannot be cast automatically", name.name);
                return Some(Refusal::new(versions, "42804", reason).at(action.span));
            }
            if self.has_own_cast(data_type) {
                return None;
            }
            let request = TypeRequest { data_type, collation: collation.as_ref(), using: using.as_deref() };
            let versions = self.refused_change(column, &request);
            // USING says nothing of the default, which is assigned to the new type. What drops it comes first.
            let drops_default = alter.actions.iter().any(|action| {
                matches!(&action.kind, AlterActionKind::AlterColumn { name: other, change: ColumnChange::DropDefault }
                    if other.name == name.name)
            });
            if versions.is_empty() && column.has_default && !drops_default {
                let own_type = output::type_of_default(column, self)?;
                let default = Column { data_type: Some(own_type), ..Column::unseen(&name.name, column.added_in) };
                let versions = self.refused_change(&default, &TypeRequest { using: None, ..request });
                let reason =
                    format!("the default of column {} cannot be cast automatically to the new type", name.name);
                return (!versions.is_empty()).then(|| Refusal::new(versions, "42804", reason).at(action.span));
            }
            let (sqlstate, reason) = match using {
                None => ("42804", format!("column {} cannot be cast automatically to the new type", name.name)),
                Some(_) => ("42846", format!("column {} cannot be cast to the new type", name.name)),
            };
            (!versions.is_empty()).then(|| Refusal::new(versions, sqlstate, reason).at(action.span))
        });
        refused.collect()
    }

    /// Casts that history made, and has not dropped.
    fn own_casts(&self) -> impl Iterator<Item = &RelationName> {
        let named = self.catalog.ledger.all(Kind::Named);
        named.filter(|(name, past)| past.fate == Fate::Given && &*name.schema == "CAST").map(|(name, _)| name)
    }

    /// Whether history made a cast, or wrote them by hand.
    pub fn has_own_casts(&self) -> bool {
        self.catalog.unnamed.casts || self.own_casts().next().is_some()
    }

    /// Whether history made a cast to the type.
    pub fn has_own_cast(&self, data_type: &DataType) -> bool {
        let plain = data_type.name.rsplit('.').next().unwrap_or_default();
        let is_cast = |name: &RelationName| {
            let to = name.name.trim_end_matches(')').split(" as ").nth(1);
            to.map(|to| to.trim_end_matches("[]")).is_some_and(|to| to.ends_with(plain) || canonical(to) == plain)
        };
        self.catalog.unnamed.casts || self.own_casts().any(is_cast)
    }
}

/// The column that USING gives as it is, without any cast.
fn bare_column<'r>(using: &Expr, relation: &'r Relation) -> Option<&'r Column> {
    let Operand::Column(name) = &using.folded.operand else { return None };
    let bare = using.casts.is_empty() && using.functions.is_empty() && !using.subquery;
    relation.column(name).filter(|_| bare)
}
