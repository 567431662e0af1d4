//! What is in the rows that migrations have inserted, as far as it is written out.

use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{Arithmetic, Counted, Literal};

/// The rows of a relation. Only where they are certain to be there, and nobody can have changed them, does it hold any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownRows {
    batches: Arc<Vec<Batch>>,
    /// There are no others.
    pub all: bool,
    /// Columns that were added when the rows were there.
    filled: Vec<EcoString>,
}

/// Rows that differ in nothing but a counter; a single row is one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Where the counter begins.
    pub first: i64,
    /// Where it ends, itself included.
    pub last: i64,
    /// The values of columns. Of a column that is not here nothing is known.
    pub columns: Vec<(EcoString, Counted)>,
}

/// Batches that are kept of a relation.
const MANY: usize = 64;

/// Rows that are looked at.
const LONG: i64 = 10_000;

impl KnownRows {
    /// No rows: `all` says that there are no others.
    pub fn none(all: bool) -> Self {
        Self { batches: Arc::default(), all, filled: Vec::new() }
    }

    /// Adds rows, as many as are kept.
    pub fn add(&mut self, batches: Vec<Batch>) {
        let room = MANY.saturating_sub(self.batches.len());
        self.all &= batches.len() <= room;
        Arc::make_mut(&mut self.batches).extend(batches.into_iter().take(room));
    }

    /// The batches.
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Changes what is known of columns, where anything is.
    pub fn change(&mut self, change: impl Fn(&mut Vec<(EcoString, Counted)>)) {
        if !self.batches.is_empty() {
            Arc::make_mut(&mut self.batches).iter_mut().for_each(|batch| change(&mut batch.columns));
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

    /// Every row has the same literal in a column.
    pub fn set(&mut self, column: &str, literal: &Literal) {
        self.forget(column);
        self.change(|columns| columns.push((column.into(), Counted::Literal(literal.clone()))));
    }

    /// The rows that have `key` in a column get a literal in another one: `None` if some row is not known well enough to
    /// say which these are.
    pub fn set_where(&self, column: &str, literal: &Literal, of: &str, key: &Literal) -> Option<Self> {
        let mut changed = Vec::new();
        for batch in &*self.batches {
            let mut from = batch.first;
            for at in batch.rows() {
                let is_it = same(&batch.value(of, at)?, key)?;
                if is_it {
                    changed.extend((from < at).then(|| Batch { first: from, last: at - 1, ..batch.clone() }));
                    let mut one = Batch { first: at, last: at, ..batch.clone() };
                    one.columns.retain(|(name, _)| name != column);
                    one.columns.push((column.into(), Counted::Literal(literal.clone())));
                    changed.push(one);
                    from = at + 1;
                }
            }
            changed.extend((from <= batch.last).then(|| Batch { first: from, ..batch.clone() }));
        }
        let whole = self.batches.iter().all(|batch| batch.last - batch.first < LONG);
        // What the other rows have since the column was added, nobody has written down.
        let mut filled = self.filled.clone();
        if self.was_filled(column) {
            filled.retain(|name| name != column);
            let set = Counted::Literal(literal.clone());
            for batch in changed
                .iter_mut()
                .filter(|batch| batch.first != batch.last || !batch.columns.contains(&(column.into(), set.clone())))
            {
                batch.columns.retain(|(name, _)| name != column);
            }
        }
        (whole && changed.len() <= MANY).then(|| Self { batches: Arc::new(changed), all: self.all, filled })
    }
}

impl Batch {
    /// One row.
    pub fn one(columns: Vec<(EcoString, Counted)>) -> Self {
        Self { first: 0, last: 0, columns }
    }

    /// The counters of the rows, of the first ones where there are many.
    pub fn rows(&self) -> impl Iterator<Item = i64> + use<> {
        self.first..=self.last.min(self.first.saturating_add(LONG - 1))
    }

    /// What a row has in a column, if that is known.
    pub fn value(&self, column: &str, at: i64) -> Option<Literal> {
        let (_, value) = self.columns.iter().find(|(name, _)| name == column)?;
        counted(value, at)
    }
}

fn counted(value: &Counted, at: i64) -> Option<Literal> {
    match value {
        Counted::Counter => Some(Literal::Number(at.to_string().into())),
        Counted::Literal(literal) => Some(literal.clone()),
        Counted::Number(op, left, right) => match (counted(left, at)?, counted(right, at)?) {
            (Literal::Null, Literal::Null | Literal::Number(_)) | (Literal::Number(_), Literal::Null) => {
                Some(Literal::Null)
            }
            (Literal::Number(left), Literal::Number(right)) => {
                let result = calculated(*op, left.parse().ok()?, right.parse().ok()?)?;
                Some(Literal::Number(result.to_string().into()))
            }
            _ => None,
        },
        Counted::Joined(left, right) => match (counted(left, at)?, counted(right, at)?) {
            (Literal::Text(left), Literal::Text(right) | Literal::Number(right))
            | (Literal::Number(left), Literal::Text(right)) => Some(Literal::Text(left + right.as_str())),
            _ => None,
        },
        Counted::NullIf(left, right) => {
            let (left, right) = (counted(left, at)?, counted(right, at)?);
            let equal = left != Literal::Null && right != Literal::Null && same(&left, &right)?;
            Some(if equal { Literal::Null } else { left })
        }
        Counted::Unknown => None,
    }
}

/// Within what an integer holds, so that nothing overflows.
fn calculated(op: Arithmetic, left: i64, right: i64) -> Option<i64> {
    let result = match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Modulo => left.checked_rem(right),
    };
    result.filter(|result| i32::try_from(*result).is_ok())
}

/// Whether two literals are the same value; `None` where that is not known. NULL is no value.
fn same(one: &Literal, other: &Literal) -> Option<bool> {
    match (one, other) {
        (Literal::Null, _) | (_, Literal::Null) => Some(false),
        (Literal::Number(one), Literal::Number(other)) => Some(one.parse::<i64>().ok()? == other.parse::<i64>().ok()?),
        (Literal::Text(one), Literal::Text(other)) => Some(one == other),
        (Literal::Boolean(one), Literal::Boolean(other)) => Some(one == other),
        _ => None,
    }
}
