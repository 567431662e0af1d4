//! Subscriptions: whether they run, and whether they have a slot.

use crate::ast::{AlterOther, AlterSubscription, CreateSubscription, ObjectChange, ObjectKind, SubscriptionChange};
use crate::engine::catalog::Subscription;

use super::Replay;

pub(super) fn create(create: &CreateSubscription, replay: &mut Replay) {
    let subscription = Subscription { enabled: Some(create.is_on("enabled")), slot: Some(create.has_slot()) };
    replay.catalog.set_subscription(&create.name.name, subscription);
}

pub(super) fn alter(alter: &AlterSubscription, replay: &mut Replay) {
    let name = &alter.name.name;
    let mut subscription = replay.catalog.subscription(name);
    match &alter.change {
        SubscriptionChange::Enable => subscription.enabled = Some(true),
        SubscriptionChange::Disable => subscription.enabled = Some(false),
        SubscriptionChange::SetOptions => {
            let slot = alter.options.iter().find(|option| option.name == "slot_name");
            subscription.slot = slot.map_or(subscription.slot, |name| Some(!name.says_none()));
        }
        SubscriptionChange::Connection(_)
        | SubscriptionChange::Refresh
        | SubscriptionChange::SetPublications(_)
        | SubscriptionChange::AddPublications(_)
        | SubscriptionChange::DropPublications(_)
        | SubscriptionChange::Skip => {}
    }
    replay.catalog.set_subscription(name, subscription);
}

pub(super) fn rename(alter: &AlterOther, replay: &mut Replay) {
    if let (ObjectKind::Subscription, Some(from), ObjectChange::RenameTo(to)) =
        (&alter.object.kind, &alter.object.name, &alter.change)
    {
        let known = replay.catalog.take_subscription(&from.name.name).unwrap_or_default();
        replay.catalog.set_subscription(&to.name, known);
    }
}
