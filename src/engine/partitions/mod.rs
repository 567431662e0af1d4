//! Partitions: which rows belong to them, as far as literals tell.

pub(super) mod belongs;
mod hash;
pub(super) mod overlap;
pub(super) mod proof;
pub(super) mod reached;
mod values;
pub(super) mod zone;
