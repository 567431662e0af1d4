//! Triggers, rules and policies, and what sequences count.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::{Object, full, list};
use crate::ast::{Events, Firing, RuleEvent, TriggerTiming};
use crate::engine::catalog::{Catalog, Counts, Part, Policy, Relation, Rule, Trigger};

impl Catalog {
    /// Copies on partitions are there with the trigger that they are copies of.
    pub(super) fn trigger_facts(&self, trigger: &Trigger, relation: &Relation, certain: bool) -> Object {
        let certain = certain && self.is_sure_trigger(&trigger.name, relation);
        let sure = |value: String| certain.then_some(value);
        let fires = &trigger.fires;
        let timing = match fires.timing {
            TriggerTiming::Before => "before",
            TriggerTiming::After => "after",
            TriggerTiming::InsteadOf => "instead of",
        };
        let mut tables = fires.transition_tables.clone();
        tables.sort();
        Object::new("trigger", format!("{}.{}", full(&relation.name), trigger.name), certain)
            .with("function", &trigger.function)
            .with_perhaps("for-each-row", sure(trigger.for_each_row.to_string()))
            .with_perhaps("timing", sure(timing.to_owned()))
            .with_perhaps("events", sure(events(fires.events)))
            .with_perhaps("update-of", sure(list(super::texts(&fires.update_of))))
            .with_perhaps("conditional", sure(fires.conditional.to_string()))
            .with_perhaps("deferred", sure(fires.deferred.to_string()))
            .with_perhaps("firing", sure(firing(fires.firing).to_owned()))
            .with_perhaps("transition-tables", sure(list(super::texts(&tables))))
    }

    fn is_sure_trigger(&self, name: &str, relation: &Relation) -> bool {
        let own = relation.past_of(Part::Trigger, name).is_none_or(|past| past.is_there());
        let has = |parent: &&Relation| parent.triggers.iter().any(|known| known.name == name && known.for_each_row);
        own && self.parents_of(relation).filter(has).all(|parent| self.is_sure_trigger(name, parent))
    }
}

fn events(events: Events) -> String {
    let all = [
        (Events::INSERT, "insert"),
        (Events::UPDATE, "update"),
        (Events::DELETE, "delete"),
        (Events::TRUNCATE, "truncate"),
    ];
    list(all.into_iter().filter(|(event, _)| events.meets(*event)).map(|(_, word)| word.to_owned()).collect())
}

fn firing(firing: Firing) -> &'static str {
    match firing {
        Firing::Origin => "origin",
        Firing::Always => "always",
        Firing::Replica => "replica",
        Firing::Never => "never",
    }
}

pub(super) fn rule_facts(rule: &Rule, relation: &Relation, certain: bool) -> Object {
    let sure = |value: String| (!rule.doubted).then_some(value);
    let event = match rule.does.event {
        RuleEvent::Select => "select",
        RuleEvent::Insert => "insert",
        RuleEvent::Update => "update",
        RuleEvent::Delete => "delete",
    };
    Object::new("rule", format!("{}.{}", full(&relation.name), rule.name), certain && !rule.doubted)
        .with_perhaps("event", sure(event.to_owned()))
        .with_perhaps("instead", sure(rule.does.instead.to_string()))
        .with_perhaps("conditional", sure(rule.does.conditional.to_string()))
        .with_perhaps("firing", sure(firing(rule.does.firing).to_owned()))
}

/// Its own table is no relation that it reads.
pub(super) fn policy_facts(policy: &Policy, on: &Relation, certain: bool) -> Object {
    let object = Object::new("policy", format!("{}.{}", full(&on.name), policy.name), certain && !policy.doubted);
    let certain = policy.uses().all(|used| used.certain) && !policy.doubted;
    let used = policy.uses().map(|used| &used.relation).chain(policy.reads());
    let reads: BTreeSet<String> = used.filter(|relation| **relation != on.name).map(full).collect();
    let roles = policy.roles.as_ref().map(|roles| roles.iter().cloned().collect::<BTreeSet<_>>());
    let roles = roles.map(|roles| list(roles.into_iter().map(Into::into).collect()));
    let [using, check] = &policy.written;
    object
        .with("command", policy.command)
        .with("permissive", !policy.restrictive)
        .with_perhaps("roles", roles)
        .with_perhaps("reads", certain.then(|| list(reads.into_iter().collect())))
        .with("using", using.text().unwrap_or_default())
        .with("check", check.text().unwrap_or_default())
}

/// Behind statements of which nobody knows whether they ran, it may count in another way.
pub(super) fn sequence_facts(object: Object, sequence: &Relation, certain: bool) -> Object {
    let counts = sequence.counts.as_deref().filter(|_| certain);
    let number = |of: fn(&Counts) -> Option<i64>| counts.and_then(of).map(|n| n.to_string());
    object
        .with_perhaps("type", counts.and_then(|counts| counts.data_type.as_ref().map(EcoString::to_string)))
        .with_perhaps("start", number(|counts| counts.start))
        .with_perhaps("increment", number(|counts| counts.increment))
        .with_perhaps("min", number(|counts| counts.min))
        .with_perhaps("max", number(|counts| counts.max))
        .with_perhaps("cache", number(|counts| counts.cache))
        .with_perhaps("cycle", counts.and_then(|counts| counts.cycle).map(|cycle| cycle.to_string()))
}
