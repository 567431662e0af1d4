//! Holds the facts against the recordings of real servers, offline: for every fixture and every version, what lockwise
//! predicts is what the server did.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use lockwise::engine::effect::{Effect, RelationKind, strongest};
use lockwise::engine::trace::{Refusal, TracedStatement};
use lockwise::postgres::{Form, LockMode, Version, VersionSet};

#[path = "facts/fixture.rs"]
mod fixture;

use fixture::{Fixture, fixtures};

type Tested = Result<(), Box<dyn Error>>;

/// What a server did on a range of versions.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Observed {
    versions: String,
    #[serde(default)]
    relations: BTreeMap<String, ObservedRelation>,
    in_transaction: Option<String>,
    #[serde(default)]
    waits_for: BTreeSet<String>,
    sqlstate: Option<String>,
    unsupported: Option<String>,
}

#[derive(serde::Deserialize)]
struct ObservedRelation {
    kind: String,
    lock: Option<String>,
    #[serde(default)]
    work: Vec<String>,
}

fn recordings() -> Result<BTreeMap<String, Vec<Observed>>, Box<dyn Error>> {
    Ok(toml::from_str(&fs::read_to_string("fixtures/facts/observed.toml")?)?)
}

/// `SHARE index-build` for each relation; indexes only where `with_indexes`.
type Picture = BTreeMap<String, String>;

fn predicted(traced: &TracedStatement, version: Version) -> Picture {
    let effects: Vec<Effect> = strongest(&traced.effects, version.into());
    effects
        .iter()
        .map(|effect| (effect.relation.to_string(), picture(effect.lock.name(), &effect.work.names())))
        .collect()
}

fn recorded(observed: &Observed) -> Picture {
    let locked = observed.relations.iter().filter(|(_, relation)| relation.lock.is_some());
    locked
        .map(|(name, relation)| {
            let work: Vec<&str> =
                relation.work.iter().map(String::as_str).filter(|work| *work != "new-storage").collect();
            (name.clone(), picture(relation.lock.as_deref().unwrap_or_default(), &work))
        })
        .collect()
}

/// Lock and work in a fixed order. A rewrite builds every index anew and reads every row: that goes without saying. An
/// index build reads every row too.
fn picture(lock: &str, work: &[&str]) -> String {
    let has = |part: &str| work.contains(&part);
    let work = match () {
        () if has("rewrite") => " rewrite",
        () if has("index-build") => " index-build",
        () if has("scan") => " scan",
        () => "",
    };
    format!("{lock}{work}")
}

/// Indexes and sequences are compared only where lockwise speaks of them: which plans a query may use is not its subject.
fn comparable(name: &str, observed: &Observed, predicted: &Picture) -> bool {
    let kind = observed.relations.get(name).map_or("", |relation| relation.kind.as_str());
    !matches!(kind, "index" | "partitioned index" | "sequence") || predicted.contains_key(name)
}

