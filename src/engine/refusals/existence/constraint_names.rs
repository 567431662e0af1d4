//! Names of constraints that ALTER TABLE needs and that are not there, or that it gives and that are taken.

use crate::ast::{
    AlterAction, AlterActionKind, ColumnConstraintKind, Ident, KeyColumns, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Part, Past, Relation};
use crate::engine::effect::RelationName;
use crate::engine::trace::{Cause, Refusal};
use crate::postgres::VersionSet;

use super::super::missing::nearest;
use super::super::{DUPLICATE_OBJECT, UNDEFINED_OBJECT, refused_on};
use super::{Names, is_known_whole, taken_relation};

impl Names<'_> {
    /// The index of a key takes the name of its constraint.
    pub(super) fn renamed(&self, from: &Ident, to: &Ident) -> Option<Refusal> {
        let is_key = |known: &Constraint| matches!(known.kind, ConstraintKind::Key { .. });
        let index = RelationName::new(&*self.relation.name.schema, &*to.name);
        let key = self.relation.constraint(&from.name).is_some_and(is_key);
        let taken = if key { taken_relation(&index, self.around) } else { None };
        taken.or_else(|| self.taken_constraint(to))
    }

    pub(super) fn adds_constraint(&self, name: &Ident) -> bool {
        let named = |other: &Option<Ident>| other.as_ref().is_some_and(|other| other.name == name.name);
        self.alter.actions.iter().any(|action| match &action.kind {
            AlterActionKind::AddConstraint(constraint) => named(&constraint.name),
            AlterActionKind::AddColumn { column, .. } => column.constraints.iter().any(|part| named(&part.name)),
            _ => false,
        })
    }

    /// The same, or it adds one without a name, and the server may give it this one.
    pub(super) fn may_add_constraint(&self, name: &Ident) -> bool {
        let ends = |ending: &str| name.name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(ending);
        let of_table = |kind: &TableConstraintKind| match kind {
            TableConstraintKind::Check(_) => ends("_check"),
            TableConstraintKind::NotNull(_) => ends("_not_null"),
            TableConstraintKind::Unique(_) => ends("_key"),
            TableConstraintKind::PrimaryKey(_) => ends("_pkey"),
            TableConstraintKind::ForeignKey { .. } => ends("_fkey"),
            TableConstraintKind::Exclude { .. } => ends("_excl"),
        };
        let of_column = |kind: &ColumnConstraintKind| match kind {
            ColumnConstraintKind::Check(_) => ends("_check"),
            ColumnConstraintKind::NotNull => ends("_not_null"),
            ColumnConstraintKind::Unique => ends("_key"),
            ColumnConstraintKind::PrimaryKey => ends("_pkey"),
            ColumnConstraintKind::References(_) => ends("_fkey"),
            _ => false,
        };
        let unnamed = |action: &AlterAction| match &action.kind {
            AlterActionKind::AddConstraint(constraint) => constraint.name.is_none() && of_table(&constraint.kind),
            AlterActionKind::AddColumn { column, .. } => {
                column.constraints.iter().any(|part| part.name.is_none() && of_column(&part.kind))
            }
            _ => false,
        };
        self.adds_constraint(name) || self.alter.actions.iter().any(unnamed)
    }

    /// A constraint of a partition may have a name that its parent gave, and from 18 a NOT NULL has one that is not followed.
    pub(super) fn missing_constraint(&self, name: &Ident) -> Option<Refusal> {
        missing_constraint(name, self.relation)
    }

    /// What the statement drops is not there any more for the rest of it.
    pub(super) fn lost_constraint(&self, action: &AlterAction, name: &Ident) -> Option<Refusal> {
        let drops = |other: &&AlterAction| matches!(&other.kind, AlterActionKind::DropConstraint { name: dropped, .. } if dropped.name == name.name);
        let first = self.alter.actions.iter().find(drops)?;
        (first.span != action.span).then(|| self.missing("constraint", name))
    }

    /// The written name of a new constraint is that of another one, or its index has the name of a relation.
    pub(super) fn taken(&self, constraint: &TableConstraint) -> Option<Refusal> {
        let name = constraint.name.as_ref()?;
        let is_primary = matches!(constraint.kind, TableConstraintKind::PrimaryKey(_));
        if self.goes(&name.name) || (is_primary && self.relation.primary_key().is_some()) {
            return None;
        }
        let index = RelationName::new(&*self.relation.name.schema, &*name.name);
        let builds = match &constraint.kind {
            TableConstraintKind::Unique(keys) | TableConstraintKind::PrimaryKey(keys) => {
                matches!(keys, KeyColumns::Columns(_))
            }
            TableConstraintKind::Exclude { .. } => true,
            TableConstraintKind::Check(_)
            | TableConstraintKind::ForeignKey { .. }
            | TableConstraintKind::NotNull(_) => false,
        };
        if builds && let Some(refusal) = taken_relation(&index, self.around) {
            return Some(refusal);
        }
        // A CHECK that only a parent defines may be defined again, if it is the same.
        let known = self.relation.constraint(&name.name).filter(|known| known.is_check() && known.inherited);
        let is_merged = known.is_some() && matches!(constraint.kind, TableConstraintKind::Check(_));
        if is_merged && !self.around.is_partition(self.relation) {
            return None;
        }
        // The NOT NULL of a column may be added again by its own name.
        if let TableConstraintKind::NotNull(column) = &constraint.kind
            && self.relation.not_null_constraint(&column.name).is_some_and(|own| own.name == name.name)
        {
            return None;
        }
        let taken = self.taken_constraint(name)?;
        // A key had no eye for constraints that are none until 10.
        let keyed = known_key(self.relation, name);
        let versions =
            if constraint.kind.is_key() && !keyed { taken.versions.and(VersionSet::since(11)) } else { taken.versions };
        (!versions.is_empty()).then_some(Refusal { versions, ..taken })
    }

    /// The same statement drops the constraint or index, by its name or with a column.
    fn goes(&self, name: &str) -> bool {
        let with_column = |column: &str| {
            let constraint = self.relation.constraint(name).is_some_and(|known| known.names_column(column));
            constraint || self.relation.index(name).is_some_and(|known| known.names_column(column))
        };
        self.alter.actions.iter().any(|action| match &action.kind {
            AlterActionKind::DropConstraint { name: other, .. } => other.name == name,
            AlterActionKind::DropColumn { name: column, .. } => with_column(&column.name),
            _ => false,
        })
    }

    fn taken_constraint(&self, name: &Ident) -> Option<Refusal> {
        let past = self.relation.past_of(Part::Constraint, &name.name);
        let certain = is_known_whole(self.relation) || past.is_some_and(Past::is_there);
        let (newer, older) = (self.relation.constraint(&name.name), self.relation.constraint_before_12(&name.name));
        let on = |known: Option<&Constraint>, on: VersionSet| if known.is_some() { on } else { VersionSet::NONE };
        let versions = on(newer, VersionSet::since(12)).or(on(older, VersionSet::before(12)));
        let reason = || format!("constraint {} of {} already exists", name.name, self.relation.name);
        let cause = || Cause::Existence { past: past.cloned(), near: None };
        let known = certain && !versions.is_empty();
        known.then(|| refused_on(versions, DUPLICATE_OBJECT, reason()).by(cause()))
    }
}

