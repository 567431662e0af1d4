//! Table-level lock modes, their conflicts, and the work done while they are held.

use std::fmt;

/// The eight table-level lock modes, weakest first.
///
/// Names and conflicts: PostgreSQL documentation, "Explicit Locking", table "Conflicting Lock Modes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Taken by SELECT.
    AccessShare,
    /// Taken by SELECT ... FOR UPDATE and its kin.
    RowShare,
    /// Taken by INSERT, UPDATE, DELETE.
    RowExclusive,
    /// Taken by VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT.
    ShareUpdateExclusive,
    /// Taken by CREATE INDEX.
    Share,
    /// Taken by ADD FOREIGN KEY and CREATE TRIGGER.
    ShareRowExclusive,
    /// Taken by REFRESH MATERIALIZED VIEW CONCURRENTLY.
    Exclusive,
    /// Taken by DROP, TRUNCATE and most forms of ALTER TABLE.
    AccessExclusive,
}

impl LockMode {
    /// All modes, weakest first.
    pub const ALL: [LockMode; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// PostgreSQL's spelling, without the word LOCK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// The mode with this name, in capitals.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether one session's hold of `self` makes another session wait for `other`.
    pub fn conflicts_with(self, other: LockMode) -> bool {
        use LockMode::{
            AccessExclusive, AccessShare, Exclusive, RowExclusive, RowShare, Share, ShareRowExclusive,
            ShareUpdateExclusive,
        };
        let weakest_conflicting = match self {
            AccessShare => AccessExclusive,
            RowShare => Exclusive,
            RowExclusive => Share,
            ShareUpdateExclusive => ShareUpdateExclusive,
            Share => return matches!(other, RowExclusive | ShareUpdateExclusive) || other > Share,
            ShareRowExclusive => RowExclusive,
            Exclusive => RowShare,
            AccessExclusive => AccessShare,
        };
        other >= weakest_conflicting
    }

    /// Whether a plain SELECT waits.
    pub fn blocks_reads(self) -> bool {
        self.conflicts_with(Self::AccessShare)
    }

    /// Whether INSERT, UPDATE and DELETE wait.
    pub fn blocks_writes(self) -> bool {
        self.conflicts_with(Self::RowExclusive)
    }

    /// "reads and writes wait", "writes wait", or nothing.
    pub fn who_waits(self) -> &'static str {
        match (self.blocks_reads(), self.blocks_writes()) {
            (true, _) => "reads and writes wait",
            (false, true) => "writes wait",
            (false, false) => "nobody waits",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Work that PostgreSQL does on a relation while it holds its lock; what is not here is a metadata change, done in an
/// instant whatever the table's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Work(u8);

impl Work {
    /// A change of catalogue rows only.
    pub const METADATA: Work = Work(0);
    /// Every row is read, to verify something.
    pub const SCAN: Work = Work(1);
    /// Every row is read and an index is written.
    pub const INDEX_BUILD: Work = Work(2);
    /// Every row is written anew, and every index with it.
    pub const REWRITE: Work = Work(4);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Work) -> Work {
        Work(self.0 | other.0)
    }

    /// Whether all of `other` is part of this.
    pub const fn includes(self, other: Work) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no row is touched.
    pub const fn is_metadata(self) -> bool {
        self.0 == 0
    }

    /// The parts as the JSON output spells them: `scan`, `index-build`, `rewrite`.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(Self::SCAN, "scan"), (Self::INDEX_BUILD, "index-build"), (Self::REWRITE, "rewrite")];
        all.into_iter().filter(|(part, _)| self.includes(*part)).map(|(_, name)| name).collect()
    }

    /// How long the work takes, in kind: "while it rewrites the table".
    pub fn duration(self) -> &'static str {
        match () {
            () if self.includes(Self::REWRITE) => "while the table is rewritten",
            () if self.includes(Self::INDEX_BUILD) => "while the index is built",
            () if self.includes(Self::SCAN) => "while every row is read",
            () => "for an instant",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_symmetric_and_match_the_documented_table() {
        let conflicts: Vec<usize> =
            LockMode::ALL.iter().map(|a| LockMode::ALL.iter().filter(|b| a.conflicts_with(**b)).count()).collect();
        assert_eq!(conflicts, [1, 2, 4, 5, 5, 6, 7, 8]);
        for a in LockMode::ALL {
            for b in LockMode::ALL {
                assert_eq!(a.conflicts_with(b), b.conflicts_with(a), "{a} and {b}");
            }
        }
    }

    #[test]
    fn names_read_back() {
        for mode in LockMode::ALL {
            assert_eq!(LockMode::from_name(mode.name()), Some(mode));
        }
    }
}
