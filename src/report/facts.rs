//! The lines below a finding: what is locked, where it holds, what was assumed, what to do.

use crate::engine::effect::{Effect, RelationKind, strongest};
use crate::finding::{Held, ReportedFinding};
use crate::postgres::VersionSet;

/// How many locks are listed.
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

/// A line for each lock of the finding that anyone waits for.
pub(super) fn locks(found: &ReportedFinding, run: VersionSet) -> Vec<String> {
    let effects = strongest(&found.finding.effects, run);
    let blocking: Vec<&Effect> = effects.iter().filter(|effect| effect.blocks_writes()).collect();
    let mut lines: Vec<String> = blocking.iter().take(MOST).map(|effect| lock(effect, found.held)).collect();
    if blocking.len() > MOST {
        lines.push(format!("and {} more", blocking.len() - MOST));
    }
    lines
}

fn lock(effect: &Effect, held: Held) -> String {
    format!("{} on {} {}: {}", effect.lock, relation(effect), duration(effect, held), effect.lock.who_waits())
}

/// The relation, with its kind unless that is a plain table.
pub(super) fn relation(effect: &Effect) -> String {
    match effect.kind {
        RelationKind::Table => effect.relation.to_string(),
        kind => format!("{} {}", kind.name(), effect.relation),
    }
}

fn duration(effect: &Effect, held: Held) -> String {
    match held {
        Held::Statement => effect.work.duration().to_owned(),
        Held::Transaction if effect.work.is_metadata() => "until the transaction ends".to_owned(),
        Held::Transaction => format!("{} and until the transaction ends", effect.work.duration()),
    }
}
