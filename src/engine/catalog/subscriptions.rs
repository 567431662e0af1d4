//! Subscriptions: whether they run, and whether they have a slot.

use super::{Catalog, Kind};
use crate::engine::named;

/// A subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subscription {
    /// Whether it is enabled; `None` where history does not show it.
    pub enabled: Option<bool>,
    /// Whether it names a slot on the publisher; `None` where history does not show it.
    pub slot: Option<bool>,
}

impl Subscription {
    /// What is the same in both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let same = |one: Option<bool>, other| one.filter(|_| one == other);
        Self { enabled: same(self.enabled, other.enabled), slot: same(self.slot, other.slot) }
    }
}

impl Catalog {
    /// Notes a subscription.
    pub fn set_subscription(&mut self, name: &str, subscription: Subscription) {
        self.subscriptions.insert(name.into(), subscription);
    }

    /// Forgets a subscription, and says what it was.
    pub fn take_subscription(&mut self, name: &str) -> Option<Subscription> {
        self.subscriptions.remove(name)
    }

    /// What is known of the subscription with this name.
    pub fn subscription(&self, name: &str) -> Subscription {
        self.subscriptions.get(name).copied().unwrap_or_default()
    }

    /// Whether history shows that the subscription is there.
    pub fn has_subscription(&self, name: &str) -> bool {
        self.past(Kind::Named, &named::subscription(name)).is_some_and(|past| past.is_there())
    }
}
