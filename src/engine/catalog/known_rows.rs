//! What is in the rows that migrations have inserted, as far as it is written out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ecow::EcoString;

use crate::ast::{Counted, Literal};

use super::counted;

/// The rows of a relation. Only where they are certain to be there, and nobody can have changed them, does it hold any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownRows {
    batches: Arc<Vec<Batch>>,
    /// There are no others.
    pub all: bool,
    /// Columns that were added when the rows were there.
    filled: Vec<EcoString>,
    /// How often one of them was looked at.
    looks: Looks,
    /// They were put into an empty table, one behind the other, and nothing seen has moved one.
    in_order: bool,
}

/// Rows that differ in nothing but a counter; a single row is one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Where the counter begins.
    pub first: i64,
    /// Where it ends, itself included.
    pub last: i64,
    /// The values of columns. Of a column that is not here nothing is known. Batches of one statement share them.
    columns: Arc<Values>,
}

/// Looks at rows, counted so that what a history of many statements costs has a bound.
#[derive(Debug, Default)]
struct Looks(AtomicU64);

impl Clone for Looks {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

/// It is nothing that is known of the rows.
impl PartialEq for Looks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

type Values = Vec<(EcoString, Counted)>;

/// Batches with values of their own that are kept of a relation.
const MANY: usize = 64;

/// Batches that are kept of a relation.
const MANY_RUNS: usize = 5_000;

/// Rows that are looked at.
const LONG: i64 = 10_000;

/// Looks at the rows of a relation, behind which nothing is claimed of them any more.
const MANY_LOOKS: u64 = 2_000_000;

impl KnownRows {
    /// No rows: `all` says that there are no others.
    pub fn none(all: bool) -> Self {
        Self { all, ..Self::default() }
    }

    /// No rows yet, of an empty table: those that come stand in their order.
    pub fn begin(&mut self) {
        self.in_order = true;
    }

    /// Rows may stand behind those that came after them: a changed row goes where there is room.
    pub fn disorder(&mut self) {
        self.in_order = false;
    }

    /// Nothing is known of the rows any more, whichever come.
    pub fn give_up(&mut self) {
        *self = Self { looks: self.looks.clone(), ..Self::default() };
    }

    /// Whether the rows stand in the order in which they came.
    pub fn stand_in_order(&self) -> bool {
        self.in_order
    }

    /// Adds rows, as many as are kept.
    pub fn add(&mut self, batches: Vec<Batch>) {
        let known = Arc::make_mut(&mut self.batches);
        let is_new = |batch: &Batch, before: Option<&Batch>| {
            before.is_none_or(|before| !Arc::ptr_eq(&before.columns, &batch.columns))
        };
        let each = known.iter().enumerate();
        let mut kinds =
            each.filter(|(at, batch)| is_new(batch, at.checked_sub(1).and_then(|at| known.get(at)))).count();
        for batch in batches {
            kinds += usize::from(is_new(&batch, known.last()));
            if kinds > MANY || known.len() == MANY_RUNS {
                self.all = false;
                break;
            }
            known.push(batch);
        }
    }

    /// The batches, to look at their rows.
    pub fn batches(&self) -> &[Batch] {
        let rows: i64 = self.batches.iter().map(|batch| batch.count().min(LONG)).sum();
        self.note_looks(rows.unsigned_abs());
        &self.batches
    }

    /// Counts looks at what belongs to the rows.
    pub fn note_looks(&self, looks: u64) {
        self.looks.0.fetch_add(looks, Ordering::Relaxed);
    }

