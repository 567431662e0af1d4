//! The lines below a finding: what is locked, where it holds, what was assumed, what to do.

use crate::engine::effect::{Effect, RelationKind, strongest};
use crate::finding::{Held, ReportedFinding};
use crate::postgres::VersionSet;

/// How many relations are named.
const MOST: usize = 4;

/// A word and what there is to say under it.
pub(super) type Fact = (&'static str, String);

/// Everything worth saying about a finding beside its message.
pub(super) fn facts(found: &ReportedFinding, run: VersionSet) -> Vec<Fact> {
    let finding = &found.finding;
    let mut facts: Vec<Fact> = locks(found, run).into_iter().map(|text| ("locks", text)).collect();
    let hit = finding.versions.and(run);
    if hit != run && !hit.is_empty() {
        facts.push(("on", format!("PostgreSQL {hit} only")));
    }
    if !finding.assumed.is_empty() {
        facts.push(("assumes", finding.assumed.join(", ")));
    }
    if !finding.help.is_empty() {
        facts.push(("help", finding.help.clone()));
    }
    facts
}

/// What other sessions wait for, relations that are treated alike in one line.
pub(super) fn locks(found: &ReportedFinding, run: VersionSet) -> Vec<String> {
    let effects = strongest(&found.finding.effects, run);
    let mut alike: Vec<Vec<&Effect>> = Vec::new();
    for effect in effects.iter().filter(|effect| effect.blocks_writes()) {
        let same = |group: &&mut Vec<&Effect>| (group[0].lock, group[0].work) == (effect.lock, effect.work);
        match alike.iter_mut().find(same) {
            Some(group) => group.push(effect),
            None => alike.push(vec![effect]),
        }
    }
    alike.iter().map(|group| lock(group, found.held)).collect()
}

/// `ACCESS EXCLUSIVE on orders until the transaction ends: reads and writes wait while every row is read`.
fn lock(alike: &[&Effect], held: Held) -> String {
    let effect = alike[0];
    let (until, instant) = match held {
        Held::Statement => ("", " for an instant"),
        Held::Transaction => (" until the transaction ends", ""),
    };
    let during = if effect.work.is_metadata() { instant.to_owned() } else { format!(" {}", effect.work.duration()) };
    format!("{} on {}{until}: {}{during}", effect.lock, relations(alike), effect.lock.who_waits())
}

fn relations(alike: &[&Effect]) -> String {
    let mut names: Vec<String> = alike.iter().take(MOST).map(|effect| relation(effect)).collect();
    if alike.len() > MOST {
        names.push(format!("and {} more", alike.len() - MOST));
    }
    names.join(", ").replace(", and ", " and ")
}

/// The relation, with its kind unless that is a plain table.
pub(super) fn relation(effect: &Effect) -> String {
    match effect.kind {
        RelationKind::Table => effect.relation.to_string(),
        kind => format!("{} {}", kind.name(), effect.relation),
    }
}
