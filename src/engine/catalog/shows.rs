//! Which rows and columns of another relation a view shows, so that it can be written.

use ecow::EcoString;

use super::Relation;
use crate::ast::{Expr, Limits};
use crate::engine::effect::{RelationKind, RelationName};

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shows {
    /// The place in [`Relation::reads`] of the relation whose rows these are, if it is one.
    pub base: Option<usize>,
    /// The places there of relations that its WHERE reads.
    pub asked: Vec<usize>,
    /// The places there of tables by whose primary key its rows are grouped, and of which it shows other columns.
    pub keys: Vec<usize>,
    /// What the query asks of relations that it names once, by their places there.
    pub limits: Vec<(usize, Limits)>,
    /// CHECK OPTION: new rows have to meet the WHERE.
    pub checked: bool,
    /// The WHERE.
    pub filter: Option<Box<Expr>>,
    /// Why the rows are not those of one relation.
    pub combined: Option<&'static str>,
    /// Its columns, each with the column of the other relation that it is, if it is one; nothing where they are not known.
    pub columns: Vec<(EcoString, Option<EcoString>)>,
}

impl Relation {
    /// The relation whose rows a view shows, if it shows those of one.
    pub fn base(&self) -> Option<&RelationName> {
        let base = self.shows.base.filter(|_| self.kind == RelationKind::View && self.shows.combined.is_none());
        base.and_then(|base| self.reads.get(base))
    }

    /// Relations that the WHERE of a view reads, of those that it reads beside its base.
    pub fn asked(&self) -> impl Iterator<Item = &RelationName> {
        self.shows.asked.iter().filter(|at| Some(**at) != self.shows.base).filter_map(|at| self.reads.get(*at))
    }

    /// Tables whose primary key a view needs, for a group of its rows to have one value in their other columns.
    pub fn needed_keys(&self) -> impl Iterator<Item = &RelationName> {
        self.shows.keys.iter().filter_map(|at| self.reads.get(*at))
    }

    /// What the query of a view asks of the rows of a relation that it reads.
    pub fn asks_of(&self, read: &RelationName) -> Option<&Limits> {
        let is_it = |(at, _): &&(usize, Limits)| self.reads.get(*at) == Some(read);
        self.shows.limits.iter().find(is_it).map(|(_, limits)| limits)
    }

    /// A column has another name: which column of a view is which of another relation is not known any more.
    pub fn forget_shown(&mut self) {
        self.shows.columns.clear();
    }

    /// A column of a relation that a view reads has another name.
    pub fn follow_asked(&mut self, read: &RelationName, from: &str, to: &str) {
        let Some(place) = self.reads.iter().position(|known| known == read) else { return };
        for (_, limits) in self.shows.limits.iter_mut().filter(|(at, _)| *at == place) {
            let of_limits = limits.all.iter_mut().chain(limits.either.iter_mut().flatten().flatten());
            let of_pairs = limits.pairs.iter_mut().flat_map(|(one, _, other)| [one, other]);
            let named = of_limits.map(|limit| &mut limit.column).chain(of_pairs);
            named.filter(|column| *column == from).for_each(|column| *column = to.into());
        }
    }
}