    /// Whether the rows were looked at so often that nobody should do so again.
    pub fn is_worn(&self) -> bool {
        self.looks.0.load(Ordering::Relaxed) > MANY_LOOKS
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Changes what is known of columns, where anything is.
    fn change(&mut self, change: impl Fn(&mut Values)) {
        if !self.batches.is_empty() {
            change_values(Arc::make_mut(&mut self.batches).iter_mut(), change);
        }
    }

    /// Nothing is known of a column any more.
    pub fn forget(&mut self, column: &str) {
        self.change(|columns| columns.retain(|(name, _)| name != column));
        self.filled.retain(|name| name != column);
    }

    /// A column is added, and all rows have the same in it.
    pub fn fill(&mut self, column: &str, value: &Counted) {
        self.change(|columns| columns.push((column.into(), value.clone())));
        self.filled.push(column.into());
    }

    /// Whether a column was added when the rows were there: they may have got other values since, by hand and in batches.
    pub fn was_filled(&self, column: &str) -> bool {
        self.filled.iter().any(|name| name == column)
    }

    /// A column gets another name.
    pub fn rename(&mut self, from: &str, to: &str) {
        let renamed = |(name, _): &mut (EcoString, Counted)| {
            if name == from {
                *name = to.into();
            }
        };
        self.change(|columns| columns.iter_mut().for_each(renamed));
        self.filled.iter_mut().filter(|name| *name == from).for_each(|name| *name = to.into());
    }

    /// The rows of which something is true get values in these columns, which `new` makes of those that they have; one that is
    /// unknown is no longer known. `None` if of some row it is not known whether it is one of them.
    pub fn set_where(
        &self,
        set: &[EcoString],
        new: impl Fn(&[(EcoString, Counted)]) -> Vec<Counted>,
        is_it: impl Fn(&Batch, i64) -> Option<bool>,
    ) -> Option<Self> {
        let mut parts = self.parted(is_it)?;
        let mut filled = self.filled.clone();
        filled.retain(|name| !set.contains(name));
        let these = parts.iter_mut().filter(|(is_it, _)| *is_it).map(|(_, part)| part);
        change_values(these, |columns| {
            let given = set.iter().cloned().zip(new(columns)).filter(|(_, value)| *value != Counted::Unknown);
            let given: Vec<(EcoString, Counted)> = given.collect();
            columns.retain(|(name, _)| !set.contains(name));
            columns.extend(given);
        });
        // What the other rows have since a column was added, nobody has written down.
        let lost: Vec<&EcoString> = set.iter().filter(|column| self.was_filled(column)).collect();
        if !lost.is_empty() {
            let others = parts.iter_mut().filter(|(is_it, _)| !is_it).map(|(_, part)| part);
            change_values(others, |columns| columns.retain(|(name, _)| !lost.contains(&name)));
        }
        let batches = Arc::new(parts.into_iter().map(|(_, part)| part).collect());
        Some(Self { batches, all: self.all, filled, looks: self.looks.clone(), in_order: false })
    }
}

impl KnownRows {
    /// The rows of which something is not true: `None` if of some row it is not known whether it is.
    pub fn without(&self, is_it: impl Fn(&Batch, i64) -> Option<bool>) -> Option<Self> {
        let left = self.parted(is_it)?.into_iter().filter(|(is_it, _)| !is_it).map(|(_, part)| part);
        Some(Self { batches: Arc::new(left.collect()), in_order: false, ..self.clone() })
    }

    /// Runs of rows of which something is true, or is not: `None` if of some row it is not known.
    fn parted(&self, is_it: impl Fn(&Batch, i64) -> Option<bool>) -> Option<Vec<(bool, Batch)>> {
        if self.is_worn() || self.batches().iter().any(|batch| batch.count() > LONG) {
            return None;
        }
        let mut parts: Vec<(bool, Batch)> = Vec::new();
        for batch in &*self.batches {
            let mut begun = false;
            for at in batch.rows() {
                let is_it = is_it(batch, at)?;
                let is_full = parts.len() == MANY_RUNS;
                match parts.last_mut() {
                    Some((before, part)) if begun && *before == is_it => part.last = at,
                    _ if is_full => return None,
                    _ => parts.push((is_it, batch.row(at))),
                }
                begun = true;
            }
        }
        Some(parts)
    }
}

/// Changes the values of batches; those that follow each other and share them go on doing so.
fn change_values<'b>(batches: impl Iterator<Item = &'b mut Batch>, change: impl Fn(&mut Values)) {
    let mut last: Option<(Arc<Values>, Arc<Values>)> = None;
    for batch in batches {
        if let Some((_, new)) = last.as_ref().filter(|(old, _)| Arc::ptr_eq(old, &batch.columns)) {
            batch.columns = Arc::clone(new);
            continue;
        }
        let mut new = Values::clone(&batch.columns);
        change(&mut new);
        let old = std::mem::replace(&mut batch.columns, Arc::new(new));
        last = Some((old, Arc::clone(&batch.columns)));
    }
}

impl Batch {
    /// Rows that differ in nothing but a counter, which runs from `first` to `last`.
    pub fn new(first: i64, last: i64, columns: Vec<(EcoString, Counted)>) -> Self {
        Self { first, last, columns: Arc::new(columns) }
    }

    /// One row.
    pub fn one(columns: Vec<(EcoString, Counted)>) -> Self {
        Self::new(0, 0, columns)
    }

    /// One of its rows.
    pub fn row(&self, at: i64) -> Self {
        Self { first: at, last: at, columns: Arc::clone(&self.columns) }
    }

    /// How many rows there are.
    pub fn count(&self) -> i64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The counters of the rows, of the first ones where there are many.
    pub fn rows(&self) -> impl Iterator<Item = i64> + use<> {
        self.first..=self.last.min(self.first.saturating_add(LONG - 1))
    }

    /// What is known of its columns.
    pub fn columns(&self) -> &[(EcoString, Counted)] {
        &self.columns
    }

    /// What is written for a column, if that is known.
    pub fn counted(&self, column: &str) -> Option<&Counted> {
        self.columns.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }

    /// What a row has in a column, if that is known.
    pub fn value(&self, column: &str, at: i64) -> Option<Literal> {
        counted::value(self.counted(column)?, at)
    }
}
