//! Transactions that a statement waits for which runs outside of a transaction block, whatever locks it takes.
//!
//! Source: measurements, recorded as `waits-for` in `fixtures/facts/observed.toml`; a test holds this table against them.
//! Such a statement works in several transactions and, between them, waits until nobody is left who does not know of the
//! change: a lock_timeout does not end that wait everywhere, and other sessions do not wait for it.

use super::form::Form;
use super::version::VersionSet;

/// Transactions that were there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WaitsFor {
    /// Those that have read the table.
    Readers,
    /// Those that hold an older snapshot, whatever they have read.
    Snapshots,
    /// Those that have written the table.
    Writers,
}

impl WaitsFor {
    /// The word in recordings and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Readers => "readers",
            Self::Snapshots => "snapshots",
            Self::Writers => "writers",
        }
    }

    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Readers => "transactions that have read its tables",
            Self::Snapshots => "transactions with an older snapshot",
            Self::Writers => "transactions that have written its tables",
        }
    }
}

const OF_A_BUILD: &[WaitsFor] = &[WaitsFor::Snapshots, WaitsFor::Writers];
const OF_ALL: &[WaitsFor] = &[WaitsFor::Readers, WaitsFor::Snapshots, WaitsFor::Writers];
const OF_THE_TABLE: &[WaitsFor] = &[WaitsFor::Readers, WaitsFor::Writers];
const OF_WRITERS: &[WaitsFor] = &[WaitsFor::Writers];

/// Forms that wait, on which versions, and for whom.
const WAITS: &[(Form, VersionSet, &[WaitsFor])] = &[
    (Form::CreateIndexConcurrently, VersionSet::ALL, OF_A_BUILD),
    (Form::DropIndexConcurrently, VersionSet::ALL, OF_THE_TABLE),
    (Form::ReindexIndexConcurrently, VersionSet::since(12), OF_ALL),
    (Form::ReindexTableConcurrently, VersionSet::since(12), OF_ALL),
    (Form::ReindexTableConcurrentlyToast, VersionSet::since(12), OF_ALL),
    (Form::ReindexIndexPartitionedConcurrently, VersionSet::since(14), OF_ALL),
    (Form::ReindexPartitionedConcurrently, VersionSet::since(14), OF_ALL),
    (Form::ReindexIndexPartitioned, VersionSet::since(14), OF_WRITERS),
    (Form::ReindexPartitionedTable, VersionSet::since(14), OF_WRITERS),
    (Form::ReindexSchema, VersionSet::ALL, OF_WRITERS),
    (Form::ReindexDatabase, VersionSet::ALL, OF_WRITERS),
    (Form::DetachPartitionConcurrently, VersionSet::since(14), OF_THE_TABLE),
    (Form::VacuumFull, VersionSet::ALL, OF_THE_TABLE),
    (Form::VacuumFullPartitioned, VersionSet::ALL, OF_THE_TABLE),
    (Form::ClusterPartitioned, VersionSet::since(15), OF_THE_TABLE),
    (Form::ClusterAll, VersionSet::ALL, OF_THE_TABLE),
];

/// Whom a statement of these forms waits for on some of the versions, in order.
pub fn waits_for(forms: &[Form], versions: VersionSet) -> Vec<WaitsFor> {
    let mut found: Vec<WaitsFor> = WAITS
        .iter()
        .filter(|(form, on, _)| forms.contains(form) && on.overlaps(versions))
        .flat_map(|(_, _, waits)| waits.iter().copied())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
