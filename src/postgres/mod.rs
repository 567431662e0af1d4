//! What the server does: lock modes, versions, the behaviours of statements and the measured facts about them.
//!
//! No opinions and no input or output. The facts in [`facts`] are compared with recordings of real servers
//! (`fixtures/facts/observed.toml`) by a test.

pub mod builtins;
pub(crate) mod collations;
pub mod conditions;
pub mod extensions;
pub mod facts;
pub mod form;
pub mod hash;
pub mod lock;
mod recorded;
pub mod settings;
pub mod types;
pub mod version;
pub mod waits;

pub use facts::{Fact, On, Role};
pub use form::Form;
pub use lock::LockMode;
pub use version::{Version, VersionSet};