fn known_key(relation: &Relation, name: &Ident) -> bool {
    relation.constraint(&name.name).is_some_and(|known| matches!(known.kind, ConstraintKind::Key { .. }))
}

/// The table lacks the constraint: it was dropped or renamed, or the table is known whole.
///
/// Those of a partition may have names that its parent gave, and from 18 NOT NULL has one that is not followed; a constraint
/// trigger is a constraint too.
pub(in crate::engine::refusals) fn missing_constraint(name: &Ident, relation: &Relation) -> Option<Refusal> {
    let trigger = relation.triggers.iter().any(|trigger| trigger.name == name.name);
    let not_null = relation.columns.iter().any(|column| column.more.not_null_name.as_ref() == Some(&name.name));
    let known = relation.constraint(&name.name).is_some() || trigger;
    let named_since_18 = not_null || name.name.contains("not_null");
    let named_before_12 = relation.constraint_before_12(&name.name).is_some();
    // The server gives such names to the parts of a foreign key to a partitioned table.
    let part = relation.foreign_keys().find_map(|(known, _)| {
        let rest = name.name.strip_prefix(known.name.as_str())?;
        let digits = rest.strip_prefix('_').unwrap_or(rest);
        let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        let since_18 = rest.starts_with('_');
        let others = if since_18 { VersionSet::before(18) } else { VersionSet::before(12).or(VersionSet::since(18)) };
        is_number.then_some(others)
    });
    let past = relation.past_of(Part::Constraint, &name.name);
    let whole = is_known_whole(relation) && relation.parents.is_empty();
    // Before 12, the name of a foreign key has only the first of its columns.
    let shorter = relation.constraint(&name.name).filter(|known| !known.doubted && whole && !named_before_12);
    if let Some(shorter) = shorter.and_then(|known| known.before_12.as_ref()) {
        let reason = format!("constraint {} of {} is called {shorter}", name.name, relation.name);
        return Some(refused_on(VersionSet::before(12), UNDEFINED_OBJECT, reason));
    }
    let missing = !known && (whole || past.is_some_and(Past::is_gone));
    let near = || nearest(&name.name, relation.constraints.iter().map(|constraint| constraint.name.as_str()));
    let cause = || Cause::Existence { past: past.filter(|past| past.is_gone()).cloned(), near: near() };
    let reason = || format!("constraint {} of {} does not exist", name.name, relation.name);
    let versions = match (named_since_18, named_before_12) {
        (true, _) => VersionSet::before(18),
        (false, true) => VersionSet::since(12),
        (false, false) => part.unwrap_or(VersionSet::ALL),
    };
    missing.then(|| refused_on(versions, UNDEFINED_OBJECT, reason()).by(cause()))
}