#[test]
fn facts_equal_the_recordings() -> Tested {
    let recordings = recordings()?;
    let mut wrong = Vec::new();
    for fixture in fixtures()? {
        let traced = fixture.predict()?;
        let observed = recordings.get(&fixture.name).ok_or_else(|| format!("{} has no recording", fixture.name))?;
        for observed in observed {
            for version in observed.versions.parse::<VersionSet>()?.iter() {
                wrong.extend(differences(&fixture, &traced, observed, version));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

fn differences(fixture: &Fixture, traced: &TracedStatement, observed: &Observed, version: Version) -> Vec<String> {
    if observed.unsupported.is_some() {
        return Vec::new();
    }
    let name = &fixture.name;
    let mut wrong = Vec::new();
    // A DO block is a transaction: what refuses one fails in it.
    let is_block = fixture.statement.starts_with("DO ");
    let fails_in_block =
        traced.refusals.iter().any(|refusal| refusal.sqlstate == "25001" && refusal.versions.contains(version));
    if is_block && (fails_in_block || observed.sqlstate.as_deref() == Some("25001")) {
        if !fails_in_block || observed.sqlstate.as_deref() != Some("25001") {
            wrong.push(format!("{name} {version}: fails in a block: predicted {fails_in_block}"));
        }
        return wrong;
    }
    let refusal = |refusal: &&Refusal| refusal.versions.contains(version) && refusal.sqlstate != "25001";
    let refused_with = traced.refusals.iter().chain(&traced.presumed).find(refusal).map(|refusal| refusal.sqlstate);
    if refused_with != observed.sqlstate.as_deref() {
        wrong.push(format!("{name} {version}: refusal predicted {refused_with:?}, recorded {:?}", observed.sqlstate));
    }
    if observed.sqlstate.is_some() {
        return wrong;
    }
    let refuses = traced
        .forms
        .iter()
        .any(|form| lockwise::postgres::facts::versions_that_refuse_a_block(*form).contains(version));
    if refuses != observed.in_transaction.is_some() && !is_block {
        wrong.push(format!("{name} {version}: refuses a transaction block: predicted {refuses}"));
    }
    let waits = traced.waits_for(version.into());
    let waits: BTreeSet<String> = waits.into_iter().map(|waits| waits.name().to_owned()).collect();
    if waits != observed.waits_for {
        wrong.push(format!("{name} {version}: waits: predicted {waits:?}, recorded {:?}", observed.waits_for));
    }
    let predicted = predicted(traced, version);
    let recorded = recorded(observed);
    let names: BTreeSet<&String> = predicted.keys().chain(recorded.keys()).collect();
    for relation in names {
        let (ours, theirs) = (predicted.get(relation), recorded.get(relation));
        if ours != theirs && comparable(relation, observed, &predicted) {
            wrong.push(format!("{name} {version}: {relation}: predicted {ours:?}, recorded {theirs:?}"));
        }
    }
    wrong
}

#[test]
fn every_form_has_a_fixture_that_classifies_to_it_and_a_recording_for_every_version() -> Tested {
    let recordings = recordings()?;
    let mut missing = Vec::new();
    for form in Form::ALL {
        let path = format!("fixtures/facts/{}.sql", form.name());
        let Ok(fixture) = Fixture::read(Path::new(&path)) else {
            missing.push(format!("{path} is not there"));
            continue;
        };
        if !fixture.predict()?.forms.contains(form) {
            missing.push(format!("{path} classifies to {:?}", fixture.predict()?.forms));
        }
    }
    for (name, observed) in &recordings {
        let mut covered = VersionSet::NONE;
        for observed in observed {
            covered = covered.or(observed.versions.parse()?);
        }
        if covered != VersionSet::ALL {
            missing.push(format!("{name} is recorded on {covered} only"));
        }
    }
    assert!(missing.is_empty(), "{}\n{}", missing.len(), missing.join("\n"));
    Ok(())
}

#[test]
fn every_role_in_the_facts_is_met_by_a_recording() -> Tested {
    let mut met = BTreeSet::new();
    for fixture in &fixtures()? {
        for effect in fixture.predict()?.effects {
            met.extend(effect.versions.iter().map(|version| (effect.form, effect.role, version)));
        }
    }
    let mut missing = BTreeSet::new();
    for form in Form::ALL {
        for fact in lockwise::postgres::facts::facts(*form) {
            for on in fact.on {
                let unmet = fact.versions.iter().any(|version| !met.contains(&(*form, on.role, version)));
                if unmet {
                    missing.insert(format!("{}: {}", form.name(), on.role.name()));
                }
            }
        }
    }
    let known: BTreeSet<String> = NOT_MET.iter().map(|pair| (*pair).to_owned()).collect();
    assert_eq!(missing, known, "what no recording shows is listed, and nothing else is");
    Ok(())
}

/// Roles in the facts that no fixture plays.
const NOT_MET: &[&str] = &[];

#[test]
fn every_fixture_says_what_it_is() -> Tested {
    for fixture in fixtures()? {
        let first = fixture.head.lines().next().unwrap_or_default();
        let sentence = first.strip_prefix("-- ").is_some_and(|sentence| sentence.ends_with('.') && sentence.len() > 8);
        assert!(sentence, "fixtures/facts/{}.sql starts with {first:?}", fixture.name);
    }
    Ok(())
}

#[test]
fn recorded_words_are_ours() -> Tested {
    for (name, observed) in recordings()? {
        for relation in observed.iter().flat_map(|observed| observed.relations.values()) {
            if let Some(lock) = &relation.lock {
                assert!(LockMode::from_name(lock).is_some(), "{name}: {lock}");
            }
            let kinds = [RelationKind::Table, RelationKind::View, RelationKind::Index, RelationKind::Sequence];
            let known = kinds.iter().any(|kind| kind.name() == relation.kind)
                || ["partitioned table", "partitioned index", "materialized view", "foreign table"]
                    .contains(&relation.kind.as_str());
            assert!(known, "{name}: {}", relation.kind);
        }
    }
    Ok(())
}
