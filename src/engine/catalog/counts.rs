//! What sequences count.
//!
//! Source: `init_params` of PostgreSQL's commands/sequence.c.

use ecow::EcoString;

use crate::ast::{DataType, Integer, SequenceOption, SequenceOptionKind};

/// How a sequence counts. A part is not known where the option that says it is not a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: Option<EcoString>,
    /// START.
    pub start: Option<i64>,
    /// INCREMENT.
    pub increment: Option<i64>,
    /// MINVALUE.
    pub min: Option<i64>,
    /// MAXVALUE.
    pub max: Option<i64>,
    /// CACHE.
    pub cache: Option<i64>,
    /// CYCLE.
    pub cycle: Option<bool>,
}

impl Counts {
    /// A new sequence.
    pub fn new(options: &[SequenceOption]) -> Self {
        Self::of_type(Some("bigint"), options)
    }

    /// The sequence of a serial or identity column of a type.
    pub fn of_type(data_type: Option<&str>, options: &[SequenceOption]) -> Self {
        let mut counts = Self {
            data_type: data_type.map(EcoString::from),
            increment: Some(1),
            cache: Some(1),
            cycle: Some(false),
            ..Self::default()
        };
        counts.set(options, true);
        counts
    }

    /// The identity column of the sequence gets another type.
    pub fn change_type(&mut self, data_type: Option<&str>) {
        match data_type {
            Some(data_type) => self.apply(Given { data_type: Some(data_type.into()), ..Given::default() }, false),
            None => *self = Self { start: self.start, increment: self.increment, ..Self::default() },
        }
    }

    /// ALTER SEQUENCE.
    pub fn alter(&mut self, options: &[SequenceOption]) {
        self.set(options, false);
    }

    fn set(&mut self, options: &[SequenceOption], new: bool) {
        self.apply(Given::of(options), new);
    }

    /// Where a bound was that of the old type, it becomes that of the new one.
    fn apply(&mut self, given: Given, new: bool) {
        let [least, most] = self.range();
        let retyped = !new && given.data_type.is_some();
        let of_type = [retyped && self.min == least, retyped && self.max == most];
        self.data_type = given.data_type.or(self.data_type.take());
        let [least, most] = self.range();
        known(&mut self.increment, given.increment);
        known(&mut self.cache, given.cache);
        self.cycle = given.cycle.or(self.cycle);
        let ascending = self.increment.map(|increment| increment > 0);
        match given.max {
            Some(Some(max)) => known(&mut self.max, Some(max)),
            _ if of_type[1] => self.max = most,
            None if !new => {}
            _ => self.max = ascending.and_then(|ascending| if ascending { most } else { Some(-1) }),
        }
        match given.min {
            Some(Some(min)) => known(&mut self.min, Some(min)),
            _ if of_type[0] => self.min = least,
            None if !new => {}
            _ => self.min = ascending.and_then(|ascending| if ascending { Some(1) } else { least }),
        }
        if new {
            self.start = ascending.and_then(|ascending| if ascending { self.min } else { self.max });
        }
        known(&mut self.start, given.start);
    }

    /// The least and the greatest number of the type.
    fn range(&self) -> [Option<i64>; 2] {
        match self.data_type.as_deref() {
            Some("smallint") => [i16::MIN, i16::MAX].map(|bound| Some(bound.into())),
            Some("integer") => [i32::MIN, i32::MAX].map(|bound| Some(bound.into())),
            Some("bigint") => [Some(i64::MIN), Some(i64::MAX)],
            Some(_) | None => [None, None],
        }
    }
}

fn known(kept: &mut Option<i64>, given: Option<Integer>) {
    match given {
        Some(Integer::Known(number)) => *kept = Some(number),
        Some(Integer::Unknown) => *kept = None,
        None => {}
    }
}

/// The options by what they say; NO MAXVALUE and NO MINVALUE are `Some(None)`.
#[derive(Default)]
struct Given {
    data_type: Option<EcoString>,
    start: Option<Integer>,
    increment: Option<Integer>,
    min: Option<Option<Integer>>,
    max: Option<Option<Integer>>,
    cache: Option<Integer>,
    cycle: Option<bool>,
}

impl Given {
    fn of(options: &[SequenceOption]) -> Self {
        let mut given = Self::default();
        for option in options {
            match &option.kind {
                SequenceOptionKind::As(DataType { name, .. }) => given.data_type = Some(name.clone()),
                SequenceOptionKind::Start(start) => given.start = Some(*start),
                SequenceOptionKind::Increment(increment) => given.increment = Some(*increment),
                SequenceOptionKind::MinValue(min) => given.min = Some(*min),
                SequenceOptionKind::MaxValue(max) => given.max = Some(*max),
                SequenceOptionKind::Cache(cache) => given.cache = Some(*cache),
                SequenceOptionKind::Cycle(cycle) => given.cycle = Some(*cycle),
                SequenceOptionKind::OwnedBy(_)
                | SequenceOptionKind::Name(_)
                | SequenceOptionKind::Restart(_)
                | SequenceOptionKind::Logged(_) => {}
            }
        }
        given
    }
}
