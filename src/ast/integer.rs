//! Whole numbers, which a template may leave open.

use std::fmt::{self, Debug, Display, Formatter};

/// A whole number where PostgreSQL's grammar asks for one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Integer {
    /// The number that is written.
    Known(i64),
    /// A placeholder or a variable of psql stands there.
    Unknown,
}

impl Display for Integer {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Known(number) => Display::fmt(number, f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Debug for Integer {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        Display::fmt(self, f)
    }
}
